"""What anti-aliasing cannot explain: each criterion marks the blocks of a picture that go beyond it."""

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""Rows, columns, and the channels blue, green, red, and of a transparent page straight alpha."""
Levels = npt.NDArray[np.float32]
"""Rows, columns and channels, or rows and columns of blocks; of 255."""
Marks = npt.NDArray[np.bool_]
"""Rows and columns of blocks."""

BLOCK = 16
CELL = 8
BLOCK_LIMIT = 16.0
"""The largest mean difference of a block of 16x16 pixels, of 255, that anti-aliasing explains.

Cells of 8x8 pixels are averaged before they are compared, because another anti-aliasing moves light between
neighbours and keeps its sum: forty turned boxes with text, the worst case measured, come to 14.3. A thing
that is missing or of another colour goes far beyond, and small turned text one pixel off comes to 22.
"""
TINT = 5
"""How far a pixel of another colour is off, of 255; translucent layers, rounded one by one, come to 4."""
TINT_SHARE = 0.8
"""The share of a square's pixels off by more than TINT in one direction from which on its colour is another.

Anti-aliasing touches edges only: a blurred edge, the worst case measured, comes to 0.51.
"""
TILE = 64
EDGE = 24
"""How far a pixel is off, of 255, where an edge has moved; dithered gradients, laid otherwise, stay below."""
TILE_ERROR = 4.0
"""The mean squared error of a tile's moved edges up to which it counts as equal."""
WORST_TILES = 16
"""How many tiles are searched for a shift, the most different first."""
SHIFT_GAIN = 4.0
"""How many times smaller a shifted tile's squared error gets when the picture moves back by one pixel.

No move mends another anti-aliasing: the worst case measured, turned boxes with text, comes to 2.2.
"""
_MOVES = tuple((down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if (down, right) != (0, 0))


def distance_of(picture: Picture, reference: Picture) -> Levels:
    """How far a picture is off, pixel by pixel; 0 below and beside it, up to whole blocks."""
    height, width, channels = reference.shape
    sides = (-(-height // BLOCK) * BLOCK, -(-width // BLOCK) * BLOCK, channels)
    distance = np.zeros(sides, np.float32)
    np.subtract(picture, reference, out=distance[:height, :width], dtype=np.float32)
    return distance


def block_levels(distance: Levels) -> Levels:
    """For each block, the mean over its cells of how far the cell's average is off, in the worst channel."""
    off = np.abs(_means(distance, CELL)).max(axis=2, keepdims=True)
    return _means(off, BLOCK // CELL)[:, :, 0]


def tinted(distance: Levels, levels: Levels) -> Marks:
    """The blocks in which a square of 16x16 pixels begins most of which are off in one direction.

    `levels` are the blocks' own. The squares lie half a block apart: one fits into all that is 24 wide.
    """
    rows, columns = np.nonzero(levels > TINT * TINT_SHARE / 4)
    blocks = _squares(distance, BLOCK)[rows, :, columns]
    height, width, each = *levels.shape, BLOCK // CELL
    marks = np.zeros(levels.shape, np.bool_)
    for part in (blocks > TINT, blocks < -TINT):
        shares = np.zeros((height, each, width, each), np.float32)
        shares[rows, :, columns] = part.reshape(-1, each, CELL, each, CELL, 3).mean(axis=(2, 4)).max(axis=3)
        cells = np.pad(shares.reshape(height * each, width * each), (0, 1))
        squares = (cells[:-1, :-1] + cells[1:, :-1] + cells[:-1, 1:] + cells[1:, 1:]) / 4
        marks |= squares.reshape(height, each, width, each).max(axis=(1, 3)) > TINT_SHARE
    return marks


def shifted(distance: Levels, reference: Picture) -> Marks:
    """The blocks of tiles that show the reference one pixel beside its place."""
    height, width = reference.shape[:2]
    marks = np.zeros((-(-height // BLOCK), -(-width // BLOCK)), np.bool_)
    edges = np.square(distance)
    edges[edges <= EDGE * EDGE] = 0
    errors = _means(edges, TILE).mean(axis=2)
    for index in np.argsort(-errors, axis=None, kind="stable")[:WORST_TILES]:
        row, column = divmod(int(index), errors.shape[1])
        if errors[row, column] > TILE_ERROR and _is_shifted(distance, reference, row * TILE, column * TILE):
            top, left, each = row * TILE // BLOCK, column * TILE // BLOCK, TILE // BLOCK
            marks[top : top + each, left : left + each] = True
    return marks


def _is_shifted(distance: Levels, reference: Picture, top: int, left: int) -> bool:
    height, width = reference.shape[:2]
    # With a margin, because a soft edge at a tile's very border would seem to move out of it.
    bottom, right = min(top + TILE + CELL, height - 1), min(left + TILE + CELL, width - 1)
    top, left = max(top - CELL, 1), max(left - CELL, 1)
    if bottom <= top or right <= left:
        return False
    here = distance[top:bottom, left:right]
    picture = here + reference[top:bottom, left:right]
    moved = min(
        float(np.mean(np.square(picture - reference[top + y : bottom + y, left + x : right + x])))
        for y, x in _MOVES
    )
    return moved * SHIFT_GAIN < float(np.mean(np.square(here)))


def _means(levels: Levels, side: int) -> Levels:
    rows, columns, padded = _padded(levels, side)
    # Whole rows first, which lie together in memory.
    lines = padded.reshape(rows, side, -1).mean(axis=1)
    means: Levels = lines.reshape(rows, columns, side, -1).mean(axis=2)
    return means


def _squares(levels: Levels, side: int) -> Levels:
    """Squares of this side: row, row within, column, column within, channel; beyond the edges all is 0."""
    rows, columns, padded = _padded(levels, side)
    return padded.reshape(rows, side, columns, side, -1)


def _padded(levels: Levels, side: int) -> tuple[int, int, Levels]:
    """How many rows and columns of squares of a side there are, and the levels with 0 up to their edges."""
    height, width, channels = levels.shape
    rows, columns = -(-height // side), -(-width // side)
    if (height, width) == (rows * side, columns * side):
        return rows, columns, levels
    padded = np.zeros((rows * side, columns * side, channels), np.float32)
    padded[:height, :width] = levels
    return rows, columns, padded
