"""The render manager: owns all jobs, renders one after the other and tells what happens to each."""

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from helios_renders.composition.source import resolve_source
from helios_renders.errors import HeliosError, JobNotFound, RenderCancelled
from helios_renders.jobs.job import Job, JobError, JobState
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.jobs.states import is_final, transition
from helios_renders.jobs.throttle import Throttle
from helios_renders.render.capacity import clamp, read_capacity
from helios_renders.render.events import Phase, PhaseBegan, Planned, RenderEvent, Warned
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.render.output import choose_output
from helios_renders.render.progress import ProgressAggregator
from helios_renders.render.result import RenderResult

logger = logging.getLogger(__name__)

RenderFunction = Callable[[DistributedRenderOptions, Callable[[RenderEvent], None]], Awaitable[RenderResult]]
PROGRESS_INTERVAL = 0.1
"""Seconds between two updates of one job that change no more than its progress."""
KEPT_JOBS = 200
"""How many finished jobs are remembered."""


@attrs.define(eq=False)
class _Entry:
    """What the manager knows of a job beside the job."""

    job: Job
    options: DistributedRenderOptions
    updates: Throttle = attrs.field(init=False)
    progress: ProgressAggregator = attrs.field(factory=ProgressAggregator)
    over: asyncio.Event = attrs.field(factory=asyncio.Event)
    task: asyncio.Future[RenderResult] | None = None
    cancelled: bool = False


