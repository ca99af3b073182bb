"""A job as the journal has it, and how it is read."""

import contextlib
import json
import sqlite3
import time
from pathlib import Path

import attrs
import cattrs

from helios_renders.jobs.job import Job
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.wire import make_converter

BUSY_SECONDS = 5.0
"""How long to wait for another process that writes or reads at this moment."""
SETTLED_SECONDS = 1.0


@attrs.frozen
class StoredJob:
    """One job as the journal has it."""

    job: Job
    options: DistributedRenderOptions
    written_at: float
    """Seconds since the epoch."""


class OthersJournal:
    """A journal that another process writes, read again only when something was written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._settled: tuple[tuple[int, int], ...] | None = None
        """Times and sizes of the files as of the last reading, when nothing could follow it unseen."""
        self._found: tuple[list[StoredJob], list[str]] = ([], [])

    def read(self) -> tuple[list[StoredJob], list[str]]:
        """As `read_jobs`; raises sqlite3.Error."""
        now, files = time.time(), self._files()
        if files and files == self._settled:
            return self._found
        uri = f"{self._path.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, timeout=BUSY_SECONDS, uri=True)) as db:
            self._found = read_jobs(db, make_converter())
        # A write within the same tick of the file system's clock would look like the one before.
        newest = max((changed for changed, _ in files), default=0) / 1e9
        self._settled = files if now - newest > SETTLED_SECONDS else None
        return self._found

    def _files(self) -> tuple[tuple[int, int], ...]:
        """Time of change in nanoseconds and size in bytes, of the file and of its write-ahead log."""
        try:
            states = [path.stat() for path in (self._path, self._path.with_name(f"{self._path.name}-wal"))]
        except OSError:
            return ()
        return tuple((state.st_mtime_ns, state.st_size) for state in states)


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
