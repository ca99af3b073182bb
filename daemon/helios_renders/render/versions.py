"""What the bytes of a render depend on beside the page and its options."""

import functools
import hashlib
import platform
from importlib import resources
from importlib.resources.abc import Traversable


@functools.cache
def own_digest() -> str:
    """SHA-256 over the sources of this package, scripts for the page included; reads them once."""
    digest = hashlib.sha256()
    for name, content in sorted(_sources(resources.files("helios_renders"), "")):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def machine() -> str:
    """The kind of processor, whose arithmetic the drawing uses."""
    return f"{platform.system()} {platform.machine()}"


def _sources(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for item in folder.iterdir():
        name = f"{path}/{item.name}"
        if item.is_dir():
            found += _sources(item, name)
        elif item.name.endswith((".py", ".js", ".html")):
            found.append((name, item.read_bytes()))
    return found
