"""`begin-frame` gives the screenshot's pictures to the byte, and takes none of a page that rests."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from helios_renders.capture.begin_frame import STILL_FRAMES, BeginFrameSurface
from helios_renders.capture.choose import Occasion, choose_surface
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import BEGIN_FRAME, SCREENSHOT
from helios_renders.capture.question import EXACT_PSNR, SurfaceQuestion
from helios_renders.capture.request import PageRequest
from helios_renders.capture.surface import Surface, open_surface
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.site import Site
from helios_renders.composition.spec import Size
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.errors import InvalidOption
from render.conftest import Render, skip_unless_possible

MIXED_FRAMES = 30


def request(site: Site, path: str) -> PageRequest:
    return PageRequest(site.url(path), Size(320, 180), FrameRate(10), {}, timeout=30)


async def open_page(name: str, browser: RunningBrowser, site: Site, path: str) -> Surface:
    return await open_surface(name, browser, request(site, path), None, stateless=True)


async def pictures_of(surface: Surface, frames: Iterable[int]) -> dict[int, bytes]:
    try:
        return {frame: bytes(picture) for frame in frames async for picture in surface.frames(frame, frame)}
    finally:
        await surface.close()


async def test_auto_takes_it_for_a_page_of_hard_things(browser: RunningBrowser, site: Site) -> None:
    skip_unless_possible(BEGIN_FRAME)
    asked = SurfaceQuestion(
        request(site, "mixed.html"),
        stage=None,
        stateless=False,
        first=0,
        last=MIXED_FRAMES - 1,
        candidates=(BEGIN_FRAME,),
    )
    choice = await choose_surface(Occasion(browser, str(find_ffmpeg().path), asked))
    assert choice.surface == BEGIN_FRAME, choice.reason
    assert choice.psnr == EXACT_PSNR


async def test_a_page_of_hard_things_gives_the_file_of_the_screenshot(render: Render) -> None:
    skip_unless_possible(BEGIN_FRAME)
    lossless = {"crf": 0, "preset": "ultrafast"}
    right = await render("mixed.html", surface=SCREENSHOT, **lossless)
    told = await render("mixed.html", surface=BEGIN_FRAME, concurrency=2, **lossless)
    assert told.result.surface == BEGIN_FRAME
    assert told.result.sha256 == right.result.sha256


async def test_of_a_page_at_rest_no_picture_is_taken(browser: RunningBrowser, site: Site) -> None:
    skip_unless_possible(BEGIN_FRAME)
    right = await pictures_of(await open_page(SCREENSHOT, browser, site, "still-half.html"), range(60))
    surface = await open_page(BEGIN_FRAME, browser, site, "still-half.html")
    assert isinstance(surface, BeginFrameSurface)
    assert await pictures_of(surface, range(60)) == right
    different = len(set(right.values()))
    assert different == 30
    assert surface.pictures == different + STILL_FRAMES


async def test_a_jump_gives_the_picture_of_the_run(browser: RunningBrowser, site: Site) -> None:
    skip_unless_possible(BEGIN_FRAME)
    run = await pictures_of(await open_page(BEGIN_FRAME, browser, site, "css-keyframes.html"), range(26))
    jumps = (5, 12, 25)
    jumped = await pictures_of(await open_page(BEGIN_FRAME, browser, site, "css-keyframes.html"), jumps)
    assert jumped == {frame: run[frame] for frame in jumps}


async def test_a_browser_that_cannot_be_told_is_refused(render: Render, tmp_path: Path) -> None:
    browser = tmp_path / "some-browser"
    browser.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    browser.chmod(0o755)
    with pytest.raises(InvalidOption, match="some-browser is not a headless shell") as refused:
        await render("mixed.html", surface=BEGIN_FRAME, browser=str(browser))
    assert "chrome-headless-shell" in refused.value.advice
