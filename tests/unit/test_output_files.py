"""Folders of pictures as outputs: what they may replace, and how they appear."""

from pathlib import Path

import pytest

from helios_renders.errors import HeliosError, InvalidOption, OutputExists, OutputNotWritable
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.output import choose_output, move_into_place
from helios_renders.render.output_files import move_folder, output_bytes, output_digest


def frames(folder: Path, content: str = "new", count: int = 2) -> Path:
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"frame-{number:06d}.png").write_text(content)
    return folder


def choose(output: Path, *, overwrite: bool = False) -> Path:
    options = StartRenderOptions(
        composition="a.html", output=output, format="png-sequence", overwrite=overwrite
    ).checked()
    return choose_output(options, "a")


def test_a_new_folder_is_chosen_and_not_made(tmp_path: Path) -> None:
    assert choose(tmp_path / "a" / "shots").name == "shots"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_a_folder_is_numbered_like_a_file(tmp_path: Path) -> None:
    options = StartRenderOptions(composition="a.html", output_folder=tmp_path, format="png-sequence")
    assert choose_output(options.checked(), "orbit").name == "orbit"
    (tmp_path / "orbit").mkdir()
    assert choose_output(options.checked(), "orbit").name == "orbit-2"


@pytest.mark.parametrize(
    ("name", "overwrite", "kind", "words"),
    [
        ("shots", False, OutputExists, "exists"),
        ("documents", True, OutputNotWritable, "holds letter.txt, which is no frame"),
        ("file", True, OutputNotWritable, "is not a folder"),
        ("link", True, OutputNotWritable, "is not a folder"),
    ],
)
def test_only_frames_are_ever_replaced(
    tmp_path: Path, name: str, overwrite: bool, kind: type[HeliosError], words: str
) -> None:
    frames(tmp_path / "shots")
    (frames(tmp_path / "documents") / "letter.txt").write_text("dear")
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "shots")
    with pytest.raises(kind, match=words):
        choose(tmp_path / name, overwrite=overwrite)


def test_a_sequence_of_frames_can_be_replaced(tmp_path: Path) -> None:
    output, scratch = frames(tmp_path / "shots", "old", 5), tmp_path / "scratch"
    assert choose(output, overwrite=True) == output
    new = frames(scratch / "assembled")
    digest = output_digest(new)
    move_into_place(new, output, overwrite=True)
    assert {path.read_text() for path in output.iterdir()} == {"new"}
    assert output_digest(output) == digest
    assert output_bytes(output) == 6
    assert [path.name for path in scratch.iterdir()] == ["replaced"]


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_move_that_fails_leaves_what_was_there(tmp_path: Path, overwrite: bool) -> None:
    output, scratch = tmp_path / "shots", tmp_path / "scratch"
    scratch.mkdir()
    if overwrite:
        frames(output, "old")
    with pytest.raises(OSError, match="lost"):
        move_folder(scratch / "lost", output, overwrite=overwrite)
    assert [path.read_text() for path in output.glob("*")] == ["old", "old"] * overwrite
    assert output.exists() == overwrite


def test_a_folder_that_appeared_meanwhile_stays(tmp_path: Path) -> None:
    output, new = frames(tmp_path / "shots", "theirs"), frames(tmp_path / "scratch" / "assembled")
    with pytest.raises(OutputExists):
        move_into_place(new, output, overwrite=False)
    assert {path.read_text() for path in output.iterdir()} == {"theirs"}
    assert new.is_dir()


def test_what_is_strange_in_a_folder_that_appeared_meanwhile_stays(tmp_path: Path) -> None:
    output, new = frames(tmp_path / "shots"), frames(tmp_path / "scratch" / "assembled")
    (output / "letter.txt").write_text("dear")
    with pytest.raises(OutputNotWritable):
        move_into_place(new, output, overwrite=True)
    assert (output / "letter.txt").read_text() == "dear"


def test_other_names_and_contents_are_another_digest(tmp_path: Path) -> None:
    one, same = frames(tmp_path / "one"), frames(tmp_path / "same")
    assert output_digest(one) == output_digest(same)
    (same / "frame-000001.png").rename(same / "frame-000002.png")
    assert output_digest(one) != output_digest(same)
    assert output_digest(one) != output_digest(frames(tmp_path / "other", "else"))


def test_a_picture_with_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="is MP4 by its name"):
        choose(tmp_path / "a.mp4")
