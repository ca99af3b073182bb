"""Which compositions are in a folder: pages with marks, pages of folders, and what globs name."""

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

import attrs

from helios_renders.composition import glob
from helios_renders.composition.composition_file import (
    FILE_NAME,
    CompositionFile,
    read_composition_file,
)
from helios_renders.composition.marks import PageMarks, decode_page, read_marks
from helios_renders.composition.source import FOLDER_PAGES, HTML_SUFFIXES, page_name
from helios_renders.composition.spec import Size
from helios_renders.composition.stated import Stated, read_stated
from helios_renders.errors import HeliosError, NotAComposition

MAX_ENTRIES = 50_000
"""Files and folders that are looked at in one folder of the workspace."""
MAX_PAGES = 2_000
"""Pages that are read in one folder of the workspace."""
HEAD_BYTES = 64 * 1024
"""How much of each page is read: the marks are in its head, or on one of its first elements."""
MAX_FILE_BYTES = 1024 * 1024
MAX_PROBLEMS = 10


@attrs.frozen
class SearchFolder:
    """Where to look; globs are matched against paths below it, with forward slashes."""

    path: str
    include: tuple[str, ...] = ()
    """Pages that are compositions without a mark."""
    exclude: tuple[str, ...] = ()
    """Files and folders that are left out."""


@attrs.frozen
class FoundComposition:
    """A page that can be rendered, and what its files state of it; None where only the probe can know."""

    path: Path
    name: str
    size: Size | None
    fps: float | None
    seconds: float | None
    frames: int | None
    problem: str | None
    """The first thing that a render would refuse."""


@attrs.frozen
class FoundFolder:
    """The compositions of one folder, by path, and what was in the way of finding more."""

    path: str
    compositions: tuple[FoundComposition, ...]
    problems: tuple[str, ...]


def find_compositions(wanted: SearchFolder, others: Collection[str] = ()) -> FoundFolder:
    """Look through a folder; links to folders are not followed, and `others` are left to their own search."""
    search = _Search(wanted, frozenset(others) - {wanted.path})
    try:
        found = sorted(search.run(), key=lambda composition: composition.path)
    except HeliosError as error:
        return FoundFolder(wanted.path, (), (f"{error.message} {error.advice}",))
    return FoundFolder(wanted.path, tuple(found), tuple(search.problems[:MAX_PROBLEMS]))


class _Search:
    """One search through one folder."""

    def __init__(self, wanted: SearchFolder, others: Collection[str]) -> None:
        self.problems: list[str] = []
        self._wanted = wanted
        self._others = others
        self._entries = 0
        self._pages = 0

    def run(self) -> Iterator[FoundComposition]:
        root = self._wanted.path
        if not (Path(root).is_absolute() and Path(root).is_dir()):
            self.problems.append(f"There is no such folder: {root}")
            return
        folders = [root]
        while folders and not self._is_over():
            inside, pages, has_file = self._scan(folders.pop())
            folders.extend(reversed(inside))
            yield from self._choose(pages, has_file)
        if self._is_over():
            limit = f"{MAX_ENTRIES} files" if self._entries > MAX_ENTRIES else f"{MAX_PAGES} pages"
            note = f"This folder was not looked through to its end, but for {limit} only."
            self.problems.insert(0, f"{note} Leave folders out with helios.compositions.exclude.")

    def _is_over(self) -> bool:
        """Whether there was more than is looked at."""
        return self._entries > MAX_ENTRIES or self._pages > MAX_PAGES

    def _scan(self, folder: str) -> tuple[list[str], list[Path], bool]:
        """The folders and the pages in a folder, by name, and whether a composition.json is there."""
        inside: list[str] = []
        pages: list[Path] = []
        has_file = False
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    self._entries += 1
                    if self._entries > MAX_ENTRIES:
                        break
                    if entry.is_dir(follow_symlinks=False):
                        if entry.path not in self._others and not self._excludes(entry.path):
                            inside.append(entry.path)
                    elif entry.name == FILE_NAME:
                        has_file = entry.is_file()
                    elif entry.name.lower().endswith(HTML_SUFFIXES) and not self._excludes(entry.path):
                        pages.append(Path(entry.path))
        except OSError as error:
            self.problems.append(f"This folder cannot be read ({error.strerror}): {folder}")
        return sorted(inside), sorted(pages), has_file

    def _choose(self, pages: list[Path], has_file: bool) -> Iterator[FoundComposition]:
        """Those of a folder's pages that are compositions."""
        names = {page.name.lower(): page for page in pages}
        page_of_folder = next((names[name] for name in FOLDER_PAGES if name in names), None)
        for page in pages:
            self._pages += 1
            if self._pages > MAX_PAGES:
                return
            marks = self._read(page)
            if marks is None:
                continue
            described = has_file and page_of_folder in (page, None)
            is_named = page.name.lower() == FOLDER_PAGES[0] or self._includes(page)
            if is_named or described or marks.any:
                yield _found(page, marks, has_file=has_file)

    def _read(self, page: Path) -> PageMarks | None:
        """The marks of a page's beginning; None for what is no file, empty, or has a name that is no text."""
        try:
            if not stat.S_ISREG(page.stat().st_mode):
                return None
            with page.open("rb") as file:
                head = file.read(HEAD_BYTES)
            str(page).encode()
        except UnicodeEncodeError:
            self.problems.append(f"The name of this page is not UTF-8: {str(page)!a}")
            return None
        except OSError as error:
            self.problems.append(f"This page cannot be read ({error.strerror}): {page}")
            return None
        return read_marks(decode_page(head)) if head.strip() else None

    def _excludes(self, path: str) -> bool:
        return glob.any_match(self._wanted.exclude, self._below(path))

    def _includes(self, page: Path) -> bool:
        return glob.any_match(self._wanted.include, self._below(str(page)))

    def _below(self, path: str) -> str:
        return Path(path).relative_to(self._wanted.path).as_posix()


def _found(page: Path, marks: PageMarks, *, has_file: bool) -> FoundComposition:
    try:
        file = _read_file(page) if has_file else CompositionFile()
    except NotAComposition as error:
        return FoundComposition(page, page_name(page.resolve()), None, None, None, None, error.message)
    said: Stated = read_stated(marks, file)
    return FoundComposition(
        page,
        page_name(page.resolve()),
        said.size,
        None if said.fps is None else float(said.fps.fraction),
        None if said.duration is None else float(said.duration),
        said.frames,
        said.problems[0].message if said.problems else None,
    )


def _read_file(page: Path) -> CompositionFile:
    """The page's composition.json, unless it is too large to be looked at beforehand."""
    path = page.parent / FILE_NAME
    if path.is_file() and path.stat().st_size > MAX_FILE_BYTES:
        raise NotAComposition(f"{path} has more than {MAX_FILE_BYTES} bytes, so only the render reads it.")
    return read_composition_file(page)
