"""The parts of one post by structure: who wrote it, when, and which element holds the words."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from spiders.calibration import Calibration
from spiders.markers import class_key
from spiders.posts import NOT_POSTED, PostTime, read_time, words
from spiders.reading import is_quote

_TIME_HINT = re.compile(r"\d{1,2}\s?[::时點点]\s?\d{2}|\bago\b|前|刚|\bnoon\b|\bmidnight\b|\d\s?[ap]\.?m\b", re.I)
_TIME_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|time|datetime|timestamp|posted|postdate|post_date|posttime|created|published|when|ago|permalink|meta|info)",
    re.I,
)
_MACHINE = frozenset(("datetime", "data-time", "data-timestamp", "data-date", "data-epoch", "data-created"))
# Blanks of the source included; `read_time` takes no words beyond 400 letters.
_LONG_TEXT = 2000
_SHORT_TEXT = 60
_DAY = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}月|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\btoday|\byesterday|今天|昨天",
    re.I,
)
_HAS_DIGIT = re.compile(r"\d")
_USER_LINK = re.compile(
    r"(?:^|[/?&;=.])(?:u|user|users|member|members|memberlist|profile|profiles|viewprofile|author|authors|people|space|viewpro|uid|userid|username|viewuser|account|home\.php)(?:[/.?=&;-]|$)",
    re.I,
)
_AUTHOR_CLASS = re.compile(
    r"(?:^|[\s_-])(?:author|username|user_?name|poster|nick(?:name)?|byline|userlink|bigusername|creator|handle|login|fn|member_?name|display_?name|user__?link)(?:$|[\s_-])",
    re.I,
)
_PROFILE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:profile|postprofile|author|user(?:info|name|details|_info|_details|card)?|avatar|poster|postleft|post_author|member|sidebar|left|pls|rank|stats|badge)(?:$|[\s_-])",
    re.I,
)
_BODY_CLASS = re.compile(
    r"(?:^|[\s_-])(?:content|body|message|msg|text|postmsg|post_?body|post_?message|post_?content|post_?text|postmessage|entry|bb_?wrapper|bbcode|markdown|cooked|comment_?text|comment_?body|inner|description|prose|rich_?text|articlebody|message_?text|message_?body)(?:$|[\s_-]|\d)",
    re.I,
)
_NOT_BODY_CLASS = re.compile(
    r"(?:^|[\s_-])(?:footer|foot|actions?|buttons?|controls?|toolbar|tools|share|signature|sig|meta|header|head|head(?:line|ing)?|title|subject|avatar|author|reactions?|likes?|menu|nav|edit(?:ed)?|notice|form|respond|comments|comment-?list)(?:$|[\s_-])",
    re.I,
)
_BODY_TAGS = frozenset(["div", "td", "section", "article", "p", "span", "dd", "li", "pre", "main", "blockquote"])
_DIGITS = re.compile(r"\d+")
_PROFILE_WORDS = re.compile(
    r"\b(?:joined|registered|member since|posts?|reputation|location|threads|likes received|offline|online)\s*[::]|积分|威望|注册时间|精华|帖子\s*[::]?\s*\d|当前离线|当前在线|在线时间",
    re.I,
)
_WORDS_BESIDE = 30
_LONG_PROFILE = 600
_QUOTING = re.compile(r"[\W_]*(?:原帖由|原文由|最初由|引用|originally posted by|quot(?:e[ds]?|ing)\b)", re.I)
_OTHER_TIME = re.compile(
    r"(?:^|[\s_-])(?:registered|registration|joined|join-?date|member-?since|edited|edit-?info|modified|lastedit|last-?(?:seen|visit|active|login|online))(?:$|[\s_-])",
    re.I,
)
_WRITTEN_CLASS = re.compile(
    r"(?:^|[\s_-])(?:(?:post|comment|message)_?-?(?:content|body|text)|entry-content|postcontent|bbcode|markdown|cooked)(?:$|[\s_-])",
    re.I,
)
_ADDRESS = re.compile(r"(?:https?:|www\.|magnet:|ed2k:)", re.I)
_BUTTON = re.compile(
    r"\W*(?:(?:view |user )?profile|p\.?m\.?|(?:send )?(?:a )?(?:private )?message|e-?mail|www|find(?: all)?(?: posts)?|more posts|资料|个人资料|个人空间|空间|短消息|发消息|加为?好友|只看(?:该作者|楼主|他|她)|查看资料)\W*",
    re.I,
)
_NAME_TAGS = frozenset(("b", "strong", "h3", "h4", "h5", "h6", "cite", "dt", "font", "i", "em", "span"))
_NAME = re.compile(r"(?!#?\d+$)[^::#\n]+")
_AUTHOR_DATA = ("data-author", "data-username", "data-author-name", "data-user-name")
_ANSWERING = re.compile(r"(?:(?:re|aw|sv|回复|回覆|答复)\s*(?:\[\d+\])?\s*[:\uff1a]\s*)+", re.I)
_EDGE = re.compile(r"[\W_]+$")
_HOLDERS = frozenset(("table", "tbody", "tr", "ul", "ol", "dl", "center", "font", "figure"))
_SEVERAL = 3
_FEW_PARTS = 4
_SKIPPED = frozenset(["script", "style", "form", "select", "textarea", "noscript", "svg", "template"])


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The parts that were found in one block."""

    block: HtmlElement
    author: str | None
    time: PostTime | None
    body: HtmlElement | None


