"""The plan: chunks that cover the range, borders that never move, and JSON both ways."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import CompositionSpec, Size
from helios_renders.errors import InvalidOption
from helios_renders.render.chunk import Chunk, cut_chunks
from helios_renders.render.concurrency import Bound, Concurrency
from helios_renders.render.options import FrameRange, parse_size
from helios_renders.render.plan import (
    CHUNK_SECONDS,
    MAX_STATEFUL_CHUNKS,
    PLAN_VERSION,
    EncodePlan,
    PagePlan,
    RenderPlan,
    chunk_length,
    drawn_size,
    even_size,
    gop_frames,
    resolve_range,
    scaled_size,
)

rates = st.one_of(
    st.integers(1, 240).map(FrameRate),
    st.sampled_from([23.976, 29.97, 59.94, 12.5, 0.1]).map(FrameRate.parse),
)
ranges = st.tuples(st.integers(0, 100_000), st.integers(1, 5_000)).map(lambda pair: (pair[0], sum(pair)))
lengths = st.integers(1, 2_000)


def spec(frames: int) -> CompositionSpec:
    return CompositionSpec("intro", Size(64, 36), FrameRate(30), frames, {})


@given(ranges, lengths)
def test_chunks_cover_the_range_exactly_once_and_in_order(frames: tuple[int, int], length: int) -> None:
    start, end = frames
    chunks = cut_chunks(start, end, length)
    assert [frame for chunk in chunks for frame in range(chunk.start, chunk.end)] == list(range(start, end))
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    assert all(1 <= chunk.frames <= length for chunk in chunks)


@given(ranges, ranges, lengths)
def test_borders_do_not_depend_on_the_range(one: tuple[int, int], two: tuple[int, int], length: int) -> None:
    for start, end in (one, two):
        inner = [chunk.start for chunk in cut_chunks(start, end, length)][1:]
        assert all(border % length == 0 for border in inner)
        assert len(inner) == len([number for number in range(start + 1, end) if number % length == 0])


def test_the_smallest_chunks() -> None:
    assert cut_chunks(0, 1, 60) == (Chunk(0, 0, 1),)
    assert cut_chunks(59, 61, 60) == (Chunk(0, 59, 60), Chunk(1, 60, 61))
    assert cut_chunks(37, 212, 60) == (
        Chunk(0, 37, 60),
        Chunk(1, 60, 120),
        Chunk(2, 120, 180),
        Chunk(3, 180, 212),
    )


@given(rates, st.integers(1, 200_000), st.booleans())
def test_a_chunk_holds_whole_groups_of_pictures(rate: FrameRate, frames: int, stateless: bool) -> None:
    length = chunk_length(frames, rate, stateless=stateless)
    assert length % gop_frames(rate) == 0
    if stateless:
        assert length == gop_frames(rate)
    else:
        assert math.ceil(frames / length) <= MAX_STATEFUL_CHUNKS
        assert length == gop_frames(rate) or math.ceil(frames / (length // 2)) > MAX_STATEFUL_CHUNKS


@given(rates)
def test_a_group_of_pictures_is_two_seconds_to_the_nearest_frame(rate: FrameRate) -> None:
    assert gop_frames(rate) >= 1
    assert abs(gop_frames(rate) - CHUNK_SECONDS * rate.fraction) <= 1


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (None, (0, 301)),
        (FrameRange(0, None), (0, 301)),
        (FrameRange(37, 212), (37, 212)),
        (FrameRange(300, None), (300, 301)),
        (FrameRange(300, 301), (300, 301)),
    ],
)
def test_resolves_a_range(wanted: FrameRange | None, expected: tuple[int, int]) -> None:
    assert resolve_range(spec(301), wanted) == expected


@pytest.mark.parametrize("wanted", [FrameRange(301, None), FrameRange(0, 302), FrameRange(400, 500)])
def test_refuses_a_range_beyond_the_composition(wanted: FrameRange) -> None:
    with pytest.raises(InvalidOption, match="has 301 frames") as error:
        resolve_range(spec(301), wanted)
    assert "0:301" in error.value.advice


@pytest.mark.parametrize(
    ("size", "rule", "expected"),
    [
        (Size(64, 36), "error", Size(64, 36)),
        (Size(63, 35), "pad", Size(64, 36)),
        (Size(63, 35), "crop", Size(62, 34)),
        (Size(63, 36), "crop", Size(62, 36)),
        (Size(1, 1), "pad", Size(2, 2)),
    ],
)
def test_makes_a_size_even(size: Size, rule: str, expected: Size) -> None:
    assert even_size(size, rule) == expected


@pytest.mark.parametrize(
    ("size", "rule"), [(Size(63, 36), "error"), (Size(64, 35), "error"), (Size(1, 36), "crop")]
)
def test_refuses_an_odd_size_and_offers_an_even_one(size: Size, rule: str) -> None:
    with pytest.raises(InvalidOption, match=str(size)) as error:
        even_size(size, rule)
    assert f"{size.width + size.width % 2}x{size.height + size.height % 2}" in error.value.advice


@given(st.sampled_from([4, 5, 6, 7, 10, 12]), st.integers(0, 300), st.integers(1, 600))
def test_the_size_that_is_offered_is_one_of_the_page(quarters: int, odd: int, high: int) -> None:
    ratio, whole = quarters / 4, 4 // math.gcd(4, quarters)
    page = Size((2 * odd + 1) * whole, high * whole)
    drawn = drawn_size(page, ratio)
    with pytest.raises(InvalidOption, match=str(drawn)) as error:
        even_size(drawn, "error", pixel_ratio=ratio)
    offered = parse_size(error.value.advice.split()[1].rstrip(","))
    assert page.width <= offered.width <= page.width + whole
    assert page.height <= offered.height <= page.height + whole
    assert even_size(drawn_size(offered, ratio), "error") == offered.times(ratio)


@given(st.builds(Size, st.integers(1, 8192), st.integers(1, 8192)), st.integers(25, 100))
def test_a_scaled_size_is_even_and_as_near_as_can_be(half: Size, scale: int) -> None:
    size = Size(2 * half.width, 2 * half.height)
    scaled = scaled_size(size, scale)
    for side, result in ((size.width, scaled.width), (size.height, scaled.height)):
        assert result % 2 == 0
        assert result >= 2
        assert abs(result - side * scale / 100) <= 1 or result == 2
    assert scaled_size(size, 100) == size


names = st.text(min_size=1, max_size=20)
sizes = st.builds(Size, st.integers(1, 16384), st.integers(1, 16384))
props: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.text(),
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.lists(st.floats(allow_nan=False, allow_infinity=False)),
    max_size=4,
)
plans = st.builds(
    RenderPlan,
    version=st.just(PLAN_VERSION),
    name=names,
    page=st.builds(
        PagePlan,
        url=st.none() | names,
        root=st.none() | names,
        path=st.none() | names,
        stateless=st.booleans(),
        stateful_because=st.lists(names, max_size=3).map(tuple),
        props=props,
        allow_page_errors=st.booleans(),
        ready_timeout=st.floats(0.1, 3600),
    ),
    size=sizes,
    fps=rates,
    frames=st.integers(1, 10**6),
    start=st.integers(0, 10**6),
    end=st.integers(0, 10**6),
    surface=names,
    surface_reason=names,
    surface_psnr=st.none() | st.floats(0, 99),
    encode=st.builds(
        EncodePlan,
        crf=st.integers(0, 51),
        preset=names,
        gop=st.integers(1, 480),
        size=sizes,
        even=st.sampled_from(["error", "pad", "crop"]),
        scale=st.integers(25, 100),
    ),
    chunks=st.builds(cut_chunks, st.integers(0, 50), st.integers(51, 300), st.integers(1, 100)),
    concurrency=st.builds(
        Concurrency,
        requested=st.integers(1, 32),
        effective=st.integers(1, 32),
        limited_by=st.sampled_from(Bound),
        auto=st.booleans(),
    ),
    browser=names,
    ffmpeg=names,
)


@given(plans)
def test_a_plan_comes_back_from_json_as_it_was(plan: RenderPlan) -> None:
    assert RenderPlan.from_json(json.loads(json.dumps(plan.to_json(), allow_nan=False))) == plan


@given(plans)
def test_a_plan_is_written_in_camel_case(plan: RenderPlan) -> None:
    data = plan.to_json()
    assert data["surfaceReason"] == plan.surface_reason
    assert data["page"]["readyTimeout"] == plan.page.ready_timeout
    assert data["concurrency"]["limitedBy"] == plan.concurrency.limited_by.value
    assert "_" not in "".join([*data, *data["page"], *data["encode"], *data["concurrency"]])


@given(plans, st.none() | st.integers() | st.text())
def test_a_plan_of_another_version_is_refused(plan: RenderPlan, version: object) -> None:
    if version != PLAN_VERSION:
        with pytest.raises(InvalidOption, match="version"):
            RenderPlan.from_json({**plan.to_json(), "version": version})
