"""What is pointed at or selected: files of the explorer, rows of a view, folders that are moved, buttons."""

import re
from functools import partial

from playwright.sync_api import expect

from editor.code_server import CodeServer
from editor.compositions import write_page
from editor.conftest import Windows
from editor.processes import daemons, wait_until
from editor.workbench import RENDER_MS, STEP_MS, Workbench

small = partial(write_page, seconds=0.2, width=320, height=180)


def wait_for_videos(window: Workbench, *names: str) -> None:
    """Until these and no others are there, and all renders are over."""
    finished = "1 render" if len(names) == 1 else f"{len(names)} renders"
    expect(window.row(f"finished, {finished}")).to_be_visible(timeout=RENDER_MS)
    assert window.videos() == sorted(names)


def test_every_page_that_is_selected_in_the_explorer_is_rendered(windows: Windows) -> None:
    window = windows.open(seconds=0.2)
    small(window.folder / "first.html")
    small(window.folder / "second.html")
    (window.folder / "notes.txt").write_text("Not a page")
    window.open_helios()
    files = [window.explorer_row(name) for name in ("first.html", "second.html", "notes.txt")]

    def are_selected() -> bool:
        # The explorer forgets what is selected while it is still listing the folder.
        missing = [file for file in files if file.get_attribute("aria-selected") != "true"]
        for file in missing:
            file.click(modifiers=["Control"], timeout=STEP_MS)
        return not missing

    wait_until(are_selected, 40, "three selected files")
    window.explorer_row("first.html").click(button="right", timeout=STEP_MS)
    expect(window.menu_item("Render Composition")).to_be_visible(timeout=STEP_MS)
    expect(window.menu_item("Render with Options")).to_have_count(0)
    window.shot("70-selected-pages")
    window.choose(window.explorer_row("first.html"), "Render Composition")
    window.open_helios()
    wait_for_videos(window, "first.mp4", "second.mp4")


def test_a_row_beside_the_selected_ones_is_rendered_alone(windows: Windows) -> None:
    window = windows.open(seconds=0.2)
    small(window.folder / "first.html")
    small(window.folder / "second.html")
    window.open_helios()
    window.composition(re.compile("^first,")).click(timeout=STEP_MS)
    window.composition(re.compile("^second,")).click(modifiers=["Control"], timeout=STEP_MS)
    window.composition(re.compile("^orbit,")).click(button="right", timeout=STEP_MS)
    expect(window.menu_item("Render Selected Compositions")).to_be_visible(timeout=STEP_MS)
    window.shot("71-beside-the-selection")
    window.choose(window.composition(re.compile("^orbit,")), "Render Selected Compositions")
    wait_for_videos(window, "orbit.mp4")


def test_pages_of_a_folder_that_is_moved_in_are_listed(windows: Windows) -> None:
    window = windows.open(seconds=0.2)
    window.open_helios()
    expect(window.composition(re.compile("^orbit,"))).to_be_visible(timeout=STEP_MS)
    elsewhere = window.folder.with_name("elsewhere")
    small(elsewhere / "within.html")
    elsewhere.rename(window.folder / "here")
    expect(window.composition(re.compile("^within,"))).to_be_visible(timeout=STEP_MS)


def test_the_message_of_a_video_that_is_gone_says_so(windows: Windows) -> None:
    window = windows.open(seconds=0.2)
    window.open_helios()
    window.command("Helios: Render Composition")
    window.pick("orbit.html")
    expect(window.row("finished, 1 render")).to_be_visible(timeout=RENDER_MS)
    (window.folder / "renders" / "orbit.mp4").unlink()
    window.answer("renders/orbit.mp4 is ready", "Open", STEP_MS)
    window.notification("orbit.mp4 is not there any more. Render orbit again for it.")


def test_a_new_extension_host_knows_no_filter(windows: Windows, editor: CodeServer) -> None:
    window = windows.open(seconds=0.2)
    window.open_helios()
    window.command("Helios: Render Composition")
    window.pick("orbit.html")
    expect(window.row("finished, 1 render")).to_be_visible(timeout=RENDER_MS)
    window.command("Helios: Filter Renders")
    window.quick_input.fill("done")
    window.quick_input.press("Enter")
    expect(window.page.get_by_text("Filter “done”: 1 of 1 render")).to_be_visible(timeout=STEP_MS)
    wait_until(
        lambda: "Helios: Clear Filter" in window.offered("Clear Filter"), 60, "Clear Filter in the palette"
    )
    host = daemons(editor)[0].parent()
    assert host is not None
    host.kill()
    expect(window.page.get_by_text("Filter “done”")).to_be_hidden()
    expect(window.row("finished, 1 render")).to_be_visible(timeout=RENDER_MS)
    wait_until(lambda: "Helios: Clear Filter" not in window.offered("Filter"), 60, "no filter to clear")
