"""A scaled video shows the same picture with fewer pixels, whatever the concurrency."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.encode.ffmpeg import find_ffmpeg
from helios_renders.encode.video import ChunkEncoder, EncoderSettings, encoder_command
from helios_renders.render.plan import even_size, scaled_size
from render.conftest import Render
from render.format_facts import rgba
from render.pixels import Patch, decode, read_barcode

RANGE = "55:65"
"""Across the border of two chunks."""


def patches(x: int, y: int, w: int, h: int) -> tuple[Patch, ...]:
    """The four quarters of `_quarters`, each without a seam of 4 pixels."""
    return tuple(
        Patch(x + column * w + 4, y + row * h + 4, w - 8, h - 8, colour)
        for row, column, colour in (
            (0, 0, (220, 40, 40)),
            (0, 1, (40, 200, 60)),
            (1, 0, (40, 60, 220)),
            (1, 1, (230, 230, 230)),
        )
    )


def _quarters(size: Size) -> bytes:
    frame = np.zeros((size.height, size.width, 3), np.uint8)
    for patch in patches(0, 0, size.width // 2, size.height // 2):
        frame[patch.y - 4 : patch.y + patch.h + 4, patch.x - 4 : patch.x + patch.w + 4] = patch.rgb
    return frame.tobytes()


@pytest.mark.parametrize(
    ("source", "even", "scale", "target"),
    [
        (Size(128, 96), "error", 100, Size(128, 96)),
        (Size(128, 96), "error", 50, Size(64, 48)),
        (Size(128, 96), "error", 33, Size(42, 32)),
        (Size(129, 97), "pad", 50, Size(66, 50)),
        (Size(129, 97), "crop", 25, Size(32, 24)),
    ],
)
def test_the_encoder_scales_what_the_even_rule_gives(
    tmp_path: Path, source: Size, even: str, scale: int, target: Size
) -> None:
    fitted = even_size(source, even)
    assert scaled_size(fitted, scale) == target
    settings = EncoderSettings(18, "veryfast", 30, source, fitted, target, FrameRate(30))
    video = tmp_path / "chunk.mp4"
    command = encoder_command(str(find_ffmpeg().path), settings, "rgb24", 2, video)
    subprocess.run(command, input=_quarters(source) * 2, check=True, stdout=subprocess.DEVNULL, timeout=60)
    frames = list(decode(video))
    assert [frame.shape for frame in frames] == [(target.height, target.width, 3)] * 2
    width, height = (side * scale // 200 for side in (source.width, source.height))
    for patch in patches(0, 0, width, height):
        assert not patch.misses(frames[1]), patch


async def test_half_the_size_is_the_same_page_at_any_concurrency(render: Render) -> None:
    given = {"surface": "element", "range": RANGE, "scale": 50}
    one = await render("barcode.html", **given)
    two = await render("barcode.html", concurrency=2, **given)
    assert two.result.concurrency.effective == 2
    assert two.result.sha256 == one.result.sha256
    frames = list(decode(one.result.output))
    assert {frame.shape for frame in frames} == {(90, 160, 3)}
    in_full = [frame.repeat(2, axis=0).repeat(2, axis=1) for frame in frames]
    assert [read_barcode(frame) for frame in in_full] == list(range(55, 65))


async def test_a_smaller_transparent_picture_has_no_dark_edges(tmp_path: Path) -> None:
    source, target = Size(64, 36), Size(32, 18)
    frame = np.zeros((source.height, source.width, 4), np.uint8)
    frame[9:27, 13:51] = (255, 128, 0, 255)
    how = EncoderSettings(
        0, "", 1, source, source, target, FrameRate(30), codec="png", container="mov", pixel_format="rgba"
    )
    encoder = await ChunkEncoder.start(str(find_ffmpeg().path), how, "rgba", 1, tmp_path / "chunk.mov")
    await encoder.write(frame.tobytes())
    await encoder.finish()
    shown = rgba(tmp_path / "chunk.mov", (target.width, target.height))[0].astype(int)
    soft = shown[(shown[..., 3] > 64) & (shown[..., 3] < 255)]
    assert len(soft) > 0
    assert np.abs(soft[:, :3] - (255, 128, 0)).max() <= 12
