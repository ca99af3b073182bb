"""A cue: text over a video, from when to when, and where."""

import itertools
import math
from collections import deque
from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

import attrs

from helios_renders.composition.frame_rate import FrameRate

Align = Literal["left", "center", "right"]
Anchor = Literal["start", "center", "end"]


@attrs.frozen
class Span:
    """A run of text without a line break."""

    text: str
    style: str = ""
    """Of the letters b, i and u (bold, italic, underlined), in this order."""


Line = tuple[Span, ...]


@attrs.frozen
class Placement:
    """Where a cue's text stands, as WebVTT says it; None where that is left to whoever draws it."""

    align: Align = "center"
    position: Fraction | None = None
    """Percent of the width: where the text's left end, middle or right end is, by `align`."""
    line: int | None = None
    """Counted from the top beginning with 0, or from the bottom beginning with -1."""
    top: Fraction | None = None
    """Instead of a line: percent of the height."""
    anchor: Anchor = "start"
    """Which edge of the text is at the line or at `top`."""


@attrs.frozen
class Cue:
    """Lines of text that are shown at the times `[start, end)`, in seconds."""

    start: Fraction
    end: Fraction
    lines: tuple[Line, ...]
    """None of them without a visible character."""
    placement: Placement = Placement()

    def frames(self, fps: FrameRate) -> range:
        """The frames whose times are within the cue's; none for a cue that lies between two frames."""
        return range(math.ceil(self.start * fps.fraction), math.ceil(self.end * fps.fraction))


def cut(cues: Iterable[Cue], first: int, last: int, fps: FrameRate) -> tuple[Cue, ...]:
    """What is shown in frames `[first, last)`, on a time line that begins with the first of them.

    Times are whole milliseconds, as files have them, and every frame shows what it showed before.
    """
    start, end = fps.seconds(first), fps.seconds(last)
    shifted = (
        attrs.evolve(
            cue,
            start=_milliseconds(max(cue.start, start) - start, fps),
            end=_milliseconds(min(cue.end, end) - start, fps),
        )
        for cue in cues
    )
    return tuple(cue for cue in shifted if cue.start < cue.end)


def one_at_a_time(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """The same for a track in which cues cannot overlap: of those at one time, the first is the lowest."""
    waiting = deque(sorted(cues, key=lambda cue: cue.start))
    borders = sorted({at for cue in waiting for at in (cue.start, cue.end)})
    shown: list[Cue] = []
    found: list[Cue] = []
    for start, end in itertools.pairwise(borders):
        shown = [cue for cue in shown if cue.end > start]
        while waiting and waiting[0].start == start:
            shown.append(waiting.popleft())
        if len(shown) == 1:
            found.append(attrs.evolve(shown[0], start=start, end=end))
        elif shown:
            found.append(Cue(start, end, tuple(line for cue in reversed(shown) for line in cue.lines)))
    return tuple(found)


def _milliseconds(seconds: Fraction, fps: FrameRate) -> Fraction:
    """The time rounded down, or up where a frame lies between."""
    lower = Fraction(math.floor(seconds * 1000), 1000)
    is_same = math.ceil(lower * fps.fraction) == math.ceil(seconds * fps.fraction)
    return lower if is_same else lower + Fraction(1, 1000)
