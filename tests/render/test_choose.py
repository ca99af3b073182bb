"""A surface that draws something else than the screenshot is never taken."""

import contextlib
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
import pytest_asyncio

from helios_renders.capture.criteria import Picture
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import CANVAS, ELEMENT, SCREENSHOT
from helios_renders.capture.request import PageRequest
from helios_renders.capture.surface import Surface, open_surface
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.site import Site
from helios_renders.composition.spec import Size
from helios_renders.errors import BrowserFailed
from render.accidents import kill
from render.conftest import PAGES
from render.staging import StagedPage, running_browser, shared_browser, staged_site
from render.surface_cases_outside import write_assets

SIZE = Size(320, 180)
BROKEN_FROM = 10

_BRIEF = """<!doctype html><meta charset="utf-8">
<meta name="helios:duration" content="6"><style>
body {{ margin: 0; background: #f4f1ea; overflow: hidden }}
@keyframes slide {{ to {{ transform: translateX(200px) }} }}
@keyframes flash {{ from, to {{ visibility: visible }} }}
div {{ width: 90px; height: 70px; background: #c8502d; animation: slide 6s linear both }}
img {{ position: absolute; left: 80px; top: 100px; visibility: hidden; animation: flash .3s 1s }}
</style><div></div><img id="brief" src="{other}/green.png" alt="">
"""


def grey_square(picture: Picture) -> None:
    picture[100:130, 40:70] = 128


def small_faint_square(picture: Picture) -> None:
    picture[99:123, 43:67] = np.minimum(245, picture[99:123, 43:67]) + 10


def a_little_bluer(picture: Picture) -> None:
    picture[:, :, 0] = np.minimum(249, picture[:, :, 0]) + 6


def one_pixel_to_the_right(picture: Picture) -> None:
    picture[:, 1:] = picture[:, :-1].copy()


class Spoiled:
    """A surface whose pictures are spoiled from a frame on."""

    def __init__(self, surface: Surface, spoil: Callable[[Picture], None]) -> None:
        self.session = surface.session
        self.pixel_format = surface.pixel_format
        self._surface = surface
        self._spoil = spoil

    async def frames(self, first: int, last: int) -> AsyncGenerator[bytes | memoryview, None]:
        number = first
        async with contextlib.aclosing(self._surface.frames(first, last)) as frames:
            async for pixels in frames:
                yield self._spoiled(pixels) if number >= BROKEN_FROM else pixels
                number += 1

    def _spoiled(self, pixels: bytes | memoryview) -> bytes:
        picture = np.frombuffer(bytes(pixels), np.uint8).reshape(SIZE.height, SIZE.width, 4).copy()
        self._spoil(picture[:, :, :3])
        return picture.tobytes()

    async def close(self) -> None:
        await self._surface.close()


class Late(Spoiled):
    """A surface that shows the picture of the frame before, from a frame on."""

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface, lambda _: None)
        self._approach = surface.session.approach
        surface.session.approach = self._approach_before  # type: ignore[method-assign,assignment]

    async def _approach_before(self, frame: int, *, stateless: bool) -> None:
        await self._approach(self._shown(frame), stateless=stateless)

    async def frames(self, first: int, last: int) -> AsyncGenerator[bytes | memoryview, None]:
        async with contextlib.aclosing(self._surface.frames(self._shown(first), self._shown(last))) as frames:
            async for pixels in frames:
                yield pixels

    @staticmethod
    def _shown(frame: int) -> int:
        return frame - 1 if frame >= BROKEN_FROM else frame


def spoiled(spoil: Callable[[Picture], None]) -> Callable[[Surface], Surface]:
    return lambda surface: Spoiled(surface, spoil)


BREAKAGES: dict[str, Callable[[Surface], Surface]] = {
    "grey-square": spoiled(grey_square),
    "small-faint-square": spoiled(small_faint_square),
    "bluer": spoiled(a_little_bluer),
    "shifted": spoiled(one_pixel_to_the_right),
    "frame-late": Late,
}


