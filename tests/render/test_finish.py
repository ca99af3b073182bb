"""The last step: sound and subtitles beside the frames of joined chunks."""

import asyncio
import subprocess
import wave
from pathlib import Path

import numpy as np
import psutil
import pytest

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.finish import Finishing, finish
from helios_renders.encode.formats import MP4
from helios_renders.encode.packets import read_tracks
from helios_renders.encode.run import run_encoder
from helios_renders.errors import AssemblyFailed

FPS = FrameRate(30)
FRAMES = 30
RATE = 48_000
FFMPEG = str(find_ffmpeg().path)


def joined(path: Path) -> Path:
    """A video of one second with frames that are coded out of order."""
    source = ["-f", "lavfi", "-i", "testsrc2=size=64x36:rate=30", "-frames:v", str(FRAMES)]
    how = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-video_track_timescale", "30", str(path)]
    subprocess.run([FFMPEG, "-v", "error", *source, *how], check=True, timeout=30)
    return path


def clicks(path: Path) -> Path:
    """One second of sound that is silent but for one sample in the middle."""
    samples = np.zeros((RATE, 2), np.int16)
    samples[RATE // 2] = 32_000
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


def printed(path: Path, *options: str) -> bytes:
    command = [FFMPEG, "-v", "error", "-i", str(path), *options, "-"]
    return subprocess.run(command, capture_output=True, check=True, timeout=30).stdout


def decoded(path: Path) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """A file's sound, the left channel, from the time 0 of its video on."""
    sound = printed(path, "-af", "aresample=async=1:first_pts=0", "-f", "s16le")
    return np.frombuffer(sound, np.int16)[::2]


async def test_sound_and_subtitles_stand_beside_the_same_frames(tmp_path: Path) -> None:
    words = tmp_path / "words.srt"
    words.write_text("1\n00:00:00,200 --> 00:00:00,600\nHello\n")
    video, output = joined(tmp_path / "joined.mp4"), tmp_path / "out.mp4"
    audio = clicks(tmp_path / "mix.wav")
    finishing = Finishing(format=MP4, fps=FPS, frames=FRAMES, audio=audio, subtitles=words)
    await finish(FFMPEG, video, output, finishing)
    before, after = await read_tracks(FFMPEG, [video, output], "mp4")
    assert after == before
    sound = decoded(output)
    assert abs(len(sound) - RATE) <= RATE / FPS.numerator
    assert abs(int(np.abs(sound).argmax()) - RATE // 2) <= 1
    assert b"00:00:00,200 --> 00:00:00,600\nHello" in printed(output, "-map", "0:s:0", "-f", "srt")


async def test_without_sound_and_subtitles_the_joined_file_is_the_finished_one(tmp_path: Path) -> None:
    video, output = joined(tmp_path / "joined.mp4"), tmp_path / "out.mp4"
    content = video.read_bytes()
    await finish(FFMPEG, video, output, Finishing(format=MP4, fps=FPS, frames=FRAMES))
    assert output.read_bytes() == content


async def test_an_encoding_that_is_cancelled_leaves_no_ffmpeg(tmp_path: Path) -> None:
    endless = [FFMPEG, "-v", "error", "-progress", "pipe:1", "-f", "lavfi", "-i", "testsrc2=size=64x36"]
    begun = asyncio.Event()
    before = {child.pid for child in psutil.Process().children()}

    def tell(frame: int) -> None:
        if frame > 0:
            begun.set()

    encoding = asyncio.create_task(run_encoder([*endless, "-y", "out.mp4"], "encoding", tmp_path, tell))
    await asyncio.wait_for(begun.wait(), 20)
    (program,) = [child for child in psutil.Process().children() if child.pid not in before]
    encoding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(encoding, 5)
    assert not program.is_running()


async def test_an_encoding_that_fails_says_what_ffmpeg_said(tmp_path: Path) -> None:
    broken = [FFMPEG, "-v", "error", "-progress", "pipe:1", "-i", "file:nothing.mov", "out.mp4"]
    with pytest.raises(AssemblyFailed, match="while encoding the film") as caught:
        await run_encoder(broken, "encoding the film", tmp_path, lambda frame: None)
    assert any("nothing.mov" in line for line in caught.value.details)
