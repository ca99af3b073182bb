"""Frames from the page to this process through one mapped file, without a copy on the way.

A worker of the page writes into a file of the origin-private file system, which Chromium keeps as an ordinary
file of a persistent profile. The file is a ring:

    0      the number of frames written, as int32 (the page counts)
    32     the number of frames consumed, as int32 (this process counts)
    64     a mark of 32 bytes, written last
    4096   slots, each: sequence, frame, payload bytes, 0 (4 x int32) at 0; the payload at 64; then
           sequence and frame again (2 x int32), written last

All numbers are in the machine's byte order. A slot whose head and tail disagree is torn. The page writes the
whole file before it writes the mark, so that none of its memory can be missing later.
"""

import contextlib
import mmap
import os
import secrets
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from helios_renders.composition.spec import Size
from helios_renders.errors import BrowserFailed, SurfaceFailed

HEADER = 4096
SLOT_HEADER = 64
SLOTS = 4
"""With frames of 1920x1080 the file has 33 198 080 bytes."""
PAGE = 4096
WRITTEN_AT, CONSUMED_AT, MARK_AT = 0, 32, 64
INT_BYTES = struct.calcsize("i")
BYTES_PER_PIXEL = 4
PIXEL_FORMAT = "bgr0"
"""ffmpeg's name of what the page writes: `BGRX` of WebCodecs."""
TRANSPARENT_PIXEL_FORMAT = "bgra"
"""The same with straight alpha."""
POLL_SECONDS = 0.004
"""A fraction of what the fastest pages need for the frames of all slots; every look changes threads."""
ADVICE = "Render again; if it happens once more, choose --surface screenshot."


@attrs.frozen
class RingLayout:
    """Where everything lies in the file."""

    size: Size
    name: str = attrs.field(factory=lambda: f"helios-ring-{secrets.token_hex(4)}")
    mark: str = attrs.field(factory=lambda: secrets.token_hex(16))

    @property
    def payload(self) -> int:
        """Bytes of one frame."""
        return self.size.width * self.size.height * BYTES_PER_PIXEL

    @property
    def stride(self) -> int:
        """Bytes from one slot to the next."""
        return -(-(SLOT_HEADER + self.payload + 8) // PAGE) * PAGE

    @property
    def total(self) -> int:
        """Bytes of the whole file."""
        return HEADER + SLOTS * self.stride

    def for_page(self) -> dict[str, Any]:
        """The layout as the page's worker takes it."""
        return {
            "name": self.name,
            "mark": self.mark,
            "width": self.size.width,
            "payload": self.payload,
            "stride": self.stride,
            "slots": SLOTS,
            "header": HEADER,
            "slotHeader": SLOT_HEADER,
            "writtenAt": WRITTEN_AT,
            "consumedAt": CONSUMED_AT,
            "markAt": MARK_AT,
        }


class Ring:
    """This process's end: `take` a frame, use it, `release` it (see Transport)."""

    def __init__(self, path: Path, layout: RingLayout) -> None:
        descriptor = os.open(path, os.O_RDWR)
        try:
            self._map = mmap.mmap(descriptor, layout.total)
        finally:
            os.close(descriptor)
        self._view = memoryview(self._map)
        # A number of this type is written at once; `struct` clears its bytes first, which the page would see.
        self._counters = self._view[:HEADER].cast("i")
        self._layout = layout
        self._taken = 0
        self._frame = -1

    @classmethod
    def find(cls, profile: Path, layout: RingLayout) -> "Ring":
        """The ring among a profile's files, by its size and its mark; raises SurfaceFailed."""
        try:
            for path in files_of_pages(profile, layout.total):
                if _mark(path) == layout.mark:
                    return cls(path, layout)
        except OSError as error:
            raise SurfaceFailed(f"The ring's file cannot be mapped: {error.strerror}.") from error
        raise SurfaceFailed("The browser keeps its file system in another way than is known.")

    @property
    def written(self) -> int:
        """How many frames the page has written."""
        return self._counters[WRITTEN_AT // INT_BYTES]

    def take(self, frame: int, seconds: float) -> memoryview | None:
        """The next frame's pixels, or None when none comes within the time.

        Raises BrowserFailed for a torn slot or another frame's number. Blocks; call it in a thread.
        """
        end = time.monotonic() + seconds
        while (written := self.written) == self._taken:
            if time.monotonic() > end:
                return None
            time.sleep(POLL_SECONDS)
        if not self._taken < written <= self._taken + SLOTS:
            raise BrowserFailed(f"The ring counts {written} frames after {self._taken} were taken.", ADVICE)
        self._frame = frame
        self._check()
        start = self._slot + SLOT_HEADER
        return self._view[start : start + self._layout.payload]

    def release(self) -> None:
        """See Transport; the page writes a slot's head first, so that one written over meanwhile is known."""
        self._check()
        self._taken += 1
        self._counters[CONSUMED_AT // INT_BYTES] = self._taken

    async def close(self) -> None:
        """Unmaps the file; every frame must have been let go."""
        self._counters.release()
        self._view.release()
        self._map.close()

    @property
    def _slot(self) -> int:
        """Where the next slot begins."""
        return HEADER + (self._taken % SLOTS) * self._layout.stride

    def _check(self) -> None:
        """Raises BrowserFailed unless the next slot holds the whole of the frame."""
        number, payload = (self._taken, self._frame), self._layout.payload
        head = struct.unpack_from("=iii", self._map, self._slot)
        tail = struct.unpack_from("=ii", self._map, self._slot + SLOT_HEADER + payload)
        if head != (*number, payload) or tail != number:
            raise BrowserFailed(
                f"The ring holds {head} and {tail} where frame {self._frame} "
                f"should be (number {self._taken}).",
                ADVICE,
            )


def files_of_pages(profile: Path, size: int) -> Iterator[Path]:
    """What has so many bytes in a profile's file systems, while the browser may be removing some of it."""
    for folder, _, names in os.walk(profile):
        if "File System" not in Path(folder).parts:
            continue
        for path in (Path(folder) / name for name in sorted(names)):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_size == size:
                    yield path


def _mark(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(MARK_AT)
        return file.read(32).decode("ascii", "replace")
