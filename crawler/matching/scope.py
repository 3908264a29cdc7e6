"""What a word against is said of: the title, or another thing of its own clause, a name, a label, a remark in brackets."""

import re
from bisect import bisect_left
from functools import lru_cache

from crawler.matching.host_rows import host_rows
from crawler.matching.lexicon import known
from crawler.matching.others_named import of_another
from crawler.matching.page import Page
from crawler.matching.spread import Said
from crawler.matching.surroundings import Surroundings
from crawler.matching.synopsis import in_synopsis
from crawler.matching.threads import given_instead

OF_ANOTHER = 0.15
_THINGS = frozenset(("trailer", "soundtrack", "subtitles", "merchandise", "fanwork"))
_ABOUT = frozenset(
    (*_THINGS, "review", "news", "reference", "second-hand", "lending", "licensed", "programme", "related", "request")
)
_OF_WHAT_WAS_ASKED = frozenset(("request", "not-shared", "removed"))
_OF_OTHERS = frozenset((*_ABOUT, "moderation", "removed"))
# What may happen in a story.
_OF_STORY = frozenset(
    ("request", "review", "news", "removed", "moderation", "second-hand", "lending", "reference", "programme", "related", "support", *_THINGS)
)  # fmt: skip
# Where one clause ends and the next begins, whatever they say.
_PARTED = re.compile(r"[|｜•·»\n\r;；。！？]|\s/{1,2}\s|[.!?…]+[\"”’)\]]*(?=\s)|\s[–—>]+\s|\s-\s")
_WORD = r"[A-Z][\w'’]*"
_NAME = rf"(?:{_WORD}(?: (?:(?:of|the|and|to|in|for|a|&) ){{0,2}}{_WORD}|: {_WORD}| \d{{1,2}}(?!\d)){{1,6}})"
_NAME_AHEAD = re.compile(
    rf"({_NAME})(?:['’]s)? (?:(?:official|teaser|trailer|final|new|first|full|red|green|band|fan|theme|motion|picture|movie|film|show|game|book) )*$"
)
_NAME_BEHIND = re.compile(rf"^ (?:of|for|to|about|zu) (?:the |my |our )?({_NAME}|{_WORD})")
_FILE_NAME = re.compile(r"(?<![\w./:@-])[^\W_]++(?:[._]+[^\W_]++){2,}+[\w.-]*+(?!/\S)")
_LINK = re.compile(r"https?://|\.[a-z]{2,8}/")
_LISTED = re.compile(r"[,，;；、:：]\s*")
_RUN = re.compile(rf"{_WORD}(?: {_WORD}){{1,3}}(?: \d{{1,2}})?")
_TALKED = re.compile(rf"{_NAME}")
_AND_MORE = re.compile(r"(?i)\s*(?:(?:and|&|\+|plus) .*|etc\b.*|\.\.\..*)$")
_FEWEST_LISTED = 2
_BRACKETS = {"(": ")", "[": "]", "（": "）"}
_OTHER_ONE = re.compile(
    r"(?i)\b(?:not|no|isn'?t|nicht|pas|kein\w*) (?:[a-z]+ ){0,2}(?:(?:18|19|20)\d\d|['’]?\d\ds?|older|old|original|first|other|newer|new|tv|bbc|animated|remake|sequel|prequel|extended|theatrical)\b"
)
_WITH_COPY = re.compile(
    r"^\s*(?:\+|&|and|und|y|et|plus|/|n'?)\s*(?:full )?(?:dl|d/l|ddl|download\w*|links?|rip|flac|mp3|epub|pdf|copy|file|magnet|torrent|mega|gdrive)\b",
    re.IGNORECASE,
)
_COPY_AND = re.compile(
    r"(?:\bdl|ddl|download|links?|rip|file|magnet|torrent)\s*(?:\+|&|and|plus|/)\s*(?:\w+ )?$", re.IGNORECASE
)
# "All locked chapters, free here": what is barred elsewhere is what is given.
_PART_GIVEN = re.compile(
    r"^ ?(?:chapters?|chaps?|ch|episodes?|eps?|content|scenes?|levels?|dlcs?|characters?|bonus|extras?|pages?|tiers?|posts?|parts?|volumes?|skins?|features?|cars?|songs?|tracks?|stuff|bits)\b"
)
# "AutoModerator: be kind": who speaks; what is said tells itself whether anything was taken away.
_SPEAKER = re.compile(r"(?:[_-]?(?:bot|team))?\s?(?:\[\w+\])?:(?=\s)")
_POST = re.compile(r"(?:auto ?)?mod(?:erator)?s?|admins?|staff")
_BEFORE_NAME = " \t>*-[]#@/u"
_PLACE_OF_ASKING = re.compile(
    r"^ ?(?:threads?|sections?|forums?|sub ?forums?|channels?|boards?|lists?|queues?|forms?|box|pages?|topics?|posts?|bots?|rooms?|chats?|groups?|tabs?)\b"
)
# "With the old book, which is free": what comes along is another thing.
_ADDED = re.compile(r"(?:附|送|赠|另含|外加)[^，。,;；|\n]{0,6}$")
# "Report missing pages", "tell me if a page is missing".
_REPORTING = re.compile(r"(?:report|tell|shout|msg|message|comment|let (?:me|us) know|flag|ping|pm|dm)(?: \w+){0,5} ?$")


