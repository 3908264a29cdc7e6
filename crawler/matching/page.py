"""An offer's fields as one text, each line of which keeps its place in its own field."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from crawler.apart import close_up
from crawler.matching.apart import closed
from crawler.matching.lexicon import AGAINST, FORMATS, OFFERING, Word, spoken
from crawler.matching.line import YEAR, Line
from crawler.matching.numbers import numbers
from crawler.matching.offer import Offer
from crawler.matching.once import once
from crawler.matching.segments import Segments
from crawler.matching.spread import Spread
from crawler.matching.strokes import lettered
from crawler.model import Target
from crawler.text import IDEOGRAPH, View, class_of, codes_of, fold, spelled, squeeze, words
from crawler.unescaping import encoded, unescape

Where = Literal["title", "body", "target"]

_NAMED = ("magnet", "ed2k", "torrent", "file", "locker")
_FILES = r"mkv|mp4|avi|rmvb|ts|m2ts|wmv|mov|iso|epub|mobi|azw3?|pdf|txt|djvu|cbz|cbr|mp3|flac|m4a|m4b|ape|wav|zip|rar|7z|exe|apk|dmg|nsp|xci|torrent|srt"
# The address itself offers no name; a file's name at its end does.
_ADDRESS = re.compile(r"(?i)(?:https?|ftp)://[^\s<>\"'，。；、）】》]+")
_BARE_HINT = re.compile(r"\.[A-Za-z]{2,7}(?::\d+)?/")
_BARE_ADDRESS = re.compile(
    r"(?i)(?<![\w.@-])(?:[a-z0-9-]+\.)+(?:com|net|org|cn|io|me|tv|cc|co|ru|to|nz|la|xyz|info|top|vip|club|link|site|test|example)(?::\d+)?/[^\s<>\"'，。；、）】》]*"
)
_FILE_NAME = re.compile(rf"(?i)[^/?#=&]+\.(?:{_FILES})(?=$|[?#&])")
LONGEST_LINE = 400
_SHORT_LINE = 48
_HEAD = re.compile(r"[A-Za-z\u00c0-\u1fff\u3041-\ufeff]")
_SIGNS = '《【[「『“"$€£¥￥'
_POST = 2500
"""Characters up to which a page is searched whole."""
_REACH = 3
"""Lines around one that speaks of a copy, on which titles are looked for."""
_TELLING = frozenset((*FORMATS, *OFFERING))
_FORMS = frozenset(FORMATS)
_NOWHERE = np.zeros(0, dtype=np.int64)
_EDGE = 2
_NOTHING = "\0" * _EDGE
_NEIGHBOURS = frozenset((*FORMATS, *OFFERING, *AGAINST, "edition", "lead", "follow"))


def _latin(codes: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which code points are plain letters."""
    # What is below the letters wraps round to large numbers.
    return np.asarray((codes | 32) - codes.dtype.type(97) < 26, dtype=bool)


def _centuries(text: str) -> Iterator[int]:
    """Where four digits begin with 19 or 20."""
    for start, end in numbers(text):
        at = start
        while at + 4 <= end:
            step = text[at : at + 2] in ("19", "20")
            if step:
                yield at
            at += 4 if step else 1


class Field(NamedTuple):
    """A stretch of the page's text and the field that it is."""

    where: Where
    start: int
    end: int
    target: int = -1


def _masked(text: str) -> str:
    def blank(found: re.Match[str]) -> str:
        address = found[0]
        kept = [" "] * len(address)
        for name in _FILE_NAME.finditer(address):
            kept[name.start() : name.end()] = name[0]
        return "".join(kept)

    text = _without_addresses(text, blank)
    return _BARE_ADDRESS.sub(blank, text) if "/" in text and _BARE_HINT.search(text) else text


def _without_addresses(text: str, blank: Callable[[re.Match[str]], str]) -> str:
    pieces: list[str] = []
    # One sign is found much faster than three.
    done, at = 0, text.find("://") if "/" in text else -1
    while at >= 0:
        # The expression has no letters to jump to, so it is tried where it can only begin.
        begun = (_ADDRESS.match(text, start) for start in range(max(done, at - 5), at))
        found = next((one for one in begun if one), None)
        if found:
            pieces += [text[done : found.start()], blank(found)]
            done = found.end()
        at = text.find("://", max(at + 3, done))
    return "".join([*pieces, text[done:]]) if pieces else text


