"""What scripts cannot reach follows the composition's time too, or stands still and is told."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import attrs
import numpy as np
import pytest

from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import ELEMENT, SCREENSHOT
from helios_renders.capture.request import PageRequest
from helios_renders.capture.session import PageSession
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from render.pixels import Patch
from render.staging import StagedPage, shared_browser, staged_site
from render.surface_cases import (
    EXACT,
    FPS,
    FRAMES,
    HEIGHT,
    PAPER,
    RUST,
    STEP,
    TEAL,
    WIDTH,
    Case,
    moving_box,
    nowhere,
)

browser = shared_browser

HALF = FRAMES // 2
_MOVE = '<div class="box move"></div>'
_MOVING = "@keyframes um { to { transform: translateX(180px) } } .um { animation: um 2s linear both }"
_SQUARE = '<rect {} y="2" width="40" height="40" fill="teal"/>'
_SCROLLED = (
    "#it { height: 100px; overflow: auto } #it div { height: 9000px }"
    " #it ~ .box { position: absolute; top: 0 }"
)
_UM = 'class="um"'
_IMAGE = "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='60'>{}</svg>"


_WRITTEN = "data:image/svg+xml," + quote(_IMAGE.format("<animate/>"))


def _at_half(statement: str) -> str:
    return f"<script>setTimeout(() => {{ {statement} }}, {1000 * HALF // FPS})</script>"


def _svg(defined: str, used: str) -> str:
    return f'<svg id="drawing" width="320" height="60"><defs><g id="it">{defined}</g></defs>{used}</svg>'


def _square(step: int, first: int = 0) -> Callable[[int], tuple[Patch, ...]]:
    def patches(frame: int) -> tuple[Patch, ...]:
        return (Patch(step * (frame - first) + 2, 4, 36, 36, TEAL, EXACT),) if frame >= first else ()

    return patches


_USE = '<use href="#it"/>'
FOLLOWING = (
    Case("copies", _MOVING, _svg(_SQUARE.format(_UM), _USE), _square(STEP)),
    Case(
        "copies-of-a-hidden-drawing",
        f"#hidden {{ display: none }} {_MOVING}",
        f'<svg id="hidden"><symbol id="it">{_SQUARE.format(_UM)}</symbol></svg>'
        f'<svg width="320" height="60">{_USE}</svg>',
        _square(STEP),
    ),
    Case(
        "copies-that-begin-between-frames",
        _MOVING,
        _svg(_SQUARE.format('id="one"'), _USE)
        + "<script>setTimeout(() => { one.setAttribute('class', 'um') }, 950)</script>",
        lambda frame: tuple(
            Patch(max(0, STEP * frame - 85) + left, 4, width, 36, rgb, EXACT)
            for left, width, rgb in ((2, 35, TEAL), (-3, 2, PAPER))
            if frame >= HALF or left > 0
        ),
    ),
    Case(
        "copies-of-a-symbol-with-a-style-of-its-own",
        _MOVING,
        '<svg width="0" height="0" style="position: absolute"><symbol id="it">'
        + _SQUARE.format('style="animation: um 1s linear .5s both"')
        + f'</symbol></svg><svg width="320" height="60">{_USE}</svg>',
        lambda frame: (Patch(18 * min(max(0, frame - 5), 10) + 2, 4, 36, 36, TEAL, EXACT),),
    ),
    Case(
        "copies-that-come-later",
        _MOVING,
        _svg(_SQUARE.format(_UM), "") + _at_half(f"drawing.innerHTML += '{_USE}'"),
        _square(STEP, HALF),
    ),
    Case(
        "copies-that-move-later",
        _MOVING,
        _svg(_SQUARE.format('id="one"'), _USE) + _at_half("one.classList.add('um')"),
        lambda frame: (Patch(STEP * max(0, frame - HALF) + 2, 4, 36, 36, TEAL, EXACT),),
    ),
    Case(
        "lazy-images",
        ".far { display: block; animation: jump 2s steps(2, jump-none) both }"
        " @keyframes jump { from { transform: translateY(9000px) } to { transform: none } }",
        f'<img class="far" loading="lazy" src="lazy.svg" alt="">{_MOVE}',
        lambda frame: (Patch(2, 2, 56, 56, TEAL if frame >= HALF else PAPER, EXACT),),
    ),
    Case(
        "lazy-frames",
        "iframe { display: block; border: 0; width: 60px; height: 60px }"
        " iframe { animation: jump 2s steps(2, jump-none) both }"
        " @keyframes jump { from { transform: translateY(9000px) } to { transform: none } }",
        f'<iframe loading="lazy" src="lazy.svg"></iframe>{_MOVE}',
        lambda frame: (Patch(2, 2, 56, 56, TEAL if frame >= HALF else PAPER, EXACT),),
    ),
    Case(
        "triggers",
        "#it { width: 320px; height: 150px; overflow: auto } #it div { height: 300px }"
        " #it .um { height: 60px; width: 90px; background: teal; timeline-trigger: --t view();"
        f" animation-trigger: --t play-forwards }} {_MOVING}",
        '<div id="it"><div></div><div class="um"></div><div></div></div>'
        "<script>const scroll = () => {"
        " it.scrollTop = performance.now() / 6; requestAnimationFrame(scroll) }; scroll()</script>",
        # It has come into view in the ninth frame or the tenth.
        lambda frame: (
            tuple(
                Patch(left, 60, width, 40, rgb, EXACT)
                for left, width, rgb in ((58, 74, TEAL), (0, 40, PAPER))
            )
            if frame == 15
            else ()
        ),
    ),
    Case(
        "scrolling",
        _SCROLLED,
        '<div id="it"><div></div></div><div class="box"></div><script>let count = 0;'
        " it.addEventListener('scroll', () => { it.nextSibling.style.left = `${9 * ++count}px` });"
        " setInterval(() => { it.scrollTop += 20 }, 100)</script>",
        moving_box(0),
    ),
    Case(
        "ends-of-scrolling",
        _SCROLLED,
        '<div id="it"><div></div></div><div class="box"></div><script>let count = 0;'
        " it.onscrollend = () => { it.nextSibling.style.left = `${9 * ++count}px` };"
        " setInterval(() => { it.scrollBy(0, 20) }, 300)</script>",
        lambda frame: moving_box(0)(frame // 3),
    ),
    Case(
        "late-tasks",
        "#one, #two { background: teal } #two { position: absolute; top: 100px }",
        '<div class="box" id="one"></div><div class="box" id="two"></div><script>'
        "const done = (it) => { it.style.background = '#c8502d' };"
        " scheduler.postTask(() => done(one), { delay: 1000 });"
        " AbortSignal.timeout(1000).onabort = () => done(two)</script>",
        lambda frame: tuple(
            Patch(2, top, 86, 66, RUST if frame >= HALF else TEAL, EXACT) for top in (2, 102)
        ),
    ),
    Case(
        "chance-in-styles",
        ".a { width: random(10px, 300px); margin: random(2px, 9px); height: 20px; background: teal }"
        " @media all { .k { width: random(--k, 10px, 300px) } }",
        f'{_MOVE}<div class="a"></div><div class="a"></div><div class="a k"></div>'
        '<div class="a" style="width: random(10px, 300px)"></div>',
        moving_box(0),
    ),
    Case(
        "chance-in-a-frame",
        "",
        f'{_MOVE}<iframe srcdoc="<style>div {{ background: teal; width: random(10px, 200px) }}</style>'
        '<div>wide</div>"></iframe>',
        moving_box(0),
    ),
    Case("carets", "", f"{_MOVE}<input autofocus>", moving_box(0)),
    Case("progress", "", f"{_MOVE}<progress></progress>", moving_box(0)),
    Case(
        "details",
        "details { interpolate-size: allow-keywords } summary { height: 30px }"
        " details::details-content { height: 0; overflow: clip; transition: height .8s }"
        " details[open]::details-content { height: auto }",
        '<details id="it"><summary></summary><div class="box"></div></details>' + _at_half("it.open = true"),
        lambda frame: (Patch(2, 32, 86, 66, RUST if frame >= HALF else PAPER, EXACT),),
    ),
    Case(
        "thumbs",
        "input { appearance: none; display: block; margin: 0; width: 200px; height: 40px }"
        " input::-webkit-slider-thumb { appearance: none; width: 40px; height: 40px; background: teal;"
        " transition: background-color .8s } input.on::-webkit-slider-thumb { background: #c8502d }",
        '<input type="range" value="0" id="it">' + _at_half("it.className = 'on'"),
        lambda frame: (Patch(2, 2, 36, 36, RUST if frame >= HALF else TEAL, EXACT),),
    ),
)


def _in_a_shadow(case: Case) -> Case:
    body = case.body.replace("</script>", "<\\/script>")
    script = f"host.attachShadow({{ mode: 'closed' }}).setHTMLUnsafe(`<style>{case.css}</style>{body}`)"
    body = f'<div id="host"></div><script>{script}</script>'
    return attrs.evolve(case, name=f"{case.name}-in-a-shadow", css="", body=body)


VIEW_TRANSITION = Case(
    "view-transition",
    "#it { width: 60px; height: 60px; background: teal; view-transition-name: it }"
    " #it.on { margin-left: 200px }"
    " ::view-transition-group(*) { animation-duration: 1s; animation-timing-function: linear }"
    " ::view-transition-old(*) { animation: none; opacity: 0 } ::view-transition-new(*) { animation: none }",
    '<div id="it"></div>' + _at_half("document.startViewTransition(() => it.classList.add('on'))"),
    lambda frame: (Patch(20 * max(0, frame - HALF) + 2, 2, 56, 56, TEAL, EXACT),),
)
TOLD = (
    Case("progress", "", "<progress></progress>", nowhere, reason=("A <progress> without a value",)),
    Case("marquee", "", "<marquee>on and on</marquee>", nowhere, reason=("A <marquee> plays in real time",)),
    Case(
        "parts",
        "@media all { .a::placeholder { transition: color 1s } }"
        " progress::-webkit-progress-bar { animation: a 1s }",
        '<input><progress value="0.3"></progress>',
        nowhere,
        reason=(
            "What is animated of ::placeholder is out of the clock's reach",
            "What is animated of ::-webkit-progress-bar is out of the clock's reach",
        ),
    ),
    Case(
        "image-of-a-style",
        "body { background: url(moving.svg) }",
        _MOVE,
        nowhere,
        reason=("moving.svg is an animated image",),
    ),
    *(
        Case(f"image-of-its-own-text-in-{name}", css, body, nowhere, reason=("… is an animated image",))
        for name, css, body in (
            ("an-img", "", f'<img alt="" src="{_WRITTEN}">'),
            ("a-drawing", "", f'<svg><image href="{_WRITTEN}"/></svg>'),
            ("a-style", f'body {{ background: url("{_WRITTEN}") }}', ""),
        )
    ),
    Case(
        "copies-of-what-is-seen-itself",
        _MOVING,
        f'<svg><g id="it">{_SQUARE.format(_UM)}</g>{_USE}</svg>',
        nowhere,
        reason=("What <use> shows of something that moves and is seen itself",),
    ),
    Case(
        "still-things",
        "",
        f'{_MOVE}<img alt="" src="lazy.svg"><input><progress value="0.5"></progress><use href="#a"/>'
        "<svg><use/></svg>"
        "<script>document.body.append(document.createElement('image'), document.createElement('iframe'));"
        " const host = document.createElement('div'); frames[0].document.body.append(host);"
        " host.attachShadow({ mode: 'open' }).innerHTML = '<input>'</script>",
    ),
)


SHADOWED = tuple(
    _in_a_shadow(case)
    for case in (
        FOLLOWING[0],
        next(case for case in FOLLOWING if case.name == "lazy-images"),
        Case(
            "thumbs",
            "input { appearance: none; display: block; margin: 0; width: 200px; height: 40px }"
            " input::-webkit-slider-thumb { appearance: none; width: 40px; height: 40px; background: teal;"
            f" animation: um 2s linear both }} {_MOVING}",
            '<input type="range" value="0">',
            lambda _: (Patch(2, 2, 36, 36, TEAL, EXACT),),
        ),
        Case("progress", _MOVING, "<progress></progress>"),
    )
)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("case", "surface"),
    [
        *((case, name) for case in (*FOLLOWING, *SHADOWED) for name in (SCREENSHOT, ELEMENT)),
        (VIEW_TRANSITION, SCREENSHOT),
    ],
    ids=lambda value: value.name if isinstance(value, Case) else value,
)
async def test_every_frame_is_the_same_wherever_a_worker_begins(
    browser: RunningBrowser, tmp_path: Path, case: Case, surface: str
) -> None:
    (tmp_path / "lazy.svg").write_text(_IMAGE.format("<rect width='60' height='60' fill='teal'/>"))
    async with staged_site(tmp_path) as site:
        page = PageRequest(
            site.url(case.write(tmp_path)), Size(WIDTH, HEIGHT), FrameRate(FPS), {}, timeout=30
        )
        whole, part = (
            StagedPage(browser, page, site.url(STAGE), first, FRAMES - 1) for first in (0, HALF + 3)
        )
        report = await whole.report()
        pictures, later = await whole.draw(surface, report), await part.draw(surface, report)
    assert case.missed(pictures, 0) == []
    pairs = enumerate(zip(pictures[HALF + 3 :], later, strict=True), HALF + 3)
    assert [number for number, (picture, again) in pairs if not np.array_equal(picture, again)] == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", TOLD, ids=lambda case: case.name)
async def test_what_does_not_follow_is_told(browser: RunningBrowser, tmp_path: Path, case: Case) -> None:
    for name, content in (("lazy.svg", ""), ("moving.svg", "<set attributeName='x'/>")):
        (tmp_path / name).write_text(_IMAGE.format(content))
    async with staged_site(tmp_path) as site:
        page = PageRequest(
            site.url(case.write(tmp_path)), Size(WIDTH, HEIGHT), FrameRate(FPS), {}, timeout=30
        )
        session = await PageSession.open(browser.context, page)
        try:
            await session.advance(0)
            told = session.take_warnings()
        finally:
            await session.close()
    assert len(told) == len(case.reason), told
    for words in case.reason:
        assert any(words in warning for warning in told), told
