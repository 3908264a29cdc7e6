"""What a cell or a line of a lead means as an address: a link in any disguise, or a bare host."""

import re
from urllib.parse import urlsplit

from crawler.hosts import as_address
from crawler.targets.address import is_top_level
from crawler.targets.finding import normalise_url

_WEB = re.compile(r"https?://", re.IGNORECASE)
_SCHEME = re.compile(r"(?:magnet:|ed2k://|thunder://|flashget://|qqdl://)", re.IGNORECASE)
_HOST = re.compile(r"(?:\*\.)?((?:[\w-]{1,63}\.)+[\w-]{1,63})(?::\d{1,5})?\.?", re.UNICODE)


def address(written: str) -> tuple[str, str] | None:
    """URL and host of a written address; the URL is empty for a bare host; None for what is no address.

    >>> address("hxxps://Board[.]example/t/1"), address("BOARD.example"), address("see the file")
    (('https://Board.example/t/1', 'board.example'), ('', 'board.example'), None)
    """
    written = written.strip().strip("<>\"'`")
    if not written or any(character.isspace() for character in written):
        return None
    if found := _HOST.fullmatch(written):
        host = found[1].lower()
        return ("", host) if _is_host(host) else None
    url = normalise_url(written)
    if _SCHEME.match(url):
        return url, ""
    if not _WEB.match(url):
        host, _, path = url.partition("/")
        plain = _HOST.fullmatch(host)
        if not (path and plain and _is_host(plain[1].lower())):
            return None
        url = f"https://{url}"
    host = host_of(url)
    return (url, host) if host else None


def _is_host(name: str) -> bool:
    return as_address(name) is not None or is_top_level(name.rpartition(".")[2])


def host_of(url: str) -> str:
    """The host of a URL, in lower case; empty where it names none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
