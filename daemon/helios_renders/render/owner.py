"""Whose a folder on the disk is: a process that lives, or one that ended without having cleaned up."""

import json
import logging
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import attrs
import psutil

logger = logging.getLogger(__name__)

NEAR_SECONDS = 1.0
OWN_WORD = "helios"


@attrs.frozen
class Owner:
    """A process by what no other has."""

    pid: int
    created: float
    """Seconds since the epoch."""
    host: str

    @classmethod
    def me(cls) -> Self:
        """This process."""
        process = psutil.Process()
        return cls(process.pid, process.create_time(), platform.node())

    @classmethod
    def of(cls, mark: Any) -> Self | None:
        """The owner in what was read from a file; None when it names none."""
        match mark:
            case {"pid": int(pid), "created": int() | float() as created, "host": str(host)}:
                return cls(pid, float(created), host)
            case _:
                return None

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return attrs.asdict(self)

    def is_gone(self) -> bool:
        """Whether the process has ended for certain; a process of another machine never has."""
        if self.host != platform.node():
            return False
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
            if abs(process.create_time() - self.created) < NEAR_SECONDS:
                return False
            # A clock that was set moves the time of creation; a stranger with the number is told by its name.
            return not any(OWN_WORD in word for word in process.cmdline())
        except psutil.NoSuchProcess:
            return True
        except psutil.AccessDenied:
            return False


def marked_folders(parent: Path, pattern: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The folders whose marks, JSON files that the pattern finds, can be read, and what these say.

    None in a folder that cannot be looked into, such as one of a server that is away.
    """
    try:
        paths = list(parent.glob(pattern))
    except OSError as error:
        logger.warning("%s cannot be looked into: %s", parent, error.strerror)
        return
    for path in paths:
        try:
            mark = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            # It is being made or removed, or somebody else's.
            continue
        if isinstance(mark, dict):
            yield path.parent, mark


def is_abandoned(mark: dict[str, Any]) -> bool:
    """Whether a mark names an owner that is gone."""
    owner = Owner.of(mark.get("owner"))
    return owner is not None and owner.is_gone()
