"""Every technique: one file for every number of workers, showing what the page's own formula says."""

import math

import pytest

from helios_renders.render.result import RenderResult
from render.catalogue import CATALOGUE, Page
from render.conftest import Render
from render.pixels import decode

WORKERS = (2, 1)
MORE_WORKERS = (2, 1, 3)
CROWDED = ("css-keyframes.html", "canvas-2d.html", "raf-simulation.html", "gsap.html")
"""One page of each kind: stateless and stateful, in the page's tree, on a canvas and by script."""
REFERENCE_FRAMES = 20
"""The formulas are right when plain screenshots of these pages say so too; some frames are enough."""


@pytest.mark.parametrize("page", CATALOGUE, ids=lambda page: page.path.removesuffix(".html"))
async def test_page_is_right_and_the_same_for_every_concurrency(render: Render, page: Page) -> None:
    several = MORE_WORKERS if page.path in CROWDED else WORKERS
    results: dict[int, RenderResult] = {}
    surface = "auto"
    for workers in several:
        # The first chooses the surface; to choose it anew each time would take longer than the renders.
        results[workers] = (await render(page.path, concurrency=workers, surface=surface)).result
        surface = results[workers].surface
    assert [result.concurrency.effective for result in results.values()] == [
        min(workers, math.ceil(page.frames / (2 * page.fps))) for workers in several
    ]
    assert len({result.sha256 for result in results.values()}) == 1, {
        workers: result.sha256 for workers, result in results.items()
    }
    assert_right(page, results[several[-1]], 0, page.frames)
    if page.path in CROWDED:
        first, last = page.frames // 2, page.frames // 2 + REFERENCE_FRAMES
        reference = await render(page.path, surface="screenshot", range=f"{first}:{last}")
        assert_right(page, reference.result, first, last)


def assert_right(page: Page, result: RenderResult, start: int, end: int) -> None:
    """All frames from `start` on and without `end` show what the formula says."""
    frames = list(decode(result.output))
    assert len(frames) == end - start
    missed = {number: page.missed(number, frame) for number, frame in enumerate(frames, start)}
    wrong = [(number, patches) for number, patches in missed.items() if patches]
    assert not wrong, f"{result.surface}: {len(wrong)} of {len(frames)} frames are wrong: {wrong[:3]}"


async def test_props_given_take_the_place_of_the_defaults(render: Render) -> None:
    rendered = await render("props", props={"colour": "#4078d0", "places": [2, 20]}, range="0:20")
    for number, frame in enumerate(decode(rendered.result.output)):
        left = (16, 160)[(number + 5) // 10 % 2]
        assert frame[24, left + 16] == pytest.approx((64, 120, 208), abs=12), number
        assert frame[24, 176 - left + 16] == pytest.approx((32, 40, 48), abs=12), number
