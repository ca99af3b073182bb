"""Who renders which chunk of a page that must be run through: none is lost, and little run through twice."""

from collections.abc import Collection

import attrs
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.render.chunk import Chunk, cut_chunks
from helios_renders.render.chunk_queue import Attempt, ChunkQueue
from helios_renders.render.next_chunk import next_chunk

FRAMES = 10


@attrs.define
class Simulated:
    """Workers at work: each frame takes as long as its worker says, and to run through one a part of it."""

    paces: list[int]
    chunks: int
    kept: Collection[int] = ()
    """Chunks that are there already."""
    is_ordered: bool = False
    passed: int = 0
    """Frames that were run through without being rendered."""
    behind: int = 0
    """How many times a new page was needed."""
    taken: list[list[int]] = attrs.field(factory=list)
    """By worker, the chunks in turn."""

    def run(self) -> "Simulated":
        """Takes all chunks to their ends."""
        chunks = cut_chunks(0, self.chunks * FRAMES, FRAMES)
        queue = ChunkQueue(chunks)
        for chunk in chunks:
            if chunk.index in self.kept:
                queue.adopt(chunk, "digest")
        self.taken = [[] for _ in self.paces]
        due: dict[int, tuple[int, Attempt | None, int]] = {
            worker: (worker, None, -1) for worker in range(len(self.paces))
        }
        while due:
            worker = min(due, key=lambda number: due[number][0])
            now, done, at = due.pop(worker)
            if done is not None:
                queue.finish(done, done.number, done.chunk.frames, "digest")
            attempt = queue.take(None if self.is_ordered else at)
            if attempt is None:
                continue
            chunk = attempt.chunk
            self.behind += chunk.start <= at
            way = chunk.start - (at + 1 if chunk.start > at else 0)
            self.passed += way
            self.taken[worker].append(chunk.index)
            end = now + (way + 5 * chunk.frames) * self.paces[worker]
            due[worker] = (end, attempt, chunk.end - 1)
        assert not queue.is_waiting
        return self


def test_two_workers_share_the_frames_by_halves() -> None:
    assert Simulated([10, 10], chunks=5).run().taken == [[0, 1, 2], [3, 4]]
    assert Simulated([10, 10], chunks=16).run().taken == [list(range(8)), list(range(8, 16))]


def test_who_has_nothing_left_takes_half_of_what_another_has() -> None:
    chunks = cut_chunks(0, 120, FRAMES)
    assert next_chunk(chunks[7:], {6}, 59) == chunks[9]
    assert next_chunk(chunks[7:9], {6}, 59) == chunks[8], "near by"
    assert next_chunk(chunks[9:10], {8}, 19) is None, "too far for a single one"
    assert next_chunk(chunks[9:10], {8}, -1) == chunks[9], "the first of a new worker"


def test_what_is_behind_a_page_is_left_to_whom_it_is_next() -> None:
    chunks = cut_chunks(0, 120, FRAMES)
    assert next_chunk(chunks[5:6], {4}, 119) is None
    assert next_chunk(chunks[5:6], set(), 119) == chunks[5], "nobody else will come to it"
    assert next_chunk(chunks[5:7], {4}, 119) is None, "its owner may be there before"
    assert next_chunk(chunks[3:9], {2}, 119) == chunks[6], "there is much of it"
    assert next_chunk([*chunks[3:9], chunks[11]], {2}, 99) == chunks[11], "what is ahead comes first"


def test_a_range_begins_with_its_first_chunk() -> None:
    chunks = (Chunk(0, 35, 40), Chunk(1, 40, 50))
    assert next_chunk(chunks, (), -1) == chunks[0]


def test_of_what_nobody_comes_to_the_nearest_is_taken() -> None:
    chunks = cut_chunks(0, 160, FRAMES)
    kept = {0, 2, 5, 9}
    waiting = [chunk for chunk in chunks if chunk.index not in kept]
    order = []
    at = -1
    while (chunk := next_chunk(waiting, (), at)) is not None:
        waiting.remove(chunk)
        order.append(chunk.index)
        at = chunk.end - 1
    assert order == [index for index in range(16) if index not in kept]


@given(
    st.integers(1, 8),
    st.integers(1, 16),
    st.sets(st.integers(0, 15)),
    st.lists(st.integers(1, 50), min_size=8, max_size=8),
)
def test_every_chunk_is_rendered_once(workers: int, chunks: int, kept: set[int], paces: list[int]) -> None:
    shared = Simulated(paces[:workers], chunks, kept).run()
    wanted = sorted(set(range(chunks)) - kept)
    assert sorted(index for taken in shared.taken for index in taken) == wanted


@given(st.integers(1, 8), st.integers(1, 16))
def test_no_more_is_run_through_than_in_turn(workers: int, chunks: int) -> None:
    shared = Simulated([10] * workers, chunks).run()
    assert shared.behind == 0
    assert shared.passed <= Simulated([10] * workers, chunks, is_ordered=True).run().passed
