"""From what a page says of itself to its size, frame rate and length, each with its source."""

from fractions import Fraction
from typing import TypeVar

import attrs

from helios_renders.composition.composition_file import CompositionFile
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.places import Place, Places
from helios_renders.composition.sounds import PageSounds
from helios_renders.composition.spec import CompositionSpec, Size, Source
from helios_renders.composition.values import Dimensions, count_frames, seconds

DEFAULT_SIZE = Size(1920, 1080)
DEFAULT_FPS = FrameRate(30)
DEFAULT_DURATION = Fraction(10)

T = TypeVar("T")


@attrs.frozen
class CanvasBox:
    """A canvas's place and size on the page in CSS pixels, and its own columns and rows."""

    left: float
    top: float
    width: float
    height: float
    columns: int
    rows: int
    is_flat: bool = False
    """Whether it was asked for its 2D context by then."""

    def fills(self, size: Size, ratio: float) -> bool:
        """True when it covers a page of this size, pixel on pixel, with `ratio` of them to a CSS pixel."""
        shape = (self.left, self.top, self.width, self.height, self.columns, self.rows)
        return shape == (0, 0, size.width, size.height, size.width * ratio, size.height * ratio)


@attrs.frozen
class Caption:
    """One of the captions that a page tells, in milliseconds of its time."""

    start: float
    end: float
    text: str


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
    has_videos: bool = False
    """True when a video has its time set by the clock."""
    intervals: tuple[KeyframeInterval, ...] = ()
    """Where the animations known at frame 0 stand between two keyframes, each interval once."""
    captions: tuple[Caption, ...] = ()
    """Those of `window.helios.getState()`."""
    sounds: PageSounds | None = None
    """What is heard, as far as frame 0 says it; None where nobody listens."""


@attrs.frozen
class Wanted:
    """What the options say; None means "as the composition says"."""

    size: Size | None = None
    fps: FrameRate | None = None
    duration: Fraction | None = None


def resolve_spec(name: str, wanted: Wanted, report: PageReport, file: CompositionFile) -> CompositionSpec:
    """The composition's size, rate and length: option, meta, composition.json, page contract, default.

    Raises InvalidOption when a place says something impossible, naming the place.
    """
    state, hyperframes = report.state or Dimensions(), report.hyperframes or Dimensions()
    places = Places(report.metas, file.dimensions, state, hyperframes)
    size, size_source = _first(("option", lambda: wanted.size), *places.size, default=DEFAULT_SIZE)
    fps, fps_source = _first(("option", lambda: wanted.fps), *places.fps, default=DEFAULT_FPS)
    duration, duration_source = _first(
        ("option", lambda: wanted.duration),
        *places.duration,
        ("animations", lambda: seconds(report.longest_animation or None, "the longest animation")),
        default=DEFAULT_DURATION,
    )
    frames = count_frames(fps, duration, duration_source)
    sources: dict[str, Source] = {"size": size_source, "fps": fps_source, "duration": duration_source}
    return CompositionSpec(name, size, fps, frames, sources, file.default_props, file.audio_tracks)


def _first(*places: Place[T], default: T) -> tuple[T, Source]:
    """What counts, after all places were read: nothing impossible is passed over."""
    said = [(read(), source) for source, read in places]
    return next(((value, source) for value, source in said if value is not None), (default, "default"))
