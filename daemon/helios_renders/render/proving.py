"""Rendering on the likely surface, proved by what is rendered: its own frames are the samples.

What is rendered counts from the first sample on that agrees with the browser's screenshot. A later one that
does not costs all of the work, and never a wrong frame: then the other surfaces are tried as usual.
"""

from collections.abc import Awaitable, Callable

import attrs

from helios_renders.capture.question import Rejection, SurfaceChoice, SurfaceQuestion
from helios_renders.errors import BrowserFailed, SurfaceFailed
from helios_renders.render.choosing import Choosing
from helios_renders.render.events import FrameProved, RenderEvent, StartedOver, SurfaceSettled, SurfaceTried
from helios_renders.render.executor import OnEvent, RenderedChunks

Run = Callable[[SurfaceChoice, SurfaceQuestion | None, OnEvent], Awaitable[RenderedChunks]]
"""Renders on a surface, and proves it where a question is given."""


@attrs.frozen
class Proving:
    """A render on `candidate` that proves it."""

    candidate: str
    choosing: Choosing
    run: Run
    on_event: OnEvent

    async def outcome(self) -> tuple[SurfaceChoice, RenderedChunks]:
        """The surface that was taken and all chunks, rendered on it; raises HeliosError."""
        ratios: dict[int, float] = {}

        def hear(event: RenderEvent) -> None:
            if isinstance(event, FrameProved):
                ratios[event.frame] = event.psnr
            self.on_event(event)

        self.on_event(SurfaceTried(self.candidate))
        try:
            chunks = await self.run(SurfaceChoice(self.candidate, "", None, ()), self.choosing.question, hear)
        except SurfaceFailed as error:
            rejection = Rejection(self.candidate, error.message)
            self.on_event(StartedOver(f"{rejection.surface}: {rejection.reason}"))
            choice = await self.choosing.choose_after(rejection)
        except BrowserFailed as error:
            # The browser's fault or the surface's: another page tells, and for this render only.
            choice = await self.choosing.choose(is_last=False, keep=False)
            if choice.surface == self.candidate:
                raise error from None
            self.on_event(StartedOver(choice.reason))
        else:
            choice = SurfaceChoice.proved(self.candidate, ratios)
            await self.choosing.keep(choice)
            self.on_event(SurfaceSettled(choice.surface, choice.reason))
            return choice, chunks
        self.on_event(SurfaceSettled(choice.surface, choice.reason))
        return choice, await self.run(choice, None, self.on_event)
