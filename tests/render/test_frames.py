"""Every frame of the video is the right one: count, order and time, for odd lengths, rates and ranges."""

from fractions import Fraction
from typing import Any

import pytest

from helios_renders.composition.frame_rate import FrameRate
from render.conftest import Render
from render.pixels import decode, presentation_times, read_barcode

NTSC = {"fps": "29.97", "props": {"fps": [30000, 1001]}, "duration": 10}


@pytest.mark.parametrize(
    ("options", "rate", "first", "frames"),
    [
        ({"range": "37:212"}, FrameRate(30), 37, 175),
        (NTSC, FrameRate(30000, 1001), 0, 300),
        ({**NTSC, "range": "37:212"}, FrameRate(30000, 1001), 37, 175),
    ],
    ids=["range", "ntsc", "ntsc-range"],
)
@pytest.mark.parametrize("concurrency", [1, 3])
async def test_frame_i_shows_i(
    render: Render, options: dict[str, Any], rate: FrameRate, first: int, frames: int, concurrency: int
) -> None:
    rendered = await render("barcode.html", surface="element", concurrency=concurrency, **options)
    video = rendered.result.output
    assert [read_barcode(frame) for frame in decode(video)] == list(range(first, first + frames))
    assert presentation_times(video) == [index / rate.fraction for index in range(frames)]
    assert rendered.result.frames == frames


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ({"range": "0:3", "concurrency": 32}, [0, 1, 2]),
        ({"range": "300:", "concurrency": 2}, [300]),
        ({"duration": Fraction(1, 30), "concurrency": 4}, [0]),
        ({"range": "59:61", "concurrency": 2}, [59, 60]),
    ],
    ids=["three-frames-32-workers", "last-frame", "one-frame-composition", "across-a-border"],
)
async def test_tiny_renders(render: Render, options: dict[str, Any], numbers: list[int]) -> None:
    rendered = await render("barcode.html", surface="element", **options)
    assert [read_barcode(frame) for frame in decode(rendered.result.output)] == numbers
    assert rendered.result.concurrency.effective <= len(numbers)
