"""Whether the disk has room for what is still to be rendered."""

import shutil
from pathlib import Path

from helios_renders.encode.disk import ADVICE
from helios_renders.errors import DiskFull

SPARE_BYTES = 32 * 2**20
"""What is left to everybody else."""
COPIES = 2
"""The chunks and the file that they are joined to are on the disk together."""


def needed(done_frames: int, done_bytes: int, total_frames: int) -> int:
    """Bytes that the rest of a video will take, foretold from what is done of it."""
    if done_frames == 0:
        return SPARE_BYTES
    rate = done_bytes / done_frames
    left = rate * (total_frames - done_frames)
    return SPARE_BYTES + round(left * COPIES + done_bytes)


def check_room(folder: Path, done_frames: int, done_bytes: int, total_frames: int) -> None:
    """Raises DiskFull when the rest of a video will not fit into the folder's file system."""
    free, wanted = shutil.disk_usage(folder).free, needed(done_frames, done_bytes, total_frames)
    if free < wanted:
        error = DiskFull(
            f"{folder} has {megabytes(free)} left, and the rest of the video needs {megabytes(wanted)}.",
            ADVICE,
        )
        error.needed_bytes = wanted + done_bytes
        raise error


def free_bytes(folder: Path) -> int:
    """The room in a folder that may not exist yet; raises OSError."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free


def megabytes(size: int) -> str:
    """A number of bytes in words, such as `1,200 MB`."""
    return f"{size / 1e6:,.0f} MB"
