"""The browser's pictures: lossless PNG that came in base64."""

import base64
import struct

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
