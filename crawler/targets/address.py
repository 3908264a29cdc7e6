"""Web addresses in running text, plain and defanged: where one begins and ends, and how a person would type it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from crawler.hosts import registrable_domain
from crawler.targets.families import families_of_host

_LABEL = r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}+"
_BRACKETED = r"[\[({【（<]\s?(?:\.|。|dot|d0t|punkt|point|点|點)\s?[\])}】）>]"
_DOT = rf"(?:\.[ \t]{{1,2}}|\.|[ \t]{{0,2}}{_BRACKETED}[ \t]{{0,2}}|[ \t]{{0,2}}[点點。｡·•][ \t]{{0,2}}|[ \t]{{1,2}}dot[ \t]{{1,2}}|[ \t]{{1,2}}\.[ \t]{{0,2}})"
_SCHEME = r"(?:h(?:tt|xx|\*\*|t\*|\*t|##|__)ps?|t{1,2}ps?|ftps?)[ \t]{0,2}(?:[:：]|[\[(【（][:：][\])】）]|冒号)[ \t]{0,2}[/\\]{2}[ \t]{0,2}"
_STOP = r"\s<>\"'`{}|^，。；！？、“”‘’《》【】（）「」『』…\x00-\x1f"
_TAIL = (
    rf"(?:(?:[ \t]{{1,2}}/[ \t]{{1,2}}[\w-]{{1,60}}){{1,5}}|[ \t]{{0,2}}/[^{_STOP}]{{0,4000}}|[?#][^{_STOP}]{{1,4000}})"
)
_link = re.compile(
    rf"(?:(?<![A-Za-z0-9])(?P<scheme>{_SCHEME})|(?<![A-Za-z0-9@._/%-]))(?P<host>{_LABEL}(?:{_DOT}{_LABEL}){{1,5}})"
    # A sentence may end right before an address: "… in one pack. https://…" names no host called https.
    rf"(?![ \t]{{0,2}}[:：][ \t]{{0,2}}[/\\]{{2}})(?P<port>:\d{{2,5}})?(?P<tail>{_TAIL})?",
    re.IGNORECASE,
)
_plain_link = re.compile(
    rf"(?P<scheme>https?://|ftps?://)?(?P<host>{_LABEL}(?:\.{_LABEL}){{1,8}})(?P<port>:\d{{2,5}})?(?P<tail>[/?#][^{_STOP}]{{0,4000}})?",
    re.IGNORECASE,
)
_dot = re.compile(_DOT, re.IGNORECASE)
_plain_scheme = re.compile(r"(?:https?|ftps?)://", re.IGNORECASE)
_wide = re.compile(r"[^\x00-\x7f]")
_markup = re.compile(r"\[/?[A-Za-z]")
_next_link = re.compile(
    r"(?:[#$,;]{1,3}[^#$,;/]{0,40}[$,;]?)?(?<![=/?&%])(?:https?|ed2k|magnet|thunder)(?::|%3A)(?://|\?)", re.IGNORECASE
)
_file_end = re.compile(
    r"\.(?:rar|zip|7z|tar|gz|mkv|mp4|avi|mov|wmv|flv|ts|rmvb|m3u8|mpd|mp3|flac|ape|wav|m4a|epub|mobi|azw3?|pdf|txt|djvu|cbz|cbr|iso|img|exe|apk|dmg|torrent|html?)"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_RESERVED = frozenset({"example", "invalid", "test", "onion", "i2p"})
_CLOSERS = {")": "(", "]": "[", "}": "{", ">": "<"}


@dataclass(frozen=True, slots=True)
class Address:
    """A web address read out of a text."""

    start: int
    end: int
    url: str
    host: str
    """Lower case."""
    tail: str
    """Path, query and fragment."""
    port: str
    schemeless: bool
    disguised: bool
    """Written so that no machine follows it: hxxp, a dot in brackets or in words."""
    cut: bool = False
    """The page shows only a part of it (an ellipsis follows)."""


@lru_cache(maxsize=4096)
def is_top_level(label: str) -> bool:
    """Whether a label is a top-level domain of the public suffix list, or reserved for examples."""
    label = label.lower()
    return label in _RESERVED or (label.isalpha() and registrable_domain(f"a.b.{label}") != f"a.b.{label}")


def _is_name(host: str) -> bool:
    return is_top_level(host.rpartition(".")[2]) or re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", host) is not None


def addresses(text: str, whole: bool = False) -> Iterator[Address]:
    """The addresses of a text in which styled characters are already folded, from left to right.

    `whole`: the text is an attribute's value, where non-ASCII characters belong to the address.
    """
    place = 0
    while match := _link.search(text, place):
        found = _read(text, match, whole)
        if found:
            yield found
        place = max(found.end if found else match.end("host"), match.start() + 1)


def _read(text: str, match: re.Match[str], whole: bool) -> Address | None:
    written, scheme = match["host"], match["scheme"] or ""
    host = _dot.sub(".", written)
    hard = host != written
    start, host_end = match.start(), match.end("host")
    if hard and not families_of_host(host.lower()):
        spaced = [m for m in _dot.finditer(written) if m[0] != "." and m[0].strip() == "."]
        mixed = spaced and len(spaced) < host.count(".")
        if mixed or not _is_name(host):
            offset = match.start("host")
            begin = offset + spaced[-1].end() if mixed and not scheme else start
            again = _plain_link.match(text, begin)
            if again is None:
                return None
            match, hard = again, False
            written = host = again["host"]
            scheme, start, host_end = again["scheme"] or "", again.start(), again.end("host")
    if not scheme and not _is_name(host):
        return None
    if scheme and not hard and host.rpartition(".")[2].isdigit() and not _is_name(host):
        return None
    tail = match["tail"] or ""
    if tail[:1] in " \t":
        if hard or families_of_host(host.lower()):
            tail = re.sub(r"[ \t]+", "", tail)
            end = match.end()
            length = _length(tail, whole, bool(families_of_host(host.lower())))
            end -= len(tail) - length
            tail = tail[:length]
        else:
            tail, end = "", (match.end("port") if match["port"] else host_end)
    else:
        tail = tail[: _length(tail, whole, bool(families_of_host(host.lower())))]
        end = (match.end("port") if match["port"] else host_end) + len(tail)
    plain = _plain_scheme.fullmatch(scheme) is not None
    bare = not scheme
    typed = scheme if plain else _typed_scheme(scheme)
    bad_scheme = bool(scheme) and not plain
    follows = text[end : end + 5]
    return Address(
        start=start,
        end=end,
        url=f"{typed}{host}{match['port'] or ''}{tail}",
        host=host.lower(),
        tail=tail,
        port=(match["port"] or "")[1:],
        schemeless=bare,
        disguised=hard or bad_scheme,
        cut=follows.lstrip(" ").startswith(("...", "…")) or "..." in tail,
    )


def _typed_scheme(scheme: str) -> str:
    word = re.split(r"[^A-Za-z*#_]", scheme, maxsplit=1)[0].lower()
    if word.startswith("ftp"):
        return "ftp://"
    return "https://" if not word or word.endswith("s") else "http://"


def _length(tail: str, whole: bool, family: bool) -> int:
    """How much of a tail belongs to the address."""
    end = len(tail)
    if found := _markup.search(tail):
        end = found.start()
    end = min(end, before_next_link(tail))
    if (closed := tail.find("]", 0, end)) >= 0 and "[" not in tail[:closed]:
        end = closed
    if (wide := _wide.search(tail, 0, end)) and not (whole and not family):
        endings = [] if family else [found.end() for found in _file_end.finditer(tail, wide.start(), end)]
        end = endings[-1] if endings else wide.start()
    while end and _hangs(tail, end):
        end -= 1
    return end


def before_next_link(text: str) -> int:
    """Where the first link of a text ends because a list (``name$link#name$link``) goes on with the next; else its length."""
    found = _next_link.search(text, 1)
    return found.start() if found else len(text)


def _hangs(tail: str, end: int) -> bool:
    """Whether the last character before `end` belongs to the sentence, not to the address."""
    last = tail[end - 1]
    if last in _CLOSERS:
        return tail.count(_CLOSERS[last], 0, end) < tail.count(last, 0, end)
    return last in ".,;:!'\"*~([{" or (last == "?" and end > 1)
