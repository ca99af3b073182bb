"""Everything that can be done with renders, from the view, its menus and the palette."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Locator, expect

from editor.compositions import write_page
from editor.conftest import Windows
from editor.processes import wait_until
from editor.workbench import RENDER_MS, STEP_MS, Workbench, press

LONG = 360.0
"""Seconds of video, so that no render is over before it is steered."""

ON_RENDERS = {
    f"Helios: {title}"
    for title in (
        "Cancel Render",
        "Pause Render",
        "Resume Render",
        "Retry Render",
        "Render Again",
        "Show Render Log",
    )
}


def render(window: Workbench, name: str) -> None:
    window.command("Helios: Render Composition")
    window.pick(f"{name}.html")


def queue(window: Workbench) -> list[str]:
    """The names of the renders that wait, from the top."""
    rows = window.page.locator(".part.sidebar").get_by_role("treeitem", name=re.compile(", (queued|paused)"))
    # In one go, because rows come and go.
    labels: list[str] = rows.evaluate_all("rows => rows.map(row => row.getAttribute('aria-label'))")
    return [label.split(",")[0] for label in labels]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_everything_that_can_be_done_with_renders(windows: Windows, tmp_path: Path) -> None:
    window = windows.open(seconds=LONG)
    for name in ("beta", "gamma"):
        write_page(window.folder / f"{name}.html", seconds=LONG)
    write_page(window.folder / "it's short.html", seconds=1, width=160, height=90)
    window.open_helios()
    expect(window.welcome.get_by_role("button", name="Render Composition")).to_be_visible(timeout=STEP_MS)
    wait_until(lambda: "Helios: Render Composition" in window.offered("Render"), 60, "it in the palette")
    assert ON_RENDERS.isdisjoint(window.offered("Render"))

    render(window, "it's short")
    done = window.row(re.compile(r"^it-s-short, 30 frames in .*, \d+ kB"))
    expect(done).to_be_visible(timeout=RENDER_MS)
    expect(window.row("finished, 1 render")).to_be_visible()
    expect(window.row("running")).to_be_hidden()
    video = window.folder / "renders" / "it-s-short.mp4"
    first = digest(video)
    look_at_output(window, done, video)
    assert repeat_in_terminal(window, done, video, tmp_path) == first
    press(done, "Open Output")
    expect(window.page.get_by_role("tab", name=video.name)).to_be_visible(timeout=STEP_MS)
    # It takes the focus when it appears, which closes whatever is open then.
    expect(window.video).to_be_visible(timeout=STEP_MS)

    press(done, "Render Again")
    again = window.folder / "renders" / "it-s-short-2.mp4"
    expect(window.row("finished, 2 renders")).to_be_visible(timeout=RENDER_MS)
    assert digest(again) == first
    newest = done.first
    window.choose(newest, "Remove from List and Delete Output")
    dialog = window.page.locator(".monaco-dialog-box")
    expect(dialog).to_contain_text("it-s-short-2.mp4?", timeout=STEP_MS)
    window.shot("31-delete-output")
    dialog.get_by_role("button", name="Delete Permanently").click()
    expect(window.row("finished, 1 render")).to_be_visible(timeout=STEP_MS)
    assert window.videos() == ["it-s-short.mp4"]

    steer_the_queue(window)
    filter_renders(window)
    end_everything(window)


def look_at_output(window: Workbench, done: Locator, video: Path) -> None:
    # A browser cannot open a file of the machine that the editor runs on.
    assert "Helios: Open Output Externally" not in window.offered("Open Output")
    window.choose(done, "Reveal Output")
    files = window.page.locator(".explorer-folders-view")
    expect(files.get_by_role("treeitem", name=video.name)).to_be_visible(timeout=STEP_MS)
    window.open_helios()
    window.choose(done, "Copy Output Path")
    wait_until(lambda: window.clipboard() == str(video), 20, "the output's path in the clipboard")
    window.choose(done, "Show Render Log")
    text = window.page.locator(".editor-instance .view-lines")
    expect(text).to_contain_text("it-s-short: 30 frames in", timeout=STEP_MS)
    expect(window.page.get_by_role("tab", name=re.compile(r"^it-s-short \("))).to_be_visible()
    window.shot("30-render-log")


def repeat_in_terminal(window: Workbench, done: Locator, video: Path, folder: Path) -> str:
    """What the copied command line makes of the page, beside the video, whose place it takes here."""
    window.command("Helios: Copy Command Line")
    wait_until(
        lambda: window.clipboard().startswith("helios render "), 20, "the command line in the clipboard"
    )
    helios = folder / "helios"
    helios.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m helios_renders "$@"\n')
    helios.chmod(0o755)
    video.unlink()
    press(done, "Open Output")
    window.notification("is not there any more. Render it-s-short again for it.")
    line = f'PATH="{folder}:$PATH" {window.clipboard()}'
    subprocess.run(["sh", "-c", line], check=True, timeout=180, capture_output=True)
    video.with_stem(f"{video.stem}-2").rename(video)
    return digest(video)


def steer_the_queue(window: Workbench) -> None:
    for name in ("orbit", "beta", "gamma"):
        render(window, name)
    running = window.row(re.compile(r"^orbit, [1-9]\d* percent"))
    expect(running).to_be_visible(timeout=RENDER_MS)
    expect(window.row("queued, 2 renders")).to_be_visible(timeout=STEP_MS)
    wait_until(lambda: queue(window) == ["beta", "gamma"], 20, "beta and gamma in the queue")
    status = window.page.locator(".part.statusbar").get_by_role("button", name="Helios: 3 renders,")
    expect(status).to_have_text(re.compile(r"3 renders \d+%"), timeout=STEP_MS)
    window.explorer_row("orbit.html").wait_for(timeout=STEP_MS)
    status.click()
    expect(running).to_be_visible(timeout=STEP_MS)
    expect(window.row(re.compile(r"^Phase, rendering, \d+ of 10800 frames"))).to_be_visible()
    window.notification("Rendering ")
    expect(window.toast("Rendering ")).to_have_count(1)
    window.shot("32-running-and-queued")

    beta, gamma = (window.row(re.compile(f"^{name}, (queued|paused)")) for name in ("beta", "gamma"))
    press(gamma, "Move to Top")
    wait_until(lambda: queue(window) == ["gamma", "beta"], 20, "gamma at the top")
    window.choose(beta, "Move Up")
    wait_until(lambda: queue(window) == ["beta", "gamma"], 20, "beta above gamma")
    window.command("Helios: Move Down")
    wait_until(lambda: queue(window) == ["gamma", "beta"], 20, "beta below gamma")

    press(beta, "Pause Render")
    expect(window.row(re.compile("^beta, paused"))).to_be_visible(timeout=STEP_MS)
    window.command("Helios: Resume Render")
    expect(window.row(re.compile("^beta, queued"))).to_be_visible(timeout=STEP_MS)
    press(beta, "Cancel Render")
    cancelled = window.row(re.compile("^beta, cancelled"))
    expect(cancelled).to_be_visible(timeout=STEP_MS)
    press(cancelled, "Retry Render")
    wait_until(lambda: queue(window) == ["gamma", "beta"], 20, "beta in the queue again")


def filter_renders(window: Workbench) -> None:
    window.command("Helios: Filter Renders")
    sidebar = window.page.locator(".part.sidebar")
    window.quick_input.fill("nothing like it")
    expect(sidebar.get_by_text("Filter “nothing like it”: 0 of 4 renders")).to_be_visible(timeout=STEP_MS)
    expect(window.welcome).to_be_hidden()
    window.quick_input.fill("gamma")
    expect(sidebar.get_by_text("Filter “gamma”: 1 of 4 renders")).to_be_visible(timeout=STEP_MS)
    window.quick_input.press("Enter")
    expect(window.row("running")).to_be_hidden(timeout=STEP_MS)
    wait_until(lambda: queue(window) == ["gamma"], 20, "gamma alone")
    window.shot("33-filtered")
    sidebar.get_by_role("button", name="Clear Filter").click(timeout=STEP_MS)
    expect(window.row("running, 1 render")).to_be_visible(timeout=STEP_MS)


def end_everything(window: Workbench) -> None:
    window.command("Helios: Cancel All Renders")
    dialog = window.page.locator(".monaco-dialog-box")
    expect(dialog).to_contain_text("Cancel 3 renders?", timeout=STEP_MS)
    dialog.get_by_role("button", name="Cancel All").click()
    expect(window.row("finished, 4 renders")).to_be_visible(timeout=STEP_MS)
    expect(window.row("running")).to_be_hidden()
    expect(window.page.locator(".part.statusbar").get_by_text(re.compile(r"\d renders?"))).to_be_hidden()
    left = {"Helios: Retry Render", "Helios: Render Again", "Helios: Show Render Log"}
    wait_until(lambda: ON_RENDERS & set(window.offered("Render")) == left, 60, "what can be done in the end")
    window.shot("34-finished")
    gamma, beta = (window.row(re.compile(f"^{name}, cancelled")) for name in ("gamma", "beta"))
    gamma.click()
    beta.click(modifiers=["Control"])
    window.choose(beta, "Remove from List")
    expect(window.row("finished, 2 renders")).to_be_visible(timeout=STEP_MS)
    press(window.row("finished, 2 renders"), "Clear Finished Renders")
    expect(window.welcome.get_by_role("button", name="Render Composition")).to_be_visible(timeout=STEP_MS)
    assert window.videos() == ["it-s-short.mp4"]
