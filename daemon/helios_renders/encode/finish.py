"""Joined chunks, sound and subtitles to the one finished file, or to a folder of pictures."""

import re
from pathlib import Path
from typing import Any

import attrs
import ffmpeg

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.encode.assembly import check_times
from helios_renders.encode.codecs import AudioCodec
from helios_renders.encode.coding import Coding
from helios_renders.encode.disk import failed_file
from helios_renders.encode.formats import APNG, WEBP, Format
from helios_renders.encode.muxing import container_options, sound_options
from helios_renders.encode.packets import read_tracks
from helios_renders.encode.run import QUIET, absolute_program, output_of
from helios_renders.encode.webp import check_webp
from helios_renders.encode.whole import PICTURES, OnShare, Whole, encode_whole
from helios_renders.errors import AssemblyFailed, RenderFailed
from helios_renders.threads import in_thread

AUDIO_FORMAT = "wav"
"""What sound comes as: 48 kHz, stereo, pcm_s16le or pcm_f32le, as long as the video."""
SUBTITLE_FORMATS = {".srt": "srt", ".vtt": "webvtt"}
"""What subtitles come as, by suffix; time 0 is the video's first frame."""
PICTURE_NAME = "frame-%06d"
_PICTURE = re.compile(r"frame-\d{6,}\.(png|jpg|webp)")


@attrs.frozen(kw_only=True)
class Finishing:
    """What becomes of joined chunks."""

    format: Format
    fps: FrameRate
    frames: int
    start: int = 0
    """The number of the first frame, for pictures."""
    coding: Coding | None = None
    """How the frames are encoded all together; None where the chunks have their final form."""
    audio: Path | None = None
    subtitles: Path | None = None
    audio_codec: AudioCodec | None = None
    """None for the format's default."""
    subtitle_language: str = "und"
    audio_bitrate: int | None = None
    """Bits a second; None for the codec's default."""


async def finish(
    executable: str, joined: Path, output: Path, finishing: Finishing, on_share: OnShare = lambda _: None
) -> None:
    """Makes `output` of the joined chunks, which may be gone afterwards.

    `on_share` hears how much is done where that takes time. Raises AssemblyFailed unless the output has every
    frame, at its time; DiskFull.
    """
    kind = finishing.format
    if kind.kind != "video":
        await _pictures(executable, joined, output, finishing, on_share)
        return
    video = joined
    if finishing.coding is not None:
        video = joined.with_name(f"whole{kind.suffix}")
        whole = _whole(joined, video.name, kind.container, finishing, finishing.coding)
        await encode_whole(executable, whole, joined.parent, on_share)
        if kind.container == WEBP.container:
            await in_thread(check_webp, video, finishing.fps, finishing.frames)
        else:
            (track,) = await read_tracks(executable, [video], kind.container)
            adds_up = kind.container == APNG.container
            check_times(track, finishing.fps, finishing.frames, adds_up=adds_up)
    if finishing.audio is None and finishing.subtitles is None:
        await in_thread(video.replace, output)
        return
    for sound_from_zero in (False, True):
        command = mux_command(executable, video, output, finishing, sound_from_zero=sound_from_zero)
        await output_of(command, "adding sound and subtitles", output.parent)
        before, after = await read_tracks(executable, [video, output], kind.container)
        if before == after:
            return
    raise AssemblyFailed("The frames of the finished video are not those of its chunks.")


