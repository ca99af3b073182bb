"""The surface that `auto` takes gives the picture that the screenshot gives, on every hard page."""

from pathlib import Path

import pytest

from helios_renders.capture.compare import compare
from render.conftest import Render, skip_unless_possible
from render.pixels import decode, read_barcode
from render.surface_cases import CASES, Case

LOSSLESS = {"crf": 0, "preset": "ultrafast"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_auto_agrees_with_the_screenshot(render: Render, tmp_path: Path, case: Case) -> None:
    page = case.write(tmp_path)
    right = await render(page, surface="screenshot", range="3:20", **LOSSLESS)
    taken = await render(page, surface="auto", range="3:20", **LOSSLESS)
    differences = [
        compare(picture, reference)
        for picture, reference in zip(decode(taken.result.output), decode(right.result.output), strict=True)
    ]
    assert len(differences) == 17
    wrong = [(frame, difference) for frame, difference in enumerate(differences) if not difference.acceptable]
    assert not wrong, (taken.result.surface, taken.result.surface_reason, wrong[:3])


@pytest.mark.parametrize("name", ["element", "canvas", "begin-frame", "screenshot"])
async def test_bar_code_on_every_surface(render: Render, name: str) -> None:
    skip_unless_possible(name)
    page = "barcode.html" if name != "canvas" else "barcode-canvas.html"
    digests = set()
    for concurrency in (1, 2, 3, 8):
        rendered = await render(page, surface=name, concurrency=concurrency)
        digests.add(rendered.result.sha256)
        assert [read_barcode(frame) for frame in decode(rendered.result.output)] == list(range(301))
    assert len(digests) == 1
