"""The page that the editor tests render."""

from pathlib import Path

PAGE = """<!doctype html>
<html>
<head>
<meta charset="utf-8">
<title>Orbit</title>
<meta name="helios:size" content="{width}x{height}">
<meta name="helios:fps" content="30">
<meta name="helios:duration" content="{seconds}">
<style>
  html, body {{ margin: 0; height: 100%; overflow: hidden; background: linear-gradient(#101840, #402060); }}
  div {{ border-radius: 50%; }}
  .sun, .orbit {{ position: absolute; inset: 0; margin: auto; }}
  .sun {{ width: 96px; height: 96px; background: #ffc940; }}
  .orbit {{ width: 240px; height: 240px; animation: turn 3s linear infinite; }}
  .planet {{ width: 40px; height: 40px; background: #7fd4ff; }}
  @keyframes turn {{ to {{ transform: rotate(1turn); }} }}
</style>
</head>
<body><div class="sun"></div><div class="orbit"><div class="planet"></div></div></body>
</html>
"""


def write_page(path: Path, *, seconds: float = 6, width: int = 640, height: int = 360) -> Path:
    """A sun and a planet at 30 frames a second; returns `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PAGE.format(seconds=seconds, width=width, height=height))
    return path
