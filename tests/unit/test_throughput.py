"""The speed and the foretold end, driven by a clock that the test holds."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.render.events import ChunkDone
from helios_renders.render.throughput import MIN_COUNT, WINDOW_SECONDS, Throughput
from unit.told_render import Render, captured


@given(st.lists(st.floats(0, 4), max_size=60))
def test_throughput_is_what_happened_in_the_window(gaps: list[float]) -> None:
    throughput = Throughput(0.0)
    now = 0.0
    times = []
    for gap in gaps:
        now += gap
        throughput.add(now)
        times.append(now)
        rate = throughput.rate(now)
        if now < 1 or len(times) < MIN_COUNT:
            assert rate is None
        else:
            recent = [time for time in times if time > now - WINDOW_SECONDS]
            assert rate == pytest.approx(len(recent) / min(now, WINDOW_SECONDS))


def test_no_speed_before_it_means_something() -> None:
    render = Render()
    render.begin(1000)
    render.wait(30)
    assert render.tell(*captured([0])).fps is None, "the first frame starts the count"
    assert render.tell(*captured(range(1, 11)), after=0.9).fps is None, "not yet a second"
    assert render.wait(0.1).fps == 10
    render = Render()
    render.begin(1000)
    render.tell(*captured([0]))
    assert render.tell(*captured(range(1, MIN_COUNT)), after=3).fps is None, "not yet five frames"
    assert render.tell(*captured([MIN_COUNT])).fps == pytest.approx(MIN_COUNT / 3)


def test_the_speed_is_that_of_the_last_seconds_over_all_workers() -> None:
    render = Render()
    render.begin(100_000, workers=2, chunks=2)
    frames = itertools.count()
    for _ in range(100):
        frame = next(frames)
        render.tell(*captured([frame], chunk=0), *captured([frame], worker=1, chunk=1), after=0.1)
    found = render.aggregator.snapshot()
    assert found.fps == pytest.approx(20, rel=0.02)
    assert [worker.fps for worker in found.workers] == pytest.approx([10, 10], rel=0.02)
    for _ in range(60):
        render.tell(*captured([next(frames)]), after=0.1)
    found = render.aggregator.snapshot()
    assert found.fps == pytest.approx(10, rel=0.02)
    assert [worker.fps for worker in found.workers] == [pytest.approx(10, rel=0.02), 0]


def test_a_standstill_is_shown_and_has_no_end_in_sight() -> None:
    render = Render()
    render.begin(1000)
    for frame in range(100):
        render.tell(*captured([frame]), after=0.05)
    found = render.aggregator.snapshot()
    assert found.fps
    assert found.eta_seconds
    found = render.wait(WINDOW_SECONDS + 0.1)
    assert (found.fps, found.eta_seconds) == (0, None)


def test_chunks_found_done_are_not_speed() -> None:
    render = Render()
    render.begin(1000)
    render.tell(*captured([0]))
    for frame in range(1, 31):
        render.tell(*captured([frame]), after=0.1)
    before = render.aggregator.snapshot()
    found = render.tell(ChunkDone(0, 7, 500, "x"))
    assert found.frames_done == 531
    assert found.fps == before.fps


def test_no_end_is_foretold_before_it_means_something() -> None:
    render = Render()
    render.begin(1000)
    etas = [render.tell(*captured([frame]), after=0.1).eta_seconds for frame in range(40)]
    known = [index for index, eta in enumerate(etas) if eta is not None]
    assert known == list(range(29, 40)), "from 30 of 1000 frames on"
    render = Render()
    render.begin(100)
    etas = [render.tell(*captured([frame]), after=0.1).eta_seconds for frame in range(40)]
    assert etas.index(next(eta for eta in etas if eta is not None)) == 20, "after two seconds"


def test_the_foretold_end_is_right_at_a_steady_speed() -> None:
    render = Render()
    render.begin(1000, workers=2)
    for frame in range(500):
        found = render.tell(*captured([frame], worker=frame % 2, chunk=frame // 60), after=0.1)
        if found.eta_seconds is not None:
            assert found.eta_seconds == pytest.approx((999 - frame) * 0.1, rel=0.03)
    assert found.eta_seconds is not None


def test_the_foretold_end_moves_smoothly_when_the_speed_halves() -> None:
    render = Render()
    render.begin(2000)
    last: float | None = None
    for frame in range(1200):
        eta = render.tell(*captured([frame]), after=0.1 if frame < 600 else 0.2).eta_seconds
        if last is not None and eta is not None:
            assert abs(eta - last) < 4
        last = eta
    assert last == pytest.approx(800 * 0.2, rel=0.03)


def test_the_foretold_end_counts_down_between_events() -> None:
    render = Render()
    render.begin(1000)
    for frame in range(100):
        found = render.tell(*captured([frame]), after=0.1)
    assert found.eta_seconds is not None
    assert render.wait(1).eta_seconds == pytest.approx(found.eta_seconds - 1)
