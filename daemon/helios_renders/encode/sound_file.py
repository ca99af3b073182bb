"""Sounds of any format to samples at one rate, one file each."""

import struct
from pathlib import Path
from typing import Any

import attrs
import ffmpeg

from helios_renders.encode.disk import disk_full, failed_file, is_full
from helios_renders.encode.muxing import UNDATED
from helios_renders.encode.run import QUIET, outcome_of
from helios_renders.threads import in_thread

SAMPLE_RATE = 48_000
"""Samples a second of all sound from here on: the rate of video, which every delivery codec has."""
DEMUXERS = (
    "wav,w64,aiff,au,caf,flac,mp3,aac,ogg,matroska,webm,mov,mp4,avi,mpeg,mpegts,flv,asf,ac3,eac3,dts,wv,ape,"
    "tta,amr"
)
"""Formats that name no other file, so that a list in the place of a sound is not followed."""
FLOATS: dict[str, Any] = {"format": "au", "acodec": "pcm_f32be", **UNDATED}
"""What sound is kept in until it is mixed: 32-bit floats in Sun's AU format."""
_NO_SOUND = "matches no streams"
_TAIL = 5
_HEADER = struct.Struct(">6I")
_SAMPLE_BYTES = 4


class UnreadableSound(Exception):
    """A file that holds no sound which can be decoded; the text says why."""

    def __init__(self, reason: str, *, is_absent: bool = False) -> None:
        super().__init__(reason)
        self.is_absent = is_absent


@attrs.frozen
class SoundFile:
    """Decoded sound: 32-bit floats of 1 or 2 channels at SAMPLE_RATE, in Sun's AU format."""

    file: Path
    channels: int
    samples: int
    """For each channel."""
    complaints: tuple[str, ...] = ()
    """What ffmpeg found wrong with what it decoded all the same."""


def decode_command(
    executable: str, source: Path, output: Path, seconds: float | None = None, *, is_matroska: bool = False
) -> list[str]:
    """The ffmpeg command that decodes the first audio stream of a file, or so many seconds of it.

    A stream that begins late or has holes is filled with silence, so that sample n is at n/SAMPLE_RATE.
    ffmpeg before 6 takes a Matroska file's earliest time for 0, which is before 0 by the codec's delay.
    """
    whitelists = {"protocol_whitelist": "file", "format_whitelist": DEMUXERS}
    stream = ffmpeg.input(f"file:{source}", **whitelists)["a:0"]
    filters = (
        f"aresample={SAMPLE_RATE}:async=1:first_pts=0",
        "aformat=sample_fmts=flt:channel_layouts=mono|stereo",
    )
    command: list[str] = (
        ffmpeg.output(
            stream,
            f"file:{output}",
            **FLOATS,
            af=",".join(filters),
            **({} if seconds is None else {"t": f"{seconds:.3f}"}),
        )
        .global_args(*QUIET, *(("-copyts",) if is_matroska else ()))
        .overwrite_output()
        .compile(cmd=executable)
    )
    return command


async def decode_sound(
    executable: str, source: Path, output: Path, seconds: float | None = None
) -> SoundFile | None:
    """The sound of a file, or its first seconds, in `output`; None for one without, such as a silent video.

    Raises UnreadableSound, AssemblyFailed and DiskFull.
    """
    try:
        is_matroska = await in_thread(_is_matroska, source)
    except FileNotFoundError:
        raise UnreadableSound("there is no such file", is_absent=True) from None
    except OSError as error:
        raise UnreadableSound(str(error.strerror)) from None
    command = decode_command(executable, source, output, seconds, is_matroska=is_matroska)
    code, _, stderr = await outcome_of(command)
    lines = [_without_address(line) for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    if is_full(lines):
        raise disk_full(output.parent)
    if code != 0:
        if any(_NO_SOUND in line for line in lines):
            return None
        raise UnreadableSound("; ".join(lines[-_TAIL:]) or f"ffmpeg ended with code {code}")
    try:
        sound = _read(output, tuple(lines[:_TAIL]))
    except OSError as error:
        raise failed_file(error, output.parent) from error
    if sound.samples == 0 and sound.complaints:
        raise UnreadableSound("; ".join(sound.complaints))
    return sound if sound.samples else None


def _is_matroska(source: Path) -> bool:
    """Whether a file begins with EBML's magic number (RFC 8794), as WebM and Matroska do; raises OSError."""
    with source.open("rb") as opened:
        return opened.read(4) == b"\x1a\x45\xdf\xa3"


def _read(file: Path, complaints: tuple[str, ...]) -> SoundFile:
    """Reads the header: magic, offset of the samples, their bytes, encoding, rate, channels; big-endian."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        header = opened.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return SoundFile(file, 1, 0, complaints)
    _, offset, _, _, _, channels = _HEADER.unpack(header)
    return SoundFile(file, channels, (size - offset) // (_SAMPLE_BYTES * channels), complaints)


def _without_address(line: str) -> str:
    """A line of ffmpeg's without the name of the part that says it, which holds an address in memory."""
    return line.partition("] ")[2].strip() if line.startswith("[") and "] " in line else line.strip()
