"""What the browser leaves out until it is near (`content-visibility: auto`) is there at its first frame."""

import asyncio
from pathlib import Path

import pytest

from helios_renders.capture.graphics import GraphicsProcesses
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import BEGIN_FRAME, ELEMENT, SCREENSHOT
from helios_renders.capture.request import PageRequest
from helios_renders.capture.session import PageSession
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from render.conftest import skip_unless_possible
from render.pixels import Patch
from render.staging import StagedPage, shared_browser, staged_site
from render.surface_cases import CASES as SURFACE_CASES
from render.surface_cases import EXACT, FPS, FRAMES, HEIGHT, PAPER, RUST, WIDTH, Case

browser = shared_browser

HOLD_SECONDS = 0.5
ARRIVAL = FRAMES // 2
"""The frame in which the box is first seen."""
_BOX_STYLE = ".box { width: 90px; height: 70px; background: #c8502d }"
_AUTO = ".cv { content-visibility: auto; contain-intrinsic-size: 90px 70px; margin: 20px 0 0 30px }"
_BOX = '<div class="box"></div>'


def _within(content: str) -> str:
    return f'<div class="cv">{content}</div>'


def _arriving(name: str, css: str, body: str) -> Case:
    def patches(frame: int) -> tuple[Patch, ...]:
        return (Patch(32, 22, 86, 66, RUST if frame >= ARRIVAL else PAPER, EXACT),)

    return Case(name, css, body, patches)


def _inserted(name: str, statement: str) -> Case:
    script = f"setTimeout(() => {{ {statement} }}, {1000 * ARRIVAL // FPS})"
    return _arriving(name, _AUTO, f'<div id="host"></div><script>{script}</script>')


CASES = (
    _arriving(
        "jumping",
        f"{_AUTO} .cv {{ animation: jump 2s steps(2, jump-none) both }}"
        " @keyframes jump { from { transform: translateY(9000px) } to { transform: none } }",
        _within(_BOX),
    ),
    _inserted("inserted", f"host.innerHTML = `{_within(_BOX)}`"),
    _inserted(
        "nested", f"host.innerHTML = `{_within(_within(_BOX).replace('<div', '<div style=margin:0', 1))}`"
    ),
    _inserted(
        "in-a-shadow",
        "host.attachShadow({ mode: 'closed' }).innerHTML ="
        f" `<style>{_AUTO} {_BOX_STYLE}</style>{_within(_BOX)}`",
    ),
    _inserted(
        "in-a-frame",
        "const frame = document.createElement('iframe'); frame.style.cssText = 'border: 0; width: 320px';"
        f" frame.srcdoc = `<style>body {{ margin: 0 }} {_AUTO} {_BOX_STYLE}</style>{_within(_BOX)}`;"
        " host.append(frame)",
    ),
)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("surface", [SCREENSHOT, ELEMENT, BEGIN_FRAME])
@pytest.mark.parametrize("first", [0, ARRIVAL - 2, ARRIVAL])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_it_is_there_at_its_first_frame(
    browser: RunningBrowser, tmp_path: Path, case: Case, first: int, surface: str
) -> None:
    skip_unless_possible(surface)
    assert await _missed(browser, tmp_path, case, surface, first) == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("surface", [SCREENSHOT, ELEMENT])
async def test_its_animations_begin_with_the_page_that_is_drawn_late(
    browser: RunningBrowser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, surface: str
) -> None:
    load = PageSession._load

    async def load_undrawn(session: PageSession) -> None:
        graphics = GraphicsProcesses.now().processes
        assert graphics
        for process in graphics:
            process.suspend()
            asyncio.get_running_loop().call_later(HOLD_SECONDS, process.resume)
        await load(session)

    monkeypatch.setattr(PageSession, "_load", load_undrawn)
    case = next(case for case in SURFACE_CASES if case.name == "content-visibility")
    assert await _missed(browser, tmp_path, case, surface, 3) == []


async def _missed(
    browser: RunningBrowser, folder: Path, case: Case, surface: str, first: int
) -> list[tuple[int, int]]:
    """The frames that do not look as they should, each with how far a colour is from the right one."""
    async with staged_site(folder) as site:
        page = PageRequest(site.url(case.write(folder)), Size(WIDTH, HEIGHT), FrameRate(FPS), {}, timeout=30)
        staged = StagedPage(browser, page, site.url(STAGE), first, ARRIVAL + 2)
        pictures = await staged.draw(surface, await staged.report())
    return case.missed(pictures, first)
