"""A title's place on its line: where it begins and ends there, and who and what else is named."""

import numpy as np

from crawler.matching.lexicon import Word
from crawler.matching.once import once
from crawler.matching.page import Page
from crawler.matching.places import Place
from crawler.text import IDEOGRAPH, LETTER, View, class_of, classes_of, spelled

Span = tuple[int, int]

OPENING, CLOSING = '《『「【[<〈“"‘‹«', '》』」】]>〉”"’›»'
"""Brackets and quotation marks that names of works are put in."""
_SHORTEST_SURNAME = 5
_SHORTEST_PART = 3
_ARTICLES = frozenset(("the", "a", "an"))
_COMPANY = frozenset(
    [
        "inc",
        "ltd",
        "llc",
        "gmbh",
        "corp",
        "co",
        "company",
        "studio",
        "studios",
        "games",
        "game",
        "software",
        "records",
        "music",
        "press",
        "publishing",
        "publisher",
        "publications",
        "entertainment",
        "interactive",
        "group",
        "team",
        "media",
        "audio",
        "pictures",
        "films",
        "systems",
        "systemes",
        "technologies",
        "labs",
        "productions",
        "online",
        "technology",
        "works",
        "digital",
        "books",
        "arts",
    ]
)


def native(char: str) -> bool:
    """Whether a folded character is a word by itself."""
    return class_of(char) == IDEOGRAPH


def style(written: str) -> str:
    """``upper``, ``title``, ``lower``, or empty for letters without case: how a word is written."""
    cased = [char for char in written if char.upper() != char.lower()]
    if not cased:
        return ""
    if all(char == char.upper() for char in cased):
        return "upper" if len(cased) > 1 else "title"
    return "title" if cased[0] == cased[0].upper() else "lower"


class TitleLine:
    """One title on its line. All spans it gives are raw spans of the page."""

    def __init__(self, page: Page, place: Place, creators: tuple[str, ...]) -> None:
        self.page, self.place = page, place
        self.line = page.line(place.start, place.end, place.field)
        self.view, self.words = self.line.view, self.line.words
        if not self.words.text.strip():
            # An address, which is no words, may stand for the title.
            self.words = View(" ", np.array([place.start]), np.array([place.end]))
        self.first = self.view.at(place.start)
        self.last = int(self.view.ends.searchsorted(place.end, side="right"))
        self.own = self._in_words(place.start, place.end)
        self.said = [word for word in self.line.said if word.end <= self.own[0] or word.start >= self.own[1]]
        self.creators = self._creators(creators)
        self.names: tuple[Span, ...] = ()
        """What else on the page is the work's own: its publisher's name, the label of its identifier."""

    def _in_words(self, start: int, end: int) -> Span:
        text = self.words.text
        first = int(self.words.starts.searchsorted(start))
        while first < len(text) - 1 and text[first] == " ":
            first += 1
        first = min(first, len(text) - 1)
        last = int(self.words.ends.searchsorted(end, side="right"))
        while last > first and text[last - 1] == " ":
            last -= 1
        return first, max(last, first)

    def raw(self, start: int, end: int) -> Span:
        """The raw span of a stretch of the line's words."""
        return self.words.span(start, end)

    def style(self, start: int, end: int) -> str:
        """How a stretch of the line's words is written on the page."""
        return style(self.page.raw[slice(*self.raw(start, end))])

    @once
    def own_style(self) -> str:
        """How the title is written: with capitals when any of its words has one, ``upper`` when all of it is."""
        written = self.page.raw[self.place.start : self.place.end]
        whole = style(written)
        if whole != "title" or " " not in written.strip():
            return "title" if whole == "lower" and any(style(word) == "title" for word in written.split()) else whole
        told = [style(word) for word in written.split() if word.lower() not in _ARTICLES]
        return "title" if "title" in told or "upper" in told else "lower"

    @once
    def careless(self) -> bool:
        """The line begins without a capital, as messages do whose writers use none; then a lower-case title says nothing."""
        styles = (style(word) for word in self.line.raw.split() if word[:1].isalpha() or word[1:2].isalpha())
        return next((one for one in styles if one in ("title", "lower")), "") == "lower"

    def spoken_of(self, *groups: str) -> list[Word]:
        """The lexicon's phrases of some groups on this line, outside the title."""
        return [word for word in self.said if not word.groups.isdisjoint(groups)]

    def _creators(self, names: tuple[str, ...]) -> list[tuple[str, int, int]]:
        found = []
        text = self.words.text
        for name in names:
            wanted = spelled(name)
            if not wanted:
                continue
            own_script = LETTER not in classes_of(wanted)
            options = [wanted]
            parts = wanted.split(" ")
            if own_script and len(parts) > 1 and len(parts[-1]) >= _SHORTEST_PART:
                # Of a foreign name Chinese writers give the surname.
                options.append(parts[-1])
            if not own_script and len(parts) > 1:
                options += [" ".join([parts[-1], *parts[:-1]])]
                if parts[-1] in _COMPANY:
                    options.append(" ".join(parts[:-1]))
                elif len(parts[-1]) >= _SHORTEST_SURNAME:
                    options.append(parts[-1])
                elif len(parts) == 2 and name.split()[-1].isupper() and len(parts[0]) >= _SHORTEST_SURNAME:
                    # Who bears letters behind a name is called by the name alone.
                    options.append(parts[0])
            for option in options:
                at = text.find(option if own_script else f" {option} ")
                if at >= 0:
                    start = at if own_script else at + 1
                    if start + len(option) <= self.own[0] or start >= self.own[1]:
                        found.append((name, start, start + len(option)))
                        break
        return found

    @once
    def quoted(self) -> bool:
        """The title fills a pair of brackets or quotation marks."""
        head, tail = self.view.text[: self.first].rstrip(), self.view.text[self.last :].lstrip()
        before, after = head[-1:], tail[:1]
        if before == after == "'":
            # An apostrophe quotes when no letter stands on its outer side.
            return class_of(head[-2:-1]) != LETTER and class_of(tail[1:2]) != LETTER
        return bool(before) and before in OPENING and bool(after) and after in CLOSING
