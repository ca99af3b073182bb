"""What is asked of jobs and told of them: plain data of the editor's protocol."""

import attrs

from helios_renders.jobs.job import Job
from helios_renders.jobs.journal import JournalStatus


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
class RenderAgainParams:
    """Which job to render once more as a new one: one that is over."""

    job_id: str
    work_done_token: str | int | None = None


@attrs.frozen
class RenderAgainResult:
    """The new job, waiting, with the same options and an output of its own."""

    job: Job


@attrs.frozen
class RenderCommandParams:
    """Which job to put as a command of the terminal."""

    job_id: str


@attrs.frozen
class RenderCommandResult:
    """The words after `helios render`, not quoted for any shell."""

    arguments: tuple[str, ...]


@attrs.frozen
class RenderLogParams:
    """Which job to tell about."""

    job_id: str


@attrs.frozen
class LogLine:
    """One line of the daemon's log."""

    at: float
    """Seconds since the epoch."""
    level: str
    """`info`, `warning` or `error`."""
    message: str


@attrs.frozen
class RenderLogResult:
    """What this daemon has said of the job, oldest first; the oldest lines of a long log are gone."""

    lines: tuple[LogLine, ...]


@attrs.frozen
class ClearRendersParams:
    """Nothing to choose: all that are over go, but what was interrupted."""


@attrs.frozen
class ClearRendersResult:
    """The jobs that are forgotten."""

    job_ids: tuple[str, ...]


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
class RenderChangedParams:
    """A job changed; sent at most ten times a second for each job, and always for a change of state."""

    job: Job


@attrs.frozen
class RendersRemovedParams:
    """Jobs are not in the list any more, whoever removed them; their videos stay."""

    job_ids: tuple[str, ...]
