"""The folder that a render works in."""

from pathlib import Path

import attrs
import pytest

from helios_renders.digest import file_digest
from helios_renders.errors import DiskFull
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render import placing
from helios_renders.render.events import Placing, RenderEvent, Warned
from server.engine import result


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another program has open, as only some systems know it."""

    def remove(scratch: Path) -> None:
        raise PermissionError(13, "Permission denied", str(scratch))

    monkeypatch.setattr(placing, "remove_scratch", remove)


@pytest.mark.usefixtures("stuck")
async def test_a_folder_that_stays_does_not_undo_the_render(tmp_path: Path) -> None:
    told: list[RenderEvent] = []
    async with placing.scratch_beside(tmp_path / "video.mp4", told.append) as scratch:
        pass
    assert told == [Warned(f"{scratch} cannot be removed: Permission denied.")]


@pytest.mark.usefixtures("stuck")
async def test_what_broke_the_render_is_told_first(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="no room") as failure:
        async with placing.scratch_beside(tmp_path / "video.mp4", lambda _: None) as scratch:
            raise DiskFull("There is no room.", "Make room.")
    assert failure.value.details == (f"{scratch} cannot be removed: Permission denied.",)


async def test_what_is_written_before_the_move_names_the_sidecar_too(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    video, sidecar = scratch / "assembled.mp4", scratch / "subtitles.srt"
    video.write_text("video")
    sidecar.write_text("words")
    (tmp_path / "a.srt").write_text("somebody's")
    digest, told = file_digest(sidecar), list[RenderEvent]()
    options = StartRenderOptions(composition="page.html", output_folder=tmp_path).checked()
    placed = await placing.place(video, result(tmp_path / "a.mp4", 1), options, told.append, sidecar)
    assert (placed.output, placed.sidecar) == (tmp_path / "a-2.mp4", tmp_path / "a-2.srt")
    assert placed.sidecar is not None
    assert placed.sidecar_sha256 == digest == file_digest(placed.sidecar)
    first = attrs.evolve(placed, output=tmp_path / "a.mp4", sidecar=tmp_path / "a.srt")
    assert [event.result for event in told if isinstance(event, Placing)] == [first, placed]
