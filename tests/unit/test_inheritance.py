"""The journal of a window to which a folder was added."""

import asyncio
from pathlib import Path

import pytest

from helios_renders.jobs.job import JobState
from server.engine import result
from unit.test_journal import living, written


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The journal of the window as it was."""
    return tmp_path / "journals" / "before.sqlite"


@pytest.fixture
def path(before: Path) -> Path:
    """The journal of the window as it is."""
    return before.with_name("now.sqlite")


async def test_a_new_journal_has_the_jobs_of_the_one_before(before: Path, path: Path) -> None:
    async with living(before) as life:
        done, left = await life.start(), await life.start()
        (await life.engine.call(0)).outcome.set_result(result())
        await life.manager.wait(done.id)
    jobs = written(before)
    async with living(path, ancestor=before) as life:
        assert {job.id: job.state for job in life.manager.jobs()} == {
            done.id: JobState.DONE,
            left.id: JobState.INTERRUPTED,
        }
        assert (await life.manager.retry(left.id)).attempt == 2
        (await life.engine.call(0)).outcome.set_result(result())
        assert (await life.manager.wait(left.id)).state is JobState.DONE
        await life.manager.remove(done.id)
    assert written(before) == jobs, "the window as it was can be opened again"
    async with living(path, ancestor=before) as life:
        assert [job.id for job in life.manager.jobs()] == [left.id], "only a new journal inherits"


async def test_a_journal_that_another_window_writes_is_not_taken_along(before: Path, path: Path) -> None:
    async with living(before) as life:
        await life.start()
        async with living(path, ancestor=before) as other:
            assert other.manager.jobs() == ()
    assert not list(path.parent.glob("*.unfinished"))


@pytest.fixture
def damaged(before: Path) -> bytes:
    """What the journal before holds."""
    before.parent.mkdir()
    before.write_bytes(b"no journal at all" * 1000)
    return before.read_bytes()


async def test_a_damaged_one_is_left_alone(
    before: Path, damaged: bytes, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with living(path, ancestor=before) as life:
        assert life.manager.jobs() == ()
        assert (await life.start()).state is JobState.QUEUED
    assert "begins without the renders of" in caplog.text
    assert await asyncio.to_thread(before.read_bytes) == damaged
    assert not list(path.parent.glob("*.unfinished"))
