"""Open directories of any server: nginx, Apache, lighttpd, Caddy, copyparty, h5ai's plain view and their like.

The listing is the file: its address is the listing's own and its target, the folder is the page that shows it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.json_text import data_of
from crawler.reading import Link, Reading
from spiders.calibration import Calibration
from spiders.canonical import canonical
from spiders.files import Entry, is_side_folder, name_of, offers, size_in
from spiders.page import FetchedPage
from spiders.posts import moment_of, read_time, words
from spiders.recognition import Basis, Sign
from spiders.walls import state_without_content
from spiders.ways import within
from spiders.xpath import Elements

BASIS = Basis("pages", "nginx autoindex, copyparty, Python's http.server")
HINTS = (
    "index of",
    "directory listing",
    "listing of",
    "parent directory",
    "../",
    "ht_brw",
    "h5ai",
    "go-up",
    "目录",
    "目錄",
)
SIGNS = (
    Sign("html", re.compile(r"<title>[^<]{0,80}?(?:Index of|Directory listing (?:for|of)|Listing of|Directory:?) */", re.I), 0.4),
    Sign("html", re.compile(r"<h[1-3][^>]*>(?:\s|<[^>]+>)*(?:Index of|Directory listing (?:for|of)|Listing of|Directory:?) */", re.I), 0.4),
    Sign("html", re.compile(r"<a[^>]+href=\"?(?:\.\.?/|[^\">]*)\"?[^>]*>(?:\s|<[^>]+>)*(?:\.\./?|Parent Directory|\[To Parent Directory\]|上级目录|上一级|返回上级|父目录)", re.I), 0.3),
    Sign("html", re.compile(r"href=\"\?C=[NMSD][;&](?:amp;)?O=[AD]\"", re.I), 0.5),
    Sign("html", re.compile(r"<pre>(?:<img[^>]*>\s*)?<a href=\"", re.I), 0.2),
    Sign("html", re.compile(r"<html[^>]*id=\"ht_brw\"", re.I), 0.4),
    Sign("html", re.compile(r"<table[^>]*id=\"files\"|/\.cpr/", re.I), 0.3),
    Sign("html", re.compile(r"class=\"foot\">lighttpd|_h5ai/|class=\"go-up\"|caddyserver\.com|summary=\"Directory Listing\"", re.I), 0.4),
    Sign("html", re.compile(r"id=\"fallback\"|<td class=\"[ns]\">|<th[^>]*>(?:\s|<[^>]+>)*(?:Last modified|Size|名称|大小|修改时间)", re.I), 0.3),
    Sign("html", re.compile(r"\[To Parent Directory\]</A>(?:<br>)+\s*\d", re.I), 0.5),
    Sign("header", re.compile(r"^server: (?:nginx|openresty|tengine|apache|lighttpd|caddy|simplehttp|darkhttpd|thttpd|microsoft-iis)", re.I), 0.2),
)  # fmt: skip

_INDEX_TITLE = re.compile(r"<title>\s*(?:Index of|Directory listing (?:for|of)|Listing of) */", re.I)
_BODY_ANCHORS = Elements("//body//a[@href]")
_MONTH_IN_MIDDLE = re.compile(r"((?:19|20)\d\d)-([A-Z][a-z]{2})-(\d\d)(?= +\d\d:)")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_ROWS = frozenset(("tr", "li"))
_LOOP = 3
_PROBE = re.compile(r"\.(?:txt|nfo|md|sfv|md5|srt|log|diz)$", re.I)
_LARGEST_PROBE = 300_000


def is_index(page: FetchedPage) -> bool:
    """Whether a page surely is a server's listing of a folder: its title says so and its links lead to the folder's own files."""
    return page.status < 400 and _INDEX_TITLE.search(page.text[:3000]) is not None and len(_children(page)) > 0


def tells_clock(page: FetchedPage, calibration: Calibration) -> bool:
    """Whether a page is the file that was asked for because of its Last-Modified; the site's zone is then taken from it."""
    if calibration.facts.get("clock-file") != page.url:
        return False
    calibration.told_by_file(calibration.facts["clock-text"], page.headers.get("last-modified"))
    return True


