"""What a render is asked to do, checked once, for the terminal and the editor alike."""

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import attrs

from helios_renders.capture.launch_options import Gpu
from helios_renders.composition.audio_track import AudioTrack
from helios_renders.composition.frame_rate import FrameRate, exact_number
from helios_renders.composition.source import is_address
from helios_renders.composition.spec import Size
from helios_renders.encode.subtitles.style import DEFAULT_STYLE, SubtitleStyle
from helios_renders.errors import InvalidOption
from helios_renders.render.concurrency import MAX_CONCURRENCY
from helios_renders.render.encoding import Encoding, EncodingRequest, resolve_encoding
from helios_renders.render.encoding_values import whole_number
from helios_renders.render.output_pattern import DEFAULT_PATTERN
from helios_renders.render.subtitle_options import SubtitleMode

EvenRule = Literal["error", "pad", "crop"]
Network = Literal["allow", "local"]
SURFACES = ("auto", "canvas", "element", "begin-frame", "screenshot")
MAX_SIDE = 16384
MAX_AREA = 139_264 * 256
"""The largest frame of H.264 level 6.2 in pixels (ITU-T H.264, table A-1: 139264 macroblocks)."""
MAX_SECONDS = 24 * 3600
MIN_SCALE, MAX_SCALE = 25, 100
"""Percent of the composition's size."""
MAX_PIXEL_RATIO = 4
RATIO_STEPS = 4
"""The steps of a pixel ratio within 1, which are exact in binary."""
MIN_LOUDNESS, MAX_LOUDNESS = -60, -5
"""LUFS."""


@attrs.frozen
class FrameRange:
    """Frames `[start, end)` of the composition."""

    start: int
    end: int | None
    """None means the composition's end."""


@attrs.frozen(kw_only=True)
class DistributedRenderOptions:
    """One render, every value checked; None means "as the composition says"."""

    composition: str
    output: Path | None = None
    output_folder: Path | None = None
    output_name: str = DEFAULT_PATTERN
    """The pattern of the name in `output_folder`, without the ending."""
    preset_name: str = ""
    """What `{preset}` stands for in the pattern."""
    concurrency: int | Literal["auto"] = 1
    force_concurrency: bool = False
    size: Size | None = None
    scale: int = MAX_SCALE
    """The video's size in percent of the frames'."""
    pixel_ratio: float = 1.0
    """How many pixels of a frame a CSS pixel of the page is wide and high."""
    fps: FrameRate | None = None
    duration: Fraction | None = None
    """Seconds."""
    range: FrameRange | None = None
    props: Mapping[str, Any] = attrs.field(factory=dict)
    surface: str = "auto"
    format: str | None = None
    """None for the one that the output's suffix names."""
    codec: str | None = None
    crf: int | None = None
    bitrate: int | None = None
    """Bits a second, in place of the CRF."""
    preset: str | None = None
    encoder: str | None = None
    """A graphics card's encoder by its name; None for the codec's own."""
    gop: int | None = None
    """Frames from one key frame to the next."""
    pixel_format: str | None = None
    transparent: bool = False
    audio_codec: str | None = None
    audio_bitrate: int | None = None
    """Bits a second."""
    even: EvenRule = "error"
    overwrite: bool = False
    allow_page_errors: bool = False
    cache: bool = True
    """Whether chunks of earlier renders are used, and new ones kept."""
    job: str = ""
    """The job's id, by which a job that goes on knows its own chunks."""
    root: Path | None = None
    browser: Path | None = None
    ffmpeg: Path | None = None
    ready_timeout: float = 30.0
    """Seconds a page may take to load, and to come to rest at a frame."""
    network: Network = "allow"
    """`local` keeps the page from all but its own files."""
    audio: bool = True
    """Whether what the page plays is heard, and the tracks of its composition.json."""
    audio_tracks: tuple[AudioTrack, ...] = ()
    """What is heard in any case."""
    loudness: float | None = None
    """The integrated loudness to reach, in LUFS."""
    limiter: bool = False
    gpu: Gpu = "auto"
    """`off` draws without a graphics card; `on` fails where none draws."""
    subtitles: str | None = None
    """A file's absolute path, `page` or `none`; None for what composition.json names."""
    subtitle_mode: SubtitleMode = "burn"
    subtitle_style: SubtitleStyle = DEFAULT_STYLE
    subtitle_language: str = "und"
    """Of a track; three letters (ISO 639-2), `und` for an undetermined one."""

    def __attrs_post_init__(self) -> None:
        if self.network == "local" and is_address(self.composition):
            raise InvalidOption(
                f"The network is local, and {self.composition} is on a server of its own.",
                "Give a page or a folder of this machine, or allow the network.",
            )
        if self.output is not None and self.output_name != DEFAULT_PATTERN:
            raise InvalidOption(
                f"The output is the file {self.output}, and its name is to be {self.output_name}.",
                "Give the file, or a folder and the name in it.",
            )
        kind = self.encoding.format
        if self.audio_tracks and not kind.audio_codecs:
            raise InvalidOption(
                f"Audio tracks are given, and {kind.label} carries no sound.", "Choose another format."
            )

    @property
    def encoding(self) -> Encoding:
        """How the file is encoded; raises InvalidOption for what cannot go together."""
        return resolve_encoding(
            EncodingRequest(
                format=self.format,
                codec=self.codec,
                crf=self.crf,
                bitrate=self.bitrate,
                preset=self.preset,
                encoder=self.encoder,
                gop=self.gop,
                pixel_format=self.pixel_format,
                transparent=self.transparent,
                audio_codec=self.audio_codec,
                audio_bitrate=self.audio_bitrate,
                output=self.output,
                is_one_frame=self.range is not None and self.range.end == self.range.start + 1,
            )
        )


