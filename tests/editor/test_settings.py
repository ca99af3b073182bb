"""The Render Settings view: every kind of row, presets, a render with options of its own, and its plan."""

import json
import re
from fractions import Fraction
from typing import Any

from playwright.sync_api import Locator, expect

from editor.conftest import Windows
from editor.processes import wait_until
from editor.workbench import RENDER_MS, STEP_MS, Workbench, press
from helios_renders.render.capacity import clamp, read_capacity
from render.pixels import decode, presentation_times

CONCURRENCY = "Concurrency (Workers)"
OTHER = "Another Value…"
BAD_CONCURRENCY = ("0", "33", "2.5", "many")


class SettingsView:
    """The view, alone in the side bar of a high window, so that all of its rows are there."""

    def __init__(self, window: Workbench) -> None:
        self.window = window
        window.page.set_viewport_size({"width": 1280, "height": 1000})
        window.open_helios()
        headers = window.page.locator(".part.sidebar .pane-header")
        expect(headers).to_have_count(3, timeout=STEP_MS)
        for header in headers.all():
            is_settings = "Render Settings" in (header.get_attribute("aria-label") or "")
            if (header.get_attribute("aria-expanded") == "true") is not is_settings:
                header.click(timeout=STEP_MS)
        expect(self.row("Preset")).to_be_visible(timeout=STEP_MS)

    def row(self, words: str) -> Locator:
        """The row whose spoken words begin like this."""
        return self.window.row(re.compile(f"^{re.escape(words)}"))

    def shows(self, words: str) -> None:
        expect(self.row(words)).to_be_visible(timeout=STEP_MS)

    def types(self, title: str, text: str, *, refused: dict[str, str]) -> None:
        """Edit a row in its input box: what is refused, with words of why, and then a good text."""
        self.asks(title)
        self.enters(text, refused=refused)
        self.is_answered()

    def enters(self, text: str, *, refused: dict[str, str]) -> None:
        box, message = self.window.quick_input, self.window.page.locator(".quick-input-message")
        expect(message).to_be_visible(timeout=STEP_MS)
        for bad, words in refused.items():
            box.fill(bad)
            expect(message).to_contain_text(words, timeout=STEP_MS)
            box.press("Enter")
            expect(box).to_have_value(bad)
        box.fill(text)
        box.press("Enter")

    def picks(self, title: str, *labels: str) -> None:
        """Edit a row by its list."""
        self.asks(title)
        for label in labels:
            self.window.pick(label)
        if OTHER not in labels:
            self.is_answered()

    def asks(self, title: str) -> None:
        """Have a row ask for its value."""
        self._asked = self.row(f"{title},")
        self._before = self._asked.get_attribute("aria-label") or ""
        self._asked.click(timeout=STEP_MS)

    def is_answered(self) -> None:
        """The row shows its new value: until then the view may take the focus from the next question."""
        expect(self.window.quick_input).to_be_hidden(timeout=STEP_MS)
        expect(self._asked).not_to_have_attribute("aria-label", self._before, timeout=STEP_MS)

    def resets(self, title: str) -> None:
        """Take a row back to its default by its inline action."""
        press(self.row(f"{title},"), "Reset to Default")

    def has_written(self, values: dict[str, Any]) -> None:
        expected = {f"helios.{key}": value for key, value in values.items()}
        wait_until(lambda: self.window.read_settings() == expected, 20, f"{expected} in the settings")


