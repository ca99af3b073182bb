"""From what was asked of a file to how it is encoded: format, codec and their numbers, checked together."""

from pathlib import Path

import attrs

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode import codecs
from helios_renders.encode.codecs import AudioCodec, Codec
from helios_renders.encode.coding import ENCODER_THREADS, has_alpha
from helios_renders.encode.formats import DEFAULT_FORMAT, Format, format_named, formats_of, sequence_of
from helios_renders.encode.hardware import HARDWARE, Hardware
from helios_renders.errors import InvalidOption

LOSSLESS_CONTAINER = "mov"
"""Of chunks that are encoded all together afterwards."""


@attrs.frozen(kw_only=True)
class EncodingRequest:
    """What was asked for; None means the default."""

    format: str | None = None
    codec: str | None = None
    crf: int | None = None
    bitrate: int | None = None
    preset: str | None = None
    encoder: str | None = None
    gop: int | None = None
    pixel_format: str | None = None
    transparent: bool = False
    audio_codec: str | None = None
    audio_bitrate: int | None = None
    output: Path | None = None
    """The finished file, whose suffix names a format too."""
    is_one_frame: bool = False
    """Whether a single frame is asked for, so that a suffix of stills and of loops means a still."""


@attrs.frozen(kw_only=True)
class Encoding:
    """How a file is encoded."""

    format: Format
    codec: Codec
    crf: int
    """0 where the codec has none."""
    bitrate: int | None
    """Bits a second, in place of the CRF."""
    preset: str
    """Empty where the codec has none."""
    hardware: Hardware | None
    """A graphics card's encoder, in place of the codec's own."""
    gop: int | None
    """Frames from one key frame to the next; None for two seconds."""
    pixel_format: str
    audio_codec: AudioCodec | None
    """None where the format carries no sound."""
    audio_bitrate: int | None

    @property
    def sound_codec(self) -> AudioCodec | None:
        """How sound is coded where there is nothing else; None for a file with pictures."""
        return self.audio_codec if self.format.kind == "sound" else None

    @property
    def is_transparent(self) -> bool:
        """Whether frames keep their alpha."""
        return has_alpha(self.pixel_format)

    @property
    def is_whole(self) -> bool:
        """Whether chunks are kept without loss, and encoded all together at the end."""
        return self.format.is_whole or self.bitrate is not None

    @property
    def chunk_codec(self) -> Codec:
        """What the workers encode to."""
        return codecs.LOSSLESS if self.is_whole else self.codec

    @property
    def chunk_container(self) -> str:
        """What the workers' files are, and the one that they are joined to."""
        return LOSSLESS_CONTAINER if self.is_whole else self.format.container

    @property
    def encoders(self) -> frozenset[str]:
        """All encoders of ffmpeg that it takes in any case."""
        if self.sound_codec is not None:
            return frozenset({self.sound_codec.encoder})
        if self.hardware is not None:
            return frozenset({self.picture_encoder})
        return frozenset({self.picture_encoder, self.chunk_codec.encoder})

    @property
    def picture_encoder(self) -> str:
        """The encoder of ffmpeg that makes the finished pictures."""
        if self.hardware is not None:
            return self.hardware.encoder(self.codec.name)
        is_file_each = self.format.kind != "video"
        return (is_file_each and self.codec.picture_encoder) or self.codec.encoder

    @property
    def sound_encoders(self) -> frozenset[str]:
        """What it takes too where a file with pictures has sound."""
        return frozenset() if self.audio_codec is None else frozenset({self.audio_codec.encoder})

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of files that are encoded so."""
        if self.hardware is None:
            return ()
        warning = (
            f"{self.hardware.label} encoded this. The bytes depend on the card and its driver, so another "
            "render of the same page need not give the same file."
        )
        return (warning,)

    @property
    def words(self) -> str:
        """All of it for a person, such as `H.264 (libx264), preset veryfast, CRF 18, 2 threads`."""
        if self.sound_codec is not None:
            return f"{self.sound_codec.label} ({self.sound_codec.encoder})"
        parts = [f"{self.codec.label} ({self.picture_encoder})"]
        if self.preset:
            parts.append(f"preset {self.preset}")
        if self.bitrate is not None:
            parts.append(f"{self.bitrate / 1e6:g} Mbit/s")
        elif self.codec.quality is not None:
            parts.append(f"CRF {self.crf}")
        if self.pixel_format != self.codec.pixel_format(None, transparent=False):
            parts.append(self.pixel_format)
        if not self.format.is_whole and self.hardware is None:
            parts.append(f"{ENCODER_THREADS} threads")
        return ", ".join(parts)

    def require(self, size: Size, fps: FrameRate, frames: int) -> None:
        """Raises InvalidOption for a video that the format or the codec cannot hold."""
        if self.format.kind == "still" and frames != 1:
            raise InvalidOption(
                f"A {self.format.label} holds one frame, and {frames} are to be rendered.",
                f"Name one, such as by --range 0:1, or use {sequence_of(self.format).name}.",
            )
        if self.format.max_fps is not None and fps.fraction > self.format.max_fps:
            raise InvalidOption(
                f"The frame rate is {fps}, and {self.format.label} has {self.format.max_fps} at most.",
                f"Use --fps {self.format.max_fps}, or less.",
            )
        if min(size.width, size.height) < self.codec.min_side:
            least = self.codec.min_side
            raise InvalidOption(
                f"The size is {size}, and {self.codec.label} needs at least {least}x{least}.",
                "Choose another codec, or a larger size.",
            )


def resolve_encoding(asked: EncodingRequest) -> Encoding:
    """Everything that a request leaves open, filled in; raises InvalidOption for what cannot go together."""
    kind = _format(asked)
    transparent = asked.transparent or has_alpha(asked.pixel_format or "")
    codec = kind.codec(asked.codec, transparent=transparent)
    if asked.bitrate is not None and not codec.takes_bitrate:
        raise InvalidOption(
            f"A bitrate was given, and {codec.label} takes none.", "Leave it out, or choose another codec."
        )
    if asked.bitrate is not None and asked.crf is not None:
        raise InvalidOption(
            f"CRF is {asked.crf}, and a bitrate was given too.", "Give one of them: they ask for opposites."
        )
    if asked.gop is not None and not codec.has_gop:
        named = kind.label if kind.kind == "sound" else codec.label
        raise InvalidOption(f"The GOP is {asked.gop}, and {named} has none to choose.", "Leave it out.")
    hardware = None if asked.encoder is None else HARDWARE[asked.encoder]
    pixel_format = codec.pixel_format(asked.pixel_format, transparent=transparent)
    if hardware is not None:
        _require_plain(hardware, codec, pixel_format, asked)
    audio_codec = kind.audio_codec(asked.audio_codec)
    if asked.audio_bitrate is not None and (audio_codec is None or audio_codec.bitrate is None):
        carries = audio_codec.label if audio_codec else kind.label
        raise InvalidOption(f"An audio bitrate was given, and {carries} takes none.", "Leave it out.")
    return Encoding(
        format=kind,
        codec=codec,
        crf=0 if asked.bitrate is not None else codec.crf(asked.crf),
        bitrate=asked.bitrate,
        preset="" if hardware is not None else codec.preset(asked.preset),
        hardware=hardware,
        gop=asked.gop,
        pixel_format=pixel_format,
        audio_codec=audio_codec,
        audio_bitrate=asked.audio_bitrate,
    )


def _require_plain(hardware: Hardware, codec: Codec, pixel_format: str, asked: EncodingRequest) -> None:
    """Raises InvalidOption for what is asked of a card's encoder and only the codec's own can do."""
    hardware.encoder(codec.name)
    plain = codec.pixel_format(None, transparent=False)
    given = {"preset": asked.preset, "bitrate": asked.bitrate}
    for name, value in given.items():
        if value is not None:
            raise InvalidOption(
                f"The encoder is {hardware.name}, and it takes no {name} here.", "Leave one out."
            )
    if pixel_format != plain:
        raise InvalidOption(
            f"The encoder is {hardware.name}, and the pixel format is {pixel_format}.",
            f"It has {plain}; or leave the encoder out.",
        )


def _format(asked: EncodingRequest) -> Format:
    """The format of a name, or that of an output's suffix, or the default."""
    name, output = asked.format, asked.output
    by_suffix = () if output is None else formats_of(output)
    if name is None:
        stills = [each for each in by_suffix if each.kind == "still" and asked.is_one_frame]
        return next(iter((*stills, *by_suffix)), DEFAULT_FORMAT)
    kind = format_named(name)
    if output is not None and by_suffix and kind not in by_suffix:
        raise InvalidOption(
            f"Format is {name}, and the output {output} is {by_suffix[0].label} by its name.",
            f"Name it {output.with_suffix(kind.output_suffix)}, or leave the format out.",
        )
    return kind
