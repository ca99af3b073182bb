"""How fast a page could be at best here, from what its stages were measured to cost."""

from collections.abc import Sequence

import attrs

from helios_renders.bench.renders import RenderRow
from helios_renders.bench.stages import StageCosts
from helios_renders.bench.usage import Role
from helios_renders.render.capacity import read_capacity

FLOOR_STAGES = ("clock", "paint", "capture")
"""What a page costs at least before its pixels go anywhere; `capture` where painting cannot be told apart."""


@attrs.frozen
class Floor:
    """What a frame costs at least: the clock, the paint and the encoder on all cores, and nothing else."""

    page: str
    surface: str
    cpu_ms: float
    """Milliseconds of processor time a frame."""
    fps: float
    """Frames per second on all cores that may be used."""
    cores: int
    ratio: float
    """The floor's frames per second by those of the fastest row."""


def floors(rows: Sequence[RenderRow], stages: Sequence[StageCosts]) -> list[Floor]:
    """One floor for each page and surface of which both the stages and a render were measured."""
    found = []
    cores = read_capacity().cores
    for costs in stages:
        same = [each for each in rows if (each.page, each.surface) == (costs.page, costs.surface)]
        if not same:
            continue
        fastest = max(same, key=lambda each: each.fps.median)
        cpu_ms = sum(costs.ms.get(name, 0.0) for name in FLOOR_STAGES) + fastest.cpu_ms[Role.ENCODER.value]
        fps = cores * 1000 / cpu_ms
        found.append(Floor(costs.page, costs.surface, cpu_ms, fps, cores, fps / fastest.fps.median))
    return found
