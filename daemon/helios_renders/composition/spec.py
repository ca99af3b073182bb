"""What a composition is: its size, frame rate and length, each with the place it was read from."""

from fractions import Fraction
from typing import Any, Literal

import attrs

from helios_renders.composition.audio_track import AudioTrack
from helios_renders.composition.frame_rate import FrameRate

Source = Literal[
    "option", "meta", "composition.json", "window.helios", "hyperframes", "animations", "default"
]
"""Where a value came from, in the order in which the places are asked."""


@attrs.frozen
class Size:
    """A picture's size in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    def times(self, ratio: float) -> "Size":
        """The size in a finer or coarser grid, each side cut off to whole pixels."""
        return Size(int(self.width * ratio), int(self.height * ratio))


@attrs.frozen
class CompositionSpec:
    """A composition as the probe found it."""

    name: str
    """A short name for people and file names, such as `intro`."""
    size: Size
    fps: FrameRate
    frames: int
    """The composition's length in frames."""
    sources: dict[str, Source]
    """The source of `size`, `fps` and `duration`."""
    default_props: dict[str, Any] = attrs.field(factory=dict)
    audio_tracks: tuple[AudioTrack, ...] = ()
    """Those of composition.json."""

    @property
    def duration(self) -> Fraction:
        """The exact length in seconds."""
        return self.fps.seconds(self.frames)
