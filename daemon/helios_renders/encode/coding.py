"""What ffmpeg's encoders are asked: quality, speed, key frames, and threads that do not change the bytes."""

from typing import Any

import attrs

from helios_renders.composition.spec import Size
from helios_renders.encode import codecs
from helios_renders.encode.codecs import CODECS
from helios_renders.encode.processor import has_avx512

ENCODER_THREADS = 2
"""Pinned: x264's output depends on its number of threads, and must not depend on the machine."""
X264_BLOCK, X264_BLOCKS_AT_ONCE = 16, 8
LEAST_SLICED = 64 * 36
"""Pixels of a frame that FFV1 can cut into slices."""


@attrs.frozen(kw_only=True)
class Coding:
    """How one file is encoded."""

    codec: str
    pixel_format: str
    crf: int
    preset: str
    gop: int
    """Frames from one key frame to the next."""
    size: Size
    bitrate: int | None = None
    """Bits a second, in place of the quality."""

    @property
    def is_transparent(self) -> bool:
        """Whether the frames have alpha."""
        return has_alpha(self.pixel_format)


def has_alpha(pixel_format: str) -> bool:
    """Whether a pixel format has alpha."""
    return pixel_format.startswith("yuva") or pixel_format in ("rgba", "bgra")


def is_rgb(pixel_format: str) -> bool:
    """Whether a pixel format is red, green and blue."""
    return not pixel_format.startswith("yuv")


def subsampling(pixel_format: str) -> tuple[int, int]:
    """How many pixels share one value of colour, across and down."""
    return (2, 2) if "420p" in pixel_format else (2, 1) if "422p" in pixel_format else (1, 1)


def codec_options(coding: Coding) -> dict[str, Any]:
    """The encoder and its options, with closed groups of pictures of one fixed length."""
    codec, gop = CODECS[coding.codec], coding.gop
    shared = {"vcodec": codec.encoder, "flags:v": "+bitexact"}
    rate: dict[str, Any] = {"crf": coding.crf} if coding.bitrate is None else {"b:v": coding.bitrate}
    match codec:
        case codecs.H264:
            params = f"keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0:force-cfr=1"
            if _is_read_over(coding.size) and has_avx512():
                params += ":asm=AVX2"
            special = {"preset": coding.preset, "threads": ENCODER_THREADS, **rate, "x264-params": params}
        case codecs.H265:
            params = (
                f"keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0:info=0:log-level=error"
                f":pools={ENCODER_THREADS}:frame-threads=1"
            )
            special = {"preset": coding.preset, **rate, "x265-params": params, "tag:v": "hvc1"}
        case codecs.AV1:
            special = {"preset": coding.preset, **rate, "g": gop, "svtav1-params": f"lp={ENCODER_THREADS}"}
        case codecs.VP9:
            special = {
                "b:v": 0,
                **rate,
                "g": gop,
                "deadline": "good",
                "cpu-used": coding.preset,
                "threads": ENCODER_THREADS,
                "row-mt": 0,
                # Frames that are never shown cannot be had with alpha.
                "auto-alt-ref": int(not coding.is_transparent),
            }
        case codecs.PRORES | codecs.PRORES_4444:
            profile = "hq" if codec == codecs.PRORES else "4444"
            special = {"profile:v": profile, "vendor": "apl0", "threads": ENCODER_THREADS}
        case codecs.JPEG:
            special = {"q:v": coding.crf, "threads": ENCODER_THREADS}
        case codecs.WEBP:
            special = {"quality": 100 - coding.crf, "lossless": int(coding.crf == 0)}
        case codecs.LOSSLESS:
            is_sliced = coding.size.width * coding.size.height >= LEAST_SLICED
            slices = {"level": 3, "slices": 4, "slicecrc": 1} if is_sliced else {"level": 1}
            special = {**slices, "g": 1, "threads": ENCODER_THREADS}
        case _:
            special = {"threads": ENCODER_THREADS}
    return {**shared, "pix_fmt": coding.pixel_format, **special}


def _is_read_over(size: Size) -> bool:
    """Whether x264 with AVX-512 would decide by memory that nobody has written, in ever other bytes.

    Its `mbtree_propagate_list` takes eight blocks of 16 pixels at once, and where a row of them ends amid
    eight, the motion of those beyond the end counts too if it leads back into the picture.
    """
    return -(-size.width // X264_BLOCK) % X264_BLOCKS_AT_ONCE != 0
