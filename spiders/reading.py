"""From an element of a page to what one person wrote there: the passage, hidden blocks, players, a price."""

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from crawler.model import Attribute, Passage
from spiders.page import FetchedPage

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_LEFT_OUT = frozenset(
    [
        "script",
        "style",
        "head",
        "title",
        "template",
        "link",
        "meta",
        "object",
        "noscript",
        "select",
        "canvas",
        "svg",
        "map",
    ]
)
_VERBATIM = frozenset(("pre", "textarea"))
_CELLS = frozenset(("td", "th"))
_ATTRIBUTES = frozenset(("href", "src", "value", "title", "alt", "onclick"))
_SPACE = re.compile(r"[ \t\n\r\f]+")
_WEIGHTS = {"": 0, " ": 0, "\t": 1, "\n": 2}
_LINE_END = re.compile(r"\r\n?")

_QUOTE_CLASS = re.compile(
    r"(?:^|[\s_-])quot(?:e|ed|ebox|eheader|efooter|econtent|ebody|etitle|etop|ebottom|e_?block|e_?container)(?:$|[\s_-])|ipsquote",
    re.I,
)
_QUOTE_PARTS = frozenset(
    ["aside", "blockquote", "cite", "div", "dd", "dl", "fieldset", "figure", "li", "p", "section", "table", "td", "tr"]
)
_QUOTE_LABEL = re.compile(r"(?:quote|quoting|引用|引言|цитата|zitat|citation)\s*[::]?", re.I)
_SIGNATURE = re.compile(r"(?:^|[\s_-])(?:sig|signature|postsignature|user_?sig|signatures?)(?:$|[\s_-])", re.I)
# Some templates set a post's own words as a block quotation.
_OWN_WORDS = re.compile(
    r"(?:^|[\s_-])(?:post_?-?(?:content|body|text|message)|message(?:_?-?(?:content|body|text))?|comment_?-?(?:content|body|text))(?:$|[\s_-])",
    re.I,
)
_UNTOLD = re.compile(r"^\s*(?:javascript:|#$|#top$|about:blank|$)", re.I)


class _Writer:
    """Collects text and attributes, and keeps every span true while blanks are folded."""

    def __init__(self, page: FetchedPage, keep_quotes: bool, left_out: frozenset[HtmlElement]) -> None:
        self.page = page
        self.keep_quotes = keep_quotes
        self.left_out = left_out
        self.pieces: list[str] = []
        self.length = 0
        self.pending = ""
        self.attributes: list[Attribute] = []

    def say(self, text: str | None, verbatim: bool) -> None:
        if not text:
            return
        if verbatim:
            text = _LINE_END.sub("\n", text)
            if self.pending:
                self.pieces.append(self.pending)
                self.length += len(self.pending)
                self.pending = ""
            self.pieces.append(text)
            self.length += len(text)
            return
        if "\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text:
            text = _SPACE.sub(" ", text)
        if text[0] == " ":
            self.pause(" ")
            text = text[1:]
        if not text:
            return
        trailing = text[-1] == " "
        if trailing:
            text = text[:-1]
        self.settle()
        self.pieces.append(text)
        self.length += len(text)
        if trailing:
            self.pause(" ")

    def pause(self, blank: str) -> None:
        """A line's end outweighs a cell's end, and that a blank; nothing is written before the first word."""
        if self.length and _WEIGHTS[blank] >= _WEIGHTS[self.pending]:
            self.pending = blank

    def settle(self) -> None:
        if self.pending:
            self.pieces.append(self.pending)
            self.length += 1
            self.pending = ""

    def walk(self, element: HtmlElement, verbatim: bool = False) -> None:
        tag = element.tag
        if tag == "br":
            self.settle_line()
            return
        block = tag in _BLOCKS
        if block:
            self.pause("\n")
        elif tag in _CELLS:
            self.pause("\t")
        verbatim = verbatim or tag in _VERBATIM
        start, mark = self.length + len(self.pending), len(self.attributes)
        self.say(element.text, verbatim)
        quote_follows = False
        for child in element:
            if not isinstance(child.tag, str):
                self.say(child.tail, verbatim)
                continue
            if quote_follows:
                quote_follows = False
            elif child.tag in _LEFT_OUT or self.is_left_out(child):
                pass
            elif not self.keep_quotes and child.tag in _BLOCKS and _is_quote_label(child):
                quote_follows = True
            else:
                self.walk(child, verbatim)
            self.say(child.tail, verbatim)
        if element.attrib:
            self.note(element, start, mark)
        if block:
            self.pause("\n")
        elif tag in _CELLS:
            self.pause("\t")

    def settle_line(self) -> None:
        if self.length:
            if self.pending == "\n":
                # An empty line between two paragraphs is worth one more line end at most.
                return
            self.pending = "\n"

    def is_left_out(self, element: HtmlElement) -> bool:
        if self.left_out and element in self.left_out:
            return True
        if not self.keep_quotes and is_quote(element):
            return True
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if len(names) > 1 and _SIGNATURE.search(names):
            return True
        return (
            element.tag == "blockquote" and not self.keep_quotes and not _OWN_WORDS.search(element.get("class") or "")
        )

    def note(self, element: HtmlElement, start: int, mark: int) -> None:
        found = []
        for name, value in element.attrib.items():
            if name not in _ATTRIBUTES and not (name.startswith("data-") and len(value) > 5):
                continue
            if _UNTOLD.match(value):
                continue
            begin = min(start, self.length)
            found.append(Attribute(str(element.tag), str(name), str(value), begin, max(begin, self.length)))
        self.attributes[mark:mark] = found


