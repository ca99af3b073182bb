"""What must hold after a render, however it ended: no process, no file, no wrong or lost video."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import attrs

from cli.terminal import files_below
from faults.hosts import Outcome
from faults.processes import described, living, reap_orphans
from faults.request import FRAMES, Request
from helios_renders.digest import file_digest
from helios_renders.render.output import sweep_scratches
from render.pixels import decode, read_barcode

DEADLINE_SECONDS = 5.0
POLL_SECONDS = 0.02
"""Nothing tells of the end of a process that is not a child's, nor of a file that goes."""
SHARED_FOLDERS = (Path("/tmp"), Path("/dev/shm"))
STRAYS = (".org.chromium.", ".com.google.")
"""What a browser leaves outside TMPDIR; all else in these folders may be other programs' at work."""
FILLER = "filler"
PROBE, PROBE_NAME = b"blat", 8


@attrs.frozen
class Books:
    """What was there before the render."""

    files: frozenset[str]
    shared: frozenset[str]

    @classmethod
    def of(cls, request: Request) -> "Books":
        return cls(_files(request), _shared())


@attrs.frozen
class Audit:
    """The time until nothing was left, by `time.monotonic`, and everything that was found wrong."""

    gone_at: float
    findings: tuple[str, ...]


async def audit(
    request: Request, books: Books, outcome: Outcome, sha256: str, host: frozenset[int] = frozenset()
) -> Audit:
    """Audits a render that has ended, or whose host has.

    `sha256` is the undisturbed render's, `host` the processes that may go on. Takes DEADLINE_SECONDS where
    something is left.
    """
    findings = []
    if not await _soon(lambda: not living(host)):
        findings += [f"process left: {line}" for line in described(host)]
    gone_at = time.monotonic()
    if not await _soon(lambda: not _left(request, books)) and outcome.state == "dead":
        # Killed before its reapers knew of the folder: the next render there removes it.
        sweep_scratches(request.videos)
    if _left(request, books):
        findings += [f"file left: {name}" for name in sorted(_left(request, books))]
    findings += _video_findings(request, outcome, sha256)
    findings += journal_findings(request.data)
    reap_orphans()
    return Audit(gone_at, tuple(findings))


def journal_findings(data: Path) -> list[str]:
    """What SQLite finds wrong in the journals of a data folder."""
    findings = []
    for journal in sorted(data.rglob("*.sqlite")):
        with closing(sqlite3.connect(journal)) as connection:
            rows = connection.execute("PRAGMA integrity_check").fetchall()
            rows += connection.execute("PRAGMA foreign_key_check").fetchall()
        findings += [f"{journal}: {row}" for row in rows if row != ("ok",)]
    return findings


def _video_findings(request: Request, outcome: Outcome, sha256: str) -> list[str]:
    video = request.video
    if outcome.state == "done":
        if not video.exists():
            return [f"done without {video}"]
        found = file_digest(video)
        if outcome.sha256 != found:
            return [f"done with {outcome.sha256}, but the file is {found}"]
        return [] if found == sha256 else [f"done with other bytes than undisturbed: {_difference(video)}"]
    if not request.videos.exists():
        return []
    if request.old is None:
        return [f"{outcome.state} with {video}"] if os.path.lexists(video) else []
    intact = video.exists() and video.read_bytes() == request.old
    return [] if intact else [f"{outcome.state}, and the old {video} is lost"]


def assert_right(video: Path) -> None:
    """Every frame shows its number as a bar code."""
    assert [read_barcode(frame) for frame in decode(video)] == list(range(FRAMES))


def _difference(video: Path) -> str:
    try:
        numbers = [read_barcode(frame) for frame in decode(video)]
    except (ValueError, RuntimeError) as error:
        return str(error)
    wrong = [(place, number) for place, number in enumerate(numbers) if place != number]
    return f"{len(numbers)} frames, of which {wrong[:3]} are wrong"


def _left(request: Request, books: Books) -> frozenset[str]:
    """What is new since then, without the video itself, and without what cannot be removed."""
    own = {str(request.video), str(request.memory / FILLER), str(request.videos / FILLER)}
    new = _files(request) - books.files - own
    if request.videos.exists() and not os.access(request.videos, os.W_OK):
        # Nobody can take an entry out of a folder that is read-only.
        new -= {str(path) for path in request.videos.iterdir() if path.is_dir() and not any(path.iterdir())}
    return frozenset(filter(_counts, new)) | (_shared() - books.shared)


def _counts(name: str) -> bool:
    """Not what Python's `tempfile` writes into a folder and removes at once, to try it."""
    path = Path(name)
    is_probe = path.is_file() and len(path.name) == PROBE_NAME and path.stat().st_size <= len(PROBE)
    return not (is_probe and PROBE.startswith(path.read_bytes()))


def _files(request: Request) -> frozenset[str]:
    places = (request.videos, request.temporary, request.memory, request.page.parent)
    return frozenset(str(place / name) for place in places for name in files_below(place))


def _shared() -> frozenset[str]:
    """What a browser may have left where all programs leave something."""
    paths = (path for folder in SHARED_FOLDERS for path in folder.iterdir())
    return frozenset(str(path) for path in paths if path.name.startswith(STRAYS))


async def _soon(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True
