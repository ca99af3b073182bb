"""Prints the tasks for compare.py: `python tests/bench/peers/tasks.py DEST [SECONDS] > tasks.json`.

DEST is where install.sh has put the peers; with SECONDS there is only the canvas, as long as install.sh has
made it. Every tool has two workers, CRF 23 and the same x264 preset where it has an option for it;
HyperFrames has none and takes medium.
"""

import json
import sys
from pathlib import Path

import helios_renders.bench

PAGES = ("dom", "canvas", "static")
FPS = 30
PRESETS = ("veryfast", "ultrafast")


def tasks(peers: Path, seconds: str | None) -> list[dict[str, object]]:
    """One task for each page, tool and preset; ours first."""
    pages = Path(helios_renders.bench.__file__).parent / "pages"
    found: list[dict[str, object]] = []
    for page in PAGES if seconds is None else ("canvas",):
        for preset in PRESETS:
            quality = ["--preset", preset, "--crf", "23"]
            ours = [sys.executable, "-m", "helios_renders", "render", str(pages / f"{page}.html")]
            ours += [] if seconds is None else ["--duration", seconds]
            commands = {
                "helios-renders": [
                    *ours,
                    *quality,
                    "--concurrency",
                    "2",
                    "--no-cache",
                    "--overwrite",
                    "-o",
                    "{out}",
                ],
                "remotion": _node(peers, "remotion", page, {"x264Preset": preset}),
            }
            if seconds is None:
                # Its canvas says its length itself.
                commands["helios"] = _node(peers, "helios", f"{page}js", {"preset": preset})
            if preset == PRESETS[0]:
                commands["hyperframes (medium)"] = [str(peers / "hyperframes/run.sh"), page, "2", "{out}"]
            found += [
                {
                    "page": page,
                    "group": f"{page} {preset}",
                    "tool": f"{tool} {preset}" if "(" not in tool else tool,
                    "command": command,
                    **({} if seconds is None else {"frames": int(seconds) * FPS}),
                }
                for tool, command in commands.items()
            ]
    return found


def _node(peers: Path, tool: str, page: str, options: dict[str, str]) -> list[str]:
    return ["node", str(peers / tool / "run.mjs"), page, "2", "{out}", json.dumps(options)]


if __name__ == "__main__":
    print(json.dumps(tasks(Path(sys.argv[1]).resolve(), next(iter(sys.argv[2:]), None)), indent=1))
