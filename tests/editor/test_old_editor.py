"""The extension in an old VS Code, near the oldest that it supports: one render from the palette."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from editor import old_editor
from editor.code_server import CodeServer
from editor.conftest import Windows
from editor.processes import daemons, wait_until, wait_until_nothing_renders
from editor.workbench import RENDER_MS

pytestmark = pytest.mark.skipif(not old_editor.is_installed(), reason="`make old-editor` installs it")


@pytest.fixture
def old(tools: None, tmp_path: Path) -> Iterator[CodeServer]:
    """A running VS Code 1.93."""
    settings = {"helios.python": sys.executable}
    program = (old_editor.NODE, old_editor.CODE_SERVER)
    with CodeServer(tmp_path / "server", settings, program=program) as server:
        yield server


def test_old_editor_renders(old: CodeServer, browser: Browser, tmp_path: Path) -> None:
    windows = Windows(browser, old, tmp_path)
    window = windows.open(seconds=1)
    window.open_helios()
    window.command("Helios: Render Composition")
    window.pick("orbit.html")
    window.notification("renders/orbit.mp4 is ready", RENDER_MS)
    # The row is open if it was shown while it rendered; the key opens it whatever the click did.
    window.row(re.compile("^orbit, 30 frames in ")).click()
    window.page.keyboard.press("ArrowRight")
    expect(window.row("Workers, 1")).to_be_visible()
    window.shot("50-old-editor")
    windows.shut(window)
    # This one keeps the hosts of closed windows for hours, so its own end has to be their end.
    old.stop()
    wait_until(lambda: not daemons(old), 30, "the end of the stopped editor's daemons")
    wait_until_nothing_renders(old)
