"""The folder of an executor's workers, in memory where there is room, and the end of those left over."""

import contextlib
import json
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from helios_renders.encode.disk import ADVICE
from helios_renders.errors import RenderFailed
from helios_renders.render.output import SCRATCH_MARK
from helios_renders.render.owner import Owner, is_abandoned, marked_folders

ORPHANAGE = "orphaned.json"
"""In each such folder: whose it is, and the folders to remove if that process dies without a word."""
PREFIX = "helios-"
MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - a folder of this name is made there, with a secret name
MEMORY_ROOM = 2 * 2**30
"""Bytes that must be free in memory for the workers' temporary files to live there."""
KILL_SECONDS = 3.0


class WorkersScratch:
    """Holds one folder for each worker. All calls block."""

    def __init__(self) -> None:
        self.folder = scratch_parent() / f"{PREFIX}{secrets.token_hex(6)}"
        self.orphanage = self.folder / ORPHANAGE
        self._orphaned: list[Path] = []

    def new(self, worker: int) -> Path:
        """A name for a worker's folder, never given twice."""
        return self.folder / f"{worker}-{secrets.token_hex(2)}"

    def make(self) -> None:
        """Makes the folder, if it is not there yet; raises RenderFailed."""
        new = self.orphanage.with_suffix(".new")
        content = {"owner": Owner.me().to_json(), "folders": [str(folder) for folder in self._orphaned]}
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            new.write_text(json.dumps(content), encoding="utf-8")
            new.replace(self.orphanage)
        except OSError as error:
            raise RenderFailed(
                f"{self.folder.parent} cannot take the workers' files: {error.strerror}.", ADVICE
            ) from error

    def adopt(self, folder: Path) -> None:
        """Names another folder that goes when this process dies without a word; raises RenderFailed."""
        self._orphaned = [folder]
        self.make()

    def remove(self) -> None:
        """Removes everything."""
        shutil.rmtree(self.folder, ignore_errors=True)


def scratch_parent() -> Path:
    """Memory when there is room, for the frames that pass through the browser's profile; else the usual."""
    if sys.platform == "linux" and MEMORY_FOLDER.is_dir():
        if shutil.disk_usage(MEMORY_FOLDER).free >= MEMORY_ROOM:
            return MEMORY_FOLDER
    return Path(tempfile.gettempdir())


def sweep() -> None:
    """Ends the processes and removes the folders of owners that have ended without a word."""
    parents = {Path(tempfile.gettempdir()), *([MEMORY_FOLDER] if sys.platform == "linux" else [])}
    for parent in parents:
        for folder, mark in marked_folders(parent, f"{PREFIX}*/{ORPHANAGE}"):
            if is_abandoned(mark):
                _kill_users(folder)
                for left in (*_scratches_of(mark), folder):
                    shutil.rmtree(left, ignore_errors=True)


def _scratches_of(mark: dict[str, Any]) -> Iterator[Path]:
    """The folders of chunks that a mark names, and nothing else that it may name."""
    match mark.get("folders"):
        case [*folders]:
            for folder in folders:
                if isinstance(folder, str) and (Path(folder) / SCRATCH_MARK).is_file():
                    yield Path(folder)


def _kill_users(folder: Path) -> None:
    """Kills every process whose command line names a file in the folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(f"{folder}/" in word for word in process.info["cmdline"] or ()):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process.kill()
                found.append(process)
    psutil.wait_procs(found, timeout=KILL_SECONDS)
