"""CDXJ: where each record of a segment lies (format.md 6.2)."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.evidence.warc_record import PlacedRecord, Record

_CONTENT_TYPE = re.compile(rb"\r?\ncontent-type:[ \t]*([^\r\n;]{1,100})", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/\d\S*[ \t]+(\d{3})")


@dataclass(frozen=True, slots=True, order=True)
class IndexLine:
    """One line of a CDXJ index."""

    key: str
    time: str
    """14 digits."""
    facts: str
    """JSON."""

    def rendered(self) -> str:
        """The line as it stands in the file."""
        return f"{self.key} {self.time} {self.facts}\n"


def line_of(record: Record, placed: PlacedRecord, filename: str) -> IndexLine | None:
    """The index line of a response or resource record; None for every other type, which replay does not need."""
    if placed.type not in ("response", "resource"):
        return None
    url = record.field("WARC-Target-URI") or ""
    facts: dict[str, str] = {"url": url}
    if placed.type == "response":
        head = record.block[:65536]
        status = _STATUS.match(head)
        kind = _CONTENT_TYPE.search(head.partition(b"\r\n\r\n")[0])
        facts["mime"] = kind[1].decode("latin-1").strip().lower() if kind else "unk"
        if status:
            facts["status"] = status[1].decode()
    else:
        facts["mime"] = record.field("Content-Type") or "unk"
        facts["status"] = "200"
    digest = record.field("WARC-Payload-Digest") or record.field("WARC-Block-Digest")
    if digest:
        facts["digest"] = digest
    facts |= {
        "length": str(placed.length),
        "offset": str(placed.offset),
        "filename": filename,
        "recordDigest": f"sha256:{placed.sha256}",
    }
    time = re.sub(r"\D", "", record.field("WARC-Date") or "")[:14]
    return IndexLine(sort_key(url), time, json.dumps(facts, ensure_ascii=False))


def rendered(lines: Iterable[IndexLine]) -> bytes:
    """The index file: lines in order of key and time."""
    return "".join(line.rendered() for line in sorted(lines)).encode("utf-8")


def sort_key(url: str) -> str:
    """The SURT form of a URL: host labels reversed, then path and sorted query, lower case."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return _plain(url)
    if parts.scheme not in ("http", "https") or not host:
        return _plain(url)
    labels = host.split(".") if ":" not in host and not host.replace(".", "").isdigit() else [host]
    if labels[0] == "www" and len(labels) > 1:
        labels = labels[1:]
    surt = ",".join(reversed(labels))
    if port and port != {"http": 80, "https": 443}[parts.scheme]:
        surt += f":{port}"
    path = parts.path.rstrip("/") or "/"
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return _plain(f"{surt}){path}{'?' + query if query else ''}".lower())


def _plain(text: str) -> str:
    return re.sub(r"\s", "%20", text)
