"""Every link in one string (a line of text, an attribute's value), with all disguises undone."""

import re
from dataclasses import replace
from urllib.parse import unquote

from crawler.targets import layers
from crawler.targets.address import Address, addresses
from crawler.targets.families import families_of_host
from crawler.targets.filler import join_filled
from crawler.targets.found import Found, found_at, with_codes
from crawler.targets.named import TAKEN, take, take_bare, take_named
from crawler.targets.view import View, plain

_MOST = 2_000
_slashes = re.compile(r"(?<=[A-Za-z0-9])\s?斜[杠線线]\s?(?=[A-Za-z0-9])|\\/|\\[ux](?:00)?2[fF]")
_carried = re.compile(r"(?<=[=/])(?:https?|ftp)://", re.IGNORECASE)
_hiding_schemes = ("thunder", "flashget", "qqdl", "fs2you")
_dot_words = ("dot", "punkt", "point")


def read(text: str, whole: bool = False, depth: int = 0) -> list[Found]:
    """The links of a string in the order of their places; `whole`: the string is an attribute's value."""
    if ("\\" in text or "斜" in text) and _slashes.search(text):
        slashed = View(text, text, None).replaced(_slashes, "/")
        return [_moved(found, slashed, "斜" in text) for found in read(slashed.text, whole, depth)]
    view = plain(text)
    found: list[Found] = []
    rest = take_named(view, view.text, found, whole)
    if depth < layers.DEEPEST and any(scheme in rest.lower() for scheme in _hiding_schemes):
        rest = _take_wrapped(view, rest, found, depth)
    rest = _take_addresses(view, rest, found, whole, depth)
    if depth < layers.DEEPEST:
        rest = _take_layers(view, rest, found, whole, depth)
    take_bare(view, rest, found)
    join_filled(view, found)
    return sorted(found, key=lambda one: (one.start, one.end))


def _moved(found: Found, view: View, disguised: bool) -> Found:
    start, end = view.span(found.start, found.end)
    return replace(found, start=start, end=end, disguised=found.disguised or disguised)


def _take_wrapped(view: View, text: str, found: list[Found], depth: int) -> str:
    """Take thunder and its like; one that does not decode is a damaged link."""

    def wrapped(match: re.Match[str]) -> int:
        start, end = view.span(*match.span())
        inner = _hidden(match["body"], depth)
        found.extend(replace(one, start=start, end=end, disguised=True) for one in inner)
        if not inner:
            found.append(Found(start, end, view.written(*match.span()), "file", damaged=True))
        return match.end()

    return take(text, layers.WRAPPED, wrapped)


def _take_addresses(view: View, text: str, found: list[Found], whole: bool, depth: int) -> str:
    if "." not in text and text.isascii() and not any(word in text.lower() for word in _dot_words):
        return text
    parts: list[str] = []
    done = 0
    for address in addresses(text, whole):
        if len(found) > _MOST:
            break
        if text[address.end : address.end + 1] == TAKEN and address.tail.endswith("="):
            continue
        start, end = view.span(address.start, address.end)
        carried = [replace(one, start=start, end=end) for one in _carried_by(address, depth)]
        found += carried or [found_at(address, view)]
        parts += (text[done : address.start], TAKEN * (address.end - address.start))
        done = address.end
    return "".join(parts) + text[done:] if parts else text


def _carried_by(address: Address, depth: int) -> list[Found]:
    """The link that a forwarding address carries in its query or path; only base64 there counts as a disguise."""
    if depth >= layers.DEEPEST or len(address.tail) < 12 or families_of_host(address.host):
        return []
    if match := layers.PERCENT.search(address.tail):
        return _alone(_without_percent(match[0]), depth)
    if match := _carried.search(address.tail, 1):
        return _alone(address.tail[match.start() :], depth)
    for match in layers.PARAMETER.finditer(address.tail):
        if inner := _hidden(match[0], depth):
            return [replace(one, disguised=True) for one in inner]
    return []


def _take_layers(view: View, text: str, found: list[Found], whole: bool, depth: int) -> str:
    """Take percent-encoded links and base64; percent-encoding in running text is a disguise, in an attribute it is none."""

    def percent(match: re.Match[str]) -> int:
        start, end = view.span(*match.span())
        for one in _alone(_without_percent(match[0]), depth):
            found.append(replace(one, start=start, end=end, disguised=one.disguised or not whole))
        return match.end()

    def base64(match: re.Match[str]) -> int | None:
        start, end = view.span(*match.span())
        inner = _hidden(match[0], depth)
        found.extend(replace(one, start=start, end=end, disguised=True) for one in inner)
        return match.end() if inner else None

    if "%" in text:
        text = take(text, layers.PERCENT, percent)
    return take(text, layers.BASE64, base64)


def _alone(text: str, depth: int) -> list[Found]:
    return [one for one in read(text, True, depth + 1) if one.stands_alone()]


def _hidden(body: str, depth: int) -> list[Found]:
    inner = layers.unwrapped(body)
    if inner is None or not layers.may_hide_link(inner):
        return []
    return with_codes(inner, [one for one in read(inner, False, depth + 1) if one.stands_alone()])


def _without_percent(text: str) -> str:
    for _ in range(layers.DEEPEST):
        text = unquote(text)
        if "://" in text[:12] or ":?" in text[:12]:
            break
    return text
