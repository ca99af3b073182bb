"""The codecs of pictures and of sound, as data: encoders, pixel formats, and scales of quality."""

import attrs

from helios_renders.errors import InvalidOption

X264_PRESETS = (
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
)


@attrs.frozen
class Quality:
    """A scale of whole numbers on which less is better, such as a constant rate factor."""

    best: int
    worst: int
    default: int


@attrs.frozen(kw_only=True)
class Codec:
    """How pictures are coded."""

    name: str
    label: str
    encoder: str
    """ffmpeg's name of it."""
    picture_encoder: str = ""
    """The one of frames that are files of their own, where that is another one."""
    pixel_formats: tuple[str, ...] = ()
    """Without transparency, in ffmpeg's words; the first one is the default."""
    alpha_pixel_formats: tuple[str, ...] = ()
    """With transparency."""
    quality: Quality | None = None
    presets: tuple[str, ...] = ()
    """From the fastest to the one that takes most time."""
    default_preset: str = ""
    presets_in_order: tuple[str, ...] = ()
    """Those with which frames are decoded in the order in which they are shown."""
    reorders_from: int | None = None
    """The shortest groups of frames in which others decode ahead of showing; None where none do."""
    is_intra: bool = False
    """Whether each frame stands by itself."""
    is_lossless: bool = False
    shows_key_frames: bool = False
    """Whether ffmpeg's decoder can be told to decode nothing but key frames."""
    takes_bitrate: bool = False
    passes: int = 1
    """How often the encoder looks at all frames for a bitrate."""
    min_side: int = 1
    """Pixels."""

    @property
    def has_gop(self) -> bool:
        """Whether the distance of key frames can be chosen; these are the codecs that take a bitrate."""
        return self.takes_bitrate

    def crf(self, asked: int | None) -> int:
        """The quality that was asked for, or the default; raises InvalidOption outside of the scale."""
        if self.quality is None:
            if asked is not None:
                raise InvalidOption(f"CRF is {asked}, and {self.label} has none.", "Leave it out.")
            return 0
        if asked is None:
            return self.quality.default
        if not self.quality.best <= asked <= self.quality.worst:
            raise InvalidOption(
                f"CRF is {asked}.",
                f"{self.label} has {self.quality.best} (best) to {self.quality.worst} (worst).",
            )
        return asked

    def preset(self, asked: str | None) -> str:
        """The preset that was asked for, or the default; raises InvalidOption for an unknown one."""
        if asked is None or asked in self.presets:
            return self.default_preset if asked is None else asked
        if not self.presets:
            raise InvalidOption(f"Preset is {asked}, and {self.label} has none.", "Leave it out.")
        raise InvalidOption(
            f"Preset is {asked}.", f"{self.label} has {', '.join(self.presets)}, from fast to small."
        )

    def pixel_format(self, asked: str | None, *, transparent: bool) -> str:
        """The pixel format that was asked for, or the default; raises InvalidOption for an impossible one."""
        possible = self.alpha_pixel_formats if transparent else self.pixel_formats
        if asked is None:
            return possible[0]
        if asked in possible:
            return asked
        clear = " with transparency" if transparent else ""
        raise InvalidOption(f"Pixel format is {asked}.", f"{self.label}{clear} has {', '.join(possible)}.")


@attrs.frozen(kw_only=True)
class AudioCodec:
    """How sound is coded."""

    name: str
    label: str
    encoder: str
    """ffmpeg's name of it."""
    bitrate: int | None
    """The default in bits a second; None where there is none to choose."""


