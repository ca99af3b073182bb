"""Settings that no other test changes: each reaches the render, as its command line and its file say."""

import shlex
from pathlib import Path
from typing import Any

from editor.conftest import Windows
from editor.processes import wait_until
from editor.workbench import RENDER_MS, Workbench
from render.format_facts import facts, rgba

TALK = "1\n00:00:00,040 --> 00:00:09,000\nHello\n"
WITHOUT_VALUE = {"--transparent", "--limiter", "--allow-page-errors", "--no-cache", "--no-audio"}
ELSEWHERE = {"-o", "--browser", "--ffmpeg"}
"""What does not come from the settings of renders."""


def command_options(window: Workbench) -> dict[str, str]:
    """The options of the newest render's command line."""
    window.page.evaluate("() => navigator.clipboard.writeText('')")
    window.command("Helios: Copy Command Line")
    wait_until(lambda: window.clipboard().startswith("helios render "), 20, "the command line copied")
    words = iter(shlex.split(window.clipboard())[3:])
    options = {word: "" if word in WITHOUT_VALUE else next(words) for word in words}
    return {option: value for option, value in options.items() if option not in ELSEWHERE}


def render_with(windows: Windows, settings: dict[str, Any], output: str) -> tuple[Workbench, Path]:
    window = windows.open({f"helios.render.{key}": value for key, value in settings.items()})
    (window.folder / "talk.srt").write_text(TALK)
    window.open_helios()
    window.command("Helios: Render Composition")
    window.pick("orbit.html")
    window.notification(f"{output} is ready. ", RENDER_MS)
    return window, window.folder / output


def test_a_video_with_all_that_a_webm_can_have(windows: Windows) -> None:
    settings = {
        "concurrency": 2,
        "format": "webm",
        "codec": "vp9",
        "transparent": True,
        "bitrate": "400k",
        "size": "160x90",
        "pixelRatio": 2,
        "scale": 50,
        "fps": "25",
        "duration": 1,
        "range": "0:5",
        "props": {"n": 3},
        "outputName": "{name}-{height}",
        "outputFolder": "${workspaceFolder}/out",
        "network": "local",
        "gpu": "off",
        "cache": False,
        "encoderPreset": "5",
        "surface": "screenshot",
        "even": "pad",
        "allowPageErrors": True,
        "timeout": 20,
        "subtitles": "talk.srt",
        "subtitleMode": "track",
        "subtitleLanguage": "deu",
        "loudness": -16,
        "limiter": True,
    }
    window, video = render_with(windows, settings, "out/orbit-90.webm")
    assert command_options(window) == {
        "--concurrency": "2",
        "--format": "webm",
        "--codec": "vp9",
        "--transparent": "",
        "--bitrate": "400000",
        "--size": "160x90",
        "--pixel-ratio": "2.0",
        "--scale": "50",
        "--fps": "25",
        "--duration": "1",
        "--range": "0:5",
        "--props": '{"n": 3}',
        "--network": "local",
        "--gpu": "off",
        "--no-cache": "",
        "--preset": "5",
        "--surface": "screenshot",
        "--even": "pad",
        "--allow-page-errors": "",
        "--timeout": "20.0",
        "--subtitles": str(window.folder / "talk.srt"),
        "--subtitle-mode": "track",
        "--subtitle-language": "deu",
        "--loudness": "-16.0",
        "--limiter": "",
    }
    said = facts(video)
    assert (said.codec, said.size, said.fps) == ("vp9", "160x90", 25)
    assert len(rgba(video, (160, 90))) == 5


def test_a_video_with_what_those_settings_exclude(windows: Windows) -> None:
    settings = {
        "format": "mov",
        "codec": "h264",
        "crf": 30,
        "range": "0:3",
        "scale": 50,
        "subtitles": "talk.srt",
        "subtitleStyle": "size=9,color=#ffee00",
        "audio": False,
    }
    window, video = render_with(windows, settings, "renders/orbit.mov")
    assert command_options(window) == {
        "--format": "mov",
        "--codec": "h264",
        "--crf": "30",
        "--range": "0:3",
        "--scale": "50",
        "--subtitles": str(window.folder / "talk.srt"),
        "--subtitle-style": "font=sans-serif,size=9,color=#ffee00,outline=0.4",
        "--no-audio": "",
    }
    said = facts(video)
    assert (said.codec, said.size) == ("h264", "320x180")
    yellow = rgba(video, (320, 180))[..., :3].astype(int)
    is_yellow = (yellow[..., 0] > 180) & (yellow[..., 1] > 160) & (yellow[..., 2] < 90)
    # The words begin between the second frame and the third.
    assert [bool(frame[120:].any()) for frame in is_yellow] == [False, False, True]
