"""Whose a folder is, and what goes when its owner is gone."""

import errno
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import psutil
import pytest

from cli.terminal import wait_until
from helios_renders.render import scratch
from helios_renders.render.output import SCRATCH_MARK, next_free, scratch_folder, sweep_scratches
from helios_renders.render.owner import Owner
from helios_renders.render.scratch import ORPHANAGE, WorkersScratch, sweep

WAIT_SECONDS = 10


@pytest.fixture
def gone() -> Owner:
    """A process that has ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        owner = attrs.evolve(Owner.me(), pid=process.pid, created=psutil.Process(process.pid).create_time())
        assert not owner.is_gone()
        process.communicate(b"\n", timeout=WAIT_SECONDS)
    return owner


def test_an_owner_that_lives_and_one_that_ended(gone: Owner) -> None:
    assert not Owner.me().is_gone()
    assert gone.is_gone()


def test_a_stranger_with_the_same_number() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        before = Owner(stranger.pid, psutil.Process(stranger.pid).create_time() - 3600, platform.node())
        assert before.is_gone()
        stranger.communicate(b"\n", timeout=WAIT_SECONDS)


def test_one_of_ours_after_the_clock_was_set() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()", "helios"], stdin=subprocess.PIPE) as process:
        started = psutil.Process(process.pid)
        # Amid execve(2) a process has no words yet.
        wait_until(lambda: bool(started.cmdline()), "the process to have its command line", WAIT_SECONDS)
        before = Owner(process.pid, started.create_time() - 3600, platform.node())
        assert not before.is_gone()
        process.communicate(b"\n", timeout=WAIT_SECONDS)


def test_another_machine_or_container_is_not_judged(gone: Owner) -> None:
    assert not attrs.evolve(gone, host="elsewhere").is_gone()
    assert not attrs.evolve(gone, namespace="pid:[1]").is_gone()


@pytest.mark.parametrize(
    "mark",
    [
        None,
        {},
        [],
        {"pid": "1", "created": 1, "host": "x"},
        {"pid": 1},
        {"pid": -1, "created": 1, "host": "x"},
        {"pid": 10**30, "created": 1, "host": "x"},
    ],
)
def test_a_mark_without_an_owner(mark: Any) -> None:
    assert Owner.of(mark) is None


def test_a_mark_is_read_as_it_was_written() -> None:
    assert Owner.of(json.loads(json.dumps(Owner.me().to_json()))) == Owner.me()


def left_beside(output: Path, owner: Owner | None) -> Path:
    """A scratch folder with a chunk in it, of this owner."""
    folder = scratch_folder(output)
    mark = json.loads((folder / SCRATCH_MARK).read_text())
    mark["owner"] = None if owner is None else owner.to_json()
    (folder / SCRATCH_MARK).write_text(json.dumps(mark))
    (folder / "chunk-000000-1.mp4").write_bytes(b"x")
    return folder


def test_what_was_left_beside_an_output_goes_with_the_next_render(tmp_path: Path, gone: Owner) -> None:
    output = tmp_path / "film.mp4"
    dead, alive = left_beside(output, gone), left_beside(output, Owner.me())
    unknown, foreign = left_beside(output, None), tmp_path / ".film.helios-mine"
    foreign.mkdir()
    scratch_folder(tmp_path / "other.mp4")
    assert [folder.exists() for folder in (dead, alive, unknown, foreign)] == [False, True, True, True]


def test_a_dead_render_takes_no_name(tmp_path: Path, gone: Owner) -> None:
    output = tmp_path / "film.mp4"
    left_beside(output, gone)
    assert next_free(output) == output
    left_beside(output, Owner.me())
    assert next_free(output).name == "film-2.mp4"


def test_what_workers_left_goes_and_what_still_runs_there_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: Owner
) -> None:
    monkeypatch.setattr(scratch, "MEMORY_FOLDER", tmp_path)
    monkeypatch.setattr(scratch, "MEMORY_ROOM", 0)
    beside, films = tmp_path / "beside", tmp_path / "films"
    beside.mkdir()
    (beside / SCRATCH_MARK).write_text("{}")
    films.mkdir()
    dead, alive = WorkersScratch(), WorkersScratch()
    dead.adopt(beside)
    alive.make()
    mark = json.loads(dead.orphanage.read_text())
    # What is no scratch folder stays, whoever names it.
    folders = [*mark["folders"], str(films), 5]
    dead.orphanage.write_text(json.dumps({**mark, "owner": gone.to_json(), "folders": folders}))
    other = tmp_path / "helios-other"
    other.mkdir()
    (other / ORPHANAGE).write_text("[]")
    sleep = [sys.executable, "-c", "input()", f"--user-data-dir={dead.new(0)}/profile"]
    with subprocess.Popen(sleep, stdin=subprocess.PIPE) as browser:
        sweep()
        wait_until(lambda: browser.poll() is not None, "the browser to end", WAIT_SECONDS)
    assert [path.exists() for path in (dead.folder, beside, films, alive.folder, other)] == [
        False,
        False,
        True,
        True,
        True,
    ]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to make a file another user's")
@pytest.mark.parametrize("is_folder_s", [True, False])
def test_what_another_user_has_written_names_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: Owner, is_folder_s: bool
) -> None:
    monkeypatch.setattr(scratch, "MEMORY_FOLDER", tmp_path)
    target, mine = tmp_path / "mine", tmp_path / "helios-x"
    for folder in (target, mine):
        folder.mkdir()
    (target / SCRATCH_MARK).write_text("{}")
    mark = mine / ORPHANAGE
    mark.write_text(json.dumps({"owner": gone.to_json(), "folders": [str(target)]}))
    os.chown(mine if is_folder_s else mark, 65534, 65534)
    sweep()
    assert target.exists()
    assert mine.exists()
    os.chown(mine if is_folder_s else mark, 0, 0)
    sweep()
    assert not target.exists()
    assert not mine.exists()


def test_a_folder_that_cannot_be_looked_into_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def is_away(_: Path, pattern: str) -> Iterator[Path]:
        raise OSError(errno.ESTALE, f"Stale file handle, {pattern}")

    monkeypatch.setattr(Path, "glob", is_away)
    sweep_scratches(tmp_path)
    assert "cannot be looked into: Stale file handle" in caplog.text
