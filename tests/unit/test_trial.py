"""A surface that is tried while it is compared: what counts, what is thrown away, and which error is told."""

import asyncio
from collections.abc import Awaitable, Callable

import attrs
import pytest

from helios_renders.capture.question import SurfaceChoice
from helios_renders.errors import BrowserFailed, HeliosError, PageFailed, WorkerLost
from helios_renders.render.events import RenderEvent, StartedOver, SurfaceSettled, SurfaceTried
from helios_renders.render.executor import RenderedChunks
from helios_renders.render.trial import Trial

GOOD = SurfaceChoice("element", "equal", 99.0, ())
OTHER = SurfaceChoice("screenshot", "element: differs", None, ())


def chunks(surface: str) -> RenderedChunks:
    return RenderedChunks((), len(surface), (), ())


async def never() -> None:
    await asyncio.Event().wait()


@attrs.define
class Scene:
    """A trial whose choice and whose runs end as the test says."""

    choice: SurfaceChoice | HeliosError
    first_run: HeliosError | None = None
    choice_waits_for: Callable[[], Awaitable[object]] = attrs.field(default=lambda: asyncio.sleep(0))
    run_waits_for: Callable[[], Awaitable[object]] = attrs.field(default=lambda: asyncio.sleep(0))
    runs: list[str] = attrs.field(factory=list)
    cancelled: list[str] = attrs.field(factory=list)
    events: list[RenderEvent] = attrs.field(factory=list)
    began: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def choose(self) -> SurfaceChoice:
        try:
            await self.choice_waits_for()
        except asyncio.CancelledError:
            self.cancelled.append("choice")
            raise
        if isinstance(self.choice, HeliosError):
            raise self.choice
        return self.choice

    async def run(self, choice: SurfaceChoice) -> RenderedChunks:
        self.runs.append(choice.surface)
        self.began.set()
        if len(self.runs) == 1:
            try:
                await self.run_waits_for()
            except asyncio.CancelledError:
                self.cancelled.append("run")
                raise
            if self.first_run is not None:
                raise self.first_run
        return chunks(choice.surface)

    async def outcome(self) -> tuple[SurfaceChoice, RenderedChunks]:
        trial = Trial("element", self.choose, self.run, self.events.append)
        return await asyncio.wait_for(trial.outcome(), 5)


@pytest.mark.parametrize("slow", [(0.02, 0), (0, 0.02)])
async def test_a_candidate_that_is_taken_keeps_its_frames(slow: tuple[float, float]) -> None:
    choice, run = slow
    scene = Scene(
        GOOD, choice_waits_for=lambda: asyncio.sleep(choice), run_waits_for=lambda: asyncio.sleep(run)
    )
    assert await scene.outcome() == (GOOD, chunks("element"))
    assert scene.runs == ["element"]
    assert scene.events == [SurfaceTried("element"), SurfaceSettled("element", "equal")]


@pytest.mark.parametrize("run_waits_for", [never, lambda: asyncio.sleep(0)])
async def test_a_rejected_candidate_is_rendered_again(run_waits_for: Callable[[], Awaitable[object]]) -> None:
    scene = Scene(OTHER, run_waits_for=run_waits_for)
    assert await scene.outcome() == (OTHER, chunks("screenshot"))
    assert scene.runs == ["element", "screenshot"]
    assert scene.events == [
        SurfaceTried("element"),
        StartedOver(OTHER.reason),
        SurfaceSettled("screenshot", OTHER.reason),
    ]
    assert scene.cancelled == (["run"] if run_waits_for is never else [])


async def test_a_surface_that_fails_in_the_render_is_left_to_the_choice() -> None:
    scene = Scene(OTHER, first_run=BrowserFailed("no ring"), choice_waits_for=lambda: asyncio.sleep(0.02))
    assert await scene.outcome() == (OTHER, chunks("screenshot"))
    scene = Scene(GOOD, first_run=BrowserFailed("no ring"), choice_waits_for=lambda: asyncio.sleep(0.02))
    with pytest.raises(BrowserFailed, match="no ring"):
        await scene.outcome()


async def test_the_render_tells_of_the_page_first() -> None:
    scene = Scene(GOOD, first_run=PageFailed("frame 3"), choice_waits_for=never)
    with pytest.raises(PageFailed, match="frame 3"):
        await scene.outcome()
    assert scene.cancelled == ["choice"]
    scene = Scene(
        PageFailed("frame 7"), first_run=PageFailed("frame 3"), run_waits_for=lambda: asyncio.sleep(0.02)
    )
    with pytest.raises(PageFailed, match="frame 3"):
        await scene.outcome()
    with pytest.raises(PageFailed, match="frame 7"):
        await Scene(PageFailed("frame 7")).outcome()


async def test_a_lost_comparison_ends_the_render() -> None:
    scene = Scene(WorkerLost("gone"), run_waits_for=never)
    with pytest.raises(WorkerLost):
        await scene.outcome()
    assert scene.cancelled == ["run"]


async def test_cancelling_ends_both() -> None:
    scene = Scene(GOOD, choice_waits_for=never, run_waits_for=never)
    task = asyncio.ensure_future(scene.outcome())
    await asyncio.wait_for(scene.began.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(scene.cancelled) == ["choice", "run"]
