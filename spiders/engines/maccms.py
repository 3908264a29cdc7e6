"""maccms and the streaming sites built like it: titles with their sources by the collection interface, else page by page.

The listing is the title's own page; its sources stand in the interface, on download pages and in the player's data.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.json_text import data_of
from crawler.model import Listing
from crawler.reading import Link, Reading
from spiders.articles import heading_of, title_of
from spiders.calibration import Calibration
from spiders.canonical import canonical, canonical_link
from spiders.page import FetchedPage
from spiders.pager import numbered_pages
from spiders.posts import words
from spiders.recognition import Basis, Sign
from spiders.streams import Source, StreamTitle, listing_of, player_source
from spiders.walls import state_without_content
from spiders.ways import first_page, within
from spiders.xpath import Elements, Strings

BASIS = Basis("pages", "maccms10")
HINTS = (
    "maccms",
    "vod/detail",
    "voddetail",
    "vod/play",
    "vodplay",
    "player_aaaa",
    "vod_play_url",
    "vod/type",
    "vodtype",
)
SIGNS = (
    Sign("html", re.compile(r"var maccms\s*=|maccms\.(?:la|com|cn|pro)|Powered by maccms", re.I), 0.5),
    Sign("html", re.compile(r"var player_\w+\s*=\s*\{"), 0.4),
    Sign("html", re.compile(r"href=\"[^\"]*/(?:vod/?detail|vod/detail/id)[/-]\w", re.I), 0.4),
    Sign("html", re.compile(r"href=\"[^\"]*/(?:vod/?play)[/-]\w", re.I), 0.3),
    Sign("html", re.compile(r"href=\"[^\"]*/(?:vod/?type|vod/?show)[/-]\w", re.I), 0.3),
    Sign("html", re.compile(r"\"vod_(?:id|name|play_url|play_from)\"\s*:"), 0.7),
    Sign("html", re.compile(r"mac_(?:history|search|total|user|hits|ulog|star)|/static/js/player", re.I), 0.3),
)  # fmt: skip

_DETAIL = re.compile(
    r"(?:/vod/?detail(?:/id)?[/-]|/detail(?:/id)?[/-]|/movie/(?:index|id/)?|/vod/(?=\d))(\d+)(?=\.html?$|/?$|/index\.html?$)",
    re.I,
)
_PLAY = re.compile(r"/(?:vod/?)?play(?:/id)?[/-](\d+)(?:-|/sid/|/)(\d+)(?:-|/nid/|/)(\d+)(?:\.html?|/?)$", re.I)
_DOWN = re.compile(r"/(?:vod/?)?down(?:/id)?[/-](\d+)(?:-|/sid/|/)(\d+)(?:-|/nid/|/)(\d+)(?:\.html?|/?)$", re.I)
_TYPE = re.compile(r"(?<!/art)(?<!/actor)/(?:vod/?)?type(?:/id)?[/-](\d+)(?:(?:-|/page/)(\d+))?(?:\.html?|/?)$", re.I)
_HEADINGS = Elements("//h2 | //h3 | //h4 | //dt | //span | //strong")
_INTRODUCTION = re.compile(
    r"(?:影片|电影|剧集|视频|内容|剧情)?(?:剧情)?(?:介绍|简介|詳情|详情)[::]?|synopsis|description", re.I
)
_LONGEST_BLOCK = 2000
_UPDATED = re.compile(
    r"(?:更新(?:时间|日期|于)?|发布时间|上映更新)\s*[::]?\s*((?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s+\d{1,2}:\d\d(?::\d\d)?)"
)
_HREFS = Strings("//body//a/@href")
_API = "api.php/provide/vod/?ac=detail&pg=1"
_FORM = "maccms-detail"
_SUPPOSED = "maccms-detail-supposed"
_MAP = re.compile(r"/map/index(?:\.html?)?$|/map\.html?$")
_GROUPS = "$$$"
_PG = re.compile(r"([?&]pg=)(\d+)")


def read(page: FetchedPage, calibration: Calibration | None = None) -> Reading:
    """Read a page: a title's own page, its player or its downloads, or a list of titles."""
    calibration = calibration if calibration is not None else Calibration()
    calibration.learn(page)
    here = canonical(page.url)
    path = urlsplit(here).path
    _learn_form(page, calibration)
    if page.status < 400:
        watched = _PLAY.search(path) or _DOWN.search(path)
        if watched:
            return _sources_page(page, calibration, here, watched[1])
        if _DETAIL.search(path):
            return _title_page(page, calibration, here)
    links = _list_links(page, here) if page.status < 400 else ()
    if not links:
        state, notes = state_without_content(page)
        return Reading(state, page.role, here, title=page.title, notes=notes)
    if page.role == "entry" and _FORM in calibration.facts:
        root = calibration.facts[_FORM].partition("index.php")[0] if "index.php" in calibration.facts[_FORM] else None
        interface = urljoin(root or urljoin(page.url, "/"), _API)
        links = calibration.rather(Link(interface, "list", priority=30), links)
    return Reading("ok", "list", here, title=page.title, links=links)


