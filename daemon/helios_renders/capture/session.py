"""A page with the clock in it: loaded once, then made to rest at one frame after the other."""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from playwright.async_api import Browser, BrowserContext, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from helios_renders.capture.network import NetworkWatch
from helios_renders.composition.clock import clock_script, page_script
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.probe import PageReport
from helios_renders.composition.spec import Size
from helios_renders.errors import BrowserFailed, PageFailed, PageNeverReady, PageStalled, PageUnreachable
from helios_renders.problem import PageProblem
from helios_renders.wire import make_converter

CONSOLE_LINES = 20
NETWORK_SECONDS = 5.0
"""How long a request that the page itself does not wait for may hold up a frame."""
GRACE_SECONDS = 5.0
"""How much longer than the page's own time limit an answer may take before the page counts as hung."""


@attrs.frozen
class PageRequest:
    """Which page to open, and how."""

    url: str
    size: Size
    fps: FrameRate
    props: Mapping[str, Any]
    timeout: float
    """Seconds for loading, and for coming to rest at a frame."""
    allow_errors: bool = False


class PageSession:
    """One loaded page; frames are made in rising order only."""

    def __init__(self, context: BrowserContext, page: Page, request: PageRequest) -> None:
        self.page = page
        self.frame = -1
        """The frame that the page rests at; -1 before frame 0."""
        self.problems: list[PageProblem] = []
        """Errors of the page that were allowed."""
        self.warnings: list[str] = []
        self._context = context
        self._request = request
        self._network = NetworkWatch(page)
        self._one_by_one = False
        self._console: deque[str] = deque(maxlen=CONSOLE_LINES)
        page.on("console", lambda message: self._console.append(f"[{message.type}] {message.text}"))

    @classmethod
    async def open(cls, browser: Browser, request: PageRequest) -> "PageSession":
        """Loads the page and brings it to rest at time 0.

        Raises PageUnreachable, PageNeverReady, PageFailed or BrowserFailed.
        """
        context = await browser.new_context(
            viewport={"width": request.size.width, "height": request.size.height},
            device_scale_factor=1,
            locale="en-US",
            timezone_id="UTC",
            color_scheme="light",
            reduced_motion="no-preference",
            service_workers="block",
            accept_downloads=False,
        )
        try:
            await context.add_init_script(clock_script(request.props, float(request.fps.fraction)))
            session = cls(context, await context.new_page(), request)
            await session._load()
        except BaseException:
            await _close(context)
            raise
        return session

    async def close(self) -> None:
        """Closes the page and everything that belongs to it."""
        await _close(self._context)

    async def report(self) -> PageReport:
        """What the page says of itself, at the frame that it rests at."""
        data = await self._ask(f"({page_script('probe.js')})()")
        return make_converter().structure(data, PageReport)

    async def advance(self, frame: int) -> int:
        """Makes frames up to and including `frame`, or as many as a second allows; answers the last one.

        May start the page anew, and then answers a frame before the one it rested at.
        Raises PageFailed when the page throws, PageStalled when it does not come to rest.
        """
        if self._one_by_one:
            await self._make(self.frame + 1, self.frame + 1)
            return self.frame
        first, loads = self.frame + 1, self._network.loads
        await self._make(first, frame)
        if self.frame > first and self._network.loads > loads:
            # Frames went by that did not wait for something only the network sees, such as a dynamic import.
            self._one_by_one = True
            self.frame = -1
            self.problems = []
            await self._load()
        return self.frame

    async def jump(self, frame: int) -> None:
        """Makes `frame` alone, for a page whose frames follow from their time; raises as `advance`."""
        while self.frame < frame:
            await self._make(frame, frame)

    async def _make(self, first: int, last: int) -> None:
        fps, milliseconds = self._request.fps, self._request.timeout * 1000
        arguments = f"{first}, {last}, {fps.numerator}, {fps.denominator}, {milliseconds}"
        answer = await self._ask(f"window.__heliosClock.advance({arguments})")
        self.frame = int(answer["frame"])
        if answer["foreign"]:
            await self._advance_foreign(arguments)
        self._judge(answer)
        await self._await_network()

    async def _advance_foreign(self, arguments: str) -> None:
        """Frames of another origin have a clock of their own."""
        script = f"window.__heliosClock?.isRoot ? window.__heliosClock.advance({arguments}) : null"
        for frame in self.page.frames[1:]:
            answer = await self._bounded(frame.evaluate(script))
            if answer is not None:
                self._judge(answer)

    async def _await_network(self) -> None:
        """Waits for what only the network sees, and lets the page come to rest with it."""
        while self._network.busy:
            given_up = await self._network.rest(NETWORK_SECONDS)
            self._warn(f"{address} was still loading at frame {self.frame}." for address in given_up)
            self._judge(await self._ask(f"window.__heliosClock.settle({self._request.timeout * 1000})"))

    async def _load(self) -> None:
        request = self._request
        try:
            response = await self.page.goto(request.url, wait_until="load", timeout=request.timeout * 1000)
        except PlaywrightTimeout:
            raise PageNeverReady(
                f"The page did not finish loading within {request.timeout:g} s.",
                "Look for a script, image or request that never ends, or allow more time with --timeout.",
                tuple(self._console),
            ) from None
        except PlaywrightError as error:
            if "ERR_" in error.message:
                raise PageUnreachable(
                    f"{request.url} cannot be opened: {_network_error(error.message)}.",
                    "Check the address, and that its server is running.",
                ) from None
            raise BrowserFailed(f"The browser could not open the page: {_first_line(error)}.") from error
        if response is not None and response.status >= 400:
            raise PageUnreachable(
                f"{request.url} answers with {response.status} {response.status_text}.".replace(" .", "."),
                "Check the address, and that its server is running.",
            )
        answer = await self._ask(f"window.__heliosClock.ready({request.timeout * 1000})")
        if answer["stalled"]:
            raise PageNeverReady(
                f"The page was not ready within {request.timeout:g} s; it waits for {answer['stalled']}.",
                "Look for a request that never ends, or allow more time with --timeout.",
                tuple(self._console),
            )
        self._judge(answer)
        await self._await_network()

    def _warn(self, warnings: Iterable[str]) -> None:
        self.warnings += [warning for warning in warnings if warning not in self.warnings]

    def _judge(self, answer: dict[str, Any]) -> None:
        self._warn(answer["warnings"])
        found = [self._problem(error) for error in answer["errors"]]
        if found and not self._request.allow_errors:
            raise PageFailed(
                f"The page threw an error: {found[0]}",
                "Mend the script, or go on in spite of it with --allow-page-errors.",
                (*map(str, found[1:]), *self._console),
            )
        self.problems += found
        if answer["stalled"]:
            raise PageStalled(
                f"The page did not come to rest at frame {answer['frame']} "
                f"within {self._request.timeout:g} s; it waits for {answer['stalled']}.",
                "Look for a request or promise that never ends, or allow more time with --timeout.",
                tuple(self._console),
            )

    def _problem(self, error: dict[str, Any]) -> PageProblem:
        origin = "/".join(self._request.url.split("/", 3)[:3]) + "/"
        script = str(error["script"]).removeprefix(origin)
        return PageProblem(
            str(error["message"]), script, int(error["line"]), int(error["column"]), int(error["frame"])
        )

    async def _ask(self, expression: str) -> Any:
        return await self._bounded(self.page.evaluate(expression))

    async def _bounded(self, work: Any) -> Any:
        limit = self._request.timeout + GRACE_SECONDS
        try:
            return await asyncio.wait_for(work, limit)
        except TimeoutError:
            raise PageStalled(
                f"The page has not answered for {limit:g} s after frame {self.frame}; "
                "a script seems to run without end.",
                "Look for an endless loop, or allow more time with --timeout.",
                tuple(self._console),
            ) from None
        except PlaywrightError as error:
            raise BrowserFailed(
                f"The browser failed after frame {self.frame}: {_first_line(error)}.",
                details=tuple(self._console),
            ) from error


async def _close(context: BrowserContext) -> None:
    try:
        await context.close()
    except PlaywrightError:
        return  # the browser is gone already, and the context with it


def _first_line(error: PlaywrightError) -> str:
    return error.message.splitlines()[0].strip().rstrip(".")


def _network_error(message: str) -> str:
    """Chromium's name of a network error, such as `ERR_CONNECTION_REFUSED`."""
    return next(word.strip(":.,") for word in message.split() if "ERR_" in word).removeprefix("net::")
