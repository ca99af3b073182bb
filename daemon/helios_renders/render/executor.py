"""Who runs the workers. `local` runs them as processes of this machine; others can stand beside it."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import attrs

from helios_renders.capture.question import SurfaceChoice, SurfaceQuestion
from helios_renders.capture.request import PageRequest
from helios_renders.composition.probe import PageReport
from helios_renders.composition.sounds import Listening, PageSounds
from helios_renders.encode.chunk import EncodedChunk
from helios_renders.problem import PageProblem
from helios_renders.render.events import RenderEvent
from helios_renders.render.plan import RenderPlan
from helios_renders.render.shelf import Shelf

OnEvent = Callable[[RenderEvent], None]


@attrs.frozen
class RenderTask:
    """What an executor is to render."""

    plan: RenderPlan
    page: PageRequest
    stage: str | None
    """The address of the stage's page, for surfaces that need one."""
    folder: Path
    """Where the chunks' files go."""
    works_ahead: bool
    """That a worker begins its next chunk while its encoder still works on the one before.

    That takes a second encoder for a while, and so cores and memory to spare.
    """
    shelf: Shelf | None
    """What is there already; None to render everything and to keep nothing."""
    listening: Listening | None = None
    """That what is heard up to the last frame is to be brought back too."""
    proof: SurfaceQuestion | None = None
    """That the render is to prove its surface (see `capture/proof.py`).

    Then a chunk that was there already counts only if all samples in it are proved.
    """


@attrs.frozen
class RenderedChunks:
    """What an executor brings back."""

    files: tuple[EncodedChunk, ...]
    """The chunks' files in order, all in the folder that was given."""
    reused: int
    """How many of the frames were there already."""
    problems: tuple[PageProblem, ...]
    """Errors of the page that were allowed, each once, by frame."""
    warnings: tuple[str, ...]
    sounds: PageSounds | None = None
    """What was heard up to the last frame, where it was asked for."""

    def heard_as(self, heard: "RenderedChunks") -> "RenderedChunks":
        """The same pictures with the sounds of another run, and what else that run tells."""
        return attrs.evolve(
            self,
            problems=tuple(dict.fromkeys((*self.problems, *heard.problems))),
            warnings=tuple(dict.fromkeys((*self.warnings, *heard.warnings))),
            sounds=heard.sounds,
        )


class Executor(Protocol):
    """Runs workers. After `close`, however it came about, none of their processes is left."""

    browser: str
    """Name and version of the browsers, and what draws in them; empty before the page was probed."""
    is_elsewhere: bool
    """Whether the page has asked another origin than its own for anything, as far as is known."""

    async def warm(self, workers: int) -> None:
        """Begins to start so many workers, which may be more than `run` will need.

        Returns when their processes run, which is long before they are ready, or cannot be started.
        """
        ...

    async def probe(self, page: PageRequest, listening: Listening | None = None) -> PageReport:
        """Opens the page in one worker and asks it what it is and what is heard; raises HeliosError."""
        ...

    async def listen(
        self, page: PageRequest, frame: int, listening: Listening, on_event: OnEvent, *, is_beside: bool
    ) -> RenderedChunks:
        """Runs the page up to a frame for what is heard, without any pictures; raises HeliosError.

        `is_beside` says that `run` renders pictures meanwhile, or did.
        """
        ...

    async def choose(self, question: SurfaceQuestion, *, is_last: bool) -> SurfaceChoice:
        """Tries surfaces, if need be while `run` renders; raises HeliosError.

        `is_last` says that the worker which tries them has nothing to do afterwards.
        """
        ...

    async def run(self, task: RenderTask, on_event: OnEvent) -> RenderedChunks:
        """Brings all chunks of the plan into the folder; raises HeliosError when one cannot be rendered.

        With a proof to make, the first SurfaceFailed ends the run.

        When it was cancelled or has failed, it can be called again.
        """
        ...

    async def close(self) -> None:
        """Ends every worker at once."""
        ...
