"""Which chunks of a run are waiting, which are done, and what becomes of an attempt that failed."""

import itertools
from collections.abc import Iterable

import attrs

from helios_renders.encode.formats import MP4
from helios_renders.errors import HeliosError, WorkerLost
from helios_renders.render.attempts import Attempts
from helios_renders.render.chunk import Chunk
from helios_renders.render.next_chunk import next_chunk


@attrs.frozen
class Attempt:
    """One try at one chunk."""

    chunk: Chunk
    number: int
    """Grows with every attempt of a run, from 1; 0 stands for an earlier render."""
    suffix: str = MP4.suffix
    """Of the file that it writes."""

    @property
    def name(self) -> str:
        """The name of the file that it writes."""
        return f"chunk-{self.chunk.index:06d}-{self.number}{self.suffix}"


@attrs.frozen
class FinishedChunk:
    """The attempt that made a chunk, and what its file must hold."""

    attempt: Attempt
    sha256: str


class ChunkQueue:
    """Hands out attempts; a chunk is waiting, at one worker, or finished."""

    def __init__(self, chunks: Iterable[Chunk], suffix: str = MP4.suffix) -> None:
        self.suffix = suffix
        self._waiting = {chunk.index: chunk for chunk in chunks}
        self._numbers = itertools.count(1)
        self._running: dict[int, Attempt] = {}
        self._finished: dict[int, FinishedChunk] = {}
        self._attempts: dict[int, Attempts] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether a chunk can be taken."""
        return bool(self._waiting)

    @property
    def finished(self) -> tuple[FinishedChunk, ...]:
        """What is finished, in order."""
        return tuple(self._finished[index] for index in sorted(self._finished))

    def take(self, at: int | None = None) -> Attempt | None:
        """The attempt at the first chunk that waits, or the next for a page that rests at frame `at`.

        None when none is waiting, or the page has none to take (see `next_chunk`).
        """
        waiting = [self._waiting[index] for index in sorted(self._waiting)]
        chunk = next(iter(waiting), None) if at is None else next_chunk(waiting, self._running, at)
        if chunk is None:
            return None
        del self._waiting[chunk.index]
        attempt = Attempt(chunk, next(self._numbers), self.suffix)
        self._running[chunk.index] = attempt
        return attempt

    def adopt(self, chunk: Chunk, sha256: str) -> None:
        """Counts a waiting chunk whose file was there already."""
        del self._waiting[chunk.index]
        self._finished[chunk.index] = FinishedChunk(Attempt(chunk, 0, self.suffix), sha256)

    def finish(self, attempt: Attempt, number: int, frames: int, sha256: str) -> None:
        """Counts a chunk whose worker says that attempt `number` wrote so many frames.

        Raises WorkerLost for another attempt's answer, and for another number of frames.
        """
        chunk = attempt.chunk
        if number != attempt.number or self._running.get(chunk.index) != attempt:
            raise WorkerLost(f"A worker answered with attempt {number} instead of {attempt.number}.")
        if frames != chunk.frames:
            raise WorkerLost(f"A worker rendered {frames} frames instead of {chunk.frames}.")
        del self._running[chunk.index]
        self._finished[chunk.index] = FinishedChunk(attempt, sha256)

    def fail(self, attempt: Attempt, error: HeliosError) -> None:
        """Puts a chunk back, running or finished; raises the error when no attempt is left."""
        index = attempt.chunk.index
        self._attempts[index] = self._attempts.get(index, Attempts()).after(error)
        self.put_back(attempt)

    def put_back(self, attempt: Attempt) -> None:
        """Puts a chunk back, running or finished, without counting an attempt."""
        index = attempt.chunk.index
        self._running.pop(index, None)
        self._finished.pop(index, None)
        self._waiting[index] = attempt.chunk
