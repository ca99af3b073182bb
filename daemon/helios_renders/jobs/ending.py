"""How jobs end: what is kept of a result, and in words why there is none."""

from pathlib import Path
from typing import Any

from helios_renders.errors import DiskFull, HeliosError
from helios_renders.jobs.job import Job, JobError, JobState
from helios_renders.render.result import RenderResult
from helios_renders.render.room import megabytes

_DOING = {
    JobState.QUEUED: "this render was waiting for its turn",
    JobState.RENDERING: "it was rendering",
    JobState.ASSEMBLING: "it was putting the video together",
}


def completion(result: RenderResult) -> dict[str, Any]:
    """The fields of a job that a finished render fills."""
    return {"result": result, "output": str(result.output), "concurrency": result.concurrency}


def failure(error: BaseException | None) -> JobError:
    """The error of a render that failed; None stands for one that stopped by itself."""
    if isinstance(error, HeliosError):
        return JobError(error.code, error.message, error.advice, error.details)
    advice = "This is a mistake in Helios Renders; its log says where. Please report it."
    if error is None:
        return JobError("internalError", "The render stopped without being asked to.", advice)
    return JobError("internalError", f"The render broke: {type(error).__name__}: {error}", advice)


def out_of_room(error: DiskFull, folder: Path, needs_bytes: int) -> JobError:
    """Why a job paused without being asked to, and with how much room in its output's folder it goes on."""
    message = f"There is no room left in {folder}."
    advice = f"It goes on by itself when {megabytes(needs_bytes)} are free there, or when you resume it."
    # What the render said names a folder that is gone with it.
    return JobError(error.code, message, advice, error.details)


def interruption(job: Job) -> JobError:
    """What a job was doing when its daemon ended, and how far it was."""
    message = f"The daemon ended while {_DOING[job.state]}"
    if job.progress is not None and job.progress.frames_total:
        message += f": {job.progress.frames_done} of {job.progress.frames_total} frames were done"
    return JobError("interrupted", f"{message}.", "Resume it to render it to its end.")
