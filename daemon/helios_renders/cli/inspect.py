"""`helios probe` and `helios plan`: what a page is, and what a render would do."""

import json
from typing import Any

from helios_renders.cli import words
from helios_renders.composition.spec import CompositionSpec
from helios_renders.encode.codecs import CODECS, NO_PICTURES
from helios_renders.encode.formats import format_named
from helios_renders.render.options import MAX_SCALE
from helios_renders.render.plan import AudioPlan, EncodePlan, RenderPlan
from helios_renders.wire import make_converter


def probe_json(spec: CompositionSpec) -> str:
    """The composition as one JSON object; `duration` in seconds."""
    fields: dict[str, Any] = make_converter().unstructure(spec)
    return json.dumps({"type": "probe", **fields, "duration": float(spec.duration)})


def probe_lines(spec: CompositionSpec) -> list[str]:
    """Each value with the place it was read from."""
    duration = f"{float(spec.duration):.3f}".rstrip("0").rstrip(".")
    rows = [
        ("size", str(spec.size), spec.sources["size"]),
        ("fps", str(spec.fps), spec.sources["fps"]),
        ("duration", f"{duration} s", spec.sources["duration"]),
        ("frames", str(spec.frames), "fps and duration"),
    ]
    lines = [f"  {name:<9} {value:<12} from {source}" for name, value, source in rows]
    if spec.default_props:
        lines.append(f"  {'props':<9} {json.dumps(spec.default_props)}")
    return [spec.name, *lines]


def plan_json(plan: RenderPlan) -> str:
    """The plan as one JSON object, which `RenderPlan.from_json` reads back."""
    return json.dumps({"type": "plan", **plan.to_json()})


def _sound(audio: AudioPlan) -> str:
    page = ["what the page plays"] if audio.of_page else []
    parts = [*page, *(track.path.name for track in audio.tracks)]
    if parts and audio.mastering.loudness is not None:
        parts.append(f"at {audio.mastering.loudness:g} LUFS")
    if parts and audio.mastering.limiter:
        parts.append("limited")
    return ", ".join(parts) or "none"


def plan_lines(plan: RenderPlan) -> list[str]:
    """The plan for a person."""
    if plan.page.stateless:
        way = "the clock jumps to each chunk"
    else:
        way = f"the clock runs up to each chunk ({'; '.join(plan.page.stateful_because)})"
    frames = f"{words.counted(plan.total, 'frame')} ({plan.start}:{plan.end} of {plan.frames})"
    size = str(plan.encode.size)
    if plan.encode.scale != MAX_SCALE:
        size += f" ({plan.encode.scale} % of {plan.frame_size})"
    if plan.page.pixel_ratio != 1:
        size += f", {plan.page.pixel_ratio:g} pixels to one of the page's"
    subtitles = [] if plan.subtitles is None else [f"  subtitles {words.one_line(str(plan.subtitles))}"]
    return [
        plan.name,
        f"  video     {size}, {plan.fps} fps, {frames}",
        f"  chunks    {words.counted(len(plan.chunks), 'chunk')}, {way}",
        f"  workers   {words.concurrency_line(plan.concurrency)}",
        f"  surface   {plan.surface} ({words.one_line(plan.surface_reason)})",
        f"  encoder   {_encoder(plan.encode)}",
        *subtitles,
        f"  sound     {_sound(plan.audio)}",
        f"  browser   {plan.browser}, network {plan.page.network}, GPU {plan.page.gpu}",
        f"  ffmpeg    {plan.ffmpeg}",
    ]


def _encoder(encode: EncodePlan) -> str:
    codec = CODECS[encode.codec]
    if codec is NO_PICTURES:
        return f"{format_named(encode.format).label}, sound alone"
    label = format_named(encode.format).label
    parts = [label if label == codec.label else f"{label} with {codec.label}"]
    if encode.bitrate is not None:
        parts.append(f"{encode.bitrate / 1e6:g} Mbit/s")
    elif codec.quality is not None:
        parts.append(f"CRF {encode.crf}")
    if encode.preset:
        parts.append(f"preset {encode.preset}")
    if not codec.is_intra and codec.quality is not None:
        parts.append(f"key frame every {words.counted(encode.gop, 'frame')}")
    return ", ".join(parts)
