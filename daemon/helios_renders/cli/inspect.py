"""`helios probe` and `helios plan`: what a page is, and what a render would do."""

import json
from typing import Any

from helios_renders.cli import words
from helios_renders.composition.spec import CompositionSpec
from helios_renders.render.plan import RenderPlan
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


def plan_lines(plan: RenderPlan) -> list[str]:
    """The plan for a person."""
    if plan.page.stateless:
        way = "the clock jumps to each chunk"
    else:
        way = f"the clock runs up to each chunk ({'; '.join(plan.page.stateful_because)})"
    frames = f"{words.counted(plan.total, 'frame')} ({plan.start}:{plan.end} of {plan.frames})"
    keys = f"key frame every {words.counted(plan.encode.gop, 'frame')}"
    return [
        plan.name,
        f"  video     {plan.encode.size}, {plan.fps} fps, {frames}",
        f"  chunks    {words.counted(len(plan.chunks), 'chunk')}, {way}",
        f"  workers   {words.concurrency_line(plan.concurrency)}",
        f"  surface   {plan.surface} ({words.one_line(plan.surface_reason)})",
        f"  encoder   H.264, CRF {plan.encode.crf}, preset {plan.encode.preset}, {keys}",
        f"  browser   {plan.browser}, network {plan.page.network}",
        f"  ffmpeg    {plan.ffmpeg}",
    ]
