"""ZIP files whose bytes depend on their content alone: stored, in a fixed order, with a fixed time (format.md 9, 11)."""

import hashlib
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from crawler.errors import StorageError
from crawler.evidence.durable import sync_folder, write_once
from crawler.evidence.making import held, settle

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP can carry."""
PIECE = 1 << 20


def entry(name: str) -> zipfile.ZipInfo:
    """A stored entry of a plain file; on every machine the same bytes."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_STORED
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    return info


def write_stored(target: IO[bytes], files: Iterable[tuple[str, Path | bytes]]) -> None:
    """Write files, in the order given, into one stored ZIP."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, content in files:
            info = entry(name)
            if isinstance(content, bytes):
                archive.writestr(info, content)
                continue
            info.file_size = content.stat().st_size
            with content.open("rb") as source, archive.open(info, "w") as member:
                shutil.copyfileobj(source, member, PIECE)


def zip_bundle(bundle: Path) -> Path:
    """Write ``<bundle>.zip`` and ``<bundle>.zip.sha256`` beside a finished bundle; returns the ZIP's path."""
    path = bundle.with_name(bundle.name + ".zip")
    temporary = path.with_name(f".{path.name}.part")
    files = sorted(file for file in bundle.rglob("*") if file.is_file())
    try:
        with held(temporary) as target:
            write_stored(target, [(f"{bundle.name}/{file.relative_to(bundle).as_posix()}", file) for file in files])
            settle(target)
            # Held until it has its name, so that nobody clears it away as abandoned.
            with temporary.open("rb") as written:
                digest = hashlib.file_digest(written, "sha256").hexdigest()
            # The digest first: a ZIP under its name always has one.
            write_once(path.with_name(path.name + ".sha256"), f"{digest}  {path.name}\n".encode("ascii"))
            temporary.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StorageError(
            f"cannot write ({error.strerror})", str(path), "free space or mend the permissions"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path
