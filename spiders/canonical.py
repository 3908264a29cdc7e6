"""The one address of a page among its many spellings."""

import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from crawler.hosts import DEFAULT_PORTS
from spiders.page import ROUTES, FetchedPage

_HEX32 = re.compile(r"[0-9a-f]{32}", re.I)
_SESSION_KEYS = {"phpsessid", "jsessionid", "oscsid", "zenid", "aspsessionid", "cfid", "cftoken"}
_HEX_SESSION_KEYS = {"sid", "s", "session", "sessionid"}
_TRACKING_KEYS = {
    "fbclid",
    "gclid",
    "yclid",
    "msclkid",
    "dclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "spm",
    "_ga",
    "fromuid",
    "fromuser",
}
_VIEW_KEYS = {
    "sk", "sd", "highlight", "hilit", "hl", "extra", "ordertype", "orderby", "sortby", "sort", "order", "sortdir",
    "sort_by", "sort_order", "sort_key", "sort_dir", "direction", "datecut", "prefixid", "prefix", "prefix_id", "authorid", "lastpostid",
    "mobile", "showmobile", "styleid", "lang", "replytocom", "ref", "from", "nocache", "prune_day", "desc", "asc",
    "loggedin", "wap2", "theme", "themeid", "fpage", "hit", "dllist", "tocomm", "first-unread", "first_unread", "firstunread",
}  # fmt: skip
# A wiki's page among its own older states.
_REVISION_KEYS = {"diff", "oldid", "direction", "redlink"}
_FIRST_PAGE = {"page": "1", "pg": "1", "paged": "1", "pn": "1", "cpage": "1", "pagenum": "1", "start": "0", "st": "0",
               "offset": "0", "pageno": "1", "currentpage": "1"}  # fmt: skip
_DEFAULT_VIEWS = {("st", "0"), ("filter", "author"), ("view", "all")}
_ID_KEYS = {"id", "fid", "tid", "f", "t", "topic", "board", "forum", "thread"}
_PATH_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.I)
_FIRST_PATH_PAGE = re.compile(r"/(?:page/1|page-1|p1)(/?)$", re.I)
_POST_ANCHOR = re.compile(r"[a-z_-]*\d+", re.I)
_SAFE = "/:@!$'()*+,;=~"
_SAFE_QUERY = "/:@!$'()*+,;=~?[]"
_PLAIN = re.compile(r"[\w.~/:@!$'()*+,;=-]*", re.A)
_EITHER = re.compile("([&;])")
_AMPERSAND = re.compile("(&)")
_KEPT_ENCODED = re.compile(r"(%2[356f]|%3[bdf]|%2b|%0[0-9a-f]|%7f)", re.I)
_LINE_ENDS = str.maketrans("", "", "\t\r\n")


def _folded(text: str, safe: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    # What cannot be told apart once decoded stays encoded.
    pieces = _KEPT_ENCODED.split(text)
    return "".join(
        piece.upper() if position % 2 else quote(unquote_to_bytes(piece.encode("utf-8", "replace")), safe=safe)
        for position, piece in enumerate(pieces)
    )


def _is_noise(key: str, value: str, keys: set[str]) -> bool:
    name = key.lower()
    if name in _SESSION_KEYS or name in _TRACKING_KEYS or name.startswith("utm_"):
        return True
    if name in _HEX_SESSION_KEYS and _HEX32.fullmatch(value):
        return True
    if name in _VIEW_KEYS or (name, value) in _DEFAULT_VIEWS:
        return True
    if _FIRST_PAGE.get(name) == value:
        return True
    if name in _REVISION_KEYS and "title" in keys:
        return True
    # Elsewhere p names a post.
    return name == "p" and value == "1" and "id" in keys


def canonical(url: str, keep_anchor: bool = False) -> str:
    """The canonical spelling of an absolute http(s) URL.

    Session ids, tracking, sorting, highlighting, the number of a first page and fragments are dropped; percent-encoding
    is folded. ``keep_anchor`` keeps a fragment that names a post, for a post's permalink. A fragment that is a route of a
    page's own scripts (``#/`` or ``#!/`` and more) is part of the address: pages without scripts name none.
    Raises ValueError for no URL.
    """
    plain, _, fragment = url.strip().partition("#")
    if fragment.startswith(ROUTES):
        return _routed(plain, fragment.translate(_LINE_ENDS))
    anchor = fragment.translate(_LINE_ENDS) if keep_anchor and fragment else ""
    return f"{_canonical(plain)}#{anchor}" if anchor and _POST_ANCHOR.fullmatch(anchor) else _canonical(plain)


def _routed(plain: str, fragment: str) -> str:
    """An address with a route, which is spelled like path and query."""
    mark, _, route = fragment.partition("/")
    found = _canonical(f"http://route/{route}").removeprefix("http://route")
    return f"{_canonical(plain)}#{mark}{found}" if found != "/" else _canonical(plain)


@lru_cache(maxsize=4096)
def _where(scheme: str, netloc: str) -> str:
    """Host and port in their one spelling, the scheme's own port left out."""
    parts = urlsplit(f"//{netloc}")
    host, port = (parts.hostname or "").lower(), parts.port
    host = f"[{host}]" if ":" in host else host
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    return host if port in (None, DEFAULT_PORTS.get(scheme)) else f"{host}:{port}"


@lru_cache(maxsize=16384)
def _canonical(url: str) -> str:
    parts = urlsplit(url)
    where = _where(parts.scheme, parts.netloc)
    path = _PATH_SESSION.sub("", parts.path) or "/"
    if "/." in path:
        path = urlsplit(urljoin(f"http://x{path}", path)).path
    path = _FIRST_PATH_PAGE.sub(r"\1", path) or "/"
    query = parts.query
    kept: list[str] = []
    if query:
        pieces = _EITHER.split(query) if ";" in query and "=" in query else _AMPERSAND.split(query)
        fields = [(piece, *piece.partition("=")[::2]) for piece in pieces[::2]]
        keys = {key.lower() for _, key, _ in fields if key.lower() in _ID_KEYS or key.lower() == "title"}
        separator = ";" if ";" in pieces[1::2] else "&"
        kept = [
            _folded(piece, _SAFE_QUERY) for piece, key, value in fields if piece and not _is_noise(key, value, keys)
        ]
        query = separator.join(dict.fromkeys(kept))
    return f"{parts.scheme}://{where}{_folded(path, _SAFE)}" + (f"?{query}" if query else "")


def canonical_link(page: FetchedPage, link: str | None, keep_anchor: bool = False) -> str | None:
    """The canonical address of a link on a page; None for what leads to no page."""
    absolute = page.resolve(link)
    if absolute is None:
        return None
    try:
        return canonical(absolute, keep_anchor)
    except (ValueError, UnicodeError):
        return None
