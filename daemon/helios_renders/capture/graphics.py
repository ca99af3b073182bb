"""The browser's graphics process: it is replaced when it dies, but canvases have lost their pictures then."""

from typing import Self

import attrs
import psutil

from helios_renders.capture.patience import BROWSER_ADVICE
from helios_renders.errors import BrowserFailed

_KIND = "--type=gpu-process"


@attrs.frozen
class GraphicsProcesses:
    """The graphics processes of this process's browsers at one moment."""

    processes: frozenset[psutil.Process]

    @classmethod
    def now(cls) -> Self:
        """Those that run now; blocks for milliseconds."""
        below = psutil.Process().children(recursive=True)
        return cls(frozenset(process for process in below if _is_one(process)))

    def check(self) -> None:
        """Raises BrowserFailed when one of them has ended since: frames drawn later may lack parts."""
        for process in self.processes:
            if not _lives(process):
                raise BrowserFailed(
                    "The browser's graphics process ended while frames were drawn.", BROWSER_ADVICE
                )


def _is_one(process: psutil.Process) -> bool:
    try:
        return _KIND in process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
