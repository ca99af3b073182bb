"""The coded frames of videos as they lie in their files, without decoding them."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import attrs
import ffmpeg

from helios_renders.encode.run import QUIET, output_of

FILES_AT_ONCE = 50
"""For one ffmpeg: command lines and open files have limits, and a long video has a thousand chunks."""


@attrs.frozen
class Packet:
    """One coded frame; times in the track's time base."""

    pts: int
    duration: int
    size: int
    """Bytes."""
    checksum: str
    """Adler-32 of its bytes, in hexadecimal."""

    @property
    def content(self) -> tuple[int, str]:
        """What two packets of the same bytes have in common."""
        return self.size, self.checksum


@attrs.frozen
class Track:
    """A video's first track."""

    parameters: str
    """Size and checksum of what a decoder must know before the first packet; the frames' size."""
    packets: tuple[Packet, ...]
    """In the order of the file."""
    time_base: Fraction
    """Seconds."""


async def read_tracks(executable: str, videos: Sequence[Path], container: str) -> list[Track]:
    """The first track of each video, all of one container; raises AssemblyFailed and DiskFull."""
    tracks: list[Track] = []
    for some in _batches(videos):
        command = packets_command(executable, some, container)
        printed = await output_of(command, "looking at what is in the video", some[0].parent)
        tracks += parse_tracks(printed.decode(), len(some))
    return tracks


def _batches(videos: Sequence[Path]) -> Iterator[Sequence[Path]]:
    for first in range(0, len(videos), FILES_AT_ONCE):
        yield videos[first : first + FILES_AT_ONCE]


def packets_command(executable: str, videos: Sequence[Path], container: str) -> list[str]:
    """The ffmpeg command that lists the coded frames of the videos' first tracks on its standard output.

    Their times are those of the file, even where sound begins before 0, which ffmpeg would else take for 0.
    """
    tracks = [
        ffmpeg.input(f"file:{each}", format=container, protocol_whitelist="file")["v:0"] for each in videos
    ]
    command: list[str] = (
        ffmpeg.output(*tracks, "pipe:1", format="framecrc", c="copy")
        .global_args(*QUIET, "-copyts")
        .compile(cmd=executable)
    )
    return command


def parse_tracks(printed: str, tracks: int) -> list[Track]:
    """What ffmpeg's `framecrc` format says of so many tracks.

    A line is `stream, dts, pts, duration, size, checksum` and perhaps more; before come lines such as
    `#tb 0: 1/30`, `#extradata 0: 46, 0x399b0f27` and `#dimensions 0: 1280x720`.
    """
    parameters: list[list[str]] = [[] for _ in range(tracks)]
    packets: list[list[Packet]] = [[] for _ in range(tracks)]
    bases = [Fraction(0)] * tracks
    for line in printed.splitlines():
        if line.startswith(("#extradata ", "#dimensions ", "#codec_id ")):
            stream, _, value = line.split(" ", 1)[1].partition(": ")
            parameters[int(stream)].append(" ".join(value.split()))
        elif line.startswith("#tb "):
            stream, _, value = line.removeprefix("#tb ").partition(": ")
            bases[int(stream)] = Fraction(value)
        elif line and not line.startswith("#"):
            fields = [field.strip() for field in line.split(",")]
            packet = Packet(int(fields[2]), int(fields[3]), int(fields[4]), fields[5])
            packets[int(fields[0])].append(packet)
    return [
        Track("; ".join(known), tuple(found), base)
        for known, found, base in zip(parameters, packets, bases, strict=True)
    ]
