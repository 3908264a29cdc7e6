"""A digest put into a folder: one page and one mail file for each time that it was made."""

from pathlib import Path

from crawler.desk.digest.gathering import Digest
from crawler.desk.digest.mail import mail
from crawler.desk.digest.sheet import sheet
from crawler.errors import StorageError
from crawler.whole_file import replace


def put(digest: Digest, folder: Path, contact: str, language: str) -> list[Path]:
    """Write ``digest-<UTC>.html`` and ``.eml``, whole; `language` comes first. Returns their paths. Raises StorageError."""
    name = f"digest-{digest.until:%Y%m%dT%H%M%SZ}"
    contents = {".html": sheet(digest, language).encode("utf-8"), ".eml": mail(digest, contact, language)}
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for suffix, content in contents.items():
            path = folder / f"{name}{suffix}"
            replace(path, content)
            written.append(path)
    except OSError as error:
        what = f"the digest cannot be written ({error.strerror})"
        raise StorageError(what, str(folder), "name a folder that can be written") from error
    return written
