"""Where a composition lies: a page in a folder that can be served, or an address that serves itself."""

import os
import re
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from urllib.parse import unquote, urlsplit

import attrs

from helios_renders.composition.file_name import slug
from helios_renders.errors import CompositionNotFound, InvalidOption, NotAComposition

HTML_SUFFIXES = (".html", ".htm", ".xhtml")
FOLDER_PAGES = ("composition.html", "index.html")
"""The page of a folder, in the order in which the names are tried."""
PROJECT_MARKS = ("package.json", ".git")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_HOST_AND_PORT = re.compile(r"[\w.-]+:\d{1,5}(/\S*)?")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@attrs.frozen
class CompositionSource:
    """A composition's place: either `url`, or `root` and `path`."""

    name: str
    """A short name, safe as a file name."""
    url: str | None
    """An http(s) address."""
    root: Path | None
    """The folder to serve, as a real path."""
    path: str | None
    """The page below `root`, with forward slashes."""


def resolve_source(text: str, *, root: Path | None, cwd: Path) -> CompositionSource:
    """A composition from a path, a file:// address or an http(s) address.

    `root` is the folder to serve; absent, it is the nearest folder above the page that holds package.json or
    .git, else the page's own folder. Addresses are not contacted. Raises CompositionNotFound, NotAComposition
    and InvalidOption.
    """
    wanted = text.strip()
    if not wanted:
        raise InvalidOption("No composition is given.", "Give a path to a page or a folder, or an address.")
    if "\0" in wanted or any("\ud800" <= char <= "\udfff" for char in wanted):
        raise InvalidOption(
            f"The composition {wanted!a} holds a character that no path can have.",
            "Rename it, or correct it.",
        )
    if is_address(wanted):
        return _from_address(wanted, root)
    scheme = _SCHEME.match(wanted)
    if scheme is not None and scheme[1].lower() == "file":
        return _from_path(_path_of_file_url(wanted), root, cwd)
    # Unlike Path.expanduser, this one leaves what it cannot expand as it is, such as a name that begins so.
    path = Path(os.path.expanduser(wanted) if wanted.startswith(("~/", "~\\")) else wanted)  # noqa: PTH111
    if scheme is not None and _kind(cwd / path) is None:
        raise _unknown_scheme(wanted, scheme[1])
    return _from_path(path, root, cwd)


def is_address(text: str) -> bool:
    """Whether a composition is an http(s) address and not a file of this machine."""
    scheme = _SCHEME.match(text.strip())
    return scheme is not None and scheme[1].lower() in ("http", "https")


def _from_address(text: str, root: Path | None) -> CompositionSource:
    advice = "Give a full address such as http://localhost:5173/intro.html."
    if re.search(r"\s", text):
        raise InvalidOption(f"The address {text} holds a space.", "Write a space as %20.")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise InvalidOption(f"The address {text} cannot be read: {error}.", advice) from None
    if not parts.hostname:
        raise InvalidOption(f"The address {text} has no host.", advice)
    if root is not None:
        raise InvalidOption(
            f"A root folder is given, and {text} is served by its own server.", "Leave the root folder out."
        )
    path = re.sub(r"(?i)(^|/)index\.html?$|\.(x?html?)$", "", unquote(parts.path))
    return CompositionSource(slug(f"{parts.hostname}/{path}"), text, None, None)


def _path_of_file_url(text: str) -> Path:
    parts = urlsplit(text)
    if parts.netloc not in ("", "localhost"):
        raise InvalidOption(
            f"{text} names the host {parts.netloc}.",
            "Only files of this machine can be rendered: file:///...",
        )
    if parts.query or parts.fragment:
        raise InvalidOption(
            f"{text} ends in a query or a fragment, which a file does not have.",
            "Give values to the page with props; write ? as %3F and # as %23 in names.",
        )
    # Only now, because all of urllib's networking comes with it.
    from urllib.request import url2pathname

    path = url2pathname(parts.path)
    if not path or "\0" in path:
        raise InvalidOption(f"{text} names no file.", "Give an address such as file:///home/me/intro.html.")
    return Path(path)


