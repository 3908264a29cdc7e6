"""From a passage to its targets: read every string, judge the addresses, pair the codes, merge what is one object."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import unquote, urlsplit

from crawler.model import Attribute, Passage, Target
from crawler.targets import hashes, shapes
from crawler.targets.codes import Mention, Place, assign, code_behind, mentions, own_code
from crawler.targets.families import families_of_host, is_not_target
from crawler.targets.reading import Found, read
from crawler.targets.suspicion import suspicious

_offers = re.compile(
    r"下载|下載|网盘|網盤|云盘|雲盤|云盤|提取码|直链|直連|镜像|鏡像|种子|種子|磁力|在线观看|線上看|在线播放|补链|补档|转存"
    r"|(?<![a-z])(?:downloads?|mirrors?|direct link|ddl|torrent|watch online|re-?up(?:load)?s?|free link)(?![a-z])",
    re.IGNORECASE,
)
_FRAMES = frozenset({"iframe", "embed", "object", "frame"})
_MEDIA = frozenset({"video", "audio", "source"})
_PICTURES = frozenset({"img", "link", "script", "image", "input:image"})
_code_name = re.compile(r"(?:^|[-_])(?:code|pwd|pass|password|passcode|extract|tqm)(?:$|[-_])", re.IGNORECASE)
_bare_code = re.compile(r"[A-Za-z0-9]{4,8}")
_base_hash = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{40}(?![0-9A-Za-z])")
_blank_in_name = re.compile(r"(?:https?|ftp)://[^\s/]+/(?:(?!://)[^\r\n]){1,1000}\.[A-Za-z0-9]{2,7}", re.IGNORECASE)
_STAND_IN = "\ue000"
_LINES_UP = 2


@dataclass(frozen=True, slots=True)
class _Sighting:
    found: Found
    kind: str
    key: str
    as_written: str
    where: Literal["text", "href", "attribute"]
    span: tuple[int, int]


def find(passage: Passage, base_url: str = "") -> tuple[Target, ...]:
    """The targets of a passage in the order of their places, each object (or address) once.

    `base_url` is the page's own URL: relative links and links to its own host are no targets.
    """
    text = passage.text
    own = _own_host(base_url)
    sightings = [*_in_attributes(passage, own)]
    if suspicious(text):
        hidden = _anchored(passage)
        sightings += [one for one in _in_text(passage, own) if not _is_stub(one, hidden, text)]
    if not sightings:
        return ()
    return _merged(passage, sightings)


def normalise_url(written: str) -> str:
    """A link as a person would type it: defanging, base64, thunder and their like undone; anything else comes back stripped."""
    found = read(written, whole=True)
    return found[0].url if found else written.strip()


def _own_host(base_url: str) -> str:
    try:
        return urlsplit(base_url).netloc.lower().removeprefix("www.")
    except ValueError:
        return ""


def _in_text(passage: Passage, own: str) -> Iterator[_Sighting]:
    text, place = passage.text, 0
    previous: list[str] = []
    for line in text.split("\n"):
        if suspicious(line):
            for found in [*read(line), *_bare_hashes(line, previous)]:
                found = _restored(found, passage, place) if found.damaged else found
                around = line if len(line) < 800 else line[max(0, found.start - 400) : found.end + 400]
                kind = _judged(found, own, around, None)
                if kind:
                    span = (place + found.start, place + found.end)
                    yield _Sighting(found, kind, _key(found), line[found.start : found.end], "text", span)
        if line.strip():
            previous = [*previous[1 - _LINES_UP :], line[-400:]]
        place += len(line) + 1


def _bare_hashes(line: str, previous: list[str]) -> Iterator[Found]:
    if len(line) > 20_000:
        return
    matches = list(hashes.BARE.finditer(line))
    if not matches:
        return
    around = " ".join([*previous, line])
    if not hashes.BARE_WORDS.search(hashes.BARE.sub(" ", around)):
        return
    for match in matches:
        near = (line[max(0, match.start() - 24) : match.start()] or "").rpartition("  ")[2] or (
            previous[-1][-24:] if previous else ""
        )
        if hashes.OTHER_DIGESTS.search(near) or "btih" in line[max(0, match.start() - 6) : match.start()].lower():
            continue
        link = f"magnet:?xt=urn:btih:{match[0]}"
        yield Found(match.start(), match.end(), link, "magnet", hashes.magnet_object(link))


def _restored(found: Found, passage: Passage, place: int) -> Found:
    """A magnet whose hash lost characters to a picture, made whole where the picture's alt text is what was typed."""
    if found.kind != "magnet":
        return found
    for attribute in passage.attributes:
        inside = attribute.start - place - found.start
        if attribute.element == "img" and attribute.name == "alt" and 0 < inside < found.end - found.start:
            link = found.url[:inside] + attribute.value + found.url[inside:]
            if named := hashes.magnet_object(link):
                return replace(found, url=link, object=named, damaged=False)
    return found


