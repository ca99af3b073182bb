"""Which browsers can be told when to draw, and which renders are tried that way by themselves."""

import sys
from pathlib import Path

import pytest

from helios_renders.capture.headless_shell import (
    WORTHWHILE_PIXELS,
    impossible_because,
    is_worth_a_trial,
    require_begin_frame,
)
from helios_renders.composition.spec import Size
from helios_renders.errors import InvalidOption

SHELL = Path("/opt/chrome-headless-shell-linux64/chrome-headless-shell")
FULL_HD = Size(1920, 1080)
ENOUGH = WORTHWHILE_PIXELS // (1920 * 1080)


@pytest.mark.parametrize(
    "path", [SHELL, Path("C:/browsers/headless_shell.exe"), Path("/usr/bin/chromium-headless-shell")]
)
def test_headless_shells_are_known_by_name(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert impossible_because(path) is None


def test_a_link_to_a_headless_shell_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    (tmp_path / "headless_shell").touch()
    (tmp_path / "browser").symlink_to(tmp_path / "headless_shell")
    assert impossible_because(tmp_path / "browser") is None


@pytest.mark.parametrize(
    ("platform", "path", "why"),
    [
        ("linux", Path("/usr/bin/chromium"), "/usr/bin/chromium is not a headless shell"),
        ("darwin", SHELL, "macOS"),
    ],
)
def test_others_are_refused_and_never_tried(
    monkeypatch: pytest.MonkeyPatch, platform: str, path: Path, why: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(InvalidOption, match=why):
        require_begin_frame(path)
    assert not is_worth_a_trial(path, FULL_HD, ENOUGH)


def test_short_renders_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert is_worth_a_trial(SHELL, FULL_HD, ENOUGH)
    assert not is_worth_a_trial(SHELL, FULL_HD, ENOUGH - 1)
