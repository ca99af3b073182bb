"""The question which surface to take, and its answer: plain data, for those that draw nothing."""

from collections.abc import Mapping

import attrs

from helios_renders.capture.names import SCREENSHOT
from helios_renders.capture.request import PageRequest
from helios_renders.composition.probe import KeyframeInterval

EXACT_PSNR = 99.0
"""Stands for the infinite ratio of equal pictures."""


@attrs.frozen
class Rejection:
    """A surface that was tried and not taken."""

    surface: str
    reason: str


@attrs.frozen
class ProvedFrame:
    """A frame whose picture is that of the screenshot, but for anti-aliasing."""

    frame: int
    psnr: float
    """Against the screenshot, in decibels."""


@attrs.frozen
class SurfaceChoice:
    """The surface to take, and why."""

    surface: str
    reason: str
    psnr: float | None
    """The lowest ratio of the samples against the reference, in decibels; None for the reference itself."""
    rejected: tuple[Rejection, ...]

    @classmethod
    def proved(
        cls, surface: str, ratios: Mapping[int, float], rejected: tuple[Rejection, ...] = ()
    ) -> "SurfaceChoice":
        """For a surface that agrees with the screenshot in these frames, by these ratios in decibels."""
        psnr = min(ratios.values())
        like = "equal to" if psnr >= EXACT_PSNR else f"at least {psnr:.1f} dB from"
        reason = f"{like} the screenshot in frames {', '.join(map(str, sorted(ratios)))}"
        return cls(surface, reason, psnr, rejected)

    @classmethod
    def reference(cls, rejected: tuple[Rejection, ...]) -> "SurfaceChoice":
        """For the screenshot, when all else was rejected."""
        reason = "; ".join(f"{rejection.surface}: {rejection.reason}" for rejection in rejected)
        return cls(SCREENSHOT, reason, None, rejected)


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
