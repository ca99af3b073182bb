"""Where journals are kept: one for each set of workspace folders, in the user's data folder."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from helios_renders.user_data import data_folder


def journal_path(folders: Iterable[Path]) -> Path | None:
    """The journal of a workspace, whatever the order of its folders; None when it has none."""
    resolved = sorted({str(folder.resolve()) for folder in folders})
    if not resolved:
        return None
    key = hashlib.sha256("\n".join(resolved).encode(errors="surrogatepass")).hexdigest()[:16]
    return data_folder() / "journals" / f"{key}.sqlite"
