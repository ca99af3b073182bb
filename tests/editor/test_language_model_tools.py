"""What a language model in the editor can do: list, ask how it goes, render and cancel after a question."""

import re
from pathlib import Path

from playwright.sync_api import expect

from editor.code_server import CodeServer
from editor.conftest import Windows
from editor.processes import END_S, wait_until
from editor.tool_caller import answer, begin_call, call, write_tool_caller
from editor.workbench import RENDER_MS, STEP_MS


def test_a_model_renders_what_a_person_agrees_to(
    windows: Windows, editor: CodeServer, tmp_path: Path
) -> None:
    editor.install(write_tool_caller(tmp_path / "tool-caller.vsix"))
    window = windows.open(seconds=180)
    window.open_helios()
    expect(window.welcome.get_by_role("button", name="Render Composition")).to_be_visible(timeout=STEP_MS)
    listed = call(window, "helios_listCompositions", {})
    orbit = {"composition": str(window.folder / "orbit.html"), "name": "orbit", "width": 640, "height": 360}
    assert listed == {"compositions": [{**orbit, "fps": 30, "seconds": 180, "frames": 5400}]}

    dialog = window.page.locator(".monaco-dialog-box")
    begin_call(window, "helios_render", {"composition": "orbit.html", "concurrency": 2})
    expect(dialog).to_contain_text("Render orbit.html to a new video with 2 workers?", timeout=STEP_MS)
    window.shot("36-tool-asks")
    dialog.get_by_role("button", name="Cancel").click()
    assert "error" in answer(window)
    assert call(window, "helios_renderStatus", {}) == {"renders": []}

    begin_call(window, "helios_render", {"composition": "orbit.html"})
    dialog.get_by_role("button", name="Yes").click(timeout=STEP_MS)
    started = answer(window)
    assert started["workers"] == 1
    expect(window.row(re.compile(r"^orbit, [1-9]\d* percent"))).to_be_visible(timeout=RENDER_MS)
    status = call(window, "helios_renderStatus", {"id": started["id"]})
    assert (status["state"], status["composition"]) == ("rendering", orbit["composition"])
    assert status["percent"] >= 1

    begin_call(window, "helios_cancelRender", {"id": started["id"]})
    expect(dialog).to_contain_text("Cancel the render orbit?", timeout=STEP_MS)
    dialog.get_by_role("button", name="Yes").click()
    assert answer(window)["state"] == "cancelled"
    wait_until(lambda: window.videos() == [], END_S, "a folder without an unfinished video")

    refused = call(window, "helios_cancelRender", {"id": started["id"]})
    assert "The render orbit is cancelled." in refused["error"]