def test_every_kind_of_row_is_changed_and_reset(windows: Windows) -> None:
    window = windows.open()
    view = SettingsView(window)
    view.shows(f"{CONCURRENCY}, 1 of ")
    view.shows("Format, MP4 (H.264), default")
    view.shows("Size, as the composition says")
    view.shows("Quality, High (CRF 18), default")
    window.shot("30-render-settings")

    refusal = "Give a whole number of workers from 1 to 32, or auto."
    view.types(CONCURRENCY, "32", refused=dict.fromkeys(BAD_CONCURRENCY, refusal))
    capacity = read_capacity()
    cores = f"{capacity.cores} core" + "s" * (capacity.cores != 1)
    given = clamp(32, capacity)
    view.shows(f"{CONCURRENCY}, {given.effective} of {cores}, 32 asked for, limited by ")
    window.shot("31-more-workers-than-cores")
    view.types(CONCURRENCY, "auto", refused={})
    view.shows(f"{CONCURRENCY}, {clamp('auto', capacity).effective} of {cores}, auto, ")

    view.picks("Quality", "Medium")
    view.shows("Quality, Medium (CRF 23), workspace")
    view.picks("Quality", OTHER)
    view.enters("20", refused={"52": "from 0 (best) to 51 (worst)", "x": "CRF is x."})
    view.is_answered()
    view.picks("Scale", "50%")
    view.shows("Scale, 50 percent, workspace")
    view.picks("Frame Rate", "25 fps")
    view.shows("Frame Rate, 25 frames per second, workspace")
    view.types("Length", "2.5", refused={"-1": "Duration is -1."})
    view.shows("Length, 2.5 s, workspace")
    view.types("Range", "3:9", refused={"9:3": "Did you mean 3:9?"})
    view.types("Input Props", '{"a": 1}', refused={"[1]": "Give a JSON object", "{": "not JSON"})
    view.shows('Input Props, {"a":1}, workspace')
    window.shot("32-changed-settings")
    view.types(
        "Output Name",
        "{name}-{width}",
        refused={"a/b": "which holds '/'", "{size}": "nothing is known as {size}"},
    )
    view.types("Output Folder", "videos", refused={"": "The output folder is empty."})
    (window.folder / "talk.srt").write_text("1\n00:00:00,160 --> 00:00:09,000\nHello\n")
    view.picks("Subtitles", OTHER)
    view.enters("talk.srt", refused={"talk.txt": "end in neither .srt nor .vtt"})
    view.is_answered()
    view.picks("Subtitle Mode", "Sidecar")
    view.shows("Subtitle Mode, Sidecar, workspace")
    view.picks("Network", "Local")
    view.shows("Network, Local, workspace")
    view.resets("Network")
    view.shows("Network, Allow, default")
    view.has_written(
        {
            "render.concurrency": "auto",
            "render.crf": 20,
            "render.scale": 50,
            "render.fps": "25",
            "render.duration": 2.5,
            "render.range": "3:9",
            "render.props": {"a": 1},
            "render.outputName": "{name}-{width}",
            "render.outputFolder": "videos",
            "render.subtitles": "talk.srt",
            "render.subtitleMode": "sidecar",
        }
    )

    window.command("Helios: Render Composition")
    window.pick("orbit.html")
    window.notification("videos/orbit-320.mp4 is ready. 6 frames", RENDER_MS)
    video = window.folder / "videos" / "orbit-320.mp4"
    assert [frame.shape for frame in decode(video)] == [(180, 320, 3)] * 6
    assert presentation_times(video) == [Fraction(frame, 25) for frame in range(6)]
    assert "00:00:00,040 --> 00:00:00,240\nHello" in video.with_suffix(".srt").read_text()
    _settings_json_flags_what_is_no_number_of_workers(view)


def test_presets_options_of_one_render_and_its_plan(windows: Windows) -> None:
    window = windows.open({"helios.render.crf": 20}, seconds=1)
    view = SettingsView(window)
    view.picks("Preset", "Draft")
    view.shows("Preset, Draft, workspace")
    view.shows("Scale, 50 percent, preset Draft")
    view.shows("Quality, CRF 20, workspace")
    note = "Quality is set by itself and counts before the preset Draft."
    window.notification(note)
    window.shot("33-preset")
    window.answer(note, "Use the Preset's Value")
    view.shows("Quality, Small (CRF 28), preset Draft")

    view.picks("Scale", "75%")
    for is_again in (False, True):
        window.command("Helios: Save Current as Preset")
        view.enters("Story", refused={"Draft": "comes along with Helios", " ": "Give the preset a name."})
        window.pick("Workspace")
        if is_again:
            dialog = window.page.locator(".monaco-dialog-box")
            expect(dialog).to_contain_text("There is a preset Story in the workspace settings.")
            window.shot("34-replace-preset")
            dialog.get_by_role("button", name="Replace").click(timeout=STEP_MS)
        view.shows("Preset, Story, workspace")
        view.picks("Preset", "Draft")
        window.notification("Scale is set by itself")
        view.shows("Preset, Draft, workspace")
    settings = {
        "render.preset": "Draft",
        "render.scale": 75,
        "presets": {"Story": {"crf": 28, "scale": 75, "encoderPreset": "ultrafast"}},
    }
    view.has_written(settings)

    _render_with_options(window, view)
    video = window.folder / "renders" / "orbit 160x90 Story.mp4"
    assert [frame.shape for frame in decode(video)] == [(90, 160, 3)] * 5
    assert presentation_times(video) == [Fraction(frame, 10) for frame in range(5)]
    view.has_written(settings)

    window.command("Helios: Export Render Plan as JSON")
    window.pick("orbit.html")
    lines = window.page.locator(".editor-instance .view-lines")
    expect(lines).to_contain_text(re.compile(r'"name":\s"orbit"'), timeout=RENDER_MS)
    window.shot("36-plan")
    _the_other_rows_take_effect(view)


