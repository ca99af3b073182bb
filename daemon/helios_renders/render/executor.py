"""Who runs the workers. `local` runs them as processes of this machine; others can stand beside it."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import attrs

from helios_renders.capture.choose import SurfaceChoice, SurfaceQuestion
from helios_renders.capture.session import PageRequest
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

    async def probe(self, page: PageRequest) -> PageReport:
        """Opens the page in one worker and asks it what it is; raises HeliosError."""
        ...

    async def choose(self, question: SurfaceQuestion) -> SurfaceChoice:
        """Tries surfaces in the worker that probed; raises HeliosError."""
        ...

    async def run(
        self, plan: RenderPlan, page: PageRequest, stage: str | None, folder: Path, on_event: OnEvent
    ) -> RenderedChunks:
        """Renders all chunks of the plan into the folder; raises HeliosError at the first failure.

        `stage` is the address of the stage's page, for surfaces that need one.
        """
        ...

    async def close(self) -> None:
        """Ends every worker at once."""
        ...
