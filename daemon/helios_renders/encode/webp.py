"""How long an animated WebP lasts, from its RIFF chunks (Google's WebP Container Specification).

ffmpeg 5 writes such files and cannot read them.
"""

import struct
from pathlib import Path

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.errors import AssemblyFailed

_HEADER = struct.Struct("<4sI")
_DURATION = slice(12, 15)
"""Of a frame's chunk: milliseconds, the least significant byte first, after place and size."""


def frame_durations(file: Path) -> tuple[int, ...]:
    """Milliseconds of each frame; none for a still picture."""
    content = file.read_bytes()
    durations, at = list[int](), 12
    while at + _HEADER.size <= len(content):
        name, size = _HEADER.unpack_from(content, at)
        at += _HEADER.size
        if name == b"ANMF":
            durations.append(int.from_bytes(content[at : at + size][_DURATION], "little"))
        at += size + size % 2
    return tuple(durations)


def check_webp(file: Path, fps: FrameRate, frames: int) -> None:
    """Raises AssemblyFailed unless an animation of so many frames lasts as long as it should.

    Frames that are alike are one. The last one's duration is the encoder's guess, so it is not looked at.
    """
    durations = frame_durations(file)
    longest = float(fps.seconds(frames - 1)) * 1000
    if not (len(durations) <= frames and sum(durations[:-1]) <= longest + 1):
        raise AssemblyFailed(
            f"The animation has {len(durations)} frames and lasts {sum(durations)} ms; "
            f"it has {frames} frames in {longest:.0f} ms before the last one."
        )
