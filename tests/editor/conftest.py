"""A real VS Code with the extension installed, and windows in workspaces of their own."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from editor import setup_editor
from editor.code_server import CodeServer
from editor.compositions import write_page
from editor.workbench import ARTIFACTS, Workbench
from helios_renders.capture.browser import find_browser

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]

OpenWorkbench = Callable[..., Workbench]


@pytest.fixture(scope="session")
def tools() -> None:
    """Everything that `setup_editor.py` installs, up to date with the sources."""
    setup_editor.main()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser that shows the editor; it ends with the module, so that its loop disturbs no other test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(None).path, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def editor(tools: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeServer]:
    """A running code-server whose workspaces are trusted."""
    run = tmp_path_factory.mktemp("code-server")
    with CodeServer(run, {"helios.python": sys.executable}) as server:
        yield server


@pytest.fixture
def open_workbench(
    browser: Browser, editor: CodeServer, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[OpenWorkbench]:
    """Opens a window on a new workspace with a page; in the end no request may have gone outside."""
    opened: list[Workbench] = []

    def open_one(
        *, settings: dict[str, Any] | None = None, server: CodeServer = editor, seconds: float = 6
    ) -> Workbench:
        folder = tmp_path / "workspace"
        write_page(folder / "orbit.html", seconds=seconds)
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
        workbench = Workbench(context.new_page(), server, folder)
        workbench.set_settings(settings or {})
        opened.append(workbench)
        workbench.open()
        return workbench

    yield open_one
    for workbench in opened:
        workbench.shot(f"{request.node.name}-end")
        (ARTIFACTS / f"{request.node.name}-console.log").write_text("\n".join(workbench.console))
        workbench.page.context.close()
    assert [url for workbench in opened for url in workbench.external] == []
