"""A page without a fast surface is told what rules each one out."""

import attrs

from helios_renders.capture.domain import candidates, reasons_against
from helios_renders.capture.names import BEGIN_FRAME, ELEMENT
from helios_renders.composition.probe import CanvasBox, PageReport
from helios_renders.composition.spec import Size

PLAIN = PageReport("", {}, None, None, None, (), draws_elements=True)
CHART = attrs.evolve(PLAIN, canvases=2, canvas=CanvasBox(50, 100.5, 120, 60, 120, 60))


def test_the_canvas_is_named_by_its_place() -> None:
    assert reasons_against(CHART, "stage") == (
        "element: it would misplace the canvas 120x60 at (50, 100.5) and 1 more; "
        "canvas: the page is more than the canvas 120x60 at (50, 100.5) and 1 more"
    )


def test_a_page_of_another_server_and_an_old_browser() -> None:
    assert reasons_against(PLAIN, None) == "element: the page comes from a server that has no stage for it"
    old = attrs.evolve(PLAIN, draws_elements=False)
    assert reasons_against(old, "stage") == "element: this browser cannot draw elements into a canvas"


def test_a_page_with_videos_is_not_drawn_by_begin_frame() -> None:
    sizes = (Size(320, 180),)
    assert candidates(PLAIN, sizes, "stage", begin_frame=True) == (ELEMENT, BEGIN_FRAME)
    with_video = attrs.evolve(PLAIN, has_videos=True)
    assert candidates(with_video, sizes, "stage", begin_frame=True) == (ELEMENT,)
