"""What the rest of a post says of the title in its heading, and its heading of a title in its text."""

from collections.abc import Iterator

from crawler.matching.asides import aside
from crawler.matching.evidence import Evidence, rule
from crawler.matching.surroundings import Surroundings
from crawler.matching.taken import renewed
from crawler.model import Work
from crawler.text import spelled


def post_rules(near: Surroundings, work: Work, found: list[Evidence]) -> Iterator[Evidence]:
    """What the rest of the post says of the title in its heading, and its heading of a title in its text."""
    page, place = near.page, near.place
    named = {evidence.rule for evidence in found}
    if place.field.where == "body":
        own = spelled(page.offer.title).replace(" ", "")
        named_there = place.spelling.replace(" ", "") in own
        apart = own and not named_there and not near.release and not near.quoted
        if apart and not near.page.target_between(near.line.start, near.line.end):
            yield rule("named-in-passing", -1.3, (place.start, place.end), heading=page.offer.title[:60])
        return
    if place.field.where != "title":
        return
    if work.year is not None and not any("year" in name for name in named):
        for year in page.years:
            span = page.folded.span(*year.span())
            if int(year[0]) == work.year and page.on_short_line(span[0]) and page.where(span[0]) == "body":
                yield rule("year-agrees", 1.2, span, year=work.year)
                break
    if "creator-named" not in named:
        for name in work.creators:
            standing = page.find_name(name)
            if standing is not None and page.where(standing[0]) == "body":
                yield rule("creator-named", 1.2, standing, name=name)
                break
    for word in () if renewed(page) else page.spread.by_group.get("removed", ()):
        if page.where(word.start) == "body" and aside("removed", word, near, 0):
            yield rule("removed", -3.0, (word.start, word.end), words=page.raw[word.start : word.end])
            break
