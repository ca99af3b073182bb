"""Pages that are hard to draw in another way than a screenshot does, each moving in some way."""

from pathlib import Path

import attrs

WIDTH, HEIGHT, FPS, FRAMES = 320, 240, 10, 20

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


@attrs.frozen
class Case:
    """One hard thing on a page."""

    name: str
    css: str
    body: str

    def write(self, folder: Path) -> Path:
        """Writes the page into a folder."""
        path = folder / f"{self.name}.html"
        text = _PAGE.format(
            width=WIDTH, height=HEIGHT, fps=FPS, duration=FRAMES / FPS, css=self.css, body=self.body
        )
        path.write_text(text, encoding="utf-8")
        return path


_PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='60' height='60'%3E"
    "%3Ccircle cx='30' cy='30' r='28' fill='teal'/%3E%3C/svg%3E"
)

CASES = (
    Case(
        "position-fixed",
        ".f { position: fixed; right: 12px; bottom: 8px; } .tall { height: 900px }",
        '<div class="box move"></div><div class="box f"></div><div class="tall"></div>',
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
    ),
    Case(
        "mask",
        ".k { mask-image: linear-gradient(90deg, black 30%, transparent 80%) }",
        '<div class="box k move"></div>',
    ),
    Case(
        "clip-path",
        ".c { clip-path: polygon(50% 0, 100% 100%, 0 80%) }",
        '<div class="box c move"></div>',
    ),
    Case(
        "transforms-3d",
        ".s { perspective: 300px; margin: 40px } @keyframes turn { to { transform: rotateY(140deg) } }"
        " .t { animation: turn 2s linear both; transform-style: preserve-3d }",
        '<div class="s"><div class="box t">turn</div></div>',
    ),
    Case(
        "iframe",
        "iframe { border: 3px solid #333; width: 200px; height: 100px }",
        '<div class="move"><iframe srcdoc="<body style=\'background:gold\'><h1>inside</h1>"></iframe></div>',
    ),
    Case(
        "shadow-root",
        "",
        '<div class="move"><template shadowrootmode="open"><style>b{background:purple;color:white;'
        "padding:20px;display:inline-block}</style><b>shadow</b></template></div>",
    ),
    Case(
        "dialog",
        "dialog::backdrop { background: #0008 }",
        '<div class="box move"></div><dialog id="d">A dialog on top</dialog><script>d.showModal()</script>',
    ),
    Case(
        "popover",
        "",
        '<div class="box move"></div><div id="p" popover>Popped over</div><script>p.showPopover()</script>',
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
        " width: 120px; height: 14px; background: repeating-linear-gradient(45deg, red 0 6px, navy 0 12px) }",
        '<div class="q move">quoted</div>',
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
    ),
    Case(
        "viewport-units",
        ".v { width: 40vw; height: 30vh; background: #2d7dc8; margin: 5vh 10vw } :root { font-size: 8vw }",
        '<div class="v move"></div><span style="font-size: 1rem">rem</span>',
    ),
    Case(
        "will-change",
        ".w { will-change: transform, opacity } @keyframes grow { from { transform: scale(.4) }"
        " to { transform: scale(2) } } .w { animation: grow 2s linear both; margin: 70px }",
        '<div class="box w">grow</div>',
    ),
    Case(
        "content-visibility",
        ".cv { content-visibility: auto; contain-intrinsic-size: 100px }",
        '<div class="cv"><div class="box move">seen</div></div>',
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
    ),
    Case(
        "webgl-in-the-document",
        "canvas { margin: 30px 0 0 50px }",
        '<div class="box move"></div><canvas id="c" width="120" height="60"></canvas><script>'
        "const g = c.getContext('webgl', {preserveDrawingBuffer: true}); g.clearColor(.8, .3, 0, 1);"
        " g.clear(g.COLOR_BUFFER_BIT)</script>",
    ),
)
