"""How tests start a daemon."""

import os
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
STUB_DAEMON = [sys.executable, "-P", "-m", "server.stub_daemon", "--stdio"]
REAL_DAEMON = [sys.executable, "-P", "-m", "helios_renders", "serve", "--stdio"]


def environment(**more: str) -> dict[str, str]:
    """The environment of a daemon that can import the tests' own modules."""
    path = os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, **more}
