"""A file of subtitles beside the video, of the same name: where it may go, and the move of both."""

from pathlib import Path

from helios_renders.encode.disk import failed_file
from helios_renders.encode.formats import format_named
from helios_renders.encode.subtitles.cue import cut, one_at_a_time
from helios_renders.encode.subtitles.srt import write_srt
from helios_renders.encode.subtitles.webvtt import write_webvtt
from helios_renders.errors import HeliosError, InvalidOption
from helios_renders.render.half_move import FORMER, PairMove
from helios_renders.render.output import move_into_place
from helios_renders.render.plan import RenderPlan
from helios_renders.render.subtitles import GivenSubtitles, SubtitlePlan


def check_sidecar(output: Path, given: GivenSubtitles | None) -> None:
    """Raises InvalidOption when the sidecar would take the place of the file that it is made from."""
    if given is None or given.sidecar_suffix is None or given.file is None:
        return
    sidecar = output.with_suffix(given.sidecar_suffix)
    if sidecar.exists() and sidecar.samefile(given.file):
        raise InvalidOption(
            f"The subtitles beside the video would replace {given.file}, from which they are made.",
            "Choose another name or folder for the video.",
        )


def write_subtitles(plan: RenderPlan, subtitles: SubtitlePlan, folder: Path) -> Path:
    """A file of what the plan's frames show, on the time line of the video; raises RenderFailed, DiskFull.

    A track is written as WebVTT, which has escapes.
    """
    cues = cut(subtitles.cues, plan.start, plan.end, plan.fps)
    if subtitles.mode == "track" and format_named(plan.encode.format).subtitle_codec == "mov_text":
        cues = one_at_a_time(cues)
    suffix = subtitles.sidecar_suffix or ".vtt"
    file = folder / f"subtitles{suffix}"
    try:
        file.write_text(write_srt(cues) if suffix == ".srt" else write_webvtt(cues), encoding="utf-8")
    except OSError as error:
        raise failed_file(error, folder) from error
    return file


def move_both(video: Path, sidecar: Path, output: Path, *, overwrite: bool) -> None:
    """Makes both files appear, the video last; raises as `move_into_place`, and then neither is there.

    What the sidecar has replaced is put back then, by whoever sweeps the scratch folder if the process dies.
    """
    move = PairMove(video, sidecar, output)
    target, former = move.target, None
    try:
        if overwrite:
            former = _copy(target, sidecar.with_name(FORMER))
        move.note()
    except OSError as error:
        raise failed_file(error, output.parent) from error
    move_into_place(sidecar, target, overwrite=overwrite)
    try:
        move_into_place(video, output, overwrite=overwrite)
    except HeliosError as failure:
        try:
            target.replace(sidecar)
            if former is not None:
                former.replace(target)
        except OSError as error:
            left = f"{target} cannot be put back: {error.strerror}."
            raise type(failure)(failure.message, failure.advice, (*failure.details, left)) from failure
        raise


def _copy(path: Path, copy: Path) -> Path | None:
    """The copy of a file, None where there is no file; raises OSError."""
    try:
        copy.write_bytes(path.read_bytes())
    except FileNotFoundError:
        return None
    return copy
