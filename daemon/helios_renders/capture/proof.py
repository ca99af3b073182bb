"""A surface proved by the render itself: what it gives is compared with screenshots of the very same page.

That needs no other page beside it, and looks at the very frames that are encoded. It says as much as a
comparison with an untouched page only where the surface changes nothing that is seen of its page (see
`domain.is_proved_by_render`).
"""

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor

from helios_renders.capture.difference import Difference
from helios_renders.capture.fault import Fault, element_of
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.patience import answered
from helios_renders.capture.png import decode_files
from helios_renders.capture.question import EXACT_PSNR, ProvedFrame, SurfaceQuestion
from helios_renders.capture.ring import BYTES_PER_PIXEL
from helios_renders.capture.samples import samples_of
from helios_renders.capture.session import PageSession
from helios_renders.capture.surface import ScreenshotSurface, Surface
from helios_renders.errors import EncoderFailed, RenderFailed, SurfaceFailed


class Proof:
    """Compares the sample frames of a question, one after the other, while the page goes on."""

    def __init__(self, question: SurfaceQuestion, browser: RunningBrowser, ffmpeg: str) -> None:
        self._samples = samples_of(question, is_cheap=True)
        self._question = question
        self._browser = browser
        self._ffmpeg = ffmpeg
        self._screenshots: ScreenshotSurface | None = None
        self._comparing: dict[int, asyncio.Future[Difference]] = {}
        # A comparison takes some fifty bytes a pixel meanwhile.
        self._thread = ThreadPoolExecutor(1)
        self._telling = asyncio.Lock()
        """So that of two callers both hear of the earliest frame that is wrong."""

    async def frames(
        self, surface: Surface, first: int, last: int
    ) -> AsyncGenerator[bytes | memoryview, None]:
        """The frames of a surface, as it gives them itself; begins to compare the samples among them.

        Raises SurfaceFailed where a screenshot would disturb the page.
        """
        frame = first
        for stop in sorted({last, *(each for each in self._samples if first <= each <= last)}):
            sample = b""
            async with contextlib.aclosing(surface.frames(frame, stop)) as frames:
                async for pixels in frames:
                    sample = bytes(pixels) if frame in self._samples else b""
                    yield pixels
                    frame += 1
            if sample:
                await self._take(stop, sample, surface.session)

    async def tell(self, on_proved: Callable[[ProvedFrame], None], *, wait: bool = False) -> None:
        """Tells of each frame that has been compared, once; of all that were taken if it should `wait`.

        Raises SurfaceFailed for a picture that differs by more than anti-aliasing, whoever asks and as often
        as it is asked, and EncoderFailed.
        """
        if wait and self._comparing:
            await asyncio.wait(self._comparing.values())
        async with self._telling:
            for frame in [frame for frame, comparing in self._comparing.items() if comparing.done()]:
                difference = self._comparing[frame].result()
                if not difference.acceptable:
                    fault = Fault(frame, difference)
                    raise SurfaceFailed(fault.reason(await self._element(fault)))
                del self._comparing[frame]
                on_proved(ProvedFrame(frame, difference.psnr))

    def drop(self, first: int, end: int) -> None:
        """Forgets what is being compared of the frames `[first, end)`, which are made anew or not wanted."""
        for frame in [frame for frame in self._comparing if first <= frame < end]:
            self._comparing.pop(frame).cancel()

    async def _take(self, frame: int, pixels: bytes, session: PageSession) -> None:
        if session.has_videos:
            # Before a screenshot they are sought once more, which scripts of the page notice.
            raise SurfaceFailed(f"frame {frame} cannot be compared while the page plays a video")
        if self._screenshots is None or self._screenshots.session is not session:
            # Never detached: that would give a transparent page its background back.
            devtools = await answered(self._browser.context.new_cdp_session(session.page))
            self._screenshots = ScreenshotSurface(session, devtools, stateless=self._question.stateless)
        reference = await self._screenshots.capture()
        await session.rest()
        loop = asyncio.get_running_loop()
        self._comparing[frame] = loop.run_in_executor(self._thread, self._compare, pixels, reference)

    def _compare(self, pixels: bytes, reference: bytes) -> Difference:
        page = self._question.page
        size, with_alpha = page.frame_size, page.transparent
        try:
            screenshot = decode_files(self._ffmpeg, [reference], transparent=with_alpha)
        except subprocess.SubprocessError as error:
            raise EncoderFailed(f"ffmpeg could not decode a screenshot: {error}") from error
        channels = range(BYTES_PER_PIXEL if with_alpha else BYTES_PER_PIXEL - 1)
        if all(pixels[at::BYTES_PER_PIXEL] == screenshot[at::BYTES_PER_PIXEL] for at in channels):
            return Difference(EXACT_PSNR, 0.0, None, (size.width // 2, size.height // 2))
        # Only now, because the arithmetic of pictures takes a quarter of a second to import.
        from helios_renders.capture.compare import compare, from_raw

        shown = from_raw(screenshot, size, transparent=with_alpha)
        return compare(from_raw(pixels, size, transparent=with_alpha), shown)

    async def _element(self, fault: Fault) -> str | None:
        asked = self._question
        try:
            return await element_of(fault, self._browser.context, asked.page, stateless=asked.stateless)
        except RenderFailed:
            # The place is known without, and what the page does wrong is the render's own to tell.
            return None
