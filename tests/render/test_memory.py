"""A worker's memory does not grow with the length of the render."""

from pathlib import Path

import psutil
import pytest
from playwright.async_api import async_playwright

from helios_renders.capture.browser import ARGUMENTS
from helios_renders.capture.launch import RunningBrowser, reserve_port
from helios_renders.capture.names import SCREENSHOT
from helios_renders.capture.request import PageRequest
from helios_renders.capture.surface import open_surface
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.events import FrameCaptured, RenderEvent
from helios_renders.render.orchestrator import RenderOrchestrator
from render.conftest import PAGES
from render.staging import launch_options

FRAMES = 2000
EVERY = 50
WARM_UP = 500
MEBIBYTE = 2**20
GROWTH_LIMIT = 48 * MEBIBYTE
"""Room for garbage that the browser has not collected yet; keeping every raw frame would take 330 MiB."""
HEAP_FRAMES = 600
HEAP_LIMIT = 64 * 1024


def tree_memory() -> int:
    """The anonymous memory of all processes below this one, in bytes; ffmpeg is started anew for each chunk.

    Programs and libraries are left out: their pages become a process's own when another browser or driver of
    the machine ends, which adds 70 MiB to the unique and to the proportional size. What Linux calls shared is
    the pages of files, and the ring's (proc_pid_statm(5)).
    """
    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            if process.name() != "ffmpeg":
                memory = process.memory_info()
                total += memory.rss - memory.shared
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


def slope(samples: list[tuple[int, int]]) -> float:
    """Bytes for each frame, by least squares."""
    mean_x = sum(x for x, _ in samples) / len(samples)
    mean_y = sum(y for _, y in samples) / len(samples)
    return sum((x - mean_x) * (y - mean_y) for x, y in samples) / sum((x - mean_x) ** 2 for x, _ in samples)


@pytest.mark.timeout(400)
async def test_memory_is_flat_over_2000_frames(tmp_path: Path) -> None:
    samples: list[tuple[int, int]] = []

    def watch(event: RenderEvent) -> None:
        if isinstance(event, FrameCaptured) and event.frame % EVERY == 0 and event.frame >= WARM_UP:
            samples.append((event.frame, tree_memory()))

    options = StartRenderOptions(
        composition=str(PAGES / "barcode.html"),
        output=str(tmp_path / "long.mp4"),
        duration=FRAMES / 30,
        # Of several, each would be at another place of the composition, and one ends before the other.
        concurrency=1,
    )
    result = await RenderOrchestrator.render(options.checked(), watch)
    assert result.frames == FRAMES
    assert len(samples) == (FRAMES - WARM_UP) // EVERY
    growth = slope(samples) * (FRAMES - WARM_UP)
    mean = sum(size for _, size in samples) / len(samples)
    print(
        f"mean {mean / MEBIBYTE:.0f} MiB, growth {growth / MEBIBYTE:+.1f} MiB over {FRAMES - WARM_UP} frames"
    )
    assert growth < GROWTH_LIMIT


async def test_the_page_keeps_nothing_of_the_frames_before() -> None:
    page = (PAGES / "barcode.html").as_uri()
    options = launch_options()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=options.executable,
            args=[*ARGUMENTS, *options.graphics_arguments],
            chromium_sandbox=options.sandbox.on,
        )
        context = await browser.new_context(viewport={"width": 320, "height": 180})
        upload = reserve_port()
        request = PageRequest(page, Size(320, 180), FrameRate(30), {}, timeout=30)
        surface = await open_surface(
            SCREENSHOT,
            RunningBrowser(context, PAGES, playwright, options, upload),
            request,
            None,
            stateless=False,
        )
        devtools = await context.new_cdp_session(surface.session.page)

        async def heap_after(frame: int) -> int:
            while surface.session.frame < frame:
                await surface.session.advance(min(frame, surface.session.frame + 20))
                await surface.session.drawn()
            await devtools.send("HeapProfiler.collectGarbage")
            used: int = (await devtools.send("Runtime.getHeapUsage"))["usedSize"]
            return used

        before = await heap_after(HEAP_FRAMES)
        assert await heap_after(4 * HEAP_FRAMES) - before < HEAP_LIMIT
        upload.close()
        await browser.close()
