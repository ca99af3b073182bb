"""Pages drawn with more pixels: finer, the same on every surface, and made smaller again by the scale."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from helios_renders.capture.compare import compare
from helios_renders.capture.criteria import Picture
from helios_renders.capture.names import BEGIN_FRAME, CANVAS, ELEMENT, SCREENSHOT
from helios_renders.capture.request import PageRequest
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.errors import InvalidOption
from render.conftest import Render, skip_unless_possible
from render.pixels import decode, read_barcode
from render.staging import StagedPage, running_browser, staged_site

SIZE = Size(304, 180)
FRAMES = 4
HAIR = 10
"""Where a black line begins that is half a CSS pixel wide."""
_MOVING = f"""<style>
@keyframes slide {{ to {{ transform: translateX(200px) }} }}
div {{ position: absolute }}
.hair {{ left: {HAIR}px; top: 0; width: .5px; height: 40px; background: #000 }}
.box {{ left: 20px; top: 120px; width: 20px; height: 20px; border-radius: 5px; background: #c8502d;
  box-shadow: 2px 2px 5px #002a; animation: slide 1s linear both }}
.text {{ left: 60px; top: 20px; font: 20px/1 serif }}
@media (min-resolution: 1.5dppx) {{ .text {{ color: #2d7dc8 }} }}
</style><div class="hair"></div><div class="box"></div><div class="text">Fine edges</div>"""
_CANVAS = f"""<canvas style="display: block; width: {SIZE.width}px; height: {SIZE.height}px"></canvas><script>
const canvas = document.querySelector("canvas"), ratio = window.devicePixelRatio;
canvas.width = {SIZE.width} * ratio;
canvas.height = {SIZE.height} * ratio;
const context = canvas.getContext("2d");
context.scale(ratio, ratio);
requestAnimationFrame(function paint(time) {{
  requestAnimationFrame(paint);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, {SIZE.width}, {SIZE.height});
  context.fillStyle = "#000";
  context.fillRect({HAIR}, 0, 0.5, 40);
  context.fillStyle = "#2d7dc8";
  context.fillRect(20 + time / 10, 120, 20, 20);
}});
</script>"""


@contextlib.asynccontextmanager
async def staged(folder: Path, body: str, ratio: float) -> AsyncIterator[StagedPage]:
    text = f'<!doctype html><meta charset="utf-8"><style>body {{ margin: 0 }}</style>{body}'
    (folder / "page.html").write_text(text, encoding="utf-8")
    async with staged_site(folder) as site, running_browser(folder, pixel_ratio=ratio) as browser:
        page = PageRequest(site.url("page.html"), SIZE, FrameRate(4), {}, 30, pixel_ratio=ratio)
        yield StagedPage(browser, page, site.url(STAGE), 0, FRAMES - 1)


@pytest.mark.parametrize(
    ("surface", "body", "ratio"),
    [
        (ELEMENT, _MOVING, 2),
        (ELEMENT, _MOVING, 1.5),
        (BEGIN_FRAME, _MOVING, 2),
        (CANVAS, _CANVAS, 2),
        (CANVAS, _CANVAS, 1),
    ],
    ids=["element-2", "element-1.5", "begin-frame-2", "canvas-2", "canvas-1"],
)
async def test_every_surface_gives_the_finer_picture(
    tmp_path: Path, surface: str, body: str, ratio: float
) -> None:
    skip_unless_possible(surface)
    async with staged(tmp_path, body, ratio) as page:
        report = await page.report()
        frames, right = await page.draw(surface, report), await page.draw(SCREENSHOT, report)
        choice = await page.choose(report)
    assert len(frames) == FRAMES
    for number, (picture, like) in enumerate(zip(frames, right, strict=True)):
        assert picture.shape == (SIZE.height * ratio, SIZE.width * ratio, 3)
        found = compare(picture, like)
        assert found.acceptable, (number, found)
    assert not np.array_equal(frames[0], frames[-1])
    if ratio == 2:
        assert [line_at(picture) for picture in (*frames, *right)] == [[2 * HAIR]] * 2 * FRAMES
    if surface != BEGIN_FRAME:
        assert choice.surface == surface, choice.reason


def line_at(picture: Picture) -> list[int]:
    """The black columns of the picture's top left corner."""
    return [int(column) for column in np.flatnonzero((picture[:40, :60] < 64).all(axis=(0, 2)))]


async def test_a_video_is_as_much_larger_at_any_concurrency(render: Render) -> None:
    given = {"range": "55:65", "pixel_ratio": "2"}
    one = await render("barcode.html", **given)
    two = await render("barcode.html", concurrency=2, **given)
    assert two.result.sha256 == one.result.sha256
    frames = list(decode(one.result.output))
    assert {frame.shape for frame in frames} == {(360, 640, 3)}
    assert [read_barcode(frame[::2, ::2]) for frame in frames] == list(range(55, 65))


async def test_scaled_down_again_its_edges_are_softer(render: Render) -> None:
    given = {"surface": "element", "range": "3:5", "crf": 0, "pixel_format": "yuv444p"}
    plain = next(decode((await render("shadow-dom.html", **given)).result.output))
    finer = await render("shadow-dom.html", pixel_ratio=2, scale=50, **given)
    sampled = next(decode(finer.result.output))
    assert sampled.shape == plain.shape == (180, 320, 3)
    off = np.abs(sampled.astype(int) - plain)
    assert 0 < off.mean() < 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"pixel_ratio": 1.3}, "Pixel ratio is 1.3"),
        ({"pixel_ratio": 1.5, "size": "321x180"}, "at which a page of 321x180 has no whole number of pixels"),
        ({"pixel_ratio": 4, "size": "7680x4320"}, "Size is 30720x17280"),
    ],
)
async def test_what_cannot_be_drawn_is_refused(render: Render, given: dict[str, object], says: str) -> None:
    with pytest.raises(InvalidOption, match=says):
        await render("barcode.html", **given)
