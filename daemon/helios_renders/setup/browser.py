"""A browser for this machine: the one that is here, or else Playwright's, or else the system's package."""

import os
import sys

import attrs

from helios_renders.capture.browser import (
    ENVIRONMENT_VARIABLE,
    BrowserExecutable,
    browser_version,
    find_browser,
)
from helios_renders.errors import BrowserMissing, SetupFailed
from helios_renders.setup.package_managers import (
    SystemPackages,
    becoming_root,
    by_hand,
    find_package_manager,
)
from helios_renders.setup.processes import run

BUILD = "chromium-headless-shell"
"""Playwright's name for the Chromium without windows."""
DOWNLOAD_TIMEOUT = 600.0
PLAYWRIGHT = (sys.executable, "-m", "playwright")


@attrs.frozen
class ReadyBrowser:
    """A browser that starts."""

    executable: BrowserExecutable
    version: str
    """Name and version, such as `Chromium 156.0.8078.79`."""


def ready_browser() -> ReadyBrowser:
    """The browser that renders would use; raises BrowserMissing when there is none or it does not start."""
    executable = find_browser()
    if sys.platform != "win32":  # there, Chrome prints no version and opens a window instead
        started = run((str(executable.path), "--version"), timeout=30)
        if not started.ok:
            raise BrowserMissing(
                f"The browser {executable.path} does not start: {started.failure}.",
                "Run `helios setup` to install what it lacks.",
            )
    return ReadyBrowser(executable, browser_version(executable.path))


def ensure_browser(system: SystemPackages) -> ReadyBrowser:
    """A browser that starts; one is installed when there is none.

    Raises BrowserMissing for a HELIOS_BROWSER that does not work, SetupFailed when nothing was installed.
    """
    try:
        return ready_browser()
    except BrowserMissing as error:
        if os.environ.get(ENVIRONMENT_VARIABLE):
            raise
        system.say(error.message)
    reasons = []
    for install in (_download, _install_package):
        try:
            install(system)
            return ready_browser()
        except (SetupFailed, BrowserMissing) as error:
            system.say(f"  {error.message}")
            reasons.append(error)
    raise SetupFailed("No browser could be installed.", _way_out(reasons), tuple(e.message for e in reasons))


def _download(system: SystemPackages) -> None:
    """Playwright's own Chromium and, on Linux, the libraries that it needs."""
    system.say(f"Trying Playwright's download of {BUILD}.")
    done = run(
        (*PLAYWRIGHT, "install", BUILD),
        timeout=DOWNLOAD_TIMEOUT,
        environment={"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"},
    )
    if not done.ok:
        raise SetupFailed(f"Playwright's download failed: {done.failure}.")
    if sys.platform != "linux":
        return
    try:
        ready_browser()
    except BrowserMissing as error:
        system.say(f"  {error.message}")
        system.say("Installing the libraries that it needs.")
        done = run((*becoming_root(), *PLAYWRIGHT, "install-deps", BUILD), timeout=DOWNLOAD_TIMEOUT)
        if not done.ok:
            raise SetupFailed(f"Playwright could not install them: {done.failure}.") from error


def _install_package(system: SystemPackages) -> None:
    """The system's Chromium, and fonts so that text is not drawn as empty boxes."""
    manager = system.manager
    system.say(f"Trying the system's package manager, {manager.command}.")
    problems = []
    for package in manager.browsers:
        done = system.install((package,))
        if done.ok:
            break
        problems.append(f"{package}: {done.failure}")
    else:
        raise SetupFailed(f"{manager.command} could not install a browser ({'; '.join(problems)}).")
    if manager.fonts:
        fonts = system.install(manager.fonts)
        if not fonts.ok:
            system.say(f"  Fonts could not be installed, so text may look wrong: {fonts.failure}")


def _way_out(reasons: list[SetupFailed | BrowserMissing]) -> str:
    """What a person can do: the last attempt's own advice, else the command for this system."""
    if isinstance(reasons[-1], SetupFailed) and reasons[-1].advice:
        return reasons[-1].advice
    manager = find_package_manager()
    command = f" ({by_hand(manager, manager.browsers[0])})" if manager else ""
    return f"Install Chromium or Chrome yourself{command}, or set {ENVIRONMENT_VARIABLE} to the path of one."
