"""What went wrong inside a page, with its place."""

import attrs


@attrs.frozen
class PageProblem:
    """An error thrown by the page, or a source that it cannot play, with its place."""

    message: str
    script: str
    """The script's or source's address as a person knows it: a path inside the composition, or a URL."""
    line: int
    """0 for a source."""
    column: int
    frame: int
    """The frame being made; -1 while the page was loading."""

    def __str__(self) -> str:
        place = self.script or "an unnamed script"
        if self.script and self.line:
            place += f":{self.line}:{self.column}"
        when = "while loading" if self.frame < 0 else f"at frame {self.frame}"
        return f"{self.message} ({place}, {when})"
