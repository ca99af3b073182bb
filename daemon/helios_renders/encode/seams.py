"""Whether the frames around the borders of a joined video's chunks are those that were captured."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import ffmpeg

from helios_renders.beside import each_of
from helios_renders.encode.chunk import EncodedChunk
from helios_renders.encode.codecs import CODECS
from helios_renders.encode.edges import CELLS, distance, in_grids, tolerance
from helios_renders.encode.run import QUIET, output_of
from helios_renders.encode.video import EncoderSettings
from helios_renders.errors import AssemblyFailed

BORDERS = 8
"""Both sides are decoded of one in so many: what is before a border needs its whole group decoded."""
GOOD, WORST = 18, 51
"""On H.264's scale of quality."""


@attrs.frozen
class Look:
    """Some frames of a video that are to be decoded, and what they must be like."""

    command: list[str]
    """The ffmpeg command that prints a grid of each frame that it decodes."""
    expected: dict[int, bytes]
    """By the place among the frames that it decodes."""
    frames: tuple[int, ...]
    """The frames that it decodes, as they are numbered in the video."""


async def check_seams(
    executable: str, video: Path, chunks: Sequence[EncodedChunk], settings: EncoderSettings
) -> None:
    """Decodes two frames on both sides of the first border and every eighth, and each chunk's first frame.

    The latter in one go where the decoder passes over what is between; else the whole video's first one only.

    Raises AssemblyFailed for a frame that is not what the encoder was given.
    """
    limit = tolerance(_strength(settings), settings.target)
    shows_key_frames = CODECS[settings.codec].shows_key_frames
    firsts = (_key_frames if shows_key_frames else _first_frame)(executable, video, chunks, settings)
    ends = list(itertools.accumulate(chunk.frames for chunk in chunks))
    borders = [
        _border(executable, video, ends[index], chunks[index : index + 2], settings)
        for index in range(0, len(chunks) - 1, BORDERS)
    ]
    await each_of(_check([firsts], video, limit), _check(borders, video, limit))


def _strength(settings: EncoderSettings) -> float:
    """The CRF of H.264 that loses about as much."""
    codec = CODECS[settings.codec]
    if codec.quality is None:
        return 0 if codec.is_lossless else GOOD
    return settings.crf * WORST / codec.quality.worst


def _first_frame(
    executable: str, video: Path, chunks: Sequence[EncodedChunk], settings: EncoderSettings
) -> Look:
    command = frames_command(executable, video, settings, count=1)
    return Look(command, {0: chunks[0].edges.first[0]}, (0,))


def _key_frames(
    executable: str, video: Path, chunks: Sequence[EncodedChunk], settings: EncoderSettings
) -> Look:
    expected, frames = {}, list[int]()
    start = 0
    for chunk in chunks:
        expected[len(frames)] = chunk.edges.first[0]
        frames += range(start, start + chunk.frames, settings.gop)
        start += chunk.frames
    command = frames_command(executable, video, settings, skip_frame="nokey")
    return Look(command, expected, tuple(frames))


def _border(
    executable: str, video: Path, border: int, sides: Sequence[EncodedChunk], settings: EncoderSettings
) -> Look:
    fps = settings.fps
    before, after = sides[0].edges.last, sides[1].edges.first
    grids = (*before, *after)
    first = border - len(before)
    # A little early, and nearer to its own frame than to the one before, which a coarse time base rounds to.
    seek = {"ss": f"{max(0.0, float(fps.seconds(first) - fps.seconds(1) / 4)):.6f}"}
    command = frames_command(executable, video, settings, count=len(grids), **seek)
    return Look(command, dict(enumerate(grids)), tuple(range(first, first + len(grids))))


def frames_command(
    executable: str, video: Path, settings: EncoderSettings, *, count: int | None = None, **options: Any
) -> list[str]:
    """The ffmpeg command that prints grids of a video's frames, with more options of its input."""
    source = ffmpeg.input(
        f"file:{video}", format=settings.container, protocol_whitelist="file", threads=1, **options
    )
    limit = {} if count is None else {"frames:v": count}
    command: list[str] = (
        in_grids(source.video, settings.pixel_format)
        .output("pipe:1", format="rawvideo", **limit)
        .global_args(*QUIET)
        .compile(cmd=executable)
    )
    return command


async def _check(looks: Sequence[Look], video: Path, limit: float) -> None:
    for look in looks:
        await _look(look, video, limit)


async def _look(look: Look, video: Path, limit: float) -> None:
    printed = await output_of(look.command, "decoding the assembled video", video.parent)
    if len(printed) != len(look.frames) * CELLS:
        raise AssemblyFailed(
            f"{len(printed) // CELLS} of the frames {look.frames[0]} to {look.frames[-1]} of the assembled "
            f"video can be decoded, and {len(look.frames)} were looked for."
        )
    for place, captured in look.expected.items():
        off = distance(captured, printed[place * CELLS : (place + 1) * CELLS])
        if off > limit:
            raise AssemblyFailed(
                f"Frame {look.frames[place]} of the assembled video is not the one that was captured.",
                "Render again without the cache (--no-cache); if it happens once more, please report it.",
                (f"Its brightness differs by {off:.1f} steps on average; {limit:.1f} are allowed.",),
            )
