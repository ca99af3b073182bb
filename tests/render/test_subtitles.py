"""Subtitles in renders: burnt in at exactly their frames, as a track, and as a file beside the video."""

import json
import subprocess
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import attrs
import numpy as np
import pytest

from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.subtitles.fonts import find_fonts
from helios_renders.encode.subtitles.srt import parse_srt
from helios_renders.encode.subtitles.style import SubtitleStyle
from helios_renders.encode.subtitles.webvtt import parse_webvtt
from helios_renders.errors import InvalidOption
from helios_renders.render.cache import BYTES_VARIABLE, FOLDER_VARIABLE
from render.conftest import Render
from render.pixels import Frame, decode

FPS, FRAMES, BORDER = 5, 25, 10
"""Chunks are two seconds long."""
PAGE = """<!doctype html>
<meta name="helios:size" content="160x90">
<meta name="helios:fps" content="5">
<meta name="helios:duration" content="5">
<style>html {{ background: rgb(80, 90, 80) }}</style>
<script>{script}</script>
"""
LINE = 7


@attrs.frozen
class Place:
    """Of a line of text, in pixels."""

    top: int
    left: int
    width: int

    def shows(self, frame: Frame) -> bool:
        """Whether it is not of the page's flat colour."""
        there = frame[self.top : self.top + LINE, self.left : self.left + self.width].astype(int)
        return bool(np.ptp(there) > 60)


STYLE = "size=10"
BOTTOM, TOP = Place(78, 50, 60), Place(5, 50, 60)
LEFT, ABOVE = Place(78, 4, 36), Place(69, 4, 36)
LATE = Fraction(1, 1000)
"""A cue that begins so long after a frame begins with the next one."""


def at(frame: int, late: Fraction = Fraction(0)) -> str:
    milliseconds = int((Fraction(frame, FPS) + late) * 1000)
    return f"00:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


CUES = (
    # Apart from each other, around borders of chunks.
    (at(1), at(BORDER - 1), "", "MMM 0"),
    (at(BORDER), at(BORDER + 1), "", "MMM 1"),
    (at(11, LATE), at(20), "", "MMM 2"),
    (at(21), at(23, -LATE), "", "MMM 3"),
    (at(3), at(BORDER), "line:0", "MMM 4"),
    (at(BORDER + 1), at(19), "line:0", "MMM 5"),
    (at(19), at(21), "line:0", "MMM 6"),
    # The second is above the first, and goes down when that ends.
    (at(2), at(BORDER), "align:left", "MMM"),
    (at(5), at(17), "align:left", "MM"),
)
SHOWN = {
    BOTTOM: {*range(1, 9), 10, *range(12, 20), 21, 22},
    TOP: {*range(3, 10), *range(11, 19), 19, 20},
    LEFT: {*range(2, 17)},
    ABOVE: {*range(5, 10)},
}
"""The frames in which there is text, by its place."""
WORDS = "WEBVTT\n" + "".join(
    f"\n{start} --> {end} {settings}\n{text}\n" for start, end, settings, text in CUES
)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return write_page(tmp_path / "page")


def write_page(folder: Path, script: str = "") -> Path:
    folder.mkdir()
    page = folder / "flat.html"
    page.write_text(PAGE.format(script=script))
    return page


def write(path: Path, text: str = WORDS) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def frames_with_text(frames: Iterable[Frame], place: Place) -> set[int]:
    return {number for number, frame in enumerate(frames) if place.shows(frame)}


def ffmpeg(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(find_ffmpeg().path), *options], capture_output=True, timeout=30, check=False, text=True
    )


def track(video: Path) -> str:
    """A video's subtitle track as SubRip."""
    return ffmpeg("-v", "error", "-i", str(video), "-map", "0:s:0", "-f", "srt", "-").stdout


async def test_burnt_in_cues_are_in_their_frames_and_in_no_others(
    tmp_path: Path, page: Path, render: Render
) -> None:
    folder = tmp_path / """Über #1, why? it's [a:b]; "c"=%d\\e"""
    folder.mkdir()
    words = write(folder / "wörter, it's [x].vtt")
    given = {"subtitles": words, "subtitle_style": STYLE, "surface": "screenshot"}
    one = await render(page, **given, output=str(folder / "one.mp4"))
    frames = list(decode(one.result.output))
    assert len(frames) == FRAMES
    assert [frames_with_text(frames, place) for place in SHOWN] == list(SHOWN.values())
    fonts = find_fonts(find_ffmpeg().path, parse_webvtt(WORDS), SubtitleStyle())
    assert one.result.subtitles == f"burnt in with {fonts.names[0]}, from {words}"
    assert one.result.warnings == ()

    three = await render(page, **given, output=str(folder / "three.mp4"), concurrency=3)
    assert three.result.concurrency.effective == 3
    assert three.result.sha256 == one.result.sha256

    first, last = 8, 22
    part = await render(page, **given, output=str(folder / "part.mp4"), range=f"{first}:{last}")
    found = list(decode(part.result.output))
    inside = [{at - first for at in shown if first <= at < last} for shown in SHOWN.values()]
    assert [frames_with_text(found, place) for place in SHOWN] == inside
    for frame, number in zip(found, range(first, last), strict=True):
        assert np.abs(frame.astype(int) - frames[number]).mean() < 2, (
            f"frame {number} is another one in a range"
        )
    assert {path.name for path in folder.iterdir()} == {Path(words).name, "one.mp4", "three.mp4", "part.mp4"}


