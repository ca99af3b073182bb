"""Times commands that make the same video, in turn, and says how they compare.

    python tests/bench/compare.py ROUNDS TASKS.json

TASKS is a list of objects: `page` (`dom`, `canvas` or `static`), `group`, `tool`, and `command`, which is
a list of words in which `{out}` stands for the video's path; `frames` where the page is longer than its own
ten seconds. The first tool of a `group` is what the others are compared with. Wall time is from a command's
start to its end; processor time is that of all its processes.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from helios_renders.bench.usage import UsageMeter
from helios_renders.encode.ffmpeg import find_ffmpeg

SAMPLE_SECONDS = 0.2
TIMEOUT_SECONDS = 300.0
BITS = 10


@attrs.frozen
class Page:
    """One of the three pages, with the place of its bar code: ten cells, the least bit first."""

    frames: int
    left: int
    top: int
    width: int
    height: int


PAGES = {
    "dom": Page(300, 0, 1056, 24, 24),
    "canvas": Page(300, 0, 696, 24, 24),
    "static": Page(600, 1640, 1004, 20, 16),
}


@attrs.frozen
class Run:
    """One run of one command."""

    seconds: float
    cpu_seconds: float
    peak_pss: int
    right: int
    """Frames that show their own number."""
    digest: str
    """Of the file."""


def run(page: Page, command: list[str], folder: Path) -> Run:
    """Runs one command to its end; raises subprocess.CalledProcessError and TimeoutError."""
    output = folder / "video.mp4"
    output.unlink(missing_ok=True)
    words = [word.replace("{out}", str(output)) for word in command]
    with (folder / "log.txt").open("w") as log:
        began = time.monotonic()
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        meter, looks = UsageMeter(), 0
        meter.look(memory=False)
        before, own_before = meter.read(), os.times()
        while process.poll() is None:
            if time.monotonic() - began > TIMEOUT_SECONDS:
                process.kill()
                raise TimeoutError(f"{words[0]} has not ended within {TIMEOUT_SECONDS:g} s.")
            meter.look(memory=looks % 5 == 0)
            looks += 1
            time.sleep(SAMPLE_SECONDS)
        seconds = time.monotonic() - began
    if process.returncode:
        sys.stderr.write((folder / "log.txt").read_text()[-2000:])
        raise subprocess.CalledProcessError(process.returncode, words)
    meter.look(memory=False)
    usage, own_after = meter.read(), os.times()
    own = own_after.user + own_after.system - own_before.user - own_before.system
    shown = read_numbers(output, page)
    right = sum(number == frame for frame, number in enumerate(shown[: page.frames]))
    digest = subprocess.run(["sha256sum", output], capture_output=True, text=True, check=True).stdout[:12]
    return Run(seconds, usage.total_cpu - before.total_cpu - own, usage.peak_pss, right, digest)


def page_of(task: dict[str, Any]) -> Page:
    """The page of a task, as long as the task has it."""
    page = PAGES[task["page"]]
    return attrs.evolve(page, frames=task.get("frames", page.frames))


def read_numbers(video: Path, page: Page) -> list[int]:
    """The frame numbers that a video's bar code shows."""
    crop = f"crop={page.width * BITS}:{page.height}:{page.left}:{page.top},scale={BITS}:1:flags=area"
    command = [str(find_ffmpeg().path), "-v", "error", "-i", str(video), "-vf", f"{crop},format=gray"]
    command += ["-fps_mode", "passthrough", "-f", "rawvideo", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    cells = np.frombuffer(raw, np.uint8).reshape(-1, BITS) > 127
    return [int(number) for number in cells @ (1 << np.arange(BITS))]


def main(rounds: int, tasks: list[dict[str, Any]]) -> None:
    """Runs every task once a round and prints a table."""
    runs: list[list[Run]] = [[] for _ in tasks]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            for task, done in zip(tasks, runs, strict=True):
                done.append(run(page_of(task), task["command"], Path(folder)))
                last = done[-1]
                print(number + 1, task["page"], task["tool"], f"{last.seconds:.1f} s", flush=True)
    print(
        "page, tool, median seconds (every round), frames/s, times ours, CPU ms/frame, PSS MB, right, files"
    )
    ours: dict[str, float] = {}
    for task, done in zip(tasks, runs, strict=True):
        page = page_of(task)
        median = statistics.median(each.seconds for each in done)
        first = ours.setdefault(task["group"], median)
        cpu = statistics.median(each.cpu_seconds for each in done) / page.frames * 1000
        every = " ".join(f"{each.seconds:.1f}" for each in done)
        print(
            f"{task['page']:<7} {task['tool']:<22} {median:>6.1f} ({every})".ljust(54),
            f"{page.frames / median:>8.1f} {median / first:>6.2f} {cpu:>13.0f}",
            f"{max(each.peak_pss for each in done) / 1e6:>7.0f}",
            f"{min(each.right for each in done)}/{page.frames}",
            len({each.digest for each in done}),
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()))
