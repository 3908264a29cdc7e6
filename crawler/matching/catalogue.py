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
# "Album (2001)、Album (2002)": what an artist made, listed with its years.
_DATED = re.compile(r"[^\s、,，;；:：()（）]{1,20} ?[(（](?:19|20)\d\d[)）]\s*(?:[、,，;；/]|。|$|\n)")
_LISTED_WORKS = re.compile(
    r"专辑列表|专辑年表|作品年表|作品列表|作品一览|历年专辑|作品:|作品：|创作年表|著作年表|discography|bibliography",
    re.IGNORECASE,
)
_OFFERED = re.compile(
    r"(?i)flac|mp3|wav|无损|無損|网盘|網盤|云盘|夸克|百度|阿里|迅雷|打包|下载|下載|链接|連結|分轨|整轨|资源|自取|私信|私我|包邮|滴滴|提取|密码|磁力|种子|txt|epub|pdf|mobi|1080|4k|群文件|合集|https?:"
)
_ENOUGH = 3
_LONGEST = 3000


@lru_cache(maxsize=4)
def catalogued(page: Page) -> tuple[int, int] | None:
    """The raw span of the first field of a record about goods; None where fewer stand than make one, or a file is told of."""
    text = page.raw
    if len(text) > _LONGEST or page.offer.targets or page.offer.players or largest(page) is not None:
        return None
    listed = _LISTED_WORKS.search(text)
    if listed and len(_DATED.findall(text)) >= _ENOUGH and not _OFFERED.search(text):
        return listed.span()
    found = list(_FIELD.finditer(text))
    kinds = {one.lastgroup for one in found}
    if len(kinds) < _ENOUGH or _FILE.search(text):
        return None
    return found[0].span()
