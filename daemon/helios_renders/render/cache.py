"""What earlier renders made and later ones can use: files with what is known of them, bounded in bytes.

A folder with two files for each key: `<key>.json` says what it is, `<key>.data` is the content. The content
is there before its description, so that an interrupted write leaves nothing that could be taken; it is
checked against its digest whenever it is taken.
"""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs
import platformdirs

from helios_renders.digest import file_digest
from helios_renders.errors import InvalidOption

FOLDER_VARIABLE = "HELIOS_CACHE_DIR"
BYTES_VARIABLE = "HELIOS_CACHE_BYTES"
DEFAULT_BYTES = 2 * 2**30
DESCRIPTION, DATA = ".json", ".data"
_NEW = ".new"


@attrs.frozen
class Usage:
    """How much a cache holds."""

    folder: Path
    entries: int
    size_bytes: int
    limit_bytes: int


class Cache:
    """A cache in a folder that several processes may use at once; 0 bytes keep nothing. All calls block."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes

    @classmethod
    def of_user(cls) -> "Cache":
        """The user's, unless HELIOS_CACHE_DIR or HELIOS_CACHE_BYTES say otherwise; raises InvalidOption."""
        folder = os.environ.get(FOLDER_VARIABLE) or platformdirs.user_cache_dir(
            "helios-renders", appauthor=False
        )
        limit = os.environ.get(BYTES_VARIABLE) or str(DEFAULT_BYTES)
        if not (limit.isascii() and limit.isdecimal()):
            raise InvalidOption(
                f"{BYTES_VARIABLE} is {limit!a}.", "Give a whole number of bytes; 0 keeps nothing."
            )
        return cls(Path(folder), int(limit))

    def describe(self, key: str) -> dict[str, Any] | None:
        """What is known of an entry; None when there is none."""
        try:
            found = json.loads(self._path(key, DESCRIPTION).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def take(self, key: str, sha256: str, target: Path) -> bool:
        """Copies an entry's content; False, and no entry any more, when it is not what it was."""
        try:
            shutil.copyfile(self._path(key, DATA), target)
            is_same = file_digest(target) == sha256
            os.utime(self._path(key, DESCRIPTION))
        except OSError:
            is_same = False
        if not is_same:
            target.unlink(missing_ok=True)
            self.remove(key)
        return is_same

    def keep(self, key: str, description: dict[str, Any], content: Path | None = None) -> None:
        """Keeps a description, and a copy of the content, in place of what was there; raises OSError."""
        if self.limit_bytes == 0:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._path(key, DESCRIPTION).unlink(missing_ok=True)
        if content is not None:
            with self._replacing(self._path(key, DATA)) as new:
                shutil.copyfile(content, new)
        with self._replacing(self._path(key, DESCRIPTION)) as new:
            new.write_text(json.dumps(description), encoding="utf-8")

    def remove(self, key: str) -> None:
        """Removes an entry if there is one."""
        _remove([self._path(key, suffix) for suffix in (DESCRIPTION, DATA)])

    def usage(self) -> Usage:
        """How much is kept."""
        files = self._files()
        entries = sum(path.suffix == DESCRIPTION for path in files)
        return Usage(self.folder, entries, sum(status.st_size for status in files.values()), self.limit_bytes)

    def trim(self) -> None:
        """Removes what was not used for longest until the bound holds."""
        entries: dict[str, dict[Path, os.stat_result]] = {}
        for path, status in self._files().items():
            entries.setdefault(_key(path), {})[path] = status
        total = sum(status.st_size for files in entries.values() for status in files.values())
        by_use = sorted(entries.values(), key=lambda files: max(status.st_mtime for status in files.values()))
        for files in by_use:
            if total <= self.limit_bytes:
                return
            _remove(files)
            total -= sum(status.st_size for status in files.values())

    def clear(self) -> Usage:
        """Removes everything, and says how much it was."""
        before = self.usage()
        _remove(self._files())
        return before

    def _path(self, key: str, suffix: str) -> Path:
        return self.folder / f"{key}{suffix}"

    def _files(self) -> dict[Path, os.stat_result]:
        """Only files of our own naming, so that a wrong folder loses nothing."""
        found: dict[Path, os.stat_result] = {}
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                if path.suffix in (DESCRIPTION, DATA, _NEW) and len(_key(path)) == KEY_LENGTH:
                    with contextlib.suppress(OSError):
                        found[path] = path.stat()
        return found

    @contextlib.contextmanager
    def _replacing(self, path: Path) -> Iterator[Path]:
        new = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_NEW}")
        try:
            yield new
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)


def key_of(parts: dict[str, Any]) -> str:
    """The key for everything that content depends on."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


KEY_LENGTH = len(key_of({}))


def _key(path: Path) -> str:
    return path.name.split(".")[0]


def _remove(paths: Iterable[Path]) -> None:
    """Removes files; one that another process has removed, or holds open, is not ours to worry about."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
