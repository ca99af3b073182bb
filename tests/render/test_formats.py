"""Every format: what the finished file says of itself, each of its frames, its colours, its transparency."""

import re
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pytest

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode.assembly import assemble
from helios_renders.encode.chunk import EncodedChunk
from helios_renders.encode.coding import Coding
from helios_renders.encode.finish import Finishing, finish
from helios_renders.encode.video import ChunkEncoder, EncoderSettings
from helios_renders.encode.webp import frame_durations
from helios_renders.render.encoding import Encoding, EncodingRequest, resolve_encoding
from render.format_facts import FFMPEG, Facts, facts, rgba
from render.pixels import draw_barcode, presentation_times, read_barcode

FPS = FrameRate(5)
GOP = 10
FRAMES = 13
"""One chunk and three frames more."""
START = 7
SIZE = Size(320, 80)
STRIP = 58
"""The first row below the bar code."""
COLOURS = (
    (255, 0, 0),
    (0, 255, 0),
    (0, 0, 255),
    (255, 255, 255),
    (32, 40, 48),
    (208, 64, 48),
    (12, 200, 180),
)
PATCH = 40
"""Width of each colour's patch, in pixels."""

Picture = npt.NDArray[np.uint8]


def picture(number: int, *, clear: bool) -> Picture:
    """A frame as RGBA: a bar code, and below it patches of known colours, or an orange that fades away."""
    frame = np.zeros((SIZE.height, SIZE.width, 4), np.uint8)
    frame[..., 3] = 255
    draw_barcode(frame[..., :3], number)
    for at, colour in enumerate(COLOURS):
        frame[STRIP:, at * PATCH : (at + 1) * PATCH, :3] = colour
    if clear:
        frame[STRIP:, :, :3] = (255, 128, 0)
        frame[STRIP:, :, 3] = np.linspace(0, 255, SIZE.width).astype(np.uint8)
        frame[frame[..., 3] == 0] = 0
    return frame


@attrs.frozen
class Made:
    """A finished output and what it was made by."""

    output: Path
    encoding: Encoding


async def make(folder: Path, frames: int = FRAMES, fps: FrameRate = FPS, **asked: Any) -> Made:
    """Frames from START on through chunks to a finished output, as workers and orchestrator do it."""
    encoding = resolve_encoding(EncodingRequest(**asked))
    chunk_gop = 1 if encoding.chunk_codec.is_intra else GOP
    settings = EncoderSettings(
        0 if encoding.is_whole else encoding.crf,
        "" if encoding.is_whole else encoding.preset,
        chunk_gop,
        *(SIZE, SIZE, SIZE, fps),
        codec=encoding.chunk_codec.name,
        container=encoding.chunk_container,
        pixel_format=encoding.pixel_format,
    )
    chunks = [
        await encoded(
            folder / f"chunk-{first}.{settings.container}",
            settings,
            range(first, min(first + GOP, frames)),
            clear=encoding.is_transparent,
        )
        for first in range(0, frames, GOP)
    ]
    joined = folder / f"joined.{settings.container}"
    await assemble(FFMPEG, chunks, joined, settings)
    coding = Coding(
        codec=encoding.codec.name,
        pixel_format=encoding.pixel_format,
        crf=encoding.crf,
        preset=encoding.preset,
        gop=GOP,
        size=SIZE,
        bitrate=encoding.bitrate,
    )
    finishing = Finishing(
        format=encoding.format,
        fps=fps,
        frames=frames,
        start=START,
        coding=coding if encoding.is_whole else None,
    )
    output = folder / f"finished{encoding.format.output_suffix}"
    shares: list[float] = []
    await finish(FFMPEG, joined, output, finishing, shares.append)
    assert (shares == sorted(shares) and shares[-1] <= 1) if encoding.is_whole else not shares
    return Made(output, encoding)


async def encoded(path: Path, how: EncoderSettings, frames: Sequence[int], *, clear: bool) -> EncodedChunk:
    encoder = await ChunkEncoder.start(FFMPEG, how, "rgba", len(frames), path)
    for frame in frames:
        await encoder.write(picture(START + frame, clear=clear).tobytes())
    return EncodedChunk(path, len(frames), await encoder.finish())


def assert_right(frames: Picture, tolerance: int) -> None:
    """Each frame has its own bar code, and all colours but for ringing at edges."""
    assert [read_barcode(frame[..., :3]) for frame in frames] == list(range(START, START + len(frames)))
    for at, colour in enumerate(COLOURS):
        patch = frames[:, STRIP + 4 : -4, at * PATCH + 6 : (at + 1) * PATCH - 6, :3].astype(int)
        assert np.abs(np.median(patch, axis=(1, 2)) - colour).max() <= tolerance, colour
        assert np.abs(patch - colour).max() <= 12 * tolerance, colour


def short(value: object) -> str | None:
    """A case's name: what was asked for, and nothing of what is expected."""
    return "-".join(map(str, value.values())) if isinstance(value, dict) else ""


VIDEO = "tv, bt709"
H264 = Facts("h264", "yuv420p", VIDEO, "320x80", 5)
H265, AV1, VP9 = (attrs.evolve(H264, codec=name) for name in ("hevc", "av1", "vp9"))
CODED, EXACT = 3, 1
"""How far a channel may be from its colour, of 255, where the codec loses something and where it does not."""


