"""What a manager does with its jobs, and what it tells of them."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

import attrs
import pytest

from helios_renders.errors import (
    CompositionNotFound,
    EncoderFailed,
    InvalidOption,
    JobNotFound,
    OutputExists,
    RenderCancelled,
    WrongJobState,
)
from helios_renders.jobs.entry import PROGRESS_INTERVAL
from helios_renders.jobs.history import History
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.manager import RenderManager
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.concurrency import Bound, Concurrency
from helios_renders.render.events import Phase, PhaseBegan, Planned, Warned
from server.engine import Engine, result
from unit.house import House


async def test_a_render_goes_from_queued_to_done(house: House) -> None:
    job = await house.start()
    assert (job.state, job.name, job.composition) == (JobState.QUEUED, "intro", str(house.page))
    assert job.concurrency.requested == 1
    assert len(job.id) == 8
    call = await house.engine.call(0)
    assert call.options.composition == str(house.page)
    call.begin()
    call.capture(*range(10))
    call.tell(PhaseBegan(Phase.ASSEMBLING))
    call.outcome.set_result(result())

    done = await house.manager.wait(job.id)

    assert done.state is JobState.DONE
    assert done.result == result()
    assert done.output == "/videos/page.mp4"
    assert done.progress is not None
    assert (done.progress.percent, done.progress.frames_done, done.progress.phase) == (100.0, 10, Phase.DONE)
    assert done.started_at is not None
    assert done.finished_at is not None
    assert job.created_at <= done.started_at <= done.finished_at
    assert house.states(job) == [JobState.QUEUED, JobState.RENDERING, JobState.ASSEMBLING, JobState.DONE]
    assert house.heard[-1] == done == house.manager.job(job.id)


async def test_the_plan_s_numbers_are_told_at_once(house: House) -> None:
    job = await house.start(concurrency=8)
    call = await house.engine.call(0)
    final = Concurrency(8, 2, Bound.CHUNKS)
    call.tell(Planned(48, 2, final, "/videos/intro.mp4"))
    now = house.manager.job(job.id)
    assert (now.concurrency, now.output) == (final, "/videos/intro.mp4")
    assert now.progress is not None
    assert now.progress.frames_total == 48
    await asyncio.sleep(0)
    assert house.heard[-1] == now


async def test_jobs_are_rendered_one_by_one_in_their_order(house: House) -> None:
    jobs = [await house.start(crf=number) for number in range(4)]
    for number in range(4):
        call = await house.engine.call(number)
        assert call.options.crf == number
        assert [job.state for job in reversed(house.manager.jobs())][number:] == [
            JobState.RENDERING,
            *[JobState.QUEUED] * (3 - number),
        ]
        call.outcome.set_result(result())
        await house.manager.wait(jobs[number].id)
    assert house.engine.most_running == 1
    assert [job.id for job in house.manager.jobs()] == [job.id for job in reversed(jobs)]


@pytest.mark.parametrize(("asked", "said"), [(None, "1"), (1, "1"), ("2", "2"), (32, "32"), ("auto", "auto")])
async def test_the_start_of_every_render_is_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture, asked: object, said: str
) -> None:
    caplog.set_level(logging.INFO)
    job = await house.start(concurrency=asked)
    await house.engine.call(0)
    line = f"[RenderManager] Starting distributed render job {job.id} with concurrency {said}"
    assert line in [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"concurrency": 33}, InvalidOption),
        ({"preset": "warp"}, InvalidOption),
        ({"composition": "/nowhere/page.html"}, CompositionNotFound),
        ({"output": "/dev/null/x.mp4"}, Exception),
    ],
)
async def test_what_cannot_be_done_is_refused_and_leaves_no_job(
    house: House, values: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await house.start(**values)
    assert house.manager.jobs() == ()
    assert house.heard == []


async def test_an_output_that_exists_is_refused_before_the_render(house: House) -> None:
    output = house.page.with_name("there.mp4")
    output.write_bytes(b"video")
    with pytest.raises(OutputExists):
        await house.start(output=output)
    assert (await house.start(output=output, overwrite=True)).output == str(output)


async def test_jobs_asked_for_at_once_keep_their_order(house: House) -> None:
    jobs = await asyncio.gather(*(house.start(crf=number) for number in range(8)))
    assert [job.id for job in reversed(house.manager.jobs())] == [job.id for job in jobs]


async def test_a_job_asked_for_while_closing_is_refused(house: House) -> None:
    starting = asyncio.create_task(house.start())
    await asyncio.sleep(0)
    await house.manager.close()
    with pytest.raises(RenderCancelled):
        await starting
    assert house.manager.jobs() == ()


async def test_unknown_jobs_are_not_found(house: House) -> None:
    for ask in (house.manager.cancel, house.manager.wait):
        with pytest.raises(JobNotFound, match="beef"):
            await ask("beef")


async def test_an_error_of_the_render_becomes_the_job_s(house: House) -> None:
    job = await house.start()
    error = EncoderFailed("ffmpeg ended with 1.", "See its last words.", ("line 1", "line 2"))
    (await house.engine.call(0)).outcome.set_exception(error)
    failed = await house.manager.wait(job.id)
    assert failed.state is JobState.FAILED
    assert failed.error is not None
    assert attrs.astuple(failed.error) == ("encoderFailed", error.message, error.advice, error.details)


async def test_an_unexpected_error_is_logged_with_its_traceback(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    job = await house.start()
    (await house.engine.call(0)).outcome.set_exception(KeyError("lost"))
    failed = await house.manager.wait(job.id)
    assert failed.error is not None
    assert failed.error.code == "internalError"
    assert "KeyError: 'lost'" in failed.error.message
    assert "log" in failed.error.advice
    assert [record for record in caplog.records if record.exc_info and job.id in record.getMessage()]


async def test_a_render_that_stops_by_itself_is_not_called_cancelled(house: House) -> None:
    job = await house.start()
    (await house.engine.call(0)).outcome.cancel()
    failed = await house.manager.wait(job.id)
    assert failed.state is JobState.FAILED
    assert failed.error is not None
    assert "without being asked" in failed.error.message


async def test_a_failure_does_not_keep_the_next_job_from_its_turn(house: House) -> None:
    await house.start()
    second = await house.start()
    (await house.engine.call(0)).outcome.set_exception(RuntimeError("boom"))
    (await house.engine.call(1)).outcome.set_result(result())
    assert (await house.manager.wait(second.id)).state is JobState.DONE


async def test_progress_is_told_ten_times_a_second_and_the_last_is_not_lost(house: House) -> None:
    job = await house.start()
    call = await house.engine.call(0)
    call.begin(frames=100_000_000)
    await asyncio.sleep(0)
    house.heard.clear()
    began = time.monotonic()
    frame = 0
    while time.monotonic() - began < 0.55 or len(house.heard) < 2:
        call.capture(frame)
        frame += 1
        if frame % 50 == 0:
            await asyncio.sleep(0)
    seconds = time.monotonic() - began
    told = [heard for heard in house.heard if heard.id == job.id]
    assert 2 <= len(told) <= seconds / PROGRESS_INTERVAL + 1
    async with asyncio.timeout(5):
        await house.until(lambda heard: heard.progress is not None and heard.progress.frames_done == frame)
    assert len(house.heard) <= len(told) + 1
    percents = [heard.progress.percent for heard in house.heard if heard.progress]
    assert percents == sorted(percents)


async def test_a_change_of_state_does_not_wait_for_the_interval(house: House) -> None:
    job = await house.start()
    call = await house.engine.call(0)
    call.begin()
    call.capture(0, 1)
    call.tell(PhaseBegan(Phase.ASSEMBLING))
    await asyncio.sleep(0)
    assert house.heard[-1].state is JobState.ASSEMBLING
    heard = len(house.heard)
    await asyncio.sleep(1.5 * PROGRESS_INTERVAL)
    assert len(house.heard) == heard, f"a pending update of {job.id} came after the state that made it old"


async def test_a_subscriber_s_error_is_its_own(house: House) -> None:
    errors: list[str] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: errors.append(str(context["exception"]))
    )

    def broken(_: Job) -> None:
        raise OSError("nobody reads")

    unsubscribe = house.manager.subscribe(broken)
    job = await house.start()
    (await house.engine.call(0)).outcome.set_result(result())
    assert (await house.manager.wait(job.id)).state is JobState.DONE
    assert set(errors) == {"nobody reads"}
    assert house.states(job)[-1] is JobState.DONE
    errors.clear()
    unsubscribe()
    unsubscribe()
    await house.start()
    await asyncio.sleep(0)
    assert errors == []


async def test_late_events_of_a_finished_render_are_ignored(house: House) -> None:
    job = await house.start()
    call = await house.engine.call(0)
    call.begin()
    done = await house.manager.cancel(job.id)
    call.tell(PhaseBegan(Phase.ASSEMBLING))
    call.capture(1)
    assert house.manager.job(job.id) == done


async def test_warnings_of_a_render_are_in_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.start()
    (await house.engine.call(0)).tell(Warned("The font did not load."))
    assert any("The font did not load." in record.getMessage() for record in caplog.records)


async def test_old_jobs_are_forgotten_and_living_ones_never(tmp_path: Path) -> None:
    page = tmp_path / "intro.html"
    page.write_text("<p>")
    engine = Engine()
    manager = RenderManager(engine.render, history=History(jobs=3))
    told: list[str] = []
    manager.subscribe_removals(told.extend)
    options = StartRenderOptions(composition=str(page), output_folder=tmp_path)
    running = await manager.start_render(options)
    await engine.call(0)
    ended = [await manager.cancel((await manager.start_render(options)).id) for _ in range(5)]
    kept = [job.id for job in manager.jobs()]
    assert kept == [*(job.id for job in reversed(ended[-3:])), running.id]
    await asyncio.sleep(0)
    assert told == [job.id for job in ended[:2]]
    async with asyncio.timeout(5):
        await manager.close()


@pytest.mark.parametrize("ends", ["failed", "cancelled", "interrupted"])
async def test_a_job_that_is_over_and_not_done_can_be_tried_again(house: House, ends: str) -> None:
    job = await house.start(crf=7)
    call = await house.engine.call(0)
    call.begin()
    call.capture(0, 1, 2)
    if ends == "failed":
        call.outcome.set_exception(EncoderFailed("ffmpeg ended with 1."))
    else:
        house.manager._runs.stop(house.manager._ledger.entry(job.id), JobState(ends))
    over = await house.manager.wait(job.id)
    assert over.state is JobState(ends)

    again = await house.manager.retry(job.id)

    assert (again.id, again.attempt, again.state) == (job.id, 2, JobState.QUEUED)
    assert (again.started_at, again.finished_at, again.progress, again.error) == (None,) * 4
    second = await house.engine.call(1)
    assert second.options == call.options
    call.tell(PhaseBegan(Phase.ASSEMBLING))
    assert house.manager.job(job.id).state is JobState.RENDERING, "the first attempt spoke for the second"
    second.outcome.set_result(result())
    done = await house.manager.wait(job.id)
    assert (done.state, done.attempt) == (JobState.DONE, 2)
    with pytest.raises(WrongJobState, match="done"):
        await house.manager.retry(job.id)


async def test_a_retry_is_checked_as_it_stands_now(house: House) -> None:
    job = await house.start()
    cancelled = await house.manager.cancel(job.id)
    house.page.unlink()
    with pytest.raises(CompositionNotFound):
        await house.manager.retry(job.id)
    assert house.manager.job(job.id) == cancelled


async def test_only_what_is_over_can_be_removed(house: House) -> None:
    job = await house.start()
    with pytest.raises(WrongJobState, match="not over"):
        await house.manager.remove(job.id)
    await house.manager.cancel(job.id)
    await house.manager.remove(job.id)
    assert house.manager.jobs() == ()
    with pytest.raises(JobNotFound):
        await house.manager.remove(job.id)
