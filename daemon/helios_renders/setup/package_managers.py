"""The system's package managers: which one is here, and how it is told to install without asking."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence

import attrs

from helios_renders.errors import SetupFailed
from helios_renders.setup.processes import Finished, run

REFRESH_TIMEOUT = 300.0
INSTALL_TIMEOUT = 1200.0
Say = Callable[[str], None]


@attrs.frozen
class PackageManager:
    """How one package manager installs; commands run without any question."""

    command: str
    install: tuple[str, ...]
    """The words before the packages' names."""
    browsers: tuple[str, ...]
    """Packages that bring a Chromium or Chrome, the best first."""
    fonts: tuple[str, ...]
    libraries: tuple[str, ...]
    """What Playwright's driver, a Node.js, is linked against and small systems lack."""
    refresh: tuple[str, ...] = ()
    """The words that fetch the list of packages; empty when `install` does so itself."""
    environment: Mapping[str, str] = attrs.field(factory=dict)
    for_root: bool = True
    """False for one that refuses to run as root."""


_APT_OPTIONS = ("-q", "-o", "DPkg::Lock::Timeout=120")

MANAGERS = (
    PackageManager(
        command="apt-get",
        refresh=("update", *_APT_OPTIONS),
        install=("install", "-y", "--no-install-recommends", *_APT_OPTIONS),
        browsers=("chromium-headless-shell", "chromium"),
        fonts=("fonts-dejavu-core", "fonts-liberation", "fonts-noto-color-emoji"),
        libraries=("libatomic1", "libstdc++6"),
        environment={"DEBIAN_FRONTEND": "noninteractive"},
    ),
    PackageManager(
        command="dnf",
        install=("install", "-y"),
        browsers=("chromium",),
        fonts=("dejavu-sans-fonts", "liberation-fonts", "google-noto-color-emoji-fonts"),
        libraries=("libatomic", "libstdc++"),
    ),
    PackageManager(
        command="pacman",
        install=("-Sy", "--noconfirm", "--needed"),
        browsers=("chromium",),
        fonts=("ttf-dejavu", "ttf-liberation", "noto-fonts-emoji"),
        libraries=("gcc-libs",),
    ),
    PackageManager(
        command="zypper",
        install=("--non-interactive", "install"),
        browsers=("chromium",),
        fonts=("dejavu-fonts", "liberation-fonts", "google-noto-coloremoji-fonts"),
        libraries=("libatomic1", "libstdc++6"),
    ),
    PackageManager(
        command="apk",
        install=("add", "--update-cache"),
        browsers=("chromium",),
        fonts=("font-dejavu", "font-liberation", "font-noto-emoji"),
        libraries=("libatomic", "libstdc++"),
    ),
    PackageManager(
        command="brew",
        install=("install", "--quiet"),
        browsers=("google-chrome", "chromium"),
        fonts=(),
        libraries=(),
        environment={"NONINTERACTIVE": "1"},
        for_root=False,
    ),
)


def find_package_manager() -> PackageManager | None:
    """The first package manager on PATH."""
    return next((manager for manager in MANAGERS if shutil.which(manager.command)), None)


class SystemPackages:
    """Installs packages by the system's package manager, and says each command before it runs."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self._prefix: tuple[str, ...] | None = None
        self._refreshed = False

    @property
    def manager(self) -> PackageManager:
        """The package manager; raises SetupFailed when none is known here."""
        manager = find_package_manager()
        if manager is None:
            raise SetupFailed("This system has no package manager that is known here.")
        return manager

    def install(self, packages: Sequence[str]) -> Finished:
        """Install packages, all or none; raises SetupFailed where that needs rights that are missing.

        A list of packages that cannot be renewed is used as it is.
        """
        manager = self.manager
        if self._prefix is None:
            self._prefix = _prefix(manager, packages[0])
        if manager.refresh and not self._refreshed:
            self._refreshed = True
            fresh = self._run(manager, manager.refresh, REFRESH_TIMEOUT)
            if not fresh.ok:
                self.say(f"  {manager.command} {manager.refresh[0]} failed: {fresh.failure}")
        return self._run(manager, (*manager.install, *packages), INSTALL_TIMEOUT)

    def _run(self, manager: PackageManager, words: Sequence[str], timeout: float) -> Finished:
        command = (*(self._prefix or ()), manager.command, *words)
        self.say(f"  {' '.join(command)}")
        return run(command, timeout=timeout, environment=manager.environment)


def by_hand(manager: PackageManager, package: str) -> str:
    """The command with which a person installs a package."""
    sudo = "sudo " if manager.for_root else ""
    return f"{sudo}{manager.command} {' '.join(manager.install[:2])} {package}"


def becoming_root() -> tuple[str, ...]:
    """The words that run a command as root without a question; none for root. Raises SetupFailed."""
    if is_root():
        return ()
    if shutil.which("sudo") and run(("sudo", "-n", "true"), timeout=20).ok:
        return ("sudo", "-n")
    raise SetupFailed("Installing needs root, and sudo does not work here without a password.")


def is_root() -> bool:
    """True when this process may do everything."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _prefix(manager: PackageManager, package: str) -> tuple[str, ...]:
    if not manager.for_root:
        if is_root():
            raise SetupFailed(f"{manager.command} refuses to run as root.", "Run `helios setup` as yourself.")
        return ()
    try:
        prefix = becoming_root()
    except SetupFailed as error:
        command = by_hand(manager, package)
        raise SetupFailed(error.message, f"Run `{command}` yourself, then `helios setup` again.") from None
    # sudo drops the environment, so what the package manager needs of it goes on the command line.
    return (*prefix, *(f"{name}={value}" for name, value in manager.environment.items())) if prefix else ()
