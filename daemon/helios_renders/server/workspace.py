"""Which folders the editor's window has open."""

from pathlib import Path

from lsprotocol import types as lsp
from pygls.uris import to_fs_path


def workspace_folders(params: lsp.InitializeParams) -> list[Path]:
    """The folders by the newest of the three ways in which clients tell them; empty when none is open."""
    if params.workspace_folders:
        uris = [folder.uri for folder in params.workspace_folders]
    else:
        uris = [params.root_uri] if params.root_uri else []
    paths = [path for uri in uris if (path := to_fs_path(uri))]
    if not paths and params.root_path:
        paths = [params.root_path]
    return [Path(path) for path in paths]
