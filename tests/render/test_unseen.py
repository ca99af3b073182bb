"""While frames are made, nothing of a page is composed for a screen, unless the page needs that."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import CANVAS, ELEMENT, SCREENSHOT
from helios_renders.capture.request import PageRequest
from helios_renders.capture.surface import Surface, open_surface
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from render.clips import HEIGHT, WIDTH, Clip, read_number
from render.staging import StagedPage, running_browser, staged_site

SIZE = Size(WIDTH, HEIGHT)
FRAMES = 12
_LATE = 5
_CLIP = Clip("late.webm", "libvpx-vp9 -crf 20 -b:v 0 -g 20 -deadline realtime -cpu-used 8", "10", 20)
_PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<style>body {{ margin: 0; overflow: hidden }} canvas, video {{ display: block }} {css}</style>{body}
<script>
window.seen = [];
window.hidden = 0;
const replace = CSSStyleSheet.prototype.replaceSync;
CSSStyleSheet.prototype.replaceSync = function (text) {{
  if (/opacity: 0/.test(text)) window.hidden++;
  return replace.call(this, text);
}};
const opacity = () => getComputedStyle(window.top.document.documentElement).opacity;
requestAnimationFrame(function each(time) {{
  requestAnimationFrame(each);
  window.seen.push(opacity());
  {script}
}});
{before}
</script>
"""
_CANVAS = f'<canvas width="{SIZE.width}" height="{SIZE.height}"></canvas>'
_FLAT = "const context = document.querySelector('canvas').getContext('2d');"
_DRAW = "context.fillRect(0, 0, window.seen.length, 9);"
_DEEP = "const context = document.querySelector('canvas').getContext('webgl');"
_FADES = "html { transition: opacity 1s }"
_FADES_LATER = "html { transition: opacity 0s 1s }"
_APPEND = f"if (window.seen.length === 1) document.body.innerHTML = '{_CANVAS}';"
_ONLY = "const only = document.querySelector('canvas').getContext('2d');"
_LATE_DEEP = f"if (window.seen.length === {_LATE}) document.querySelector('canvas').getContext('webgl');"
_KEEP = f"if (window.seen.length === {_LATE}) document.adoptedStyleSheets = [...document.adoptedStyleSheets];"
_ROOT = """
const root = document.documentElement;
if (window.seen.length === 1) {
  root.style.setProperty('--gone', getComputedStyle(root).color);
  root.className = 'ready';
}
root.addEventListener('transitioncancel', () => (window.cancelled = true));
"""
_LATE_FADE = f"if (window.seen.length === {_LATE}) document.documentElement.className = 'ready';"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningBrowser]:
    async with running_browser(tmp_path_factory.mktemp("profiles")) as running:
        yield running


def write_page(folder: Path, body: str, script: str = "", before: str = "", css: str = "") -> None:
    text = _PAGE.format(body=body, script=script, before=before, css=css)
    (folder / "page.html").write_text(text, encoding="utf-8")


def request_of(address: str) -> PageRequest:
    return PageRequest(address, SIZE, FrameRate(10), {}, timeout=20)


@contextlib.asynccontextmanager
async def opened(
    browser: RunningBrowser, folder: Path, surface: str, *, stepwise: bool = False
) -> AsyncIterator[Surface]:
    """A surface on the page in a folder."""
    async with staged_site(folder) as site:
        page, stage = request_of(site.url("page.html")), site.url(STAGE.lstrip("/"))
        drawing = await open_surface(surface, browser, page, stage, stateless=False, stepwise=stepwise)
        try:
            yield drawing
        finally:
            await drawing.close()


async def opacities_of(surface: Surface) -> tuple[list[str], str]:
    """The root's opacity in every frame that a surface makes, and afterwards."""
    async with contextlib.aclosing(surface.frames(0, FRAMES - 1)) as frames:
        async for _ in frames:
            pass
    frame = surface.session.page.frames[-1]
    seen: list[str] = await frame.evaluate("window.seen")
    return seen, await frame.evaluate("opacity()")


