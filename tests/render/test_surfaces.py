"""The surface that `auto` takes gives the picture that the screenshot gives, on every hard page."""

from collections.abc import AsyncIterator
from fractions import Fraction
from pathlib import Path

import pytest
import pytest_asyncio

from helios_renders.capture.compare import compare
from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import ELEMENT, SCREENSHOT
from helios_renders.capture.request import PageRequest
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.site import Site
from helios_renders.composition.spec import Size
from render.conftest import Render, skip_unless_possible
from render.pixels import decode, presentation_times, read_barcode
from render.staging import StagedPage, shared_browser, staged_site
from render.surface_cases import CASES, FPS, FRAMES, HEIGHT, WIDTH, Case
from render.surface_cases_outside import OUTSIDE, write_assets

FIRST = 3
SIZE = Size(WIDTH, HEIGHT)
LOSSLESS = {"crf": 0, "preset": "ultrafast"}


browser = shared_browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sites(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Site, Site]]:
    """The site of the pages, and one of another origin."""
    folders = tmp_path_factory.mktemp("pages"), tmp_path_factory.mktemp("elsewhere")
    for folder in folders:
        write_assets(folder)
    async with staged_site(folders[0]) as site, Site(folders[1]) as other:
        yield site, other


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", [*CASES, *OUTSIDE], ids=lambda case: case.name)
async def test_auto_agrees_with_the_screenshot(
    browser: RunningBrowser, sites: tuple[Site, Site], case: Case
) -> None:
    site, other = sites
    path = case.write(site.root, other.origin)
    page = PageRequest(site.url(path), SIZE, FrameRate(FPS), {}, timeout=30)
    staged = StagedPage(browser, page, site.url(STAGE), FIRST, FRAMES - 1)
    report = await staged.report()
    choice = await staged.choose(report)
    assert choice.surface == case.surface, choice.reason
    assert [words for words in case.reason if words not in choice.reason] == [], choice.reason
    reference = await staged.draw(SCREENSHOT, report)
    assert len(reference) == FRAMES - FIRST
    taken = reference if choice.surface == SCREENSHOT else await staged.draw(choice.surface, report)
    for number, (picture, right) in enumerate(zip(taken, reference, strict=True), FIRST):
        difference = compare(picture, right)
        assert difference.acceptable, (number, difference)
        missed = [patch for patch in case.patches(number) if patch.misses(picture[:, :, ::-1])]
        assert not missed, (number, [(patch, patch.worst(picture[:, :, ::-1])) for patch in missed])


@pytest.mark.parametrize(
    ("name", "surface"),
    [("mask", ELEMENT), ("canvas-in-the-document", SCREENSHOT), ("canvas-in-a-frame", SCREENSHOT)],
)
async def test_a_render_takes_the_surface_and_says_why(
    render: Render, tmp_path: Path, name: str, surface: str
) -> None:
    case = next(case for case in (*CASES, *OUTSIDE) if case.name == name)
    rendered = await render(
        tmp_path / case.write(tmp_path), surface="auto", range=f"{FIRST}:{FRAMES}", **LOSSLESS
    )
    assert rendered.result.surface == surface
    assert [words for words in case.reason if words not in rendered.result.surface_reason] == []
    frames = list(decode(rendered.result.output))
    assert len(frames) == FRAMES - FIRST
    for number, frame in enumerate(frames, FIRST):
        assert [patch for patch in case.patches(number) if patch.worst(frame) > 16] == [], number


@pytest.mark.parametrize("name", ["element", "canvas", "begin-frame", "screenshot"])
async def test_bar_code_on_every_surface(render: Render, name: str) -> None:
    skip_unless_possible(name)
    page = "barcode.html" if name != "canvas" else "barcode-canvas.html"
    digests = set()
    for concurrency in (1, 3, 8):
        rendered = await render(page, surface=name, concurrency=concurrency)
        digests.add(rendered.result.sha256)
        video = rendered.result.output
        assert [read_barcode(frame) for frame in decode(video)] == list(range(301))
        assert presentation_times(video) == [Fraction(frame, 30) for frame in range(301)]
    assert len(digests) == 1
