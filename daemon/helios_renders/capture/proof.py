"""A surface proved by the render itself: what it gives is compared with screenshots of the very same page.

That needs no other page beside it, and looks at the very frames that are encoded. It says as much as a
comparison with an untouched page only where the surface changes nothing that is seen of its page (see
`domain.is_proved_by_render`).
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import attrs

from helios_renders.capture.difference import Difference
from helios_renders.capture.fault import Fault, element_of
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.patience import answered
from helios_renders.capture.png import decode_files
from helios_renders.capture.question import EXACT_PSNR, SurfaceQuestion
from helios_renders.capture.ring import BYTES_PER_PIXEL
from helios_renders.capture.samples import samples_of
from helios_renders.capture.session import PageSession
from helios_renders.capture.surface import ScreenshotSurface, Surface
from helios_renders.errors import SurfaceFailed


@attrs.frozen
class ProvedFrame:
    """A frame whose picture is that of the screenshot, but for anti-aliasing."""

    frame: int
    psnr: float
    """Against the screenshot, in decibels."""


class Proof:
    """Compares the sample frames of a question, one after the other, while the page goes on."""

    def __init__(self, question: SurfaceQuestion, browser: RunningBrowser, ffmpeg: str) -> None:
        # Over the whole range, whatever it takes to reach a frame: the render passes all of them.
        self.samples = samples_of(question, is_cheap=True)
        self._question = question
        self._browser = browser
        self._ffmpeg = ffmpeg
        self._comparing: dict[int, asyncio.Future[Difference]] = {}

    async def frames(
        self, surface: Surface, first: int, last: int
    ) -> AsyncGenerator[bytes | memoryview, None]:
        """The frames of a surface, as it gives them itself; begins to compare the samples among them."""
        frame = first
        for stop in sorted({last, *(each for each in self.samples if first <= each <= last)}):
            sample = b""
            async with contextlib.aclosing(surface.frames(frame, stop)) as frames:
                async for pixels in frames:
                    sample = bytes(pixels) if frame in self.samples else b""
                    yield pixels
                    frame += 1
            if sample:
                await self._take(stop, sample, surface.session)

    async def proved(self, *, wait: bool = False) -> list[ProvedFrame]:
        """What has been compared since the last call; all that was taken if it should `wait`.

        Raises SurfaceFailed for a picture that differs by more than anti-aliasing.
        """
        if wait and self._comparing:
            await asyncio.wait(self._comparing.values())
        proved = []
        for frame in [frame for frame, comparing in self._comparing.items() if comparing.done()]:
            difference = self._comparing.pop(frame).result()
            if not difference.acceptable:
                raise SurfaceFailed(await self._reason(Fault(frame, difference)))
            proved.append(ProvedFrame(frame, difference.psnr))
        return proved

    def drop(self) -> None:
        """Forgets what is being compared, of a stretch that is made anew."""
        self._comparing = {}

    async def _take(self, frame: int, pixels: bytes, session: PageSession) -> None:
        devtools = await answered(self._browser.context.new_cdp_session(session.page))
        screenshot = ScreenshotSurface(session, devtools, stateless=self._question.stateless)
        reference = await screenshot.capture()
        await answered(devtools.detach())
        self._comparing[frame] = asyncio.ensure_future(asyncio.to_thread(self._compare, pixels, reference))

    def _compare(self, pixels: bytes, reference: bytes) -> Difference:
        page = self._question.page
        size, with_alpha = page.frame_size, page.transparent
        screenshot = decode_files(self._ffmpeg, [reference], transparent=with_alpha)
        channels = range(BYTES_PER_PIXEL if with_alpha else BYTES_PER_PIXEL - 1)
        if all(pixels[at::BYTES_PER_PIXEL] == screenshot[at::BYTES_PER_PIXEL] for at in channels):
            return Difference(EXACT_PSNR, 0.0, None, (size.width // 2, size.height // 2))
        # Only now, because the arithmetic of pictures takes a quarter of a second to import.
        from helios_renders.capture.compare import compare, from_raw

        shown = from_raw(screenshot, size, transparent=with_alpha)
        return compare(from_raw(pixels, size, transparent=with_alpha), shown)

    async def _reason(self, fault: Fault) -> str:
        asked = self._question
        context = self._browser.context
        return fault.reason(await element_of(fault, context, asked.page, stateless=asked.stateless))
