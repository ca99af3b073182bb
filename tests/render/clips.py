"""Small videos whose every frame shows its number, and which frame is right at a time."""

import base64
import subprocess
from bisect import bisect_right
from fractions import Fraction
from functools import cache
from pathlib import Path

import attrs
import numpy as np

from helios_renders.encode.ffmpeg import find_ffmpeg
from render.pixels import Frame, presentation_times

WIDTH, HEIGHT = 80, 24
BITS = 8
_CELL = 8
_LEFT, _TOP = 4, 4

VP9 = "libvpx-vp9 -crf 20 -b:v 0 -g 20 -deadline realtime -cpu-used 8"
AV1 = "libaom-av1 -crf 20 -b:v 0 -g 20 -usage realtime -cpu-used 8"
H264 = "libx264 -crf 16 -g 20 -bf 2 -preset veryfast"
HEVC = "libx265 -x265-params log-level=none"


@attrs.frozen
class Clip:
    """A video of its own frame numbers."""

    name: str
    codec: str
    """ffmpeg's encoder and its options."""
    rate: str
    frames: int

    def write(self, folder: Path) -> Path:
        """Encodes the video into a folder."""
        path = folder / self.name
        pictures = b"".join(_picture(number).tobytes() for number in range(self.frames))
        source = f"-f rawvideo -pix_fmt rgb24 -s {WIDTH}x{HEIGHT} -r {self.rate} -i -"
        command = f"{find_ffmpeg().path} -v error {source} -pix_fmt yuv420p -c:v {self.codec} file:{path}"
        subprocess.run(command.split(), input=pictures, check=True, timeout=60)
        return path


@attrs.frozen
class Times:
    """When a file's frames begin, in exact seconds."""

    starts: tuple[Fraction, ...]
    length: Fraction

    @classmethod
    @cache
    def of(cls, path: Path, clip: Clip) -> "Times":
        """The times that the container states."""
        return cls(tuple(presentation_times(path)), clip.frames / Fraction(clip.rate))

    def shown(self, time: Fraction) -> int:
        """The number of the last frame that begins at a time, in seconds, or before.

        WebM rounds to milliseconds; there a frame may begin half of one earlier than it says.
        """
        is_rounded = all((start * 1000).denominator == 1 for start in self.starts)
        grace = Fraction(1, 2000) if is_rounded else Fraction(0)
        microsecond = Fraction(1, 1_000_000)
        return max(0, bisect_right(self.starts, time + grace + microsecond) - 1)


def data_address(path: Path, media_type: str) -> str:
    """A file as a `data:` address."""
    return f"data:{media_type};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def read_number(frame: Frame, left: int, top: int) -> int | None:
    """The number that a clip shows whose corner is there; None where there is no clean code."""
    bits = []
    for cell in range(BITS + 1):
        x, y = left + _LEFT + _CELL * cell, top + _TOP
        level = float(frame[y + 3 : y + 13, x + 2 : x + 6].mean())
        if 70 < level < 185:
            return None
        bits.append(int(level > 127))
    if sum(bits) % 2 != 1:
        return None
    return sum(bit << place for place, bit in enumerate(bits[:BITS]))


def _picture(number: int) -> Frame:
    picture = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
    bits = [number >> bit & 1 for bit in range(BITS)]
    for cell, bit in enumerate([*bits, 1 - sum(bits) % 2]):
        left = _LEFT + _CELL * cell
        picture[_TOP : _TOP + 16, left : left + _CELL] = 255 if bit else 0
    return picture
