"""The places of waiting jobs, without the jobs' renders."""

import attrs
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.jobs.entry import Entry
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.queue import RenderQueue
from helios_renders.render.concurrency import Bound, Concurrency
from helios_renders.render.options import DistributedRenderOptions


def entry(name: str, order: float, state: JobState = JobState.QUEUED) -> Entry:
    job = Job(name, "page.html", name, state, 0.0, Concurrency(1, 1, Bound.REQUEST), order=order)
    return Entry.of(job, DistributedRenderOptions(composition="page.html"), lambda _: None, lambda _: None)


def move(queue: RenderQueue, moved: Entry, before: Entry | None) -> int:
    """Move, and say how many jobs got another order by it."""
    orders = queue.moved(moved, before)
    for each, order in orders.items():
        each.job = attrs.evolve(each.job, order=order)
    queue.sort()
    return len(orders)


def names(queue: RenderQueue) -> str:
    return "".join(entry.job.name for entry in queue._entries)


def test_the_first_that_waits_has_its_turn_and_paused_ones_keep_their_places() -> None:
    queue = RenderQueue()
    for name, order in (("c", 3.0), ("a", 1.0), ("b", 2.0)):
        queue.put(entry(name, order, JobState.PAUSED if name == "a" else JobState.QUEUED))
    taken = queue.take()
    assert taken is not None
    assert (taken.job.name, names(queue)) == ("b", "ac")
    assert queue.head(2.0) == 0.0
    assert queue.head(-5.0) == -5.0


def test_jobs_of_one_order_have_their_turns_as_they_came_and_can_be_moved() -> None:
    queue = RenderQueue()
    entries = [entry(name, 0.0) for name in "abcd"]
    for each in entries:
        queue.put(each)
    assert names(queue) == "abcd"
    move(queue, entries[3], entries[1])
    assert names(queue) == "adbc"


def test_the_same_gap_can_be_used_without_end() -> None:
    queue = RenderQueue()
    entries = [entry(name, order) for name, order in (("a", 1.0), ("b", 2.0), ("c", 3.0))]
    for each in entries:
        queue.put(each)
    changed = []
    for turn in range(200):
        # The last of three goes before the middle one, again and again.
        middle, last = queue._entries[1:]
        changed.append(move(queue, last, middle))
        assert names(queue) == ("acb" if turn % 2 == 0 else "abc")
    assert set(changed) == {1, 3}
    assert changed.count(3) < 10


@given(st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(0, 4)), max_size=40))
def test_moves_do_what_they_say(moves: list[tuple[int, int | None]]) -> None:
    queue = RenderQueue()
    entries = [entry(name, float(order)) for order, name in enumerate("abcde")]
    for each in entries:
        queue.put(each)
    expected = list(entries)
    for moved, before in moves:
        if moved == before:
            continue
        move(queue, entries[moved], None if before is None else entries[before])
        expected.remove(entries[moved])
        place = len(expected) if before is None else expected.index(entries[before])
        expected.insert(place, entries[moved])
        assert queue._entries == expected
