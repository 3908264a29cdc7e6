"""Text as a reader or a program would take it, with the place of every character in the raw text.

A telephone number written with full-width digits, as character references, percent-encoded or
with tags in the midst of it is the same number: rules are asked on these readings too.
"""

import html
import re
import unicodedata
from dataclasses import dataclass

_ESCAPED = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|(?:%[0-9A-Fa-f]{2})+|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}"
_INLINE = r"|</?(?:a|abbr|b|bdi|bdo|code|em|font|i|mark|s|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]{0,2000})?/?>|<!--.{0,300}?-->"
_TOKEN = re.compile(_ESCAPED)
_TOKEN_OR_TAG = re.compile(_ESCAPED + _INLINE, re.IGNORECASE | re.DOTALL)
_PLAIN = re.compile(r"[\x00-\x7f]*\Z")


@dataclass(frozen=True, slots=True)
class View:
    """One reading of a raw text."""

    text: str
    spans: tuple[tuple[int, int], ...] | None
    """Place of each character in the raw text; None when the text is the raw text."""

    def pieces(self, raw: str, start: int, end: int) -> list[tuple[int, int]]:
        """The raw places of characters start..end, in one piece unless a tag lies between them."""
        if self.spans is None:
            return [(start, end)]
        found: list[tuple[int, int]] = []
        for low, high in self.spans[start:end]:
            if found and (found[-1][1] >= low or "<" not in raw[found[-1][1] : low]):
                found[-1] = (found[-1][0], max(high, found[-1][1]))
            else:
                found.append((low, high))
        return found


def views(raw: str, markup: bool = False) -> list[View]:
    """The readings of a text; `markup` adds the one in which tags within a line are not there."""
    found = [View(raw, None)]
    if not _PLAIN.match(raw) or _TOKEN.search(raw):
        found.append(_read(raw, _TOKEN))
    if markup and "<" in raw:
        found.append(_read(raw, _TOKEN_OR_TAG))
    return found


def _read(raw: str, token: re.Pattern[str]) -> View:
    text: list[str] = []
    spans: list[tuple[int, int]] = []

    def take(written: str, start: int, end: int) -> None:
        for character in written:
            if unicodedata.category(character) == "Cf":
                continue
            folded = unicodedata.normalize("NFKC", character)
            text.append(folded if len(folded) == 1 else character)
            spans.append((start, end))

    def plain(start: int, end: int) -> None:
        piece = raw[start:end]
        if _PLAIN.match(piece):
            text.extend(piece)
            spans.extend((place, place + 1) for place in range(start, end))
            return
        for place in range(start, end):
            take(raw[place], place, place + 1)

    place = 0
    for match in token.finditer(raw):
        plain(place, match.start())
        place = match.end()
        written = match[0]
        if written[0] == "%":
            for character, low, high in _percent(written):
                take(character, match.start() + low, match.start() + high)
        elif written[0] == "\\":
            code = int(written[2:], 16)
            take("\ufffd" if 0xD800 <= code < 0xE000 else chr(code), match.start(), match.end())
        elif written[0] == "&":
            take(html.unescape(written), match.start(), match.end())
    plain(place, len(raw))
    return View("".join(text), tuple(spans))


def _percent(run: str) -> list[tuple[str, int, int]]:
    """The characters of a run of percent-encoded UTF-8, with their places in it."""
    data = bytes.fromhex(run.replace("%", ""))
    found, place = [], 0
    while place < len(data):
        for length in (1, 2, 3, 4):
            try:
                character = data[place : place + length].decode("utf-8")
            except UnicodeDecodeError:
                continue
            break
        else:
            character, length = "\ufffd", 1
        length = min(length, len(data) - place)
        found.append((character, place * 3, (place + length) * 3))
        place += length
    return found
