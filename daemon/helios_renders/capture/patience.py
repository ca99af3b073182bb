"""How long a browser may take to do what needs no work of the page."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from helios_renders.errors import BrowserFailed

ANSWER_SECONDS = 30.0
BROWSER_ADVICE = "Render again; if it happens once more, use fewer workers, or run `helios doctor`."

_Answer = TypeVar("_Answer")


async def answered(work: Awaitable[_Answer], seconds: float = ANSWER_SECONDS) -> _Answer:
    """The browser's answer; raises BrowserFailed when there is none in time, as of one that is stopped."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise BrowserFailed(f"The browser has not answered for {seconds:g} s.", BROWSER_ADVICE) from None
