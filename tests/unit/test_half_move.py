"""A process that dies while it moves its files to their places leaves all of them there, or none."""

import subprocess
import sys
from pathlib import Path

import pytest

from helios_renders.render.output import sweep_scratches
from server.commands import environment

NEW = {"a.mp4": "new video", "a.srt": "new words"}
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="children are forked")


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in files}


def deaths(places: Path, before: dict[str, str]) -> list[Path]:
    """The folders in which a child died, and the last one, in which it lived."""
    first = places / "first"
    for name, text in before.items():
        (first / name).parent.mkdir(parents=True, exist_ok=True)
        (first / name).write_text(text)
    first.mkdir(exist_ok=True, parents=True)
    command = [sys.executable, "-m", "unit.dying_mover", str(places), str(first)]
    done = subprocess.run(
        command, env=environment(), capture_output=True, text=True, check=True, timeout=120, cwd=places
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [word for _, word in lines] == ["died"] * (len(lines) - 1) + ["lived"]
    return [places / number for number, _ in lines]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, NEW),
        ({"a.mp4": "old video"}, NEW),
        ({"a.mp4": "old video", "a.srt": "old words"}, NEW),
        ({"a.mp4": "old video", "a.srt": "new words"}, NEW),
        ({"frames/frame-000000.png": "old picture"}, {"frames/frame-000000.png": "new picture"}),
    ],
)
def test_a_death_at_any_step_leaves_the_old_files_or_the_new_ones(
    tmp_path: Path, before: dict[str, str], after: dict[str, str]
) -> None:
    outcomes = []
    for folder in deaths(tmp_path, before):
        sweep_scratches(folder)
        outcomes.append(contents(folder))
    assert [found for found in outcomes if found not in (before, after)] == []
    assert outcomes[0] == before
    assert outcomes[-1] == after


def test_what_somebody_put_there_since_stays(tmp_path: Path) -> None:
    lone = [folder for folder in deaths(tmp_path, {}) if (folder / "a.srt").exists()]
    assert not (lone[0] / "a.mp4").exists()
    (lone[0] / "a.srt").unlink()
    (lone[0] / "a.srt").write_text("their words")
    sweep_scratches(lone[0])
    assert contents(lone[0]) == {"a.srt": "their words"}
