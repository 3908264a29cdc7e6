"""Titles that a page names in passing where it offers another work: refused by name, compared with, or quoted."""

import re
from collections.abc import Iterator, Sequence

from crawler.matching.against import sentence
from crawler.matching.evidence import Evidence, rule
from crawler.matching.lexicon import FORMATS, OFFERING, spoken
from crawler.matching.line import EPISODE
from crawler.matching.owned import shares
from crawler.matching.surroundings import Surroundings
from crawler.model import Work
from crawler.text import fold, spelled, words

REFUSED, PASSING, LICENSED = -6.5, -6.0, -5.0
_AROUND, _LONGEST_LEAD, _MOST_LINES, _LONGEST = 90, 140, 6, 3000
_MARK = r"[\"'“‘«(\[]*(?:the |book |vol(?:ume)? |part )?"
# "don't message me for Title", "please do not ask for Title".
_NOT_FOR_IT = re.compile(
    r"(?i)\b(?:don['’]?t|do not|please not|no|stop|quit|never|nobody|won['’]?t)\s+(?:\w+\s+){0,2}?"
    r"(?:messag\w+|messages?|dms?|dm['’]?ing|pms?|asks?|asking|writ(?:e|ing)|inbox\w*|e-?mails?|text|msgs?|requests?|hit me up|ping)\b[^.!?;:\n]{0,20}?\b(?:for|about|re|regarding)\s+"
    + _MARK + r"$"
)  # fmt: skip
_NOT_HAD = re.compile(
    r"(?i)^[\"'”’»)\]]*\s*(?:,|[-–—(]|because|as|since|[.!])?\s*(?:because |as |since |sorry,? )?i (?:don['’]?t|do not|never|haven['’]?t|didn['’]?t) (?:even )?(?:have|own|got|had|buy|bought|possess) (?:it|that|one|that one)\b"
)
_SOUGHT_MYSELF = re.compile(
    r"(?i)\b(?:still|also|am|i['’]?m) (?:hunting|looking|searching|waiting|on the hunt|after)(?: for)? (?:a copy of )?"
    + _MARK + r"$"
)  # fmt: skip
_MYSELF = re.compile(r"(?i)^[\"'”’»)\]]*\s*(?:myself|too|as well)\b")
# What offers several works names no single one in its head.
_SEVERAL = re.compile(
    r"(?i)\b(?:packs?|collections?|bundles?|trilog\w+|quadrilog\w+|box ?sets?|films|movies|books|albums|titles|uploads|dump|library|lists?|double bill|double feature|all \d|\d+ in \d|[+])"
)
_ADDED = re.compile(
    r"(?i)\b(?:includ\w+|incl|contain\w*|plus|also|bonus|bundled|both|comes? with|along with|as well|added|attached|too|second link|same (?:link|folder|place)|up|uploaded|here|mirror\w*|available|grab|download|get|i (?:have|'ve got))\b"
)
_TELLING = re.compile(
    r"(?i)(?<![\w'])(?:is|are|was|were|isn['’]?t|wasn['’]?t|did|does|do|has|had|have|says?|said|called|wants|compar\w+|than|as|but|like|out of|prefer\w*|made|reminds?|recalls?|owes|better|worse|the|a|an|of|my|its|his|her|their|nobody|everybody|everyone|reviewers|critics)(?![\w])"
)
_NAME_AND_YEAR = re.compile(r"^\W{0,6}(?P<name>[A-Z0-9][^|\n(\[]{2,70}?)\s*[.(\[ ]\(?(?:19|20)\d\d\b")
_MARKED = re.compile(r"(?<!\w)(?:['\"“‘«])(?P<name>[A-Z0-9][^'\"“”‘’«»\n]{2,60})['\"”’»]")
_DATED = re.compile(r"(?P<name>[A-Z][\w'’]+(?: [\w'’&]+){0,6}) \((?:19|20)\d\d\)")
_WROTE = re.compile(r"(?i)^\s*(?:>|\[quote)|\b(?:said|wrote|writes|posted by)\b[^\n]{0,24}:?\s*$")
_GIVEN = re.compile(
    r"(?i)\b(?:i have|i['’]?ve got|link|https?://|download|torrent|magnet|epub|pdf|mkv|rip|anyone (?:got|have)|looking for|request)\b"
)
_OPEN = re.compile(
    r"(?i)\b(?:creative commons|cc[ -]?by(?:-[a-z]{2})*|cc0|open(?:ly)?[ -]licen[cs]ed?|open (?:textbook|educational resource|access))\b"
)


def passing_rules(near: Surroundings, work: Work, found: Sequence[Evidence]) -> Iterator[Evidence]:
    """Against a title that is refused by name, measured against, quoted, or borne by an openly licensed work of others."""
    page, place = near.page, near.place
    if place.field.where != "body":
        return
    span = (place.start, place.end)
    head, tail = page.raw[max(0, place.start - _AROUND) : place.start], page.raw[place.end : place.end + _AROUND]
    refused = _NOT_FOR_IT.search(head)
    if refused:
        low = place.start - len(head) + refused.start()
        yield rule("not-shared", REFUSED, (low, place.start), words=page.raw[low : place.start].strip())
    elif _NOT_HAD.match(tail) or (_SOUGHT_MYSELF.search(head) and _MYSELF.match(tail)):
        high = page.raw.find("\n", place.end)
        yield rule(
            "not-shared", REFUSED, span, words=page.raw[place.start : high if high >= 0 else len(page.raw)][:60].strip()
        )
    if len(page.raw) > _LONGEST:
        return
    other = _led_by(near) or _answered_with(near) or _likened(near)
    if other:
        yield rule("offered-apart", PASSING, span, other=other)
    licence = _licensed(near, work)
    if licence:
        yield rule("free-work", LICENSED, licence, words=page.raw[slice(*licence)])


