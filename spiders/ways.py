"""Which links are worth following: list pages, topic pages and their numbered pages; what must never be requested."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal
from urllib.parse import unquote, urlsplit

from crawler.hosts import DEFAULT_PORTS
from crawler.model import Site

Kind = Literal["list", "topic", "post", "unknown", "never"]

_MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|css|js|json|xml|rss|atom|pdf|epub|mobi|azw3?|zip|rar|7z|gz|tgz|tar|bz2|xz|iso|exe|msi|dmg|apk|torrent"
    r"|mp3|m4a|m4b|flac|ogg|wav|mp4|m4v|mkv|avi|mov|wmv|webm|ts|m3u8?|srt|ass|woff2?|ttf|eot|txt|nzb|swf)$",
    re.I,
)
_WORDS: dict[str, list[str]] = tomllib.loads(files("spiders").joinpath("addresses.toml").read_text("utf-8"))
_NEVER_WORDS = frozenset(_WORDS["never"])
_NAMESPACES = frozenset(_WORDS["namespaces"])
_NEVER_KEYS = frozenset(_WORDS["never_keys"])
_ROUTING_KEYS = frozenset(_WORDS["routing_keys"])
_TOPIC_WORDS = frozenset(_WORDS["topic"])
_LIST_WORDS = frozenset(_WORDS["list"])
# As a script or an action these change something or lead away; as a folder they may hold the entries of a blog.
_FOLDERS_TOO = frozenset(_WORDS["folders_too"])
_POST_KEYS = frozenset(_WORDS["post_keys"])
_POST_VIEWS = frozenset(_WORDS["post_views"])
_TOPIC_KEYS = frozenset(("id", "tid", "t", "topic", "aid", "ptid", "threadid"))
_SHELF_NAMES = frozenset(_WORDS["shelf_names"])
_ITEM_KEYS = frozenset(("id", "aid", "no", "num", "article", "articleid"))
_SHELF_KEYS = frozenset(("board", "boardid", "forum", "cat"))
_ARCHIVED = re.compile(r"(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])?(?:\.html?)?$)\d+(?:\.html?)?")
_PERMALINK_SEGMENT = re.compile(
    r"(?:post|comment|msg)-?\d+|latest|unread|last|new|lastpost|newest|last-page|find", re.I
)
_ID = re.compile(r"\d+|[\w%.~-]*?(?:[.-]\d+|\d+-)[\w%.~-]*", re.I)
_SHELVES = frozenset(("shop", "store", "products", "torrents", "catalog", "catalogue"))
_BOARD_WORDS = frozenset(("forum", "forums", "board", "boards"))
_NUMBERED_TITLE = re.compile(r"(?!(?:19|20)\d\d-)\d+-[^/]*", re.I)
_PAGE_KEYS = tuple(_WORDS["page_keys"])
_VIEWS = frozenset(("index.html", "index", "active", "latest", "recent", "popular", "hot", "unanswered", "top"))
_PAGED_BY_P = frozenset(("id", "fid", "tid", "q", "c", "board"))
_PAGE_PATH = re.compile(r"/(?:page[/:-]?(\d{1,6})|p(\d{1,3}))/?$", re.I)
_TWO_NUMBERS = re.compile(r"(/(?:threads?|topics?|viewtopic|viewthread|showthread)/\d+)/(\d{1,4})(/?)$", re.I)
_SMF_OFFSET = re.compile(r"(?<=[?;&])((?:board|topic)=\d+)\.(\d+)", re.I)
_REWRITTEN = re.compile(r"/((?:thread|forum|topic|viewthread|list|f|t)-\d+)-(\d+)(-\d+)?(\.html?)$", re.I)
_REWRITTEN_WORD = re.compile(r"/((?:thread|forum|topic)-\d+)-page-(\d+)(\.html?)?$", re.I)
# A day is written like its month: /2026/09/9/ is the entry called 9.
_DATE_ARCHIVE = re.compile(r"/(?:19|20)\d\d(?!/0\d/\d/?$)(?:/\d{1,2}){0,2}/?$")
_ORIGIN = re.compile(r"([a-z]+)://([^/?#]*)", re.I)
_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jsp|cgi|pl|do|cfm)$", re.I)


def within(site: Site, url: str) -> bool:
    """Whether an address is on one of the site's host:port."""
    found = _ORIGIN.match(url)
    return found is not None and _host_port(found[1], found[2]) in site.hosts


@lru_cache(maxsize=4096)
def _host_port(scheme: str, netloc: str) -> str | None:
    parts = urlsplit(f"//{netloc}")
    try:
        port = parts.port or DEFAULT_PORTS.get(scheme.lower(), 0)
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@lru_cache(maxsize=16384)
def _fields(query: str) -> tuple[tuple[str, str], ...]:
    pieces = re.split("[&;]", query)
    return tuple((key.lower(), unquote(value)) for key, _, value in (piece.partition("=") for piece in pieces) if key)


