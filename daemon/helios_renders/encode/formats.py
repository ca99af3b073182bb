"""The formats of finished files, as data: containers, codecs, and what each of them can carry."""

from pathlib import Path
from typing import Literal

import attrs

from helios_renders.encode import codecs
from helios_renders.encode.codecs import AudioCodec, Codec
from helios_renders.errors import InvalidOption

Kind = Literal["video", "frames", "still", "sound"]


@attrs.frozen(kw_only=True)
class Format:
    """A kind of finished file, or of a folder with one file for each frame."""

    name: str
    label: str
    description: str
    """One plain sentence: what it is good for."""
    kind: Kind = "video"
    """`frames` is a folder of numbered pictures, `still` a picture of exactly one frame, `sound` has none."""
    suffix: str
    """Of the file, or of each picture in the folder, with its dot."""
    container: str
    """ffmpeg's name of it, for writing and for reading."""
    codecs: tuple[Codec, ...]
    """The first one is the default."""
    is_whole: bool = False
    """Whether all frames are encoded together at the end, because each depends on all others."""
    max_fps: int | None = None
    audio_codecs: tuple[AudioCodec, ...] = ()
    """None where there can be no sound; the first one is the default."""
    subtitle_codec: str | None = None
    """ffmpeg's encoder of a subtitle track; None where there can be none."""

    @property
    def output_suffix(self) -> str:
        """What the output's name ends in; nothing for a folder."""
        return "" if self.kind == "frames" else self.suffix

    def codec(self, name: str | None, *, transparent: bool = False) -> Codec:
        """The codec of a name, or the first that can do it; raises InvalidOption when none can."""
        named = [codec for codec in self.codecs if name in (None, codec.name)]
        if not named:
            names = ", ".join(codec.name for codec in self.codecs)
            raise InvalidOption(
                f"Codec is {name}, and {self.label} cannot carry it.", f"Choose one of {names}."
            )
        fitting = [codec for codec in named if codec.alpha_pixel_formats or not transparent]
        if not fitting:
            raise InvalidOption(
                f"Transparency was asked for, and {self.label} with {named[0].label} carries none.",
                f"Choose one of {', '.join(_transparent())}.",
            )
        return fitting[0]

    def audio_codec(self, name: str | None) -> AudioCodec | None:
        """The audio codec of a name, or the default; raises InvalidOption for one that it cannot carry."""
        if name is None:
            return next(iter(self.audio_codecs), None)
        for codec in self.audio_codecs:
            if codec.name == name:
                return codec
        names = ", ".join(codec.name for codec in self.audio_codecs)
        advice = (
            f"Choose one of {names}." if names else "Leave the audio codec out, or choose another format."
        )
        raise InvalidOption(f"Audio codec is {name}, and {self.label} cannot carry it.", advice)


