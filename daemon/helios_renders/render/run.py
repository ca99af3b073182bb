"""What the workers of one run share: its chunks, and what is told of them."""

import asyncio
from collections.abc import Sequence

from helios_renders.capture.refusals import refusal_warning
from helios_renders.capture.samples import samples_of
from helios_renders.composition.sounds import PageSounds
from helios_renders.encode.chunk import EncodedChunk
from helios_renders.encode.disk import failed_file
from helios_renders.encode.edges import Edges, edges_file
from helios_renders.errors import HeliosError, SurfaceFailed
from helios_renders.problem import PageProblem
from helios_renders.render import events, messages
from helios_renders.render.chunk import Chunk
from helios_renders.render.chunk_queue import Attempt, ChunkQueue
from helios_renders.render.chunk_settings import encoder_settings
from helios_renders.render.executor import OnEvent, RenderedChunks, RenderTask
from helios_renders.render.room import check_room
from helios_renders.render.shelf import KeptChunk, Shelf
from helios_renders.threads import in_thread

MAX_RETRY_WARNINGS = 20


class Run:
    """What the workers of one run share."""

    def __init__(self, task: RenderTask, on_event: OnEvent) -> None:
        plan = task.plan
        self.folder = task.folder
        self.on_event = on_event
        self.workers = plan.concurrency.effective
        self.works_ahead = task.works_ahead
        self._refused: set[str] = set()
        settings = encoder_settings(plan)
        self.queue = ChunkQueue(plan.chunks, f".{settings.container}")
        self.begin = messages.Begin(
            task.page, plan.surface, task.stage, settings, plan.page.stateless, str(task.folder), task.proof
        )
        self._edges: dict[int, Edges] = {}
        self._plan = plan
        self._shelf = task.shelf
        self._keeping: list[asyncio.Future[None]] = []
        self._problems: set[PageProblem] = set()
        self._warnings: list[str] = []
        self._retries = 0
        self._reused = 0
        self.listening = task.listening
        self._sounds: PageSounds | None = None
        self._done_frames = 0
        self._done_bytes = 0

    async def reuse(self) -> None:
        """Takes the chunks that are there already."""
        if self._shelf is None:
            return
        proof = self.begin.proof
        samples = () if proof is None else await in_thread(samples_of, proof, is_cheap=True)
        for chunk in self._plan.chunks:
            file = self.folder / Attempt(chunk, 0, self.queue.suffix).name
            kept = await in_thread(self._shelf.chunk, self._plan, chunk, file)
            if kept is None or (self._tells_all(chunk) and kept.sounds is None):
                continue
            proved = [each for each in kept.proved if each.frame in samples]
            if len(proved) == sum(chunk.start <= sample < chunk.end for sample in samples):
                self.queue.adopt(chunk, kept.sha256)
                self._reused += chunk.frames
                self._note(chunk, kept)
                self.on_event(events.ChunkReused(chunk.index, chunk.frames))
                for each in proved:
                    self.on_event(events.FrameProved(each.frame, each.psnr))

    def take(self, at: int) -> Attempt | None:
        """The next attempt of a worker whose page rests at frame `at`, or -1; None to have no more."""
        return self.queue.take(None if self.begin.stateless else at)

    def command(self, attempt: Attempt) -> messages.TakeChunk:
        """What a worker is told to make an attempt."""
        chunk = attempt.chunk
        script = self._plan.script(chunk)
        return messages.TakeChunk(chunk, attempt.number, attempt.name, script, self.listening)

    def _tells_all(self, chunk: Chunk) -> bool:
        """Whether the sounds up to a chunk's end are all that is heard."""
        return self.listening is not None and chunk == self._plan.chunks[-1]

    def finish(
        self, worker: int, attempt: Attempt, answer: messages.ChunkRendered, *, is_elsewhere: bool
    ) -> None:
        """Counts a chunk, and begins to keep it for later renders; raises as ChunkQueue and `check_room`."""
        self.queue.finish(attempt, answer.attempt, answer.frames, answer.sha256)
        kept = KeptChunk(
            answer.frames,
            answer.sha256,
            answer.edges,
            answer.problems,
            answer.warnings,
            answer.refused,
            answer.sounds,
            answer.proved,
        )
        self._note(attempt.chunk, kept)
        self.on_event(events.ChunkDone(worker, attempt.chunk.index, answer.frames, answer.sha256))
        if self._shelf is not None:
            keeping = self._keep(self._shelf, attempt, kept, is_elsewhere=is_elsewhere)
            self._keeping.append(asyncio.ensure_future(keeping))
        self._done_frames += answer.frames
        self._done_bytes += answer.size_bytes
        try:
            check_room(self.folder, self._done_frames, self._done_bytes, self._plan.total)
        except OSError as error:
            raise failed_file(error, self.folder) from error

    def is_refuted_by(self, error: HeliosError) -> bool:
        """Whether an attempt's error speaks against the surface that is to be proved."""
        return self.begin.proof is not None and isinstance(error, SurfaceFailed)

    async def fail(self, worker: int | None, attempt: Attempt, error: HeliosError) -> None:
        """Has a chunk rendered anew; raises the error when no attempt is left."""
        self.queue.fail(attempt, error)
        await self._make_anew(worker, attempt, error.message)

    async def put_back(self, worker: int, attempt: Attempt) -> None:
        """Has a chunk rendered anew that did not fail itself, but was lost with its worker."""
        self.queue.put_back(attempt)
        await self._make_anew(worker, attempt, "They were lost when another chunk of their worker failed.")

    async def _make_anew(self, worker: int | None, attempt: Attempt, reason: str) -> None:
        file = self.folder / attempt.name
        for left in (file, edges_file(file)):
            await in_thread(left.unlink, missing_ok=True)
        chunk = attempt.chunk
        first, last = chunk.start, chunk.end - 1
        self.on_event(events.ChunkRetried(worker, chunk.index, first, last, reason))
        self._retries += 1
        if self._retries <= MAX_RETRY_WARNINGS:
            self._warn(f"Frames {first} to {last} were rendered anew. {reason}")

    async def kept(self) -> None:
        """Waits until no chunk is being kept any more."""
        await asyncio.gather(*self._keeping)

    async def clear(self) -> None:
        """Removes what is finished, which nobody wants any more."""
        await self.kept()
        for finished in self.queue.finished:
            await in_thread((self.folder / finished.attempt.name).unlink, missing_ok=True)

    def outcome(self, warnings: Sequence[str]) -> RenderedChunks:
        """All chunks, and what is to be told of them beside the warnings given."""
        if self._refused:
            self._warn(refusal_warning(self._refused))
        files = tuple(
            EncodedChunk(self.folder / finished.attempt.name, chunk.frames, self._edges[chunk.index])
            for finished in self.queue.finished
            for chunk in [finished.attempt.chunk]
        )
        problems = sorted(self._problems, key=lambda problem: (problem.frame, problem.line, problem.column))
        return RenderedChunks(
            files, self._reused, tuple(problems), (*warnings, *self._warnings), self._sounds
        )

    async def _keep(self, shelf: Shelf, attempt: Attempt, kept: KeptChunk, *, is_elsewhere: bool) -> None:
        file = self.folder / attempt.name
        try:
            await in_thread(shelf.keep_chunk, self._plan, attempt.chunk, file, kept, is_foreign=is_elsewhere)
        except OSError as error:
            self._warn(f"What is rendered is not kept for later: {error.strerror}, {shelf.cache.folder}.")

    def _note(self, chunk: Chunk, kept: KeptChunk) -> None:
        self._edges[chunk.index] = kept.edges
        self._problems.update(kept.problems)
        self._refused.update(kept.refused)
        if self._tells_all(chunk):
            self._sounds = kept.sounds
        for warning in kept.warnings:
            self._warn(warning)

    def _warn(self, warning: str) -> None:
        if warning not in self._warnings:
            self._warnings.append(warning)
            self.on_event(events.Warned(warning))
