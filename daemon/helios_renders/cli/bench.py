"""`helios bench`: how fast renders are here, what each stage costs, and what is left to gain."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

import attrs

from helios_renders.bench.floor import floors
from helios_renders.bench.renders import Measured, RenderRow, measure, row
from helios_renders.bench.stages import measure_stages
from helios_renders.capture.session import UntrustedRun
from helios_renders.cli.bench_report import json_lines, table
from helios_renders.errors import InvalidOption
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.orchestrator import RenderOrchestrator

MAX_ROUNDS = 100


@attrs.frozen
class BenchOptions:
    """What to measure."""

    requests: tuple[StartRenderOptions, ...]
    """One for each page; surface and concurrency come from the lists."""
    surfaces: tuple[str | None, ...]
    concurrencies: tuple[str, ...]
    rounds: int


def bench_options(arguments: argparse.Namespace, requests: Sequence[StartRenderOptions]) -> BenchOptions:
    """The lists of the command line; raises InvalidOption for a value that no render would take."""
    surfaces = tuple(_listed(arguments.surfaces)) or (None,)
    concurrencies = tuple(_listed(arguments.concurrencies)) or ("1", "auto")
    for request in requests:
        for surface in surfaces:
            for concurrency in concurrencies:
                attrs.evolve(request, surface=surface, concurrency=concurrency).checked()
    return BenchOptions(tuple(requests), surfaces, concurrencies, _rounds(arguments.rounds))


def built_in_pages() -> list[str]:
    """The pages that come along: much that moves, one canvas, and little that moves."""
    folder = resources.files("helios_renders.bench").joinpath("pages")
    return [str(folder.joinpath(f"{name}.html")) for name in ("dom", "canvas", "static")]


async def bench(options: BenchOptions, tell: Callable[[str], None], *, as_json: bool) -> int:
    """Measures everything in turn, round by round, so that a slow drift of the machine hits all alike."""
    cases = [
        attrs.evolve(request, surface=surface, concurrency=concurrency)
        for request in options.requests
        for surface in options.surfaces
        for concurrency in options.concurrencies
    ]
    measured: list[list[Measured]] = [[] for _ in cases]
    with tempfile.TemporaryDirectory(prefix="helios-bench-") as folder:
        for number in range(options.rounds):
            for case, runs in zip(cases, measured, strict=True):
                tell(f"round {number + 1} of {options.rounds}: {_title(case)}")
                runs.append(await measure(case, Path(folder)))
    rows = [row(_page(case), runs) for case, runs in zip(cases, measured, strict=True)]
    stages = []
    for request in options.requests:
        for surface in options.surfaces:
            tell(f"stages: {_page(request)}")
            plan = await RenderOrchestrator.prepare(attrs.evolve(request, surface=surface).checked())
            try:
                costs = await measure_stages(plan, _workers(rows, _page(request)))
            except UntrustedRun:
                tell("  the page loads things as it goes, so that its stages cannot be told apart")
            else:
                stages.append(attrs.evolve(costs, page=_page(request)))
    write = json_lines if as_json else table
    sys.stdout.write("\n".join([*write(rows, stages, floors(rows, stages)), ""]))
    return 0


def _workers(rows: Sequence[RenderRow], page: str) -> int:
    """The most workers that a page was rendered with."""
    return max(each.concurrency for each in rows if each.page == page)


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in text.split(",")] if text else []


def _rounds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_ROUNDS:
        raise InvalidOption(f"Rounds is {text}.", f"Give a whole number from 1 to {MAX_ROUNDS}.")
    return int(text)


def _page(request: StartRenderOptions) -> str:
    path = Path(request.composition)
    return path.stem if path.suffix else path.name


def _title(case: StartRenderOptions) -> str:
    return f"{_page(case)}, surface {case.surface or 'auto'}, concurrency {case.concurrency}"
