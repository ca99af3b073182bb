"""The sound of a whole composition: all segments in one ffmpeg graph, cut by samples."""

import contextlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import ffmpeg

from helios_renders.encode.codecs import PCM
from helios_renders.encode.disk import failed_file
from helios_renders.encode.envelope import write_envelope
from helios_renders.encode.muxing import UNDATED, sound_options
from helios_renders.encode.run import QUIET, output_of
from helios_renders.encode.segment import Segment
from helios_renders.encode.sound_file import FLOATS, SAMPLE_RATE
from helios_renders.threads import in_thread

CEILING_DB = -1.0
"""The limiter's: what is over full scale between samples stays below it too (EBU R 128, section 4)."""
SILENCE_LUFS = -70.0
"""The gate of ITU-R BS.1770-4: what is quieter has no loudness."""
SEGMENTS_AT_ONCE = 100
"""In one ffmpeg: the graph is one argument of its command, which Linux lets have 128 KiB."""
_MIN_TEMPO, _MAX_TEMPO = 0.5, 2.0
"""Within them `atempo` leaves no samples out; further away it is applied several times."""


@attrs.frozen
class Window:
    """The samples `[first, last)` of a composition that has so many."""

    first: int
    last: int
    total: int


@attrs.frozen
class Mastering:
    """What is done to the mix."""

    loudness: float | None = None
    """The integrated loudness to reach, in LUFS (EBU R 128)."""
    limiter: bool = False
    """Whether peaks are kept below CEILING_DB instead of being cut off at full scale."""


@attrs.frozen
class Mix:
    """A finished mix."""

    file: Path
    """WAV of 16-bit stereo at SAMPLE_RATE, as long as the window.

    16 bits, because every codec that a format has takes them and their rounding is at -96 dB, far below
    what a lossy one adds.
    """
    warnings: tuple[str, ...]


async def mix(
    executable: str, segments: Sequence[Segment], window: Window, mastering: Mastering, folder: Path
) -> Mix:
    """Mixes the segments of a whole composition and cuts the window out, in `folder`.

    What is measured is the whole, so that the sound of a range is a part of the whole's. Raises
    AssemblyFailed and DiskFull.
    """
    doing, warnings, gain = "mixing the sound", [], 0.0
    mixed = await _added_up(executable, segments, window.total, folder, doing)
    if mastering.loudness is not None:
        printed = await output_of(loudness_command(executable, mixed), "measuring the loudness", folder)
        measured = last_value(printed.decode())
        if measured > SILENCE_LUFS:
            gain = mastering.loudness - measured
        else:
            warnings.append("The sound is too short or too quiet to have a loudness, and was left as it is.")
    limits = mastering.limiter or mastering.loudness is not None
    output = folder / "sound.wav"
    command = master_command(executable, mixed, window, output, gain=gain, limits=limits)
    peak = last_value((await output_of(command, doing, folder)).decode())
    await in_thread(_remove, mixed)
    if peak > 0.0:
        warnings.append(
            f"The sound is {peak:.1f} dB over full scale and was cut off there: lower a volume, or limit it."
        )
    return Mix(output, tuple(warnings))


async def _added_up(
    executable: str, segments: Sequence[Segment], total: int, folder: Path, doing: str
) -> Path:
    """The sum of all segments, some of them at a time; raises AssemblyFailed and DiskFull."""
    before: Path | None = None
    for first in range(0, len(segments), SEGMENTS_AT_ONCE):
        some = segments[first : first + SEGMENTS_AT_ONCE]
        output = folder / f"mix-{first}.au"
        try:
            command = await in_thread(mix_command, executable, some, total, output, before)
        except OSError as error:
            raise failed_file(error, folder) from error
        await output_of(command, doing, folder)
        if before is not None:
            await in_thread(_remove, before)
        before = output
    assert before is not None
    return before


def _remove(file: Path) -> None:
    # The folder that it lies in goes in any case.
    with contextlib.suppress(OSError):
        file.unlink()


def mix_command(
    executable: str, segments: Sequence[Segment], total: int, output: Path, before: Path | None = None
) -> list[str]:
    """The ffmpeg command that adds segments up, as 32-bit floats in Sun's AU format, onto what was `before`.

    Nothing is scaled by the number of segments. Writes the envelopes of changing volumes beside the output.
    Blocks; raises OSError.
    """
    uses = Counter(segment.sound.file for segment in segments)
    sources = {file: _copies(file, count) for file, count in uses.items()}
    parts = [
        _segment_stream(segment, next(sources[segment.sound.file]), output.with_name(f"envelope-{number}.au"))
        for number, segment in enumerate(segments)
    ]
    parts += [] if before is None else [_au(before)]
    stream = parts[0]
    if len(parts) > 1:
        stream = ffmpeg.filter(
            parts, "amix", inputs=len(parts), normalize=0, duration="longest", dropout_transition=0
        )
    stream = stream.filter("apad", whole_len=total).filter("atrim", end_sample=total)
    return _command(executable, stream.output(f"file:{output}", **FLOATS))


