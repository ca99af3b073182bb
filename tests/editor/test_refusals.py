"""What Helios says when it cannot render, and the way out that it offers."""

import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from editor.code_server import CodeServer
from editor.conftest import Windows
from editor.processes import daemons, wait_until
from editor.workbench import RENDER_MS, STEP_MS


def test_concurrency_out_of_range(windows: Windows) -> None:
    window = windows.open()
    window.open_helios()
    for value, words in ((40, "40"), ("many", '"many"')):
        refused = window.row(f"Concurrency (Workers), {words}, cannot be used")
        window.write_settings_until({"helios.render.concurrency": value}, refused)
        window.command("Helios: Render Composition")
        window.pick("orbit.html")
        refusal = window.toast(
            f"Concurrency is {value}. Give a whole number of workers from 1 to 32, or auto."
        )
        expect(refusal).to_contain_text("Concurrency (Workers) cannot be used as it is set.", timeout=STEP_MS)
    window.shot("14-concurrency-refused")
    refusal.get_by_role("button", name="Open Setting").click()
    expect(window.setting).to_have_count(1, timeout=STEP_MS)
    expect(window.setting).to_contain_text("Concurrency (Workers)", timeout=STEP_MS)
    expect(window.toast("Rendering orbit")).to_be_hidden()
    assert window.videos() == []


def test_missing_python(windows: Windows) -> None:
    window = windows.open({"helios.python": "/nowhere/python"})
    window.open_helios()
    expect(window.welcome).to_contain_text("Helios needs Python 3.11 or newer", timeout=STEP_MS)
    expect(window.welcome.get_by_role("button", name="Open Setting")).to_be_visible()
    window.command("Helios: Render Composition")
    window.pick("orbit.html")
    message = window.toast("Helios needs Python 3.11 or newer")
    expect(message).to_contain_text("/nowhere/python: There is no such program.", timeout=STEP_MS)
    window.shot("15-missing-python")
    message.get_by_role("button", name="Open Setting").click()
    expect(window.setting).to_have_count(1, timeout=STEP_MS)
    expect(window.setting.locator("input")).to_have_value("/nowhere/python", timeout=STEP_MS)

    window.write_settings({"helios.python": sys.executable})
    expect(window.welcome.get_by_role("button", name="Render Composition")).to_be_visible(timeout=STEP_MS)


def test_programs_that_are_missing_and_an_unknown_network(windows: Windows) -> None:
    window = windows.open()
    window.open_helios()
    for workers, (name, path) in enumerate(
        (("browser", "/nowhere/chromium"), ("ffmpeg", "/nowhere/ffmpeg")), 30
    ):
        window.change_settings({f"helios.{name}": path}, workers)
        window.command("Notifications: Clear All Notifications")
        window.command("Helios: Render Composition")
        window.pick("orbit.html")
        message = window.notification(path, RENDER_MS)
        expect(window.toast("Rendering orbit")).to_be_hidden(timeout=STEP_MS)
        window.shot(f"16-missing-{name}")
        message.get_by_role("button", name="Open Setting").click()
        expect(window.setting).to_have_count(1, timeout=STEP_MS)
        expect(window.setting.locator("input")).to_have_value(path, timeout=STEP_MS)
        window.command("View: Close All Editors")
    window.change_settings({"helios.render.network": "nowhere"}, 32)
    window.command("Helios: Render Composition")
    window.pick("orbit.html")
    window.notification("Network is nowhere.", RENDER_MS)


SYSTEM_WITHOUT_BROWSER = """#!/bin/sh
export HELIOS_BROWSER=/nowhere/chromium
case "$*" in *" setup")
    echo "Trying the package manager"
    [ -e "{repaired}" ] && exit 0
    printf "error: No browser could be installed.\\n  Run \\140apt-get install chromium\\140 yourself." >&2
    exit 1
esac
exec "{python}" "$@"
"""