def _is_path(query: str) -> bool:
    return "/" in query and "=" not in query.partition("/")[0]


def _segments(path: str) -> list[str]:
    return [unquote(piece).lower() for piece in path.split("/") if piece]


@lru_cache(maxsize=16384)
def kind_of(url: str) -> Kind:
    """What a canonical URL's own words say of the page behind it."""
    head, _, route = url.partition("#")
    # The route of a page's own scripts stands in the place of a path.
    parts = urlsplit(f"http://route{route.removeprefix('!')}" if route.startswith(("/", "!/")) else head)
    if _MEDIA.search(parts.path):
        return "never"
    segments = _segments(parts.path)
    fields = _fields(parts.query)
    if _is_path(parts.query):
        segments, fields = _segments(parts.query), ()
    names = [_SCRIPT.sub("", segment) for segment in segments]
    # The last piece of a path may be a free title; it counts as a word only when the whole piece is one.
    for position, name in enumerate(names):
        if name not in _NEVER_WORDS and segments[position] not in _NEVER_WORDS:
            continue
        if name in ("archive", "archives") and len(names) == position + 2 and _ARCHIVED.fullmatch(segments[-1]):
            # Some blogs keep each entry in their archive by its number; a year or a month holds many.
            return "topic"
        folder = name in _FOLDERS_TOO and name == segments[position] and position + 1 < len(names)
        if not folder and not _is_free(names, position):
            return "never"
    if any(_in_namespace(name) for name in (*segments, *(value for key, value in fields if key == "title"))):
        return "never"
    for key, value in fields:
        if key in _NEVER_KEYS or (key in _ROUTING_KEYS and value.lower() in _NEVER_WORDS):
            return "never"
        if not value and key in _NEVER_WORDS:
            return "never"
    if _DATE_ARCHIVE.fullmatch(parts.path):
        return "never"
    return _named(names, fields)


def _in_namespace(name: str) -> bool:
    """Whether a wiki keeps no entry under a name: its special pages, its files, what people say of pages."""
    space, colon, rest = name.partition(":")
    return bool(colon and rest) and space.lower() in _NAMESPACES


def _is_free(names: list[str], position: int) -> bool:
    """A word after a topic's or category's number is part of a title, /topic/12/search/; some name a category themselves."""
    if (
        position
        and names[position] in _SHELF_NAMES
        and any(name in _LIST_WORDS or name == "t" for name in names[:position])
    ):
        return True
    return (
        position >= 2
        and any(name in _TOPIC_WORDS or name in _LIST_WORDS for name in names[: position - 1])
        and _ID.fullmatch(names[position - 1]) is not None
    )


def _named(names: list[str], fields: tuple[tuple[str, str], ...]) -> Kind:
    if len(names) == 2 and names[0] in ("post", "posts", "comment", "comments") and names[1].isdigit():
        return "post"
    if any(key == "topic" and not re.fullmatch(r"\d+(?:\.\d+)?|[\w-]*\d[\w-]*", value) for key, value in fields):
        return "post"
    if any((key in _ROUTING_KEYS or key in _PAGE_KEYS) and value.lower() in _POST_VIEWS for key, value in fields):
        return "post"
    keys = {key for key, _ in fields}
    routed = {value.lower() for key, value in fields if key in _ROUTING_KEYS}
    script = names[-1] if names else ""
    if keys & _POST_KEYS and (
        script in _TOPIC_WORDS or routed & _TOPIC_WORDS or (script in ("index", "") and "msg" in keys)
    ):
        # Some software numbers a topic's pages with p, beside the topic's id; elsewhere p names a post.
        numbers_pages = keys & {"id", "tid", "topic"} and (keys & _POST_KEYS) == {"p"} and "t" not in keys
        if not numbers_pages:
            return "post"
    if fields:
        if script in _TOPIC_WORDS and "fid" in keys and not keys & _TOPIC_KEYS and not routed & _TOPIC_WORDS:
            return "list" if _has_id(fields) else "unknown"
        if script in _TOPIC_WORDS or routed & _TOPIC_WORDS or "topic" in keys or "tid" in keys:
            return "topic" if _has_id(fields) else "unknown"
        if (
            keys & _SHELF_KEYS
            and script not in _LIST_WORDS
            and not routed & _LIST_WORDS
            and any(key in _ITEM_KEYS and value.isdigit() for key, value in fields)
        ):
            return "topic"
        if script in _LIST_WORDS or routed & _LIST_WORDS or keys & {"board", "fid", "forum", "cat"}:
            named = any(key == "board" and re.fullmatch(r"[\w.-]+", value) for key, value in fields)
            return "list" if named or _has_id(fields) else "unknown"
    if len(names) == 1 and names[0] in _SHELVES and not fields:
        return "list"
    for position, name in enumerate(names):
        rest = names[position + 1 :]
        rewritten = re.fullmatch(
            r"(thread|topic|viewthread|t|read|forum|board|list|f|fid|tid)-(\d[\w-]*)(?:\.html?)?", name
        )
        if rewritten:
            return "topic" if rewritten[1] in ("thread", "topic", "viewthread", "t", "read", "tid") else "list"
        if (name in _TOPIC_WORDS or name in _LIST_WORDS) and rest and rest[0] in _VIEWS:
            # Another view of what the lists hold already.
            return "unknown"
        if name == "questions" and rest and not rest[0][:1].isdigit():
            # /questions/tagged/films is a list of them.
            return "unknown"
        if name in _TOPIC_WORDS and rest:
            if _PERMALINK_SEGMENT.fullmatch(rest[-1]) and len(rest) > 1:
                return "post"
            # Beside a topic's path p numbers a page as often as a post.
            return "post" if keys & _POST_KEYS - {"p"} else "topic"
        if name in _BOARD_WORDS and len(rest) > 1 and _NUMBERED_TITLE.fullmatch(rest[-1]) and not rest[0][:1].isdigit():
            # /forums/main/films/317-its-title lies below its board.
            return "post" if keys & _POST_KEYS else "topic"
        if name in _LIST_WORDS and rest:
            deeper = next((piece for piece in rest[1:] if piece in _TOPIC_WORDS), None)
            if not deeper or len(rest) < 3:
                return "list"
            return "post" if keys & _POST_KEYS - {"p"} else "topic"
    return "unknown"


