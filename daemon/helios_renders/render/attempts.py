"""What is tried again after a failure, how often, and what is told when no attempt is left."""

import attrs

from helios_renders.errors import (
    BrowserFailed,
    EncoderFailed,
    GraphicsMissing,
    HeliosError,
    PageHung,
    SandboxFailed,
    SurfaceFailed,
    WorkerLost,
)

CONTENT_ATTEMPTS = 3
"""Where the browser or the encoder failed, which a page can be the cause of."""
HUNG_ATTEMPTS = 2
"""Where the page did not answer; each takes the whole time that a page is allowed."""
LOST_ATTEMPTS = 10
"""Where a worker was killed, which says nothing about the page."""


@attrs.frozen
class Attempts:
    """How all attempts at one piece of work have ended so far; replaced, never changed."""

    failures: tuple[HeliosError, ...] = ()

    def after(self, error: HeliosError) -> "Attempts":
        """These and one more that ended with `error`; raises the error to tell when none is left.

        The page's own errors and wrong use come again each time, so the first one is the last.
        """
        budget, kind = _budget(error)
        failures = (*self.failures, error)
        if sum(isinstance(failure, kind) for failure in failures) < budget:
            return Attempts(failures)
        if len(failures) == 1:
            raise error
        message = f"{error.message} It was tried {len(failures)} times."
        raise type(error)(message, error.advice, error.details) from error


def _budget(error: HeliosError) -> tuple[int, type[HeliosError] | tuple[type[HeliosError], ...]]:
    """How many attempts may end in a way like this one, and the classes that are alike."""
    match error:
        case SurfaceFailed() | SandboxFailed() | GraphicsMissing():
            return 1, type(error)
        case WorkerLost():
            return LOST_ATTEMPTS, WorkerLost
        case PageHung():
            return HUNG_ATTEMPTS, PageHung
        case BrowserFailed() | EncoderFailed():
            return CONTENT_ATTEMPTS, (BrowserFailed, EncoderFailed)
        case _:
            return 1, HeliosError
