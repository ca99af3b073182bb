"""What a finished render says of itself: what was really used, and why."""

from pathlib import Path

import attrs

from helios_renders.problem import PageProblem
from helios_renders.render.concurrency import Concurrency


@attrs.frozen
class RenderResult:
    """A finished render."""

    output: Path
    frames: int
    reused_frames: int
    """How many of them were there already from an earlier render of the same frames."""
    seconds: float
    """Wall-clock seconds from start to the file being in place."""
    size_bytes: int
    sha256: str
    concurrency: Concurrency
    browser: str
    sandbox: str
    """`on`, or `off` and why."""
    surface: str
    surface_reason: str
    surface_psnr: float | None
    """Decibels, the least of the samples against plain screenshots; None when none were compared."""
    encoder: str
    page_errors: tuple[PageProblem, ...] = ()
    warnings: tuple[str, ...] = ()
