"""What an installer said, cut down to what helps."""

import re

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_TELLING = re.compile(
    r"(?i)\berror\b|\bfail|unable|cannot|could not|not found|ENOTFOUND|ECONN|denied|no space"
)
MAX_LENGTH = 200


def last_words(output: str) -> str:
    """The line of an output that most likely says why a command failed; empty when there is none."""
    plain = _COLOURS.sub("", output).replace("\r", "\n")
    lines = [" ".join(line.split()) for line in plain.splitlines()]
    spoken = [line for line in lines if line and not line.startswith("at ")]
    telling = [line for line in spoken if _TELLING.search(line)]
    found = (telling or spoken or [""])[0 if telling else -1]
    return found if len(found) <= MAX_LENGTH else f"{found[: MAX_LENGTH - 1]}…"