def _the_other_rows_take_effect(view: SettingsView) -> None:
    """A page that throws and has odd sides, rendered as these rows say."""
    window = view.window
    page = window.folder / "orbit.html"
    page.write_text(f"{page.read_text()}<script>throw new Error('on purpose')</script>")
    window.write_settings({})
    view.shows("Preset, none")
    view.picks("Size", OTHER)
    view.enters("161x91", refused={"161": "Size is 161."})
    view.is_answered()
    view.picks("Odd Sizes", "Pad")
    view.picks("Encoder Speed", "slow")
    view.picks("Surface", "Plain screenshots")
    view.picks("Page Errors", "Go On")
    view.picks("Cache", "Off")
    view.shows("Cache, Off, workspace")
    view.has_written(
        {
            "render.size": "161x91",
            "render.even": "pad",
            "render.encoderPreset": "slow",
            "render.surface": "screenshot",
            "render.allowPageErrors": True,
            "render.cache": False,
        }
    )
    window.command("Helios: Render Composition")
    window.pick("orbit.html")
    window.notification("renders/orbit.mp4 is ready. 30 frames", RENDER_MS)
    assert {frame.shape for frame in decode(window.folder / "renders" / "orbit.mp4")} == {(92, 162, 3)}
    window.view("Renders").get_by_role("button", name="Renders Section").click(timeout=STEP_MS)
    window.row(re.compile("^orbit, 30 frames in")).click(timeout=STEP_MS)
    window.page.keyboard.press("ArrowRight")
    for fact in ("Surface, screenshot", "Encoder, H.264 (libx264), preset slow", "Error: on purpose"):
        expect(window.row(re.compile(re.escape(fact)))).to_be_visible(timeout=STEP_MS)
    window.shot("37-other-rows")


def _render_with_options(window: Workbench, view: SettingsView) -> None:
    """Answer each step, and go back once."""
    title = window.page.locator(".quick-input-title")
    window.command("Helios: Render with Options")
    expect(title).to_have_text("Render with Options (1/9)", timeout=STEP_MS)
    window.pick("orbit.html")
    expect(title).to_have_text("Render with Options (2/9)", timeout=STEP_MS)
    window.pick("HD")
    expect(title).to_have_text("Render with Options: Format (3/9)", timeout=STEP_MS)
    window.page.get_by_role("button", name="Back").click(timeout=STEP_MS)
    expect(title).to_have_text("Render with Options (2/9)", timeout=STEP_MS)
    window.pick("Story")
    expect(title).to_have_text("Render with Options: Format (3/9)", timeout=STEP_MS)
    window.pick("MP4")
    expect(title).to_have_text("Render with Options: Size (4/9)", timeout=STEP_MS)
    window.pick(OTHER)
    view.enters("320x180", refused={"320": "Size is 320."})
    expect(title).to_have_text("Render with Options: Scale (5/9)", timeout=STEP_MS)
    window.shot("35-render-with-options")
    window.pick("50%")
    expect(title).to_have_text("Render with Options: Frame Rate (6/9)", timeout=STEP_MS)
    window.pick(OTHER)
    view.enters("10", refused={"0": "fps is 0"})
    expect(title).to_have_text("Render with Options: Range (7/9)", timeout=STEP_MS)
    view.enters("2:7", refused={"7": "Range is 7."})
    expect(title).to_have_text(f"Render with Options: {CONCURRENCY} (8/9)", timeout=STEP_MS)
    view.enters("2", refused={"33": "1 to 32"})
    expect(title).to_have_text("Render with Options: Output Name (9/9)", timeout=STEP_MS)
    view.enters("{name} {width}x{height} {preset}", refused={"a:b": "holds ':'"})
    window.notification("renders/orbit 160x90 Story.mp4 is ready. 5 frames", RENDER_MS)


def _settings_json_flags_what_is_no_number_of_workers(view: SettingsView) -> None:
    window = view.window
    window.command("Preferences: Open Workspace Settings (JSON)")
    lines = window.page.locator(".editor-instance .view-lines")
    flagged = window.page.locator(".editor-instance .squiggly-warning")
    for value in (0, 33, 2.5, "many"):
        window.write_settings({"helios.render.concurrency": value})
        view.shows(f"{CONCURRENCY}, {json.dumps(value)}, cannot be used, workspace")
        expect(lines).to_contain_text(f": {json.dumps(value)}", timeout=STEP_MS)
        expect(flagged.first).to_be_visible(timeout=STEP_MS)
        window.write_settings({"helios.render.concurrency": "auto"})
        expect(flagged).to_have_count(0, timeout=STEP_MS)
