"""Which responses may be a work itself, and are therefore never downloaded."""

from typing import Literal, Protocol

from crawler.engine.wire.lenient import Head

PAGE_TYPES = (b"text/", b"image/", b"font/", b"multipart/x-mixed", b"message/")
PAGE_SUBTYPES = frozenset(
    {
        b"application/atom+xml",
        b"application/ecmascript",
        b"application/feed+json",
        b"application/font-woff",
        b"application/font-woff2",
        b"application/javascript",
        b"application/json",
        b"application/json+oembed",
        b"application/ld+json",
        b"application/manifest+json",
        b"application/mpegurl",
        b"application/rdf+xml",
        b"application/rss+xml",
        b"application/vnd.apple.mpegurl",
        b"application/x-javascript",
        b"application/x-mpegurl",
        b"application/x-www-form-urlencoded",
        b"application/xhtml+xml",
        b"application/xml",
    }
)
PLAYLISTS = frozenset({b"audio/mpegurl", b"audio/x-mpegurl", b"application/dash+xml"})
VAGUE = frozenset(
    {b"", b"application/octet-stream", b"binary/octet-stream", b"application/unknown", b"unknown/unknown"}
)
_BEGINNINGS = (
    b"PK\x03\x04",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x1aE\xdf\xa3",
    b"%PDF-",
    b"ID3",
    b"OggS",
    b"fLaC",
    b"FLV\x01",
    b"MZ",
    b"\x7fELF",
    b"d8:announce",
    b"d13:announce-list",
    b"d10:created by",
    b"d7:comment",
    b"d4:info",
)
ENOUGH = 16


Verdict = Literal["page", "work", "unsure"]


class Judge(Protocol):
    """Judges a response by its head and the beginning of its body."""

    def __call__(self, head: Head, sample: bytes, path: str = "", *, complete: bool) -> Verdict: ...


LANDING_TYPES = frozenset({b"text/html", b"application/xhtml+xml"})


def judge_landing(head: Head, sample: bytes, path: str = "", *, complete: bool) -> Verdict:
    """Tell a landing page from everything else: only what says that it is HTML, and begins unlike an archive, is read."""
    kind = head.first(b"content-type").split(b";")[0].strip().lower()
    if kind and kind not in LANDING_TYPES:
        return "work"
    if head.first(b"content-disposition").strip().lower().startswith(b"attachment"):
        return "work"
    if not kind and complete and not sample:
        return "page"
    verdict = judge(head, sample, "", complete=complete)
    if verdict != "page" or kind:
        return verdict
    # Without a word on its type, a page begins like one.
    return "page" if sample.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<" else "work"


def _is_archive(sample: bytes) -> bool:
    if sample.startswith(_BEGINNINGS):
        return True
    container = sample[:4] == b"RIFF" and sample[8:12] in (b"AVI ", b"WAVE")
    return container or sample[4:8] == b"ftyp"


def judge(head: Head, sample: bytes, path: str = "", *, complete: bool) -> Verdict:
    """Tell a page (text, picture, style sheet, playlist, packed sitemap) from what may be a work or its torrent file.

    `sample` is the beginning of the body; "unsure" asks for more of it. A declared type
    decides first, then the bytes' own signature, so that an archive sent as text is seen.
    """
    kind = head.first(b"content-type").split(b";")[0].strip().lower()
    attached = head.first(b"content-disposition").strip().lower().startswith(b"attachment")
    if path.endswith(".xml.gz"):
        return "page"
    named_page = (
        kind.startswith(PAGE_TYPES) or kind in PAGE_SUBTYPES or kind in PLAYLISTS or kind.endswith((b"+xml", b"+json"))
    )
    if not named_page and kind not in VAGUE:
        return "work"
    if attached and kind in VAGUE:
        return "work"
    if len(sample) < ENOUGH and not complete:
        return "unsure"
    codings = b",".join(head.values(b"content-encoding") + head.values(b"transfer-encoding")).split(b",")
    packed = any(coding.strip().lower() not in (b"", b"identity", b"chunked") for coding in codings)
    if not packed and _is_archive(sample):
        return "work"
    if named_page or packed or not sample:
        return "page"
    text = sample.removeprefix(b"\xef\xbb\xbf").lstrip()
    return "page" if kind == b"" or text[:1] in (b"<", b"{", b"[") else "work"
