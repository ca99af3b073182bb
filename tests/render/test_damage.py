"""What `element` draws again: the tiles in which something moved, and never a pixel that is out of date."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import attrs
import pytest
import pytest_asyncio

from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import ELEMENT
from helios_renders.capture.request import PageRequest
from helios_renders.capture.session import DamageMissed
from helios_renders.capture.surface import open_surface
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.site import Site
from helios_renders.composition.spec import Size
from render.conftest import Render
from render.pixels import decode
from render.staging import running_browser, staged_site

SIZE = Size(1100, 600)
TILES = 15
FRAMES = 24

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="helios:size" content="1100x600"><meta name="helios:fps" content="12">
<meta name="helios:duration" content="2"><style>
body {{ margin: 0; min-height: 600px; overflow: hidden; font: 20px/1.2 sans-serif;
  background: radial-gradient(circle at 30% 30%, #274690, #0b0f24) }}
@keyframes turn {{ to {{ transform: rotate(1turn) }} }}
@keyframes slide {{ to {{ transform: translate(160px, 40px) }} }}
@keyframes fade {{ to {{ opacity: 0 }} }}
.at {{ position: absolute; left: 215px; top: 200px; width: 90px; height: 70px; background: #c8502d }}
{css}
</style></head><body>{body}</body></html>
"""


@attrs.frozen
class Case:
    """A page."""

    name: str
    css: str
    body: str


# In these, few tiles are drawn again.
FOLLOWED = (
    Case("turning", ".at { animation: turn 2s linear; border-radius: 20px }", '<div class="at">turn</div>'),
    Case(
        "shadows",
        ".at { animation: slide 2s linear; box-shadow: 0 8px 24px #000c, -20px -20px 2px #fff8;"
        " text-shadow: 30px 30px 8px gold; outline: 6px dashed teal; outline-offset: 14px }",
        '<div class="at">shadow</div>',
    ),
    Case(
        "a-scaled-parent",
        ".at { transform: scale(2.5); transform-origin: 0 0 }"
        " i { display: block; width: 20px; height: 20px; background: gold; animation: turn 1s linear"
        " infinite; box-shadow: 4px 4px 6px #0f0 }",
        '<div class="at"><i></i></div>',
    ),
    Case(
        "text-that-overflows",
        ".at { animation: fade 2s linear; white-space: nowrap; width: 20px }"
        " u { text-underline-offset: 60px; text-decoration-thickness: 9px }",
        '<div class="at">much wider than its box <u>with a far underline</u></div>',
    ),
    Case(
        "moving-in-a-moving-parent",
        ".at { animation: slide 1s linear .5s both } i { position: absolute; left: 40px; top: 60px;"
        " width: 40px; height: 40px; background: gold; animation: turn .5s linear 1s both }",
        '<div class="at"><i></i></div>',
    ),
    Case(
        "a-delay-without-fill",
        ".at { animation: slide .6s linear .7s 2 alternate; margin-left: 30px }",
        '<div class="at">late</div>',
    ),
    Case(
        "steps-and-colours",
        "@keyframes blink { 50% { background: #123; color: red; visibility: hidden } }"
        " .at { animation: blink .5s step-end infinite }",
        '<div class="at">blink</div><div class="at" style="top: 250px; color: gold">still</div>',
    ),
    Case(
        "a-drawing-in-it",
        ".at { animation: slide 2s ease-in-out; background: none }",
        '<div class="at"><svg viewBox="0 0 9 7" width="90"><circle cx="4" cy="3" r="3"/></svg></div>',
    ),
    Case(
        "blended-and-listed",
        ".at { animation: slide 2s linear; mix-blend-mode: difference; width: auto; background: #fff }",
        '<ul class="at"><li>one<li>two</ul>',
    ),
    Case("nothing-moves", "", '<div class="at">still</div>'),
)
# In these, it is not known what moves where.
WHOLE = (
    Case(
        "glass-above",
        ".at { animation: slide 2s linear } .g { position: absolute; left: 300px; top: 150px; width: 200px;"
        " height: 200px; backdrop-filter: blur(20px) }",
        '<div class="at"></div><div class="g"></div>',
    ),
    Case(
        "a-filter-around",
        ".f { filter: blur(12px) } .at { animation: slide 2s linear }",
        '<div class="f"><div class="at"></div></div>',
    ),
    Case(
        "a-pseudo-element",
        ".at { animation: slide 2s linear } .at::after { content: 'far'; position: absolute; left: 300px }",
        '<div class="at"></div>',
    ),
    Case(
        "layout",
        "@keyframes grow { to { height: 200px } } .g { height: 20px; animation: grow 2s linear }",
        '<div class="g"></div><div style="background: teal">pushed down</div>',
    ),
    Case(
        "a-script",
        "",
        '<div class="at"></div><script>const box = document.querySelector(".at");'
        "requestAnimationFrame(function step(time) { box.style.left = `${time / 4}px`;"
        " requestAnimationFrame(step) })</script>",
    ),
    Case(
        "a-shadow-root",
        "",
        '<div class="at"><template shadowrootmode="open"><style>@keyframes s { to { translate: 300px } }'
        " b { animation: s 2s linear; display: block }</style><b>in</b></template></div>",
    ),
    Case("smil", "", '<svg class="at"><circle r="9"><animate attributeName="cx" to="90" dur="2s"/></svg>'),
    Case(
        "depth",
        "@keyframes y { to { transform: rotateY(90deg) } } .at { perspective: 200px }"
        " i { display: block; height: 50px; background: gold; animation: y 2s linear }",
        '<div class="at"><i></i></div>',
    ),
)


