"""Scratch folders whose process died before anybody else knew of them."""

import json
import platform
from pathlib import Path

import psutil

from helios_renders.render.output import SCRATCH_MARK, remove_scratch


def remove_stale_scratch(folder: Path) -> None:
    """Remove what dead renders of this machine left beside their outputs in a folder; raises OSError."""
    for mark in folder.glob(f".*.helios-*/{SCRATCH_MARK}"):
        try:
            values = json.loads(mark.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            # It is just being made or removed.
            continue
        if values.get("host") == platform.node() and not psutil.pid_exists(values["pid"]):
            remove_scratch(mark.parent)
