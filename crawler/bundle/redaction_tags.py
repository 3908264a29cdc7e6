"""Tags and comments of a page: which of them a reader sees as the end of a line, and which not at all.

Nothing here takes more time than grows with the page, whatever the page holds.
"""

import re
from typing import Literal, NamedTuple

Seen = Literal["nothing", "line"]

_BLOCK = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "caption", "center", "col", "colgroup", "dd",
     "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frame",
     "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "iframe", "legend",
     "li", "link", "main", "menu", "meta", "nav", "noframes", "noscript", "object", "ol", "optgroup", "option", "p",
     "param", "pre", "script", "search", "section", "select", "style", "summary", "table", "tbody", "td", "template",
     "textarea", "tfoot", "th", "thead", "title", "tr", "ul", "xmp"}
)  # fmt: skip
"""All others stand within a line, those that nobody has heard of too."""
_TAG = re.compile(
    r"</?(?P<name>[A-Za-z][^\s/>]*)(?:=\s{0,100}+(?:\"[^\"]*+\"|'[^']*+')|[^>])*+>", re.DOTALL
)  # fmt: skip
_BARE = re.compile(r"</?(?P<name>[A-Za-z][^\s/>]*)[^>]*+>")
_COMMENT_END = re.compile(r"--!?>")
_OVER_WORDS = frozenset({"rt", "rp"})


class Tag(NamedTuple):
    """One tag or comment: where it ends, and what a reader sees of it."""

    end: int
    seen: Seen


class Tags:
    """Reads the tags of one page, from its beginning to its end."""

    def __init__(self, raw: str, without_ruby: bool = False) -> None:
        """`without_ruby` takes the small readings above words for a part of their tags."""
        self._raw = raw
        self._without_ruby = without_ruby
        self._last = raw.rfind(">")
        self._last_comment = raw.rfind("--")
        self._tag = _TAG

    def at(self, place: int) -> Tag | None:
        """The tag or comment that begins at a ``<``; None when none does."""
        raw = self._raw
        if place >= self._last:
            return None
        if raw.startswith("<!--", place):
            found = _COMMENT_END.search(raw, place + 2) if place < self._last_comment else None
            if found is None:
                self._last_comment = place
                return None
            return Tag(found.end(), "nothing")
        match = self._tag.match(raw, place)
        if match is None and self._tag is _TAG and _BARE.match(raw, place):
            # Nothing after a value without an end is shown; from there on the first > ends a tag.
            self._tag = _BARE
            match = _BARE.match(raw, place)
        if match is None:
            return self._bogus(place)
        name = match["name"].lower()
        if self._without_ruby and name in _OVER_WORDS and raw[place + 1] != "/":
            following = raw.find("<", match.end())
            return Tag(following if following >= 0 else len(raw), "nothing")
        return Tag(match.end(), "line" if name in _BLOCK else "nothing")

    def _bogus(self, place: int) -> Tag | None:
        """What a browser takes for a comment: ``<!...>``, ``<?...>``, ``</ ...>``."""
        if self._raw[place + 1 : place + 2] not in ("!", "?", "/"):
            return None
        return Tag(self._raw.index(">", place) + 1, "nothing")
