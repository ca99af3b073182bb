"""Sound for tests: making WAV files, decoding what was rendered, finding clicks in it."""

import subprocess
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.sound_file import SAMPLE_RATE

Samples = npt.NDArray[np.float64]
"""Sound as floats, shape (samples, 2)."""
HALF_MILLISECOND = SAMPLE_RATE // 2000
CLICK = np.repeat(np.tile([0.8, -0.8], 12), 4)
"""Two milliseconds of 6 kHz, which a lossy codec keeps and whose place is plain."""


def write_wav(file: Path, samples: npt.NDArray[np.float64], rate: int = SAMPLE_RATE) -> Path:
    """Writes 16-bit samples: one channel for shape (n,), two for (n, 2)."""
    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(samples.ndim)
        opened.setsampwidth(2)
        opened.setframerate(rate)
        opened.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return file


def read_wav(file: Path) -> Samples:
    """The samples of a stereo WAV of 16 bits, in units of the last bit."""
    with wave.open(str(file), "rb") as opened:
        assert (opened.getnchannels(), opened.getsampwidth(), opened.getframerate()) == (2, 2, SAMPLE_RATE)
        content = opened.readframes(opened.getnframes())
    return np.frombuffer(content, "<i2").astype(float).reshape(-1, 2)


def as_stored(samples: npt.NDArray[np.float64]) -> Samples:
    """What `write_wav` has kept of samples, on both channels, full scale being 1."""
    kept = np.round(samples * 32767) / 32768
    return kept if kept.ndim == 2 else np.stack([kept, kept], 1)


def clicks(places: Sequence[int], length: int) -> npt.NDArray[np.float64]:
    """One channel of silence with a click at each of these samples."""
    samples = np.zeros(length)
    for place in places:
        samples[place : place + len(CLICK)] = CLICK
    return samples


def decode_sound(video: Path) -> Samples:
    """The first audio stream of a file, as a player hears it from the first frame on."""
    command = [str(find_ffmpeg().path), "-v", "error", "-i", str(video), "-map", "0:a:0"]
    command += ["-f", "f32le", "-ac", "2", "-ar", str(SAMPLE_RATE), "-"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60, stdin=subprocess.DEVNULL)
    return np.frombuffer(done.stdout, "<f4").astype(float).reshape(-1, 2)


def click_places(sound: Samples, level: float = 0.4) -> list[int]:
    """The samples at which clicks begin, by correlation with a click; louder than `level` of a full one."""
    matches = np.correlate(sound[:, 0], CLICK, "full")[len(CLICK) - 1 :]
    strong = matches > level * float(CLICK @ CLICK)
    places: list[int] = []
    for place in np.flatnonzero(strong):
        if places and place - places[-1] < len(CLICK):
            if matches[place] > matches[places[-1]]:
                places[-1] = int(place)
        else:
            places.append(int(place))
    return places


def assert_clicks(sound: Samples, *seconds: float, tolerance: int = HALF_MILLISECOND) -> None:
    """The sound has clicks at these times and nowhere else."""
    found, wanted = click_places(sound), [round(at * SAMPLE_RATE) for at in seconds]
    assert len(found) == len(wanted), (found, wanted)
    off = [abs(one - other) for one, other in zip(found, wanted, strict=True)]
    assert max(off, default=0) <= tolerance, (found, wanted)


def add_sound(video: Path, sound: Path, output: Path) -> None:
    """Writes a WebM with a video's frames and a sound as Opus."""
    command = [str(find_ffmpeg().path), "-v", "error", "-i", str(video), "-i", str(sound)]
    command += ["-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "libopus", str(output)]
    subprocess.run(command, check=True, timeout=60, stdin=subprocess.DEVNULL)


def streams(video: Path) -> str:
    """What ffmpeg says of a file's streams."""
    command = [str(find_ffmpeg().path), "-hide_banner", "-i", str(video)]
    return subprocess.run(command, capture_output=True, timeout=60, text=True, check=False).stderr
