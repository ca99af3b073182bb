"""From a page and options to a plan."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from helios_renders.capture.browser import BrowserExecutable
from helios_renders.capture.question import SurfaceChoice
from helios_renders.composition.probe import PageReport
from helios_renders.composition.source import CompositionSource
from helios_renders.composition.spec import CompositionSpec
from helios_renders.encode.audio import Mastering
from helios_renders.encode.ffmpeg import FfmpegExecutable
from helios_renders.render.capacity import Capacity, clamp
from helios_renders.render.chunk import cut_chunks
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.plan import (
    PLAN_VERSION,
    AudioPlan,
    EncodePlan,
    PagePlan,
    RenderPlan,
    chunk_length,
    drawn_size,
    even_size,
    gop_frames,
    resolve_range,
    scaled_size,
)
from helios_renders.render.subtitles import SubtitlePlan


@attrs.frozen
class Tools:
    """The programs that a render uses."""

    browser: BrowserExecutable
    ffmpeg: FfmpegExecutable


def input_props(default_props: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The composition's default props, overlaid by those of the request."""
    return {**default_props, **given}


def make_plan(
    source: CompositionSource,
    spec: CompositionSpec,
    report: PageReport,
    choice: SurfaceChoice,
    options: DistributedRenderOptions,
    tools: Tools,
    capacity: Capacity,
    subtitles: SubtitlePlan | None = None,
) -> RenderPlan:
    """The plan of one render; raises InvalidOption for a range, size or surface that cannot be."""
    start, end = resolve_range(spec, options.range)
    encoding = options.encoding
    drawn = drawn_size(spec.size, options.pixel_ratio)
    even = even_size(drawn, options.even, encoding.pixel_format, options.pixel_ratio)
    size = scaled_size(even, options.scale)
    encoding.require(size, spec.fps, end - start)
    stateless = not report.reasons
    chunks = cut_chunks(
        start, end, chunk_length(spec.frames, spec.fps, stateless=stateless, gop=encoding.gop)
    )
    concurrency = clamp(
        options.concurrency,
        capacity,
        frames=end - start,
        # Nothing but the sound is one piece of work.
        chunks=1 if options.encoding.sound_codec is not None else len(chunks),
        force=options.force_concurrency,
    )
    page = PagePlan(
        url=source.url,
        root=_text(source.root),
        path=source.path,
        stateless=stateless,
        stateful_because=report.reasons,
        props=input_props(spec.default_props, options.props),
        allow_page_errors=options.allow_page_errors,
        ready_timeout=options.ready_timeout,
        network=options.network,
        gpu=options.gpu,
        pixel_ratio=options.pixel_ratio,
    )
    return RenderPlan(
        version=PLAN_VERSION,
        name=source.name,
        page=page,
        size=spec.size,
        fps=spec.fps,
        frames=spec.frames,
        start=start,
        end=end,
        surface=choice.surface,
        surface_reason=choice.reason,
        surface_psnr=choice.psnr,
        encode=EncodePlan(
            encoding.crf,
            encoding.preset,
            1 if encoding.codec.is_intra else encoding.gop or gop_frames(spec.fps),
            size,
            options.even,
            options.scale,
            format=encoding.format.name,
            codec=encoding.codec.name,
            pixel_format=encoding.pixel_format,
            bitrate=encoding.bitrate,
            is_whole=encoding.is_whole,
            hardware=None if encoding.hardware is None else encoding.hardware.name,
        ),
        chunks=chunks,
        concurrency=concurrency,
        browser=str(tools.browser.path),
        ffmpeg=str(tools.ffmpeg.path),
        subtitles=subtitles,
        audio=_audio(spec, options),
    )


def _audio(spec: CompositionSpec, options: DistributedRenderOptions) -> AudioPlan:
    if not options.encoding.format.audio_codecs:
        return AudioPlan()
    tracks = (*(spec.audio_tracks if options.audio else ()), *options.audio_tracks)
    return AudioPlan(options.audio, tracks, Mastering(options.loudness, options.limiter))


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
