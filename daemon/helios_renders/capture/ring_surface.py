"""Surfaces whose frames the page hands over by itself: it runs its own loop, this process looks on."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator

from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.ring import PIXEL_FORMAT, TRANSPARENT_PIXEL_FORMAT
from helios_renders.capture.session import GRACE_SECONDS, PageSession
from helios_renders.capture.transport import Transport, open_transport
from helios_renders.errors import BrowserFailed

LOOK_SECONDS = 0.25
"""How often a wait for a frame looks whether the page's loop has ended."""


class RingSurface:
    """`element` and `canvas`: lossless raw pixels, read inside the page and handed over by a transport.

    Domain of `element`: Chromium with HTML-in-canvas, and pages that may be shown in a frame of their own
    site and have no canvas. Domain of `canvas`: pages that are one opaque canvas and nothing else.
    """

    def __init__(
        self, session: PageSession, transport: Transport, *, stateless: bool, stepwise: bool
    ) -> None:
        self.session = session
        self.pixel_format = TRANSPARENT_PIXEL_FORMAT if session.request.transparent else PIXEL_FORMAT
        self._transport = transport
        self._stateless = stateless
        self._stepwise = stepwise
        self._limit = session.request.timeout + GRACE_SECONDS

    @classmethod
    async def open(
        cls, session: PageSession, browser: RunningBrowser, *, stateless: bool, stepwise: bool
    ) -> "RingSurface":
        """Lets the page of this browser hand over its frames; raises BrowserFailed.

        `stepwise` makes each frame under this process's eyes, for a page that loads things as it goes.
        """
        try:
            transport = await open_transport(session, browser)
        except BaseException:
            await session.close()
            raise
        return cls(session, transport, stateless=stateless, stepwise=stepwise)

    async def frames(self, first: int, last: int) -> AsyncGenerator[bytes | memoryview, None]:
        """See Surface; raises UntrustedRun at the end when the frames cannot be trusted."""
        if not self._stepwise:
            async with contextlib.aclosing(self._run(first, last, made=False)) as run:
                async for pixels in run:
                    yield pixels
            return
        for frame in range(first, last + 1):
            await self.session.reach(frame, stateless=self._stateless)
            async with contextlib.aclosing(self._run(frame, frame, made=True)) as run:
                async for pixels in run:
                    yield pixels

    async def _run(self, first: int, last: int, *, made: bool) -> AsyncGenerator[memoryview, None]:
        loop = asyncio.ensure_future(self.session.run(first, last, made=made))
        try:
            for frame in range(first, last + 1):
                pixels = await self._next(frame, loop)
                try:
                    yield pixels
                finally:
                    pixels.release()
                    self._transport.release()
                self.session.frame = max(self.session.frame, frame)
            # Frames pass by the ring without the browser's main process, but the loop's answer does not.
            if not (await asyncio.wait({loop}, timeout=self._limit))[0]:
                raise await self.session.hung(self._limit)
            await loop
        finally:
            if not loop.done():
                loop.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await loop

    async def _next(self, frame: int, loop: asyncio.Future[None]) -> memoryview:
        end = time.monotonic() + self._limit
        while True:
            ended = loop.done()
            pixels = await asyncio.to_thread(self._transport.take, frame, 0 if ended else LOOK_SECONDS)
            if pixels is not None:
                return pixels
            if ended:
                await loop
                raise BrowserFailed(f"The page's loop ended without frame {frame}.")
            if time.monotonic() > end:
                raise await self.session.hung(self._limit)

    async def close(self) -> None:
        """See Surface."""
        await self.session.close()
        await self._transport.close()
