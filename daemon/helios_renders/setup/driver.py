"""Playwright's driver: a Node.js inside its package, which small systems lack libraries for."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from helios_renders.errors import SetupFailed
from helios_renders.render.driver_cache import VARIABLE, driver_variables
from helios_renders.setup.package_managers import SystemPackages
from helios_renders.setup.processes import run

ENVIRONMENT_VARIABLE = "PLAYWRIGHT_NODEJS_PATH"
"""Playwright's own variable for another Node.js."""


def ready_driver() -> str:
    """The version of the Node.js that Playwright will start; raises SetupFailed when it does not start."""
    node = _node()
    started = run((str(node), "--version"), timeout=30)
    if not started.ok:
        raise SetupFailed(
            f"Playwright's driver {node} does not start: {started.failure}.",
            f"Run `helios setup`, or set {ENVIRONMENT_VARIABLE} to a Node.js that starts.",
        )
    return started.output.strip()


def ensure_driver(system: SystemPackages) -> str:
    """A driver that starts, with the libraries that it lacked; raises SetupFailed."""
    try:
        return ready_driver()
    except SetupFailed as error:
        system.say(error.message)
        libraries = system.manager.libraries
        if not libraries or os.environ.get(ENVIRONMENT_VARIABLE):
            raise
        done = system.install(libraries)
        if not done.ok:
            system.say(f"  {done.failure}")
    return ready_driver()


def compile_driver() -> str | None:
    """Has Node.js compile the driver's program and keep the result, unless it has; answers why it could not.

    See render/driver_cache.py; raises InvalidOption as that.
    """
    variables = driver_variables()
    if not variables or Path(variables[VARIABLE]).is_dir():
        return None
    program = _folder() / "package" / "cli.js"
    return run((str(_node()), str(program), "--version"), timeout=60, environment=variables).failure


def _node() -> Path:
    """As Playwright itself looks for it."""
    configured = os.environ.get(ENVIRONMENT_VARIABLE)
    if configured:
        return Path(configured)
    return _folder() / ("node.exe" if sys.platform == "win32" else "node")


def _folder() -> Path:
    spec = find_spec("playwright")
    if spec is None or spec.origin is None:
        raise SetupFailed("The package playwright is missing.", "Install helios-renders again.")
    return Path(spec.origin).parent / "driver"
