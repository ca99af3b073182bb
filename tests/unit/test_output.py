"""The output file: refused before work, moved in one step, and never at another file's cost."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from helios_renders.errors import DiskFull, HeliosError, InvalidOption, OutputExists, OutputNotWritable
from helios_renders.render import output as output_module
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.output import (
    SCRATCH_MARK,
    choose_output,
    move_into_place,
    next_free,
    remove_scratch,
    scratch_folder,
)
from unit.folders import everything, write

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and /sys")


def choose(output: str | Path | None = None, *, folder: Path | None = None, overwrite: bool = False) -> Path:
    options = DistributedRenderOptions(
        composition="intro.html",
        output=None if output is None else Path(output),
        output_folder=folder,
        overwrite=overwrite,
    )
    return choose_output(options, "intro")


def refused(kind: type[HeliosError], output: str | Path, *, overwrite: bool = False) -> HeliosError:
    with pytest.raises(kind) as caught:
        choose(output, overwrite=overwrite)
    assert type(caught.value) is kind
    assert "\n" not in caught.value.message
    assert caught.value.advice
    return caught.value


def test_an_explicit_output_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert choose("a.mp4") == tmp_path.resolve() / "a.mp4"
    assert choose("a/../b.MP4") == tmp_path.resolve() / "b.MP4"
    assert everything(tmp_path) == set()


def test_choosing_leaves_no_folders_behind(tmp_path: Path) -> None:
    output = choose(tmp_path / "a" / "b" / "c.mp4")
    assert output == tmp_path.resolve() / "a" / "b" / "c.mp4"
    assert everything(tmp_path) == set()


@pytest.mark.parametrize("name", ["a.avi", "a", ".mp4", "a.mp4.", "mp4", "a.mp4/b", "..", "a.mkv"])
def test_an_output_must_end_like_a_format(tmp_path: Path, name: str) -> None:
    error = refused(InvalidOption, tmp_path / name)
    assert ".mp4" in error.advice


def test_an_existing_folder_is_offered_as_a_place(tmp_path: Path) -> None:
    assert str(tmp_path / "video.mp4") in refused(InvalidOption, tmp_path).advice


@pytest.mark.parametrize("name", ["a\0b.mp4", "\ud800.mp4", "\0/b.mp4"])
def test_an_output_that_no_system_can_have(tmp_path: Path, name: str) -> None:
    refused(InvalidOption, f"{tmp_path}/{name}")


def test_an_existing_output_is_kept_unless_told_otherwise(tmp_path: Path) -> None:
    output = write(tmp_path / "a.mp4")
    assert "--overwrite" in refused(OutputExists, output).advice
    assert choose(output, overwrite=True) == output.resolve()
    assert output.read_text() == "video"


def test_a_link_counts_as_an_output(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").symlink_to("nowhere")
    refused(OutputExists, tmp_path / "a.mp4")
    assert choose(tmp_path / "a.mp4", overwrite=True).name == "a.mp4"


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_in_the_place_of_the_output(tmp_path: Path, overwrite: bool) -> None:
    (tmp_path / "a.mp4").mkdir()
    assert "is a folder" in refused(OutputNotWritable, tmp_path / "a.mp4", overwrite=overwrite).message


def test_a_pipe_in_the_place_of_the_output(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mp4")
    refused(OutputNotWritable, tmp_path / "a.mp4", overwrite=True)


@pytest.mark.parametrize("below", ["a.mp4", "b/a.mp4", "b/c/a.mp4"])
def test_an_output_under_a_file(tmp_path: Path, below: str) -> None:
    file = write(tmp_path / "file")
    assert f"{file.resolve()} is a file" in refused(OutputNotWritable, file / below).message
    assert everything(tmp_path) == {"file"}


@pytest.mark.parametrize("name", ["x" * 300 + ".mp4", "x" * 300 + "/a.mp4", "a/" + "x" * 300 + "/b/a.mp4"])
def test_a_name_that_is_too_long(tmp_path: Path, name: str) -> None:
    assert "too long" in refused(OutputNotWritable, tmp_path / name).message
    assert everything(tmp_path) == set()


def test_a_path_that_is_too_long(tmp_path: Path) -> None:
    refused(OutputNotWritable, tmp_path / ("folder/" * 700) / "a.mp4")


@linux_only
@pytest.mark.parametrize(
    "output", ["/proc/a.mp4", "/proc/a/b/a.mp4", "/sys/a.mp4", "/sys/kernel/a/a.mp4", "/proc/self/fd/a.mp4"]
)
def test_a_folder_that_takes_no_file_even_from_root(output: str) -> None:
    assert "Nothing can be written" in refused(OutputNotWritable, output).message


@pytest.mark.parametrize("below", ["a.mp4", "b/a.mp4"])
def test_a_folder_without_permission(below: str) -> None:
    """As an ordinary user, since permission bits do not bind root."""
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        if user == 0:
            os.seteuid(65534)
        try:
            error = refused(OutputNotWritable, Path(folder, below))
        finally:
            os.seteuid(user)
        Path(folder).chmod(0o755)
        assert "Permission denied" in error.message


@linux_only
@pytest.mark.parametrize("below", ["a.mp4", "b/a.mp4"])
def test_a_read_only_file_system(tmp_path: Path, below: str) -> None:
    """In a mount namespace of its own, so that nothing stays mounted."""
    code = (
        "import sys; from pathlib import Path\n"
        "from helios_renders.errors import OutputNotWritable\n"
        "from helios_renders.render.options import DistributedRenderOptions as Options\n"
        "from helios_renders.render.output import choose_output\n"
        "try: choose_output(Options(composition='x', output=Path(sys.argv[1])), 'x')\n"
        "except OutputNotWritable as error: print(error.message)\n"
    )
    mount = f"mount -t tmpfs -o ro none '{tmp_path}'"
    unshare = ["unshare", "--mount", "--map-root-user"]
    probe = subprocess.run([*unshare, "sh", "-c", mount], capture_output=True, text=True, timeout=20)
    if probe.returncode != 0:
        pytest.skip(f"no mount namespace here: {probe.stderr.strip()}")
    script = f'{mount} && exec "$0" "$@"'
    command = [*unshare, "sh", "-c", script, sys.executable, "-c", code, str(tmp_path / below)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "Read-only file system" in done.stdout


def test_a_full_disk_is_found_before_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("helios_renders.render.output.tempfile.mkstemp", full)
    assert "no room left" in refused(DiskFull, tmp_path / "a.mp4").message


def test_without_an_output_the_first_free_name_in_renders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    renders = tmp_path.resolve() / "renders"
    assert choose() == renders / "intro.mp4"
    assert not renders.exists()
    write(renders / "intro.mp4")
    assert choose() == renders / "intro-2.mp4"
    (renders / "intro-2.mp4").symlink_to("nowhere")
    (renders / "intro-3.mp4").mkdir()
    write(renders / "intro-5.mp4")
    assert choose() == renders / "intro-4.mp4"


def test_without_an_output_in_a_given_folder(tmp_path: Path) -> None:
    write(tmp_path / "out" / "intro.mp4")
    assert choose(folder=tmp_path / "out") == tmp_path.resolve() / "out" / "intro-2.mp4"
    assert choose(folder=tmp_path / "out", overwrite=True) == tmp_path.resolve() / "out" / "intro.mp4"


def test_a_given_folder_must_take_files(tmp_path: Path) -> None:
    file = write(tmp_path / "file")
    with pytest.raises(OutputNotWritable, match="is a file"):
        choose(folder=file)


def test_a_name_that_a_running_render_will_take_is_not_free(tmp_path: Path) -> None:
    first = choose(folder=tmp_path)
    scratch = scratch_folder(first)
    second = choose(folder=tmp_path)
    assert second.name == "intro-2.mp4"
    remove_scratch(scratch)
    assert choose(folder=tmp_path) == first


def test_a_broken_mark_takes_no_name(tmp_path: Path) -> None:
    write(tmp_path / ".intro.helios-1" / SCRATCH_MARK, "{")
    write(tmp_path / ".intro.helios-2" / SCRATCH_MARK, "{}")
    assert next_free(tmp_path / "intro.mp4").name == "intro.mp4"


@pytest.mark.parametrize("overwrite", [False, True])
def test_moving_makes_the_file_appear_and_the_temporary_one_vanish(tmp_path: Path, overwrite: bool) -> None:
    temporary, output = write(tmp_path / "t"), tmp_path / "a.mp4"
    move_into_place(temporary, output, overwrite=overwrite)
    assert everything(tmp_path) == {"a.mp4"}
    assert output.read_text() == "video"
    assert output.stat().st_nlink == 1


def test_moving_replaces_when_allowed(tmp_path: Path) -> None:
    temporary, output = write(tmp_path / "t"), write(tmp_path / "a.mp4", "old")
    move_into_place(temporary, output, overwrite=True)
    assert output.read_text() == "video"
    assert everything(tmp_path) == {"a.mp4"}


def test_moving_onto_a_link_replaces_the_link(tmp_path: Path) -> None:
    precious = write(tmp_path / "precious", "old")
    (tmp_path / "a.mp4").symlink_to(precious)
    move_into_place(write(tmp_path / "t"), tmp_path / "a.mp4", overwrite=True)
    assert precious.read_text() == "old"
    assert not (tmp_path / "a.mp4").is_symlink()


def without_hard_links(*_: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_what_appeared_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool, kind: str
) -> None:
    if not links:
        monkeypatch.setattr("helios_renders.render.output.os.link", without_hard_links)
    temporary, output = write(tmp_path / "t"), tmp_path / "a.mp4"
    match kind:
        case "file":
            write(output, "old")
        case "link":
            output.symlink_to("nowhere")
        case "folder":
            output.mkdir()
    before = output.lstat()
    with pytest.raises(OutputExists, match="appeared"):
        move_into_place(temporary, output, overwrite=False)
    assert output.lstat() == before
    assert temporary.read_text() == "video"


def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helios_renders.render.output.os.link", without_hard_links)
    move_into_place(write(tmp_path / "t"), tmp_path / "a.mp4", overwrite=False)
    assert (tmp_path / "a.mp4").read_text() == "video"
    assert everything(tmp_path) == {"a.mp4"}


def test_nothing_half_done_stays_when_the_move_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, target: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("helios_renders.render.output.os.link", without_hard_links)
    monkeypatch.setattr(Path, "replace", fail)
    temporary = write(tmp_path / "t")
    with pytest.raises(OutputNotWritable, match="Input/output error"):
        move_into_place(temporary, tmp_path / "a.mp4", overwrite=False)
    assert everything(tmp_path) == {"t"}


def test_moving_onto_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").mkdir()
    with pytest.raises(OutputNotWritable):
        move_into_place(write(tmp_path / "t"), tmp_path / "a.mp4", overwrite=True)
    assert everything(tmp_path) == {"a.mp4", "t"}


def test_moving_into_a_folder_that_is_gone(tmp_path: Path) -> None:
    temporary = write(tmp_path / "t")
    (tmp_path / "out").mkdir()
    shutil.rmtree(tmp_path / "out")
    with pytest.raises(OutputNotWritable):
        move_into_place(temporary, tmp_path / "out" / "a.mp4", overwrite=False)
    assert temporary.read_text() == "video"


def test_of_many_moves_to_one_name_one_wins(tmp_path: Path) -> None:
    count = 16
    output = tmp_path / "a.mp4"
    temporaries = [write(tmp_path / str(number), str(number)) for number in range(count)]
    gate = threading.Barrier(count)
    lost: list[int] = []

    def move(number: int) -> None:
        gate.wait(20)
        try:
            move_into_place(temporaries[number], output, overwrite=False)
        except OutputExists:
            lost.append(number)

    threads = [threading.Thread(target=move, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    winner = int(output.read_text())
    assert sorted([*lost, winner]) == list(range(count))
    assert everything(tmp_path) == {"a.mp4", *(str(number) for number in lost)}


def test_the_file_is_on_disk_before_it_appears_and_its_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, output = write(tmp_path / "t"), tmp_path / "a.mp4"
    synced: list[tuple[int, bool]] = []
    real = os.fsync

    def watch(descriptor: int) -> None:
        synced.append((os.fstat(descriptor).st_ino, output.exists()))
        real(descriptor)

    monkeypatch.setattr("helios_renders.render.output.os.fsync", watch)
    inode = temporary.stat().st_ino
    move_into_place(temporary, output, overwrite=False)
    assert synced == [(inode, False), (tmp_path.stat().st_ino, True)]


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_folder_that_cannot_be_written_out_does_not_undo_the_move(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overwrite: bool
) -> None:
    def refused(path: Path) -> None:
        if path.is_dir():
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(output_module, "_sync", refused)
    temporary, video = tmp_path / "temporary", tmp_path / "video.mp4"
    temporary.write_bytes(b"x")
    move_into_place(temporary, video, overwrite=overwrite)
    assert video.read_bytes() == b"x"
    assert not temporary.exists()
