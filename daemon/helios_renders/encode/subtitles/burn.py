"""Drawing a script into frames with ffmpeg's filter `ass` (libass)."""

from pathlib import Path
from typing import Any

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.encode.disk import failed_file
from helios_renders.encode.subtitles.ass import FRAMES_PER_SECOND


def burn_in(frames: Any, script: str, fps: FrameRate) -> Any:
    """The part of an ffmpeg graph that draws a script into frames of so many a second.

    `script` is a plain name in ffmpeg's working folder: paths would have to be quoted twice. Frames have the
    script's times meanwhile, and their own again afterwards.
    """
    return (
        frames.filter("settb", f"1/{FRAMES_PER_SECOND}")
        .filter("setpts", "N")
        .filter("ass", filename=script, alpha=1)
        .filter("settb", f"{fps.denominator}/{fps.numerator}")
        .filter("setpts", "N")
    )


def write_script(script: str, chunk: Path) -> str:
    """Writes a script beside a chunk and says its name; raises RenderFailed and DiskFull."""
    file = chunk.with_suffix(".ass")
    try:
        file.write_text(script, encoding="utf-8")
    except OSError as error:
        raise failed_file(error, file.parent) from error
    return file.name