@pytest.mark.parametrize(
    ("asked", "stated", "tolerance"),
    [
        ({"crf": 0, "pixel_format": "yuv444p"}, attrs.evolve(H264, pixel_format="yuv444p"), EXACT),
        ({"codec": "h265"}, H265, CODED),
        ({"codec": "av1"}, AV1, CODED),
        ({"format": "webm"}, VP9, CODED),
        (
            {"format": "webm", "codec": "av1", "pixel_format": "yuv420p10le"},
            attrs.evolve(AV1, pixel_format="yuv420p10le"),
            CODED,
        ),
        ({"format": "mov"}, attrs.evolve(H264, codec="prores", pixel_format="yuv422p10le"), CODED),
        ({"format": "mov", "codec": "h264"}, H264, CODED),
        ({"bitrate": 1_000_000}, H264, CODED),
        ({"codec": "h265", "bitrate": 1_000_000}, H265, CODED),
        ({"format": "webm", "bitrate": 1_000_000}, VP9, CODED),
    ],
    ids=short,
)
async def test_a_video_is_what_was_asked_for(
    tmp_path: Path, asked: dict[str, Any], stated: Facts, tolerance: int
) -> None:
    output = (await make(tmp_path, **asked)).output
    assert facts(output) == stated
    assert presentation_times(output) == [FPS.seconds(number) for number in range(FRAMES)]
    assert_right(rgba(output, (SIZE.width, SIZE.height)), tolerance)


@pytest.mark.parametrize(
    ("kind", "stated", "tolerance"),
    [
        ("gif", Facts("gif", "bgra", "", "320x80", 5), EXACT),
        ("apng", Facts("apng", "rgb24", "pc", "320x80", 5), EXACT),
        ("webp", None, CODED),
    ],
)
async def test_a_loop_has_every_frame(
    tmp_path: Path, kind: str, stated: Facts | None, tolerance: int
) -> None:
    output = (await make(tmp_path, format=kind)).output
    if stated is None:
        assert frame_durations(output) == (200,) * FRAMES
    else:
        found = facts(output)
        assert attrs.evolve(found, colours=found.colours[:2]) == stated
    assert_right(rgba(output, (SIZE.width, SIZE.height)), tolerance)


async def test_a_gif_keeps_time_where_its_hundredths_of_a_second_do_not_fit(tmp_path: Path) -> None:
    output = (await make(tmp_path, format="gif", fps=FrameRate(30000, 1001))).output
    times = presentation_times(output)
    assert [abs(time * 30000 / 1001 - number) <= 0.5 for number, time in enumerate(times)] == [True] * FRAMES


@pytest.mark.parametrize("fps", [FrameRate(30), FrameRate(30000, 1001)])
async def test_an_apng_shows_each_frame_for_its_exact_time(tmp_path: Path, fps: FrameRate) -> None:
    output = (await make(tmp_path, format="apng", fps=fps)).output
    controls = re.findall(rb"fcTL.{20}(.{4})", output.read_bytes(), re.DOTALL)
    assert [Fraction(*struct.unpack(">HH", delay)) for delay in controls] == [fps.seconds(1)] * FRAMES


@pytest.mark.parametrize(
    ("kind", "suffix", "tolerance"),
    [("png-sequence", ".png", 0), ("jpeg-sequence", ".jpg", EXACT), ("webp-sequence", ".webp", CODED)],
)
async def test_a_sequence_is_a_folder_of_frames_by_their_numbers(
    tmp_path: Path, kind: str, suffix: str, tolerance: int
) -> None:
    output = (await make(tmp_path, format=kind)).output
    names = sorted(path.name for path in output.iterdir())
    assert names == [f"frame-{number:06d}{suffix}" for number in range(START, START + FRAMES)]
    shown = [rgba(output / name, (SIZE.width, SIZE.height)) for name in (names[0], names[-1])]
    first, last = (read_barcode(frames[0][..., :3]) for frames in shown)
    assert (first, last) == (START, START + FRAMES - 1)
    assert_right(shown[0], tolerance)


@pytest.mark.parametrize(("name", "tolerance"), [("png", 0), ("jpeg", EXACT), ("webp-still", CODED)])
async def test_a_still_is_one_frame(tmp_path: Path, name: str, tolerance: int) -> None:
    output = (await make(tmp_path, frames=1, format=name)).output
    assert_right(rgba(output, (SIZE.width, SIZE.height)), tolerance)


@pytest.mark.parametrize(
    ("kind", "decoder", "tolerance"),
    [
        ("webm", ("-c:v", "libvpx-vp9"), 10),
        ("mov", (), 4),
        ("apng", (), 0),
        ("png-sequence", (), 0),
        ("webp", (), 10),
    ],
)
async def test_soft_edges_over_a_checkerboard_are_right(
    tmp_path: Path, kind: str, decoder: tuple[str, ...], tolerance: int
) -> None:
    made = await make(tmp_path, format=kind, transparent=True)
    file = made.output / f"frame-{START:06d}.png" if made.output.is_dir() else made.output
    found = rgba(file, (SIZE.width, SIZE.height), *decoder)[0]
    expected = picture(START, clear=True)
    board = np.indices((SIZE.height, SIZE.width)).sum(0) // 8 % 2 * 255
    off = np.abs(_over(found, board) - _over(expected, board))[STRIP + 2 :]
    assert off.max() <= tolerance


def _over(frame: Picture, ground: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    alpha = frame[..., 3:] / 255
    return frame[..., :3] * alpha + ground[..., None] * (1 - alpha)


async def test_a_transparent_gif_is_clear_where_less_than_half_is_left(tmp_path: Path) -> None:
    output = (await make(tmp_path, format="gif", transparent=True)).output
    alpha = rgba(output, (SIZE.width, SIZE.height))[:, STRIP + 4 :, :, 3]
    assert not alpha[..., : SIZE.width // 2 - 8].any()
    assert (alpha[..., SIZE.width // 2 + 8 :] == 255).all()
