"""A surface that draws something else than the screenshot is never taken."""

import contextlib
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from helios_renders.capture.choose import Occasion, SurfaceQuestion, choose_surface
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.session import PageRequest
from helios_renders.capture.surface import SCREENSHOT, Surface, open_surface
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.site import Site
from helios_renders.composition.spec import Size
from helios_renders.encode.ffmpeg import find_ffmpeg

SIZE = Size(320, 180)


class Broken:
    """A surface that paints a grey square over every frame from the tenth on."""

    def __init__(self, surface: Surface) -> None:
        self.session = surface.session
        self.pixel_format = surface.pixel_format
        self._surface = surface

    async def frames(self, first: int, last: int) -> AsyncGenerator[bytes | memoryview, None]:
        async with contextlib.aclosing(self._surface.frames(first, last)) as frames:
            async for pixels in frames:
                yield self._spoil(pixels) if first >= 10 else pixels

    @staticmethod
    def _spoil(pixels: bytes | memoryview) -> bytes:
        broken = bytearray(pixels)
        for row in range(100, 130):
            at = (row * SIZE.width + 40) * 4
            broken[at : at + 30 * 4] = bytes([128]) * 30 * 4
        return bytes(broken)

    async def close(self) -> None:
        await self._surface.close()


async def open_broken(name: str, *args: Any, **options: Any) -> Surface:
    surface = await open_surface(name, *args, **options)
    return surface if name == SCREENSHOT else Broken(surface)


def question(site: Site, path: str, candidate: str) -> SurfaceQuestion:
    page = PageRequest(site.url(path), SIZE, FrameRate(10), {}, timeout=30)
    stage = site.url(STAGE)
    return SurfaceQuestion(page, stage, stateless=False, first=0, last=39, candidates=(candidate,))


@pytest.mark.parametrize(
    ("path", "candidate"), [("css-keyframes.html", "element"), ("canvas-2d.html", "canvas")]
)
async def test_a_right_surface_is_compared_and_a_broken_one_rejected(
    browser: RunningBrowser, site: Site, path: str, candidate: str
) -> None:
    asked = question(site, path, candidate)
    ffmpeg = str(find_ffmpeg().path)
    whole = await choose_surface(Occasion(browser, ffmpeg, asked))
    assert whole.surface == candidate, whole.reason
    assert whole.psnr is not None
    assert whole.psnr > 40
    broken = await choose_surface(Occasion(browser, ffmpeg, asked, open_broken))
    assert broken.surface == SCREENSHOT
    assert "frame 10 differs from the screenshot in the region" in broken.reason
    assert candidate in broken.reason
