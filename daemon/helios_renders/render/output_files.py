"""An output as it lies on the disk: one file, or a folder of pictures."""

import hashlib
import os
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from helios_renders.digest import file_digest
from helios_renders.encode.finish import is_picture
from helios_renders.encode.formats import Format
from helios_renders.errors import OutputExists, OutputNotWritable
from helios_renders.render.half_move import REPLACED


def output_digest(output: Path) -> str:
    """SHA-256 of a file; of a folder, over its files' names and digests in the order of names."""
    if not output.is_dir():
        return file_digest(output)
    digest = hashlib.sha256()
    for path in sorted(output.iterdir()):
        digest.update(f"{path.name}\0{file_digest(path)}\n".encode())
    return digest.hexdigest()


def output_bytes(output: Path) -> int:
    """The size of a file, or of all files of a folder."""
    if not output.is_dir():
        return output.stat().st_size
    return sum(path.stat().st_size for path in output.iterdir())


def with_sidecar(output: Path, sidecar: str | None) -> tuple[Path, ...]:
    """An output, and the file of the same name with another ending that goes along with it."""
    return (output,) if sidecar is None else (output, output.with_suffix(sidecar))


def check_targets(output: Path, kind: Format, sidecar: str | None, *, overwrite: bool) -> None:
    """Raises OutputExists and OutputNotWritable where an output or its sidecar cannot go."""
    if kind.kind == "frames":
        check_folder_target(output, overwrite=overwrite)
    else:
        _check_file_target(output, overwrite=overwrite)
    for beside in with_sidecar(output, sidecar)[1:]:
        _check_file_target(beside, overwrite=overwrite)


def _check_file_target(output: Path, *, overwrite: bool) -> None:
    try:
        mode = output.lstat().st_mode
    except FileNotFoundError:
        return
    if S_ISDIR(mode):
        raise OutputNotWritable(f"The output {output} is a folder.", "Give a file name.")
    if not overwrite:
        raise _exists(output)
    if output.exists() and not S_ISREG(output.stat().st_mode):
        raise OutputNotWritable(f"The output {output} is not a regular file.", "Give another name.")


def check_folder_target(output: Path, *, overwrite: bool) -> None:
    """Raises OutputExists or OutputNotWritable where a folder of pictures cannot appear."""
    if not os.path.lexists(output):
        return
    if not overwrite:
        raise _exists(output)
    if output.is_symlink() or not output.is_dir():
        raise OutputNotWritable(f"The output {output} is not a folder.", "Give another name.")
    strange = next((path.name for path in output.iterdir() if not is_picture(path.name)), None)
    if strange is not None:
        raise OutputNotWritable(
            f"The folder {output} holds {strange}, which is no frame of a sequence, and is not replaced.",
            "Give another name.",
        )


def _exists(output: Path) -> OutputExists:
    return OutputExists(f"The output {output} exists.", "Choose another name, or allow --overwrite.")


def move_folder(temporary: Path, output: Path, *, overwrite: bool) -> None:
    """Makes a folder of pictures appear under its name in one step; raises OSError.

    What it replaces is left beside `temporary`.
    """
    replaced = temporary.with_name(REPLACED)
    if overwrite and output.is_dir():
        check_folder_target(output, overwrite=True)
        output.rename(replaced)
    try:
        if os.name == "posix":
            _move_to_a_claimed_name(temporary, output)
        else:
            temporary.rename(output)
    except OSError:
        if replaced.exists() and not output.exists():
            replaced.rename(output)
        raise


def _move_to_a_claimed_name(temporary: Path, output: Path) -> None:
    """An empty folder of our own, which cannot be made where something is, holds the name until the move."""
    output.mkdir()
    try:
        temporary.rename(output)
    except OSError:
        output.rmdir()
        raise
