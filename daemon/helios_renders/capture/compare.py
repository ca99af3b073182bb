"""How far a picture is from the reference picture of the same frame."""

import subprocess
from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from helios_renders.composition.spec import Size

Picture = npt.NDArray[np.uint8]
"""Rows, columns, and the three channels blue, green, red."""

BLOCK = 16
CELL = 8
BLOCK_LIMIT = 14.0
"""The largest mean difference of a block of 16x16 pixels, of 255, that anti-aliasing explains.

Cells of 8x8 pixels are averaged before they are compared, because another anti-aliasing moves light between
neighbours and keeps its sum: small turned text, the worst case measured, comes to 9. A thing that is missing
or of another colour goes far beyond, and the same text one pixel off comes to 22.
"""
PSNR_LIMIT = 32.0
"""The smallest peak signal-to-noise ratio, in decibels, of a picture that differs in anti-aliasing only."""
EXACT_PSNR = 99.0
"""Stands for the infinite ratio of equal pictures."""


@attrs.frozen
class Difference:
    """How a picture differs from its reference."""

    psnr: float
    """Peak signal-to-noise ratio in decibels; EXACT_PSNR for equal pictures."""
    worst_block: float
    """The largest mean difference of a block, of 255."""
    region: tuple[int, int, int, int] | None
    """Left, top, width and height in pixels of all blocks beyond the limit; None when there is none."""

    @property
    def acceptable(self) -> bool:
        """True when anti-aliasing explains the difference."""
        return self.region is None and self.psnr >= PSNR_LIMIT


def compare(picture: Picture, reference: Picture) -> Difference:
    """The difference of two pictures of one size."""
    distance = picture.astype(np.float32) - reference.astype(np.float32)
    error = float(np.mean(np.square(distance)))
    psnr = EXACT_PSNR if error == 0 else min(EXACT_PSNR, float(10 * np.log10(255**2 / error)))
    blocks = _block_means(distance)
    bad = np.argwhere(blocks > BLOCK_LIMIT)
    region = None
    if bad.size:
        (top, left), (bottom, right) = bad.min(axis=0), bad.max(axis=0) + 1
        height, width = distance.shape[:2]
        region = (
            int(left) * BLOCK,
            int(top) * BLOCK,
            min(width, int(right) * BLOCK) - int(left) * BLOCK,
            min(height, int(bottom) * BLOCK) - int(top) * BLOCK,
        )
    return Difference(psnr, float(blocks.max()), region)


def from_raw(pixels: bytes | memoryview, size: Size) -> Picture:
    """A picture of a raw frame with four bytes a pixel: blue, green, red and one without meaning."""
    return np.frombuffer(pixels, np.uint8).reshape(size.height, size.width, 4)[:, :, :3]


def from_png(ffmpeg: str, pictures: Sequence[bytes], size: Size) -> list[Picture]:
    """Decodes PNG pictures of one size; raises subprocess.CalledProcessError."""
    command = [ffmpeg, "-v", "error", "-f", "image2pipe", "-c:v", "png", "-i", "pipe:0"]
    command += ["-f", "rawvideo", "-pix_fmt", "bgr0", "pipe:1"]
    raw = subprocess.run(command, input=b"".join(pictures), capture_output=True, check=True, timeout=120)
    length = size.width * size.height * 4
    return [from_raw(raw.stdout[at : at + length], size) for at in range(0, len(raw.stdout), length)]


def _block_means(distance: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """For each block, the mean over its cells of how far the cell's average is off, in the worst channel."""
    height, width = distance.shape[:2]
    rows, columns = -(-height // BLOCK), -(-width // BLOCK)
    padded = np.zeros((rows * BLOCK, columns * BLOCK, 3), np.float32)
    padded[:height, :width] = distance
    cells = padded.reshape(rows * BLOCK // CELL, CELL, columns * BLOCK // CELL, CELL, 3).mean(axis=(1, 3))
    off = np.abs(cells).max(axis=2)
    each = BLOCK // CELL
    means: npt.NDArray[np.float32] = off.reshape(rows, each, columns, each).mean(axis=(1, 3))
    return means
