"""The places that can say a composition's size, rate and length, in the order in which they count."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeVar

import attrs

from helios_renders.composition.composition_file import FILE_NAME
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size, Source
from helios_renders.composition.values import Dimensions, meta_place, meta_size, pair, rate, seconds

T = TypeVar("T")
Place = tuple[Source, Callable[[], T | None]]
"""A place, and what it says there: None when it says nothing; raises InvalidOption for the impossible."""

_STATE = "window.helios.getState()"


@attrs.frozen
class Places:
    """What all places say: the page's metas, its composition.json, its contracts."""

    metas: Mapping[str, str]
    """Without the prefix."""
    file: Dimensions
    state: Dimensions
    hyperframes: Dimensions

    @property
    def size(self) -> tuple[Place[Size], ...]:
        """In pixels."""
        return (
            ("meta", lambda: meta_size(self.metas.get("size"))),
            ("composition.json", lambda: pair(self.file, FILE_NAME)),
            ("window.helios", lambda: pair(self.state, _STATE)),
            ("hyperframes", lambda: pair(self.hyperframes, "data-width and data-height")),
        )

    @property
    def fps(self) -> tuple[Place[FrameRate], ...]:
        """In frames per second."""
        return (
            ("meta", lambda: rate(self.metas.get("fps"), meta_place("fps"))),
            ("composition.json", lambda: rate(self.file.fps, FILE_NAME)),
            ("window.helios", lambda: rate(self.state.fps, _STATE)),
            ("hyperframes", lambda: rate(self.hyperframes.fps, "data-fps")),
        )

    @property
    def duration(self) -> tuple[Place[Fraction], ...]:
        """In seconds."""
        return (
            ("meta", lambda: seconds(self.metas.get("duration"), meta_place("duration"))),
            ("composition.json", lambda: seconds(self.file.duration, FILE_NAME)),
            ("window.helios", lambda: seconds(self.state.duration, _STATE)),
            ("hyperframes", lambda: seconds(self.hyperframes.duration, "data-duration")),
        )
