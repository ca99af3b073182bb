"""Advice that names options of the terminal names settings in the editor, all of them."""

import re
from pathlib import Path

import pytest
from pygls.exceptions import JsonRpcException

import helios_renders
from helios_renders.errors import InvalidOption
from helios_renders.jobs.job import Job, JobError, JobState
from helios_renders.render.concurrency import Bound, Concurrency
from helios_renders.server.advice import SETTINGS, in_editor
from helios_renders.server.codec import make_converter
from helios_renders.server.job_messages import RenderChangedParams
from helios_renders.server.rpc import rpc_errors

PACKAGE = Path(helios_renders.__file__).parent
EXTENSION = Path(__file__).resolve().parents[2] / "vscode-extension"
IN_ADVICE = re.compile(r'^[^#]*"[^"-]*[^"]*?(?<![\w"-])(--[a-z][a-z-]+)[ ,.;)]')
"""An option amid a sentence: an argument of a program begins its text or ends it."""


@pytest.mark.parametrize(
    ("advice", "words"),
    [
        ("Or allow more time with --timeout.", "Or allow more time with the setting Page Timeout."),
        (
            "Change it by --even pad or --even crop.",
            "Change it by the setting Odd Sizes (pad) or the setting Odd Sizes (crop).",
        ),
        ("Use --fps 50, or less.", "Use the setting Frame Rate (50), or less."),
        ("Run `helios doctor`.", "Run the command Helios: Doctor."),
        ("Choose another name, or allow --overwrite.", "Choose another name."),
        (
            "Give a track with --audio, or none.",
            "Give a track with audioTracks of composition.json, or none.",
        ),
        ("--audio-codec stays.", "--audio-codec stays."),
        ("Use --fps 23.976 now.", "Use the setting Frame Rate (23.976) now."),
        (
            "Get one, or set HELIOS_BROWSER to its path.",
            "Get one, or name one in the setting helios.browser.",
        ),
        ("Or name another with HELIOS_FFMPEG.", "Or name another in the setting helios.ffmpeg."),
    ],
)
def test_an_option_becomes_a_setting(advice: str, words: str) -> None:
    assert in_editor(advice) == words


def test_every_option_that_is_advised_has_a_setting() -> None:
    folders = ("capture", "composition", "encode", "jobs", "render", "setup")
    lines = [
        line
        for folder in folders
        for path in sorted((PACKAGE / folder).rglob("*.py"))
        for line in path.read_text().splitlines()
    ]
    # The editor asks for no card's encoder.
    advised = {line for line in lines if IN_ADVICE.search(line) and "--encoder" not in line}
    assert len(advised) >= 10
    assert [line for line in advised if re.search(r"(?<![\w-])--[a-z]", in_editor(line))] == []


def test_settings_are_called_as_in_the_view() -> None:
    options = "".join(path.read_text() for path in (EXTENSION / "src" / "settings").glob("*Options.ts"))
    manifest = (EXTENSION / "package.json").read_text()
    for name in SETTINGS.values():
        assert f'title: l10n.t("{name}")' in options or f'"{name}"' in manifest, name


def test_errors_of_jobs_and_of_requests_advise_settings() -> None:
    error = JobError("pageStalled", "It waits for --timeout.", "Allow more time with --timeout.")
    job = Job("1", "/page.html", "page", JobState.FAILED, 0.0, Concurrency(1, 1, Bound.REQUEST), error=error)
    told = make_converter().unstructure(RenderChangedParams(job))["job"]["error"]
    assert told["message"] == "It waits for --timeout."
    assert told["advice"] == "Allow more time with the setting Page Timeout."
    with pytest.raises(JsonRpcException) as refused, rpc_errors():
        raise InvalidOption("It is odd.", "Use --even pad.")
    assert refused.value.data is not None
    assert refused.value.data["advice"] == "Use the setting Odd Sizes (pad)."
