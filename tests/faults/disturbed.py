"""One render with its faults, from the request to the audit."""

import math
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from random import Random

import attrs

from faults.auditor import SHARED_FOLDERS, Audit, Books, audit
from faults.campaign import Case
from faults.events import EventLog, Moment
from faults.hosts import Outcome
from faults.job import Job, running_job
from faults.kinds import Ending, Kind, Struck
from faults.request import Host, Request, plain_request
from faults.strikes import nothing
from faults.tally import Measured, Record

OLD = b"an older video"
AT_ONCE = Moment("PhaseBegan")
STATES = {
    Ending.DONE: ("done",),
    Ending.CLEAR: ("done", "failed"),
    Ending.CANCELLED: ("cancelled",),
    Ending.GONE: ("dead", "cancelled", "interrupted"),
}


@attrs.frozen
class Disturbed:
    """What came of a case."""

    record: Record
    findings: tuple[str, ...]


async def disturb(case: Case, folder: Path, sha256: str) -> Disturbed:
    """Renders a case in a folder of its own; `sha256` is what an undisturbed render has."""
    dice = Random(case.seed)
    began = time.monotonic()
    with private_memory() as memory:
        async with AsyncExitStack() as stack:
            request = _request(case, folder, memory, dice)
            for kind in case.kinds:
                request = await stack.enter_async_context(kind.setting(request, dice))
            request.prepare()
            books = Books.of(request)
            async with running_job(request) as job:
                strokes = await _strike_all(case, job, dice)
                outcome = await job.outcome()
                ended = time.monotonic()
                audited = await audit(request, books, outcome, sha256, _staying(case, job))
                findings = [*_ending_findings(case, strokes, outcome, job.events), *audited.findings]
                times = _times(strokes, ended, audited, job.events)
    state = "WRONG" if findings else outcome.state
    kinds = tuple(kind.name for kind in case.kinds)
    return Disturbed(Record(kinds, state, time.monotonic() - began, tuple(times)), tuple(findings))


@contextmanager
def private_memory() -> Iterator[Path]:
    """A folder that stands for the machine's memory, in memory where there is such a folder."""
    parent = SHARED_FOLDERS[-1] if SHARED_FOLDERS[-1].is_dir() else None
    with tempfile.TemporaryDirectory(prefix="helios-faults-", dir=parent) as name:
        yield Path(name)


def _request(case: Case, folder: Path, memory: Path, dice: Random) -> Request:
    hosts = set.intersection(*(set(kind.hosts) for kind in case.kinds))
    host = dice.choice(sorted(hosts, key=lambda host: host.value))
    request = plain_request(folder, memory, host)
    if dice.choice([True, False]):
        return attrs.evolve(request.with_options(overwrite=True), old=OLD)
    return request


async def _strike_all(case: Case, job: Job, dice: Random) -> list[tuple[Kind, float]]:
    """Each fault at its moment; those whose moment did not come are left out."""
    planned = [(AT_ONCE if kind.strike is nothing else kind.moment(dice), kind) for kind in case.kinds]
    strokes = []
    for moment, kind in sorted(planned, key=lambda plan: _order(plan[0])):
        if not await job.reach(moment):
            break
        began, before = time.monotonic(), len(job.blows)
        await kind.strike(job, dice)
        # A process that can be struck may have to be waited for.
        strokes.append((kind, job.blows[before] if len(job.blows) > before else began))
    return strokes


def _order(moment: Moment) -> int:
    return moment.count * (60 if moment.event == "ChunkDone" else 1)


def _staying(case: Case, job: Job) -> frozenset[int]:
    """The daemon outlives its renders, unless it was to end itself."""
    is_daemon = job.request.host is not Host.TERMINAL
    ends = any(kind.ending is Ending.GONE for kind in case.kinds)
    return frozenset({job.running.pid}) if is_daemon and not ends else frozenset()


def _ending_findings(
    case: Case, strokes: list[tuple[Kind, float]], outcome: Outcome, events: EventLog
) -> Iterator[str]:
    missed = [kind.name for kind in case.kinds if kind not in [stroke for stroke, _ in strokes]]
    if missed:
        yield f"the render was over before: {', '.join(missed)}"
    told = f"{outcome.state} {outcome.code} {outcome.message}"
    for kind in case.kinds:
        if outcome.state not in STATES[kind.ending]:
            yield f"{kind.name} must end {kind.ending.value}, and ended {told}"
        if outcome.state == "failed" and kind.ending is Ending.CLEAR:
            if outcome.code not in kind.codes:
                yield f"{kind.name} must fail with one of {sorted(kind.codes)}, and ended {told}"
            if not any(word in outcome.message for word in kind.words):
                yield f"{kind.name} must name one of {kind.words}, and ended {told}"
    if outcome.state == "done":
        reasons = [event.fields["reason"] for event in events.told if event.event == "ChunkRetried"]
        for reason in reasons:
            if not any(reason in warning for warning in outcome.warnings):
                yield f"no warning says {reason!r}: {outcome.warnings}"
        if len(case.kinds) == 1 and reasons and not any(word in reasons[0] for word in case.kinds[0].words):
            yield f"{case.kinds[0].name} must name one of {case.kinds[0].words}, but: {reasons}"


def _times(
    strokes: list[tuple[Kind, float]], ended: float, audited: Audit, events: EventLog
) -> Iterator[Measured]:
    moments = [at for _, at in strokes] + [ended]
    for place, (kind, at) in enumerate(strokes):
        struck = Struck(kind, at, min(moments[place + 1], math.inf), audited.gone_at, events)
        for time_of in kind.times:
            if measured := time_of(struck):
                yield attrs.evolve(measured, name=f"{kind.name} {measured.name}")
