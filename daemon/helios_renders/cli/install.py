"""`helios setup`: install what is missing, and say what is used."""

import sys

from helios_renders.setup.browser import ensure_browser
from helios_renders.setup.driver import compile_driver, ensure_driver
from helios_renders.setup.ffmpeg import ensure_ffmpeg
from helios_renders.setup.package_managers import SystemPackages


def install() -> int:
    """Make the machine ready without asking anything; raises SetupFailed, BrowserMissing or FfmpegMissing."""
    system = SystemPackages(_say)
    driver = ensure_driver(system)
    _say(f"driver   Node.js {driver}")
    failure = compile_driver()
    if failure is not None:
        _say(f"  Renders will start more slowly: {failure}.")
    browser = ensure_browser(system)
    _say(f"browser  {browser.version}, {browser.executable.path} ({browser.executable.source})")
    ffmpeg = ensure_ffmpeg(system)
    _say(f"ffmpeg   {ffmpeg.version}, {ffmpeg.path} ({ffmpeg.source})")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
