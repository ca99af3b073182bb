"""Which ffmpeg to use."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import attrs
import imageio_ffmpeg

from helios_renders.encode.codecs import H264
from helios_renders.errors import FfmpegMissing

ENVIRONMENT_VARIABLE = "HELIOS_FFMPEG"


@attrs.frozen
class FfmpegExecutable:
    """An ffmpeg on this machine that has the encoders that are needed."""

    path: Path
    source: str
    """Where it was found: `option`, `HELIOS_FFMPEG`, `system` or `imageio-ffmpeg`."""
    version: str
    """Such as `5.1.9`."""
    lacks: frozenset[str] = frozenset()
    """The encoders that it does not have of those that may be needed too."""


def find_ffmpeg(
    explicit: Path | None = None,
    encoders: frozenset[str] = frozenset({H264.encoder}),
    perhaps: frozenset[str] = frozenset(),
) -> FfmpegExecutable:
    """The ffmpeg to use: the option, HELIOS_FFMPEG, the system's, the one that imageio-ffmpeg carries.

    Raises FfmpegMissing; a path that was named and does not work is never passed over. A system's ffmpeg
    without the encoders, or without those that are `perhaps` needed, is passed over for the carried one
    if that has them; the source names it.
    """
    named = [(explicit, "option"), (os.environ.get(ENVIRONMENT_VARIABLE) or None, ENVIRONMENT_VARIABLE)]
    for value, source in named:
        if value is not None:
            return _examine(Path(value).expanduser(), source, encoders, perhaps)
    advice = f"Install ffmpeg with {_listed(encoders)}, or reinstall imageio-ffmpeg, which carries one."
    candidates = [(shutil.which("ffmpeg"), "system"), (_carried(), "imageio-ffmpeg")]
    problems, lesser = [], list[FfmpegExecutable]()
    for found, source in candidates:
        if found is None:
            continue
        try:
            examined = _examine(Path(found), source, encoders, perhaps)
        except FfmpegMissing as error:
            problems.append(error.message)
        else:
            if not examined.lacks:
                return examined
            lesser.append(examined)
    if lesser:
        return lesser[0]
    raise FfmpegMissing(" ".join(problems) or "No ffmpeg was found.", advice)


def _carried() -> str | None:
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return None


def _examine(path: Path, source: str, wanted: frozenset[str], perhaps: frozenset[str]) -> FfmpegExecutable:
    found = shutil.which(str(path))
    advice = f"Name an ffmpeg that exists and has {_listed(wanted)}, or leave it out to have one found."
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
    if missing := wanted - set(encoders.split()):
        raise FfmpegMissing(f"The ffmpeg {path} (from {source}) lacks {_listed(missing)}.", advice)
    lacks = perhaps - set(encoders.split())
    return FfmpegExecutable(Path(found), source, match[1].split("-")[0].removeprefix("n"), lacks)


def _listed(encoders: frozenset[str]) -> str:
    return f"the encoder{'s' if len(encoders) > 1 else ''} {', '.join(sorted(encoders))}"


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
