"""An answer of the network that a page does not read holds up no frame, and can still be read."""

from pathlib import Path

import pytest

from helios_renders.capture.names import ELEMENT, SCREENSHOT
from render.conftest import Render
from render.pixels import decode

_PAGE = """<!doctype html><meta charset="utf-8"><meta name="helios:size" content="64x48">
<meta name="helios:fps" content="10"><meta name="helios:duration" content="1">
<style>html {{ background: #c00 }}</style><script>{script}</script>
"""
UNREAD = 'fetch("data.txt"); fetch("absent.txt"); fetch("data.txt", { method: "HEAD" })'
LATE = """
const green = (text) => { if (text === "data") document.documentElement.style.background = "#0c0" };
const later = (action) => setTimeout(action, 500);
"""
READ_LATE = {
    "text": LATE + 'fetch("data.txt").then((answer) => later(() => answer.text().then(green)))',
    "a kept body": LATE
    + """fetch("data.txt").then(({ body }) => later(async () => {
      const { value } = await body.getReader().read();
      green(new TextDecoder().decode(value));
    }))""",
    "a clone": LATE
    + """fetch("data.txt").then((answer) => later(async () => {
      const copy = answer.clone();
      if ((await answer.text()) === "data") green(await copy.text());
    }))""",
}


def write(folder: Path, script: str) -> Path:
    (folder / "data.txt").write_text("data")
    page = folder / "index.html"
    page.write_text(_PAGE.format(script=script))
    return page


@pytest.mark.parametrize("surface", [ELEMENT, SCREENSHOT])
async def test_an_answer_that_nobody_reads_is_not_waited_for(
    render: Render, tmp_path: Path, surface: str
) -> None:
    rendered = await render(write(tmp_path, UNREAD), surface=surface)
    assert rendered.result.warnings == ()


@pytest.mark.parametrize("script", READ_LATE.values(), ids=READ_LATE.keys())
async def test_an_answer_that_is_read_late(render: Render, tmp_path: Path, script: str) -> None:
    rendered = await render(write(tmp_path, script), surface=ELEMENT, crf=0)
    frames = list(decode(rendered.result.output))
    greens = [int(frame[20, 20, 1]) > 150 for frame in frames]
    assert greens == [False] * 5 + [True] * 5