def test_missing_browser_is_set_up(windows: Windows, tmp_path: Path) -> None:
    python, repaired = tmp_path / "python", tmp_path / "repaired"
    python.write_text(SYSTEM_WITHOUT_BROWSER.format(python=sys.executable, repaired=repaired))
    python.chmod(0o755)
    window = windows.open({"helios.python": str(python)})
    window.open_helios()
    window.command("Helios: Render Composition")
    window.pick("orbit.html")
    window.answer("orbit was not rendered.", "Set Up", RENDER_MS)
    question = window.notification("Helios can install what is missing")
    expect(question).to_contain_text("/nowhere/chromium", timeout=STEP_MS)
    window.answer("Helios can install what is missing", "Set Up")
    failed = window.notification("Helios is not set up. No browser could be installed.")
    expect(failed).to_contain_text("Run `apt-get install chromium` yourself.", timeout=STEP_MS)
    window.shot("20-not-set-up")
    repaired.touch()
    failed.get_by_role("button", name="Try Again").click()
    window.answer("Helios can install what is missing", "Set Up")
    window.notification("Helios is ready to render.", STEP_MS)


def test_page_that_throws(windows: Windows) -> None:
    window = windows.open()
    (window.folder / "orbit.html").write_text("<script>throw new Error('the sun is gone')</script>")
    window.open_helios()
    window.command("Helios: Render Composition")
    window.pick("orbit.html")
    message = window.notification("orbit was not rendered.", RENDER_MS)
    expect(message).to_contain_text("the sun is gone")
    expect(window.row(re.compile("^orbit, failed"))).to_be_visible()
    window.shot("17-page-that-throws")
    message.get_by_role("button", name="Show Log").click()
    wait_until(lambda: "the sun is gone" in window.panel_text(), 20, "the error in the log")


def has_started(editor: CodeServer, times: int) -> bool:
    """Whether daemons are ready for that many times."""
    return starts(editor) >= times


def starts(editor: CodeServer) -> int:
    """How often a daemon has said in its log that it is ready."""
    logs = editor.run.glob("data/logs/*/exthost*/helios-renders.helios-renders/Helios.log")
    return sum(log.read_text().count("The daemon is ready.") for log in logs)


def test_daemon_that_keeps_dying(windows: Windows, editor: CodeServer) -> None:
    before = starts(editor)
    window = windows.open()
    window.open_helios()
    for start in range(before + 1, before + 5):
        wait_until(partial(has_started, editor, start), 60, "a daemon that is ready")
        daemons(editor)[0].kill()
    message = window.notification("The Helios daemon keeps ending by itself", STEP_MS)
    expect(window.welcome).to_contain_text("The Helios daemon is not running.")
    window.shot("18-daemon-stopped")
    message.get_by_role("button", name="Restart Daemon").click()
    wait_until(lambda: daemons(editor), 60, "the daemon that was asked for")
    expect(window.welcome.get_by_role("button", name="Render Composition")).to_be_visible(timeout=STEP_MS)


@pytest.fixture
def distrustful(
    browser: Browser, tools: None, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Windows]:
    """Windows of an editor that trusts no workspace until it is told to."""
    with CodeServer(tmp_path / "server", {"helios.python": sys.executable}, trust=True) as server:
        windows = Windows(browser, server, tmp_path)
        yield windows
        windows.close(request.node.name)


def test_restricted_mode(distrustful: Windows) -> None:
    window = distrustful.open({"helios.python": "/workspace/evil"})
    window.open_helios()
    expect(window.welcome).to_contain_text("off in Restricted Mode", timeout=STEP_MS)
    message = window.toast("Helios does not render in Restricted Mode")
    for command in ("Set Up Helios", "Doctor"):
        window.command(f"Helios: {command}")
        message.hover(timeout=STEP_MS)
        message.get_by_role("button", name="Clear Notification").click()
        expect(message).to_be_hidden()
    window.command("Helios: Render Composition")
    expect(message).to_be_visible(timeout=STEP_MS)
    window.shot("19-restricted-mode")
    message.get_by_role("button", name="Manage Workspace Trust").click()
    window.page.get_by_role("button", name="Trust", exact=True).click(timeout=STEP_MS)
    expect(window.welcome).to_contain_text("Helios needs Python 3.11 or newer", timeout=STEP_MS)
