"""A job: one requested render over its whole life."""

from enum import Enum

import attrs

from helios_renders.render.concurrency import Concurrency
from helios_renders.render.progress import RenderProgress
from helios_renders.render.result import RenderResult


class JobState(Enum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RENDERING = "rendering"
    ASSEMBLING = "assembling"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


@attrs.frozen
class JobError:
    """Why a job failed, was interrupted, or paused without being asked to, as data."""

    code: str
    message: str
    advice: str = ""
    details: tuple[str, ...] = ()


@attrs.frozen
class Job:
    """One requested render as everybody sees it; replaced, never changed."""

    id: str
    composition: str
    name: str
    state: JobState
    created_at: float
    """Seconds since the epoch."""
    concurrency: Concurrency
    output: str | None = None
    started_at: float | None = None
    finished_at: float | None = None
    progress: RenderProgress | None = None
    result: RenderResult | None = None
    error: JobError | None = None
    attempt: int = 1
    """How often it was begun, counting from 1."""
    order: float = 0.0
    """Jobs that wait have their turns from the lowest to the highest."""
    needs_bytes: int | None = None
    """The room on its output's disk with which a paused job goes on by itself; None when it never does."""
    elsewhere: bool = False
    """Whether it belongs to another daemon, so that this one can only tell of it."""
