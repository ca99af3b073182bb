"""`python -m helios_renders.server` serves an editor, as `helios serve` does, and ignores its arguments."""

import sys

from helios_renders.server.main import serve

if __name__ == "__main__":
    sys.exit(serve())
