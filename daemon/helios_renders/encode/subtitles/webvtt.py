"""WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format")."""

import re
from collections.abc import Iterable
from fractions import Fraction
from html import unescape
from typing import cast

import attrs

from helios_renders.encode.subtitles.blocks import (
    ARROW,
    Block,
    Malformed,
    read_blocks,
    read_times,
    write_time,
)
from helios_renders.encode.subtitles.cue import Align, Anchor, Cue, Placement
from helios_renders.encode.subtitles.markup import parse_markup, write_markup

_STAMP = re.compile(r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})", re.ASCII)
_EXAMPLE = "00:01:02.500"
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z]*)[^>]*(?:>|$)")
_OTHERS = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,9})?)%", re.ASCII)
_LINE = re.compile(r"-?\d{1,4}", re.ASCII)
_ALIGN: dict[str, Align] = {
    "start": "left",
    "left": "left",
    "center": "center",
    "end": "right",
    "right": "right",
}
_ANCHORS = ("start", "center", "end")


def parse_webvtt(text: str) -> tuple[Cue, ...]:
    """The cues of a file, without those that show nothing; raises Malformed.

    Kept are the tags b, i and u and the settings line, position and align. Other tags and settings are left
    out, also wrong ones, as the standard asks of readers.
    """
    blocks = list(read_blocks(text, blank=""))
    if not blocks or not re.match(r"WEBVTT(\s|$)", blocks[0].lines[0]) or blocks[0].first != 1:
        raise Malformed(1, "the file does not begin with WEBVTT", "Write WEBVTT and a blank line first.")
    header = [line for line in blocks[0].lines if ARROW in line]
    if header:
        line = blocks[0].first + blocks[0].lines.index(header[0])
        raise Malformed(line, "a cue begins within the header", "Put a blank line before it.")
    return tuple(cue for block in blocks[1:] for cue in _read(block))


def write_webvtt(cues: Iterable[Cue]) -> str:
    """A file of cues."""
    return "WEBVTT\n" + "".join(
        f"\n{write_time(cue.start, '.')} --> {write_time(cue.end, '.')}{_settings(cue.placement)}\n"
        f"{write_markup(cue.lines, _escape)}\n"
        for cue in cues
    )


def _read(block: Block) -> list[Cue]:
    lines, first = block.lines, block.first
    times = next((at for at, line in enumerate(lines[:2]) if ARROW in line), None)
    if times is None:
        if _OTHERS.match(lines[0]):
            return []
        raise Malformed(
            first, "a cue has no times", f"Write them above its text, such as {_EXAMPLE} --> 00:01:04.000."
        )
    start, end, settings = read_times(lines[times], first + times, _STAMP, _EXAMPLE)
    for number, line in enumerate(lines[times + 1 :], first + times + 1):
        if ARROW in line:
            raise Malformed(number, f"a cue's text holds {ARROW}", "Put a blank line before a cue.")
    shown = parse_markup("\n".join(lines[times + 1 :]), _TAG, unescape)
    return [Cue(start, end, shown, _placement(settings))] if shown else []


def _placement(settings: str) -> Placement:
    placement = Placement()
    for setting in settings.split():
        name, _, value = setting.partition(":")
        value, _, anchor = value.partition(",")
        percent = _percent(value)
        if name == "align" and value in _ALIGN:
            placement = attrs.evolve(placement, align=_ALIGN[value])
        elif name == "position" and percent is not None:
            placement = attrs.evolve(placement, position=percent)
        elif name == "line" and (percent is not None or _LINE.fullmatch(value)):
            line = int(value) if percent is None else None
            edge = cast(Anchor, anchor) if anchor in _ANCHORS else "start"
            placement = attrs.evolve(placement, line=line, top=percent, anchor=edge)
    return placement


def _percent(text: str) -> Fraction | None:
    match = _PERCENT.fullmatch(text)
    return Fraction(match[1]) if match is not None and Fraction(match[1]) <= 100 else None


def _settings(placement: Placement) -> str:
    found = []
    line = placement.line if placement.top is None else _number(placement.top)
    if line is not None:
        anchor = "" if placement.anchor == "start" else f",{placement.anchor}"
        found.append(f"line:{line}{anchor}")
    if placement.position is not None:
        found.append(f"position:{_number(placement.position)}")
    if placement.align != "center":
        found.append(f"align:{placement.align}")
    return "".join(f" {each}" for each in found)


def _number(percent: Fraction) -> str:
    return f"{float(percent):.9f}".rstrip("0").rstrip(".") + "%"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
