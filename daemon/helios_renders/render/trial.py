"""Rendering on the surface that is likely right while it is still being compared with the reference.

The comparison takes seconds in which all other workers would wait. So they render on the first candidate
meanwhile, and what they render counts from the moment that the candidate is taken. A candidate that is
rejected costs the work of those seconds, and never a wrong frame.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import attrs

from helios_renders.capture.question import SurfaceChoice
from helios_renders.errors import (
    BrowserFailed,
    HeliosError,
    MediaUnplayable,
    PageFailed,
    PageNeverReady,
    PageStalled,
    PageUnreachable,
)
from helios_renders.render.events import StartedOver, SurfaceSettled, SurfaceTried
from helios_renders.render.executor import OnEvent, RenderedChunks

PAGE_ERRORS = (MediaUnplayable, PageFailed, PageNeverReady, PageStalled, PageUnreachable)
"""What the page does wrong, it does in the render too, which knows the first frame of it."""

Run = Callable[[SurfaceChoice], Awaitable[RenderedChunks]]


@attrs.frozen
class Trial:
    """A render on `candidate` beside the choice of the surface."""

    candidate: str
    choose: Callable[[], Awaitable[SurfaceChoice]]
    run: Run
    on_event: OnEvent

    async def outcome(self) -> tuple[SurfaceChoice, RenderedChunks]:
        """The surface that was taken and all chunks, rendered on it; raises HeliosError."""
        self.on_event(SurfaceTried(self.candidate))
        choosing = asyncio.ensure_future(self.choose())
        running = asyncio.ensure_future(self.run(SurfaceChoice(self.candidate, "", None, ())))
        try:
            await asyncio.wait((choosing, running), return_when=asyncio.FIRST_COMPLETED)
            choice = await self._choice(choosing, running)
            if choice.surface == self.candidate:
                self.on_event(SurfaceSettled(choice.surface, choice.reason))
                return choice, await running
        finally:
            await _end(choosing, running)
        self.on_event(StartedOver(choice.reason))
        self.on_event(SurfaceSettled(choice.surface, choice.reason))
        return choice, await self.run(choice)

    @staticmethod
    async def _choice(
        choosing: asyncio.Future[SurfaceChoice], running: asyncio.Future[RenderedChunks]
    ) -> SurfaceChoice:
        """The choice, unless the render's own error says more."""
        if running.done() and (error := running.exception()) and not isinstance(error, BrowserFailed):
            raise error
        try:
            return await choosing
        except PAGE_ERRORS as error:
            await running
            raise error from None


async def _end(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception) and not isinstance(result, HeliosError):
            raise result
