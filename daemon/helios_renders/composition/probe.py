"""From what a page says of itself to its size, frame rate and length, each with its source."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import attrs

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import CompositionSpec, Size, Source
from helios_renders.errors import InvalidOption, NotAComposition

DEFAULT_SIZE = Size(1920, 1080)
DEFAULT_FPS = FrameRate(30)
DEFAULT_DURATION = Fraction(10)
MAX_FRAMES = 1_000_000

T = TypeVar("T")


@attrs.frozen
class Dimensions:
    """What one place says; None where it says nothing. Lengths in seconds, sides in pixels."""

    width: float | None = None
    height: float | None = None
    fps: float | None = None
    duration: float | None = None


@attrs.frozen
class CanvasBox:
    """A canvas's place and size on the page in CSS pixels, and its own columns and rows."""

    left: float
    top: float
    width: float
    height: float
    columns: int
    rows: int

    def fills(self, size: Size) -> bool:
        """True when it covers a page of this size, pixel on pixel."""
        shape = (self.left, self.top, self.width, self.height, self.columns, self.rows)
        return shape == (0, 0, size.width, size.height, size.width, size.height)


@attrs.frozen
class KeyframeInterval:
    """The time between two keyframes of an animation, in seconds."""

    start: float
    end: float
    period: float
    """How long after its start it comes again."""
    until: float | None
    """When it has come for the last time; None for an animation without end."""


@attrs.frozen
class PageReport:
    """What the page said once it rested at frame 0 (see `page/probe.js`)."""

    title: str
    metas: dict[str, str]
    state: Dimensions | None
    hyperframes: Dimensions | None
    longest_animation: float | None
    """Seconds until the last finite animation ends."""
    reasons: tuple[str, ...]
    """Why a frame may depend on the frames before it; empty when it follows from its time alone."""
    canvases: int = 0
    canvas: CanvasBox | None = None
    """The first canvas."""
    draws_elements: bool = False
    """True when the browser has HTML-in-canvas (`drawElementImage`)."""
    intervals: tuple[KeyframeInterval, ...] = ()
    """Where the animations known at frame 0 stand between two keyframes, each interval once."""


@attrs.frozen
class Wanted:
    """What the options say; None means "as the composition says"."""

    size: Size | None = None
    fps: FrameRate | None = None
    duration: Fraction | None = None


@attrs.frozen
class CompositionFile:
    """A `composition.json` beside the page."""

    dimensions: Dimensions = Dimensions()
    default_props: dict[str, Any] = attrs.field(factory=dict)


def read_composition_file(page: Path) -> CompositionFile:
    """The `composition.json` beside a page, or an empty one; raises NotAComposition for a bad one."""
    path = page.parent / "composition.json"
    if not path.is_file():
        return CompositionFile()
    advice = "It holds an object with width, height, fps, duration (seconds) and defaultProps."
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotAComposition(f"{path} cannot be read: {error}.", advice) from None
    if not isinstance(data, dict):
        raise NotAComposition(f"{path} holds no object.", advice)
    numbers: dict[str, float] = {}
    for name in ("width", "height", "fps", "duration"):
        value = data.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NotAComposition(f"{path} has {name} {value!r}, which is not a number.", advice)
        numbers[name] = value
    props = data.get("defaultProps") or {}
    if not isinstance(props, dict):
        raise NotAComposition(f"{path} has defaultProps that are not an object.", advice)
    return CompositionFile(Dimensions(**numbers), props)


def resolve_spec(name: str, wanted: Wanted, report: PageReport, file: CompositionFile) -> CompositionSpec:
    """The composition's size, rate and length: option, meta, composition.json, page contract, default.

    Raises InvalidOption when a place says something impossible, naming the place.
    """
    metas = report.metas
    state, hyperframes = report.state or Dimensions(), report.hyperframes or Dimensions()
    size, size_source = _first(
        (wanted.size, "option"),
        (_meta_size(metas.get("size")), "meta"),
        (_pair(file.dimensions, "composition.json"), "composition.json"),
        (_pair(state, "window.helios.getState()"), "window.helios"),
        (_pair(hyperframes, "data-width and data-height"), "hyperframes"),
        default=DEFAULT_SIZE,
    )
    fps, fps_source = _first(
        (wanted.fps, "option"),
        (_rate(metas.get("fps"), 'meta "helios:fps"'), "meta"),
        (_rate(file.dimensions.fps, "composition.json"), "composition.json"),
        (_rate(state.fps, "window.helios.getState()"), "window.helios"),
        (_rate(hyperframes.fps, "data-fps"), "hyperframes"),
        default=DEFAULT_FPS,
    )
    duration, duration_source = _first(
        (wanted.duration, "option"),
        (_seconds(metas.get("duration"), 'meta "helios:duration"'), "meta"),
        (_seconds(file.dimensions.duration, "composition.json"), "composition.json"),
        (_seconds(state.duration, "window.helios.getState()"), "window.helios"),
        (_seconds(hyperframes.duration, "data-duration"), "hyperframes"),
        (_seconds(report.longest_animation or None, "the longest animation"), "animations"),
        default=DEFAULT_DURATION,
    )
    frames = fps.frames(duration)
    if not 1 <= frames <= MAX_FRAMES:
        raise InvalidOption(
            f"{float(duration):g} s at {fps} fps ({duration_source}) is {frames} frames.",
            f"A composition has 1 to {MAX_FRAMES} frames; change the duration or the frame rate.",
        )
    sources: dict[str, Source] = {"size": size_source, "fps": fps_source, "duration": duration_source}
    return CompositionSpec(name, size, fps, frames, sources, file.default_props)


def _first(*found: tuple[T | None, Source], default: T) -> tuple[T, Source]:
    for value, source in found:
        if value is not None:
            return value, source
    return default, "default"


def _meta_size(text: str | None) -> Size | None:
    if text is None:
        return None
    width, _, height = text.lower().replace("×", "x").partition("x")
    try:
        return _checked_size(int(width), int(height), f'meta "helios:size" {text!r}')
    except ValueError:
        raise InvalidOption(
            f'The page\'s meta "helios:size" is {text!r}.',
            "Write width x height in pixels, such as 1920x1080.",
        ) from None


def _pair(dimensions: Dimensions, place: str) -> Size | None:
    if dimensions.width is None or dimensions.height is None:
        return None
    return _checked_size(round(dimensions.width), round(dimensions.height), place)


def _checked_size(width: int, height: int, place: str) -> Size:
    if not (1 <= width <= 16384 and 1 <= height <= 16384):
        raise InvalidOption(
            f"The size {width}x{height} ({place}) is not possible.", "Each side has 1 to 16384 pixels."
        )
    return Size(width, height)


def _rate(value: float | str | None, place: str) -> FrameRate | None:
    if value is None:
        return None
    try:
        return FrameRate.parse(value)
    except InvalidOption as error:
        raise InvalidOption(f"{error.message} (from {place})", error.advice) from None


def _seconds(value: float | str | None, place: str) -> Fraction | None:
    if value is None:
        return None
    try:
        seconds = Fraction(repr(value) if isinstance(value, float) else str(value).strip())
    except (ValueError, ZeroDivisionError):
        seconds = Fraction(0)
    if seconds <= 0:
        raise InvalidOption(f"The duration is {value!r} (from {place}).", "Give a number of seconds above 0.")
    return seconds
