"""What a heading names without more is what the post below it gives: of another year, it is another work."""

from collections.abc import Iterator, Sequence

from crawler.matching.evidence import Evidence, rule
from crawler.matching.page import Page
from crawler.matching.places import Place

OTHER = -4.5
_OTHERS = ("year-contradicts", "year-of-other-version", "other-instalment")
"""Rules by which what is named is another work."""
_OFFERED = frozenset(
    ("release-name", "file-size", "form-named", "file-named", "address", "target", "words-of-offer", "price", "carrier", "kind-agrees")
)  # fmt: skip
_NOT_GIVEN = frozenset(("not-shared", "removed", "request", "compared"))
_MOST_QUOTED = 60
_OWN = frozenset(("year-agrees", "creator-named", "identifier-named", "identifier-linked", "year-near"))


def heading_rules(
    page: Page, place: Place, found: Sequence[Evidence], judged: Sequence[tuple[Place, list[Evidence]]]
) -> Iterator[Evidence]:
    """Below a bare title the only lines that offer the work name another version of it."""
    named = {one.rule for one in found}
    if place.field.where == "target" or named & _OWN or not named.isdisjoint(_OTHERS):
        return
    low, high = _line(page, place)
    title = (place.start, place.end)
    said = [one for one in found if one.weight > 0 and one.span not in (None, title) and "diction" not in one.rule]
    if any(one.span and low <= one.span[0] < high for one in said):
        return
    other = None
    for later, evidence in judged:
        # On a list each line speaks of its own.
        if later.work != place.work or later.start < high or later.field.where == "target":
            continue
        if not page.segments.speaks(later.start, place.start):
            continue
        first, last = _line(page, later)
        if not any(
            one.weight > 0 and one.rule in _OFFERED and one.span and first <= one.span[0] < last for one in evidence
        ):
            continue
        told = {one.rule for one in evidence}
        if told.isdisjoint(_OTHERS):
            return
        if told.isdisjoint(_NOT_GIVEN):
            other = other or (later.start, min(last, later.start + _MOST_QUOTED))
    if other is not None:
        yield rule("heading-of-other", OTHER, other, words=page.raw[slice(*other)].strip())


def _line(page: Page, place: Place) -> tuple[int, int]:
    """Raw positions from and to which the line of a place goes."""
    low = max(page.raw.rfind("\n", 0, place.start) + 1, place.field.start)
    high = page.raw.find("\n", place.end)
    return low, high if high >= 0 else len(page.raw)