def read(page: FetchedPage, calibration: Calibration | None = None) -> Reading:
    """Read a folder's page: a listing for each file that may be a copy, a link for each folder."""
    calibration = calibration if calibration is not None else Calibration()
    calibration.learn(page)
    children = _children(page) if page.status < 400 else {}
    if not children:
        state, notes = state_without_content(page)
        ended = page.status < 400 and (_INDEX_TITLE.search(page.text[:3000]) is not None or "ht_brw" in page.text[:200])
        return Reading("empty" if ended else state, page.role, canonical(page.url), title=page.title, notes=notes)
    return _reading(page, [_entry(url, anchor, calibration, page) for url, anchor in children.items()], calibration)


def read_document(page: FetchedPage, calibration: Calibration) -> Reading | None:
    """Read a folder given as JSON (nginx, copyparty) or XML (nginx); None for another document."""
    if page.status >= 400:
        return None
    head = page.body[:200].lstrip()
    entries = list(_from_xml(page) if head[:1] == b"<" else _from_json(page))
    return _reading(page, entries, calibration) if entries else None


def _reading(page: FetchedPage, entries: list[Entry], calibration: Calibration) -> Reading:
    here = canonical(page.url)
    folder = name_of(here)
    links = [
        Link(canonical(entry.url), "list", entry.posted_at_text, 20)
        for entry in entries
        if entry.is_folder and not is_side_folder(entry.name) and not _loops(entry.url)
    ]
    probe = _probe(entries, calibration)
    return Reading(
        "ok", "list", here, title=page.title or folder, listings=offers(page, entries, folder), links=(*probe, *links)
    )


def _children(page: FetchedPage) -> dict[str, HtmlElement]:
    """Address -> the anchor that names it, for the anchors that lead one step down from this folder."""
    parts = urlsplit(page.base_url)
    folder = unquote(parts.path[: parts.path.rfind("/") + 1] or "/")
    found: dict[str, HtmlElement] = {}
    for anchor in _BODY_ANCHORS(page.root):
        href = (anchor.get("href") or "").strip()
        if not href or href[0] in "?#" or "nofollow" in (anchor.get("rel") or ""):
            continue
        url = page.resolve(href)
        if url is None or not within(page.site, url):
            continue
        target = urlsplit(url)
        name = unquote(target.path)
        if target.query or target.fragment or not name.startswith(folder):
            continue
        piece = name[len(folder) :].rstrip("/")
        if piece and "/" not in piece and piece not in (".", ".."):
            found.setdefault(url, anchor)
    return found


def _entry(url: str, anchor: HtmlElement, calibration: Calibration, page: FetchedPage) -> Entry:
    row = _row(anchor)
    details = _details(anchor, row)
    time = None
    if row is not anchor:
        for element in row.iter("time", "td", "span", "div"):
            if (
                element.tag == "time"
                or element.get("datetime")
                or element.get("data-ts")
                or _CLOCK.search(words(element))
            ):
                time = read_time(element, calibration)
                if time is not None:
                    break
    text = _MONTH_IN_MIDDLE.sub(r"\3-\2-\1", details)
    moment, basis, shown_text = None, None, time.text if time else None
    if time is not None:
        moment, basis = moment_of(time, calibration, page.response_date)
    else:
        shown = calibration.read(text)
        if shown is not None:
            moment, basis = calibration.moment(shown, page.response_date)
            original = _MONTH_IN_MIDDLE.search(details)
            shown_text = original[0] + shown.text[len(original[0]) :] if original else shown.text
    sized = details.replace(shown_text, " ") if shown_text else details
    return Entry(
        url, name_of(url), urlsplit(url).path.endswith("/"), details, size_in(sized), moment, shown_text, basis
    )  # fmt: skip


def _row(anchor: HtmlElement) -> HtmlElement:
    """What belongs to one name: its table row or list item, else the widest block that holds no other name."""
    block = anchor
    href = anchor.get("href")
    for ancestor in anchor.iterancestors():
        if ancestor.tag in _ROWS:
            return ancestor
        if ancestor.tag in ("pre", "body", "table", "ul") or any(
            other.get("href") != href and (other.get("href") or "?")[0] not in "?#" for other in ancestor.iter("a")
        ):
            break
        block = ancestor
    return block


