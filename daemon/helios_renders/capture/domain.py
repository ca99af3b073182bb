"""Why a page is outside the domain of every surface beside the screenshot."""

from helios_renders.capture.surface import CANVAS, ELEMENT
from helios_renders.composition.probe import PageReport


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
