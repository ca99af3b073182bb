"""The Renders view with 200 finished renders and 4 running ones: what a change costs the extension host."""

import re
import sys
from pathlib import Path

from playwright.sync_api import expect

from editor.code_server import CodeServer
from editor.conftest import Windows
from editor.processes import wait_until
from editor.workbench import STEP_MS

TESTS = Path(__file__).resolve().parents[1]
PYTHON = """#!/bin/sh
case "$*" in *" serve --stdio")
  PYTHONPATH="{tests}:$PYTHONPATH" exec "{python}" -P -m editor.crowd_daemon;;
esac
exec "{python}" "$@"
"""
COST = re.compile(r"Renders view: (\d+) changes?, extension host ([\d.]+) of (\d+) ms busy")
MOST_MS = 50.0
"""Of the extension host's time for one change."""
ENOUGH_CHANGES = 250


def costs(editor: CodeServer) -> list[tuple[int, float, int]]:
    """The log's lines of what changes cost: how many changes, milliseconds busy, milliseconds in all."""
    logs = editor.run.glob("data/logs/*/exthost*/helios-renders.helios-renders/Helios.log")
    lines = [match for log in logs for match in COST.finditer(log.read_text())]
    return [
        (int(changes), float(busy), int(whole)) for changes, busy, whole in (line.groups() for line in lines)
    ]


def test_a_long_and_busy_list_stays_responsive(windows: Windows, editor: CodeServer, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(PYTHON.format(tests=TESTS, python=sys.executable))
    python.chmod(0o755)
    window = windows.open({"helios.python": str(python)})
    window.open_helios()
    expect(window.row("running, 4 renders")).to_be_visible(timeout=STEP_MS)
    expect(window.row(re.compile("^running3, .* percent"))).to_be_visible(timeout=STEP_MS)
    window.command("Developer: Set Log Level...")
    window.pick("Helios")
    window.pick("Debug")
    # The first line is about all that was before.
    wait_until(
        lambda: sum(changes for changes, _, _ in costs(editor)[1:]) >= ENOUGH_CHANGES, 60, "250 changes"
    )
    window.shot("35-busy")
    measured = costs(editor)[1:]
    changes = sum(changes for changes, _, _ in measured)
    mean = sum(busy for _, busy, _ in measured) / changes
    worst = max(busy / changes for changes, busy, _ in measured)
    print(f"{changes} changes: {mean:.1f} ms of the extension host on average, {worst:.1f} ms at most")
    assert mean < MOST_MS
