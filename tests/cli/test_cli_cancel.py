"""Ctrl-C and its relatives, at chosen and at random moments: soon nothing is left, exit code 130."""

import json
import os
import pty
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from cli.terminal import Started, files_below, hear_signals, started, wait_until, write_page

MAX_SECONDS = 10.0
"""From the signal until the last process and the last file are gone, whatever else the machine does."""
RENDER = ("render", "tiny.html", "--concurrency", "2", "--force-concurrency")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to know the moment")


def listens(process: psutil.Process) -> bool:
    """True when `helios` has begun to handle SIGTERM, which is the first thing that it does."""
    if not process.cmdline():
        # Amid execve(2): what it catches is still its parent's.
        return False
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def is_gone(running: Started) -> bool:
    return running.process.poll() is not None and not running.family()


def assert_nothing_left(running: Started, folder: Path, seconds: float, *empty: str) -> None:
    """Everything is gone within the time; what is still there is named. `empty` folders may stay."""
    end = time.monotonic() + seconds
    try:
        wait_until(lambda: is_gone(running), "every process to end", seconds)
    except AssertionError as error:
        alive = [" ".join(process.cmdline())[:120] for process in running.family()]
        raise AssertionError(f"{error}; still there: {alive}") from None
    # A killed command's files may be taken by another one that starts just then, after the last process.
    rest = {"tiny.html", "temporary", *empty}
    while left := files_below(folder) - rest:
        assert time.monotonic() < end, f"waited {seconds} s for these files to go: {left}"
        time.sleep(0.02)
    assert files_below(folder) >= {"tiny.html", "temporary"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_page(tmp_path, seconds=60)
    (tmp_path / "temporary").mkdir()
    return tmp_path


def start(folder: Path, *options: str, **more: Any) -> Any:
    return started(*RENDER, *options, cwd=folder, environment={"TMPDIR": str(folder / "temporary")}, **more)


def progress(running: Started) -> dict[str, Any]:
    assert running.process.stdout is not None
    line = running.process.stdout.readline()
    assert line, running.process.communicate()
    found: dict[str, Any] = json.loads(line)
    assert found["type"] == "progress", found
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_signal_while_rendering(number: signal.Signals, folder: Path) -> None:
    with start(folder, "--json") as running:
        while progress(running)["framesDone"] < 5:
            continue
        assert len(running.family()) > 5
        running.process.send_signal(number)
        assert_nothing_left(running, folder, MAX_SECONDS)
        assert running.process.returncode == 130
        out, err = running.process.communicate(timeout=10)
    last = json.loads(out.splitlines()[-1])
    assert (last["type"], last["code"]) == ("error", "cancelled")
    assert "Traceback" not in err
    assert "error" not in err


def test_second_signal_changes_nothing(folder: Path) -> None:
    with start(folder, "--json") as running:
        while progress(running)["framesDone"] < 5:
            continue
        for _ in range(20):
            running.process.send_signal(signal.SIGINT)
        assert_nothing_left(running, folder, MAX_SECONDS)
        assert running.process.returncode == 130
        assert "Traceback" not in running.process.communicate(timeout=10)[1]


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 6, 9, 12])
def test_signal_when_so_many_processes_run(processes: int, folder: Path) -> None:
    with start(folder) as running:
        wait_until(lambda: listens(psutil.Process(running.process.pid)), "helios to listen", 30)
        wait_until(lambda: len(running.family()) >= processes, f"{processes} processes", 60)
        running.process.send_signal(signal.SIGINT)
        assert_nothing_left(running, folder, MAX_SECONDS)
        assert running.process.returncode == 130, running.process.communicate()


