"""Formats whose frames are encoded all together, from the lossless video that the chunks were joined to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import ffmpeg

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.encode import codecs
from helios_renders.encode.codecs import CODECS
from helios_renders.encode.coding import Coding, codec_options, has_alpha
from helios_renders.encode.colours import tags
from helios_renders.encode.muxing import container_options
from helios_renders.encode.run import QUIET, absolute_program, run_encoder

OnShare = Callable[[float], None]
"""Called with how much is done, 0 to 1."""
PALETTE = "palette.png"
PICTURES = "image2"
"""ffmpeg's name of a container that is a file for each frame."""
PASSES = "passes"
DITHERING = {"dither": "sierra2_4a", "diff_mode": "rectangle"}
"""Error diffusion within what changes, so that what stands still does not flicker."""


@attrs.frozen(kw_only=True)
class Whole:
    """What is encoded to what."""

    joined: Path
    """The lossless video, an absolute path."""
    source: str
    """Its container."""
    output: str
    """A name in the folder that ffmpeg runs in."""
    container: str
    coding: Coding
    fps: FrameRate
    frames: int
    start: int | None = 0
    """The number of the first picture; None for a single one, whose name has no number."""


async def encode_whole(executable: str, whole: Whole, folder: Path, on_share: OnShare) -> None:
    """Encodes all frames, as often as the codec needs to see them; raises AssemblyFailed and DiskFull.

    All that is written goes into the folder.
    """
    commands = whole_commands(absolute_program(executable), whole)
    for number, command in enumerate(commands):

        def tell(frame: int, before: int = number) -> None:
            on_share((before + min(1.0, frame / whole.frames)) / len(commands))

        await run_encoder(command, "encoding the finished file", folder, tell)


def whole_commands(executable: str, whole: Whole) -> list[list[str]]:
    """The ffmpeg commands, one for each pass over the frames."""
    coding = whole.coding
    if coding.codec == codecs.GIF.name:
        steps = [_palette(whole), _in_palette(whole)]
    elif coding.bitrate is not None and CODECS[coding.codec].passes == 2:
        steps = [_encoded(whole, 1), _encoded(whole, 2)]
    else:
        steps = [_encoded(whole, None)]
    options = (*QUIET, "-nostats", "-progress", "pipe:1")
    return [step.global_args(*options).overwrite_output().compile(cmd=executable) for step in steps]


def _source(whole: Whole) -> Any:
    return ffmpeg.input(f"file:{whole.joined}", format=whole.source, protocol_whitelist="file")


def _palette(whole: Whole) -> Any:
    """One palette of all frames together."""
    return _source(whole).filter("palettegen").output(f"file:{PALETTE}", format="image2", update=1)


def _in_palette(whole: Whole) -> Any:
    palette = ffmpeg.input(f"file:{PALETTE}", format="png_pipe", protocol_whitelist="file")
    frames = ffmpeg.filter([_source(whole), palette], "paletteuse", **DITHERING)
    return frames.output(f"file:{whole.output}", format=whole.container, loop=0, fflags="+bitexact")


def _encoded(whole: Whole, number: int | None) -> Any:
    """All frames encoded, in the pass of that number or in the only one."""
    options = {**_options(whole), **tags(whole.coding.pixel_format)}
    if number is not None and whole.coding.codec == codecs.H265.name:
        options["x265-params"] += f":pass={number}:stats={PASSES}"
    elif number is not None:
        options |= {"pass": number, "passlogfile": PASSES}
    source = _source(whole).video
    if number == 1:
        return source.output("pipe:1", format="null", **options)
    return source.output(
        f"file:{whole.output}",
        format=whole.container,
        **options,
        **container_options(whole.container, whole.fps),
    )


def _options(whole: Whole) -> dict[str, Any]:
    options = codec_options(whole.coding)
    match whole.coding.codec:
        case codecs.APNG.name:
            return {
                **options,
                "plays": 0,
                "pix_fmt": "rgba" if has_alpha(whole.coding.pixel_format) else "rgb24",
            }
        case codecs.WEBP.name:
            options["pix_fmt"] = "bgra"
            if whole.container != PICTURES:
                return {**options, "loop": 0}
            numbers = {"update": 1} if whole.start is None else {"start_number": whole.start}
            return {**options, "vcodec": codecs.WEBP.picture_encoder, **numbers}
        case _:
            return options
