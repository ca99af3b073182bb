"""Which words a person reads of what a page did not get."""

from helios_renders.capture.missing import Missing, with_missing
from helios_renders.capture.refusals import shortened
from helios_renders.capture.request import PageRequest
from helios_renders.capture.verdict import PageVerdict
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size

GONE = "404 Not Found"


def test_a_warning_of_an_element_has_the_reason_of_its_address() -> None:
    missing = {"a.png": Missing("image", GONE), "b.png": Missing("image", "503 Service Unavailable")}
    told = with_missing(["img b.png could not be loaded.", "Something else."], missing)
    assert told == (
        "img b.png could not be loaded: 503 Service Unavailable.",
        "Something else.",
        "image a.png could not be loaded: 404 Not Found.",
    )


def test_an_address_that_ends_like_another_is_not_taken_for_it() -> None:
    told = with_missing(["img x/a.png could not be loaded."], {"a.png": Missing("image", GONE)})
    assert told == ("img x/a.png could not be loaded.", "image a.png could not be loaded: 404 Not Found.")


def test_what_the_elements_tell_of_is_not_told_without_them() -> None:
    assert with_missing([], {"a.mp4": Missing("", GONE)}) == ()


def test_an_address_as_long_as_a_file_is_cut() -> None:
    (told,) = with_missing([], {"a" * 5000: Missing("image", GONE)})
    assert len(told) < 300


def test_what_was_refused_is_told_once_however_long_its_address_is() -> None:
    page = PageRequest("http://here.localhost:1/a.html", Size(2, 2), FrameRate(30), {}, timeout=1)
    verdict, far = PageVerdict(page), f"http://far.example/{'a' * 500}.png"
    verdict.warn(
        [f"img {far} could not be loaded.", "img http://here.localhost:1/b.png could not be loaded."]
    )
    assert verdict.take_warnings({}, [shortened(far)]) == ("img b.png could not be loaded.",)
    assert verdict.take_warnings({}, []) == ()