def dissect(found_blocks: Sequence[HtmlElement], calibration: Calibration, title: str = "") -> list[Anatomy]:
    """The parts of each block; the body is the kind of element that holds most words over all blocks.

    ``title``: the topic's, whose repetition above each post is no one's words.
    """
    parts = [(block, _author(block), _time(block, calibration)) for block in found_blocks]
    if not any(author for _, author, _ in parts):
        parts = [(block, _first_words(block) if time else None, time) for block, _, time in parts]
    chosen: list[dict[str, HtmlElement]] = []
    weights: Counter[str] = Counter()
    for block, author, time in parts:
        held = {
            key: (element, weight)
            for key, element, weight in _bodies(block, author[1] if author else None, time[1] if time else None)
            if not (title and repeats(element, title))
        }
        chosen.append({key: element for key, (element, _) in held.items()})
        for key, (_, weight) in held.items():
            weights[key] += weight
    best = [key for key, _ in weights.most_common()]
    own = next((key for key in best if not _is_same(chosen, key)), None)
    best = [own, *best] if own else best
    return [
        Anatomy(
            block,
            author[0] if author else None,
            time[0] if time else None,
            next((held[key] for key in best if key in held), None),
        )
        for (block, author, time), held in zip(parts, chosen, strict=True)
    ]


def _is_same(chosen: Sequence[dict[str, HtmlElement]], key: str) -> bool:
    """Whether a part says the same in each of several posts, as buttons below them do; people do not."""
    held = [parts[key] for parts in chosen if key in parts]
    return len(held) >= _SEVERAL and len({_written(element) for element in held}) == 1


def repeats(element: HtmlElement, title: str) -> bool:
    """Whether an element says that it answers a topic and nothing more: the topic's title after ``Re:``."""
    text = words(element) if len(element) <= _FEW_PARTS else ""
    answering = _ANSWERING.match(text)
    return answering is not None and _EDGE.sub("", text[answering.end() :]) == _EDGE.sub("", title)


def _names(element: HtmlElement) -> str:
    if not element.attrib:
        return ""
    return _without_digits(element.get("class") or "", element.get("id") or "", element.get("itemprop") or "")


@lru_cache(maxsize=4096)
def _without_digits(class_name: str, name: str, role: str) -> str:
    return _DIGITS.sub("", f"{class_name} {name} {role}").strip()


def _author(block: HtmlElement) -> tuple[str, HtmlElement] | None:
    told = next((value for name in _AUTHOR_DATA if (value := block.get(name))), None)
    weak: tuple[str, HtmlElement] | None = None
    for element in block.iter("a", "span", "strong", "b", "cite", "div", "dt", "h3", "h4", "p", "address"):
        is_link = element.tag == "a"
        if is_link and (element.get("rel") == "author" or _USER_LINK.search(element.get("href") or "")):
            text = words(element)
            if (
                0 < len(text) <= 60
                and not text.isdigit()
                and not _BUTTON.fullmatch(text)
                and not _shows_picture(element)
                and not _in_words(element, block)
            ):
                return told or text, element
        elif weak is None and len(element) <= 3 and (names := _names(element)) and _AUTHOR_CLASS.search(names):
            text = words(element)
            if 0 < len(text) <= 60:
                weak = re.sub(r"^(?:by|posted by|author|作者|发布者?|楼主)\s*[::]?\s*", "", text, flags=re.I), element
    if weak:
        return told or weak[0], weak[1]
    return (told, block) if told else None


