"""An ffmpeg that cannot encode the sound: refused as soon as there is known to be any, and not before."""

import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from helios_renders.encode.ffmpeg import ENVIRONMENT_VARIABLE, find_ffmpeg
from helios_renders.encode.sound_file import SAMPLE_RATE
from helios_renders.errors import FfmpegMissing
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.events import FrameCaptured, RenderEvent, WorkerReady
from helios_renders.render.orchestrator import RenderOrchestrator
from render.conftest import PAGES
from render.sound import clicks, streams, write_wav

DEAF = """#!/bin/sh
case "$*" in
*-encoders*) "{ffmpeg}" "$@" | grep -v libopus; exit ;;
esac
exec "{ffmpeg}" "$@"
"""


@pytest.fixture
def deaf(tmp_path: Path) -> Path:
    """An ffmpeg without an encoder of Opus, which is all that WebM carries."""
    program = tmp_path / "ffmpeg"
    program.write_text(DEAF.format(ffmpeg=find_ffmpeg().path))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def page_of(folder: Path, body: str) -> Path:
    page = folder / "composition" / "page.html"
    page.parent.mkdir()
    write_wav(page.with_name("a.wav"), clicks([0], SAMPLE_RATE // 10))
    metas = {"size": "64x36", "fps": 10, "duration": 0.3}
    head = "".join(f'<meta name="helios:{name}" content="{value}">' for name, value in metas.items())
    page.write_text(f'<!doctype html>{head}<link rel="icon" href="data:,">{body}')
    return page


async def render(page: Path, deaf: Path, events: list[RenderEvent], **asked: Any) -> Path:
    output = page.parents[1] / "renders" / "video.webm"
    options = StartRenderOptions(
        composition=str(page), output=output, ffmpeg=deaf, surface="screenshot", **asked
    ).checked()
    return (await RenderOrchestrator.render(options, events.append)).output


async def refused(page: Path, deaf: Path, events: list[RenderEvent], **asked: Any) -> str:
    with pytest.raises(FfmpegMissing) as failure:
        await render(page, deaf, events, **asked)
    assert failure.value.exit_code == 2
    assert failure.value.advice == "Name an ffmpeg that has it, or render without sound."
    assert not (page.parents[1] / "renders").exists()
    start = f"The ffmpeg {deaf} (from option) lacks the encoder libopus, and "
    assert failure.value.message.startswith(start)
    return failure.value.message.removeprefix(start)


def test_another_ffmpeg_is_taken_if_it_has_what_the_first_one_lacks(
    tmp_path: Path, deaf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(deaf.parent), prepend=os.pathsep)
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    pictures = frozenset({"libx264"})
    assert find_ffmpeg(None, pictures).path == deaf
    assert find_ffmpeg(None, pictures, frozenset({"libopus"})).source == "imageio-ffmpeg"
    nobody = frozenset({"libnobody"})
    lacking = find_ffmpeg(None, pictures, nobody)
    assert (lacking.path, lacking.lacks) == (deaf, nobody)


async def test_a_track_is_refused_before_the_page_is_opened(tmp_path: Path, deaf: Path) -> None:
    page, events = page_of(tmp_path, ""), list[RenderEvent]()
    told = await refused(page, deaf, events, audio_tracks=[str(page.with_name("a.wav"))])
    assert told == "the track a.wav is to be heard."
    assert not [event for event in events if isinstance(event, WorkerReady)]


@pytest.mark.parametrize("more", ["", "<script>setInterval(() => {}, 10)</script>"])
async def test_what_the_probe_hears_is_refused_before_a_frame_is_rendered(
    tmp_path: Path, deaf: Path, more: str
) -> None:
    page, events = page_of(tmp_path, f'<audio src="a.wav" autoplay></audio>{more}'), list[RenderEvent]()
    assert await refused(page, deaf, events) == "the page plays audio (a.wav)."
    assert not [event for event in events if isinstance(event, FrameCaptured)]


async def test_what_only_a_run_can_hear_is_refused_after_it(tmp_path: Path, deaf: Path) -> None:
    page = page_of(tmp_path, '<script>setTimeout(() => new Audio("a.wav").play(), 123)</script>')
    told = await refused(page, deaf, [])
    assert told == "the page began to play audio (a.wav) while it was rendered."


async def test_a_page_that_turns_out_silent_is_rendered(tmp_path: Path, deaf: Path) -> None:
    page = page_of(tmp_path, '<video src="numbers.webm" autoplay></video><audio src="a.wav"></audio>')
    page.with_name("numbers.webm").write_bytes((PAGES / "assets" / "numbers.webm").read_bytes())
    assert re.findall(r"Stream #.*?(Audio|Video): (\w+)", streams(await render(page, deaf, []))) == [
        ("Video", "vp9")
    ]
