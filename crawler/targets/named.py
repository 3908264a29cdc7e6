"""Links whose own words name their kind (magnet, ed2k, a hash behind btih), taken out of a view of a string."""

import re
from collections.abc import Callable

from crawler.targets import hashes
from crawler.targets.address import before_next_link
from crawler.targets.found import Found
from crawler.targets.view import View

TAKEN = "\x00"
"""Stands where a link was taken out, so that no other pattern reads it again."""

_magnet_start = re.compile(r"^magnet\s*[:：]\s*[?？]", re.IGNORECASE)
_behind_urn = re.compile(r"[:：=]\s*")
_baidu_without_host = re.compile(r"(?<![A-Za-z0-9./])/?s/(1[\w-]{22})(?![\w-])", re.ASCII)


def take(text: str, pattern: re.Pattern[str], read: Callable[[re.Match[str]], int | None]) -> str:
    """Blank what `read` takes of each match: it returns where its link ends, or None to leave the match alone."""
    parts: list[str] = []
    done = place = 0
    while match := pattern.search(text, place):
        end = read(match)
        if end is None or end <= match.start():
            place = match.end()
            continue
        parts += (text[done : match.start()], TAKEN * (end - match.start()))
        done = place = end
    return "".join(parts) + text[done:] if parts else text


def take_named(view: View, text: str, found: list[Found], whole: bool) -> str:
    """Take ed2k links, magnets and magnets without their scheme; `whole`: the string is an attribute's value."""

    def ed2k(match: re.Match[str]) -> int:
        link = hashes.ed2k_link(_own(view, match.start(), match.end()))
        found.append(Found(*view.span(*match.span()), link, "ed2k", hashes.ed2k_object(link)))
        return match.end()

    def magnet(match: re.Match[str]) -> int | None:
        alone = match[0][: before_next_link(match[0])]
        end = match.start() + (len(alone) if whole else hashes.magnet_end(alone))
        link = _magnet_start.sub("magnet:?", _own(view, match.start(), end))
        name = hashes.magnet_object(link)
        damaged = name is None and 16 <= len(hashes.magnet_hash_text(link)) < 64
        if not (name or damaged):
            return None
        found.append(Found(*view.span(match.start(), end), link, "magnet", name, damaged=damaged))
        return end

    def filtered(match: re.Match[str]) -> int:
        link = f"magnet:?xt=urn:btih:{match[1]}"
        found.append(Found(*view.span(*match.span(1)), link, "magnet", hashes.magnet_object(link)))
        return match.end()

    low = text.lower()
    if "ed2k" in low:
        text = take(text, hashes.ED2K, ed2k)
    if "magnet" in low:
        text = take(text, hashes.MAGNET, magnet)
    return take(text, hashes.KSES, filtered) if whole and "&" in text else text


def take_bare(view: View, text: str, found: list[Found]) -> None:
    """Take hashes behind ``btih:`` and Baidu shares that were posted without their host."""
    for match in hashes.URN.finditer(text):
        digest = _behind_urn.split(match[0])[-1]
        link = f"magnet:?xt=urn:btih:{digest}"
        found.append(Found(*view.span(*match.span()), link, "magnet", hashes.magnet_object(link)))
    for match in _baidu_without_host.finditer(text):
        link, name = f"https://pan.baidu.com/s/{match[1]}", f"share:baidu/{match[1][1:]}"
        found.append(Found(*view.span(*match.span()), link, "cloud_drive", name, "baidu", disguised=True))


def _own(view: View, start: int, end: int) -> str:
    """The page's own characters where they need no folding to be a link, else the folded ones."""
    written = view.written(start, end)
    return written if len(written) == end - start and written[:8].isascii() else view.text[start:end]
