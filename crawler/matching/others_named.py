"""Chinese clauses that speak of another work than the title: by its name in marks, or by the word that goes over to it."""

import re

from crawler.matching.spread import Said

_REACH = 60
_ENDED = re.compile(r"[，,。；;！？!?\n|｜、]")
_SENTENCE = re.compile(r"[。！？!?\n]")
_MARKED = re.compile(r"《([^《》\n]{1,30})》")
# "Also for sale: ...", "as for ...", "that other one is still looked for".
_GOING_OVER = re.compile(
    r"^[\s(（]*(?:另外?(?:还|也|有|出|收|求|送)|顺(?:便|带)?(?:出|收|求|问)|还(?:出|收|求)(?!来)|也(?:出|收)|至于[^，,]{2,}|下[一期]?[部期集本](?:是|更|发|:|：)|别的|其他|其它|剩下的)"
)
_THAT_ONE = re.compile(r"^[\s(（]*(?![这此该本那])[\u4e00-\u9fff]{2,8}(?:那[部本个张套首]|的话)")


def of_another(word: Said, raw: str, title: tuple[int, int]) -> bool:
    """A word's clause names another work, or goes over to one; the title stands in another clause."""
    low = max(0, word.start - _REACH)
    first = max((found.end() for found in _ENDED.finditer(raw, low, word.start)), default=low)
    last = _ENDED.search(raw, word.end, word.end + _REACH)
    end = last.start() if last else min(len(raw), word.end + _REACH)
    if first < title[1] and title[0] < end:
        return False
    name = raw[title[0] : title[1]]
    clause = raw[first:end]
    marked = _MARKED.findall(clause)
    if marked:
        return name not in clause and all(name not in one and one not in name for one in marked)
    if _THAT_ONE.match(clause):
        return name not in clause
    begun = max((found.end() for found in _SENTENCE.finditer(raw, low, word.start)), default=low)
    starts = [begun, *(found.end() for found in _ENDED.finditer(raw, begun, word.start))]
    return any(
        title[1] <= start and name not in raw[start : word.start]
        for start in starts
        if _GOING_OVER.match(raw[start:end])
    )
