"""Where Node.js keeps the compiled program of the browser's driver, which then starts in half the time."""

import os
from importlib.metadata import version

from helios_renders.render.cache import Cache

VARIABLE = "NODE_COMPILE_CACHE"
"""Node.js reads the folder's name from it (nodejs.org, "Module compile cache").

It writes there at its own end, which workers do not wait for, so `helios setup` is what fills the folder.
"""


def driver_variables() -> dict[str, str]:
    """What to add to the environment of a driver; nothing where no cache is wanted; raises InvalidOption."""
    cache = Cache.of_user()
    if VARIABLE in os.environ or cache.limit_bytes == 0:
        return {}
    return {VARIABLE: str(cache.folder / "driver" / version("playwright"))}
