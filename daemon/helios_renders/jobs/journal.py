"""The journal: every state of a job is on the disk before anyone hears of it, and survives the daemon."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import attrs

from helios_renders.errors import JournalNotWritable
from helios_renders.file_lock import FileLock
from helios_renders.jobs.inheritance import inherit, is_heir, lock_of
from helios_renders.jobs.job import Job
from helios_renders.jobs.repair import open_store
from helios_renders.jobs.store import JobStore, JournalTooNew
from helios_renders.jobs.stored_job import OthersJournal, StoredJob
from helios_renders.render.options import DistributedRenderOptions

logger = logging.getLogger(__name__)

LOCK_SECONDS = 3.0
"""How long a daemon that is just ending, as when a window is reloaded, may still hold the journal."""
LOCK_POLL_SECONDS = 0.05
GRACE_SECONDS = 6.0
"""How long a journal must be free before another window takes it: the owner's may only be loading anew."""

P = ParamSpec("P")
T = TypeVar("T")


class JournalState(Enum):
    """What a daemon may do with a journal."""

    OWNED = "owned"
    READ_ONLY = "readOnly"
    NONE = "none"


@attrs.frozen
class JournalStatus:
    """Whether jobs are kept beyond the daemon's life, where, and what a person should know of it."""

    state: JournalState
    path: str | None = None
    note: str = ""


class Journal:
    """One journal, whose file is touched by one thread of its own; used in one event loop.

    A new one begins with the jobs of `ancestor`. `open` first; `close` must be awaited, whatever happened.
    """

    def __init__(
        self, path: Path, ancestor: Path | None = None, *, lock_seconds: float = LOCK_SECONDS
    ) -> None:
        self._path = path
        self._ancestor = ancestor
        self._lock = lock_of(path)
        self._lock_seconds = lock_seconds
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._store: JobStore | None = None
        self._others = OthersJournal(path)
        self._failing = False
        self._unreadable: Sequence[str] = ()
        """The ids of jobs that could not be read last time."""
        self._free_since: float | None = None
        self.status = JournalStatus(JournalState.NONE, str(path))

    async def open(self) -> tuple[StoredJob, ...]:
        """Take the journal, or look at another daemon's; its jobs in the order of asking.

        Never fails: what stands against the journal is in the log and in `status`.
        """
        try:
            if await self._locked(self._lock):
                await self._inherit()
                await self._own()
            else:
                note = "Another window renders in this workspace: its renders are shown here, "
                note += "and those of this window are kept only until it closes."
                self._become(JournalState.READ_ONLY, note)
        except (OSError, sqlite3.Error, JournalTooNew) as error:
            await self._lose(error)
        return await self.load()

    async def take_over(self) -> bool:
        """Own the journal when the daemon that owned it has been gone for a while, and say whether.

        To be asked again and again; never fails, as `open`.
        """
        if self.status.state is not JournalState.READ_ONLY:
            return False
        try:
            if not await self._run(self._lock.acquire):
                self._free_since = None
                return False
            now = asyncio.get_running_loop().time()
            self._free_since = now if self._free_since is None else self._free_since
            if now - self._free_since < GRACE_SECONDS:
                await self._run(self._lock.release)
                return False
            await self._own()
        except (OSError, sqlite3.Error, JournalTooNew) as error:
            await self._lose(error)
            return False
        logger.info("The journal %s belongs to this window now.", self._path)
        return True

    async def load(self) -> tuple[StoredJob, ...]:
        """The jobs as they are written now; none of a journal that cannot be read, which the log tells."""
        try:
            if self._store is not None:
                jobs, unreadable = await self._run(self._store.load)
            elif self.status.state is JournalState.READ_ONLY:
                jobs, unreadable = await self._run(self._others.read)
            else:
                return ()
        except sqlite3.Error as error:
            logger.warning("The journal %s cannot be read: %s", self._path, error)
            return ()
        if unreadable and unreadable != self._unreadable:
            logger.warning("The journal has renders that cannot be read: %s.", ", ".join(unreadable))
        self._unreadable = unreadable
        return tuple(jobs)

    async def accept(self, job: Job, options: DistributedRenderOptions) -> None:
        """Write a job that nobody has heard of yet; raises JournalNotWritable."""
        assert self._store is not None
        try:
            await self._run(self._store.write, job, options)
        except sqlite3.Error as error:
            raise JournalNotWritable(
                f"The journal {self._path} cannot be written: {error}.", "Make room on its disk, or mend it."
            ) from error

    def record(self, job: Job, options: DistributedRenderOptions) -> "asyncio.Task[None]":
        """Write a job as it is now, after all that was asked for before; the task ends when that is done.

        It does not fail: a job goes on without its row, which the log and `status` tell.
        """
        assert self._store is not None
        return asyncio.ensure_future(self._told(self._run(self._store.write, job, options)))

    def remove(self, ids: Iterable[str]) -> "asyncio.Task[None]":
        """Forget jobs, as `record` writes them."""
        assert self._store is not None
        return asyncio.ensure_future(self._told(self._run(self._store.remove, tuple(ids))))

    async def close(self) -> None:
        """Write all that was asked for, and give the journal to whoever wants it next."""
        if self._store is not None:
            store, self._store = self._store, None
            await self._told(self._run(store.close))
        # After everything else in that thread, a lock that is just being taken too.
        await self._run(self._lock.release)
        self._thread.shutdown(wait=False)

    async def _inherit(self) -> None:
        ancestor = self._ancestor
        if ancestor is None or not await self._run(is_heir, self._path, ancestor):
            return
        lock = lock_of(ancestor)
        try:
            if await self._locked(lock):
                await self._run(inherit, self._path, ancestor)
        except (OSError, sqlite3.Error) as error:
            logger.warning("The journal %s begins without the renders of %s: %s", self._path, ancestor, error)
        finally:
            await self._run(lock.release)

    async def _own(self) -> None:
        self._store, aside = await self._run(open_store, self._path)
        note = "" if aside is None else f"The journal was damaged and is now {aside}; a new one began."
        self._become(JournalState.OWNED, note)

    async def _lose(self, error: Exception) -> None:
        # Perhaps another window can use it.
        await self._run(self._lock.release)
        self._become(JournalState.NONE, f"Renders are kept only until the window closes: {error}")

    async def _locked(self, lock: FileLock) -> bool:
        await self._run(partial(self._path.parent.mkdir, mode=0o700, parents=True, exist_ok=True))
        loop = asyncio.get_running_loop()
        until = loop.time() + self._lock_seconds
        # The system tells nobody when a lock is free again.
        while not (held := await self._run(lock.acquire)) and loop.time() < until:  # noqa: ASYNC110
            await asyncio.sleep(LOCK_POLL_SECONDS)
        return held

    def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *args, **kwargs))

    async def _told(self, writing: "asyncio.Future[None]") -> None:
        try:
            await writing
        except sqlite3.Error as error:
            self._failing = True
            self._become(self.status.state, f"The journal cannot be written: {error}.")
        else:
            if self._failing:
                self._failing = False
                self._become(self.status.state, "")

    def _become(self, state: JournalState, note: str) -> None:
        self.status = JournalStatus(state, str(self._path), note)
        if note:
            logger.warning("%s (%s)", note, self._path)
