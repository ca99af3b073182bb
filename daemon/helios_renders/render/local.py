"""The executor `local`: one process for each worker on this machine, each pulling the next chunk."""

import asyncio
import json
import secrets
import shutil
import sys
import tempfile
from collections import defaultdict, deque
from pathlib import Path

from helios_renders.capture.question import SurfaceChoice, SurfaceQuestion
from helios_renders.capture.request import PageRequest
from helios_renders.composition.probe import PageReport
from helios_renders.encode.assembly import EncodedChunk
from helios_renders.encode.video import EncoderSettings
from helios_renders.errors import HeliosError, RenderFailed, WorkerLost
from helios_renders.problem import PageProblem
from helios_renders.render import events, messages
from helios_renders.render.executor import OnEvent, RenderedChunks
from helios_renders.render.plan import Chunk, RenderPlan
from helios_renders.render.process import WorkerProcess
from helios_renders.threads import in_thread

ORPHANAGE = "orphaned.json"
MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - a folder of this name is made there, with a secret name
MEMORY_ROOM = 2 * 2**30
"""Bytes that must be free in memory for the workers' temporary files to live there."""
PROBER, CHOOSER = 0, 1
"""The numbers of the workers that probe and that choose; they render too when there are so many."""


class LocalExecutor:
    """Runs workers as processes of this machine; those that probe and choose go on to render."""

    def __init__(self, browser: Path, ffmpeg: Path) -> None:
        self._browser = str(browser)
        self._ffmpeg = str(ffmpeg)
        self._scratch = scratch_parent() / f"helios-{secrets.token_hex(6)}"
        self._orphaned: list[Path] = []
        """What the workers' reapers remove if this process dies without a word."""
        self._workers: dict[int, WorkerProcess] = {}
        self._warming: dict[int, asyncio.Task[str]] = {}
        """Each worker's start; its result is the browser's version."""
        self._busy: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._leaving: list[asyncio.Task[None]] = []
        """The ends of workers that have nothing to do any more, for which only `close` has to wait."""

    def warm(self, workers: int) -> None:
        """Starts the first workers side by side, so that their browsers stand ready when they are wanted."""
        for number in range(workers):
            self._warm(number)

    async def probe(self, page: PageRequest) -> PageReport:
        """See Executor."""
        worker, _ = await self._ready(PROBER)
        await worker.send(messages.Probe(page))
        answer = await worker.receive()
        if not isinstance(answer, messages.Probed):
            raise _unexpected(worker, answer)
        return answer.report

    async def choose(self, question: SurfaceQuestion, *, is_last: bool) -> SurfaceChoice:
        """See Executor."""
        async with self._busy[CHOOSER]:
            worker, _ = await self._ready(CHOOSER)
            await worker.send(messages.Choose(question))
            answer = await worker.receive()
            if not isinstance(answer, messages.Chosen):
                raise _unexpected(worker, answer)
            if is_last:
                self._let_go(CHOOSER)
            return answer.choice

    async def run(
        self, plan: RenderPlan, page: PageRequest, stage: str | None, folder: Path, on_event: OnEvent
    ) -> RenderedChunks:
        """See Executor."""
        self._orphaned = [folder]
        await in_thread(self._write_orphanage)
        run = _Run(plan, page, stage, folder, on_event)
        try:
            async with asyncio.TaskGroup() as group:
                for number in self._superfluous(plan.concurrency.effective):
                    self._let_go(number)
                for number in range(plan.concurrency.effective):
                    group.create_task(self._work(number, run))
        except BaseExceptionGroup as failures:
            raise _first(failures) from failures
        files = tuple(EncodedChunk(folder / run.name(chunk), chunk.frames) for chunk in plan.chunks)
        problems = sorted(run.problems, key=lambda problem: (problem.frame, problem.line, problem.column))
        return RenderedChunks(files, run.browser, tuple(problems), tuple(run.warnings))

    async def close(self) -> None:
        """See Executor."""
        for warming in self._warming.values():
            warming.cancel()
        await asyncio.gather(*self._warming.values(), return_exceptions=True)
        await asyncio.gather(*(worker.kill() for worker in self._workers.values()), *self._leaving)
        await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)

    def _warm(self, number: int) -> asyncio.Task[str]:
        if not self._warming:
            self._write_orphanage()
        if number not in self._warming:
            self._warming[number] = asyncio.create_task(self._start(number))
        return self._warming[number]

    async def _ready(self, number: int) -> tuple[WorkerProcess, str]:
        """The worker of a number, and its browser's version; started when it does not run yet."""
        # Shielded, because the start belongs to all that wait for it, and `close` ends it.
        version = await asyncio.shield(self._warm(number))
        return self._workers[number], version

    async def _start(self, number: int) -> str:
        start = messages.Start(number, self._browser, self._ffmpeg)
        scratch = self._scratch / f"{number}-{secrets.token_hex(2)}"
        starting = asyncio.ensure_future(WorkerProcess.start(start, scratch, self._scratch / ORPHANAGE))
        try:
            await asyncio.shield(starting)
        finally:
            # A cancelled start is waited for, so that `close` knows its process and its folder.
            self._workers[number] = await starting
        answer = await self._workers[number].receive()
        if not isinstance(answer, events.WorkerReady):
            raise _unexpected(self._workers[number], answer)
        return answer.browser

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

    async def _work(self, number: int, run: "_Run") -> None:
        async with self._busy[number]:
            worker, version = await self._ready(number)
            run.begin_worker(number, version)
            try:
                await worker.send(run.begin)
                while run.waiting:
                    chunk = run.waiting.popleft()
                    await worker.send(messages.TakeChunk(chunk, run.name(chunk)))
                    await self._follow(worker, chunk, run)
            except BaseException:
                # Nobody knows what it was doing, so nobody uses it again.
                await worker.kill()
                self._warming.pop(number, None)
                raise
            self._let_go(number)
            run.on_event(events.WorkerEnded(number))

    def _write_orphanage(self) -> None:
        new = self._scratch / f"{ORPHANAGE}.new"
        try:
            self._scratch.mkdir(mode=0o700, exist_ok=True)
            new.write_text(json.dumps(list(map(str, self._orphaned))), encoding="utf-8")
            new.replace(self._scratch / ORPHANAGE)
        except OSError as error:
            raise RenderFailed(
                f"{self._scratch.parent} cannot take the workers' files: {error.strerror}.",
                "Make room there, and see that you may write there.",
            ) from error

    async def _follow(self, worker: WorkerProcess, chunk: Chunk, run: "_Run") -> None:
        """Passes on what a worker says until its chunk is done."""
        while True:
            answer = await worker.receive()
            match answer:
                case messages.ChunkRendered():
                    run.take(answer)
                    run.on_event(events.ChunkDone(worker.number, chunk.index, answer.frames, answer.sha256))
                    return
                case events.ChunkBegan() | events.FrameAdvanced() | events.FrameCaptured() | events.Warned():
                    run.on_event(answer)
                case _:
                    raise _unexpected(worker, answer)


