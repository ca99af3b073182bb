"""What `helios bench` prints."""

import json
from collections.abc import Sequence
from typing import Any

from helios_renders.bench.floor import Floor
from helios_renders.bench.renders import RenderRow
from helios_renders.bench.stages import StageCosts
from helios_renders.bench.usage import Role
from helios_renders.cli.words import size
from helios_renders.wire import make_converter

_HEAD = ("page", "surface", "workers", "frames/s", "least-most", "first frame", "CPU ms/frame", "peak PSS")
_FORM = "{:<12} {:<12} {:>7} {:>9} {:>12} {:>12} {:>20} {:>9}"


def table(rows: Sequence[RenderRow], stages: Sequence[StageCosts], floors: Sequence[Floor]) -> list[str]:
    """Three tables for a person: whole renders, stages, floors."""
    lines = [_FORM.format(*_HEAD)]
    for each in rows:
        parts = " + ".join(f"{each.cpu_ms[role.value]:.0f}" for role in Role)
        spread = f"{each.fps.least:.1f}-{each.fps.most:.1f}"
        cells = (f"{each.fps.median:.1f}", spread, f"{each.first_frame:.1f} s", parts, size(each.peak_pss))
        lines.append(_FORM.format(each.page, each.surface, each.concurrency, *cells))
    lines += [f"CPU: {' + '.join(role.value for role in Role)}", "", "Stages, CPU ms/frame (no encoder)"]
    for costs in stages:
        parts = ", ".join(f"{name} {ms:.1f}" for name, ms in costs.ms.items())
        at_once = "one page" if costs.pages == 1 else f"{costs.pages} pages at once"
        lines.append(f"{costs.page:<12} {costs.surface:<12} {parts} ({at_once})")
    lines += ["", "Floor (clock, paint and encoder on all cores, nothing else)"]
    for floor in floors:
        lines.append(
            f"{floor.page:<12} {floor.surface:<12} {floor.cpu_ms:.0f} CPU ms/frame, {floor.fps:.1f} frames/s "
            f"on {floor.cores} cores, {floor.ratio:.2f} times the fastest row"
        )
    return lines


def json_lines(rows: Sequence[RenderRow], stages: Sequence[StageCosts], floors: Sequence[Floor]) -> list[str]:
    """One JSON object a line, with `type` `render`, `stages` or `floor`."""
    converter = make_converter()

    def line(kind: str, value: Any) -> str:
        return json.dumps({"type": kind, **converter.unstructure(value)})

    return [
        *(line("render", each) for each in rows),
        *(line("stages", each) for each in stages),
        *(line("floor", each) for each in floors),
    ]
