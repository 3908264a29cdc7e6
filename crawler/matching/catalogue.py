"""Records of catalogues and shops' lists: fields of goods that are made and sold, and none of a file."""

import re
from functools import lru_cache

from crawler.matching.page import Page
from crawler.matching.sizes import largest

_FIELD = re.compile(
    r"(?i)\b(?P<barcode>barcode|ean(?:-?13)?|upc|isbn(?:-1[03])?|asin|issn|oclc|lccn)\b|\b(?P<number>cat(?:alogue|alog)?\.? ?n(?:o|umber|r)\b|shelf ?mark|call number|matrix(?: number)?\b|bestellnummer|artikelnummer|sku\b)"
    r"|\b(?P<price>rrp|msrp|list price|uvp|list: ?[$£€])|\b(?P<pages>\d{2,4} ?(?:p|pp|pages|s|seiten|str|strony)\b\.?)|(?P<measure>\b\d{2} ?(?:x \d{2} ?)?cm\b)"
    r"|\b(?P<runtime>run(?:ning)? ?time|spieldauer|durée|duración)\b|\b(?P<certificate>certificate|bbfc|fsk|region code|aspect ratio)\b"
    r"|\b(?P<published>publisher|imprint|verlag|éditeur|editorial|label)\s?:|(?P<imprint>[A-Z]\w+ ?: ?[A-Z][\w ]+, (?:19|20)\d\d)|\b(?P<formats>formats?)\s?:|\b(?P<release>release(?: date)?|erscheinungsdatum|fecha de publicación)\s?:?\s?\d"
    r"|\b(?P<rating>rating|avg\.? rating|score)\s?:?\s?\d\.\d|\b(?P<shop>(?:at|on) qobuz|hdtracks|discogs|allmusic|rateyourmusic|goodreads|letterboxd|imdb)\b|\b(?P<carrier>(?:CD|LP|SACD|MC|2CD|2LP) (?:19|20)\d\d)\b"
)
_FILE = re.compile(
    r"(?i)\bmd5\b|\bseed|\bleech|\bpeers?\b|\bmagnet\b|\btorrent\b|\bmirror|\bserver\b|\blibgen|\blgli\b|\bzlib|\bz-lib|\banna'?s|\bipfs\b|\bhash\b|\bnzb\b|\bgrabs\b|\brip\b|\bripped\b|\bscan(?:ned)?\b|\bcracked\b|\bextension\b|\bfile ?name\b|⬇|\bdirect download\b|\bfree download\b|\btelegram\b|\bdrive\b|\bmega\b"
    r"|[\w)]\.(?:480|720|1080|2160)[pi]\.|[\w)]\.(?:web(?:-?dl|-?rip)?|blu-?ray|bdrip|brrip|dvdrip|hdtv)\.\S*-\w"
)
_ENOUGH = 3
_LONGEST = 3000


@lru_cache(maxsize=4)
def catalogued(page: Page) -> tuple[int, int] | None:
    """The raw span of the first field of a record about goods; None where fewer stand than make one, or a file is told of."""
    text = page.raw
    if len(text) > _LONGEST or page.offer.targets or page.offer.players or largest(page) is not None:
        return None
    found = list(_FIELD.finditer(text))
    kinds = {one.lastgroup for one in found}
    if len(kinds) < _ENOUGH or _FILE.search(text):
        return None
    return found[0].span()
