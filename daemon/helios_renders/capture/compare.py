"""How far a picture is from the reference picture of the same frame."""

from collections.abc import Sequence

import numpy as np

from helios_renders.capture.criteria import (
    BLOCK,
    BLOCK_LIMIT,
    Marks,
    Picture,
    block_levels,
    distance_of,
    shifted,
    tinted,
)
from helios_renders.capture.difference import Difference
from helios_renders.capture.png import decode_files
from helios_renders.capture.question import EXACT_PSNR
from helios_renders.composition.spec import Size

ALPHA_CHANNELS = 4


def compare(picture: Picture, reference: Picture) -> Difference:
    """The difference of two pictures of one size; that of pictures with alpha on the worse of two grounds."""
    if reference.shape[2] == ALPHA_CHANNELS:
        return min(
            (compare(over(picture, ground), over(reference, ground)) for ground in (0, 255)),
            key=lambda difference: (difference.acceptable, difference.psnr),
        )
    height, width = reference.shape[:2]
    # Views of pictures with a fourth byte are slow to calculate with.
    picture, reference = np.ascontiguousarray(picture), np.ascontiguousarray(reference)
    if np.array_equal(picture, reference):
        return Difference(EXACT_PSNR, 0.0, None, (width // 2, height // 2))
    distance = distance_of(picture, reference)
    error = float(np.vdot(distance, distance)) / reference.size
    psnr = min(EXACT_PSNR, float(10 * np.log10(255**2 / error)))
    levels = block_levels(distance)
    marks = (levels > BLOCK_LIMIT) | tinted(distance, levels) | shifted(distance, reference)
    worst = np.argmax(np.where(marks, levels, -1) if marks.any() else levels)
    row, column = divmod(int(worst), levels.shape[1])
    middle = min(width - 1, column * BLOCK + BLOCK // 2), min(height - 1, row * BLOCK + BLOCK // 2)
    return Difference(psnr, float(levels.max()), _region(marks, width, height), middle)


def over(picture: Picture, ground: int) -> Picture:
    """A picture with straight alpha upon a ground of one level, of 255, in all three channels."""
    alpha = picture[:, :, 3:].astype(np.float32) / 255
    composed: Picture = np.rint(picture[:, :, :3] * alpha + ground * (1 - alpha)).astype(np.uint8)
    return composed


def from_raw(pixels: bytes | memoryview, size: Size, *, transparent: bool = False) -> Picture:
    """A picture of a raw frame with four bytes a pixel: blue, green, red, and alpha or nothing."""
    channels = np.frombuffer(pixels, np.uint8).reshape(size.height, size.width, 4)
    return channels if transparent else channels[:, :, :3]


def from_png(
    ffmpeg: str, pictures: Sequence[bytes], size: Size, *, transparent: bool = False
) -> list[Picture]:
    """Decodes PNG pictures of one size; raises subprocess.CalledProcessError."""
    raw = decode_files(ffmpeg, pictures, transparent=transparent)
    length = size.width * size.height * 4
    shots = (raw[at : at + length] for at in range(0, len(raw), length))
    return [from_raw(shot, size, transparent=transparent) for shot in shots]


def _region(marks: Marks, width: int, height: int) -> tuple[int, int, int, int] | None:
    bad = np.argwhere(marks)
    if not bad.size:
        return None
    (top, left), (bottom, right) = bad.min(axis=0) * BLOCK, (bad.max(axis=0) + 1) * BLOCK
    return int(left), int(top), int(min(width, right) - left), int(min(height, bottom) - top)
