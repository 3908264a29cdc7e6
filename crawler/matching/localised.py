"""Chinese names whose version or whose word for a film people write elsewhere than the watchlist does."""

import re
from collections.abc import Iterator

from crawler.text import IDEOGRAPH, class_of, fold, spelled

_OF_VERSION = re.compile(r"^(?P<name>[^()（）]+)[(（](?P<of>[^()（）]{2,6})版[)）]$")
_STREAMERS = frozenset(("网飞", "奈飞", "netflix"))


def localised(name: str) -> Iterator[str]:
    """A Chinese name whose version stands in brackets behind it, as people write it: ``网飞版三体``, ``三体 网飞版``."""
    found = _OF_VERSION.match(name)
    if found is None or not any(class_of(char) == IDEOGRAPH for char in fold(name).text):
        return
    own, of = spelled(found["name"]), spelled(found["of"])
    for one in sorted(_STREAMERS) if of in _STREAMERS else (of,):
        for text in (f"{one}版{own}", f"{one}{own}", f"{own} {one}版", f"{own}{one}版"):
            yield spelled(text)


_CINEMA = "剧场版"


def in_cinemas(base: str) -> Iterator[str]:
    """A Chinese name of two parts with the word for a film of a series wherever people put it."""
    head, _, tail = base.partition(" ")
    if not tail or _CINEMA in base or not (_native(head) and _native(tail)):
        return
    for ending in (tail, *(tail[:-1] + other for one, other in (("篇", "编"), ("编", "篇")) if tail.endswith(one))):
        yield from (f"{head} {_CINEMA} {ending}", f"{head}{_CINEMA} {ending}", f"{_CINEMA} {head} {ending}")
        yield f"{head} {ending} {_CINEMA}"


def _native(text: str) -> bool:
    """Whether all of a text is Chinese characters."""
    return bool(text) and all(class_of(char) == IDEOGRAPH for char in text)
