"""Starting the browser of one worker, with a profile of its own."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import attrs
from playwright.async_api import BrowserContext, Playwright
from playwright.async_api import Error as PlaywrightError

from helios_renders.capture.browser import ARGUMENTS, use_sandbox
from helios_renders.errors import BrowserFailed

START_SECONDS = 60.0


@attrs.frozen
class RunningBrowser:
    """A browser, its profile's folder, and what it takes to start another one."""

    context: BrowserContext
    profile: Path
    playwright: Playwright
    executable: str


async def launch(
    playwright: Playwright,
    browser: str,
    more_arguments: Sequence[str] = (),
    *,
    folder: Path | None = None,
) -> RunningBrowser:
    """Starts the browser, its profile in `folder`, or in the one for temporary files; raises BrowserFailed.

    The profile is a persistent one, because only then a page's files are files that can be mapped.
    """
    profile = Path(tempfile.mkdtemp(prefix="profile-", dir=folder))
    try:
        context = await playwright.chromium.launch_persistent_context(
            profile,
            executable_path=browser,
            headless=True,
            args=[*ARGUMENTS, *more_arguments],
            chromium_sandbox=use_sandbox(),
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=START_SECONDS * 1000,
            device_scale_factor=1,
            locale="en-US",
            timezone_id="UTC",
            color_scheme="light",
            reduced_motion="no-preference",
            service_workers="block",
            accept_downloads=False,
        )
    except PlaywrightError as error:
        lines = [line for line in error.message.splitlines() if line.strip()]
        raise BrowserFailed(
            f"The browser {browser} did not start: {lines[0]}",
            "Run `helios doctor` to see what is wrong with it.",
            tuple(lines[1:21]),
        ) from error
    return RunningBrowser(context, profile, playwright, browser)
