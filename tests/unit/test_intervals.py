"""Short intervals between keyframes get a sample of their own, and at most three do."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from helios_renders.capture.intervals import MAX_MORE, with_unseen_intervals
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.probe import KeyframeInterval

FPS = FrameRate(10)
EVEN = (0, 15, 30, 44, 59)


def once(start: float, end: float) -> KeyframeInterval:
    return KeyframeInterval(start, end, 6.0, end)


def test_the_middle_of_a_missed_interval_is_added() -> None:
    assert with_unseen_intervals(EVEN, [once(0, 1), once(1, 1.3), once(1.3, 6)], FPS) == (
        0,
        11,
        15,
        30,
        44,
        59,
    )


def test_nothing_is_added_where_all_is_seen() -> None:
    assert with_unseen_intervals(EVEN, [], FPS) == EVEN
    assert with_unseen_intervals(EVEN, [once(0, 3), once(2.9, 3.1), once(1.5, 1.6)], FPS) == EVEN


def test_an_interval_seen_when_it_comes_again_is_seen() -> None:
    again = KeyframeInterval(0.4, 0.6, 1.0, None)
    assert with_unseen_intervals(EVEN, [again], FPS) == EVEN, "frame 15 is in its second round"
    assert with_unseen_intervals(EVEN, [KeyframeInterval(0.4, 0.6, 1.0, 1.4)], FPS) == (0, 4, *EVEN[1:])


def test_the_frame_that_shows_most_is_taken_first() -> None:
    crowd = [once(2, 2.3 + 0.01 * step) for step in range(5)]
    lonely = [once(0.2, 0.4), once(0.6, 0.8), once(3.2, 3.4)]
    assert with_unseen_intervals(EVEN, crowd + lonely, FPS) == (0, 2, 6, 15, 21, 30, 44, 59)


def test_what_no_frame_shows_or_lies_outside_is_left() -> None:
    assert with_unseen_intervals(EVEN, [once(1.01, 1.09), once(7, 7.5)], FPS) == EVEN
    assert with_unseen_intervals((20, 40), [once(1, 1.3), once(2.5, 2.7)], FPS) == (20, 25, 40)


times = st.integers(0, 700).map(lambda hundredths: hundredths / 100)


@given(st.lists(st.tuples(times, st.integers(1, 300), st.integers(1, 5)), max_size=30))
def test_more_samples_each_show_something_unseen(given_intervals: list[tuple[float, int, int]]) -> None:
    intervals = [
        KeyframeInterval(start, start + length / 100, length / 50, start + rounds * length / 50)
        for start, length, rounds in given_intervals
    ]
    samples = with_unseen_intervals(EVEN, intervals, FPS)
    assert set(EVEN) <= set(samples)
    assert list(samples) == sorted(set(samples))
    assert (samples[0], samples[-1]) == (EVEN[0], EVEN[-1])
    more = set(samples) - set(EVEN)
    assert len(more) <= MAX_MORE
    for frame in more:
        assert any(
            shows(each, frame) and not any(shows(each, even) for even in EVEN) for each in intervals
        ), frame


def shows(interval: KeyframeInterval, frame: int) -> bool:
    """Counted in whole hundredths, as the intervals of the test are."""
    hundredth = int(Fraction(frame * 100, 10))
    start, end, period, until = (
        round(100 * value) for value in (interval.start, interval.end, interval.period, interval.until or 0)
    )
    return start <= hundredth < until and (hundredth - start) % period < end - start
