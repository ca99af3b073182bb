"""What runs and what waits: one render after the other, and what becomes of each."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial

import attrs

from helios_renders.errors import DiskFull, HeliosError, RenderCancelled
from helios_renders.jobs.acceptance import resumed
from helios_renders.jobs.ending import completion, failure, interruption, out_of_room
from helios_renders.jobs.entry import Entry
from helios_renders.jobs.job import JobError, JobState
from helios_renders.jobs.ledger import JobLedger
from helios_renders.jobs.queue import RenderQueue
from helios_renders.jobs.room_watch import FreeBytes, RoomWatch
from helios_renders.jobs.states import is_final, is_still
from helios_renders.render.events import Phase, PhaseBegan, Placing, Planned, RenderEvent, Warned
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.output import is_in_place, output_folder
from helios_renders.render.progress import ProgressAggregator
from helios_renders.render.result import RenderResult
from helios_renders.render.room import SPARE_BYTES
from helios_renders.threads import in_thread

logger = logging.getLogger(__name__)

RenderFunction = Callable[[DistributedRenderOptions, Callable[[RenderEvent], None]], Awaitable[RenderResult]]


class JobRuns:
    """Gives jobs their turns; used in one event loop, and `close` must be awaited before that ends.

    With `free_bytes`, a full disk pauses a job until there is room again; without, the job fails.
    """

    def __init__(self, render: RenderFunction, ledger: JobLedger, free_bytes: FreeBytes | None) -> None:
        self.queue = RenderQueue()
        self._render = render
        self._ledger = ledger
        self._free_bytes = free_bytes
        self.room = None if free_bytes is None else RoomWatch(free_bytes, self._resume_by_itself)
        self._runner: asyncio.Task[None] | None = None
        self._closed = False

    def put(self, entry: Entry) -> None:
        """Let a job wait for its turn, which may be now."""
        self.queue.put(entry)
        self._run_what_waits()

    async def close(self, outcome: JobState) -> None:
        """End all jobs in this state, as `stop`, and return when they are over."""
        self._closed = True
        if self.room is not None:
            await self.room.close()
        living = self._ledger.living()
        for entry in living:
            self.stop(entry, outcome)
        for entry in living:
            await (entry.end() if outcome is JobState.CANCELLED else entry.rest())
        if self._runner is not None:
            await asyncio.shield(self._runner)

    def resume(self, entry: Entry) -> "asyncio.Task[None] | None":
        """Let a paused job wait for its turn again; the task ends when that is written."""
        entry.begin_again()
        writing = self._ledger.become(entry, resumed(entry.job))
        self._run_what_waits()
        return writing

    def _resume_by_itself(self, entry: Entry) -> None:
        if entry.job.state is JobState.PAUSED and entry.still.is_set():
            self.resume(entry)

    def stop(self, entry: Entry, outcome: JobState) -> None:
        """Have a job end or pause in this state; a paused one can only be cancelled."""
        is_paused = entry.job.state is JobState.PAUSED
        if is_final(entry.job.state) or (is_paused and outcome is not JobState.CANCELLED):
            return
        asked_before = entry.stopped
        if asked_before is None or (asked_before is JobState.PAUSED and outcome is JobState.CANCELLED):
            entry.stopped = outcome
        if entry in self.queue:
            self._end(entry)
        elif entry.task is not None and asked_before is None:
            # Only once: a second cancellation would break into the render's own cleaning up.
            entry.task.cancel()

    def _end(self, entry: Entry) -> None:
        """Give a job the state that it was asked to end or to pause in."""
        assert entry.stopped is not None
        if entry.stopped is JobState.PAUSED:
            self._pause(entry)
            return
        interrupted = entry.stopped is JobState.INTERRUPTED
        if entry in self.queue:
            self.queue.remove(entry)
        self._ledger.finish(
            entry, entry.stopped, error=interruption(self._ledger.seen(entry)) if interrupted else None
        )

    def _pause(self, entry: Entry, error: JobError | None = None, needs_bytes: int | None = None) -> None:
        entry.stopped = None
        is_begun = entry not in self.queue
        order = self.queue.head(entry.job.order) if is_begun else entry.job.order
        # What is done is told, and no speed: nothing moves any more.
        progress = self._ledger.seen(entry).progress
        if progress is not None:
            progress = attrs.evolve(progress, fps=None, eta_seconds=None, workers=())
        self._ledger.change(
            entry,
            JobState.PAUSED,
            order=order,
            progress=progress,
            result=None,
            error=error,
            needs_bytes=needs_bytes,
        )
        if is_begun:
            self.queue.put(entry)
        logger.info("Job %s is paused%s", entry.job.id, f": {error.message}" if error else ".")

    def watch_room(self, entry: Entry) -> None:
        """Look out for room where the job waits for it, and only there."""
        if self.room is None:
            return
        if entry.job.state is JobState.PAUSED and entry.job.needs_bytes is not None and not self._closed:
            self.room.add(entry, entry.job.needs_bytes)
        else:
            self.room.discard(entry)

    def _run_what_waits(self) -> None:
        if self._runner is None:
            self._runner = asyncio.create_task(self._run_queue())

    async def _run_queue(self) -> None:
        while (entry := self.queue.take()) is not None:
            await self._run(entry)
        self._runner = None

    async def _run(self, entry: Entry) -> None:
        logger.info(
            "[RenderManager] Starting distributed render job %s with concurrency %s",
            entry.job.id,
            entry.options.concurrency,
        )
        entry.progress = ProgressAggregator()
        entry.progress.apply(PhaseBegan(Phase.STARTING))
        writing = self._ledger.change(entry, JobState.RENDERING, started_at=time.time())
        if writing is not None:
            await writing
        if entry.stopped is not None:
            self._end(entry)
            return
        hear = partial(self._hear, entry, entry.job.attempt)
        entry.task = asyncio.ensure_future(self._render(entry.options, hear))
        await asyncio.wait({entry.task})
        placed = await self._placed(entry, entry.task)
        self._settle(entry, entry.task, await self._room_needed(entry, entry.task), placed)

    async def _placed(self, entry: Entry, task: asyncio.Future[RenderResult]) -> RenderResult | None:
        """The result of a render that was stopped when its output was in its place already."""
        result = self._ledger.seen(entry).result if task.cancelled() else None
        return result if result is not None and await in_thread(is_in_place, result) else None

    async def _room_needed(self, entry: Entry, task: asyncio.Future[RenderResult]) -> int | None:
        """The room with which a job goes on that found its disk full; None for one that does not pause."""
        error = None if task.cancelled() else task.exception()
        if self._free_bytes is None or not isinstance(error, DiskFull):
            return None
        if error.needed_bytes is not None:
            return error.needed_bytes
        try:
            # What is free now, without what the render had there, is too little: nobody knows more.
            return SPARE_BYTES + await in_thread(self._free_bytes, output_folder(entry.options))
        except OSError as unknown:
            logger.warning("Job %s fails instead of waiting for room: %s", entry.job.id, unknown)
            return None

    def _hear(self, entry: Entry, attempt: int, event: RenderEvent) -> None:
        if entry.progress is None or is_still(entry.job.state) or entry.job.attempt != attempt:
            return
        entry.progress.apply(event)
        match event:
            case PhaseBegan(Phase.ASSEMBLING):
                self._ledger.change(entry, JobState.ASSEMBLING)
            case Planned():
                entry.job = attrs.evolve(entry.job, concurrency=event.concurrency, output=event.output)
                entry.updates.now()
                entry.saves.now()
            case Placing():
                placing = attrs.evolve(self._ledger.seen(entry), result=event.result)
                if (writing := self._ledger.become(entry, placing)) is not None:
                    event.first.append(writing)
            case Warned():
                logger.warning("Job %s: %s", entry.job.id, event.message)
            case _:
                entry.updates.request()
                entry.saves.request()

    def _settle(
        self,
        entry: Entry,
        task: asyncio.Future[RenderResult],
        needs_bytes: int | None,
        placed: RenderResult | None,
    ) -> None:
        """Turn the way in which the render's task ended into the job's next state."""
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, HeliosError):
            logger.error("Job %s broke in a way nobody expected.", entry.job.id, exc_info=error)
        if placed is not None or (not task.cancelled() and error is None):
            result = placed or task.result()
            if entry.progress is not None:
                entry.progress.apply(PhaseBegan(Phase.DONE))
            self._ledger.finish(entry, JobState.DONE, **completion(result))
        elif entry.stopped is not None:
            self._end(entry)
        elif isinstance(error, DiskFull) and needs_bytes is not None:
            self._pause(entry, out_of_room(error, output_folder(entry.options), needs_bytes), needs_bytes)
        elif isinstance(error, RenderCancelled):
            self._ledger.finish(entry, JobState.CANCELLED)
        else:
            self._ledger.finish(entry, JobState.FAILED, error=failure(error))
