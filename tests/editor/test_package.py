"""What is shipped to people, and how it is pinned."""

import json
import zipfile

from editor.setup_editor import EXTENSION, VSIX


def test_package_holds_what_it_needs_and_nothing_else(tools: None) -> None:
    with zipfile.ZipFile(VSIX) as package:
        names = {name for name in package.namelist() if name.startswith("extension/")}
    assert names == {
        "extension/LICENSE.txt",
        "extension/changelog.md",
        "extension/dist/extension.cjs",
        "extension/media/helios.svg",
        "extension/package.json",
        "extension/readme.md",
    }


def test_dependencies_are_pinned_without_a_registry() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if not entry.get("integrity")] == []
