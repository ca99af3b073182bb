"""The encoders give the same bytes for the same frames, however busy the machine is."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from helios_renders.composition.spec import Size
from helios_renders.encode.codecs import AV1, H264, H265, VP9, Codec
from helios_renders.encode.coding import Coding, codec_options
from helios_renders.encode.ffmpeg import find_ffmpeg

SIZE = Size(320, 180)
"""Whose rows of blocks of 16 pixels are no multiple of what an encoder takes at once."""
FULL = Size(1920, 1080)
FRAMES = 60
AT_ONCE = 3 * (os.cpu_count() or 1)
"""More encoders than cores, so that their threads run in ever another order."""
MANY, SOME = 400, 30
"""What x264 read of memory that nobody had written changed one of about 100 encodings of these frames."""
FILLINGS = ("0", "1", "77", "165", "254")
"""What glibc fills freed memory with, and with the complement what it gives away; 0 is for nothing."""

CODINGS = [
    (H264, "mp4", "veryfast"),
    (H264, "mp4", "medium"),
    (H265, "mp4", "veryfast"),
    (AV1, "mp4", AV1.default_preset),
    (VP9, "webm", VP9.default_preset),
]


def bar_codes(size: Size, count: int) -> bytes:
    """Frame numbers in white cells on black ones, on a dark blue ground, in 4:2:0; most of it rests."""
    frames = b""
    for frame in range(FRAMES, FRAMES + count):
        bits = [frame >> bit & 1 for bit in range(12)]
        light = np.full((size.height, size.width), 49, np.uint8)
        blue, red = (np.full((size.height // 2, size.width // 2), level, np.uint8) for level in (132, 124))
        for cell, bit in enumerate([*bits, 1 - sum(bits) % 2]):
            light[16:56, 16 + 22 * cell : 38 + 22 * cell] = 235 if bit else 16
        for colour in (blue, red):
            colour[8:28, 8:151] = 128
        frames += light.tobytes() + blue.tobytes() + red.tobytes()
    return frames


def encoder_command(codec: Codec, preset: str, size: Size) -> list[str]:
    """An ffmpeg that takes frames of this size; all but the file to write."""
    ffmpeg = str(find_ffmpeg(encoders=frozenset({codec.encoder})).path)
    coding = Coding(codec=codec.name, pixel_format="yuv420p", crf=18, preset=preset, gop=FRAMES, size=size)
    options = [word for name, value in codec_options(coding).items() for word in (f"-{name}", str(value))]
    source = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", str(size), "-framerate", "30", "-i", "pipe:0"]
    return [ffmpeg, "-v", "error", *source, *options, "-fflags", "+bitexact"]


def encode(command: list[str], frames: bytes, output: Path, filling: str = "0") -> str:
    """The digest of the file."""
    environment = {**os.environ, "GLIBC_TUNABLES": f"glibc.malloc.perturb={filling}"}
    subprocess.run(
        [*command, str(output)], input=frames, capture_output=True, check=True, timeout=120, env=environment
    )
    return hashlib.sha256(output.read_bytes()).hexdigest()


def word(value: object) -> str:
    return value.name if isinstance(value, Codec) else str(value)


@pytest.mark.parametrize(
    ("codec", "container", "preset", "times"),
    [(*coding, MANY if coding == CODINGS[0] else SOME) for coding in CODINGS],
    ids=word,
)
def test_the_same_frames_give_the_same_bytes(
    tmp_path: Path, codec: Codec, container: str, preset: str, times: int
) -> None:
    command, frames = encoder_command(codec, preset, SIZE), bar_codes(SIZE, FRAMES)
    outputs = [tmp_path / f"{number}.{container}" for number in range(times)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        files = Counter(threads.map(lambda output: encode(command, frames, output), outputs))
    assert len(files) == 1, files


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's malloc fills memory")
@pytest.mark.parametrize("size", [SIZE, Size(328, 200), Size(360, 640), FULL], ids=word)
@pytest.mark.parametrize(("codec", "container", "preset"), CODINGS, ids=word)
def test_memory_that_nobody_wrote_changes_no_byte(
    tmp_path: Path, codec: Codec, container: str, preset: str, size: Size
) -> None:
    command, frames = encoder_command(codec, preset, size), bar_codes(size, 10)
    files = {
        filling: encode(command, frames, tmp_path / f"{filling}.{container}", filling) for filling in FILLINGS
    }
    assert len(set(files.values())) == 1, files
