"""Who speaks in a thread: the one who spoke of a title, and gives it in a later post."""

import re

from crawler.matching.surroundings import Surroundings

Span = tuple[int, int]

_SPEAKER = re.compile(
    r"\s*(?:(?:#?\d{1,5} ?(?:F|L|楼|樓|#)?|[【\[]\d{1,5}(?::\d\d){0,2}[】\]])\s*)?([\w·\u4e00-\u9fff]{1,14}) ?[:：]"
)
# "I have the scans, want them?": said of what the same person has just spoken of.
_HAS = re.compile(
    r"我(?:这|这边|手里|手头)?(?:有|存|下|看|收)[^。！？\n《]{0,16}|我[^。！？\n《]{0,12}都?(?:下了|存了|有)|要不[?？]?$|要的话|需要的话|有(?:人)?要(?:的|吗)|(?:给|帮)(?:你|大家)?(?:传|发|放)"
)
_LONGEST = 4000


def gives_later(near: Surroundings, target: Span) -> bool:
    """Whether who speaks of the title offers it in a later post, names nothing else by then, and gives a target there."""
    page, place = near.page, near.place
    raw = page.raw
    if (
        not 0 < target[0] - place.end < _LONGEST
        or page.segments.of(target[0]).post == page.segments.of(place.start).post
    ):
        return False
    own = _SPEAKER.match(raw, near.line.start)
    begun = raw.rfind("\n", 0, target[0]) + 1
    giver = _SPEAKER.match(raw, begun)
    if own is None or giver is None or own[1] != giver[1]:
        return False
    said = [
        line[found.end() :]
        for line in raw[near.line.start : target[0]].split("\n")
        if (found := _SPEAKER.match(line)) and found[1] == own[1]
    ]
    return any(_HAS.search(one) for one in said) and not any("《" in one for one in said[1:])
