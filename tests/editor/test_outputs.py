"""Finished files of every kind, opened from the view, and deleted with what belongs to them."""

import re

from playwright.sync_api import Locator, expect

from editor.compositions import write_page
from editor.conftest import Windows
from editor.workbench import RENDER_MS, STEP_MS, Workbench, press
from render.sound import CLICK, write_wav

SIZE = (128, 72)
LENGTH = """audio => new Promise((done, failed) => {
  if (audio.readyState > 0) done(audio.duration);
  audio.onloadedmetadata = () => done(audio.duration);
  audio.onerror = () => failed(audio.error.message);
})"""
SRT = "1\n00:00:00,000 --> 00:00:00,500\nwords\n"


def rendered(window: Workbench, number: int, label: str, **settings: str) -> Locator:
    """The row of one more render of the page, in the format of this label."""
    asked = {"surface": "screenshot", **settings}
    shown = window.row(re.compile(rf"^Format, {label}\b.*, workspace"))
    window.write_settings_until({f"helios.render.{name}": value for name, value in asked.items()}, shown)
    window.command("Helios: Render Composition")
    window.pick("orbit.html")
    finished = "1 render" if number == 1 else f"{number} renders"
    expect(window.row(f"finished, {finished}")).to_be_visible(timeout=RENDER_MS)
    return window.row(re.compile(r"^orbit, \d+ frames? in ")).first


def shown(window: Workbench, what: str) -> Locator:
    """An element of the preview in front."""
    return window.page.frame_locator("iframe.webview.ready").frame_locator("#active-frame").locator(what)


def open_output(window: Workbench, row: Locator, name: str) -> None:
    window.command("View: Close All Editors")
    expect(window.page.locator("iframe.webview")).to_have_count(0, timeout=STEP_MS)
    press(row, "Open Output")
    expect(window.page.get_by_role("tab", name=name)).to_be_visible(timeout=STEP_MS)


def expect_picture(window: Workbench) -> None:
    picture = shown(window, "img")
    expect(picture).to_be_visible(timeout=STEP_MS)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == SIZE[0]


def test_every_kind_of_file_is_opened_as_what_it_is(windows: Windows) -> None:
    window = windows.open()
    page = write_page(window.folder / "orbit.html", seconds=0.2, width=SIZE[0], height=SIZE[1])
    page.write_text(page.read_text().replace("</body>", '<audio src="click.wav" autoplay></audio></body>'))
    write_wav(page.with_name("click.wav"), CLICK)
    page.with_name("words.srt").write_text(SRT)
    window.open_helios()

    still = rendered(window, 1, "WebP", format="webp-still", range="3:4")
    open_output(window, still, "orbit.webp")
    expect_picture(window)
    open_output(window, rendered(window, 2, "APNG", format="apng"), "orbit.apng")
    expect_picture(window)
    window.shot("60-picture")

    open_output(window, rendered(window, 3, "Opus", format="opus"), "orbit.opus")
    length = shown(window, "audio").evaluate(LENGTH)
    assert abs(length - 0.2) < 0.05
    window.shot("61-sound")

    pictures = rendered(window, 4, "PNG Sequence", format="png-sequence")
    press(pictures, "Open Output")
    folder = window.page.locator(".explorer-folders-view").get_by_role("treeitem", name="orbit", exact=True)
    expect(folder).to_be_visible(timeout=STEP_MS)
    window.shot("62-pictures")
    window.open_helios()

    video = rendered(window, 5, "MP4", format="mp4", subtitles="words.srt", subtitleMode="sidecar")
    assert {"orbit.mp4", "orbit.srt"} <= set(window.videos())
    window.choose(video, "Remove from List and Delete Output")
    dialog = window.page.locator(".monaco-dialog-box")
    expect(dialog).to_contain_text("Delete renders/orbit.mp4 and renders/orbit.srt?", timeout=STEP_MS)
    window.shot("63-delete-with-subtitles")
    dialog.get_by_role("button", name="Delete Permanently").click()
    expect(window.row("finished, 4 renders")).to_be_visible(timeout=STEP_MS)
    assert {"orbit.mp4", "orbit.srt"}.isdisjoint(window.videos())
