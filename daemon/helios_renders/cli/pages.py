"""From what was typed to one request for each page."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helios_renders.composition.source import FOLDER_PAGES, resolve_source
from helios_renders.encode.formats import FORMATS
from helios_renders.errors import InvalidOption
from helios_renders.jobs.options import StartRenderOptions
from helios_renders.render.output_name import likely_stem

FOLDER_FORMATS = frozenset(each.name for each in FORMATS if each.kind == "frames")
_AS_TYPED = (
    "concurrency",
    "range",
    "fps",
    "size",
    "scale",
    "pixel_ratio",
    "output_name",
    "duration",
    "props",
    "surface",
    "format",
    "codec",
    "crf",
    "bitrate",
    "encoder",
    "gop",
    "pixel_format",
    "transparent",
    "audio_codec",
    "audio_bitrate",
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
    "audio",
    "audio_tracks",
    "loudness",
    "limiter",
    "gpu",
    "subtitles",
    "subtitle_mode",
    "subtitle_style",
    "subtitle_language",
)


def requests(arguments: argparse.Namespace) -> list[StartRenderOptions]:
    """One checked request for each page; raises UsageError when any of them cannot be done."""
    pages = [page for text in arguments.pages for page in expand(text)]
    shared = {**_shared(arguments), **_output(arguments, len(pages))}
    wanted = [StartRenderOptions(composition=page, **shared) for page in pages]
    names = []
    for options in wanted:
        checked = options.checked()
        source = resolve_source(options.composition, root=checked.root, cwd=Path.cwd())
        names.append(f"{likely_stem(checked, source.name)}{checked.encoding.format.output_suffix}")
    if arguments.overwrite:
        _refuse_same_name(pages, names)
    return wanted


def request(arguments: argparse.Namespace) -> StartRenderOptions:
    """The request for the one page of `probe` and `plan`."""
    return StartRenderOptions(composition=arguments.page, **_shared(arguments), **_output(arguments, 1))


def expand(text: str) -> list[str]:
    """The page itself; for a folder without one, the folders in it that hold a composition.html, by name."""
    folder = Path(text)
    try:
        if not folder.is_dir() or any((folder / name).is_file() for name in FOLDER_PAGES):
            return [text]
        inside = sorted(child for child in folder.iterdir() if (child / FOLDER_PAGES[0]).is_file())
    except OSError:
        # What is wrong with it is told when the page is looked for.
        return [text]
    return [str(child) for child in inside] or [text]


def _shared(arguments: argparse.Namespace) -> dict[str, Any]:
    given = vars(arguments)
    typed = {name: given[name] for name in _AS_TYPED if name in given}
    return {**typed, "ready_timeout": arguments.timeout}


def _output(arguments: argparse.Namespace, pages: int) -> dict[str, Any]:
    """`-o` as the output, or as the folder in which each page gets one of its own name."""
    typed: str | None = getattr(arguments, "output", None)
    if typed is None:
        return {}
    is_folder = getattr(arguments, "format", None) in FOLDER_FORMATS
    # Unlike Path.is_dir, os.path.isdir takes any name, and what it may not look into.
    if typed.endswith("/") or (os.path.isdir(typed) and not is_folder):  # noqa: PTH112
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
                f"{seen[name]} and {page} would both be written to {name}.",
                "Leave --overwrite out, or render them one by one, each with its own -o.",
            )
        seen[name] = page