H264 = Codec(
    name="h264",
    label="H.264",
    encoder="libx264",
    pixel_formats=("yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le"),
    quality=Quality(0, 51, 18),
    presets=X264_PRESETS,
    default_preset="veryfast",
    presets_in_order=("ultrafast",),
    reorders_from=3,
    shows_key_frames=True,
    takes_bitrate=True,
    passes=2,
)
H265 = Codec(
    name="h265",
    label="H.265",
    encoder="libx265",
    pixel_formats=("yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le"),
    quality=Quality(0, 51, 20),
    presets=X264_PRESETS,
    default_preset="veryfast",
    reorders_from=2,
    shows_key_frames=True,
    takes_bitrate=True,
    passes=2,
)
AV1 = Codec(
    name="av1",
    label="AV1",
    encoder="libsvtav1",
    pixel_formats=("yuv420p", "yuv420p10le"),
    quality=Quality(0, 63, 25),
    presets=tuple(str(number) for number in range(12, -1, -1)),
    default_preset="8",
    takes_bitrate=True,
    min_side=64,
)
VP9 = Codec(
    name="vp9",
    label="VP9",
    encoder="libvpx-vp9",
    pixel_formats=("yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le"),
    alpha_pixel_formats=("yuva420p",),
    quality=Quality(0, 63, 24),
    presets=("5", "4", "3", "2", "1", "0"),
    default_preset="4",
    takes_bitrate=True,
    passes=2,
)
PRORES = Codec(
    name="prores",
    label="ProRes 422 HQ",
    encoder="prores_ks",
    pixel_formats=("yuv422p10le",),
    is_intra=True,
)
PRORES_4444 = Codec(
    name="prores-4444",
    label="ProRes 4444",
    encoder="prores_ks",
    pixel_formats=("yuv444p10le",),
    alpha_pixel_formats=("yuva444p10le",),
    is_intra=True,
)
PNG = Codec(
    name="png",
    label="PNG",
    encoder="png",
    pixel_formats=("rgb24",),
    alpha_pixel_formats=("rgba",),
    is_intra=True,
    is_lossless=True,
)
JPEG = Codec(
    name="jpeg",
    label="JPEG",
    encoder="mjpeg",
    pixel_formats=("yuvj444p", "yuvj420p"),
    quality=Quality(2, 31, 2),
    is_intra=True,
)
GIF = Codec(name="gif", label="GIF", encoder="gif", pixel_formats=("bgr0",), alpha_pixel_formats=("bgra",))
APNG = Codec(
    name="apng", label="APNG", encoder="apng", pixel_formats=("bgr0",), alpha_pixel_formats=("bgra",)
)
WEBP = Codec(
    name="webp",
    label="WebP",
    encoder="libwebp_anim",
    picture_encoder="libwebp",
    pixel_formats=("bgr0",),
    alpha_pixel_formats=("bgra",),
    quality=Quality(0, 100, 10),
)
NO_PICTURES = Codec(name="none", label="No Pictures", encoder="", pixel_formats=("rgb24",))
"""Of files that hold sound alone."""
LOSSLESS = Codec(
    name="ffv1",
    label="FFV1",
    encoder="ffv1",
    is_intra=True,
    is_lossless=True,
)
"""What frames wait in that are encoded all together; it takes the pixel formats of every other codec."""

VIDEO_CODECS = {
    codec.name: codec
    for codec in (H264, H265, AV1, VP9, PRORES, PRORES_4444, PNG, JPEG, GIF, APNG, WEBP, NO_PICTURES)
}
"""All that a finished file can have."""
CODECS = {**VIDEO_CODECS, LOSSLESS.name: LOSSLESS}
ALL_PRESETS = tuple(dict.fromkeys(preset for codec in VIDEO_CODECS.values() for preset in codec.presets))
ALL_PIXEL_FORMATS = tuple(
    dict.fromkeys(
        each for codec in VIDEO_CODECS.values() for each in (*codec.pixel_formats, *codec.alpha_pixel_formats)
    )
)

AAC = AudioCodec(name="aac", label="AAC", encoder="aac", bitrate=192_000)
OPUS = AudioCodec(name="opus", label="Opus", encoder="libopus", bitrate=128_000)
FLAC = AudioCodec(name="flac", label="FLAC", encoder="flac", bitrate=None)
PCM = AudioCodec(name="pcm", label="PCM", encoder="pcm_s16le", bitrate=None)
AUDIO_CODECS = {codec.name: codec for codec in (AAC, OPUS, FLAC, PCM)}
