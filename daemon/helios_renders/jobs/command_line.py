"""The words after `helios render` that ask for what a job asks for."""

import json
from pathlib import Path

import attrs

from helios_renders.composition.audio_track import audio_track_json
from helios_renders.composition.source import is_address
from helios_renders.jobs.job import Job
from helios_renders.render.options import DistributedRenderOptions, FrameRange
from helios_renders.render.output import next_free, output_folder
from helios_renders.render.output_name import likely_stem
from helios_renders.render.output_pattern import DEFAULT_PATTERN
from helios_renders.render.subtitles import likely_sidecar

_FLAGS = {
    "output": "-o",
    "concurrency": "--concurrency",
    "force_concurrency": "--force-concurrency",
    "size": "--size",
    "scale": "--scale",
    "pixel_ratio": "--pixel-ratio",
    "fps": "--fps",
    "duration": "--duration",
    "range": "--range",
    "props": "--props",
    "surface": "--surface",
    "format": "--format",
    "codec": "--codec",
    "crf": "--crf",
    "bitrate": "--bitrate",
    "encoder": "--encoder",
    "gop": "--gop",
    "pixel_format": "--pixel-format",
    "transparent": "--transparent",
    "audio_codec": "--audio-codec",
    "audio_bitrate": "--audio-bitrate",
    "preset": "--preset",
    "even": "--even",
    "overwrite": "--overwrite",
    "allow_page_errors": "--allow-page-errors",
    "cache": "--no-cache",
    "root": "--root",
    "browser": "--browser",
    "ffmpeg": "--ffmpeg",
    "ready_timeout": "--timeout",
    "network": "--network",
    "audio": "--no-audio",
    "loudness": "--loudness",
    "limiter": "--limiter",
    "gpu": "--gpu",
    "subtitles": "--subtitles",
    "subtitle_mode": "--subtitle-mode",
    "subtitle_style": "--subtitle-style",
    "subtitle_language": "--subtitle-language",
}


def render_arguments(job: Job, options: DistributedRenderOptions) -> tuple[str, ...]:
    """The page and every option that is not the default, with absolute paths; no shell's quotes yet.

    Looks at the disk for an output that is free.
    """
    page = options.composition
    words = [page if is_address(page) else str(Path(page).expanduser().absolute())]
    # The name is in the output by now.
    named = attrs.evolve(options, output=_output(job, options), output_name=DEFAULT_PATTERN)
    for field in attrs.fields(DistributedRenderOptions):
        flag, value = _FLAGS.get(field.name), getattr(named, field.name)
        default = {} if field.name == "props" else field.default
        if flag is None or value == default:
            continue
        words += [flag] if isinstance(value, bool) else [flag, _text(value)]
    for track in options.audio_tracks:
        words += ["--audio", json.dumps(audio_track_json(track), ensure_ascii=False)]
    return tuple(words)


def _output(job: Job, options: DistributedRenderOptions) -> Path:
    """Where the job's video is, or the next free name beside it, unless the job may take its place."""
    if job.output is not None:
        output = Path(job.output)
    else:
        stem = likely_stem(options, job.name)
        output = (
            options.output or output_folder(options) / f"{stem}{options.encoding.format.output_suffix}"
        ).absolute()
    return output if options.overwrite else next_free(output, sidecar=likely_sidecar(options))


def _text(value: object) -> str:
    if isinstance(value, FrameRange):
        return f"{value.start}:{'' if value.end is None else value.end}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
