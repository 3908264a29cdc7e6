"""A page that is one entry: a blog's article, a release page."""

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from spiders.page import FetchedPage
from spiders.posts import words
from spiders.xpath import Elements, Strings, Text

_ARTICLE_BODY = Elements("//*[@itemprop='articleBody' or @itemprop='description' and string-length(.)>40]")
_ARTICLES = Elements(
    "//article[not(ancestor::article) and not(ancestor::aside) and not(ancestor::*[contains(@class,'comment')])]"
)
_ENTRY = re.compile(
    r"(?:^|[\s_-])(?:entry-content|post-content|article-content|article-body|articlebody|entry-body|post-body|postbody|single-content|td-post-content|post-entry|entrybody|entry|blog-post|post_content|article_content|content-body|article__content|article__body|detail-content|details?-body|torrent-description|description)(?:$|\s)",
    re.I,
)
_SINGLE_BODY = re.compile(
    r"(?:^|\s)(?:single|single-post|postid-\d+|page-template-default|article-page|post-template-\S+)(?:$|\s)", re.I
)
_OG_TYPE = Text("//meta[@property='og:type'][1]/@content")
_OG_TITLE = Text("//meta[@property='og:title'][1]/@content")
_H1 = Elements("//h1[not(ancestor::header[contains(@class,'site') or @id='masthead' or @role='banner'])]")
_SITE_NAME = re.compile(
    r"(?:^|[\s_-])(?:site-?(?:title|name|description|branding|header|logo)|site|logo|brand|branding|masthead|brdtitle|headerbar|banner|boardname|forum-?name)(?:$|[\s_-])",
    re.I,
)
_SEPARATOR = re.compile(r"\s+(?:[-–—|·»/•]|::|[::])\s+|\s*[|•»]\s*|:\s+")
_EDGES = " -–—|·»:/•\xa0"
_LONG_HEADING = 12
_ASIDE = re.compile(
    r"(?:^|\s)(?:modal|dialog|popup|offcanvas|lightbox|sidebar|side-?bar|footer|widget)(?:$|[\s_-])", re.I
)
_HEADINGS = Elements("//h1 | //h2 | //h3")
_PUBLISHED = Strings(
    "//meta[@property='article:published_time' or @property='og:published_time' or @itemprop='datePublished' or @name='pubdate' or @name='date' or @name='publish_date'][1]/@content"
)
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-?list|commentlist|respond|disqus|replies|related|sidebar|widget|share|sharing|author-?box|post-?navigation|nav-?links)(?:$|[\s_-])",
    re.I,
)


def single_entry(page: FetchedPage) -> tuple[HtmlElement, HtmlElement] | None:
    """The block and the body of a page that is one entry; None when nothing says that it is."""
    articles = _ARTICLES(page.root)
    body_class = page.root.find("body")
    names = f"{body_class.get('class') or ''}" if body_class is not None else ""
    declared = bool(_SINGLE_BODY.search(names)) or _OG_TYPE(page.root).lower() in (
        "article",
        "video.movie",
        "book",
        "music.album",
        "product",
    )
    marked = _ARTICLE_BODY(page.root)
    if len(articles) > 1 and sum(body.get("itemprop") == "articleBody" for body in marked) > 1:
        return None
    if len(articles) == 1 and (declared or _H1(articles[0]) or articles[0].find(".//h1") is not None):
        return articles[0], entry_body(articles[0])
    if marked:
        block = next(
            (ancestor for ancestor in marked[0].iterancestors() if ancestor.get("itemscope") is not None), None
        )
        return (block if block is not None else marked[0].getparent()), marked[0]
    bodies = [
        element
        for element in page.root.iter("div", "section", "main", "td")
        if _ENTRY.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    ]
    outer = [
        element
        for element in bodies
        if not any(other in element.iterancestors() for other in bodies if other is not element)
    ]
    if len(outer) == 1 and (declared or heading_of(page) is not None):
        parent = outer[0].getparent()
        return (parent if parent is not None else outer[0]), entry_body(outer[0])
    return None


def entry_body(block: HtmlElement) -> HtmlElement:
    """The element that holds an entry's words, comments and neighbours left out."""
    best, best_length = block, 0
    for element in block.iter("div", "section", "td", "main"):
        names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
        if element is block or not (_ENTRY.search(names) or "articleBody" in names) or _COMMENTS.search(names):
            continue
        length = len(element.text_content())
        if length > best_length and not _only_heads(element):
            best, best_length = element, length
    return best


def _only_heads(element: HtmlElement) -> bool:
    """Whether an element says nothing beside a heading: the head of what follows it, whatever its name."""
    heads = sum(len(words(heading)) for heading in element.iter("h1", "h2", "h3", "h4", "h5", "h6"))
    return (
        bool(heads) and len(words(element)) <= heads and element.find(".//a") is None and element.find(".//img") is None
    )


def heading_of(page: FetchedPage) -> HtmlElement | None:
    """The heading that names the page: the longest that the document's title holds, the site's own name apart; else the only h1."""
    title = " ".join(page.title.split()).lower()
    best: HtmlElement | None = None
    for heading in _HEADINGS(page.root):
        text = words(heading).lower()
        if (
            len(text) > 1
            and _stands_in(text, title)
            and not _names_site(heading)
            and not _is_aside(heading)
            and (best is None or len(text) > len(words(best)))
        ):
            best = heading
    if best is not None:
        return best
    found = [heading for heading in _H1(page.root) if not _names_site(heading) and not _is_aside(heading)]
    return found[0] if len(found) == 1 else None


