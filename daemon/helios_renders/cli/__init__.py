"""The terminal's side: the `helios` command."""

import signal
from collections.abc import Sequence

CANCELLED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one `helios` command and return its exit code; `arguments` are the process's own by default.

    Everything else is imported in here, so that a Ctrl-C while Python still loads modules ends quietly too.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        from helios_renders.importing import many_modules

        with many_modules():
            from helios_renders.cli.command import run

        return run(arguments)
    except KeyboardInterrupt:
        return CANCELLED
    finally:
        # Nothing is left to interrupt but Python's own way out, which would answer with a traceback.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
