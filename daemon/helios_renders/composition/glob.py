"""Glob patterns as VS Code writes them: `**` for folders, `*` and `?` within a name, `{a,b}`, `[a-z]`."""

import re
from collections.abc import Iterable
from functools import lru_cache

from helios_renders.errors import InvalidOption

_PIECE = re.compile(r"(/|^|(?<=[{,/]))\*\*(/|$|(?=[},]))|\*|\?|\[[!^]?[^/\]]+\]|[{},]|.", re.DOTALL)
MAX_LENGTH = 500


def any_match(patterns: Iterable[str], path: str) -> bool:
    """Whether a path below a folder, with forward slashes, fits a pattern; raises InvalidOption."""
    return any(_compiled(pattern).fullmatch(path) is not None for pattern in patterns)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    if len(pattern) > MAX_LENGTH:
        raise InvalidOption(
            f"The glob {pattern[:20]}... has {len(pattern)} characters.", f"A glob has at most {MAX_LENGTH}."
        )
    try:
        return re.compile(_expression(pattern))
    except re.error:
        raise InvalidOption(
            f"The glob {pattern} cannot be read.", "Write one such as **/*.html or pages/{intro,outro}/**."
        ) from None


def _expression(pattern: str) -> str:
    """A regular expression; a folder that ends in `/**` stands for itself and all in it."""
    depth, parts = 0, []
    for match in _PIECE.finditer(pattern):
        piece = match[0]
        if match[1] is not None:
            parts.append(_folders(*match.groups()))
        elif piece == "*":
            parts.append("[^/]*")
        elif piece == "?":
            parts.append("[^/]")
        elif len(piece) > 1:
            parts.append(_class(piece[1:-1]))
        elif piece == "{":
            depth += 1
            parts.append("(?:")
        elif piece == "}" and depth:
            depth -= 1
            parts.append(")")
        elif piece == "," and depth:
            parts.append("|")
        else:
            parts.append(re.escape(piece))
    return "".join(parts)


def _class(characters: str) -> str:
    """A set of characters, or all but them."""
    negated = characters[0] in "!^"
    inside = re.sub(r"([\\\[&~|^])", r"\\\1", characters[1:] if negated else characters)
    return f"[{'^' if negated else ''}{inside}]"


def _folders(before: str, after: str) -> str:
    """`**` with the slashes around it."""
    if not after:
        return "(?:/.*)?" if before else ".*"
    return "/(?:.*/)?" if before else "(?:.*/)?"
