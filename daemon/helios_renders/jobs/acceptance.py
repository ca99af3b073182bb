"""From a request to a job: everything that can be checked without the page."""

import secrets
import time
from collections.abc import Collection
from pathlib import Path

import attrs

from helios_renders.composition.composition_file import CompositionFile
from helios_renders.composition.source import resolve_source
from helios_renders.jobs.job import Job, JobState
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.jobs.states import transition
from helios_renders.render.capacity import clamp, read_capacity
from helios_renders.render.concurrency import Concurrency
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.output import choose_output, next_free
from helios_renders.render.output_name import likely_stem
from helios_renders.render.subtitles import find_subtitles, likely_sidecar


def new_job(options: StartRenderOptions, order: float) -> tuple[DistributedRenderOptions, Job]:
    """The checked options and their job, waiting with this order; raises UsageError."""
    return _accepted(options.checked(), order)


def another_job(
    options: DistributedRenderOptions, order: float, taken: Collection[Path]
) -> tuple[DistributedRenderOptions, Job]:
    """The same request as a job of its own, which never replaces a video; raises UsageError.

    An output that was asked for by name gets the first free number that is not `taken` by others either.
    """
    output = options.output
    if output is not None:
        output = next_free(output.absolute(), taken, likely_sidecar(options))
    return _accepted(attrs.evolve(options, output=output, overwrite=False), order)


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


def _accepted(options: DistributedRenderOptions, order: float) -> tuple[DistributedRenderOptions, Job]:
    job_id = secrets.token_hex(4)
    checked = attrs.evolve(options, job=job_id)
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


def _check(options: DistributedRenderOptions) -> tuple[str, str | None, Concurrency]:
    source = resolve_source(options.composition, root=options.root, cwd=Path.cwd())
    if options.subtitles is not None:
        find_subtitles(options, source, CompositionFile())
    output = choose_output(options, likely_stem(options, source.name), likely_sidecar(options))
    concurrency = clamp(options.concurrency, read_capacity(), force=options.force_concurrency)
    return source.name, None if options.output is None else str(output), concurrency
