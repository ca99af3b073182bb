"""What a composition's files alone say of its size, rate and length; a script of the page can say more."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TypeVar

import attrs

from helios_renders.composition.composition_file import CompositionFile
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.marks import PageMarks
from helios_renders.composition.places import Place, Places
from helios_renders.composition.spec import Size
from helios_renders.composition.values import Dimensions, count_frames
from helios_renders.errors import InvalidOption

T = TypeVar("T")


@attrs.frozen
class Stated:
    """Values that the files state; None where only the probe can know."""

    size: Size | None
    fps: FrameRate | None
    duration: Fraction | None
    """Seconds."""
    frames: int | None
    problems: tuple[InvalidOption, ...]
    """What the render would refuse."""


def read_stated(marks: PageMarks, file: CompositionFile) -> Stated:
    """The values in the order of `resolve_spec`: meta, composition.json, HyperFrames."""
    hyperframes = marks.hyperframes or Dimensions()
    places = Places(marks.values, file.dimensions, state=Dimensions(), hyperframes=hyperframes)
    problems: list[InvalidOption] = []

    def tried(read: Callable[[], T | None]) -> T | None:
        try:
            return read()
        except InvalidOption as error:
            problems.append(error)
            return None

    def first(places: Iterable[Place[T]]) -> T | None:
        said = [tried(read) for _, read in places]
        return next((value for value in said if value is not None), None)

    size, fps, duration = first(places.size), first(places.fps), first(places.duration)
    frames = None
    if fps is not None and duration is not None:
        rated, lasting = fps, duration
        frames = tried(lambda: count_frames(rated, lasting, "fps and duration"))
    return Stated(size, fps, duration, frames, tuple(problems))
