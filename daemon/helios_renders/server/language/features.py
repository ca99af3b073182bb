"""The language features of the daemon, for pages and composition.json files that are open in the editor."""

from pathlib import Path
from urllib.parse import unquote

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from helios_renders.composition.composition_file import FILE_NAME
from helios_renders.composition.marks import read_marks
from helios_renders.composition.source import HTML_SUFFIXES
from helios_renders.server.language.completion import page_completions
from helios_renders.server.language.findings import Finding, file_findings, page_findings
from helios_renders.server.language.positions import Positions
from helios_renders.server.language.terms import METAS, explain
from helios_renders.threads import in_thread

SOURCE = "Helios"
MAX_TEXT = 4_000_000
"""Characters; a longer text gets no help."""


def register_language(server: LanguageServer) -> None:
    """Let a server answer for documents."""
    server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)(_opened)
    server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)(_changed)
    server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)(_closed)
    server.feature(lsp.TEXT_DOCUMENT_HOVER)(_hover)
    triggers = lsp.CompletionOptions(trigger_characters=['"', "'", ":"])
    server.feature(lsp.TEXT_DOCUMENT_COMPLETION, triggers)(_complete)


async def _opened(ls: LanguageServer, params: lsp.DidOpenTextDocumentParams) -> None:
    await _diagnose(ls, params.text_document.uri)


async def _changed(ls: LanguageServer, params: lsp.DidChangeTextDocumentParams) -> None:
    await _diagnose(ls, params.text_document.uri)


async def _closed(ls: LanguageServer, params: lsp.DidCloseTextDocumentParams) -> None:
    ls.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(params.text_document.uri, []))


async def _hover(ls: LanguageServer, params: lsp.HoverParams) -> lsp.Hover | None:
    text = _page(ls, params.text_document.uri)
    if text is None:
        return None
    positions = Positions(text)
    offset = positions.offset(params.position)
    for meta in read_marks(text).metas:
        for span in (meta.name_span, meta.content_span):
            if meta.name in METAS and span[0] <= offset <= span[1]:
                words = _markdown(explain(METAS[meta.name]))
                return lsp.Hover(words, positions.range(span))
    return None


async def _complete(ls: LanguageServer, params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
    text = _page(ls, params.text_document.uri)
    if text is None:
        return []
    positions = Positions(text)
    found = page_completions(text, positions.offset(params.position))
    return [
        lsp.CompletionItem(
            each.text,
            kind=lsp.CompletionItemKind.Property if each.is_name else lsp.CompletionItemKind.Value,
            detail=each.detail,
            documentation=_markdown(each.documentation),
            sort_text=f"{number:02}",
            text_edit=lsp.TextEdit(positions.range(each.span), each.text),
        )
        for number, each in enumerate(found)
    ]


async def _diagnose(ls: LanguageServer, uri: str) -> None:
    """Tell what is wrong with a document, unless it has changed again meanwhile."""
    document = _open_document(ls, uri)
    if document is None:
        return
    text, version = document.source, document.version
    diagnostics = await in_thread(_diagnostics, uri, text)
    current = _open_document(ls, uri)
    if current is not None and current.version == version:
        ls.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, diagnostics, version))


def _diagnostics(uri: str, text: str) -> list[lsp.Diagnostic]:
    if len(text) > MAX_TEXT:
        return []
    if not _is_file(uri):
        found = page_findings(text)
    elif _is_beside_a_page(uri):
        found = file_findings(text)
    else:
        found = []
    positions = Positions(text)
    return [_diagnostic(finding, positions.range(finding.span)) for finding in found]


def _diagnostic(finding: Finding, place: lsp.Range) -> lsp.Diagnostic:
    severity = lsp.DiagnosticSeverity.Error if finding.stops else lsp.DiagnosticSeverity.Warning
    return lsp.Diagnostic(place, finding.message, severity=severity, source=SOURCE)


def _open_document(ls: LanguageServer, uri: str) -> TextDocument | None:
    """The document if it is open; the library keeps documents under their unquoted addresses."""
    document: TextDocument | None = ls.workspace.text_documents.get(unquote(uri))
    return document


def _page(ls: LanguageServer, uri: str) -> str | None:
    """The text of an open page; None for all else."""
    document = _open_document(ls, uri)
    if document is None or _is_file(uri):
        return None
    text = document.source
    return text if len(text) <= MAX_TEXT else None


def _markdown(text: str) -> lsp.MarkupContent:
    return lsp.MarkupContent(lsp.MarkupKind.Markdown, text)


def _is_file(uri: str) -> bool:
    return uri.endswith(f"/{FILE_NAME}")


def _is_beside_a_page(uri: str) -> bool:
    """Other tools have files of the same name."""
    path = to_fs_path(uri)
    if path is None:
        return False
    try:
        return any(each.name.lower().endswith(HTML_SUFFIXES) for each in Path(path).parent.iterdir())
    except OSError:
        # A folder that cannot be listed has no page that could be rendered.
        return False
