"""A surface: a way to get the pixels of one frame after the other out of the page.

Each surface states its domain (the pages and browsers for which its picture is right) and its pixel format.
To add one, implement `Surface`, and name it in `open_surface`.
"""

from collections.abc import AsyncGenerator
from typing import Protocol

from playwright.async_api import CDPSession
from playwright.async_api import Error as PlaywrightError

from helios_renders.capture.begin_frame import BeginFrameSurface
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import BEGIN_FRAME, CANVAS, ELEMENT, SCREENSHOT
from helios_renders.capture.patience import answered
from helios_renders.capture.png import PNG_OPTIONS, decode_picture
from helios_renders.capture.request import PageRequest, Setting
from helios_renders.capture.ring_surface import RingSurface
from helios_renders.capture.session import PageSession
from helios_renders.composition.clock import surface_script
from helios_renders.errors import InvalidOption


class Surface(Protocol):
    """Gives the frames of one page."""

    session: PageSession
    pixel_format: str
    """How a frame is laid out: `png`, or one of ffmpeg's raw pixel formats."""

    def frames(self, first: int, last: int) -> AsyncGenerator[bytes | memoryview, None]:
        """The frames `first` to `last`; each is good until the next is asked for.

        Raises the errors of PageSession.
        """
        ...

    async def close(self) -> None:
        """Lets the page go."""
        ...


class ScreenshotSurface:
    """The reference: the browser's own screenshot, as lossless PNG.

    Domain: every page in every Chromium. All other surfaces are compared with it.
    """

    pixel_format = "png"

    def __init__(self, session: PageSession, devtools: CDPSession, *, stateless: bool) -> None:
        self.session = session
        self._devtools = devtools
        self._stateless = stateless

    async def frames(self, first: int, last: int) -> AsyncGenerator[bytes | memoryview, None]:
        """See Surface; raises BrowserFailed when a picture has another size."""
        for frame in range(first, last + 1):
            await self.session.reach(frame, stateless=self._stateless)
            yield await self.capture()

    async def capture(self) -> bytes:
        """The frame that the page rests at."""
        # A picture taken amid drawing may show parts at the scale of the frame before.
        await self.session.drawn()
        try:
            options = {**PNG_OPTIONS, "captureBeyondViewport": False}
            answer = await answered(self._devtools.send("Page.captureScreenshot", options))
        except PlaywrightError as error:
            raise self.session.failure(error) from error
        return decode_picture(answer["data"], self.session.request.frame_size)

    async def close(self) -> None:
        """See Surface."""
        await self.session.close()


async def open_surface(
    name: str,
    browser: RunningBrowser,
    page: PageRequest,
    stage: str | None,
    *,
    stateless: bool,
    stepwise: bool = False,
) -> Surface:
    """Loads the page and puts the named surface on it; raises InvalidOption for an unknown name."""
    context = browser.context
    if name == SCREENSHOT:
        session = await PageSession.open(context, page, Setting(stepwise=stepwise))
        devtools = await answered(context.new_cdp_session(session.page))
        return ScreenshotSurface(session, devtools, stateless=stateless)
    if name == ELEMENT and stage is not None:
        session = await PageSession.open(context, page, Setting(stage=stage, stepwise=stepwise))
        return await RingSurface.open(session, browser, stateless=stateless, stepwise=stepwise)
    if name == CANVAS:
        session = await PageSession.open(context, page, Setting(readable_canvas=True, stepwise=stepwise))
        await answered(session.page.evaluate(surface_script(CANVAS)))
        return await RingSurface.open(session, browser, stateless=stateless, stepwise=stepwise)
    if name == BEGIN_FRAME:
        return await BeginFrameSurface.open(browser, page, Setting(stepwise=stepwise), stateless=stateless)
    raise InvalidOption(f"The surface {name} is not possible for {page.url}.", f"Choose {SCREENSHOT}.")
