"""Encoders of graphics cards: found by encoding a frame, never taken unasked, and their arguments."""

import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.hardware import HARDWARE, Hardware, require_hardware, trial_command
from helios_renders.encode.video import EncoderSettings, encoder_command
from helios_renders.errors import FfmpegMissing, HeliosError, InvalidOption
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.encoding import Encoding
from helios_renders.render.orchestrator import RenderOrchestrator

GENERIC = {"vcodec", "g", "bf", "b:v", "global_quality", "q:v"}
"""Options of every encoder."""
STAND_IN = """#!/bin/sh
case "$*" in
*-encoders*) echo "ffmpeg version 9.9 of nobody" >&2; echo " V..... h264_nvenc  one"; exit 0 ;;
*h264_nvenc*) echo "No card, said the driver" >&2; exit {code} ;;
esac
exit 99
"""


def stand_in(folder: Path, code: int) -> Path:
    """A program that answers like an ffmpeg whose card works (0) or not."""
    program = folder / "ffmpeg"
    program.write_text(STAND_IN.format(code=code))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def encoding(**asked: Any) -> Encoding:
    return StartRenderOptions(composition="a.html", **asked).checked().encoding


def test_a_card_that_encodes_a_frame_is_taken(tmp_path: Path) -> None:
    chosen = encoding(encoder="nvenc")
    assert chosen.hardware is not None
    found = find_ffmpeg(stand_in(tmp_path, 0), chosen.encoders)
    require_hardware(found.path, chosen.hardware, chosen.codec.name)
    assert chosen.words == "H.264 (h264_nvenc), CRF 18"
    assert "bytes depend on the card" in " ".join(chosen.warnings)


def test_nothing_is_said_of_cards_that_nobody_asked_for() -> None:
    assert encoding().hardware is None
    assert encoding().warnings == ()


async def test_a_card_that_does_not_is_refused_before_anything_is_rendered(tmp_path: Path) -> None:
    page, program = tmp_path / "a.html", stand_in(tmp_path, 1)
    page.write_text("<p>")
    asked = StartRenderOptions(
        composition=str(page), encoder="nvenc", ffmpeg=program, output=tmp_path / "a.mp4"
    )
    before = names(tmp_path)
    with pytest.raises(FfmpegMissing) as caught:
        await RenderOrchestrator.render(asked.checked(), lambda event: None)
    assert "NVIDIA NVENC does not work here: h264_nvenc cannot encode a frame." in caught.value.message
    assert caught.value.details == ("No card, said the driver",)
    assert names(tmp_path) == before


def test_an_ffmpeg_without_the_card_s_encoder_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(FfmpegMissing, match="lacks the encoder hevc_nvenc"):
        find_ffmpeg(stand_in(tmp_path, 0), encoding(encoder="nvenc", codec="h265").encoders)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"encoder": "cuda"}, "Choose one of nvenc, vaapi, qsv, videotoolbox, amf."),
        ({"encoder": "qsv", "codec": "av1"}, "It has h264, h265; or leave it out."),
        ({"encoder": "qsv", "format": "gif"}, "It has h264, h265; or leave it out."),
        ({"encoder": "amf", "preset": "slow"}, "takes no preset here."),
        ({"encoder": "amf", "bitrate": "8M"}, "takes no bitrate here."),
        ({"encoder": "nvenc", "pixel_format": "yuv444p"}, "the pixel format is yuv444p."),
    ],
)
def test_what_a_card_cannot_do_is_refused(asked: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        encoding(**asked)
    error: HeliosError = caught.value
    assert words in f"{error.message} {error.advice}"


@pytest.mark.parametrize("hardware", HARDWARE.values(), ids=lambda each: each.name)
def test_its_options_are_options_of_its_encoder(hardware: Hardware) -> None:
    """As far as an ffmpeg is here that has it; none of them needs a card to tell."""
    for codec, encoder in hardware.encoders.items():
        for program in {
            shutil.which("ffmpeg") or imageio_ffmpeg.get_ffmpeg_exe(),
            imageio_ffmpeg.get_ffmpeg_exe(),
        }:
            command = [program, "-hide_banner", "-h", f"encoder={encoder}"]
            told = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout
            if "AVOptions" in told:
                known = set(re.findall(r"^ +-([\w-]+) ", told, re.MULTILINE))
                assert set(hardware.options(codec, 18, 60)) - GENERIC <= known, encoder


def test_frames_go_to_the_card_and_their_edges_do_not() -> None:
    size = Size(64, 64)
    settings = EncoderSettings(20, "", 60, size, size, size, FrameRate(30), hardware="vaapi")
    command = encoder_command("ffmpeg", settings, "bgr0", 2, Path("chunk.mp4"))
    assert command[command.index("-vaapi_device") + 1].startswith("/dev/")
    (graph,) = [word for word in command if "hwupload" in word]
    assert len(re.findall("hwupload", graph)) == 1
    assert re.search(r"extractplanes", graph)
    assert "h264_vaapi" in command
    assert "setts" not in " ".join(command)
    assert "hwupload" in " ".join(trial_command("ffmpeg", HARDWARE["vaapi"], "h264"))
