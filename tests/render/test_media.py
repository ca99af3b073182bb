"""Every video on a page shows the right frame of its source in every frame of the composition."""

import shutil
from collections.abc import AsyncIterator, Sequence
from fractions import Fraction
from pathlib import Path

import attrs
import pytest
import pytest_asyncio

from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.names import ELEMENT, SCREENSHOT
from helios_renders.capture.request import PageRequest
from helios_renders.capture.session import PageSession
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.site import Site
from helios_renders.composition.spec import Size
from helios_renders.errors import MediaUnplayable
from render.clips import HEIGHT, HEVC, WIDTH, Clip, Times, data_address, read_number
from render.conftest import Render
from render.media_cases import CLIPS, COLUMNS, DECLARED, FPS, FRAMES, SCRIPTED, Case
from render.pixels import Frame, decode
from render.staging import StagedPage, running_browser, staged_site

SIZE = Size(COLUMNS * WIDTH, 4 * HEIGHT)
_PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<meta name="helios:size" content="{size}"><meta name="helios:fps" content="{fps}">
<meta name="helios:duration" content="{duration}">
<style>body {{ margin: 0; background: #808080; overflow: hidden }} body > * {{ display: block }}
video, canvas, iframe {{ width: {width}px; height: {height}px; display: block }}</style>
{body}
<script>{script}</script>
"""
_LOOP = """
const drawn = [];
const onFrame = (draw) => drawn.push(draw);
requestAnimationFrame(function each(time) {
  requestAnimationFrame(each);
  for (const draw of drawn) draw(time / 1000);
});
"""


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all clips."""
    folder = tmp_path_factory.mktemp("clips")
    for clip in CLIPS:
        clip.write(folder)
    shutil.copy(Path(__file__).parents[1] / "pages" / "assets" / "green.png", folder)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningBrowser]:
    async with running_browser(tmp_path_factory.mktemp("profiles")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(clips: Path) -> AsyncIterator[Site]:
    async with staged_site(clips) as site:
        yield site


def corner(index: int) -> tuple[int, int]:
    row, column = divmod(index, COLUMNS)
    return column * WIDTH, row * HEIGHT


def write_page(folder: Path, name: str, cases: Sequence[Case]) -> None:
    body, script = [], []
    for index, case in enumerate(cases):
        left, top = corner(index)
        given = {
            "id": f"case{index}",
            "source": case.clip.name,
            "data": data_address(folder / case.clip.name, "video/webm"),
            "place": f"position:absolute;left:{left}px;top:{top}px",
            "poster": "green.png",
        }
        body.append(case.html.format(**given))
        script.append(f"{{ {case.script.format(**given)} }}")
    text = _PAGE.format(
        size=SIZE,
        fps=FPS,
        duration=FRAMES // FPS,
        width=WIDTH,
        height=HEIGHT,
        body="\n".join(body),
        script=_LOOP + "\n".join(script) if any(case.script for case in cases) else "",
    )
    (folder / name).write_text(text, encoding="utf-8")


def wrong(
    folder: Path, cases: Sequence[Case], frames: Sequence[Frame], fps: Fraction
) -> list[tuple[object, ...]]:
    """Case, composition frame, the source's frame that is seen, and the one that is right."""
    found: list[tuple[object, ...]] = []
    for index, case in enumerate(cases):
        times = Times.of(folder / case.clip.name, case.clip)
        for number, frame in enumerate(frames):
            moment = case.moment(number / fps)
            right = None if moment is None else times.shown(moment)
            if (seen := read_number(frame, *corner(index))) != right:
                found.append((index, number, seen, right))
    return found


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("cases", "surface", "count"),
    [(DECLARED, ELEMENT, FRAMES), (DECLARED, SCREENSHOT, 45), (SCRIPTED, SCREENSHOT, 60)],
    ids=["declared-element", "declared-screenshot", "scripted-screenshot"],
)
async def test_each_frame_shows_the_right_frame_of_every_video(
    browser: RunningBrowser, site: Site, cases: Sequence[Case], surface: str, count: int
) -> None:
    write_page(site.root, "page.html", cases)
    page = PageRequest(site.url("page.html"), SIZE, FrameRate(FPS), {}, timeout=30)
    staged = StagedPage(browser, page, site.url(STAGE), 0, count - 1)
    report = await staged.report()
    assert bool(report.reasons) == (cases is SCRIPTED), report.reasons
    frames = [picture[:, :, ::-1] for picture in await staged.draw(surface, report)]
    assert len(frames) == count
    found = wrong(site.root, cases, frames, Fraction(FPS))
    assert not found, found[:20]


async def test_videos_are_the_same_for_every_concurrency(render: Render, clips: Path) -> None:
    """Frame 0 and what follows a jump to the second chunk, at a rate that meets no video's."""
    fps = Fraction(24)
    write_page(clips, "jump.html", DECLARED)
    given = {"surface": ELEMENT, "fps": "24", "preset": "ultrafast"}
    results = [(await render(clips / "jump.html", concurrency=n, **given)).result for n in (1, 2)]
    assert results[0].sha256 == results[1].sha256
    frames = list(decode(results[1].output))
    assert len(frames) == 72
    found = wrong(clips, DECLARED, frames, fps)
    assert not found, found[:20]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("html", "name"),
    [
        ('<video src="junk.mp4"></video>', "junk.mp4"),
        ('<video><source src="gone.mp4"><source src="hevc.mp4"></video>', "hevc.mp4"),
        ('<div><template shadowrootmode="open"><video src="junk.mp4"></video></template></div>', "junk.mp4"),
    ],
    ids=["damaged", "no-decoder", "in-a-shadow-root"],
)
async def test_a_source_that_cannot_be_played_is_named(
    browser: RunningBrowser, site: Site, html: str, name: str
) -> None:
    (site.root / "junk.mp4").write_bytes(bytes(range(256)) * 16)
    if not (site.root / "hevc.mp4").exists():
        Clip("hevc.mp4", HEVC, "30", 3).write(site.root)
    (site.root / "broken.html").write_text(f"<!doctype html>{html}", encoding="utf-8")
    request = PageRequest(site.url("broken.html"), SIZE, FrameRate(FPS), {}, timeout=20)
    with pytest.raises(
        MediaUnplayable, match=rf"cannot play: .*DEMUXER.* \({name}, while loading\)"
    ) as caught:
        await PageSession.open(browser.context, request)
    assert caught.value.exit_code == 2
    assert "--browser" in caught.value.advice
    session = await PageSession.open(browser.context, attrs.evolve(request, allow_errors=True))
    try:
        await session.advance(1)
        assert [problem.script for problem in session.verdict.problems] == [name]
    finally:
        await session.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_missing_video_is_a_warning_as_a_missing_image_is(
    browser: RunningBrowser, site: Site
) -> None:
    html = (
        '<!doctype html><img src="no.png"><video src="no.mp4"></video><video><source src="no.webm"></video>'
    )
    (site.root / "missing.html").write_text(html, encoding="utf-8")
    request = PageRequest(site.url("missing.html"), SIZE, FrameRate(FPS), {}, timeout=20)
    session = await PageSession.open(browser.context, request)
    try:
        await session.advance(1)
        said = sorted(session.take_warnings())
    finally:
        await session.close()
    assert said == [
        "img no.png could not be loaded: 404 Not Found.",
        "video no.mp4 could not be loaded: 404 Not Found.",
        "video no.webm could not be loaded: 404 Not Found.",
    ]


async def test_a_render_with_a_broken_video_leaves_nothing(render: Render, tmp_path: Path) -> None:
    (tmp_path / "junk.mp4").write_bytes(b"no video")
    (tmp_path / "page.html").write_text('<!doctype html><video src="junk.mp4"></video>', encoding="utf-8")
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(MediaUnplayable):
        await render(tmp_path / "page.html", output=str(folder / "video.mp4"), duration=1)
    assert list(folder.iterdir()) == []
