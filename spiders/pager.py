"""The numbered pages of a list or a topic, each number once."""

import re

from lxml import etree

from spiders.canonical import canonical, canonical_link
from spiders.page import FetchedPage
from spiders.posts import words
from spiders.ways import first_page, kind_of, split_page, within
from spiders.xpath import Elements, Strings

_HEAD_LINKS = Strings("//link[@rel='next' or @rel='prev']/@href")
_ANCHORS = Elements("//a[@href]")
_PAGER = re.compile(
    r"(?:^|[\s_-])(?:pag(?:e|es|er|ing|ination|inator|e-?numbers?|e-?nav|enav|elinks?|elink|e_?links|elist)|pg|multipage|nav-?links|page_?nav\w*|wp-pagenavi)(?:$|[\s_-])",
    re.I,
)
_NUMBERED = re.compile(
    r"(?:[?&;](?:page|p|pg|pn|paged|pageno|pagenum|pagenumber|currentpage|start|st|offset|cpage|after|cursor)=|/page|/p\d|\.\d|-\d+(?:-\d+)?\.html?|[/=]\d+(?:\.s?html?)?/?$)",
    re.I,
)
_NUMBER = re.compile(r"\d+")
_NEXT_WORDS = re.compile(
    r"(?:next(?: page)?|older(?: (?:posts|entries))?|下一页|下一頁|下页|后一页|›|»|>|>>|→|→|load more|more)\s*[›»>→]*",
    re.I,
)


def numbered_pages(page: FetchedPage, here: str) -> list[str]:
    """Canonical addresses of the other numbered pages of the list or topic at the canonical address ``here``."""
    base, own = split_page(here)
    found: dict[str, None] = {}
    for href in _HEAD_LINKS(page.root):
        url = canonical_link(page, str(href))
        if (
            url
            and url not in (here, base)
            and within(page.site, url)
            and first_page(url).rstrip("/") == base.rstrip("/")
        ):
            found[url] = None
    for anchor in _ANCHORS(page.root):
        href = anchor.get("href")
        if len(href) < 2 or href[0] == "#" or not (_NUMBERED.search(href) or anchor.get("rel") == "next"):
            continue
        url = canonical_link(page, href)
        if not url or url in (here, base) or not within(page.site, url):
            continue
        start, number = split_page(url)
        if start.rstrip("/") == base.rstrip("/") and number is not None:
            if number != own:
                found[url] = None
        elif _is_numbered_below(anchor, url, here) or (
            _is_way_on(anchor, url, here) and (anchor.get("rel") == "next" or _in_pager(anchor))
        ):
            found[url] = None
    return list(found)


def _in_pager(anchor: etree._Element) -> bool:
    element: etree._Element | None = anchor
    for _ in range(4):
        if element is None:
            return False
        if _PAGER.search(f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"):
            return True
        element = element.getparent()
    return False


def _is_numbered_below(anchor: etree._Element, url: str, here: str) -> bool:
    """Whether a link that shows a number leads to that number below this list's address, or beside it: /board/2/3."""
    number = words(anchor).strip()
    above = url.rstrip("/").removesuffix(f"/{number}")
    if not number.isdigit() or len(number) > 4 or above == url.rstrip("/") or not above[-1:].isdigit():
        return False
    return above == here.rstrip("/") or above == here.rstrip("/").rpartition("/")[0]


def _is_way_on(anchor: etree._Element, url: str, here: str) -> bool:
    text = words(anchor).strip()
    if kind_of(url) in ("never", "post") or (kind_of(url) == "topic" and kind_of(here) != "topic"):
        # Beside a topic's title a list may show the numbers of that topic's pages.
        return False
    if text.isdigit():
        # A pager of a kind nobody described: the address differs in one number, and that is the one shown.
        return _pattern(url) == _pattern(here) or text in _NUMBER.findall(url[len(canonical(here).split("?")[0]) :])
    return bool(_NEXT_WORDS.fullmatch(text)) and _pattern(url).split("?")[0] == _pattern(here).split("?")[0]


def _pattern(url: str) -> str:
    return _NUMBER.sub("N", url)
