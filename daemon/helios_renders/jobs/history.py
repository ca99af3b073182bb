"""How much of the past is kept."""

from collections.abc import Iterable

import attrs

from helios_renders.jobs.job import Job
from helios_renders.jobs.states import is_final

DAY_SECONDS = 24 * 3600


@attrs.frozen
class History:
    """The bounds of the list of finished jobs; jobs that are not over are always kept."""

    jobs: int = 200
    days: float = 30

    def outdated(self, jobs: Iterable[Job], now: float) -> list[str]:
        """The ids of the jobs to forget at a moment, in seconds since the epoch."""
        finished = [job for job in jobs if is_final(job.state)]
        finished.sort(key=_end, reverse=True)
        oldest = now - self.days * DAY_SECONDS
        return [job.id for place, job in enumerate(finished) if place >= self.jobs or _end(job) < oldest]


def _end(job: Job) -> float:
    return job.created_at if job.finished_at is None else job.finished_at
