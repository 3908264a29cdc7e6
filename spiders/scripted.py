"""Whether a page holds nothing for who runs no scripts, and says so itself."""

import re

from lxml.html import HtmlElement

from crawler.reading import Reading
from spiders.page import FetchedPage
from spiders.standins import visible
from spiders.xpath import Elements

_ROOTS = re.compile(
    r"(?:root|app|application|main-app|app-?root|react-?root|vue-?root|ember-?(?:app|root)|__next|__nuxt|___gatsby|svelte|q-app)"
    r"(?:[-_](?:container|wrapper|mount|content))?",
    re.I,
)
_ROOT_TAGS = frozenset(("app-root", "my-app", "app-main", "ion-app"))
_SCRIPTS = Elements(
    "//script[@src or string-length(text()) > 0][not(@type) or contains(@type,'javascript') or @type='module']"
)
_NOSCRIPT = Elements("//noscript")
_ASKS = re.compile(
    r"\b(?:enable|activate|turn on|switch on|allow|requires?|needs?|without)\b[^.\n]{0,40}\b(?:java ?script|scripts)\b"
    r"|\bjava ?script\b[^.\n]{0,40}\b(?:enabled|activated|turned on|required|needed|disabled|not (?:enabled|supported|available|running)|off)\b"
    r"|(?:启用|啟用|开启|開啟|打开|允许|允許|需要|使用|支持|支援)[^。\n]{0,12}java ?script|java ?script[^。\n]{0,14}(?:禁用|停用|关闭|關閉|未启用|未啟用|未开启|启用|啟用|开启|才能)",
    re.I,
)
_LOADING = re.compile(r"(?:loading|please wait|正在加载|加载中|載入中|请稍候|請稍候)[\s.…]*", re.I)
_FEW = 120
"""Characters of text that a page without content may show."""
_HEAVY = 20
"""How many times as long as its text the scripts of such a page are."""


def needs_browser(page: FetchedPage, reading: Reading, known: bool) -> str | None:
    """Why a page must be shown in a browser to be read, by its own words or build; None where plain HTTP is all there is.

    Nothing that could be followed or listed was read, nothing else stands in its place (a challenge, a login, an error:
    those are what they are), and the page has scripts. Then an empty application root, a request for JavaScript, or
    next to no text beside much script says so; on a site that is `known` to be rendered, nothing more need.
    """
    if page.status != 200 or page.rendered_at is not None or not _is_bare(reading):
        return None
    kind = page.headers.get("content-type", "").lower()
    if kind and "html" not in kind:
        return None
    scripts = _SCRIPTS(page.root)
    if not scripts:
        return None
    root = next(
        (element for element in page.root.iter("div", "main", "section", *_ROOT_TAGS) if _is_root(element)), None
    )
    if root is not None:
        return f"its application root is empty: <{root.tag} id={(root.get('id') or '')!r}>"
    if any(link.role != "feed" for link in reading.links):
        # Board software asks for JavaScript on pages that can be read without it, too.
        return None
    for element in _NOSCRIPT(page.root):
        if found := _ASKS.search(" ".join(" ".join(element.itertext()).split())):
            return f"it asks for JavaScript: {found[0][:120]}"
    text = visible(page)
    if len(text) < 8 * _FEW and (found := _ASKS.search(text)):
        return f"it asks for JavaScript: {found[0][:120]}"
    if known:
        return "pages of the site could be read in a browser alone"
    words = "" if _LOADING.fullmatch(text) else text
    source = sum(len(element.text or "") for element in scripts)
    bundled = any(element.get("src") for element in scripts) and not words and not _holds_anything(page)
    if len(words) < _FEW and (source > _HEAVY * max(len(words), _FEW) or bundled):
        return f"it has {len(words)} characters of text beside its scripts"
    return None


def _is_bare(reading: Reading) -> bool:
    """Whether a reading holds nothing and leads nowhere; the links of a frame around nothing are no content."""
    if reading.listings or reading.state not in ("empty", "ok"):
        return False
    if reading.engine not in (None, "generic") and reading.links:
        # A reader of this software knows a way in that needs no scripts.
        return False
    return not any(link.role in ("topic", "search") or link.number is not None for link in reading.links)


def _is_root(element: HtmlElement) -> bool:
    if element.tag not in _ROOT_TAGS and not _ROOTS.fullmatch(element.get("id") or ""):
        return False
    words = " ".join(
        text.strip() for part in element.iter() if part.tag not in ("script", "style") for text in (part.text or "",)
    )
    tails = "".join((part.tail or "").strip() for part in element.iterdescendants())
    said = f"{words.strip()}{tails}"
    return not said or _LOADING.fullmatch(said) is not None


def _holds_anything(page: FetchedPage) -> bool:
    return next(page.root.iter("a", "img", "table", "form", "iframe", "video", "object", "frame"), None) is not None
