"""Which Chromium to use, and how to start it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs

from helios_renders.errors import BrowserMissing

ENVIRONMENT_VARIABLE = "HELIOS_BROWSER"

_COMMANDS = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge",
    "chrome",
    "msedge",
)
_APPLICATIONS = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ),
}
_PLAYWRIGHT_NAMES = (
    ("chromium_headless_shell-*", ("chrome-headless-shell", "headless_shell")),
    ("chromium-*", ("chrome", "Chromium", "Google Chrome for Testing")),
)

ARGUMENTS = (
    "--hide-scrollbars",
    "--mute-audio",
    "--disable-lcd-text",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--disable-checker-imaging",
    # A partly redrawn tile keeps seams, so that a picture would depend on the pictures before it.
    "--disable-partial-raster",
    "--disable-threaded-animation",
    "--disable-threaded-scrolling",
    "--disable-smooth-scrolling",
    "--disable-image-animation-resync",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--disable-quic",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--enable-blink-features=CanvasDrawElement",
)
"""One set for every surface, so that a picture never depends on the way it was captured."""


@attrs.frozen
class BrowserExecutable:
    """A Chromium on this machine."""

    path: Path
    source: str
    """Where it was found: `option`, `HELIOS_BROWSER`, `playwright` or `system`."""


def find_browser(explicit: Path | None = None) -> BrowserExecutable:
    """The browser to use: the option, HELIOS_BROWSER, Playwright's own, the system's.

    Raises BrowserMissing; a path that was named and does not work is never passed over.
    """
    named = [(explicit, "option"), (os.environ.get(ENVIRONMENT_VARIABLE) or None, ENVIRONMENT_VARIABLE)]
    for value, source in named:
        if value is None:
            continue
        path = Path(value).expanduser()
        found = shutil.which(str(path))
        if found is None:
            raise BrowserMissing(
                f"The browser {path} (from {source}) does not exist or cannot be run.",
                "Name a Chromium or Chrome that exists, or leave it out to have one found.",
            )
        return BrowserExecutable(Path(found), source)
    for candidate in _playwright_browsers():
        return BrowserExecutable(candidate, "playwright")
    for command in _COMMANDS:
        found = shutil.which(command)
        if found is not None:
            return BrowserExecutable(Path(found), "system")
    for application in _APPLICATIONS.get(sys.platform, ()):
        if Path(application).is_file():
            return BrowserExecutable(Path(application), "system")
    raise BrowserMissing(
        "No Chromium or Chrome was found.",
        f"Run `helios setup` to install one, or set {ENVIRONMENT_VARIABLE} to its path.",
    )


def browser_version(path: Path) -> str:
    """Name and version as the executable prints them, such as `Chromium 156.0.8078.79`; may raise OSError."""
    done = subprocess.run(
        [str(path), "--version"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    match = re.search(r"[A-Za-z][A-Za-z ]* \d+(\.\d+)+", done.stdout)
    return match[0].strip() if match else path.name


def _playwright_browsers() -> Iterator[Path]:
    """Playwright's downloaded browsers, the newest first."""
    for pattern, names in _PLAYWRIGHT_NAMES:
        folders = sorted(_playwright_folder().glob(pattern), key=_revision, reverse=True)
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                named = path.stem in names and path.suffix in ("", ".exe")
                if named and path.is_file() and os.access(path, os.X_OK):
                    yield path


def _playwright_folder() -> Path:
    configured = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if configured and configured != "0":
        return Path(configured)
    home = Path.home()
    return {
        "darwin": home / "Library/Caches/ms-playwright",
        "win32": home / "AppData/Local/ms-playwright",
    }.get(sys.platform, home / ".cache/ms-playwright")


def _revision(folder: Path) -> int:
    match = re.search(r"-(\d+)$", folder.name)
    return int(match[1]) if match else 0
