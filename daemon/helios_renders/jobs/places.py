"""Where journals are kept: one for each set of workspace folders, in the user's data folder."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import platformdirs

DATA_DIR = "HELIOS_DATA_DIR"


def data_folder() -> Path:
    """HELIOS_DATA_DIR, or the folder that the system has for the user's data; it may not exist yet."""
    given = os.environ.get(DATA_DIR)
    return Path(given) if given else Path(platformdirs.user_data_dir("helios-renders", appauthor=False))


def journal_path(folders: Iterable[Path]) -> Path | None:
    """The journal of a workspace, whatever the order of its folders; None when it has none."""
    resolved = sorted({str(folder.resolve()) for folder in folders})
    if not resolved:
        return None
    key = hashlib.sha256("\n".join(resolved).encode(errors="surrogatepass")).hexdigest()[:16]
    return data_folder() / "journals" / f"{key}.sqlite"
