"""What a person does and sees in a VS Code window, for tests: views, palette, notifications, editors."""

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from editor.code_server import CodeServer

ARTIFACTS = Path(__file__).resolve().parent.parent / "artifacts" / "editor"
READY_MS = 60_000
STEP_MS = 20_000


class Workbench:
    """One window of the editor, open in a workspace folder."""

    def __init__(self, page: Page, server: CodeServer, folder: Path) -> None:
        self.page = page
        self.server = server
        self.folder = folder
        self.external: list[str] = []
        self.console: list[str] = []
        own = re.compile(
            rf"(https?|wss?)://127\.0\.0\.1:{server.port}/|data:|blob:|vscode-"
            # A webview's own resources: its service worker answers these, they never leave the browser.
            r"|https://[^/]*vscode-resource\.vscode-cdn\.net/"
        )
        page.on(
            "request", lambda request: None if own.match(request.url) else self.external.append(request.url)
        )
        page.on("console", lambda message: self.console.append(f"{message.type} {message.text[:300]}"))

    def open(self) -> None:
        """Load the workbench and wait until it stands."""
        self.page.goto(self.server.url(self.folder), wait_until="domcontentloaded")
        expect(self.page.locator(".monaco-workbench .part.statusbar")).to_be_visible(timeout=READY_MS)

    def open_view(self) -> Locator:
        """Click Helios in the activity bar; returns the side bar with the view Renders."""
        tab = self.page.locator(".part.activitybar").get_by_role("tab", name=re.compile("^Helios"))
        tab.click(timeout=READY_MS)
        sidebar = self.page.locator(".part.sidebar")
        expect(sidebar.get_by_role("button", name=re.compile("Renders"))).to_be_visible(timeout=STEP_MS)
        return sidebar

    def row(self, name: str | re.Pattern[str]) -> Locator:
        """A row of the view Renders, by what a screen reader says for it."""
        return self.page.locator(".part.sidebar").get_by_role("treeitem", name=name)

    def command(self, title: str) -> None:
        """Run a command from the palette."""
        self.page.keyboard.press("F1")
        box = self.quick_input
        expect(box).to_be_visible(timeout=STEP_MS)
        box.fill(f">{title}")
        expect(self.quick_rows.filter(has_text=title).first).to_be_visible(timeout=STEP_MS)
        self.page.keyboard.press("Enter")

    @property
    def quick_input(self) -> Locator:
        """The text box of the palette, of a quick pick or of an input box."""
        return self.page.locator(".quick-input-widget input.input")

    @property
    def quick_rows(self) -> Locator:
        """The rows that the palette or a quick pick offers."""
        return self.page.locator(".quick-input-list .monaco-list-row")

    def pick(self, text: str) -> None:
        """Choose a row of a quick pick."""
        self.quick_rows.filter(has_text=text).first.click(timeout=STEP_MS)

    def toast(self, text: str | re.Pattern[str]) -> Locator:
        """A notification that is shown, by a part of its text."""
        return self.page.locator(".notifications-toasts .monaco-list-row").filter(has_text=text)

    def dismiss_toasts(self) -> None:
        """Clear every notification."""
        self.command("Notifications: Clear All Notifications")

    def open_file(self, name: str) -> None:
        """Open a file of the workspace with a double click in the explorer."""
        self.explorer_row(name).dblclick(timeout=STEP_MS)
        expect(self.page.get_by_role("tab", name=re.compile("^" + re.escape(name)))).to_be_visible()

    def explorer_row(self, name: str) -> Locator:
        """A file in the explorer."""
        self.page.locator(".part.activitybar").get_by_role("tab", name=re.compile("^Explorer")).first.click()
        return self.page.locator(".explorer-folders-view").get_by_role("treeitem", name=name)

    def set_settings(self, values: dict[str, Any]) -> None:
        """Write the workspace's settings file."""
        path = self.folder / ".vscode" / "settings.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(values, indent=2))

    def settings(self) -> dict[str, Any]:
        """What the workspace's settings file says."""
        values: dict[str, Any] = json.loads((self.folder / ".vscode" / "settings.json").read_text())
        return values

    def shot(self, name: str) -> None:
        """Keep a picture of the window."""
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=ARTIFACTS / f"{name}.png")
