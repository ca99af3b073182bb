"""The browser's pictures: lossless PNG that came in base64."""

import base64
import struct
import subprocess
from collections.abc import Sequence

from helios_renders.composition.spec import Size
from helios_renders.errors import BrowserFailed

PNG_OPTIONS = {"format": "png", "optimizeForSpeed": True}
"""What the browser is asked for: a PNG that is larger, and made in less time."""


def decode_picture(data: str, size: Size) -> bytes:
    """The PNG file in `data`; raises BrowserFailed when the picture has another size."""
    picture = base64.b64decode(data)
    width, height = struct.unpack_from(">II", picture, 16)
    if (width, height) != (size.width, size.height):
        raise BrowserFailed(f"The browser gave a picture of {width}x{height} instead of {size}.")
    return picture


def decode_files(ffmpeg: str, pictures: Sequence[bytes], *, transparent: bool) -> bytes:
    """The raw frames of PNG files, one after the other: blue, green, red, and straight alpha or nothing.

    Raises subprocess.CalledProcessError.
    """
    command = decoding_command(ffmpeg, transparent=transparent)
    done = subprocess.run(command, input=b"".join(pictures), capture_output=True, check=True, timeout=120)
    return done.stdout


def decoding_command(ffmpeg: str, *, transparent: bool = False) -> list[str]:
    """The ffmpeg command that reads PNG pictures from its standard input and writes raw ones."""
    pixels = "bgra" if transparent else "bgr0"
    source = ["-protocol_whitelist", "pipe", "-f", "image2pipe", "-c:v", "png", "-i", "pipe:0"]
    return [ffmpeg, "-v", "error", "-nostdin", *source, "-f", "rawvideo", "-pix_fmt", pixels, "pipe:1"]
