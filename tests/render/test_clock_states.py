"""What a page does to its own time lines, by its style sheet or by a script, in virtual time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.request import PageRequest
from helios_renders.capture.session import PageSession
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.site import Site
from helios_renders.composition.spec import Size
from render.staging import staged_site

FPS = 10
MOVING = """<style>@keyframes move { to { width: 400px } }
#box { width: 0; height: 9px; animation: move 4s linear both }</style><div id="box"></div>"""
WIDTH = 'document.getElementById("box").getBoundingClientRect().width'
SVG = """<svg id="svg" width="400" height="9"><rect id="rect" width="9" height="9">
<animate attributeName="x" from="0" to="400" dur="4s" fill="freeze"/></rect></svg>"""
PLACE = 'document.getElementById("rect").x.animVal.value'


@asynccontextmanager
async def opened(browser: RunningBrowser, folder: Path, body: str) -> AsyncIterator[tuple[PageSession, Site]]:
    (folder / "index.html").write_text(f'<!doctype html><link rel="icon" href="data:,">{body}')
    async with staged_site(folder) as site:
        page = PageRequest(site.url("index.html"), Size(400, 40), FrameRate(FPS), {}, timeout=10)
        session = await PageSession.open(browser.context, page)
        try:
            yield session, site
        finally:
            await session.close()


async def at(session: PageSession, seconds: float, expression: str) -> Any:
    await session.reach(round(seconds * FPS), stateless=False)
    return await session.page.evaluate(expression)


@pytest.mark.parametrize(
    ("pause", "play"),
    [
        ('box.style.animationPlayState = "paused"', 'box.style.animationPlayState = "running"'),
        ("box.getAnimations()[0].pause()", "box.getAnimations()[0].play()"),
    ],
    ids=["style", "script"],
)
async def test_an_animation_that_was_paused_goes_on_from_there(
    browser: RunningBrowser, tmp_path: Path, pause: str, play: str
) -> None:
    script = f"setTimeout(() => {{ {pause} }}, 1000); setTimeout(() => {{ {play} }}, 2000);"
    async with opened(browser, tmp_path, f"{MOVING}<script>{script}</script>") as (session, _):
        assert await at(session, 0.9, WIDTH) == pytest.approx(90, abs=0.1)
        assert await at(session, 1.5, WIDTH) == pytest.approx(100, abs=0.1)
        now = 'document.getElementById("box").getAnimations()[0].currentTime'
        assert await at(session, 1.6, now) == pytest.approx(1000, abs=1)
        assert await at(session, 2.5, WIDTH) == pytest.approx(150, abs=0.1)
        assert await at(session, 3.0, WIDTH) == pytest.approx(200, abs=0.1)


async def test_an_animation_that_its_style_sheet_holds_stands_where_its_delay_says(
    browser: RunningBrowser, tmp_path: Path
) -> None:
    held = "<style>#box { animation-play-state: paused; animation-delay: -1s }</style>"
    script = 'setTimeout(() => { box.style.animationPlayState = "running" }, 1000);'
    async with opened(browser, tmp_path, f"{MOVING}{held}<script>{script}</script>") as (session, _):
        for seconds in (0, 0.1, 0.9):
            assert await at(session, seconds, WIDTH) == pytest.approx(100, abs=0.1)
        assert await at(session, 2.0, WIDTH) == pytest.approx(200, abs=0.1)


async def test_a_time_line_of_svg_is_paused_and_moved(browser: RunningBrowser, tmp_path: Path) -> None:
    script = """const svg = document.getElementById("svg");
    setTimeout(() => svg.pauseAnimations(), 1000);
    setTimeout(() => svg.setCurrentTime(3), 2000);
    setTimeout(() => svg.unpauseAnimations(), 3000);"""
    async with opened(browser, tmp_path, f"{SVG}<script>{script}</script>") as (session, _):
        assert await at(session, 0.5, PLACE) == pytest.approx(50, abs=0.1)
        assert await at(session, 1.5, PLACE) == pytest.approx(100, abs=0.1)
        assert await at(session, 1.6, "svg.animationsPaused()") is True
        assert await at(session, 2.5, PLACE) == pytest.approx(300, abs=0.1)
        assert await at(session, 3.5, PLACE) == pytest.approx(350, abs=0.1)
        assert await at(session, 3.6, "svg.getCurrentTime()") == pytest.approx(3.6, abs=0.001)


async def test_a_time_line_of_svg_that_waits_from_the_beginning(
    browser: RunningBrowser, tmp_path: Path
) -> None:
    script = """const svg = document.getElementById("svg");
    svg.pauseAnimations(); setTimeout(() => svg.unpauseAnimations(), 2000);"""
    async with opened(browser, tmp_path, f"{SVG}<script>{script}</script>") as (session, _):
        assert await at(session, 1.0, PLACE) == pytest.approx(0, abs=0.1)
        assert await at(session, 3.0, PLACE) == pytest.approx(100, abs=0.1)


async def test_a_loop_that_sleeps_without_end_takes_four_milliseconds_a_turn(
    browser: RunningBrowser, tmp_path: Path
) -> None:
    script = """let turns = 0; const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));
    (async () => { for (;;) { turns++; await sleep(0); } })();"""
    async with opened(browser, tmp_path, f"<script>{script}</script>") as (session, _):
        turns = await at(session, 0.5, "turns")
        assert await at(session, 1.5, "turns") - turns == 250


async def test_a_listener_for_the_end_of_a_video_makes_a_page_depend_on_its_past(
    browser: RunningBrowser, tmp_path: Path
) -> None:
    body = "<video></video><script>document.querySelector('video').onpause = () => {}</script>"
    async with opened(browser, tmp_path, body) as (session, _):
        await session.advance(0)
        assert "a listener for pause" in (await session.report()).reasons


async def test_a_picture_within_svg_is_named_once_with_its_reason(
    browser: RunningBrowser, tmp_path: Path
) -> None:
    body = '<svg><image href="none.png" width="9" height="9"/></svg><img src="data:image/png;base64,AAAA">'
    async with opened(browser, tmp_path, body) as (session, _):
        await session.advance(1)
        assert sorted(session.take_warnings()) == [
            "image none.png could not be loaded: 404 Not Found.",
            "img data:image/png;base64,AAAA could not be loaded.",
        ]
