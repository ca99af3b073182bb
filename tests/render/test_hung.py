"""A script without end is found, named and ended, wherever it hangs."""

import re
from pathlib import Path

import pytest

from helios_renders.capture.names import ELEMENT, SCREENSHOT
from helios_renders.errors import PageHung, PageNeverReady
from render.conftest import Render

TIMEOUT = 1.0
PATIENCE = 5.0
"""Long enough for a page to load on a busy machine."""

_PAGE = """<!doctype html><meta charset="utf-8"><meta name="helios:size" content="64x48">
<meta name="helios:fps" content="10"><meta name="helios:duration" content="2">
<canvas id="c" width="64" height="48" style="position:fixed;inset:0"></canvas><script src="app.js"></script>
"""
_APP = """const canvas = document.getElementById("c").getContext("2d");
let ticks = 0;
function spin() {
  for (;;) ticks++;
}
requestAnimationFrame(function draw() {
  canvas.fillRect(ticks, 0, 9, 9);
  debugger;
  if (++ticks === %d) spin();
  requestAnimationFrame(draw);
});
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text(_PAGE)
    return folder / "index.html"


@pytest.mark.parametrize("surface", [ELEMENT, SCREENSHOT])
async def test_a_script_without_end_is_named_by_file_line_and_function(
    render: Render, page: Path, surface: str
) -> None:
    page.with_name("app.js").write_text(_APP % 12)
    with pytest.raises(PageHung) as caught:
        await render(page, surface=surface, ready_timeout=PATIENCE)
    message = caught.value.message
    assert re.search(r"has not answered for 7 s after frame \d+; app\.js:4 in spin seems to run", message)
    assert message.endswith("It was tried 2 times.")


async def test_a_script_without_end_while_loading(render: Render, page: Path) -> None:
    page.with_name("app.js").write_text("for (;;);")
    with pytest.raises(PageNeverReady, match="did not finish loading within 1 s"):
        await render(page, ready_timeout=TIMEOUT)
