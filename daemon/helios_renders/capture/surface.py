"""A surface: a way to get the pixels of one frame out of the page.

Each surface states its domain (the pages and browsers for which its picture is right) and its pixel format.
To add one, implement `Surface`, and name it in `open_surface`.
"""

import base64
import struct
from typing import Protocol

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from helios_renders.composition.spec import Size
from helios_renders.errors import BrowserFailed, InvalidOption

SCREENSHOT = "screenshot"


class Surface(Protocol):
    """Gives one frame at a time, of a page that rests at that frame."""

    name: str
    pixel_format: str
    """How a frame is laid out: `png`, or one of ffmpeg's raw pixel formats."""

    async def capture(self) -> bytes:
        """The frame that the page rests at; raises BrowserFailed."""
        ...


class ScreenshotSurface:
    """The reference: the browser's own screenshot, as lossless PNG.

    Domain: every page in every Chromium. All other surfaces are compared with it.
    """

    name = SCREENSHOT
    pixel_format = "png"

    def __init__(self, session: CDPSession, size: Size) -> None:
        self._session = session
        self._size = size

    async def capture(self) -> bytes:
        """The frame as PNG; raises BrowserFailed when the picture has another size."""
        try:
            answer = await self._session.send(
                "Page.captureScreenshot",
                {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": False},
            )
        except PlaywrightError as error:
            raise BrowserFailed(f"The browser gave no picture: {error.message}.") from error
        picture = base64.b64decode(answer["data"])
        width, height = struct.unpack_from(">II", picture, 16)
        if (width, height) != (self._size.width, self._size.height):
            raise BrowserFailed(f"The browser gave a picture of {width}x{height} instead of {self._size}.")
        return picture


async def open_surface(name: str, page: Page, size: Size) -> Surface:
    """The named surface on a page; raises InvalidOption for an unknown name."""
    if name == SCREENSHOT:
        return ScreenshotSurface(await page.context.new_cdp_session(page), size)
    raise InvalidOption(f"The surface is {name}.", f"Choose {SCREENSHOT}.")
