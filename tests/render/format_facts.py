"""What is in a finished file of any format: facts that ffmpeg states, and its frames in red, green, blue."""

import re
import subprocess
from pathlib import Path

import attrs
import imageio_ffmpeg
import numpy as np
import numpy.typing as npt

from helios_renders.encode.ffmpeg import find_ffmpeg

FFMPEG = str(find_ffmpeg().path)
_STREAM = re.compile(r"Video: (\w+).*?, (\w+)(?:\(([^)]*)\))?, (\d+x\d+).*?, ([\d.]+) fps")


@attrs.frozen
class Facts:
    """What ffmpeg says of a video."""

    codec: str
    pixel_format: str
    colours: str
    """Range and tags, such as `tv, bt709`."""
    size: str
    fps: float


def facts(path: Path) -> Facts:
    """The facts of a file that ffmpeg can read; raises AssertionError for any other."""
    command = [FFMPEG, "-hide_banner", "-i", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stderr
    found = _STREAM.search(told)
    assert found is not None, told
    colours = (found[3] or "").removesuffix(", progressive").removesuffix("progressive")
    return Facts(found[1], found[2], colours, found[4], float(found[5]))


def rgba(path: Path, size: tuple[int, int], *options: str) -> npt.NDArray[np.uint8]:
    """All frames of a file, shape (frames, height, width, 4), converted by what the file says of itself."""
    program = imageio_ffmpeg.get_ffmpeg_exe() if path.suffix == ".webp" else FFMPEG
    matrix = "bt601" if path.suffix in (".jpg", ".webp") else "bt709"
    convert = f"scale=in_color_matrix={matrix}:flags=accurate_rnd+full_chroma_int+bicubic"
    command = [program, "-v", "error", *options, "-i", str(path), "-vf", convert]
    how = ["-fps_mode", "passthrough", "-pix_fmt", "rgba", "-f", "rawvideo", "-"]
    done = subprocess.run([*command, *how], capture_output=True, check=True, timeout=60)
    width, height = size
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, height, width, 4)
