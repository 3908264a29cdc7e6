"""Lists of episodes in which every row names the hosts that have it: an index of copies, whatever fields stand above it."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from crawler.matching.evidence import Evidence, rule
from crawler.matching.numbers import numbers
from crawler.matching.page import Page
from crawler.matching.surroundings import Surroundings
from crawler.model import Work

HOSTS_BY_EPISODE = 2.4
_LONGEST = 8000
_FEWEST = 2
_NUMBER_WITHIN = 12
"""Characters between the beginning of a row and its first number, at most."""
_ROW = re.compile(
    r"(?im)^\W{0,4}(?:s\d{1,2} ?[.x-]? ?e\d{1,3}|\d{1,2}x\d{1,3}|e(?:p(?:isode|\.)?)? ?\d{1,3}|\d{1,3}(?=[ .:-]))\b(?P<rest>[^\n]*)$"
)
_BRACKETED = re.compile(r"\[([^\[\]\n]{2,16})\]")
_BARRED = re.compile(r"(?:^|[-–—:|/·.•])\s*(\w[\w. ]{0,14}\w)\s*(?=[|/·•(]|$)")
# What the button of a copy is called when it does not bear its host's name.
_COPY = re.compile(
    r"(?i)(?:dl|ddl|download|(?:server|host|mirror|link|player|source) ?#?\d{1,2}|mega|doodstream|dood|voe|mixdrop|streamtape|streamwish|filemoon|vidplay|vidoza|upstream|streamlare|gdrive|gofile|pixeldrain|1fichier|rapidgator|nitroflare|uptobox|mediafire|vidhide|vidguard|upcloud|megacloud|vidcloud|mp4upload|okru|ok\.ru)"
)


def host_row_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """Below the title of a series a list of episodes names hosts in every row."""
    rows = host_rows(near.page)
    if rows is None or work.kind not in ("series", None) or near.place.start >= rows[0]:
        return
    if near.page.segments.speaks(rows[0], near.place.start) and _heads(near, rows[0]):
        yield rule("hosts-by-episode", HOSTS_BY_EPISODE, rows, words=near.page.raw[slice(*rows)].strip()[:60])


def _heads(near: Surroundings, first: int) -> bool:
    """The title stands in the few lines above the list, on a short one of its own."""
    return near.page.raw.count("\n", near.place.end, first) <= _HEAD and len(near.line.raw) <= _SHORT


_HEAD, _SHORT = 8, 100


@lru_cache(maxsize=4)
def host_rows(page: Page) -> tuple[int, int] | None:
    """The raw span of the first row of such a list; None where there is none."""
    if len(page.raw) > _LONGEST:
        return None
    labels: Counter[str] = Counter()
    first = None
    for row in _rows(page.raw):
        named = {name.strip().lower() for name in _named(row["rest"])}
        if len(named) < _FEWEST:
            continue
        first = first or row.span()
        labels.update(named)
    copies = sum(count for name, count in labels.items() if _COPY.fullmatch(name) and count >= _FEWEST)
    return first if copies >= _FEWEST and sum(one >= _FEWEST for one in labels.values()) >= _FEWEST else None


def _rows(raw: str) -> Iterator[re.Match[str]]:
    """The rows of episodes in a raw text: the expression is slow, so it is tried only on lines that begin with a number."""
    reached = -1
    for number, _ in numbers(raw):
        at = max(reached + 1, number - _NUMBER_WITHIN)
        while at <= number:
            if (not at or raw[at - 1] == "\n") and at >= reached:
                row = _ROW.match(raw, at)
                if row:
                    yield row
                    reached = row.end()
                    break
            # The next line, if it begins before the number ends.
            at = raw.find("\n", at, number) + 1 or number + 1


def _named(rest: str) -> list[str]:
    return _BRACKETED.findall(rest) or _BARRED.findall(rest)
