"""Whether browsers run in Chromium's sandbox, which keeps a page away from the machine's files."""

import os

import attrs

from helios_renders.errors import InvalidOption

ENVIRONMENT_VARIABLE = "HELIOS_NO_SANDBOX"
ADVICE = (
    "Let this user have user namespaces, which Chromium's sandbox is made of, or, for pages that you trust, "
    f"go without it: set {ENVIRONMENT_VARIABLE}=1, in VS Code helios.allowNoSandbox."
)
_FAILURES = ("sandboxing failed", "no usable sandbox")
"""What Playwright and Chromium say of a sandbox that cannot be made."""


@attrs.frozen
class Sandbox:
    """Whether the sandbox is on, and where it is off, why."""

    off_because: str | None = None

    @property
    def on(self) -> bool:
        """True when browsers start in it or not at all."""
        return self.off_because is None

    def __str__(self) -> str:
        return "on" if self.on else f"off, because {self.off_because}"


def find_sandbox() -> Sandbox:
    """On, except for root, who cannot have one, and for those who said so; raises InvalidOption."""
    said = os.environ.get(ENVIRONMENT_VARIABLE, "")
    if said not in ("", "0", "1"):
        raise InvalidOption(
            f"{ENVIRONMENT_VARIABLE} is {said!a}.", "Set it to 1 to go without Chromium's sandbox, or to 0."
        )
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Sandbox("Helios runs as root")
    return Sandbox(f"{ENVIRONMENT_VARIABLE} or helios.allowNoSandbox says so" if said == "1" else None)


def lacks_sandbox(failure: str) -> bool:
    """Whether a browser that did not start says that it could not make its sandbox."""
    return any(words in failure.lower() for words in _FAILURES)
