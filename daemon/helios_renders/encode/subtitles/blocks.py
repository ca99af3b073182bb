"""What SRT and WebVTT have in common: blocks between blank lines, and lines with two times."""

import math
import re
from collections.abc import Iterator
from fractions import Fraction

import attrs

ARROW = "-->"


class Malformed(ValueError):
    """A line that cannot be read."""

    def __init__(self, line: int, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.line = line
        """Counted from 1."""
        self.problem = problem
        self.advice = advice


@attrs.frozen
class Block:
    """Consecutive lines that are not blank."""

    first: int
    """The number of the first line, counted from 1."""
    lines: tuple[str, ...]


def read_blocks(text: str, blank: str) -> Iterator[Block]:
    """The blocks of a text, whatever ends its lines; a blank line has no characters but those of `blank`."""
    lines: list[str] = []
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate([*unified.split("\n"), ""], 1):
        if line.strip(blank):
            lines.append(line)
        elif lines:
            yield Block(number - len(lines), tuple(lines))
            lines = []


def read_times(text: str, line: int, stamp: re.Pattern[str], example: str) -> tuple[Fraction, Fraction, str]:
    """Start and end in seconds, and what follows them; `stamp` matches hours, minutes, seconds, fraction.

    Raises Malformed.
    """
    before, _, after = text.partition(ARROW)
    end, _, rest = after.strip().replace("\t", " ").partition(" ")
    times = [_seconds(each.strip(), line, stamp, example) for each in (before, end)]
    if times[1] <= times[0]:
        word = "with" if times[1] == times[0] else "before"
        raise Malformed(line, f"the cue ends {word} its beginning", "Put the earlier time first.")
    return times[0], times[1], rest.strip()


def write_time(seconds: Fraction, separator: str) -> str:
    """Such as `01:02:03.004`, rounded down."""
    rest, milliseconds = divmod(math.floor(seconds * 1000), 1000)
    minutes, rest = divmod(rest, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}{separator}{milliseconds:03}"


def _seconds(text: str, line: int, stamp: re.Pattern[str], example: str) -> Fraction:
    match = stamp.fullmatch(text)
    if match is None:
        raise Malformed(line, f"{text or 'nothing'!r} is not a time", f"Write it like {example}.")
    hours, minutes, seconds, fraction = match.groups()
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + Fraction(int(fraction), 10 ** len(fraction))
