"""A page with the clock in it: loaded once, then made to rest at one frame after the other."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Frame, Page, Response
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from helios_renders.capture.downloads import with_downloads
from helios_renders.capture.network import NetworkWatch
from helios_renders.capture.patience import BROWSER_ADVICE, answered
from helios_renders.capture.renderings import with_renderings
from helios_renders.capture.request import PageRequest, Setting
from helios_renders.capture.script_watch import ScriptWatch
from helios_renders.capture.verdict import PageVerdict, origin
from helios_renders.composition.clock import clock_script, page_script, surface_script
from helios_renders.composition.probe import PageReport
from helios_renders.composition.sounds import Listening, PageSounds
from helios_renders.errors import BrowserFailed, PageHung, PageUnreachable
from helios_renders.wire import make_converter

NETWORK_SECONDS = 5.0
"""How long a request that the page itself does not wait for may hold up a frame."""
CLOSE_SECONDS = 5.0
GRACE_SECONDS = 2.0
"""How much longer than the page's own time limit an answer may take before the page counts as hung."""


class UntrustedRun(Exception):
    """Frames were made in one go that should have been made one by one.

    The page asked the network for something meanwhile, which such a run cannot wait for.
    """


class DamageMissed(UntrustedRun):
    """Something changed outside of the areas that were drawn again."""


