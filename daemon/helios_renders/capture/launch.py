"""Starting the browser of one worker, with a profile of its own."""

import contextlib
import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path

import attrs
from playwright.async_api import BrowserContext, Playwright
from playwright.async_api import Error as PlaywrightError

from helios_renders.capture import sandbox
from helios_renders.capture.browser import ARGUMENTS
from helios_renders.capture.launch_options import LaunchOptions
from helios_renders.errors import BrowserFailed, SandboxFailed

START_SECONDS = 60.0


@attrs.frozen
class RunningBrowser:
    """A browser, its profile's folder, and what it takes to start another one."""

    context: BrowserContext
    profile: Path
    playwright: Playwright
    options: LaunchOptions
    upload: socket.socket
    """A port of 127.0.0.1 kept for frames by upload, because what can be reached is settled at the start."""

    async def close(self) -> None:
        """Ends the browser."""
        try:
            await self.context.close()
        finally:
            self.upload.close()


async def launch(
    playwright: Playwright,
    options: LaunchOptions,
    more_arguments: Sequence[str] = (),
    *,
    folder: Path | None = None,
) -> RunningBrowser:
    """Starts the browser, its profile in `folder`, or in the one for temporary files; raises BrowserFailed.

    The profile is a persistent one, because only then a page's files are files that can be mapped.
    """
    profile = Path(tempfile.mkdtemp(prefix="profile-", dir=folder))
    with contextlib.ExitStack() as undo:
        upload = undo.enter_context(reserve_port())
        try:
            context = await playwright.chromium.launch_persistent_context(
                profile,
                executable_path=options.executable,
                headless=True,
                args=[
                    *ARGUMENTS,
                    *options.graphics_arguments,
                    *options.screen_arguments,
                    *options.network_arguments(address_of(upload)),
                    *more_arguments,
                ],
                chromium_sandbox=options.sandbox.on,
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=START_SECONDS * 1000,
                device_scale_factor=options.pixel_ratio,
                locale="en-US",
                timezone_id="UTC",
                color_scheme="light",
                reduced_motion="no-preference",
                service_workers="block",
                accept_downloads=False,
            )
        except PlaywrightError as error:
            raise _start_failure(error, options) from error
        undo.pop_all()
    return RunningBrowser(context, profile, playwright, options, upload)


def reserve_port() -> socket.socket:
    """A TCP port of 127.0.0.1 that nobody else can take and nobody can connect to yet."""
    reserved = socket.socket()
    reserved.bind(("127.0.0.1", 0))
    return reserved


def address_of(reserved: socket.socket) -> str:
    """The `host:port` of a reserved port."""
    host, port = reserved.getsockname()
    return f"{host}:{port}"


def _start_failure(error: PlaywrightError, options: LaunchOptions) -> BrowserFailed:
    """The error for a browser that does not start."""
    lines = [line for line in error.message.splitlines() if line.strip()]
    executable = options.executable
    if options.sandbox.on and sandbox.lacks_sandbox(error.message):
        return SandboxFailed(
            f"The browser {executable} did not start, because it cannot make its sandbox here.",
            sandbox.ADVICE,
            tuple(lines[1:21]),
        )
    return BrowserFailed(
        f"The browser {executable} did not start: {lines[0]}",
        "Run `helios doctor` to see what is wrong with it.",
        tuple(lines[1:21]),
    )
