"""The output file: where it may go, the scratch folder beside it, and the one move that makes it appear."""

import contextlib
import errno
import itertools
import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from helios_renders.composition.file_name import clip_bytes
from helios_renders.encode.disk import disk_full
from helios_renders.encode.formats import OUTPUT_SUFFIXES, Format, formats_of
from helios_renders.errors import DiskFull, InvalidOption, OutputExists, OutputNotWritable
from helios_renders.render.half_move import undo
from helios_renders.render.options import DistributedRenderOptions
from helios_renders.render.output_files import (
    check_targets,
    move_folder,
    output_bytes,
    output_digest,
    with_sidecar,
)
from helios_renders.render.owner import Owner, is_abandoned, marked_folders
from helios_renders.render.result import RenderResult

OUTPUT_FOLDER = "renders"
SCRATCH_MARK = ".helios-scratch"
"""The file that says a folder is a scratch folder; nothing else is ever removed."""

_SCRATCH_STEM_BYTES = 120
_TOKEN_BYTES = 4
_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
if sys.platform == "win32":
    # What a drive without hard links, such as exFAT, answers there.
    _NO_HARD_LINKS |= {errno.EINVAL}


def choose_output(options: DistributedRenderOptions, name: str, sidecar: str | None = None) -> Path:
    """The absolute path of the finished file; leaves the disk as it is (`scratch_folder` makes folders).

    `options.output`, or else the first free of `<name>.mp4`, `<name>-2.mp4`, ... in `options.output_folder`
    (`renders` by default). A `sidecar` is the ending of another file of the same name that has to be free.
    Raises InvalidOption, OutputExists, OutputNotWritable and DiskFull.
    """
    if options.output is not None:
        output = _absolute(options.output)
        _check_suffix(output, options.encoding.format)
        _check_folder(output)
        check_targets(output, options.encoding.format, sidecar, overwrite=options.overwrite)
        return output
    output = _absolute(
        (options.output_folder or Path(OUTPUT_FOLDER)) / f"{name}{options.encoding.format.output_suffix}"
    )
    _check_folder(output)
    if not options.overwrite:
        return next_free(output, sidecar=sidecar)
    check_targets(output, options.encoding.format, sidecar, overwrite=True)
    return output


def output_folder(options: DistributedRenderOptions) -> Path:
    """Where a render's output and its chunks go; it may not exist yet."""
    if options.output is not None:
        return options.output.parent.absolute()
    return (options.output_folder or Path(OUTPUT_FOLDER)).absolute()


def next_free(output: Path, taken_too: Collection[Path] = (), sidecar: str | None = None) -> Path:
    """The path, or the first of its `-2`, `-3`, ... that no file, running render or `taken_too` has.

    No file has it with the ending `sidecar` either.
    """
    taken = {
        *_names_in_scratch(output.parent),
        *(path.name for path in taken_too if path.parent == output.parent),
    }
    numbered = (output.with_stem(f"{output.stem}-{number}") for number in itertools.count(2))
    candidates = itertools.chain([output], numbered)
    return next(
        path
        for path in candidates
        if path.name not in taken and not any(map(os.path.lexists, with_sidecar(path, sidecar)))
    )


def scratch_folder(output: Path) -> Path:
    """A new hidden folder beside the output, with its missing folders; raises OutputNotWritable, DiskFull.

    On the same file system as the output, so that the finished file is moved and not copied. Such folders of
    processes that have ended without a word are removed.
    """
    sweep_scratches(output.parent)
    made = list(itertools.takewhile(lambda folder: not folder.exists(), output.parents))
    mark = {"output": output.name, "made": [str(folder) for folder in made], "owner": Owner.me().to_json()}
    try:
        return _made_and_marked(output, mark)
    except OSError as error:
        _remove_empty(made)
        raise _not_writable(output.parent, error) from error


def _made_and_marked(output: Path, mark: dict[str, Any]) -> Path:
    """A new scratch folder with its mark; raises OSError."""
    token = secrets.token_hex(_TOKEN_BYTES)
    scratch = output.parent / f".{clip_bytes(output.stem, _SCRATCH_STEM_BYTES)}.helios-{token}"
    scratch.mkdir(parents=True)
    try:
        (scratch / SCRATCH_MARK).write_text(json.dumps(mark), encoding="utf-8")
    except FileNotFoundError:
        # Another render has swept it, empty as it was.
        return _made_and_marked(output, mark)
    except OSError:
        # Without its mark, nobody would ever remove it.
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return scratch


def sweep_scratches(folder: Path) -> None:
    """Removes the scratch folders whose owners are gone, as far as that is possible now.

    What they had moved of an output by half is put back before.
    """
    for scratch, mark in _scratches(folder):
        if is_abandoned(mark):
            with contextlib.suppress(OSError, ValueError):
                undo(scratch, str(mark.get("output", "")))
                remove_scratch(scratch)
    with contextlib.suppress(OSError):
        # One whose owner ended just before its mark was there, or just after, has nothing in it.
        _remove_empty(list(folder.glob(f".*.helios-{'[0-9a-f]' * 2 * _TOKEN_BYTES}")))