def _stands(target: Target, text: str) -> bool:
    """Whether a text holds the address of a target, as it is or with percent signs and bytes for some letters."""
    if target.url in text:
        return True
    written = target.as_written
    return "%" in written and written in text and unescape(written).text == unescape(target.url).text


class Page:
    """The text of an offer: title, body and the names inside targets, one below the other."""

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        parts: list[str] = []
        self.fields: list[Field] = []
        at = 0

        def add(where: Where, text: str, target: int = -1) -> None:
            nonlocal at
            parts.append(text)
            self.fields.append(Field(where, at, at + len(text), target))
            at += len(text) + 1

        add("title", offer.title)
        add("body", offer.body)
        for place, target in enumerate(offer.targets):
            if target.kind in _NAMED and not _stands(target, offer.body):
                add("target", target.url, place)
        self.raw = "\n".join(parts)
        self._lines: dict[tuple[int, int], Line] = {}
        self._heads: dict[int, int] = {}

    @once
    def masked(self) -> str:
        """The raw text with its addresses blanked, but for the names of files."""
        return lettered(_masked(self.raw))

    @once
    def folded(self) -> View:
        view = close_up(fold(unescape(self.masked)))
        return closed(view) if len(self.raw) <= _POST else view

    @once
    def encoded(self) -> list[tuple[int, int]]:
        """Raw spans that spell other characters than they show: percent-encoding, character references, base64."""
        return encoded(self.masked)

    @once
    def words(self) -> View:
        return words(self.folded)

    @once
    def squeezed(self) -> View:
        return squeeze(self.searched)

    @once
    def said(self) -> list[Word]:
        """The lexicon's phrases on the page, in places of its words view."""
        return spoken(self.words.text)

    @once
    def segments(self) -> Segments:
        """The posts, items and other parts of the body, and where its targets stand among them."""
        body = self.fields[1]
        return Segments(
            self.raw,
            (body.start, body.end),
            [
                (body.start + one.span[0], body.start + one.span[1])
                for one in self.offer.targets
                if one.span is not None
            ],
        )

    @once
    def spread(self) -> Spread:
        """Where the words against stand."""
        return Spread(self.raw, self.said, self.words, self.segments)

    @once
    def offers_in_words(self) -> bool:
        """Whether any word on the page offers, or names a form of copy."""
        return any(not word.groups.isdisjoint(_TELLING) for word in self.said)

    def _said_at(self, groups: frozenset[str]) -> npt.NDArray[np.int64]:
        """Where words of some groups begin, as raw positions."""
        said = [word.start for word in self.said if not word.groups.isdisjoint(groups)]
        return self.words.starts[said] if said else _NOWHERE

    def _years_at(self) -> npt.NDArray[np.int64]:
        """Where years stand, as raw positions."""
        return self.folded.starts[[found.start() for found in self.years]] if self.years else _NOWHERE

    @once
    def _breaks(self) -> npt.NDArray[np.int64]:
        return np.asarray((self.codes == 10).nonzero()[0])

    @once
    def codes(self) -> npt.NDArray[Any]:
        """The masked text's code points, one for each of the raw text."""
        return self._edged[_EDGE:-_EDGE]

    @once
    def _edged(self) -> npt.NDArray[Any]:
        """The same with nothing at either end, so that whatever is beside a place on the page can be looked at."""
        return codes_of(f"{_NOTHING}{self.masked}{_NOTHING}")

    @once
    def spaces(self) -> npt.NDArray[np.bool_]:
        """Where the words view of the searched lines has its spaces."""
        return np.asarray(self.searched_words.codes == 32, dtype=bool)

    @once
    def alone(self) -> npt.NDArray[np.bool_]:
        """For every two spaces in a row there: whether one character stands between them."""
        return np.asarray((places := self.spaces.nonzero()[0])[1:] - places[:-1] == 2, dtype=bool)

    @once
    def _spoken(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Where words of listings begin and end, as raw positions in their order."""
        said = [word for word in self.said if not word.groups.isdisjoint(_NEIGHBOURS)]
        if not said:
            return _NOWHERE, _NOWHERE
        ends = self.words.ends[[word.end - 1 for word in said]]
        return self.words.starts[[word.start for word in said]], np.append(ends, 0)

    def _wordy(self, at: npt.NDArray[np.int64], codes: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """For raw positions and the code points there: a letter of a plain word stands there, which neither the lexicon knows nor holds a digit."""
        starts, ends = self._spoken
        letters = _latin(codes)
        # No phrase is inside another, so of those that begin before a place the last one reaches farthest.
        if len(starts):
            letters &= ends.take(starts.searchsorted(at, side="right") - 1) <= at
        return letters

    @once
    def _bare(self) -> npt.NDArray[np.bool_]:
        """For every line: neither a year nor the name of a form stands on it."""
        bare = np.ones(len(self._breaks) + 1, dtype=bool)
        bare[self._breaks.searchsorted(self._said_at(_FORMS))] = False
        bare[self._breaks.searchsorted(self._years_at())] = False
        return bare

    def _behind_head(self, line: int, start: int) -> bool:
        """Whether a raw position is behind the first letter of its line, past bullets, numbers and signs."""
        head = self._heads.get(line)
        if head is None:
            found = _HEAD.search(self.masked, int(self._breaks[line - 1]) + 1 if line else 0)
            head = self._heads[line] = found.start() if found else len(self.masked)
        return head < start

    def amid_words(self, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """For raw spans: whether a title that says little by itself is but a word among words there.

        Plain Latin words stand on both sides, or on one where nothing else tells of a copy, or a long line of
        running text tells of none; unless it stands at the head of its line, or has a capital amid a sentence.
        """
        count, edged, code = len(starts), self._edged, self.codes.take(starts)
        # What is before and what is behind are asked about at once: a question costs more than its size.
        beside = np.concatenate((starts - 2, ends + 1))
        others = edged.take(beside + _EDGE)
        spaced = edged.take(np.concatenate((starts - 1, ends)) + _EDGE) == 32
        wordy = spaced & self._wordy(beside, others)
        # A Latin word beside Chinese characters is none of their sentence.
        if code.itemsize > 1:
            wordy &= np.concatenate((code, code)) < 0x2E80
        before, behind = wordy[:count], wordy[count:]
        amid = before & behind
        lines = self._breaks.searchsorted(starts)
        # What stands beside a title on a post is weighed; on a long page it is not worth the time.
        if len(self.codes) > _POST:
            amid |= (before | behind) & self._bare.take(lines)
        # What is below the capitals wraps round to large numbers.
        small = ~(spaced[:count] & (others[:count] != 10) & (code - code.dtype.type(65) < 26))
        amid &= small
        quiet = small & ~(amid | self._telling.take(lines))
        for place in quiet.nonzero()[0].tolist():
            amid[place] = self._behind_head(int(lines[place]), int(starts[place]))
        return np.asarray(amid, dtype=bool)

    @once
    def years(self) -> list[re.Match[str]]:
        """Years on the page, in places of the folded view."""
        text = self.folded.text
        return [found for start in _centuries(text) if (found := YEAR.match(text, start))]

    @once
    def _speaking(self) -> npt.NDArray[np.bool_]:
        """For every line: whether a year, a bracket, a price, a target, an offer or the name of a form stands on it."""
        breaks, codes = self._breaks, self.codes
        speaking = np.zeros(len(breaks) + 1, dtype=bool)
        body = self.fields[1].start
        given = [body + target.span[0] for target in self.offer.targets if target.span is not None]
        for places in (self._said_at(_TELLING), self._years_at(), given):
            if len(places):
                speaking[breaks.searchsorted(places)] = True
        for sign in _SIGNS:
            if sign in self.raw:
                speaking[breaks.searchsorted((codes == ord(sign)).nonzero()[0])] = True
        return speaking

    @once
    def _telling(self) -> npt.NDArray[np.bool_]:
        """For every line: could it bear out a title on it that says little by itself?

        A long line of running text that speaks of nothing mentions at most.
        """
        breaks, codes = self._breaks, self.codes
        # An ideograph says as much as two letters and more.
        ends = np.concatenate((breaks, [len(codes)]))
        if codes.itemsize > 1:
            ends = np.concatenate(([0], np.cumsum(1 + (codes >= 0x2E80))))[ends]
        telling = np.ones(len(ends), dtype=bool)
        telling[1:] = ends[1:] - ends[:-1] <= _SHORT_LINE
        telling[breaks.searchsorted([field.start for field in self.fields if field.where != "body"])] = True
        return np.asarray(telling | self._speaking, dtype=bool)

    @once
    def searched(self) -> View:
        """The folded view of the lines that titles are looked for on: all of a post, and of a long page those that tell.

        On a long page a long line of running text with nothing near it that speaks of a copy only mentions.
        """
        if len(self.codes) <= _POST or len(self._speaking) <= 2 * _REACH:
            return self.folded
        lines = self._telling.copy()
        for line in self._speaking.nonzero()[0].tolist():
            lines[max(0, line - _REACH) : line + _REACH + 1] = True
        if lines.all():
            return self.folded
        # Where a stretch of lines begins or ends that are searched, as raw positions and then as places.
        turns = np.concatenate((lines[:1], lines[1:] != lines[:-1])).nonzero()[0]
        ends = np.concatenate((np.zeros(1, dtype=np.int64), self._breaks + 1))[turns]
        folded = self.folded
        bounds = [*folded.places(ends).tolist(), len(folded.text)]
        stretches = list(zip(bounds[::2], bounds[1::2], strict=False))
        return View.later(
            "".join([folded.text[low:high] for low, high in stretches]),
            lambda: folded.origins(np.concatenate([np.arange(low, high) for low, high in stretches])),
        )

    @once
    def searched_words(self) -> View:
        """The words view of the lines that titles are looked for on."""
        return self.words if self.searched is self.folded else words(self.searched)

    def on_short_line(self, raw: int) -> bool:
        """Whether the line at a raw position is short, as lines are that name one fact of a copy."""
        line = int(self._breaks.searchsorted(raw))
        first = int(self._breaks[line - 1]) + 1 if line else 0
        last = int(self._breaks[line]) if line < len(self._breaks) else len(self.raw)
        return last - first <= _SHORT_LINE

    def target_between(self, start: int, end: int) -> bool:
        """Whether a target of the offer stands between two raw positions of the body."""
        body = self.fields[1]
        return any(
            target.span is not None and start <= body.start + target.span[0] <= end for target in self.offer.targets
        )

    def where(self, raw: int) -> Where | None:
        """The field at a raw position."""
        field = self.field_of(raw, raw + 1)
        return field.where if field else None

    def find_name(self, name: str) -> tuple[int, int] | None:
        """The raw span of the last place where a person's whole name stands, or None."""
        wanted = spelled(name)
        if not wanted:
            return None
        native = class_of(wanted[0]) == IDEOGRAPH
        at = self.words.text.rfind(wanted if native else f" {wanted} ")
        return None if at < 0 else self.words.span(at + (not native), at + (not native) + len(wanted))

    def field_of(self, start: int, end: int) -> Field | None:
        """The field that holds a raw span whole, or None when it crosses from one into the next."""
        for field in self.fields:
            if field.start <= start and end <= field.end:
                return field
        return None

    def line(self, start: int, end: int, field: Field) -> Line:
        """The line around a raw span, at most LONGEST_LINE characters of it."""
        bounds = self._line_of(start, end, field)
        line = self._lines.get(bounds)
        if line is None:
            line = self._lines[bounds] = Line(self.raw, self.folded, *bounds)
        return line

    def _line_of(self, start: int, end: int, field: Field) -> tuple[int, int]:
        first = max(self.raw.rfind("\n", field.start, start) + 1, field.start)
        last = self.raw.find("\n", end, field.end)
        last = field.end if last < 0 else last
        if last - first > LONGEST_LINE:
            first = max(first, start - LONGEST_LINE // 2)
            last = min(last, end + LONGEST_LINE // 2)
        return first, last
