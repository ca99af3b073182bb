"""A canvas whose frames are compared with screenshots of the page that they are of."""

import asyncio
import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helios_renders.capture.criteria import Picture
from helios_renders.capture.domain import is_proved_by_render
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import CANVAS, ELEMENT
from helios_renders.capture.proof import Proof
from helios_renders.capture.question import EXACT_PSNR, ProvedFrame, SurfaceQuestion
from helios_renders.capture.request import PageRequest
from helios_renders.capture.surface import open_surface
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.site import Site
from helios_renders.composition.spec import Size
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.errors import EncoderFailed, SurfaceFailed
from render.staging import StagedPage, shared_browser, staged_site
from render.test_choose import (
    Spoiled,
    a_little_bluer,
    grey_square,
    one_pixel_to_the_right,
    pages_site,
    small_faint_square,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZE = Size(320, 180)
SAMPLES = (0, 10, 20, 29, 39)
_PAGE = '<canvas width="320" height="180" style="display: block"></canvas><script>{script}</script>'
_DRAWN = "document.querySelector('canvas').getContext('{kind}');"
_GLASS = """<canvas width="320" height="180" style="display: block"></canvas><style>body { margin: 0 }</style>
<script>
const context = document.querySelector("canvas").getContext("2d");
function draw() {
  context.clearRect(0, 0, 320, 180);
  context.fillStyle = "rgb(200 80 40 / 0.5)";
  context.fillRect(Math.round(performance.now() / 20), 40, 90, 60);
  requestAnimationFrame(draw);
}
requestAnimationFrame(draw);
</script>
"""
_ELSEWHERE = "document.querySelector('canvas').transferControlToOffscreen();"


browser, site = shared_browser, pages_site


async def prove(
    browser: RunningBrowser,
    site: Site,
    spoil: Callable[[Picture], None] | None = None,
    *,
    path: str = "canvas-2d.html",
    ffmpeg: str | None = None,
    **request: Any,
) -> list[ProvedFrame]:
    """What a worker would tell of two chunks, whose pictures are spoiled from frame 10 on."""
    page = PageRequest(site.url(path), SIZE, FrameRate(10), {}, timeout=30, **request)
    question = SurfaceQuestion(page, None, stateless=False, first=0, last=39, candidates=(CANVAS,))
    proof = Proof(question, browser, ffmpeg or str(find_ffmpeg().path))
    proved: list[ProvedFrame] = []
    opened = await open_surface(CANVAS, browser, page, None, stateless=False)
    surface = opened if spoil is None else Spoiled(opened, spoil)
    try:
        for first, last in ((0, 24), (25, 39)):
            count = 0
            async with contextlib.aclosing(proof.frames(surface, first, last)) as frames_of_chunk:
                async for _ in frames_of_chunk:
                    count += 1
                    await proof.tell(proved.append)
            assert count == last - first + 1
            await proof.tell(proved.append, wait=True)
    finally:
        await surface.close()
    return proved


async def test_each_sample_of_a_right_canvas_is_proved_once(browser: RunningBrowser, site: Site) -> None:
    proved = await prove(browser, site)
    assert sorted(each.frame for each in proved) == list(SAMPLES)
    assert {each.psnr for each in proved} == {EXACT_PSNR}


async def test_all_that_ask_at_once_hear_of_the_earliest_wrong_picture(
    browser: RunningBrowser, site: Site
) -> None:
    page = PageRequest(site.url("canvas-2d.html"), SIZE, FrameRate(10), {}, timeout=30)
    question = SurfaceQuestion(page, None, stateless=False, first=0, last=39, candidates=(CANVAS,))
    proof = Proof(question, browser, str(find_ffmpeg().path))
    surface = Spoiled(await open_surface(CANVAS, browser, page, None, stateless=False), grey_square)
    proved: list[ProvedFrame] = []
    try:
        async with contextlib.aclosing(proof.frames(surface, 0, 39)) as frames:
            async for _ in frames:
                pass
        asking = [proof.tell(proved.append, wait=True) for _ in range(3)]
        heard = await asyncio.gather(*asking, return_exceptions=True)
    finally:
        await surface.close()
    assert [type(each) for each in heard] == [SurfaceFailed] * 3
    assert {str(each).split(" differs")[0] for each in heard} == {"frame 10"}
    assert [each.frame for each in proved] == [0]


@pytest.mark.parametrize(
    "spoil",
    [grey_square, small_faint_square, a_little_bluer, one_pixel_to_the_right],
    ids=lambda spoil: spoil.__name__,
)
async def test_a_wrong_picture_is_refused_with_place_and_element(
    browser: RunningBrowser, site: Site, spoil: Callable[[Picture], None]
) -> None:
    words = r"frame 10 differs from the screenshot in the region \d+x\d+ at \(\d+, \d+\), at body > canvas"
    with pytest.raises(SurfaceFailed, match=words):
        await prove(browser, site, spoil)


async def test_a_frame_that_comes_late_is_refused(browser: RunningBrowser, site: Site) -> None:
    before: list[Picture] = []

    def late(picture: Picture) -> None:
        shown = picture.copy()
        if before:
            picture[:] = before[-1]
        before.append(shown)

    with pytest.raises(SurfaceFailed, match="frame 20 differs from the screenshot"):
        await prove(browser, site, late)


async def test_a_transparent_canvas_is_proved_at_every_sample(
    browser: RunningBrowser, tmp_path: Path
) -> None:
    """Whose screenshots have no background, from the first to the last."""
    (tmp_path / "glass.html").write_text(_GLASS)
    async with staged_site(tmp_path) as site:
        proved = await prove(browser, site, path="glass.html", transparent=True)
    assert sorted(each.frame for each in proved) == list(SAMPLES)
    assert min(each.psnr for each in proved) > 50


async def test_a_screenshot_that_cannot_be_decoded_speaks_not_against_the_surface(
    browser: RunningBrowser, site: Site
) -> None:
    with pytest.raises(EncoderFailed, match="could not decode a screenshot"):
        await prove(browser, site, ffmpeg=str(shutil.which("false")))


@pytest.mark.parametrize(
    ("script", "is_proved"),
    [
        (_DRAWN.format(kind="2d"), True),
        ("", False),
        (_DRAWN.format(kind="webgl2"), False),
        (_DRAWN.format(kind="bitmaprenderer"), False),
        (_ELSEWHERE, False),
    ],
    ids=["2d", "untouched", "webgl2", "bitmap", "elsewhere"],
)
async def test_only_a_canvas_of_2d_is_proved_by_its_render(
    browser: RunningBrowser, tmp_path: Path, script: str, is_proved: bool
) -> None:
    (tmp_path / "page.html").write_text(_PAGE.format(script=script))
    async with staged_site(tmp_path) as site:
        page = PageRequest(site.url("page.html"), SIZE, FrameRate(10), {}, timeout=30)
        report = await StagedPage(browser, page, site.url(STAGE), 0, 9).report()
    assert report.canvas is not None
    assert is_proved_by_render(CANVAS, report) is is_proved
    assert not is_proved_by_render(ELEMENT, report)
