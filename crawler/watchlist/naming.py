"""Ids for works that came without one: made from the title, the same again on every import."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from crawler.model import Work

SLUG_LIMIT = 60
Spelling = Callable[[str], Sequence[str]]
"""Words in Latin letters for a title in another script; none where it has no such spelling."""


def unspelled(title: str) -> Sequence[str]:
    """No spelling in Latin letters."""
    return ()


def name_all(works: Sequence[Work], known: Iterable[Work] = (), spelling: Spelling = unspelled) -> list[Work]:
    """Give every work with an empty id one: that of the known work of the same title, or a new one.

    Two works of one title are the same unless their kinds or years differ. A new id is a
    readable slug for a Latin title and for one that `spelling` knows, ``w-`` with 8 hex digits of its SHA-256 otherwise.
    """
    by_id = {work.work_id: work for work in known}
    by_id.update({work.work_id: work for work in works if work.work_id})
    by_title: dict[str, list[Work]] = {}
    for work in by_id.values():
        by_title.setdefault(work.title, []).append(work)
    named = []
    for work in works:
        if not work.work_id:
            namesakes = by_title.setdefault(work.title, [])
            same = _same(work, namesakes)
            work = replace(work, work_id=same.work_id if same else _fresh(work, by_id, spelling))
            if not same:
                namesakes.append(work)
            by_id[work.work_id] = work
        named.append(work)
    return named


def made_id(title: str, spelling: Spelling = unspelled) -> str:
    """The id that a title alone gives; one of many syllables is cut, and keeps 8 digits of its SHA-256.

    >>> made_id("The Salt Lantern")
    'the-salt-lantern'
    >>> made_id("渡口空无一人")
    'w-a7fa7cab'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    letters = [c for c in title if c.isalpha()]
    latin = letters and all("LATIN" in unicodedata.name(c, "") for c in letters)
    slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", plain.lower())).strip("-")
    if latin and slug and len(slug) <= SLUG_LIMIT:
        return slug
    words = () if latin else spelling(title)
    if not any(letter.isalpha() for word in words for letter in word):
        return f"w-{_digest(title)}"
    cut = "-".join(words)
    if len(cut) > SLUG_LIMIT:
        cut = f"{cut[:SLUG_LIMIT].rpartition('-')[0]}-{_digest(title)}"
    return cut


def _same(work: Work, namesakes: Sequence[Work]) -> Work | None:
    exact = [n for n in namesakes if (n.kind, n.year) == (work.kind, work.year)]
    if exact:
        return exact[0]
    compatible = [
        n
        for n in namesakes
        if (n.kind is None or work.kind is None or n.kind == work.kind)
        and (n.year is None or work.year is None or n.year == work.year)
    ]
    return compatible[0] if len(compatible) == 1 else None


def _fresh(work: Work, taken: dict[str, Work], spelling: Spelling) -> str:
    base = made_id(work.title, spelling)
    told_apart = "-".join(str(part) for part in (base, work.kind, work.year) if part)
    for candidate in (base, told_apart, f"{base}-{_digest(work.title)}", f"{told_apart}-{_digest(repr(work))}"):
        if candidate not in taken:
            return candidate
    return f"w-{hashlib.sha256(repr(work).encode()).hexdigest()}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
