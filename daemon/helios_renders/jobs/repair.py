"""A damaged journal is set aside, and a new one begun: no damage may keep the daemon from its work."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from helios_renders.jobs.store import JobStore, JournalDamaged


def open_store(path: Path) -> tuple[JobStore, Path | None]:
    """The journal at a path, checked, and where a damaged one was put that was there before.

    Raises sqlite3.Error, OSError and JournalTooNew.
    """
    try:
        return JobStore(path), None
    except JournalDamaged:
        aside = set_aside(path)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        aside = set_aside(path)
    return JobStore(path), aside


def set_aside(path: Path) -> Path:
    """Rename a journal, its write-ahead log with it, so that a new one can begin; raises OSError."""
    aside = path.with_name(f"{path.name}.corrupt-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside
