"""Who a page credits beside a title with the part that the people of the work have: its author, director, singer."""

import re
from collections.abc import Iterator

from crawler.matching.evidence import Evidence, rule
from crawler.matching.hearing import name_heard
from crawler.matching.lexicon import known
from crawler.matching.surroundings import Surroundings
from crawler.model import Work
from crawler.text import IDEOGRAPH, class_of, spelled

_AUTHOR = r"(?:原?作者|著者|作家)"
_PART = {
    "book": rf"(?:{_AUTHOR})",
    "music": r"(?:歌手|演唱者?|[艺藝][人术術]家?|专辑艺人|表演者)",
    "film": r"(?:[导導]演)",
    "series": r"(?:[导導]演)",
    "audiobook": rf"(?:{_AUTHOR}|演播者?|播音|主播|朗[读讀]者?)",
}
# Lists of people mix these parts: where a page labels two of them, nobody of the work in either says more than in one.
_SECOND = {"film": "主演", "series": "主演", "audiobook": None}
_NAME = r"(?P<name>[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,6}(?:[·•・][\u4e00-\u9fff]{1,6})+)(?![\u4e00-\u9fff·•・])"
_LAND = r"(?:[\[(（【〔][^\[\]()（）【】〔〕\n]{1,4}[\])）】〕] ?)?"
_CREDIT = {kind: re.compile(rf"{part} ?[:：] ?{_LAND}{_NAME}") for kind, part in _PART.items()}
_WRITTEN = re.compile(rf"^[》」』\]】)）\s,，/|]*{_LAND}(?P<name>[\u4e00-\u9fff]{{2,4}}?) ?[著着](?![\u4e00-\u9fff])")
_POSTED = re.compile(
    r"发[表布]|發[表佈]|时间|時間|看板|回[复覆]|浏览|瀏覽|阅读|閱讀|\d{1,4}[-/年.]\d{1,2}|\d:\d\d|小时前|天前"
)
_NOBODY = frozenset(
    ("佚名", "匿名", "未知", "不详", "网友", "小编", "楼主", "博主", "站长", "本站", "原创", "转载", "多人", "暂无", "见图", "如题", "群友", "管理员", "搬运工")
)  # fmt: skip
_BESIDE, _BEFORE, _BELOW = 40, 24, 30


def other_credit(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """Somebody else is credited with the part of the people of the work, and none of them stands anywhere on the page."""
    kind = work.kind or ""
    found = _credited(near, kind) if kind in _CREDIT else None
    if found is None or not work.creators:
        return
    name, span, beside = found
    if not _stranger(name, work) or name_heard(near.page, work.creators):
        return
    if any(near.page.find_name(part) for person in work.creators for part in {person, person.split()[-1]} if part):
        return
    second = _SECOND.get(kind)
    several = kind not in _SECOND or (second is not None and second in near.page.raw)
    yield rule("other-creator", -4.5 if several and beside else -2.0, span, name=name, title=work.title)


def _credited(near: Surroundings, kind: str) -> tuple[str, tuple[int, int], bool] | None:
    """The name, its raw span and whether it stands on the title's own line."""
    raw, start, end = near.page.raw, near.place.start, near.place.end
    bound = near.line.start + len(near.line.raw)
    behind = re.split(r"《", raw[end : min(bound, end + _BESIDE)])[0]
    for pattern in (_CREDIT[kind], _WRITTEN) if kind == "book" else (_CREDIT[kind],):
        if (found := pattern.search(behind)) and not _POSTED.search(raw[end + found.end() : bound]):
            return found["name"], (end + found.start("name"), end + found.end("name")), True
    low = max(near.line.start, start - _BEFORE)
    before = _last(_CREDIT[kind], raw[low:start])
    if before and not re.search(r"[》」』\w]", raw[low + before.end() : start]):
        return before["name"], (low + before.start("name"), low + before.end("name")), True
    below = raw[bound + 1 : bound + 1 + _BELOW].split("\n", 1)[0]
    if (under := _CREDIT[kind].match(below)) and not _POSTED.search(below):
        return under["name"], (bound + 1 + under.start("name"), bound + 1 + under.end("name")), False
    return None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text):
        found = match
    return found


def _stranger(name: str, work: Work) -> bool:
    """Whether a Chinese name is none of the work's people, misspelt, shortened or in another transliteration."""
    written = spelled(name)
    if written in _NOBODY or known(written):
        return False
    foreign = re.search(r"[·•・]", name) is not None
    for person in work.creators:
        own = spelled(person)
        if class_of(own[:1]) != IDEOGRAPH or foreign != (re.search(r"[·•・]", person) is not None):
            # One of the two is written as another tongue has it: they may be the same.
            return False
        shared = len(set(_HAN.findall(own)) & set(_HAN.findall(written)))
        if shared > 1 or (shared and (foreign or min(len(own), len(written)) < _SHORT)):
            return False
    return True


_HAN = re.compile(r"[\u4e00-\u9fff]")
_SHORT = 3
