"""Commands by the ways that no other test takes: the palette, menus, welcome texts, the walkthrough."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from editor.code_server import CodeServer
from editor.compositions import write_page
from editor.conftest import Windows
from editor.processes import wait_until, wait_until_nothing_renders
from editor.test_renders_view import LONG
from editor.workbench import RENDER_MS, STEP_MS, Workbench, press
from helios_renders.render.cache import BYTES_VARIABLE, FOLDER_VARIABLE
from render.format_facts import facts

PRESETS = {"Draft": "320x180", "HD": "1920x1080", "4K": "1280x720", "Transparent": "640x360"}
"""What each makes of a page of 640x360."""


def wait_for_setting(window: Workbench, key: str, value: object) -> None:
    setting = f"helios.render.{key}"
    wait_until(lambda: window.read_settings().get(setting) == value, 20, f"{setting} = {value}")


def change(window: Workbench, setting: str, text: str) -> None:
    """Change a setting by the palette, which asks for which one."""
    window.command("Helios: Change Render Setting")
    window.pick(setting)
    window.quick_input.fill(text)
    window.quick_input.press("Enter")


def test_presets_workers_and_set_up_by_the_palette(windows: Windows, editor: CodeServer) -> None:
    window = windows.open({"helios.render.outputName": "{preset}", "helios.render.surface": "screenshot"})
    window.open_helios()
    # The palette has what needs trust from when the editor knows of it.
    expect(window.row("Preset, none")).to_be_visible(timeout=STEP_MS)
    change(window, "Range", "0:1")
    wait_for_setting(window, "range", "0:1")
    for number, (preset, size) in enumerate(PRESETS.items(), 1):
        window.command("Helios: Choose Preset")
        window.pick(preset)
        wait_for_setting(window, "preset", preset)
        window.command("Helios: Render Composition")
        window.pick("orbit.html")
        finished = "1 render" if number == 1 else f"{number} renders"
        expect(window.row(f"finished, {finished}")).to_be_visible(timeout=RENDER_MS)
        (video,) = (window.folder / "renders").glob(f"{preset}.*")
        assert facts(video).size == size
    assert video.suffix == ".webm"

    window.command("Helios: Save Current as Preset")
    window.quick_input.fill("Clear")
    window.quick_input.press("Enter")
    window.pick("User")
    wait_for_setting(window, "preset", "Clear")
    user = Path(editor.run, "data/User/settings.json")
    kept = {"format": "webm", "transparent": True, "range": "0:1", "outputName": "{preset}"}
    wait_until(
        lambda: read(user).get("helios.presets", {}).get("Clear") == kept, 20, "the preset of the user"
    )

    window.command("Helios: Reset to Default")
    window.pick("Preset")
    wait_until(lambda: "helios.render.preset" not in window.read_settings(), 20, "no preset")

    window.command("Helios: Set Concurrency (Workers)")
    expect(window.quick_input).to_have_value("1", timeout=STEP_MS)
    window.quick_input.fill("2")
    window.quick_input.press("Enter")
    wait_for_setting(window, "concurrency", 2)
    for command in ("Set Up Helios", "Set Up Browser and FFmpeg"):
        window.command("Notifications: Clear All Notifications")
        window.command(f"Helios: {command}")
        window.notification("Helios is ready to render.", RENDER_MS)
    window.answer("Helios is ready to render.", "Render Composition")
    window.pick("orbit.html")
    expect(window.row(f"finished, {len(PRESETS) + 1} renders")).to_be_visible(timeout=RENDER_MS)


def read(settings: Path) -> dict[str, dict[str, object]]:
    """A settings file; nothing while the editor writes it."""
    try:
        values: dict[str, dict[str, object]] = json.loads(settings.read_text())
    except json.JSONDecodeError:
        return {}
    return values


@pytest.fixture
def caching(
    browser: Browser, tools: None, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Windows]:
    """Windows of an editor whose renders keep what they have made."""
    cache = {FOLDER_VARIABLE: str(tmp_path / "cache"), BYTES_VARIABLE: str(2**30)}
    with CodeServer(tmp_path / "server", {"helios.python": sys.executable}, environment=cache) as server:
        windows = Windows(browser, server, tmp_path)
        yield windows
        windows.close(request.node.name)


def test_the_cache_is_used_and_left_alone_and_cleared(caching: Windows) -> None:
    window = caching.open(seconds=0.2)
    window.open_helios()
    for workers, cache, kept in ((30, True, 0), (31, True, 1), (32, False, 0)):
        window.change_settings({"helios.render.cache": cache}, workers)
        window.command("Helios: Render Composition")
        window.pick("orbit.html")
        expect(window.row("finished, 1 render")).to_be_visible(timeout=RENDER_MS)
        window.row(re.compile("^orbit, 6 frames in ")).click()
        window.page.keyboard.press("ArrowRight")
        expect(window.row(re.compile("^Workers, 1"))).to_be_visible(timeout=STEP_MS)
        expect(window.row(re.compile("^Kept from an earlier render, 6 frames"))).to_have_count(kept)
        window.shot(f"70-cache-{workers}")
        window.command("Helios: Clear Finished Renders")
        expect(window.welcome.get_by_role("button", name="Render Composition")).to_be_visible(timeout=STEP_MS)

    dialog = window.page.locator(".monaco-dialog-box")
    for answer in ("Cancel", "Clear Cache"):
        window.command("Helios: Clear Cache")
        expect(dialog).to_contain_text("the next render of each page takes its full time", timeout=STEP_MS)
        dialog.get_by_role("button", name=answer).click()
    window.notification(re.compile(r"Removed .*B from the cache\."))
    window.command("Helios: Clear Cache")
    window.notification("The cache is empty.")


def test_which_pages_are_compositions_is_a_setting(windows: Windows) -> None:
    quiet = {"files.watcherExclude": {"**/quiet/**": True}}
    window = windows.open(quiet, seconds=0.2)
    (window.folder / "plain.html").write_text("<p>It says nothing of itself.</p>")
    window.open_helios()
    orbit, plain = window.composition(re.compile("^orbit,")), window.composition("plain")
    expect(orbit).to_be_visible(timeout=STEP_MS)
    expect(plain).to_be_hidden()
    window.write_settings_until(quiet | {"helios.compositions.include": ["**/plain.html"]}, plain)
    window.write_settings(quiet | {"helios.compositions.exclude": ["**/orbit.html"]})
    expect(orbit).to_be_hidden(timeout=STEP_MS)
    expect(plain).to_be_hidden()
    window.view("Compositions").get_by_role("button", name="setting").click(timeout=STEP_MS)
    expect(window.setting.first).to_contain_text("Compositions: Include", timeout=STEP_MS)

    window.write_settings(quiet)
    expect(orbit).to_be_visible(timeout=STEP_MS)
    write_page(window.folder / "quiet" / "late.html", seconds=0.2)
    window.command("Helios: Refresh Compositions")
    expect(window.composition(re.compile("^late,"))).to_be_visible(timeout=STEP_MS)


def test_a_render_that_runs_is_paused_and_goes_on(windows: Windows, editor: CodeServer) -> None:
    window = windows.open(seconds=LONG)
    window.open_helios()
    window.render_orbit()
    running = window.row(re.compile(r"^orbit, [1-9]\d* percent"))
    expect(running).to_be_visible(timeout=RENDER_MS)
    press(running, "Pause Render")
    paused = window.row(re.compile("^orbit, paused"))
    expect(paused).to_be_visible(timeout=STEP_MS)
    wait_until_nothing_renders(editor)
    window.shot("71-paused")
    window.choose(paused, "Resume Render")
    expect(running).to_be_visible(timeout=RENDER_MS)
    window.command("Helios: Pause Render")
    expect(paused).to_be_visible(timeout=STEP_MS)
    press(paused, "Cancel Render")
    expect(window.row(re.compile("^orbit, cancelled"))).to_be_visible(timeout=STEP_MS)


def test_menus_of_an_editor_and_of_the_view(windows: Windows) -> None:
    # There before the window is, whose explorer misses what comes while it begins to watch.
    window = windows.open(seconds=0.2, folders=["folder.html"])
    window.open_helios()
    folder = window.explorer_row("folder.html")
    folder.click(button="right", timeout=STEP_MS)
    expect(window.menu_item("Copy Path").first).to_be_visible(timeout=STEP_MS)
    expect(window.menu_item("Render Composition")).to_be_hidden()
    window.close_menu()
    window.explorer_row("orbit.html").dblclick(timeout=STEP_MS)
    text = window.page.locator(".editor-instance .view-lines")
    expect(window.page.locator(".editor-instance .monaco-editor.focused")).to_be_visible(timeout=STEP_MS)
    for item in ("Render with Options", "Render Composition"):
        window.choose(text, item)
        if item == "Render with Options":
            title = window.page.locator(".quick-input-title")
            expect(title).to_contain_text("Render with Options", timeout=STEP_MS)
            window.quick_input.press("Escape")
            expect(window.quick_input).to_be_hidden(timeout=STEP_MS)
    window.notification("renders/orbit.mp4 is ready. 6 frames", RENDER_MS)

    window.open_helios()
    header = window.page.locator(".pane-header", has=window.page.locator("h3.title", has_text="Renders"))
    header.hover()
    header.get_by_role("button", name=re.compile("^(Views and )?More Actions")).click(timeout=STEP_MS)
    window.choose_item("Show Log")
    expect(window.page.locator(".part.panel .view-lines").first).to_be_visible(timeout=STEP_MS)


def test_a_window_without_a_folder_and_the_walkthrough(windows: Windows) -> None:
    window = windows.open_empty()
    window.open_helios()
    expect(window.welcome).to_contain_text("Open a folder with an HTML page", timeout=STEP_MS)
    expect(window.welcome.get_by_role("button", name="Open Folder")).to_be_visible()
    expect(window.view("Render Settings")).to_be_hidden()
    expect(window.view("Compositions")).to_be_hidden()
    wait_until(lambda: "Helios: Doctor" in window.offered("Doctor"), 60, "Doctor in the palette")
    assert "Helios: Choose Preset" not in window.offered("Preset")
    window.shot("72-no-folder")
    windows.shut(window)

    window = windows.open(seconds=0.2)
    window.open_helios()
    window.command("Welcome: Open Walkthrough...")
    window.pick("Get Started with Helios Renders")
    steps = window.page.locator(".getting-started-step")
    expect(steps).to_have_count(4, timeout=STEP_MS)
    # A daemon that is ready has the first step done.
    expect(steps.nth(0).locator(".complete, .codicon-getting-started-step-checked").first).to_be_visible(
        timeout=STEP_MS
    )
    steps.nth(2).click()
    window.shot("73-walkthrough")
    steps.nth(2).get_by_role("button", name="Render Composition").click(timeout=STEP_MS)
    window.pick("orbit.html")
    window.notification("renders/orbit.mp4 is ready", RENDER_MS)
    done = steps.nth(2).locator(".codicon-getting-started-step-checked")
    expect(done).to_be_visible(timeout=STEP_MS)
    steps.nth(3).click()
    steps.nth(3).get_by_role("button", name="Open Output").click(timeout=STEP_MS)
    expect(window.video).to_be_visible(timeout=STEP_MS)
    window.shot("74-walkthrough-done")
