"""The rows of a list page: topics and boards, by the words of their addresses and by repetition."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from spiders.calibration import Calibration
from spiders.canonical import canonical_link
from spiders.feeds import topic_key
from spiders.markers import blocks, class_key
from spiders.moments import told_time
from spiders.page import FetchedPage
from spiders.posts import read_time, words
from spiders.ways import Kind, first_page, kind_of, within, without_post
from spiders.xpath import Elements

_ANCHORS = Elements("//a[@href]")
_FURNITURE_TAGS = frozenset(("nav", "footer", "aside"))
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|crumbsplus|navstrip|navigate_section|footer|foot|sidebar|widget|copyright|tagcloud|related|jump|toolbar|userbar|social|skip-?link|linktree)(?:$|[\s_-])",
    re.I,
)
# What stands beside a side column is named after it, too.
_BESIDE = re.compile(r"(?:with|has|no|without|and|beside)[_-](?:[a-z]+[_-])?(?:sidebar|nav|menu|widgets?|footer)", re.I)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))
_TITLE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:title|subject|topic_?title|topic_?link|topictitle|thread_?title|forum_?title|forumtitle|headline|name|xst)(?:$|[\s_-]|__)",
    re.I,
)
_REPLY_CLASS = re.compile(
    r"(?:^|[\s_-])(?:replies|reply_?count|num_?replies|posts|post_?counts?|num_?posts|comments|comment_?counts?|num_?comments|answers|answer_?count)(?:$|[\s_-]|__)",
    re.I,
)
_REPLY_WORDS = re.compile(
    r"(\d[\d,]*)\s*(?:repl(?:y|ies)|comments?|posts?|answers?|回复|回覆|评论|楼)|(?:repl(?:y|ies)|comments?|posts?|answers?|回复|回覆|评论)\s*[::]?\s*(\d[\d,]*)",
    re.I,
)
_REPLY_HEAD = re.compile(r"^\s*(?:repl|posts?$|comments?|answers|回复|回覆|评论|回帖)", re.I)
_POST_ID = re.compile(
    r"(?:[?&;](?:p|pid|postid|post)=|[?&;]topic=\d+\.msg|#(?:p|pid|msg|post-?|post_?|comment-?)?|/posts?/)(\d+)", re.I
)
_DATE_WORDS = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}\b,?|\b\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?!\s+\d{1,2}\b)|\b(?:19|20)\d\d\b|\d+\s*(?:秒|分钟|小时|天|周|个月|年|[smhdwy]\b|(?:second|minute|hour|day|week|month|year)s?)",
    re.I,
)
_FEW_NAMES = 8
_LEAST_LISTED = 4
_LEVELS_ALIKE = 3
_LONG_TITLE = 10
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list page."""

    url: str
    kind: Kind
    title: str
    mark: str | None
    element: HtmlElement
    has_evidence: bool
    """A counter, a date or a person stands beside the title."""
    around: tuple[str, ...] = ()
    """The link and what it stands in, as tags and classes, innermost first."""


def rows_of(page: FetchedPage, here: str, calibration: Calibration, left_out: Iterable[HtmlElement] = ()) -> list[Row]:
    """The rows of a page in order, each topic or board once. ``left_out``: blocks whose links are not rows."""
    base = first_page(here)
    outside = set(left_out)
    best: dict[str, tuple[int, HtmlElement]] = {}
    named: set[str] = set()
    furniture: dict[HtmlElement, bool] = {}
    for anchor in _ANCHORS(page.root):
        url = canonical_link(page, anchor.get("href"))
        if url is None or not within(page.site, url):
            continue
        kind = kind_of(url)
        if kind in ("never", "post"):
            continue
        told = url
        url = first_page(without_post(url)) if kind in ("topic", "list") else url
        if first_page(url) == base or (_is_furniture(anchor, furniture, outside) and kind != "list"):
            continue
        text = words(anchor) or " ".join((anchor.get("title") or "").split())
        if not text or (text.isdigit() and len(text) < 4):
            continue
        weight = min(len(text), 80) + (200 if _is_heading(anchor) else 0)
        if without_post(told) == told:
            named.add(url)
        else:
            weight = 0
        if url not in best or weight > best[url][0]:
            best[url] = (weight, anchor)
    return _grouped(page, best, named, calibration)


def _is_heading(anchor: HtmlElement) -> bool:
    if _TITLE_CLASS.search(f"{anchor.get('class') or ''} {anchor.get('id') or ''}"):
        return True
    for ancestor in list(anchor.iterancestors())[:3]:
        if ancestor.tag in _HEADINGS or _TITLE_CLASS.search(
            f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"
        ):
            return True
    return False


def _is_furniture(element: HtmlElement, known: dict[HtmlElement, bool], outside: set[HtmlElement]) -> bool:
    """Whether an element stands in a menu, a trail, a side column or a footer."""
    path = []
    current: HtmlElement | None = element
    answer = False
    while current is not None:
        if current in known:
            answer = known[current]
            break
        path.append(current)
        if current.tag == "body":
            break
        if current.tag in _FURNITURE_TAGS or current in outside:
            answer = True
            break
        names = f"{current.get('class') or ''} {current.get('id') or ''}"
        if len(names) > 1 and current is not element and _FURNITURE.search(_BESIDE.sub("", names)):
            answer = True
            break
        current = current.getparent()
    for passed in path:
        known[passed] = answer
    return answer