async def test_only_chunks_whose_subtitles_changed_are_rendered_anew(
    tmp_path: Path, page: Path, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv(BYTES_VARIABLE, str(2**30))
    lines = f"WEBVTT\n\n{at(1)} --> {at(4)}\nfirst chunk\n\n{at(12)} --> {at(15)}\n"
    given = {"subtitles": str(tmp_path / "a.vtt"), "surface": "screenshot"}
    write(tmp_path / "a.vtt", lines + "before")
    assert (await render(page, **given)).result.reused_frames == 0
    write(tmp_path / "a.vtt", lines + "after")
    assert (await render(page, **given)).result.reused_frames == FRAMES - BORDER


FIRST, SECOND = [[("one", "i"), (" & <two>", "")]], [[("three", "")]]


@pytest.mark.parametrize(
    ("name", "codec", "expected"),
    [
        # Cues of MOV and MP4 cannot overlap.
        ("a.mp4", "mov_text", [(0, 0.8, FIRST), (0.8, 1, SECOND + FIRST), (1, 2, SECOND)]),
        ("a.webm", "webvtt", [(0, 1, FIRST), (0.8, 2, SECOND)]),
    ],
)
async def test_a_track_has_what_is_in_the_range_on_the_time_line_of_the_video(
    tmp_path: Path, page: Path, render: Render, name: str, codec: str, expected: object
) -> None:
    words = write(
        tmp_path / "a.srt",
        "1\n00:00:00,600 --> 00:00:02,000\n<i>one</i> & <two>\n\n2\n00:00:01,800 --> 00:00:09,000\nthree\n\n"
        "3\n00:00:04,000 --> 00:00:04,500\nover\n",
    )
    rendered = await render(
        page,
        subtitles=words,
        subtitle_mode="track",
        subtitle_language="deu",
        surface="screenshot",
        range="5:15",
        output=str(tmp_path / name),
    )
    assert [
        (float(cue.start), float(cue.end), [[(span.text, span.style) for span in line] for line in cue.lines])
        for cue in parse_srt(track(rendered.result.output))
    ] == expected
    printed = ffmpeg("-hide_banner", "-i", str(rendered.result.output)).stderr
    assert f"(deu): Subtitle: {codec}" in printed
    assert "Duration: 00:00:02.00" in printed
    assert frames_with_text(decode(rendered.result.output), BOTTOM) == set()
    assert rendered.result.subtitles == f"in a track of their own, from {words}"


async def test_captions_of_the_page_go_into_a_file_beside_the_video(tmp_path: Path, render: Render) -> None:
    captions = [
        {"id": "b", "startTime": 1500, "endTime": 2600.5, "text": "<b>then</b>\nmore"},
        {"id": "a", "startTime": 0, "endTime": 500, "text": "before"},
    ]
    state = {"width": 160, "height": 90, "fps": 5, "duration": 5, "captions": captions}
    page = write_page(tmp_path / "own", f"window.helios = {{ getState: () => ({json.dumps(state)}) }}")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "flat.srt").write_text("somebody's own")
    rendered = await render(
        page,
        subtitles="page",
        subtitle_mode="sidecar",
        surface="screenshot",
        range="5:10",
        output=None,
        output_folder=str(folder),
    )
    assert rendered.result.output == folder / "flat-2.mp4", "the name of both files has to be free"
    assert rendered.result.sidecar == folder / "flat-2.srt"
    assert (folder / "flat-2.srt").read_text() == "1\n00:00:00,500 --> 00:00:01,000\n<b>then</b>\nmore\n"
    assert (folder / "flat.srt").read_text() == "somebody's own"
    assert {path.name for path in folder.iterdir()} == {"flat.srt", "flat-2.mp4", "flat-2.srt"}


async def test_a_page_without_captions_is_refused_and_leaves_nothing(
    tmp_path: Path, page: Path, render: Render
) -> None:
    with pytest.raises(InvalidOption, match="it has no captions"):
        await render(page, subtitles="page", surface="screenshot", output=str(tmp_path / "out" / "a.mp4"))
    assert not (tmp_path / "out").exists()
