"""From the command line to an exit code: the one place where errors become text for a terminal."""

import argparse
import asyncio
import io
import logging
import sys
from collections.abc import Sequence

from helios_renders.cli.arguments import parse
from helios_renders.cli.report import JsonReporter, PlainReporter, Reporter, silence
from helios_renders.errors import HeliosError, UsageError
from helios_renders.importing import many_modules


def run(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, do what it asks, and return the exit code."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name of any script can be printed wherever the output goes.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _run(typed)
    except BrokenPipeError:
        silence()
        return 1


def _run(typed: Sequence[str]) -> int:
    try:
        code = _dispatch(parse(typed))
    except HeliosError as error:
        reporter = JsonReporter if "--json" in typed else PlainReporter
        reporter(several=False).refused(error)
        code = error.exit_code
    except SystemExit as ended:
        # argparse has printed a help or the version.
        code = int(ended.code or 0)
    sys.stdout.flush()
    return code


def _log_the_unexpected() -> None:
    """Only what nobody expected goes from the log to standard error; the rest is told by reporters."""
    handler = logging.StreamHandler()
    handler.addFilter(lambda record: record.exc_info is not None)
    logging.getLogger("helios_renders").addHandler(handler)


def _dispatch(parsed: argparse.Namespace) -> int:
    match parsed.command:
        case "render":
            return _render(parsed)
        case "probe" | "plan":
            return _inspect(parsed)
        case "bench":
            return _bench(parsed)
        case "doctor":
            from helios_renders.cli.doctor import doctor

            return doctor(as_json=parsed.json, quick=parsed.quick)
        case "setup":
            from helios_renders.cli.install import install

            return install()
        case "cache":
            from helios_renders.cli.cache import cache

            return cache(clear=parsed.clear, as_json=parsed.json)
        case "serve":
            with many_modules():
                from helios_renders.server.main import serve

            return serve()
    raise UsageError("No command was given.", "Try `helios render PAGE`, or see `helios --help`.")


def _render(parsed: argparse.Namespace) -> int:
    with many_modules():
        from helios_renders.cli.pages import requests
        from helios_renders.cli.render import render

    _log_the_unexpected()
    wanted = requests(parsed)
    return asyncio.run(render(wanted, _reporter(as_json=parsed.json, several=len(wanted) > 1)))


def _bench(parsed: argparse.Namespace) -> int:
    with many_modules():
        from helios_renders.cli.bench import bench, bench_options, built_in_pages
        from helios_renders.cli.pages import requests
        from helios_renders.cli.stop import run_until_stopped

    parsed.pages = parsed.pages or built_in_pages()
    options = bench_options(parsed, requests(parsed))

    def tell(line: str) -> None:
        sys.stderr.write(f"{line}\n")

    return asyncio.run(run_until_stopped(bench(options, tell, as_json=parsed.json)))


def _reporter(*, as_json: bool, several: bool) -> Reporter:
    if as_json:
        return JsonReporter(several=several)
    if sys.stderr.isatty():
        from helios_renders.cli.bars import BarReporter

        return BarReporter(several=several)
    return PlainReporter(several=several)


def _inspect(parsed: argparse.Namespace) -> int:
    with many_modules():
        from helios_renders.cli import inspect
        from helios_renders.cli.pages import request
        from helios_renders.cli.stop import run_until_stopped
        from helios_renders.render.orchestrator import RenderOrchestrator

    options = request(parsed).checked()
    if parsed.command == "probe":
        spec = asyncio.run(run_until_stopped(RenderOrchestrator.probe(options)))
        lines = [inspect.probe_json(spec)] if parsed.json else inspect.probe_lines(spec)
    else:
        plan = asyncio.run(run_until_stopped(RenderOrchestrator.prepare(options)))
        lines = [inspect.plan_json(plan)] if parsed.json else inspect.plan_lines(plan)
    sys.stdout.write("\n".join([*lines, ""]))
    return 0
