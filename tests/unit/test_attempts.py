"""What is tried again, how often, and that no chunk is ever lost, doubled or counted for an old attempt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from helios_renders.errors import (
    BrowserFailed,
    DiskFull,
    EncoderFailed,
    GraphicsMissing,
    HeliosError,
    InvalidOption,
    PageFailed,
    PageHung,
    PageNeverReady,
    PageStalled,
    RenderCancelled,
    RenderFailed,
    SandboxFailed,
    SurfaceFailed,
    WorkerLost,
)
from helios_renders.render.attempts import CONTENT_ATTEMPTS, HUNG_ATTEMPTS, LOST_ATTEMPTS, Attempts
from helios_renders.render.chunk import Chunk, cut_chunks
from helios_renders.render.chunk_queue import Attempt, ChunkQueue

RETRIED = (BrowserFailed, EncoderFailed, PageHung, WorkerLost)
AT_ONCE = (
    *(PageFailed, PageStalled, PageNeverReady, SandboxFailed, GraphicsMissing, SurfaceFailed),
    *(DiskFull, InvalidOption, RenderCancelled, RenderFailed, HeliosError),
)


def tried(*errors: HeliosError) -> HeliosError | None:
    """What is told after these failures in turn; None while there is another attempt."""
    attempts = Attempts()
    for error in errors:
        try:
            attempts = attempts.after(error)
        except HeliosError as told:
            return told
    return None


@pytest.mark.parametrize("kind", AT_ONCE)
def test_what_comes_again_each_time_is_told_at_once(kind: type[HeliosError]) -> None:
    error = kind("why", "what to do", ("evidence",))
    assert tried(error) is error


@pytest.mark.parametrize(
    ("kind", "budget"),
    [
        (BrowserFailed, CONTENT_ATTEMPTS),
        (EncoderFailed, CONTENT_ATTEMPTS),
        (PageHung, HUNG_ATTEMPTS),
        (WorkerLost, LOST_ATTEMPTS),
    ],
)
def test_a_budget(kind: type[HeliosError], budget: int) -> None:
    errors = [kind(f"failure {number}.", "what to do", ("evidence",)) for number in range(1, budget + 1)]
    assert tried(*errors[:-1]) is None
    told = tried(*errors)
    assert type(told) is kind
    assert told.message == f"failure {budget}. It was tried {budget} times."
    assert (told.advice, told.details) == ("what to do", ("evidence",))


def test_a_lost_worker_does_not_use_up_the_page_s_attempts() -> None:
    lost, failed = WorkerLost("killed."), BrowserFailed("crashed.")
    assert tried(*[lost] * (LOST_ATTEMPTS - 1), *[failed] * (CONTENT_ATTEMPTS - 1)) is None
    assert tried(failed, lost, EncoderFailed("ended."), lost, lost, failed) is not None


@given(st.lists(st.sampled_from(RETRIED + AT_ONCE), max_size=40))
def test_the_attempts_are_bounded(kinds: list[type[HeliosError]]) -> None:
    errors = [kind("why.") for kind in kinds]
    told = tried(*errors)
    if len(errors) > LOST_ATTEMPTS + CONTENT_ATTEMPTS + HUNG_ATTEMPTS:
        assert told is not None
    if told is not None:
        assert type(told) in kinds


class QueueMachine(RuleBasedStateMachine):
    """Workers that take, finish, fail, and answer too late."""

    def __init__(self) -> None:
        super().__init__()
        self.chunks = cut_chunks(0, 50, 10)
        self.queue = ChunkQueue(self.chunks)
        self.running: list[Attempt] = []
        self.over: list[Attempt] = []
        self.failures = 0

    @rule(at=st.none() | st.integers(-1, 50))
    def take(self, at: int | None) -> None:
        is_idle = self.queue.is_waiting and not self.running
        attempt = self.queue.take(at)
        assert attempt is not None or not is_idle, "nobody else would ever take it"
        if attempt is not None:
            assert all(attempt.number > other.number for other in (*self.running, *self.over))
            assert attempt.name not in [other.name for other in (*self.running, *self.over)]
            self.running.append(attempt)

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        attempt = data.draw(st.sampled_from(self.running))
        self.queue.finish(attempt, attempt.number, attempt.chunk.frames, "digest")
        self._end(attempt)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), frames=st.integers(0, 20))
    def answer_wrongly(self, data: st.DataObject, frames: int) -> None:
        attempt = data.draw(st.sampled_from(self.running))
        number = data.draw(st.sampled_from([attempt.number, attempt.number - 1, attempt.number + 1]))
        if (number, frames) != (attempt.number, attempt.chunk.frames):
            with pytest.raises(WorkerLost):
                self.queue.finish(attempt, number, frames, "digest")

    @precondition(lambda self: self.over)
    @rule(data=st.data())
    def answer_late(self, data: st.DataObject) -> None:
        attempt = data.draw(st.sampled_from(self.over))
        with pytest.raises(WorkerLost):
            self.queue.finish(attempt, attempt.number, attempt.chunk.frames, "digest")

    @precondition(lambda self: self.running and self.failures < LOST_ATTEMPTS - 1)
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        attempt = data.draw(st.sampled_from(self.running))
        self.queue.fail(attempt, WorkerLost("killed."))
        self._end(attempt)
        self.failures += 1

    @precondition(lambda self: self.queue.finished and self.failures < LOST_ATTEMPTS - 1)
    @rule(data=st.data())
    def spoil(self, data: st.DataObject) -> None:
        self.queue.fail(data.draw(st.sampled_from(self.queue.finished)).attempt, WorkerLost("spoiled."))
        self.failures += 1

    @invariant()
    def every_chunk_is_in_one_place(self) -> None:
        finished = [found.attempt.chunk for found in self.queue.finished]
        places = [*finished, *(attempt.chunk for attempt in self.running)]
        assert len(places) == len(set(places))
        assert self.queue.is_waiting == (len(places) < len(self.chunks))
        assert finished == sorted(finished, key=lambda chunk: chunk.index)

    def _end(self, attempt: Attempt) -> None:
        self.running.remove(attempt)
        self.over.append(attempt)


TestQueue = QueueMachine.TestCase


def test_a_chunk_that_failed_comes_next() -> None:
    queue = ChunkQueue([Chunk(0, 0, 5), Chunk(1, 5, 10), Chunk(2, 10, 15)])
    first = queue.take()
    assert first is not None
    queue.fail(first, WorkerLost("killed."))
    again = queue.take()
    assert again is not None
    assert (again.chunk, again.number) == (first.chunk, first.number + 1)


def test_the_last_failure_is_told() -> None:
    queue = ChunkQueue([Chunk(0, 0, 5)])
    for _ in range(CONTENT_ATTEMPTS - 1):
        attempt = queue.take()
        assert attempt is not None
        queue.fail(attempt, EncoderFailed("ended."))
    last = queue.take()
    assert last is not None
    with pytest.raises(EncoderFailed, match="It was tried 3 times"):
        queue.fail(last, EncoderFailed("ended."))
