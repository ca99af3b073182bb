"""A render under way, as those see it who disturb it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import TypeVar

import attrs
import psutil

from faults.events import EventLog, Moment
from faults.hosts import Outcome, Running, running_render
from faults.processes import described, in_role, kill_all
from faults.request import Request

LIMIT_SECONDS = 240
"""Of a whole render, whatever happens to it."""
VICTIM_SECONDS = 60
"""Where the only worker left was stopped, the next one starts when that is found, after half a minute."""

T = TypeVar("T")


@attrs.frozen
class Job:
    """A request that was made, what it tells, and its processes, which are all that this one has."""

    request: Request
    events: EventLog
    running: Running
    deadline: float
    """In the event loop's time."""
    blows: list[float] = attrs.field(factory=list)
    """When processes were struck, in seconds of the steady clock."""

    async def victim(
        self, role: str, dice: Random, fit: Callable[[psutil.Process], bool] = psutil.Process.is_running
    ) -> psutil.Process:
        """One of the living processes of a role, as soon as one is fit; an encoder lives for one chunk."""
        try:
            async with asyncio.timeout(VICTIM_SECONDS):
                # No event tells of a process that started.
                while not (found := list(filter(fit, in_role(role)))):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"waited {VICTIM_SECONDS} s for a {role} among {described()}") from None
        return dice.choice(found)

    async def reach(self, moment: Moment) -> bool:
        """True at that moment; False when the render is over before."""
        return await self._in_time(self.events.reach(moment), str(moment))

    async def outcome(self) -> Outcome:
        return await self._in_time(self.running.outcome(), "the render to end")

    def scratch(self) -> Path:
        """The folder of the chunks."""
        (found,) = self.request.videos.glob(".*.helios-*")
        return found

    async def _in_time(self, waiting: Awaitable[T], what: str) -> T:
        try:
            async with asyncio.timeout_at(self.deadline):
                return await waiting
        except TimeoutError:
            last = self.events.told[-3:]
            raise AssertionError(
                f"waited {LIMIT_SECONDS} s for {what}; last told {last}; alive {described()}"
            ) from None


@asynccontextmanager
async def running_job(request: Request) -> AsyncIterator[Job]:
    """The render of a prepared request; nothing of it runs afterwards."""
    events = EventLog(request.pipe)
    try:
        async with running_render(request, events) as running:
            try:
                yield Job(request, events, running, asyncio.get_running_loop().time() + LIMIT_SECONDS)
            finally:
                kill_all()
    finally:
        events.close()
        request.pipe.unlink()