def _has_id(fields: tuple[tuple[str, str], ...]) -> bool:
    return any(re.search(r"\d", value) for key, value in fields if key not in _PAGE_KEYS) or any(
        re.fullmatch(r"[^=]*\d[^=]*", key) for key, value in fields if not value
    )


@lru_cache(maxsize=16384)
def split_page(url: str) -> tuple[str, int | None]:
    """A canonical URL without its page number, and that number or offset; None for the first page's form."""
    head, mark, query = url.partition("?")
    if _is_path(query):
        # index.php?threads/name.12/page-2
        head, mark, query = url, "", ""
    found = _PAGE_PATH.search(head)
    if found:
        base = head[: found.start()]
        slash = "/" if head.endswith("/") or not urlsplit(base).path or "page-" in found[0] else ""
        return base + slash + mark + query, int(found[1] or found[2])
    found = _TWO_NUMBERS.search(head)
    if found:
        return f"{head[: found.end(1)]}{found[3]}{mark}{query}", int(found[2])
    found = _REWRITTEN.search(head)
    if found:
        first = f"{head[: found.start()]}/{found[1]}-1{'-1' if found[3] else ''}{found[4]}"
        return first + mark + query, int(found[2])
    found = _REWRITTEN_WORD.search(head)
    if found:
        return f"{head[: found.start()]}/{found[1]}{found[3] or ''}{mark}{query}", int(found[2])
    if not query:
        return url, None
    smf = _SMF_OFFSET.search(mark + query)
    if smf:
        rest = (mark + query)[: smf.start()] + f"{smf[1]}.0" + (mark + query)[smf.end() :]
        return head + rest, int(smf[2]) or None
    pieces = re.split("([&;])", query)
    keys = {piece.partition("=")[0].lower() for piece in pieces[::2]}
    for key in _PAGE_KEYS:
        for position in range(0, len(pieces), 2):
            name, _, value = pieces[position].partition("=")
            if name.lower() != key or not value.isdigit():
                continue
            if key == "p" and not (keys & _PAGED_BY_P or (head.endswith("/") and head.count("/") > 3)):
                continue
            kept = [piece for place, piece in enumerate(pieces[::2]) if place != position // 2]
            joined = ("&" if "&" in pieces or ";" not in pieces else ";").join(kept)
            return head + (f"?{joined}" if joined else ""), int(value)
    return url, None


def first_page(url: str) -> str:
    """The first page's form of a canonical URL."""
    return split_page(url)[0]


def without_post(url: str) -> str:
    """A topic's address without the trailing number of one of its posts: /topic/7/slug/12, /d/7-slug/12, /t/slug/7/12."""
    parts = urlsplit(url)
    pieces = parts.path.split("/")
    lowered = [piece.lower() for piece in pieces]
    start = next((place for place, piece in enumerate(lowered) if piece in _TOPIC_WORDS), None)
    if start is None or parts.query:
        return url
    rest = [piece for piece in pieces[start + 1 :] if piece]
    numbered = (len(rest) == 3 and rest[-1].isdigit()) or (
        # /t/24-hours/7 is a topic called 24-hours.
        len(rest) == 2 and lowered[start] != "t" and re.match(r"\d+-", rest[0]) is not None and rest[1].isdigit()
    )
    if not numbered:
        return url
    return f"{parts.scheme}://{parts.netloc}{'/'.join([*pieces[: start + 1], *rest[:-1]])}{'/' if parts.path.endswith('/') else ''}"
