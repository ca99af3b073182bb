"""What is looked at before a joined video counts: its coded frames, and the pictures at its borders."""

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode import packets
from helios_renders.encode.assembly import assemble, check_tracks
from helios_renders.encode.chunk import EncodedChunk
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.packets import Packet, Track, read_tracks
from helios_renders.encode.video import ChunkEncoder, EncoderSettings
from helios_renders.errors import AssemblyFailed

FPS = FrameRate(30)
GOP = 12
SIZE = Size(160, 90)
Picture = Callable[[int, Size], bytes]
"""A frame by its number, as RGBA."""


def flat(frame: int, size: Size) -> bytes:
    return bytes((frame * 13 % 256, frame * 29 % 256, frame * 7 % 256, 255)) * (size.width * size.height)


def noise(frame: int, size: Size) -> bytes:
    return random.Random(frame).randbytes(size.width * size.height * 4)


def stripes(frame: int, size: Size) -> bytes:
    black, white = b"\0\0\0\xff", b"\xff\xff\xff\xff"
    one, other = (black, white) if frame % 2 else (white, black)
    return (one * size.width + other * size.width) * (size.height // 2)


def settings(crf: int = 18, size: Size = SIZE, preset: str = "veryfast") -> EncoderSettings:
    return EncoderSettings(crf, preset, GOP, size, size, size, FPS)


async def encode(path: Path, how: EncoderSettings, frames: Sequence[int], picture: Picture) -> EncodedChunk:
    encoder = await ChunkEncoder.start(str(find_ffmpeg().path), how, "rgba", len(frames), path)
    for frame in frames:
        await encoder.write(picture(frame, how.source))
    return EncodedChunk(path, len(frames), await encoder.finish())


async def chunks(
    folder: Path, how: EncoderSettings, lengths: Sequence[int], picture: Picture
) -> list[EncodedChunk]:
    made, start = [], 0
    for number, length in enumerate(lengths):
        made.append(
            await encode(
                folder / f"chunk-{number}.{how.container}", how, range(start, start + length), picture
            )
        )
        start += length
    return made


async def join(folder: Path, parts: Sequence[EncodedChunk], how: EncoderSettings) -> None:
    await assemble(str(find_ffmpeg().path), parts, folder / "joined.mp4", how)


@pytest.mark.parametrize("picture", [flat, noise, stripes])
@pytest.mark.parametrize(
    ("crf", "size", "preset"),
    [
        (0, SIZE, "ultrafast"),
        (18, SIZE, "veryfast"),
        (35, Size(64, 36), "medium"),
        (51, Size(640, 360), "ultrafast"),
        (51, Size(16, 16), "veryfast"),
        (51, Size(2, 2), "veryfast"),
    ],
)
async def test_no_picture_size_or_quality_is_taken_for_a_mistake(
    tmp_path: Path, picture: Picture, crf: int, size: Size, preset: str
) -> None:
    how = settings(crf, size, preset)
    await join(tmp_path, await chunks(tmp_path, how, (GOP, GOP), picture), how)


@pytest.mark.parametrize("lengths", [(1,), (1, 1), (2, 3, 1), (5, GOP, 2 * GOP, 1), (2,) * 18])
async def test_chunks_of_any_length_are_joined(tmp_path: Path, lengths: tuple[int, ...]) -> None:
    await join(tmp_path, await chunks(tmp_path, settings(), lengths, flat), settings())


async def test_many_chunks_are_looked_at_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packets, "FILES_AT_ONCE", 4)
    parts = await chunks(tmp_path, settings(), (2,) * 10, flat)
    tracks = await read_tracks(str(find_ffmpeg().path), [part.file for part in parts], "mp4")
    assert [len(track.packets) for track in tracks] == [2] * 10
    await join(tmp_path, parts, settings())


@pytest.mark.parametrize("preset", ["ultrafast", "veryfast", "slow"])
@pytest.mark.parametrize("fps", [FrameRate(30000, 1001), FrameRate(60), FrameRate(1, 2)])
async def test_a_range_may_begin_just_before_a_border(tmp_path: Path, preset: str, fps: FrameRate) -> None:
    how = attrs.evolve(settings(preset=preset), fps=fps)
    await join(tmp_path, await chunks(tmp_path, how, (1, GOP), flat), how)
    await join(tmp_path, await chunks(tmp_path, how, (2, 3), flat), how)


@pytest.mark.parametrize("codec", ["h264", "h265"])
@pytest.mark.parametrize("gop", [1, 2, 3])
async def test_groups_of_few_frames_are_joined(tmp_path: Path, codec: str, gop: int) -> None:
    how = EncoderSettings(28, "veryfast", gop, SIZE, SIZE, SIZE, FPS, codec)
    for lengths in ((1, 6), (2, 6, 1)):
        await join(tmp_path, await chunks(tmp_path, how, lengths, flat), how)


