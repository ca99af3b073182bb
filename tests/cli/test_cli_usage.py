"""What can be typed wrongly, each answered by one line, advice and exit code 2, before anything starts."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cli.terminal import assert_error, files_below, helios, started, write_page
from helios_renders import __version__

WRONG_OPTIONS = {
    "concurrency 0": (["--concurrency", "0"], "0"),
    "concurrency -1": (["--concurrency", "-1"], "-1"),
    "concurrency 33": (["--concurrency", "33"], "33"),
    "concurrency 34": (["-c", "34"], "34"),
    "concurrency 1.5": (["--concurrency", "1.5"], "1.5"),
    "concurrency abc": (["--concurrency", "abc"], "abc"),
    "concurrency empty": (["--concurrency", ""], "Concurrency"),
    "fps 0": (["--fps", "0"], "fps is 0"),
    "fps word": (["--fps", "fast"], "fast"),
    "size 0x0": (["--size", "0x0"], "0x0"),
    "size huge": (["--size", "100000x100000"], "100000x100000"),
    "scale 24": (["--scale", "24"], "24"),
    "scale word": (["--scale", "half"], "half"),
    "name with a folder": (["--name", "a/b"], "a/b"),
    "name unknown": (["--name", "{nobody}"], "{nobody}"),
    "size half": (["--size", "1920"], "1920"),
    "duration NaN": (["--duration", "NaN"], "NaN"),
    "duration infinite": (["--duration", "inf"], "inf"),
    "duration endless": (["--duration", "1e999999999"], "1e999999999"),
    "duration negative": (["--duration", "-2"], "-2"),
    "range reversed": (["--range", "20:10"], "20:10"),
    "range empty": (["--range", "10:10"], "10:10"),
    "range word": (["--range", "all"], "all"),
    "frame word": (["--frame", "first"], "Frame is first."),
    "frame range": (["--frame", "5:9"], "Frame is 5:9."),
    "crf 52": (["--crf", "52"], "52"),
    "crf 200": (["--crf", "200"], "CRF is 200."),
    "of another command": (["--rounds", "3"], "helios render does not take --rounds."),
    "preset": (["--preset", "warp"], "warp"),
    "even": (["--even", "odd"], "odd"),
    "network": (["--network", "off"], "off"),
    "gpu": (["--gpu", "maybe"], "maybe"),
    "surface": (["--surface", "paper"], "paper"),
    "timeout 0": (["--timeout", "0"], "0"),
    "props not JSON": (["--props", "{title: 1}"], "props"),
    "props a list": (["--props", "[1]"], "list"),
    "props file missing": (["--props", "@none.json"], "none.json"),
    "root not above": (["--root", "/usr"], "/usr"),
    "subtitles no format": (["--subtitles", "talk.txt"], "talk.txt end in neither .srt nor .vtt"),
    "subtitles missing": (["--subtitles", "none.srt"], "none.srt cannot be read: No such file"),
    "subtitle mode": (["--subtitles", "page", "--subtitle-mode", "sing"], "sing"),
    "output no mp4": (["-o", "out.avi"], "out.avi"),
}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return write_page(tmp_path)


def test_version(tmp_path: Path) -> None:
    done = helios("--version", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, f"helios {__version__}\n", "")


@pytest.mark.parametrize("command", [[], ["render"], ["probe"], ["plan"], ["doctor"], ["setup"], ["serve"]])
def test_help(command: list[str], tmp_path: Path) -> None:
    done = helios(*command, "--help", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("usage: helios")
    assert "130 cancelled" in done.out


@pytest.mark.parametrize(
    "typed",
    [
        [],
        ["paint"],
        ["render"],
        ["render", "tiny.html", "--colour", "red"],
        ["render", "tiny.html", "--conc", "2"],
        ["render", "tiny.html", "--fps"],
        ["probe"],
        ["probe", "tiny.html", "other.html"],
        ["doctor", "tiny.html"],
    ],
    ids=" ".join,
)
def test_wrong_use(typed: list[str], page: Path) -> None:
    assert_error(helios(*typed, cwd=page.parent), 2)


@pytest.mark.parametrize(("typed", "word"), WRONG_OPTIONS.values(), ids=WRONG_OPTIONS)
def test_wrong_option(typed: list[str], word: str, page: Path) -> None:
    before = files_below(page.parent)
    done = helios("render", "tiny.html", *typed, cwd=page.parent)
    assert_error(done, 2, word)
    assert done.out == ""
    assert files_below(page.parent) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("1\n00:00:01,000 --> 00:00:02,000\nfür\n".encode("latin-1"), "byte 33 (0xfc, in line 3)"),
        (b"1\n00:00:02,000 --> 00:00:01,000\nx\n", "in line 2, the cue ends before its beginning"),
    ],
)
def test_subtitles_that_cannot_be_read(content: bytes, words: str, page: Path) -> None:
    page.with_name("talk.srt").write_bytes(content)
    before = files_below(page.parent)
    assert_error(helios("render", "tiny.html", "--subtitles", "talk.srt", cwd=page.parent), 2, words)
    assert files_below(page.parent) == before


@pytest.mark.parametrize("command", ["render", "probe", "plan"])
def test_page_that_is_not_there(command: str, tmp_path: Path) -> None:
    assert_error(helios(command, "none.html", cwd=tmp_path), 2, "none.html")


def test_page_that_is_not_html(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    assert_error(helios("render", "notes.txt", cwd=tmp_path), 2, "notes.txt")


def test_folder_without_a_page(tmp_path: Path) -> None:
    (tmp_path / "empty" / "deeper").mkdir(parents=True)
    assert_error(helios("render", "empty", cwd=tmp_path), 2, "empty")


def test_page_of_binary_rubbish(tmp_path: Path) -> None:
    (tmp_path / "film.html").write_bytes(b"\0\1\2" * 100)
    assert_error(helios("render", "film.html", cwd=tmp_path), 2, "film.html")


@pytest.mark.parametrize("output", ["/proc/out.mp4", "tiny.html/out.mp4", "tiny.html/deeper/out.mp4"])
def test_output_that_cannot_be_written(output: str, page: Path) -> None:
    assert_error(helios("render", "tiny.html", "-o", output, cwd=page.parent), 2)


def test_output_that_exists(page: Path) -> None:
    output = page.parent / "out.mp4"
    output.write_text("mine")
    assert_error(helios("render", "tiny.html", "-o", "out.mp4", cwd=page.parent), 2, "out.mp4")
    assert output.read_text() == "mine"


def test_one_output_file_for_two_pages(page: Path) -> None:
    write_page(page.parent, "other.html")
    assert_error(helios("render", "tiny.html", "other.html", "-o", "out.mp4", cwd=page.parent), 2, "2 pages")


def test_two_pages_of_one_name_would_replace_each_other(page: Path) -> None:
    write_page(page.parent / "deeper")
    done = helios("render", "tiny.html", "deeper/tiny.html", "--overwrite", cwd=page.parent)
    assert_error(done, 2, "deeper/tiny.html")


def test_any_wrong_page_keeps_all_from_starting(page: Path) -> None:
    assert_error(helios("render", "tiny.html", "none.html", cwd=page.parent), 2, "none.html")
    assert files_below(page.parent) == {"tiny.html"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (["render", "none.html", "--json"], "compositionNotFound"),
        (["render", "tiny.html", "--json", "--fps", "0"], "invalidOption"),
        (["render", "--json"], "usage"),
        (["plan", "none.html", "--json"], "compositionNotFound"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_error_as_json(typed: list[str], code: str, page: Path) -> None:
    done = helios(*typed, cwd=page.parent)
    assert_error(done, 2)
    assert len(done.objects) == 1
    assert done.last["type"] == "error"
    assert done.last["code"] == code
    assert done.last["message"]
    assert done.last["advice"]
    assert json.dumps(done.last) == done.out.strip()


def test_no_browser(page: Path) -> None:
    done = helios("render", "tiny.html", cwd=page.parent, environment={"HELIOS_BROWSER": "/nowhere/chrome"})
    assert_error(done, 2, "/nowhere/chrome")
    assert files_below(page.parent) == {"tiny.html"}


def test_no_browser_anywhere(page: Path) -> None:
    nowhere = {"PATH": str(page.parent), "PLAYWRIGHT_BROWSERS_PATH": str(page.parent), "HELIOS_BROWSER": ""}
    done = helios("render", "tiny.html", cwd=page.parent, environment=nowhere)
    assert_error(done, 2, "No Chromium")
    assert "helios setup" in done.err


def test_no_ffmpeg(page: Path) -> None:
    done = helios("render", "tiny.html", cwd=page.parent, environment={"HELIOS_FFMPEG": "/nowhere/ffmpeg"})
    assert_error(done, 2, "/nowhere/ffmpeg")
    assert files_below(page.parent) == {"tiny.html"}


@pytest.mark.parametrize("option", ["--browser", "--ffmpeg"])
def test_named_program_that_is_not_there(option: str, page: Path) -> None:
    assert_error(helios("render", "tiny.html", option, "/nowhere/it", cwd=page.parent), 2, "/nowhere/it")


@pytest.mark.parametrize("typed", [["--help"], ["render", "--help"], ["doctor"]], ids=" ".join)
def test_reader_that_goes_away(typed: list[str], tmp_path: Path) -> None:
    with started(*typed, cwd=tmp_path) as running:
        assert running.process.stdout is not None
        assert running.process.stderr is not None
        running.process.stdout.close()
        running.process.wait(timeout=60)
        assert running.process.stderr.read() == ""


def test_a_page_or_an_output_with_a_name_that_no_file_can_have(page: Path) -> None:
    long = "x" * 300
    assert_error(helios("render", long, cwd=page.parent), 2, long[:100])
    assert_error(helios("render", page, "-o", f"{long}.mp4", cwd=page.parent), 2, "too long")


OTHER_USER = ("setpriv", "--reuid", "65534", "--clear-groups")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to become another user")
def test_what_may_not_be_looked_into() -> None:
    python = [*OTHER_USER, sys.executable, "-c", ""]
    if shutil.which("setpriv") is None or subprocess.run(python, check=False, timeout=20).returncode != 0:
        pytest.skip("another user cannot run this Python")
    with tempfile.TemporaryDirectory() as name:
        folder, closed = Path(name), Path(name, "closed")
        folder.chmod(0o755)
        closed.mkdir(mode=0o700)
        page, inside = write_page(folder), write_page(closed)
        for words in ([inside], [closed], [page, "-o", closed / "out.mp4"]):
            done = helios(
                "render",
                *words,
                cwd=folder,
                environment={"HELIOS_DATA_DIR": str(folder / "data")},
                before=OTHER_USER,
            )
            assert_error(done, 2, "closed")


def test_names_of_any_script_can_be_printed_wherever_the_output_goes(tmp_path: Path) -> None:
    page = write_page(tmp_path, "日本.html", seconds=0.1)
    latin = {"PYTHONIOENCODING": "latin-1"}
    done = helios("probe", page, cwd=tmp_path, environment=latin)
    assert (done.code, done.err) == (0, "")
    assert "\\u65e5\\u672c" in done.out
