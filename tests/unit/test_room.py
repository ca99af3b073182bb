"""How much room the rest of a video needs, and what is told when it is not there."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helios_renders.encode.disk import failed_file, is_full
from helios_renders.errors import DiskFull, RenderFailed
from helios_renders.render.room import SPARE_BYTES, check_room, needed


def test_before_the_first_chunk_a_little_is_enough(tmp_path: Path) -> None:
    assert needed(0, 0, 9_000_000) == SPARE_BYTES
    check_room(tmp_path, 0, 0, 9_000_000)


def test_the_rest_is_foretold_from_what_is_done() -> None:
    assert needed(100, 1_000_000, 300) == SPARE_BYTES + 2 * 2_000_000 + 1_000_000
    assert needed(300, 3_000_000, 300) == SPARE_BYTES + 3_000_000


@given(st.integers(1, 1000), st.integers(0, 10**9), st.integers(0, 1000))
def test_less_is_needed_the_more_is_done(done: int, size: int, left: int) -> None:
    total = done + left
    assert needed(total, size * total // done, total) <= needed(done, size, total) + 1


def test_a_video_that_will_not_fit(tmp_path: Path) -> None:
    with pytest.raises(DiskFull) as caught:
        check_room(tmp_path, 1, 10**14, 1000)
    assert "MB left, and the rest of the video needs" in caught.value.message
    assert caught.value.advice


def test_a_full_disk_by_ffmpeg_s_words() -> None:
    assert is_full(["av_interleaved_write_frame(): No space left on device"])
    assert not is_full(["Conversion failed!"])


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    assert isinstance(failed_file(OSError(28, "No space left on device"), tmp_path), DiskFull)
    other = failed_file(OSError(5, "Input/output error"), tmp_path)
    assert type(other) is RenderFailed
    assert "Input/output error" in other.message
