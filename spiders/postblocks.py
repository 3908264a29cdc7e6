"""The posts of a topic page by repetition: numbered ids and anchors, numbered data attributes, microdata, repeated classes."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from spiders.anatomy import Anatomy, dissect, time_elements
from spiders.articles import title_of
from spiders.calibration import Calibration
from spiders.canonical import canonical_link
from spiders.markers import blocks, class_key, numbered
from spiders.page import FetchedPage
from spiders.posts import read_time
from spiders.ways import first_page, kind_of, split_page, without_post

_POST_PREFIX = re.compile(
    r"(?:js-)?(?:p|post|pid|msg|message|m|c|comment|comments|reply|answer|entry|post_?content|post_?message|postmessage|post_?text|post_?id|comment_?text|li-comment|div-comment|td_post|elcomment|topic-?post|post_?main|edit|floor|postcount|thread_?post|forum_?post)[_.:-]?",
    re.I,
)
_POST_CLASS = re.compile(
    r"(?:^|[\s_.-])(?:post|posts?_?(?:row|item|wrapper|container|block|bit)|blockpost|message|comment|comments?_?(?:list)?__?comment|reply|answer|forum-?post|topic-?post|postbit|windowbg)(?:$|[\s_.-])",
    re.I,
)
_POST_TYPES = re.compile(
    r"schema\.org/(?:Comment|DiscussionForumPosting|Answer|Question|SocialMediaPosting|UserComments)", re.I
)
_DATA_IDS = (
    "data-post-id",
    "data-postid",
    "data-pid",
    "data-comment-id",
    "data-msgid",
    "data-message-id",
    "data-pk",
    "data-post-number",
    "data-number",
    "data-id",
    "data-index",
    "data-cid",
)
_ANY_DATA_ID = frozenset(_DATA_IDS)
_SKIPPED = frozenset(
    ["script", "style", "option", "input", "select", "link", "meta", "img", "label", "svg", "path", "form"]
)
_MANY_WORDS = 4000
_FEW_TIMES = 4
_FEW_LEVELS = 7
_TITLE_CLASS = re.compile(r"title|subject|topic_?link", re.I)
_COMMENT_LIKE = re.compile(r"comment|reply|respon|answer", re.I)


@dataclass(frozen=True, slots=True)
class PostBlock:
    """One post as it stands on the page."""

    anatomy: Anatomy
    number: str | None
    """The post's number as the page's ids spell it."""
    anchor: str | None
    """The id or name that a fragment may point to."""


@dataclass(frozen=True, slots=True)
class _Group:
    key: str
    marks: tuple[HtmlElement, ...]
    numbers: tuple[str | None, ...]
    anchors: tuple[str | None, ...]
    named: bool
    """The key's own words say post, message, comment."""


def post_blocks(page: FetchedPage, here: str, calibration: Calibration) -> tuple[list[PostBlock], bool]:
    """The posts of a page in order, and whether they are comments under something else; an empty list without posts."""
    best: tuple[float, list[PostBlock], bool] = (0.0, [], False)
    evaluated: set[tuple[HtmlElement, ...]] = set()
    title = title_of(page)
    for group in _groups(page.elements)[:8]:
        climbed = 0
        if len(group.marks) == 1:
            block, climbed = _lone_block(group.marks[0], calibration)
            held = [block]
        else:
            held = _following(blocks(group.marks))
        signature = tuple(held)
        if signature in evaluated or len(set(held)) != len(held):
            continue
        evaluated.add(signature)
        parts = dissect(held, calibration, title)
        score = _score(parts, group, here, page) / (1 + climbed / 2)
        if score > best[0]:
            made = [
                PostBlock(part, *((number, anchor) if number or anchor else _anchor_before(part.block)))
                for part, number, anchor in zip(parts, group.numbers, group.anchors, strict=True)
                if part.body is not None
            ]
            best = (score, made, bool(_COMMENT_LIKE.search(group.key)))
        if (
            score
            and not climbed
            and group.named
            and all(part.author and part.time and part.body is not None for part in parts)
        ):
            break
    return best[1], best[2]


def lone_post(page: FetchedPage, calibration: Calibration) -> PostBlock | None:
    """The only post of a topic where nothing repeats: the block around a clock time that shows a person and words."""
    body = page.root.find("body")
    if body is None:
        return None
    for place, element in enumerate(time_elements(body)):
        if place >= _FEW_TIMES:
            break
        if read_time(element, calibration) is None:
            continue
        chosen: Anatomy | None = None
        block: HtmlElement | None = element
        for _ in range(_FEW_LEVELS):
            if block is None or block.tag in ("body", "html"):
                break
            parts = dissect([block], calibration)[0]
            if parts.author and parts.time and parts.body is not None:
                apart = parts.body is not element and parts.body not in element.iterancestors()
                chosen = parts if apart or chosen is None else chosen
                if apart:
                    break
            block = block.getparent()
        if chosen is not None:
            return PostBlock(chosen, *_anchor_before(chosen.block))
    return None


def _anchor_before(block: HtmlElement) -> tuple[str | None, str | None]:
    """The number and the name of the empty anchor that stands before a block or opens it; None and None without one."""
    before = block.getprevious()
    for anchor in (before, *list(block.iter("a"))[:3]):
        name = (anchor.get("name") or anchor.get("id")) if anchor is not None and anchor.tag == "a" else None
        parts = numbered(name)
        if parts:
            return parts[1], name
    return None, None


