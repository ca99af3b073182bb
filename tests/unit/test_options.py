"""Render options: every bad value ends in one clear line with advice."""

import json
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.composition.spec import Size
from helios_renders.encode.codecs import X264_PRESETS
from helios_renders.errors import InvalidOption
from helios_renders.render.encoding_values import parse_crf
from helios_renders.render.options import (
    MAX_AREA,
    MAX_SIDE,
    SURFACES,
    FrameRange,
    parse_choice,
    parse_concurrency,
    parse_duration,
    parse_props,
    parse_range,
    parse_size,
)


def refused(parse: Callable[[object], object], value: object) -> InvalidOption:
    with pytest.raises(InvalidOption) as caught:
        parse(value)
    error = caught.value
    assert error.exit_code == 2
    assert error.message.endswith(".")
    assert error.advice
    return error


@pytest.mark.parametrize(
    "value",
    [0, -1, 33, 1.5, "abc", "0", "33", "1.5", "", " ", "AUTO", True, False, math.nan, math.inf, [1], "1e1"],
)  # fmt: skip
def test_concurrency_refuses(value: object) -> None:
    error = refused(parse_concurrency, value)
    assert str(value) in error.message
    assert "1 to 32" in error.advice


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, 1), (1, 1), (32, 32), ("7", 7), (" 7 ", 7), (2.0, 2), ("auto", "auto"), (" auto ", "auto")],
)
def test_concurrency_accepts(value: object, expected: object) -> None:
    assert parse_concurrency(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "0x0", "0x100", "100x0", "100000x100000", "16385x2", "1920", "1920x", "x1080", "1920x1080x3", "-2x2",
        "1920*1080", "19.2x10", "axb", "", None, 1920, True, Size(0, 0), "9999999999x2",
    ],
)  # fmt: skip
def test_size_refuses(value: object) -> None:
    assert str(value) in refused(parse_size, value).message


def test_size_refuses_more_pixels_than_h264_carries() -> None:
    error = refused(parse_size, f"{MAX_SIDE}x{MAX_SIDE}")
    assert "268 megapixels" in error.message
    assert "35.7 megapixels" in error.advice


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1920x1080", Size(1920, 1080)),
        (" 1920 X 1080 ", Size(1920, 1080)),
        ("640×360", Size(640, 360)),
        ("1x1", Size(1, 1)),
        ("8192x4320", Size(8192, 4320)),
        (Size(3, 5), Size(3, 5)),
    ],
)
def test_size_accepts(value: object, expected: Size) -> None:
    assert parse_size(value) == expected


@given(st.integers(1, MAX_SIDE), st.integers(1, MAX_SIDE))
def test_a_size_written_out_reads_as_itself(width: int, height: int) -> None:
    size = Size(width, height)
    if width * height <= MAX_AREA:
        assert parse_size(str(size)) == size
    else:
        refused(parse_size, str(size))


@pytest.mark.parametrize(
    "value",
    [
        math.nan, math.inf, -math.inf, "nan", "NaN", "inf", 0, -1, "0", "-0.5", "abc", "", None, True, 86401,
        "10s", "1/0", "1e999999999", "1e-999999999", "1:30",
    ],
)  # fmt: skip
@pytest.mark.timeout(10)
def test_duration_refuses(value: object) -> None:
    assert str(value) in refused(parse_duration, value).message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (10, Fraction(10)),
        (0.1, Fraction(1, 10)),
        ("10.5", Fraction(21, 2)),
        ("1001/30", Fraction(1001, 30)),
        ("1e-3", Fraction(1, 1000)),
        (86400, Fraction(86400)),
        (Fraction(1, 3), Fraction(1, 3)),
    ],
)
def test_duration_accepts(value: object, expected: Fraction) -> None:
    assert parse_duration(value) == expected


@pytest.mark.parametrize(
    "value", ["5", "a:b", "-1:5", "1:-5", "1.5:3", "1:2:3", "", None, 5, [37, 212], "1-5", "9999999999:"]
)  # fmt: skip
def test_range_refuses_what_is_none(value: object) -> None:
    assert "37:212" in refused(parse_range, value).advice


def test_range_refuses_the_reversed_and_offers_it_turned_round() -> None:
    error = refused(parse_range, "212:37")
    assert "ends before it starts" in error.message
    assert "37:212" in error.advice


@pytest.mark.parametrize("value", ["5:5", "0:0", ":0"])
def test_range_refuses_the_empty(value: str) -> None:
    assert "no frame" in refused(parse_range, value).message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("37:212", FrameRange(37, 212)),
        (" 37 : 212 ", FrameRange(37, 212)),
        ("37:", FrameRange(37, None)),
        (":212", FrameRange(0, 212)),
        (":", FrameRange(0, None)),
        ("0:1", FrameRange(0, 1)),
    ],
)
def test_range_accepts(value: object, expected: FrameRange) -> None:
    assert parse_range(value) == expected


@given(st.integers(0, 10**8), st.integers(1, 10**8))
def test_a_range_written_out_reads_as_itself(start: int, length: int) -> None:
    assert parse_range(f"{start}:{start + length}") == FrameRange(start, start + length)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("{", "line 1, column 2"),
        ('{"a": 1,\n "b": }', "line 2, column 7"),
        ("", "not JSON"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "-Infinity"),
        ("[" * 100_000, "nested"),
        ('{"a":' + "1" * 5000 + "}", "digits"),
        ("[1]", "a list"),
        ("1", "a number"),
        ("1.5", "a number"),
        ("true", "true or false"),
        ('"text"', "text"),
        ("null", "null"),
        ([], "a list"),
        (3, "a number"),
    ],
)
def test_props_refuse(value: object, part: str) -> None:
    error = refused(parse_props, value)
    assert part in error.message
    assert "\n" not in error.message
    assert len(error.message) < 200


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), json_values))
def test_props_come_through_as_text_and_as_object(props: dict[str, Any]) -> None:
    assert parse_props(json.dumps(props)) == props
    assert parse_props(props) == props
    assert parse_props(None) == {}


@pytest.mark.parametrize("value", [-1, 101, 18.5, "abc", "", None, True, math.nan])
def test_crf_refuses(value: object) -> None:
    assert "0 (best) to 51" in refused(parse_crf, value).advice


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (100, 100), ("18", 18), (23.0, 23)])
def test_crf_accepts(value: object, expected: int) -> None:
    assert parse_crf(value) == expected


@pytest.mark.parametrize("value", ["gif", "", None, 3, ["auto"], {}])
def test_choice_names_what_there_is(value: object) -> None:
    error = refused(lambda value: parse_choice("Surface", value, SURFACES), value)
    assert all(surface in error.advice for surface in SURFACES)


def test_choice_accepts_each_of_its_words() -> None:
    assert [parse_choice("Preset", preset, X264_PRESETS) for preset in X264_PRESETS] == list(X264_PRESETS)


@given(st.one_of(json_values, st.floats(), st.text()))
def test_any_value_is_accepted_or_refused_with_advice(value: object) -> None:
    for parse in (parse_concurrency, parse_size, parse_duration, parse_range, parse_props, parse_crf):
        problem = None
        try:
            parse(value)
        except InvalidOption as error:
            problem = error
        assert problem is None or (problem.message and problem.advice)
