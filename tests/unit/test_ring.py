"""The ring's end in this process, with a file written as the page's worker writes it."""

import asyncio
import mmap
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from helios_renders.capture.ring import (
    CONSUMED_AT,
    HEADER,
    MARK_AT,
    SLOT_HEADER,
    SLOTS,
    WRITTEN_AT,
    Ring,
    RingLayout,
)
from helios_renders.composition.spec import Size
from helios_renders.errors import BrowserFailed

LAYOUT = RingLayout(Size(4, 2))
WAIT_SECONDS = 0.02


class Writer:
    """The page's end."""

    def __init__(self, profile: Path, layout: RingLayout = LAYOUT) -> None:
        folder = profile / "Default" / "File System" / "000" / "t" / "00"
        folder.mkdir(parents=True)
        self.path = folder / "00000001"
        self.path.write_bytes(bytes(layout.total))
        with self.path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), layout.total)
        self.layout = layout
        self.put(MARK_AT, layout.mark.encode())

    def put(self, at: int, data: bytes) -> None:
        self._map[at : at + len(data)] = data

    def get(self, at: int) -> int:
        number: int = struct.unpack_from("=i", self._map, at)[0]
        return number

    def frame(self, sequence: int, frame: int, fill: int, *, tail: tuple[int, int] | None = None) -> None:
        at = HEADER + (sequence % SLOTS) * self.layout.stride
        self.put(at, struct.pack("=iiii", sequence, frame, self.layout.payload, 0))
        self.put(at + SLOT_HEADER, bytes([fill]) * self.layout.payload)
        self.put(at + SLOT_HEADER + self.layout.payload, struct.pack("=ii", *(tail or (sequence, frame))))
        self.put(WRITTEN_AT, struct.pack("=i", sequence + 1))


def take(ring: Ring, frame: int) -> bytes | None:
    pixels = ring.take(frame, WAIT_SECONDS)
    if pixels is None:
        return None
    copy = bytes(pixels)
    pixels.release()
    ring.release()
    return copy


async def test_frames_come_in_order_round_and_round(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    ring = Ring.find(tmp_path, LAYOUT)
    for sequence in range(3 * SLOTS):
        writer.frame(sequence, 40 + sequence, sequence)
        assert take(ring, 40 + sequence) == bytes([sequence]) * LAYOUT.payload
        assert writer.get(CONSUMED_AT) == sequence + 1
    await ring.close()


async def test_nothing_written_is_nothing_taken(tmp_path: Path) -> None:
    Writer(tmp_path)
    ring = Ring.find(tmp_path, LAYOUT)
    assert take(ring, 0) is None
    await ring.close()


async def test_a_torn_slot_is_refused(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.frame(0, 7, 1, tail=(-3, 7))
    ring = Ring.find(tmp_path, LAYOUT)
    with pytest.raises(BrowserFailed, match="where frame 7 should be"):
        ring.take(7, WAIT_SECONDS)
    await ring.close()


async def test_another_frame_is_refused(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.frame(0, 8, 1)
    ring = Ring.find(tmp_path, LAYOUT)
    with pytest.raises(BrowserFailed, match="where frame 7 should be"):
        ring.take(7, WAIT_SECONDS)
    await ring.close()


def test_it_is_found_while_the_browser_removes_other_things(tmp_path: Path) -> None:
    """A real browser's are gone too soon to be met; this one removes for as long as it is asked."""
    Writer(tmp_path)
    others = tmp_path / "Default" / "File System" / "Origins"
    remove = (
        "import os, sys\nwhile True: os.makedirs(sys.argv[1] + '/a/b'); os.removedirs(sys.argv[1] + '/a/b')"
    )
    with subprocess.Popen([sys.executable, "-c", remove, str(others)]) as remover:
        try:
            for _ in range(300):
                asyncio.run(Ring.find(tmp_path, LAYOUT).close())
        finally:
            remover.kill()


def test_a_file_of_the_same_size_is_not_mistaken(tmp_path: Path) -> None:
    other = RingLayout(Size(4, 2))
    assert other.total == LAYOUT.total
    Writer(tmp_path, other)
    with pytest.raises(BrowserFailed, match="keeps its file system in another way"):
        Ring.find(tmp_path, LAYOUT)


async def test_a_slot_written_over_while_in_use_is_refused(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.frame(0, 7, 1)
    ring = Ring.find(tmp_path, LAYOUT)
    pixels = ring.take(7, WAIT_SECONDS)
    assert pixels is not None
    pixels.release()
    writer.frame(SLOTS, 7 + SLOTS, 2)
    with pytest.raises(BrowserFailed, match="where frame 7 should be"):
        ring.release()
    await ring.close()


@pytest.mark.parametrize("written", [-1, SLOTS + 1, 2**31 - 1])
async def test_a_count_that_cannot_be_is_refused(tmp_path: Path, written: int) -> None:
    writer = Writer(tmp_path)
    ring = Ring.find(tmp_path, LAYOUT)
    writer.put(WRITTEN_AT, struct.pack("=i", written))
    with pytest.raises(BrowserFailed, match=f"counts {written} frames"):
        ring.take(0, WAIT_SECONDS)
    await ring.close()


_WATCH = """
import os, struct, sys
file, at, last = os.open(sys.argv[1], os.O_RDONLY), int(sys.argv[2]), int(sys.argv[3])
seen = 0
print("ready", flush=True)
while seen < last:
    number = struct.unpack("=i", os.pread(file, 4, at))[0]
    if number < seen or number > last:
        sys.exit(f"{number} after {seen}")
    seen = number
"""


def test_the_page_never_reads_half_a_number(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    ring = Ring.find(tmp_path, LAYOUT)
    last = 40_000
    watch = [sys.executable, "-c", _WATCH, str(writer.path), str(CONSUMED_AT), str(last)]
    with subprocess.Popen(watch, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            for sequence in range(last):
                writer.frame(sequence, sequence, sequence % 256)
                take(ring, sequence)
            assert process.communicate(timeout=20)[1] == ""
        finally:
            process.kill()
    asyncio.run(ring.close())


def test_the_ring_is_bounded() -> None:
    assert SLOTS == 4
    assert RingLayout(Size(1920, 1080)).total == 33_198_080