def _in_attributes(passage: Passage, own: str) -> Iterator[_Sighting]:
    for attribute in passage.attributes:
        value = attribute.value
        name = attribute.name.lower()
        if len(value) < 8 or (
            attribute.element in _PICTURES and name in ("src", "srcset", "href", "data-src", "data-original")
        ):
            continue
        if not suspicious(value) and not value.startswith("//") and not hashes.KSES.match(value):
            continue
        if value[:5].lower() == "data:" or (own and _plainly_own(value, own)):
            continue
        whole = name in ("href", "src", "data-src", "data-href", "data-url", "action") and "\n" not in value
        found = _read_value(value, whole)
        where: Literal["href", "attribute"] = "href" if name == "href" else "attribute"
        line = _line_of(passage.text, attribute.start, attribute.end)
        for one in own_code(value, found):
            kind = _judged(one, own, line, attribute)
            if kind:
                written = value if value.startswith("//") else value[one.start : one.end]
                yield _Sighting(one, kind, _key(one), written, where, (attribute.start, attribute.end))


def _read_value(value: str, whole: bool) -> list[Found]:
    if value.startswith("//"):
        return read(f"https:{value}", True)
    if whole and " " in value and _blank_in_name.fullmatch(value):
        # The blanks belong to a file's name; a stand-in keeps them from ending the address.
        return [replace(one, url=one.url.replace(_STAND_IN, " ")) for one in read(value.replace(" ", _STAND_IN), True)]
    return read(value, whole)


def _plainly_own(value: str, own: str) -> bool:
    """An ordinary address of the page's own host, which carries no further link."""
    head, mark, rest = value.partition("://")
    if not mark or len(head) > 5:
        return False
    host, _, tail = rest.partition("/")
    return host.lower().removeprefix("www.") == own and not suspicious(tail)


def _line_of(text: str, start: int, end: int) -> str:
    first = text.rfind("\n", max(0, start - 400), start) + 1 or max(0, start - 400)
    last = text.find("\n", end, end + 400)
    return text[first : last if last >= 0 else end + 400]


def _judged(found: Found, own: str, line: str, attribute: Attribute | None) -> str | None:
    """The kind of target that a link is; None for an ordinary link."""
    address = found.address
    if address is None:
        return found.kind
    port = f":{address.port}" if address.port else ""
    if own and f"{address.host}{port}".removeprefix("www.") == own and not found.disguised:
        return None
    if found.object:
        return found.kind
    if is_not_target(address.host):
        return None
    shape = shapes.extension_kind(address.tail)
    if shape == "picture":
        return None
    element = attribute.element if attribute else ""
    if shape:
        return shape
    if element in _MEDIA and attribute and attribute.name in ("src", "data-src"):
        return "stream"
    if element in _FRAMES and shapes.plays(address.tail):
        return "player"
    share = shapes.share_kind(address.tail)
    if share or found.family:
        return share or found.kind
    empty = address.tail in ("", "/")
    if found.disguised:
        spoken = address.schemeless and (empty or not shapes.is_opaque(_last_segment(address.tail)))
        return None if spoken else "link"
    if address.schemeless or empty:
        return None
    if found.code or (
        (attribute is None or attribute.name in ("href", "value", "data-url", "data-href")) and _offers.search(line)
    ):
        return "link" if not address.cut else None
    return None


def _last_segment(tail: str) -> str:
    return re.split(r"[?#]", tail, maxsplit=1)[0].rstrip("/").rpartition("/")[2]


def _key(found: Found) -> str:
    if found.object:
        return found.object
    if found.damaged:
        return found.url
    bare = found.url.partition("://")[2] or found.url
    return unquote(re.sub(r"(?i)^www\.", "", bare)).rstrip("/")


