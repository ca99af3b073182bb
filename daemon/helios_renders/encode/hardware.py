"""Encoders of graphics cards: their arguments, and whether one really works here.

They are never taken unless asked for by name: what they write depends on the card and its driver, so the
bytes of a file are not the same elsewhere.
"""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from helios_renders.encode.codecs import H264, H265
from helios_renders.encode.run import QUIET
from helios_renders.errors import FfmpegMissing, InvalidOption

RENDER_NODE = "/dev/dri/renderD128"
"""The first graphics card on Linux, of which VAAPI wants to be told."""
FIRST_FRAME = "color=size=256x256:rate=1:duration=1"
SECONDS = 30.0
_WORST_CRF = 51


@attrs.frozen(kw_only=True)
class Hardware:
    """One family of encoders."""

    name: str
    label: str
    encoders: Mapping[str, str]
    """ffmpeg's names by the codec's."""
    pixel_format: str
    before: tuple[str, ...] = ()
    """Arguments in front of everything else."""
    is_uploaded: bool = False
    """Whether frames have to be brought into the card's memory."""

    def encoder(self, codec: str) -> str:
        """The encoder of a codec; raises InvalidOption where there is none."""
        if codec not in self.encoders:
            raise InvalidOption(
                f"The encoder is {self.name}, and it has none for {codec}.",
                f"It has {', '.join(self.encoders)}; or leave it out.",
            )
        return self.encoders[codec]

    def options(self, codec: str, crf: int, gop: int) -> dict[str, Any]:
        """The encoder and its options at constant quality, without frames that are coded out of order."""
        shared = {"vcodec": self.encoder(codec), "g": gop, "bf": 0}
        match self.name:
            case "nvenc":
                special = {"rc": "vbr", "cq": crf, "b:v": 0, "no-scenecut": 1}
            case "vaapi":
                special = {"rc_mode": "CQP", "qp": crf}
            case "qsv":
                special = {"global_quality": crf}
            case "amf":
                special = {"rc": "cqp", "qp_i": crf, "qp_p": crf}
            case _:
                special = {"q:v": max(1, 100 - 100 * crf // _WORST_CRF)}
        return {**shared, **special}


def _both(suffix: str) -> dict[str, str]:
    return {H264.name: f"h264_{suffix}", H265.name: f"hevc_{suffix}"}


HARDWARE = {
    each.name: each
    for each in (
        Hardware(name="nvenc", label="NVIDIA NVENC", encoders=_both("nvenc"), pixel_format="yuv420p"),
        Hardware(
            name="vaapi",
            label="VAAPI",
            encoders=_both("vaapi"),
            pixel_format="nv12",
            before=("-vaapi_device", RENDER_NODE),
            is_uploaded=True,
        ),
        Hardware(name="qsv", label="Intel Quick Sync", encoders=_both("qsv"), pixel_format="nv12"),
        Hardware(
            name="videotoolbox",
            label="Apple VideoToolbox",
            encoders=_both("videotoolbox"),
            pixel_format="yuv420p",
        ),
        Hardware(name="amf", label="AMD AMF", encoders=_both("amf"), pixel_format="yuv420p"),
    )
}


def in_its_memory(frames: Any, hardware: Hardware) -> Any:
    """The part of an ffmpeg graph that brings 4:2:0 frames to where the encoder takes them from."""
    there = frames.filter("format", hardware.pixel_format)
    return there.filter("hwupload") if hardware.is_uploaded else there


def trial_command(executable: str, hardware: Hardware, codec: str) -> list[str]:
    """The ffmpeg command that encodes one frame and throws it away."""
    upload = ",hwupload" if hardware.is_uploaded else ""
    options = hardware.options(codec, H264.crf(None), 1)
    words = [word for name, value in options.items() for word in (f"-{name}", str(value))]
    source = ["-f", "lavfi", "-i", FIRST_FRAME, "-vf", f"format={hardware.pixel_format}{upload}"]
    return [executable, *QUIET, *hardware.before, *source, *words, "-frames:v", "1", "-f", "null", "-"]


def require_hardware(executable: Path, hardware: Hardware, codec: str) -> None:
    """Raises FfmpegMissing unless one frame can really be encoded."""
    command = trial_command(str(executable), hardware, codec)
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise FfmpegMissing(f"{hardware.label} was tried, and ffmpeg failed: {error}.", _ADVICE) from None
    if done.returncode != 0:
        raise FfmpegMissing(
            f"{hardware.label} does not work here: {hardware.encoder(codec)} cannot encode a frame.",
            _ADVICE,
            tuple(done.stderr.splitlines()[-20:]),
        )


_ADVICE = "Leave --encoder out, or see that the card and its driver are there."
