"""Renders that prove their surface: what they tell, what they throw away, and what they come out as."""

import shutil
from pathlib import Path

import pytest

from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.events import (
    FrameCaptured,
    FrameProved,
    RenderEvent,
    StartedOver,
    SurfaceSettled,
    SurfaceTried,
)
from helios_renders.render.orchestrator import RenderOrchestrator
from render.accidents import UntilAnew, kill_of
from render.conftest import PAGES, Render, told
from render.pixels import Patch, decode, frames_at, read_barcode

GREEN = Patch(124, 104, 72, 32, (0, 128, 0))
_CAPTION = (
    '<div id="late" style="position: fixed; left: 120px; top: 100px; width: 80px; height: 40px; '
    'background: rgb(0 128 0); visibility: {visibility}"></div>'
    "<script>setTimeout(() => document.getElementById('late').style.visibility = 'visible', 3000)</script>"
)
_TRACELESS = """<!doctype html><meta name="helios:size" content="320x180">
<meta name="helios:fps" content="10"><meta name="helios:duration" content="4">
<style>body { margin: 0 }</style>
<canvas width="320" height="180" style="display: block"></canvas><script>
const gl = document.querySelector("canvas").getContext("webgl", { alpha: false });
gl.enable(gl.SCISSOR_TEST);
gl.clearColor(1, 0.8, 0, 1);
function draw() {
  gl.scissor(Math.round(performance.now() / 20), 60, 40, 40);
  gl.clear(gl.COLOR_BUFFER_BIT);
  requestAnimationFrame(draw);
}
requestAnimationFrame(draw);
</script>
"""
"""What WebGL drew is gone with the next frame, unless somebody asked to keep it."""


def captioned(folder: Path, visibility: str) -> Path:
    """The page of bar codes with a caption upon the canvas, which is there from the third second on."""
    page = folder / "captioned.html"
    shutil.copy(PAGES / "barcode-canvas.html", page)
    page.write_text(page.read_text() + _CAPTION.format(visibility=visibility))
    return page


@pytest.mark.parametrize("concurrency", [1, 2])
async def test_a_right_canvas_is_proved_over_all_of_the_range(render: Render, concurrency: int) -> None:
    proved = await render("barcode-canvas.html", range="0:150", concurrency=concurrency)
    assert proved.result.surface == "canvas"
    assert proved.result.surface_reason == "equal to the screenshot in frames 0, 37, 74, 112, 149"
    frames = [event.frame for event in proved.events if isinstance(event, FrameProved)]
    assert sorted(frames) == [0, 37, 74, 112, 149]
    assert told(proved, SurfaceTried) == [SurfaceTried("canvas")]
    assert told(proved, SurfaceSettled) == [SurfaceSettled("canvas", proved.result.surface_reason)]
    assert len(told(proved, FrameCaptured)) == 150
    asked = await render("barcode-canvas.html", range="0:150", surface="canvas")
    assert not told(asked, FrameProved)
    assert proved.result.sha256 == asked.result.sha256, "a screenshot changes no frame after it"


async def test_what_shows_late_refutes_the_canvas_late(render: Render, tmp_path: Path) -> None:
    rendered = await render(captioned(tmp_path, "hidden"), range="0:120", concurrency=2)
    result = rendered.result
    assert result.surface == "screenshot"
    assert result.surface_reason.startswith("canvas: frame 119 differs from the screenshot in the region")
    assert "at div#late" in result.surface_reason
    (again,) = told(rendered, StartedOver)
    assert isinstance(again, StartedOver)
    assert result.surface_reason == again.reason
    assert result.warnings == ()
    assert [read_barcode(frame) for frame in decode(result.output)] == list(range(120))
    shown = {
        number: not GREEN.misses(frame)
        for number, frame in frames_at(result.output, (0, 80, 100, 119)).items()
    }
    assert shown == {0: False, 80: False, 100: True, 119: True}


async def test_what_shows_at_once_refutes_the_canvas_at_its_first_frame(
    render: Render, tmp_path: Path
) -> None:
    rendered = await render(captioned(tmp_path, "visible"), range="30:90", concurrency=1)
    assert rendered.result.surface == "screenshot"
    assert rendered.result.surface_reason.startswith("canvas: frame 30 differs from the screenshot")
    assert not GREEN.misses(frames_at(rendered.result.output, (0,))[0])


async def test_a_canvas_that_keeps_what_the_page_loses_is_not_proved_by_itself(
    render: Render, tmp_path: Path
) -> None:
    page = tmp_path / "traceless.html"
    page.write_text(_TRACELESS)
    rendered = await render(page, concurrency=1)
    assert not told(rendered, FrameProved)
    assert rendered.result.surface == "screenshot"
    assert rendered.result.surface_reason.startswith("canvas: frame 10 differs from the screenshot")
    first, later = Patch(4, 84, 32, 32, (255, 204, 0)), Patch(154, 84, 32, 32, (255, 204, 0))
    frames = frames_at(rendered.result.output, (0, 30))
    assert (first.misses(frames[0]), first.misses(frames[30])) == (False, True)
    assert (later.misses(frames[0]), later.misses(frames[30])) == (True, False)


async def test_a_page_that_loads_as_it_goes_is_proved_frame_by_frame(render: Render, tmp_path: Path) -> None:
    page = tmp_path / "loading.html"
    shutil.copy(PAGES / "barcode-canvas.html", page)
    page.write_text(page.read_text() + "<script>setTimeout(() => import('./late.js'), 1000)</script>")
    (tmp_path / "late.js").write_text("")
    rendered = await render(page, range="0:90", concurrency=1)
    assert rendered.result.surface_reason == "equal to the screenshot in frames 0, 22, 44, 67, 89"
    assert [read_barcode(frame) for frame in decode(rendered.result.output)] == list(range(90))


@pytest.mark.parametrize("victim", ["browser", "graphics process"])
async def test_a_process_that_is_killed_speaks_not_against_the_canvas(
    render: Render, tmp_path: Path, victim: str
) -> None:
    accident = UntilAnew(lambda worker: kill_of(worker, victim))
    events: list[RenderEvent] = []

    def hear(event: RenderEvent) -> None:
        events.append(event)
        accident(event)

    options = StartRenderOptions(
        composition=str(PAGES / "barcode-canvas.html"),
        output=str(tmp_path / "killed.mp4"),
        range="0:150",
        concurrency=2,
        force_concurrency=True,
    )
    result = await RenderOrchestrator.render(options.checked(), hear)
    assert accident.happened
    assert not any(isinstance(event, StartedOver) for event in events)
    assert result.surface_reason == "equal to the screenshot in frames 0, 37, 74, 112, 149"
    undisturbed = await render("barcode-canvas.html", range="0:150", surface="canvas", concurrency=2)
    assert result.sha256 == undisturbed.result.sha256
