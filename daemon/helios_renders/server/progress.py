"""Work-done progress: what the editor shows of a job while it runs, with a button that cancels it."""

import logging
import uuid
from collections.abc import Callable

from lsprotocol import types as lsp
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.progress import Progress

from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.states import is_still
from helios_renders.render.events import Phase

logger = logging.getLogger(__name__)


async def create_token(server: LanguageServer) -> str | None:
    """A progress token that the client agreed to; None when it cannot show progress or did not agree.

    Await it in a task that nobody cancels: pygls trips over an answer to a request that was cancelled.
    """
    if not get_capability(server.client_capabilities, "window.work_done_progress"):
        return None
    token = f"helios-{uuid.uuid4()}"
    try:
        await server.work_done_progress.create_async(token)
    except JsonRpcException as error:
        logger.warning("The editor does not show progress: %s", error)
        return None
    return token


class JobProgress:
    """The progress of one job until it is over or paused; `cancel` runs when somebody presses the button."""

    def __init__(self, progress: Progress, token: lsp.ProgressToken, cancel: Callable[[], None]) -> None:
        self._progress = progress
        self._token = token
        self._cancel = cancel
        self._shown: tuple[str, int] = ("", 0)

    def begin(self, job: Job) -> None:
        """Show the job."""
        title = f"Rendering {job.name}"
        self._progress.begin(self._token, lsp.WorkDoneProgressBegin(title, cancellable=True, percentage=0))
        button = self._progress.tokens[self._token]
        button.add_done_callback(lambda pressed: self._cancel() if pressed.cancelled() else None)

    def update(self, job: Job) -> None:
        """Show what the job is doing, how it ended, or that it paused."""
        percent = max(self._shown[1], int(job.progress.percent) if job.progress else 0)
        now = (describe(job), percent)
        if now != self._shown and (not is_still(job.state) or job.state is JobState.DONE):
            self._shown = now
            self._progress.report(self._token, lsp.WorkDoneProgressReport(message=now[0], percentage=percent))
        if is_still(job.state):
            self._progress.end(self._token, lsp.WorkDoneProgressEnd(message=now[0]))
            self._progress.tokens.pop(self._token, None)


def describe(job: Job) -> str:
    """A job in a few words, such as `42% · 31 fps · 12 s left`."""
    match job.state:
        case JobState.QUEUED:
            return "Waiting for the renders before it"
        case JobState.PAUSED:
            return f"Paused: {job.error.message}" if job.error else "Paused"
        case JobState.DONE:
            return f"Done: {job.output}"
        case JobState.FAILED:
            return f"Failed: {job.error.message}" if job.error else "Failed"
        case JobState.CANCELLED:
            return "Cancelled"
        case JobState.INTERRUPTED:
            return "Interrupted"
    progress = job.progress
    if progress is None or progress.phase in (Phase.QUEUED, Phase.STARTING):
        return progress.waiting.capitalize() if progress and progress.waiting else "Starting"
    parts = [f"{int(progress.percent)}%"]
    if job.state is JobState.ASSEMBLING:
        parts.append("assembling")
    else:
        if progress.fps is not None:
            parts.append(f"{progress.fps:.{0 if progress.fps >= 10 else 1}f} fps")
        if progress.eta_seconds is not None:
            parts.append(f"{duration(progress.eta_seconds)} left")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """A length of time for people, such as `12 s`, `3 min 20 s` or `1 h 5 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