OTHERS = (
    EncoderSettings(28, "ultrafast", GOP, SIZE, SIZE, SIZE, FPS, "h265", "mp4", "yuv420p"),
    EncoderSettings(40, "10", GOP, SIZE, SIZE, SIZE, FPS, "av1", "mp4", "yuv420p"),
    EncoderSettings(40, "5", GOP, SIZE, SIZE, SIZE, FPS, "vp9", "webm", "yuva420p"),
    EncoderSettings(0, "", 1, SIZE, SIZE, SIZE, FPS, "prores", "mov", "yuv422p10le"),
    EncoderSettings(31, "", 1, SIZE, SIZE, SIZE, FPS, "jpeg", "mov", "yuvj420p"),
    EncoderSettings(0, "", 1, SIZE, SIZE, SIZE, FPS, "ffv1", "mov", "bgra"),
)


@pytest.mark.parametrize("how", OTHERS, ids=lambda how: how.codec)
async def test_every_codec_is_joined_and_looked_at(tmp_path: Path, how: EncoderSettings) -> None:
    parts = await chunks(tmp_path, how, (2, 5), flat)
    await join(tmp_path, parts, how)
    edges = [attrs.evolve(part, edges=other.edges) for part, other in zip(parts, parts[::-1], strict=True)]
    with pytest.raises(AssemblyFailed, match="is not the one that was captured"):
        await join(tmp_path, edges, how)


@pytest.mark.parametrize("size", [Size(2, 2), Size(16, 16)])
@pytest.mark.parametrize(("codec", "pixel_format"), [("ffv1", "bgr0"), ("png", "rgb24")])
async def test_tiny_frames_are_kept_without_loss(
    tmp_path: Path, size: Size, codec: str, pixel_format: str
) -> None:
    how = EncoderSettings(0, "", 1, size, size, size, FPS, codec, "mov", pixel_format)
    await join(tmp_path, await chunks(tmp_path, how, (2, 1), noise), how)


async def test_chunks_in_the_wrong_order_are_noticed(tmp_path: Path) -> None:
    first, second = await chunks(tmp_path, settings(), (GOP, GOP), flat)
    swapped = [attrs.evolve(first, file=second.file), attrs.evolve(second, file=first.file)]
    with pytest.raises(AssemblyFailed, match="Frame 0 of the assembled video is not the one that was capt"):
        await join(tmp_path, swapped, settings())


async def test_a_frame_before_a_border_that_is_another_one_is_noticed(tmp_path: Path) -> None:
    first, second = await chunks(tmp_path, settings(), (GOP, GOP), flat)
    frames = [*range(GOP - 2), 3, GOP - 1]
    wrong = await encode(tmp_path / "wrong.mp4", settings(), frames, flat)
    with pytest.raises(AssemblyFailed, match=f"Frame {GOP - 2} of the assembled video"):
        await join(tmp_path, [attrs.evolve(first, file=wrong.file), second], settings())


async def test_a_chunk_with_other_parameters_is_noticed(tmp_path: Path) -> None:
    first, second = await chunks(tmp_path, settings(), (GOP, GOP), flat)
    other = await encode(tmp_path / "other.mp4", settings(preset="ultrafast"), range(GOP, 2 * GOP), flat)
    with pytest.raises(AssemblyFailed, match="Chunk 1 is encoded with other parameters than the first one"):
        await join(tmp_path, [first, attrs.evolve(second, file=other.file)], settings())


def track(*sizes: int, start: int = 0) -> Track:
    packets = tuple(Packet(start + at, 1, size, "0x1") for at, size in enumerate(sizes))
    return Track("h264", packets, Fraction(1, 30))


@pytest.mark.parametrize(
    ("joined", "parts", "words"),
    [
        (track(5, 6, 7), (track(5, 6), track(7)), None),
        (track(5, 6), (track(5, 6), track(7)), "has 2 frames instead of 3"),
        (track(5, 6, 7, start=1), (track(5, 6), track(7)), "Frame 0 of the assembled video is at tick 1"),
        (track(5, 6, 7), (track(5, 6), track(8)), "Coded frame 2 of the assembled video is not that of"),
        (track(5, 6, 7), (track(5), track(6, 7)), "Chunk 0 has 1 frames instead of 2"),
    ],
)
def test_a_track_is_held_against_its_parts(
    joined: Track, parts: tuple[Track, ...], words: str | None
) -> None:
    if words is None:
        check_tracks(joined, parts, FPS, (2, 1))
    else:
        with pytest.raises(AssemblyFailed, match=words):
            check_tracks(joined, parts, FPS, (2, 1))
