"""The render manager: owns all jobs, renders one after the other and tells what happens to each."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import attrs

from helios_renders.errors import (
    DiskFull,
    HeliosError,
    JobNotFound,
    JournalReadOnly,
    RenderCancelled,
    WrongJobState,
)
from helios_renders.jobs.acceptance import new_job, next_attempt, resumed
from helios_renders.jobs.ending import failure, interruption, out_of_room
from helios_renders.jobs.entry import Entry
from helios_renders.jobs.history import History
from helios_renders.jobs.job import Job, JobError, JobState
from helios_renders.jobs.journal import Journal, JournalState, JournalStatus
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.jobs.queue import RenderQueue
from helios_renders.jobs.room_watch import FreeBytes, RoomWatch, output_folder
from helios_renders.jobs.states import can_retry, is_final, is_still, transition
from helios_renders.jobs.stored_job import StoredJob
from helios_renders.render.events import Phase, PhaseBegan, Planned, RenderEvent, Warned
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.render.output import sweep_scratches
from helios_renders.render.progress import ProgressAggregator
from helios_renders.render.result import RenderResult
from helios_renders.render.room import SPARE_BYTES
from helios_renders.threads import in_thread

logger = logging.getLogger(__name__)

RenderFunction = Callable[[DistributedRenderOptions, Callable[[RenderEvent], None]], Awaitable[RenderResult]]


class RenderManager:
    """Owns all jobs; lives in one event loop, and `close` must be awaited before that ends.

    Jobs are kept in memory, and beyond the manager's life when `restore` gave it a journal. With
    `free_bytes`, a full disk pauses a job until there is room again; without, the job fails.
    """

    def __init__(
        self,
        render: RenderFunction = RenderOrchestrator.render,
        *,
        history: History | None = None,
        free_bytes: FreeBytes | None = None,
    ) -> None:
        self._render = render
        self._history = history or History()
        self._journal: Journal | None = None
        self._entries: dict[str, Entry] = {}
        self._elsewhere: dict[str, Job] = {}
        """The jobs of the daemon that owns the journal, when it is not this one."""
        self._queue = RenderQueue()
        self._free_bytes = free_bytes
        self._room = None if free_bytes is None else RoomWatch(free_bytes, self._resume_by_itself)
        self._runner: asyncio.Task[None] | None = None
        self._subscribers: dict[object, Callable[[Job], None]] = {}
        self._changing = asyncio.Lock()
        """Held while jobs come, go or begin again, so that they do so one after the other."""
        self._closed = False

    async def restore(self, journal: Journal) -> None:
        """Take over a journal: its jobs are known from now on, those of a dead daemon as interrupted.

        Await it before the first render; the journal is closed with the manager.
        """
        async with self._changing:
            self._journal = journal
            stored = await journal.open()
            if self._written_journal is not None:
                for job in stored:
                    await self._recover(job)
                self._forget()
            else:
                self._elsewhere = {item.job.id: item.job for item in stored}

    @property
    def journal(self) -> JournalStatus:
        """What becomes of the jobs when the manager's process ends."""
        return JournalStatus(JournalState.NONE) if self._journal is None else self._journal.status

    async def refresh(self) -> None:
        """Read again what another daemon does, when the journal is its."""
        if self._journal is not None and self._journal.status.state is JournalState.READ_ONLY:
            self._elsewhere = {item.job.id: item.job for item in await self._journal.load()}

    async def start_render(self, options: StartRenderOptions) -> Job:
        """Put a render into the queue and return its job without waiting for it.

        Everything that can be checked without the page is checked before, and the job is in the journal.
        Raises UsageError, and RenderCancelled when the manager is closed.
        """
        # One after the other, so that jobs are queued in the order of asking; in a thread, because a file
        # system can take its time.
        async with self._changing:
            checked, job = await asyncio.to_thread(new_job, options, self._last_order())
            self._check_open()
            return await self._accept(Entry.of(job, checked, self._publish, self._save), job)

    async def retry(self, job_id: str) -> Job:
        """Put a job that failed, was cancelled or interrupted into the queue again, with the same options.

        What was interrupted has its old place in the queue. Raises UsageError, and RenderCancelled when the
        manager is closed.
        """
        async with self._changing:
            entry = self._entry(job_id)
            if not can_retry(entry.known.state):
                raise WrongJobState(
                    f"The render {entry.job.name} is {entry.known.state.value}.",
                    "Only what failed, was cancelled or interrupted can be rendered again.",
                )
            interrupted = entry.known.state is JobState.INTERRUPTED
            order = entry.job.order if interrupted else self._last_order()
            job = await asyncio.to_thread(next_attempt, entry.job, entry.options, order)
            self._check_open()
            return await self._accept(entry, job)

    async def remove(self, job_id: str) -> None:
        """Forget a job that is over; its video stays. Raises UsageError."""
        async with self._changing:
            entry = self._entry(job_id)
            if not entry.over.is_set():
                raise WrongJobState(f"The render {entry.job.name} is not over.", "Cancel it first.")
            if (writing := self._drop([job_id])) is not None:
                await writing

    async def cancel(self, job_id: str) -> Job:
        """Cancel a job and return it when it is over and all its processes are gone; raises UsageError.

        A job that is over already stays as it is.
        """
        entry = self._entry(job_id)
        self._stop(entry, JobState.CANCELLED)
        return await entry.end()

    async def pause(self, job_id: str) -> Job:
        """Pause a job and return it when all its processes are gone; raises UsageError.

        It keeps its place, at the head of the queue when it was rendering, and what it has finished is used
        when it is resumed. A render that comes to its end meanwhile is over and not paused.
        """
        entry = self._entry(job_id)
        if is_final(entry.known.state):
            raise WrongJobState(
                f"The render {entry.job.name} is {entry.known.state.value}.",
                "Only what is waiting or rendering can be paused.",
            )
        self._stop(entry, JobState.PAUSED)
        return await entry.rest()

    async def resume(self, job_id: str) -> Job:
        """Let a paused job have its turn again, and return it.

        Raises UsageError, and RenderCancelled when the manager is closed.
        """
        entry = self._entry(job_id)
        if entry.stopped is JobState.PAUSED or entry.job.state is JobState.PAUSED:
            await entry.rest()
        self._check_open()
        if entry.job.state is not JobState.PAUSED:
            raise WrongJobState(
                f"The render {entry.job.name} is {entry.known.state.value}.",
                "Only what is paused can be resumed.",
            )
        if (writing := self._resume(entry)) is not None:
            await writing
        return entry.known

    async def move(self, job_id: str, before: str | None) -> Job:
        """Give a waiting or paused job the place before another one, or the last; raises UsageError."""
        entry = self._waiting(job_id)
        other = None if before is None else self._waiting(before)
        if other is not entry:
            writing = [
                self._become(moved, attrs.evolve(moved.job, order=order))
                for moved, order in self._queue.moved(entry, other).items()
            ]
            self._queue.sort()
            await asyncio.gather(*filter(None, writing))
        return entry.known

    async def wait(self, job_id: str) -> Job:
        """The job when it is over; raises UsageError."""
        return await self._entry(job_id).end()

    def job(self, job_id: str) -> Job:
        """The job as it is now; raises JobNotFound."""
        if (job := self._elsewhere.get(job_id)) is not None:
            return job
        return self._entry(job_id).known

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, newest first."""
        own = (entry.known for entry in reversed(self._entries.values()))
        return (*own, *reversed(self._elsewhere.values()))

    def subscribe(self, callback: Callable[[Job], None]) -> Callable[[], None]:
        """Hear every change of state and progress up to ten times a second; returns what ends it.

        The callback runs on its own in the event loop, so that its errors are not the render's.
        """
        key = object()
        self._subscribers[key] = callback

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    async def close(self, outcome: JobState = JobState.CANCELLED) -> None:
        """End all jobs in this state and return when they are over; no render can be started afterwards.

        A paused job is not interrupted by that, and stays paused.
        """
        self._closed = True
        async with self._changing:
            if self._room is not None:
                await self._room.close()
            living = [entry for entry in self._entries.values() if not entry.over.is_set()]
            for entry in living:
                self._stop(entry, outcome)
            for entry in living:
                await (entry.end() if outcome is JobState.CANCELLED else entry.rest())
            if self._runner is not None:
                await asyncio.shield(self._runner)
            if self._journal is not None:
                journal, self._journal = self._journal, None
                await journal.close()

    @property
    def _written_journal(self) -> Journal | None:
        """The journal when it is ours to write."""
        return self._journal if self.journal.state is JournalState.OWNED else None

    def _check_open(self) -> None:
        if self._closed:
            raise RenderCancelled("Helios is ending and takes no more renders.", "Start it again.")

    def _entry(self, job_id: str) -> Entry:
        if job_id in self._elsewhere:
            raise JournalReadOnly("This render belongs to another window.", "Go to that window.")
        try:
            return self._entries[job_id]
        except KeyError:
            raise JobNotFound(f"No render has the id {job_id!a}.", "See the list of renders.") from None

    def _waiting(self, job_id: str) -> Entry:
        entry = self._entry(job_id)
        if entry not in self._queue:
            raise WrongJobState(
                f"The render {entry.job.name} is {entry.job.state.value}.",
                "Only what is waiting has a place in the queue.",
            )
        return entry

    def _last_order(self) -> float:
        return 1 + max((entry.job.order for entry in self._entries.values()), default=0.0)

    async def _recover(self, stored: StoredJob) -> None:
        entry = Entry.of(stored.job, stored.options, self._publish, self._save)
        self._entries[stored.job.id] = entry
        if stored.job.state is JobState.PAUSED:
            self._queue.put(entry)
            self._watch_room(entry)
        elif not is_final(stored.job.state):
            await asyncio.to_thread(_clean_up_after, stored)
            self._finish(
                entry, JobState.INTERRUPTED, finished_at=stored.written_at, error=interruption(stored.job)
            )
            await entry.end()

    async def _accept(self, entry: Entry, job: Job) -> Job:
        # Whoever stops waiting meanwhile must not leave a job behind that is written and never rendered.
        enqueuing = asyncio.ensure_future(self._enqueue(entry, job))
        try:
            return await asyncio.shield(enqueuing)
        finally:
            if not enqueuing.done():
                await asyncio.wait([enqueuing])

    async def _enqueue(self, entry: Entry, job: Job) -> Job:
        if (journal := self._written_journal) is not None:
            await journal.accept(job, entry.options)
        entry.begin_again()
        entry.job = entry.known = job
        self._entries[job.id] = entry
        self._queue.put(entry)
        entry.updates.now()
        self._run_what_waits()
        return job

    def _resume(self, entry: Entry) -> "asyncio.Task[None] | None":
        entry.begin_again()
        writing = self._become(entry, resumed(entry.job))
        self._run_what_waits()
        return writing

    def _resume_by_itself(self, entry: Entry) -> None:
        if entry.job.state is JobState.PAUSED and entry.still.is_set():
            self._resume(entry)

    def _stop(self, entry: Entry, outcome: JobState) -> None:
        is_paused = entry.job.state is JobState.PAUSED
        if is_final(entry.job.state) or (is_paused and outcome is not JobState.CANCELLED):
            return
        asked_before = entry.stopped
        if asked_before is None or (asked_before is JobState.PAUSED and outcome is JobState.CANCELLED):
            entry.stopped = outcome
        if entry in self._queue:
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
        if entry in self._queue:
            self._queue.remove(entry)
        self._finish(entry, entry.stopped, error=interruption(self._seen(entry)) if interrupted else None)

    def _pause(self, entry: Entry, error: JobError | None = None, needs_bytes: int | None = None) -> None:
        entry.stopped = None
        is_begun = entry not in self._queue
        order = self._queue.head(entry.job.order) if is_begun else entry.job.order
        # What is done is told, and no speed: nothing moves any more.
        progress = self._seen(entry).progress
        if progress is not None:
            progress = attrs.evolve(progress, fps=None, eta_seconds=None, workers=())
        self._change(
            entry, JobState.PAUSED, order=order, progress=progress, error=error, needs_bytes=needs_bytes
        )
        if is_begun:
            self._queue.put(entry)
        logger.info("Job %s is paused%s", entry.job.id, f": {error.message}" if error else ".")

    def _watch_room(self, entry: Entry) -> None:
        """Look out for room where the job waits for it, and only there."""
        if self._room is None:
            return
        if entry.job.state is JobState.PAUSED and entry.job.needs_bytes is not None and not self._closed:
            self._room.add(entry, entry.job.needs_bytes)
        else:
            self._room.discard(entry)

    def _run_what_waits(self) -> None:
        if self._runner is None:
            self._runner = asyncio.create_task(self._run_queue())

    async def _run_queue(self) -> None:
        while (entry := self._queue.take()) is not None:
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
        writing = self._change(entry, JobState.RENDERING, started_at=time.time())
        if writing is not None:
            await writing
        if entry.stopped is not None:
            self._end(entry)
            return
        hear = partial(self._hear, entry, entry.job.attempt)
        entry.task = asyncio.ensure_future(self._render(entry.options, hear))
        await asyncio.wait({entry.task})
        self._settle(entry, entry.task, await self._room_needed(entry, entry.task))

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
                self._change(entry, JobState.ASSEMBLING)
            case Planned():
                entry.job = attrs.evolve(entry.job, concurrency=event.concurrency, output=event.output)
                entry.updates.now()
                entry.saves.now()
            case Warned():
                logger.warning("Job %s: %s", entry.job.id, event.message)
            case _:
                entry.updates.request()
                entry.saves.request()

    def _settle(self, entry: Entry, task: asyncio.Future[RenderResult], needs_bytes: int | None) -> None:
        """Turn the way in which the render's task ended into the job's next state."""
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, HeliosError):
            logger.error("Job %s broke in a way nobody expected.", entry.job.id, exc_info=error)
        if not task.cancelled() and error is None:
            result = task.result()
            if entry.progress is not None:
                entry.progress.apply(PhaseBegan(Phase.DONE))
            self._finish(
                entry,
                JobState.DONE,
                result=result,
                output=str(result.output),
                concurrency=result.concurrency,
            )
        elif entry.stopped is not None:
            self._end(entry)
        elif isinstance(error, DiskFull) and needs_bytes is not None:
            self._pause(entry, out_of_room(error, needs_bytes), needs_bytes)
        elif isinstance(error, RenderCancelled):
            self._finish(entry, JobState.CANCELLED)
        else:
            self._finish(entry, JobState.FAILED, error=failure(error))

    def _finish(self, entry: Entry, state: JobState, **changes: Any) -> None:
        self._change(entry, state, **{"finished_at": time.time(), "needs_bytes": None, **changes})
        job = entry.job
        if job.error is not None:
            what = " ".join((job.error.message, job.error.advice)).strip()
            log = logger.error if state is JobState.FAILED else logger.warning
            log("Job %s %s: %s", job.id, "failed" if state is JobState.FAILED else "was interrupted", what)
        else:
            logger.info("Job %s is %s%s", job.id, state.value, f": {job.output}" if job.result else ".")

    def _forget(self) -> None:
        jobs = [entry.known for entry in self._entries.values() if entry.over.is_set()]
        if outdated := self._history.outdated(jobs, time.time()):
            self._drop(outdated)

    def _drop(self, ids: list[str]) -> "asyncio.Task[None] | None":
        for job_id in ids:
            del self._entries[job_id]
        journal = self._written_journal
        return None if journal is None else journal.remove(ids)

    def _change(self, entry: Entry, state: JobState, **changes: Any) -> "asyncio.Task[None] | None":
        """Give a job its next state, as `_become`."""
        return self._become(
            entry, attrs.evolve(self._seen(entry), state=transition(entry.job.state, state), **changes)
        )

    def _become(self, entry: Entry, job: Job) -> "asyncio.Task[None] | None":
        """Make a job like this; it is told as soon as it is written, by the task that is returned."""
        entry.job = job
        if (journal := self._written_journal) is None:
            self._written(entry, job)
            return None
        entry.unwritten += 1
        writing = journal.record(job, entry.options)

        def written(_: "asyncio.Task[None]") -> None:
            entry.unwritten -= 1
            self._written(entry, job)

        writing.add_done_callback(written)
        return writing

    def _written(self, entry: Entry, job: Job) -> None:
        entry.known = job
        entry.updates.now()
        entry.wake()
        self._watch_room(entry)
        if is_final(job.state):
            self._forget()

    def _seen(self, entry: Entry) -> Job:
        """The job with its progress at this moment."""
        if entry.progress is None or is_still(entry.job.state):
            return entry.job
        return attrs.evolve(entry.job, progress=entry.progress.snapshot())

    def _save(self, entry: Entry) -> None:
        if (journal := self._written_journal) is not None and not is_still(entry.job.state):
            journal.record(self._seen(entry), entry.options)

    def _publish(self, entry: Entry) -> None:
        if not entry.unwritten:
            entry.known = entry.job = self._seen(entry)
        loop = asyncio.get_running_loop()
        for key in self._subscribers:
            loop.call_soon(self._deliver, key, entry.known)

    def _deliver(self, key: object, job: Job) -> None:
        if (callback := self._subscribers.get(key)) is not None:
            callback(job)


def _clean_up_after(stored: StoredJob) -> None:
    """Remove what a dead daemon could not; it would hold the output's name against another attempt."""
    # Not where the job says that its output is: it may have died before that was written.
    sweep_scratches(output_folder(stored.options))
