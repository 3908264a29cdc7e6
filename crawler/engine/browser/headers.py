"""The headers of a recorded response as Chromium may be given them."""

import re
from collections.abc import Iterable

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_LEFT_OUT = frozenset(
    {
        # Hop by hop (RFC 9110, 7.6.1), and encodings that are undone already.
        "connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "content-encoding", "content-length",
        # They would make the browser report, remember or fetch by itself.
        "content-security-policy-report-only", "report-to", "reporting-endpoints", "nel", "alt-svc",
        "strict-transport-security", "clear-site-data", "expect-ct", "set-cookie2", "accept-ch", "critical-ch",
        # A page that asks to be saved shall be shown.
        "content-disposition",
    }
)  # fmt: skip


def shown_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names in lower case; repeated ones joined (Set-Cookie by line, as Playwright wants it); unfit ones left out."""
    kept: dict[str, str] = {}
    for name, value in headers:
        name, value = name.strip().lower(), value.strip()
        if name in _LEFT_OUT or not _TOKEN.fullmatch(name) or not value.isascii() or not value.isprintable():
            continue
        if name in kept:
            kept[name] += ("\n" if name == "set-cookie" else ", ") + value
        else:
            kept[name] = value
    return kept


def header(headers: Iterable[tuple[str, str]], wanted: str) -> str | None:
    """The first value of a header, whatever the case of its name; None without one."""
    return next((value.strip() for name, value in headers if name.strip().lower() == wanted), None)
