"""A render from the palette to the finished video, as a person goes through it."""

import contextlib
import re

from playwright.sync_api import expect

from editor.code_server import CodeServer
from editor.conftest import Windows
from editor.processes import wait_until, wait_until_nothing_renders
from editor.workbench import AGAIN_MS, RENDER_MS, STEP_MS

CONCURRENCY = "Concurrency (Workers)"

LONG_ENOUGH_TO_LOOK = 30.0
"""Seconds of video whose render the slowest look at the window does not miss: 900 frames."""

CLICK_WHEN_IT_APPEARS = """title => {
  const observer = new MutationObserver(() => {
    const button = document.querySelector(`.editor-actions a[aria-label="${title}"]`);
    if (button) {
      observer.disconnect();
      button.click();
    }
  });
  observer.observe(document.body, {subtree: true, childList: true, attributes: true});
}"""


def test_concurrency_is_1_until_it_is_set(windows: Windows) -> None:
    window = windows.open()
    window.open_helios()
    expect(window.row(f"{CONCURRENCY}, 1")).to_be_visible(timeout=STEP_MS)
    expect(window.view("Renders").get_by_role("button", name="Render Composition").first).to_be_visible()
    window.shot("1-empty-view")

    window.command("Preferences: Open Workspace Settings")
    search = window.page.locator(".settings-header .suggest-input-container")
    setting = window.setting

    def is_found() -> bool:
        # What is typed is lost while something else takes the focus.
        search.click(timeout=STEP_MS)
        window.page.keyboard.press("Control+A")
        window.page.keyboard.insert_text("helios.render.concurrency")
        with contextlib.suppress(AssertionError):
            expect(setting).to_have_count(1, timeout=AGAIN_MS)
        return setting.count() == 1

    wait_until(is_found, 60, "the setting alone")
    expect(setting).to_contain_text(CONCURRENCY)
    number = setting.locator("select")
    options = number.locator("option").all_inner_texts()
    assert [text.split()[0] for text in options] == ["auto", *map(str, range(1, 33))]
    assert options[number.evaluate("select => select.selectedIndex")].split()[0] == "1"
    window.shot("2-setting")
    assert window.read_settings() == {}

    number.select_option(index=2)
    wait_until(
        lambda: window.read_settings() == {"helios.render.concurrency": 2},
        40,
        "2 in the workspace's settings",
    )
    expect(window.row(f"{CONCURRENCY}, 2 of ")).to_be_visible(timeout=STEP_MS)
    window.shot("3-setting-2")


def test_render_with_two_workers(windows: Windows, editor: CodeServer) -> None:
    window = windows.open({"helios.render.concurrency": 2}, seconds=LONG_ENOUGH_TO_LOOK)
    window.open_helios()
    window.record_progress()
    progress = window.render_orbit()
    expect(progress.get_by_role("button", name="Cancel")).to_be_visible(timeout=STEP_MS)
    job = window.row(re.compile(r"^orbit, \d+ percent, .* left"))
    expect(job).to_be_visible(timeout=RENDER_MS)
    for worker in (1, 2):
        expect(window.row(re.compile(rf"^Worker {worker}, frame \d+"))).to_be_visible(timeout=STEP_MS)
    expect(window.page.get_by_role("tab", name="Helios - 1 render running")).to_be_visible()
    window.shot("5-progress")

    window.notification("renders/orbit.mp4 is ready. 900 frames in", RENDER_MS)
    window.row(re.compile(r"^orbit, 900 frames in .*, \d+ kB")).click()
    expect(window.row("Workers, 2")).to_be_visible()
    expect(progress).to_be_hidden()
    window.shot("6-done")

    percents = [int(match[1]) for text in window.recorded_progress() if (match := re.search(r"(\d+)%", text))]
    assert len(set(percents)) > 5
    assert percents == sorted(percents)
    assert window.videos() == ["orbit.mp4"]
    wait_until_nothing_renders(editor)

    window.answer("renders/orbit.mp4 is ready. 900 frames in", "Open")
    expect(window.video).to_be_visible(timeout=STEP_MS)
    length = window.video.evaluate(
        "video => new Promise((done, failed) => {"
        "  video.onerror = () => failed(video.error);"
        "  if (video.readyState > 0) done(video.duration);"
        "  else video.onloadedmetadata = () => done(video.duration);"
        "})"
    )
    assert length == LONG_ENOUGH_TO_LOOK
    window.shot("7-video")

    window.command("Helios: Show Log")
    line = re.compile(r"\[RenderManager\] Starting distributed render job \w+ with concurrency 2 ")
    wait_until(lambda: line.search(window.panel_text()), 20, "the render's line in the log")
    window.shot("8-log")


def test_render_from_the_explorer_and_from_the_editor(windows: Windows) -> None:
    window = windows.open(seconds=1)
    window.open_helios()
    page = window.explorer_row("orbit.html")
    page.click(button="right", timeout=STEP_MS)
    expect(window.menu_item("Render Composition")).to_be_visible(timeout=STEP_MS)
    window.shot("9-explorer-menu")
    window.choose(page, "Render Composition")
    window.notification("renders/orbit.mp4 is ready", RENDER_MS)

    page.dblclick()
    window.page.locator(".editor-actions").get_by_role("button", name="Render Composition").click(
        timeout=STEP_MS
    )
    window.notification("renders/orbit-2.mp4 is ready", RENDER_MS)
    window.shot("10-editor-title")
    assert window.videos() == ["orbit-2.mp4", "orbit.mp4"]

    window.command("Helios: Open Output")
    window.page.locator(".quick-input-list .monaco-list-row").nth(1).click(timeout=STEP_MS)
    expect(window.page.get_by_role("tab", name=re.compile(r"^orbit\.mp4"))).to_be_visible(timeout=STEP_MS)
    expect(window.video).to_be_visible(timeout=STEP_MS)


def test_render_from_an_editor_whose_text_is_not_there_yet(windows: Windows) -> None:
    window = windows.open(seconds=1)
    window.open_helios()
    page = window.explorer_row("orbit.html")
    window.page.evaluate(CLICK_WHEN_IT_APPEARS, "Render Composition")
    page.dblclick(timeout=STEP_MS)
    window.notification("renders/orbit.mp4 is ready", RENDER_MS)
