"""The surface for `auto`, chosen by evidence.

The surfaces that the browser and the page allow are tried, the fastest kind first: each draws the same sample
frames on a throw-away page, and one whose pictures differ from the screenshots by more than anti-aliasing is
rejected, with the place and the element. No stop-watch decides, so that the same page always gets the same
surface and bytes.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import attrs
from playwright.async_api import Error as PlaywrightError

from helios_renders.capture.compare import compare, from_png, from_raw
from helios_renders.capture.criteria import Picture
from helios_renders.capture.difference import Difference
from helios_renders.capture.fault import element_of, first_fault
from helios_renders.capture.graphics import GraphicsProcesses
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import SCREENSHOT
from helios_renders.capture.patience import answered
from helios_renders.capture.question import Rejection, SurfaceChoice, SurfaceQuestion
from helios_renders.capture.samples import samples_of
from helios_renders.capture.session import UntrustedRun
from helios_renders.capture.surface import Surface, open_surface
from helios_renders.errors import BrowserFailed, SurfaceFailed

COMPARED_AT_ONCE = 2
"""Comparing two pictures takes some fifty bytes a pixel meanwhile."""

OpenSurface = Callable[..., Awaitable[Surface]]


@attrs.frozen
class Occasion:
    """Where all surfaces are tried."""

    browser: RunningBrowser
    ffmpeg: str
    question: SurfaceQuestion
    open: OpenSurface = open_surface
    elsewhere: set[str] = attrs.field(factory=set)
    """The surfaces on which the page asked another origin than its own for anything."""


@attrs.frozen
class Shots:
    """The sample frames as a surface gave them."""

    content: Sequence[bytes]
    is_png: bool
    """Whether they are PNG files, and not raw."""


async def choose_surface(occasion: Occasion) -> SurfaceChoice:
    """Tries the candidates against the screenshot; raises the errors of the page itself."""
    rejected: list[Rejection] = []
    asked = occasion.question
    samples = samples_of(asked, is_cheap=asked.stateless)
    shots = await _draw(occasion, SCREENSHOT, samples)
    # Decoded while the first candidate draws.
    reference = asyncio.ensure_future(_pictures(occasion, shots))
    try:
        for name in asked.candidates:
            try:
                drawn = await _draw_for_certain(occasion, name, samples)
            except SurfaceFailed as error:
                rejected.append(Rejection(name, error.message))
                continue
            differences = await _compared(await _pictures(occasion, drawn), await reference)
            fault = first_fault(samples, differences)
            if fault is None:
                ratios = (difference.psnr for difference in differences)
                return SurfaceChoice.proved(name, dict(zip(samples, ratios, strict=True)), tuple(rejected))
            element = await element_of(fault, occasion.browser.context, asked.page, stateless=asked.stateless)
            rejected.append(Rejection(name, fault.reason(element)))
    finally:
        reference.cancel()
    return SurfaceChoice.reference(tuple(rejected))


async def _compared(pictures: Sequence[Picture], reference: Sequence[Picture]) -> list[Difference]:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(COMPARED_AT_ONCE) as threads:
        pairs = zip(pictures, reference, strict=True)
        return await asyncio.gather(*(loop.run_in_executor(threads, compare, *pair) for pair in pairs))


async def _draw_for_certain(occasion: Occasion, name: str, samples: Sequence[int]) -> Shots:
    """As `_draw`; a failure speaks against the surface only when it comes again in a browser that lives."""
    try:
        return await _draw(occasion, name, samples)
    except SurfaceFailed:
        raise
    except BrowserFailed:
        if not await _lives(occasion.browser):
            raise
    try:
        return await _draw(occasion, name, samples)
    except BrowserFailed as error:
        if not await _lives(occasion.browser):
            raise
        raise SurfaceFailed(error.message, error.advice, error.details) from error


async def _lives(browser: RunningBrowser) -> bool:
    try:
        page = await answered(browser.context.new_page())
        await answered(page.close())
    except (PlaywrightError, BrowserFailed):
        return False
    return True


async def _draw(occasion: Occasion, name: str, samples: Sequence[int]) -> Shots:
    try:
        return await _draw_samples(occasion, name, samples, stepwise=False)
    except UntrustedRun:
        return await _draw_samples(occasion, name, samples, stepwise=True)


async def _draw_samples(occasion: Occasion, name: str, samples: Sequence[int], *, stepwise: bool) -> Shots:
    asked = occasion.question
    graphics = await asyncio.to_thread(GraphicsProcesses.now)
    surface = await occasion.open(
        name, occasion.browser, asked.page, asked.stage, stateless=asked.stateless, stepwise=stepwise
    )
    try:
        shots: list[bytes] = []
        for frame in samples:
            await surface.session.approach(frame, stateless=asked.stateless)
            shots.append(await _shot(surface, frame))
        graphics.check()
        return Shots(shots, is_png=surface.pixel_format == "png")
    finally:
        if surface.session.is_elsewhere:
            occasion.elsewhere.add(name)
        await surface.close()


async def _pictures(occasion: Occasion, shots: Shots) -> list[Picture]:
    page = occasion.question.page
    size, with_alpha = page.frame_size, page.transparent
    if shots.is_png:
        return await asyncio.to_thread(from_png, occasion.ffmpeg, shots.content, size, transparent=with_alpha)
    return [from_raw(shot, size, transparent=with_alpha) for shot in shots.content]


async def _shot(surface: Surface, frame: int) -> bytes:
    async with contextlib.aclosing(surface.frames(frame, frame)) as frames:
        # To its end, because only then the session knows that the frame is made.
        (shot,) = [bytes(pixels) async for pixels in frames]
        return shot
