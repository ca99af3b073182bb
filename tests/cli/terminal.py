"""The `helios` command as a real process, and what is left behind by it."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import psutil

HELIOS = (sys.executable, "-m", "helios_renders")
MARK = "HELIOS_TEST_MARK"

TINY = """<!doctype html>
<meta name="helios:size" content="64x48">
<meta name="helios:fps" content="30">
<meta name="helios:duration" content="{seconds}">
<style>
@keyframes move {{ to {{ translate: 32px }} }}
i {{ animation: move 4s linear; position: absolute }}
</style>
<i>x</i>
{extra}
"""


@attrs.frozen
class Finished:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Every line of standard output as the JSON object that it has to be."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def last(self) -> dict[str, Any]:
        """The last JSON object."""
        return self.objects[-1]


def helios(
    *arguments: str | Path,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
    timeout: float = 120,
) -> Finished:
    """Run `helios` to its end, by the command `before`, without a terminal and without input."""
    done = subprocess.run(
        [*before, *HELIOS, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def write_page(folder: Path, name: str = "tiny.html", *, seconds: float = 1, extra: str = "") -> Path:
    """A small page in a folder of its own choosing."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / name
    page.write_text(TINY.format(seconds=seconds, extra=extra))
    return page


def assert_error(finished: Finished, code: int, *words: str) -> None:
    """One `error:` line that holds the words, one line of advice, no traceback, the exit code."""
    assert finished.code == code, finished
    assert "Traceback" not in finished.err, finished.err
    lines = finished.err.splitlines()
    errors = [number for number, line in enumerate(lines) if line.startswith("error: ")]
    assert len(errors) == 1, finished.err
    advice = lines[errors[0] + 1] if len(lines) > errors[0] + 1 else ""
    assert advice.startswith("  "), finished.err
    assert advice.strip(), finished.err
    for word in words:
        assert word in lines[errors[0]], finished.err


@attrs.define
class Started:
    """A running command whose every descendant carries a mark in its environment."""

    process: subprocess.Popen[str]
    mark: str

    def family(self) -> list[psutil.Process]:
        """Every process that carries the mark, those that lost their parent too."""
        return [process for process in psutil.process_iter() if _carries(process, self.mark)]


def hear_signals() -> None:
    """Give a new process the signals' usual effects, whatever started the tests."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def started(
    *arguments: str | Path,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    command: Sequence[str] = HELIOS,
    **options: Any,
) -> Iterator[Started]:
    """Start `helios`; whatever of it still runs at the end of the block is killed."""
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        [*command, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(environment or {}), MARK: mark},
        **{
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            # A shell's background job ignores Ctrl-C, and would pass that on.
            "preexec_fn": hear_signals,
            **options,
        },
    )
    running = Started(process, mark)
    try:
        yield running
    finally:
        for member in running.family():
            _kill(member)
        process.communicate(timeout=20)


def wait_until(condition: Callable[[], bool], what: str, timeout: float) -> float:
    """Wait for a condition and return the seconds that it took; fails with `what` was waited for."""
    begun = time.monotonic()
    while not condition():
        waited = time.monotonic() - begun
        assert waited < timeout, f"waited {timeout} s for {what}"
        time.sleep(0.02)
    return time.monotonic() - begun


def files_below(folder: Path) -> set[str]:
    """Every file and folder below a folder, hidden ones too, also while they are being removed."""
    # Unlike `Path.rglob` of Python 3.11, which fails when a folder goes meanwhile.
    return {
        str(Path(place, name).relative_to(folder))
        for place, folders, files in os.walk(folder)
        for name in (*folders, *files)
    }


def _carries(process: psutil.Process, mark: str) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == mark
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return
