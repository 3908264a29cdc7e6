"""What a text says itself of what it gives: burned, not pressed, copied for others; or a file in place of a printed book."""

import re
from functools import lru_cache

from crawler.matching.page import Page
from crawler.matching.spread import Said

GOODS = frozenset(("second-hand", "licensed"))
"""Groups of words for genuine goods."""
_DENIED = re.compile(
    r"(?i)(?:\b(?:no|not|never|without|nor|zero|isn['’]?t|aren['’]?t|wasn['’]?t|don['’]?t|nicht|kein\w*|pas|sin|senza|sem|bez|nie|avoid|hate|unlike|rather than|instead of)"
    r"(?: (?:a|an|any|one of those|those|these|the|some|home|cheap|crappy|dodgy|just|my|sell\w*|do|buy|by|into|des?|una?))* ?[-–]?)\s?[\"'“]?$"
)
_CARRIER = r"(?:dvds?|cds?|blu-?rays?|bds?|discs?|disks?|copy|copies|cop(?:y|ies) of|silver|sets?|box ?sets?)"
_SAID = re.compile(
    r"(?i)"
    # Burned, at home or on something that one burns.
    rf"\b(?:home|self|hand)[- ]?burn(?:ed|t)\b|\bburn(?:ed|t|ing)?(?: \w+){{0,4}} {_CARRIER}\b|\bburn(?:ed|t)? (?:it|them|these|those|this|to|on to|onto|at|by|myself|for)\b|\b{_CARRIER}[^.!?\n]{{0,24}}? burn(?:ed|t)\b|\bi burn(?:ed|t)?\b"
    r"|(?<![a-z0-9])(?:dvd|cd|bd|blu-?ray)(?:[±+-]| ?-|\+/-)? ?r(?:s|e|w|ws|es)?(?![a-z0-9'’])|\brecordables?\b|\bwriteables?\b"
    # None that a factory made.
    r"|\b(?:not|isn['’]?t|aren['’]?t|ain['’]?t|never|non|un)[- ](?:(?:a|an|the|actually|really|shop|store|proper|real|exactly|retail|studio) ){0,3}(?:factory|machine|professionally|commercially|studio)?[- ]?(?:pressed|press(?:ing)?\b|stamped|shop[- ]bought|store[- ]bought|the real thing|legit)"
    r"|\b(?:not|aren['’]?t|isn['’]?t|never) (?:(?:the|a|an|real|retail|true|proper) ){0,3}originals?\b(?! (?:version|series|film|cut|cast))"
    r"|\b(?:copied|pirated?|bootleg\w*|knock-?off|counterfeit|dubbed) (?:\w+ )?(?:discs?|disks?|dvds?|cds?|blu-?rays?|copies|sets?|tapes?)\b|\bmade (?:to order|on demand) by (?:a |an |one )?(?:\w+ )?(?:fan|hobbyist|collector|enthusiast|me|us)\b"
    r"|\bi (?:just |only |also |can |will |['’]ll )?(?:copy|copied|dub|dubbed|wrote|write|ripped|burn) (?:it|them|these|this|all|everything|for|to|on|onto|at)\b"
    r"|\bgebrannte?\w*\b|\bselbst gebrannt|\b(?:dvd|cd|disque)s? grav[ée]e?s?\b|\bmasterizzat[oiae]\b|\b(?:discos?|dvds?|cds?) (?:grabad|quemad|gravad)[oa]s?\b|\bvypalen\w*|\bnagran\w+ na płyt\w+|болванк\w+"
)
# What somebody who has a file says of the printed book or the disc that others pay for.
_PRINTED = re.compile(
    r"hard ?covers?|hard ?backs?|paper ?backs?|hardcover set|taschenbuch|gebunden|physical (?:copy|copies|edition)|book ?(?:shop|store)s?|the publisher|cover price|retail price|campus shop|(?:campus|university|college) bookshop|in stock|buy (?:a|the|your) (?:copy|book)|amazon"
)
_FILE = re.compile(r"(?i)(?<![a-z0-9])(?:pdfs?|epubs?|e-?books?|mobi|azw3?|djvu|m4b|mp3s?)(?![a-z0-9])")
_HAS = re.compile(
    r"(?i)\b(?:i(?: also| still|['’]ve| have| ve)? (?:got|have|can send|made|scanned|ripped)|i have|i['’]?ve|i got|got|have|here(?:['’]?s| is)|grab|dm|pm|hmu|hit me|msg|message|tg|telegram|whatsapp|mail|send|sending|free|no charge|selling|paypal|revolut|link)\b"
)
_CLAUSE = re.compile(r"[,;:!?\n]|[.](?=\s|$)|\s[–—-]+\s|\bbut\b|\bso\b")
_REACH = 120


@lru_cache(maxsize=4)
def is_confessed(page: Page) -> bool:
    """Whether a text says that what it gives was burned or copied by somebody, or comes from no factory."""
    return any(not _DENIED.search(page.raw, max(0, one.start() - 32), one.start()) for one in _SAID.finditer(page.raw))


def stands_against_file(word: Said, raw: str, start: int, end: int) -> bool:
    """Whether a word is of the printed book, in another clause than a title, at raw places, whose own has it as a file."""
    if _PRINTED.match(word.text) is None:
        return False
    low = max(
        (one.end() for one in _CLAUSE.finditer(raw, max(0, start - _REACH), start)), default=max(0, start - _REACH)
    )
    ended = _CLAUSE.search(raw, end, end + _REACH)
    high = ended.start() if ended else min(len(raw), end + _REACH)
    if low <= word.start < high:
        return False
    ended = _CLAUSE.search(raw, high + 1, high + _REACH) if ended else None
    said = raw[low : ended.start() if ended else high]
    return _FILE.search(said) is not None and _HAS.search(raw, max(0, low - _REACH)) is not None
