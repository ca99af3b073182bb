"""The render manager: owns all jobs, renders one after the other and tells what happens to each."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import attrs

from helios_renders.errors import (
    RenderCancelled,
    WrongJobState,
)
from helios_renders.jobs.acceptance import another_job, new_job, next_attempt
from helios_renders.jobs.command_line import render_arguments
from helios_renders.jobs.ending import completion, interruption
from helios_renders.jobs.entry import Entry
from helios_renders.jobs.history import History
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.journal import Journal, JournalStatus
from helios_renders.jobs.ledger import JobLedger
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.jobs.room_watch import FreeBytes
from helios_renders.jobs.runs import JobRuns, RenderFunction
from helios_renders.jobs.states import can_retry, is_final
from helios_renders.jobs.stored_job import StoredJob
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.render.output import is_in_place, output_folder, sweep_scratches
from helios_renders.threads import in_thread


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
        self._ledger = JobLedger(history or History(), lambda entry: self._runs.watch_room(entry))
        self._runs = JobRuns(render, self._ledger, free_bytes)
        self._changing = asyncio.Lock()
        """Held while jobs come, go or begin again, so that they do so one after the other."""
        self._closed = False

    async def restore(self, journal: Journal) -> None:
        """Take over a journal: its jobs are known from now on, those of a dead daemon as interrupted.

        Await it before the first render; the journal is closed with the manager.
        """
        async with self._changing:
            for stored in await self._ledger.open(journal):
                await self._recover(stored)
            self._ledger.forget()

    @property
    def journal(self) -> JournalStatus:
        """What becomes of the jobs when the manager's process ends."""
        return self._ledger.status

    async def refresh(self) -> None:
        """Read again what another daemon does, when the journal is its, and tell what has changed."""
        await self._ledger.refresh()

    async def follow(self) -> None:
        """Tell what the daemon did that owns the journal; when it is gone, journal and jobs are ours.

        What it left unfinished is interrupted then, and the jobs of this daemon are written down too.
        """
        async with self._changing:
            for stored in await self._ledger.follow():
                await self._recover(stored)
            self._ledger.forget()

    async def start_render(self, options: StartRenderOptions) -> Job:
        """Put a render into the queue and return its job without waiting for it.

        Everything that can be checked without the page is checked before, and the job is in the journal.
        Raises UsageError, and RenderCancelled when the manager is closed.
        """
        # One after the other, so that jobs are queued in the order of asking; in a thread, because a file
        # system can take its time.
        async with self._changing:
            checked, job = await asyncio.to_thread(new_job, options, self._ledger.last_order())
            self._check_open()
            return await self._accept(self._ledger.new_entry(job, checked), job)

    async def retry(self, job_id: str) -> Job:
        """Put a job that failed, was cancelled or interrupted into the queue again, with the same options.

        What was interrupted has its old place in the queue. Raises UsageError, and RenderCancelled when the
        manager is closed.
        """
        async with self._changing:
            entry = self._ledger.entry(job_id)
            if not can_retry(entry.known.state):
                raise WrongJobState(
                    f"The render {entry.job.name} is {entry.known.state.value}.",
                    "Only what failed, was cancelled or interrupted can be rendered again.",
                )
            interrupted = entry.known.state is JobState.INTERRUPTED
            order = entry.job.order if interrupted else self._ledger.last_order()
            job = await asyncio.to_thread(next_attempt, entry.job, entry.options, order)
            self._check_open()
            return await self._accept(entry, job)

    async def again(self, job_id: str) -> Job:
        """Put a new job with the options of one that is over into the queue; its video is a new file.

        Raises UsageError, and RenderCancelled when the manager is closed.
        """
        async with self._changing:
            entry = self._ledger.entry(job_id)
            if not entry.over.is_set():
                raise WrongJobState(f"The render {entry.job.name} is not over.", "Wait for it, or cancel it.")
            taken = [Path(job.output) for job in self.jobs() if job.output and not is_final(job.state)]
            order = self._ledger.last_order()
            checked, job = await asyncio.to_thread(another_job, entry.options, order, taken)
            self._check_open()
            return await self._accept(self._ledger.new_entry(job, checked), job)

    async def clear(self) -> tuple[str, ...]:
        """Forget all jobs that are over, but those that were interrupted; their ids. The videos stay."""
        async with self._changing:
            over = (entry.known for entry in self._ledger.over())
            ids = [job.id for job in over if job.state is not JobState.INTERRUPTED]
            if (writing := self._ledger.drop(ids)) is not None:
                await writing
            return tuple(ids)

    async def arguments(self, job_id: str) -> tuple[str, ...]:
        """What stands after `helios render` to make the same video; raises UsageError."""
        entry = self._ledger.entry(job_id)
        return await in_thread(render_arguments, entry.known, entry.options)

    async def remove(self, job_id: str) -> None:
        """Forget a job that is over; its video stays. Raises UsageError."""
        async with self._changing:
            entry = self._ledger.entry(job_id)
            if not entry.over.is_set():
                raise WrongJobState(f"The render {entry.job.name} is not over.", "Cancel it first.")
            if (writing := self._ledger.drop([job_id])) is not None:
                await writing

    async def cancel(self, job_id: str) -> Job:
        """Cancel a job and return it when it is over and all its processes are gone; raises UsageError.

        A job that is over already stays as it is.
        """
        entry = self._ledger.entry(job_id)
        self._runs.stop(entry, JobState.CANCELLED)
        return await entry.end()

    async def pause(self, job_id: str) -> Job:
        """Pause a job and return it when all its processes are gone; raises UsageError.

        It keeps its place, at the head of the queue when it was rendering, and what it has finished is used
        when it is resumed. A render that comes to its end meanwhile is over and not paused.
        """
        entry = self._ledger.entry(job_id)
        if is_final(entry.known.state):
            raise WrongJobState(
                f"The render {entry.job.name} is {entry.known.state.value}.",
                "Only what is waiting or rendering can be paused.",
            )
        self._runs.stop(entry, JobState.PAUSED)
        return await entry.rest()

    async def resume(self, job_id: str) -> Job:
        """Let a paused job have its turn again, and return it.

        Raises UsageError, and RenderCancelled when the manager is closed.
        """
        entry = self._ledger.entry(job_id)
        if entry.stopped is JobState.PAUSED or entry.job.state is JobState.PAUSED:
            await entry.rest()
        self._check_open()
        if entry.job.state is not JobState.PAUSED:
            raise WrongJobState(
                f"The render {entry.job.name} is {entry.known.state.value}.",
                "Only what is paused can be resumed.",
            )
        if (writing := self._runs.resume(entry)) is not None:
            await writing
        return entry.known

    async def move(self, job_id: str, before: str | None) -> Job:
        """Give a waiting or paused job the place before another one, or the last; raises UsageError."""
        entry = self._waiting(job_id)
        other = None if before is None else self._waiting(before)
        if other is not entry:
            writing = [
                self._ledger.become(moved, attrs.evolve(moved.job, order=order))
                for moved, order in self._runs.queue.moved(entry, other).items()
            ]
            self._runs.queue.sort()
            await asyncio.gather(*filter(None, writing))
        return entry.known

    async def wait(self, job_id: str) -> Job:
        """The job when it is over; raises UsageError."""
        return await self._ledger.entry(job_id).end()

    def job(self, job_id: str) -> Job:
        """The job as it is now; raises JobNotFound."""
        return self._ledger.job(job_id)

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, newest first."""
        return self._ledger.jobs()

    def subscribe(self, callback: Callable[[Job], None]) -> Callable[[], None]:
        """Hear every change of state and progress up to ten times a second; returns what ends it.

        The callback runs on its own in the event loop, so that its errors are not the render's.
        """
        return self._ledger.subscribe(callback)

    def subscribe_removals(self, callback: Callable[[tuple[str, ...]], None]) -> None:
        """Hear the ids of jobs that are removed, cleared, forgotten by the history or gone elsewhere."""
        self._ledger.subscribe_removals(callback)

    async def close(self, outcome: JobState = JobState.CANCELLED) -> None:
        """End all jobs in this state and return when they are over; no render can be started afterwards.

        A paused job is not interrupted by that, and stays paused.
        """
        self._closed = True
        async with self._changing:
            await self._runs.close(outcome)
            await self._ledger.close()

    def _check_open(self) -> None:
        if self._closed:
            raise RenderCancelled("Helios is ending and takes no more renders.", "Start it again.")

    def _waiting(self, job_id: str) -> Entry:
        entry = self._ledger.entry(job_id)
        if entry not in self._runs.queue:
            raise WrongJobState(
                f"The render {entry.job.name} is {entry.job.state.value}.",
                "Only what is waiting has a place in the queue.",
            )
        return entry

    async def _recover(self, stored: StoredJob) -> None:
        job = stored.job
        if is_final(job.state):
            return
        entry = self._ledger.entry(job.id)
        if job.state is JobState.PAUSED:
            self._runs.queue.put(entry)
            self._runs.watch_room(entry)
        else:
            # It may have died between the file's move and the row that says so.
            placed = job.result
            if placed is not None and not await in_thread(is_in_place, placed):
                placed = None
            await in_thread(_clean_up_after, entry.options)
            if placed is not None:
                self._ledger.finish(entry, JobState.DONE, finished_at=stored.written_at, **completion(placed))
            else:
                error = interruption(job)
                self._ledger.finish(entry, JobState.INTERRUPTED, finished_at=stored.written_at, error=error)
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
        await self._ledger.accept(entry, job)
        self._runs.put(entry)
        return job


def _clean_up_after(options: DistributedRenderOptions) -> None:
    """Remove what a dead daemon could not; it would hold the output's name against another attempt."""
    # Not where the job says that its output is: it may have died before that was written.
    sweep_scratches(output_folder(options))
