"""Forms of a copy that a line names but is not: one that is denied, or papers that come along."""

import re

from crawler.matching.spread import Said

_REACH = 24
# "It is no television series", "don't mix it up with the audiobook".
_DENIED = re.compile(
    r"(?:不是|并非|非|不同于|有别于|(?:别|不要|勿|可别)(?:和|跟|与|当|当成|看成|认成|下成|买成))(?:那个|那部|那版|那种|什么|原著|原版|之前的)?[\"“《 ]*$"
    r"|(?<![a-z])(?:not|isn t|nicht|pas) (?:(?:the|a|an|any|die|der|das|le|la|el) )?(?:original |old |new )?$"
)
_MEDIA = {
    "film": ("电影", "电影版", "movie", "film"),
    "series": ("电视剧", "电视剧版", "剧集", "剧版", "tv series", "series"),
    "book": ("小说", "原著小说", "原著", "novel", "book", "ebook"),
    "audiobook": ("有声书", "有声小说", "广播剧", "有声剧", "听书", "audiobook"),
    "game": ("游戏", "游戏版", "game"),
}
_ALONG = re.compile(r"(?:附|赠|送|带|含|配|加|外加|\+|＋| plus | with )[^，。,;；|\n]{0,6}$")
_PAPERS = re.compile(r"(?:电子)?(?:讲义|课件|笔记|资料|教辅|习题|handouts?|slides|workbook)")


def denied(text: str, start: int) -> bool:
    """The word at a place of a line is what the copy is said not to be."""
    return _DENIED.search(text[max(0, start - _REACH) : start]) is not None


def denies(kind: str, word: str) -> bool:
    """To deny the word is to deny that the copy is a work of this kind."""
    return word in _MEDIA.get(kind, ())


def comes_along(text: str, word: Said) -> bool:
    """The word names what is added to a copy."""
    return _ALONG.search(text[max(0, word.start - _REACH) : word.start]) is not None


def papers(text: str, word: Said) -> bool:
    """The word stands beside the papers of a course."""
    return _PAPERS.search(text[max(0, word.start - 4) : word.end + 4]) is not None


def spaced_out(kind: str, text: str) -> tuple[int, int] | None:
    """Where a line names the kind of work, its letters apart or within a name of the work, and does not deny it."""
    for word in _MEDIA.get(kind, ()):
        found = re.search(" ?".join(word), text) if not word.isascii() else None
        if found and not denied(text, found.start()):
            return found.span()
    return None
