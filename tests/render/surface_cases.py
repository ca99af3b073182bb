"""Pages that are hard to draw in another way than a screenshot does, each moving in some way."""

from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from helios_renders.capture.criteria import Picture
from helios_renders.capture.names import ELEMENT, SCREENSHOT
from render.pixels import Patch, Rgb

WIDTH, HEIGHT, FPS, FRAMES = 320, 240, 10, 20
STEP = 9
"""How many pixels `.move` goes to the right with each frame."""
EXACT = 3
"""How far a channel of a lossless picture may be from its colour, of 255."""
RUST: Rgb = (200, 80, 45)
TEAL: Rgb = (0, 128, 128)
BLUE: Rgb = (45, 125, 200)
PAPER: Rgb = (244, 241, 234)

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="helios:size" content="{width}x{height}"><meta name="helios:fps" content="{fps}">
<meta name="helios:duration" content="{duration}">
<style>
body {{ margin: 0; background: #f4f1ea; font: 20px sans-serif; overflow: hidden; }}
@keyframes slide {{ from {{ transform: translateX(0) }} to {{ transform: translateX(180px) }} }}
.move {{ animation: slide {duration}s linear both; }}
.box {{ width: 90px; height: 70px; background: #c8502d; }}
{css}
</style></head><body>{body}</body></html>
"""


def nowhere(_: int) -> tuple[Patch, ...]:
    """No place of the page is known by formula."""
    return ()


def moving_box(
    top: int, rgb: Rgb = RUST, width: int = 90, height: int = 70
) -> Callable[[int], tuple[Patch, ...]]:
    """The inside of a box that `.move` takes along, whose left side is at 0 in frame 0."""
    return lambda frame: (Patch(STEP * frame + 2, top + 2, width - 4, height - 4, rgb, EXACT),)


@attrs.frozen
class Case:
    """One hard thing on a page."""

    name: str
    css: str
    body: str
    """May hold `{other}`, the address of a site of another origin."""
    patches: Callable[[int], tuple[Patch, ...]] = nowhere
    """What a frame shows at places that a formula knows."""
    surface: str = ELEMENT
    """What `auto` must take."""
    reason: tuple[str, ...] = ()
    """What the reason of the choice must say."""

    def write(self, folder: Path, other: str = "") -> str:
        """Writes the page into a folder; answers its file name."""
        text = _PAGE.format(
            width=WIDTH, height=HEIGHT, fps=FPS, duration=FRAMES / FPS, css=self.css, body=self.body
        )
        name = f"{self.name}.html"
        (folder / name).write_text(text.replace("{other}", other), encoding="utf-8")
        return name

    def missed(self, pictures: Sequence[Picture], first: int) -> list[tuple[int, int]]:
        """The frames from `first` on that do not look as they should, each with how far a colour is off."""
        return [
            (number, patch.worst(picture[:, :, ::-1]))
            for number, picture in enumerate(pictures, first)
            for patch in self.patches(number)
            if patch.misses(picture[:, :, ::-1])
        ]


_PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='60' height='60'%3E"
    "%3Ccircle cx='30' cy='30' r='28' fill='teal'/%3E%3C/svg%3E"
)

CASES = (
    Case(
        "no-background",
        "body { background: none }",
        '<div class="box move"></div>',
        lambda frame: (*moving_box(0)(frame), Patch(0, 100, 320, 140, (255, 255, 255), EXACT)),
    ),
    Case(
        "dark-scheme",
        ":root { color-scheme: dark } body { background: none }",
        '<div class="box move">on the dark</div>',
        lambda _: (Patch(0, 100, 320, 140, (18, 18, 18), EXACT),),
    ),
    Case(
        "position-fixed",
        ".f { position: fixed; right: 12px; bottom: 8px; } .tall { height: 900px }",
        '<div class="box move"></div><div class="box f"></div><div class="tall"></div>',
        lambda frame: (*moving_box(0)(frame), Patch(220, 164, 86, 66, RUST, EXACT)),
    ),
    Case(
        "backdrop-filter",
        ".g { position: absolute; left: 40px; top: 20px; width: 200px; height: 90px;"
        " backdrop-filter: blur(6px) saturate(2); background: #ffffff40 }",
        '<div class="box move"></div><p>Behind the glass</p><div class="g"></div>',
    ),
    Case(
        "mix-blend-mode",
        ".m { mix-blend-mode: multiply; background: #2d7dc8; margin-top: -40px }",
        '<div class="box"></div><div class="box m move"></div>',
        lambda frame: (Patch(STEP * frame + 2, 72, 86, 26, (43, 118, 184), EXACT),),
    ),
    Case(
        "mask",
        ".k { mask-image: linear-gradient(90deg, black 30%, transparent 80%) }",
        '<div class="box k move"></div>',
        lambda frame: (
            Patch(STEP * frame + 2, 2, 22, 66, RUST, EXACT),
            Patch(STEP * frame + 75, 2, 14, 66, PAPER, EXACT),
        ),
    ),
    Case(
        "clip-path",
        ".c { clip-path: polygon(50% 0, 100% 100%, 0 80%) }",
        '<div class="box c move"></div>',
        lambda frame: (
            Patch(STEP * frame + 38, 38, 12, 12, RUST, EXACT),
            Patch(STEP * frame + 1, 1, 12, 12, PAPER, EXACT),
        ),
    ),
    Case(
        "transforms-3d",
        ".s { perspective: 300px; margin: 40px } @keyframes turn { to { transform: rotateY(140deg) } }"
        " .t { animation: turn 2s linear both; transform-style: preserve-3d }",
        '<div class="s"><div class="box t">turn</div></div>',
        lambda frame: () if 10 <= frame <= 16 else (Patch(83, 85, 3, 16, RUST, EXACT),),
    ),
    Case(
        "iframe",
        "iframe { border: 3px solid #333; width: 200px; height: 100px }",
        '<div class="move"><iframe srcdoc="<body style=\'background:gold\'><h1>inside</h1>"></iframe></div>',
        lambda frame: (Patch(STEP * frame + 5, 80, 100, 18, (255, 215, 0), EXACT),),
    ),
    Case(
        "shadow-root",
        "",
        '<div class="move"><template shadowrootmode="open"><style>b{background:purple;color:white;'
        "padding:20px;display:inline-block}</style><b>shadow</b></template></div>",
        lambda frame: (Patch(STEP * frame + 2, 2, 16, 16, (128, 0, 128), EXACT),),
    ),
    Case(
        "dialog",
        "dialog::backdrop { background: #0008 }",
        '<div class="box move"></div><dialog id="d">A dialog on top</dialog><script>d.showModal()</script>',
        moving_box(0, (93, 37, 21), height=64),
    ),
    Case(
        "popover",
        "",
        '<div class="box move"></div><div id="p" popover>Popped over</div><script>p.showPopover()</script>',
        moving_box(0, height=60),
    ),
    Case(
        "scrolled",
        ".r { width: 160px; height: 120px; overflow: scroll; background: white } .r p { height: 600px;"
        " margin: 0; background: linear-gradient(red, blue) }",
        '<div class="r move"><p></p></div><script>document.querySelector(".r").scrollTop = 150</script>',
    ),
    Case(
        "form-controls",
        "",
        '<div class="move"><input type="checkbox" checked><input type="range"><button>Button</button></div>'
        '<select><option>One</option></select><progress value=".4"></progress><input value="text">',
    ),
    Case(
        "pseudo-elements",
        ".q::before { content: '❝'; color: green; font-size: 40px } .q::after { content: ''; display: block;"
        " width: 120px; height: 14px; background: repeating-linear-gradient(45deg, red 0 6px, navy 0 12px) }"
        " .z::before { content: ''; position: absolute; left: 0; top: 160px; width: 60px; height: 40px;"
        " background: teal; animation: slide 2s linear both }",
        '<div class="q move">quoted</div><div class="z"></div>',
        moving_box(160, TEAL, 60, 40),
    ),
    Case(
        "emoji-and-right-to-left",
        "",
        '<div class="move">😀🎬🌞</div><p dir="rtl">שלום עולם مرحبا 123</p>',
    ),
    Case(
        "backgrounds",
        "html { background: repeating-linear-gradient(45deg, #456 0 12px, #678 12px 24px) }"
        " body { background: none }",
        '<div class="box move"></div>',
        moving_box(0),
    ),
    Case(
        "viewport-units",
        ".v { width: 40vw; height: 30vh; background: #2d7dc8; margin: 5vh 10vw } :root { font-size: 8vw }",
        '<div class="v move"></div><span style="font-size: 1rem">rem</span>',
        lambda frame: (Patch(STEP * frame + 34, 14, 100, 68, BLUE, EXACT),),
    ),
    Case(
        "will-change",
        ".w { will-change: transform, opacity } @keyframes grow { from { transform: scale(.4) }"
        " to { transform: scale(2) } } .w { animation: grow 2s linear both; margin: 70px }",
        '<div class="box w">grow</div>',
        lambda frame: (Patch(110, 107, 10, 6, RUST, EXACT),),
    ),
    Case(
        "content-visibility",
        ".cv { content-visibility: auto; contain-intrinsic-size: 100px }",
        '<div class="cv"><div class="box move">seen</div></div>',
        lambda frame: (Patch(STEP * frame + 2, 30, 86, 38, RUST, EXACT),),
    ),
    Case(
        "filters",
        ".f { filter: drop-shadow(6px 8px 4px #0008) hue-rotate(80deg) }",
        f'<div class="f move"><img src="{_PICTURE}" alt=""></div>',
    ),
    Case(
        "svg-filter-and-text",
        "",
        '<svg width="320" height="160"><filter id="b"><feGaussianBlur stdDeviation="3"/></filter>'
        '<g class="move"><circle cx="50" cy="60" r="40" fill="crimson" filter="url(#b)"/>'
        '<text x="10" y="140" font-size="30">SVG text</text></g></svg>',
    ),
    Case(
        "canvas-in-the-document",
        "canvas { margin: 30px 0 0 50px; border: 4px solid #333 }",
        '<div class="box move"></div><canvas id="c" width="120" height="60"></canvas><script>'
        "const x = c.getContext('2d'); x.fillStyle = 'teal'; x.fillRect(10, 10, 80, 40)</script>",
        lambda frame: (Patch(66, 116, 76, 36, TEAL, EXACT),),
        SCREENSHOT,
        ("element: it would misplace the canvas 128x68 at (50, 100)",),
    ),
    Case(
        "webgl-in-the-document",
        "canvas { margin: 30px 0 0 50px }",
        '<div class="box move"></div><canvas id="c" class="move" width="120" height="60"></canvas><script>'
        "const g = c.getContext('webgl', {preserveDrawingBuffer: true}); g.clearColor(.8, .3, 0, 1);"
        " g.clear(g.COLOR_BUFFER_BIT)</script>",
        lambda frame: (Patch(STEP * frame + 52, 102, 80, 56, (204, 77, 0), EXACT),),
        SCREENSHOT,
        ("element: it would misplace the canvas 120x60 at (50, 100)",),
    ),
    Case(
        "scrollbars",
        "::-webkit-scrollbar { width: 20px; background: teal } ::-webkit-scrollbar-thumb { background: gold }"
        " .r { width: 120px; height: 100px; overflow-y: scroll; background: white } .r p { height: 400px }",
        '<div class="r move"><p>long</p></div>',
    ),
    Case(
        "page-scrolled",
        ".f { position: fixed; left: 0; bottom: 0 } .a { position: absolute; top: 150px }"
        " .tall { height: 900px }",
        '<div class="box a move"></div><div class="box f"></div><div class="tall"></div>'
        "<script>scrollTo(0, 100)</script>",
        lambda frame: (*moving_box(50)(frame), Patch(2, 172, 86, 66, RUST, EXACT)),
    ),
    Case(
        "content-visibility-arriving",
        ".cv { content-visibility: auto; contain-intrinsic-size: 90px 70px; position: absolute; top: 300px;"
        " animation: up 2s linear both } @keyframes up { to { transform: translateY(-300px) } }"
        " .none { content-visibility: hidden; position: absolute; left: 200px; top: 20px }",
        '<div class="cv"><div class="box"></div></div><div class="none"><div class="box"></div></div>',
        lambda frame: (
            *((Patch(2, 302 - 15 * frame, 86, 66, RUST, EXACT),) if frame > 8 else ()),
            Patch(202, 22, 86, 66, PAPER, EXACT),
        ),
    ),
    Case(
        "body-background",
        "body { margin: 30px; height: 40px; background: #2d7dc8 }",
        '<div class="box move"></div>',
        lambda frame: (
            Patch(STEP * frame + 32, 32, 86, 66, RUST, EXACT),
            Patch(2, 200, 316, 36, BLUE, EXACT),
        ),
    ),
    Case(
        "root-sizes",
        ":root { font-size: 10vw; height: 50vh; background: teal } .e { width: 3rem; height: 2rem;"
        " background: #c8502d } body { background: #2d7dc8; height: 100% }",
        '<div class="e move"></div>',
        lambda frame: (
            *moving_box(0, width=96, height=64)(frame),
            Patch(2, 70, 316, 46, BLUE, EXACT),
            Patch(2, 124, 316, 112, TEAL, EXACT),
        ),
    ),
)
