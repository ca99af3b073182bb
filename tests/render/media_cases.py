"""Ways in which a page plays videos, and the moment of its source that each has to show."""

from collections.abc import Callable
from fractions import Fraction

import attrs

from render.clips import AV1, H264, HEIGHT, VP9, WIDTH, Clip

FPS, FRAMES = 30, 90
COLUMNS = 3

VP9_30 = Clip("vp9-30.webm", VP9, "30", 90)
VP9_NTSC = Clip("vp9-ntsc.webm", VP9, "30000/1001", 90)
VP9_25 = Clip("vp9-25.webm", VP9, "25", 20)
H264_25 = Clip("h264-25.mp4", H264, "25", 75)
H264_NTSC = Clip("h264-ntsc.mp4", H264, "30000/1001", 90)
AV1_NTSC = Clip("av1-ntsc.mp4", AV1, "30000/1001", 140)
CLIPS = (VP9_30, VP9_NTSC, VP9_25, H264_25, H264_NTSC, AV1_NTSC)

Seconds = Fraction
_ZERO = Fraction(0)


@attrs.frozen
class Case:
    """One video on a page."""

    clip: Clip
    html: str
    """With `{source}` for the clip's address, `{data}` for its bytes and `{place}` for a style."""
    moment: Callable[[Fraction], Fraction | None] = lambda time: time
    """From the composition's time to the source's, in seconds; None where no frame of the clip shows."""
    script: str = ""
    """What is done to it; `{id}` is its id."""


def from_(
    start: str, *, seek: str = "0", rate: str = "1", until: str = "99"
) -> Callable[[Fraction], Fraction]:
    """Stands at `seek` until `start`, and again from `until` on."""

    def moment(time: Fraction) -> Fraction:
        passed = max(_ZERO, min(time, Fraction(until)) - Fraction(start))
        return Fraction(seek) + passed * Fraction(rate)

    return moment


def looped(length: str) -> Callable[[Fraction], Fraction]:
    return lambda time: time % Fraction(length)


def shown_from(start: str, moment: Callable[[Fraction], Fraction]) -> Callable[[Fraction], Fraction | None]:
    return lambda time: moment(time) if time >= Fraction(start) else None


_VIDEO = '<video id="{id}" src="{source}" style="{place}" muted'
_CANVAS = f'<canvas id="{{id}}" width="{WIDTH}" height="{HEIGHT}" style="{{place}}"></canvas>'

DECLARED = (
    Case(VP9_30, f"{_VIDEO} autoplay></video>"),
    Case(VP9_NTSC, f"{_VIDEO} autoplay></video>"),
    Case(AV1_NTSC, f"{_VIDEO} autoplay></video>"),
    Case(H264_NTSC, f"{_VIDEO} autoplay></video>"),
    Case(H264_25, f"{_VIDEO} autoplay></video>"),
    Case(VP9_25, f"{_VIDEO} autoplay loop></video>", looped("0.8")),
    Case(
        H264_25,
        f'{_VIDEO} data-helios-offset="0.5" data-helios-seek="0.4"></video>',
        from_("0.5", seek="0.4"),
    ),
    Case(
        VP9_30,
        f'<div data-composition-id="main" data-start="0.2">{_VIDEO} data-start="0.3" data-duration="1" '
        'data-media-start="0.5"></video></div>',
        from_("0.5", seek="0.5", until="1.5"),
    ),
    Case(VP9_30, f'{_VIDEO} autoplay playbackRate="1.5"></video>', from_("0", rate="1.5")),
    Case(
        VP9_25,
        '<video style="{place}" autoplay muted loop>'
        '<source src="data:video/mp4,junk"><source src="{data}"></video>',
        looped("0.8"),
    ),
    Case(
        VP9_30,
        '<iframe style="{place};border:0" srcdoc="<body style=margin:0><video src={source} autoplay muted '
        'style=display:block></video>"></iframe>',
    ),
    Case(H264_25, f"{_VIDEO}></video>", lambda _: _ZERO),
)
"""Nothing but markup, so that the clock may jump."""

SCRIPTED = (
    Case(
        AV1_NTSC,
        f"{_VIDEO}></video>",
        from_("0", rate="1.5"),
        "{id}.playbackRate = 1.5; {id}.play();",
    ),
    Case(
        VP9_30,
        f'{_VIDEO} preload="none" poster="{{poster}}"></video>',
        shown_from("0.705", from_("0.705", until="1.405")),
        "setTimeout(() => {id}.play(), 705); setTimeout(() => {id}.pause(), 1405);",
    ),
    Case(
        H264_25,
        '<div id="{id}" style="{place}"></div>',
        shown_from("1", from_("1")),
        """setTimeout(async () => {{
          const blob = await (await fetch("{source}")).blob();
          const root = {id}.attachShadow({{ mode: "closed" }});
          root.innerHTML = `<video src="${{URL.createObjectURL(blob)}}" autoplay muted></video>`;
        }}, 1000);""",
    ),
    Case(
        VP9_30,
        f"{_VIDEO} autoplay></video>",
        lambda time: time if time < Fraction("0.5") else from_("0.5", seek="0.2", rate="2")(time),
        "setTimeout(() => {{ {id}.src = '{source}?again'; {id}.currentTime = 0.2; {id}.playbackRate = 2; "
        "{id}.play(); }}, 500);",
    ),
    Case(
        VP9_NTSC,
        f"{_VIDEO}></video>",
        lambda time: time / 2,
        "onFrame((seconds) => {{ {id}.currentTime = seconds / 2; }});",
    ),
    Case(
        VP9_25,
        f"{_VIDEO} autoplay></video>",
        lambda time: time if time < Fraction("0.8") else time - Fraction("0.8"),
        "let again = 0; {id}.onended = () => again++ || {id}.play();",
    ),
    Case(
        H264_25,
        _CANVAS,
        lambda time: time,
        """const detached = Object.assign(document.createElement("video"), {{ src: "{source}" }});
        detached.play(); onFrame(() => {id}.getContext("2d").drawImage(detached, 0, 0));""",
    ),
    Case(
        VP9_30,
        _CANVAS,
        lambda time: (time // Fraction("0.07")) * Fraction("0.07"),
        """const sampled = Object.assign(document.createElement("video"), {{ src: "{source}", muted: true }});
        sampled.play(); const context = {id}.getContext("2d");
        const sample = () => context.drawImage(sampled, 0, 0);
        onFrame((seconds) => {{ if (seconds < 0.01) sample(); }}); setInterval(sample, 70);""",
    ),
    Case(
        VP9_30,
        f'{_CANVAS}<video id="{{id}}video" src="{{source}}" muted autoplay style="opacity: 0"></video>',
        lambda time: time,
        """const draw = () => {{ {id}.getContext("2d").drawImage({id}video, 0, 0);
          {id}video.requestVideoFrameCallback(draw); }}; {id}video.requestVideoFrameCallback(draw);""",
    ),
)
"""Played, moved and drawn by scripts."""
