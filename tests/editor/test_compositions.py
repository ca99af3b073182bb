"""The Compositions view and the help for pages, in a workspace of several folders of which one is missing."""

import re
from functools import partial
from pathlib import Path
from shutil import rmtree

from playwright.sync_api import expect

from editor.compositions import write_page
from editor.conftest import Windows
from editor.processes import wait_until
from editor.workbench import RENDER_MS, STEP_MS, press

WRONG = """<!doctype html>
<meta name="helios:fps" content="many">
<meta name="helios:size" content="321x180">

<p>Wrong</p>
"""
FACTS = "320 by 180, 30 frames per second, 0.2 s"


def test_compositions_of_several_folders(windows: Windows, tmp_path: Path) -> None:
    first, second, gone = tmp_path / "Über uns #1 'neu'", tmp_path / "second", tmp_path / "gone"
    first.mkdir()
    second.mkdir()
    (first / "plain.html").write_text("<p>No composition</p>")
    window = windows.open_folders(first, second)
    window.page.set_viewport_size({"width": 1280, "height": 1200})
    window.open_helios()
    view = window.view("Compositions")
    expect(view.locator(".welcome-view-content")).to_contain_text("no composition yet", timeout=STEP_MS)
    window.shot("30-no-compositions")
    view.get_by_role("button", name="Create Composition").last.click()
    window.pick("second")
    expect(window.quick_input).to_have_value("first", timeout=STEP_MS)
    window.quick_input.fill("../elsewhere")
    expect(window.page.get_by_text("Give the name of a folder in the workspace")).to_be_visible()
    window.quick_input.fill("scene")
    window.quick_input.press("Enter")
    expect(window.page.get_by_role("tab", name=re.compile("^composition.html"))).to_be_visible(
        timeout=STEP_MS
    )
    expect(window.composition("scene, 1920 by 1080, 30 frames per second, 5 s")).to_be_visible(
        timeout=STEP_MS
    )

    small = partial(write_page, seconds=0.2, width=320, height=180)
    small(first / "intro.html")
    (first / "wrong.html").write_text(WRONG)
    window.set_folders(first, gone, second)
    expect(window.composition(f"intro, {FACTS}")).to_be_visible(timeout=STEP_MS)
    expect(window.composition(f"There is no such folder: {gone}")).to_be_visible(timeout=STEP_MS)
    expect(window.composition(re.compile(r"^wrong, 321 by 180, fps is 'many'"))).to_be_visible()
    expect(view.get_by_role("treeitem")).to_have_count(7)
    window.shot("31-compositions")

    small(first / "outro.html")
    expect(window.composition(f"outro, {FACTS}")).to_be_visible(timeout=STEP_MS)
    write_page(first / "outro.html", seconds=0.1, width=160, height=90)
    expect(window.composition("outro, 160 by 90, 30 frames per second, 0.1 s")).to_be_visible(timeout=STEP_MS)

    intro, outro = window.composition(re.compile("^intro,")), window.composition(re.compile("^outro,"))
    intro.click()
    outro.click(modifiers=["Control"])
    outro.click(button="right")
    window.shot("32-composition-menu")
    window.choose(outro, "Render Selected Compositions")
    for name in ("intro", "outro"):
        video = first / "renders" / f"{name}.mp4"
        wait_until(video.exists, RENDER_MS / 1000, f"the video {video}")
    expect(window.row(re.compile(r"^(intro|outro), \d+ frames in "))).to_have_count(2, timeout=STEP_MS)

    press(intro, "Render Composition")
    wait_until((first / "renders" / "intro-2.mp4").exists, RENDER_MS / 1000, "a second video of intro")
    window.command("Helios: Render Selected Compositions")
    window.pick("outro")
    window.quick_input.press("Enter")
    wait_until((first / "renders" / "outro-2.mp4").exists, RENDER_MS / 1000, "a second video of outro")

    window.composition(re.compile("^wrong,")).click()
    editor = window.page.locator(".editor-instance[aria-label^='wrong.html']")
    expect(editor.locator(".squiggly-error")).to_be_visible(timeout=STEP_MS)
    expect(editor.locator(".squiggly-warning")).to_be_visible()
    # It comes late and moves the lines.
    expect(editor.locator(".codelens-decoration a", has_text="Render")).to_be_visible(timeout=STEP_MS)
    hover = window.page.locator(".monaco-hover:visible")
    editor.get_by_text("helios:fps").hover()
    expect(hover.filter(has_text="The frame rate in frames per second.")).to_be_visible(timeout=STEP_MS)
    window.shot("33-hover")
    editor.get_by_text("many").hover()
    said = hover.filter(has_text="fps is 'many', which is not a number.")
    expect(said).to_be_visible(timeout=STEP_MS)
    window.shot("34-diagnostic")

    editor.locator(".view-lines").click()
    window.page.keyboard.press("Control+End")
    window.page.keyboard.type('<meta name="')
    offered = window.page.locator(".suggest-widget .monaco-list-row")
    expect(offered.filter(has_text="helios:duration")).to_be_visible(timeout=STEP_MS)
    expect(offered.filter(has_text="helios:fps")).to_have_count(0)
    window.shot("35-completion")
    window.page.keyboard.press("Escape")

    editor.locator(".codelens-decoration a", has_text="Render").click(timeout=STEP_MS)
    window.notification("wrong was not rendered. fps is 'many', which is not a number.", STEP_MS)
    window.shot("36-lens")
    # A browser cannot open a file of the machine that the editor runs on.
    expect(editor.locator(".codelens-decoration a", has_text="Preview")).to_be_hidden()
    offered_pages = window.offered("Composition")
    assert "Helios: Render Composition" in offered_pages
    assert "Helios: Preview Composition" not in offered_pages

    rmtree(second / "scene")
    expect(window.composition(re.compile("^scene,"))).to_have_count(0, timeout=STEP_MS)
    outro.click(button="right")
    for label in ("Render Composition", "Open", "Copy Path"):
        expect(window.menu_item(label)).to_be_visible(timeout=STEP_MS)
    window.choose(outro, "Copy Path")
    wait_until(lambda: window.clipboard() == str(first / "outro.html"), 20, "the page's path copied")
    window.choose(outro, "Open")
    expect(window.page.get_by_role("tab", name="outro.html")).to_be_visible(timeout=STEP_MS)
    expect(window.row("Size, 160x90, composition")).to_be_visible(timeout=STEP_MS)
    lenses = window.page.locator(".editor-instance[aria-label^='outro.html'] .codelens-decoration a")
    lenses.filter(has_text="Open outro-2.mp4").click(timeout=STEP_MS)
    expect(window.page.get_by_role("tab", name="outro-2.mp4")).to_be_visible(timeout=STEP_MS)
    expect(window.row("Size, as the composition says")).to_be_visible(timeout=STEP_MS)
    # It takes the focus when it appears, which closes a menu.
    expect(window.video).to_be_visible(timeout=STEP_MS)
    window.choose(outro, "Reveal in Explorer")
    revealed = window.page.locator(".explorer-folders-view").get_by_role("treeitem", name="outro.html")
    expect(revealed).to_have_attribute("aria-selected", "true", timeout=STEP_MS)
    window.shot("37-revealed")