def _groups(elements: Iterable[HtmlElement]) -> list[_Group]:
    by_key: dict[tuple[str, str, str], list[tuple[HtmlElement, str, str | None]]] = defaultdict(list)
    by_class: dict[tuple[HtmlElement | None, str], list[HtmlElement]] = defaultdict(list)
    apart: dict[str, list[HtmlElement]] = defaultdict(list)
    for element in elements:
        tag = element.tag
        attributes = element.keys()
        if not attributes or tag in _SKIPPED:
            continue
        named = element.get("id") or (element.get("name") if tag == "a" else None)
        parts = numbered(named)
        if parts:
            by_key["id", tag, parts[0]].append((element, parts[1], named))
        elif tag != "a" and not _ANY_DATA_ID.isdisjoint(attributes):
            for name in _DATA_IDS:
                value = element.get(name)
                if value and value.isdigit():
                    by_key["data", tag, f"{name} {class_key(element)}"].append((element, value, None))
                    break
        if tag in ("div", "li", "article", "section", "table", "tr", "dl", "td") and (
            element.get("class") or tag == "article"
        ):
            by_class[element.getparent(), class_key(element)].append(element)
        kind = element.get("itemtype")
        if kind and _POST_TYPES.search(kind):
            by_key["type", tag, kind].append((element, "", element.get("id")))
    found: list[_Group] = []
    for (source, tag, prefix), members in by_key.items():
        named_so = (
            source == "type"
            or (source == "id" and bool(_POST_PREFIX.fullmatch(prefix)))
            or (source == "data" and ("post" in prefix or "comment" in prefix or "msg" in prefix or "pid" in prefix))
        )
        if len(members) < 2 and not named_so:
            continue
        if len({number for _, number, _ in members if number}) < len(members) and source != "type":
            continue
        found.append(
            _Group(
                f"{tag} {prefix}",
                tuple(m[0] for m in members),
                tuple(m[1] or None for m in members),
                tuple(m[2] for m in members),
                named_so,
            )
        )
    for (_, key), alike in by_class.items():
        named_so = bool(_POST_CLASS.search(key.partition(".")[2].replace(".", " ")))
        if len(alike) < 2 and not named_so:
            continue
        numbers = [numbered(element.get("id")) for element in alike]
        found.append(
            _Group(
                key,
                tuple(alike),
                tuple(n[1] if n else None for n in numbers),
                tuple(e.get("id") for e in alike),
                named_so,
            )
        )
    for (_, key), alike in by_class.items():
        if len(alike) == 1 and _POST_CLASS.search(key.partition(".")[2].replace(".", " ")):
            apart[key].append(alike[0])
    for key, alike in apart.items():
        if len(alike) > 1:
            # One in each of several blocks that have no name themselves.
            nothing = (None,) * len(alike)
            found.append(_Group(key, tuple(alike), nothing, nothing, True))
    # What is named like a post comes first; then what repeats most.
    found.sort(key=lambda group: (not group.named, -len(group.marks)))
    return found


def _following(held: list[HtmlElement]) -> list[HtmlElement]:
    """The elements after empty anchors that stand before their posts, beside them; other blocks as they are."""
    if any(element.tag != "a" or len(element) or element.text for element in held):
        return held
    after = [element.getnext() for element in held]
    found = [element for element in after if element is not None and element.tag not in ("a", "br", "hr")]
    return found if len(found) == len(held) else held


def _lone_block(mark: HtmlElement, calibration: Calibration) -> tuple[HtmlElement, int]:
    """The block of a topic's only post, the first ancestor that shows a person beside the words, and how far up it is."""
    from_mark = mark
    for climbed in range(6):
        parts = dissect([from_mark], calibration)[0]
        if parts.author and parts.time and parts.body is not None:
            return from_mark, climbed
        parent = from_mark.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        from_mark = parent
    return mark, 0


def _score(parts: Sequence[Anatomy], group: _Group, here: str, page: FetchedPage) -> float:
    total = len(parts)
    with_body = sum(part.body is not None for part in parts)
    with_author = sum(part.author is not None for part in parts)
    with_time = sum(part.time is not None for part in parts)
    if not with_body or (with_author + with_time) < total:
        return 0.0
    if not group.named and min(with_author, with_time) * 10 < total * 7:
        return 0.0
    if total == 1 and not (with_author and with_time) and not group.named:
        return 0.0
    leading_away = sum(_leads_away(part.block, here, page) for part in parts)
    if leading_away * 2 > total:
        return 0.0
    said = 0
    for part in parts:
        if part.body is not None and said < _MANY_WORDS:
            said += len(part.body.text_content())
    share = (with_body + 1.5 * with_author + 2 * with_time) / total
    return share * (3 if group.named else 1) * math.sqrt(min(total, 30)) * (1 + min(said, _MANY_WORDS) / _MANY_WORDS)


def _leads_away(block: HtmlElement, here: str, page: FetchedPage) -> bool:
    """Whether a block's heading leads to another topic: then it is a row of a list, not a post."""
    for heading in block.iter("h1", "h2", "h3", "h4", "h5", "a"):
        is_title = heading.tag != "a" or _TITLE_CLASS.search(heading.get("class") or "")
        if not is_title:
            continue
        anchor = heading if heading.tag == "a" else next(heading.iter("a"), None)
        if anchor is None:
            parent = heading.getparent()
            anchor = parent if parent is not None and parent.tag == "a" else None
        if anchor is None:
            continue
        url = canonical_link(page, anchor.get("href"))
        if url is None or kind_of(url) in ("never", "post"):
            continue
        return first_page(without_post(url)) != first_page(here) and split_page(url)[0] != split_page(here)[0]
    return False
