"""A finished mix to a file that holds nothing else."""

from pathlib import Path

import ffmpeg

from helios_renders.encode.codecs import AudioCodec
from helios_renders.encode.muxing import UNDATED, sound_options
from helios_renders.encode.run import QUIET, output_of
from helios_renders.encode.sound_file import UnreadableSound, decode_sound
from helios_renders.errors import AssemblyFailed

FRAME_SAMPLES = 1024
"""An AAC frame (ISO/IEC 14496-3), the longest of these codecs: by so much a file's end may be rounded."""


async def write_sound(command: list[str], executable: str, output: Path, samples: int) -> None:
    """Encodes a mix of so many samples with `sound_command`.

    Raises AssemblyFailed unless all of it is in `output`, and DiskFull.
    """
    await output_of(command, "encoding the sound", output.parent)
    decoded = output.with_name(f"{output.name}.au")
    try:
        sound = await decode_sound(executable, output, decoded)
    except UnreadableSound as error:
        raise AssemblyFailed(f"The finished sound cannot be decoded: {error}.") from error
    decoded.unlink(missing_ok=True)
    written = 0 if sound is None else sound.samples
    if abs(written - samples) > FRAME_SAMPLES:
        raise AssemblyFailed(f"The finished sound has {written} samples instead of {samples}.")


def sound_command(
    executable: str, mix: Path, output: Path, container: str, codec: AudioCodec, bitrate: int | None
) -> list[str]:
    """The ffmpeg command that encodes a mix (see `Mix`), without versions and dates."""
    command: list[str] = (
        ffmpeg.input(f"file:{mix}", format="wav", protocol_whitelist="file")["a:0"]
        .output(f"file:{output}", format=container, **UNDATED, **sound_options(codec, bitrate))
        .global_args(*QUIET)
        .overwrite_output()
        .compile(cmd=executable)
    )
    return command
