"""The auditor finds what a render may not leave behind, and the campaign is what its seed says."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from faults import auditor
from faults.auditor import Books, audit
from faults.campaign import campaign
from faults.hosts import DEAD, Outcome
from faults.kinds import KINDS
from faults.processes import adopting_orphans, kill_all
from faults.request import Host, Request, plain_request

CANCELLED = Outcome("cancelled")
ORPHAN = "import subprocess, sys; subprocess.Popen(['sleep', '60'], start_new_session=True, env={})"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and a child subreaper")


@pytest.fixture
def request_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Request:
    monkeypatch.setattr(auditor, "DEADLINE_SECONDS", 0.1)
    memory = tmp_path / "memory"
    memory.mkdir()
    made = plain_request(tmp_path / "render", memory, Host.TERMINAL)
    made.prepare()
    return made


async def test_nothing_is_found_where_nothing_is_left(request_made: Request) -> None:
    audited = await audit(request_made, Books.of(request_made), CANCELLED, "")
    assert audited.findings == ()


async def test_an_orphan_without_environment_is_found(request_made: Request) -> None:
    with adopting_orphans():
        try:
            await asyncio.to_thread(subprocess.run, [sys.executable, "-c", ORPHAN], check=True, timeout=20)
            audited = await audit(request_made, Books.of(request_made), DEAD, "")
        finally:
            kill_all()
    (finding,) = audited.findings
    assert finding.startswith("process left:")
    assert finding.endswith("sleep 60")


@pytest.mark.parametrize(
    "place",
    [
        lambda made: made.temporary / "profile-1",
        lambda made: made.memory / "helios-1",
        lambda made: made.videos / ".video.helios-1",
    ],
    ids=["temporary", "memory", "videos"],
)
async def test_a_file_is_found(request_made: Request, place: Callable[[Request], Path]) -> None:
    books = Books.of(request_made)
    place(request_made).mkdir()
    audited = await audit(request_made, books, CANCELLED, "")
    assert audited.findings == (f"file left: {place(request_made)}",)


async def test_a_lost_or_wrong_video_is_found(request_made: Request) -> None:
    books, video = Books.of(request_made), request_made.video
    missing = await audit(request_made, books, Outcome("done", sha256="0"), "0")
    assert missing.findings == (f"done without {video}",)
    video.write_bytes(b"half")
    half = await audit(request_made, books, CANCELLED, "0")
    assert half.findings == (f"cancelled with {video}",)
    lost = await audit(attrs.evolve(request_made, old=b"old"), books, CANCELLED, "0")
    assert lost.findings == (f"cancelled, and the old {video} is lost",)


def test_a_campaign_follows_from_its_seed() -> None:
    cases = campaign(100, 7, KINDS)
    assert [str(case) for case in cases] == [str(case) for case in campaign(100, 7, KINDS)]
    assert [str(case) for case in cases] != [str(case) for case in campaign(100, 8, KINDS)]
    struck = [kind for case in cases for kind in case.kinds]
    assert len(struck) == 100
    assert {kind.name for kind in struck} == {kind.name for kind in KINDS}
    assert len(KINDS) >= 24
