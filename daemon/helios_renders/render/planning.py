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
from helios_renders.encode.ffmpeg import FfmpegExecutable
from helios_renders.render.capacity import Capacity, clamp
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.plan import (
    PLAN_VERSION,
    EncodePlan,
    PagePlan,
    RenderPlan,
    chunk_length,
    cut_chunks,
    even_size,
    gop_frames,
    resolve_range,
)


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
) -> RenderPlan:
    """The plan of one render; raises InvalidOption for a range, size or surface that cannot be."""
    start, end = resolve_range(spec, options.range)
    size = even_size(spec.size, options.even)
    stateless = not report.reasons
    chunks = cut_chunks(start, end, chunk_length(spec.frames, spec.fps, stateless=stateless))
    concurrency = clamp(
        options.concurrency,
        capacity,
        frames=end - start,
        chunks=len(chunks),
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
        encode=EncodePlan(options.crf, options.preset, gop_frames(spec.fps), size, options.even),
        chunks=chunks,
        concurrency=concurrency,
        browser=str(tools.browser.path),
        ffmpeg=str(tools.ffmpeg.path),
    )


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
