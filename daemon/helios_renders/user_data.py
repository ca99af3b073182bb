"""Where everything is kept that belongs to one user and outlives a process."""

import os
from pathlib import Path

import platformdirs

DATA_DIR = "HELIOS_DATA_DIR"


def data_folder() -> Path:
    """HELIOS_DATA_DIR, or the folder that the system has for the user's data; it may not exist yet."""
    given = os.environ.get(DATA_DIR)
    return Path(given) if given else Path(platformdirs.user_data_dir("helios-renders", appauthor=False))
