"""`helios cache`: how much is kept of finished renders, and how to be rid of it."""

import json
import sys

from helios_renders.cli import words
from helios_renders.render.cache import Cache


def cache(*, clear: bool, as_json: bool) -> int:
    """Say what is kept, or what was removed."""
    kept = Cache.of_user()
    usage = kept.clear() if clear else kept.usage()
    if as_json:
        found = {
            "folder": str(usage.folder),
            "entries": usage.entries,
            "sizeBytes": usage.size_bytes,
            "limitBytes": usage.limit_bytes,
            "cleared": clear,
        }
        line = json.dumps(found)
    else:
        amount = f"{words.size(usage.size_bytes)} in {usage.entries} entries"
        limit = words.size(usage.limit_bytes)
        line = f"removed {amount} from {usage.folder}" if clear else f"{amount} of {limit}, {usage.folder}"
    sys.stdout.write(f"{line}\n")
    return 0