@pytest.mark.parametrize("seed", range(6))
def test_signal_at_a_random_moment(seed: int, folder: Path) -> None:
    dice = random.Random(seed)
    delay = dice.uniform(0, 3)
    with start(folder) as running:
        wait_until(lambda: listens(psutil.Process(running.process.pid)), "helios to listen", 30)
        with pytest.raises(subprocess.TimeoutExpired):
            running.process.wait(timeout=delay)
        for _ in range(dice.choice([1, 1, 2])):
            running.process.send_signal(dice.choice([signal.SIGINT, signal.SIGTERM]))
        assert_nothing_left(running, folder, MAX_SECONDS)
        assert running.process.returncode == 130, running.process.communicate()
        assert "Traceback" not in running.process.communicate(timeout=10)[1]


def test_queued_pages_are_cancelled_too(folder: Path) -> None:
    with start(folder, "tiny.html", "tiny.html", "--json") as running:
        while progress(running)["framesDone"] < 2:
            continue
        running.process.send_signal(signal.SIGINT)
        assert_nothing_left(running, folder, MAX_SECONDS)
        assert running.process.returncode == 130
        out, _ = running.process.communicate(timeout=10)
    objects = [json.loads(line) for line in out.splitlines()]
    assert [line["code"] for line in objects if line["type"] == "error"] == ["cancelled"] * 3


@pytest.mark.parametrize("command", ["probe", "doctor"])
def test_other_commands_end_too(command: str, folder: Path) -> None:
    write_page(
        folder, extra="<script>window.helios = { waitUntilStable: () => new Promise(() => {}) };</script>"
    )
    page = ["tiny.html"] if command == "probe" else []
    with started(command, *page, cwd=folder, environment={"TMPDIR": str(folder / "temporary")}) as running:
        # Early, because a doctor's browser is gone again within half a second.
        wait_until(lambda: len(running.family()) > 2, "the browser's driver to start", 30)
        running.process.send_signal(signal.SIGINT)
        wait_until(lambda: is_gone(running), "every process to end", MAX_SECONDS)
        assert running.process.returncode == 130
        assert "Traceback" not in running.process.communicate(timeout=10)[1]


def test_killed_without_a_word(folder: Path) -> None:
    with start(folder, "--json") as running:
        while progress(running)["framesDone"] < 5:
            continue
        running.process.kill()
        assert_nothing_left(running, folder, MAX_SECONDS, "renders")


def test_ctrl_c_on_a_terminal(folder: Path) -> None:
    """The terminal sends SIGINT to the whole foreground process group, and the bar gives the cursor back."""
    near, far = pty.openpty()
    streams = {"stdin": far, "stdout": far, "stderr": far, "start_new_session": True}
    # setsid and then opening the terminal makes it the controlling one, so that ^C becomes a signal.
    name = os.ttyname(far)

    def take_terminal() -> None:
        hear_signals()
        os.close(os.open(name, os.O_RDWR))

    with start(folder, **streams, preexec_fn=take_terminal) as running:
        os.close(far)
        shown = read_until(near, b"frames", 60)
        if b"worker 2" not in shown:
            # The rest of the bars comes with the next piece.
            read_until(near, b"worker 2", 60)
        os.write(near, b"\x03")
        assert_nothing_left(running, folder, MAX_SECONDS)
        assert running.process.returncode == 130
        rest = read_to_end(near)
    assert b"cancelled" in rest
    assert b"Traceback" not in rest
    assert rest.rindex(b"\x1b[?25h") > rest.find(b"\x1b[?25l")


def read_until(terminal: int, wanted: bytes, seconds: float) -> bytes:
    """What the terminal shows up to the wanted bytes."""
    end = time.monotonic() + seconds
    seen = b""
    while wanted not in seen:
        assert time.monotonic() < end, f"waited {seconds} s for {wanted!r} in {seen[-2000:]!r}"
        seen += os.read(terminal, 65536)
    return seen


def read_to_end(terminal: int) -> bytes:
    """What the terminal still shows after its last process has ended."""
    seen = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux's answer at the end of a pseudo terminal
            return seen
        if not part:
            return seen
        seen += part
