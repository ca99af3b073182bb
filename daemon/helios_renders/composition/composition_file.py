"""`composition.json`: what the file beside a page says of it, with the place of each value in the text."""

import json
from pathlib import Path
from typing import Any

import attrs

from helios_renders.composition.audio_track import AudioTrack, parse_audio_tracks
from helios_renders.composition.values import Dimensions
from helios_renders.errors import InvalidOption, NotAComposition

FILE_NAME = "composition.json"
NUMBERS = ("width", "height", "fps", "duration")
ADVICE = (
    "It holds an object with width, height, fps, duration (seconds), defaultProps, audioTracks and subtitles "
    "(a file)."
)

_SPACE = " \t\n\r"


@attrs.frozen
class CompositionFile:
    """A `composition.json` beside the page."""

    dimensions: Dimensions = attrs.field(factory=Dimensions)
    default_props: dict[str, Any] = attrs.field(factory=dict)
    audio_tracks: tuple[AudioTrack, ...] = ()
    """Their files lie beside the page, unless their paths are absolute."""
    subtitles: str | None = None
    """A path from the page's folder on, `page` or `none`."""


@attrs.frozen
class Member:
    """A key with its value, and where the two begin and end in the text."""

    key: str
    value: Any
    key_span: tuple[int, int]
    span: tuple[int, int]


def read_composition_file(page: Path) -> CompositionFile:
    """The `composition.json` beside a page, or an empty one; raises NotAComposition for a bad one."""
    path = page.parent / FILE_NAME
    if not path.is_file():
        return CompositionFile()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise NotAComposition(f"{path} cannot be read: {error}.", ADVICE) from None
    found = {member.key: member for member in members(text, str(path))}
    for member in found.values():
        check_member(member, str(path))
    numbers = {name: found[name].value for name in NUMBERS if name in found}
    props = found["defaultProps"].value if "defaultProps" in found else None
    tracks = found["audioTracks"].value if "audioTracks" in found else None
    subtitles = found["subtitles"].value if "subtitles" in found else None
    return CompositionFile(
        Dimensions(**numbers),
        props or {},
        parse_audio_tracks(tracks or (), page.parent),
        subtitles or None,
    )


def members(text: str, place: str) -> tuple[Member, ...]:
    """The members of the object in the text; raises NotAComposition, whose cause has the position."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAComposition(f"{place} cannot be read: {error}.", ADVICE) from error
    if not isinstance(data, dict):
        raise NotAComposition(f"{place} holds no object.", ADVICE)
    return tuple(_walk(text))


def check_member(member: Member, place: str) -> None:
    """Raises NotAComposition when a value has the wrong type; null stands for nothing said."""
    value = member.value
    if value is None:
        return
    if member.key in NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise NotAComposition(f"{place} has {member.key} {value!r}, which is not a number.", ADVICE)
    if member.key == "defaultProps" and value and not isinstance(value, dict):
        raise NotAComposition(f"{place} has defaultProps that are not an object.", ADVICE)
    if member.key == "subtitles" and not isinstance(value, str):
        raise NotAComposition(f"{place} has subtitles {value!r}, which is not the name of a file.", ADVICE)
    if member.key == "audioTracks":
        try:
            parse_audio_tracks(value, Path())
        except InvalidOption as error:
            raise NotAComposition(f"{error.message} (from {place})", error.advice) from None


def _walk(text: str) -> list[Member]:
    """The members of a text that is known to be one JSON object."""
    decoder = json.JSONDecoder()
    found: list[Member] = []
    at = _past(text, text.index("{") + 1, _SPACE)
    while text[at] != "}":
        key, key_end = decoder.raw_decode(text, at)
        start = _past(text, key_end, _SPACE + ":")
        value, end = decoder.raw_decode(text, start)
        found.append(Member(key, value, (at, key_end), (start, end)))
        at = _past(text, end, _SPACE + ",")
    return found


def _past(text: str, at: int, skipped: str) -> int:
    while text[at] in skipped:
        at += 1
    return at
