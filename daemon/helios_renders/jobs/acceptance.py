"""From a request to a job: everything that can be checked without the page."""

import secrets
import time
from pathlib import Path

import attrs

from helios_renders.composition.source import resolve_source
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.jobs.states import transition
from helios_renders.render.capacity import clamp, read_capacity
from helios_renders.render.concurrency import Concurrency
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.output import choose_output


def new_job(options: StartRenderOptions, order: float) -> tuple[DistributedRenderOptions, Job]:
    """The checked options and their job, waiting with this order; raises UsageError."""
    job_id = secrets.token_hex(4)
    checked = attrs.evolve(options.checked(), job=job_id)
    name, output, concurrency = _check(checked)
    job = Job(
        id=job_id,
        composition=checked.composition,
        name=name,
        state=JobState.QUEUED,
        created_at=time.time(),
        concurrency=concurrency,
        output=output,
        order=order,
    )
    return checked, job


def next_attempt(job: Job, options: DistributedRenderOptions, order: float) -> Job:
    """The job of which nothing is done yet, waiting again; raises UsageError as it stands now."""
    name, output, concurrency = _check(options)
    return Job(
        id=job.id,
        composition=job.composition,
        name=name,
        state=transition(job.state, JobState.QUEUED),
        created_at=job.created_at,
        concurrency=concurrency,
        output=output,
        attempt=job.attempt + 1,
        order=order,
    )


def resumed(job: Job) -> Job:
    """A paused job, waiting again; when it was begun before, another attempt that has nothing to show yet."""
    return attrs.evolve(
        job,
        state=transition(job.state, JobState.QUEUED),
        attempt=job.attempt + (job.started_at is not None),
        started_at=None,
        progress=None,
        error=None,
        needs_bytes=None,
    )


def _check(options: DistributedRenderOptions) -> tuple[str, str | None, Concurrency]:
    source = resolve_source(options.composition, root=options.root, cwd=Path.cwd())
    output = choose_output(options, source.name)
    concurrency = clamp(options.concurrency, read_capacity(), force=options.force_concurrency)
    return source.name, None if options.output is None else str(output), concurrency
