"""What identifiers say of a work: that it is this one, that it may be another, or all by themselves that it is named."""

import re
from collections.abc import Collection, Iterator, Sequence

from crawler.matching.evidence import Evidence, Span, rule
from crawler.matching.identifiers import DOUBAN, IMDB, ISBN, STEAM, Standing, in_address, of_work, on_page
from crawler.matching.index import Index
from crawler.matching.page import Page
from crawler.matching.places import Place
from crawler.matching.surroundings import Surroundings
from crawler.model import Work

IDENTIFIER = "identifier"
"""The form of a place where an identifier stands for the title."""
_STANDS, _RECORD, _POST, _LINKED = 4.0, 3.0, 2.0, 1.5
_OTHERS = {ISBN: -1.0, IMDB: -2.5, DOUBAN: -1.0, STEAM: -2.5}
"""Another edition has another ISBN, and a page of its own on Douban; an entry of IMDb or Steam is one work."""
_LABEL = re.compile(
    r"(?i)\W*(?:e?isbn|ean|upc|imdb|douban|豆瓣|steam|isrc|doi|eidr|书号)?(?:[\W_]*(?:10|13|id|app ?id|编号))?\W*"
)
_LONGEST_LABEL = 16
_REACH = 400
"""Characters that the record of a title goes on for behind it."""


def identified(page: Page, index: Index, standing: Collection[Place]) -> list[Place]:
    """Places where an identifier of a watched work stands in a record that does not name the work itself."""
    if not index.schemes:
        return []
    found: dict[tuple[int, int], Place] = {}
    for one in on_page(page, index.schemes):
        field = page.field_of(one.start, one.end)
        for work in () if field is None else index.identified(one.identifier.key):
            named = any(place.work == work and _is_near(page, place.start, place.end, one) for place in standing)
            if field and not named and one.identifier in of_work(index.work(work).identifiers):
                place = Place(work, IDENTIFIER, "none", one.identifier.value, one.start, one.end, field)
                found.setdefault((work, one.start), place)
    return list(found.values())


def stands_for(near: Surroundings, work: Work) -> Evidence:
    """The identifier in the place of the title, first of all reasons."""
    place = near.place
    one = next(one for one in on_page(near.page, _schemes(work)) if one.start == place.start)
    written = near.page.raw[place.start : place.end]
    facts = {"title": work.title, "scheme": one.identifier.scheme, "matched": written}
    return rule("identifier-stands", _STANDS, (place.start, place.end), **facts)


def identifier_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """An identifier of the work stands beside the title, or another one of the same scheme in its record."""
    own = of_work(work.identifiers)
    if not own:
        return
    page, place = near.page, near.place
    found = on_page(page, _schemes(work))
    mine = [one for one in found if one.identifier in own]
    beside = [one for one in mine if _is_near(page, place.start, place.end, one)]
    same = [one for one in mine if page.segments.speaks(one.start, place.start)]
    if beside or same:
        best = (beside or same)[0]
        yield _named(best, page, _RECORD if beside else _POST)
        return
    linked = next((one for one in map(in_address, page.offer.references) if one in own), None)
    if linked:
        yield rule("identifier-linked", _LINKED, None, scheme=linked.scheme, written=linked.value)
        return
    for one in found:
        # A bare number may be anything's; an ISBN or an entry of a catalogue is a work's.
        if one.identifier.scheme in _OTHERS and _is_of_record(near, one, found):
            facts = {"scheme": one.identifier.scheme, "written": page.raw[one.start : one.end], "title": work.title}
            yield rule("identifier-of-other", _OTHERS[one.identifier.scheme], (one.start, one.end), **facts)
            return


def leads_to_identifier(near: Surroundings, work: Work) -> bool:
    """Whether nothing but the name of a scheme stands between the title and an identifier: “Title ISBN 978...”."""
    raw, end = near.page.raw, near.place.end
    return bool(work.identifiers) and any(
        end <= one.start <= end + _LONGEST_LABEL and _LABEL.fullmatch(raw[end : one.start])
        for one in on_page(near.page, _schemes(work))
    )


def labelled(evidence: Sequence[Evidence]) -> list[Span]:
    """The stretches of identifiers of the work with the name of the scheme that may stand before each."""
    return [
        (max(0, one.span[0] - _LONGEST_LABEL), one.span[1])
        for one in evidence
        if one.span and one.rule in ("identifier-stands", "identifier-named")
    ]


def _named(one: Standing, page: Page, weight: float) -> Evidence:
    written = page.raw[one.start : one.end]
    return rule("identifier-named", weight, (one.start, one.end), scheme=one.identifier.scheme, written=written)


def _schemes(work: Work) -> frozenset[str]:
    return frozenset(one.scheme for one in of_work(work.identifiers))


def _is_near(page: Page, start: int, end: int, one: Standing) -> bool:
    """Whether an identifier stands in the record of a title: on its line, or not far below or above it without a gap."""
    low, high = (end, one.start) if end <= one.start else (one.end, start)
    between = page.raw[low:high]
    if "\n" not in between:
        return len(between) <= _REACH
    return len(between) <= _REACH and "\n\n" not in between and page.segments.speaks(one.start, start)


def _is_of_record(near: Surroundings, one: Standing, found: Collection[Standing]) -> bool:
    """Whether an identifier is that of the title's record: on its line, or not far behind it where the page has no other."""
    if near.line.start <= one.start < near.line.end:
        return True
    alone = all(
        other.identifier == one.identifier for other in found if other.identifier.scheme == one.identifier.scheme
    )
    return alone and one.start >= near.place.start and _is_near(near.page, near.place.start, near.place.end, one)
