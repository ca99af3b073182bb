"""Jobs that a person cancels, and what becomes of them when the manager closes."""

import asyncio
from pathlib import Path

import attrs
import pytest

from helios_renders.digest import file_digest
from helios_renders.errors import (
    RenderCancelled,
)
from helios_renders.jobs.job import JobState
from helios_renders.jobs.manager import RenderManager
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.events import Placing
from server.engine import Engine, result
from unit.house import House


async def test_a_queued_job_is_cancelled_at_once_and_never_rendered(house: House) -> None:
    first, second, third = [await house.start() for _ in range(3)]
    call = await house.engine.call(0)
    cancelled = await house.manager.cancel(second.id)
    assert cancelled.state is JobState.CANCELLED
    assert cancelled.started_at is None
    assert house.manager.job(first.id).state is JobState.RENDERING
    call.outcome.set_result(result())
    await house.engine.call(1)
    assert house.manager.job(third.id).state is JobState.RENDERING
    assert house.states(second) == [JobState.QUEUED, JobState.CANCELLED]


async def test_a_running_job_is_cancelled_when_its_render_is_really_over(tmp_path: Path) -> None:
    page = tmp_path / "intro.html"
    page.write_text("<p>")
    engine = Engine(cleans_at_once=False)
    manager = RenderManager(engine.render)
    job = await manager.start_render(StartRenderOptions(composition=str(page), output_folder=tmp_path))
    call = await engine.call(0)
    call.begin()

    cancelling = [asyncio.create_task(manager.cancel(job.id)) for _ in range(3)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(manager.close())
    done, _ = await asyncio.wait({*cancelling, closing}, timeout=0.05)
    assert not done
    assert manager.job(job.id).state is JobState.RENDERING

    call.cleaned.set()
    async with asyncio.timeout(5):
        assert {(await task).state for task in cancelling} == {JobState.CANCELLED}
        await closing
    assert call.is_over
    assert call.interruptions == 0


async def test_a_render_whose_output_is_in_its_place_is_done_whoever_cancels_it(house: House) -> None:
    output = house.page.parent / "page.mp4"
    output.write_bytes(b"a video")
    job = await house.start()
    call = await house.engine.call(0)
    call.begin()
    placed = attrs.evolve(result(output), size_bytes=7, sha256=file_digest(output))
    call.tell(Placing(placed))
    assert (await house.manager.cancel(job.id)).state is JobState.DONE
    assert house.manager.job(job.id).result == placed


async def test_whoever_stops_waiting_for_a_cancellation_does_not_stop_it(house: House) -> None:
    job = await house.start()
    await house.engine.call(0)
    impatient = asyncio.create_task(house.manager.cancel(job.id))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await house.manager.wait(job.id)).state is JobState.CANCELLED


async def test_cancelling_what_is_over_changes_nothing(house: House) -> None:
    job = await house.start()
    (await house.engine.call(0)).outcome.set_result(result())
    done = await house.manager.wait(job.id)
    assert await house.manager.cancel(job.id) == done
    assert done.state is JobState.DONE


async def test_close_cancels_everything_and_takes_no_more(house: House) -> None:
    jobs = [await house.start() for _ in range(3)]
    call = await house.engine.call(0)
    async with asyncio.timeout(5):
        await house.manager.close()
        await house.manager.close()
    assert {house.manager.job(job.id).state for job in jobs} == {JobState.CANCELLED}
    assert call.is_over
    assert len(house.engine.calls) == 1
    with pytest.raises(RenderCancelled):
        await house.start()


async def test_a_window_that_closes_interrupts_and_a_person_cancels(house: House) -> None:
    running, cancelled, waiting = [await house.start() for _ in range(3)]
    call = await house.engine.call(0)
    call.begin(frames=300)
    call.capture(*range(120))
    await house.manager.cancel(cancelled.id)
    await house.manager.close(JobState.INTERRUPTED)
    states = [house.manager.job(job.id).state for job in (running, cancelled, waiting)]
    assert states == [JobState.INTERRUPTED, JobState.CANCELLED, JobState.INTERRUPTED]
    error = house.manager.job(running.id).error
    assert error is not None
    assert error.message == "The daemon ended while it was rendering: 120 of 300 frames were done."
    error = house.manager.job(waiting.id).error
    assert error is not None
    assert error.message == "The daemon ended while this render was waiting for its turn."
