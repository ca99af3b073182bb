"""Which script keeps a page from answering.

A debugger that is attached beforehand can stop a script that never returns, which nothing else can ask. It
stands by with its breakpoints off, so that a page's own `debugger` statements do nothing.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Page
from playwright.async_api import Error as PlaywrightError

ANSWER_SECONDS = 2.0
"""How long a browser may take to stop a script; one that is stopped itself never does."""


class ScriptWatch:
    """Stands by on one page."""

    def __init__(self, devtools: CDPSession) -> None:
        self._devtools = devtools
        self._addresses: dict[str, str] = {}
        """Of the scripts that came from somewhere, by their ids."""
        self._resuming: set[asyncio.Task[None]] = set()
        devtools.on("Debugger.scriptParsed", self._parsed)
        devtools.on("Debugger.paused", self._paused)

    @classmethod
    async def attach(cls, context: BrowserContext, page: Page) -> "ScriptWatch":
        """Begins to stand by; raises PlaywrightError."""
        devtools = await context.new_cdp_session(page)
        watch = cls(devtools)
        await devtools.send("Debugger.enable")
        await devtools.send("Debugger.setBreakpointsActive", {"active": False})
        return watch

    async def running(self) -> str | None:
        """The script's place, such as `app.js:12 in spin`; None when no script can be stopped."""
        paused: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()

        def stopped(event: Mapping[str, Any]) -> None:
            if not paused.done():
                paused.set_result(event)

        self._devtools.on("Debugger.paused", stopped)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._devtools.send("Debugger.pause")
                return place((await paused)["callFrames"], self._addresses)
        except (TimeoutError, PlaywrightError):
            return None

    def _paused(self, event: Mapping[str, Any]) -> None:
        # A page that runs out of memory is stopped before it crashes, and would only seem to hang.
        if event["reason"] == "OOM":
            resuming = asyncio.create_task(self._resume())
            self._resuming.add(resuming)
            resuming.add_done_callback(self._resuming.discard)

    async def _resume(self) -> None:
        # The page may be gone before it can answer.
        with contextlib.suppress(PlaywrightError):
            await self._devtools.send("Debugger.resume")

    def _parsed(self, script: Mapping[str, Any]) -> None:
        if script["url"]:
            self._addresses[script["scriptId"]] = script["url"]


def place(frames: Sequence[Mapping[str, Any]], addresses: Mapping[str, str]) -> str | None:
    """The innermost call that is in a script with an address, its line counted from 1; None without one."""
    for frame in frames:
        location = frame["location"]
        if address := addresses.get(location["scriptId"]):
            line = location["lineNumber"] + 1
            function = f" in {frame['functionName']}" if frame["functionName"] else ""
            return f"{address}:{line}{function}"
    return None
