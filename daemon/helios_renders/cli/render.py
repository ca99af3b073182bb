"""`helios render`: one job for each page through the render manager's queue."""

import asyncio
from collections.abc import Sequence

from helios_renders.cli import words
from helios_renders.cli.report import Listener, Reporter, outcome
from helios_renders.cli.stop import stop_requests
from helios_renders.errors import DiskFull, UsageError
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.manager import RenderManager
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.jobs.states import is_final


async def render(options: Sequence[StartRenderOptions], reporter: Reporter) -> int:
    """Render every page, one after the other, and return the exit code.

    A page that fails does not keep the next from being rendered. The first signal, or an output that
    nobody reads any more, cancels all jobs; this returns when their processes are gone.
    """
    with stop_requests() as stop:
        listener = Listener(reporter, on_gone=stop.set)
        manager = RenderManager()

        def changed(job: Job) -> None:
            if not is_final(job.state):
                listener.changed(job)

        unsubscribe = manager.subscribe(changed)
        try:
            return await _render_all(manager, options, listener, stop)
        finally:
            unsubscribe()
            await manager.close()
            listener.close()


async def _render_all(
    manager: RenderManager, options: Sequence[StartRenderOptions], reporter: Reporter, stop: asyncio.Event
) -> int:
    codes = []
    jobs = []
    for wanted in options:
        try:
            jobs.append(await manager.start_render(wanted))
        except (UsageError, DiskFull) as error:
            reporter.refused(error, wanted.composition if len(options) > 1 else "")
            codes.append(error.exit_code)
    stopping = asyncio.create_task(_close_when_stopped(manager, stop))
    try:
        for job in jobs:
            ended = await manager.wait(job.id)
            reporter.ended(ended)
            codes.append(0 if ended.state is JobState.DONE else words.exit_code(outcome(ended)))
    finally:
        stopping.cancel()
    return next((code for code in (130, 1, 2) if code in codes), 0)


async def _close_when_stopped(manager: RenderManager, stop: asyncio.Event) -> None:
    await stop.wait()
    await manager.close()
