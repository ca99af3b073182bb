"""The render manager: owns all jobs, renders one after the other and tells what happens to each."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from helios_renders.errors import HeliosError, JobNotFound, JournalReadOnly, RenderCancelled, WrongJobState
from helios_renders.jobs.acceptance import new_job, next_attempt
from helios_renders.jobs.ending import failure, interruption
from helios_renders.jobs.entry import Entry
from helios_renders.jobs.history import History
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.journal import Journal, JournalState, JournalStatus
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.jobs.states import can_retry, is_final, transition
from helios_renders.jobs.stored_job import StoredJob
from helios_renders.render.events import Phase, PhaseBegan, Planned, RenderEvent, Warned
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.render.output import OUTPUT_FOLDER, sweep_scratches
from helios_renders.render.progress import ProgressAggregator
from helios_renders.render.result import RenderResult

logger = logging.getLogger(__name__)

RenderFunction = Callable[[DistributedRenderOptions, Callable[[RenderEvent], None]], Awaitable[RenderResult]]


class RenderManager:
    """Owns all jobs; lives in one event loop, and `close` must be awaited before that ends.

    Jobs are kept in memory, and beyond the manager's life when `restore` gave it a journal.
    """

    def __init__(
        self, render: RenderFunction = RenderOrchestrator.render, *, history: History | None = None
    ) -> None:
        self._render = render
        self._history = history or History()
        self._journal: Journal | None = None
        self._entries: dict[str, Entry] = {}
        self._elsewhere: dict[str, Job] = {}
        """The jobs of the daemon that owns the journal, when it is not this one."""
        self._queue: deque[Entry] = deque()
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
            checked, job = await asyncio.to_thread(new_job, options)
            self._check_open()
            return await self._accept(Entry.of(job, checked, self._publish, self._save), job)

    async def retry(self, job_id: str) -> Job:
        """Put a job that failed, was cancelled or interrupted into the queue again, with the same options.

        Raises UsageError, and RenderCancelled when the manager is closed.
        """
        async with self._changing:
            entry = self._entry(job_id)
            if not can_retry(entry.known.state):
                raise WrongJobState(
                    f"The render {entry.job.name} is {entry.known.state.value}.",
                    "Only what failed, was cancelled or interrupted can be rendered again.",
                )
            job = await asyncio.to_thread(next_attempt, entry.job, entry.options)
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
        """End all jobs in this state and return when they are over; no render can be started afterwards."""
        self._closed = True
        async with self._changing:
            living = [entry for entry in self._entries.values() if not entry.over.is_set()]
            for entry in living:
                self._stop(entry, outcome)
            for entry in living:
                await entry.end()
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

    async def _recover(self, stored: StoredJob) -> None:
        entry = Entry.of(stored.job, stored.options, self._publish, self._save)
        self._entries[stored.job.id] = entry
        if not is_final(stored.job.state):
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
        entry.begin_again(job)
        self._entries[job.id] = entry
        self._queue.append(entry)
        entry.updates.now()
        if self._runner is None:
            self._runner = asyncio.create_task(self._run_queue())
        return job

    def _stop(self, entry: Entry, outcome: JobState) -> None:
        if entry.over.is_set() or entry.stopped is not None:
            # Only once: a second cancellation would break into the render's own cleaning up.
            return
        entry.stopped = outcome
        if entry in self._queue:
            self._queue.remove(entry)
            self._end(entry)
        elif entry.task is not None:
            entry.task.cancel()

    def _end(self, entry: Entry) -> None:
        """Give a job the last state that it was asked to end in."""
        assert entry.stopped is not None
        interrupted = entry.stopped is JobState.INTERRUPTED
        self._finish(entry, entry.stopped, error=interruption(self._seen(entry)) if interrupted else None)

    async def _run_queue(self) -> None:
        while self._queue:
            await self._run(self._queue.popleft())
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
        self._settle(entry, entry.task)

    def _hear(self, entry: Entry, attempt: int, event: RenderEvent) -> None:
        if entry.progress is None or is_final(entry.job.state) or entry.job.attempt != attempt:
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

    def _settle(self, entry: Entry, task: asyncio.Future[RenderResult]) -> None:
        """Turn the way in which the render's task ended into the job's last state."""
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
        elif isinstance(error, RenderCancelled):
            self._finish(entry, JobState.CANCELLED)
        else:
            self._finish(entry, JobState.FAILED, error=failure(error))

    def _finish(self, entry: Entry, state: JobState, **changes: Any) -> None:
        self._change(entry, state, **{"finished_at": time.time(), **changes})
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
        """Give a job its next state; it is told as soon as it is written, by the task that is returned."""
        job = attrs.evolve(self._seen(entry), state=transition(entry.job.state, state), **changes)
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
        if is_final(job.state):
            entry.over.set()
            self._forget()

    def _seen(self, entry: Entry) -> Job:
        """The job with its progress at this moment."""
        if entry.progress is None or is_final(entry.job.state):
            return entry.job
        return attrs.evolve(entry.job, progress=entry.progress.snapshot())

    def _save(self, entry: Entry) -> None:
        if (journal := self._written_journal) is not None and not is_final(entry.job.state):
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
    options = stored.options
    folder = options.output_folder or Path(OUTPUT_FOLDER)
    # Not where the job says that its output is: it may have died before that was written.
    sweep_scratches(folder if options.output is None else options.output.parent)
