"""Chunks to one file by stream copy, and the proof that nothing is missing."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import attrs
import ffmpeg

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.encode.disk import disk_full, failed_file, is_full
from helios_renders.errors import AssemblyFailed

_QUIET = ("-hide_banner", "-nostdin", "-loglevel", "error")


@attrs.frozen
class EncodedChunk:
    """A chunk's file and how many frames it holds."""

    file: Path
    frames: int


@attrs.frozen
class Packet:
    """One coded frame as it lies in the file; times in the track's time base."""

    pts: int
    duration: int


async def assemble(executable: str, chunks: Sequence[EncodedChunk], output: Path, fps: FrameRate) -> None:
    """Joins chunks that lie in one folder into `output`, with the index in front.

    Raises AssemblyFailed unless the file holds exactly the chunks' frames at exactly their times; DiskFull.
    """
    listing = chunks[0].file.parent / "chunks.txt"
    try:
        listing.write_text(concat_listing(chunks, fps))
    except OSError as error:
        raise failed_file(error, listing.parent) from error
    await _run(concat_command(executable, listing, output, fps), output.parent)
    packets = await read_packets(executable, output)
    _check_packets(packets, fps, sum(chunk.frames for chunk in chunks))


def concat_command(executable: str, listing: Path, output: Path, fps: FrameRate) -> list[str]:
    """The ffmpeg command that joins the chunks of a list; the list may name files of its own folder only."""
    command: list[str] = (
        ffmpeg.input(f"file:{listing}", format="concat", safe=1, protocol_whitelist="file")
        .output(
            f"file:{output}",
            format="mp4",
            c="copy",
            movflags="+faststart",
            video_track_timescale=fps.numerator,
            map_metadata=-1,
            fflags="+bitexact",
        )
        .global_args(*_QUIET)
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


async def read_packets(executable: str, video: Path) -> list[Packet]:
    """Every coded frame of a video's first track, in the order of presentation; raises AssemblyFailed.

    Read from ffmpeg's `framecrc` format: stream, dts, pts, duration, size, checksum.
    """
    packets = []
    for line in (await _run(packets_command(executable, video), video.parent)).splitlines():
        if line and not line.startswith("#"):
            fields = [field.strip() for field in line.split(",")]
            packets.append(Packet(int(fields[2]), int(fields[3])))
    return sorted(packets, key=lambda packet: packet.pts)


def packets_command(executable: str, video: Path) -> list[str]:
    """The ffmpeg command that lists the coded frames of a video's first track on its standard output."""
    command: list[str] = (
        ffmpeg.input(f"file:{video}", format="mp4", protocol_whitelist="file")
        .output("pipe:1", format="framecrc", map="0:v:0", c="copy")
        .global_args(*_QUIET)
        .compile(cmd=executable)
    )
    return command


def _check_packets(packets: Sequence[Packet], fps: FrameRate, frames: int) -> None:
    if len(packets) != frames:
        raise AssemblyFailed(f"The assembled video has {len(packets)} frames instead of {frames}.")
    for index, packet in enumerate(packets):
        if packet.pts != index * fps.denominator:
            raise AssemblyFailed(
                f"Frame {index} of the assembled video is at tick {packet.pts} instead of "
                f"{index * fps.denominator} (of {fps.numerator} a second)."
            )


async def _run(command: list[str], folder: Path) -> str:
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise AssemblyFailed(f"ffmpeg did not start: {error.strerror}.") from error
    try:
        stdout, stderr = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        lines = stderr.decode(errors="replace").splitlines()[-20:]
        if is_full(lines):
            raise disk_full(folder)
        raise AssemblyFailed(
            f"ffmpeg ended with code {process.returncode} while joining the chunks.",
            "The last lines of ffmpeg say why.",
            tuple(lines),
        )
    return stdout.decode()
