"""Renders for tests: the orchestrator with real browsers and ffmpeg."""

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.events import RenderEvent
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.render.result import RenderResult

PAGES = Path(__file__).parents[1] / "pages"


@attrs.frozen
class Rendered:
    """A finished render and everything it told."""

    result: RenderResult
    events: tuple[RenderEvent, ...]


Render = Callable[..., Awaitable[Rendered]]


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """`await render(page, concurrency=2, ...)`: options as a person would give them."""

    async def run(page: str | Path, **options: Any) -> Rendered:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        given = {"output": str(folder / "video.mp4"), "force_concurrency": True, **options}
        events: list[RenderEvent] = []
        checked = StartRenderOptions(composition=str(PAGES / page), **given).checked()
        result = await RenderOrchestrator.render(checked, events.append)
        return Rendered(result, tuple(events))

    return run