def scope(group: str, word: Said, near: Surroundings, firm: int) -> float:
    """How much of a word against is said of the title: 1 all of it, 0 nothing, by what it stands beside in its own clause."""
    raw, place = near.page.raw, near.place
    if word.start < place.end and word.end > place.start:
        return 1.0
    offered = firm > 0 or near.release == 2
    if group in _OF_WHAT_WAS_ASKED and given_instead(near.page, place.start):
        return 0.0
    if group == "reference" and (rows := host_rows(near.page)) and word.start < rows[0]:
        # The fields of a site about films stand above its rows.
        return 0.0
    if _in_file_name(group, word, near):
        return 0.0
    if group in ("review", "subtitles", "reference", "soundtrack") and _beside_copy(word, raw):
        return OF_ANOTHER
    if (
        group in ("moderation", "licensed")
        and _PART_GIVEN.match(word.behind)
        and word.text.endswith(("locked", "only", "exclusive"))
    ):
        return 0.0
    if (
        group == "moderation"
        and _POST.fullmatch(word.text)
        and _SPEAKER.match(raw, word.end)
        and not raw[: word.start].rpartition("\n")[2].strip(_BEFORE_NAME)
    ):
        return 0.0
    if group == "request" and offered and _PLACE_OF_ASKING.match(word.behind):
        return OF_ANOTHER
    if word.text == "missing" and _REPORTING.search(word.ahead):
        return 0.0
    if group in _OF_STORY and in_synopsis(raw, word.start, place.start):
        return 0.0
    if group in _OF_OTHERS and offered and of_another(word, raw, (place.start, place.end)):
        return OF_ANOTHER
    if group in ("free-work", "licensed") and _ADDED.search(raw, max(0, word.start - 12), word.start):
        return OF_ANOTHER
    if not raw[word.start].isascii():
        return 0.0 if _in_chinese_name(group, word, near) else 1.0
    if _in_listed_name(group, word, near):
        return 0.0
    if offered and _in_remark(word, near):
        return OF_ANOTHER
    if group in _ABOUT and offered and _of_another_name(word, near):
        return OF_ANOTHER
    return 1.0


