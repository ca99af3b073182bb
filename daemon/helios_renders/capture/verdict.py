"""What is to be said of a page: warnings, errors that were allowed, and the one that ends a render."""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from helios_renders.capture.missing import Missing, with_missing
from helios_renders.capture.refusals import CUT
from helios_renders.capture.request import PageRequest
from helios_renders.errors import (
    HeliosError,
    MediaUnplayable,
    PageFailed,
    PageHung,
    PageNeverReady,
    PageStalled,
)
from helios_renders.problem import PageProblem

CONSOLE_LINES = 20


class PageVerdict:
    """Collects what one page says of itself."""

    def __init__(self, request: PageRequest) -> None:
        self.console: deque[str] = deque(maxlen=CONSOLE_LINES)
        """The last lines of the page's console, which say more than any error of ours."""
        self.problems: list[PageProblem] = []
        """Errors of the page that were allowed."""
        self.warnings: list[str] = []
        self._request = request
        self._home = f"{origin(request.url)}/"

    def warn(self, warnings: Iterable[str]) -> None:
        """Notes warnings, each once."""
        told = (warning.replace(self._home, "") for warning in warnings)
        self.warnings += [warning for warning in told if warning not in self.warnings]

    def take_warnings(self, missing: Mapping[str, Missing], refused: Iterable[str]) -> tuple[str, ...]:
        """The warnings since the last call, and of what is missing, without those of what was refused."""
        taken, self.warnings = self.warnings, []
        found = with_missing(taken, {self.named(address): what for address, what in missing.items()})
        kept = [address.removesuffix(CUT) for address in refused]
        return tuple(text for text in found if not any(address in text for address in kept))

    def named(self, address: str) -> str:
        """An address as a person knows it: a path inside the composition, or a URL."""
        return address.removeprefix(self._home)

    def judge(self, answer: Mapping[str, Any]) -> None:
        """Notes what the page's clock answered; raises PageFailed, MediaUnplayable or PageStalled."""
        self.warn(answer["warnings"])
        found = [self._problem(error) for error in answer["errors"]]
        if found and not self._request.allow_errors:
            raise self._refusal(found, is_media=answer["errors"][0]["isMedia"])
        self.problems += found
        if answer["stalled"]:
            raise PageStalled(
                f"The page did not come to rest at frame {answer['frame']} "
                f"within {self._request.timeout:g} s; it waits for {answer['stalled']}.",
                "Look for a request or promise that never ends, or allow more time with --timeout.",
                tuple(self.console),
            )

    def never_loaded(self) -> PageNeverReady:
        """The error for a page that does not finish loading."""
        return PageNeverReady(
            f"The page did not finish loading within {self._request.timeout:g} s.",
            "Look for a script, image or request that never ends, or allow more time with --timeout.",
            tuple(self.console),
        )

    def never_ready(self, waits_for: str) -> PageNeverReady:
        """The error for a loaded page that goes on waiting for something."""
        return PageNeverReady(
            f"The page was not ready within {self._request.timeout:g} s; it waits for {waits_for}.",
            "Look for a request that never ends, or allow more time with --timeout.",
            tuple(self.console),
        )

    def hung(self, seconds: float, frame: int, script: str | None) -> PageHung:
        """The error for a page that has not answered for so long after a frame, and the script that runs."""
        running = "a script" if script is None else self.named(script)
        return PageHung(
            f"The page has not answered for {seconds:g} s after frame {frame}; "
            f"{running} seems to run without end.",
            "Look for an endless loop, or allow more time with --timeout.",
            tuple(self.console),
        )

    def _refusal(self, found: list[PageProblem], *, is_media: bool) -> HeliosError:
        """The error for what went wrong in the page; `is_media` says whether the first is a broken source."""
        details = (*map(str, found[1:]), *self.console)
        if is_media:
            return MediaUnplayable(
                f"The page has a source that this browser cannot play: {found[0]}",
                "Convert it (VP9 in WebM plays in every Chromium), name a Chromium that has its codec with "
                "--browser, or go on without it with --allow-page-errors.",
                details,
            )
        advice = "Mend the script, or go on in spite of it with --allow-page-errors."
        return PageFailed(f"The page threw an error: {found[0]}", advice, details)

    def _problem(self, error: Mapping[str, Any]) -> PageProblem:
        script, line, column = self.named(str(error["script"])), int(error["line"]), int(error["column"])
        return PageProblem(str(error["message"]), script, line, column, int(error["frame"]))


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    return "/".join(url.split("/", 3)[:3])
