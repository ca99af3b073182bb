"""SubRip: numbered cues, times with a comma, and a few tags that all players know."""

import re
from collections.abc import Iterable
from fractions import Fraction

from helios_renders.encode.subtitles.blocks import ARROW, Malformed, read_blocks, read_times, write_time
from helios_renders.encode.subtitles.cue import Align, Cue, Line, Placement
from helios_renders.encode.subtitles.markup import parse_markup, write_markup

_STAMP = re.compile(r"(\d{1,4}):([0-5]\d):([0-5]\d)[,.](\d{1,3})", re.ASCII)
_EXAMPLE = "00:01:02,500"
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[biu]|font)\b[^<>]*>|\{\\[^{}]*\}", re.IGNORECASE)
_PLACE = re.compile(r"\{\\an([1-9])\}")
_COLUMNS: tuple[Align, ...] = ("left", "center", "right")
_ROWS = (Placement(), Placement(top=Fraction(50), anchor="center"), Placement(line=0))
_JOINER = "\u2060"
"""Is not seen, and keeps what looks like a tag from being one; the format has no escapes."""


def parse_srt(text: str) -> tuple[Cue, ...]:
    """The cues of a file, without those that show nothing; raises Malformed.

    Kept are the tags b, i and u, and `{\\an1}` to `{\\an9}`, which place a cue as on a keypad.
    """
    return tuple(cue for block in read_blocks(text, blank=" \t") for cue in _read(block.first, block.lines))


def parse_srt_text(text: str) -> tuple[tuple[Line, ...], Placement]:
    """What a cue's text shows, and where."""
    place = _PLACE.search(text)
    return parse_markup(text, _TAG), Placement() if place is None else _placement(int(place[1]))


def write_srt(cues: Iterable[Cue]) -> str:
    """A file of cues; of their places it keeps which of nine is nearest."""
    return "\n".join(
        f"{number}\n{write_time(cue.start, ',')} --> {write_time(cue.end, ',')}\n"
        f"{_place_tag(cue.placement)}{write_markup(cue.lines, _escape)}\n"
        for number, cue in enumerate(cues, 1)
    )


def _read(first: int, lines: tuple[str, ...]) -> list[Cue]:
    has_number = ARROW not in lines[0] and re.fullmatch(r"\s*\d+\s*", lines[0]) is not None
    times = int(has_number)
    if times == len(lines) or ARROW not in lines[times]:
        raise Malformed(
            first + min(times, len(lines) - 1),
            "a cue has no times",
            f"Write them between its number and its text, such as {_EXAMPLE} --> 00:01:04,000.",
        )
    start, end, _ = read_times(lines[times], first + times, _STAMP, _EXAMPLE)
    text = lines[times + 1 :]
    for number, line in enumerate(text, first + times + 1):
        if _STAMP.match(line.strip()) and ARROW in line:
            raise Malformed(number, "a cue begins within another", "Put a blank line between them.")
    shown, placement = parse_srt_text("\n".join(text))
    return [Cue(start, end, shown, placement)] if shown else []


def _placement(key: int) -> Placement:
    row, column = divmod(key - 1, 3)
    at = _ROWS[row]
    return Placement(_COLUMNS[column], None, at.line, at.top, at.anchor)


def _place_tag(placement: Placement) -> str:
    row = 0
    if placement.line is not None:
        row = 2 if placement.line >= 0 else 0
    elif placement.top is not None:
        row = 2 - min(2, int(placement.top * 3 / 100))
    key = row * 3 + _COLUMNS.index(placement.align) + 1
    return "" if key == 2 else f"{{\\an{key}}}"


def _escape(text: str) -> str:
    return _TAG.sub(lambda tag: tag[0][0] + _JOINER + tag[0][1:], text)
