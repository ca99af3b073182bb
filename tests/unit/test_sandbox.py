"""When Chromium's sandbox is on, and what is said where it is off."""

import os

import pytest

from helios_renders.capture.sandbox import ENVIRONMENT_VARIABLE, find_sandbox
from helios_renders.errors import InvalidOption


@pytest.mark.parametrize(
    ("user", "said", "words"),
    [
        (1000, None, "on"),
        (1000, "", "on"),
        (1000, "0", "on"),
        (1000, "1", "off, because HELIOS_NO_SANDBOX or helios.allowNoSandbox says so"),
        (0, None, "off, because Helios runs as root"),
        (0, "1", "off, because Helios runs as root"),
        (None, None, "on"),
    ],
)
def test_it_is_on_unless_root_or_told(
    monkeypatch: pytest.MonkeyPatch, user: int | None, said: str | None, words: str
) -> None:
    if user is None:
        monkeypatch.delattr(os, "geteuid", raising=False)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    if said is None:
        monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    else:
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, said)
    sandbox = find_sandbox()
    assert (str(sandbox), sandbox.on) == (words, words == "on")


def test_another_word_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "yes")
    with pytest.raises(InvalidOption, match="HELIOS_NO_SANDBOX is 'yes'") as refused:
        find_sandbox()
    assert "1" in refused.value.advice
