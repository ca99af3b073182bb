"""What a render under way tells, as it arrives through a named pipe (`tapped`)."""

import asyncio
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import attrs

OVER = "Over"
"""The last event: the render's own work and its cleaning up are done."""


@attrs.frozen
class Told:
    """One event: its class, when it was told (`time.monotonic` in seconds), and its fields as JSON."""

    event: str
    at: float
    fields: dict[str, Any]


@attrs.frozen
class Moment:
    """The moment at which an event has been told so many times."""

    event: str
    count: int = 1


class EventLog:
    """Every event of one render, in order; made inside an event loop."""

    def __init__(self, pipe: Path) -> None:
        os.mkfifo(pipe)
        # For writing too, so that a writer's end is not the end of the pipe.
        self._descriptor = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        self._rest = b""
        self._counts: Counter[str] = Counter()
        self._news = asyncio.Event()
        self.told: list[Told] = []
        asyncio.get_running_loop().add_reader(self._descriptor, self._read)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._descriptor)
        os.close(self._descriptor)

    def reached(self, moment: Moment) -> bool:
        return self._counts[moment.event] >= moment.count

    async def reach(self, moment: Moment) -> bool:
        """True at that moment; False when the render is over before."""
        while not self.reached(moment):
            if self.reached(Moment(OVER)):
                return False
            self._news.clear()
            await self._news.wait()
        return True

    def after(self, event: str, at: float) -> float | None:
        """When an event was told for the first time after a moment, in seconds since then."""
        return next((told.at - at for told in self.told if told.event == event and told.at >= at), None)

    def later(self, event: str, count: int) -> Moment:
        """The moment so many of these events from now."""
        return Moment(event, self._counts[event] + count)

    def _read(self) -> None:
        *lines, self._rest = (self._rest + os.read(self._descriptor, 65536)).split(b"\n")
        for line in lines:
            told = Told(**json.loads(line))
            self.told.append(told)
            self._counts[told.event] += 1
        self._news.set()
