"""A process whose children die while they move finished files to their places, each at another operation.

`python -m unit.dying_mover PLACES FIRST` copies the folder FIRST to `PLACES/n` for each child, which dies at
the n-th operation of its move in there; the last one lives. A line of the output is n and `died` or `lived`.
"""

import os
import shutil
import signal
import sys
from pathlib import Path

from helios_renders.render.output import move_into_place, scratch_folder
from helios_renders.render.sidecar import move_both

OPERATIONS = frozenset({"open", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"})


def die_at(operation: int) -> None:
    """End this process without a word before its n-th operation on files."""
    left = operation

    def hear(name: str, _: tuple[object, ...]) -> None:
        nonlocal left
        if name in OPERATIONS:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)


def move(folder: Path, operation: int, *, overwrite: bool) -> None:
    """Moves a new video and its subtitles into a folder, or a folder of pictures where one is asked for."""
    is_folder = (folder / "frames").exists()
    scratch = scratch_folder(folder / ("frames" if is_folder else "a.mp4"))
    video, sidecar = scratch / "assembled.mp4", scratch / "subtitles.srt"
    sidecar.write_text("new words")
    if is_folder:
        video = scratch / "assembled"
        video.mkdir()
        (video / "frame-000000.png").write_text("new picture")
        die_at(operation)
        move_into_place(video, folder / "frames", overwrite=overwrite)
    else:
        video.write_text("new video")
        die_at(operation)
        move_both(video, sidecar, folder / "a.mp4", overwrite=overwrite)


def main(places: Path, first: Path) -> None:
    """Lets children die until one lives."""
    operation, code = 0, -1
    while code != 0:
        operation += 1
        folder = places / str(operation)
        shutil.copytree(first, folder)
        child = os.fork()
        if child == 0:
            move(folder, operation, overwrite=any(first.iterdir()))
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(operation, "lived" if code == 0 else "died", flush=True)
        assert code in (0, -signal.SIGKILL)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
