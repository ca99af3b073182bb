"""The executor `local`: one process for each worker on this machine, each pulling the next chunk."""

import asyncio
import secrets
import shutil
import sys
import tempfile
from collections import deque
from pathlib import Path

from helios_renders.capture.choose import SurfaceChoice, SurfaceQuestion
from helios_renders.capture.session import PageRequest
from helios_renders.composition.probe import PageReport
from helios_renders.encode.assembly import EncodedChunk
from helios_renders.encode.video import EncoderSettings
from helios_renders.errors import HeliosError, WorkerLost
from helios_renders.problem import PageProblem
from helios_renders.render import events, messages
from helios_renders.render.executor import OnEvent, RenderedChunks
from helios_renders.render.plan import Chunk, RenderPlan
from helios_renders.render.process import WorkerProcess

MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - a folder of this name is made there, with a secret name
MEMORY_ROOM = 2 * 2**30
"""Bytes that must be free in memory for the workers' temporary files to live there."""


class LocalExecutor:
    """Runs workers as processes of this machine; the worker that probes goes on to render."""

    def __init__(self, browser: Path, ffmpeg: Path) -> None:
        self._browser = str(browser)
        self._ffmpeg = str(ffmpeg)
        self._scratch = _scratch_parent() / f"helios-{secrets.token_hex(6)}"
        self._workers: list[WorkerProcess] = []
        self._versions: dict[int, str] = {}

    async def probe(self, page: PageRequest) -> PageReport:
        """See Executor."""
        worker = await self._start(0, ())
        self._versions[0] = (await worker.receive()).browser
        await worker.send(messages.Probe(page))
        answer = await worker.receive()
        if not isinstance(answer, messages.Probed):
            raise _unexpected(worker, answer)
        return answer.report

    async def choose(self, question: SurfaceQuestion) -> SurfaceChoice:
        """See Executor."""
        worker = self._workers[0]
        await worker.send(messages.Choose(question))
        answer = await worker.receive()
        if not isinstance(answer, messages.Chosen):
            raise _unexpected(worker, answer)
        return answer.choice

    async def run(
        self, plan: RenderPlan, page: PageRequest, stage: str | None, folder: Path, on_event: OnEvent
    ) -> RenderedChunks:
        """See Executor."""
        run = _Run(plan, page, stage, folder, on_event)
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(plan.concurrency.effective):
                    group.create_task(self._work(number, run))
        except BaseExceptionGroup as failures:
            raise _first(failures) from failures
        files = tuple(EncodedChunk(folder / run.name(chunk), chunk.frames) for chunk in plan.chunks)
        version = self._versions[min(self._versions)]
        problems = sorted(run.problems, key=lambda problem: (problem.frame, problem.line, problem.column))
        return RenderedChunks(files, version, tuple(problems), tuple(run.warnings))

    async def close(self) -> None:
        """See Executor."""
        workers, self._workers = self._workers, []
        await asyncio.gather(*(worker.kill() for worker in workers))
        await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)

    async def _start(self, number: int, orphaned: tuple[Path, ...]) -> WorkerProcess:
        start = messages.Start(number, self._browser, self._ffmpeg)
        starting = asyncio.ensure_future(
            WorkerProcess.start(start, self._scratch / str(number), (self._scratch, *orphaned))
        )
        try:
            await asyncio.shield(starting)
        finally:
            # A cancelled start is waited for, so that `close` knows its process and its folder.
            self._workers.append(await starting)
        return starting.result()

    async def _work(self, number: int, run: "_Run") -> None:
        warm = next((worker for worker in self._workers if worker.number == number), None)
        worker = warm or await self._start(number, (run.folder,))
        if number not in self._versions:
            self._versions[number] = (await worker.receive()).browser
        run.on_event(events.WorkerReady(number, self._versions[number]))
        await worker.send(run.begin)
        while run.waiting:
            chunk = run.waiting.popleft()
            await worker.send(messages.TakeChunk(chunk, run.name(chunk)))
            await self._follow(worker, chunk, run)
        await worker.finish()
        run.on_event(events.WorkerEnded(number))

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


def _scratch_parent() -> Path:
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
        settings = EncoderSettings(
            plan.encode.crf, plan.encode.preset, plan.encode.gop, plan.size, plan.encode.size, plan.fps
        )
        self.begin = messages.Begin(page, plan.surface, stage, settings, plan.page.stateless, str(folder))

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
