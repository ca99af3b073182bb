"""The hidden folder beside an output: marked, swept when its owner is gone, and never another one."""

import errno
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from helios_renders.errors import DiskFull, OutputNotWritable
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.output import (
    SCRATCH_MARK,
    choose_output,
    move_into_place,
    remove_scratch,
    scratch_folder,
)
from unit.folders import everything, write

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and /sys")


def test_the_scratch_folder_is_hidden_beside_the_output_and_marked(tmp_path: Path) -> None:
    output = tmp_path / "a" / "b" / "film ü.mp4"
    scratch = scratch_folder(output)
    assert scratch.parent == output.parent
    assert scratch.name.startswith(".film ü.helios-")
    assert json.loads((scratch / SCRATCH_MARK).read_text())["output"] == "film ü.mp4"
    assert scratch_folder(output) != scratch


def test_removing_the_scratch_folder_removes_folders_made_for_it(tmp_path: Path) -> None:
    scratch = scratch_folder(tmp_path / "a" / "b" / "film.mp4")
    write(scratch / "chunks" / "0.mp4")
    remove_scratch(scratch)
    assert everything(tmp_path) == set()
    assert tmp_path.is_dir()


def test_folders_in_use_stay(tmp_path: Path) -> None:
    output = tmp_path / "a" / "b" / "film.mp4"
    scratch = scratch_folder(output)
    move_into_place(write(scratch / "film.mp4"), output, overwrite=False)
    remove_scratch(scratch)
    assert everything(tmp_path) == {"a", "a/b", "a/b/film.mp4"}


def test_folders_that_were_there_stay(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    remove_scratch(scratch_folder(tmp_path / "a" / "b" / "film.mp4"))
    assert everything(tmp_path) == {"a"}


def test_a_scratch_folder_that_somebody_removed_needs_no_removing(tmp_path: Path) -> None:
    scratch = scratch_folder(tmp_path / "film.mp4")
    shutil.rmtree(scratch)
    remove_scratch(scratch)
    assert everything(tmp_path) == set()


def test_an_empty_scratch_folder_whose_owner_ended_before_its_mark_goes_with_the_next(tmp_path: Path) -> None:
    left, own, mine = (
        tmp_path / name for name in (".a.helios-0123abcd", ".b.helios-4567cdef", ".c.helios-x")
    )
    for folder in (left, own, mine):
        folder.mkdir()
    (own / "letter.txt").write_text("dear")
    scratch = scratch_folder(tmp_path / "video.mp4")
    assert sorted(tmp_path.iterdir()) == sorted([own, mine, scratch])


def test_a_scratch_folder_that_is_swept_before_its_mark_is_there_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, made = Path.mkdir, list[Path]()

    def make_and_lose(folder: Path, *args: Any, **options: Any) -> None:
        make(folder, *args, **options)
        made.append(folder)
        if len(made) == 1:
            folder.rmdir()

    monkeypatch.setattr(Path, "mkdir", make_and_lose)
    scratch = scratch_folder(tmp_path / "video.mp4")
    assert [scratch] == made[1:]
    assert list(tmp_path.iterdir()) == [scratch]


def test_a_scratch_folder_that_another_render_sweeps_while_it_is_removed_needs_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = scratch_folder(tmp_path / "new" / "video.mp4")
    remove = shutil.rmtree

    def remove_after_another(folder: Path) -> None:
        (folder / SCRATCH_MARK).unlink()
        folder.rmdir()
        remove(folder)

    monkeypatch.setattr(shutil, "rmtree", remove_after_another)
    remove_scratch(scratch)
    assert everything(tmp_path) == set()


def test_only_a_scratch_folder_is_removed(tmp_path: Path) -> None:
    write(tmp_path / "precious" / "file")
    with pytest.raises(ValueError, match="not a scratch folder"):
        remove_scratch(tmp_path / "precious")
    assert everything(tmp_path) == {"precious", "precious/file"}


def test_a_long_name_leaves_room_for_its_scratch_folder(tmp_path: Path) -> None:
    path = tmp_path / ("ü" * 125 + ".mp4")
    output = choose_output(DistributedRenderOptions(composition="intro.html", output=path), "intro")
    scratch = scratch_folder(output)
    move_into_place(write(scratch / "x"), output, overwrite=False)
    assert output.read_text() == "video"


@linux_only
def test_a_scratch_folder_that_cannot_be_made() -> None:
    with pytest.raises(OutputNotWritable):
        scratch_folder(Path("/proc/a.mp4"))


def test_a_scratch_folder_without_room_for_its_mark_does_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(DiskFull):
        scratch_folder(tmp_path / "new" / "video.mp4")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_removed_keeps_the_mark_by_which_it_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = scratch_folder(tmp_path / "video.mp4")
    (scratch / "zz-open.mp4").write_bytes(b"x")
    unlink = Path.unlink

    def held(path: Path, *, missing_ok: bool = False) -> None:
        if path.name == "zz-open.mp4":
            raise PermissionError(errno.EACCES, "Permission denied")
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", held)
        with pytest.raises(PermissionError):
            remove_scratch(scratch)
    assert (scratch / SCRATCH_MARK).exists()
    remove_scratch(scratch)
    assert not scratch.exists()
