"""How the workers of a plan encode, and how its joined chunks become the finished file."""

from helios_renders.encode import codecs
from helios_renders.encode.coding import Coding
from helios_renders.encode.formats import format_named
from helios_renders.encode.video import EncoderSettings
from helios_renders.render.encoding import LOSSLESS_CONTAINER
from helios_renders.render.plan import RenderPlan, even_size


def encoder_settings(plan: RenderPlan) -> EncoderSettings:
    """How the frames of a plan become chunks."""
    encode = plan.encode
    even = even_size(plan.frame_size, encode.even, encode.pixel_format)
    sizes = (plan.frame_size, even, encode.size, plan.fps)
    if encode.is_whole:
        return EncoderSettings(
            0,
            "",
            1,
            *sizes,
            codec=codecs.LOSSLESS.name,
            container=LOSSLESS_CONTAINER,
            pixel_format=encode.pixel_format,
        )
    return EncoderSettings(
        encode.crf,
        encode.preset,
        encode.gop,
        *sizes,
        codec=encode.codec,
        container=format_named(encode.format).container,
        pixel_format=encode.pixel_format,
        hardware=encode.hardware,
    )


def whole_coding(plan: RenderPlan) -> Coding | None:
    """How joined chunks are encoded once more; None where they have their final form."""
    encode = plan.encode
    if not encode.is_whole:
        return None
    return Coding(
        codec=encode.codec,
        pixel_format=encode.pixel_format,
        crf=encode.crf,
        preset=encode.preset,
        gop=encode.gop,
        size=encode.size,
        bitrate=encode.bitrate,
    )
