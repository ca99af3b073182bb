"""Pixels of a rendered video: decoding it, reading bar codes, comparing patches of known colour."""

import subprocess
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import attrs
import numpy as np
import numpy.typing as npt

from helios_renders.encode.ffmpeg import find_ffmpeg

Frame = npt.NDArray[np.uint8]
"""One frame as rgb24, shape (height, width, 3)."""
Rgb = tuple[int, int, int]

BLACK: Rgb = (0, 0, 0)
WHITE: Rgb = (255, 255, 255)
TOLERANCE = 16
"""How far a channel may be from its colour after 4:2:0 and H.264 at CRF 18, of 255."""

BITS = 12
CELL_LEFT, CELL_TOP, CELL_WIDTH, CELL_HEIGHT = 16, 16, 22, 40
"""The bar code: BITS cells, the lowest bit first, and one cell that makes the number of white cells odd."""


@attrs.frozen
class Patch:
    """A rectangle of the frame, in pixels, and the colour that all of it must have."""

    x: int
    y: int
    w: int
    h: int
    rgb: Rgb
    tolerance: int = TOLERANCE

    def worst(self, frame: Frame) -> int:
        """The largest distance of any channel of any pixel of the patch from its colour."""
        found = frame[self.y : self.y + self.h, self.x : self.x + self.w].astype(np.int16)
        if found.shape != (self.h, self.w, 3):
            raise ValueError(f"{self} is not inside a frame of {frame.shape[1]}x{frame.shape[0]}")
        return int(np.abs(found - np.array(self.rgb, np.int16)).max())

    def misses(self, frame: Frame) -> bool:
        """True when the patch has another colour in this frame."""
        return self.worst(frame) > self.tolerance


def barcode_patches(number: int) -> tuple[Patch, ...]:
    """The cells of a number's bar code, each without the seam to its neighbours."""
    bits = [number >> bit & 1 for bit in range(BITS)]
    bits.append(1 - sum(bits) % 2)
    return tuple(
        Patch(CELL_LEFT + CELL_WIDTH * cell + 4, CELL_TOP + 4, 14, 32, WHITE if bit else BLACK, 40)
        for cell, bit in enumerate(bits)
    )


def draw_barcode(frame: Frame, number: int) -> None:
    """Draw a number's bar code into a frame."""
    for cell, patch in enumerate(barcode_patches(number)):
        left = CELL_LEFT + CELL_WIDTH * cell
        frame[CELL_TOP : CELL_TOP + CELL_HEIGHT, left : left + CELL_WIDTH] = patch.rgb


def read_barcode(frame: Frame) -> int:
    """The number that a frame's bar code shows; raises ValueError when there is no clean code."""
    bits = []
    for cell in range(BITS + 1):
        left = CELL_LEFT + CELL_WIDTH * cell
        middle = frame[CELL_TOP + 8 : CELL_TOP + 32, left + 6 : left + 16]
        if not 60 <= (value := float(middle.mean())) <= 195:
            bits.append(int(value > 127))
        else:
            raise ValueError(f"cell {cell} of the bar code is grey ({value:.0f})")
    if sum(bits) % 2 != 1:
        raise ValueError(f"the bar code {bits} has the wrong parity")
    return sum(bit << place for place, bit in enumerate(bits[:BITS]))


def presentation_times(path: Path) -> list[Fraction]:
    """When each frame of a video is shown, in exact seconds, in the order of showing."""
    lines = _ffmpeg(path, "-map", "0:v:0", "-c", "copy", "-f", "framecrc", "-").decode().splitlines()
    base = next(Fraction(line.split()[2]) for line in lines if line.startswith("#tb 0:"))
    return sorted(int(line.split(",")[2]) * base for line in lines if not line.startswith("#"))


def count(path: Path) -> int:
    """How many frames a video has, counted by decoding them."""
    listing = _ffmpeg(path, "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framecrc", "-").decode()
    return sum(not line.startswith("#") for line in listing.splitlines())


def decode(path: Path) -> Iterator[Frame]:
    """Every frame of a video as rgb24, converted from BT.709 limited range."""
    convert = "scale=in_color_matrix=bt709:in_range=tv:out_range=pc:flags=accurate_rnd+full_chroma_int"
    picture = ["-vf", convert, "-pix_fmt", "rgb24", "-f", "image2pipe", "-c:v", "ppm", "-"]
    command = _command(path, "-map", "0:v:0", "-fps_mode", "passthrough", *picture)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while process.stdout.readline() == b"P6\n":
            width, height = map(int, process.stdout.readline().split())
            assert process.stdout.readline() == b"255\n"
            yield np.frombuffer(process.stdout.read(width * height * 3), np.uint8).reshape(height, width, 3)
        if process.wait(timeout=60) != 0:
            raise RuntimeError(f"ffmpeg could not decode {path}")


def frames_at(path: Path, numbers: Iterable[int]) -> dict[int, Frame]:
    """The frames with these numbers."""
    wanted = set(numbers)
    found = {number: frame for number, frame in enumerate(decode(path)) if number in wanted}
    if missing := wanted - set(found):
        raise ValueError(f"{path} has no frames {sorted(missing)}")
    return found


def _command(path: Path, *output: str) -> list[str]:
    return [str(find_ffmpeg(None).path), "-v", "error", "-i", str(path), *output]


def _ffmpeg(path: Path, *output: str) -> bytes:
    return subprocess.run(
        _command(path, *output), capture_output=True, check=True, timeout=120, stdin=subprocess.DEVNULL
    ).stdout