def read_document(page: FetchedPage, calibration: Calibration) -> Reading | None:
    """Read a page of the collection interface, JSON or XML: a listing for each title that has a source."""
    if page.status >= 400:
        return None
    told = _from_xml(page) if page.body.lstrip()[:1] == b"<" else _from_json(page)
    if told is None:
        return None
    rows, pages = told
    form = calibration.facts.get(_FORM)
    if form is None and page.url in calibration.aside:
        return None
    form = form or urljoin(
        page.url, f"{urlsplit(page.url).path.partition('api.php')[0]}index.php/vod/detail/id/{{id}}.html"
    )
    for row in rows:
        row.tell_clock(calibration)
    found = [listing_of(page, row, form.replace("{id}", row.number), calibration) for row in rows]
    return Reading(
        "ok" if rows else "empty",
        "list",
        page.url,
        title="collection interface",
        listings=tuple(listing for listing in found if listing is not None),
        links=tuple(_further(page.url, pages)),
    )


def _from_json(page: FetchedPage) -> tuple[list[StreamTitle], int] | None:
    try:
        told: Any = data_of(page.text)
    except ValueError:
        return None
    rows = told.get("list") if isinstance(told, dict) else None
    if not isinstance(rows, list) or any(not (isinstance(row, dict) and "vod_id" in row) for row in rows):
        return None
    if not rows and "pagecount" not in told:
        return None
    return [_title_of_json(row) for row in rows], _number(told.get("pagecount"))


def _title_of_json(row: dict[str, Any]) -> StreamTitle:
    said = {key: str(value).strip() for key, value in row.items() if value not in (None, "", 0)}
    sources = [
        *_sources(said.get("vod_play_from", ""), said.get("vod_play_url", ""), "play"),
        *_sources(said.get("vod_down_from", ""), said.get("vod_down_url", ""), "down"),
        *_sources("", said.get("vod_jumpurl", ""), "play"),
    ]
    return StreamTitle(
        number=said.get("vod_id", ""),
        name=said.get("vod_name", ""),
        other_name=said.get("vod_sub", ""),
        facts=tuple(
            said[key]
            for key in (
                "vod_year", "vod_area", "vod_lang", "type_name", "vod_class", "vod_director", "vod_actor", "vod_writer",
                "vod_author", "vod_version", "vod_remarks",
            )
            if key in said
        ),
        about=said.get("vod_content") or said.get("vod_blurb", ""),
        sources=tuple(sources),
        added=_number(row.get("vod_time_add")) or None,
        changed=said.get("vod_time"),
    )  # fmt: skip


def _from_xml(page: FetchedPage) -> tuple[list[StreamTitle], int] | None:
    if b"<video>" not in page.body[:4000] and b"pagecount" not in page.body[:600]:
        return None
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, strip_cdata=True)
    root = etree.fromstring(page.body.lstrip(), parser)
    if root is None:
        return None
    lists = root.find(".//list")
    rows = [_title_of_xml(video) for video in root.iter("video")]
    return (rows, _number(lists.get("pagecount") if lists is not None else 0)) if lists is not None else None


def _title_of_xml(video: Any) -> StreamTitle:
    def said(name: str) -> str:
        return (video.findtext(name) or "").strip()

    sources = [source for dd in video.iter("dd") for source in _sources(dd.get("flag") or "", dd.text or "", "play")]
    facts = [said(name) for name in ("year", "area", "lang", "type", "director", "actor", "note")]
    return StreamTitle(
        said("id"),
        said("name"),
        "",
        tuple(fact for fact in facts if fact),
        said("des"),
        tuple(sources),
        None,
        said("last"),
    )


def _sources(names: str, urls: str, use: str) -> Iterator[Source]:
    """The episodes of parallel lists: groups part at three dollars, episodes at a hash, label and address at one dollar."""
    groups = names.split(_GROUPS)
    for place, group in enumerate(urls.split(_GROUPS)):
        name = groups[place] if place < len(groups) else ""
        for episode in re.split(r"#(?=[^#$]*\$)|[\r\n]+", group):
            label, mark, rest = episode.strip().partition("$")
            address = rest.partition("$")[0] if mark else label
            if len(address.strip("# ")) > 5:
                yield Source(use, name, label if mark else "", address.strip("# "))


def _number(value: object) -> int:
    return int(str(value)) if str(value).isdigit() else 0


def _further(url: str, pages: int) -> list[Link]:
    found = _PG.search(url)
    if found is None or found[2] != "1":
        return []
    return [
        Link(f"{url[: found.start(2)]}{number}{url[found.end(2) :]}", "list", priority=30)
        for number in range(2, pages + 1)
    ]


def _addresses(page: FetchedPage) -> Iterable[str]:
    for href in dict.fromkeys(_HREFS(page.root)):
        url = canonical_link(page, href)
        if url and within(page.site, url):
            yield url