def mux_command(
    executable: str, video: Path, output: Path, finishing: Finishing, *, sound_from_zero: bool = False
) -> list[str]:
    """The ffmpeg command that puts sound and subtitles beside a video's frames.

    Coded sound begins before 0, by its codec's delay, which players take off again. Before ffmpeg 6 the muxer
    of WebM takes it off too, by moving all frames; there the sound has to come from 0 on.
    """
    kind = finishing.format
    tracks = [_input(video, kind.container)["v:0"]]
    options: dict[str, Any] = {"c:v": "copy"}
    if finishing.audio is not None:
        codec = finishing.audio_codec or kind.audio_codec(None)
        if codec is None:
            raise RenderFailed(f"{kind.label} carries no sound.")
        tracks.append(_input(finishing.audio, AUDIO_FORMAT)["a:0"])
        options |= sound_options(codec, finishing.audio_bitrate)
        if sound_from_zero:
            options["bsf:a"] = "setts=pts=PTS-STARTPTS:dts=DTS-STARTDTS"
    if finishing.subtitles is not None:
        if kind.subtitle_codec is None:
            raise RenderFailed(f"{kind.label} carries no subtitles.")
        given = SUBTITLE_FORMATS[finishing.subtitles.suffix]
        tracks.append(_input(finishing.subtitles, given)["s:0"])
        options |= {
            # ffmpeg's encoder of WebVTT would lose placements and escapes.
            "c:s": "copy" if given == kind.subtitle_codec else kind.subtitle_codec,
            "metadata:s:s:0": f"language={finishing.subtitle_language}",
        }
    muxing = container_options(kind.container, finishing.fps)
    command: list[str] = (
        ffmpeg.output(*tracks, f"file:{output}", format=kind.container, **options, **muxing)
        .global_args(*QUIET)
        .overwrite_output()
        .compile(cmd=executable)
    )
    return command


async def _pictures(
    executable: str, joined: Path, output: Path, finishing: Finishing, on_share: OnShare
) -> None:
    """One picture of each frame: numbered in a folder, or a single one."""
    kind = finishing.format
    is_folder = kind.kind == "frames"
    folder = output if is_folder else output.parent
    name = f"{PICTURE_NAME}{kind.suffix}" if is_folder else output.name
    if is_folder:
        try:
            await in_thread(output.mkdir)
        except OSError as error:
            raise failed_file(error, output.parent) from error
    numbers = {"start_number": finishing.start} if is_folder else {"update": 1}
    if finishing.coding is not None:
        whole = _whole(joined, name, PICTURES, finishing, finishing.coding)
        whole = attrs.evolve(whole, start=finishing.start if is_folder else None)
        await encode_whole(executable, whole, folder, on_share)
    else:
        command = pictures_command(absolute_program(executable), joined, name, kind.container, **numbers)
        await output_of(command, "writing the pictures", folder, cwd=folder)
    if is_folder:
        await in_thread(_check_pictures, folder, finishing)


def pictures_command(executable: str, joined: Path, name: str, container: str, **options: int) -> list[str]:
    """The ffmpeg command that copies each frame into a file of its own, in the folder that it runs in."""
    command: list[str] = (
        _input(joined.absolute(), container)["v:0"]
        .output(f"file:{name}", format=PICTURES, c="copy", **options)
        .global_args(*QUIET)
        .overwrite_output()
        .compile(cmd=executable)
    )
    return command


def is_picture(name: str) -> bool:
    """Whether a file's name is that of a frame in a folder of pictures."""
    return _PICTURE.fullmatch(name) is not None


def _check_pictures(folder: Path, finishing: Finishing) -> None:
    wanted = {
        f"{PICTURE_NAME % number}{finishing.format.suffix}"
        for number in range(finishing.start, finishing.start + finishing.frames)
    }
    found = {path.name for path in folder.iterdir() if path.stat().st_size > 0}
    if found != wanted:
        raise AssemblyFailed(
            f"There are {len(found & wanted)} pictures instead of {len(wanted)}, "
            f"and {len(found - wanted)} that nobody asked for."
        )


def _whole(joined: Path, output: str, container: str, finishing: Finishing, coding: Coding) -> Whole:
    return Whole(
        joined=joined.absolute(),
        source=joined.suffix.removeprefix("."),
        output=output,
        container=container,
        coding=coding,
        fps=finishing.fps,
        frames=finishing.frames,
    )


def _input(file: Path, container: str) -> Any:
    return ffmpeg.input(f"file:{file}", format=container, protocol_whitelist="file")
