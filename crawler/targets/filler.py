"""Links cut by filler: emoji or words inside a host or an id, or a blank after every letter."""

import re
from dataclasses import replace

from crawler.targets.address import addresses
from crawler.targets.families import families_of_host
from crawler.targets.found import Found, found_at
from crawler.targets.view import View

_CJK = "㐀-䶿一-鿿豈-﫿"
_EMOJI = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_filler = re.compile(
    rf"(?<=[A-Za-z0-9./_-])(?:[{_EMOJI}]{{1,6}}|[{_CJK}]{{1,6}}|[\[(（【{{<*][{_CJK}{_EMOJI}]{{1,8}}[\])）】}}>*])(?=[A-Za-z0-9./_-])"
)
_meaning = re.compile(r"[码碼密点點链鏈链接提取口令斜]")
_emoji = re.compile(f"[{_EMOJI}]")
_spelled = re.compile(r"(?<!\S)(?:[!-~] ){7,400}[!-~](?!\S)")


def join_filled(view: View, found: list[Found]) -> None:
    """Add the links that are whole only without the filler; they replace their own fragments."""
    if not (_spelled.search(view.text) or (not view.text.isascii() and _filler.search(view.text))):
        return
    joined = view.without_blanks(_spelled)
    joined = joined.replaced(_filler, lambda match: match[0] if _meaning.search(match[0]) else "")
    if joined is view:
        return
    for address in addresses(joined.text):
        start, end = joined.span(address.start, address.end)
        if end - start == address.end - address.start:
            continue
        one = replace(found_at(address, joined), disguised=True)
        fragments = [
            other for other in found if other.start < end and start < other.end and other.kind not in ("magnet", "ed2k")
        ]
        if _is_better(one, fragments, view.origin[start:end]):
            found[:] = [other for other in found if other not in fragments]
            found.append(one)


def _is_better(joined: Found, fragments: list[Found], written: str) -> bool:
    """Whether the joined link is what was meant: it has a known shape, or an emoji had cut its host."""
    if joined.address is None or joined.object is None:
        return bool(fragments and _emoji.search(written)) and all(one.start > joined.start for one in fragments)
    family = next(family for family in families_of_host(joined.address.host) if family.name == joined.family)
    usual = len(family.identity(joined.address.tail) or "") in family.lengths
    if any(one.object for one in fragments):
        return usual
    return usual or not family.lengths or not fragments
