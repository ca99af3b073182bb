"""Honest progress, driven by a clock that the test holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.render.events import (
    AssemblyAdvanced,
    ChunkBegan,
    ChunkDone,
    ChunkRetried,
    FrameAdvanced,
    FrameCaptured,
    FrameProved,
    Phase,
    PhaseBegan,
    RenderEvent,
    StartedOver,
    SurfaceSettled,
    SurfaceTried,
    Warned,
    WorkerEnded,
    WorkerReady,
)
from helios_renders.render.progress import (
    ASSEMBLED_PERCENT,
    ASSEMBLING_PERCENT,
    RENDERED_PERCENT,
    ProgressAggregator,
    RenderProgress,
    WorkerProgress,
)
from unit.told_render import Render, captured, planned

PHASES = tuple(Phase)


def test_before_anything_happened() -> None:
    assert ProgressAggregator().snapshot() == RenderProgress(Phase.QUEUED, 0, 0, 0.0)


def test_a_render_from_start_to_end() -> None:
    render = Render()
    assert render.tell(PhaseBegan(Phase.STARTING)).phase is Phase.STARTING
    found = render.tell(planned(10, chunks=2))
    assert (found.percent, found.frames_done, found.frames_total) == (0, 0, 10)
    found = render.tell(PhaseBegan(Phase.RENDERING), WorkerReady(0, "x"), ChunkBegan(0, 0))
    assert found.percent == 0
    found = render.tell(*captured(range(3)))
    assert found.percent == pytest.approx(0.3 * RENDERED_PERCENT)
    assert found.frames_done == 3
    found = render.tell(*captured(range(3, 6)), ChunkDone(0, 0, 6, "x"))
    assert found.percent == pytest.approx(0.6 * RENDERED_PERCENT)
    found = render.tell(*captured(range(6, 10), chunk=1), ChunkDone(0, 1, 4, "x"))
    assert (found.percent, found.frames_done) == (RENDERED_PERCENT, 10)
    found = render.tell(PhaseBegan(Phase.ASSEMBLING))
    assert RENDERED_PERCENT <= found.percent == ASSEMBLING_PERCENT <= 99
    assert (found.fps, found.eta_seconds) == (None, None)
    found = render.tell(PhaseBegan(Phase.DONE))
    assert (found.phase, found.percent, found.frames_done) == (Phase.DONE, 100, 10)


def test_encoding_at_the_end_goes_on_and_never_back() -> None:
    render = Render()
    render.begin(10)
    render.tell(PhaseBegan(Phase.ASSEMBLING))
    shown = [render.tell(AssemblyAdvanced(share)).percent for share in (0.0, 0.5, 0.4, 1.0, 2.0)]
    assert shown == sorted(shown)
    assert (shown[0], shown[-1]) == (ASSEMBLING_PERCENT, ASSEMBLED_PERCENT)
    assert shown[0] < shown[1] < shown[-1] < 100


def test_starting_stands_at_zero() -> None:
    render = Render()
    assert render.tell(PhaseBegan(Phase.STARTING), planned(10), *captured(range(5))).percent == 0
    assert render.tell(PhaseBegan(Phase.RENDERING)).percent == pytest.approx(RENDERED_PERCENT / 2)


def test_a_phase_never_goes_back() -> None:
    render = Render()
    render.begin(10)
    render.tell(PhaseBegan(Phase.ASSEMBLING))
    assert render.tell(PhaseBegan(Phase.RENDERING)).phase is Phase.ASSEMBLING
    render.tell(PhaseBegan(Phase.DONE))
    assert render.tell(PhaseBegan(Phase.STARTING), *captured(range(10))).percent == 100


def test_a_frame_counts_once() -> None:
    render = Render()
    render.begin(10)
    assert render.tell(*captured([0, 1, 1, 0, 1])).frames_done == 2
    assert render.tell(*captured([0, 1], worker=1)).frames_done == 2, "a chunk done again by another worker"


def test_a_chunk_that_is_done_counts_with_its_frames() -> None:
    render = Render()
    render.begin(10)
    render.tell(*captured([0]))
    assert render.tell(ChunkDone(0, 0, 6, "x")).frames_done == 6
    assert render.tell(ChunkDone(0, 0, 6, "x"), *captured(range(6))).frames_done == 6
    assert render.tell(ChunkDone(0, 1, 4, "x")).frames_done == 10


def test_what_was_told_is_not_taken_back() -> None:
    render = Render()
    render.begin(10)
    render.tell(*captured(range(8)))
    assert render.tell(ChunkDone(0, 0, 3, "x")).frames_done == 8
    assert render.tell(*captured(range(6), chunk=1)).frames_done == 9


@pytest.mark.parametrize("is_done", [False, True])
def test_frames_that_are_rendered_anew_count_once(is_done: bool) -> None:
    render = Render()
    render.begin(20)
    render.tell(*captured(range(8)), *([ChunkDone(0, 0, 10, "x")] if is_done else []))
    again = ChunkRetried(0, 0, 0, 9, "killed")
    told = render.tell(again, again).frames_done
    assert told == (10 if is_done else 8), "progress does not fall"
    assert render.tell(*captured(range(8)), *captured(range(10, 12), chunk=1)).frames_done == 10
    assert render.tell(ChunkDone(0, 0, 10, "y")).frames_done == 12
    assert render.tell(ChunkDone(0, 1, 10, "x")).frames_done == 20


def test_more_frames_than_planned_are_not_told() -> None:
    render = Render()
    render.begin(10)
    assert render.tell(*captured(range(50)), ChunkDone(0, 1, 50, "x")).frames_done == 10


def test_a_second_plan_changes_nothing() -> None:
    render = Render()
    render.begin(10)
    assert render.tell(planned(5)).frames_total == 10


def test_asking_twice_changes_nothing() -> None:
    render = Render()
    render.begin(100)
    for frame in range(50):
        render.tell(*captured([frame]), after=0.1)
    assert render.aggregator.snapshot() == render.aggregator.snapshot()


def test_workers_are_starting_from_the_plan_on() -> None:
    found = Render().tell(PhaseBegan(Phase.STARTING), planned(10, workers=2))
    assert found.workers == (WorkerProgress(0, "starting"), WorkerProgress(1, "starting"))


def test_what_a_worker_does() -> None:
    render = Render()
    render.tell(planned(100, workers=2))
    for event, expected in (
        (WorkerReady(1, "x"), WorkerProgress(1, "idle")),
        (ChunkBegan(1, 3), WorkerProgress(1, "advancing", 3)),
        (FrameAdvanced(1, 3, 40), WorkerProgress(1, "advancing", 3, 40)),
        (FrameAdvanced(1, 3, 30), WorkerProgress(1, "advancing", 3, 40)),
        (FrameCaptured(1, 3, 60), WorkerProgress(1, "capturing", 3, 60)),
        (FrameAdvanced(1, 3, 59), WorkerProgress(1, "capturing", 3, 60)),
        (FrameCaptured(1, 3, 62), WorkerProgress(1, "capturing", 3, 62)),
        (FrameCaptured(1, 3, 61), WorkerProgress(1, "capturing", 3, 62)),
        (ChunkDone(1, 3, 20, "x"), WorkerProgress(1, "idle")),
        (FrameCaptured(1, 3, 63), WorkerProgress(1, "idle")),
        (ChunkBegan(1, 3), WorkerProgress(1, "idle")),
        (ChunkBegan(1, 4), WorkerProgress(1, "advancing", 4)),
        (ChunkBegan(1, 5), WorkerProgress(1, "advancing", 5)),
        (ChunkDone(1, 4, 20, "x"), WorkerProgress(1, "advancing", 5)),
        (ChunkRetried(1, 5, 80, 99, "killed"), WorkerProgress(1, "starting")),
        (WorkerEnded(1), WorkerProgress(1, "idle")),
    ):
        assert render.tell(event).workers == (WorkerProgress(0, "starting"), expected), event


def test_a_worker_s_speed_is_that_of_its_capturing() -> None:
    render = Render()
    render.begin(1000)
    for frame in range(0, 300, 10):
        assert render.tell(FrameAdvanced(0, 5, frame), after=0.5).workers[0].fps is None
    for frame in range(300, 321):
        found = render.tell(*captured([frame], chunk=5), after=0.1)
    assert found.workers[0].fps == pytest.approx(10)
    assert render.tell(ChunkDone(0, 5, 60, "x")).workers[0].fps is None
    render.tell(*(FrameAdvanced(0, 9, frame) for frame in range(500, 540)), after=3)
    for frame in range(540, 561):
        found = render.tell(*captured([frame], chunk=9), after=0.1)
    assert found.workers[0].fps == pytest.approx(10), "the way to the chunk is not counted"


def test_a_warning_changes_nothing() -> None:
    render = Render()
    before = render.begin(10)
    assert render.tell(Warned("It is late.")) == before


workers = st.integers(0, 3)
chunks = st.integers(0, 4)
frames = st.integers(0, 40)
events: st.SearchStrategy[RenderEvent] = st.one_of(
    st.builds(FrameCaptured, workers, chunks, frames),
    st.builds(FrameCaptured, workers, chunks, frames),
    st.builds(FrameAdvanced, workers, chunks, frames),
    st.builds(ChunkBegan, workers, chunks),
    st.builds(ChunkDone, workers, chunks, st.integers(0, 60), st.just("x")),
    st.builds(ChunkRetried, st.none() | workers, chunks, st.just(0), st.just(9), st.just("killed")),
    st.builds(WorkerReady, workers, st.just("x")),
    st.builds(WorkerEnded, workers),
    st.builds(PhaseBegan, st.sampled_from(Phase)),
    st.builds(
        lambda frames, workers: planned(frames, workers=workers), st.integers(1, 200), st.integers(1, 4)
    ),
)
steps = st.lists(st.tuples(st.floats(0, 3), events), max_size=120)


def assert_in_order(before: RenderProgress, after: RenderProgress) -> None:
    assert after.percent >= before.percent
    assert after.frames_done >= before.frames_done
    assert PHASES.index(after.phase) >= PHASES.index(before.phase)
    assert 0 <= after.percent <= 100
    assert (after.percent == 100) == (after.phase is Phase.DONE)
    assert after.frames_done <= after.frames_total
    assert after.fps is None or after.fps >= 0
    assert after.eta_seconds is None or after.eta_seconds >= 0
    assert [worker.worker for worker in after.workers] == sorted({worker.worker for worker in after.workers})
    if after.phase is not Phase.RENDERING:
        assert (after.fps, after.eta_seconds) == (None, None)


@given(steps)
def test_any_events_in_any_order_leave_progress_honest(steps: list[tuple[float, RenderEvent]]) -> None:
    render = Render()
    before = render.aggregator.snapshot()
    for seconds, event in steps:
        after = render.tell(event, after=seconds)
        assert_in_order(before, after)
        before = after


@st.composite
def renders(draw: st.DrawFn) -> tuple[int, list[RenderEvent]]:
    """A whole render by several workers, each in its own order, mixed, with repeated and late events."""
    lengths = draw(st.lists(st.integers(1, 12), min_size=1, max_size=5))
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    mixed: list[RenderEvent] = []
    queues: list[list[RenderEvent]] = []
    for chunk, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        worker = draw(workers)
        queues.append(
            [
                ChunkBegan(worker, chunk),
                *(FrameAdvanced(worker, chunk, frame) for frame in range(start)),
                *captured(range(start, start + length), worker=worker, chunk=chunk),
                ChunkDone(worker, chunk, length, "x"),
            ]
        )
    while any(queues):
        mixed.append(draw(st.sampled_from([queue for queue in queues if queue])).pop(0))
        if draw(st.integers(0, 9)) == 0:
            mixed.append(draw(st.sampled_from(mixed)))
    return sum(lengths), mixed


@given(renders(), st.floats(0, 2))
def test_a_whole_render_ends_with_every_frame(render_of: tuple[int, list[RenderEvent]], pace: float) -> None:
    total, mixed = render_of
    render = Render()
    before = render.begin(total, workers=4, chunks=5)
    for event in mixed:
        after = render.tell(event, after=pace)
        assert_in_order(before, after)
        before = after
    assert (before.frames_done, before.percent) == (total, RENDERED_PERCENT)


def test_frames_of_a_surface_that_is_tried_count_when_it_is_taken() -> None:
    render = Render()
    render.begin(100)
    shown = render.tell(SurfaceTried("element"), *captured(range(40)), after=1)
    assert (shown.frames_done, shown.percent) == (0, 0)
    shown = render.tell(SurfaceSettled("element", "equal"), after=1)
    assert shown.frames_done == 40
    assert render.tell(*captured(range(40, 60)), after=1).frames_done == 60


def test_frames_of_a_rejected_surface_never_count() -> None:
    render = Render()
    render.begin(100, chunks=2)
    render.tell(
        SurfaceTried("element"), ChunkBegan(0, 0), *captured(range(60)), ChunkDone(0, 0, 60, ""), after=1
    )
    shown = render.tell(StartedOver("differs"), SurfaceSettled("screenshot", "differs"), after=1)
    assert shown.frames_done == 0
    assert shown.fps is None
    assert [worker.state for worker in shown.workers] == ["starting"]
    shown = render.tell(ChunkBegan(0, 0), *captured(range(10)), after=1)
    assert shown.frames_done == 10
    assert [worker.chunk for worker in shown.workers] == [0]


def test_frames_count_from_the_first_that_is_proved_and_wait_after_a_late_refusal() -> None:
    render = Render()
    render.begin(100, chunks=2)
    assert render.tell(SurfaceTried("canvas"), *captured(range(9)), after=1).frames_done == 0
    shown = render.tell(FrameProved(0, 99.0), after=1)
    assert shown.frames_done == 9
    assert render.tell(*captured(range(9, 40)), after=1).frames_done == 40
    shown = render.tell(StartedOver("differs"), *captured(range(30)), after=1)
    assert shown.frames_done == 40
    assert render.tell(*captured(range(30, 50)), after=1).frames_done == 50
