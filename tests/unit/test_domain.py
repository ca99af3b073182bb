"""A page without a fast surface is told what rules each one out."""

import attrs

from helios_renders.capture.domain import candidates, is_proved_by_render, reasons_against, warning_of
from helios_renders.capture.names import BEGIN_FRAME, CANVAS, ELEMENT, SCREENSHOT
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


def test_a_surface_that_shows_another_page_is_warned_of() -> None:
    sizes = (Size(320, 180),)
    filled = attrs.evolve(PLAIN, canvases=1, canvas=CanvasBox(0, 0, 320, 180, 320, 180))
    small = attrs.evolve(PLAIN, canvases=1, canvas=CanvasBox(8, 8, 100, 60, 100, 60))
    for report in (PLAIN, filled, small, CHART):
        assert warning_of("auto", report, sizes) is None
        assert warning_of(SCREENSHOT, report, sizes) is None
    assert warning_of(CANVAS, filled, sizes) is None
    assert warning_of(CANVAS, small, sizes) == (
        "The surface canvas was asked for, and the canvas 100x60 at (8, 8) did not fill the page, pixel on "
        "pixel, when it was looked at: choose auto to be certain."
    )
    assert warning_of(ELEMENT, PLAIN, sizes) is None
    assert warning_of(ELEMENT, CHART, sizes) == (
        "The surface element was asked for, and may misplace the canvas 120x60 at (50, 100.5) and 1 more: "
        "choose auto to be certain."
    )


def test_a_canvas_of_more_pixels_fills_the_page_too() -> None:
    sharp = attrs.evolve(PLAIN, canvases=1, canvas=CanvasBox(0, 0, 320, 180, 640, 360))
    assert warning_of(CANVAS, sharp, (Size(320, 180),), 2) is None
    assert warning_of(CANVAS, sharp, (Size(320, 180),)) is not None


def test_a_canvas_drawn_in_2d_is_proved_by_its_render() -> None:
    flat = attrs.evolve(PLAIN, canvases=1, canvas=CanvasBox(0, 0, 320, 180, 320, 180, is_flat=True))
    deep = attrs.evolve(PLAIN, canvases=1, canvas=CanvasBox(0, 0, 320, 180, 320, 180))
    assert is_proved_by_render(CANVAS, flat)
    with_video = attrs.evolve(flat, has_videos=True)
    others = (CANVAS, deep), (CANVAS, PLAIN), (CANVAS, with_video), (ELEMENT, flat), (BEGIN_FRAME, flat)
    for surface, report in others:
        assert not is_proved_by_render(surface, report)
    assert not is_proved_by_render(CANVAS, flat, "on")
