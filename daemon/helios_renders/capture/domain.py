"""Which surfaces a page and its browser allow beside the screenshot, and why they do not."""

from collections.abc import Sequence

from helios_renders.capture.launch_options import Gpu
from helios_renders.capture.names import BEGIN_FRAME, CANVAS, ELEMENT
from helios_renders.composition.probe import PageReport
from helios_renders.composition.spec import Size


def candidates(
    report: PageReport, sizes: Sequence[Size], stage: str | None, *, begin_frame: bool, ratio: float = 1
) -> tuple[str, ...]:
    """The surfaces that browser and page allow, beside the screenshot, the fastest first.

    `sizes` are the composition's size and that of the page when it was asked, in CSS pixels of which each
    has `ratio` pixels; `begin_frame` says whether that surface is possible and worth a trial.
    """
    everywhere = (BEGIN_FRAME,) if begin_frame and not report.has_videos else ()
    if _is_one_canvas(report, sizes, ratio):
        return (CANVAS, *everywhere)
    if stage is not None and report.draws_elements and report.canvases == 0:
        return (ELEMENT, *everywhere)
    return everywhere


def is_proved_by_render(surface: str, report: PageReport, gpu: Gpu = "auto") -> bool:
    """Whether the page looks the same with this surface on it as without, also after a screenshot.

    So with a canvas drawn in 2D. One of WebGL keeps its picture for the surface, and shows one that the page
    itself would have lost; a graphics card leaves one to the processor that is to be read; and videos are
    sought once more before a screenshot, which scripts notice.
    """
    is_flat = report.canvas is not None and report.canvas.is_flat
    return surface == CANVAS and is_flat and not report.has_videos and gpu != "on"


def reasons_against(report: PageReport, stage: str | None) -> str:
    """What rules out each surface of a page that has no candidate; `stage` is the stage's address."""
    against = []
    if stage is None:
        against.append(f"{ELEMENT}: the page comes from a server that has no stage for it")
    elif not report.draws_elements:
        against.append(f"{ELEMENT}: this browser cannot draw elements into a canvas")
    if what := _canvases(report):
        if not against:
            against.append(f"{ELEMENT}: it would misplace {what}")
        against.append(f"{CANVAS}: the page is more than {what}")
    return "; ".join(against)


def warning_of(surface: str, report: PageReport, sizes: Sequence[Size], ratio: float = 1) -> str | None:
    """What a person should know who asked for this surface and for no comparison; None for nothing."""
    what = _canvases(report)
    if surface == CANVAS and what and not _is_one_canvas(report, sizes, ratio):
        return (
            f"The surface {CANVAS} was asked for, and {what} did not fill the page, pixel on pixel, "
            "when it was looked at: choose auto to be certain."
        )
    if surface == ELEMENT and what:
        return f"The surface {ELEMENT} was asked for, and may misplace {what}: choose auto to be certain."
    return None


def _is_one_canvas(report: PageReport, sizes: Sequence[Size], ratio: float) -> bool:
    canvas = report.canvas
    return report.canvases == 1 and canvas is not None and any(canvas.fills(size, ratio) for size in sizes)


def _canvases(report: PageReport) -> str:
    """The page's canvases in words; empty where there are none."""
    if report.canvas is None:
        return ""
    box = report.canvas
    more = f" and {report.canvases - 1} more" if report.canvases > 1 else ""
    return f"the canvas {box.width:g}x{box.height:g} at ({box.left:g}, {box.top:g}){more}"
