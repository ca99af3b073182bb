"""Undoing what a process had moved of its output when it died: all of it appears, or nothing does."""

import json
from pathlib import Path

import attrs

from helios_renders.digest import file_digest

NOTE = "move.json"
"""What is about to be moved, in the scratch folder."""
FORMER = "former"
"""There, the file that the sidecar replaces."""
REPLACED = "replaced"
"""There, the folder that a new one replaces."""


@attrs.frozen
class PairMove:
    """The move of a sidecar, and of the video after it."""

    video: Path
    sidecar: Path
    """Both where they are made, in one scratch folder."""
    output: Path
    """The video's place; the sidecar's is beside it."""

    @property
    def target(self) -> Path:
        """The sidecar's place."""
        return self.output.with_suffix(self.sidecar.suffix)

    def note(self) -> None:
        """Writes down that the move begins; raises OSError."""
        names = {"video": self.video.name, "sidecar": self.sidecar.name, "output": self.output.name}
        note = self.video.with_name(NOTE)
        draft = note.with_suffix(".draft")
        draft.write_text(json.dumps({**names, "sha256": file_digest(self.sidecar)}), encoding="utf-8")
        draft.replace(note)


def undo(scratch: Path, planned: str) -> None:
    """Undoes half a move out of a dead process's scratch folder; raises OSError and ValueError.

    `planned` is the output's name as it was when the folder was made.
    """
    _put_folder_back(scratch / REPLACED, scratch.parent / Path(planned).name)
    try:
        note = json.loads((scratch / NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    match note:
        case {"video": str(video), "sidecar": str(sidecar), "output": str(name), "sha256": str(digest)}:
            # Names alone, so that no note leads anywhere else.
            made = (scratch / Path(video).name, scratch / Path(sidecar).name)
            move = PairMove(*made, scratch.parent / Path(name).name)
        case _:
            raise ValueError(f"{scratch / NOTE} is not a note of a move.")
    has_followed = not move.video.exists() or _is_same(move.video, move.output)
    if not has_followed and _is_ours(move, digest):
        former = scratch / FORMER
        if former.exists():
            former.replace(move.target)
        else:
            move.target.unlink(missing_ok=True)


def _is_ours(move: PairMove, digest: str) -> bool:
    """Whether the sidecar's place holds the sidecar, or nothing any more, and not what somebody put there."""
    if not move.target.exists():
        return True
    if move.sidecar.exists():
        return _is_same(move.sidecar, move.target)
    return file_digest(move.target) == digest


def _is_same(one: Path, other: Path) -> bool:
    """Whether both are names of one file, as between the steps of a move by hard links."""
    return other.exists() and one.samefile(other)


def _put_folder_back(replaced: Path, output: Path) -> None:
    if not replaced.exists():
        return
    if output.is_dir() and not any(output.iterdir()):
        # What held the name for the new folder.
        output.rmdir()
    if not output.exists():
        replaced.rename(output)