def _stands_in(text: str, title: str) -> bool:
    """Whether a heading is a piece of the document's title, or so long that it can be no chance word of it."""
    place = title.find(text)
    while place >= 0:
        before, after = title[:place].rstrip(), title[place + len(text) :].lstrip()
        edges = (not before or not before[-1].isalnum()) + (not after or not after[0].isalnum())
        if edges == 2 or len(text) * 3 >= len(title) or (edges and len(text) >= _LONG_HEADING):
            return True
        place = title.find(text, place + 1)
    return False


def _is_aside(heading: HtmlElement) -> bool:
    """Whether a heading belongs to a dialogue, a side column or the foot of the page."""
    return any(
        element.tag in ("dialog", "aside", "footer", "nav")
        or element.get("role") == "dialog"
        or _ASIDE.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        for element in heading.iterancestors()
    )


def _heading_words(heading: HtmlElement) -> str:
    """A heading's text, its label parted from its words."""
    for element in heading.iter("span", "a", "i", "em", "b", "small"):
        if re.search(r"label|prefix|badge", element.get("class") or ""):
            element.tail = f" {element.tail or ''}"
    pressed = [words(button) for button in heading.iter("button")]
    said = words(heading)
    for text in pressed:
        said = said.removesuffix(text).rstrip() if said != text else said
    return said


def _names_site(heading: HtmlElement) -> bool:
    anchor = next(heading.iter("a"), None)
    if anchor is not None and _is_home(anchor.get("href")):
        return True
    for element in (heading, *list(heading.iterancestors())[:3]):
        if element.tag in ("main", "article", "body"):
            return False
        if _SITE_NAME.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
    return False


def _is_home(href: str | None) -> bool:
    return re.fullmatch(r"(?:https?://[^/]+)?\.?/?(?:index\.\w+|forum\.php|\./?)?", href or "") is not None


def title_of(page: FetchedPage, block: HtmlElement | None = None) -> str:
    """The title of a topic or entry: its heading, else the page's title without the site's name."""
    if block is not None:
        for heading in block.iter("h1", "h2"):
            text = _heading_words(heading)
            if text:
                return text
    heading = heading_of(page)
    if heading is not None and words(heading):
        return _heading_words(heading)
    declared = _OG_TITLE(page.root)
    return declared or _piece_of_title(page)


def _piece_of_title(page: FetchedPage) -> str:
    """The longest piece of the document's title that stands somewhere on the page as a text of its own."""
    title = page.title
    cuts = [0, *(found.end() for found in _SEPARATOR.finditer(title))]
    ends = [*(found.start() for found in _SEPARATOR.finditer(title)), len(title)]
    pieces = sorted({title[start:end] for start in cuts for end in ends if end > start}, key=len, reverse=True)
    texts: dict[str, HtmlElement] = {}
    body = page.root.find("body")
    for element in body.iter() if body is not None else ():
        if isinstance(element.tag, str) and element.tag not in ("script", "style", "option", "input"):
            for said in (element.text, element.tail):
                if said and 1 < len(said) < 400:
                    texts.setdefault(" ".join(said.split()).strip(_EDGES), element)
    for piece in pieces:
        found = texts.get(piece.strip(_EDGES))
        if found is not None and not (found.tag == "a" and _is_home(found.get("href"))):
            return piece
    site_name = next((words(each) for each in _HEADINGS(page.root) if _names_site(each) and words(each)), "")
    if site_name and title.lower().startswith(site_name.lower()):
        return title[len(site_name) :].strip(" -–—|·»:/•") or title
    return title[: ends[-2]].strip() if len(ends) > 1 else title


_P2P = Elements(".//a[starts-with(@href,'magnet:') or starts-with(@href,'ed2k:') or starts-with(@href,'thunder:')]")


def whole_entry(page: FetchedPage, block: HtmlElement, body: HtmlElement) -> tuple[HtmlElement, HtmlElement]:
    """The block and body, widened to the heading when links of the entry stand beside its description."""
    heading = heading_of(page)
    if heading is None:
        return block, body
    above = set(heading.iterancestors())
    common = next((ancestor for ancestor in body.iterancestors() if ancestor in above), None)
    if common is None or common.tag in ("body", "html") or len(_P2P(common)) <= len(_P2P(body)):
        return block, body
    return common, common


def record_block(page: FetchedPage, rows: Sequence[HtmlElement]) -> HtmlElement | None:
    """The part of a page around its title that holds no row of a list; None where the page has no title of its own.

    Menus, heads and feet of the page stay outside as long as they are elements of their own.
    """
    start = heading_of(page)
    if start is None:
        title = _piece_of_title(page).strip(_EDGES)
        start = next(
            (
                element
                for element in page.root.iter("div", "p", "span", "td", "dd", "strong", "b", "a")
                if (element.text or "").strip() == title
            ),
            None,
        )
    if start is None:
        return None
    outside = set(rows)
    for row in rows:
        outside.update(row.iterancestors())
    block = start
    while (parent := block.getparent()) is not None and parent.tag not in ("body", "html") and parent not in outside:
        block = parent
        if block.tag == "main" or block.get("role") == "main":
            break
    if block is start or not _says_more(block, start):
        above = block.getparent()
        if above is None or above.tag != "body" or above in outside:
            return None
        return above
    return block


def _says_more(block: HtmlElement, heading: HtmlElement) -> bool:
    """Whether a block says or links more than its heading."""
    return len(words(block)) > len(words(heading)) + 20 or next(block.iter("iframe", "video"), None) is not None


def published(page: FetchedPage) -> str | None:
    """When the page says, for machines, that its entry was published."""
    found = _PUBLISHED(page.root)
    return str(found[0]) if found else None
