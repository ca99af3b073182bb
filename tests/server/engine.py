"""A render function that does what a test tells it to, in place of the orchestrator."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import attrs

from helios_renders.render.concurrency import Bound, Concurrency
from helios_renders.render.events import (
    ChunkBegan,
    FrameCaptured,
    Phase,
    PhaseBegan,
    Planned,
    RenderEvent,
    WorkerReady,
)
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.result import RenderResult

ONE_WORKER = Concurrency(1, 1, Bound.REQUEST)


def result(output: Path = Path("/videos/page.mp4"), frames: int = 10) -> RenderResult:
    return RenderResult(
        output=output,
        frames=frames,
        reused_frames=0,
        seconds=0.5,
        size_bytes=1000,
        sha256="00" * 32,
        concurrency=ONE_WORKER,
        browser="Chromium 1.0",
        surface="screenshot",
        sandbox="on",
        surface_reason="asked for",
        surface_psnr=None,
        encoder="libx264",
    )


@attrs.define(eq=False)
class Call:
    """One render under way."""

    options: DistributedRenderOptions
    tell: Callable[[RenderEvent], None]
    outcome: asyncio.Future[RenderResult]
    cleaned: asyncio.Event = attrs.field(factory=asyncio.Event)
    """Set it to let a cancelled render come to its end."""
    is_over: bool = False
    interruptions: int = 0
    """How often something broke into its cleaning up."""

    def begin(self, frames: int = 10) -> None:
        self.tell(PhaseBegan(Phase.STARTING))
        self.tell(Planned(frames, 1, ONE_WORKER, "/videos/page.mp4"))
        self.tell(WorkerReady(0, "Chromium 1.0"))
        self.tell(PhaseBegan(Phase.RENDERING))
        self.tell(ChunkBegan(0, 0))

    def capture(self, *frames: int) -> None:
        for frame in frames:
            self.tell(FrameCaptured(0, 0, frame))


class Engine:
    """Remembers every call, and how many ran at the same time."""

    def __init__(self, *, cleans_at_once: bool = True) -> None:
        self.calls: list[Call] = []
        self.running = 0
        self.most_running = 0
        self.called = asyncio.Condition()
        self._cleans_at_once = cleans_at_once

    async def render(
        self, options: DistributedRenderOptions, on_event: Callable[[RenderEvent], None]
    ) -> RenderResult:
        call = Call(options, on_event, asyncio.get_running_loop().create_future())
        if self._cleans_at_once:
            call.cleaned.set()
        self.calls.append(call)
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        async with self.called:
            self.called.notify_all()
        try:
            return await call.outcome
        except asyncio.CancelledError:
            await self._clean(call)
            raise
        finally:
            self.running -= 1
            call.is_over = True

    async def _clean(self, call: Call) -> None:
        while not call.cleaned.is_set():
            try:
                await call.cleaned.wait()
            except asyncio.CancelledError:
                call.interruptions += 1

    async def call(self, number: int) -> Call:
        """The call with this number, as soon as it is made."""
        async with asyncio.timeout(30), self.called:
            await self.called.wait_for(lambda: len(self.calls) > number)
        return self.calls[number]
