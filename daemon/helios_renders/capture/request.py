"""Which page to open, and what a surface wants around it: plain data, for those that open none."""

from collections.abc import Mapping
from typing import Any

import attrs

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size


@attrs.frozen
class PageRequest:
    """Which page to open, and how."""

    url: str
    size: Size
    """In CSS pixels."""
    fps: FrameRate
    props: Mapping[str, Any]
    timeout: float
    """Seconds for loading, and for coming to rest at a frame."""
    allow_errors: bool = False
    only_host: str | None = None
    """The one `host:port` that the page can reach (see LaunchOptions); None for all."""
    transparent: bool = False
    """True for frames with straight alpha, in which nothing shows where the page paints nothing."""
    pixel_ratio: float = 1.0
    """How many pixels of a frame a CSS pixel is wide and high."""
    seconds: float | None = None
    """How long the page is run at most; None before that is known."""

    @property
    def frame_size(self) -> Size:
        """The size of a frame in pixels."""
        return self.size.times(self.pixel_ratio)


@attrs.frozen
class Setting:
    """What a surface wants around the page."""

    stage: str | None = None
    """The address of a page of the same site that shows the composition in a frame; None without one."""
    readable_canvas: bool = False
    """True to keep what the page draws on canvases readable after the frame is made."""
    stepwise: bool = False
    """True to make every frame on its own, for a page that loads things as it goes."""