def scratch_parent() -> Path:
    """Memory when there is room, for the frames that pass through the browser's profile; else the usual."""
    if sys.platform == "linux" and MEMORY_FOLDER.is_dir():
        if shutil.disk_usage(MEMORY_FOLDER).free >= MEMORY_ROOM:
            return MEMORY_FOLDER
    return Path(tempfile.gettempdir())


class _Run:
    """What the workers of one run share."""

    def __init__(
        self, plan: RenderPlan, page: PageRequest, stage: str | None, folder: Path, on_event: OnEvent
    ) -> None:
        self.folder = folder
        self.on_event = on_event
        self.waiting = deque(plan.chunks)
        self.problems: set[PageProblem] = set()
        self.warnings: list[str] = []
        self.browser = ""
        """Version of the browsers, which are one executable."""
        settings = EncoderSettings(
            plan.encode.crf, plan.encode.preset, plan.encode.gop, plan.size, plan.encode.size, plan.fps
        )
        self.begin = messages.Begin(page, plan.surface, stage, settings, plan.page.stateless, str(folder))

    def begin_worker(self, number: int, browser: str) -> None:
        self.browser = browser
        self.on_event(events.WorkerReady(number, browser))

    @staticmethod
    def name(chunk: Chunk) -> str:
        """A chunk's file name."""
        return f"chunk-{chunk.index:06d}.mp4"

    def take(self, answer: messages.ChunkRendered) -> None:
        self.problems.update(answer.problems)
        for warning in answer.warnings:
            if warning not in self.warnings:
                self.warnings.append(warning)
                self.on_event(events.Warned(warning))


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


def _unexpected(worker: WorkerProcess, answer: object) -> WorkerLost:
    return WorkerLost(f"Worker {worker.number} said {type(answer).__name__} out of turn.")
