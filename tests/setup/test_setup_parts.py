"""The parts of the set-up: installers as processes, what they say, and the doctor."""

import os
import sys
import time
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.terminal import helios
from helios_renders.capture.browser import find_browser
from helios_renders.render.cache import BYTES_VARIABLE, FOLDER_VARIABLE, Cache
from helios_renders.render.driver_cache import VARIABLE, driver_variables
from helios_renders.setup.doctor import Status, check_disk, check_shared_memory
from helios_renders.setup.processes import run
from helios_renders.setup.text import MAX_LENGTH, last_words


def test_run_gives_all_output() -> None:
    done = run((sys.executable, "-c", "import sys; print('one'); print('two', file=sys.stderr)"), timeout=20)
    assert done.ok
    assert sorted(done.output.split()) == ["one", "two"]


def test_run_says_why_a_command_failed() -> None:
    script = "print('working'); print('E: Unable to fetch'); raise SystemExit(3)"
    assert run((sys.executable, "-c", script), timeout=20).failure == "E: Unable to fetch"
    assert (
        run((sys.executable, "-c", "raise SystemExit(3)"), timeout=20).failure
        == f"{sys.executable} ended with code 3"
    )
    missing = run(("/nowhere/installer",), timeout=20).failure
    assert missing is not None
    assert missing.startswith("/nowhere/installer does not start")


def test_run_ends_a_command_with_its_helpers(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    helper = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {helper!r}])"
    begun = time.monotonic()
    done = run((sys.executable, "-c", script), timeout=8)
    assert time.monotonic() - begun < 60
    assert done.failure is not None
    assert "did not end within 8 s" in done.failure
    pid = int(note.read_text())
    _, alive = psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=5)
    assert alive == []


def test_run_takes_no_input() -> None:
    assert (
        run((sys.executable, "-c", "assert input() == 'x'"), timeout=20).failure
        == "EOFError: EOF when reading a line"
    )


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("", ""),
        ("\n \n", ""),
        ("Reading lists\nE: Unable to locate package x\nDone", "E: Unable to locate package x"),
        (
            "\x1b[2mDownloading\x1b[0m 10%\r20%\nError: getaddrinfo ENOTFOUND host\n    at x",
            "Error: getaddrinfo ENOTFOUND host",
        ),
        ("one\ntwo", "two"),
    ],
)
def test_last_words(output: str, words: str) -> None:
    assert last_words(output) == words


@given(st.text())
def test_last_words_are_one_short_line(output: str) -> None:
    words = last_words(output)
    assert len(words) <= MAX_LENGTH
    assert len(words.splitlines()) <= 1


def test_doctor_on_this_machine(tmp_path: Path) -> None:
    done = helios("doctor", "--json", cwd=tmp_path)
    assert (done.code, done.err) == (0, ""), done
    *checks, end = done.objects
    assert end == {"type": "doctor", "ok": True}
    names = [check["name"] for check in checks]
    assert names == [
        "python",
        "packages",
        "driver",
        "browser",
        "sandbox",
        "painting",
        "ffmpeg",
        "encoding",
        "disk",
        "shared memory",
        "machine",
        "workers",
    ]
    found = {check["name"]: check for check in checks}
    assert all(check["type"] == "check" for check in checks)
    assert all(check["advice"] for check in checks if check["status"] != "ok")
    assert found["painting"]["status"] == "ok", "the browser must start, paint, and have a font"
    assert found["encoding"]["status"] == "ok"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert f"{cores} core" in found["machine"]["message"]


def test_doctor_says_what_is_missing(tmp_path: Path) -> None:
    missing = {"HELIOS_BROWSER": "/nowhere/chrome", "HELIOS_FFMPEG": "/nowhere/ffmpeg"}
    done = helios("doctor", cwd=tmp_path, environment=missing)
    assert done.code == 1
    lines = done.out.splitlines()
    for name in ("browser", "ffmpeg"):
        (number,) = [number for number, line in enumerate(lines) if line.startswith(f"fail  {name} ")]
        assert f"/nowhere/{'chrome' if name == 'browser' else name}" in lines[number]
        assert lines[number + 1].startswith(" " * 21)
    assert not any("painting" in line for line in lines)


def test_quick_doctor_only_looks_for_the_programs(tmp_path: Path) -> None:
    done = helios(
        "doctor", "--quick", "--json", cwd=tmp_path, environment={"HELIOS_FFMPEG": "/nowhere/ffmpeg"}
    )
    assert done.code == 1
    assert [(check.get("name"), check.get("status")) for check in done.objects] == [
        ("driver", "ok"),
        ("browser", "ok"),
        ("ffmpeg", "fail"),
        (None, None),
    ]


def test_doctor_notices_a_browser_that_cannot_paint(tmp_path: Path) -> None:
    liar = tmp_path / "chrome"
    liar.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && exec echo "Chromium 1.2.3"\necho "no display" >&2; exit 1\n'
    )
    liar.chmod(0o755)
    done = helios("doctor", "--json", cwd=tmp_path, environment={"HELIOS_BROWSER": str(liar)})
    assert done.code == 1
    found = {line["name"]: line for line in done.objects if line["type"] == "check"}
    assert found["browser"]["status"] == "ok"
    assert found["painting"]["status"] == "fail"
    assert str(liar) in found["painting"]["message"]


def test_doctor_tries_a_browser_that_failed_once_more(tmp_path: Path) -> None:
    moody, real = tmp_path / "chrome", find_browser().path
    moody.write_text(
        f"""#!/bin/sh
if [ "$1" != --version ] && mkdir "{tmp_path}/failed" 2>/dev/null; then exit 1; fi
exec "{real}" "$@"
"""
    )
    moody.chmod(0o755)
    done = helios("doctor", "--json", cwd=tmp_path, environment={"HELIOS_BROWSER": str(moody)})
    assert done.code == 0, done
    (painting,) = (line for line in done.objects if line.get("name") == "painting")
    assert painting["status"] == "ok"
    assert "when tried again (The browser " in painting["message"]


def test_disk_and_shared_memory(tmp_path: Path) -> None:
    assert str(tmp_path) in check_disk(tmp_path).message
    assert check_shared_memory(tmp_path / "none").status is Status.OK


def test_setup_keeps_the_driver_compiled_where_workers_look_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv(BYTES_VARIABLE, "1000000")
    done = helios("setup", cwd=tmp_path)
    assert (done.code, done.err) == (0, ""), done
    folder = Path(driver_variables()[VARIABLE])
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in kept) > 100_000, kept
    assert Cache.of_user().usage().entries == 0


def test_without_a_cache_the_driver_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv(BYTES_VARIABLE, "0")
    assert driver_variables() == {}
