"""Names of programs and games as their packers write them: the title, its version, the system, the shop or who made it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from crawler.matching.evidence import Evidence, rule
from crawler.matching.numbers import numbers
from crawler.matching.page import Page
from crawler.matching.surroundings import Surroundings
from crawler.model import Work

_KINDS = ("game", "software")
_VERSION = r"(?:v|ver|version|build|b|rev|r)?[ ._]?\d{1,5}(?:[._]\d{1,5}){1,4}(?:[a-z]\d{0,3}|-?(?:rc|beta|alpha)\d*)?|v[ ._]?\d{1,3}[a-z]?|(?:build|rev|cl|u|update|hotfix|patch)[ ._]?\d{1,8}"
_SYSTEM = r"win(?:dows)?(?:32|64)?|x64|x86(?:[_-]64)?|64[ ._-]?bit|32[ ._-]?bit|amd64|arm64|mac(?:os(?:x)?)?|osx|linux|android|ios|pc|ps[2345]|psp|vita|ns|nsw|switch|xbox(?:360|one)?|universal|silicon|intel"
_SHOP = r"gog|steam|egs|epic|uplay|origin|msstore|p2p|drm[ ._-]?free|scene|rip|iso|nsp|nsz|xci|apk|obb|dmg|exe|msi|zip|rar|7z|fix(?:ed)?|preinstalled|installer|portable|setup|repack|full|cracked|unlocked|denuvoless|clone|tnt"
_TONGUE = r"multi(?:lingual|language|lang)?[ ._-]?\d{0,2}|ml\d{0,2}|en|eng|english|ru|rus|ger|german|fr|french|jp|jpn|cn|chs|cht|kor"
_EDITION = r"(?:(?:digital|deluxe|gold|goty|ultimate|definitive|complete|premium|collectors?|standard|pro|professional|enterprise|ultimate|studio|anniversary|enhanced|directors[ ._]cut|game[ ._]of[ ._]the[ ._]year)(?:[ ._]edition)?|early[ ._]access)"
_WITH = r"(?:incl(?:\.|uding|udes|uded)?|inc|with|and|plus|\+|all|hotfix|dlcs?|bonus|content|crackfix|keygen|patch(?:ed)?|keymaker|crack|update|season[ ._]pass|included|serial|activator|ost|soundtrack|\d{1,2})"
_TAGS = rf"(?:{_SYSTEM}|{_SHOP}|{_TONGUE}|{_EDITION}|{_VERSION}|{_WITH}|(?<=[\[(])[a-z](?=[\])])|\d{{4,8}}|\d{{1,3}}(?:[.,]\d+)? ?[gm]i?b|19\d\d|20\d\d)"
_BETWEEN = r"[ \t._\-+,()\[\]{}|]"
_REST = re.compile(rf"(?i){_BETWEEN}*(?:{_TAGS}(?:{_BETWEEN}+|$))*")
_GROUP = re.compile(r"-(?=[A-Za-z0-9]*[A-Z]{2})[A-Za-z][A-Za-z0-9]{2,14}$")
_GROUP_IN_SMALL = re.compile(r"(?<=\d)-[a-z][a-z0-9]{2,14}$")
_VERSIONED = re.compile(rf"(?i)(?:(?<=[ ._\-(\[])|^)(?:{_VERSION})(?=$|[ ._\-)\]])")
_MADE_FOR = re.compile(
    rf"(?i)(?:(?<=[ ._\-(\[{{])|^)(?:{_SYSTEM}|{_SHOP}|multi[ ._-]?\d{{1,2}}|multilingual|keygen)(?=$|[ ._\-)\]}}])"
)
_PACKED = re.compile(
    r"(?i)(?:(?<=[ ._\-(\[])|^)(?:gog|p2p|portable|multi[ ._-]?\d{1,2}|multilingual|x64|x86|nsp|nsz|xci|repack|cracked|keygen|preinstalled|unlocked|iso|apk|dmg|tnt)(?=$|[ ._\-)\]])"
)
_HEAD = re.compile(
    r"(?i)[\s>*•·\-]*(?:\S*[/\\])?(?:\[?#?\d{1,4}[\].):]\s+)?(?:\[[\w .+-]{1,20}\]\s*)?(?:(?:setup|install(?:er)?|game|pc)[ ._-]+)?"
)
_ONLY_ADDED = re.compile(r"(?i)(?:^|[ ._-])(?:update|patch|hotfix|dlcs?|crack(?:fix)?|ost|soundtrack)(?=$|[ ._-])")
_INCLUDED = re.compile(r"(?i)incl|with|plus|and\b|all[ ._]dlc|\+|full|complete|edition|repack")
# What any such name holds: a version, or the signature of who packed it.
_NUMBERED = re.compile(r"(?i)(?<![a-z\d])v?\d{1,5}[._]\d|(?<![a-z])v\d|\bbuild[ ._]?\d")
_SIGNED = re.compile(r"(?i)-[A-Za-z0-9]*[A-Z]{2}[A-Za-z0-9]*\s*$", re.MULTILINE)
_DASH = re.compile("-")
_BEFORE_NUMBER, _BEHIND_NUMBER = 6, 2
_LONGEST_NAME = 140
_WEIGHT = 2.9


@lru_cache(maxsize=4)
def may_hold_releases(page: Page) -> bool:
    """Whether a page holds anything without which it names no program's release."""
    raw = page.raw
    # Both expressions are slow, so they are tried where they can only lie: about the digits, and from the dashes on.
    return any(
        _NUMBERED.search(raw, max(0, start - _BEFORE_NUMBER), end + _BEHIND_NUMBER) for start, end in numbers(raw)
    ) or any(_SIGNED.match(raw, dash.start()) for dash in _DASH.finditer(raw))


def packed_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """The title's line is, whole, what a packer calls the release of a program or a game."""
    if work.kind not in _KINDS or len(near.line.raw) > _LONGEST_NAME or not may_hold_releases(near.page):
        return
    line = near.line.raw.rstrip()
    first, last = near.place.start - near.line.start, near.place.end - near.line.start
    if not _HEAD.fullmatch(line[:first]):
        return
    tail = line[last:]
    signed = _GROUP.search(tail) or (_GROUP_IN_SMALL.search(tail) if " " not in line else None)
    rest = tail[: signed.start()] if signed else tail
    if not _REST.fullmatch(rest):
        return
    version = _VERSIONED.search(rest)
    # Parted by points or underscores, as nobody writes in a sentence; or with several tags.
    joined = "_" in line or re.search(r"\w\.[A-Za-z]", line) is not None
    made_for = len(_MADE_FOR.findall(rest)) + ("setup" in line[:first].lower())
    added = _ONLY_ADDED.search(rest)
    if added and not _INCLUDED.search(rest):
        return
    if signed and (version or "." in line[first:last] or "_" in line[first:last]):
        low, high = last + signed.start(), last + signed.end()
    elif version and (made_for > 1 or (joined and made_for) or _PACKED.search(rest)):
        low, high = last + version.start(), last + version.end()
    else:
        return
    span = (near.line.start + low, near.line.start + high)
    yield rule("release-name", _WEIGHT, span, tag=near.page.raw[slice(*span)].strip("-"))
