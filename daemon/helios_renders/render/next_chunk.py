"""Which chunk a worker takes next where its page must be run through all frames before it.

Taken one after the other, chunks would have each worker run through those of all others. So a worker goes on
where its page stands, and where it cannot it halves what another has before it: most frames are then run
through by those that need them, and nobody runs out of work while there is some to share near by.
"""

from collections.abc import Collection, Iterator, Sequence

from helios_renders.render.chunk import Chunk

REACH = 4
"""How many frames are run through at most to take one from another; rendering one costs about five."""


def next_chunk(waiting: Sequence[Chunk], running: Collection[int], at: int) -> Chunk | None:
    """The chunk for a worker whose page rests at frame `at`, or -1 for a new page.

    None to leave what waits to others. `waiting` are in order, `running` the indices of those being rendered.
    What lies behind a page needs a new one.
    """
    found: list[tuple[tuple[bool, int], Chunk]] = []
    for stretch in _stretches(waiting):
        first = stretch[0]
        is_ahead, is_shared = first.start > at, first.index - 1 in running
        if is_ahead and (first.start == at + 1 or not is_shared):
            return first
        taken = stretch[len(stretch) // 2 :] if is_shared else stretch
        way = taken[0].start - (at + 1 if is_ahead else 0)
        gain = taken[-1].end - taken[0].start
        is_far = way > REACH * gain or (not is_ahead and len(taken) == 1)
        if not (is_shared and at >= 0 and is_far):
            found.append(((is_ahead, gain), taken[0]))
    # The first of those that are worth most, to which the way is shortest.
    return max(found, key=lambda each: each[0])[1] if found else None


def _stretches(chunks: Sequence[Chunk]) -> Iterator[list[Chunk]]:
    """Runs of consecutive chunks."""
    stretch: list[Chunk] = []
    for chunk in chunks:
        if stretch and chunk.index != stretch[-1].index + 1:
            yield stretch
            stretch = []
        stretch.append(chunk)
    if stretch:
        yield stretch
