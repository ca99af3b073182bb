"""A sound that is given beside the page: a file, and where it stands on the composition's time line."""

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from helios_renders.composition.frame_rate import shown
from helios_renders.errors import InvalidOption
from helios_renders.wire import camel

MAX_SECONDS = 24 * 3600
MAX_VOLUME = 10
MIN_RATE, MAX_RATE = 0.0625, 16
"""The playback rates that Chromium plays."""
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "volume": (0, MAX_VOLUME),
    "offset": (0, MAX_SECONDS),
    "seek": (0, MAX_SECONDS),
    "fade_in": (0, MAX_SECONDS),
    "fade_out": (0, MAX_SECONDS),
    "playback_rate": (MIN_RATE, MAX_RATE),
}


@attrs.frozen
class AudioTrack:
    """One track; times in seconds."""

    path: Path
    volume: float = 1.0
    """A factor."""
    offset: float = 0.0
    """When it begins in the composition."""
    seek: float = 0.0
    """Where it begins in the file."""
    fade_in: float = 0.0
    fade_out: float = 0.0
    """How long it takes to end, at its own end or the composition's."""
    loop: bool = False
    playback_rate: float = 1.0


KEYS = tuple(camel(field.name) for field in attrs.fields(AudioTrack))
ADVICE = f"Give a file, or an object with {', '.join(KEYS)}; path is the file, all else can be left out."


def parse_audio_tracks(value: object, folder: Path) -> tuple[AudioTrack, ...]:
    """A list of tracks, as `parse_audio_track` reads each; raises InvalidOption."""
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise InvalidOption(f"The audio tracks are {value!r}, which is no list.", ADVICE)
    return tuple(parse_audio_track(each, folder) for each in value)


def parse_audio_track(value: object, folder: Path) -> AudioTrack:
    """A file's path, an object or its JSON text; a relative path lies in `folder`; raises InvalidOption."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise InvalidOption(f"The audio track {value} is not JSON: {error}.", ADVICE) from None
    fields = value if isinstance(value, Mapping) else {"path": value}
    unknown = [str(key) for key in fields if key not in KEYS]
    if unknown:
        raise InvalidOption(f"An audio track has {', '.join(unknown)}, which is not known.", ADVICE)
    path = _path(fields.get("path"), folder)
    known = {name: _number(path, name, fields[camel(name)]) for name in _BOUNDS if camel(name) in fields}
    loop = fields.get("loop", False)
    if not isinstance(loop, bool):
        raise InvalidOption(f"The audio track {path} has loop {loop!r}.", "Give true or false.")
    return AudioTrack(path, loop=loop, **known)


def audio_track_json(track: AudioTrack) -> dict[str, Any]:
    """The object that `parse_audio_track` reads back, without what is the default."""
    fields = attrs.asdict(track, filter=lambda field, value: value != field.default)
    return {camel(name): str(value) if name == "path" else value for name, value in fields.items()}


def _path(value: object, folder: Path) -> Path:
    try:
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            raise ValueError
        value.encode()
    except ValueError:
        raise InvalidOption(f"An audio track has the path {value!a}.", ADVICE) from None
    try:
        path = Path(value).expanduser()
    except RuntimeError:
        path = Path(value)
    return (folder / path).absolute()


def _number(path: Path, name: str, value: object) -> float:
    low, high = _BOUNDS[name]
    number = math.nan if isinstance(value, bool) or not isinstance(value, int | float) else value
    if not low <= number <= high:
        raise InvalidOption(
            f"The audio track {path} has {camel(name)} {shown(value)}.",
            f"Give a number from {low:g} to {high:g}.",
        )
    return float(number)
