"""What draws in the browser is named, and what was asked of it is kept to."""

from pathlib import Path

import attrs
import pytest
from playwright.async_api import async_playwright

from helios_renders.capture.browser import ARGUMENTS
from helios_renders.capture.graphics_card import SOFTWARE, graphics_of
from helios_renders.capture.launch import launch
from helios_renders.errors import GraphicsMissing
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.orchestrator import RenderOrchestrator
from render.conftest import PAGES
from render.staging import launch_options


def render_options(folder: Path, gpu: str) -> DistributedRenderOptions:
    page, output = str(PAGES / "barcode.html"), folder / "video.mp4"
    return StartRenderOptions(composition=page, output=output, range="0:5", gpu=gpu).checked()


def is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


async def has_card() -> bool:
    """Whether Chromium draws with a graphics card here when it may."""
    async with async_playwright() as playwright:
        browser = await launch(playwright, attrs.evolve(launch_options(), gpu="on"))
        try:
            return await graphics_of(browser) != SOFTWARE
        except GraphicsMissing:
            return False
        finally:
            await browser.close()


def test_nothing_keeps_a_graphics_card_that_must_draw_from_drawing() -> None:
    on = attrs.evolve(launch_options(), gpu="on").graphics_arguments
    assert "--enable-gpu" in on
    assert not [
        argument for argument in (*ARGUMENTS, *on) if "disable-gpu" in argument or "swift" in argument
    ]
    for gpu in ("auto", "off"):
        assert "--disable-gpu" in attrs.evolve(launch_options(), gpu=gpu).graphics_arguments


async def test_a_graphics_card_that_must_draw_draws_or_ends_the_render(tmp_path: Path) -> None:
    options = render_options(tmp_path, "on")
    if await has_card():
        result = await RenderOrchestrator.render(options, lambda event: None)
        assert SOFTWARE not in result.browser
        return
    with pytest.raises(GraphicsMissing, match="no graphics card draws in this browser") as failed:
        await RenderOrchestrator.render(options, lambda event: None)
    assert failed.value.message.count("It was tried") == 0
    assert "auto or off" in failed.value.advice
    assert is_empty(tmp_path)


async def test_without_a_graphics_card_the_processor_draws_and_is_named(tmp_path: Path) -> None:
    result = await RenderOrchestrator.render(render_options(tmp_path, "off"), lambda event: None)
    assert result.browser.endswith(f", {SOFTWARE}")
