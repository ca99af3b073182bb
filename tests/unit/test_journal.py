import asyncio
import contextlib
import logging
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from helios_renders.errors import JournalNotWritable, JournalReadOnly
from helios_renders.jobs import stored_job
from helios_renders.jobs.history import DAY_SECONDS, History
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.journal import Journal, JournalState
from helios_renders.jobs.manager import RenderManager
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.jobs.places import journal_path
from helios_renders.jobs.store import CHECKPOINT_WRITES
from helios_renders.jobs.stored_job import OthersJournal, StoredJob, read_jobs
from helios_renders.render.events import Phase, PhaseBegan
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.user_data import DATA_DIR, data_folder
from server.engine import Engine, result

WAL_BYTES = 8_000_000


@attrs.define(eq=False)
class Life:
    """One daemon's life with a journal."""

    page: Path
    engine: Engine
    journal: Journal
    manager: RenderManager

    async def start(self, **values: Any) -> Job:
        given: dict[str, Any] = {"composition": str(self.page), "output_folder": self.page.parent, **values}
        return await self.manager.start_render(StartRenderOptions(**given))

    async def in_database(self, statement: str) -> None:
        """Do something to the journal's own connection."""
        assert self.journal._store is not None
        await self.journal._run(self.journal._store._db.execute, statement)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journals" / "here.sqlite"


@asynccontextmanager
async def living(
    path: Path, history: History | None = None, ancestor: Path | None = None
) -> AsyncIterator[Life]:
    page = path.parents[1] / "intro.html"
    page.write_text("<p>Hello</p>")
    engine, journal = Engine(), Journal(path, ancestor, lock_seconds=0)
    manager = RenderManager(engine.render, history=history)
    async with asyncio.timeout(20):
        await manager.restore(journal)
        yield Life(page, engine, journal, manager)
        await manager.close(JobState.INTERRUPTED)


def written(path: Path) -> dict[str, Job]:
    return {stored.job.id: stored.job for stored in OthersJournal(path).read()[0]}


def transitions(path: Path, job: Job) -> list[tuple[str | None, str]]:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(
            'SELECT "from", "to" FROM transitions WHERE job = ? ORDER BY seq', (job.id,)
        ).fetchall()


async def test_every_state_is_written_before_it_is_told(path: Path) -> None:
    async with living(path) as life:
        told: list[tuple[JobState, JobState]] = []
        life.manager.subscribe(lambda job: told.append((job.state, written(path)[job.id].state)))
        job = await life.start()
        assert set(written(path)) == {job.id}
        call = await life.engine.call(0)
        call.begin()
        call.capture(*range(10))
        call.tell(PhaseBegan(Phase.ASSEMBLING))
        call.outcome.set_result(result())
        done = await life.manager.wait(job.id)
        assert written(path) == {job.id: done}
    order = [
        state.value for state in (JobState.QUEUED, JobState.RENDERING, JobState.ASSEMBLING, JobState.DONE)
    ]
    assert all(order.index(row.value) >= order.index(heard.value) for heard, row in told)
    assert transitions(path, job) == list(zip([None, *order], order, strict=False))


async def test_a_done_job_and_its_options_come_back_as_they_were(path: Path) -> None:
    async with living(path) as life:
        jobs = [
            await life.start(duration="10/3", props={"a": [1, None]}, concurrency="auto"),
            await life.start(),
        ]
        call = await life.engine.call(0)
        options = call.options
        call.outcome.set_result(result())
        (await life.engine.call(1)).outcome.set_exception(RuntimeError("boom"))
        ended = [await life.manager.wait(job.id) for job in jobs]
    async with living(path) as life:
        assert life.manager.jobs() == tuple(reversed(ended))
        assert life.manager._ledger._entries[jobs[0].id].options == options
        again = await life.manager.retry(jobs[1].id)
        assert again.attempt == 2
        (await life.engine.call(0)).outcome.set_result(result())
        assert (await life.manager.wait(again.id)).state is JobState.DONE
    assert [to for _, to in transitions(path, jobs[1])][-3:] == ["queued", "rendering", "done"]


async def test_what_a_closed_window_interrupted_is_resumed(path: Path) -> None:
    async with living(path) as life:
        job = await life.start()
        call = await life.engine.call(0)
        call.begin(frames=300)
        call.capture(*range(120))
    async with living(path) as life:
        (found,) = life.manager.jobs()
        assert found.state is JobState.INTERRUPTED
        assert found.finished_at is not None
        assert found.progress is not None
        assert (found.progress.frames_done, found.progress.frames_total) == (120, 300)
        assert (await life.manager.retry(job.id)).state is JobState.QUEUED
        (await life.engine.call(0)).outcome.set_result(result())
        assert (await life.manager.wait(job.id)).state is JobState.DONE


