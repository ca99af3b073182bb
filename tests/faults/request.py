"""A render to be disturbed: what is asked for, of whom, and in which folders."""

from enum import Enum
from pathlib import Path

import attrs

from render.conftest import PAGES

FRAMES = 301
PAGE = PAGES / "barcode-canvas.html"


class Host(Enum):
    """Who is asked to render."""

    TERMINAL = "terminal"
    EDITOR = "editor"
    """The daemon, over its standard streams."""
    CHILD_OF_EDITOR = "child of editor"
    """The daemon, started by an editor whose end of the wire somebody else holds too."""


@attrs.frozen(kw_only=True)
class Request:
    """One render; `options` are named as in the editor's protocol, with JSON values."""

    folder: Path
    """The render's own; nothing else may change outside of it but what is below `memory`."""
    memory: Path
    host: Host
    page: Path
    options: dict[str, object]
    output: str = "video.mp4"
    """A name in `videos`."""
    old: bytes | None = None
    """What the output file holds before."""

    @property
    def videos(self) -> Path:
        return self.folder / "videos"

    @property
    def temporary(self) -> Path:
        return self.folder / "temporary"

    @property
    def data(self) -> Path:
        """Where Helios keeps what it remembers of a user."""
        return self.folder / "data"

    @property
    def pipe(self) -> Path:
        return self.folder / "events"

    @property
    def video(self) -> Path:
        return self.videos / self.output

    def with_options(self, **options: object) -> "Request":
        return attrs.evolve(self, options={**self.options, **options})

    def prepare(self) -> None:
        """Makes the folders, and the old output."""
        for folder in (self.videos, self.temporary, self.data):
            folder.mkdir(parents=True, exist_ok=True)
        if self.old is not None:
            self.video.write_bytes(self.old)


def plain_request(folder: Path, memory: Path, host: Host) -> Request:
    """The bar codes of all frames on two workers."""
    options = {"surface": "canvas", "concurrency": 2, "forceConcurrency": True}
    return Request(folder=folder, memory=memory, host=host, page=PAGE, options=options)
