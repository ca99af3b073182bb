"""What a render needs of this machine, looked at one by one."""

import platform
import shutil
import sys
import time
from collections.abc import Callable
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import gettempdir

import attrs

from helios_renders.capture.sandbox import Sandbox, find_sandbox
from helios_renders.encode.ffmpeg import FfmpegExecutable, find_ffmpeg
from helios_renders.errors import BrowserFailed, HeliosError, SandboxFailed, SetupFailed
from helios_renders.setup.browser import ReadyBrowser, ready_browser
from helios_renders.setup.driver import ready_driver
from helios_renders.setup.paint import Painted, paint
from helios_renders.setup.processes import run

PACKAGES = ("playwright", "aiohttp", "attrs", "cattrs", "ffmpeg-python", "psutil", "pygls", "rich")
MIN_PYTHON = (3, 11)
LITTLE_DISK = 5 * 10**9
"""Bytes below which a long render may not fit: its chunks and its file are on the disk together."""
NO_DISK = 200 * 10**6
LITTLE_SHARED_MEMORY = 256 * 2**20
"""Bytes; containers often have 64 MiB, which one full-HD page can fill."""
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the system's own place, only measured here


class Status(Enum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@attrs.frozen
class Check:
    """One thing that was looked at."""

    name: str
    status: Status
    message: str
    advice: str = ""


def check_python() -> Check:
    """The Python that runs this."""
    message = f"{platform.python_version()}, {sys.executable}"
    if sys.version_info >= MIN_PYTHON:
        return Check("python", Status.OK, message)
    return Check("python", Status.FAIL, message, "Use Python 3.11 or newer.")


def check_packages() -> Check:
    """The packages that renders use."""
    found, missing = [], []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    if missing:
        advice = "Install helios-renders again, in the way in which you did; pip brings what it needs."
        return Check("packages", Status.FAIL, f"missing: {', '.join(missing)}", advice)
    return Check("packages", Status.OK, ", ".join(found))


def check_driver() -> Check:
    """The Node.js through which Playwright speaks to browsers."""
    try:
        return Check("driver", Status.OK, f"Playwright's Node.js {ready_driver()}")
    except SetupFailed as error:
        return Check("driver", Status.FAIL, error.message, error.advice)


def check_browser() -> tuple[Check, ReadyBrowser | None]:
    """The browser that renders would use, and whether it can be run at all."""
    try:
        browser = ready_browser()
    except HeliosError as error:
        return Check("browser", Status.FAIL, error.message, error.advice), None
    place = f"{browser.executable.path} ({browser.executable.source})"
    return Check("browser", Status.OK, f"{browser.version}, {place}"), browser


def check_sandbox() -> tuple[Check, Sandbox | None]:
    """Whether pages are drawn in Chromium's sandbox."""
    try:
        sandbox = find_sandbox()
    except HeliosError as error:
        return Check("sandbox", Status.FAIL, error.message, error.advice), None
    if sandbox.on:
        return Check("sandbox", Status.OK, str(sandbox)), sandbox
    advice = "Render only pages that you trust, or render as an ordinary user and in the sandbox."
    return Check("sandbox", Status.WARN, str(sandbox), advice), sandbox


async def check_painting(browser: ReadyBrowser, sandbox: Sandbox) -> Check:
    """Whether the browser starts under Playwright and draws."""
    begun = time.monotonic()
    try:
        painted, tries = await _painted(browser.executable.path, sandbox)
    except HeliosError as error:
        return Check("painting", Status.FAIL, error.message, error.advice)
    message = f"starts and paints in {time.monotonic() - begun:.1f} s{tries}"
    if not painted.text:
        advice = "Install fonts, such as the packages fonts-dejavu-core and fonts-liberation."
        return Check("painting", Status.WARN, f"{message}, but letters stay empty", advice)
    return Check("painting", Status.OK, message)


async def _painted(browser: Path, sandbox: Sandbox) -> tuple[Painted, str]:
    """What was drawn, and words about a first failure: as in a render, a missing sandbox is final."""
    try:
        return await paint(browser, sandboxed=sandbox.on), ""
    except SandboxFailed:
        raise
    except BrowserFailed as error:
        return await paint(browser, sandboxed=sandbox.on), f" when tried again ({error.message})"


def check_ffmpeg() -> tuple[Check, FfmpegExecutable | None]:
    """The ffmpeg that renders would use."""
    try:
        ffmpeg = find_ffmpeg()
    except HeliosError as error:
        return Check("ffmpeg", Status.FAIL, error.message, error.advice), None
    return Check("ffmpeg", Status.OK, f"{ffmpeg.version}, {ffmpeg.path} ({ffmpeg.source})"), ffmpeg


def check_encoding(ffmpeg: FfmpegExecutable) -> Check:
    """Whether ffmpeg really encodes H.264 with libx264."""
    source = ("-f", "lavfi", "-i", "color=size=64x64:rate=30:duration=0.1")
    target = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-f", "null", "-")
    done = run((str(ffmpeg.path), "-v", "error", "-nostdin", *source, *target), timeout=30)
    if done.ok:
        return Check("encoding", Status.OK, "libx264 encodes H.264")
    return Check(
        "encoding", Status.FAIL, f"libx264 does not work: {done.failure}", "Install an ffmpeg with libx264."
    )


def check_disk(folder: Path) -> Check:
    """Free space where videos go, and where the browser keeps its profile."""
    places = {str(folder): shutil.disk_usage(folder).free, gettempdir(): shutil.disk_usage(gettempdir()).free}
    least = min(places.values())
    message = ", ".join(f"{free / 1e9:.1f} GB free in {place}" for place, free in places.items())
    status = Status.FAIL if least < NO_DISK else Status.WARN if least < LITTLE_DISK else Status.OK
    return Check(
        "disk", status, message, "" if status is Status.OK else "Free some space before long renders."
    )


def check_shared_memory(folder: Path = SHARED_MEMORY) -> Check:
    """Free shared memory, through which Chromium passes pictures between its processes."""
    if not folder.is_dir():
        return Check("shared memory", Status.OK, f"no {folder} on this system, other means are used")
    free = shutil.disk_usage(folder).free
    message = f"{free / 2**20:.0f} MiB free in {folder}"
    if free >= LITTLE_SHARED_MEMORY:
        return Check("shared memory", Status.OK, message)
    return Check(
        "shared memory", Status.WARN, message, "In a container, allow more, such as docker run --shm-size=1g."
    )


def look_for_programs(tell: Callable[[Check], None]) -> None:
    """Check only that the programs are there which `helios setup` can install."""
    tell(check_driver())
    tell(check_browser()[0])
    tell(check_ffmpeg()[0])


async def examine(tell: Callable[[Check], None], folder: Path) -> None:
    """Make every check and tell each as soon as it is made."""
    tell(check_python())
    tell(check_packages())
    driver = check_driver()
    tell(driver)
    check, browser = check_browser()
    tell(check)
    check, sandbox = check_sandbox()
    tell(check)
    if browser is not None and sandbox is not None and driver.status is Status.OK:
        tell(await check_painting(browser, sandbox))
    check, ffmpeg = check_ffmpeg()
    tell(check)
    if ffmpeg is not None:
        tell(check_encoding(ffmpeg))
    tell(check_disk(folder))
    tell(check_shared_memory())
