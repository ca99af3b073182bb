"""With the network policy `local` a page reaches nothing but its own files, and a person hears of it."""

from pathlib import Path

import pytest

from helios_renders.capture.names import BEGIN_FRAME, CANVAS, ELEMENT, SCREENSHOT
from helios_renders.capture.request import PageRequest
from helios_renders.capture.surface import open_surface
from helios_renders.composition.addresses import STAGE
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.render.events import Warned
from render.conftest import PAGES, Render, skip_unless_possible
from render.pixels import decode, read_barcode
from render.staging import running_browser
from render.ways_out import WAYS, Listener, RedirectingSite, listening, site_with_ways

FRAMES = 3
LIMIT_SECONDS = 20


async def try_ways(
    site: RedirectingSite, surface: str, profiles: Path, *, local: bool
) -> tuple[set[str], int]:
    """Draws the page's first frames once all ways are tried; answers what was refused and what was drawn."""
    only_host = site.host if local else None
    async with running_browser(profiles, only_host) as browser:
        address = site.url("page.html")
        page = PageRequest(address, Size(320, 180), FrameRate(30), {}, timeout=30, only_host=only_host)
        opened = await open_surface(surface, browser, page, site.url(STAGE), stateless=False, stepwise=True)
        try:
            assert await opened.session._ask("window.tried")
            # Where datagrams may go, the browser would wait for an answer for a minute.
            assert not local or await opened.session._ask("window.gathered")
            drawn = len([frame async for frame in opened.frames(0, FRAMES - 1)])
            refused = set(opened.session.refused)
        finally:
            await opened.close()
    return refused, drawn


def addresses(listener: Listener) -> set[str]:
    """Where all ways lead."""
    there = f"127.0.0.1:{listener.port}"
    return {f"{'ws' if way == 'websocket' else 'http'}://{there}/{way}" for way in WAYS}


@pytest.mark.parametrize("surface", [ELEMENT, CANVAS, SCREENSHOT, BEGIN_FRAME])
async def test_nothing_leaves_a_local_page(tmp_path: Path, surface: str) -> None:
    skip_unless_possible(surface)
    page = PAGES / ("barcode-canvas.html" if surface == CANVAS else "barcode.html")
    async with listening() as listener, site_with_ways(tmp_path / "site", page, listener) as site:
        refused, drawn = await try_ways(site, surface, tmp_path, local=True)
        assert (listener.connections, listener.has_datagram) == (0, False), listener.arrived
        assert refused == addresses(listener)
        assert drawn == FRAMES


async def test_every_way_is_one_where_the_network_is_allowed(tmp_path: Path) -> None:
    async with listening() as listener:
        async with site_with_ways(tmp_path / "site", PAGES / "barcode.html", listener) as site:
            refused, drawn = await try_ways(site, SCREENSHOT, tmp_path, local=False)
        await listener.wait_for(WAYS, LIMIT_SECONDS)
        assert (refused, drawn) == (set(), FRAMES)


async def test_a_render_names_once_what_its_page_was_kept_from(render: Render, tmp_path: Path) -> None:
    async with listening() as listener:
        there = f"http://127.0.0.1:{listener.port}"
        own = f'<img hidden src="{there}/b.png"><script>fetch("{there}/a").catch(() => 0)</script>'
        page = tmp_path / "page.html"
        page.write_text((PAGES / "barcode.html").read_text().replace("</body>", f"{own}</body>"))
        rendered = await render(page, network="local", range="50:70", concurrency=2)
        assert listener.connections == 0
    kept = f"The network is local, so the page was kept from {there}/a, {there}/b.png."
    assert rendered.result.warnings == (kept,)
    assert [event.message for event in rendered.events if isinstance(event, Warned)] == [kept]
    assert [read_barcode(frame) for frame in decode(rendered.result.output)] == list(range(50, 70))
