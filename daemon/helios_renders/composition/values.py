"""What one place says of a composition's size, rate and length, checked."""

from fractions import Fraction

import attrs

from helios_renders.composition.frame_rate import FrameRate, exact_number, shown
from helios_renders.composition.spec import Size
from helios_renders.errors import InvalidOption

MAX_FRAMES = 1_000_000
MAX_SECONDS = 10_000_000
"""That many frames at the lowest rate."""
MAX_SIDE = 16384


@attrs.frozen
class Dimensions:
    """What one place says; None where it says nothing. Lengths in seconds, sides in pixels."""

    width: float | None = None
    height: float | None = None
    fps: float | None = None
    duration: float | None = None


def meta_place(name: str) -> str:
    """How an error names the place of a meta's value, such as `meta "helios:fps"`."""
    return f'meta "helios:{name}"'


def meta_size(text: str | None) -> Size | None:
    """`"1920x1080"`; raises InvalidOption."""
    if text is None:
        return None
    width, _, height = text.lower().replace("×", "x").partition("x")
    try:
        return _checked_size(int(width), int(height), f"{meta_place('size')} {text!r}")
    except ValueError:
        raise InvalidOption(
            f'The page\'s meta "helios:size" is {text!r}.',
            "Write width x height in pixels, such as 1920x1080.",
        ) from None


def pair(dimensions: Dimensions, place: str) -> Size | None:
    """Both sides of a place, rounded; None when one is missing; raises InvalidOption."""
    width, height = dimensions.width, dimensions.height
    if width is None or height is None:
        return None
    if not (abs(width) <= MAX_SIDE and abs(height) <= MAX_SIDE):
        raise _impossible_size(f"{shown(width)}x{shown(height)}", place)
    return _checked_size(round(width), round(height), place)


def rate(value: float | str | None, place: str) -> FrameRate | None:
    """Frames per second; raises InvalidOption."""
    if value is None:
        return None
    try:
        return FrameRate.parse(value)
    except InvalidOption as error:
        raise InvalidOption(f"{error.message} (from {place})", error.advice) from None


def seconds(value: float | str | None, place: str) -> Fraction | None:
    """A length above 0; raises InvalidOption."""
    if value is None:
        return None
    try:
        length = exact_number(value)
    except ValueError:
        length = Fraction(0)
    if length <= 0:
        raise InvalidOption(f"The duration is {value!r} (from {place}).", "Give a number of seconds above 0.")
    if length > MAX_SECONDS:
        raise InvalidOption(
            f"The duration is {shown(value)} (from {place}).", f"A composition has at most {MAX_SECONDS} s."
        )
    return length


def count_frames(fps: FrameRate, duration: Fraction, place: str) -> int:
    """How many frames a length in seconds has; raises InvalidOption for none and for too many."""
    frames = fps.frames(duration)
    if not 1 <= frames <= MAX_FRAMES:
        raise InvalidOption(
            f"{float(duration):g} s at {fps} fps ({place}) is {frames} frames.",
            f"A composition has 1 to {MAX_FRAMES} frames; change the duration or the frame rate.",
        )
    return frames


def _checked_size(width: int, height: int, place: str) -> Size:
    if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
        raise _impossible_size(f"{width}x{height}", place)
    return Size(width, height)


def _impossible_size(size: str, place: str) -> InvalidOption:
    return InvalidOption(
        f"The size {size} ({place}) is not possible.", f"Each side has 1 to {MAX_SIDE} pixels."
    )
