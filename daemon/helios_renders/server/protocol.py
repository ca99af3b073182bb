"""The editor's protocol: plain data and method names, mirrored by the extension's `protocol.ts`."""

from typing import Any

import attrs

from helios_renders.jobs.job import Job
from helios_renders.jobs.journal import JournalStatus
from helios_renders.render.concurrency import Concurrency

RENDER_START = "helios/render/start"
RENDER_CANCEL = "helios/render/cancel"
RENDER_PAUSE = "helios/render/pause"
RENDER_RESUME = "helios/render/resume"
RENDER_MOVE = "helios/render/move"
RENDER_RETRY = "helios/render/retry"
RENDER_REMOVE = "helios/render/remove"
RENDERS = "helios/renders"
CAPACITY = "helios/capacity"
RENDER_CHANGED = "helios/render/changed"


@attrs.frozen
class StartRenderParams:
    """A render as a client asks for it; values are checked by `StartRenderOptions`."""

    composition: str
    """A path or an http(s) address."""
    output: str | None = None
    output_folder: str | None = None
    """Where the output goes when `output` is absent; a free name is chosen in it."""
    concurrency: Any = None
    """1 to 32, or `auto`."""
    range: Any = None
    """`"37:212"`, frames `[in, out)`."""
    fps: Any = None
    size: Any = None
    """`"1920x1080"`."""
    duration: Any = None
    """Seconds."""
    props: Any = None
    surface: Any = None
    crf: Any = None
    preset: Any = None
    even: Any = None
    overwrite: bool = False
    force_concurrency: bool = False
    allow_page_errors: bool = False
    cache: bool = True
    root: str | None = None
    browser: str | None = None
    ffmpeg: str | None = None
    network: Any = None
    """`"allow"` or `"local"`."""
    work_done_token: str | int | None = None


@attrs.frozen
class StartRenderResult:
    """A job was accepted."""

    job_id: str
    concurrency: Concurrency


@attrs.frozen
class CancelRenderParams:
    """Which job to cancel."""

    job_id: str


@attrs.frozen
class CancelRenderResult:
    """The job as it is now; a cancelled job has no process left."""

    job: Job


@attrs.frozen
class PauseRenderParams:
    """Which job to pause: one that is waiting or rendering."""

    job_id: str


@attrs.frozen
class PauseRenderResult:
    """The job as it is now; a paused job has no process left."""

    job: Job


@attrs.frozen
class ResumeRenderParams:
    """Which paused job shall go on."""

    job_id: str


@attrs.frozen
class ResumeRenderResult:
    """The job, waiting in its old place, or rendering by now."""

    job: Job


@attrs.frozen
class MoveRenderParams:
    """Which waiting or paused job to move, and before which other one."""

    job_id: str
    before: str | None = None
    """The other job's id; None moves it to the end."""


@attrs.frozen
class MoveRenderResult:
    """The job with its new `order`."""

    job: Job


@attrs.frozen
class RetryRenderParams:
    """Which job to render again: one that failed, was cancelled or interrupted."""

    job_id: str
    work_done_token: str | int | None = None


@attrs.frozen
class RetryRenderResult:
    """The job, waiting, with the same options and a new attempt."""

    job: Job


@attrs.frozen
class RemoveRenderParams:
    """Which job to forget: one that is over; its video stays."""

    job_id: str


@attrs.frozen
class RemoveRenderResult:
    """The job is forgotten."""


@attrs.frozen
class RendersParams:
    """Nothing to ask for yet."""


@attrs.frozen
class RendersResult:
    """All jobs, newest first."""

    jobs: tuple[Job, ...]
    journal: JournalStatus
    """Whether they survive the daemon."""


@attrs.frozen
class CapacityParams:
    """How many workers would be given for this request; absent means the maximum."""

    concurrency: Any = None


@attrs.frozen
class CapacityBound:
    """One bound on the number of workers."""

    bound: str
    workers: int
    detail: str


@attrs.frozen
class CapacityResult:
    """What this machine can carry."""

    concurrency: Concurrency
    bounds: tuple[CapacityBound, ...]


@attrs.frozen
class RenderChangedParams:
    """A job changed; sent at most ten times a second for each job, and always for a change of state."""

    job: Job


REQUESTS: dict[str, tuple[type, type]] = {
    RENDER_START: (StartRenderParams, StartRenderResult),
    RENDER_CANCEL: (CancelRenderParams, CancelRenderResult),
    RENDER_PAUSE: (PauseRenderParams, PauseRenderResult),
    RENDER_RESUME: (ResumeRenderParams, ResumeRenderResult),
    RENDER_MOVE: (MoveRenderParams, MoveRenderResult),
    RENDER_RETRY: (RetryRenderParams, RetryRenderResult),
    RENDER_REMOVE: (RemoveRenderParams, RemoveRenderResult),
    RENDERS: (RendersParams, RendersResult),
    CAPACITY: (CapacityParams, CapacityResult),
}
NOTIFICATIONS: dict[str, type] = {RENDER_CHANGED: RenderChangedParams}
