"""Files that hold nothing but the sound of a composition."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helios_renders.encode.sound_file import SAMPLE_RATE
from helios_renders.errors import InvalidOption
from helios_renders.render.events import FrameAdvanced
from render.conftest import Render
from render.sound import assert_clicks, clicks, decode_sound, read_wav, streams, write_wav

SECONDS, FPS = 3, 10
FADING = "<style>body { animation: f 3s } @keyframes f { from { opacity: 0 } }</style>"
AT_ONCE = '<audio src="clicks.wav" autoplay></audio>'
LATE = """<audio src="clicks.wav"></audio><script>
setTimeout(() => document.querySelector("audio").play(), 500);
requestAnimationFrame(function draw() { requestAnimationFrame(draw); });</script>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "composition"
    folder.mkdir()
    write_wav(folder / "clicks.wav", clicks([0, SAMPLE_RATE], SAMPLE_RATE * 3 // 2))
    return folder


def page_of(folder: Path, body: str) -> Path:
    metas = {"size": "64x36", "fps": FPS, "duration": SECONDS}
    head = "".join(f'<meta name="helios:{name}" content="{value}">' for name, value in metas.items())
    page = folder / "page.html"
    page.write_text(f'<!doctype html>{head}<link rel="icon" href="data:,">{FADING}{body}')
    return page


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.wav", "pcm_s16le"), ("a.m4a", "aac"), ("a.opus", "opus"), ("a.flac", "flac")],
)
async def test_a_file_of_sound_has_all_of_it_in_its_place(
    render: Render, folder: Path, tmp_path: Path, name: str, codec: str
) -> None:
    result = (await render(page_of(folder, AT_ONCE), output=str(tmp_path / name))).result
    assert re.findall(r"Stream #.*?(Audio|Video): (\w+)", streams(result.output)) == [("Audio", codec)]
    sound = decode_sound(result.output)
    assert abs(len(sound) - SECONDS * SAMPLE_RATE) <= SAMPLE_RATE / FPS
    assert_clicks(sound, 0, 1)
    assert (result.surface, result.audio) == ("none", ("audio (clicks.wav)",))


async def test_a_page_that_must_be_run_is_heard_to_its_end_and_a_range_is_its_part(
    render: Render, folder: Path, tmp_path: Path
) -> None:
    page = page_of(folder, LATE)
    whole = await render(page, output=str(tmp_path / "whole.wav"))
    again = await render(page, output=str(tmp_path / "again.wav"), concurrency=3)
    part = await render(page, output=str(tmp_path / "part.wav"), range="10:20")
    assert again.result.sha256 == whole.result.sha256
    sound = read_wav(whole.result.output)
    assert len(sound) == SECONDS * SAMPLE_RATE
    assert_clicks(sound / 32768, 0.5, 1.5)
    assert np.array_equal(read_wav(part.result.output), sound[SAMPLE_RATE : 2 * SAMPLE_RATE])
    told = [event.frame for event in whole.events if isinstance(event, FrameAdvanced)]
    assert told == list(range(SECONDS * FPS))


async def test_what_cannot_be_is_refused_and_leaves_nothing(render: Render, folder: Path) -> None:
    page, videos = page_of(folder, ""), folder.parent / "videos"
    videos.mkdir()
    output = str(videos / "a.wav")
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({}, "WAV holds sound alone, and this render has none"),
        ({"transparent": True}, "Transparency was asked for, and WAV with No Pictures carries none"),
        ({"codec": "h264"}, "Codec is h264, and WAV cannot carry it"),
        ({"crf": 18}, "CRF is 18, and No Pictures has none"),
        ({"subtitles": str(page), "subtitle_mode": "track"}, "subtitles"),
    )
    for wrong, message in refused:
        with pytest.raises(InvalidOption, match=message):
            await render(page, output=output, **wrong)
        assert not any(videos.iterdir())
