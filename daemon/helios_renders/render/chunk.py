"""Where a composition is cut into parts that are encoded on their own."""

import math

import attrs


@attrs.frozen
class Chunk:
    """A run of consecutive frames `[start, end)` of the composition, encoded on its own."""

    index: int
    start: int
    end: int

    @property
    def frames(self) -> int:
        """How many frames the chunk has."""
        return self.end - self.start

    def has(self, frame: int) -> bool:
        """Whether a frame is one of the chunk's."""
        return self.start <= frame < self.end


def cut_chunks(start: int, end: int, length: int) -> tuple[Chunk, ...]:
    """The chunks of `[start, end)`; borders are multiples of `length`, whatever the range."""
    first = start // length
    return tuple(
        Chunk(index, max(start, number * length), min(end, (number + 1) * length))
        for index, number in enumerate(range(first, math.ceil(end / length)))
    )
