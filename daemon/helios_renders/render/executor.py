"""Who runs the workers. `local` runs them as processes of this machine; others can stand beside it."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import attrs

from helios_renders.capture.question import SurfaceChoice, SurfaceQuestion
from helios_renders.capture.request import PageRequest
from helios_renders.composition.probe import PageReport
from helios_renders.encode.assembly import EncodedChunk
from helios_renders.problem import PageProblem
from helios_renders.render.events import RenderEvent
from helios_renders.render.plan import RenderPlan

OnEvent = Callable[[RenderEvent], None]


@attrs.frozen
class RenderedChunks:
    """What an executor brings back."""

    files: tuple[EncodedChunk, ...]
    """The chunks' files in order, all in the folder that was given."""
    browser: str
    problems: tuple[PageProblem, ...]
    """Errors of the page that were allowed, each once, by frame."""
    warnings: tuple[str, ...]


class Executor(Protocol):
    """Runs workers. After `close`, however it came about, none of their processes is left."""

    def warm(self, workers: int) -> None:
        """Begins to start so many workers, which may be more than `run` will need."""
        ...

    async def probe(self, page: PageRequest) -> PageReport:
        """Opens the page in one worker and asks it what it is; raises HeliosError."""
        ...

    async def choose(self, question: SurfaceQuestion, *, is_last: bool) -> SurfaceChoice:
        """Tries surfaces, if need be while `run` renders; raises HeliosError.

        `is_last` says that the worker which tries them has nothing to do afterwards.
        """
        ...

    async def run(
        self, plan: RenderPlan, page: PageRequest, stage: str | None, folder: Path, on_event: OnEvent
    ) -> RenderedChunks:
        """Renders all chunks of the plan into the folder; raises HeliosError at the first failure.

        When it was cancelled or has failed, it can be called again.
        `stage` is the address of the stage's page, for surfaces that need one.
        """
        ...

    async def close(self) -> None:
        """Ends every worker at once."""
        ...
