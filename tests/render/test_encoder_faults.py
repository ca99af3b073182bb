"""An encoder alone, without a render, that stands still, is slow, or finds the disk full."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode import video
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.run import QUIET, output_of
from helios_renders.encode.video import ChunkEncoder, EncoderSettings
from helios_renders.errors import DiskFull, EncoderFailed
from render.accidents import fill, kill, memory_of, processes_left

SIZE = Size(320, 180)
SETTINGS = EncoderSettings(18, "veryfast", 30, SIZE, SIZE, SIZE, FrameRate(30))

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/shm and /proc")


async def test_an_encoder_stands_still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(video, "STALL_LOOKS", 5)
    encoder = await ChunkEncoder.start(str(find_ffmpeg().path), SETTINGS, "rgba", 999, tmp_path / "chunk.mp4")

    async def write_on() -> None:
        while True:
            await encoder.write(bytes(SIZE.width * SIZE.height * 4))

    try:
        kill("ffmpeg", signal.SIGSTOP)
        with pytest.raises(EncoderFailed, match=r"ffmpeg has stood still for 0\.5 s after \d frames"):
            await write_on()
    finally:
        await encoder.abort()
    assert not processes_left()


@pytest.mark.parametrize("works", [True, False])
async def test_an_encoder_that_calculates_does_not_stand_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, works: bool
) -> None:
    monkeypatch.setattr(video, "LOOK_SECONDS", 0.5)
    monkeypatch.setattr(video, "STALL_LOOKS", 2)
    monkeypatch.setattr(video, "BUSY_SECONDS", 0.01)
    stand_in = tmp_path / "ffmpeg"
    stand_in.write_text(f"#!/bin/sh\n{'while :; do :; done' if works else 'exec sleep 60'}\n")
    stand_in.chmod(0o755)
    encoder = await ChunkEncoder.start(str(stand_in), SETTINGS, "rgba", 0, tmp_path / "chunk.mp4")
    try:
        with pytest.raises(TimeoutError if works else EncoderFailed):
            await asyncio.wait_for(encoder.finish(), 2.5 if works else 30)
    finally:
        await encoder.abort()
    assert not processes_left()


async def test_a_pipe_that_may_not_grow_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "PIPE_BYTES", 2**31 - 1)
    encoder = await ChunkEncoder.start(str(find_ffmpeg().path), SETTINGS, "rgba", 1, tmp_path / "chunk.mp4")
    await encoder.write(bytes(SIZE.width * SIZE.height * 4))
    await encoder.finish()


async def test_ffmpeg_says_that_the_disk_is_full_and_ends_well_all_the_same(tmp_path: Path) -> None:
    executable = str(find_ffmpeg().path)
    with memory_of(tmp_path / "disk", 4) as disk:
        encoder = await ChunkEncoder.start(executable, SETTINGS, "rgba", 4, disk / "chunk.mp4")
        for _ in range(4):
            await encoder.write(bytes(SIZE.width * SIZE.height * 4))
        # ffmpeg keeps what little there is until the end.
        fill(disk)
        with pytest.raises(DiskFull, match="There is no room left"):
            await encoder.finish()
        source = ["-f", "lavfi", "-i", "color=s=16x9:d=0.1", "-f", "rawvideo", str(disk / "edges")]
        with pytest.raises(DiskFull, match="There is no room left"):
            await output_of([executable, *QUIET, *source], "writing", disk)
