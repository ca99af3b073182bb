"""Chunks to one file by stream copy, and the proof that it holds what they do."""

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import ffmpeg

from helios_renders.beside import each_of
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.encode.chunk import EncodedChunk
from helios_renders.encode.disk import failed_file
from helios_renders.encode.muxing import container_options, copied_times
from helios_renders.encode.packets import Track, read_tracks
from helios_renders.encode.run import QUIET, absolute_program, output_of
from helios_renders.encode.seams import check_seams
from helios_renders.encode.video import EncoderSettings
from helios_renders.errors import AssemblyFailed


async def assemble(
    executable: str, chunks: Sequence[EncodedChunk], output: Path, settings: EncoderSettings
) -> None:
    """Joins chunks that lie in one folder into `output`, with the index in front.

    Raises AssemblyFailed unless the file holds exactly the chunks' coded frames at exactly their times, all
    with the same parameters, and shows what was captured around their borders; DiskFull.
    """
    listing = chunks[0].file.parent / "chunks.txt"
    try:
        listing.write_text(concat_listing(chunks, settings.fps))
    except OSError as error:
        raise failed_file(error, listing.parent) from error
    command = join_command(executable, listing, output, settings)
    await output_of(command, "joining the chunks", output.parent, cwd=listing.parent)
    await each_of(
        _check_copies(executable, output, chunks, settings), check_seams(executable, output, chunks, settings)
    )


async def _check_copies(
    executable: str, output: Path, chunks: Sequence[EncodedChunk], settings: EncoderSettings
) -> None:
    files = [output, *(chunk.file for chunk in chunks)]
    joined, *parts = await read_tracks(executable, files, settings.container)
    check_tracks(joined, parts, settings.fps, [chunk.frames for chunk in chunks])


def join_command(executable: str, listing: Path, output: Path, settings: EncoderSettings) -> list[str]:
    """As `concat_command`, to be run within the list's folder.

    ffmpeg takes a # or ? in the path of a list for the end of that path, and looks elsewhere for the files.
    """
    return concat_command(absolute_program(executable), Path(listing.name), output.absolute(), settings)


def concat_command(executable: str, listing: Path, output: Path, settings: EncoderSettings) -> list[str]:
    """The ffmpeg command that joins the chunks of a list; the list may name files of its own folder only.

    Without conversion the coded frames stay as they are, which can be seen afterwards.
    """
    transparency = {"metadata:s:v:0": "alpha_mode=1"} if settings.coding.is_transparent else {}
    command: list[str] = (
        ffmpeg.input(f"file:{listing}", format="concat", safe=1, protocol_whitelist="file", auto_convert=0)
        .output(
            f"file:{output}",
            format=settings.container,
            c="copy",
            **container_options(settings.container, settings.fps),
            **copied_times(settings.container, settings.fps),
            **transparency,
        )
        .global_args(*QUIET)
        .overwrite_output()
        .compile(cmd=executable)
    )
    return command


def concat_listing(chunks: Sequence[EncodedChunk], fps: FrameRate) -> str:
    """The list for ffmpeg's concat demuxer, with each chunk's duration in microseconds.

    An MP4 states its own duration in milliseconds only. The rounded durations add up to the rounded time of
    every border, so that no error grows with the number of chunks.
    """
    lines = ["ffconcat version 1.0"]
    frames, before = 0, 0
    for chunk in chunks:
        frames += chunk.frames
        border = round(fps.seconds(frames) * 1_000_000)
        microseconds, before = border - before, border
        lines += [f"file {chunk.file.name}", f"duration {microseconds}us"]
    return "\n".join(lines) + "\n"


def check_tracks(joined: Track, parts: Sequence[Track], fps: FrameRate, frames: Sequence[int]) -> None:
    """Raises AssemblyFailed unless a track is made of the parts, which have so many frames, and in time."""
    check_times(joined, fps, sum(frames))
    for number, (part, expected) in enumerate(zip(parts, frames, strict=True)):
        if len(part.packets) != expected:
            raise AssemblyFailed(f"Chunk {number} has {len(part.packets)} frames instead of {expected}.")
        if part.parameters != parts[0].parameters:
            raise AssemblyFailed(
                f"Chunk {number} is encoded with other parameters than the first one: "
                f"{part.parameters} instead of {parts[0].parameters}."
            )
    copied = [packet.content for part in parts for packet in part.packets]
    for index, (packet, content) in enumerate(zip(joined.packets, copied, strict=True)):
        if packet.content != content:
            raise AssemblyFailed(f"Coded frame {index} of the assembled video is not that of its chunk.")


def check_times(track: Track, fps: FrameRate, frames: int, *, adds_up: bool = False) -> None:
    """Raises AssemblyFailed unless a track has so many frames, each at its time as its file can write it.

    `adds_up` says that the file has the length of each frame, rounded by whoever reads it.
    """
    if len(track.packets) != frames:
        raise AssemblyFailed(f"The assembled video has {len(track.packets)} frames instead of {frames}.")
    for index, pts in enumerate(sorted(packet.pts for packet in track.packets)):
        expected = index * _ticks(1, track, fps) if adds_up else _ticks(index, track, fps)
        if pts != expected:
            raise AssemblyFailed(
                f"Frame {index} of the assembled video is at tick {pts} instead of "
                f"{expected} (of {1 / track.time_base} a second)."
            )


def _ticks(frames: int, track: Track, fps: FrameRate) -> int:
    """How long so many frames last, in whole ticks of a track."""
    return math.floor(fps.seconds(frames) / track.time_base + Fraction(1, 2))
