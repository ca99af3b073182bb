"""A chunk on the shelf counts for the same encoding only."""

from pathlib import Path
from typing import Any

import attrs

from helios_renders.composition.frame_rate import FrameRate
from helios_renders.composition.spec import Size
from helios_renders.digest import file_digest
from helios_renders.encode.edges import Edges
from helios_renders.render.cache import Cache
from helios_renders.render.chunk import Chunk
from helios_renders.render.concurrency import Bound, Concurrency
from helios_renders.render.plan import PLAN_VERSION, EncodePlan, PagePlan, RenderPlan
from helios_renders.render.shelf import KeptChunk, Shelf

CHUNK = Chunk(0, 0, 60)
SIZE = Size(640, 360)
PLAN = RenderPlan(
    version=PLAN_VERSION,
    name="intro",
    page=PagePlan(
        url=None,
        root="/site",
        path="intro.html",
        stateless=True,
        stateful_because=(),
        props={},
        allow_page_errors=False,
        ready_timeout=30.0,
        network="allow",
        gpu="auto",
    ),
    size=SIZE,
    fps=FrameRate(30),
    frames=60,
    start=0,
    end=60,
    surface="screenshot",
    surface_reason="",
    surface_psnr=None,
    encode=EncodePlan(18, "veryfast", 60, SIZE, "error", 100),
    chunks=(CHUNK,),
    concurrency=Concurrency(1, 1, Bound.REQUEST),
    browser="chromium",
    ffmpeg="ffmpeg",
)


def test_another_scale_is_another_chunk(tmp_path: Path) -> None:
    shelf = Shelf(Cache(tmp_path / "cache", 10_000), None, "job", {})
    file = tmp_path / "chunk.mp4"
    file.write_bytes(b"video")
    kept = KeptChunk(
        frames=60, sha256=file_digest(file), edges=Edges((), ()), problems=(), warnings=(), refused=()
    )
    shelf.keep_chunk(PLAN, CHUNK, file, kept, is_foreign=False)
    assert shelf.chunk(PLAN, CHUNK, tmp_path / "again.mp4") == kept
    half = attrs.evolve(PLAN, encode=attrs.evolve(PLAN.encode, scale=50, size=Size(320, 180)))
    assert shelf.chunk(half, CHUNK, tmp_path / "half.mp4") is None


def test_formats_that_are_encoded_whole_share_chunks(tmp_path: Path) -> None:
    shelf = Shelf(Cache(tmp_path / "cache", 10_000), None, "job", {})
    file = tmp_path / "chunk.mov"
    file.write_bytes(b"video")
    kept = KeptChunk(60, file_digest(file), Edges((), ()), (), (), ())

    def plan(**how: Any) -> RenderPlan:
        return attrs.evolve(PLAN, encode=attrs.evolve(PLAN.encode, pixel_format="bgr0", is_whole=True, **how))

    shelf.keep_chunk(plan(format="gif", codec="gif"), CHUNK, file, kept, is_foreign=False)
    assert shelf.chunk(plan(format="apng", codec="apng"), CHUNK, tmp_path / "apng.mov") == kept
    transparent = attrs.evolve(PLAN, encode=attrs.evolve(PLAN.encode, pixel_format="bgra", is_whole=True))
    assert shelf.chunk(transparent, CHUNK, tmp_path / "clear.mov") is None
    assert shelf.chunk(PLAN, CHUNK, tmp_path / "video.mp4") is None
