"""The examples, with blur, scaled layers and edges between pixels: one file for every number of workers."""

from pathlib import Path

import pytest

from render.conftest import Render

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("example", "frames", "surface"),
    [
        ("title-card", "50:70", "element"),
        ("daylight", "110:130", "element"),
        ("murmuration", "50:70", "canvas"),
    ],
)
async def test_an_example_is_the_same_file_for_every_concurrency(
    render: Render, example: str, frames: str, surface: str
) -> None:
    results = [
        (await render(EXAMPLES / example, concurrency=workers, range=frames)).result for workers in (1, 3)
    ]
    for result in results:
        assert result.surface == surface, result.surface_reason
    assert len({result.sha256 for result in results}) == 1
