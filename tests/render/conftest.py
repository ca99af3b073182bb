"""Renders for tests: the orchestrator with real browsers and ffmpeg."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import attrs
import pytest

from helios_renders.capture.browser import find_browser
from helios_renders.capture.headless_shell import impossible_because
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import BEGIN_FRAME
from helios_renders.composition.site import Site
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.events import RenderEvent
from helios_renders.render.orchestrator import RenderOrchestrator
from helios_renders.render.result import RenderResult
from render.staging import running_browser, staged_site

PAGES = Path(__file__).parents[1] / "pages"


@attrs.frozen
class Rendered:
    """A finished render and everything it told."""

    result: RenderResult
    events: tuple[RenderEvent, ...]


Render = Callable[..., Awaitable[Rendered]]
Event = TypeVar("Event", bound=RenderEvent)


def told(rendered: Rendered, kind: type[Event]) -> list[Event]:
    """The events of one kind."""
    return [event for event in rendered.events if isinstance(event, kind)]


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """`await render(page, concurrency=2, ...)`: options as a person would give them."""

    async def run(
        page: str | Path, *, on_event: Callable[[RenderEvent], None] | None = None, **options: Any
    ) -> Rendered:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        given = {"output": str(folder / "video.mp4"), "force_concurrency": True, **options}
        events: list[RenderEvent] = []
        checked = StartRenderOptions(composition=str(PAGES / page), **given).checked()

        def hear(event: RenderEvent) -> None:
            events.append(event)
            if on_event is not None:
                on_event(event)

        result = await RenderOrchestrator.render(checked, hear)
        return Rendered(result, tuple(events))

    return run


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[RunningBrowser]:
    async with running_browser(tmp_path) as running:
        yield running


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with staged_site(PAGES) as site:
        yield site


def skip_unless_possible(surface: str) -> None:
    """Skips a test of a surface that the machine's browser cannot have, and says why."""
    reason = impossible_because(find_browser().path)
    if surface == BEGIN_FRAME and reason is not None:
        pytest.skip(reason)