def loudness_command(executable: str, sound: Path) -> list[str]:
    """The ffmpeg command that prints the integrated loudness (EBU R 128) as it grows."""
    key = "lavfi.r128.I"
    stream = _au(sound).filter("ebur128", metadata=1).filter("ametadata", mode="print", key=key, file="-")
    return _command(executable, stream.output("pipe:", format="null"))


def master_command(
    executable: str, sound: Path, window: Window, output: Path, *, gain: float, limits: bool
) -> list[str]:
    """The ffmpeg command that brings a mix to its level and cuts the window out.

    `gain` is in decibels. It prints the peak level as it grows, in decibels of full scale.
    """
    stream = _au(sound)
    if gain:
        stream = stream.filter("volume", f"{gain:.6f}dB", precision="float")
    if limits:
        ceiling = f"{10 ** (CEILING_DB / 20):.6f}"
        stream = stream.filter("alimiter", limit=ceiling, level=0, latency=1, attack=5, release=50)
    stream = (
        stream.filter("atrim", start_sample=window.first, end_sample=window.last)
        .filter("asetpts", "N/SR/TB")
        .filter("aformat", sample_fmts="flt")
        .filter("astats", metadata=1, measure_perchannel="none", measure_overall="Peak_level")
        .filter("ametadata", mode="print", key="lavfi.astats.Overall.Peak_level", file="-")
    )
    target = stream.output(
        f"file:{output}",
        format="wav",
        rf64="auto",
        **sound_options(PCM, None),
        **UNDATED,
    )
    return _command(executable, target)


def last_value(printed: str) -> float:
    """The last value that ffmpeg's `ametadata` has printed, in lines such as `lavfi.r128.I=-23.0`."""
    values = [line.partition("=")[2] for line in printed.splitlines() if line.startswith("lavfi.")]
    return float(values[-1]) if values else -math.inf


def _copies(file: Path, count: int) -> Iterator[Any]:
    """A file's sound, so many times."""
    if count == 1:
        yield _au(file)
        return
    copies = _au(file).filter_multi_output("asplit", count)
    yield from (copies[number] for number in range(count))


def _segment_stream(segment: Segment, stream: Any, envelope: Path) -> Any:
    """A segment at its place, of its sound's stream, as one that begins at sample 0 of the composition."""
    sound, rate = segment.sound, segment.rate
    if sound.channels == 1:
        # A browser plays a mono sound on both sides at its full level; ffmpeg would lower it by 3 dB.
        stream = stream.filter("pan", "stereo|c0<c0|c1<c0")
    if segment.loop:
        period = segment.loop
        if period != sound.samples:
            stream = stream.filter("apad", whole_len=period).filter("atrim", end_sample=period)
        stream = stream.filter("aloop", loop=-1, size=period)
    needed = math.ceil(segment.length * rate) + (SAMPLE_RATE if rate != 1 else 0)
    stream = stream.filter("atrim", start_sample=segment.seek, end_sample=segment.seek + needed)
    stream = stream.filter("asetpts", "N/SR/TB")
    if rate != 1:
        for name, argument in _rate_filters(rate, keeps_pitch=segment.keeps_pitch):
            stream = stream.filter(name, argument)
        stream = stream.filter("atrim", end_sample=segment.length)
    if segment.fade_in:
        stream = stream.filter("afade", type="in", start_sample=0, nb_samples=segment.fade_in)
    if segment.fade_out:
        begin = segment.length - segment.fade_out
        stream = stream.filter("afade", type="out", start_sample=begin, nb_samples=segment.fade_out)
    if len(segment.gains) > 1:
        write_envelope(segment, envelope)
        stream = ffmpeg.filter([stream, _au(envelope)], "amultiply")
    elif segment.gains[0].volume != 1:
        stream = stream.filter("volume", repr(segment.gains[0].volume), precision="float")
    return stream.filter("adelay", f"{segment.start}S", all=1) if segment.start else stream


def _rate_filters(rate: float, *, keeps_pitch: bool) -> Iterator[tuple[str, str]]:
    if not keeps_pitch:
        yield "asetrate", str(round(SAMPLE_RATE * rate))
        yield "aresample", str(SAMPLE_RATE)
        return
    left = rate
    while not _MIN_TEMPO <= left <= _MAX_TEMPO:
        step = _MIN_TEMPO if left < 1 else _MAX_TEMPO
        yield "atempo", repr(step)
        left /= step
    yield "atempo", repr(left)


def _au(file: Path) -> Any:
    return ffmpeg.input(f"file:{file}", format="au", protocol_whitelist="file")


def _command(executable: str, output: Any) -> list[str]:
    command: list[str] = output.global_args(*QUIET).overwrite_output().compile(cmd=executable)
    return command
