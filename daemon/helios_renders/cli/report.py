"""What a render tells: as JSON lines for programs, as plain lines for a log (`bars`: on a terminal)."""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol, TextIO

from helios_renders.cli import words
from helios_renders.errors import HeliosError
from helios_renders.jobs.job import Job, JobError
from helios_renders.render.events import Phase
from helios_renders.render.progress import RenderProgress
from helios_renders.render.result import RenderResult
from helios_renders.wire import make_converter

MIN_INTERVAL = 0.1
"""Seconds between two reports of progress."""


class Reporter(Protocol):
    """Who tells a person or a program what the jobs do."""

    def changed(self, job: Job) -> None:
        """A job that has not ended yet made progress or changed its state."""

    def ended(self, job: Job) -> None:
        """A job is done, failed or cancelled."""

    def refused(self, error: HeliosError, subject: str = "") -> None:
        """Something could not even begin."""

    def close(self) -> None:
        """Nothing more will be told."""


class Pace:
    """Lets an action through at most once in an interval."""

    def __init__(self, interval: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = interval
        self._clock = clock
        self._next = 0.0

    def ready(self) -> bool:
        """True when the interval has passed since the last True."""
        now = self._clock()
        if now < self._next:
            return False
        self._next = now + self._interval
        return True


class JsonReporter:
    """One JSON object a line on standard output; errors also as text on standard error."""

    def __init__(self, *, several: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._several = several
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._pace = Pace(MIN_INTERVAL)
        self._converter = make_converter()

    def changed(self, job: Job) -> None:
        """Print the job's progress, at most ten times a second."""
        if job.progress is not None and self._pace.ready():
            self._object("progress", job.name, self._converter.unstructure(job.progress))

    def ended(self, job: Job) -> None:
        """Print the job's result or error."""
        if job.result is not None:
            self._object("result", job.name, self._converter.unstructure(job.result))
        else:
            self._error(outcome(job), job.name)

    def refused(self, error: HeliosError, subject: str = "") -> None:
        """Print the error."""
        self._error(error, subject)

    def close(self) -> None:
        """Nothing is kept open."""

    def _error(self, error: HeliosError | JobError, name: str) -> None:
        fields = {"code": error.code, "message": words.one_line(error.message), "advice": error.advice}
        self._object("error", name, {**fields, "details": list(error.details)})
        subject = name if self._several else ""
        print(*words.error_lines(error, subject), sep="\n", file=self._err, flush=True)

    def _object(self, kind: str, name: str, fields: dict[str, Any]) -> None:
        named = {"type": kind, "name": name} if name else {"type": kind}
        print(json.dumps({**named, **fields}), file=self._out, flush=True)


class PlainReporter:
    """Plain lines for a log: progress on standard error at every tenth, the result on standard output."""

    def __init__(self, *, several: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._several = several
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._last: tuple[str, Phase, str, int] | None = None

    def changed(self, job: Job) -> None:
        """Print a line when a phase or a wait began, or another tenth is done."""
        if job.progress is None:
            return
        step = (job.id, job.progress.phase, job.progress.waiting, int(job.progress.percent // 10))
        if step != self._last and job.progress.phase is not Phase.DONE:
            self._last = step
            print(f"{job.name}: {progress_line(job.progress)}", file=self._err, flush=True)

    def ended(self, job: Job) -> None:
        """Print the job's result or error."""
        if job.result is not None:
            print(*result_lines(job.result), sep="\n", file=self._out, flush=True)
        else:
            subject = job.name if self._several else ""
            print(*words.error_lines(outcome(job), subject), sep="\n", file=self._err, flush=True)

    def refused(self, error: HeliosError, subject: str = "") -> None:
        """Print the error."""
        print(*words.error_lines(error, subject), sep="\n", file=self._err, flush=True)

    def close(self) -> None:
        """Nothing is kept open."""


class Listener:
    """Passes everything on to a reporter until its output is gone (a closed pipe or terminal)."""

    def __init__(self, reporter: Reporter, on_gone: Callable[[], None]) -> None:
        self._reporter = reporter
        self._on_gone = on_gone
        self._gone = False

    def changed(self, job: Job) -> None:
        """Pass it on."""
        self._pass(lambda: self._reporter.changed(job))

    def ended(self, job: Job) -> None:
        """Pass it on."""
        self._pass(lambda: self._reporter.ended(job))

    def refused(self, error: HeliosError, subject: str = "") -> None:
        """Pass it on."""
        self._pass(lambda: self._reporter.refused(error, subject))

    def close(self) -> None:
        """Pass it on."""
        self._pass(self._reporter.close)

    def _pass(self, call: Callable[[], None]) -> None:
        if self._gone:
            return
        try:
            call()
        except OSError:
            self._gone = True
            silence()
            self._on_gone()


def silence() -> None:
    """Send what is left for standard output to nowhere, so that Python's last flush does not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def outcome(job: Job) -> JobError:
    """Why a job that has no result ended."""
    return job.error or JobError("cancelled", "The render was cancelled.")


def progress_line(progress: RenderProgress) -> str:
    """A render's progress in one line."""
    if progress.phase is not Phase.RENDERING:
        return progress.waiting or str(progress.phase.value)
    parts = [f"{int(progress.percent)} %", f"{progress.frames_done} of {progress.frames_total} frames"]
    if progress.fps is not None:
        parts.append(f"{progress.fps:.1f} fps")
    if progress.eta_seconds is not None:
        parts.append(f"about {words.seconds(progress.eta_seconds)} left")
    return ", ".join(parts)


def result_lines(result: RenderResult) -> list[str]:
    """What was made and what was really used, the path first."""
    rate = result.frames / result.seconds if result.seconds > 0 else 0.0
    surface = f"surface {result.surface} ({words.one_line(result.surface_reason)})"
    work = f"{words.counted(result.frames, 'frame')} in {words.seconds(result.seconds)} ({rate:.1f} fps)"
    if result.reused_frames:
        work += f", {result.reused_frames} of them kept from an earlier render"
    lines = [
        str(result.output),
        f"  {work}, {words.size(result.size_bytes)}",
        f"  {words.concurrency_line(result.concurrency)}",
        f"  {result.browser} (sandbox {result.sandbox}), {surface}, {result.encoder}",
    ]
    if result.subtitles:
        beside = "" if result.sidecar is None else f": {result.sidecar}"
        lines.append(f"  subtitles {words.one_line(result.subtitles + beside)}")
    if result.audio:
        lines.append(f"  sound: {words.one_line(', '.join(result.audio))}")
    lines += [f"  page error: {words.one_line(str(problem))}" for problem in result.page_errors]
    return lines + [f"  warning: {words.one_line(warning)}" for warning in result.warnings]
