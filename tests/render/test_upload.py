"""Where no ring can be, the same frames go by upload; where neither can be, a clear error says so."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import attrs
import pytest
from playwright.async_api import async_playwright

from helios_renders.capture.browser import ARGUMENTS
from helios_renders.capture.launch import RunningBrowser, address_of, launch, reserve_port
from helios_renders.capture.names import CANVAS, ELEMENT
from helios_renders.capture.request import PageRequest
from helios_renders.capture.surface import open_surface
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.site import Site
from helios_renders.composition.spec import Size
from helios_renders.composition.stage import add_stage
from helios_renders.digest import file_digest
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.video import ChunkEncoder, EncoderSettings
from helios_renders.errors import BrowserFailed
from render.conftest import PAGES
from render.pixels import decode, read_barcode
from render.staging import launch_options

SIZE = Size(320, 180)
FPS = FrameRate(30)
FRAMES = 40
REASON = "The browser keeps its file system in another way than is known."


@attrs.frozen
class Browsers:
    """One browser with files that can be mapped, and one without, which reaches nothing but the site."""

    ordinary: RunningBrowser
    without_files: RunningBrowser


@pytest.fixture
async def browsers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, site: Site) -> AsyncIterator[Browsers]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    local, upload = launch_options(site.host), reserve_port()
    arguments = [*ARGUMENTS, *local.graphics_arguments, *local.network_arguments(address_of(upload))]
    async with async_playwright() as playwright:
        ordinary = await launch(playwright, launch_options())
        other = await playwright.chromium.launch(
            executable_path=local.executable, args=arguments, chromium_sandbox=local.sandbox.on
        )
        # A context without a profile keeps the pages' files where nobody else can read them.
        context = await other.new_context(device_scale_factor=1)
        yield Browsers(ordinary, RunningBrowser(context, tmp_path / "none", playwright, local, upload))
        upload.close()
        await other.close()
        await ordinary.close()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    root = tmp_path / "pages"
    root.mkdir()
    for name in ("barcode-canvas.html", "css-keyframes.html", "base.css"):
        shutil.copy(PAGES / name, root)
    text = (root / "barcode-canvas.html").read_text()
    for name, policy in (
        ("no-connection.html", "connect-src 'self'"),
        ("no-worker.html", "worker-src 'none'"),
    ):
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        (root / name).write_text(text.replace('<meta charset="utf-8">', f'<meta charset="utf-8">{meta}'))
    async with Site(root) as site:
        add_stage(site)
        yield site


async def encode(browser: RunningBrowser, site: Site, name: str, page: str, path: Path) -> list[str]:
    """Writes a video of the page's first frames; answers the warnings."""
    request = PageRequest(site.url(page), SIZE, FPS, {}, timeout=30)
    surface = await open_surface(name, browser, request, site.url(STAGE), stateless=False)
    settings = EncoderSettings(18, "veryfast", 30, SIZE, SIZE, SIZE, FPS)
    encoder = await ChunkEncoder.start(str(find_ffmpeg().path), settings, surface.pixel_format, FRAMES, path)
    async for pixels in surface.frames(0, FRAMES - 1):
        await encoder.write(pixels)
    await encoder.finish()
    await surface.close()
    return surface.session.verdict.warnings


@pytest.mark.parametrize(("name", "page"), [(CANVAS, "barcode-canvas.html"), (ELEMENT, "css-keyframes.html")])
async def test_the_same_video_by_upload(
    browsers: Browsers, site: Site, tmp_path: Path, name: str, page: str
) -> None:
    ring, upload = tmp_path / "ring.mp4", tmp_path / "upload.mp4"
    assert await encode(browsers.ordinary, site, name, page, ring) == []
    assert await encode(browsers.without_files, site, name, page, upload) == [
        f"Frames go by upload, which is slower, because the ring fails. {REASON}"
    ]
    assert file_digest(upload) == file_digest(ring)
    if name == CANVAS:
        assert [read_barcode(frame) for frame in decode(upload)] == list(range(FRAMES))


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("no-connection.html", f"Frames cannot leave the page. {REASON} The page cannot open the upload:"),
        ("no-worker.html", "Frames cannot leave the page. The page cannot open the ring:"),
    ],
)
async def test_a_page_that_forbids_both_ways(browsers: Browsers, site: Site, page: str, words: str) -> None:
    request = PageRequest(site.url(page), SIZE, FPS, {}, timeout=30)
    with pytest.raises(BrowserFailed) as caught:
        await open_surface(CANVAS, browsers.without_files, request, None, stateless=False)
    assert caught.value.message.startswith(words)
    assert "--surface screenshot" in caught.value.advice
    assert browsers.without_files.context.pages == []
