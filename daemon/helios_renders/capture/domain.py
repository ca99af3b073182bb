"""Which surfaces a page and its browser allow beside the screenshot, and why they do not."""

from collections.abc import Sequence

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
    if report.canvases == 1 and report.canvas and any(report.canvas.fills(size, ratio) for size in sizes):
        return (CANVAS, *everywhere)
    if stage is not None and report.draws_elements and report.canvases == 0:
        return (ELEMENT, *everywhere)
    return everywhere


def reasons_against(report: PageReport, stage: str | None) -> str:
    """What rules out each surface of a page that has no candidate; `stage` is the stage's address."""
    against = []
    if stage is None:
        against.append(f"{ELEMENT}: the page comes from a server that has no stage for it")
    elif not report.draws_elements:
        against.append(f"{ELEMENT}: this browser cannot draw elements into a canvas")
    if report.canvas is not None:
        box = report.canvas
        place = f"{box.width:g}x{box.height:g} at ({box.left:g}, {box.top:g})"
        more = f" and {report.canvases - 1} more" if report.canvases > 1 else ""
        what = f"the canvas {place}{more}"
        if not against:
            against.append(f"{ELEMENT}: it would misplace {what}")
        against.append(f"{CANVAS}: the page is more than {what}")
    return "; ".join(against)
