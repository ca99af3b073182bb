"""Makes the binary assets of the test pages; run it again after a change and commit what it writes."""

import json
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from render.pixels import WHITE, draw_barcode

ASSETS = Path(__file__).parent / "assets"
FRAMES = 160
FPS = 10


def make_video(path: Path) -> None:
    """A VP9 video of 320x180, 10 fps and 16 s; each frame carries the bar code of its number."""
    command = f"ffmpeg -y -v error -f rawvideo -pix_fmt rgb24 -s 320x180 -r {FPS} -i - "
    command += "-vf scale=out_color_matrix=bt709:out_range=tv -pix_fmt yuv420p -color_range tv "
    command += "-colorspace bt709 -color_primaries bt709 -color_trc bt709 "
    command += f"-c:v libvpx-vp9 -crf 24 -b:v 0 -g 20 -threads 1 -fflags +bitexact {path}"
    frames = np.full((FRAMES, 180, 320, 3), (32, 40, 48), np.uint8)
    for number, frame in enumerate(frames):
        draw_barcode(frame, number)
        frame[134:166, 2 * number : 2 * number + 2] = WHITE
    subprocess.run(command.split(), input=frames.tobytes(), check=True, timeout=120)


def make_image(path: Path) -> None:
    """A green PNG of 32x32."""
    pixels = np.full((32, 32, 3), (48, 168, 96), np.uint8)
    command = f"ffmpeg -y -v error -f rawvideo -pix_fmt rgb24 -s 32x32 -i - -frames:v 1 -update 1 {path}"
    subprocess.run(command.split(), input=pixels.tobytes(), check=True, timeout=60)


def make_lottie(path: Path) -> None:
    """Two rectangles of 32x32 for Lottie: one moves linearly, one jumps and changes its colour.

    Format: the Lottie JSON of Bodymovin 5 (`ks` transform, `shapes` group of `rc` rectangle, `fl` fill).
    """
    linear = {"i": {"x": [1], "y": [1]}, "o": {"x": [0], "y": [0]}}
    sweeps: list[dict[str, Any]] = []
    for start in range(0, FRAMES, 30):
        sweeps += [
            {"t": start, "s": [24, 24, 0], **linear},
            {"t": start + 30, "s": [264, 24, 0], "h": 1},
        ]
    holds = [{"t": 8 * n, "s": [24 + 40 * (n % 6), 66, 0], "h": 1} for n in range(FRAMES // 8)]
    colours = [{"t": 0, "s": [48 / 255, 168 / 255, 96 / 255, 1], "h": 1}]
    colours.append({"t": 77, "s": [160 / 255, 72 / 255, 176 / 255, 1], "h": 1})
    red = {"a": 0, "k": [208 / 255, 64 / 255, 48 / 255, 1]}
    document = {
        "v": "5.7.0",
        "fr": FPS,
        "ip": 0,
        "op": FRAMES,
        "w": 320,
        "h": 180,
        "assets": [],
        "layers": [_rectangle(1, sweeps, red), _rectangle(2, holds, {"a": 1, "k": colours})],
    }
    path.write_text(json.dumps(document, indent=1) + "\n")


def make_font(path: Path) -> None:
    """A TrueType font whose letter A is a full square, so that a line of it is a rectangle.

    Format: OpenType 1.9 (sfnt with glyf outlines), 1000 units to the em, ascent 1000, descent 0.
    """
    corners = ((0, 0), (0, 1000), (1000, 1000), (1000, 0))
    steps = [
        tuple(b - a for a, b in zip(before, after, strict=True))
        for before, after in zip(((0, 0), *corners), corners, strict=False)
    ]
    outline = struct.pack(">5h", 1, 0, 0, 1000, 1000) + struct.pack(">2H", 3, 0) + bytes([1] * 4)
    outline += b"".join(struct.pack(">h", step[axis]) for axis in (0, 1) for step in steps)
    segments = struct.pack(">4H", 4, 32, 0, 4) + struct.pack(">3H", 4, 1, 0)
    segments += struct.pack(">2H", 65, 0xFFFF) + struct.pack(">H", 0) + struct.pack(">2H", 65, 0xFFFF)
    segments += struct.pack(">2h", 1 - 65, 1) + struct.pack(">2H", 0, 0)
    name = "Block".encode("utf-16-be")
    names = [(key, len(name), 0) for key in (1, 4, 6)]
    tables = {
        b"OS/2": struct.pack(">HhHHH", 4, 1000, 400, 5, 0)
        + bytes(20)
        + bytes(2)
        + bytes(10)
        + bytes(16)
        + b"NONE"
        + struct.pack(">3H3h2H", 0x40, 65, 65, 1000, 0, 0, 1000, 0)
        + bytes(8)
        + struct.pack(">2h3H", 500, 1000, 0, 32, 0),
        b"cmap": struct.pack(">4HI", 0, 1, 3, 1, 12) + segments,
        b"glyf": outline,
        b"head": struct.pack(">2I2I2H", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, 1000)
        + bytes(16)
        + struct.pack(">4h2H3h", 0, 0, 1000, 1000, 0, 8, 2, 0, 0),
        b"hhea": struct.pack(">I3hH3h", 0x10000, 1000, 0, 0, 1000, 0, 0, 1000)
        + struct.pack(">3h", 1, 0, 0)
        + bytes(10)
        + struct.pack(">H", 2),
        b"hmtx": struct.pack(">HhHh", 1000, 0, 1000, 0),
        b"loca": struct.pack(">3H", 0, 0, len(outline) // 2),
        b"maxp": struct.pack(">I14H", 0x10000, 2, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": struct.pack(">3H", 0, len(names), 6 + 12 * len(names))
        + b"".join(struct.pack(">6H", 3, 1, 0x409, *each) for each in names)
        + name,
        b"post": struct.pack(">I", 0x30000) + bytes(28),
    }
    offset, entries, body = 12 + 16 * len(tables), b"", b""
    for tag, table in tables.items():
        padded = table + bytes(-len(table) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) % 2**32
        entries += tag + struct.pack(">3I", checksum, offset + len(body), len(table))
        body += padded
    path.write_bytes(
        struct.pack(">I4H", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128) + entries + body
    )


def _rectangle(index: int, places: list[dict[str, Any]], colour: dict[str, Any]) -> dict[str, Any]:
    still = {"a": 0, "k": 0}
    whole = {"a": 0, "k": [100, 100, 100]}
    whole_opacity = {"a": 0, "k": 100}
    origin = {"a": 0, "k": [0, 0]}
    return {
        "ty": 4,
        "ind": index,
        "ip": 0,
        "op": FRAMES,
        "st": 0,
        "ks": {
            "o": whole_opacity,
            "r": still,
            "p": {"a": 1, "k": places},
            "a": {"a": 0, "k": [0, 0, 0]},
            "s": whole,
        },
        "shapes": [
            {
                "ty": "gr",
                "it": [
                    {"ty": "rc", "p": origin, "s": {"a": 0, "k": [32, 32]}, "r": still},
                    {"ty": "fl", "c": colour, "o": whole_opacity},
                    {
                        "ty": "tr",
                        "p": origin,
                        "a": origin,
                        "s": {"a": 0, "k": [100, 100]},
                        "r": still,
                        "o": whole_opacity,
                    },
                ],
            }
        ],
    }


if __name__ == "__main__":
    make_video(ASSETS / "numbers.webm")
    make_image(ASSETS / "green.png")
    make_lottie(ASSETS / "boxes.json")
    make_font(ASSETS / "block.ttf")
