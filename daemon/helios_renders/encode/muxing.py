"""What is asked of ffmpeg's muxers, and which times they can write."""

from typing import Any

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.encode.codecs import AudioCodec

UNDATED: dict[str, Any] = {"map_metadata": -1, "fflags": "+bitexact"}
"""Nothing of versions and dates."""


def container_options(container: str, fps: FrameRate) -> dict[str, Any]:
    """Exact times, the index in front, and nothing of versions and dates."""
    if container in ("mp4", "mov"):
        return {**UNDATED, "movflags": "+faststart", "video_track_timescale": fps.numerator}
    return {**UNDATED}


def sound_options(codec: AudioCodec, bitrate: int | None) -> dict[str, Any]:
    """The encoder of sound and its options; `bitrate` in bits a second, None for the codec's own."""
    rate = bitrate or codec.bitrate
    return {"c:a": codec.encoder, "flags:a": "+bitexact", **({} if rate is None else {"b:a": rate})}


def copied_times(container: str, fps: FrameRate) -> dict[str, str]:
    """The option that gives each copied frame its own time, as near as the container can write it.

    WebM counts milliseconds: the rounding errors of single chunks would be carried into the whole.
    """
    if container != "webm":
        return {}
    at = f"round({{}}*{fps.denominator}/({fps.numerator}*TB))"
    first, next_one = at.format("N"), at.format("(N+1)")
    return {"bsf:v": f"setts=ts={first}:duration={next_one}-{first}"}
