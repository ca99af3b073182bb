"""The journal's file: every job as it was last written, and the states that it went through (SQLite)."""

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from helios_renders.jobs.crash_point import CrashPoint
from helios_renders.jobs.job import Job
from helios_renders.jobs.stored_job import BUSY_SECONDS, StoredJob, read_jobs
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.wire import make_converter

VERSION = 1
CHECKPOINT_WRITES = 500
"""After so many writes the write-ahead log is emptied; a few megabytes at most."""

SCHEMA = """
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    created_at REAL NOT NULL,
    written_at REAL NOT NULL,
    job TEXT NOT NULL,
    options TEXT NOT NULL
);
CREATE TABLE transitions (
    job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    "from" TEXT,
    "to" TEXT NOT NULL,
    at REAL NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (job, seq)
);
"""


class JournalDamaged(Exception):
    """The file is no journal, or one that does not hold together any more."""


class JournalTooNew(Exception):
    """A newer version of the program wrote the file."""


class JobStore:
    """One open journal; all calls from one thread. Each raises sqlite3.Error when the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self._crash_point = CrashPoint()
        self._writes = 0
        self._converter = make_converter()
        self._db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            self._prepare(path)
        except BaseException:
            self._db.close()
            raise

    def write(self, job: Job, options: DistributedRenderOptions) -> None:
        """Write a job as it is now; a new state or attempt is a transition, and on the disk at the return."""
        last = self._db.execute("SELECT state, attempt FROM jobs WHERE id = ?", (job.id,)).fetchone()
        is_transition = last != (job.state.value, job.attempt)
        self._db.execute(f"PRAGMA synchronous = {'FULL' if is_transition else 'NORMAL'}")
        now = time.time()
        row = (
            job.id,
            job.state.value,
            job.attempt,
            job.created_at,
            now,
            json.dumps(self._converter.unstructure(job)),
            json.dumps(self._converter.unstructure(options)),
        )
        with self._transaction():
            self._db.execute(
                "INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                " state = excluded.state, attempt = excluded.attempt, written_at = excluded.written_at,"
                " job = excluded.job, options = excluded.options",
                row,
            )
            if is_transition:
                # A page's message can hold what is no text to SQLite.
                note = "" if job.error is None else job.error.message.encode(errors="replace").decode()
                self._db.execute(
                    "INSERT INTO transitions SELECT ?1, 1 + coalesce(max(seq), 0), ?2, ?3, ?4, ?5"
                    " FROM transitions WHERE job = ?1",
                    (job.id, last and last[0], job.state.value, now, note),
                )

    def remove(self, ids: Iterable[str]) -> None:
        """Remove jobs and what happened to them."""
        with self._transaction():
            self._db.executemany("DELETE FROM jobs WHERE id = ?", [(job_id,) for job_id in ids])

    def load(self) -> tuple[list[StoredJob], list[str]]:
        """All jobs in the order of asking, and the ids of those that cannot be read."""
        return read_jobs(self._db, self._converter)

    def close(self) -> None:
        """Empty the write-ahead log and let go of the file."""
        with contextlib.closing(self._db):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _prepare(self, path: Path) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise JournalTooNew(f"The journal {path} was written by a newer version of Helios Renders.")
        if version == 0:
            self._db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
        self._check()

    def _check(self) -> None:
        (answer,) = self._db.execute("PRAGMA integrity_check(1)").fetchone()
        if answer != "ok":
            raise JournalDamaged(answer)
        if self._db.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise JournalDamaged("a transition belongs to no job")
        tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"jobs", "transitions"} <= tables:
            raise JournalDamaged("a table is missing")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._crash_point.passed()
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._writes += 1
        if self._writes % CHECKPOINT_WRITES == 0:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
