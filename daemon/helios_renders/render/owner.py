"""Whose a folder on the disk is: a process that lives, or one that ended without having cleaned up."""

import json
import logging
import os
import platform
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import attrs
import psutil

logger = logging.getLogger(__name__)

NEAR_SECONDS = 1.0
OWN_WORD = "helios"
_MOST_PID = 2**31
_PID_NAMESPACE = Path("/proc/self/ns/pid")


def _namespace() -> str:
    """What tells the numbers of processes here from those in a container or sandbox on the same host."""
    try:
        return str(_PID_NAMESPACE.readlink()) if sys.platform == "linux" else ""
    except OSError:
        return ""


@attrs.frozen
class Owner:
    """A process by what no other has."""

    pid: int
    created: float
    """Seconds since the epoch."""
    host: str
    namespace: str = attrs.field(factory=_namespace)
    """In which the number counts; empty where there is only one."""

    @classmethod
    def me(cls) -> Self:
        """This process."""
        process = psutil.Process()
        return cls(process.pid, process.create_time(), platform.node())

    @classmethod
    def of(cls, mark: Any) -> Self | None:
        """The owner in what was read from a file; None when it names none."""
        match mark:
            case {"pid": int(pid), "created": int() | float() as created, "host": str(host)} if (
                0 < pid < _MOST_PID
            ):
                return cls(pid, float(created), host, str(mark.get("namespace", "")))
            case _:
                return None

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return attrs.asdict(self)

    def is_gone(self) -> bool:
        """Whether the process has ended for certain; one of another machine or container never has."""
        if (self.host, self.namespace) != (platform.node(), _namespace()):
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
    """This user's folders whose marks, JSON files that the pattern finds, can be read, and what these say.

    What somebody else has put there could name anything. None in a folder that cannot be looked into, such as
    one of a server that is away.
    """
    try:
        paths = list(parent.glob(pattern))
    except OSError as error:
        logger.warning("%s cannot be looked into: %s", parent, error.strerror)
        return
    for path in paths:
        try:
            if not _is_own(path.parent, stat.S_ISDIR) or not _is_own(path, stat.S_ISREG):
                continue
            mark = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            # It is being made or removed, or somebody else's.
            continue
        if isinstance(mark, dict):
            yield path.parent, mark


def _is_own(path: Path, is_kind: Callable[[int], bool]) -> bool:
    """Whether something is of that kind itself, and no link to it, and this user's; raises OSError."""
    found = path.lstat()
    return is_kind(found.st_mode) and (os.name != "posix" or found.st_uid == os.geteuid())


def is_abandoned(mark: dict[str, Any]) -> bool:
    """Whether a mark names an owner that is gone."""
    owner = Owner.of(mark.get("owner"))
    return owner is not None and owner.is_gone()
