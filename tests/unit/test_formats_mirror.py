"""The extension's `formats.ts` has the formats and codecs of the daemon, and no others."""

import json
import re
from pathlib import Path
from typing import Any

from helios_renders.encode.codecs import VIDEO_CODECS, Codec
from helios_renders.encode.formats import FORMATS, Format

EXTENSION = Path(__file__).resolve().parents[2] / "vscode-extension"
MULTIPLE = re.DOTALL | re.MULTILINE
MESSAGE = re.compile(r'l10n\.t\(\s*("[^"]*"),?\s*\)')
SOURCE = MESSAGE.sub(r"\1", (EXTENSION / "src" / "settings" / "formats.ts").read_text())


def constant(name: str) -> str:
    return name.upper().replace("-", "_")


def literals() -> dict[str, Any]:
    """Every constant of the source, with those before it put in where its presets or codecs name them."""
    found: dict[str, Any] = {}

    def named(use: re.Match[str]) -> str:
        return use[1] + re.sub(r"[A-Z]\w+", lambda each: json.dumps(found[each[0]]), use[2])

    for name, text in re.findall(r"^(?:export )?const (\w+).*? = ([\[{].*?[\]}]);$", SOURCE, MULTIPLE):
        if "=>" not in text:
            quoted = re.sub(r"(?<=[{\s])(\w+): ", r'"\1": ', text)
            whole = re.sub(r'("presets": |"codecs": )([^\]}"]+)', named, quoted)
            found[name] = json.loads(re.sub(r",(\s*[\]}])", r"\1", whole))
    return found


def codec(each: Codec) -> dict[str, Any]:
    quality = each.quality
    scale = quality and {"best": quality.best, "worst": quality.worst, "default": quality.default}
    return {
        "id": each.name,
        "label": each.label,
        "quality": scale,
        "presets": list(each.presets),
        "defaultPreset": each.default_preset,
        "takesBitrate": each.takes_bitrate,
        "isTransparent": bool(each.alpha_pixel_formats),
    }


def kind(each: Format) -> dict[str, Any]:
    codecs = [codec(one) for one in each.codecs]
    return {"id": each.name, "label": each.label, "detail": each.description, "codecs": codecs}


def test_the_mirror_is_the_table() -> None:
    found = literals()
    assert {name: found[constant(name)] for name in VIDEO_CODECS} == {
        name: codec(each) for name, each in VIDEO_CODECS.items()
    }
    assert found["FORMATS"] == [kind(each) for each in FORMATS]


def test_the_settings_offer_what_there_is() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text())
    schema = manifest["contributes"]["configuration"]["properties"]
    assert schema["helios.render.format"]["enum"] == [each.name for each in FORMATS]
    assert schema["helios.render.codec"]["enum"] == [
        "",
        *dict.fromkeys(one.name for each in FORMATS for one in each.codecs),
    ]
