"""`helios doctor`: every check of the set-up, and how many workers come of it."""

import asyncio
import json
import sys
from pathlib import Path

from helios_renders.cli.stop import run_until_stopped
from helios_renders.cli.words import concurrency_line, one_line
from helios_renders.render.capacity import clamp, read_capacity
from helios_renders.setup.doctor import Check, Status, examine, look_for_programs


def doctor(*, as_json: bool, quick: bool) -> int:
    """Check everything, print each check as it is made, and return 1 when something needed is missing.

    `quick` only looks for the programs, which takes about a second.
    """
    failed: list[Check] = []

    def tell(check: Check) -> None:
        if check.status is Status.FAIL:
            failed.append(check)
        text = check_json(check) if as_json else "\n".join(check_lines(check))
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    if quick:
        look_for_programs(tell)
    else:
        asyncio.run(run_until_stopped(examine(tell, Path.cwd())))
        for check in check_capacity():
            tell(check)
    if as_json:
        sys.stdout.write(f"{json.dumps({'type': 'doctor', 'ok': not failed})}\n")
    return 1 if failed else 0


def check_capacity() -> list[Check]:
    """Each bound that the machine sets on the workers, and what `--concurrency auto` would give."""
    capacity = read_capacity()
    bounds = ", ".join(f"{bound.detail} ({bound.workers})" for bound in capacity.bounds)
    given = concurrency_line(clamp("auto", capacity))
    return [Check("machine", Status.OK, bounds), Check("workers", Status.OK, given)]


def check_json(check: Check) -> str:
    """A check as one JSON object."""
    named = {"type": "check", "name": check.name, "status": check.status.value}
    return json.dumps({**named, "message": one_line(check.message), "advice": one_line(check.advice)})


def check_lines(check: Check) -> list[str]:
    """A check for a person: one line, and one more for the advice."""
    lines = [f"{check.status.value:<5} {check.name:<14} {one_line(check.message)}"]
    return lines + ([f"{'':<21}{one_line(check.advice)}"] if check.advice else [])
