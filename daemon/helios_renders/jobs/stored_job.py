"""A job as the journal has it, and how it is read."""

import contextlib
import json
import sqlite3
from fractions import Fraction
from pathlib import Path

import attrs
import cattrs

from helios_renders.jobs.job import Job
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.wire import make_converter

BUSY_SECONDS = 5.0
"""How long to wait for another process that writes or reads at this moment."""


@attrs.frozen
class StoredJob:
    """One job as the journal has it."""

    job: Job
    options: DistributedRenderOptions
    written_at: float
    """Seconds since the epoch."""


def read_only(path: Path) -> tuple[list[StoredJob], list[str]]:
    """As `read_jobs`, from a file that another process writes; raises sqlite3.Error."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, timeout=BUSY_SECONDS, uri=True)) as db:
        return read_jobs(db, make_job_converter())


def read_jobs(db: sqlite3.Connection, converter: cattrs.Converter) -> tuple[list[StoredJob], list[str]]:
    """The jobs in the order of asking, and the ids of those that cannot be read."""
    jobs: list[StoredJob] = []
    unreadable: list[str] = []
    for job_id, job, options, written_at in db.execute(
        "SELECT id, job, options, written_at FROM jobs ORDER BY created_at, rowid"
    ):
        try:
            stored = StoredJob(
                converter.structure(json.loads(job), Job),
                converter.structure(json.loads(options), DistributedRenderOptions),
                written_at,
            )
        except (cattrs.BaseValidationError, json.JSONDecodeError):
            unreadable.append(job_id)
        else:
            jobs.append(stored)
    return jobs, unreadable


def make_job_converter() -> cattrs.Converter:
    """As on the wire, and exact durations as text such as `10/3`."""
    converter = make_converter()
    converter.register_structure_hook(Fraction, lambda value, _: Fraction(value))
    converter.register_unstructure_hook(Fraction, str)
    return converter
