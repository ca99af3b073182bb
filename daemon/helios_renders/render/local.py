"""The executor `local`: one process for each worker on this machine, each pulling the next chunk."""

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import TypeVar

from helios_renders.capture.launch_options import LaunchOptions
from helios_renders.capture.question import SurfaceChoice, SurfaceQuestion
from helios_renders.capture.refusals import refusal_warning
from helios_renders.capture.request import PageRequest
from helios_renders.composition.probe import PageReport
from helios_renders.composition.sounds import Listening
from helios_renders.digest import file_digest
from helios_renders.errors import (
    EncoderFailed,
    HeliosError,
    PageHung,
    RenderFailed,
    SurfaceFailed,
    WorkerLost,
)
from helios_renders.render import events, messages
from helios_renders.render.attempts import Attempts
from helios_renders.render.chunk_queue import Attempt, FinishedChunk
from helios_renders.render.concurrency import MAX_CONCURRENCY
from helios_renders.render.executor import OnEvent, RenderedChunks, RenderTask
from helios_renders.render.process import WorkerProcess
from helios_renders.render.run import Run
from helios_renders.render.scratch import WorkersScratch
from helios_renders.threads import in_thread

PROBER, CHOOSER = 0, 1
"""The numbers of the workers that probe and that choose; they render too when there are so many."""
LISTENER = MAX_CONCURRENCY
"""The number of the worker that listens to a page whose pictures others render."""

_Answer = TypeVar("_Answer")


def _unheard(_event: events.RenderEvent) -> None:
    """For work whose steps nobody hears of."""


