"""From chunks, sound and subtitles to the one finished file, before it is moved to its place."""

from pathlib import Path

import attrs

from helios_renders.encode.assembly import assemble
from helios_renders.encode.chunk import EncodedChunk
from helios_renders.encode.finish import Finishing, finish
from helios_renders.encode.segment import samples_of_frames
from helios_renders.encode.sound_alone import sound_command, write_sound
from helios_renders.errors import InvalidOption
from helios_renders.render.chunk_settings import encoder_settings, whole_coding
from helios_renders.render.events import AssemblyAdvanced
from helios_renders.render.executor import OnEvent
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.plan import RenderPlan


@attrs.frozen
class Parts:
    """What a finished file is made of."""

    chunks: tuple[EncodedChunk, ...]
    """None of them for a file that holds sound alone."""
    sound: Path | None
    """See `Mix`."""
    subtitles: Path | None
    """Of the track."""


async def make_file(
    plan: RenderPlan, options: DistributedRenderOptions, parts: Parts, folder: Path, on_event: OnEvent
) -> Path:
    """The finished file, or folder of pictures, in `folder`.

    Raises InvalidOption where nothing but sound is wanted and there is none, AssemblyFailed and DiskFull.
    """
    encoding = options.encoding
    assembled = folder / f"assembled{encoding.format.output_suffix}"
    if encoding.sound_codec is not None:
        if parts.sound is None:
            raise InvalidOption(
                f"{encoding.format.label} holds sound alone, and this render has none.",
                "Give a track with --audio, or choose a format with pictures.",
            )
        container, codec = encoding.format.container, encoding.sound_codec
        command = sound_command(plan.ffmpeg, parts.sound, assembled, container, codec, encoding.audio_bitrate)
        first, last = (samples_of_frames(plan.fps, frame) for frame in (plan.start, plan.end))
        await write_sound(command, plan.ffmpeg, assembled, last - first)
        return assembled
    settings = encoder_settings(plan)
    joined = folder / f"joined.{settings.container}"
    await assemble(plan.ffmpeg, parts.chunks, joined, settings)
    finishing = Finishing(
        format=encoding.format,
        fps=plan.fps,
        frames=plan.total,
        start=plan.start,
        coding=whole_coding(plan),
        subtitles=parts.subtitles,
        subtitle_language=options.subtitle_language,
        audio=parts.sound,
        audio_codec=encoding.audio_codec,
        audio_bitrate=encoding.audio_bitrate,
    )
    await finish(plan.ffmpeg, joined, assembled, finishing, lambda share: on_event(AssemblyAdvanced(share)))
    return assembled
