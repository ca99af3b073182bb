"""`helios setup` on machines of every kind: a PATH with stand-ins for what would change this machine."""

import os
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from cli.terminal import Finished, assert_error, helios

SUDO = '#!/bin/sh\n[ "$1" = -n ] && shift\n[ "$1" = true ] && exit 0\nexec /usr/bin/env "$@"\n'
BROWSER = '#!/bin/sh\necho "Chromium 156.0.1.2"\n'
BROKEN = '#!/bin/sh\necho "error while loading shared libraries: libnss3.so" >&2\nexit 127\n'
FFMPEG = '#!/bin/sh\necho "ffmpeg version 7.1" >&2\necho " V..... libx264"\n'
MANAGER = """#!/bin/sh
echo "{name} $*" >> "{log}"
[ -n "$DEBIAN_FRONTEND" ] && echo "frontend $DEBIAN_FRONTEND" >> "{log}"
for word; do last=$word; done
case " $* " in
{cases}
esac
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


@attrs.frozen
class Machine:
    """A made-up machine: only what lies in `programs` is on its PATH."""

    programs: Path
    home: Path

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def commands(self) -> list[str]:
        """What its package managers were told, in order."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def add(self, name: str, script: str) -> Path:
        program = self.programs / name
        program.write_text(script)
        program.chmod(0o755)
        return program

    def add_manager(self, name: str, installs: dict[str, str], *, failing: str = "") -> None:
        """A package manager; installing one of `installs` makes the command of that name."""
        cases = [
            f'  *" {word} "*) echo "E: Unable to locate package {word}" >&2; exit 100;;'
            for word in failing.split()
        ]
        for package, command in installs.items():
            script = self.home / f"{package}.script"
            script.write_text(BROWSER if command != "ffmpeg" else FFMPEG)
            place = self.programs / command
            cases.append(f'  *" {package} "*) /bin/cp "{script}" "{place}"; /bin/chmod +x "{place}";;')
        self.add(name, MANAGER.format(name=name, log=self.log, cases="\n".join(cases)))

    def setup(self, **environment: str) -> Finished:
        nowhere = {
            "PATH": str(self.programs),
            "HOME": str(self.home),
            "PLAYWRIGHT_BROWSERS_PATH": str(self.home / "browsers"),
            "PLAYWRIGHT_DOWNLOAD_HOST": "http://127.0.0.1:9",
            "HELIOS_BROWSER": "",
            "HELIOS_FFMPEG": "",
        }
        return helios("setup", "--yes", cwd=self.home, environment={**nowhere, **environment}, timeout=150)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    programs, home = tmp_path / "bin", tmp_path / "home"
    programs.mkdir()
    home.mkdir()
    made = Machine(programs, home)
    if os.geteuid() != 0:
        made.add("sudo", SUDO)
    return made


def managed(commands: list[str]) -> list[str]:
    return [line for line in commands if not line.startswith("frontend")]


def test_everything_is_here(machine: Machine) -> None:
    machine.add("chromium", BROWSER)
    machine.add("ffmpeg", FFMPEG)
    machine.add_manager("apt-get", {})
    done = machine.setup()
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[1:] == [
        f"browser  Chromium 156.0.1.2, {machine.programs}/chromium (system)",
        f"ffmpeg   7.1, {machine.programs}/ffmpeg (system)",
    ]
    assert machine.commands == []


def test_a_second_run_is_fast(machine: Machine) -> None:
    machine.add("chromium", BROWSER)
    spent = []
    for _ in range(3):
        before = os.times()
        assert machine.setup().code == 0
        after = os.times()
        spent.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
    assert min(spent) < 0.5, "processor seconds, so that a busy machine does not decide"


def test_debian(machine: Machine) -> None:
    machine.add_manager("apt-get", {"chromium-headless-shell": "chromium-headless-shell"})
    done = machine.setup()
    assert done.code == 0, done
    assert "Playwright's download failed: " in done.out
    assert f"browser  Chromium 156.0.1.2, {machine.programs}/chromium-headless-shell (system)" in done.out
    assert "(imageio-ffmpeg)" in done.out
    update, browser, fonts = managed(machine.commands)
    assert update.startswith("apt-get update")
    assert browser.startswith("apt-get install -y --no-install-recommends")
    assert browser.endswith(" chromium-headless-shell")
    assert "fonts-liberation" in fonts
    assert machine.commands.count("frontend noninteractive") == 3


def test_next_package_when_the_first_is_unknown(machine: Machine) -> None:
    machine.add_manager("apt-get", {"chromium": "chromium"}, failing="chromium-headless-shell")
    done = machine.setup()
    assert done.code == 0, done
    assert [line.split()[-1] for line in managed(machine.commands)[1:3]] == [
        "chromium-headless-shell",
        "chromium",
    ]


def test_list_of_packages_that_cannot_be_renewed(machine: Machine) -> None:
    machine.add_manager("apt-get", {"chromium-headless-shell": "chromium"}, failing="update")
    done = machine.setup()
    assert done.code == 0, done
    assert "apt-get update failed" in done.out


