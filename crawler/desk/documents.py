"""Files that people enter as proof or authority: kept in the workspace as they came, under the name of their hash."""

from pathlib import Path

from crawler.errors import UsageError
from crawler.evidence.canonical import sha256_hex
from crawler.evidence.durable import write_once
from crawler.workspace import Workspace

FOLDER = "documents"
"""In a workspace."""


def keep(workspace: Workspace, document: Path) -> str:
    """Keep a copy of a document; returns its SHA-256. Raises UsageError where it cannot be read."""
    try:
        data = document.read_bytes()
    except OSError as error:
        raise UsageError(f"the document cannot be read ({error.strerror})", str(document), "check the path") from None
    folder = workspace.folder / FOLDER
    folder.mkdir(exist_ok=True)
    digest = sha256_hex(data)
    write_once(folder / f"{digest}{document.suffix.lower()}", data)
    return digest
