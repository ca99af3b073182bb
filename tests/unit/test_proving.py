"""A render that proves its surface: what is taken, what comes after a refusal, and which error is told."""

from pathlib import Path
from typing import cast

import attrs
import pytest

from helios_renders.capture.question import EXACT_PSNR, Rejection, SurfaceChoice, SurfaceQuestion
from helios_renders.capture.request import PageRequest
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.errors import BrowserFailed, HeliosError, PageFailed, SurfaceFailed, WorkerLost
from helios_renders.render.cache import Cache
from helios_renders.render.choosing import Choosing
from helios_renders.render.events import FrameProved, RenderEvent, StartedOver, SurfaceSettled, SurfaceTried
from helios_renders.render.executor import Executor, OnEvent, RenderedChunks
from helios_renders.render.proving import Proving
from helios_renders.render.shelf import Shelf

PAGE = PageRequest("http://127.0.0.1/page.html", Size(320, 180), FrameRate(10), {}, timeout=30)
REFUSED = SurfaceFailed("frame 3 differs")


def chunks(surface: str) -> RenderedChunks:
    return RenderedChunks((), len(surface), (), ())


@attrs.define
class Scene:
    """A render whose first run ends as the test says, and an executor that chooses as it says."""

    shelf: Shelf
    candidates: tuple[str, ...] = ("canvas",)
    first_run: HeliosError | None = None
    found: SurfaceChoice | None = None
    is_elsewhere: bool = False
    runs: list[tuple[str, bool]] = attrs.field(factory=list)
    asked: list[tuple[str, ...]] = attrs.field(factory=list)
    events: list[RenderEvent] = attrs.field(factory=list)

    @property
    def choosing(self) -> Choosing:
        question = SurfaceQuestion(PAGE, None, stateless=False, first=0, last=39, candidates=self.candidates)
        return Choosing(cast(Executor, self), self.shelf, question)

    async def choose(self, question: SurfaceQuestion, *, is_last: bool) -> SurfaceChoice:
        assert not is_last, "all frames are rendered after"
        self.asked.append(question.candidates)
        assert self.found is not None
        return self.found

    async def run(
        self, choice: SurfaceChoice, proof: SurfaceQuestion | None, on_event: OnEvent
    ) -> RenderedChunks:
        self.runs.append((choice.surface, proof is not None))
        if len(self.runs) == 1:
            on_event(FrameProved(20, 50.5))
            on_event(FrameProved(0, EXACT_PSNR))
            if self.first_run is not None:
                raise self.first_run
        return chunks(choice.surface)

    async def outcome(self) -> tuple[SurfaceChoice, RenderedChunks]:
        return await Proving("canvas", self.choosing, self.run, self.events.append).outcome()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(Cache(tmp_path / "cache", 10_000), None, "job", {})


async def test_a_proved_surface_is_taken_and_kept(shelf: Shelf) -> None:
    scene = Scene(shelf)
    choice, rendered = await scene.outcome()
    reason = "at least 50.5 dB from the screenshot in frames 0, 20"
    assert choice == SurfaceChoice("canvas", reason, 50.5, ())
    assert rendered == chunks("canvas")
    assert scene.runs == [("canvas", True)]
    proved = [FrameProved(20, 50.5), FrameProved(0, EXACT_PSNR)]
    assert scene.events == [SurfaceTried("canvas"), *proved, SurfaceSettled("canvas", reason)]
    assert await scene.choosing.known() == choice


async def test_a_refuted_surface_without_another_leaves_the_screenshot(shelf: Shelf) -> None:
    scene = Scene(shelf, first_run=REFUSED)
    choice, rendered = await scene.outcome()
    reason = "canvas: frame 3 differs"
    assert choice == SurfaceChoice("screenshot", reason, None, (Rejection("canvas", "frame 3 differs"),))
    assert rendered == chunks("screenshot")
    assert scene.runs == [("canvas", True), ("screenshot", False)]
    assert scene.asked == [], "nothing is left to compare"
    assert scene.events[-2:] == [StartedOver(reason), SurfaceSettled("screenshot", reason)]
    assert await scene.choosing.known() == choice


async def test_a_refuted_surface_is_followed_by_the_next_that_is_right(shelf: Shelf) -> None:
    found = SurfaceChoice("begin-frame", "equal", EXACT_PSNR, ())
    scene = Scene(shelf, ("canvas", "begin-frame"), REFUSED, found)
    choice, _ = await scene.outcome()
    assert choice == attrs.evolve(found, rejected=(Rejection("canvas", "frame 3 differs"),))
    assert scene.asked == [("begin-frame",)]
    assert scene.runs == [("canvas", True), ("begin-frame", False)]


async def test_all_refusals_are_told(shelf: Shelf) -> None:
    other = Rejection("begin-frame", "frame 0 differs")
    scene = Scene(shelf, ("canvas", "begin-frame"), REFUSED, SurfaceChoice.reference((other,)))
    choice, _ = await scene.outcome()
    assert choice.surface == "screenshot"
    assert choice.reason == "canvas: frame 3 differs; begin-frame: frame 0 differs"
    assert [each.surface for each in choice.rejected] == ["canvas", "begin-frame"]


async def test_a_browser_that_failed_is_told_where_another_page_is_right(shelf: Shelf) -> None:
    scene = Scene(shelf, first_run=BrowserFailed("crashed"), found=SurfaceChoice("canvas", "equal", 99.0, ()))
    with pytest.raises(BrowserFailed, match="crashed"):
        await scene.outcome()
    assert scene.asked == [("canvas",)]
    assert await scene.choosing.known() is None


async def test_a_browser_that_the_surface_breaks_leaves_the_screenshot_for_this_render(shelf: Shelf) -> None:
    found = SurfaceChoice.reference((Rejection("canvas", "crashed"),))
    scene = Scene(shelf, first_run=BrowserFailed("crashed"), found=found)
    assert await scene.outcome() == (found, chunks("screenshot"))
    assert scene.runs == [("canvas", True), ("screenshot", False)]
    assert scene.events[-2:] == [StartedOver(found.reason), SurfaceSettled("screenshot", found.reason)]
    assert await scene.choosing.known() is None


@pytest.mark.parametrize("error", [PageFailed("frame 3"), WorkerLost("gone")])
async def test_what_does_not_speak_against_the_surface_ends_the_render(
    shelf: Shelf, error: HeliosError
) -> None:
    scene = Scene(shelf, first_run=error)
    with pytest.raises(type(error), match=error.message):
        await scene.outcome()
    assert scene.runs == [("canvas", True)]
    assert await scene.choosing.known() is None
