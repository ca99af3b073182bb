"""Files and folders for tests of what is on the disk."""

from pathlib import Path


def everything(folder: Path) -> set[str]:
    """All that is below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def write(path: Path, content: str = "video") -> Path:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path