def remove_scratch(scratch: Path) -> None:
    """Remove a scratch folder, and the output's folders that were made for it and are empty.

    Nothing is to do where somebody else has removed it. Raises ValueError for a folder without the mark of
    `scratch_folder`, OSError when a file stays.
    """
    if not scratch.exists():
        return
    try:
        mark = json.loads((scratch / SCRATCH_MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{scratch} is not a scratch folder.") from error
    for path in scratch.iterdir():
        # The mark last: by it a later sweep knows the folder in which something could not be removed.
        if path.name == SCRATCH_MARK:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    with contextlib.suppress(FileNotFoundError):
        # Once it is empty, another render may sweep it.
        shutil.rmtree(scratch)
    _remove_empty(map(Path, mark["made"]))


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            # Somebody uses it by now, for instance for the finished file.
            continue


def move_into_place(temporary: Path, output: Path, *, overwrite: bool) -> None:
    """Make the finished file appear under its name, whole and safely on disk, in one step.

    A file that appeared meanwhile is never replaced without `overwrite`. Raises OutputExists,
    OutputNotWritable and DiskFull; the temporary file is kept then.
    """
    try:
        for path in temporary.iterdir() if temporary.is_dir() else ():
            _sync(path)
        _sync(temporary)
        if temporary.is_dir():
            move_folder(temporary, output, overwrite=overwrite)
        elif overwrite:
            temporary.replace(output)
        else:
            _move_without_replacing(temporary, output)
    except FileExistsError:
        raise OutputExists(
            f"{output} appeared while the render was running.", "Choose another name, or allow --overwrite."
        ) from None
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise disk_full(output.parent) from error
        raise OutputNotWritable(
            f"{output} cannot be written: {error.strerror}.",
            "Close programs that have the file open, and check its folder.",
        ) from error
    if os.name == "posix":
        # The file is in its place, whatever folders a file system can write out.
        with contextlib.suppress(OSError):
            _sync(output.parent)


def is_in_place(result: RenderResult) -> bool:
    """Whether the file that a render was about to place is there, with every byte of it."""
    try:
        return (
            output_bytes(result.output) == result.size_bytes and output_digest(result.output) == result.sha256
        )
    except OSError:
        # A file that cannot be read now is none that anybody could open.
        return False


def _move_without_replacing(temporary: Path, output: Path) -> None:
    try:
        os.link(temporary, output)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # An empty file of our own holds the name, and is then replaced by the whole one.
        output.touch(exist_ok=False)
        try:
            temporary.replace(output)
        except OSError:
            output.unlink()
            raise
    else:
        # Its other name goes with the scratch folder at the latest.
        with contextlib.suppress(OSError):
            temporary.unlink()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _absolute(path: Path) -> Path:
    try:
        str(path).encode()
        if "\0" in str(path):
            raise ValueError("a path ends at a NUL")
        return path.parent.resolve() / path.name
    except (ValueError, RuntimeError):
        raise InvalidOption(
            f"The output {str(path)!a} is no path that this system can have.", "Give another path."
        ) from None
    except OSError as error:
        raise _not_writable(path, error) from error


def _check_suffix(output: Path, kind: Format) -> None:
    if kind.kind != "frames" and kind not in formats_of(output):
        # Unlike Path.is_dir, os.path.isdir takes a name of any length.
        is_folder = os.path.isdir(output)  # noqa: PTH112
        stem = output / "video" if is_folder else output.with_suffix("") if output.name else output
        raise InvalidOption(
            f"The output {output} does not end in {kind.suffix}.",
            f"{kind.label} is written; give a name such as {stem}{kind.suffix}, or one that ends as another "
            f"format does: {', '.join(OUTPUT_SUFFIXES)}.",
        )


def _check_folder(output: Path) -> None:
    """Refuse a folder that cannot take the output; what is missing of it must be possible to make."""
    try:
        missing = list(itertools.takewhile(lambda folder: not _exists(folder), output.parents))
        base = output.parents[len(missing)]
        if not base.is_dir():
            raise OutputNotWritable(f"{base} is a file, so it cannot hold {output}.", "Give another folder.")
        for part in (output, *missing):
            _exists(base / part.name)
        _exists(output)
        _probe(base, as_folder=bool(missing))
    except OSError as error:
        raise _not_writable(output.parent, error) from error


def _exists(path: Path) -> bool:
    """As `os.path.lexists`, but an error such as a name that is too long comes out."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _probe(folder: Path, *, as_folder: bool) -> None:
    """Really make and remove something: permission bits say little for root, mounts and access lists."""
    if as_folder:
        Path(tempfile.mkdtemp(prefix=".helios-probe-", dir=folder)).rmdir()
        return
    descriptor, path = tempfile.mkstemp(prefix=".helios-probe-", dir=folder)
    os.close(descriptor)
    Path(path).unlink()


def _names_in_scratch(folder: Path) -> Iterator[str]:
    """The file names that renders under way will give their outputs in a folder."""
    for _, mark in _scratches(folder):
        if "output" in mark and not is_abandoned(mark):
            yield mark["output"]


def _scratches(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The scratch folders in a folder and what their marks say."""
    return marked_folders(folder, f".*.helios-*/{SCRATCH_MARK}")


def _not_writable(path: Path, error: OSError) -> OutputNotWritable | DiskFull:
    if error.errno == errno.ENOSPC:
        return disk_full(path)
    if error.errno == errno.ENAMETOOLONG:
        return OutputNotWritable(f"The name of the output in {path} is too long.", "Give a shorter name.")
    return OutputNotWritable(
        f"Nothing can be written in {path}: {error.strerror}.", "Give a folder that you may write in."
    )
