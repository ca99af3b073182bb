"""How a render reads: numbers, bounds, errors, and the pictures of progress."""

import io
import json
import re
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cli.terminal import write_page
from helios_renders.cli import words
from helios_renders.cli.bars import BarReporter, picture
from helios_renders.cli.pages import expand
from helios_renders.cli.report import JsonReporter, Pace, PlainReporter, progress_line, result_lines
from helios_renders.errors import PageFailed, RenderCancelled, error_classes
from helios_renders.jobs.job import Job, JobError, JobState
from helios_renders.problem import PageProblem
from helios_renders.render.concurrency import Bound, Concurrency
from helios_renders.render.events import Phase
from helios_renders.render.progress import RenderProgress, WorkerProgress
from helios_renders.render.result import RenderResult
from helios_renders.render.slots import WAITING

WORKERS = (
    WorkerProgress(0, "capturing", chunk=2, frame=130, fps=12.34),
    WorkerProgress(1, "advancing", chunk=3, frame=170),
    WorkerProgress(2, "starting"),
)
RESULT = RenderResult(
    output=Path("/films/orbit.mp4"),
    frames=300,
    reused_frames=0,
    seconds=12.5,
    size_bytes=4_100_000,
    sha256="ab" * 32,
    concurrency=Concurrency(8, 2, Bound.CORES),
    browser="Chromium 156.0",
    sandbox="on",
    surface="screenshot",
    surface_reason="the only one",
    surface_psnr=None,
    encoder="H.264 (libx264)",
    page_errors=(PageProblem("Error: boo", "main.js", 3, 7, 50),),
    warnings=("A font is missing.",),
)


def job(state: JobState, progress: RenderProgress | None = None, **more: Any) -> Job:
    base = Job("1", "orbit.html", "orbit", state, 0.0, RESULT.concurrency, progress=progress)
    return attrs.evolve(base, **more)


def rendering(percent: float, workers: tuple[WorkerProgress, ...] = ()) -> RenderProgress:
    return RenderProgress(Phase.RENDERING, int(3 * percent), 300, percent, 24.06, 7.0, workers)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (4.25, "4.2 s"), (59.4, "59 s"), (80, "1 min 20 s"), (7500, "2 h 5 min")],
)
def test_seconds(seconds: float, text: str) -> None:
    assert words.seconds(seconds) == text


@given(st.floats(0, 1e6))
def test_seconds_never_show_sixty(value: float) -> None:
    assert not {"60 s", "60 min"} & set(re.findall(r"\d+ \w+", words.seconds(value)))


@pytest.mark.parametrize(
    ("size", "text"), [(812_000, "812 kB"), (4_100_000, "4.1 MB"), (2_340_000_000, "2.34 GB")]
)
def test_size(size: int, text: str) -> None:
    assert words.size(size) == text


@pytest.mark.parametrize("bound", Bound)
@pytest.mark.parametrize("auto", [True, False])
def test_every_bound_has_words(bound: Bound, auto: bool) -> None:
    line = words.concurrency_line(Concurrency(8, 2, bound, auto=auto))
    assert line.startswith("2 workers")
    assert "Quota" not in line
    if bound is not Bound.REQUEST and not auto:
        assert "8 asked for" in line


@given(st.text(min_size=1), st.text(min_size=1))
def test_an_error_is_one_line_and_its_advice_another(message: str, advice: str) -> None:
    lines = words.error_lines(JobError("pageFailed", message, advice, ("first\nsecond",)))
    assert [line for line in lines if line.startswith("error:")] == lines[:1]
    assert all(line.isprintable() for line in lines)
    assert len("\n".join(lines).splitlines()) == len(lines)
    assert lines[-2:] == ["  | first", "  | second"]


def test_a_page_cannot_write_on_the_terminal() -> None:
    error = JobError("pageFailed", "a\x1b[2Jb", "c\x9bd", ("e\x1b]0;title\x07f",))
    assert words.error_lines(error) == ["error: a [2Jb", "  c d", "  | e ]0;title f"]


def test_every_error_has_its_exit_code() -> None:
    codes = {code: words.exit_code(JobError(code, "")) for code in error_classes()}
    assert (codes["invalidOption"], codes["pageFailed"], codes["cancelled"]) == (2, 1, 130)
    assert words.exit_code(JobError("internalError", "")) == 1


def test_result_says_what_was_really_used() -> None:
    assert result_lines(RESULT) == [
        "/films/orbit.mp4",
        "  300 frames in 12 s (24.0 fps), 4.1 MB",
        "  2 workers of 8 asked for, limited by the machine's cores",
        "  Chromium 156.0 (sandbox on), surface screenshot (the only one), H.264 (libx264)",
        "  page error: Error: boo (main.js:3:7, at frame 50)",
        "  warning: A font is missing.",
    ]


