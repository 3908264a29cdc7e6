"""Discuz! X: boards, threads and posts by the ids and addresses that every template keeps."""

import re

from lxml.html import HtmlElement

from crawler.model import Listing
from crawler.reading import Link, Reading
from spiders.calibration import Calibration
from spiders.canonical import canonical, canonical_link
from spiders.moments import told_time
from spiders.page import FetchedPage
from spiders.posts import Post, listing, read_time, time_of, words
from spiders.recognition import Basis, Sign
from spiders.walls import state_without_content
from spiders.ways import first_page, split_page, within
from spiders.xpath import Elements, Strings, Text

BASIS = Basis("pages", "Discuz! X3.5")
HINTS = ("discuz", "forum.php?mod=", "thread-")
SIGNS = (
    Sign("cookie", re.compile(r"^\w+_(?:saltkey|lastact|lastvisit)="), 0.5),
    Sign("html", re.compile(r'<meta[^>]+name="generator"[^>]+content="Discuz! X', re.I), 0.7),
    Sign("html", re.compile(r'<body[^>]+id="nv_(?:forum|portal|group|home)"', re.I), 0.4),
    Sign("html", re.compile(r"Powered by (?:<[^>]*>)*Discuz!", re.I), 0.3),
    Sign("html", re.compile(r"discuz_uid\s*=|STYLEID\s*=\s*'\d+',\s*STATICURL"), 0.4),
    Sign("link", re.compile(r"forum\.php\?mod=(?:viewthread|forumdisplay)&"), 0.3),
    Sign("link", re.compile(r"(?:^|[/\"'])(?:thread|forum)-\d+-\d+(?:-\d+)?\.html"), 0.2),
)

_POSTS = Elements("//td[starts-with(@id,'postmessage_')] | //div[starts-with(@id,'postmessage_')]")
_CONTAINER = Elements("(ancestor::*[starts-with(@id,'post_') or starts-with(@id,'pid')])[1]")
_HIDDEN_FROM_GUESTS = Elements(
    "//div[starts-with(@id,'post_')][.//div[contains(@class,'locked')] and not(.//*[starts-with(@id,'postmessage_')])]"
)
_POSTED = Elements(
    ".//*[starts-with(@id,'authorposton')]/descendant-or-self::*[@title] | .//*[starts-with(@id,'authorposton')]"
)
_AUTHOR = Elements(
    ".//*[@class][contains(concat(' ',@class,' '),' authi ')]//a[contains(@href,'uid') or contains(@href,'username') or contains(@href,'space')][1]"
)
_ATTACHMENTS = Elements(".//div[contains(@class,'pattl')]")
_TITLE = Elements("//*[@id='thread_subject']")
_ROWS = Elements("//tbody[starts-with(@id,'normalthread_') or starts-with(@id,'stickthread_')]")
_ROW_TITLE = Elements(
    ".//a[contains(concat(' ',@class,' '),' xst ')][1] | .//th//a[contains(@href,'viewthread') or contains(@href,'thread-')][1]"
)
_REPLIES = Text(".//td[contains(@class,'num')]/a[1]")
_LAST = Elements(".//td[contains(@class,'by')][last()]//em/descendant-or-self::*[@title or not(*)]")
_LAST_BY = Text(".//td[contains(@class,'by')][last()]//cite")
_BOARDS = Strings(
    "//a[contains(@href,'mod=forumdisplay') or starts-with(@href,'forum-') or contains(@href,'/forum-')]"
    "[not(ancestor::*[@id='pt' or @id='visitedforums_menu' or contains(concat(' ',@class,' '),' pg ')])]/@href"
)
_PAGES = Strings("//*[contains(concat(' ',@class,' '),' pg ')]//a/@href")
_NUMBER = re.compile(r"(\d+)$")
_THREAD_ID = re.compile(r"[?&]tid=(\d+)|/thread-(\d+)")
_REFUSED = re.compile(r"[?&](?:filter|typeid|sortid|dateline|digest|authorid)=")