def is_quote(element: HtmlElement) -> bool:
    """Whether an element's name says that it holds the words of another post."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return len(names) > 1 and element.tag in _QUOTE_PARTS and _QUOTE_CLASS.search(names) is not None


def _is_quote_label(element: HtmlElement) -> bool:
    if len(element) > 2 or len(element.text or "") >= 24:
        return False
    label = element.text_content()
    return len(label) < 24 and _QUOTE_LABEL.fullmatch(label.strip(" \t\r\n\xa0")) is not None


def passage(
    element: HtmlElement, page: FetchedPage, keep_quotes: bool = False, left_out: Sequence[HtmlElement] = ()
) -> Passage:
    """The passage of an element: quoted posts and signatures left out, code and spoilers kept.

    A blog's article quotes no other post: ``keep_quotes`` keeps its quotations. ``left_out``: parts of other people.
    """
    writer = _Writer(page, keep_quotes, frozenset(left_out))
    writer.walk(element)
    return Passage("".join(writer.pieces), tuple(writer.attributes))


_HIDDEN = re.compile(
    r"如果您?要查看本帖隐藏内容请?|本帖隐藏的?内容需要|(?:本帖|此处|以下|本文|该|部分)?(?:内容|资源|链接|下载地址)?(?:已)?(?:被)?(?:作者)?(?:隐藏|隱藏)(?:的)?(?:内容|內容|部分|区域)?[^。\n]{0,12}(?:回复|回覆|回帖|登录|登錄|登陆|评论|購買|购买|付费|积分|可见|可見|查看)"
    r"|本内容被作者隐藏|(?:回复|回覆|回帖|评论|登录|登錄|登陆|付费|购买|注册|支付)(?:本帖|主题|后|後|之后|才)+(?:才)?(?:可见|可見|可以?(?:查看|看到|下载|浏览)|显示|阅读)"
    r"|您?(?:需要|必须)(?:先)?(?:登录|登陆|回复|评论|支付|购买|付费)[^。\n]{0,8}(?:后)?才?(?:可以|能)?(?:查看|下载|浏览|可见|阅读)"
    r"|\bhidden (?:content|text|block|link)s?\b|\bcontent (?:of this post )?(?:is|has been) hidden\b"
    r"|\b(?:reply|log ?in|sign ?in|register|subscribe|like|react|comment|vote|pay)(?: or (?:register|log ?in|sign up))? to (?:this (?:topic|thread|post) to )?(?:see|view|unlock|reveal|read|access|download)\b"
    r"|\byou (?:must|have to|need to|should) (?:be )?(?:log(?:ged)? ?in|sign(?:ed)? ?in|regist\w+|reply|replied|like|react|comment|post)[^.\n]{0,60}(?:see|view|unlock|read|access|visible)\b"
    r"|\b(?:guests|visitors|unregistered users)\b[^.\n]{0,30}\b(?:cannot|can't|can not|not allowed|may not)\b[^.\n]{0,20}\b(?:see|view|links?|content|download)\b"
    r"|\blinks? (?:are|is) (?:visible|shown|available) (?:only )?(?:to|for) (?:registered|members)\b",
    re.I,
)
PRICE = re.compile(
    r"(?:[¥¥$€£₽]|US\$|HK\$|NT\$|RMB|CNY|USD|EUR|GBP)\s?\d[\d,]*(?:\.\d{1,2})?|\d[\d,]*(?:\.\d{1,2})?\s?(?:元|块钱|人民币|RMB|CNY|USD|EUR|GBP|euros?|dollars?|yuan)(?![A-Za-z])",
    re.I,
)
_SALE = re.compile(
    r"出售|售价|售|价格|现价|包邮|转让|微信|支付宝|淘宝|闲鱼|购买|\b(?:for sale|selling|sell|price[ds]?|wts|buy|paypal|shipping|payment)\b",
    re.I,
)


# Every alternative above holds one of these; most posts hold none, and a plain search is much cheaper.
_HIDDEN_HINTS = ("hidden", "guests", "visitors", "unregistered")
_HIDDEN_PHRASES = {
    " to ": (" to see", " to view", " to unlock", " to reveal", " to read", " to access", " to download"),
    "you ": ("you must", "you have to", "you need to", "you should"),
    "link": ("links are", "link is", "links is", "link are"),
}
_CHINESE_HIDDEN_HINTS = (
    "隐藏", "隱藏", "可见", "可見", "查看", "看到", "浏览", "显示", "阅读", "下载",
)  # fmt: skip
_ASCII = re.compile(r"[\x00-\x7f]+")
_MONEY_HINTS = ("$", "rmb", "cny", "usd", "eur", "gbp", "dollar", "yuan")
_WIDE_MONEY_HINTS = ("¥", "€", "£", "₽", "元", "块钱", "人民币")


def _letters(text: str) -> tuple[str, str]:
    """A text's ASCII letters in lower case, and all its others: searched apart, each takes a fraction of the time."""
    if text.isascii():
        return text.lower(), ""
    return text.encode("ascii", "ignore").decode("ascii").lower(), _ASCII.sub("", text)


