"""What somebody asks for, as typed or as it came in JSON, and the one way from there to checked options."""

import math
from pathlib import Path
from typing import Any, cast, get_args

import attrs

from helios_renders.capture.launch_options import Gpu
from helios_renders.composition.audio_track import AudioTrack, parse_audio_tracks
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.encode.codecs import ALL_PIXEL_FORMATS, ALL_PRESETS, AUDIO_CODECS, VIDEO_CODECS
from helios_renders.encode.formats import format_named
from helios_renders.encode.hardware import HARDWARE
from helios_renders.encode.subtitles.style import parse_style
from helios_renders.errors import InvalidOption
from helios_renders.render.encoding_values import parse_bitrate, parse_crf, parse_gop
from helios_renders.render.options import (
    SURFACES,
    DistributedRenderOptions,
    EvenRule,
    Network,
    parse_choice,
    parse_concurrency,
    parse_duration,
    parse_loudness,
    parse_pixel_ratio,
    parse_props,
    parse_range,
    parse_scale,
    parse_size,
)
from helios_renders.render.output_pattern import parse_output_name
from helios_renders.render.subtitle_options import parse_language, parse_subtitle_mode, parse_subtitles

MAX_READY_SECONDS = 3600


@attrs.frozen(kw_only=True)
class StartRenderOptions:
    """One render as it was asked for: JSON values or the terminal's text; None means "not said"."""

    composition: str
    output: str | Path | None = None
    output_folder: str | Path | None = None
    output_name: Any = None
    """A pattern such as `{name}-{width}`."""
    preset_name: str | None = None
    concurrency: Any = None
    range: Any = None
    fps: Any = None
    size: Any = None
    scale: Any = None
    """Percent."""
    pixel_ratio: Any = None
    duration: Any = None
    props: Any = None
    """A JSON object, its text, or `@FILE` with the name of a file that holds it."""
    surface: Any = None
    format: Any = None
    codec: Any = None
    crf: Any = None
    bitrate: Any = None
    preset: Any = None
    encoder: Any = None
    gop: Any = None
    pixel_format: Any = None
    transparent: bool = False
    audio_codec: Any = None
    audio_bitrate: Any = None
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
    audio: bool = True
    audio_tracks: Any = None
    """A list of files, or of JSON objects or their texts, such as `{"path": "a.mp3", "offset": 2}`."""
    loudness: Any = None
    """LUFS."""
    limiter: bool = False
    gpu: Any = None
    """`auto`, `on` or `off`."""
    subtitles: str | Path | None = None
    """A file, or `page` for the page's captions, or `none`."""
    subtitle_mode: Any = None
    """`burn`, `track` or `sidecar`."""
    subtitle_style: Any = None
    """Such as `font=DejaVu Serif,size=8,color=#ffee00,outline=0.5`."""
    subtitle_language: Any = None

    def checked(self) -> DistributedRenderOptions:
        """The same request, every value checked without the page or the browser; raises InvalidOption."""
        return DistributedRenderOptions(
            composition=self.composition,
            overwrite=self.overwrite,
            force_concurrency=self.force_concurrency,
            allow_page_errors=self.allow_page_errors,
            cache=self.cache,
            audio=self.audio,
            limiter=self.limiter,
            transparent=self.transparent,
            **{name: value for name, value in self.parsed().items() if value is not None},
        )

    def parsed(self) -> dict[str, Any]:
        """Each value by itself, None where it was not said; raises InvalidOption."""
        subtitles, language = _path("subtitles' file", self.subtitles), self.subtitle_language
        return {
            "output": _path("output", self.output),
            "output_folder": _path("output folder", self.output_folder),
            "output_name": None if self.output_name is None else parse_output_name(self.output_name),
            "preset_name": self.preset_name,
            "concurrency": parse_concurrency(self.concurrency),
            "range": None if self.range is None else parse_range(self.range),
            "fps": None if self.fps is None else FrameRate.parse(self.fps),
            "size": None if self.size is None else parse_size(self.size),
            "scale": None if self.scale is None else parse_scale(self.scale),
            "pixel_ratio": None if self.pixel_ratio is None else parse_pixel_ratio(self.pixel_ratio),
            "duration": None if self.duration is None else parse_duration(self.duration),
            "props": parse_props(_read_props(self.props)),
            "surface": None if self.surface is None else parse_choice("Surface", self.surface, SURFACES),
            "crf": None if self.crf is None else parse_crf(self.crf),
            "format": None if self.format is None else format_named(self.format).name,
            "codec": None if self.codec is None else parse_choice("Codec", self.codec, tuple(VIDEO_CODECS)),
            "bitrate": None if self.bitrate is None else parse_bitrate(self.bitrate),
            "preset": None if self.preset is None else parse_choice("Preset", str(self.preset), ALL_PRESETS),
            "encoder": None
            if self.encoder is None
            else parse_choice("Encoder", self.encoder, tuple(HARDWARE)),
            "gop": None if self.gop is None else parse_gop(self.gop),
            "pixel_format": None
            if self.pixel_format is None
            else parse_choice("Pixel format", self.pixel_format, ALL_PIXEL_FORMATS),
            "audio_codec": None
            if self.audio_codec is None
            else parse_choice("Audio codec", self.audio_codec, tuple(AUDIO_CODECS)),
            "audio_bitrate": None if self.audio_bitrate is None else parse_bitrate(self.audio_bitrate),
            "even": None if self.even is None else _parse_even(self.even),
            "root": _path("root", self.root),
            "browser": _path("browser", self.browser),
            "ffmpeg": _path("ffmpeg", self.ffmpeg),
            "ready_timeout": None if self.ready_timeout is None else _parse_timeout(self.ready_timeout),
            "audio_tracks": _parse_tracks(self.audio_tracks),
            "loudness": None if self.loudness is None else parse_loudness(self.loudness),
            "network": None if self.network is None else _parse_network(self.network),
            "gpu": None if self.gpu is None else _parse_gpu(self.gpu),
            "subtitles": None if subtitles is None else parse_subtitles(subtitles),
            "subtitle_mode": None if self.subtitle_mode is None else parse_subtitle_mode(self.subtitle_mode),
            "subtitle_style": None if self.subtitle_style is None else parse_style(self.subtitle_style),
            "subtitle_language": None if language is None else parse_language(language),
        }


def _parse_tracks(value: object) -> tuple[AudioTrack, ...] | None:
    return None if value is None else parse_audio_tracks(value, Path.cwd())


def _parse_even(value: object) -> EvenRule:
    return cast(EvenRule, parse_choice("Even", value, get_args(EvenRule)))


def _parse_network(value: object) -> Network:
    return cast(Network, parse_choice("Network", value, get_args(Network)))


def _parse_gpu(value: object) -> Gpu:
    return cast(Gpu, parse_choice("GPU", value, get_args(Gpu)))


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
