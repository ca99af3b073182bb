"""What each stage of a frame costs: the same frames are taken a little further each time."""

import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import attrs
from playwright.async_api import async_playwright

from helios_renders.bench.usage import metered
from helios_renders.beside import each_of
from helios_renders.capture.launch import launch
from helios_renders.capture.launch_options import LaunchOptions
from helios_renders.capture.names import CANVAS, ELEMENT
from helios_renders.capture.request import PageRequest
from helios_renders.capture.sandbox import find_sandbox
from helios_renders.capture.surface import Surface, open_surface
from helios_renders.composition.site import Site
from helios_renders.composition.stage import add_stage
from helios_renders.render.plan import RenderPlan
from helios_renders.render.scratch import scratch_parent

FRAMES = 60
WARM_UP = 5
"""Frames before the first that count, in which scripts are compiled and buffers made."""


@attrs.frozen
class StageCosts:
    """Milliseconds of processor time a frame in each stage, in browsers of their own and without encoders.

    `clock` sets the time and lets the page come to rest. `paint` draws the page into a canvas. `read` copies
    the pixels out of it. `transport` hands them to the worker. A surface whose stages cannot be told apart
    has all but the clock's in `capture`.
    """

    page: str
    surface: str
    frames: int
    ms: dict[str, float]
    pages: int
    """How many pages were measured at once: cores that share a unit are slower together."""


async def measure_stages(plan: RenderPlan, pages: int) -> StageCosts:
    """Takes the stages of a plan's surface apart, on so many pages at once; raises HeliosError."""
    async with contextlib.AsyncExitStack() as stack:
        surfaces = [await stack.enter_async_context(_surface(plan)) for _ in range(pages)]
        steps = ("clock", "paint", "read") if plan.surface in (CANVAS, ELEMENT) else ("clock",)
        count = max(1, min(FRAMES, (plan.frames - WARM_UP) // (len(steps) + 1)))

        async def take(step: str, first: int, end: int) -> int:
            await each_of(*(_take(surface, plan, step, first, end) for surface in surfaces))
            return end

        frame = await take("all", 0, min(WARM_UP, plan.frames))
        spent = []
        for step in (*steps, "all"):
            async with metered() as usage:
                frame = await take(step, frame, min(plan.frames, frame + count))
            spent.append(usage.total_cpu / count / pages * 1000)
    names = (*steps, "transport" if len(steps) > 1 else "capture")
    costs = {name: after - before for name, before, after in zip(names, (0.0, *spent), spent, strict=False)}
    return StageCosts(plan.name, plan.surface, count, costs, pages)


async def _take(surface: Surface, plan: RenderPlan, step: str, first: int, end: int) -> None:
    """Takes the frames `[first, end)` as far as the step."""
    session, stateless = surface.session, plan.page.stateless
    if step == "all":
        async with contextlib.aclosing(surface.frames(first, end - 1)) as frames:
            async for _ in frames:
                pass
    elif plan.surface in (CANVAS, ELEMENT):
        await session.run(first, end - 1, until=step)
    else:
        for frame in range(first, end):
            await session.reach(frame, stateless=stateless)


@contextlib.asynccontextmanager
async def _surface(plan: RenderPlan) -> AsyncIterator[Surface]:
    async with contextlib.AsyncExitStack() as stack:
        url, stage, host = plan.page.url, None, None
        if plan.page.root is not None and plan.page.path is not None:
            site = await stack.enter_async_context(Site(Path(plan.page.root)))
            url, stage = site.url(plan.page.path), add_stage(site)
            host = site.host if plan.page.network == "local" else None
        assert url is not None
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(dir=scratch_parent(), prefix="helios-bench-")
        )
        playwright = await stack.enter_async_context(async_playwright())
        options = LaunchOptions(plan.browser, find_sandbox(), host, plan.page.gpu, plan.page.pixel_ratio)
        browser = await launch(playwright, options, folder=Path(folder))
        stack.push_async_callback(browser.close)
        page = PageRequest(
            url,
            plan.size,
            plan.fps,
            plan.page.props,
            plan.page.ready_timeout,
            plan.page.allow_page_errors,
            host,
            pixel_ratio=plan.page.pixel_ratio,
        )
        surface = await open_surface(plan.surface, browser, page, stage, stateless=plan.page.stateless)
        stack.push_async_callback(surface.close)
        yield surface
