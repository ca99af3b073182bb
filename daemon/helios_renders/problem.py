"""What went wrong inside a page, with its place."""

import attrs


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
