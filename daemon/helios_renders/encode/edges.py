"""What a chunk begins and ends with as it came to its encoder, and how far a video may be from that."""

import math
from pathlib import Path
from typing import Any

import attrs

from helios_renders.composition.spec import Size
from helios_renders.encode.coding import is_rgb
from helios_renders.errors import EncoderFailed

EDGE_FRAMES = 2
"""How many frames each end of a chunk is known by."""
GRID = Size(16, 9)
CELLS = GRID.width * GRID.height


@attrs.frozen
class Edges:
    """The mean brightness (0 to 255) of each cell of a grid, row by row, in the frames at a chunk's ends."""

    first: tuple[bytes, ...]
    last: tuple[bytes, ...]
    """In the order of time; a chunk of fewer than four frames has some in both."""

    @classmethod
    def of(cls, content: bytes, frames: int) -> "Edges":
        """What an encoder wrote with `select_edges`; raises EncoderFailed when some of it is missing."""
        expected = min(frames, 2 * EDGE_FRAMES)
        grids = tuple(content[at : at + CELLS] for at in range(0, len(content), CELLS))
        if len(content) != expected * CELLS:
            raise EncoderFailed(f"ffmpeg passed {len(content)} bytes of {expected} frames at a chunk's ends.")
        return cls(grids[:EDGE_FRAMES], grids[-EDGE_FRAMES:])


def edges_file(chunk: Path) -> Path:
    """Where the encoder of a chunk writes its edges."""
    return chunk.with_suffix(".edges")


def select_edges(frames: Any, count: int, pixel_format: str) -> Any:
    """The part of an ffmpeg graph that makes grids of the first and last of `count` frames."""
    ends = frames.filter("select", f"max(lt(n,{EDGE_FRAMES}),gte(n,{count - EDGE_FRAMES}))")
    return in_grids(ends, pixel_format)


def in_grids(frames: Any, pixel_format: str) -> Any:
    """The part of an ffmpeg graph that makes a grid of each frame's brightness, or of the green in it."""
    return (
        _plane(frames, pixel_format)
        # As it stands there, whatever range it is of.
        .filter("setparams", range="pc")
        .filter("scale", GRID.width, GRID.height, flags="area")
        # One after the other, for an output that would fill what was left out between them.
        .filter("setpts", "N/FR/TB")
    )


def _plane(frames: Any, pixel_format: str) -> Any:
    if is_rgb(pixel_format):
        # Not converted, because versions of ffmpeg differ in what they take the range to be.
        return frames.filter("extractplanes", "g")
    return frames.filter("format", "yuv420p").filter("extractplanes", "y")


def distance(captured: bytes, decoded: bytes) -> float:
    """The mean difference of two grids, in steps of brightness."""
    return sum(abs(a - b) for a, b in zip(captured, decoded, strict=True)) / CELLS


def tolerance(crf: float, size: Size) -> float:
    """How far apart the grids of a frame and of its picture may be at this quality of H.264 and this size.

    About twice what noise, checkerboards and flat colours come to at 16x16 to 640x360; errors of single
    pixels do not cancel out in cells of few pixels.
    """
    return 1 + crf**2 / 200 + 48 / math.sqrt(size.width * size.height / CELLS)
