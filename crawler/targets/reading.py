"""Every link in one string (a line of text, an attribute's value), with all disguises undone."""

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote

from crawler.targets import hashes, layers
from crawler.targets.address import Address, addresses, before_next_link
from crawler.targets.codes import code_in_address, own_code
from crawler.targets.families import families_of_host
from crawler.targets.view import View, plain

_TAKEN = "\x00"
_MOST = 2_000
_CJK = "㐀-䶿一-鿿豈-﫿"
_EMOJI = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_filler = re.compile(
    rf"(?<=[A-Za-z0-9./_-])(?:[{_EMOJI}]{{1,6}}|[{_CJK}]{{1,6}}|[\[(（【{{<*][{_CJK}{_EMOJI}]{{1,8}}[\])）】}}>*])(?=[A-Za-z0-9./_-])"
)
_no_filler = re.compile(r"[码碼密点點链鏈链接提取口令斜]")
_emoji = re.compile(f"[{_EMOJI}]")
_spelled = re.compile(r"(?<!\S)(?:[!-~] ){7,400}[!-~](?!\S)")
_slashes = re.compile(r"(?<=[A-Za-z0-9])\s?斜[杠線线]\s?(?=[A-Za-z0-9])|\\/|\\[ux](?:00)?2[fF]")
_carried = re.compile(r"(?<=[=/])(?:https?|ftp)://", re.IGNORECASE)
_baidu_without_host = re.compile(r"(?<![A-Za-z0-9.])/?s/(1[\w-]{22})(?![\w-])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """A link read out of a string, at its place in that string."""

    start: int
    end: int
    url: str
    kind: str | None = None
    """None until someone judges an ordinary address."""
    object: str | None = None
    family: str | None = None
    code: str | None = None
    disguised: bool = False
    damaged: bool = False
    address: Address | None = None


def read(text: str, whole: bool = False, depth: int = 0) -> list[Found]:
    """The links of a string in the order of their places; `whole`: the string is an attribute's value."""
    if ("\\" in text or "斜" in text) and _slashes.search(text):
        inner = View(text, text, None).replaced(_slashes, "/")
        return [_moved(found, inner, "斜" in text) for found in read(inner.text, whole, depth)]
    view = plain(text)
    found: list[Found] = []
    rest = _take_named(view, found, whole, depth)
    rest = _take_addresses(view, rest, found, whole, depth)
    if depth < layers.DEEPEST:
        rest = _take_layers(view, rest, found, depth)
    _take_hashes(view, rest, found)
    _take_filled(view, found, whole)
    return sorted(found, key=lambda one: (one.start, one.end))


def _moved(found: Found, view: View, disguised: bool) -> Found:
    start, end = view.span(found.start, found.end)
    return replace(found, start=start, end=end, disguised=found.disguised or disguised)


def _take_named(view: View, found: list[Found], whole: bool, depth: int) -> str:
    """Take links whose scheme names their kind; returns the text with their places blanked."""

    def blank(start: int, end: int, match: re.Match[str]) -> str:
        return match[0][: start - match.start()] + _TAKEN * (end - start) + match[0][end - match.start() :]

    def ed2k(match: re.Match[str]) -> str:
        link = hashes.ed2k_link(_own(view, match.start(), match.end()))
        first, last = view.span(match.start(), match.end())
        found.append(Found(first, last, link, "ed2k", hashes.ed2k_object(link)))
        return blank(match.start(), match.end(), match)

    def magnet(match: re.Match[str]) -> str:
        alone = match[0][: before_next_link(match[0])]
        end = match.start() + (len(alone) if whole else hashes.magnet_end(alone))
        first, last = view.span(match.start(), end)
        link = re.sub(r"^magnet\s*[:：]\s*[?？]", "magnet:?", _own(view, match.start(), end), flags=re.IGNORECASE)
        named = hashes.magnet_object(link)
        damaged = named is None and 16 <= len(hashes.magnet_hash_text(link)) < 64
        if named or damaged:
            found.append(Found(first, last, link, "magnet", named, damaged=damaged))
        return blank(match.start(), end, match)

    def wrapped(match: re.Match[str]) -> str:
        first, last = view.span(match.start(), match.end())
        inner = _hidden_links(match["body"], depth)
        for one in inner:
            found.append(replace(one, start=first, end=last, disguised=True))
        if not inner:
            found.append(Found(first, last, view.written(match.start(), match.end()), "file", damaged=True))
        return blank(match.start(), match.end(), match)

    def cut_by_filter(match: re.Match[str]) -> str:
        first, last = view.span(match.start(1), match.end(1))
        link = f"magnet:?xt=urn:btih:{match[1]}"
        found.append(Found(first, last, link, "magnet", hashes.magnet_object(link)))
        return _TAKEN * len(match[0])

    rest = view.text
    low = rest.lower()
    if "ed2k" in low:
        rest = hashes.ED2K.sub(ed2k, rest)
    if "magnet" in low:
        rest = hashes.MAGNET.sub(magnet, rest)
    if depth < layers.DEEPEST and any(scheme in low for scheme in ("thunder", "flashget", "qqdl", "fs2you")):
        rest = layers.WRAPPED.sub(wrapped, rest)
    if whole and "&" in rest:
        rest = hashes.KSES.sub(cut_by_filter, rest)
    return rest


def _own(view: View, start: int, end: int) -> str:
    """The page's characters where they need no folding to be a link, else the folded ones."""
    written = view.written(start, end)
    return written if len(written) == end - start and written[:8].isascii() else view.text[start:end]


def _hidden_links(body: str, depth: int) -> list[Found]:
    inner = layers.unwrapped(body)
    if inner is None or not layers.may_hide_link(inner):
        return []
    return own_code(inner, [one for one in read(inner, False, depth + 1) if _stands(one)])


def _stands(found: Found) -> bool:
    """Whether a link out of a hidden layer is surely one."""
    if found.address is None or found.object:
        return True
    return not found.address.schemeless


def _take_addresses(view: View, rest: str, found: list[Found], whole: bool, depth: int) -> str:
    if "." not in rest and rest.isascii() and "dot" not in rest.lower() and "punkt" not in rest.lower():
        return rest
    parts: list[str] = []
    done = 0
    for address in addresses(rest, whole):
        if len(found) > _MOST:
            break
        if rest[address.end : address.end + 1] == _TAKEN and address.tail.endswith("="):
            continue
        first, last = view.span(address.start, address.end)
        carried = _carried_links(address, depth)
        found += [replace(one, start=first, end=last) for one in carried] or [_named(address, view, first, last)]
        parts += (rest[done : address.start], _TAKEN * (address.end - address.start))
        done = address.end
    return "".join(parts) + rest[done:] if parts else rest


def _named(address: Address, view: View, first: int, last: int) -> Found:
    """An address with its family and object, in the page's own characters where they need no folding."""
    family, name = next(
        ((family, named) for family in families_of_host(address.host) if (named := family.object_of(address.tail))),
        (None, None),
    )
    url = address.url if "://" in address.url[:8] else f"https://{address.url}"
    disguised = address.disguised or (
        not address.schemeless and not view.origin[first:last].startswith(("http", "HTTP", "Http", "ftp"))
    )
    return Found(
        first,
        last,
        url,
        family.kind if family else None,
        name,
        family.name if family else None,
        code_in_address(address.tail, family is not None),
        disguised,
        address=address,
    )


def _carried_links(address: Address, depth: int) -> list[Found]:
    """What a forwarding address carries in its query or path: a whole link, encoded or plain."""
    if depth >= layers.DEEPEST or len(address.tail) < 12 or families_of_host(address.host):
        return []
    if match := layers.PERCENT.search(address.tail):
        inner = [one for one in read(_decoded(match[0]), True, depth + 1) if _stands(one)]
        return [replace(one, disguised=True) for one in inner if one.object or one.kind] or inner
    if match := _carried.search(address.tail, 1):
        return [one for one in read(address.tail[match.start() :], True, depth + 1) if _stands(one)]
    for match in layers.PARAMETER.finditer(address.tail):
        if inner := _hidden_links(match[0], depth):
            return [replace(one, disguised=True) for one in inner]
    return []


def _decoded(text: str) -> str:
    for _ in range(layers.DEEPEST):
        text = unquote(text)
        if "://" in text[:12] or ":?" in text[:12]:
            break
    return text


def _take_layers(view: View, rest: str, found: list[Found], depth: int) -> str:
    def percent(match: re.Match[str]) -> str:
        first, last = view.span(match.start(), match.end())
        found.extend(
            replace(one, start=first, end=last, disguised=True)
            for one in read(_decoded(match[0]), True, depth + 1)
            if _stands(one)
        )
        return _TAKEN * len(match[0])

    def base64(match: re.Match[str]) -> str:
        inner = _hidden_links(match[0], depth)
        first, last = view.span(match.start(), match.end())
        found.extend(replace(one, start=first, end=last, disguised=True) for one in inner)
        return _TAKEN * len(match[0]) if inner else match[0]

    if "%" in rest:
        rest = layers.PERCENT.sub(percent, rest)
    return layers.BASE64.sub(base64, rest)


def _take_hashes(view: View, rest: str, found: list[Found]) -> None:
    for match in hashes.URN.finditer(rest):
        digest = re.split(r"[:：=]\s*", match[0])[-1]
        first, last = view.span(match.start(), match.end())
        link = f"magnet:?xt=urn:btih:{digest}"
        found.append(Found(first, last, link, "magnet", hashes.magnet_object(link)))
    for match in _baidu_without_host.finditer(rest):
        first, last = view.span(match.start(), match.end())
        found.append(
            Found(
                first,
                last,
                f"https://pan.baidu.com/s/{match[1]}",
                "cloud_drive",
                f"share:baidu/{match[1][1:]}",
                "baidu",
                disguised=True,
            )
        )


def _take_filled(view: View, found: list[Found], whole: bool) -> None:
    """Links that filler characters or blanks between all letters had cut; they replace their own fragments."""
    if not (_spelled.search(view.text) or (not view.text.isascii() and _filler.search(view.text))):
        return
    joined = view.without_blanks(_spelled)
    joined = joined.replaced(_filler, lambda match: match[0] if _no_filler.search(match[0]) else "")
    if joined is view:
        return
    for address in addresses(joined.text, False):
        first, last = joined.span(address.start, address.end)
        if last - first == address.end - address.start:
            continue
        whole_link = replace(_named(address, joined, first, last), disguised=True)
        fragments = [one for one in found if one.start < last and first < one.end and one.address]
        if _better(whole_link, fragments, view.origin[first:last]):
            found[:] = [one for one in found if one not in fragments]
            found.append(whole_link)


def _better(joined: Found, fragments: list[Found], written: str) -> bool:
    if joined.object is None:
        return (
            bool(_emoji.search(written))
            and joined.address is not None
            and all(one.start > joined.start for one in fragments)
            and bool(fragments)
        )
    identity = joined.object.partition("/")[2]
    lengths = (
        next((f.lengths for f in families_of_host(joined.address.host) if f.name == joined.family), frozenset())
        if joined.address
        else frozenset()
    )
    if not any(one.object for one in fragments):
        return not lengths or len(identity) in lengths or not fragments
    return len(identity) in lengths