def _grouped(
    page: FetchedPage, best: dict[str, tuple[int, HtmlElement]], named: set[str], calibration: Calibration
) -> list[Row]:
    groups: dict[tuple[Kind, str, str], list[tuple[str, HtmlElement]]] = defaultdict(list)
    for url, (_, anchor) in best.items():
        parent = anchor.getparent()
        shape = (kind_of(url), class_key(anchor), class_key(parent) if parent is not None else "")
        groups[shape].append((url, anchor))
    found: list[Row] = []
    for shape, members in groups.items():
        kind = shape[0]
        if kind == "unknown" and len(members) < 2 and not (page.role == "entry" and len(best) <= _FEW_NAMES):
            continue
        elements = blocks([anchor for _, anchor in members])
        heads = _reply_column(elements[0])
        for (url, anchor), element in zip(members, elements, strict=True):
            title = words(anchor) or " ".join((anchor.get("title") or "").split())
            mark, evidence = mark_of(page, url, element, anchor, title, heads, calibration)
            # Another row that links to one of its posts says nothing of the topic as a whole.
            around = tuple(class_key(each) for each in (anchor, *list(anchor.iterancestors())[:_LEVELS_ALIKE]))
            found.append(Row(url, kind, title, mark if url in named else None, element, evidence, around))
    return found


def _reply_column(row: HtmlElement) -> int | None:
    """The position of the column headed Replies in the table that holds a row."""
    if row.tag not in ("tr", "tbody"):
        return None
    table = next(row.iterancestors("table"), None)
    if table is None:
        return None
    for line in table.iter("tr"):
        position = 0
        for cell in line.iterchildren("td", "th"):
            if _REPLY_HEAD.search(words(cell)[:40]):
                return position if _width(line) == _width(row) else None
            position += int(cell.get("colspan") or 1) if (cell.get("colspan") or "1").isdigit() else 1
        if line is row or row in line.iterancestors():
            break
    return None


def _width(row: HtmlElement) -> int:
    """The number of columns that a table's row spans."""
    line = row if row.tag == "tr" else next(row.iter("tr"), row)
    spans = [cell.get("colspan") or "1" for cell in line.iterchildren("td", "th")]
    return sum(int(span) if span.isdigit() else 1 for span in spans)


def mark_of(
    page: FetchedPage,
    url: str,
    row: HtmlElement,
    anchor: HtmlElement,
    title: str,
    column: int | None,
    calibration: Calibration,
) -> tuple[str | None, bool]:
    """What the row says of its topic's state: replies, newest post, last absolute time. View counters change and are left out."""
    text = " ".join(" ".join(map(str, row.itertext())).split())
    if len(text) > 3000:
        return None, False
    beside = text.replace(title, "", 1)
    replies = _replies(row, beside, column)
    newest = 0
    for link in row.iter("a"):
        href = link.get("href") or ""
        found = _POST_ID.search(href)
        if found and link is not anchor:
            newest = max(newest, int(found[1]))
    last = ""
    timed = False
    for element in row.iter():
        if not isinstance(element.tag, str) or element is anchor or len(element) > 6:
            continue
        own = f"{element.text or ''}{''.join(child.tail or '' for child in element)}"
        if not _DIGIT.search(own) and not element.get("datetime") and not element.get("title"):
            continue
        shown_time = read_time(element, calibration)
        if shown_time is None:
            continue
        timed = True
        if shown_time.time.ago is None:
            calibration.compare(topic_key(url), shown_time.time, page.response_date)
        last = max(last, told_time(shown_time.time, page.response_date))
    evidence = timed or bool(replies) or bool(newest) or bool(_DIGIT.search(beside))
    mark = f"{replies or ''}/{newest or ''}{last}"
    return (mark if mark.strip("/") else None), evidence


def _replies(row: HtmlElement, beside: str, column: int | None) -> str | None:
    if column is not None:
        line = row if row.tag == "tr" else next(row.iter("tr"), None)
        position = 0
        for cell in line.iterchildren("td", "th") if line is not None else ():
            if position == column:
                found = re.search(r"\d[\d,]*", words(cell))
                return found[0] if found else None
            position += int(cell.get("colspan") or 1) if (cell.get("colspan") or "1").isdigit() else 1
    for element in row.iter():
        if isinstance(element.tag, str) and len(element) <= 4 and _REPLY_CLASS.search(element.get("class") or ""):
            text = words(element)
            found = re.search(r"\d[\d,]*", text) if len(text) < 40 else None
            if found:
                return found[0]
    beside = _DATE_WORDS.sub(" ", beside)
    spoken = _REPLY_WORDS.search(beside)
    if spoken:
        return spoken[1] or spoken[2]
    numbers = re.findall(r"(?<![\w:/.-])\d[\d,]*(?![\w:/.-])", beside)
    return numbers[0] if len(numbers) == 1 else None


def is_list(rows: Sequence[Row]) -> bool:
    """Whether rows make a page a list: at least two of them show more than a title."""
    return sum(row.has_evidence for row in rows) >= 2


def plainly_listed(rows: Sequence[Row]) -> list[Row]:
    """The rows of a page that names its entries and says nothing else of them: the fullest group of long titles."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row.kind == "unknown":
            # A list in parts, one for each first letter, is one list.
            groups[row.around].append(row)
    fullest = max(groups.values(), key=len, default=[])
    long_ones = sum(len(row.title.encode()) >= _LONG_TITLE for row in fullest)
    return fullest if len(fullest) >= _LEAST_LISTED and long_ones * 3 >= len(fullest) * 2 else []
