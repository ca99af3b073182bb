"""The daemon with a list that is long and busy: 200 finished renders, and 4 that make progress all the time.

A real one renders one job after the other; the view has to keep up with more.
"""

import asyncio
import itertools
import sys
from collections.abc import Callable
from unittest.mock import patch

import attrs

from helios_renders.jobs.entry import PROGRESS_INTERVAL
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.manager import RenderManager
from helios_renders.render.events import Phase
from helios_renders.render.progress import RenderProgress, WorkerProgress
from helios_renders.server import main
from server.engine import ONE_WORKER, result

FINISHED = 200
RUNNING = 4


class Crowd(RenderManager):
    """Tells of jobs that nobody renders, as often as of real ones."""

    _telling: asyncio.Task[None]

    def jobs(self) -> tuple[Job, ...]:
        """All of them, newest first."""
        return (*(running(number, 0) for number in range(RUNNING)), *map(finished, range(FINISHED)))

    def subscribe(self, callback: Callable[[Job], None]) -> Callable[[], None]:
        """Begin to tell."""
        self._telling = asyncio.get_running_loop().create_task(tell(callback))
        return super().subscribe(callback)


async def tell(callback: Callable[[Job], None]) -> None:
    """Change each running job ten times a second; every 25th time one of them is done, and begins anew."""
    for step in itertools.count(1):
        await asyncio.sleep(PROGRESS_INTERVAL)
        for number in range(RUNNING):
            callback(running(number, step))
        if step % 25 == 0:
            callback(attrs.evolve(finished(0), id="running0", created_at=1e9, attempt=step // 25))


def running(number: int, step: int) -> Job:
    """A job that has come so far."""
    lanes = tuple(WorkerProgress(worker, "capturing", 0, step, 30.0) for worker in range(2))
    progress = RenderProgress(Phase.RENDERING, step, 100_000, step / 1000, 30.0, 60.0, lanes)
    return attrs.evolve(
        finished(0),
        id=f"running{number}",
        name=f"running{number}",
        state=JobState.RENDERING,
        created_at=1e9 + number,
        progress=progress,
        result=None,
        attempt=1 if number else 1 + max(0, step - 1) // 25,
    )


def finished(number: int) -> Job:
    """A job that is done."""
    return Job(
        id=f"done{number}",
        composition=f"/workspace/page{number}.html",
        name=f"page{number}",
        state=JobState.DONE,
        created_at=1e9 - 1 - number,
        concurrency=ONE_WORKER,
        result=result(),
    )


if __name__ == "__main__":
    with patch.object(main, "RenderManager", Crowd):
        sys.exit(main.serve())
