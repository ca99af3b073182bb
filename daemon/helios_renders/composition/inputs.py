"""What a page asked its site for, and whether a page that asks for the same today would get the same."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import attrs

from helios_renders.digest import file_digest

ABSENT = ""
"""Stands for what is not there."""
FOLDER = "/"
"""Stands for a folder."""

Inputs = Mapping[str, str]
"""SHA-256 of each file by the path that was asked for, or ABSENT, or FOLDER."""


class Finder(Protocol):
    """Says what a path that was asked for leads to today."""

    def find(self, asked: str) -> Path | None:
        """The file or folder, None for what is not served."""
        ...


@attrs.frozen
class _State:
    """What tells that a file was written to since."""

    path: Path
    size: int
    changed: int
    """Nanoseconds."""

    @classmethod
    def of(cls, path: Path) -> "_State":
        status = path.stat()
        return cls(path, status.st_size, status.st_mtime_ns)


class Served:
    """The paths that were asked for, and the states of the files when they were."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._states: dict[str, _State | None] = {}
        self._is_torn = False
        self._digests: dict[_State, str] = {}

    def note(self, asked: str, found: Path | None) -> None:
        """Takes down one request and where it led."""
        try:
            state = None if found is None else _State.of(found)
        except OSError:
            state = None
        if self._states.setdefault(asked, state) != state:
            self._is_torn = True

    def inputs(self) -> Inputs | None:
        """What was served so far; None when something of it has changed meanwhile. Blocks."""
        if self._is_torn:
            return None
        found: dict[str, str] = {}
        try:
            for asked, state in tuple(self._states.items()):
                found[asked] = self._now(asked)
                if self._state(asked) != state:
                    return None
        except OSError:
            return None
        return found

    def holds(self, inputs: Inputs) -> bool:
        """Whether all inputs are what would be served now. Blocks."""
        try:
            return all(self._now(asked) == digest for asked, digest in inputs.items())
        except OSError:
            return False

    def _state(self, asked: str) -> _State | None:
        path = self._finder.find(asked)
        return None if path is None else _State.of(path)

    def _now(self, asked: str) -> str:
        path = self._finder.find(asked)
        if path is None:
            return ABSENT
        if path.is_dir():
            return FOLDER
        state = _State.of(path)
        if state not in self._digests:
            self._digests[state] = file_digest(path)
        return self._digests[state]