async def test_progress_is_written_seldom_and_the_log_stays_small(path: Path) -> None:
    async with living(path) as life:
        await life.start()
        call = await life.engine.call(0)
        call.begin(frames=10_000)
        assert life.journal._store is not None
        before, began = life.journal._store._writes, time.monotonic()
        for frame in range(1000):
            call.capture(frame)
            await asyncio.sleep(0)
        await life.journal._run(int)
        # The first and the last, and what the seconds between them ask for.
        assert life.journal._store._writes - before <= 3 + (time.monotonic() - began)
        (entry,) = life.manager._ledger._entries.values()
        for _ in range(2 * CHECKPOINT_WRITES):
            life.journal.record(entry.job, entry.options)
        await life.journal._run(int)
        assert path.with_name(f"{path.name}-wal").stat().st_size < WAL_BYTES
    assert not path.with_name(f"{path.name}-wal").exists()


async def test_a_second_daemon_reads_and_keeps_its_own_in_memory(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with living(path) as owner, living(path) as guest:
        theirs = await owner.start()
        await owner.engine.call(0)
        assert (owner.manager.journal.state, guest.manager.journal.state) == (
            JournalState.OWNED,
            JournalState.READ_ONLY,
        )
        assert "Another window" in guest.manager.journal.note
        assert guest.manager.journal.note in caplog.text
        await guest.manager.refresh()
        (seen,) = guest.manager.jobs()
        assert (seen.id, seen.state) == (theirs.id, JobState.RENDERING)
        for asking in (guest.manager.cancel, guest.manager.retry, guest.manager.remove):
            with pytest.raises(JournalReadOnly):
                await asking(theirs.id)
        own = await guest.start()
        assert {job.id for job in guest.manager.jobs()} == {theirs.id, own.id}
        assert set(written(path)) == {theirs.id}
    async with living(path) as life:
        assert life.manager.journal.state is JournalState.OWNED


def content(path: Path) -> bytes:
    return path.read_bytes()


def cut(path: Path) -> None:
    path.write_bytes(content(path)[:5000])


def overwrite(path: Path) -> None:
    path.write_bytes(b"no journal at all " * 1000)


def scramble(path: Path) -> None:
    path.write_bytes(content(path)[:4096] + bytes(path.stat().st_size - 4096))


def drop_a_table(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE transitions")


def orphan_a_transition(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO transitions VALUES ('nobody', 1, NULL, 'queued', 0, '')")
        db.commit()


@pytest.mark.parametrize("damage", [cut, overwrite, scramble, drop_a_table, orphan_a_transition])
async def test_a_damaged_journal_is_set_aside_and_a_new_one_begins(
    path: Path, damage: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with living(path) as life:
        for _ in range(20):
            await life.start()
    damage(path)
    damaged = content(path)
    async with living(path) as life:
        assert life.manager.jobs() == ()
        status = life.manager.journal
        assert status.state is JournalState.OWNED
        (aside,) = path.parent.glob("*.corrupt-*")
        assert str(aside) in status.note
        assert status.note in caplog.text
        job = await life.start()
    assert set(written(path)) == {job.id}
    assert content(aside) == damaged


async def test_a_newer_journal_is_left_alone(path: Path) -> None:
    async with living(path) as life:
        await life.start()
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    before = content(path)
    async with living(path) as life:
        assert life.manager.journal.state is JournalState.NONE
        assert "newer" in life.manager.journal.note
        await life.start()
    assert content(path) == before


async def test_a_data_folder_that_cannot_be_used_does_not_stop_renders(path: Path) -> None:
    path.parent.write_text("a file, not a folder")
    async with living(path) as life:
        assert life.manager.journal.state is JournalState.NONE
        assert str(path.parent) in life.manager.journal.note
        job = await life.start()
        (await life.engine.call(0)).outcome.set_result(result())
        assert (await life.manager.wait(job.id)).state is JobState.DONE


async def test_what_cannot_be_written_is_not_accepted_and_what_runs_goes_on(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with living(path) as life:
        job = await life.start()
        call = await life.engine.call(0)
        await life.in_database("PRAGMA query_only = ON")
        with pytest.raises(JournalNotWritable, match="readonly"):
            await life.start()
        call.outcome.set_result(result())
        assert (await life.manager.wait(job.id)).state is JobState.DONE
        assert "cannot be written" in life.manager.journal.note
        assert "cannot be written" in caplog.text
        await life.in_database("PRAGMA query_only = OFF")
        again = await life.start()
        await life.engine.call(1)
        assert life.manager.journal.note == ""
        assert {one.id for one in life.manager.jobs()} == {job.id, again.id}


async def test_who_asks_and_goes_away_leaves_no_job_that_is_never_rendered(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(path) as life:
        writing = asyncio.Event()
        accept = life.journal.accept

        async def slowly(job: Job, options: DistributedRenderOptions) -> None:
            writing.set()
            await accept(job, options)

        monkeypatch.setattr(life.journal, "accept", slowly)
        asking = asyncio.ensure_future(life.start())
        await writing.wait()
        asking.cancel()
        await asyncio.wait([asking])
        (job,) = life.manager.jobs()
        assert set(written(path)) == {job.id}
        (await life.engine.call(0)).outcome.set_result(result())
        assert (await life.manager.wait(job.id)).state is JobState.DONE


async def test_a_row_that_cannot_be_read_is_told_and_costs_no_other(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with living(path) as life:
        bad, good = await life.start(), await life.start()
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE jobs SET job = '{\"id\": 5}' WHERE id = ?", (bad.id,))
        db.commit()
    caplog.set_level(logging.WARNING)
    async with living(path) as life:
        assert [job.id for job in life.manager.jobs()] == [good.id]
        assert bad.id in caplog.text


async def test_old_jobs_leave_the_journal_too(path: Path) -> None:
    async with living(path, History(jobs=3)) as life:
        ended = [await life.manager.cancel((await life.start()).id) for _ in range(5)]
        removed = ended.pop()
        await life.manager.remove(removed.id)
    assert set(written(path)) == {job.id for job in ended[-2:]}
    async with living(path, History(days=0)) as life:
        assert life.manager.jobs() == ()
    assert written(path) == {}


async def test_what_is_forgotten_while_jobs_are_recovered_costs_no_other(path: Path) -> None:
    async with living(path) as life:
        await life.start()
        call = await life.engine.call(0)
        call.begin()
        await life.manager.cancel((await life.start()).id)
        call.tell(PhaseBegan(Phase.ASSEMBLING))
        waiting = await life.start()
        # As a daemon that is killed leaves it.
        await life.in_database("SELECT 1")
        killed = path.parents[1] / "killed" / path.name
        await asyncio.to_thread(shutil.copytree, path.parent, killed.parent)
    async with living(killed, History(jobs=1)) as life:
        (left,) = life.manager.jobs()
        assert (left.id, left.state) == (waiting.id, JobState.INTERRUPTED)


def test_history_is_bounded_by_number_and_by_age() -> None:
    job = Job("0", "/a.html", "a", JobState.DONE, 0.0, result().concurrency)
    now = 100 * DAY_SECONDS
    jobs = [attrs.evolve(job, id=str(days), finished_at=now - days * DAY_SECONDS) for days in range(50)]
    running = attrs.evolve(job, id="running", state=JobState.RENDERING)
    assert History().outdated([*jobs, running], now) == [str(days) for days in range(31, 50)]
    assert History(jobs=2).outdated([*jobs, running], now) == [str(days) for days in range(2, 50)]


def test_every_workspace_has_its_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, link = tmp_path / "one", tmp_path / "two", tmp_path / "link"
    one.mkdir()
    link.symlink_to(one)
    monkeypatch.setenv(DATA_DIR, str(tmp_path / "data"))
    found = journal_path([one])
    assert found is not None
    assert found.parent == tmp_path / "data" / "journals"
    assert len(found.stem) == 16
    assert found == journal_path([link]) == journal_path([one, link])
    assert journal_path([one, two]) == journal_path([two, one]) != found
    assert journal_path([]) is None
    monkeypatch.delenv(DATA_DIR)
    assert data_folder().name == "helios-renders"


async def test_another_s_journal_is_read_again_only_when_it_has_changed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[int] = []

    def counted(*args: Any) -> tuple[list[StoredJob], list[str]]:
        readings.append(1)
        return read_jobs(*args)

    monkeypatch.setattr(stored_job, "read_jobs", counted)
    monkeypatch.setattr(stored_job, "SETTLED_SECONDS", 1000)
    others = OthersJournal(path)
    async with living(path) as life:
        first = await life.start()
        await life.engine.call(0)
        # After all that the job's beginning writes.
        await life.in_database("SELECT 1")
        for _ in range(2):
            assert [each.job.id for each in others.read()[0]] == [first.id]
        assert len(readings) == 2, "what was written just now may be followed by more"
        monkeypatch.setattr(stored_job, "SETTLED_SECONDS", -1)
        for _ in range(3):
            assert [each.job.id for each in others.read()[0]] == [first.id]
        assert len(readings) == 3
        second = await life.start()
        assert [each.job.id for each in others.read()[0]] == [first.id, second.id]