MP4 = Format(
    name="mp4",
    label="MP4",
    description="Plays everywhere.",
    suffix=".mp4",
    container="mp4",
    codecs=(codecs.H264, codecs.H265, codecs.AV1),
    audio_codecs=(codecs.AAC, codecs.OPUS),
    subtitle_codec="mov_text",
)
WEBM = Format(
    name="webm",
    label="WebM",
    description="For web pages; can be transparent.",
    suffix=".webm",
    container="webm",
    codecs=(codecs.VP9, codecs.AV1),
    audio_codecs=(codecs.OPUS,),
    subtitle_codec="webvtt",
)
MOV = Format(
    name="mov",
    label="MOV",
    description="For editing; ProRes 4444 can be transparent.",
    suffix=".mov",
    container="mov",
    codecs=(codecs.PRORES, codecs.PRORES_4444, codecs.H264),
    audio_codecs=(codecs.PCM, codecs.AAC),
    subtitle_codec="mov_text",
)
GIF = Format(
    name="gif",
    label="GIF",
    description="A short loop of 256 colours that every place shows.",
    suffix=".gif",
    container="gif",
    codecs=(codecs.GIF,),
    is_whole=True,
    max_fps=50,
)
WEBP = Format(
    name="webp",
    label="Animated WebP",
    description="A loop in all colours, much smaller than a GIF.",
    suffix=".webp",
    container="webp",
    codecs=(codecs.WEBP,),
    is_whole=True,
)
APNG = Format(
    name="apng",
    label="APNG",
    description="A loop without any loss, and large.",
    suffix=".apng",
    container="apng",
    codecs=(codecs.APNG,),
    is_whole=True,
)
PNG_SEQUENCE = Format(
    name="png-sequence",
    label="PNG Sequence",
    description="A folder with every frame as a picture, without any loss.",
    kind="frames",
    suffix=".png",
    container="mov",
    codecs=(codecs.PNG,),
)
JPEG_SEQUENCE = Format(
    name="jpeg-sequence",
    label="JPEG Sequence",
    description="A folder with every frame as a small picture.",
    kind="frames",
    suffix=".jpg",
    container="mov",
    codecs=(codecs.JPEG,),
)
WEBP_SEQUENCE = Format(
    name="webp-sequence",
    label="WebP Sequence",
    description="A folder with every frame as a very small picture.",
    kind="frames",
    suffix=".webp",
    container="mov",
    codecs=(codecs.WEBP,),
    is_whole=True,
)
PNG = Format(
    name="png",
    label="PNG",
    description="One frame as a picture, without any loss.",
    kind="still",
    suffix=".png",
    container="mov",
    codecs=(codecs.PNG,),
)
JPEG = Format(
    name="jpeg",
    label="JPEG",
    description="One frame as a small picture.",
    kind="still",
    suffix=".jpg",
    container="mov",
    codecs=(codecs.JPEG,),
)
WEBP_STILL = Format(
    name="webp-still",
    label="WebP",
    description="One frame as a very small picture.",
    kind="still",
    suffix=".webp",
    container="mov",
    codecs=(codecs.WEBP,),
    is_whole=True,
)
WAV = Format(
    name="wav",
    label="WAV",
    description="The sound alone, without any loss.",
    kind="sound",
    suffix=".wav",
    container="wav",
    codecs=(codecs.NO_PICTURES,),
    audio_codecs=(codecs.PCM,),
)
M4A = Format(
    name="m4a",
    label="M4A",
    description="The sound alone, small, for every player.",
    kind="sound",
    suffix=".m4a",
    container="ipod",
    codecs=(codecs.NO_PICTURES,),
    audio_codecs=(codecs.AAC,),
)
OPUS = Format(
    name="opus",
    label="Opus",
    description="The sound alone, very small.",
    kind="sound",
    suffix=".opus",
    container="opus",
    codecs=(codecs.NO_PICTURES,),
    audio_codecs=(codecs.OPUS,),
)
FLAC = Format(
    name="flac",
    label="FLAC",
    description="The sound alone, without any loss, and smaller than a WAV.",
    kind="sound",
    suffix=".flac",
    container="flac",
    codecs=(codecs.NO_PICTURES,),
    audio_codecs=(codecs.FLAC,),
)
FORMATS = (
    *(MP4, WEBM, MOV, GIF, WEBP, APNG, PNG_SEQUENCE, JPEG_SEQUENCE, WEBP_SEQUENCE, PNG, JPEG),
    *(WEBP_STILL, WAV, M4A, OPUS, FLAC),
)
DEFAULT_FORMAT = MP4
OUTPUT_SUFFIXES = tuple(dict.fromkeys(each.output_suffix for each in FORMATS if each.output_suffix))
"""What a finished file's name can end in."""
_OTHER_SUFFIXES = {".jpeg": JPEG}


def format_named(name: object) -> Format:
    """The format of a name; raises InvalidOption."""
    for each in FORMATS:
        if each.name == name:
            return each
    names = ", ".join(each.name for each in FORMATS)
    raise InvalidOption(f"Format is {name}.", f"Choose one of {names}.")


def formats_of(output: Path) -> tuple[Format, ...]:
    """The formats that a file of this name can have, the likeliest first; none for an unknown suffix."""
    suffix = output.suffix.lower()
    if suffix in _OTHER_SUFFIXES:
        return (_OTHER_SUFFIXES[suffix],)
    return tuple(each for each in FORMATS if suffix != "" and each.output_suffix == suffix)


def sequence_of(still: Format) -> Format:
    """The folder of pictures whose frames are such a still."""
    return next(each for each in FORMATS if each.kind == "frames" and each.suffix == still.suffix)


def _transparent() -> list[str]:
    return [each.name for each in FORMATS if any(codec.alpha_pixel_formats for codec in each.codecs)]
