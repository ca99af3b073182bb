"""Frame rates: names people use, exact times, and what is refused."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.composition.frame_rate import FrameRate, exact_number
from helios_renders.errors import InvalidOption

rates = st.one_of(
    st.integers(1, 240).map(FrameRate),
    st.sampled_from(["23.976", "23.98", "29.97", "59.94", "119.88"]).map(FrameRate.parse),
    st.fractions(Fraction(1, 10), 240, max_denominator=1001).map(FrameRate.parse),
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (30, "30"),
        (30.0, "30"),
        ("30", "30"),
        (" 24 ", "24"),
        ("+25", "25"),
        ("25.0", "25"),
        ("3e1", "30"),
        (29.97, "30000/1001"),
        ("29.97", "30000/1001"),
        ("30000/1001", "30000/1001"),
        ("60000/2002", "30000/1001"),
        (23.976, "24000/1001"),
        ("23.98", "24000/1001"),
        ("47.95", "48000/1001"),
        ("59.94", "60000/1001"),
        ("119.88", "120000/1001"),
        (12.5, "25/2"),
        (0.1, "1/10"),
        ("1/10", "1/10"),
        (240, "240"),
        (Fraction(25, 2), "25/2"),
    ],
)
def test_reads_a_rate(value: object, expected: str) -> None:
    assert str(FrameRate.parse(value)) == expected


@pytest.mark.parametrize(
    "value",
    [
        0, -1, -30, 0.0999, 240.001, 241, "0", "-25", "1/11", "1e9", 1e300, Fraction(1, 11),
    ],
)  # fmt: skip
def test_refuses_a_rate_outside_the_limits(value: object) -> None:
    with pytest.raises(InvalidOption, match="fps is") as error:
        FrameRate.parse(value)
    assert "0.1 to 240" in error.value.advice


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, "", " ", "abc", "30fps", "1/0", "0/0", "30/", "/30", "30000:1001", "1 / 2", "nan",
        "inf", "-inf", math.nan, math.inf, -math.inf, "0x1e", "1_0", "3,5", [30], {"fps": 30}, "1e999999999",
        "1e-999999999", "9" * 5000, "٣٠",
    ],
)  # fmt: skip
@pytest.mark.timeout(10)
def test_refuses_what_is_not_a_number(value: object) -> None:
    with pytest.raises(InvalidOption, match="not a number") as error:
        FrameRate.parse(value)
    assert "30000/1001" in error.value.advice


@given(rates)
def test_a_rate_written_out_reads_as_itself(rate: FrameRate) -> None:
    assert FrameRate.parse(str(rate)) == rate


@given(rates, st.integers(0, 10_000_000))
def test_a_frame_count_survives_its_duration(rate: FrameRate, frames: int) -> None:
    assert rate.frames(rate.seconds(frames)) == frames


@given(rates, st.integers(0, 1_000_000))
def test_times_have_no_drift(rate: FrameRate, frame: int) -> None:
    assert rate.seconds(frame + 1) - rate.seconds(frame) == 1 / rate.fraction


@given(rates, st.fractions(0, 86400))
def test_a_duration_is_off_by_half_a_frame_at_most(rate: FrameRate, duration: Fraction) -> None:
    assert abs(rate.seconds(rate.frames(duration)) - duration) <= Fraction(1, 2) / rate.fraction


def test_counts_frames_of_known_durations() -> None:
    assert FrameRate(30).frames(Fraction(301, 30)) == 301
    assert FrameRate.parse(29.97).frames(Fraction(10)) == 300
    assert FrameRate(2).frames(Fraction(1, 4)) == 1, "halves go upwards"
    assert FrameRate(2).frames(Fraction(24, 100)) == 0


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=1e-9, max_value=1e9))
def test_a_float_is_read_as_it_is_written(value: float) -> None:
    assert exact_number(value) == Fraction(repr(value))
    assert float(exact_number(str(value))) == value


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_a_value_error(text: str) -> None:
    try:
        number = exact_number(text)
    except ValueError:
        return
    assert isinstance(number, Fraction)
