"""All jobs of one manager: each change is written first and told then."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

import attrs

from helios_renders.errors import JobNotFound, JournalReadOnly
from helios_renders.jobs.entry import Entry
from helios_renders.jobs.history import History
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.journal import Journal, JournalState, JournalStatus
from helios_renders.jobs.states import is_final, is_still, transition
from helios_renders.jobs.stored_job import StoredJob
from helios_renders.render.options import DistributedRenderOptions

logger = logging.getLogger(__name__)


class JobLedger:
    """Keeps jobs in memory, and in a journal when `open` gave it one; lives in one event loop.

    `on_known` is called when everybody may know what an entry's job has become.
    """

    def __init__(self, history: History, on_known: Callable[[Entry], None]) -> None:
        self._history = history
        self._on_known = on_known
        self._journal: Journal | None = None
        self._entries: dict[str, Entry] = {}
        self._elsewhere: dict[str, Job] = {}
        """The jobs of the daemon that owns the journal, when it is not this one."""
        self._subscribers: dict[object, Callable[[Job], None]] = {}
        self._removal_subscribers: list[Callable[[tuple[str, ...]], None]] = []

    async def open(self, journal: Journal) -> tuple[StoredJob, ...]:
        """Take over a journal; returns the jobs that are now this process's to go on with."""
        self._journal = journal
        stored = await journal.open()
        if self._written_journal is None:
            self._elsewhere = _of_another(stored)
            return ()
        for item in stored:
            self._entries[item.job.id] = self.new_entry(item.job, item.options)
        return stored

    async def close(self) -> None:
        """Write what was asked for and let go of the journal."""
        if self._journal is not None:
            journal, self._journal = self._journal, None
            await journal.close()

    @property
    def status(self) -> JournalStatus:
        """What becomes of the jobs when the process ends."""
        return JournalStatus(JournalState.NONE) if self._journal is None else self._journal.status

    async def refresh(self) -> None:
        """Read again what another daemon does, when the journal is its, and tell what has changed."""
        if self._journal is None or not self._is_of_another():
            return
        found = _of_another(await self._journal.load())
        if not self._is_of_another():
            return  # taken over meanwhile
        before, self._elsewhere = self._elsewhere, found
        for job in found.values():
            if before.get(job.id) != job:
                self._tell(job)
        self._tell_removed(before.keys() - found.keys())

    async def follow(self) -> tuple[StoredJob, ...]:
        """Tell what has changed in another daemon's journal; its jobs as of `open` when it is gone."""
        if self._journal is None:
            return ()
        if not await self._journal.take_over():
            await self.refresh()
            return ()
        before, self._elsewhere = self._elsewhere, {}
        for entry in self._entries.values():
            self._journal.record(entry.job, entry.options)
        stored = tuple(item for item in await self._journal.load() if item.job.id not in self._entries)
        for item in stored:
            self._entries[item.job.id] = self.new_entry(item.job, item.options)
            self._tell(item.job)
        self._tell_removed(before.keys() - self._entries.keys())
        return stored

    def entry(self, job_id: str) -> Entry:
        """A job that is this process's; raises JournalReadOnly or JobNotFound."""
        if job_id in self._elsewhere:
            raise JournalReadOnly("This render belongs to another window.", "Go to that window.")
        try:
            return self._entries[job_id]
        except KeyError:
            raise JobNotFound(f"No render has the id {job_id!a}.", "See the list of renders.") from None

    def job(self, job_id: str) -> Job:
        """A job as everybody may know it; raises JobNotFound."""
        if (job := self._elsewhere.get(job_id)) is not None:
            return job
        return self.entry(job_id).known

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, newest first."""
        own = (entry.known for entry in reversed(self._entries.values()))
        return (*own, *reversed(self._elsewhere.values()))

    def living(self) -> list[Entry]:
        """What is not over, paused ones too."""
        return [entry for entry in self._entries.values() if not entry.over.is_set()]

    def over(self) -> list[Entry]:
        """What is over, and everybody may know it."""
        return [entry for entry in self._entries.values() if entry.over.is_set()]

    def last_order(self) -> float:
        """The order behind that of all jobs."""
        return 1 + max((entry.job.order for entry in self._entries.values()), default=0.0)

    def new_entry(self, job: Job, options: DistributedRenderOptions) -> Entry:
        """A job that nobody knows before `accept`."""
        return Entry.of(job, options, self._publish, self._save)

    async def accept(self, entry: Entry, job: Job) -> None:
        """Write a job, or its next attempt, and make it known; raises JournalNotWritable."""
        if (journal := self._written_journal) is not None:
            await journal.accept(job, entry.options)
        entry.begin_again()
        entry.job = entry.known = job
        self._entries[job.id] = entry
        entry.updates.now()

    def change(self, entry: Entry, state: JobState, **changes: Any) -> "asyncio.Task[None] | None":
        """Give a job its next state, as `become`."""
        return self.become(
            entry, attrs.evolve(self.seen(entry), state=transition(entry.job.state, state), **changes)
        )

    def become(self, entry: Entry, job: Job) -> "asyncio.Task[None] | None":
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

    def finish(self, entry: Entry, state: JobState, **changes: Any) -> None:
        """End a job's attempt in a final state, which the log tells too."""
        ending = {"finished_at": time.time(), "needs_bytes": None, "result": None, **changes}
        self.change(entry, state, **ending)
        job = entry.job
        if job.error is not None:
            log = logger.error if state is JobState.FAILED else logger.warning
            ended = "failed" if state is JobState.FAILED else "was interrupted"
            log("Job %s %s: %s", job.id, ended, job.error.message)
        else:
            logger.info("Job %s is %s%s", job.id, state.value, f": {job.output}" if job.result else ".")

    def seen(self, entry: Entry) -> Job:
        """A job with its progress at this moment."""
        if entry.progress is None or is_still(entry.job.state):
            return entry.job
        return attrs.evolve(entry.job, progress=entry.progress.snapshot())

    def forget(self) -> None:
        """Drop what the history keeps no longer."""
        jobs = [entry.known for entry in self.over()]
        if outdated := self._history.outdated(jobs, time.time()):
            self.drop(outdated)

    def drop(self, ids: list[str]) -> "asyncio.Task[None] | None":
        """Forget jobs that are over; it is told when it is written, by the task that is returned."""
        for job_id in ids:
            del self._entries[job_id]
        if (journal := self._written_journal) is None:
            self._tell_removed(ids)
            return None
        writing = journal.remove(ids)
        writing.add_done_callback(lambda _: self._tell_removed(ids))
        return writing

    def subscribe(self, callback: Callable[[Job], None]) -> Callable[[], None]:
        """Hear every change; returns what ends it.

        The callback runs on its own in the event loop, so that its errors are not the render's.
        """
        key = object()
        self._subscribers[key] = callback

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    def subscribe_removals(self, callback: Callable[[tuple[str, ...]], None]) -> None:
        """Hear the ids of jobs that nobody knows any more, as `subscribe` tells of the others."""
        self._removal_subscribers.append(callback)

    @property
    def _written_journal(self) -> Journal | None:
        """The journal when it is ours to write."""
        return self._journal if self.status.state is JournalState.OWNED else None

    def _is_of_another(self) -> bool:
        return self.status.state is JournalState.READ_ONLY

    def _written(self, entry: Entry, job: Job) -> None:
        entry.known = job
        entry.updates.now()
        entry.wake()
        self._on_known(entry)
        if is_final(job.state):
            self.forget()

    def _save(self, entry: Entry) -> None:
        if (journal := self._written_journal) is not None and not is_still(entry.job.state):
            journal.record(self.seen(entry), entry.options)

    def _publish(self, entry: Entry) -> None:
        if not entry.unwritten:
            entry.known = entry.job = self.seen(entry)
        self._tell(entry.known)

    def _tell(self, job: Job) -> None:
        loop = asyncio.get_running_loop()
        for key in self._subscribers:
            loop.call_soon(self._deliver, key, job)

    def _tell_removed(self, ids: Iterable[str]) -> None:
        if job_ids := tuple(ids):
            for callback in self._removal_subscribers:
                asyncio.get_running_loop().call_soon(callback, job_ids)

    def _deliver(self, key: object, job: Job) -> None:
        if (callback := self._subscribers.get(key)) is not None:
            callback(job)


def _of_another(stored: tuple[StoredJob, ...]) -> dict[str, Job]:
    return {item.job.id: attrs.evolve(item.job, elsewhere=True) for item in stored}
