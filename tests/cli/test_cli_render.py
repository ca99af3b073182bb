"""Real renders from the command line: what they say, what they leave, how they end."""

import hashlib
import json
import subprocess
from pathlib import Path

from cli.terminal import assert_error, files_below, helios, started, write_page
from helios_renders.capture.browser import find_browser
from helios_renders.encode.ffmpeg import find_ffmpeg

THROWS_AT_LOAD = "<script>\nnull.missing;\n</script>"
THROWS_AT_50 = """<script>
let count = 0;
function draw() {
  if (count++ === 50) throw new Error("fifty");
  requestAnimationFrame(draw);
}
requestAnimationFrame(draw);
</script>"""
PLAIN = ("--surface", "screenshot")
"""Where no surface needs to be chosen, which takes longer than a few frames."""
NEVER_LOADED = "<script>window.helios = { waitUntilStable: () => new Promise(() => {}) };</script>"


def counted_frames(video: Path) -> int:
    """How many frames ffmpeg decodes."""
    done = subprocess.run(
        [find_ffmpeg().path, "-v", "error", "-i", video, "-map", "0:v", "-f", "framemd5", "-"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return sum(not line.startswith("#") for line in done.stdout.splitlines())


def test_render_as_json(tmp_path: Path) -> None:
    write_page(tmp_path)
    done = helios("render", "tiny.html", "--json", "--concurrency", "2", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    *progress, result = done.objects
    assert {line["type"] for line in progress} == {"progress"}
    percents = [line["percent"] for line in progress]
    assert percents == sorted(percents)
    assert {"phase", "framesDone", "framesTotal", "percent", "fps", "etaSeconds", "workers"} <= progress[
        -1
    ].keys()
    assert len(progress) <= 10 * result["seconds"] + 2
    video = Path(result["output"])
    assert video == tmp_path / "renders" / "tiny.mp4"
    assert result["type"] == "result"
    assert result["frames"] == counted_frames(video) == 30
    assert result["sha256"] == hashlib.sha256(video.read_bytes()).hexdigest()
    assert result["sizeBytes"] == video.stat().st_size
    concurrency = result["concurrency"]
    assert (concurrency["requested"], concurrency["effective"], concurrency["limitedBy"]) == (2, 1, "chunks")
    assert "Chrom" in result["browser"]
    assert result["surface"] in ("element", "canvas", "screenshot")
    assert "libx264" in result["encoder"]


def test_render_for_a_log(tmp_path: Path) -> None:
    write_page(tmp_path, seconds=2)
    done = helios("render", "tiny.html", "-o", "films/one.mp4", cwd=tmp_path)
    assert done.code == 0
    path, *facts = done.out.splitlines()
    assert path == str(tmp_path / "films" / "one.mp4")
    told = " ".join(facts)
    for word in ("60 frames", " fps)", "kB", "1 worker", "Chrom", "surface ", "libx264"):
        assert word in told, done.out
    steps = done.err.splitlines()
    assert len(steps) <= 14
    assert steps[0] == "tiny: starting"
    assert any("of 60 frames" in step for step in steps)
    assert files_below(tmp_path) == {"tiny.html", "films", "films/one.mp4"}


def test_range_and_size(tmp_path: Path) -> None:
    write_page(tmp_path)
    done = helios("render", "tiny.html", "--json", "--range", "7:12", "--size", "32x32", *PLAIN, cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.last["frames"] == counted_frames(Path(done.last["output"])) == 5


def test_range_outside_the_composition(tmp_path: Path) -> None:
    write_page(tmp_path)
    assert_error(helios("render", "tiny.html", "--range", "20:31", cwd=tmp_path), 2, "30 frames")
    assert files_below(tmp_path) == {"tiny.html"}


def test_odd_size_needs_a_rule(tmp_path: Path) -> None:
    write_page(tmp_path)
    odd = ["render", "tiny.html", "--size", "33x32", "--range", "0:2", *PLAIN]
    assert_error(helios(*odd, cwd=tmp_path), 2, "33x32")
    assert helios(*odd, "--even", "pad", cwd=tmp_path).code == 0


def test_free_name_then_overwrite(tmp_path: Path) -> None:
    write_page(tmp_path)
    short = ["render", "tiny.html", "--range", "0:2", *PLAIN]
    for wanted in ("tiny.mp4", "tiny-2.mp4"):
        done = helios(*short, "--json", cwd=tmp_path)
        assert Path(done.last["output"]).name == wanted
    (tmp_path / "renders" / "tiny.mp4").write_text("old")
    done = helios(*short, "--overwrite", "--json", cwd=tmp_path)
    assert Path(done.last["output"]).name == "tiny.mp4"
    assert counted_frames(tmp_path / "renders" / "tiny.mp4") == 2


def test_props_from_a_file(tmp_path: Path) -> None:
    script = "<script>if (window.__HELIOS_PROPS__.title !== 'Hi') throw new Error('no title');</script>"
    write_page(tmp_path, extra=script)
    (tmp_path / "props.json").write_text(json.dumps({"title": "Hi"}))
    plan = helios("plan", "tiny.html", "--props", "@props.json", "--json", cwd=tmp_path)
    assert plan.last["page"]["props"] == {"title": "Hi"}


def test_page_that_throws_while_loading(tmp_path: Path) -> None:
    write_page(tmp_path, extra=THROWS_AT_LOAD)
    done = helios("render", "tiny.html", cwd=tmp_path)
    assert_error(done, 1, "tiny.html:", "while loading", "missing")
    assert files_below(tmp_path) == {"tiny.html"}


def test_page_that_throws_in_a_frame(tmp_path: Path) -> None:
    write_page(tmp_path, seconds=2, extra=THROWS_AT_50)
    line = (
        (tmp_path / "tiny.html")
        .read_text()
        .splitlines()
        .index('  if (count++ === 50) throw new Error("fifty");')
    )
    done = helios("render", "tiny.html", cwd=tmp_path)
    assert_error(done, 1, "fifty", f"tiny.html:{line + 1}", "frame 5")
    assert files_below(tmp_path) == {"tiny.html"}


def test_page_errors_can_be_allowed(tmp_path: Path) -> None:
    write_page(tmp_path, extra=THROWS_AT_LOAD)
    done = helios("render", "tiny.html", "--allow-page-errors", "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    assert counted_frames(Path(done.last["output"])) == 30
    (problem,) = done.last["pageErrors"]
    assert problem["script"] == "tiny.html"
    assert problem["frame"] == -1
    told = helios("render", "tiny.html", "--allow-page-errors", "--range", "0:2", *PLAIN, cwd=tmp_path)
    assert "page error: " in told.out


def test_page_that_never_comes_to_rest(tmp_path: Path) -> None:
    write_page(tmp_path, extra=NEVER_LOADED)
    done = helios("render", "tiny.html", "--timeout", "5", "--json", cwd=tmp_path)
    assert done.code != 0
    assert done.last["type"] == "error"
    assert "5 s" in done.last["message"]


def test_address_that_does_not_answer(tmp_path: Path) -> None:
    assert_error(helios("render", "http://127.0.0.1:9/", cwd=tmp_path), 2, "127.0.0.1:9")


def test_folder_of_compositions(tmp_path: Path) -> None:
    for name in ("beta", "alpha"):
        write_page(tmp_path / "films" / name, "composition.html", seconds=0.1)
    (tmp_path / "films" / "notes").mkdir()
    done = helios("render", "films", "-o", "out/", "-c", "auto", "--json", *PLAIN, cwd=tmp_path)
    assert done.code == 0, done.err
    results = [line for line in done.objects if line["type"] == "result"]
    assert [Path(result["output"]).relative_to(tmp_path).as_posix() for result in results] == [
        "out/alpha.mp4",
        "out/beta.mp4",
    ]
    assert results[0]["concurrency"]["auto"] is True


def test_a_failed_page_does_not_stop_the_next(tmp_path: Path) -> None:
    write_page(tmp_path, "bad.html", seconds=0.1, extra=THROWS_AT_LOAD)
    write_page(tmp_path, "good.html", seconds=0.1)
    done = helios("render", "bad.html", "good.html", "-o", "out", *PLAIN, cwd=tmp_path)
    assert_error(done, 1, "bad: ")
    assert files_below(tmp_path) == {"bad.html", "good.html", "out", "out/good.mp4"}


def test_probe_says_where_each_value_is_from(tmp_path: Path) -> None:
    write_page(tmp_path)
    done = helios("probe", "tiny.html", "--fps", "25", "--json", cwd=tmp_path)
    (found,) = done.objects
    assert found["type"] == "probe"
    assert (found["size"], found["frames"], found["duration"]) == ({"width": 64, "height": 48}, 25, 1.0)
    assert found["sources"] == {"size": "meta", "fps": "option", "duration": "meta"}
    text = helios("probe", "tiny.html", cwd=tmp_path).out
    assert [line.split()[:2] for line in text.splitlines()[1:4]] == [
        ["size", "64x48"],
        ["fps", "30"],
        ["duration", "1"],
    ]


def test_plan_touches_nothing(tmp_path: Path) -> None:
    write_page(tmp_path, seconds=5)
    done = helios("plan", "tiny.html", "--json", "--range", "10:", cwd=tmp_path)
    (plan,) = done.objects
    assert [(chunk["start"], chunk["end"]) for chunk in plan["chunks"]] == [(10, 60), (60, 120), (120, 150)]
    assert "140 frames" in helios("plan", "tiny.html", "--range", "10:", cwd=tmp_path).out
    assert files_below(tmp_path) == {"tiny.html"}


def test_reader_that_goes_away_ends_the_render(tmp_path: Path) -> None:
    write_page(tmp_path, seconds=60)
    with started("render", "tiny.html", "--json", cwd=tmp_path) as running:
        assert running.process.stdout is not None
        assert running.process.stderr is not None
        assert json.loads(running.process.stdout.readline())["type"] == "progress"
        running.process.stdout.close()
        assert running.process.wait(timeout=30) == 130
        assert running.process.stderr.read() == ""
        assert running.family() == []
    assert files_below(tmp_path) == {"tiny.html"}


def test_carried_ffmpeg_is_enough(tmp_path: Path) -> None:
    write_page(tmp_path, seconds=0.1)
    nowhere = {"PATH": str(tmp_path), "HELIOS_BROWSER": str(find_browser().path), "HELIOS_FFMPEG": ""}
    done = helios("render", "tiny.html", "--json", cwd=tmp_path, environment=nowhere)
    assert done.code == 0, done.err
    assert counted_frames(Path(done.last["output"])) == 3
