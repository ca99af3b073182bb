"""`python -m helios_renders` is the `helios` command."""

import sys

from helios_renders.cli import main

if __name__ == "__main__":
    sys.exit(main())
