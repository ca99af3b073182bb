"""What the render manager knows of a job beside the job."""

import asyncio
from collections.abc import Callable

import attrs

from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.states import is_final, is_still
from helios_renders.jobs.throttle import Throttle
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.progress import ProgressAggregator
from helios_renders.render.result import RenderResult

PROGRESS_INTERVAL = 0.1
"""Seconds between two updates of one job that change no more than its progress."""
SAVE_INTERVAL = 1.0
"""Seconds between two writes of one job that change no more than its progress."""


@attrs.define(eq=False)
class Entry:
    """A job with everything that moves it."""

    job: Job
    """As it is; its state may still be on its way into the journal."""
    options: DistributedRenderOptions
    updates: Throttle
    """Tells subscribers."""
    saves: Throttle
    """Writes progress into the journal."""
    known: Job = attrs.field(init=False)
    """As everybody may know it: what a crash would not undo."""
    unwritten: int = 0
    """How many states are on their way into the journal."""
    progress: ProgressAggregator | None = None
    """Of the attempt that runs or ran in this process."""
    over: asyncio.Event = attrs.field(factory=asyncio.Event)
    """Set when everybody may know that it is over."""
    still: asyncio.Event = attrs.field(factory=asyncio.Event)
    """Set when everybody may know that it is over or paused."""
    task: asyncio.Future[RenderResult] | None = None
    stopped: JobState | None = None
    """The state that it was asked to end in, by the first who asked."""

    def __attrs_post_init__(self) -> None:
        self.known = self.job
        self.wake()

    @classmethod
    def of(
        cls,
        job: Job,
        options: DistributedRenderOptions,
        tell: Callable[["Entry"], None],
        save: Callable[["Entry"], None],
    ) -> "Entry":
        """An entry whose throttles run these actions."""
        entry = cls(
            job,
            options,
            Throttle(lambda: tell(entry), PROGRESS_INTERVAL),
            Throttle(lambda: save(entry), SAVE_INTERVAL),
        )
        return entry

    def wake(self) -> None:
        """Let those go on who wait for what is known by now."""
        if is_final(self.known.state):
            self.over.set()
        if is_still(self.known.state):
            self.still.set()

    def begin_again(self) -> None:
        """Make room for another attempt."""
        if self.over.is_set():
            self.over = asyncio.Event()
        self.still = asyncio.Event()
        self.progress = self.task = self.stopped = None

    async def end(self) -> Job:
        """The job when it is over and written."""
        while not self.over.is_set():
            await self.over.wait()
        return self.known

    async def rest(self) -> Job:
        """The job when it is over or paused, and written."""
        await self.still.wait()
        return self.known
