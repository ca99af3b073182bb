"""The frames of a page whose browser draws only when it is told, one at a time."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable
from typing import Any, TypeVar

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from helios_renders.capture.png import PNG_OPTIONS
from helios_renders.composition.clock import page_script
from helios_renders.errors import BrowserFailed

T = TypeVar("T")

BINDING = "__heliosAskFrame"
LOADING_SECONDS = 1 / 60
"""How often a page is drawn while it loads: as on a screen."""
PATIENCE_SECONDS = 0.05
"""How long work in the page may take before it is drawn unasked, because something may wait unheard."""

PICTURE_SECONDS = 10.0
"""How long a browser may take until it can give a picture of a new page."""


class FrameControl:
    """Draws one page: for whatever waits for a frame while work in the page goes on, and for pictures."""

    def __init__(self, devtools: CDPSession) -> None:
        self._devtools = devtools
        self._one_at_a_time = asyncio.Lock()
        self._asked = asyncio.Event()
        self._changed = True
        self._drawing: asyncio.Task[bool] | None = None

    @classmethod
    async def attach(cls, page: Page) -> "FrameControl":
        """Takes hold of a page before its first document; raises PlaywrightError."""
        devtools = await page.context.new_cdp_session(page)
        control = cls(devtools)
        devtools.on("Runtime.bindingCalled", control._hear)
        await devtools.send("Runtime.enable")
        await devtools.send("Runtime.addBinding", {"name": BINDING})
        await page.add_init_script(page_script("surface/begin-frame.js"))
        return control

    async def attend(self, work: Awaitable[T], *, loading: bool = False) -> T:
        """The answer of work in the page, which is drawn whenever something waits for a frame.

        Raises what the work raises, and PlaywrightError when the page cannot be drawn.
        """
        task = asyncio.ensure_future(work)
        try:
            while not await self._done(task, loading=loading):
                self._asked.clear()
                self._drawing = asyncio.create_task(self.draw())
                await asyncio.wait({task, self._drawing}, return_when=asyncio.FIRST_COMPLETED)
                if self._drawing.done():
                    self._drawing.result()
            return await task
        finally:
            task.cancel()

    async def draw(self) -> bool:
        """Draws the page as it is; False when nothing has changed since the last picture."""
        async with self._one_at_a_time:
            self._changed |= (await self._begin_frame({}))["hasDamage"]
            return self._changed

    async def picture(self) -> str:
        """Draws the page as it is and answers its picture in base64.

        Raises PlaywrightError, and BrowserFailed when the browser does not come to give one.
        """
        end = time.monotonic() + PICTURE_SECONDS
        while time.monotonic() < end:
            async with self._one_at_a_time:
                answer = await self._begin_frame({"screenshot": PNG_OPTIONS})
                if "screenshotData" in answer:
                    self._changed = False
                    return str(answer["screenshotData"])
            # A new page draws into nothing until the browser has a surface for it.
            await asyncio.sleep(LOADING_SECONDS)
        raise BrowserFailed(f"The browser drew the page for {PICTURE_SECONDS:g} s and gave no picture of it.")

    async def settle(self) -> None:
        """Draws a page at rest once more, because the browser takes a picture for a change."""
        async with self._one_at_a_time:
            await self._begin_frame({})

    async def close(self) -> None:
        """Waits for the last drawing, once its page is closed."""
        if self._drawing is not None:
            # It fails with its page, and nobody needs it any more.
            with contextlib.suppress(PlaywrightError):
                await self._drawing

    def _hear(self, _event: object) -> None:
        self._asked.set()

    async def _done(self, task: "asyncio.Future[Any]", *, loading: bool) -> bool:
        """Waits until the task is done, or the page is to be drawn."""
        if loading:
            await asyncio.wait({task}, timeout=LOADING_SECONDS)
            return task.done()
        asked = asyncio.create_task(self._asked.wait())
        await asyncio.wait({task, asked}, timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        return task.done()

    async def _begin_frame(self, options: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = await self._devtools.send("HeadlessExperimental.beginFrame", options)
        return answer
