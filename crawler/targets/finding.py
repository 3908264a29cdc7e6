"""From a passage to its targets: see them everywhere, merge what is one object, give each its access code."""

import re
from bisect import bisect_right
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.model import Passage, Target
from crawler.targets.codes import Mention, Place, assign, code_behind, mentions
from crawler.targets.families import families_of_host
from crawler.targets.reading import read
from crawler.targets.sighting import Sighting, in_attributes, in_text
from crawler.targets.spelling import readable
from crawler.targets.suspicion import suspicious

_code_name = re.compile(r"(?:^|[-_])(?:code|pwd|pass|password|passcode|extract|tqm)(?:$|[-_])", re.IGNORECASE)
_bare_code = re.compile(r"[A-Za-z0-9]{4,8}")
_digest = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{40}(?![0-9A-Za-z])")


def find(passage: Passage, base_url: str = "") -> tuple[Target, ...]:
    """The targets of a passage in the order of their places, each object (or address) once.

    `base_url` is the page's own URL: relative links and links to its own host are no targets.
    """
    own = _own_host(base_url)
    sightings = list(in_attributes(passage, own))
    if suspicious(passage.text):
        anchors = _anchors(passage)
        sightings += [one for one in in_text(passage, own) if not _is_shown_part(one, anchors)]
    if not sightings:
        return ()
    ordered = _without_beginnings(sorted(sightings, key=lambda one: (one.span, one.where == "attribute")))
    codes = _codes(passage, ordered)
    best: dict[str, Sighting] = {}
    for one in ordered:
        other = best.get(one.key)
        if other is None:
            best[one.key] = one
        elif _completeness(one) > _completeness(other):
            best[one.key] = one if one.span[0] < one.span[1] else replace(one, span=other.span)
    return tuple(_target(one, codes.get(key), best) for key, one in best.items())


def normalise_url(written: str) -> str:
    """A link as a person would type it: defanging, base64, thunder and their like undone; anything else comes back stripped."""
    found = read(written, whole=True)
    return found[0].url if found else written.strip()


def _own_host(base_url: str) -> str:
    try:
        return urlsplit(base_url).netloc.lower().removeprefix("www.")
    except ValueError:
        return ""


def _anchors(passage: Passage) -> list[tuple[int, int, str]]:
    """The spans of text that the page shows for an address, with the address."""
    return sorted(
        (attribute.start, attribute.end, attribute.value)
        for attribute in passage.attributes
        if attribute.name == "href" and attribute.end > attribute.start and "://" in attribute.value
    )


def _is_shown_part(sighting: Sighting, anchors: list[tuple[int, int, str]]) -> bool:
    """Whether an address in the text is only the visible, perhaps shortened, part of an anchor's own address."""
    address, url, start = sighting.found.address, sighting.found.url, sighting.span[0]
    if address is None:
        return False
    at = bisect_right(anchors, start, key=lambda anchor: anchor[0])
    for first, last, value in anchors[max(0, at - 4) : at]:
        longer = first <= start < last and len(value) > len(url)
        if longer and (address.cut or value.startswith(url)):
            return True
    return False


def _without_beginnings(ordered: list[Sighting]) -> list[Sighting]:
    """Sightings without the addresses that are the cut-off beginning of another one at the same place."""
    kept: list[Sighting] = []
    for number, one in enumerate(ordered):
        near = ordered[max(0, number - 4) : number + 8]
        if one.found.address is None or not any(_begins(one, other) for other in near):
            kept.append(one)
    return kept


def _begins(one: Sighting, other: Sighting) -> bool:
    overlap = one.span[0] < other.span[1] and other.span[0] < one.span[1]
    return overlap and one.key != other.key and other.found.url.startswith(one.found.url)


def _completeness(one: Sighting) -> tuple[bool, bool, int]:
    """Whole before damaged, with its own code before without; the longer of two magnets, for it names the file."""
    return (not one.found.damaged, one.found.code is not None, len(one.found.url) if one.found.address is None else 0)


def _codes(passage: Passage, ordered: list[Sighting]) -> dict[str, str]:
    """The access code of each target, by its key."""
    own: dict[str, str] = {}
    places: list[Place] = []
    for one in ordered:
        if one.found.code:
            own.setdefault(one.key, one.found.code)
        takes = _takes_code(one)
        if takes is not None:
            places.append(Place(one.key, *one.span, readily=takes))
    if not places:
        return own
    named = mentions(passage.text)
    spoken = {mention.start for mention in named}
    for attribute in passage.attributes:
        if _code_name.search(attribute.name) and _bare_code.fullmatch(attribute.value):
            named.append(Mention(attribute.start, attribute.start, attribute.value, True))
    for one in ordered:
        if one.kind == "cloud_drive" and one.where == "text":
            behind = code_behind(passage.text, one.span[1])
            named += [behind] if behind and behind.start not in spoken else []
    return assign(passage.text, places, sorted(named, key=lambda mention: mention.start), own) if named else own


def _takes_code(one: Sighting) -> bool | None:
    """True for a share, which readily takes a code; False for what takes one after a strong word only; None for never."""
    if one.kind == "cloud_drive":
        return True
    address = one.found.address
    if one.kind in ("link", "locker") and address is not None and not families_of_host(address.host):
        return False
    return None


def _target(one: Sighting, code: str | None, all_of_passage: dict[str, Sighting]) -> Target:
    found, name = one.found, one.found.object
    if one.kind == "torrent" and name is None and (digest := _digest.search(found.url)):
        named = f"btih:{digest[0].lower()}"
        name = named if named not in all_of_passage else None
    return Target(
        kind=one.kind,
        url=readable(found.url),
        object=name,
        as_written=one.as_written,
        access_code=code,
        family=found.family,
        where=one.where,
        span=one.span,
        damaged=found.damaged,
    )
