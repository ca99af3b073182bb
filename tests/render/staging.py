"""What `auto` does with a page, frame by frame, in one browser and without encoding."""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import attrs
import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from helios_renders.capture.browser import find_browser
from helios_renders.capture.choose import Occasion, choose_surface
from helios_renders.capture.compare import from_png, from_raw
from helios_renders.capture.criteria import Picture
from helios_renders.capture.domain import candidates, reasons_against
from helios_renders.capture.launch import RunningBrowser, launch
from helios_renders.capture.launch_options import LaunchOptions
from helios_renders.capture.names import SCREENSHOT
from helios_renders.capture.question import SurfaceChoice, SurfaceQuestion
from helios_renders.capture.request import PageRequest
from helios_renders.capture.sandbox import find_sandbox
from helios_renders.capture.session import PageSession, UntrustedRun
from helios_renders.capture.surface import Surface, open_surface
from helios_renders.composition.probe import PageReport
from helios_renders.composition.site import Site
from helios_renders.composition.stage import add_stage
from helios_renders.encode.ffmpeg import find_ffmpeg


@attrs.frozen
class StagedPage:
    """A page on a stage in a browser, and the frames that are asked for."""

    browser: RunningBrowser
    page: PageRequest
    stage: str
    first: int
    last: int
    open: Callable[..., Awaitable[Surface]] = open_surface

    async def report(self) -> PageReport:
        """What the page says of itself at frame 0."""
        session = await PageSession.open(self.browser.context, self.page)
        try:
            await session.advance(0)
            return await session.report()
        finally:
            await session.close()

    async def choose(self, report: PageReport) -> SurfaceChoice:
        """The surface that `auto` takes."""
        possible = candidates(
            report, (self.page.size,), self.stage, begin_frame=False, ratio=self.page.pixel_ratio
        )
        if not possible:
            return SurfaceChoice(SCREENSHOT, reasons_against(report, self.stage), None, ())
        asked = SurfaceQuestion(
            self.page, self.stage, not report.reasons, self.first, self.last, possible, report.intervals
        )
        return await choose_surface(Occasion(self.browser, _ffmpeg(), asked, self.open))

    async def draw(self, name: str, report: PageReport) -> list[Picture]:
        """All frames on a surface, in the way of a worker."""
        try:
            return await self._draw(name, report, stepwise=False)
        except UntrustedRun:
            return await self._draw(name, report, stepwise=True)

    async def _draw(self, name: str, report: PageReport, *, stepwise: bool) -> list[Picture]:
        stateless, size = not report.reasons, self.page.frame_size
        surface = await open_surface(
            name, self.browser, self.page, self.stage, stateless=stateless, stepwise=stepwise
        )
        try:
            await surface.session.approach(self.first, stateless=stateless)
            async with contextlib.aclosing(surface.frames(self.first, self.last)) as frames:
                shots = [bytes(pixels) async for pixels in frames]
        finally:
            await surface.close()
        with_alpha = self.page.transparent
        if surface.pixel_format == "png":
            return from_png(_ffmpeg(), shots, size, transparent=with_alpha)
        return [from_raw(shot, size, transparent=with_alpha) for shot in shots]


def launch_options(only_host: str | None = None, pixel_ratio: float = 1) -> LaunchOptions:
    """How the machine's browser is started here."""
    return LaunchOptions(str(find_browser().path), find_sandbox(), only_host, pixel_ratio=pixel_ratio)


@contextlib.asynccontextmanager
async def running_browser(
    profiles: Path, only_host: str | None = None, pixel_ratio: float = 1.0
) -> AsyncIterator[RunningBrowser]:
    """A browser as a worker starts it, its profile in a folder."""
    async with async_playwright() as playwright:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tempfile, "tempdir", str(profiles))
            running = await launch(playwright, launch_options(only_host, pixel_ratio))
        yield running
        await running.close()


@contextlib.asynccontextmanager
async def staged_site(folder: Path) -> AsyncIterator[Site]:
    """A folder's site with the stage's page."""
    async with Site(folder) as site:
        add_stage(site)
        yield site


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningBrowser]:
    """One browser for all tests of a module."""
    async with running_browser(tmp_path_factory.mktemp("profiles")) as running:
        yield running


def _ffmpeg() -> str:
    return str(find_ffmpeg().path)
