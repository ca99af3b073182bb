"""Processes that die while they write their journal: nothing that was accepted is lost."""

import contextlib
import itertools
import json
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from helios_renders.jobs.crash_point import CRASH_AT
from server.commands import environment
from unit.journal_child import video

KILLS = 20
TIMEOUT = 60.0


@attrs.frozen
class Life:
    """What a process said, and how it ended."""

    said: list[tuple[str, list[dict[str, Any]]]]
    code: int

    def states(self, *words: str) -> dict[str, str]:
        """The last that was said of each job in these words."""
        return {job["id"]: job["state"] for word, jobs in self.said if word in words for job in jobs}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "page.html"
    page.write_text("<p>")
    return page


def live(page: Path, *, crash_at: int = 0, kill_after: int | None = None) -> Life:
    """One process's life; it ends by itself, at a write of its journal, or after some lines."""
    command = [sys.executable, "-m", "unit.journal_child", str(journal(page)), str(page)]
    said = []
    with subprocess.Popen(
        command, env=environment(**{CRASH_AT: str(crash_at or "")}), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for number, line in enumerate(process.stdout):
            # A line that is cut off was not heard by anybody.
            if line.endswith("\n"):
                word, jobs = line.split(" ", 1)
                said.append((word, json.loads(jobs)))
            if number == kill_after:
                process.kill()
        code = process.wait(TIMEOUT)
    return Life(said, code)


def journal(page: Path) -> Path:
    return page.with_name("journal.sqlite")


def check_integrity(page: Path) -> None:
    with contextlib.closing(sqlite3.connect(journal(page))) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = db.execute('SELECT job, seq, "from", "to" FROM transitions ORDER BY job, seq').fetchall()
    for (job, seq, _, state), (next_job, next_seq, before, _) in itertools.pairwise(rows):
        if job == next_job:
            assert (next_seq, before) == (seq + 1, state)


def remember(life: Life, accepted: set[str], done: set[str]) -> None:
    """Hold what a process found against what those before it promised, and what it promised itself."""
    if life.said:
        found = life.states("found")
        assert accepted <= found.keys(), "an accepted job is lost"
        assert set(found.values()) <= {"interrupted", "done"}
        assert {job_id for job_id in done if found[job_id] != "done"} == set()
    accepted |= life.states("accepted").keys()
    done |= {job_id for job_id, state in life.states("told", "ended").items() if state == "done"}


def finish(page: Path, accepted: set[str], done: set[str]) -> Life:
    """Let a last process do what is left, look at what came out, and return its life."""
    last = live(page)
    assert last.code == 0
    remember(last, accepted, done)
    assert set(last.states("ended").values()) == {"done"}
    check_integrity(page)
    for crf in (18, 30)[: len(accepted)]:
        assert page.with_name(f"{crf}.mp4").read_bytes() == video(crf)
    return last


def test_a_crash_at_every_write_loses_nothing_and_ends_in_the_same_bytes(tmp_path: Path) -> None:
    crashes, ever_placed = 0, set[int]()
    while True:
        page = tmp_path / str(crashes) / "page.html"
        page.parent.mkdir()
        page.write_text("<p>")
        accepted: set[str] = set()
        done: set[str] = set()
        first = live(page, crash_at=crashes + 1)
        if first.code == 0:
            break
        assert first.code == -signal.SIGKILL
        remember(first, accepted, done)
        placed = sum(page.with_name(f"{crf}.mp4").exists() for crf in (18, 30))
        crashes += 1
        if crashes % 3 == 0:
            # The recovery writes too, and may be cut off.
            remember(live(page, crash_at=1), accepted, done)
        found = finish(page, accepted, done).states("found")
        assert list(found.values()).count("done") == placed
        ever_placed.add(placed)
    # Two jobs, each accepted, rendering, planned, assembling, placing, done.
    assert crashes >= 12
    assert ever_placed == {0, 1, 2}


def test_twenty_kills_at_any_moment_leave_a_sound_journal(page: Path) -> None:
    chance = random.Random(20)
    accepted: set[str] = set()
    done: set[str] = set()
    for _ in range(KILLS):
        life = live(page, kill_after=chance.randrange(12))
        assert life.code in (0, -signal.SIGKILL)
        remember(life, accepted, done)
        check_integrity(page)
        if len(done) == 2:
            for part in page.parent.glob("journal.sqlite*"):
                part.unlink()
            accepted, done = set(), set()
    finish(page, accepted, done)