def parse_concurrency(value: object) -> int | Literal["auto"]:
    """1 to 32 or `auto`; raises InvalidOption."""
    if value is None:
        return 1
    if isinstance(value, str) and value.strip() == "auto":
        return "auto"
    number = whole_number(value)
    if number is None or not 1 <= number <= MAX_CONCURRENCY:
        raise InvalidOption(
            f"Concurrency is {value}.",
            f"Give a whole number of workers from 1 to {MAX_CONCURRENCY}, or auto.",
        )
    return number


def parse_size(value: object) -> Size:
    """`"1920x1080"` in pixels; raises InvalidOption."""
    if isinstance(value, Size):
        size = value
    else:
        match = re.fullmatch(r"\s*(\d{1,9})\s*[xX×]\s*(\d{1,9})\s*", str(value))
        if match is None:
            raise InvalidOption(f"Size is {value}.", "Give width and height in pixels, such as 1920x1080.")
        size = Size(int(match[1]), int(match[2]))
    if not (1 <= size.width <= MAX_SIDE and 1 <= size.height <= MAX_SIDE):
        raise InvalidOption(f"Size is {size}.", f"Each side may have 1 to {MAX_SIDE} pixels.")
    if size.width * size.height > MAX_AREA:
        raise InvalidOption(
            f"Size is {size}, {size.width * size.height / 1e6:.0f} megapixels.",
            f"Give at most {MAX_AREA / 1e6:.1f} megapixels, such as 8192x4320.",
        )
    return size


def parse_duration(value: object) -> Fraction:
    """Seconds as an exact number; raises InvalidOption."""
    seconds = _fraction(value)
    if seconds is None or not 0 < seconds <= MAX_SECONDS:
        raise InvalidOption(
            f"Duration is {value}.", f"Give a number of seconds above 0 and up to {MAX_SECONDS}."
        )
    return seconds


def parse_range(value: object) -> FrameRange:
    """`"37:212"`, `"37:"` or `":212"`, frames `[in, out)`; raises InvalidOption."""
    match = re.fullmatch(r"\s*(\d{0,9})\s*:\s*(\d{0,9})\s*", str(value))
    if match is None:
        raise InvalidOption(
            f"Range is {value}.", "Give the first frame and the frame after the last, such as 37:212."
        )
    start, end = int(match[1] or 0), int(match[2]) if match[2] else None
    if end is not None and end < start:
        raise InvalidOption(f"Range is {value}, which ends before it starts.", f"Did you mean {end}:{start}?")
    if end == start:
        raise InvalidOption(f"Range is {value}, which holds no frame.", f"Try {start}:{start + 1}.")
    return FrameRange(start, end)


def parse_props(value: object) -> dict[str, Any]:
    """Input props as JSON text or an object; raises InvalidOption."""
    if value is None:
        return {}
    if isinstance(value, str):
        try:
            value = json.loads(value, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            raise _bad_props(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
        except RecursionError:
            raise _bad_props("it is nested too deeply") from None
        except ValueError:
            # Python's limit for the digits of a whole number.
            raise _bad_props("it holds a number with too many digits") from None
    if not isinstance(value, Mapping):
        raise InvalidOption(
            f"The props are {_kind(value)}, not an object.", 'Give an object such as {"title": "Hello"}.'
        )
    return dict(value)


def _refuse_constant(name: str) -> None:
    # Python reads and writes them; JSON has none of them, and a page could not read the plan.
    raise _bad_props(f"it holds {name}")


def _bad_props(why: str) -> InvalidOption:
    return InvalidOption(
        f"The props are not JSON: {why}.", 'Give an object such as {"title": "Hello"}, or @file.json.'
    )


def parse_scale(value: object) -> int:
    """Percent of the composition's size, 25 to 100; raises InvalidOption."""
    number = whole_number(value)
    if number is None or not MIN_SCALE <= number <= MAX_SCALE:
        raise InvalidOption(
            f"Scale is {value}.", f"Give a whole number of percent from {MIN_SCALE} to {MAX_SCALE}."
        )
    return number


def parse_pixel_ratio(value: object) -> float:
    """Pixels to a CSS pixel, 1 to 4 in quarters; raises InvalidOption."""
    ratio = _fraction(value)
    if ratio is None or not 1 <= ratio <= MAX_PIXEL_RATIO or (ratio * RATIO_STEPS).denominator != 1:
        raise InvalidOption(
            f"Pixel ratio is {value}.",
            f"Give a number from 1 to {MAX_PIXEL_RATIO} in steps of {1 / RATIO_STEPS:g}, such as 2 or 1.5.",
        )
    return float(ratio)


def parse_loudness(value: object) -> float:
    """LUFS, -60 to -5; raises InvalidOption."""
    loudness = _fraction(value)
    if loudness is None or not MIN_LOUDNESS <= loudness <= MAX_LOUDNESS:
        raise InvalidOption(
            f"Loudness is {value}.",
            f"Give a number of LUFS from {MIN_LOUDNESS} to {MAX_LOUDNESS}, such as -16 or -23.",
        )
    return float(loudness)


def parse_choice(name: str, value: object, choices: tuple[str, ...]) -> str:
    """One of the listed words; raises InvalidOption."""
    if value not in choices:
        raise InvalidOption(f"{name} is {value}.", f"Choose one of {', '.join(choices)}.")
    return str(value)


def _fraction(value: object) -> Fraction | None:
    try:
        return exact_number(value)
    except ValueError:
        return None


def _kind(value: object) -> str:
    names = {list: "a list", bool: "true or false", int: "a number", float: "a number", str: "text"}
    return names.get(type(value), "null" if value is None else type(value).__name__)