class LocalExecutor:
    """Runs workers as processes of this machine; those that probe and choose go on to render."""

    def __init__(self, browser: LaunchOptions, ffmpeg: Path) -> None:
        self.browser = ""
        self.is_elsewhere = False
        self._browser = browser
        self._ffmpeg = str(ffmpeg)
        self._scratch = WorkersScratch()
        self._workers: dict[int, WorkerProcess] = {}
        self._warming: dict[int, asyncio.Task[str]] = {}
        """Each worker's start; its result is the browser's version."""
        self._spawning: set[asyncio.Future[WorkerProcess]] = set()
        """The processes that are being made."""
        self._busy: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._warnings: list[str] = []
        self._leaving: list[asyncio.Task[None]] = []
        """The ends of workers that have nothing to do any more, for which only `close` has to wait."""

    async def warm(self, workers: int) -> None:
        """See Executor."""
        for number in range(workers):
            self._warm(number)
        # One turn, in which the starts begin.
        await asyncio.sleep(0)
        if self._spawning:
            await asyncio.wait(self._spawning)

    async def probe(self, page: PageRequest, listening: Listening | None = None) -> PageReport:
        """See Executor."""
        return (await self._ask(PROBER, messages.Probe(page, listening), messages.Probed)).report

    async def listen(
        self, page: PageRequest, frame: int, listening: Listening, on_event: OnEvent, *, is_beside: bool
    ) -> RenderedChunks:
        """See Executor."""
        if self._leaving:
            # A worker of the same number may still be on its way out; all go whoever waits for them.
            await asyncio.wait(self._leaving)
        command = messages.Listen(page, frame, listening)
        number = LISTENER if is_beside else PROBER
        async with self._busy[number]:
            heard = await self._ask(number, command, messages.Listened, on_event)
            if is_beside:
                self._let_go(number)
        refused = (refusal_warning(heard.refused),) if heard.refused else ()
        warnings = (*self._warnings, *heard.warnings, *refused)
        return RenderedChunks((), 0, heard.problems, warnings, heard.sounds)

    async def choose(self, question: SurfaceQuestion, *, is_last: bool) -> SurfaceChoice:
        """See Executor."""
        async with self._busy[CHOOSER]:
            answer = await self._ask(CHOOSER, messages.Choose(question), messages.Chosen)
            self.is_elsewhere = self.is_elsewhere or answer.is_elsewhere
            if is_last:
                self._let_go(CHOOSER)
            return answer.choice

    async def run(self, task: RenderTask, on_event: OnEvent) -> RenderedChunks:
        """See Executor."""
        await in_thread(self._scratch.adopt, task.folder)
        run = Run(task, on_event)
        for number in self._superfluous(run.workers):
            self._let_go(number)
        try:
            await run.reuse()
            while run.queue.is_waiting:
                await self._work_off(run)
                for finished in run.queue.finished:
                    await self._verify(finished, run)
        except SurfaceFailed:
            await run.clear()
            raise
        finally:
            await run.kept()
        return run.outcome(self._warnings)

    async def _work_off(self, run: Run) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(run.workers):
                    group.create_task(self._work(number, run))
        except BaseExceptionGroup as failures:
            raise _first(failures) from failures

    async def close(self) -> None:
        """See Executor."""
        for warming in self._warming.values():
            warming.cancel()
        await asyncio.gather(*self._warming.values(), return_exceptions=True)
        await asyncio.gather(*(worker.kill() for worker in self._workers.values()), *self._leaving)
        await asyncio.to_thread(self._scratch.remove)

    def _warm(self, number: int) -> asyncio.Task[str]:
        if not self._warming:
            self._scratch.make()
        if number not in self._warming:
            self._warming[number] = asyncio.create_task(self._start(number))
        return self._warming[number]

    async def _ready(self, number: int) -> tuple[WorkerProcess, str]:
        """The worker of a number, and its browser's version; started when it does not run yet."""
        try:
            # Shielded, because the start belongs to all that wait for it, and `close` ends it.
            version = await asyncio.shield(self._warm(number))
        except HeliosError:
            await self._discard(number)
            raise
        return self._workers[number], version

    async def _discard(self, number: int) -> None:
        """Ends a worker of which nobody knows what it is doing, so that a new one takes its place."""
        self._warming.pop(number, None)
        worker = self._workers.pop(number, None)
        if worker is not None:
            ending = asyncio.create_task(worker.kill())
            # So that `close` waits for it even when whoever waits for it here is cancelled meanwhile.
            self._leaving.append(ending)
            await asyncio.shield(ending)

    async def _ask(
        self, number: int, command: messages.Command, kind: type[_Answer], on_event: OnEvent = _unheard
    ) -> _Answer:
        """A worker's answer to one command, from another worker when it is lost; raises HeliosError."""
        attempts = Attempts()
        while True:
            try:
                worker, _ = await self._ready(number)
                try:
                    await worker.send(command)
                    while isinstance(answer := await worker.receive(), events.FrameAdvanced):
                        on_event(answer)
                    return _expected(worker, answer, kind)
                except BaseException:
                    await self._discard(number)
                    raise
            except PageHung:
                raise
            except HeliosError as error:
                attempts = attempts.after(error)
                self._warnings.append(f"Worker {number} was replaced. {error.message}")

    async def _start(self, number: int) -> str:
        start = messages.Start(number, self._browser, self._ffmpeg)
        scratch = self._scratch.new(number)
        spawning = asyncio.ensure_future(WorkerProcess.start(start, scratch, self._scratch.orphanage))
        self._spawning.add(spawning)
        spawning.add_done_callback(self._spawning.discard)
        try:
            await asyncio.shield(spawning)
        finally:
            # A cancelled start is waited for, so that `close` knows its process and its folder.
            self._workers[number] = await spawning
        worker = self._workers[number]
        self.browser = _expected(worker, await worker.receive(), events.WorkerReady).browser
        return self.browser

    def _let_go(self, number: int) -> None:
        """Ends a worker that has nothing to do any more, also one that is still starting."""
        self._leaving.append(asyncio.create_task(self._end(number, self._warming.pop(number))))

    async def _end(self, number: int, warming: asyncio.Task[str]) -> None:
        warming.cancel()
        await asyncio.gather(warming, return_exceptions=True)
        worker = self._workers.pop(number, None)
        if worker is not None:
            await worker.kill()

    def _superfluous(self, workers: int) -> list[int]:
        return [number for number in self._warming if number >= workers and not self._busy[number].locked()]

    async def _work(self, number: int, run: Run) -> None:
        async with self._busy[number]:
            known: WorkerProcess | None = None
            at = -1
            starts = Attempts()
            given: list[Attempt] = []
            while given or run.queue.is_waiting:
                try:
                    worker, version = await self._ready(number)
                except HeliosError as error:
                    starts = starts.after(error)
                    continue
                if worker is not known:
                    known, at = worker, -1
                    run.on_event(events.WorkerReady(number, version))
                    await worker.send(run.begin)
                attempt = run.take(at) if run.works_ahead or not given else None
                if attempt is None and not given:
                    break
                await self._attempt(worker, attempt, given, run)
                at = at if attempt is None else attempt.chunk.end - 1
            if number in self._warming:
                self._let_go(number)
            run.on_event(events.WorkerEnded(number))

    async def _attempt(
        self, worker: WorkerProcess, attempt: Attempt | None, given: list[Attempt], run: Run
    ) -> None:
        """Has a worker give a chunk's frames to its encoder, or end all chunks that it was given.

        `given` are those that it has taken and not ended; they are none any more when it fails.
        """
        try:
            if attempt is not None:
                given.append(attempt)
                await worker.send(run.command(attempt))
            await self._follow(worker, attempt, given, run)
        except BaseException as error:
            # First gone, then rendered anew, so that no two ever work on one chunk.
            await self._discard(worker.number)
            if not isinstance(error, HeliosError) or run.is_refuted_by(error):
                raise
            # What failed comes first, because it may end the render.
            given.sort(key=lambda each: each.number != worker.failed)
            while given:
                each = given.pop(0)
                if worker.failed in (None, each.number):
                    await run.fail(worker.number, each, error)
                else:
                    await run.put_back(worker.number, each)

    @staticmethod
    async def _verify(finished: FinishedChunk, run: Run) -> None:
        """Has a chunk rendered anew whose file is not what its worker wrote."""
        try:
            found = await in_thread(file_digest, run.folder / finished.attempt.name)
        except OSError as error:
            reason = f"cannot be read: {error.strerror}"
        else:
            if found == finished.sha256:
                return
            reason = "is not what was written into it"
        attempt = finished.attempt
        await run.fail(None, attempt, EncoderFailed(f"The file {run.folder / attempt.name} {reason}."))

    async def _follow(
        self, worker: WorkerProcess, attempt: Attempt | None, given: list[Attempt], run: Run
    ) -> None:
        """Passes on what a worker says until an attempt's frames are at its encoder, or all are done."""
        while given:
            answer = await worker.receive()
            match answer:
                case messages.FramesGiven() if attempt is not None and answer.attempt == attempt.number:
                    return
                case messages.ChunkRendered():
                    self.is_elsewhere = self.is_elsewhere or answer.is_elsewhere
                    run.finish(worker.number, given[0], answer, is_elsewhere=self.is_elsewhere)
                    del given[0]
                case (
                    events.ChunkBegan()
                    | events.FrameAdvanced()
                    | events.FrameCaptured()
                    | events.FrameProved()
                    | events.Warned()
                ):
                    run.on_event(answer)
                case _:
                    _expected(worker, answer, messages.ChunkRendered)


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """The failure to tell: a HeliosError before anything else; a lost worker only when nothing says more."""
    known, others = failures.split(HeliosError)
    leaves = _leaves(known) if known else _leaves(others or failures)
    telling = [error for error in leaves if not isinstance(error, WorkerLost)]
    return (telling or leaves)[0]


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


def _expected(worker: WorkerProcess, answer: object, kind: type[_Answer]) -> _Answer:
    if isinstance(answer, kind):
        return answer
    raise RenderFailed(
        f"Worker {worker.number} said {type(answer).__name__} out of turn.", messages.REPORT_ADVICE
    )
