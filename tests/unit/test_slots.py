"""One budget of workers for all renders of one user, with real locks and real processes."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from helios_renders.render.capacity import Capacity, CapacityBound, clamp
from helios_renders.render.concurrency import Bound, Concurrency
from helios_renders.render.events import RenderEvent, Waiting
from helios_renders.render.executor import OnEvent
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.slots import WAITING, WorkerSlots

TWO_CORES = Capacity((CapacityBound(Bound.CORES, 2, "2 cores"),))
LIMIT_SECONDS = 60
HOLD = """
import asyncio, sys
from pathlib import Path
from unit.test_slots import taken
async def main():
    await taken(Path(sys.argv[1]), concurrency=2)
    print("held", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def ignore(event: RenderEvent) -> None:
    """Nobody listens."""


async def taken(folder: Path, on_event: OnEvent = ignore, **options: Any) -> WorkerSlots:
    slots = WorkerSlots(folder)
    wanted = DistributedRenderOptions(composition="page.html", **options)
    async with asyncio.timeout(LIMIT_SECONDS):
        await slots.take(wanted, TWO_CORES, on_event)
    return slots


@asynccontextmanager
async def waiting(folder: Path, **options: Any) -> AsyncIterator["asyncio.Task[WorkerSlots]"]:
    """A render that has said that it waits; it is given up in the end when it still does."""
    events: list[RenderEvent] = []
    news = asyncio.Event()

    def hear(event: RenderEvent) -> None:
        events.append(event)
        news.set()

    task = asyncio.create_task(taken(folder, hear, **options))
    await asyncio.wait_for(news.wait(), LIMIT_SECONDS)
    assert events == [Waiting(WAITING)]
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        assert events == [Waiting(WAITING), Waiting("")]


async def test_renders_share_the_cores_and_the_last_lives_with_what_is_left(tmp_path: Path) -> None:
    first = await taken(tmp_path, concurrency=1)
    second = await taken(tmp_path, concurrency=2)
    assert first.limited(TWO_CORES) == TWO_CORES
    limited = second.limited(TWO_CORES)
    assert clamp(2, limited) == Concurrency(2, 1, Bound.OTHERS)
    assert clamp("auto", limited) == Concurrency(1, 1, Bound.OTHERS, auto=True)
    assert limited.bounds[-1].detail == "1 of 2 not taken by other renders"
    assert second.waited_seconds == 0
    first.keep(0)
    second.keep(0)


async def test_a_render_waits_with_a_word_until_a_core_is_free(tmp_path: Path) -> None:
    first = await taken(tmp_path, concurrency="auto")
    async with waiting(tmp_path, concurrency=2) as second:
        # It turns out to have work for one worker only.
        first.keep(1)
        slots = await second
        assert slots.waited_seconds > 0
        assert clamp(2, slots.limited(TWO_CORES)).limited_by is Bound.OTHERS
    slots.keep(0)
    first.keep(0)


async def test_who_waits_is_not_overtaken_and_who_stops_waiting_makes_way(tmp_path: Path) -> None:
    first = await taken(tmp_path, concurrency=2)
    async with waiting(tmp_path) as second, waiting(tmp_path) as third:
        first.keep(0)
        next_slots = await second
        next_slots.keep(0)
        (await third).keep(0)
    first = await taken(tmp_path, concurrency=2)
    async with waiting(tmp_path):
        pass
    first.keep(0)
    (await taken(tmp_path)).keep(0)


async def test_what_a_killed_process_held_is_free(tmp_path: Path) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HOLD,
        str(tmp_path),
        cwd=Path(__file__).parents[1],
        stdout=asyncio.subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert await asyncio.wait_for(holder.stdout.readline(), LIMIT_SECONDS) == b"held\n"
    async with waiting(tmp_path) as waits:
        holder.kill()
        (await waits).keep(0)
    await holder.wait()


async def test_forced_concurrency_is_not_bound_and_takes_what_is_free(tmp_path: Path) -> None:
    first = await taken(tmp_path, concurrency=1)
    forced = await taken(tmp_path, concurrency=8, force_concurrency=True)
    assert forced.limited(TWO_CORES) == TWO_CORES
    async with waiting(tmp_path) as waits:
        forced.keep(0)
        (await waits).keep(0)
    first.keep(0)


async def test_a_budget_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "workers").write_text("a file")
    slots = await taken(tmp_path / "workers")
    (warning,) = slots.warnings
    assert "other renders were not taken into account" in warning
    assert str(tmp_path / "workers") in warning


@pytest.mark.parametrize(
    ("bounds", "cores"),
    [({"CORES": 8}, 8), ({"CORES": 8, "AFFINITY": 4, "CPU_QUOTA": 2, "MEMORY": 1}, 2), ({}, 1)],
)
def test_a_budget_has_as_many_slots_as_cores(bounds: dict[str, int], cores: int) -> None:
    assert Capacity(tuple(CapacityBound(Bound[name], n, "") for name, n in bounds.items())).cores == cores
