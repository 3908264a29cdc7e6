"""What a hit on a work needs beside its title, measured by asking the matcher."""

from functools import lru_cache
from itertools import combinations
from typing import Literal

from crawler.matching.identifiers import of_work
from crawler.matching.matcher import DEFAULT_REVIEW, DEFAULT_THRESHOLD, Matcher
from crawler.matching.offer import Offer
from crawler.matching.strength import Strength, strength
from crawler.matching.variants import ideographs
from crawler.model import Target, Work
from crawler.text import spelled

Proof = Literal["year", "person", "publisher", "identifier", "form"]
PROOFS: tuple[Proof, ...] = ("year", "person", "publisher", "identifier", "form")
FORMS = {
    "film": "1080p",
    "series": "S01 1080p",
    "book": "epub",
    "audiobook": "audiobook mp3",
    "music": "flac",
    "software": "setup.exe",
    "game": "repack",
    "disc": "dvd iso",
}
"""A form of copy for each kind of work, as listings write it."""
# Invented titles, one for each strength that a title can have in either script.
_EXAMPLES = ("Vell", "Orrerydale", "Tern Quayle", "The Lantern at Quayle Harbour", "渡屿", "盐汐灯", "渡屿盐汐无灯")
_YEAR, _PERSON, _PUBLISHER, _IDENTIFIER = 2016, "Dana Pellworth", "Quarrelstone House", "978-7-5000-0001-3"
_HASH = "5f3a9c" * 6 + "5f3a"


@lru_cache(maxsize=4096)
def demanded(
    spelling: str, kind: str | None, has: frozenset[Proof], policy: str, threshold: float, review: float
) -> tuple[tuple[Proof, ...], ...]:
    """The smallest sets of proofs that make an offer of the title a hit; ``((),)`` when the offer is enough, ``()`` when none does."""
    work = Work(
        "w",
        spelling,
        kind,
        _YEAR if "year" in has else None,
        creators=(_PERSON,) if "person" in has else (),
        publishers=(_PUBLISHER,) if "publisher" in has else (),
        identifiers=(_IDENTIFIER,) if "identifier" in has else (),
        policy=policy,
    )
    matcher = Matcher([work], threshold, review)
    given = [proof for proof in PROOFS if proof in has or (proof == "form" and kind in FORMS)]
    found: list[tuple[Proof, ...]] = []
    for size in range(len(given) + 1):
        for proofs in combinations(given, size):
            if not any(set(smaller) <= set(proofs) for smaller in found) and _is_hit(matcher, work, proofs):
                found.append(proofs)
    return tuple(found)


def demands(
    work: Work, spelling: str, threshold: float = DEFAULT_THRESHOLD, review: float = DEFAULT_REVIEW
) -> tuple[tuple[Proof, ...], ...]:
    """The same for a spelling of a work, as any title of its strength and script would be judged."""
    if work.policy == "off":
        return ()
    example = _example(strength(spelling), bool(ideographs(spelling))) if spelling else None
    return demanded(example or spelling, work.kind, _on_file(work), work.policy, threshold, review)


def _on_file(work: Work) -> frozenset[Proof]:
    """The proofs that the watchlist knows of a work."""
    known: dict[Proof, object] = {
        "year": work.year,
        "person": work.creators,
        "publisher": work.publishers,
        "identifier": of_work(work.identifiers),
    }
    return frozenset(proof for proof, value in known.items() if value)


@lru_cache(maxsize=16)
def _example(wanted: Strength, native: bool) -> str | None:
    for title in _EXAMPLES:
        spelling = spelled(title)
        if strength(spelling) == wanted and bool(ideographs(spelling)) == native:
            # As listings write a title: capitals count.
            return title
    return None


def _is_hit(matcher: Matcher, work: Work, proofs: tuple[Proof, ...]) -> bool:
    title = work.title
    if "year" in proofs:
        title += f" ({work.year})"
    if "person" in proofs:
        title += f" - {_PERSON}"
    if "publisher" in proofs:
        title += f", {_PUBLISHER}"
    if "form" in proofs:
        title += f" [{FORMS[work.kind or 'film']}]"
    if "identifier" in proofs:
        title += f" ISBN {_IDENTIFIER}"
    address = f"magnet:?xt=urn:btih:{_HASH}"
    target = Target("magnet", address, f"btih:{_HASH}", address, where="text", span=(0, len(address)))
    found = matcher.match(Offer(title, address, (target,)))
    return bool(found) and found[0].score >= matcher.threshold
