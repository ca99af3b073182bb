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
    subtitles: str = ""
    """What became of them and where they are from; empty for none."""
    sidecar: Path | None = None
    """The file of subtitles beside the video."""
    sidecar_sha256: str = ""
    """By which it is known again; empty for none."""
    audio: tuple[str, ...] = ()
    """The tracks that were mixed, such as `audio#music (music.mp3)`; empty for a video without sound."""
    page_errors: tuple[PageProblem, ...] = ()
    warnings: tuple[str, ...] = ()
