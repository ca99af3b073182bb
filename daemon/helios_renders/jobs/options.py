"""What somebody asks for, as typed or as it came in JSON, and the one way from there to checked options."""

import math
from pathlib import Path
from typing import Any, cast, get_args

import attrs

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.errors import InvalidOption
from helios_renders.render.options import (
    PRESETS,
    SURFACES,
    DistributedRenderOptions,
    EvenRule,
    Network,
    parse_choice,
    parse_concurrency,
    parse_crf,
    parse_duration,
    parse_props,
    parse_range,
    parse_size,
)

MAX_READY_SECONDS = 3600


@attrs.frozen(kw_only=True)
class StartRenderOptions:
    """One render as it was asked for: JSON values or the terminal's text; None means "not said"."""

    composition: str
    output: str | Path | None = None
    output_folder: str | Path | None = None
    concurrency: Any = None
    range: Any = None
    fps: Any = None
    size: Any = None
    duration: Any = None
    props: Any = None
    """A JSON object, its text, or `@FILE` with the name of a file that holds it."""
    surface: Any = None
    crf: Any = None
    preset: Any = None
    even: Any = None
    overwrite: bool = False
    force_concurrency: bool = False
    allow_page_errors: bool = False
    cache: bool = True
    root: str | Path | None = None
    browser: str | Path | None = None
    ffmpeg: str | Path | None = None
    ready_timeout: Any = None
    """Seconds."""
    network: Any = None
    """`allow` or `local`."""

    def checked(self) -> DistributedRenderOptions:
        """The same request, every value checked without the page or the browser; raises InvalidOption."""
        values: dict[str, Any] = {
            "output": _path("output", self.output),
            "output_folder": _path("output folder", self.output_folder),
            "concurrency": parse_concurrency(self.concurrency),
            "range": None if self.range is None else parse_range(self.range),
            "fps": None if self.fps is None else FrameRate.parse(self.fps),
            "size": None if self.size is None else parse_size(self.size),
            "duration": None if self.duration is None else parse_duration(self.duration),
            "props": parse_props(_read_props(self.props)),
            "surface": None if self.surface is None else parse_choice("Surface", self.surface, SURFACES),
            "crf": None if self.crf is None else parse_crf(self.crf),
            "preset": None if self.preset is None else parse_choice("Preset", self.preset, PRESETS),
            "even": None if self.even is None else _parse_even(self.even),
            "root": _path("root", self.root),
            "browser": _path("browser", self.browser),
            "ffmpeg": _path("ffmpeg", self.ffmpeg),
            "ready_timeout": None if self.ready_timeout is None else _parse_timeout(self.ready_timeout),
            "network": None if self.network is None else _parse_network(self.network),
        }
        return DistributedRenderOptions(
            composition=self.composition,
            overwrite=self.overwrite,
            force_concurrency=self.force_concurrency,
            allow_page_errors=self.allow_page_errors,
            cache=self.cache,
            **{name: value for name, value in values.items() if value is not None},
        )


def _parse_even(value: object) -> EvenRule:
    return cast(EvenRule, parse_choice("Even", value, get_args(EvenRule)))


def _parse_network(value: object) -> Network:
    return cast(Network, parse_choice("Network", value, get_args(Network)))


def _parse_timeout(value: object) -> float:
    try:
        seconds = math.nan if isinstance(value, bool) else float(str(value))
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= MAX_READY_SECONDS:
        raise InvalidOption(
            f"Timeout is {value}.", f"Give a number of seconds above 0 and up to {MAX_READY_SECONDS}."
        )
    return seconds


def _path(name: str, value: str | Path | None) -> Path | None:
    if value is None or isinstance(value, Path):
        return value
    if not value.strip():
        raise InvalidOption(f"The {name} is empty.", "Give a path, or leave it out.")
    try:
        # A lone surrogate from JSON, or a NUL, is refused by every file system call.
        value.encode()
        if "\0" in value:
            raise ValueError
    except ValueError:
        raise InvalidOption(
            f"The {name} {value!a} holds a character that no path can have.", "Give another path."
        ) from None
    try:
        return Path(value).expanduser()
    except RuntimeError:
        return Path(value)


def _read_props(value: object) -> object:
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    path = _path("props file", value[1:])
    assert path is not None
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InvalidOption(
            f"The props file {path} cannot be read: {why}.", "Name a file with a JSON object, as @FILE."
        ) from None