def read(page: FetchedPage, calibration: Calibration | None = None) -> Reading:
    """Read a Discuz! X page: a thread's posts, or a list's threads and boards."""
    calibration = calibration if calibration is not None else Calibration()
    calibration.learn(page)
    bodies = [*_POSTS(page.root), *_HIDDEN_FROM_GUESTS(page.root)]
    if bodies and (_TITLE(page.root) or _THREAD_ID.search(page.url)):
        return _thread(page, calibration, bodies)
    here = canonical(page.url)
    links = [*_board_links(page, here), *_thread_links(page, calibration)]
    if not links:
        state, notes = state_without_content(page)
        return Reading(state=state, role=page.role, canonical_url=here, title=page.title, notes=notes)
    links = [*_numbered(page, here, topic=False), *links]
    return Reading(
        state="ok", role="list", canonical_url=here, title=page.title,
        links=tuple({link.url: link for link in reversed(links)}.values())[::-1],
    )  # fmt: skip


def _thread(page: FetchedPage, calibration: Calibration, bodies: list[HtmlElement]) -> Reading:
    here = canonical(page.url)
    thread = _THREAD_ID.search(here) or _THREAD_ID.search(page.declared_canonical or "")
    thread_id = (thread[1] or thread[2]) if thread else ""
    if not _THREAD_ID.search(here) and page.declared_canonical and within(page.site, page.declared_canonical):
        here = canonical(page.declared_canonical)
    first, number = split_page(here)
    heading = _TITLE(page.root)
    title = words(heading[0]) if heading else page.title
    found: list[Listing] = []
    for position, body in enumerate(bodies):
        numbered = _NUMBER.search(body.get("id", ""))
        containers = _CONTAINER(body)
        container = containers[0] if containers else body
        opening = position == 0 and number in (None, 1)
        url = first
        if not opening and numbered:
            permalink = page.resolve(f"forum.php?mod=redirect&goto=findpost&ptid={thread_id}&pid={numbered[1]}")
            url = canonical(permalink or here)
        author = _AUTHOR(container)
        for attachment in _ATTACHMENTS(container):
            if body not in attachment.iterancestors():
                body.append(attachment)
        made = listing(
            page,
            calibration,
            title,
            Post(body, url, words(author[0]) if author else None, time_of(_POSTED(container), calibration)),
            opening,
        )
        if made:
            found.append(made)
    return Reading(
        state="ok", role="topic", canonical_url=here, title=title, listings=tuple(found), links=tuple(_numbered(page, first, topic=True)),
    )  # fmt: skip


def _thread_links(page: FetchedPage, calibration: Calibration) -> list[Link]:
    found = []
    for row in _ROWS(page.root):
        anchors = _ROW_TITLE(row)
        url = canonical_link(page, anchors[0].get("href")) if anchors else None
        if url is None or not within(page.site, url):
            continue
        times = [time for element in _LAST(row) if (time := read_time(element, calibration))]
        last = told_time(times[0].time, page.response_date) if times else ""
        mark = f"{_REPLIES(row)}/{_LAST_BY(row)}{last}"
        found.append(Link(first_page(url), "topic", mark=mark, priority=10))
    return found


def _board_links(page: FetchedPage, here: str) -> list[Link]:
    # A thread list shows the whole board menu again on every page.
    if _ROWS(page.root) and page.role == "list":
        return []
    found = []
    for href in _BOARDS(page.root):
        url = canonical_link(page, href)
        if url and within(page.site, url) and not _REFUSED.search(url) and first_page(url) != first_page(here):
            found.append(Link(first_page(url), "list", priority=20))
    return found


def _numbered(page: FetchedPage, here: str, topic: bool) -> list[Link]:
    base = first_page(here)
    found = {}
    for href in _PAGES(page.root):
        url = canonical_link(page, href)
        if not url or not within(page.site, url) or _REFUSED.search(url):
            continue
        start, number = split_page(url)
        if start == base and number and number > 1 and url != here:
            found[url] = Link(url, "topic" if topic else "list", priority=9 if topic else 20)
    return list(found.values())
