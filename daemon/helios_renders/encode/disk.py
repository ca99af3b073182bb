"""How a full disk is known, and what is told of it."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from helios_renders.errors import DiskFull, RenderFailed

ADVICE = "Make room there, then render again."


def is_full(lines: Iterable[str]) -> bool:
    """Whether ffmpeg's last lines speak of a full disk."""
    return any(os.strerror(errno.ENOSPC) in line for line in lines)


def disk_full(folder: Path) -> DiskFull:
    """The error for a folder in which nothing more can be written."""
    return DiskFull(f"There is no room left in {folder}.", ADVICE)


def failed_file(error: OSError, folder: Path) -> DiskFull | RenderFailed:
    """The error for a file in the folder that could not be read or written."""
    if error.errno == errno.ENOSPC:
        return disk_full(folder)
    return RenderFailed(
        f"A file in {folder} could not be read or written: {error.strerror}.",
        "See that the folder is still there and that you may write into it.",
    )
