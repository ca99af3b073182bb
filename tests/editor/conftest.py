"""A real VS Code with the extension installed, and windows in workspaces of their own."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from editor import setup_editor
from editor.code_server import CodeServer
from editor.compositions import write_page
from editor.processes import daemons, wait_until, wait_until_nothing_renders
from editor.workbench import STEP_MS, Workbench
from helios_renders.capture.browser import find_browser

expect.set_options(timeout=STEP_MS)

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


class Windows:
    """Opens windows of the editor."""

    def __init__(self, browser: Browser, server: CodeServer, folder: Path) -> None:
        self._browser = browser
        self._server = server
        self._folder = folder
        self.opened: list[Workbench] = []

    def open(
        self, settings: dict[str, Any] | None = None, *, seconds: float = 6, folders: Sequence[str] = ()
    ) -> Workbench:
        """A window whose workspace has these settings, a page of that length, and these folders."""
        folder = self._folder / f"workspace{len(self.opened)}"
        write_page(folder / "orbit.html", seconds=seconds)
        for name in folders:
            (folder / name).mkdir()
        window = self._window(folder)
        window.write_settings(settings or {})
        window.load()
        return window

    def open_empty(self) -> Workbench:
        """A window without a folder."""
        window = self._window(None)
        window.load()
        return window

    def open_folder(self, folder: Path) -> Workbench:
        """One more window on a folder that is there."""
        window = self._window(folder)
        window.load()
        return window

    def open_folders(self, *folders: Path) -> Workbench:
        """A window of a workspace with several folders, each of which may be missing."""
        file = self._folder / f"workspace{len(self.opened)}.code-workspace"
        window = self._window(file)
        window.set_folders(*folders)
        window.load()
        return window

    def _window(self, opened: Path | None) -> Workbench:
        context = self._browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        window = Workbench(context.new_page(), self._server, opened)
        self.opened.append(window)
        return window

    def shut(self, window: Workbench) -> None:
        """Close one window, like a person who has seen enough."""
        self.opened.remove(window)
        window.page.context.close()
        assert window.external == []

    def close(self, name: str) -> None:
        """Keep pictures and close; all daemons end, and nothing was asked of the outside."""
        for window in self.opened:
            window.shot(f"{name}-end")
            window.page.context.close()
        wait_until(lambda: not daemons(self._server), 60, "the end of the closed windows' daemons")
        wait_until_nothing_renders(self._server)
        assert [url for window in self.opened for url in window.external] == []


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
def windows(
    browser: Browser, editor: CodeServer, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Windows]:
    """Windows of the trusting editor; in the end no request may have gone outside."""
    windows = Windows(browser, editor, tmp_path)
    yield windows
    windows.close(request.node.name)
