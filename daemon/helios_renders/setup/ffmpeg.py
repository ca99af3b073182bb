"""An ffmpeg for this machine: one that is here, the carried one, or else the system's package."""

import os

from helios_renders.encode.ffmpeg import ENVIRONMENT_VARIABLE, FfmpegExecutable, find_ffmpeg
from helios_renders.errors import FfmpegMissing, SetupFailed
from helios_renders.setup.package_managers import SystemPackages


def ensure_ffmpeg(system: SystemPackages) -> FfmpegExecutable:
    """An ffmpeg with libx264; the package imageio-ffmpeg carries one on most systems.

    Raises FfmpegMissing for a HELIOS_FFMPEG that does not work, SetupFailed when nothing could be installed.
    """
    try:
        return find_ffmpeg()
    except FfmpegMissing as error:
        if os.environ.get(ENVIRONMENT_VARIABLE):
            raise
        system.say(error.message)
        done = system.install(("ffmpeg",))
        if not done.ok:
            raise SetupFailed(f"ffmpeg could not be installed: {done.failure}.", error.advice) from None
    return find_ffmpeg()
