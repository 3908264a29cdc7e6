"""Text as a reader or a program would take it, with the place of every character in the raw text.

A telephone number written with full-width digits, as character references, percent-encoded or
with tags in the midst of it is the same number: rules are asked on these readings too.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.bundle import redaction_escapes
from crawler.bundle.redaction_tags import Tags

ROUNDS = 3
"""What is escaped more often than this stays; ``%2525`` is undone in two."""
_TOKEN = re.compile(redaction_escapes.WRITTEN)
_TOKEN_OR_TAG = re.compile(redaction_escapes.WRITTEN + r"|<(?=[/!?A-Za-z])")
_HIGH_RUN = re.compile(r"%[89A-Fa-f][0-9A-Fa-f](?:[^%]?%[0-9A-Fa-f]{2})*+")
_RUBY = re.compile(r"<r[tp][\s>/]", re.IGNORECASE)
_INVISIBLE = "".join(
    f"{chr(start)}-{chr(end)}"
    for start, end in (
        (0xAD, 0xAD), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2),
        (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
        (0xFFF9, 0xFFFB), (0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3),
        (0x1D173, 0x1D17A), (0xE0001, 0xE0001), (0xE0020, 0xE007F), (0xE0100, 0xE01EF),
    )
)  # fmt: skip
_UNSEEN = re.compile(f"[{_INVISIBLE}]")


@dataclass(frozen=True, slots=True)
class Spans:
    """Where each character of a reading stands in the raw text: from `low` up to `high`."""

    low: "array[int]"
    high: "array[int]"


@dataclass(frozen=True, slots=True)
class View:
    """One reading of a raw text."""

    text: str
    spans: Spans | None
    """None when the text is the raw text."""

    def pieces(self, raw: str, start: int, end: int) -> list[tuple[int, int]]:
        """The raw places of characters start..end, in one piece unless a tag lies between them; tags are no place."""
        if self.spans is None:
            return [(start, end)]
        found: list[tuple[int, int]] = []
        for low, high in zip(self.spans.low[start:end], self.spans.high[start:end], strict=True):
            if high - low > 1 and raw[low] == "<":
                continue
            if found and (found[-1][1] >= low or "<" not in raw[found[-1][1] : low]):
                found[-1] = (found[-1][0], max(high, found[-1][1]))
            else:
                found.append((low, high))
        return found


def views(raw: str, markup: bool = False) -> list[View]:
    """The readings of a text; `markup` adds those in which tags within a line are not there."""
    found = [View(raw, None)]
    found += _rounds(raw, _TOKEN, None)
    if any(redaction_escapes.is_old(match[0]) for match in _HIGH_RUN.finditer(raw)):
        found += [_old(raw, charset) for charset in redaction_escapes.OLD_CHARSETS]
    if markup and "<" in raw:
        found += _rounds(raw, _TOKEN_OR_TAG, False)
        if _RUBY.search(raw):
            found += _rounds(raw, _TOKEN_OR_TAG, True)
    return found


def _rounds(raw: str, token: re.Pattern[str], without_ruby: bool | None) -> Iterator[View]:
    """The reading of the text, the reading of that reading and so on, until nothing is left to undo."""
    text, spans = raw, None
    for _ in range(ROUNDS):
        if text.isascii() and not token.search(text):
            break
        tags = None if without_ruby is None else Tags(text, without_ruby)
        read = _read(text, token, tags)
        if read.text == text:
            break
        assert read.spans is not None
        spans = read.spans if spans is None else _composed(spans, read.spans)
        text = read.text
        yield View(text, spans)


def _composed(outer: Spans, inner: Spans) -> Spans:
    low = array("q", (outer.low[place] for place in inner.low))
    return Spans(low, array("q", (outer.high[place - 1] for place in inner.high)))


def _old(raw: str, charset: str) -> View:
    """The reading in which percent-encoded bytes are characters of one of the older charsets."""
    taken = _Taken()
    place = 0
    for match in redaction_escapes.OLD_PERCENT.finditer(raw):
        taken.plain(raw, place, match.start())
        place = match.end()
        for character, low, high in redaction_escapes.percent(match[0], charset):
            taken.take(character, match.start() + low, match.start() + high)
    taken.plain(raw, place, len(raw))
    return taken.view()


def _read(raw: str, token: re.Pattern[str], tags: Tags | None) -> View:
    taken = _Taken()
    place = 0
    while match := token.search(raw, place):
        tag = tags.at(match.start()) if tags and match[0] == "<" else None
        if match[0] == "<" and tag is None:
            taken.plain(raw, place, match.end())
            place = match.end()
            continue
        taken.plain(raw, place, match.start())
        if tag is None:
            place = match.end()
            for character, low, high in redaction_escapes.undone(match[0]):
                taken.take(character, match.start() + low, match.start() + high)
        else:
            place = tag.end
            if tag.seen == "line":
                taken.take("\n", match.start(), place)
    taken.plain(raw, place, len(raw))
    return taken.view()


class _Taken:
    """A reading under way."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._low = array("q")
        self._high = array("q")

    def take(self, written: str, start: int, end: int) -> None:
        """Characters that stand at one place."""
        for character in written:
            if _UNSEEN.match(character):
                continue
            folded = unicodedata.normalize("NFKC", character)
            self._text.append(folded if len(folded) == 1 else character)
            self._low.append(start)
            self._high.append(end)

    def plain(self, raw: str, start: int, end: int) -> None:
        """Characters that stand for themselves."""
        piece = raw[start:end]
        if piece.isascii() or (unicodedata.is_normalized("NFKC", piece) and not _UNSEEN.search(piece)):
            self._text.append(piece)
            self._low.extend(range(start, end))
            self._high.extend(range(start + 1, end + 1))
            return
        for place in range(start, end):
            self.take(raw[place], place, place + 1)

    def view(self) -> View:
        """The reading."""
        return View("".join(self._text), Spans(self._low, self._high))
