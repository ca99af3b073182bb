"""Accidents for renders under way: processes that die, memory that fills up, a ring that is written into."""

import errno
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from cli.terminal import wait_until
from helios_renders.capture.ring import RingLayout, files_of_pages
from helios_renders.composition.spec import Size
from helios_renders.render.events import ChunkBegan, FrameCaptured, RenderEvent

Accident = Callable[[int], object]
"""Happens to a worker, by its number; False when it could not, because the worker is further by now."""
FIND_SECONDS = 5

VICTIMS: dict[str, tuple[str, ...]] = {
    "browser": ("--remote-debugging-pipe",),
    "renderer": ("--type=renderer",),
    "graphics process": ("--type=gpu-process",),
    "ffmpeg": ("pipe:0",),
    "worker": ("helios_renders.render.worker", "-P"),
}
"""Processes of a render by words of their command lines."""


def kill(victim: str, by: signal.Signals = signal.SIGKILL) -> None:
    """Sends a signal to the youngest such process, which may only just begin to run."""

    def strike() -> bool:
        return _strike(victim, by, _below(), _age)

    # A program that only just began has no command line yet.
    wait_until(strike, f"a {victim} that runs", FIND_SECONDS)


def kill_of(worker: int, victim: str, by: signal.Signals = signal.SIGKILL) -> bool:
    """Sends a signal to the process of a worker that is at work on its frames; False when none is.

    An encoder lives as long as a chunk, so that the one of another worker will do too.
    """
    family = _below() if victim == "ffmpeg" else _family(worker)
    # Chromium keeps a spare renderer; a browser may stand below a script of the same arguments.
    return _strike(victim, by, family, _busy if victim == "renderer" else _age)


def _strike(
    victim: str, by: signal.Signals, family: list[psutil.Process], at_work: Callable[[psutil.Process], Any]
) -> bool:
    found = [process for process in family if _is(process, victim)]
    try:
        max(found, key=at_work).send_signal(by)
    except (ValueError, psutil.NoSuchProcess):
        return False
    return True


def scratch_of(process: psutil.Process) -> Path | None:
    """The folder of a worker's files, told by its environment."""
    try:
        return Path(process.environ()["TMPDIR"]) if _is(process, "worker") else None
    except (psutil.NoSuchProcess, KeyError):
        # A process that is just ending has no environment any more.
        return None


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
            self.happened = self._accident(event.worker) is not False


class UntilAnew:
    """Listens to a render, and lets the accident happen once in each chunk until one is rendered anew.

    Frames are told a little after they are made: on a busy machine a chunk may need nobody any more by then.
    """

    def __init__(self, accident: Accident) -> None:
        self.happened = False
        self._accident = accident
        self._begun: set[int] = set()
        self._struck: set[int] = set()

    def __call__(self, event: RenderEvent) -> None:
        if isinstance(event, ChunkBegan):
            self.happened = self.happened or event.chunk in self._begun
            self._begun.add(event.chunk)
        if isinstance(event, FrameCaptured) and self._is_due(event.chunk):
            self._struck |= set() if self._accident(event.worker) is False else {event.chunk}

    def _is_due(self, chunk: int) -> bool:
        return not self.happened and chunk not in self._struck


class EachAttempt:
    """Listens to a render, and lets the accident happen in every attempt at every chunk."""

    def __init__(self, accident: Accident) -> None:
        self.times = 0
        self._accident = accident
        self._is_due = False

    def __call__(self, event: RenderEvent) -> None:
        self._is_due = self._is_due or isinstance(event, ChunkBegan)
        if self._is_due and isinstance(event, FrameCaptured):
            self._is_due = self._accident(event.worker) is False
            self.times += not self._is_due


def ring_files(scratch: Path, size: Size) -> list[Path]:
    """The files of the rings below a folder."""
    return list(files_of_pages(scratch, RingLayout(size).total))


def fill(folder: Path, *, room: int = 0) -> None:
    """Fills a file system up to so many free bytes, also while others go on writing."""
    with (folder / "filler").open("wb") as file:
        while True:
            file.truncate(0)
            free = os.statvfs(folder)
            try:
                os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_bsize - room)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
            else:
                return


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
    return [line for process in _below() if (line := _line(process))]


def _is(process: psutil.Process, victim: str) -> bool:
    words = VICTIMS[victim]
    try:
        line = process.cmdline()
    except psutil.NoSuchProcess:
        return False
    # Chromium hands some of its own arguments down to its children, which all have a type.
    has_type = any(word.startswith("--type=") for word in line)
    return set(words) <= set(line) and has_type == words[0].startswith("--type=")


def _family(worker: int) -> list[psutil.Process]:
    for process in _below():
        folder = scratch_of(process)
        if folder is not None and folder.name.startswith(f"{worker}-"):
            try:
                return [process, *process.children(recursive=True)]
            except psutil.NoSuchProcess:
                return []
    return []


def _age(process: psutil.Process) -> tuple[float, int]:
    return process.create_time(), process.pid


def _busy(process: psutil.Process) -> float:
    try:
        return process.cpu_times().user
    except psutil.NoSuchProcess:
        return -1


def _below() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _line(process: psutil.Process) -> str:
    """What a living process was started with; empty for others."""
    try:
        ended = process.status() == psutil.STATUS_ZOMBIE
        return "" if ended else " ".join(process.cmdline())[:120] or process.name()
    except psutil.NoSuchProcess:
        return ""