def stacked(marks: int) -> str:
    """A letter with a tower of accents, which rise far above its line."""
    return "Z" + "\u0302" * marks


FOOLED = Case(
    "accents-that-tower",
    "@keyframes off { 30%, to { opacity: 0 } } .at { top: 312px; animation: off 2s linear; font-size: 40px }",
    f'<div class="at">{stacked(16)}</div>',
)

SWELLING = Case(
    "swelling",
    "@keyframes swell { to { transform: scale(9) } } .at { animation: swell 2s linear }",
    '<div class="at"></div>',
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningBrowser]:
    async with running_browser(tmp_path_factory.mktemp("profiles")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with staged_site(tmp_path_factory.mktemp("pages")) as site:
        yield site


def write(case: Case, folder: Path) -> str:
    name = f"{case.name}.html"
    (folder / name).write_text(_PAGE.format(css=case.css, body=case.body), encoding="utf-8")
    return name


@attrs.frozen
class Drawn:
    """The frames of a page, and how often the page was drawn for them."""

    frames: list[bytes]
    drawings: int


async def draw(
    browser: RunningBrowser, site: Site, case: Case, *, stepwise: bool, first: int = 0, end: int = FRAMES
) -> Drawn:
    """`stepwise` draws every frame whole."""
    page = PageRequest(site.url(write(case, site.root)), SIZE, FrameRate(12), {}, timeout=30)
    stateless = case.name != "a-script"
    surface = await open_surface(
        ELEMENT, browser, page, site.url(STAGE), stateless=stateless, stepwise=stepwise
    )
    try:
        await surface.session.page.evaluate(
            """() => {
                const { prototype } = CanvasRenderingContext2D;
                const original = prototype.drawElementImage;
                window.drawings = 0;
                prototype.drawElementImage = function (...given) {
                    window.drawings++;
                    return original.apply(this, given);
                };
            }"""
        )
        await surface.session.approach(first, stateless=stateless)
        async with contextlib.aclosing(surface.frames(first, end - 1)) as shots:
            frames = [bytes(pixels) async for pixels in shots]
        return Drawn(frames, await surface.session.page.evaluate("window.drawings"))
    finally:
        await surface.close()


def differing(frames: list[bytes], right: list[bytes]) -> list[int]:
    assert len(frames) == len(right)
    return [number for number, pair in enumerate(zip(frames, right, strict=True)) if pair[0] != pair[1]]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", [*FOLLOWED, *WHOLE], ids=lambda case: case.name)
async def test_every_frame_is_the_one_that_drawing_all_of_it_gives(
    browser: RunningBrowser, site: Site, case: Case
) -> None:
    right = await draw(browser, site, case, stepwise=True)
    drawn = await draw(browser, site, case, stepwise=False)
    assert differing(drawn.frames, right.frames) == []
    assert len(set(right.frames)) > (case.name != "nothing-moves")
    if case in FOLLOWED:
        assert right.drawings == FRAMES * TILES
        # The first frame, and the last once more, are drawn whole.
        assert drawn.drawings < (2 + FRAMES * 0.6) * TILES
    else:
        assert (drawn.drawings, right.drawings) == (FRAMES, FRAMES)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_frame_does_not_depend_on_where_a_run_begins(browser: RunningBrowser, site: Site) -> None:
    case = FOLLOWED[0]
    all_of_it = await draw(browser, site, case, stepwise=False)
    part = await draw(browser, site, case, stepwise=False, first=9, end=15)
    assert differing(part.frames, all_of_it.frames[9:15]) == []


@pytest.mark.asyncio(loop_scope="module")
async def test_all_workers_have_the_same_tiles_wherever_they_begin(
    browser: RunningBrowser, site: Site
) -> None:
    swollen = await draw(browser, site, SWELLING, stepwise=True, first=20, end=22)
    assert swollen.drawings == 2 * TILES


@pytest.mark.asyncio(loop_scope="module")
async def test_what_paints_further_than_can_be_known_is_noticed(browser: RunningBrowser, site: Site) -> None:
    with pytest.raises(DamageMissed):
        await draw(browser, site, FOOLED, stepwise=False)


async def test_a_render_that_was_fooled_is_done_anew_and_says_so(render: Render, tmp_path: Path) -> None:
    lossless = {"crf": 0, "preset": "ultrafast", "surface": ELEMENT}
    rendered = await render(tmp_path / write(FOOLED, tmp_path), **lossless)
    assert [warning for warning in rendered.result.warnings if "drawn whole" in warning] == [
        "Frames from 0 on are drawn whole: more changed than the animations told."
    ]
    last = list(decode(rendered.result.output))[-1]
    above = last[150:255, 215:305]
    assert int(above.max()) < 160, "an accent is left over"