class RenderManager:
    """Owns all jobs; lives in one event loop, and `close` must be awaited before that ends."""

    def __init__(self, render: RenderFunction = RenderOrchestrator.render) -> None:
        self._render = render
        self._entries: dict[str, _Entry] = {}
        self._queue: deque[_Entry] = deque()
        self._runner: asyncio.Task[None] | None = None
        self._subscribers: dict[object, Callable[[Job], None]] = {}
        self._checking = asyncio.Lock()
        self._closed = False

    async def start_render(self, options: StartRenderOptions) -> Job:
        """Put a render into the queue and return its job without waiting for it.

        Everything that can be checked without the page is checked before. Raises UsageError, and
        RenderCancelled when the manager is closed.
        """
        # One after the other, so that jobs are queued in the order of asking; in a thread, because a file
        # system can take its time.
        async with self._checking:
            checked, job = await asyncio.to_thread(_check, options)
        if self._closed:
            raise RenderCancelled("Helios is ending and takes no more renders.", "Start it again.")
        entry = _Entry(job, checked)
        entry.updates = Throttle(partial(self._publish, entry), PROGRESS_INTERVAL)
        self._entries[job.id] = entry
        self._queue.append(entry)
        entry.updates.now()
        if self._runner is None:
            self._runner = asyncio.create_task(self._run_queue())
        return job

    async def cancel(self, job_id: str) -> Job:
        """Cancel a job and return it when it is over and all its processes are gone; raises JobNotFound.

        A job that is over already stays as it is.
        """
        entry = self._entry(job_id)
        self._stop(entry)
        await entry.over.wait()
        return entry.job

    async def wait(self, job_id: str) -> Job:
        """The job when it is over; raises JobNotFound."""
        entry = self._entry(job_id)
        await entry.over.wait()
        return entry.job

    def job(self, job_id: str) -> Job:
        """The job as it is now; raises JobNotFound."""
        return self._entry(job_id).job

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, newest first."""
        return tuple(entry.job for entry in reversed(self._entries.values()))

    def subscribe(self, callback: Callable[[Job], None]) -> Callable[[], None]:
        """Hear every change of state and progress up to ten times a second; returns what ends it.

        The callback runs on its own in the event loop, so that its errors are not the render's.
        """
        key = object()
        self._subscribers[key] = callback

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    async def close(self) -> None:
        """Cancel all jobs and return when they are over; no render can be started afterwards."""
        self._closed = True
        for entry in tuple(self._entries.values()):
            self._stop(entry)
        if self._runner is not None:
            await asyncio.shield(self._runner)

    def _entry(self, job_id: str) -> _Entry:
        try:
            return self._entries[job_id]
        except KeyError:
            raise JobNotFound(f"No render has the id {job_id!a}.", "See the list of renders.") from None

    def _stop(self, entry: _Entry) -> None:
        if entry.job.state is JobState.QUEUED:
            self._queue.remove(entry)
            self._finish(entry, JobState.CANCELLED)
        elif entry.task is not None and not entry.cancelled:
            # Only once: a second cancellation would break into the render's own cleaning up.
            entry.cancelled = True
            entry.task.cancel()

    async def _run_queue(self) -> None:
        while self._queue:
            await self._run(self._queue.popleft())
        self._runner = None

    async def _run(self, entry: _Entry) -> None:
        logger.info(
            "[RenderManager] Starting distributed render job %s with concurrency %s",
            entry.job.id,
            entry.options.concurrency,
        )
        entry.progress.apply(PhaseBegan(Phase.STARTING))
        self._change(entry, JobState.RENDERING, started_at=time.time())
        entry.task = asyncio.ensure_future(self._render(entry.options, partial(self._hear, entry)))
        await asyncio.wait({entry.task})
        self._settle(entry, entry.task)

    def _hear(self, entry: _Entry, event: RenderEvent) -> None:
        if is_final(entry.job.state):
            return
        entry.progress.apply(event)
        match event:
            case PhaseBegan(Phase.ASSEMBLING):
                self._change(entry, JobState.ASSEMBLING)
            case Planned():
                entry.job = attrs.evolve(entry.job, concurrency=event.concurrency, output=event.output)
                entry.updates.now()
            case Warned():
                logger.warning("Job %s: %s", entry.job.id, event.message)
            case _:
                entry.updates.request()

    def _settle(self, entry: _Entry, task: asyncio.Future[RenderResult]) -> None:
        """Turn the way in which the render's task ended into the job's last state."""
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, HeliosError):
            logger.error("Job %s broke in a way nobody expected.", entry.job.id, exc_info=error)
        if not task.cancelled() and error is None:
            result = task.result()
            entry.progress.apply(PhaseBegan(Phase.DONE))
            self._finish(
                entry,
                JobState.DONE,
                result=result,
                output=str(result.output),
                concurrency=result.concurrency,
            )
        elif entry.cancelled or isinstance(error, RenderCancelled):
            self._finish(entry, JobState.CANCELLED)
        else:
            self._finish(entry, JobState.FAILED, error=_job_error(error))

    def _finish(self, entry: _Entry, state: JobState, **changes: Any) -> None:
        self._change(entry, state, finished_at=time.time(), **changes)
        entry.over.set()
        job = entry.job
        if job.error is not None:
            logger.error("Job %s failed: %s", job.id, " ".join((job.error.message, job.error.advice)).strip())
        else:
            logger.info("Job %s is %s%s", job.id, state.value, f": {job.output}" if job.result else ".")
        self._forget()

    def _forget(self) -> None:
        finished = [job_id for job_id, entry in self._entries.items() if entry.over.is_set()]
        for job_id in finished[: max(0, len(finished) - KEPT_JOBS)]:
            del self._entries[job_id]

    def _change(self, entry: _Entry, state: JobState, **changes: Any) -> None:
        entry.job = attrs.evolve(entry.job, state=transition(entry.job.state, state), **changes)
        entry.updates.now()

    def _publish(self, entry: _Entry) -> None:
        if entry.job.started_at is not None:
            entry.job = attrs.evolve(entry.job, progress=entry.progress.snapshot())
        loop = asyncio.get_running_loop()
        for key in self._subscribers:
            loop.call_soon(self._deliver, key, entry.job)

    def _deliver(self, key: object, job: Job) -> None:
        if (callback := self._subscribers.get(key)) is not None:
            callback(job)


def _check(options: StartRenderOptions) -> tuple[DistributedRenderOptions, Job]:
    """The checked options and their job, waiting; raises UsageError."""
    checked = options.checked()
    source = resolve_source(checked.composition, root=checked.root, cwd=Path.cwd())
    output = choose_output(checked, source.name)
    job = Job(
        id=secrets.token_hex(4),
        composition=checked.composition,
        name=source.name,
        state=JobState.QUEUED,
        created_at=time.time(),
        concurrency=clamp(checked.concurrency, read_capacity(), force=checked.force_concurrency),
        output=None if checked.output is None else str(output),
    )
    return checked, job


def _job_error(error: BaseException | None) -> JobError:
    if isinstance(error, HeliosError):
        return JobError(error.code, error.message, error.advice, error.details)
    advice = "This is a mistake in Helios Renders; its log says where. Please report it."
    if error is None:
        return JobError("internalError", "The render stopped without being asked to.", advice)
    return JobError("internalError", f"The render broke: {type(error).__name__}: {error}", advice)
