"""A place on the page is named by what a person sees there."""

from pathlib import Path

from helios_renders.capture.launch import RunningBrowser
from helios_renders.capture.request import PageRequest
from helios_renders.capture.session import PageSession
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.site import Site
from helios_renders.composition.spec import Size

_PAGE = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0 } body > * { position: absolute; left: 0; width: 100px; height: 30px }
</style>
<canvas id="chart" style="top: 0"></canvas>
<div class="card wide third" style="top: 40px"><img alt="" src="data:," width="90" height="20"></div>
<p style="top: 80px; pointer-events: none">seen</p>
<div id="host" style="top: 120px"><template shadowrootmode="open"><b class="deep">shadow</b></template></div>
<iframe style="top: 160px; border: 4px solid" srcdoc="<body style='margin:0'><div><i>in</i></div>"></iframe>
"""


async def test_elements_are_found_in_frames_and_shadow_roots(browser: RunningBrowser, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(_PAGE, encoding="utf-8")
    async with Site(tmp_path) as site:
        page = PageRequest(site.url("page.html"), Size(320, 240), FrameRate(10), {}, timeout=30)
        session = await PageSession.open(browser.context, page)
        await session.advance(0)
        places = [(10, 10), (10, 45), (10, 100), (10, 130), (8, 170), (300, 200), (400, 10)]
        found = [await session.element_at(*place) for place in places]
    assert found == ["canvas#chart", "div.card.wide > img", "body > p", "b.deep", "div > i", "html", None]
