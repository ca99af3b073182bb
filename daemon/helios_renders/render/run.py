"""What the workers of one run share: its chunks, and what is told of them."""

import functools
from pathlib import Path

from helios_renders.capture.request import PageRequest
from helios_renders.encode.video import EncoderSettings
from helios_renders.errors import HeliosError
from helios_renders.problem import PageProblem
from helios_renders.render import events, messages
from helios_renders.render.chunk_queue import Attempt, ChunkQueue
from helios_renders.render.executor import OnEvent
from helios_renders.render.plan import RenderPlan
from helios_renders.threads import in_thread

MAX_RETRY_WARNINGS = 20


class Run:
    """What the workers of one run share."""

    def __init__(
        self, plan: RenderPlan, page: PageRequest, stage: str | None, folder: Path, on_event: OnEvent
    ) -> None:
        self.folder = folder
        self.on_event = on_event
        self.queue = ChunkQueue(plan.chunks)
        self.problems: set[PageProblem] = set()
        self.warnings: list[str] = []
        self.refused: set[str] = set()
        """Addresses that the page was kept from."""
        self.retries = 0
        self.browser = ""
        """Version of the browsers, which are one executable."""
        settings = EncoderSettings(
            plan.encode.crf, plan.encode.preset, plan.encode.gop, plan.size, plan.encode.size, plan.fps
        )
        self.begin = messages.Begin(page, plan.surface, stage, settings, plan.page.stateless, str(folder))

    def begin_worker(self, number: int, browser: str) -> None:
        """Tells of a worker that stands ready."""
        self.browser = browser
        self.on_event(events.WorkerReady(number, browser))

    def finish(self, worker: int, attempt: Attempt, answer: messages.ChunkRendered) -> None:
        """Counts a chunk."""
        self.queue.finish(attempt, answer.attempt, answer.frames, answer.sha256)
        self.problems.update(answer.problems)
        self.refused.update(answer.refused)
        for warning in answer.warnings:
            self.warn(warning)
        self.on_event(events.ChunkDone(worker, attempt.chunk.index, answer.frames, answer.sha256))

    async def fail(self, worker: int | None, attempt: Attempt, error: HeliosError) -> None:
        """Has a chunk rendered anew; raises the error when no attempt is left."""
        self.queue.fail(attempt, error)
        await in_thread(functools.partial((self.folder / attempt.name).unlink, missing_ok=True))
        chunk = attempt.chunk
        first, last = chunk.start, chunk.end - 1
        self.on_event(events.ChunkRetried(worker, chunk.index, first, last, error.message))
        self.retries += 1
        if self.retries <= MAX_RETRY_WARNINGS:
            self.warn(f"Frames {first} to {last} were rendered anew. {error.message}")

    def warn(self, warning: str) -> None:
        """Tells a warning once."""
        if warning not in self.warnings:
            self.warnings.append(warning)
            self.on_event(events.Warned(warning))
