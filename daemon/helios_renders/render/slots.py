"""One budget of workers for all renders of one user: a lock for each core, whatever process has it."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helios_renders.file_lock import FileLock
from helios_renders.render.capacity import Capacity, CapacityBound, clamp
from helios_renders.render.concurrency import Bound
from helios_renders.render.events import Waiting
from helios_renders.render.executor import OnEvent
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.threads import in_thread
from helios_renders.user_data import data_folder

LOOK_SECONDS = 0.25
"""The system tells nobody when a lock is free again."""
WAITING = "waiting for other renders"


class WorkerSlots:
    """The part of the budget that one render holds; used in one event loop."""

    def __init__(self, folder: Path) -> None:
        self.warnings: tuple[str, ...] = ()
        """Why the budget does not hold, in words."""
        self.waited_seconds = 0.0
        self._folder = folder
        self._held: list[FileLock] = []
        self._turn = FileLock(folder / "turn.lock")
        """Held by the one that waits for a slot, so that whoever came later does not get it."""
        self._others: CapacityBound | None = None

    async def take(self, options: DistributedRenderOptions, capacity: Capacity, on_event: OnEvent) -> None:
        """Hold as many slots as workers are wanted and free, at least one, and tell of waiting for that.

        A render with forced concurrency holds what is free and is not bound by it.
        """
        wanted = clamp(options.concurrency, capacity, force=options.force_concurrency).effective
        try:
            await in_thread(self._folder.mkdir, mode=0o700, parents=True, exist_ok=True)
            if options.force_concurrency:
                await in_thread(self._take_free, wanted, capacity.cores)
            else:
                await self._wait_for(wanted, capacity.cores, on_event)
        except OSError as error:
            reason = f"{error.strerror}, {self._folder}"
            self.warnings = (f"The workers of other renders were not taken into account: {reason}.",)
            return
        held = len(self._held)
        if held < min(wanted, capacity.cores) and not options.force_concurrency:
            detail = f"{held} of {capacity.cores} not taken by other renders"
            self._others = CapacityBound(Bound.OTHERS, held, detail)

    def limited(self, capacity: Capacity) -> Capacity:
        """A capacity with what other renders have left of it."""
        return capacity if self._others is None else Capacity((*capacity.bounds, self._others))

    def keep(self, workers: int) -> None:
        """Give back the slots that so many workers do not need."""
        while len(self._held) > workers:
            self._held.pop().release()

    def has_free(self, workers: int, cores: int) -> bool:
        """Whether so many workers more than this render holds could start now. Blocks."""
        locks = [FileLock(self._folder / f"{number}.lock") for number in range(cores)]
        try:
            # With the turn, so that none who takes slots meanwhile finds one that is only being looked at.
            if not self._turn.acquire():
                return False
            try:
                return sum(_is_free(lock) for lock in locks) >= workers
            finally:
                self._turn.release()
        except OSError:
            # Told of already, when the render's own slots could not be taken.
            return False

    async def _wait_for(self, wanted: int, cores: int, on_event: OnEvent) -> None:
        began = None
        try:
            while not (await in_thread(self._has_turn) and await in_thread(self._take_free, wanted, cores)):
                if began is None:
                    began = time.monotonic()
                    on_event(Waiting(WAITING))
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._turn.release()
        if began is not None:
            self.waited_seconds = time.monotonic() - began
            on_event(Waiting(""))

    def _has_turn(self) -> bool:
        return self._turn.is_held or self._turn.acquire()

    def _take_free(self, wanted: int, cores: int) -> bool:
        for number in range(cores):
            if len(self._held) == wanted:
                break
            lock = FileLock(self._folder / f"{number}.lock")
            if lock.acquire():
                self._held.append(lock)
        return bool(self._held)


def _is_free(lock: FileLock) -> bool:
    is_free = lock.acquire()
    lock.release()
    return is_free


@contextmanager
def worker_slots() -> Iterator[WorkerSlots]:
    """No slots yet, and none any more afterwards."""
    slots = WorkerSlots(data_folder() / "workers")
    try:
        yield slots
    finally:
        slots.keep(0)
