"""What happens to the daemon and its renders when one of them, or the window, ends before its time."""

import re
import sys
from pathlib import Path

from playwright.sync_api import expect

from editor.code_server import CodeServer
from editor.conftest import Windows
from editor.processes import END_S, daemons, wait_until, wait_until_nothing_renders
from editor.workbench import RENDER_MS, STEP_MS, press

LONG = 360.0
"""Seconds of video, so that no render is over before its daemon is."""
FRAGILE = """#!/bin/sh
case "$*" in *serve*)
    echo start >> "{starts}"
    [ -e "{hanging}" ] && exec sleep 600
    [ -e "{broken}" ] && {{ echo "ImportError: libhelios.so is missing" >&2; exit 1; }}
esac
exec "{python}" "$@"
"""


PROGRESS = re.compile("Rendering orbit")
"""With a capital: a message has the same words in the middle of a sentence."""
CRASH = "The Helios daemon ended by itself and is being started again."
INTERRUPTED = re.compile("^orbit, interrupted, ")
RENDERING = re.compile(r"^orbit, \d+ percent")


def fragile_python(folder: Path) -> tuple[Path, Path, Path]:
    """A Python, the file with its daemon's starts, and the one by which they fail; by `hanging` they hang."""
    python, starts, broken = (folder / name for name in ("python", "starts", "broken"))
    texts = {"python": sys.executable, "starts": starts, "broken": broken, "hanging": folder / "hanging"}
    python.write_text(FRAGILE.format(**texts))
    python.chmod(0o755)
    return python, starts, broken


def test_daemon_that_crashes_at_start_and_during_a_render(
    windows: Windows, editor: CodeServer, tmp_path: Path
) -> None:
    python, starts, broken = fragile_python(tmp_path)
    broken.touch()
    window = windows.open({"helios.python": str(python)}, seconds=LONG)
    window.open_helios()
    message = window.toast("The Helios daemon did not start: ImportError: libhelios.so is missing.")
    expect(message.get_by_role("button", name="Show Log")).to_be_visible(timeout=RENDER_MS)
    expect(message).to_have_count(1)
    expect(window.welcome).to_contain_text("The Helios daemon is not running.")
    window.shot("40-crash-at-start")
    assert starts.read_text().split() == ["start"], "it must not be tried again and again"

    broken.unlink()
    message.get_by_role("button", name="Restart Daemon").click()
    expect(window.welcome.get_by_role("button", name="Render Composition")).to_be_visible(timeout=STEP_MS)
    window.render_orbit()
    expect(window.row(RENDERING)).to_be_visible(timeout=RENDER_MS)
    daemons(editor)[0].kill()
    crash = window.notification(CRASH, STEP_MS)
    expect(crash).to_contain_text("It was rendering orbit.")
    expect(window.row(re.compile(r"^orbit, interrupted, \d+ of 10800 frames"))).to_be_visible()
    expect(window.toast(PROGRESS)).to_be_hidden()
    wait_until_nothing_renders(editor)
    wait_until(lambda: window.videos() == [], END_S, "no file of the render")
    window.shot("41-crash-during-a-render")
    wait_until(lambda: daemons(editor), 60, "a new daemon")
    window.answer(CRASH, "Resume Render")
    expect(window.row(INTERRUPTED)).to_be_hidden(timeout=RENDER_MS)
    window.notification(PROGRESS, STEP_MS)


def test_daemon_that_hangs_at_start_and_starts_when_its_python_is_chosen_again(
    windows: Windows, tmp_path: Path
) -> None:
    python, starts, _ = fragile_python(tmp_path)
    (tmp_path / "hanging").touch()
    window = windows.open({"helios.python": str(python)}, seconds=LONG)
    window.open_helios()
    message = window.toast("The Helios daemon did not start: no answer within 30 s.")
    expect(message).to_be_visible(timeout=RENDER_MS)
    assert starts.read_text().split() == ["start"]

    (tmp_path / "hanging").unlink()
    window.command("Helios: Choose Python")
    window.choose_file(python)
    wait_until(lambda: starts.read_text().split() == ["start"] * 2, 40, "the daemon to be started again")
    expect(window.welcome.get_by_role("button", name="Render Composition")).to_be_visible(timeout=STEP_MS)


def test_window_that_closes_and_a_second_one(windows: Windows, editor: CodeServer) -> None:
    window = windows.open(seconds=LONG)
    window.open_helios()
    window.render_orbit()
    expect(window.row(RENDERING)).to_be_visible(timeout=RENDER_MS)

    other = windows.open_folder(window.folder)
    other.open_helios()
    other.notification("Another window renders in this workspace", STEP_MS)
    expect(other.row(RENDERING)).to_be_visible(timeout=RENDER_MS)
    other.shot("42-second-window")
    windows.shut(other)

    windows.shut(window)
    wait_until(lambda: not daemons(editor), 60, "the end of the closed windows' daemons")
    wait_until_nothing_renders(editor)
    window = windows.open_folder(window.folder)
    window.open_helios()
    interrupted = window.row(INTERRUPTED)
    interrupted.hover(timeout=RENDER_MS)
    window.shot("43-interrupted-by-closing")
    press(interrupted, "Resume Render")
    expect(interrupted).to_be_hidden(timeout=RENDER_MS)
    window.notification(PROGRESS, STEP_MS)
