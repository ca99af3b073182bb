"""Jobs that paused because their disk was full, and the look-out for room."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from helios_renders.jobs.entry import Entry
from helios_renders.render.output import output_folder
from helios_renders.threads import in_thread

logger = logging.getLogger(__name__)

FreeBytes = Callable[[Path], int]
"""The room in a folder that may not exist yet; raises OSError."""

LOOK_SECONDS = 3.0


class RoomWatch:
    """Tells of jobs whose room is there; its task runs only while a job waits for that."""

    def __init__(self, free_bytes: FreeBytes, there_is_room: Callable[[Entry], object]) -> None:
        self._free_bytes = free_bytes
        self._there_is_room = there_is_room
        self._waiting: dict[Entry, int] = {}
        self._task: asyncio.Task[None] | None = None

    def add(self, entry: Entry, needs_bytes: int) -> None:
        """Begin to look out for an entry."""
        self._waiting[entry] = needs_bytes
        if self._task is None:
            self._task = asyncio.create_task(self._watch())

    def discard(self, entry: Entry) -> None:
        """Look out for an entry no more."""
        self._waiting.pop(entry, None)
        if not self._waiting and self._task is not None:
            self._task.cancel()
            self._task = None

    async def close(self) -> None:
        """Look out for nothing any more."""
        watching, self._task = self._task, None
        self._waiting.clear()
        if watching is not None:
            watching.cancel()
            await asyncio.wait([watching])

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Look once for all of them."""
        for entry, needs_bytes in sorted(self._waiting.items(), key=lambda item: item[0].job.order):
            await self._look(entry, needs_bytes)

    async def _look(self, entry: Entry, needs_bytes: int) -> None:
        try:
            free = await in_thread(self._free_bytes, output_folder(entry.options))
        except OSError as error:
            logger.warning("Job %s goes on only when it is resumed: %s", entry.job.id, error)
            self.discard(entry)
            return
        if entry in self._waiting and free >= needs_bytes:
            logger.info("Job %s goes on: there is room again.", entry.job.id)
            self.discard(entry)
            self._there_is_room(entry)