class PageSession:
    """One loaded page; frames are made in rising order only."""

    def __init__(self, page: Page, request: PageRequest, setting: Setting) -> None:
        self.page = page
        self.request = request
        self.frame = -1
        """The frame that the page rests at; -1 before frame 0."""
        self.verdict = PageVerdict(request)
        self.has_videos = False
        """True once a video of the page was moved."""
        self._setting = setting
        self._home: Frame = page.main_frame
        self._network = NetworkWatch(page, urlsplit(request.url).netloc, request.only_host)
        self._scripts: ScriptWatch | None = None
        page.on("console", lambda message: self.verdict.console.append(f"[{message.type}] {message.text}"))

    @classmethod
    async def open(
        cls, context: BrowserContext, request: PageRequest, setting: Setting | None = None
    ) -> Self:
        """Loads the page and brings it to rest at time 0.

        Raises PageUnreachable, PageNeverReady, PageFailed, MediaUnplayable or BrowserFailed.
        """
        session = cls(await answered(context.new_page()), request, setting or Setting())
        try:
            await answered(session._prepare())
            await session._load()
        except BaseException:
            await session.close()
            raise
        return session

    @property
    def is_elsewhere(self) -> bool:
        """True once the page has asked another host than its own for anything, and could."""
        return self._network.is_elsewhere

    async def close(self) -> None:
        """Closes the page; raises BrowserFailed."""
        try:
            await answered(self.page.close(), CLOSE_SECONDS)
        except PlaywrightError:
            return  # the browser is gone already, and the page with it

    @property
    def refused(self) -> tuple[str, ...]:
        """The addresses that the page asked for and could not reach, as far as they can be named."""
        return tuple(self._network.refused)

    def take_warnings(self) -> tuple[str, ...]:
        """The warnings since the last call, without those that only say again what was refused."""
        missing, self._network.missing = self._network.missing, {}
        return self.verdict.take_warnings(missing, self.refused)

    async def report(self) -> PageReport:
        """What the page says of itself, at the frame that it rests at."""
        data = await self._ask(f"({page_script('probe.js')})()")
        return make_converter().structure(data, PageReport)

    async def sounds(self, listening: Listening) -> PageSounds:
        """What was heard from the composition's beginning to the frame that the page rests at.

        Where Web Audio is wanted too, no frame can be made after that. Raises as `advance`, and OSError.
        """
        if listening.folder is not None:
            self._judge(await self._ask(f"window.__heliosClock.finishAudio({self.request.timeout * 1000})"))
        data = await self._ask(f"window.__heliosClock.sounds({listening.max_bytes})")
        sounds = make_converter().structure(data, PageSounds)
        if listening.folder is not None:
            sounds = await with_renderings(sounds, Path(listening.folder), self._ask)
        return await with_downloads(sounds, listening, self.page.context.request, self.request.only_host)

    async def element_at(self, x: int, y: int) -> str | None:
        """A short selector of the element seen at a frame's pixel, as `div.card > img`; None without one."""
        ratio = self.request.pixel_ratio
        found = await self._ask(f"({page_script('element-at.js')})({x / ratio}, {y / ratio})")
        return None if found is None else str(found)

    async def advance(self, frame: int) -> int:
        """Makes frames up to and including `frame`, or as many as a second allows; answers the last one.

        Raises PageFailed when the page throws, PageStalled when it does not come to rest, UntrustedRun when
        frames went by that did not wait for something only the network sees, such as a dynamic import.
        """
        first, loads = self.frame + 1, self._network.loads
        await self._make(first, first if self._setting.stepwise else frame)
        if self.frame > first and self._network.loads > loads:
            raise UntrustedRun
        return self.frame

    async def jump(self, frame: int) -> None:
        """Makes `frame` alone, for a page whose frames follow from their time; raises as `advance`."""
        while self.frame < frame:
            await self._make(frame, frame)

    async def reach(self, frame: int, *, stateless: bool) -> None:
        """Makes `frame`, with all frames before it unless the page is stateless; raises as `advance`."""
        if stateless:
            await self.jump(frame)
        while self.frame < frame:
            await self.advance(frame)

    async def approach(self, frame: int, *, stateless: bool, on_frame: Callable[[int], object] = int) -> None:
        """Makes what must be made before `frame` can be, and tells once a second; raises as `advance`."""
        if frame > 0 and self.frame < 0:
            await self.advance(0)
        while not stateless and self.frame < frame - 1:
            on_frame(await self.advance(frame - 1))

    async def run(self, first: int, last: int, *, made: bool = False, until: str = "transport") -> None:
        """Makes the frames `first` to `last`, each handed over by the surface's script; raises as `advance`.

        With `made`, hands over what the page rests at. `until` stops each frame after a stage (`clock`,
        `paint`, `read` or `transport`), to measure it. Raises UntrustedRun when the frames cannot be trusted.
        """
        fps, loads = self.request.fps, self._network.loads
        options = {
            "first": first,
            "last": last,
            "numerator": fps.numerator,
            "denominator": fps.denominator,
            "timeout": self.request.timeout * 1000,
            "allowErrors": self.request.allow_errors,
            "made": made,
            "until": until,
            "transparent": self.request.transparent,
        }
        try:
            answer = await self.page.evaluate("(options) => window.__heliosSurface.run(options)", options)
        except PlaywrightError as error:
            raise self.failure(error) from error
        self.frame = int(answer["frame"])
        self._judge(answer)
        if not made and (self._network.loads > loads or answer["foreign"]):
            raise UntrustedRun
        if not answer["right"]:
            raise DamageMissed

    async def drawn(self) -> None:
        """Waits until the browser has drawn the page as it is."""
        await self._ask("window.__heliosClock.drawn()")

    async def rest(self) -> None:
        """Waits for what only the network sees, and lets the page come to rest with it.

        Raises as `advance`, but for UntrustedRun.
        """
        while self._network.busy:
            given_up = await self._network.rest(NETWORK_SECONDS)
            late = (f"{address} was still loading at frame {self.frame}." for address in given_up)
            self.verdict.warn(late)
            self._judge(await self._ask(f"window.__heliosClock.settle({self.request.timeout * 1000})"))

    async def hung(self, seconds: float) -> PageHung:
        """The error for a page that has not answered for so long."""
        running = None if self._scripts is None else await self._scripts.running()
        return self.verdict.hung(seconds, self.frame, running)

    def failure(self, error: PlaywrightError) -> BrowserFailed:
        """The error for a browser that does not do what it was told."""
        return BrowserFailed(
            f"The browser failed after frame {self.frame}: {_first_line(error)}.",
            BROWSER_ADVICE,
            tuple(self.verdict.console),
        )

    def pass_over(self, address: str) -> None:
        """Counts requests to addresses that begin so as no work of the page's."""
        self._network.pass_over(address)

    async def _make(self, first: int, last: int) -> None:
        fps, milliseconds = self.request.fps, self.request.timeout * 1000
        arguments = f"{first}, {last}, {fps.numerator}, {fps.denominator}, {milliseconds}"
        answer = await self._ask(f"window.__heliosClock.advance({arguments})")
        self.frame = int(answer["frame"])
        if answer["foreign"]:
            await self._advance_foreign(arguments)
        self._judge(answer)
        await self.rest()

    async def _advance_foreign(self, arguments: str) -> None:
        """Frames of another origin have a clock of their own."""
        script = f"window.__heliosClock?.isRoot ? window.__heliosClock.advance({arguments}) : null"
        for frame in _below(self._home):
            answer = await self._bounded(frame.evaluate(script))
            if answer is not None:
                self._judge(answer)

    async def _prepare(self) -> None:
        """Empties what an earlier page of the same site may have stored, and puts the clock in."""
        request = self.request
        await self.page.context.clear_cookies()
        devtools = await self.page.context.new_cdp_session(self.page)
        kinds = "cookies,file_systems,indexeddb,local_storage,cache_storage,service_workers"
        await devtools.send(
            "Storage.clearDataForOrigin", {"origin": origin(request.url), "storageTypes": kinds}
        )
        if request.transparent:
            # Which holds for as long as the session that asks for it.
            nothing = {"r": 0, "g": 0, "b": 0, "a": 0}
            await devtools.send("Emulation.setDefaultBackgroundColorOverride", {"color": nothing})
        else:
            await devtools.detach()
        self._scripts = await ScriptWatch.attach(self.page.context, self.page)
        await self.page.set_viewport_size({"width": request.size.width, "height": request.size.height})
        fps, readable = float(request.fps.fraction), self._setting.readable_canvas
        script = clock_script(request.props, fps, readable_canvas=readable, seconds=request.seconds)
        await self.page.add_init_script(script)

    async def _load(self) -> None:
        request = self.request
        try:
            response = await self._goto()
        except PlaywrightTimeout:
            raise self.verdict.never_loaded() from None
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
            raise self.verdict.never_ready(answer["stalled"])
        self._judge(answer)
        await self.rest()

    async def _goto(self) -> Response | None:
        request, stage, limit = self.request, self._setting.stage, self.request.timeout * 1000
        if stage is None:
            return await self.page.goto(request.url, wait_until="load", timeout=limit)
        await self.page.goto(stage, wait_until="load", timeout=limit)
        await answered(self.page.evaluate(surface_script("element")))
        size = request.size
        arguments = [request.url, size.width, size.height, request.pixel_ratio, request.transparent]
        load = self.page.evaluate("(given) => window.__heliosSurface.load(...given)", arguments)
        try:
            await asyncio.wait_for(load, request.timeout)
        except TimeoutError:
            raise PlaywrightTimeout("The composition's frame did not load.") from None
        self._home = self.page.main_frame.child_frames[0]
        return None

    def _judge(self, answer: dict[str, Any]) -> None:
        self.has_videos |= answer.get("hasVideos", False)
        self.verdict.judge(answer)

    async def _ask(self, expression: str) -> Any:
        return await self._bounded(self._home.evaluate(expression))

    async def _bounded(self, work: Awaitable[Any]) -> Any:
        limit = self.request.timeout + GRACE_SECONDS
        try:
            return await asyncio.wait_for(work, limit)
        except TimeoutError:
            raise await self.hung(limit) from None
        except PlaywrightError as error:
            raise self.failure(error) from error


def _below(frame: Frame) -> list[Frame]:
    """All frames below a frame."""
    return [found for child in frame.child_frames for found in (child, *_below(child))]


def _first_line(error: PlaywrightError) -> str:
    return error.message.splitlines()[0].strip().rstrip(".")


def _network_error(message: str) -> str:
    """Chromium's name of a network error, such as `ERR_CONNECTION_REFUSED`."""
    return next(word.strip(":.,") for word in message.split() if "ERR_" in word).removeprefix("net::")
