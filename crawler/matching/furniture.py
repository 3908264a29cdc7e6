"""The furniture of Chinese pages: buttons, tabs and footers, data of a record, sources of a copy; none of it is said of a work."""

import re

from crawler.matching.spread import Said

_MOST = 9
"""Characters of a button's name or a tab's, with its count."""
_FEWEST = 3
_PARTED = re.compile(r"[|｜·•]")
_STATES = frozenset(("失效", "已失效", "已删除"))
_REPORT = re.compile("举报|反馈|报错|纠错")
_BUTTON = re.compile(r"[\[【〔(（][^\[\]【】〔〕()（）\n]{1,10}[\]】〕)）]")
_COUNT = re.compile(r"^\s?[(（]\s?[\d.,]+\s?[万wk+]?\s?[)）]")
_SENTENCE = re.compile("[。！？，；,;!?：]")
# "湖南文艺出版社 / 2022", "出版社：作家出版社": who published what is described.
_PUBLISHED = re.compile(
    r"^(?:社|公司)? ?(?:$|年? ?\d{4}|[\u4e00-\u9fff]{2,8}(?:出版社|书局|文化|公司)|第?[一二三四五六七八九\d]+版|isbn|格式|大小|出版[年日时]|页数|定价\d|原版|正版扫|扫描|译|精校|的?(?:pdf|epub|mobi|azw3))"
)
_INVITED = re.compile(r"(?:欢迎|接受|可以?|支持|开放|留言|有偿|免费|继续)(?:评论区?|留言|来)?$")
_TRADED = re.compile(r"(?:蝦皮|虾皮|露天|旋转拍卖|旋轉拍賣|carousell|下[标標单單]|[卖賣][场場])", re.IGNORECASE)
_ALSO_GIVEN = re.compile(r"(?:送|附|含|带|赠|加|另有|外加)[\u4e00-\u9fff+ ]{0,6}$")


def is_control(word: Said, raw: str, title: int) -> bool:
    """Whether a word is, or stands in, the name of a button, a tab or an entry of a footer, side by side with others.

    These stand behind the title, whose raw place is given.
    """
    if word.start < title:
        return False
    low = raw.rfind("\n", 0, word.start) + 1
    high = raw.find("\n", word.end)
    line = raw[low : high if high >= 0 else len(raw)]
    at, end = word.start - low, word.end - low
    buttons = [found.span() for found in _BUTTON.finditer(line)]
    if len(buttons) > 1 and any(start < at and end < stop for start, stop in buttons):
        return word.text not in _STATES or any(
            _REPORT.search(line[start:stop]) for start, stop in buttons if start < at < stop
        )
    if word.text in _STATES:
        return False
    if _COUNT.match(line[end:]) and not _SENTENCE.search(line[:at]):
        return True
    if _SENTENCE.search(line) or (low <= title and not _PARTED.search(line)):
        return False
    pieces = [found.span() for found in re.finditer(r"[^|｜·•/／\s]+", line)]
    own = [place for place, (start, stop) in enumerate(pieces) if start <= at and end <= stop]
    if not own or any(stop - start > _MOST for start, stop in pieces[max(0, own[0] - 2) : own[0] + 3]):
        return False
    return len(pieces) > _FEWEST


def is_datum(word: Said, ahead: str) -> bool:
    """Whether a publisher is named as the data of a file are: after a label, or before a year, an edition or a form."""
    return word.text.endswith("出版社") and (
        _PUBLISHED.match(word.behind.lstrip()) is not None or ahead.rstrip().endswith(("出版社", "出版"))
    )


def is_invited(word: Said, ahead: str) -> bool:
    """Whether requests are what a site invites its readers to."""
    return word.text.startswith("求") and _INVITED.search(ahead.rstrip()) is not None


def is_chat(word: Said, text: str) -> bool:
    """Whether the word for a talk is what a marketplace calls its messages."""
    return word.text == "聊聊" and _TRADED.search(text) is not None


def is_given_along(ahead: str) -> bool:
    """Whether what is named comes along with the copy."""
    return _ALSO_GIVEN.search(ahead.rstrip()) is not None