def test_progress_says_only_what_is_known() -> None:
    assert progress_line(rendering(62.5)) == "62 %, 187 of 300 frames, 24.1 fps, about 7.0 s left"
    assert progress_line(RenderProgress(Phase.RENDERING, 0, 300, 0.0)) == "0 %, 0 of 300 frames"
    assert progress_line(RenderProgress(Phase.STARTING, 0, 0, 0.0)) == "starting"
    assert progress_line(RenderProgress(Phase.STARTING, 0, 0, 0.0, waiting=WAITING)) == WAITING


def test_picture_has_a_line_for_each_worker() -> None:
    console = Console(file=io.StringIO(), width=110, force_terminal=True, color_system=None)
    with console.capture() as captured:
        console.print(picture("orbit", rendering(50, WORKERS)))
    top, *lines = captured.get().splitlines()
    assert "orbit" in top
    assert "150 of 300 frames" in top
    assert [line.split() for line in lines] == [
        ["worker", "1", "chunk", "3", "frame", "130", "12.3", "fps"],
        ["worker", "2", "advancing", "chunk", "4", "frame", "170"],
        ["worker", "3", "starting"],
    ]


def test_plain_reporter_tells_every_tenth() -> None:
    out, err = io.StringIO(), io.StringIO()
    reporter = PlainReporter(several=False, out=out, err=err)
    for permille in range(1000):
        reporter.changed(job(JobState.RENDERING, rendering(permille / 10)))
    assert [line.split()[1] for line in err.getvalue().splitlines()] == [
        str(ten) for ten in range(0, 100, 10)
    ]
    reporter.ended(job(JobState.DONE, result=RESULT))
    assert out.getvalue().splitlines() == result_lines(RESULT)


def test_json_reporter_is_paced_and_ends_with_the_result() -> None:
    out, err = io.StringIO(), io.StringIO()
    reporter = JsonReporter(several=False, out=out, err=err)
    for _ in range(1000):
        reporter.changed(job(JobState.RENDERING, rendering(10, WORKERS)))
    reporter.ended(job(JobState.DONE, result=RESULT))
    *progress, result = [json.loads(line) for line in out.getvalue().splitlines()]
    assert 1 <= len(progress) < 100
    assert progress[0]["workers"][0]["frame"] == 130
    assert result["concurrency"] == {"requested": 8, "effective": 2, "limitedBy": "cores", "auto": False}
    assert result["pageErrors"][0]["line"] == 3
    assert err.getvalue() == ""


@pytest.mark.parametrize("several", [True, False])
def test_all_reporters_tell_errors_alike(several: bool) -> None:
    failure = JobError("pageFailed", "It threw.", "Mend it.", ("log",))
    wanted = [f"error: {'orbit: ' if several else ''}It threw.", "  Mend it.", "  | log"]
    for make in (JsonReporter, PlainReporter):
        err = io.StringIO()
        make(several=several, out=io.StringIO(), err=err).ended(job(JobState.FAILED, error=failure))
        assert err.getvalue().splitlines() == wanted
    console = Console(file=io.StringIO(), width=20)
    with console.capture() as captured:
        BarReporter(several=several, console=console).ended(job(JobState.FAILED, error=failure))
    assert captured.get().splitlines() == wanted


def test_being_cancelled_is_no_error() -> None:
    assert words.error_lines(RenderCancelled("The render was cancelled."), "orbit") == [
        "orbit: The render was cancelled."
    ]
    assert words.error_lines(PageFailed("It threw."))[0].startswith("error: ")


def test_pace() -> None:
    now = [0.0]
    pace = Pace(0.1, clock=lambda: now[0])
    passed = 0
    for step in range(100):
        now[0] = 5 + step / 100
        passed += pace.ready()
    assert passed == 10


def test_expand_knows_pages_from_folders_of_pages(tmp_path: Path) -> None:
    page = write_page(tmp_path, "index.html")
    inside = write_page(tmp_path / "films" / "b", "composition.html")
    write_page(tmp_path / "films" / "a", "composition.html")
    write_page(tmp_path / "films" / "c", "index.html")
    assert expand(str(page)) == [str(page)]
    assert expand(str(tmp_path)) == [str(tmp_path)]
    assert expand(str(tmp_path / "films")) == [str(tmp_path / "films" / "a"), str(inside.parent)]
    assert expand(str(tmp_path / "none")) == [str(tmp_path / "none")]
    assert expand("http://localhost:5173/") == ["http://localhost:5173/"]
