"""What a person does and sees in a VS Code window, for tests: views, palette, notifications, editors."""

import contextlib
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from cli.terminal import files_below
from editor.code_server import CodeServer

ARTIFACTS = Path(__file__).resolve().parent.parent / "artifacts" / "editor"
READY_MS = 90_000
STEP_MS = 40_000
RENDER_MS = 120_000
TOAST_MS = 8_000
PALETTE_MS = 10_000
AGAIN_MS = 5_000
"""After so long without an effect, a person does it again."""
LISTING_MS = 3_000
"""How long the editor may take to look at what is typed into its file dialog."""

OWN_ADDRESSES = (
    r"(https?|wss?)://127\.0\.0\.1:{port}/|data:|blob:|vscode-"
    # A webview's own resources: its service worker answers these, they never leave the browser.
    r"|https://[^/]*vscode-resource\.vscode-cdn\.net/"
)
RECORD_PROGRESS = """() => {
  window.heliosProgress = [];
  new MutationObserver(() => {
    for (const row of document.querySelectorAll('.notifications-toasts .monaco-list-row')) {
      const text = row.querySelector('.notification-list-item-message')?.textContent ?? '';
      const isNew = text.startsWith('Rendering ') && text !== window.heliosProgress.at(-1);
      if (isNew) window.heliosProgress.push(text);
    }
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


def until_it_works(step: Callable[[], None]) -> None:
    """Do something again until it has its effect, as a person would; raises what it failed by at last."""
    last = time.monotonic() + STEP_MS / 1000
    while True:
        try:
            step()
        except (AssertionError, PlaywrightTimeout):
            if time.monotonic() > last:
                raise
        else:
            return


def press(row: Locator, button: str) -> None:
    """Press a button that a row shows while the pointer is over it, wherever the row goes meanwhile."""

    def hover_and_click() -> None:
        row.hover(timeout=STEP_MS)
        row.get_by_role("button", name=button).click(timeout=AGAIN_MS)

    until_it_works(hover_and_click)


class Workbench:
    """One window of the editor, open in a workspace folder or in none."""

    def __init__(self, page: Page, server: CodeServer, opened: Path | None) -> None:
        self.page = page
        folder = server.run if opened is None else opened
        self.folder = folder if folder.is_dir() else folder.parent
        self._opened = opened
        self.external: list[str] = []
        self._server = server
        own = re.compile(OWN_ADDRESSES.format(port=server.port))

        def note(url: str) -> None:
            if not own.match(url):
                self.external.append(url)

        page.on("request", lambda request: note(request.url))

    def load(self) -> None:
        """Load the workbench and wait until it stands."""
        self.page.goto(self._server.url(self._opened), wait_until="domcontentloaded", timeout=READY_MS)
        expect(self.page.locator(".monaco-workbench .part.statusbar")).to_be_visible(timeout=READY_MS)

    def set_folders(self, *folders: Path) -> None:
        """Write which folders a workspace of several has."""
        assert self._opened is not None
        self._opened.write_text(json.dumps({"folders": [{"path": str(folder)} for folder in folders]}))

    def open_helios(self) -> Locator:
        """Click Helios in the activity bar and wait for the daemon; returns the side bar."""
        self._activity("Helios").click(timeout=READY_MS)
        sidebar = self.page.locator(".part.sidebar")
        expect(sidebar.get_by_role("heading", name=re.compile("Renders"))).to_be_visible(timeout=STEP_MS)
        return sidebar

    @property
    def welcome(self) -> Locator:
        """What the view Renders says while it is empty."""
        return self.view("Renders").locator(".welcome-view-content")

    def view(self, name: str) -> Locator:
        """A view of the side bar, by its title."""
        title = self.page.locator(".pane-header h3.title", has_text=re.compile(f"^{name}$"))
        return self.page.locator(".part.sidebar .pane").filter(has=title)

    def row(self, name: str | re.Pattern[str]) -> Locator:
        """A row of a view in the side bar, compositions aside, by what a screen reader says for it."""
        compositions = self.page.locator(".pane-header h3.title", has_text="Compositions")
        views = self.page.locator(".part.sidebar .pane").filter(has_not=compositions)
        return views.get_by_role("treeitem", name=name)

    def composition(self, name: str | re.Pattern[str]) -> Locator:
        """A row of the view Compositions."""
        return self.view("Compositions").get_by_role("treeitem", name=name)

    def explorer_row(self, name: str) -> Locator:
        """A file in the explorer."""
        files = self.page.locator(".explorer-folders-view")
        if not files.is_visible():
            self._activity("Explorer").click()
            # A second click would hide it.
            expect(files).to_be_visible(timeout=STEP_MS)
        return files.get_by_role("treeitem", name=name)

    def menu_item(self, label: str) -> Locator:
        """An entry of the context menu that is open."""
        return self.page.locator(".monaco-menu").get_by_role("menuitem", name=label)

    def choose_item(self, label: str, within_ms: float = STEP_MS) -> None:
        """Choose an entry of the context menu, by the keyboard: a click just after it opened is ignored.

        Raises Playwright's error when the menu has closed before, as when something else takes the focus.
        """
        entry = self.menu_item(label)
        entry.hover(timeout=within_ms)
        entry.press("Enter", timeout=within_ms)
        expect(entry).to_be_hidden()

    def choose(self, row: Locator, label: str) -> None:
        """Choose an entry of an element's context menu, and open that again where it has closed before."""

        def open_and_choose() -> None:
            self.close_menu()
            row.click(button="right", timeout=STEP_MS)
            self.choose_item(label, AGAIN_MS)

        until_it_works(open_and_choose)

    def close_menu(self) -> None:
        """Leave the context menu if one is open."""
        menu = self.page.locator(".monaco-menu").first
        if menu.is_visible():
            self.page.keyboard.press("Escape")
            expect(menu).to_be_hidden(timeout=STEP_MS)

    def command(self, title: str) -> None:
        """Run a command from the palette, which has those that could be run when it was opened."""
        row = self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=title).first

        def open_and_choose() -> None:
            self._open_palette(title)
            try:
                row.click(timeout=PALETTE_MS)
            except PlaywrightTimeout:
                self._close_palette()
                raise

        until_it_works(open_and_choose)

    def _open_palette(self, words: str) -> None:
        def press_key() -> None:
            # The key is lost where a frame has the focus that has no keys yet.
            self.page.keyboard.press("F1")
            expect(self.quick_input).to_be_visible(timeout=AGAIN_MS)

        until_it_works(press_key)
        self.quick_input.fill(f">{words}")

    def _close_palette(self) -> None:
        self.quick_input.press("Escape")
        expect(self.quick_input).to_be_hidden(timeout=STEP_MS)

    def choose_file(self, path: Path) -> None:
        """Name a file in the editor's file dialog, which forgets what is typed while it lists a folder."""
        expect(self.quick_input).to_have_value(re.compile("/$"), timeout=STEP_MS)
        last = time.monotonic() + STEP_MS / 1000
        while self.quick_input.is_visible():
            assert time.monotonic() < last, "the dialog did not take the file"
            if self.quick_input.input_value() != str(path):
                self.quick_input.fill(str(path))
                # What is confirmed before the dialog has looked at it is not heard.
                self.page.wait_for_timeout(1_000)
            with contextlib.suppress(PlaywrightTimeout):
                self.quick_input.press("Enter", timeout=LISTING_MS)
                self.quick_input.wait_for(state="hidden", timeout=LISTING_MS)

    def offered(self, words: str) -> list[str]:
        """The commands of Helios that the palette has for these words."""
        self._open_palette(f"Helios: {words}")
        rows = self.page.locator(".quick-input-list .monaco-list-row")
        # Until then it shows all commands that there are, none of ours the first.
        filtered = re.compile("Helios: |No matching|similar commands")
        expect(rows.first).to_contain_text(filtered, timeout=STEP_MS)
        titles = [text.split("\n")[0] for text in rows.all_inner_texts()]
        self._close_palette()
        return [title for title in titles if title.startswith("Helios: ")]

    @property
    def quick_input(self) -> Locator:
        """The text box of the palette, of a quick pick or of an input box."""
        return self.page.locator(".quick-input-widget input.input")

    def pick(self, text: str) -> None:
        """Choose a row of the palette or of a quick pick."""
        row = self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=text).first
        row.click(timeout=STEP_MS)

    def render_orbit(self) -> Locator:
        """Render `orbit.html` from the palette; returns the progress notification."""
        self.command("Helios: Render Composition")
        self.pick("orbit.html")
        return self.notification("Rendering orbit")

    def toast(self, text: str | re.Pattern[str]) -> Locator:
        """A notification that is shown, by a part of its text; in the center while that is open."""
        places = (f".notifications-{place} .monaco-list-row" for place in ("toasts", "center"))
        return self.page.locator(", ".join(places)).filter(has_text=text)

    def notification(self, text: str | re.Pattern[str], within_ms: float = TOAST_MS) -> Locator:
        """A notification that has come, in the notification center where its toast was not shown.

        On a busy machine the editor may show none of one that comes while another is going, and after some
        ten seconds it hides all but errors with buttons.
        """
        found = self.toast(text).first
        try:
            expect(found).to_be_visible(timeout=within_ms)
        except AssertionError:
            self.command("Notifications: Show Notifications")
            expect(found).to_be_visible(timeout=STEP_MS)
        return found

    def answer(self, text: str | re.Pattern[str], button: str, within_ms: float = TOAST_MS) -> None:
        """Press a button of a notification that has come, in the center where its toast has gone by then."""
        found = self.notification(text, within_ms).get_by_role("button", name=button, exact=True)
        try:
            found.click(timeout=AGAIN_MS)
        except PlaywrightTimeout:
            self.command("Notifications: Show Notifications")
            found.click(timeout=STEP_MS)

    def clipboard(self) -> str:
        """The text that was copied last."""
        text: str = self.page.evaluate("() => navigator.clipboard.readText()")
        return text

    def record_progress(self) -> None:
        """From now on, keep every text that a progress notification shows."""
        self.page.evaluate(RECORD_PROGRESS)

    def recorded_progress(self) -> list[str]:
        """The texts in their order, without repetitions."""
        texts: list[str] = self.page.evaluate("() => window.heliosProgress")
        return texts

    def panel_text(self) -> str:
        """What the output or the terminal shows, with single spaces, ended by one."""
        lines = self.page.locator(".part.panel .view-lines, .terminal-wrapper.active .xterm-rows").first
        return "".join(f"{word} " for word in lines.inner_text(timeout=STEP_MS).split())

    @property
    def setting(self) -> Locator:
        """The one setting that the settings editor shows."""
        return self.page.locator(".settings-editor-tree .setting-item-contents")

    @property
    def video(self) -> Locator:
        """The video of the built-in preview."""
        frame: FrameLocator = self.page.frame_locator("iframe.webview").frame_locator("#active-frame")
        return frame.locator("video")

    def write_settings(self, values: dict[str, Any]) -> None:
        """Write the workspace's settings file."""
        self._settings_file.parent.mkdir(exist_ok=True)
        self._settings_file.write_text(json.dumps(values, indent=2))

    def change_settings(self, values: dict[str, Any], workers: int) -> None:
        """Write the settings file and wait until it was read, which the row of the workers tells.

        `workers` are another number than before, and more than the machine carries.
        """
        row = self.row(re.compile(rf"^Concurrency \(Workers\), .*{workers} asked for"))
        self.write_settings_until({**values, "helios.render.concurrency": workers}, row)

    def write_settings_until(self, values: dict[str, Any], shown: Locator) -> None:
        """Write the settings file until its effect is shown: a new window does not watch it at once."""

        def write_and_look() -> None:
            self.write_settings(values)
            expect(shown).to_be_visible(timeout=AGAIN_MS)

        until_it_works(write_and_look)

    def read_settings(self) -> dict[str, Any]:
        """What the workspace's settings file says; nothing while the editor is writing it."""
        try:
            values: dict[str, Any] = json.loads(self._settings_file.read_text())
        except json.JSONDecodeError:
            return {}
        return values

    def videos(self) -> list[str]:
        """The names of all files under `renders`, unfinished ones too."""
        return sorted(Path(name).name for name in files_below(self.folder / "renders"))

    def shot(self, name: str) -> None:
        """Keep a picture of the window."""
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=ARTIFACTS / f"{name}.png", timeout=READY_MS)

    def _activity(self, name: str) -> Locator:
        tabs = self.page.locator(".part.activitybar").get_by_role("tab", name=re.compile(f"^{name}"))
        return tabs.first

    @property
    def _settings_file(self) -> Path:
        return self.folder / ".vscode" / "settings.json"
