"""A browser runs in its sandbox or says why not; shown by real browsers, as root and as nobody."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import attrs
import psutil
import pytest
from playwright.async_api import async_playwright

import helios_renders
from cli.terminal import Finished, started, wait_until, write_page
from helios_renders.capture.browser import find_browser
from helios_renders.capture.launch import launch
from helios_renders.capture.launch_options import LaunchOptions
from helios_renders.capture.sandbox import ENVIRONMENT_VARIABLE, Sandbox
from helios_renders.errors import SandboxFailed
from helios_renders.setup.paint import paint

NOBODY = 65534
LIMIT_SECONDS = 60
PACKAGES = (Path(helios_renders.__file__).parents[1], Path(attrs.__file__).parents[1])

needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be refused, and become nobody"
)


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that belongs to nobody, outside of the tests' own ones, which only root may enter."""
    folder = Path(tempfile.mkdtemp(prefix="helios-nobody-"))
    os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


def as_nobody(home: Path, **more: str) -> dict[str, str]:
    """The environment of a user who owns nothing else."""
    packages = os.pathsep.join(map(str, PACKAGES))
    return {"HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": packages, **more}


def python_of_nobody(home: Path) -> str:
    """A Python that another user may run with the packages of this one; skips where there is none."""
    reasons = []
    for python in (sys.executable, shutil.which("python3", path=os.defpath)):
        if python is None:
            continue
        try:
            done = subprocess.run(
                [python, "-c", "import helios_renders.cli, numpy, playwright.async_api"],
                env={**os.environ, **as_nobody(home)},
                cwd=home,
                user=NOBODY,
                group=NOBODY,
                extra_groups=[],
                capture_output=True,
                text=True,
                timeout=LIMIT_SECONDS,
                check=False,
            )
        except PermissionError as error:
            reasons.append(f"{python}: {error.strerror}")
            continue
        if done.returncode == 0:
            return python
        reasons.append(f"{python}: {done.stderr.strip().splitlines()[-1]}")
    pytest.skip(f"nobody may run no Python with these packages: {'; '.join(reasons)}")


@needs_root
async def test_a_sandbox_that_cannot_be_made_ends_the_start_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    executable = find_browser().path
    async with async_playwright() as playwright:
        with pytest.raises(SandboxFailed, match="cannot make its sandbox here") as failed:
            await launch(playwright, LaunchOptions(str(executable), Sandbox()))
    assert f"{ENVIRONMENT_VARIABLE}=1" in failed.value.advice
    assert "helios.allowNoSandbox" in failed.value.advice
    with pytest.raises(SandboxFailed, match="cannot make its sandbox here") as failed:
        await paint(executable, sandboxed=True)
    assert ENVIRONMENT_VARIABLE in failed.value.advice


@needs_root
@pytest.mark.parametrize("said", ["", "1"])
def test_a_render_of_nobody_is_in_the_sandbox_unless_told(home: Path, said: str) -> None:
    python = python_of_nobody(home)
    page = write_page(home / "pages", seconds=2)
    os.chown(home / "pages", NOBODY, NOBODY)
    command = (python, "-m", "helios_renders")
    options: dict[str, object] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    environment = as_nobody(home, **{ENVIRONMENT_VARIABLE: said})
    words = ("render", page, "--json", "-o", home / "video.mp4", "--surface", "screenshot")
    with started(*words, cwd=home, environment=environment, command=command, **options) as running:

        def is_as_told() -> bool:
            # By their parents, because Chromium's zygote writes its children's names over their environment.
            lines = {
                each: command_line(each)
                for each in psutil.Process(running.process.pid).children(recursive=True)
            }
            if said:
                return any("--no-sandbox" in line for line in lines.values())
            return any("--type=renderer" in line and is_confined(each) for each, line in lines.items())

        wait_until(is_as_told, "a page's process that is confined as told", LIMIT_SECONDS)
        out, err = running.process.communicate(timeout=LIMIT_SECONDS)
    done = Finished(running.process.returncode, out, err)
    assert done.code == 0, done
    assert done.last["sandbox"] == (
        "off, because HELIOS_NO_SANDBOX or helios.allowNoSandbox says so" if said else "on"
    )


def command_line(process: psutil.Process) -> str:
    """The command line, empty for a process that has just ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def is_confined(process: psutil.Process) -> bool:
    """Whether the kernel filters what a process asks of it (seccomp mode 2)."""
    try:
        return "\nSeccomp:\t2\n" in Path(f"/proc/{process.pid}/status").read_text()
    except FileNotFoundError:
        return False
