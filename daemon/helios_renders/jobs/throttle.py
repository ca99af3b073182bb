"""Updates that are many, told seldom: at most one in an interval, and never the last one lost."""

import asyncio
import math
from collections.abc import Callable


class Throttle:
    """Runs an action at most once in `interval` seconds; used inside a running event loop."""

    def __init__(self, action: Callable[[], None], interval: float) -> None:
        self._action = action
        self._interval = interval
        self._allowed_at = -math.inf
        self._timer: asyncio.TimerHandle | None = None

    def request(self) -> None:
        """Run the action now, or once as soon as the interval allows."""
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        if loop.time() >= self._allowed_at:
            self.now()
        else:
            self._timer = loop.call_at(self._allowed_at, self.now)

    def now(self) -> None:
        """Run the action at once; it stands for all requests before it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._allowed_at = asyncio.get_running_loop().time() + self._interval
        self._action()
