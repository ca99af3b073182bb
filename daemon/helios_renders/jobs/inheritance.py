"""A new journal begins with what another one has: the window is the same, with one more folder."""

import contextlib
import sqlite3
from pathlib import Path

from helios_renders.file_lock import FileLock


def lock_of(journal: Path) -> FileLock:
    """The lock of the daemon that writes a journal."""
    return FileLock(journal.with_name(f"{journal.name}.lock"))


def is_heir(journal: Path, ancestor: Path) -> bool:
    """Whether a journal has yet to begin, and there is another one for it to begin with."""
    return ancestor.exists() and not journal.exists()


def inherit(journal: Path, ancestor: Path) -> None:
    """Copy a journal whole or not at all, while this process has the locks of both.

    Raises sqlite3.Error and OSError.
    """
    unfinished = journal.with_name(f"{journal.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with (
            contextlib.closing(sqlite3.connect(ancestor)) as source,
            contextlib.closing(sqlite3.connect(unfinished)) as copy,
        ):
            source.backup(copy)
        unfinished.replace(journal)
    finally:
        unfinished.unlink(missing_ok=True)
