"""A new user's path without a terminal: from an editor that has only the vsix to the video, by clicks."""

import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from editor.code_server import CodeServer
from editor.conftest import Windows
from editor.workbench import RENDER_MS, STEP_MS

PYTHON = re.compile(r"^(python|pip|py|idle|pydoc)[\d.]*$")
SET_UP_MS = 300_000
FIRST_PROGRESS_SECONDS = 20
"""Far more than the five seconds that are meant, for a machine that does other things too."""


def programs_without_python(folder: Path) -> Path:
    """A folder of links to all programs of the PATH but Python."""
    folder.mkdir()
    for place in os.get_exec_path():
        for program in Path(place).iterdir() if Path(place).is_dir() else ():
            link = folder / program.name
            if not PYTHON.match(program.name) and "pyenv" not in place and not link.is_symlink():
                link.symlink_to(program)
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """What is on the PATH of a machine without Python."""
    return programs_without_python(tmp_path / "programs")


@pytest.fixture
def new_user(
    browser: Browser, tools: None, programs: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Windows]:
    """Windows of an editor without settings, on a machine without Python."""
    cache = os.environ.get("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip"))
    environment = {"PATH": str(programs), "PYTHONPATH": None, "PIP_CACHE_DIR": cache}
    server = CodeServer(tmp_path / "server", {}, environment=environment | {"SHELL": "/bin/bash"})
    # The editor's host takes its environment from a login shell.
    (server.run / "home" / ".bash_profile").write_text(f'export PATH="{programs}"\n')
    with server:
        windows = Windows(browser, server, tmp_path)
        yield windows
        windows.close(request.node.name)


def put_python(programs: Path, script: str) -> None:
    """A program `python3` that does what the shell script says."""
    program = programs / "python3"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.mark.timeout(1200)
def test_a_new_user_gets_to_a_video_by_clicks(new_user: Windows, programs: Path) -> None:
    window = new_user.open(seconds=2)
    window.open_helios()
    expect(window.welcome).to_contain_text(
        "Helios needs Python 3.11 or newer, and found none.", timeout=STEP_MS
    )
    window.command("Helios: Render Composition")
    window.pick("orbit.html")
    nothing = window.toast("found none. Install Python from the page Downloads of python.org")
    expect(nothing.get_by_role("button", name="Choose Python...")).to_be_visible(timeout=STEP_MS)
    expect(nothing.get_by_role("button", name="Show Log")).to_be_visible()
    window.shot("30-no-python")

    # In a folder of its own too: the editor's dialog is long at listing some thousand programs.
    elsewhere = programs.with_name("elsewhere")
    elsewhere.mkdir()
    for place in (programs, elsewhere):
        put_python(place, 'echo 3.8.18; echo "$0"')
    nothing.get_by_role("button", name="Choose Python...").click()
    window.choose_file(elsewhere / "python3")
    unusable = window.notification("cannot be used. It is Python 3.8.18, and 3.11 or newer is needed.")
    expect(unusable).to_be_visible()
    window.welcome.get_by_role("button", name="Look Again").click()
    old = window.notification("Tried python3: It is Python 3.8.18, and 3.11 or newer is needed.")
    expect(old).to_be_visible()
    window.shot("31-wrong-python")

    window.command("Notifications: Clear All Notifications")
    put_python(programs, f'exec "{Path(sys.base_prefix) / "bin" / "python3"}" "$@"')
    window.welcome.get_by_role("button", name="Look Again").click()
    question = window.notification("Helios needs a Python environment of its own: about 140 MB to download")
    expect(question.get_by_role("button", name="Not Now")).to_be_visible(timeout=STEP_MS)
    expect(window.welcome.get_by_role("button", name="Set Up Helios")).to_be_visible()
    window.shot("32-set-up-question")
    begun = time.monotonic()
    window.answer("Helios needs a Python environment of its own", "Set Up")
    progress = window.notification("Setting up Helios")
    expect(progress.get_by_role("button", name="Cancel")).to_be_visible(timeout=STEP_MS)
    expect(progress).to_contain_text(re.compile("Looking for|Downloading|Installing"), timeout=SET_UP_MS)
    window.shot("33-setting-up")
    expect(progress).to_be_hidden(timeout=SET_UP_MS)
    window.notification("Helios is ready to render.", STEP_MS)
    print(f"\nfrom Set Up to ready: {time.monotonic() - begun:.1f} s")
    window.shot("34-ready")

    window.answer("Helios is ready to render.", "Render Composition")
    begun = time.monotonic()
    window.pick("orbit.html")
    expect(window.row(re.compile(r"^orbit, ([1-9]\d* percent|60 frames)"))).to_be_visible(timeout=RENDER_MS)
    spent = time.monotonic() - begun
    print(f"from the click to the first progress: {spent:.1f} s")
    assert spent < FIRST_PROGRESS_SECONDS
    expect(window.row(re.compile(r"^orbit, 60 frames in "))).to_be_visible(timeout=RENDER_MS)
    window.answer("renders/orbit.mp4 is ready", "Open", STEP_MS)
    expect(window.video).to_be_visible(timeout=STEP_MS)
    window.shot("35-first-video")

    window.command("Helios: Doctor")
    report = window.page.frame_locator("iframe.webview").last.frame_locator("#active-frame")
    expect(report.get_by_text("Everything that a render needs is here.")).to_be_visible(timeout=RENDER_MS)
    expect(report.get_by_role("row", name=re.compile("^Python .*Helios' own environment"))).to_be_visible()
    window.shot("36-doctor")
