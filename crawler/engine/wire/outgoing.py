"""The bytes of a request, as they are sent."""

import re
from urllib.parse import urlsplit

from scrapy import Request

from crawler.errors import UsageError

_BREAKS = re.compile(rb"[\r\n\0]")
_TARGET = re.compile(r"[!-~]+")
_OURS = frozenset({b"host", b"connection", b"content-length", b"transfer-encoding", b"proxy-authorization"})


def request_bytes(request: Request, url: str) -> bytes:
    """Serialise a request for HTTP/1.1 and one exchange (``Connection: close``).

    Credentials in the URL are not sent. Raises UsageError when a header or the URL could
    smuggle a second request.
    """
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if "?" in url else "")
    if not _TARGET.fullmatch(target):
        raise UsageError("a URL that cannot be sent as it is", url, "percent-encode it")
    lines = [
        f"{request.method} {target} HTTP/1.1\r\n".encode("ascii"),
        b"Host: " + parts.netloc.rpartition("@")[2].encode("idna" if not parts.netloc.isascii() else "ascii") + b"\r\n",
    ]
    for name, values in request.headers.items():
        if name.lower() in _OURS:
            continue
        for value in values:
            if _BREAKS.search(name) or _BREAKS.search(value):
                raise UsageError("a request header with a line break", repr(name), "remove the line break")
            lines.append(name + b": " + value + b"\r\n")
    lines.append(b"Connection: close\r\n")
    if request.body or request.method in ("POST", "PUT"):
        lines.append(b"Content-Length: %d\r\n" % len(request.body))
    lines.append(b"\r\n")
    lines.append(request.body)
    return b"".join(lines)