def _in_words(anchor: HtmlElement, block: HtmlElement) -> bool:
    """Whether a link is named by its own address, or stands in the part of a block that holds what was written."""
    if _ADDRESS.match(words(anchor)):
        return True
    for element in anchor.iterancestors():
        if element is block:
            return False
        names = element.get("class") or ""
        if _WRITTEN_CLASS.search(names):
            return True
        if _NOT_BODY_CLASS.search(names) or _PROFILE_CLASS.search(names):
            return False
    return False


def _first_words(block: HtmlElement) -> tuple[str, HtmlElement] | None:
    """The person whose name opens a block in an element of its own, where no class and no link says who wrote."""
    for element in block.iter():
        if not isinstance(element.tag, str) or not (element.text or "").strip():
            if isinstance(element.tag, str) and (element.tail or "").strip() and element is not block:
                return None
            continue
        text = words(element)
        named = element.tag in _NAME_TAGS and len(element) == 0 and 0 < len(text) <= 40 and _NAME.fullmatch(text)
        return (text, element) if named else None
    return None


def _shows_picture(anchor: HtmlElement) -> bool:
    return any("avatar" in (element.get("class") or "").lower() for element in anchor.iter())


def _time(block: HtmlElement, calibration: Calibration) -> tuple[PostTime, HtmlElement] | None:
    ranked: list[tuple[int, int, PostTime, HtmlElement]] = []
    for position, element in enumerate(time_elements(block)):
        found = read_time(element, calibration)
        if found is None or _is_other_time(element, block):
            continue
        quoted = _is_quoted(element, block)
        if found.time.utc is not None and element.tag == "time" and not quoted:
            return found, element
        named = bool(_TIME_CLASS.search(_names(element)) or (element.tag == "a" and "#" in (element.get("href") or "")))
        rank = (
            0 if found.source == "datetime-attribute" else 1 if found.source == "title-attribute" else 2 if named else 3
        )
        ranked.append((rank + 4 * quoted, position, found, element))
    if not ranked:
        return None
    _, _, found, element = min(ranked, key=lambda each: each[:2])
    return found, element


def _is_other_time(element: HtmlElement, block: HtmlElement) -> bool:
    """Whether a time says when a person joined or when words were edited: by a name around it or the label before it."""
    before = element.getprevious()
    label = before.tail if before is not None else None
    parent = element.getparent()
    if before is None and parent is not None and element is not block:
        label = parent.text
    if label and NOT_POSTED.search(" ".join(label.split())):
        return True
    current: HtmlElement | None = element
    for _ in range(3):
        if current is None or current is block:
            return False
        if _OTHER_TIME.search(_names(current)):
            return True
        current = current.getparent()
    return False


def _is_quoted(element: HtmlElement, block: HtmlElement) -> bool:
    """Whether a time is that of a post quoted inside this one."""
    if _QUOTING.match(words(element)[:80]):
        return True
    current: HtmlElement | None = element
    while current is not None and current is not block:
        if current.tag in ("blockquote", "cite") or is_quote(current):
            return True
        current = current.getparent()
    return False


def time_elements(block: HtmlElement) -> Iterator[HtmlElement]:
    """Small elements that may show a time, in order; an element's own words and those after its children count as its own."""
    for element in block.iter():
        if element.tag in _SKIPPED:
            continue
        attributes = element.keys()
        if attributes:
            if not _MACHINE.isdisjoint(attributes) and any(element.get(name) for name in _MACHINE):
                yield element
                continue
            title = element.get("title")
            if title and (_TIME_HINT.search(title) or (":" in (element.text or "") and _HAS_DIGIT.search(title))):
                yield element
                continue
        own = element.text or ""
        if len(element):
            own = f"{own}\n{' '.join([child.tail or '' for child in element])}"
        if len(own) < _LONG_TEXT and not own.isspace():
            if _TIME_HINT.search(own):
                yield element
            elif (
                0 < len(element) <= 2
                and len(own) <= _SHORT_TEXT
                and _DAY.search(own)
                and any(_TIME_HINT.search(child.text or "") for child in element)
            ):
                # The day stands here, the clock in an element of its own.
                yield element


