"""What a finished render says of itself: what was really used, and why."""

from pathlib import Path

import attrs

from helios_renders.render.concurrency import Concurrency


@attrs.frozen
class PageProblem:
    """An error thrown by the page, with its place."""

    message: str
    script: str
    """The script's address as a person knows it: a path inside the composition, or a URL."""
    line: int
    column: int
    frame: int
    """The frame being made; -1 while the page was loading."""

    def __str__(self) -> str:
        place = f"{self.script}:{self.line}:{self.column}" if self.script else "an unnamed script"
        when = "while loading" if self.frame < 0 else f"at frame {self.frame}"
        return f"{self.message} ({place}, {when})"


@attrs.frozen
class RenderResult:
    """A finished render."""

    output: Path
    frames: int
    seconds: float
    """Wall-clock seconds from start to the file being in place."""
    size_bytes: int
    sha256: str
    concurrency: Concurrency
    browser: str
    surface: str
    surface_reason: str
    encoder: str
    page_errors: tuple[PageProblem, ...] = ()
    warnings: tuple[str, ...] = ()