async def opacities(browser: RunningBrowser, folder: Path, surface: str) -> tuple[list[str], str]:
    """The same of a surface on the page in a folder."""
    async with opened(browser, folder, surface) as drawing:
        return await opacities_of(drawing)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("surface", "body", "before", "css", "expected"),
    [
        (ELEMENT, "<p>Hello</p>", "", "", "0"),
        (ELEMENT, "<p>Hello</p>", "", _FADES, "0"),
        (CANVAS, _CANVAS, _FLAT, "", "0"),
        (CANVAS, _CANVAS, _FLAT, _FADES, "1"),
        (CANVAS, _CANVAS, _FLAT, _FADES_LATER, "1"),
        (CANVAS, _CANVAS, _DEEP, "", "1"),
        (ELEMENT, _CANVAS, _DEEP, "", "1"),
    ],
    ids=["element", "fading element", "2D", "fading 2D", "later 2D", "WebGL", "WebGL in an element"],
)
async def test_what_nobody_sees_is_not_composed(
    browser: RunningBrowser, tmp_path: Path, surface: str, body: str, before: str, css: str, expected: str
) -> None:
    write_page(tmp_path, body, _DRAW if before == _FLAT else "", before, css)
    seen, afterwards = await opacities(browser, tmp_path, surface)
    assert len(seen) >= FRAMES - 1
    assert set(seen) == {expected}
    assert afterwards == "1", "whoever looks at the page between two runs sees it"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_canvas_that_comes_with_the_first_frame(browser: RunningBrowser, tmp_path: Path) -> None:
    write_page(tmp_path, "", _APPEND + _ONLY + "only.fillRect(0, 0, 9, 9);")
    seen, afterwards = await opacities(browser, tmp_path, CANVAS)
    assert (set(seen), afterwards) == ({"0"}, "1")


@pytest.mark.asyncio(loop_scope="module")
async def test_webgl_that_comes_late_is_composed_from_then_on(
    browser: RunningBrowser, tmp_path: Path
) -> None:
    write_page(tmp_path, _CANVAS, _LATE_DEEP)
    seen, _ = await opacities(browser, tmp_path, ELEMENT)
    assert seen == ["0"] * _LATE + ["1"] * (len(seen) - _LATE)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_transition_that_comes_late_hides_nothing(browser: RunningBrowser, tmp_path: Path) -> None:
    write_page(tmp_path, _CANVAS, _DRAW + _LATE_FADE, _FLAT, "html.ready { transition: opacity 1s }")
    seen, afterwards = await opacities(browser, tmp_path, CANVAS)
    assert (set(seen), afterwards) == ({"0"}, "1")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_page_that_keeps_the_sheet_hides_nothing(browser: RunningBrowser, tmp_path: Path) -> None:
    write_page(tmp_path, _CANVAS, _DRAW + _KEEP, _FLAT)
    assert (await opacities(browser, tmp_path, CANVAS))[1] == "1"


@pytest.mark.asyncio(loop_scope="module")
async def test_other_transitions_of_the_root_go_on(browser: RunningBrowser, tmp_path: Path) -> None:
    css = "html.ready { transition: color 3s linear; color: rgb(200, 0, 0) }"
    write_page(tmp_path, _CANVAS, _DRAW + _ROOT, _FLAT, css)
    async with opened(browser, tmp_path, CANVAS) as surface:
        _, afterwards = await opacities_of(surface)
        assert afterwards == "1"
        page = surface.session.page
        assert not await page.evaluate("window.cancelled")
        # A third of the way from black.
        colour = await page.evaluate("getComputedStyle(document.documentElement).color")
        assert 50 < int(colour.removeprefix("rgb(").split(",")[0]) < 90


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_drawn_frame_by_frame_stays_seen(browser: RunningBrowser, tmp_path: Path) -> None:
    write_page(tmp_path, _CANVAS, _DRAW, _FLAT)
    for stepwise, hidden in ((False, 1), (True, 0)):
        async with opened(browser, tmp_path, CANVAS, stepwise=stepwise) as surface:
            seen, afterwards = await opacities_of(surface)
            assert (set(seen), afterwards) == ({str(1 - hidden)}, "1")
            assert await surface.session.page.evaluate("window.hidden") == hidden


@pytest.mark.asyncio(loop_scope="module")
async def test_a_video_that_comes_late_is_composed(browser: RunningBrowser, tmp_path: Path) -> None:
    _CLIP.write(tmp_path)
    late = f"if (window.seen.length === {_LATE}) document.body.innerHTML = '<video src={_CLIP.name} muted>';"
    play = "document.querySelector('video')?.play();"
    write_page(tmp_path, "<p>Hello</p>", late + play)
    seen, _ = await opacities(browser, tmp_path, ELEMENT)
    assert seen == ["0"] * _LATE + ["1"] * (len(seen) - _LATE)
    async with staged_site(tmp_path) as site:
        page = request_of(site.url("page.html"))
        staged = StagedPage(browser, page, site.url(STAGE.lstrip("/")), 0, FRAMES - 1)
        report = await staged.report()
        drawn, shown = await staged.draw(ELEMENT, report), await staged.draw(SCREENSHOT, report)
    numbers = [read_number(frame, 0, 0) for frame in drawn[_LATE:]]
    assert numbers == [read_number(frame, 0, 0) for frame in shown[_LATE:]]
    assert numbers == list(range(1, len(numbers) + 1))
