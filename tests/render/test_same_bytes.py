"""The encoders give the same bytes for the same frames, however busy the machine is."""

import hashlib
import os
import subprocess
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
FRAMES = 60
AT_ONCE = 3 * (os.cpu_count() or 1)
"""More encoders than cores, so that their threads run in ever another order."""
MANY, SOME = 400, 30
"""x264's own thread for looking ahead changed one of about 80 encodings of these frames."""


def bar_codes() -> bytes:
    """Frame numbers in white cells on black ones, on a dark blue ground, in 4:2:0; most of it rests."""
    frames = b""
    for frame in range(FRAMES, 2 * FRAMES):
        bits = [frame >> bit & 1 for bit in range(12)]
        light = np.full((SIZE.height, SIZE.width), 49, np.uint8)
        blue, red = (np.full((SIZE.height // 2, SIZE.width // 2), level, np.uint8) for level in (132, 124))
        for cell, bit in enumerate([*bits, 1 - sum(bits) % 2]):
            light[16:56, 16 + 22 * cell : 38 + 22 * cell] = 235 if bit else 16
        for colour in (blue, red):
            colour[8:28, 8:151] = 128
        frames += light.tobytes() + blue.tobytes() + red.tobytes()
    return frames


@pytest.mark.parametrize(
    ("codec", "container", "preset", "times"),
    [
        (H264, "mp4", "veryfast", MANY),
        (H264, "mp4", "medium", SOME),
        (H265, "mp4", "veryfast", SOME),
        (AV1, "mp4", AV1.default_preset, SOME),
        (VP9, "webm", VP9.default_preset, SOME),
    ],
    ids=lambda value: value.name if isinstance(value, Codec) else str(value),
)
def test_the_same_frames_give_the_same_bytes(
    tmp_path: Path, codec: Codec, container: str, preset: str, times: int
) -> None:
    ffmpeg = str(find_ffmpeg(encoders=frozenset({codec.encoder})).path)
    coding = Coding(codec=codec.name, pixel_format="yuv420p", crf=18, preset=preset, gop=FRAMES, size=SIZE)
    options = [word for name, value in codec_options(coding).items() for word in (f"-{name}", str(value))]
    source = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", str(SIZE), "-framerate", "30", "-i", "pipe:0"]
    frames = bar_codes()

    def encode(number: int) -> str:
        output = tmp_path / f"{number}.{container}"
        command = [ffmpeg, "-v", "error", *source, *options, "-fflags", "+bitexact", str(output)]
        subprocess.run(command, input=frames, capture_output=True, check=True, timeout=120)
        return hashlib.sha256(output.read_bytes()).hexdigest()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        files = Counter(threads.map(encode, range(times)))
    assert len(files) == 1, files