def opening(wrap: Callable[[Surface], Surface]) -> Callable[..., Awaitable[Surface]]:
    async def open_wrapped(name: str, *args: Any, **options: Any) -> Surface:
        surface = await open_surface(name, *args, **options)
        return surface if name == SCREENSHOT else wrap(surface)

    return open_wrapped


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pages_site() -> AsyncIterator[Site]:
    async with staged_site(PAGES) as site:
        yield site


browser, site = shared_browser, pages_site


def staged(browser: RunningBrowser, site: Site, path: str, last: int) -> StagedPage:
    page = PageRequest(site.url(path), SIZE, FrameRate(10), {}, timeout=30)
    return StagedPage(browser, page, site.url(STAGE), 0, last)


pytestmark = pytest.mark.asyncio(loop_scope="module")
PATHS = pytest.mark.parametrize(
    ("path", "candidate", "seen"),
    [
        ("css-keyframes.html", "element", r"(html|body > div\.box\.[a-d])"),
        ("canvas-2d.html", "canvas", "body > canvas"),
    ],
)


@PATHS
async def test_a_right_surface_is_taken(
    browser: RunningBrowser, site: Site, path: str, candidate: str, seen: str
) -> None:
    asked = staged(browser, site, path, 39)
    choice = await asked.choose(await asked.report())
    assert choice.surface == candidate
    assert choice.psnr is not None
    assert choice.psnr > 40


@PATHS
@pytest.mark.parametrize("wrap", BREAKAGES.values(), ids=BREAKAGES.keys())
async def test_a_broken_surface_is_rejected_with_place_and_element(
    browser: RunningBrowser,
    site: Site,
    path: str,
    candidate: str,
    seen: str,
    wrap: Callable[[Surface], Surface],
) -> None:
    asked = attrs.evolve(staged(browser, site, path, 39), open=opening(wrap))
    choice = await asked.choose(await asked.report())
    assert choice.surface == SCREENSHOT
    assert choice.reason.startswith(f"{candidate}: frame 10 differs from the screenshot in the region")
    assert re.search(rf"at \(\d+, \d+\), at {seen} \(\d+\.\d dB\)$", choice.reason), choice.reason


@pytest.mark.parametrize(
    ("victim", "path", "taken"),
    [
        ("renderer", "css-keyframes.html", ELEMENT),
        ("graphics process", "css-keyframes.html", ELEMENT),
        ("graphics process", "canvas-2d.html", CANVAS),
    ],
)
async def test_a_process_that_was_killed_does_not_speak_against_a_surface(
    tmp_path: Path, site: Site, victim: str, path: str, taken: str
) -> None:
    strikes: list[str] = []

    def strike_once(surface: Surface) -> Surface:
        if not strikes:
            strikes.append(victim)
            kill(victim)
        return surface

    async with running_browser(tmp_path) as browser:
        asked = attrs.evolve(staged(browser, site, path, 39), open=opening(strike_once))
        choice = await asked.choose(await asked.report())
    assert strikes
    assert (choice.surface, choice.rejected) == (taken, ())


async def test_a_browser_that_was_killed_is_no_choice(tmp_path: Path, site: Site) -> None:
    def strike(surface: Surface) -> Surface:
        kill("browser")
        return surface

    async with running_browser(tmp_path) as browser:
        asked = attrs.evolve(staged(browser, site, "css-keyframes.html", 39), open=opening(strike))
        report = await asked.report()
        with pytest.raises(BrowserFailed):
            await asked.choose(report)


async def test_what_shows_only_briefly_is_compared_too(browser: RunningBrowser, tmp_path: Path) -> None:
    """The image of another origin, which `element` leaves out, shows in frames 10 to 12 of 60 only."""
    write_assets(tmp_path)
    async with staged_site(tmp_path) as site, Site(tmp_path) as other:
        (tmp_path / "brief.html").write_text(_BRIEF.format(other=other.origin), encoding="utf-8")
        asked = staged(browser, site, "brief.html", 59)
        report = await asked.report()
        choice = await asked.choose(report)
        assert choice.surface == SCREENSHOT
        assert "frame 11 differs from the screenshot in the region 32x48 at (80, 96)" in choice.reason
        assert "at img#brief" in choice.reason
        blind = await asked.choose(attrs.evolve(report, intervals=()))
        assert blind.surface == ELEMENT, "the evenly spread samples do not miss the image"