def test_missing_fonts_are_told_but_are_no_failure(machine: Machine) -> None:
    machine.add_manager("apt-get", {"chromium-headless-shell": "chromium"}, failing="fonts-liberation")
    done = machine.setup()
    assert done.code == 0, done
    assert "Fonts could not be installed" in done.out


@pytest.mark.parametrize(
    ("manager", "words"),
    [
        ("dnf", "install -y chromium"),
        ("pacman", "-Sy --noconfirm --needed chromium"),
        ("zypper", "--non-interactive install chromium"),
        ("apk", "add --update-cache chromium"),
    ],
)
def test_other_systems(manager: str, words: str, machine: Machine) -> None:
    machine.add_manager(manager, {"chromium": "chromium"})
    done = machine.setup()
    assert done.code == 0, done
    assert machine.commands[0] == f"{manager} {words}"


@pytest.mark.skipif(os.geteuid() == 0, reason="brew refuses root")
def test_brew(machine: Machine) -> None:
    machine.add_manager("brew", {"google-chrome": "google-chrome"})
    assert machine.setup().code == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is refused")
def test_brew_refuses_root(machine: Machine) -> None:
    machine.add_manager("brew", {"google-chrome": "google-chrome"})
    done = machine.setup()
    assert_error(done, 1, "No browser")
    assert "Run `helios setup` as yourself." in done.err


def test_nothing_can_be_installed(machine: Machine) -> None:
    machine.add_manager("apt-get", {}, failing="chromium-headless-shell chromium")
    done = machine.setup()
    assert_error(done, 1, "No browser could be installed")
    assert "sudo apt-get install -y chromium-headless-shell" in done.err
    assert "HELIOS_BROWSER" in done.err
    assert "  | Playwright's download failed: " in done.err
    assert "Unable to locate package chromium" in done.err


def test_no_package_manager(machine: Machine) -> None:
    done = machine.setup()
    assert_error(done, 1, "No browser could be installed")
    assert "HELIOS_BROWSER" in done.err


def test_installed_browser_that_does_not_start(machine: Machine) -> None:
    machine.add("chromium", BROKEN)
    machine.add_manager("apt-get", {"chromium-headless-shell": "chromium-headless-shell"})
    done = machine.setup()
    assert done.code == 0, done
    assert "libnss3.so" in done.out
    assert "chromium-headless-shell (system)" in done.out


def test_driver_that_lacks_a_library(machine: Machine) -> None:
    machine.add("chromium", BROWSER)
    machine.add_manager("apt-get", {"libatomic1": "repaired"})
    missing = "node: error while loading shared libraries: libatomic.so.1"
    node = machine.add(
        "node", f'#!/bin/sh\n[ -e "{machine.programs}/repaired" ] || {{ echo "{missing}"; exit 127; }}\n'
    )
    driver = stand_in_driver(machine, node)
    done = machine.setup(PYTHONPATH=str(driver))
    assert done.code == 0, done
    assert "libatomic.so.1" in done.out
    assert managed(machine.commands)[-1].endswith("libatomic1 libstdc++6")


def test_driver_that_cannot_be_repaired(machine: Machine) -> None:
    machine.add("chromium", BROWSER)
    machine.add_manager("apt-get", {})
    driver = stand_in_driver(machine, machine.add("node", BROKEN))
    assert_error(machine.setup(PYTHONPATH=str(driver)), 1, "driver", "libnss3.so")


def stand_in_driver(machine: Machine, node: Path) -> Path:
    """A folder for PYTHONPATH whose playwright has this Node.js."""
    package = machine.home / "packages" / "playwright"
    (package / "driver").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "driver" / "node").symlink_to(node)
    return package.parent


def test_named_browser_is_never_passed_over(machine: Machine) -> None:
    machine.add_manager("apt-get", {"chromium-headless-shell": "chromium"})
    assert_error(machine.setup(HELIOS_BROWSER="/nowhere/chrome"), 2, "/nowhere/chrome")
    assert machine.commands == []


def test_named_ffmpeg_is_never_passed_over(machine: Machine) -> None:
    machine.add("chromium", BROWSER)
    machine.add_manager("apt-get", {"ffmpeg": "ffmpeg"})
    assert_error(machine.setup(HELIOS_FFMPEG="/nowhere/ffmpeg"), 2, "/nowhere/ffmpeg")
    assert machine.commands == []


def test_without_root_and_sudo(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    from helios_renders.errors import SetupFailed
    from helios_renders.setup import package_managers

    machine.add_manager("apt-get", {"chromium": "chromium"})
    (machine.programs / "sudo").unlink(missing_ok=True)
    monkeypatch.setenv("PATH", str(machine.programs))
    monkeypatch.setattr(package_managers, "is_root", lambda: False)
    manager = package_managers.find_package_manager()
    assert manager is not None
    with pytest.raises(SetupFailed) as caught:
        package_managers.SystemPackages(lambda _: None).install(manager.browsers)
    assert "sudo apt-get install -y chromium-headless-shell" in caught.value.advice
    machine.add("sudo", SUDO)
    assert package_managers.SystemPackages(lambda _: None).install(("chromium",)).ok
    assert "frontend noninteractive" in machine.commands
    subprocess.run([machine.programs / "chromium", "--version"], check=True, timeout=20)