def _holds(text: str, hints: tuple[str, ...]) -> bool:
    return any(hint in text for hint in hints)


def _may_hide(text: str) -> bool:
    lowered, others = _letters(text)
    if _holds(lowered, _HIDDEN_HINTS) or (others and _holds(others, _CHINESE_HIDDEN_HINTS)):
        return True
    return any(word in lowered and _holds(lowered, phrases) for word, phrases in _HIDDEN_PHRASES.items())


def hidden_words(text: str) -> str | None:
    """The page's own words for a block hidden from guests, one line of at most 200 characters; None without one."""
    found = _HIDDEN.search(text) if _may_hide(text) else None
    if found is None:
        return None
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    line = text[start : end if end >= 0 else len(text)].strip()
    return line if len(line) <= 200 else text[found.start() : found.start() + 200].strip()


def price_words(text: str) -> str | None:
    """The price as displayed, when the text sells something; None otherwise."""
    lowered, others = _letters(text)
    if not _holds(lowered, _MONEY_HINTS) and not (others and _holds(others, _WIDE_MONEY_HINTS)):
        return None
    found = PRICE.search(text)
    return found[0].strip() if found and _SALE.search(text) else None


_PLAYER_TAGS = ("iframe", "video", "audio", "source", "embed")
_NO_PLAYER = re.compile(
    r"recaptcha|captcha|/ads?[/.]|doubleclick|googletagmanager|facebook\.com/plugins|platform\.twitter|disqus|about:blank",
    re.I,
)


def players(element: HtmlElement, page: FetchedPage) -> tuple[str, ...]:
    """The addresses of embedded players, absolute, in order."""
    found = []
    for node in element.iter(*_PLAYER_TAGS):
        address = page.resolve(node.get("src") or node.get("data-src"))
        if address and not _NO_PLAYER.search(address):
            found.append(address)
    return tuple(dict.fromkeys(found))