def _details(anchor: HtmlElement, row: HtmlElement) -> str:
    if row is anchor or row.find(".//pre") is not None:
        tail = anchor.tail or ""
        following = anchor.getnext()
        if not tail.strip() and following is not None and following.tag not in ("a", "br"):
            tail = f"{words(following)} {following.tail or ''}"
        before = anchor.getprevious()
        if not _CLOCK.search(tail) and before is not None and _CLOCK.search(before.tail or ""):
            # Some servers write time and size before the name.
            tail = before.tail or ""
        return " ".join(tail.split("\n")[0].split())
    name = words(anchor)
    pieces = [" ".join(piece.split()) for piece in row.itertext()]
    return " ".join(piece for piece in pieces if piece and piece not in (name, "-", "zip"))


def _loops(url: str) -> bool:
    """Whether a path goes round in a circle of links."""
    pieces = [piece for piece in urlsplit(url).path.split("/") if piece]
    return any(pieces.count(piece) >= _LOOP for piece in set(pieces))


def _probe(entries: list[Entry], calibration: Calibration) -> tuple[Link, ...]:
    """A small file whose Last-Modified tells, once for a site, in which zone its listings show their times."""
    if calibration.zone is not None or calibration.assumed is not None or "clock-file" in calibration.facts:
        return ()
    small = [
        entry
        for entry in entries
        if not entry.is_folder
        and _PROBE.search(entry.name)
        and entry.posted_at is None
        and entry.posted_at_text
        and entry.size is not None
        and 0 < entry.size <= _LARGEST_PROBE
    ]
    if not small:
        return ()
    least = min(small, key=lambda entry: entry.size or 0)
    calibration.facts["clock-file"] = canonical(least.url)
    calibration.facts["clock-text"] = least.posted_at_text or ""
    return (Link(canonical(least.url), "other", priority=900),)


def _from_json(page: FetchedPage) -> Iterator[Entry]:
    try:
        told = data_of(page.text)
    except ValueError:
        return
    if isinstance(told, dict) and isinstance(told.get("dirs"), list) and isinstance(told.get("files"), list):
        rows = [(row, True) for row in told["dirs"]] + [(row, False) for row in told["files"]]
        for row, is_folder in rows:
            if isinstance(row, dict) and isinstance(row.get("href"), str):
                url = urljoin(page.url.partition("?")[0], row["href"].partition("?")[0])
                at = datetime.fromtimestamp(row["ts"], UTC) if isinstance(row.get("ts"), int) else None
                yield _told(url + ("?ls" if is_folder else ""), is_folder, row.get("sz"), at, str(row.get("ts")))
    elif isinstance(told, list):
        for row in told:
            if not (
                isinstance(row, dict) and isinstance(row.get("name"), str) and row.get("type") in ("file", "directory")
            ):
                return
            is_folder = row["type"] == "directory"
            url = urljoin(page.url, quote(row["name"]) + ("/" if is_folder else ""))
            yield _told(url, is_folder, row.get("size"), _http_date(row.get("mtime")), str(row.get("mtime")))


def _from_xml(page: FetchedPage) -> Iterator[Entry]:
    if b"<list" not in page.body[:300]:
        return
    root = etree.fromstring(page.body, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
    if root is None or root.tag != "list":
        return
    for row in root.iterchildren("file", "directory"):
        is_folder = row.tag == "directory"
        url = urljoin(page.url, quote(row.text or "") + ("/" if is_folder else ""))
        at = row.get("mtime") or ""
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            moment = None
        yield _told(url, is_folder, row.get("size"), moment if moment and moment.tzinfo else None, at)


def _told(url: str, is_folder: bool, size: object, at: datetime | None, text: str) -> Entry:
    number = int(size) if isinstance(size, int | float | str) and str(size).isdigit() else None
    name = name_of(url.partition("?")[0])
    return Entry(url, name, is_folder, text, number, at, text, "datetime-attribute" if at else None)


def _http_date(text: object) -> datetime | None:
    try:
        return parsedate_to_datetime(str(text))
    except ValueError:
        return None
