"""From what was typed to one request for each page."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helios_renders.composition.source import FOLDER_PAGES, resolve_source
from helios_renders.errors import InvalidOption
from helios_renders.jobs.options import StartRenderOptions

_AS_TYPED = (
    "concurrency",
    "range",
    "fps",
    "size",
    "duration",
    "props",
    "surface",
    "crf",
    "preset",
    "even",
    "overwrite",
    "force_concurrency",
    "allow_page_errors",
    "cache",
    "root",
    "browser",
    "ffmpeg",
    "network",
)


def requests(arguments: argparse.Namespace) -> list[StartRenderOptions]:
    """One checked request for each page; raises UsageError when any of them cannot be done."""
    pages = [page for text in arguments.pages for page in expand(text)]
    shared = {**_shared(arguments), **_output(arguments.output, len(pages))}
    wanted = [StartRenderOptions(composition=page, **shared) for page in pages]
    names = []
    for options in wanted:
        root = options.checked().root
        names.append(resolve_source(options.composition, root=root, cwd=Path.cwd()).name)
    if arguments.overwrite:
        _refuse_same_name(pages, names)
    return wanted


def request(arguments: argparse.Namespace) -> StartRenderOptions:
    """The request for the one page of `probe` and `plan`."""
    output = getattr(arguments, "output", None)
    return StartRenderOptions(composition=arguments.page, **_shared(arguments), **_output(output, 1))


def expand(text: str) -> list[str]:
    """The page itself; for a folder without one, the folders in it that hold a composition.html, by name."""
    folder = Path(text)
    if not folder.is_dir() or any((folder / name).is_file() for name in FOLDER_PAGES):
        return [text]
    inside = sorted(child for child in folder.iterdir() if (child / FOLDER_PAGES[0]).is_file())
    return [str(child) for child in inside] or [text]


def _shared(arguments: argparse.Namespace) -> dict[str, Any]:
    given = vars(arguments)
    typed = {name: given[name] for name in _AS_TYPED if name in given}
    return {**typed, "ready_timeout": arguments.timeout}


def _output(typed: str | None, pages: int) -> dict[str, Any]:
    """`-o` as a file, or as the folder in which each page gets a file of its own name."""
    if typed is None:
        return {}
    if typed.endswith("/") or Path(typed).is_dir():
        return {"output_folder": typed}
    if pages == 1:
        return {"output": typed}
    if Path(typed).suffix:
        raise InvalidOption(
            f"The output is {typed}, one file for {pages} pages.",
            f"Name a folder, such as {Path(typed).stem}/.",
        )
    return {"output_folder": typed}


def _refuse_same_name(pages: Sequence[str], names: Sequence[str]) -> None:
    """With --overwrite, the second of two pages with one name would replace the first's video."""
    seen: dict[str, str] = {}
    for page, name in zip(pages, names, strict=True):
        if name in seen:
            raise InvalidOption(
                f"{seen[name]} and {page} would both be written to {name}.mp4.",
                "Leave --overwrite out, or render them one by one, each with its own -o.",
            )
        seen[name] = page
