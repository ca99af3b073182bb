"""Installers as processes: output kept, a time limit, and nothing left running when it is over."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence

import attrs

from helios_renders.setup.text import last_words


@attrs.frozen
class Finished:
    """How a command ended."""

    output: str
    """Standard output and standard error, as they came."""
    failure: str | None
    """Why it failed, in a line; None when it did not."""

    @property
    def ok(self) -> bool:
        """True when the command did what it was asked to."""
        return self.failure is None


def run(command: Sequence[str], *, timeout: float, environment: Mapping[str, str] | None = None) -> Finished:
    """Run a command without input and wait at most `timeout` seconds; never raises for its failure.

    The command leads a process group of its own, which is ended with it: installers start helpers.
    """
    name = command[0]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        return Finished("", f"{name} does not start: {error.strerror}")
    try:
        output, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        return Finished("", f"{name} did not end within {timeout:.0f} s")
    finally:
        if process.poll() is None:
            _end_group(process)
    if process.returncode == 0:
        return Finished(output, None)
    return Finished(output, last_words(output) or f"{name} ended with code {process.returncode}")


def _end_group(process: subprocess.Popen[str]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()
