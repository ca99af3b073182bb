"""Renders survive faults, or end clearly; nothing is left of them, and no wrong video is called done."""

import sys
from pathlib import Path
from statistics import median

import pytest

from cli.terminal import helios
from faults.auditor import assert_right
from faults.campaign import Case
from faults.disturbed import disturb
from faults.processes import adopting_orphans
from faults.request import PAGE
from faults.tally import Tally

MEDIANS = {
    "cancelled to the end of all processes": 1.0,
    "cancelled twice to the end of all processes": 3.0,
    "command killed to the end of all processes": 3.0,
    "daemon killed to the end of all processes": 3.0,
    "editor hangs up to the end of all processes": 3.0,
    "editor killed, wire held to the end of all processes": 3.0,
}
"""Seconds within which half of them must be over; single ones say how busy the machine is."""
MOST_SECONDS = 15.0
"""After so many seconds it is not the machine."""

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and a child subreaper"),
]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of the video that every render must make."""
    folder = tmp_path_factory.mktemp("undisturbed")
    options = ("--surface", "canvas", "--concurrency", "2", "--force-concurrency", "--json")
    done = helios("render", PAGE, *options, "-o", folder / "video.mp4", cwd=folder)
    assert done.code == 0, done
    assert_right(folder / "video.mp4")
    return str(done.last["sha256"])


async def test_faults(case: Case, undisturbed: str, tally: Tally, tmp_path: Path) -> None:
    with adopting_orphans():
        disturbed = await disturb(case, tmp_path / "render", undisturbed)
    tally.records.append(disturbed.record)
    assert not disturbed.findings, "\n".join((f"Case {case}", *disturbed.findings))


def test_times_are_kept(tally: Tally) -> None:
    if not tally.records:
        pytest.skip("no fault was measured")
    times = tally.times()
    for name, limit in MEDIANS.items():
        found = times.get(name, [0.0])
        assert (median(found) <= limit, max(found) <= MOST_SECONDS) == (True, True), (name, found)
