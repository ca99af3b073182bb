"""The clock: the script that owns a page's time, put together for one page."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from helios_renders.composition.addresses import BUILT_IN

EPOCH_MS = 1_704_067_200_000
"""Virtual time 0 as a date: 2024-01-01T00:00:00Z, in milliseconds since 1970."""

SEED = 0x12345678

MAX_AUDIO_SECONDS = 1200
"""How much sound of Web Audio a page may hold: 384 kB a second, which is 461 MB."""

_BASIS = ("natives", "time", "pending")
_STYLES = ("sheets", "nearness", "stills", "css-chance", "uses", "view-transitions", "scrolling")
_MEDIA = ("media", "media-placement", "media-sources", "media-pictures", "sound")
_WEB_AUDIO_PARTS = ("channels", "order", "rest", "context", "sources", "tickers")
_WEB_AUDIO = ("web-audio", *(f"web-audio-{part}" for part in _WEB_AUDIO_PARTS))
_PARTS = (*_BASIS, *_STYLES, "animations", *_MEDIA, *_WEB_AUDIO, "smil", "hooks", "control")


def clock_script(
    props: Mapping[str, Any] | None = None,
    fps: float = 30.0,
    *,
    readable_canvas: bool = False,
    seconds: float | None = None,
) -> str:
    """The script to run in every frame of a page before the page's own first script.

    `props` are the input props; `fps` is told to a page whose contract counts in frames and names no rate.
    `readable_canvas` keeps what is drawn on canvases readable until the next frame. `seconds` is how long
    the page will be run, where that is known.
    """
    options = json.dumps(
        {
            "epoch": EPOCH_MS,
            "seed": SEED,
            "props": dict(props or {}),
            "fps": fps,
            "readableCanvas": readable_canvas,
            "seconds": seconds,
            "maxAudioSeconds": MAX_AUDIO_SECONDS,
        }
    )
    options = options.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return _wrap(options, _source())


@cache
def page_script(name: str) -> str:
    """The text of a script of this room's `page` folder, such as `probe.js`."""
    return resources.files(__package__).joinpath("page", name).read_text(encoding="utf-8")


@cache
def surface_script(name: str) -> str:
    """The script that lets the surface of this name hand over its frames (`page/surface`)."""
    names = ("ring", "unseen", "damage", name) if name == "element" else ("ring", "unseen", name)
    parts = "\n".join(page_script(f"surface/{part}.js") for part in names)
    return f'(() => {{ "use strict";\n{parts}\n}})();'


@cache
def transport_script(name: str) -> str:
    """The script of the worker that carries frames by the transport of this name (`ring`, `upload`)."""
    return "\n".join(page_script(f"surface/{part}.js") for part in (f"{name}-worker", "worker"))


@cache
def _source() -> str:
    return "\n".join(page_script(f"clock/{part}.js") for part in _PARTS)


def _wrap(options: str, source: str) -> str:
    # A frame's window can outlive its first, empty document: the clock that is there takes the new one.
    return (
        '(() => { "use strict";\n'
        f"if (window.top === window && location.pathname.startsWith({json.dumps(BUILT_IN)})) return;\n"
        "if (window.__heliosClock) { window.__heliosClock.local.take(); return; }\n"
        f"const options = {options};\n{source}\n}})();"
    )
