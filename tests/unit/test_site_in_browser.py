"""The site as Chromium sees it: the token's host is found, and what pages are made of works."""

from pathlib import Path

from playwright.async_api import async_playwright

from helios_renders.capture.browser import find_browser
from helios_renders.composition.site import Site

TIMEOUT = 20_000

PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/style%20sheet.css">
<script type="module">
  import { word } from "/lib/größe.mjs";
  const data = await (await fetch("../data.json")).json();
  const wasm = await WebAssembly.instantiateStreaming(fetch("/empty.wasm"));
  const worker = new Worker("/lib/worker.mjs", { type: "module" });
  const answer = await new Promise((resolve, reject) => {
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = reject;
  });
  window.found = [word, data.value, wasm.instance instanceof WebAssembly.Instance, answer,
    getComputedStyle(document.body).color, isSecureContext];
</script>
<body>"""


async def test_a_page_with_modules_data_wasm_and_a_worker(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "my pages").mkdir()
    (tmp_path / "my pages" / "a #1.html").write_text(PAGE)
    (tmp_path / "style sheet.css").write_text("body { color: rgb(1, 2, 3) }")
    (tmp_path / "data.json").write_text('{"value": 7}')
    (tmp_path / "empty.wasm").write_bytes(b"\0asm\1\0\0\0")
    (tmp_path / "lib" / "größe.mjs").write_text('export const word = "größe";')
    (tmp_path / "lib" / "worker.mjs").write_text(
        'import { word } from "./größe.mjs"; postMessage(word.length);'
    )
    async with Site(tmp_path) as site, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(None).path)
        try:
            page = await browser.new_page()
            page.set_default_timeout(TIMEOUT)
            await page.goto(site.url("my pages/a #1.html"))
            await page.wait_for_function("window.found !== undefined")
            found = await page.evaluate("window.found")
        finally:
            await browser.close()
    assert found == ["größe", 7, True, 5, "rgb(1, 2, 3)", True]