def _unknown_scheme(text: str, scheme: str) -> InvalidOption:
    if _HOST_AND_PORT.fullmatch(text):
        return InvalidOption(f"{text} has no scheme.", f"Did you mean http://{text}?")
    return InvalidOption(
        f"{text} is no file, and addresses with {scheme}: cannot be rendered.",
        "Give a path to a page or a folder, or an http:// or https:// address.",
    )


def _from_path(path: Path, root: Path | None, cwd: Path) -> CompositionSource:
    given = cwd / path
    kind = _kind(given)
    if kind is None:
        raise CompositionNotFound(
            f"{given} does not exist.", "Check the path; a page or a folder with a page is needed."
        )
    real = given.resolve()
    page = _page_of_folder(real) if S_ISDIR(kind) else real
    if page is real:
        _check_page(page, kind)
    folder = _explicit_root(page, root, cwd) if root is not None else _natural_root(page)
    return CompositionSource(page_name(page), None, folder, page.relative_to(folder).as_posix())


def page_name(page: Path) -> str:
    """A short name for a page that is given as a real path: its own, or its folder's for a folder's page."""
    return slug(page.parent.name if page.name.lower() in FOLDER_PAGES else page.stem)


def _kind(path: Path) -> int | None:
    """The file mode behind a path, or None when there is none."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise CompositionNotFound(
            f"{path} cannot be reached: {error.strerror}.", "Check the path and who may read it."
        ) from None


def _page_of_folder(folder: Path) -> Path:
    for name in FOLDER_PAGES:
        page = folder / name
        kind = _kind(page)
        if kind is not None and S_ISREG(kind):
            real = page.resolve()
            _check_page(real, kind)
            return real
    raise NotAComposition(
        f"{folder} holds neither {' nor '.join(FOLDER_PAGES)}.", "Give the page itself, or add one of them."
    )


def _check_page(page: Path, kind: int) -> None:
    if page.suffix.lower() not in HTML_SUFFIXES or not S_ISREG(kind):
        raise NotAComposition(
            f"{page} is not an HTML file.", f"A page ends in {', '.join(HTML_SUFFIXES[:-1])} or .xhtml."
        )
    if page.name.startswith("."):
        raise NotAComposition(f"{page} is a hidden file, and those are not served.", "Rename it.")
    try:
        with page.open("rb") as file:
            head = file.read(8192)
    except OSError as error:
        raise NotAComposition(
            f"{page} cannot be read: {error.strerror}.", "Check who may read the file."
        ) from None
    if not head.strip():
        raise NotAComposition(f"{page} is empty.", "Give a page with something to show.")
    if b"\0" in head and not head.startswith(_UTF16_MARKS):
        raise NotAComposition(f"{page} is not text, whatever its name says.", "Give an HTML page.")


def _explicit_root(page: Path, root: Path, cwd: Path) -> Path:
    folder = cwd / root
    kind = _kind(folder)
    if kind is None or not S_ISDIR(kind):
        raise InvalidOption(f"The root {folder} is not a folder.", "Give the folder that holds the page.")
    real = folder.resolve()
    if not page.is_relative_to(real):
        raise InvalidOption(
            f"The page {page} is not inside the root {real}.",
            "Give a folder above the page, or leave it out.",
        )
    hidden = next((part for part in page.relative_to(real).parts if part.startswith(".")), None)
    if hidden is not None:
        raise InvalidOption(
            f"The page {page} is inside the hidden folder {hidden}, which the root {real} does not serve.",
            "Give a root inside that folder, or leave it out.",
        )
    return real


def _natural_root(page: Path) -> Path:
    """The project's folder, but never the home folder, one above it or a file system's root."""
    home = _home()
    for folder in page.parents:
        if folder.parent == folder or (home is not None and home.is_relative_to(folder)):
            break
        if any((folder / mark).exists() for mark in PROJECT_MARKS):
            return folder
        if folder.name.startswith("."):
            break
    return page.parent


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except RuntimeError:
        return None