def _said_plainly(near: Surroundings) -> bool:
    """The title stands in a sentence that tells and names no form of a copy and no year."""
    if near.quoted or near.release or near.episodes or any(year.beside for year in near.years):
        return False
    low, high = sentence(near)
    around = f"{near.view.text[low : near.first]} {near.view.text[near.last : high]}"
    return len(_TELLING.findall(around)) > 1 and not _ADDED.search(around)


def _led_by(near: Surroundings) -> str:
    """The other work whose name, year and form head the lines above the sentence that names the title; empty without."""
    page, place = near.page, near.place
    body = page.fields[1]
    if near.line.start <= body.start or not _said_plainly(near):
        return ""
    own = place.spelling.replace(" ", "")
    for line in reversed(page.raw[body.start : near.line.start].splitlines()[-_MOST_LINES:]):
        if not line.strip() or len(line) > _LONGEST_LEAD:
            continue
        named = _NAME_AND_YEAR.match(line)
        if not named and not EPISODE.search(fold(line).text):
            continue
        if not any(not word.groups.isdisjoint(FORMATS) for word in spoken(words(fold(line)).text)):
            continue
        name = named["name"] if named else re.split(r"[|(\[]", line)[0]
        if _SEVERAL.search(name) or own in spelled(line).replace(" ", "") or shares(name, place.spelling):
            return ""
        return name.strip(" .-*#")
    return ""


def _likened(near: Surroundings) -> str:
    """The other work, named with its form above, of which a sentence says that it is like the title but; empty without."""
    page, place = near.page, near.place
    body = page.fields[1]
    head, tail = page.raw[max(body.start, place.start - _AROUND) : place.start], page.raw[place.end :]
    if near.release == 2 or any(year.beside for year in near.years):
        return ""
    if not (_LIKE_BEFORE.search(head) and _LIKE_BEHIND.match(tail[:_AROUND])):
        return ""
    above = page.raw[body.start : place.start]
    lead = next((line for line in above.splitlines() if line.strip()), "")
    if page.offer.title and body.start == place.start - len(head):
        lead = lead or page.offer.title
    first = re.split(r"[.!?](?=\s)", lead)[0] if place.start < body.start + len(lead) else lead
    own = place.spelling.replace(" ", "")
    if own in spelled(lead).replace(" ", "") and place.start >= body.start + len(lead):
        return ""
    named = _HEADING_NAME.match(first)
    told = any(not word.groups.isdisjoint((*FORMATS, *OFFERING)) for word in spoken(words(fold(first)).text))
    if named is None or not told or shares(named[0], place.spelling) or _SEVERAL.search(named[0]):
        return ""
    return named[0].strip(" .-*#")


_LIKE_BEFORE = re.compile(
    r"(?i)(?:^|[.!?\n:;–—(-]\s*)(?:(?:so |and )?(?:it['’]?s|it is|this is|that['’]?s|they call it)"
    r"(?: (?:basically|like|pretty much|kind of|kinda|sort of|sorta|just|essentially|more or less|a bit like|very much|almost|practically|literally|if|what happens when|what if))*"
    r"|basically|think(?: of)?(?: it as)?|imagine|picture|kind of|kinda|sort of|essentially|(?:plays|feels|looks|sounds|reads|works) (?:a bit |just |a lot )?like|like|somewhere between|half) (?:a |an |the )?[\"'“]?$"
)
_LIKE_BEHIND = re.compile(
    r"(?i)[\"'”]?,? (?:but (?!(?:the |with )?(?:full|complete|uncut|all|dlc))|with (?!(?:all|the|both|every|full|eng\w*|dlcs?|\d|subs?|commentary|cover|extras|bonus|keygen|crack)\b)"
    r"|in (?!(?:\d|pdf|epub|full|hd|4k|flac|mp3|mkv|english|french|german|good|high|one|two|three|parts)\b)|meets\b|if |for (?:people|adults|grown-?ups|kids|those)\b|minus\b|without the\b|set (?:in|on)\b|crossed with\b|mixed with\b|on (?:acid|steroids|ice|mars|a train|a boat)\b)"
)
_HEADING_NAME = re.compile(r"\W{0,6}[A-Z][\w'’]+(?: (?:(?:of|the|and|to|in|a|&) )?[A-Z][\w'’]*){0,5}")


def _answered_with(near: Surroundings) -> str:
    """The other work that is offered below a quote in which the title is only told of; empty without."""
    page, place = near.page, near.place
    segments = page.segments
    part = segments.of(place.start)
    line = near.line.raw
    if not (part.kind == "quote" or _WROTE.search(line)):
        return ""
    if _GIVEN.search(line) or "?" in line or (segments.answered(place.start) and part.kind != "quote"):
        return ""
    high = page.fields[1].end
    below = page.raw[near.line.end : high]
    if "?" in line or place.spelling.replace(" ", "") in spelled(below).replace(" ", ""):
        return ""
    for named in (*_MARKED.finditer(below), *_DATED.finditer(below)):
        if not shares(named["name"], place.spelling):
            return named["name"]
    return ""


def _licensed(near: Surroundings, work: Work) -> tuple[int, int] | None:
    """Where the title's lines say that it is openly licensed, and no maker of the watched work is named on the page."""
    if work.kind not in ("book", "audiobook", "software", None) or not work.creators:
        return None
    page = near.page
    said = _OPEN.search(page.raw, max(0, near.line.start - _AROUND), near.line.start + len(near.line.raw) + _AROUND)
    if said is None or any(page.find_name(name.split()[-1]) is not None for name in work.creators if name.split()):
        return None
    return said.span()
