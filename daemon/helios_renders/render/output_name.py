"""The name of a video from a pattern such as `{name}-{width}x{height}`."""

from datetime import date

from helios_renders.composition.file_name import clip_bytes, means_other_on_windows, slug
from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.probe import DEFAULT_FPS, DEFAULT_SIZE
from helios_renders.composition.spec import Size
from helios_renders.errors import InvalidOption
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.output_pattern import PLACEHOLDER
from helios_renders.render.plan import RenderPlan

NO_PRESET = "default"
"""What `{preset}` stands for where no preset was chosen."""
MAX_STEM_BYTES = 200
"""Leaves room below the usual 255 bytes for a number and an extension."""


def output_stem(options: DistributedRenderOptions, plan: RenderPlan) -> str:
    """The video's name without its ending; raises InvalidOption for one that no file can have."""
    return _fill(options, plan.name, plan.encode.size, plan.fps)


def likely_stem(options: DistributedRenderOptions, name: str) -> str:
    """The same before the page was asked for its size and frame rate, which may change it yet."""
    return _fill(options, name, options.size or DEFAULT_SIZE, options.fps or DEFAULT_FPS)


def _fill(options: DistributedRenderOptions, name: str, size: Size, fps: FrameRate) -> str:
    values = {
        "name": name,
        "width": str(size.width),
        "height": str(size.height),
        "fps": f"{float(fps.fraction):.3f}".rstrip("0").rstrip("."),
        "date": date.today().isoformat(),
        "preset": slug(options.preset_name, NO_PRESET),
    }
    stem = clip_bytes(PLACEHOLDER.sub(lambda found: values[found[1]], options.output_name), MAX_STEM_BYTES)
    if means_other_on_windows(stem):
        raise InvalidOption(
            f"The output name {options.output_name} gives {stem}, which Windows takes for something else.",
            "Add a word to it, such as {name}-video.",
        )
    return stem
