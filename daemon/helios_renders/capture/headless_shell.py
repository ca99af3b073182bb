"""Browsers that can be told when to draw: where that is possible, and when it is worth a trial."""

import sys
from pathlib import Path

from helios_renders.composition.spec import Size
from helios_renders.errors import InvalidOption

BEGIN_FRAME_ARGUMENTS = (
    "--enable-begin-frame-control",
    "--run-all-compositor-stages-before-draw",
    "--disable-new-content-rendering-timeout",
)
HEADLESS_SHELLS = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
WORTHWHILE_PIXELS = 200 * 1920 * 1080
"""Pixels of a whole render from which a trial pays for itself.

Measured on a page of 1920x1080 that moves all over: 35 ms of processor time less for each frame than a
screenshot, and 3 s more for the trial and the second browser.
"""


def impossible_because(browser: Path) -> str | None:
    """Why nobody can tell this browser when to draw; None when it can be told."""
    if sys.platform == "darwin":
        return "Chromium cannot be told when to draw on macOS"
    if not {browser.stem, browser.resolve().stem} & set(HEADLESS_SHELLS):
        return f"{browser} is not a headless shell"
    return None


def is_worth_a_trial(browser: Path, size: Size, frames: int) -> bool:
    """Whether this browser can be told when to draw, and a render is long enough to win by it."""
    return impossible_because(browser) is None and frames * size.width * size.height >= WORTHWHILE_PIXELS


def require_begin_frame(browser: Path) -> None:
    """Raises InvalidOption when nobody can tell this browser when to draw."""
    reason = impossible_because(browser)
    if reason is not None:
        raise InvalidOption(
            f"The surface begin-frame is not possible: {reason}.",
            "Choose another surface, such as screenshot, or on Linux and Windows name a headless shell "
            f"({', '.join(HEADLESS_SHELLS)}) with --browser.",
        )
