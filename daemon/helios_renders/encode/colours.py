"""From the pixels of a page, full-range sRGB, to those of a file, and what the file says of them.

Video is BT.709 in limited range (ITU-T H.273: 1, 1, 1), JPEG is BT.601 in full range (JFIF 1.02), pictures of
RGB stay what they are (IEC 61966-2-1).
"""

from typing import Any

import attrs

from helios_renders.encode.coding import has_alpha, is_rgb

SCALING = "bicubic+accurate_rnd+full_chroma_inp+bitexact"


@attrs.frozen
class Colours:
    """How a kind of pixel format is filled and tagged, in ffmpeg's words."""

    matrix: str | None
    """For the scaler; None where red, green and blue stay."""
    space: str
    filter_space: str
    """The same for the filter `setparams`, which has other words."""
    transfer: str
    range: str


VIDEO = Colours("bt709", "bt709", "bt709", "bt709", "tv")
PICTURE = Colours("bt601", "smpte170m", "smpte170m", "iec61966-2-1", "pc")
RGB = Colours(None, "rgb", "gbr", "iec61966-2-1", "pc")


def colours_of(pixel_format: str) -> Colours:
    """The colours of files with this pixel format."""
    if pixel_format.startswith("yuvj"):
        return PICTURE
    return RGB if is_rgb(pixel_format) else VIDEO


def converted(frames: Any, pixel_format: str, sides: tuple[int, int] | None) -> Any:
    """The part of an ffmpeg graph that converts a page's frames, and scales them to the sides."""
    colours = colours_of(pixel_format)
    if sides is not None and has_alpha(pixel_format):
        frames, sides = _scaled_with_alpha(frames, sides), None
    ranges = (
        {} if colours.matrix is None else {"out_color_matrix": colours.matrix, "out_range": colours.range}
    )
    return (
        frames.filter("scale", *(sides or ()), **ranges, flags=SCALING)
        .filter("format", pixel_format)
        .filter(
            "setparams",
            colorspace=colours.filter_space,
            color_primaries="bt709",
            color_trc=colours.transfer,
            range=colours.range,
        )
    )


def _scaled_with_alpha(frames: Any, sides: tuple[int, int]) -> Any:
    """Scaled by what each pixel shows, since a clear one has no colour that could be mixed into others."""
    return (
        frames.filter("format", "gbrap")
        .filter("premultiply", inplace=1)
        .filter("scale", *sides, flags=SCALING)
        .filter("unpremultiply", inplace=1)
    )


def tags(pixel_format: str) -> dict[str, str]:
    """The options of an encoder that make its file say how it is meant."""
    colours = colours_of(pixel_format)
    return {
        "colorspace": colours.space,
        "color_primaries": "bt709",
        "color_trc": colours.transfer,
        "color_range": colours.range,
    }
