"""Which ffmpeg to use."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import attrs
import imageio_ffmpeg

from helios_renders.errors import FfmpegMissing

ENVIRONMENT_VARIABLE = "HELIOS_FFMPEG"


@attrs.frozen
class FfmpegExecutable:
    """An ffmpeg on this machine that can encode H.264."""

    path: Path
    source: str
    """Where it was found: `option`, `HELIOS_FFMPEG`, `system` or `imageio-ffmpeg`."""
    version: str
    """Such as `5.1.9`."""


def find_ffmpeg(explicit: Path | None = None) -> FfmpegExecutable:
    """The ffmpeg to use: the option, HELIOS_FFMPEG, the system's, the one that imageio-ffmpeg carries.

    Raises FfmpegMissing; a path that was named and does not work is never passed over. A system's ffmpeg
    without libx264 is passed over for the carried one, which the source names.
    """
    named = [(explicit, "option"), (os.environ.get(ENVIRONMENT_VARIABLE) or None, ENVIRONMENT_VARIABLE)]
    for value, source in named:
        if value is not None:
            return _examine(Path(value).expanduser(), source)
    advice = "Install ffmpeg with libx264, or reinstall the package imageio-ffmpeg, which carries one."
    candidates = [(shutil.which("ffmpeg"), "system"), (_carried(), "imageio-ffmpeg")]
    problems = []
    for found, source in candidates:
        if found is None:
            continue
        try:
            return _examine(Path(found), source)
        except FfmpegMissing as error:
            problems.append(error.message)
    raise FfmpegMissing(" ".join(problems) or "No ffmpeg was found.", advice)


def _carried() -> str | None:
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return None


def _examine(path: Path, source: str) -> FfmpegExecutable:
    found = shutil.which(str(path))
    advice = "Name an ffmpeg that exists and has the encoder libx264, or leave it out to have one found."
    if found is None:
        raise FfmpegMissing(f"The ffmpeg {path} (from {source}) does not exist or cannot be run.", advice)
    try:
        # Two answers for one start: the version stands in the banner.
        version, encoders = _ask(found, "-encoders")
    except (OSError, subprocess.SubprocessError) as error:
        raise FfmpegMissing(f"The ffmpeg {path} (from {source}) does not start: {error}.", advice) from None
    match = re.match(r"ffmpeg version (\S+)", version)
    if match is None:
        raise FfmpegMissing(f"{path} (from {source}) is not ffmpeg.", advice)
    if "libx264" not in encoders:
        raise FfmpegMissing(f"The ffmpeg {path} (from {source}) lacks the encoder libx264.", advice)
    return FfmpegExecutable(Path(found), source, match[1].split("-")[0].removeprefix("n"))


def _ask(executable: str, question: str) -> tuple[str, str]:
    done = subprocess.run(
        [executable, question],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    return done.stderr, done.stdout
