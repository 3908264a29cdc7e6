"""phpBB 3: boards, topics and posts by the ids and addresses that every theme keeps."""

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

BASIS = Basis("pages", "phpBB 3.3")
HINTS = ("phpbb", "viewtopic.php")
SIGNS = (
    Sign("cookie", re.compile(r"^phpbb\d?_\w+_(?:u|k|sid)="), 0.7),
    Sign("html", re.compile(r'<body[^>]+id="phpbb"', re.I), 0.5),
    Sign("html", re.compile(r'class="[^"]*\bsection-(?:viewtopic|viewforum|index)\b'), 0.3),
    Sign("html", re.compile(r"Powered by (?:<a[^>]*>)?phpBB", re.I), 0.3),
    Sign("link", re.compile(r"viewtopic\.php\?(?:f=\d+&(?:amp;)?)?t=\d+"), 0.2),
    Sign("link", re.compile(r"viewforum\.php\?f=\d+"), 0.2),
    Sign("link", re.compile(r"ucp\.php\?mode=(?:login|register)"), 0.3),
)

_POSTS = Elements(
    "//div[starts-with(@id,'p') and number(substring(@id,2))=number(substring(@id,2)) and contains(concat(' ',@class,' '),' post ')]"
)
_BODY = Elements(".//div[contains(concat(' ',@class,' '),' content ')]")
_ATTACHMENTS = Elements(".//dl[contains(@class,'attachbox')]")
_TIMES = Elements(
    ".//p[contains(concat(' ',@class,' '),' author ')]//time | .//p[contains(concat(' ',@class,' '),' author ')]"
)
_AUTHOR = Elements(
    ".//*[@class][contains(concat(' ',@class,' '),' username ') or contains(concat(' ',@class,' '),' username-coloured ')]"
)
_SUBJECT = Elements(".//h3[1]")
_TOPIC_TITLE = Elements("//h2[contains(@class,'topic-title')][1] | //h2[a[contains(@href,'viewtopic.php')]][1]")
_ROWS = Elements(
    "//li[contains(concat(' ',@class,' '),' row ')] | //tr[.//a[contains(@class,'topictitle') or contains(@class,'forumtitle')]]"
)
_TOPIC_LINK = Elements(".//a[contains(@class,'topictitle')][1]")
_BOARD_LINKS = Elements(".//a[contains(@class,'forumtitle') or contains(@class,'subforum')]")
_REPLIES = Text(".//dd[contains(@class,'posts')][1]")
_LAST_POST = Strings(".//a[contains(@href,'viewtopic.php') and contains(@href,'p=')]/@href")
_LAST_TIME = Elements(".//*[contains(@class,'lastpost')]//*[@datetime or not(*)]")
_PAGES = Strings("//*[contains(@class,'pagination')]//a/@href | //a[@rel='next']/@href")
_FORUM_BESIDE_TOPIC = re.compile(r"(?<=[?&])f=\d+&(?=t=\d)")
_POST_NUMBER = re.compile(r"[?&;]p=(\d+)")


def read(page: FetchedPage, calibration: Calibration | None = None) -> Reading:
    """Read a phpBB page: a topic's posts, or a list's topics and boards."""
    calibration = calibration if calibration is not None else Calibration()
    calibration.learn(page)
    posts = [post for post in _POSTS(page.root) if _BODY(post)]
    if posts:
        return _topic(page, calibration, posts)
    links = [*_board_links(page), *_topic_links(page, calibration)]
    if not links and not _ROWS(page.root):
        state, notes = state_without_content(page)
        return Reading(state=state, role=page.role, canonical_url=canonical(page.url), title=page.title, notes=notes)
    links = [*_numbered(page, canonical(page.url), "list"), *links]
    return Reading(
        state="ok" if links else "empty", role="list", canonical_url=canonical(page.url), title=page.title,
        links=tuple({link.url: link for link in reversed(links)}.values())[::-1],
    )  # fmt: skip


def _topic(page: FetchedPage, calibration: Calibration, posts: list[HtmlElement]) -> Reading:
    here = _address(page)
    first, number = split_page(here)
    heading = _TOPIC_TITLE(page.root)
    title = words(heading[0]) if heading else page.title
    found: list[Listing] = []
    for position, element in enumerate(posts):
        post_id = element.get("id", "")[1:]
        opening = position == 0 and number is None
        url = (
            first
            if opening
            else canonical(page.resolve(f"viewtopic.php?p={post_id}#p{post_id}") or here, keep_anchor=True)
        )
        subject = _SUBJECT(element)
        author = _AUTHOR(element)
        body = _BODY(element)[0]
        for attachment in _ATTACHMENTS(element):
            if body not in attachment.iterancestors():
                body.append(attachment)
        made = listing(
            page, calibration, title,
            Post(body, url, words(author[0]) if author else None, time_of(_TIMES(element), calibration), words(subject[0]) if subject else None),
            opening,
        )  # fmt: skip
        if made:
            found.append(made)
    return Reading(
        state="ok", role="topic", canonical_url=here, title=title, listings=tuple(found), links=tuple(_numbered(page, here, "topic")),
    )  # fmt: skip


def _address(page: FetchedPage) -> str:
    """The topic's own address; a permalink's page says which one it is."""
    here = canonical(page.url)
    declared = page.declared_canonical
    if declared and within(page.site, declared):
        address = canonical(declared)
        if "viewtopic.php" in address:
            return _by_topic(address)
    return _by_topic(here)


def _by_topic(url: str) -> str:
    """A topic's address without its forum's number, which older versions write beside it."""
    return _FORUM_BESIDE_TOPIC.sub("", url)


def _topic_links(page: FetchedPage, calibration: Calibration) -> list[Link]:
    found = []
    for row in _ROWS(page.root):
        anchors = _TOPIC_LINK(row)
        url = canonical_link(page, anchors[0].get("href")) if anchors else None
        if url is None or not within(page.site, url):
            continue
        posts = [int(match[1]) for match in map(_POST_NUMBER.search, _LAST_POST(row)) if match]
        replies = re.search(r"\d+", _REPLIES(row))
        times = [time.time for element in _LAST_TIME(row) if (time := read_time(element, calibration))]
        last = max((told_time(time, page.response_date) for time in times), default="")
        mark = f"{replies[0] if replies else ''}/{max(posts, default='')}{last}"
        found.append(Link(_by_topic(first_page(url)), "topic", mark=mark, priority=10))
    return found


def _board_links(page: FetchedPage) -> list[Link]:
    found = []
    for row in _ROWS(page.root):
        for anchor in _BOARD_LINKS(row):
            url = canonical_link(page, anchor.get("href"))
            if url and within(page.site, url) and "viewforum.php" in url:
                found.append(Link(first_page(url), "list", priority=20))
    return found


def _numbered(page: FetchedPage, first: str, role: str) -> list[Link]:
    base = first_page(first)
    found = {}
    for href in _PAGES(page.root):
        url = _by_topic(canonical_link(page, href) or "")
        if url and url != first and split_page(url)[0] == base and split_page(url)[1]:
            found[url] = Link(url, "list" if role == "list" else "topic", priority=20 if role == "list" else 9)
    return list(found.values())