def _anchored(passage: Passage) -> list[tuple[int, int, str]]:
    """Where the page shows text for an address: span and address."""
    return sorted(
        (attribute.start, attribute.end, attribute.value)
        for attribute in passage.attributes
        if attribute.name == "href" and attribute.end > attribute.start and "://" in attribute.value
    )


def _is_stub(sighting: _Sighting, anchored: list[tuple[int, int, str]], text: str) -> bool:
    """Whether an address in the text is only the visible, perhaps shortened, part of a link's own address."""
    address = sighting.found.address
    if address is None:
        return False
    start = sighting.span[0]
    at = bisect_right(anchored, (start, len(text) + 1, ""))
    for first, last, value in anchored[max(0, at - 4) : at]:
        if (
            first <= start < last
            and len(value) > len(sighting.found.url)
            and (address.cut or value.startswith(sighting.found.url))
        ):
            return True
    return address.cut and sighting.found.object is None


def _merged(passage: Passage, sightings: list[_Sighting]) -> tuple[Target, ...]:
    ordered = sorted(sightings, key=lambda one: (one.span, one.where == "attribute"))
    ordered = _without_prefixes(ordered)
    codes = _codes(passage, ordered)
    best: dict[str, _Sighting] = {}
    for one in ordered:
        if one.key not in best or _rank(one) > _rank(best[one.key]):
            best[one.key] = (
                replace(one, span=best[one.key].span) if one.key in best and one.span[0] == one.span[1] else one
            )
    keys = dict.fromkeys(one.key for one in ordered)
    return tuple(_target(best[key], codes.get(key)) for key in keys)


def _rank(one: _Sighting) -> tuple[bool, bool, int]:
    """The more complete sighting: whole, with its code, with its name; the plain one of two equals."""
    return (not one.found.damaged, one.found.code is not None, len(one.found.url) if one.found.address is None else 0)


def _without_prefixes(ordered: list[_Sighting]) -> list[_Sighting]:
    """Drop an address that is the cut-off beginning of another one at the same place."""
    kept: list[_Sighting] = []
    for one in ordered:
        address = one.found.address
        near = [
            other
            for other in ordered[max(0, len(kept) - 4) : len(kept) + 8]
            if other is not one and other.span[0] < one.span[1] and one.span[0] < other.span[1]
        ]
        if address and any(
            other.found.url != one.found.url and other.found.url.startswith(one.found.url) and other.key != one.key
            for other in near
        ):
            continue
        kept.append(one)
    return kept


def _codes(passage: Passage, ordered: list[_Sighting]) -> dict[str, str]:
    own: dict[str, str] = {}
    places: list[Place] = []
    for one in ordered:
        if one.found.code:
            own.setdefault(one.key, one.found.code)
        if one.found.address is None and one.kind != "cloud_drive" and not one.found.disguised:
            continue
        takes = _takes_code(one)
        if takes is not None:
            places.append(Place(one.key, *one.span, readily=takes))
    if not places:
        return own
    named = mentions(passage.text)
    for attribute in passage.attributes:
        if _code_name.search(attribute.name) and _bare_code.fullmatch(attribute.value):
            named.append(Mention(attribute.start, attribute.start, attribute.value, True))
    spoken = {one.start for one in named}
    for one in ordered:
        if one.kind != "cloud_drive" or one.where != "text":
            continue
        behind = code_behind(passage.text, one.span[1])
        if behind and behind.start not in spoken:
            named.append(behind)
    if not named:
        return own
    return assign(passage.text, places, sorted(named, key=lambda one: one.start), own)


def _takes_code(one: _Sighting) -> bool | None:
    """True for a share that readily takes a code, False for a link that takes one after a strong word, None for never."""
    if one.kind == "cloud_drive":
        return True
    if one.kind in ("link", "locker") and (one.found.address is None or not families_of_host(one.found.address.host)):
        return False
    return None


def _target(one: _Sighting, code: str | None) -> Target:
    found = one.found
    name = found.object
    if one.kind == "torrent" and name is None and (digest := _base_hash.search(found.url)):
        name = f"btih:{digest[0].lower()}"
    return Target(
        kind=one.kind,
        url=found.url,
        object=name,
        as_written=one.as_written,
        access_code=code,
        family=found.family,
        where=one.where,
        span=one.span,
        damaged=found.damaged,
    )
