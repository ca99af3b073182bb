"""The question which surface to take, and its answer: plain data, for those that draw nothing."""

import attrs

from helios_renders.capture.request import PageRequest
from helios_renders.composition.probe import KeyframeInterval


@attrs.frozen
class Rejection:
    """A surface that was tried and not taken."""

    surface: str
    reason: str


@attrs.frozen
class SurfaceChoice:
    """The surface to take, and why."""

    surface: str
    reason: str
    psnr: float | None
    """The lowest ratio of the samples against the reference, in decibels; None for the reference itself."""
    rejected: tuple[Rejection, ...]


@attrs.frozen
class SurfaceQuestion:
    """Which surface is right and fast for these frames of the page."""

    page: PageRequest
    stage: str | None
    stateless: bool
    first: int
    last: int
    """The frames to render, `first` to `last`."""
    candidates: tuple[str, ...]
    intervals: tuple[KeyframeInterval, ...] = ()
    """The times between the keyframes of the page's animations."""
