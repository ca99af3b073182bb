"""The daemon as a language server: compositions of folders, and help in pages that are open."""

import asyncio
from pathlib import Path

from lsprotocol import types as lsp

from helios_renders.composition.discovery import SearchFolder
from helios_renders.composition.spec import Size
from helios_renders.server.language.features import SOURCE
from helios_renders.server.protocol import COMPOSITIONS, CompositionsParams, CompositionsResult
from server.typed_client import TIMEOUT, HeliosClient

PAGE = """<!doctype html>
<p>😀</p><meta name="helios:fsp" content="30">
<meta name="helios:duration" content="-1">
<meta name="">
"""


async def test_compositions_of_all_folders_and_what_is_wrong_with_one(
    client: HeliosClient, tmp_path: Path
) -> None:
    folder = tmp_path / 'Über "uns" #1'
    folder.mkdir()
    page = folder / "intro.html"
    page.write_text('<meta name="helios:size" content="640x360">')
    (folder / "out").mkdir()
    (folder / "out" / "copy.html").write_text(page.read_text())
    wanted = (
        SearchFolder(str(tmp_path / "gone")),
        SearchFolder(str(folder), exclude=("**/out/**",)),
        SearchFolder("relative"),
    )
    result = await client.ask(COMPOSITIONS, CompositionsParams(wanted))
    assert isinstance(result, CompositionsResult)
    gone, found, relative = result.folders
    assert gone.problems == (f"There is no such folder: {tmp_path}/gone",)
    assert relative.problems
    (composition,) = found.compositions
    assert (composition.path, composition.name) == (page, "intro")
    assert (composition.size, composition.fps) == (Size(640, 360), None)
    assert found.problems == ()


async def diagnostics(client: HeliosClient, uri: str, version: int | None) -> list[lsp.Diagnostic]:
    """What the daemon tells next of one version of a document."""
    async with asyncio.timeout(TIMEOUT):
        while True:
            told = await client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
            if (told.uri, told.version) == (uri, version):
                return list(told.diagnostics)


async def test_what_is_open_is_diagnosed_explained_and_completed(
    client: HeliosClient, tmp_path: Path
) -> None:
    uri = (tmp_path / "Übung #1.html").as_uri()
    document = lsp.TextDocumentIdentifier(uri)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "html", 1, PAGE)))
    unknown, wrong = await diagnostics(client, uri, 1)
    assert unknown.range == lsp.Range(lsp.Position(1, 21), lsp.Position(1, 31))
    assert (unknown.severity, unknown.source) == (lsp.DiagnosticSeverity.Warning, SOURCE)
    assert "Did you mean helios:fps?" in unknown.message
    assert wrong.severity == lsp.DiagnosticSeverity.Error
    assert "Give a number of seconds above 0." in wrong.message

    hover = await client.text_document_hover_async(lsp.HoverParams(document, lsp.Position(2, 15)))
    assert hover is not None
    assert isinstance(hover.contents, lsp.MarkupContent)
    assert "The length in seconds." in hover.contents.value
    assert await client.text_document_hover_async(lsp.HoverParams(document, lsp.Position(0, 3))) is None

    offered = await client.text_document_completion_async(lsp.CompletionParams(document, lsp.Position(3, 12)))
    assert isinstance(offered, list)
    assert [item.label for item in offered] == ["helios:size", "helios:fps"]
    assert all(isinstance(item.text_edit, lsp.TextEdit) for item in offered)

    change = lsp.TextDocumentContentChangeWholeDocument(PAGE.replace("fsp", "fps").replace("-1", "1"))
    client.text_document_did_change(
        lsp.DidChangeTextDocumentParams(lsp.VersionedTextDocumentIdentifier(2, uri), [change])
    )
    assert await diagnostics(client, uri, 2) == []

    client.text_document_did_close(lsp.DidCloseTextDocumentParams(document))
    assert await diagnostics(client, uri, None) == []
    assert await client.text_document_hover_async(lsp.HoverParams(document, lsp.Position(2, 15))) is None

    (tmp_path / "alone").mkdir()
    (tmp_path / "index.html").write_text("<p>")
    for folder, count in ((tmp_path / "alone", 0), (tmp_path, 1)):
        uri = (folder / "composition.json").as_uri()
        item = lsp.TextDocumentItem(uri, "json", 3, '{"fps": "fast"}')
        client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        found = await diagnostics(client, uri, 3)
        assert len(found) == count
    assert found[0].range == lsp.Range(lsp.Position(0, 8), lsp.Position(0, 14))
    assert "composition.json has fps 'fast', which is not a number." in found[0].message
