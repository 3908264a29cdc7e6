"""Captures that another made: WARC files, WACZ archives and bundles, each page in them a clue for a visit of our own."""

import io
import json
import zipfile
from typing import Any

from lxml import html as markup
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.casework.leads.address import host_of
from crawler.casework.leads.clue import MOST, Clue
from crawler.errors import UsageError

LIMIT = 256 * 1024 * 1024
"""Bytes that one member of an archive may unpack to."""
UNPACKED = 1024 * 1024 * 1024
"""Bytes that all members of an archive may unpack to."""
MEMBERS = 200_000
"""Files in an archive."""
TASTE = 256 * 1024
"""Bytes of a page that are read for its title."""


def of_warc(data: bytes, name: str) -> list[Clue]:
    """A clue for each page that a WARC file (ISO 28500) holds as an answer. Raises UsageError for what is none."""
    clues: list[Clue] = []
    try:
        for record in ArchiveIterator(io.BytesIO(data)):
            if len(clues) > MOST:
                break
            if record.rec_type != "response" or not record.http_headers:
                continue
            kind = (record.http_headers.get_header("Content-Type") or "").lower()
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            if record.http_headers.get_statuscode() == "200" and "html" in kind and url:
                seen = record.rec_headers.get_header("WARC-Date") or ""
                clues.append(Clue(url, host_of(url), note=_title(record.content_stream().read(TASTE)), seen_at=seen))
    except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
        raise UsageError(f"not a WARC file that can be read ({error})", name, "ask for it again") from None
    return clues


def of_zip(data: bytes, name: str) -> tuple[str, list[Clue], dict[str, Any]]:
    """Form (``wacz`` or ``bundle``), clues and facts of an archive. Raises UsageError for any other archive."""
    # Counted before the directory is parsed: each entry of it begins so.
    if data.count(b"PK\x01\x02") > MEMBERS:
        raise UsageError(f"more than {MEMBERS} files in it", name, "ask for parts")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise UsageError(f"not an archive that can be read ({error})", name, "ask for it again") from None
    with archive:
        if sum(member.file_size for member in archive.infolist()) > UNPACKED:
            raise UsageError(f"it unpacks to more than {UNPACKED >> 20} MB", name, "ask for parts")
        names = archive.namelist()
        if hits := sorted(one for one in names if one.endswith("/hit.json") and "/captures/" in one):
            case = next((one for one in names if one.endswith("data/case.json")), None)
            return "bundle", [_hit(_json(archive, one, name)) for one in hits], _case(archive, case, name)
        if "datapackage.json" in names:
            held = [one for one in names if one.startswith("archive/") and one.endswith((".warc", ".warc.gz"))]
            clues = [clue for one in held for clue in of_warc(_member(archive, one, name), f"{name}: {one}")]
            return "wacz", clues, {"archives": held}
    raise UsageError("neither a WACZ archive nor a bundle", name, "give .wacz, a bundle's .zip, or the files in it")


def _hit(hit: dict[str, Any]) -> Clue:
    url, links = str(hit.get("url", "")), hit.get("links")
    return Clue(
        url,
        host_of(url),
        title=str(hit.get("title") or ""),
        seen_at=str(hit.get("seen_last") or ""),
        note=" ".join(str(link.get("url", "")) for link in links if isinstance(link, dict))
        if isinstance(links, list)
        else "",
        original=hit,
    )


def _case(archive: zipfile.ZipFile, member: str | None, name: str) -> dict[str, Any]:
    if member is None:
        return {}
    case = _json(archive, member, name)
    return {"case": case.get("case_id"), "title": case.get("title"), "collector": case.get("collector")}


def _json(archive: zipfile.ZipFile, member: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(_member(archive, member, name))
    except ValueError as error:
        raise UsageError(
            f"a file of the bundle is damaged ({error})", f"{name}: {member}", "ask for it again"
        ) from None
    return found if isinstance(found, dict) else {}


def _member(archive: zipfile.ZipFile, member: str, name: str) -> bytes:
    with archive.open(member) as file:
        data = file.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise UsageError(
            f"a file of the archive unpacks to more than {LIMIT >> 20} MB", f"{name}: {member}", "ask for parts"
        )
    return data


def _title(page: bytes) -> str:
    try:
        found = markup.document_fromstring(page).findtext(".//title")
    except (ValueError, markup.etree.ParserError):
        return ""
    return " ".join((found or "").split())
