"""Frames with alpha, laid over a ground, are what the browser itself shows on that ground."""

from collections.abc import AsyncIterator

import attrs
import numpy as np
import pytest
import pytest_asyncio

from helios_renders.capture.compare import compare
from helios_renders.capture.criteria import Picture
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import BEGIN_FRAME, CANVAS, ELEMENT, SCREENSHOT
from helios_renders.capture.request import PageRequest
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.site import Site
from helios_renders.composition.spec import Size
from render.conftest import skip_unless_possible
from render.staging import StagedPage, running_browser, staged_site

FRAMES = 5
SMALL = Size(160, 90)
_SOFT = """<style>
@keyframes slide { to { transform: translateX(60px) } }
div { position: absolute; animation: slide 1s linear both; will-change: auto }
.shadow { left: 20px; top: 12px; width: 40px; height: 30px; border-radius: 9px; background: #c8502d;
  box-shadow: 6px 6px 12px #002a }
.half { left: 50px; top: 30px; width: 40px; height: 30px; background: #2d7dc8; opacity: .5 }
.text { left: 8px; top: 62px; font: 20px/1 serif; color: #204060 }
</style><div class="shadow"></div><div class="half"></div><div class="text">Soft edges</div>"""
_CANVAS = """<canvas width="160" height="90" style="display: block"></canvas><script>
const context = document.querySelector("canvas").getContext("2d");
requestAnimationFrame(function paint(time) {
  requestAnimationFrame(paint);
  context.clearRect(0, 0, 160, 90);
  const gradient = context.createRadialGradient(60 + time / 20, 45, 4, 60 + time / 20, 45, 40);
  gradient.addColorStop(0, "#c8502d");
  gradient.addColorStop(1, "#2d7dc800");
  context.fillStyle = gradient;
  context.fillRect(0, 0, 160, 90);
});
</script>"""
_GLASS = """<canvas width="160" height="90" style="display: block"></canvas><script>
const gl = document.querySelector("canvas").getContext("webgl", { premultipliedAlpha: false });
requestAnimationFrame(function paint(time) {
  requestAnimationFrame(paint);
  gl.clearColor(1, 0.5, 0.25, 0.1 + time / 2000);
  gl.clear(gl.COLOR_BUFFER_BIT);
});
</script>"""
_CHECKERBOARD = "html { background: repeating-conic-gradient(#ff0000 0 25%, #00ff80 0 50%) 0 0 / 16px 16px }"


@attrs.frozen
class Case:
    """A page with nothing behind it."""

    name: str
    body: str
    surface: str
    size: Size = SMALL


CASES = (
    Case("soft", _SOFT, SCREENSHOT),
    Case("soft", _SOFT, ELEMENT),
    Case("tiles", _SOFT, ELEMENT, Size(600, 300)),
    Case("soft", _SOFT, BEGIN_FRAME),
    Case("canvas", _CANVAS, CANVAS),
    Case("glass", _GLASS, CANVAS),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningBrowser]:
    async with running_browser(tmp_path_factory.mktemp("profiles")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with staged_site(tmp_path_factory.mktemp("pages")) as site:
        yield site


async def draw(
    browser: RunningBrowser,
    site: Site,
    case: Case,
    surface: str,
    *,
    ground: str = "",
    body: str | None = None,
) -> list[Picture]:
    """All frames; with alpha where there is no ground."""
    text = (
        f'<!doctype html><meta charset="utf-8"><style>body {{ margin: 0; overflow: hidden }} {ground}</style>'
        f"{case.body if body is None else body}"
    )
    (site.root / "page.html").write_text(text, encoding="utf-8")
    page = PageRequest(site.url("page.html"), case.size, FrameRate(5), {}, 30, transparent=not ground)
    staged = StagedPage(browser, page, site.url(STAGE), 0, FRAMES - 1)
    return await staged.draw(surface, await staged.report())


def laid_over(picture: Picture, ground: Picture) -> Picture:
    alpha = picture[:, :, 3:] / 255
    composed: Picture = np.rint(picture[:, :, :3] * alpha + ground * (1 - alpha)).astype(np.uint8)
    return composed


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.surface}")
async def test_over_a_checkerboard_it_is_what_the_browser_shows(
    browser: RunningBrowser, site: Site, case: Case
) -> None:
    skip_unless_possible(case.surface)
    frames = await draw(browser, site, case, case.surface)
    right = await draw(browser, site, case, SCREENSHOT, ground=_CHECKERBOARD)
    (ground, *_) = await draw(browser, site, case, SCREENSHOT, ground=_CHECKERBOARD, body="")
    reference = frames if case.surface == SCREENSHOT else await draw(browser, site, case, SCREENSHOT)
    assert len(frames) == FRAMES
    for number, (picture, like, shown) in enumerate(zip(frames, reference, right, strict=True)):
        levels = np.unique(picture[:, :, 3])
        assert len(levels) > 20 or case.name == "glass", (number, levels)
        assert compare(picture, like).acceptable, (number, compare(picture, like))
        off = np.abs(laid_over(picture, ground).astype(int) - shown)
        assert off.max() <= 2, (number, off.max(), np.argwhere(off > 2)[:5])
    assert not np.array_equal(frames[0], frames[-1])