def _bodies(
    block: HtmlElement, author: HtmlElement | None, time: HtmlElement | None
) -> Iterator[tuple[str, HtmlElement, int]]:
    """Candidates: named like a body, or hanging beside the author and the time; none of them holds either."""
    kept_out = {part for part in (author, time) if part is not None and part is not block}
    blocked = set(kept_out)
    for part in kept_out:
        for ancestor in part.iterancestors():
            blocked.add(ancestor)
            if ancestor is block:
                break
    seen: set[str] = set()
    for element in _open(block, blocked):
        key = _key(element, block)
        if key in seen:
            continue
        content = _written(element)
        length = len(content)
        if len(element):
            buttons = sum([len(text) for text in map(words, element.iter("a")) if len(text) <= 12])
            length = max(length - buttons * 2 // 3, length // 8)
            length += 60 * len(list(element.iter("iframe", "video", "embed")))
        if not length:
            continue
        names = _names(element)
        inner = next((child for child in element.iter(*_BODY_TAGS) if child is not element and _is_body(child)), None)
        if inner is not None and not _BODY_CLASS.search(names):
            inner_key = _key(inner, block)
            if inner_key not in seen:
                seen.add(inner_key)
                yield inner_key, inner, 6 * len(_written(inner)) + 60
        seen.add(key)
        if _is_body(element):
            yield key, element, 6 * length + 60
        elif (
            _PROFILE_CLASS.search(names)
            or _NOT_BODY_CLASS.search(names)
            or (length < _LONG_PROFILE and _PROFILE_WORDS.search(content))
        ):
            yield key, element, length // 10
        else:
            yield key, element, length
    for element in blocked - kept_out:
        own = len((element.text or "").strip()) + sum(len((child.tail or "").strip()) for child in element)
        own += sum(_inline_weight(child) for child in element if child not in blocked)
        if own < _LONG_PROFILE and _PROFILE_WORDS.search(element.text_content()[:_LONG_TEXT]):
            # What a profile says of its person in loose words: posts, points, the day of joining.
            own //= 10
        if own > _WORDS_BESIDE and block in (element, *element.iterancestors()):
            # The words stand right beside the author and the time, in no element of their own.
            yield f"beside {_key(element, block)}", element, own


def _written(element: HtmlElement) -> str:
    """An element's words without what its scripts say."""
    if element.find(".//script") is None and element.find(".//style") is None:
        return str(element.text_content()).strip()
    return "".join(_texts(element)).strip()


def _texts(element: HtmlElement) -> Iterator[str]:
    if element.tag in ("script", "style"):
        return
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _texts(child)
        yield child.tail or ""


def _inline_weight(element: HtmlElement) -> int:
    """What a link or a player among loose words adds to them; a button adds nothing."""
    if element.tag in ("iframe", "video", "embed"):
        return 60
    length = len(words(element)) if element.tag in ("a", "b", "i", "u", "em", "strong", "code", "font") else 0
    return length if length > 12 else 0


def _key(element: HtmlElement, block: HtmlElement) -> str:
    """The same for the same part of every block: its classes, or its place where a table has none."""
    if element.get("class"):
        return class_key(element)
    path = [str(element.tag)]
    current = element
    while current is not block and (parent := current.getparent()) is not None:
        path.append(str(parent.index(current)))
        current = parent
    return ".".join(path)


def _is_body(element: HtmlElement) -> bool:
    return _name_body(_names(element))


@lru_cache(maxsize=4096)
def _name_body(names: str) -> bool:
    return len(names) > 2 and _BODY_CLASS.search(names) is not None and _NOT_BODY_CLASS.search(names) is None


def _open(block: HtmlElement, blocked: set[HtmlElement]) -> Iterator[HtmlElement]:
    """The largest elements of a block that hold neither the author nor the time."""
    waiting = [block]
    while waiting:
        element = waiting.pop()
        for child in element:
            if not isinstance(child.tag, str) or child.tag in _SKIPPED:
                continue
            if child in blocked:
                waiting.append(child)
            elif child.tag in _BODY_TAGS or child.tag in _HOLDERS:
                yield child
