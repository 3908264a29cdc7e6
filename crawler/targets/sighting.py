"""Where the targets of a passage were seen: in its text, line by line, and in its attributes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import unquote

from crawler.model import Attribute, Passage
from crawler.targets import hashes
from crawler.targets.found import Found, with_codes
from crawler.targets.judgement import kind_of
from crawler.targets.reading import read
from crawler.targets.suspicion import suspicious

_ADDRESSES = frozenset({"href", "src", "data-src", "data-href", "data-url", "action"})
_FURNITURE = frozenset({"img", "link", "script", "image"})
_FURNITURE_NAMES = frozenset({"src", "srcset", "href", "data-src", "data-original"})
_hash_name = re.compile(r"hash|btih|magnet|torrent", re.IGNORECASE)
_name_with_blanks = re.compile(r"(?:https?|ftp)://[^\s/]+/(?:(?!://)[^\r\n]){1,1000}\.[A-Za-z0-9]{2,7}", re.IGNORECASE)
_STAND_IN = "\ue000"
_LINES_UP = 2
_AROUND = 400
_LONGEST_HASH_LINE = 20_000


@dataclass(frozen=True, slots=True)
class Sighting:
    """A target at one place of a passage; the same target may be seen at several."""

    found: Found
    kind: str
    as_written: str
    where: Literal["text", "href", "attribute"]
    span: tuple[int, int]
    """Into the passage's text."""

    @property
    def key(self) -> str:
        """What two sightings of one target have in common: its object, else its address without scheme and encoding."""
        if self.found.object or self.found.damaged:
            return self.found.object or self.found.url
        bare = self.found.url.partition("://")[2] or self.found.url
        return unquote(bare.removeprefix("www.")).rstrip("/")


def in_text(passage: Passage, own: str) -> Iterator[Sighting]:
    """The targets in a passage's text."""
    place = 0
    above: tuple[str, ...] = ()
    for line in passage.text.split("\n"):
        if suspicious(line):
            for found in (*read(line), *_bare_hashes(line, above)):
                one = _restored(found, passage, place) if found.damaged and found.kind == "magnet" else found
                around = line[max(0, one.start - _AROUND) : one.end + _AROUND]
                if kind := kind_of(one, own, around, None):
                    span = (place + one.start, place + one.end)
                    yield Sighting(one, kind, line[one.start : one.end], "text", span)
        if line.strip():
            above = (*above[1 - _LINES_UP :], line[-_AROUND:])
        place += len(line) + 1


def in_attributes(passage: Passage, own: str) -> Iterator[Sighting]:
    """The targets in a passage's attributes; pictures, style sheets and scripts of the page itself are passed over."""
    for attribute in passage.attributes:
        value, name = attribute.value, attribute.name.lower()
        if len(value) < 8 or (attribute.element in _FURNITURE and name in _FURNITURE_NAMES):
            continue
        if not suspicious(value) and not value.startswith("//"):
            continue
        if value[:5].lower() == "data:" or (own and _plainly_own(value, own)):
            continue
        around = _line_of(passage.text, attribute.start, attribute.end)
        for one in with_codes(value, _read_value(attribute)):
            if kind := kind_of(one, own, around, attribute):
                written = value if value.startswith("//") else value[one.start : one.end]
                where: Literal["href", "attribute"] = "href" if name == "href" else "attribute"
                yield Sighting(one, kind, written, where, (attribute.start, attribute.end))


def _bare_hashes(line: str, above: tuple[str, ...]) -> Iterator[Found]:
    """Infohashes without any scheme, where this line or those above speak of torrents and not of other digests."""
    if len(line) > _LONGEST_HASH_LINE:
        return
    matches = list(hashes.BARE.finditer(line))
    if not matches or not hashes.BARE_WORDS.search(hashes.BARE.sub(" ", " ".join([*above, line]))):
        return
    for match in matches:
        before = line[max(0, match.start() - 24) : match.start()]
        near = before if before.strip() or not above else above[-1][-24:]
        if not hashes.OTHER_DIGESTS.search(near) and "btih" not in before[-6:].lower():
            link = f"magnet:?xt=urn:btih:{match[0]}"
            yield Found(*match.span(), link, "magnet", hashes.magnet_object(link))


def _restored(found: Found, passage: Passage, place: int) -> Found:
    """A magnet whose hash lost characters to a picture, made whole where the picture's alt text is what was typed."""
    for attribute in passage.attributes:
        inside = attribute.start - place - found.start
        if attribute.element == "img" and attribute.name == "alt" and 0 < inside < found.end - found.start:
            link = found.url[:inside] + attribute.value + found.url[inside:]
            if name := hashes.magnet_object(link):
                return replace(found, url=link, object=name, damaged=False)
    return found


def _read_value(attribute: Attribute) -> list[Found]:
    value, name = attribute.value, attribute.name.lower()
    whole = name in _ADDRESSES and "\n" not in value
    if value.startswith("//"):
        return read(f"https:{value}", True)
    if whole and " " in value and _name_with_blanks.fullmatch(value):
        # The blanks belong to a file's name; a stand-in keeps them from ending the address.
        return [replace(one, url=one.url.replace(_STAND_IN, " ")) for one in read(value.replace(" ", _STAND_IN), True)]
    if _hash_name.search(name) and (digest := hashes.infohash(value)):
        return [Found(0, len(value), f"magnet:?xt=urn:btih:{value}", "magnet", f"btih:{digest}")]
    return read(value, whole)


def _plainly_own(value: str, own: str) -> bool:
    """An ordinary address of the page's own host, which carries no further link."""
    head, mark, rest = value.partition("://")
    if not mark or len(head) > 5:
        return False
    host, _, tail = rest.partition("/")
    return host.lower().removeprefix("www.") == own and not suspicious(tail)


def _line_of(text: str, start: int, end: int) -> str:
    low = max(0, start - _AROUND)
    first = text.rfind("\n", low, start) + 1 or low
    last = text.find("\n", end, end + _AROUND)
    return text[first : last if last >= 0 else end + _AROUND]
