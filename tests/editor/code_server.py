"""A real VS Code in the shape of code-server: on a free port, with an empty profile, ended as a whole."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import psutil

from editor.setup_editor import CODE_SERVER, NODE, VSIX

QUIET: dict[str, Any] = {
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "extensions.autoUpdate": "off",
    "extensions.autoCheckUpdates": False,
    "extensions.ignoreRecommendations": True,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "workbench.enableExperiments": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.editor.useModal": "off",
    "workbench.reduceMotion": "on",
    "workbench.settings.enableNaturalLanguageSearch": False,
    # On a busy machine an opened file takes the focus late, and a list that is shown by then would close.
    "workbench.quickOpen.closeOnFocusLost": False,
    "workbench.commandPalette.history": 0,
    # A hint about the row under the pointer covers the row below it.
    "workbench.hover.delay": 600_000,
    "chat.disableAIFeatures": True,
    "git.enabled": False,
    "json.schemaDownload.enable": False,
    "typescript.disableAutomaticTypeAcquisition": True,
    "editor.autoClosingBrackets": "never",
    "editor.autoClosingQuotes": "never",
    "html.autoCreateQuotes": False,
    "window.commandCenter": False,
    "terminal.integrated.gpuAcceleration": "off",
}
"""User settings that keep VS Code silent, free of what no test asks for, and its terminal made of text."""

START_SECONDS = 120
INSTALL_SECONDS = 180
NEW = (NODE, CODE_SERVER)


class CodeServer:
    """One server, which serves any number of workbenches, each in a folder of its own.

    `settings` are those of the machine: only there are paths of programs obeyed. Of the
    `environment`, what is None is taken away. `program` is the Node and the code-server to run.
    """

    def __init__(
        self,
        run: Path,
        settings: dict[str, Any],
        *,
        trust: bool = False,
        environment: Mapping[str, str | None] | None = None,
        program: tuple[Path, Path] = NEW,
    ) -> None:
        self.run = run
        self.mark = uuid.uuid4().hex
        self.port = _free_port()
        self._trust = trust
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        for folder in ("data/User", "data/Machine", "extensions", "home", "runtime"):
            (run / folder).mkdir(parents=True)
        user = QUIET | {"security.workspace.trust.enabled": trust}
        (run / "data/User/settings.json").write_text(json.dumps(user, indent=2))
        (run / "data/Machine/settings.json").write_text(json.dumps(settings, indent=2))
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("VSCODE_", "npm_"))
        } | {
            "HOME": str(run / "home"),
            "XDG_CONFIG_HOME": str(run / "home/.config"),
            "XDG_DATA_HOME": str(run / "home/.local/share"),
            "XDG_RUNTIME_DIR": str(run / "runtime"),
            "EXTENSIONS_GALLERY": json.dumps({"serviceUrl": ""}),
            "HELIOS_EDITOR_TEST": self.mark,
        }
        changed = {**self._environment, **(environment or {})}
        self._environment = {name: value for name, value in changed.items() if value is not None}
        self._command = [
            str(program[0]),
            str(program[1] / "out/node/entry.js"),
            "--user-data-dir",
            str(run / "data"),
            "--extensions-dir",
            str(run / "extensions"),
        ]

    def __enter__(self) -> Self:
        self.install(VSIX)
        flags = ["--auth", "none", "--bind-addr", f"127.0.0.1:{self.port}", "--disable-telemetry"]
        flags += ["--disable-update-check", "--disable-getting-started-override", "--ignore-last-opened"]
        flags += ["--reconnection-grace-time", "1"] if self._program == NEW else []
        flags += [] if self._trust else ["--disable-workspace-trust"]
        with (self.run / "code-server.log").open("w") as log:
            self._process = subprocess.Popen(
                [*self._command, *flags],
                env=self._environment,
                cwd=self.run,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_healthy(self._process)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def install(self, vsix: Path) -> None:
        """Install an extension for the windows that are opened from now on."""
        with (self.run / "install.log").open("a") as log:
            subprocess.run(
                [*self._command, "--install-extension", str(vsix)],
                env=self._environment,
                cwd=self.run,
                check=True,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=INSTALL_SECONDS,
            )

    def stop(self) -> None:
        """End the server and everything that it started."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def url(self, opened: Path | None) -> str:
        """The address of a workbench in a folder, in a workspace of several, or in none."""
        if opened is None:
            return f"http://127.0.0.1:{self.port}/?ew=true"
        kind = "workspace" if opened.suffix == ".code-workspace" else "folder"
        return f"http://127.0.0.1:{self.port}/?{urlencode({kind: str(opened)})}"

    def processes(self) -> Iterator[psutil.Process]:
        """Every living process that was started under this server, adopted by others or not."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("HELIOS_EDITOR_TEST") == self.mark:
                    yield process

    def _wait_until_healthy(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError((self.run / "code-server.log").read_text()[-2000:])
            if self._is_healthy():
                return
            time.sleep(0.05)
        raise TimeoutError(f"code-server was not healthy after {START_SECONDS} s")

    def _is_healthy(self) -> bool:
        health = f"http://127.0.0.1:{self.port}/healthz"
        with contextlib.suppress(OSError), urllib.request.urlopen(health, timeout=1) as answer:
            return bool(answer.status == 200)
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
