"""What ffmpeg and libass make of scripts: which fonts, which pixels, which frames."""

import subprocess
from fractions import Fraction
from pathlib import Path

import ffmpeg
import numpy as np
import pytest

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.subtitles.ass import Burner
from helios_renders.encode.subtitles.burn import burn_in, write_script
from helios_renders.encode.subtitles.cue import Cue, Placement, Span
from helios_renders.encode.subtitles.fonts import Fonts, find_fonts, parse_fonts
from helios_renders.encode.subtitles.style import SubtitleStyle
from helios_renders.errors import FfmpegMissing

FFMPEG = find_ffmpeg().path
SIZE = Size(64, 48)
STYLE = SubtitleStyle(size=20)
Pixels = np.ndarray[tuple[int, int, int, int], np.dtype[np.uint8]]
"""Frames, rows, columns, channels."""


def cue(first: int, last: int, fps: FrameRate, text: str = "MM", placement: Placement | None = None) -> Cue:
    return Cue(fps.seconds(first), fps.seconds(last), ((Span(text),),), placement or Placement())


def drawn(
    folder: Path, burner: Burner, fps: FrameRate, frames: Pixels, pixel_format: str, start: int
) -> Pixels:
    """The frames with what a burner draws into them from frame `start` on."""
    name = write_script(burner.script(start, start + len(frames)), folder / "chunk.mp4")
    source = {"format": "rawvideo", "pix_fmt": pixel_format, "s": str(SIZE), "framerate": str(fps)}
    graph = burn_in(ffmpeg.input("pipe:0", **source), name, fps)
    command = graph.output("pipe:1", format="rawvideo", pix_fmt=pixel_format).compile(cmd=str(FFMPEG))
    done = subprocess.run(
        [*command, "-v", "error"],
        cwd=folder,
        input=frames.tobytes(),
        capture_output=True,
        timeout=60,
        check=True,
    )
    return np.frombuffer(done.stdout, np.uint8).reshape(frames.shape)


@pytest.mark.parametrize("fps", [FrameRate(240), FrameRate(30000, 1001), FrameRate(1, 10)], ids=str)
@pytest.mark.parametrize("pixel_format", ["bgr0", "rgb24"])
def test_frames_without_text_and_pixels_beside_it_stay_as_they_are(
    tmp_path: Path, fps: FrameRate, pixel_format: str
) -> None:
    start, shape = 100_000, (12, SIZE.height, SIZE.width, int(pixel_format == "bgr0") + 3)
    frames = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    cues = [cue(start + 2, start + 5, fps), cue(start + 5, start + 6, fps), cue(start + 11, start + 99, fps)]
    changed = drawn(tmp_path, Burner.of(cues, fps, SIZE, STYLE), fps, frames, pixel_format, start) != frames
    assert [number for number, each in enumerate(changed) if each.any()] == [2, 3, 4, 5, 11]
    assert not changed[:, : SIZE.height // 2].any()


def test_text_is_opaque_on_transparent_frames(tmp_path: Path) -> None:
    fps = FrameRate(30)
    frames = np.zeros((2, SIZE.height, SIZE.width, 4), np.uint8)
    burner = Burner.of([cue(1, 2, fps)], fps, SIZE, STYLE)
    empty, full = drawn(tmp_path, burner, fps, frames, "rgba", 0)
    assert not empty.any()
    assert (full[: SIZE.height // 2] == 0).all()
    assert full[..., 3].max() > 250
    assert (full[full[..., :3].min(axis=-1) > 200][:, 3] > 200).all(), "what is white is opaque"


@pytest.mark.parametrize(
    ("placement", "rows", "columns"),
    [
        (Placement(), (30, 48), (0, 64)),
        (Placement(line=0), (0, 18), (0, 64)),
        (Placement("left", top=Fraction(50), anchor="center"), (14, 34), (0, 32)),
        (Placement("right", position=Fraction(100), line=-1), (30, 48), (32, 64)),
    ],
)
def test_text_stands_where_its_cue_says(
    tmp_path: Path, placement: Placement, rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    fps = FrameRate(30)
    frames = np.full((1, SIZE.height, SIZE.width, 4), 128, np.uint8)
    burner = Burner.of([cue(0, 1, fps, placement=placement)], fps, SIZE, STYLE)
    (changed,) = drawn(tmp_path, burner, fps, frames, "bgr0", 0) != frames
    where = np.argwhere(changed.any(axis=-1))
    (top, left), (bottom, right) = where.min(axis=0), where.max(axis=0)
    assert rows[0] <= top <= bottom < rows[1]
    assert columns[0] <= left <= right < columns[1]


def test_fonts_are_told_and_characters_that_none_of_them_has() -> None:
    text = ((Span("Hello "), Span("World", "b"), Span("\U000e0041 \ue123\u200d", "i")),)
    found = find_fonts(FFMPEG, [Cue(Fraction(0), Fraction(1), text)], SubtitleStyle())
    assert len(found.names) == len(found.files) >= 2
    assert found.missing == "\ue123", "no font has that private character, and the others have no shape"


def test_an_ffmpeg_that_cannot_draw_is_refused(tmp_path: Path) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\necho \"No such filter: 'ass'\" >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(FfmpegMissing, match=r"cannot draw subtitles; its filter ass \(libass\)") as caught:
        find_fonts(program, [cue(0, 1, FrameRate(30))], STYLE)
    assert caught.value.details == ("No such filter: 'ass'",)


def test_messages_of_libass_are_understood() -> None:
    said = """
[Parsed_ass_0 @ 0x5] Using font provider fontconfig
[Parsed_ass_0 @ 0x5] fontselect: (sans-serif, 400, 0) -> /no/such font, really.ttf, 0, DejaVuSans
[Parsed_ass_0 @ 0x5] fontselect: (My (odd) Font, 700, 0) -> Arial Bold, -1, Arial-BoldMT
[Parsed_ass_0 @ 0x5] fontselect: (sans-serif, 400, 0) -> /no/such font, really.ttf, 0, DejaVuSans
[Parsed_ass_0 @ 0x5] Glyph 0x65E5 not found, selecting one more font for (sans-serif, 400, 0)
[Parsed_ass_0 @ 0x5] fontselect: failed to find any fallback with glyph 0x65E5 for font: (sans-serif, 400, 0)
[Parsed_ass_0 @ 0x5] Glyph 0x1F600 not found, broken font? Trying all charmaps
[Parsed_ass_0 @ 0x5] Glyph 0xFE0F not found, broken font? Trying all charmaps
"""
    found = parse_fonts(said.splitlines())
    assert found == Fonts(("DejaVuSans", "Arial-BoldMT"), ("/no/such font, really.ttf", "Arial Bold"), "日😀")
    assert [name for name in ("DejaVu Sans", "arial", "serif", "Courier") if found.has(name)] == [
        *("DejaVu Sans", "arial", "serif")
    ]