def _clause(raw: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a stretch of raw text, between signs that part."""
    low = max(0, start - 160)
    first = max((found.end() for found in _PARTED.finditer(raw, low, start)), default=low)
    last = _PARTED.search(raw, end, end + 160)
    return first, last.start() if last else min(len(raw), end + 160)


def _of_another_name(word: Said, near: Surroundings) -> bool:
    """In a clause without the title one of the words against has another name than the title's right before or after it."""
    raw, place = near.page.raw, near.place
    first, last = _clause(raw, word.start, word.end)
    if (first < place.end and place.start < last) or _LINK.search(raw, first, last):
        # What a clause with a link of its own tells of is what is given there.
        return False
    said = _about(near.page)
    inside = said[bisect_left(said, first, key=_start) : bisect_left(said, last, key=_start)]
    return any(_named_beside(raw, one, first, last, near) for one in (word, *inside) if one.end <= last)


@lru_cache(maxsize=4)
def _about(page: Page) -> tuple[Said, ...]:
    """The words against that tell what is spoken of, by their places."""
    by_group = page.spread.by_group
    return tuple(sorted({one for group in _ABOUT for one in by_group.get(group, ())}))


def _start(word: Said) -> int:
    return word.start


def _named_beside(raw: str, word: Said, first: int, last: int, near: Surroundings) -> bool:
    """Another name than the title's stands right before or after a word of a clause."""
    named = _NAME_AHEAD.search(raw[first : word.start])
    name = named[1] if named else None
    if name is None:
        behind = _NAME_BEHIND.match(raw[word.end : last])
        name = behind[1] if behind else None
    if name is None:
        return False
    own = set(near.place.spelling.split())
    words = [token for token in re.findall(r"[\w'’]+", name.lower()) if token not in own]
    return any(not known(token) for token in words) and not _starred(name, near)


def _starred(name: str, near: Surroundings) -> bool:
    """The name is that of somebody who made the work, or holds the whole title."""
    lowered = name.lower()
    return near.page.raw[near.place.start : near.place.end].lower() in lowered or any(
        near.words.text[start:end] in lowered for known_as, start, end in near.creators if known_as
    )


def _in_file_name(group: str, word: Said, near: Surroundings) -> bool:
    """The word is a part of another file's name: no word of talk, and said of that file if it names a thing."""
    if group in _THINGS or group in ("removed", "moderation"):
        return False
    raw = near.page.raw
    return any(
        low <= word.start and word.end <= high and not low <= near.place.start < high for low, high in _file_names(raw)
    )


@lru_cache(maxsize=4)
def _file_names(raw: str) -> tuple[tuple[int, int], ...]:
    return tuple(found.span() for found in _FILE_NAME.finditer(raw))


def _in_listed_name(group: str, word: Said, near: Surroundings) -> bool:
    """The word begins a name of its own among the titles of a list parted by commas, and is not what that name calls its thing."""
    raw, place = near.page.raw, near.place
    if not raw[word.start].isupper():
        return False
    first, last = _clause(raw, place.start, place.end)
    if not (first <= word.start < last):
        return False
    between = (place.end, word.start) if place.end <= word.start else (word.end, place.start)
    if not _LISTED.search(raw, *between) or len(_LISTED.findall(raw, first, last)) < _FEWEST_LISTED:
        return False
    low = max((found.end() for found in _LISTED.finditer(raw, first, word.start)), default=first)
    following = _LISTED.search(raw, word.end, last)
    item = _AND_MORE.sub("", raw[low : following.start() if following else last]).strip()
    own = raw[word.start : word.end]
    if item == f"The {own}":
        return True
    run = (_RUN if group in _THINGS else _TALKED).fullmatch(item)
    if run is None or not item.startswith(own) or item == own:
        return False
    return not known(item.rstrip(" 0123456789").rpartition(" ")[2].lower())


# What stands in marks behind these words is what a file or a channel is called.
_CALLED = re.compile(
    r"(?:改[名成为]?成?|命名|文件名|[檔档]名|名字?|名[叫为為]|叫做?|[频頻]道|公众号|公眾號|群名?|博主|店铺?)[:：]? ?$"
)
_MARKS = (("《", "》"), ("“", "”"), ("「", "」"), ("『", "』"))
_OF_RULES = re.compile(r"(?:规定|規定|办法|辦法|条例|條例|公告|规则|規則|准则|须知|协议|守则|[^\s]法)》")
_OF_CHINESE = frozenset((*_ABOUT, "moderation"))


def _in_chinese_name(group: str, word: Said, near: Surroundings) -> bool:
    """The word is a part of a Chinese name without the title: one in marks, or another work in a list parted by 、."""
    if group not in _OF_CHINESE:
        return False
    raw, place = near.page.raw, near.place
    for sign, closing in _MARKS:
        opened = raw.rfind(sign, max(0, word.start - 40), word.start)
        closed = raw.find(closing, word.end, word.end + 40)
        if opened < 0 or closed < 0 or closing in raw[opened : word.start] or "\n" in raw[opened:closed]:
            continue
        if opened < place.start < closed:
            continue
        # A notice cites its rules in the marks of works.
        if (sign == "《" and not _OF_RULES.search(raw, opened, closed + 1)) or _CALLED.search(
            raw, max(0, opened - 8), opened
        ):
            return True
    low, high = sorted((place.start, word.start))
    between = raw[low:high]
    if "、" not in between or _SENTENCE.search(between):
        return False
    start = max(raw.rfind(mark, 0, word.start) for mark in "、，,：:\n") + 1
    found = _ITEM_ENDED.search(raw, word.end)
    item = raw[start : found.start() if found else len(raw)].strip()
    # A name that holds the word and more before or behind it, but no sentence.
    return len(word.text) + 2 <= len(item) <= _LONGEST_ITEM and not item.endswith(word.text) and not _TOLD.search(item)


_SENTENCE = re.compile(r"[。！？；!?;\n，]")
_ITEM_ENDED = re.compile(r"[、，,。！？；…\n]|\s\S")
_LONGEST_ITEM = 14
_TOLD = re.compile(r"[了吗呢吧啊]$|不|没|请|是")


def _in_remark(word: Said, near: Surroundings) -> bool:
    """The word stands in a remark in brackets that tells of another version, and the title does not."""
    raw, place = near.page.raw, near.place
    for sign, closing in _BRACKETS.items():
        opened = raw.rfind(sign, max(0, word.start - 160), word.start)
        if opened < 0 or closing in raw[opened : word.start]:
            continue
        closed = raw.find(closing, word.end, word.end + 160)
        if closed < 0 or opened < place.start < closed:
            continue
        if _OTHER_ONE.search(raw, opened, closed):
            return True
    return False


def _beside_copy(word: Said, raw: str) -> bool:
    """A sign for “and” joins the word to a copy: both are given."""
    return (
        _WITH_COPY.match(raw[word.end : word.end + 24]) is not None
        or _COPY_AND.search(raw[max(0, word.start - 24) : word.start]) is not None
    )
