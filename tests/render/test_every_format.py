"""Every format by whole renders: equal bytes at any concurrency, what files say, sound beside its picture."""

import asyncio
import re
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from helios_renders.encode.sound_file import SAMPLE_RATE
from helios_renders.encode.webp import frame_durations
from helios_renders.render.output_files import output_digest
from helios_renders.render.result import RenderResult
from render.conftest import Render
from render.format_facts import FFMPEG, Facts, facts, rgba
from render.pixels import presentation_times
from render.sound import Samples, click_places, clicks, streams, write_wav

FPS = 3
FRAMES = 15
"""The chunks begin at the frames 0, 6 and 12."""
FLASHES = (0, 7, 14)
"""At the start, in the middle and at the end."""
PART = range(5, 15)
SIDE = 64
"""Pixels; AV1 takes no fewer."""
BITS = 4
HUNDREDTH = Fraction(1, 100)
"""Of a second, in which a GIF counts."""
MILLISECOND = SAMPLE_RATE // 1000
AUDIO_FRAME = Fraction(1024, SAMPLE_RATE)
"""Of AAC, the longest of all."""
PAGE = f"""<!doctype html>
<meta name="helios:size" content="{SIDE}x{SIDE}">
<meta name="helios:fps" content="{FPS}">
<meta name="helios:duration" content="{FRAMES / FPS}">
<link rel="icon" href="data:,">
<style>body {{ margin: 0 }} canvas {{ display: block }}</style>
<canvas width="{SIDE}" height="{SIDE}"></canvas>
<audio src="clicks.wav" autoplay></audio>
<script>
const context = document.querySelector("canvas").getContext("2d", {{ alpha: false }});
requestAnimationFrame(function draw() {{
  const frame = Math.round(performance.now() * {FPS} / 1000);
  context.fillStyle = {list(FLASHES)}.includes(frame) ? "#fff" : "#000";
  context.fillRect(0, 0, {SIDE}, {SIDE});
  for (let bit = 0; bit < {BITS}; bit++) {{
    context.fillStyle = frame >> bit & 1 ? "#fff" : "#000";
    context.fillRect(bit * 16, 32, 16, 32);
  }}
  requestAnimationFrame(draw);
}});
</script>"""
"""The lower half shows the frame's number, the upper one flashes."""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "composition"
    folder.mkdir()
    places = [frame * SAMPLE_RATE // FPS for frame in FLASHES]
    write_wav(folder / "clicks.wav", clicks(places, FRAMES * SAMPLE_RATE // FPS))
    page = folder / "page.html"
    page.write_text(PAGE)
    return page


@attrs.frozen
class Shown:
    """A frame as it can be seen."""

    number: int
    is_flash: bool


def shown(path: Path) -> list[Shown]:
    """What the frames of a file show."""
    found = []
    for frame in rgba(path, (SIDE, SIDE))[..., 0]:
        bits = [int(frame[48, 16 * bit + 8] > 127) for bit in range(BITS)]
        found.append(Shown(sum(bit << place for place, bit in enumerate(bits)), bool(frame[16, 32] > 127)))
    return found


def as_played(file: Path) -> Samples:
    """The sound of a file from its time 0 on, whatever time its first packet has."""
    command = [FFMPEG, "-v", "error", "-copyts", "-i", str(file), "-map", "0:a:0"]
    command += ["-af", f"aresample={SAMPLE_RATE}:async=1:first_pts=0", "-f", "f32le", "-ac", "2", "-"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60, stdin=subprocess.DEVNULL)
    return np.frombuffer(done.stdout, "<f4").astype(float).reshape(-1, 2)


def assert_sound_meets_picture(video: Path, frames: range) -> None:
    """Click and flash come together, and both tracks are equally long."""
    seen = shown(video)
    assert seen == [Shown(number, number in FLASHES) for number in frames]
    times = [time for time, each in zip(presentation_times(video), seen, strict=True) if each.is_flash]
    sound = as_played(video)
    found = click_places(sound)
    assert len(found) == len(times), (found, times)
    off = [abs(place - time * SAMPLE_RATE) for place, time in zip(found, times, strict=True)]
    assert max(off) <= MILLISECOND, (found, times)
    length = Fraction(len(frames), FPS)
    assert abs(Fraction(len(sound), SAMPLE_RATE) - length) <= AUDIO_FRAME
    stated = re.search(r"Duration: 00:00:(\d+\.\d+), start: (-?\d+\.\d+)", streams(video))
    assert stated is not None
    assert abs(Fraction(stated[1]) - length) <= AUDIO_FRAME


VIDEO = "tv, bt709"
H264 = Facts("h264", "yuv420p", VIDEO, f"{SIDE}x{SIDE}", FPS)
H265, AV1, VP9 = (attrs.evolve(H264, codec=name) for name in ("hevc", "av1", "vp9"))
PRORES = attrs.evolve(H264, codec="prores", pixel_format="yuv422p10le")
CLEAR = attrs.evolve(PRORES, pixel_format="yuva444p12le")


def short(value: object) -> str | None:
    """A case's name: what was asked for, and nothing of what is expected."""
    return "-".join(map(str, value.values())) if isinstance(value, dict) else ""


@attrs.frozen
class Renders:
    """Renders of the page."""

    render: Render
    page: Path
    folder: Path

    async def __call__(self, *asked: dict[str, Any]) -> list[RenderResult]:
        """One render for each of these requests, all at once; each output in a folder of its own."""
        rendered = await asyncio.gather(
            *(
                self.render(
                    self.page,
                    **{
                        **options,
                        "surface": "canvas",
                        "output": str(self.folder / str(at) / options["output"]),
                    },
                )
                for at, options in enumerate(asked)
            )
        )
        return [each.result for each in rendered]


@pytest.fixture
def renders(render: Render, page: Path, tmp_path: Path) -> Renders:
    return Renders(render, page, tmp_path)


@pytest.mark.parametrize(
    ("asked", "stated", "sound"),
    [
        ({"output": "a.mp4"}, H264, "aac"),
        ({"output": "a.webm"}, VP9, "opus"),
        ({"output": "a.mov"}, PRORES, "pcm_s16le"),
        ({"output": "a.mov", "codec": "h264", "audio_codec": "aac"}, H264, "aac"),
        ({"output": "a.mp4", "codec": "av1", "audio_codec": "opus"}, AV1, "opus"),
        ({"output": "a.mp4", "codec": "h265"}, H265, None),
        ({"output": "a.webm", "codec": "av1"}, AV1, None),
        ({"output": "a.mov", "codec": "prores-4444", "transparent": True}, CLEAR, None),
    ],
    ids=short,
)
async def test_a_video_has_the_same_bytes_at_any_concurrency_and_its_clicks_meet_its_flashes(
    renders: Renders, asked: dict[str, Any], stated: Facts, sound: str | None
) -> None:
    """`sound` is the audio codec of the containers whose ranges are rendered too."""
    wanted = [asked, {**asked, "concurrency": 3}]
    wanted += [{**asked, "range": f"{PART.start}:{PART.stop}"}] if sound else []
    one, many, *parts = await renders(*wanted)
    assert one.sha256 == many.sha256 == output_digest(many.output)
    assert (one.concurrency.effective, many.concurrency.effective) == (1, 3)
    assert facts(many.output) == stated
    assert_sound_meets_picture(many.output, range(FRAMES))
    for part in parts:
        assert re.findall(r"Audio: (\w+)", streams(part.output)) == [sound]
        assert_sound_meets_picture(part.output, PART)


LOOP = Facts("gif", "bgra", "", f"{SIDE}x{SIDE}", FPS)


@pytest.mark.parametrize(
    ("output", "stated"),
    [
        ("a.gif", LOOP),
        (
            "a.apng",
            attrs.evolve(LOOP, codec="apng", pixel_format="rgb24", colours="pc, gbr/bt709/iec61966-2-1"),
        ),
        ("a.webp", None),
    ],
)
async def test_a_loop_has_the_same_bytes_at_any_concurrency(
    renders: Renders, output: str, stated: Facts | None
) -> None:
    one, many = await renders({"output": output}, {"output": output, "concurrency": 3})
    assert one.sha256 == many.sha256 == output_digest(many.output)
    assert shown(many.output) == [Shown(number, number in FLASHES) for number in range(FRAMES)]
    if stated is None:
        times = [Fraction(sum(frame_durations(many.output)[:number]), 1000) for number in range(FRAMES)]
    else:
        assert attrs.evolve(facts(many.output), fps=FPS) == stated
        times = presentation_times(many.output)
    assert max(abs(time - Fraction(number, FPS)) for number, time in enumerate(times)) <= HUNDREDTH


@pytest.mark.parametrize(
    ("kind", "still"), [("png-sequence", ".png"), ("jpeg-sequence", ".jpg"), ("webp-sequence", ".webp")]
)
async def test_a_folder_of_pictures_is_the_same_at_any_concurrency_and_a_still_is_one_of_them(
    renders: Renders, kind: str, still: str
) -> None:
    asked = {"output": "frames", "format": kind}
    one, many, single = await renders(
        asked, {**asked, "concurrency": 3}, {"output": f"a{still}", "range": "14:15"}
    )
    assert one.sha256 == many.sha256 == output_digest(many.output)
    assert sorted(path.name for path in many.output.iterdir()) == [
        f"frame-{number:06d}{still}" for number in range(FRAMES)
    ]
    seen = [shown(many.output / f"frame-{number:06d}{still}") for number in (13, 14)]
    assert seen == [[Shown(13, is_flash=False)], [Shown(14, is_flash=True)]]
    assert single.output.read_bytes() == (many.output / f"frame-000014{still}").read_bytes()
