"""Hard pages that bring something in: other origins, videos, fonts, canvases that come unseen."""

import shutil
from pathlib import Path

from helios_renders.capture.names import SCREENSHOT
from render.conftest import PAGES
from render.pixels import Patch
from render.surface_cases import EXACT, STEP, TEAL, Case

GREEN = (48, 168, 96)
ASSETS = ("numbers.webm", "green.png", "block.ttf")

_FOREIGN = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #c8a030; } @keyframes slide { to { transform: translateX(180px) } }
div { width: 32px; height: 32px; background: #4078d0; animation: slide 2s linear both }
</style><div></div>
"""


def write_assets(folder: Path) -> None:
    """Puts into a folder what these pages ask for, from their own site and from the other."""
    for name in ASSETS:
        shutil.copy(PAGES / "assets" / name, folder)
    (folder / "foreign.html").write_text(_FOREIGN, encoding="utf-8")


OUTSIDE = (
    Case(
        "video",
        "video { position: absolute; left: 0; top: 30px; border-radius: 30px 30px 0 0 } .o { opacity: .8 }",
        '<video src="numbers.webm" autoplay muted width="320" height="180"></video>'
        '<div class="box o move"></div>',
        lambda frame: (
            Patch(2 * frame + 6, 168, 200, 24, (32, 40, 48), 16),
            Patch(2 * frame, 168, 2, 24, (255, 255, 255), 40),
        ),
    ),
    Case(
        "image-of-another-origin",
        "img { width: 64px; height: 64px; display: block }",
        '<img class="move" src="{other}/green.png" alt=""><p>A picture from elsewhere</p>',
        lambda frame: (Patch(STEP * frame + 2, 2, 60, 60, GREEN, EXACT),),
        SCREENSHOT,
        ("element: frame 3 differs from the screenshot in the region", "at body > img.move"),
    ),
    Case(
        "background-of-another-origin",
        ".n { width: 96px; height: 64px; background: url('{other}/green.png') }",
        '<div class="n move"></div>',
        lambda frame: (Patch(STEP * frame + 2, 2, 92, 60, GREEN, EXACT),),
        SCREENSHOT,
        ("element: frame 3 differs from the screenshot in the region", "at body > div.n.move"),
    ),
    Case(
        "frame-of-another-origin",
        "iframe { position: absolute; left: 20px; top: 40px; width: 240px; height: 120px; border: 0 }",
        '<div class="box move"></div><iframe src="{other}/foreign.html"></iframe>',
        lambda frame: (
            Patch(20 + STEP * frame + 2, 42, 28, 28, (64, 120, 208), EXACT),
            Patch(22, 80, 236, 76, (200, 160, 48), EXACT),
        ),
        SCREENSHOT,
        ("element: frame 3 differs from the screenshot in the region", "at body > iframe"),
    ),
    Case(
        "web-font",
        "@font-face { font-family: Block; src: url(block.ttf) } .w { font: 60px/60px Block; color: teal }",
        '<div class="w move">AA</div>',
        lambda frame: (Patch(STEP * frame + 2, 2, 116, 56, TEAL, EXACT),),
    ),
    Case(
        "canvas-in-a-frame",
        "iframe { position: absolute; left: 60px; top: 90px; width: 160px; height: 80px; border: 0 }",
        '<div class="box move"></div><iframe srcdoc="<style>body{margin:0}canvas{margin:10px 0 0 20px}'
        "</style><canvas id=chart width=100 height=60></canvas><script>const x = chart.getContext('2d');"
        "x.fillStyle = 'teal'; x.fillRect(0, 0, 100, 60)</script>\"></iframe>",
        lambda frame: (Patch(82, 102, 96, 56, TEAL, EXACT),),
        SCREENSHOT,
        ("element: frame 3 differs from the screenshot in the region", "at canvas#chart"),
    ),
    Case(
        "canvas-that-comes-late",
        "canvas { position: absolute; left: 100px; top: 120px }",
        '<div class="box move"></div><script>setTimeout(() => { const c = document.createElement("canvas");'
        " c.id = 'late'; c.width = 80; c.height = 50; document.body.append(c); const x = c.getContext('2d');"
        " x.fillStyle = 'teal'; x.fillRect(0, 0, 80, 50) }, 500)</script>",
        lambda frame: (Patch(102, 122, 76, 46, TEAL, EXACT),) if frame >= 5 else (),
        SCREENSHOT,
        ("differs from the screenshot in the region", "at canvas#late"),
    ),
)
