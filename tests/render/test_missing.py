"""What a page asks for and does not get is told with its reason, whoever asked for it."""

from pathlib import Path

import pytest

from render.conftest import Render

_PAGE = """<!doctype html><meta charset="utf-8"><meta name="helios:size" content="64x48">
<meta name="helios:fps" content="10"><meta name="helios:duration" content="0.4">
<link rel="stylesheet" href="style/main.css"><link rel="stylesheet" href="style/none.css">
<p class="styled">Text</p><img src="none.png"><video src="none.mp4"></video>
<iframe src="none.html"></iframe><script src="none.js"></script>
<script type="module">import "./scripts/app.js";</script>
"""
_STYLE = """@font-face { font-family: Own; src: url("none.woff2"); }
.styled { font-family: Own, sans-serif; background: url("none.svg"); }
"""
MISSING = (
    "font style/none.woff2",
    "frame none.html",
    "image style/none.svg",
    "img none.png",
    "link style/none.css",
    "script none.js",
    "script scripts/none.js",
    "video none.mp4",
)


WHOLE = {
    "index.html": """<!doctype html><meta charset="utf-8"><meta name="helios:size" content="64x48">
<meta name="helios:fps" content="10"><meta name="helios:duration" content="0.4">
<link rel="stylesheet" href="style/main.css"><iframe src="inner.html"></iframe>
<script type="module">import "./scripts/app.js";</script>
""",
    "style/main.css": "p { color: red }",
    "inner.html": "<p>Inside</p>",
    "scripts/app.js": 'import "./part.js";',
    "scripts/part.js": "document.title = 'here';",
}
BROKEN = {"index.html": _PAGE, "style/main.css": _STYLE, "scripts/app.js": 'import "./none.js";'}


def composed(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder / "index.html"


@pytest.mark.parametrize("surface", ["screenshot", "element"])
async def test_all_that_is_missing_is_named_with_its_reason(
    render: Render, tmp_path: Path, surface: str
) -> None:
    page = composed(tmp_path / "page", BROKEN)
    warnings = (await render(page, surface=surface, concurrency=2)).result.warnings
    told = sorted(warning for warning in warnings if "could not be loaded" in warning)
    assert told == [f"{what} could not be loaded: 404 Not Found." for what in MISSING]


async def test_nothing_is_told_of_a_page_that_has_everything(render: Render, tmp_path: Path) -> None:
    page = composed(tmp_path / "page", WHOLE)
    assert (await render(page, surface="screenshot")).result.warnings == ()