def _learn_form(page: FetchedPage, calibration: Calibration) -> None:
    """How this site writes the address of a title's page; its shelves tell where its front page is drawn by a script."""
    if _FORM in calibration.facts and _SUPPOSED not in calibration.facts:
        return
    for url in (canonical(page.url), *_addresses(page)):
        path = urlsplit(url).path
        seen, shelf = _DETAIL.search(path), _TYPE.search(path)
        if seen:
            before, _, after = url.rpartition(seen[1])
            calibration.facts[_FORM] = f"{before}{{id}}{after}"
            calibration.facts.pop(_SUPPOSED, None)
            return
        if shelf and shelf[2] is None and "vod" in shelf[0] and _FORM not in calibration.facts:
            before, _, after = url.rpartition(shelf[1])
            calibration.facts[_FORM] = f"{'detail'.join(before.rsplit('type', 1))}{{id}}{after}"
            calibration.facts[_SUPPOSED] = "yes"


def _list_links(page: FetchedPage, here: str) -> tuple[Link, ...]:
    titles: dict[str, Link] = {}
    lists = {url: Link(url, "list", priority=20) for url in numbered_pages(page, here)}
    for url in _addresses(page):
        path = urlsplit(url).path
        shelf = _TYPE.search(path)
        if shelf and (shelf[2] is None or _same_shelf(here, shelf[1])):
            lists.setdefault(url if shelf[2] != "1" else first_page(url), Link(url, "list", priority=20))
        elif _DETAIL.search(path):
            titles.setdefault(url, Link(url, "topic", priority=10))
        elif _MAP.search(path):
            # Where a script draws the lists, the map still names every title.
            lists.setdefault(url, Link(url, "list", priority=25))
    lists.pop(here, None)
    return (*lists.values(), *titles.values())


def _same_shelf(here: str, number: str) -> bool:
    found = _TYPE.search(urlsplit(here).path)
    return found is not None and found[1] == number


def _title_page(page: FetchedPage, calibration: Calibration, here: str) -> Reading:
    """A title's own page: its words, and the way to the first episode of each source and to its downloads."""
    number = _DETAIL.search(urlsplit(here).path)
    players: dict[str, str] = {}
    for url in _addresses(page):
        path = urlsplit(url).path
        for shape in (_PLAY, _DOWN):
            found = shape.search(path)
            if found and number and found[1] == number[1]:
                players.setdefault(f"{shape.pattern}{found[2]}", url)
    sources = tuple(Source("play" if "play" in url else "down", "", "", url) for url in players.values())
    title = title_of(page)
    row = StreamTitle(number[1] if number else "", title, about=_about(page), sources=sources, changed=_changed(page))
    made = listing_of(page, row, here, calibration)
    listings = (made,) if made else ()
    links = tuple(Link(url, "topic", priority=9) for url in players.values())
    return Reading("ok", "topic", here, title=title, listings=listings, links=links)


def _about(page: FetchedPage) -> str:
    """What stands around the title and under the heading of its description."""
    said = []
    heading = heading_of(page)
    for start in (heading, *(each for each in _HEADINGS(page.root) if _INTRODUCTION.fullmatch(words(each)))):
        block = start
        while block is not None and (above := block.getparent()) is not None and len(words(above)) <= _LONGEST_BLOCK:
            block = above
        if block is not None:
            said.append(words(block))
    return "\n".join(dict.fromkeys(said))


def _changed(page: FetchedPage) -> str | None:
    found = _UPDATED.search(words(page.root.find("body")))
    return found[1] if found else None


def _sources_page(page: FetchedPage, calibration: Calibration, here: str, number: str) -> Reading:
    """A player's or a download page: what it holds belongs to the title's own page."""
    owner = next(
        (url for url in _addresses(page) if (own := _DETAIL.search(urlsplit(url).path)) and own[1] == number), None
    )
    form = calibration.facts.get(_FORM)
    owner = owner or (form.replace("{id}", number) if form else here)
    title, sources = player_source(page)
    written = [
        Source("down", "", "", value)
        for node in page.root.iter("input", "textarea", "a")
        if _is_source(
            value := (node.get("value") or node.get("data-clipboard-text") or node.get("href") or "").strip(), page
        )
    ]
    if not sources and not written:
        return Reading("empty", "topic", here, title=page.title, notes=(f"{page.url}: a player without an address",))
    row = StreamTitle(number, title or title_of(page), sources=(*sources, *written))
    made: Listing | None = listing_of(page, row, owner, calibration)
    return Reading("ok", "topic", here, title=row.name, listings=(made,) if made else ())


def _is_source(value: str, page: FetchedPage) -> bool:
    if re.match(r"(?:magnet:|ed2k:|thunder:|ftp:|qqdl:|flashget:)", value, re.I):
        return True
    return re.match(r"https?://", value, re.I) is not None and not within(page.site, value)
