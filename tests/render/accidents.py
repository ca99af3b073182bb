"""Accidents for renders under way: processes that die, memory that fills up, a ring that is written into."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from helios_renders.capture.ring import RingLayout
from helios_renders.composition.spec import Size
from helios_renders.render.events import ChunkBegan, FrameCaptured, RenderEvent

Accident = Callable[[], None]

VICTIMS: dict[str, tuple[str, ...]] = {
    "browser": ("--remote-debugging-pipe",),
    "renderer": ("--type=renderer",),
    "graphics process": ("--type=gpu-process",),
    "ffmpeg": ("pipe:0",),
    "worker": ("helios_renders.render.worker", "-P"),
}
"""Processes of a render by words of their command lines."""


def kill(victim: str, by: signal.Signals = signal.SIGKILL) -> None:
    """Sends a signal to the youngest of these processes, which is the one at work on the frames."""
    found = [process for process in _below() if _is(process, victim)]
    assert found, f"no {victim} runs"
    # A browser may stand below a script of the same arguments.
    max(found, key=lambda process: (process.create_time(), process.pid)).send_signal(by)


class After:
    """Listens to a render, and lets the accident happen once so many frames are captured."""

    def __init__(self, frames: int, accident: Accident, *, always: bool = False) -> None:
        self.happened = False
        self._frames = frames
        self._accident = accident
        self._always = always
        self._captured = 0

    def __call__(self, event: RenderEvent) -> None:
        if not isinstance(event, FrameCaptured):
            return
        self._captured += 1
        if self._captured >= self._frames and (self._always or not self.happened):
            self._accident()
            self.happened = True


class EachAttempt:
    """Listens to a render, and lets the accident happen in every attempt at every chunk."""

    def __init__(self, accident: Accident) -> None:
        self.times = 0
        self._accident = accident
        self._is_due = False

    def __call__(self, event: RenderEvent) -> None:
        self._is_due = self._is_due or isinstance(event, ChunkBegan)
        if self._is_due and isinstance(event, FrameCaptured):
            self._is_due = False
            self._accident()
            self.times += 1


def ring_file(scratch: Path, size: Size) -> Path:
    """The file of the only ring below a folder."""
    total = RingLayout(size).total
    (found,) = (
        path for path in scratch.rglob("File System/**/*") if path.is_file() and path.stat().st_size == total
    )
    return found


def fill(folder: Path, *, room: int = 0) -> None:
    """Fills a file system up to so many free bytes."""
    with (folder / "filler").open("wb") as file:
        free = os.statvfs(folder)
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_bsize - room)


@contextmanager
def memory_of(folder: Path, mebibytes: int) -> Iterator[Path]:
    """A memory file system of its own size; skips the test where none can be mounted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "none", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode != 0:
        pytest.skip(f"no memory file system can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], timeout=20, check=True)


def processes_left() -> list[str]:
    """What still runs below this process."""
    return [" ".join(process.cmdline())[:120] for process in _below() if _lives(process)]


def _is(process: psutil.Process, victim: str) -> bool:
    words = VICTIMS[victim]
    try:
        line = process.cmdline()
    except psutil.NoSuchProcess:
        return False
    # Chromium hands some of its own arguments down to its children, which all have a type.
    has_type = any(word.startswith("--type=") for word in line)
    return set(words) <= set(line) and has_type == words[0].startswith("--type=")


def _below() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
