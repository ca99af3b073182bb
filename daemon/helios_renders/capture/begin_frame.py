"""The surface `begin-frame`: a headless shell that draws when it is told, and gives the picture with it."""

from collections.abc import AsyncGenerator, Awaitable
from typing import Any

from playwright.async_api import Page, Response

from helios_renders.capture.frame_control import FrameControl
from helios_renders.capture.headless_shell import BEGIN_FRAME_ARGUMENTS
from helios_renders.capture.launch import RunningBrowser, launch
from helios_renders.capture.png import decode_picture
from helios_renders.capture.request import PageRequest, Setting
from helios_renders.capture.session import PageSession

STILL_FRAMES = 2
"""After so many equal pictures in a row a frame is drawn without one, to see whether it has changed at all.

One would not do: a page at half the frame rate would be drawn twice for every picture.
"""


VIDEO_WARNING = (
    "Videos may lag a frame on the surface begin-frame; choose element or screenshot for this page."
)
"""The browser composes videos beside the page, and their pictures can miss the drawing that was told."""


class BeginFrameSession(PageSession):
    """A page that is drawn only when it is told."""

    def __init__(self, page: Page, request: PageRequest, setting: Setting) -> None:
        super().__init__(page, request, setting)
        self._attached: FrameControl | None = None

    @property
    def control(self) -> FrameControl:
        """Who draws the page."""
        assert self._attached is not None
        return self._attached

    async def close(self) -> None:
        """See PageSession."""
        await super().close()
        if self._attached is not None:
            await self._attached.close()

    async def picture(self) -> str:
        """The picture of the page as it is, in base64; raises BrowserFailed or PageStalled."""
        picture: str = await super()._bounded(self.control.picture())
        return picture

    async def draw(self) -> bool:
        """Draws the page; False when it looks as in the last picture; raises as `picture`."""
        changed: bool = await super()._bounded(self.control.draw())
        return changed

    async def settle(self) -> None:
        """Draws once more after a picture; raises as `picture`."""
        await super()._bounded(self.control.settle())

    async def _prepare(self) -> None:
        self._attached = await FrameControl.attach(self.page)
        await super()._prepare()

    async def _goto(self) -> Response | None:
        return await self.control.attend(super()._goto(), loading=True)

    async def _bounded(self, work: Awaitable[Any]) -> Any:
        return await super()._bounded(self.control.attend(work, loading=self.frame < 0))


class BeginFrameSurface:
    """`begin-frame`: the browser is told to draw a frame and gives its picture, as lossless PNG.

    Domain: every page without videos, in a headless shell on Linux or Windows. The surface has a browser of
    its own, because one that was started this way draws nothing by itself. Of frames that do not change no
    picture is taken.
    """

    pixel_format = "png"

    def __init__(self, browser: RunningBrowser, session: BeginFrameSession, *, stateless: bool) -> None:
        self.session: PageSession = session
        self.pictures = 0
        """How many pictures were taken; the other frames were equal to the one before."""
        self._page = session
        self._browser = browser
        self._stateless = stateless
        self._last = b""
        self._equal = 0

    @classmethod
    async def open(
        cls, ordinary: RunningBrowser, page: PageRequest, setting: Setting, *, stateless: bool
    ) -> "BeginFrameSurface":
        """Starts the browser and loads the page; raises as PageSession and `launch`."""
        browser = await launch(ordinary.playwright, ordinary.options, BEGIN_FRAME_ARGUMENTS)
        try:
            session = await BeginFrameSession.open(browser.context, page, setting)
        except BaseException:
            await browser.close()
            raise
        return cls(browser, session, stateless=stateless)

    async def frames(self, first: int, last: int) -> AsyncGenerator[bytes | memoryview, None]:
        """See Surface; raises BrowserFailed when a picture has another size."""
        for frame in range(first, last + 1):
            await self.session.reach(frame, stateless=self._stateless)
            yield await self.capture()

    async def capture(self) -> bytes:
        """The frame that the page rests at."""
        if self._equal >= STILL_FRAMES and not await self._page.draw():
            return self._last
        if self._page.has_videos and VIDEO_WARNING not in self._page.verdict.warnings:
            self._page.verdict.warnings.append(VIDEO_WARNING)
        picture = decode_picture(await self._page.picture(), self.session.request.frame_size)
        self.pictures += 1
        self._equal = self._equal + 1 if picture == self._last else 0
        self._last = picture
        if self._equal == STILL_FRAMES:
            await self._page.settle()
        return picture

    async def close(self) -> None:
        """See Surface."""
        await self.session.close()
        await self._browser.close()
