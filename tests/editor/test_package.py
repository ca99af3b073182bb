"""What is shipped to people, and how it is pinned."""

import io
import json
import zipfile
from pathlib import Path

import helios_renders
from editor.setup_editor import EXTENSION, VSIX

DAEMON = Path(helios_renders.__file__).parent
WHEEL = f"extension/dist/helios_renders-{helios_renders.__version__}-py3-none-any.whl"
MOST_BYTES = 2_000_000


def test_package_holds_what_it_needs_and_nothing_else(tools: None) -> None:
    with zipfile.ZipFile(VSIX) as package:
        names = {name for name in package.namelist() if name.startswith("extension/")}
        readme = package.read("extension/readme.md").decode()
    assert names == {
        WHEEL,
        "extension/LICENSE.txt",
        "extension/changelog.md",
        "extension/composition.schema.json",
        "extension/dist/extension.cjs",
        "extension/l10n/bundle.l10n.json",
        "extension/media/helios.svg",
        "extension/media/icon.png",
        "extension/media/walkthrough/compose.svg",
        "extension/media/walkthrough/open.svg",
        "extension/media/walkthrough/render.svg",
        "extension/media/walkthrough/set-up.svg",
        "extension/package.json",
        "extension/package.nls.json",
        "extension/readme.md",
    }
    assert VSIX.stat().st_size < MOST_BYTES
    assert "## Start" in readme
    assert "![" not in readme, "the editor cannot show pictures of a package"


def test_wheel_in_the_package_is_the_whole_daemon(tools: None) -> None:
    with zipfile.ZipFile(VSIX) as package, zipfile.ZipFile(io.BytesIO(package.read(WHEEL))) as wheel:
        names = {name for name in wheel.namelist() if name.startswith("helios_renders/")}
        page_script = wheel.read("helios_renders/composition/page/probe.js")
    sources = {path for path in DAEMON.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert names == {str(path.relative_to(DAEMON.parent)) for path in sources}
    assert page_script == (DAEMON / "composition" / "page" / "probe.js").read_bytes()


def test_dependencies_are_pinned_without_a_registry() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if not entry.get("integrity")] == []
