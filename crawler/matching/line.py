"""One line of a page, read once for all the titles on it."""

import re

from crawler.matching.lexicon import Word, spoken
from crawler.matching.once import once
from crawler.text import View, spelled, words

Span = tuple[int, int]

YEAR = re.compile(
    r"(?<![0-9a-z])(?:19[0-9]{2}|20[0-4][0-9])(?![0-9a-z])|(?<=[a-z])(?:19[5-9][0-9]|20[0-4][0-9])(?![0-9a-z])"
)
EPISODE = re.compile(
    r"(?<![a-z0-9])(?:s\d{1,4}(?:e\d{1,4})?|s\d{1,2} ?e\d{1,4}|e\d{1,4}|ep ?\d{1,4}|x\d{2}|\d{1,2}x\d{2,3}|"
    r"(?:season|seasons|episode|saison|temporada|staffel|сезон|cezoh) ?\d{1,3}|t\d{1,2}(?= ?(?:complet|castellano|latino|vose|dual|hd|1080|720|e\d))|\d{2,4}v\d|\d{2,3} ?- ?\d{2,3})(?![a-z0-9])"
    r"|(?:第|全|更新至|更至|前) ?[0-9一二三四五六七八九十百]{1,4} ?[季集话回期]|[0-9]{1,4} ?集全?"
)
_GROUP = re.compile(r"-[A-Za-z][A-Za-z0-9]{1,14}(?=$|[\s\[\].,，]|\.[a-z0-9]{2,4})")


class Line:
    """A stretch of a page's raw text, between line ends."""

    def __init__(self, raw: str, folded: View, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.raw = raw[start:end]
        first, last = folded.at(start), folded.at(end)
        self.view = View(folded.text[first:last], folded.starts[first:last], folded.ends[first:last])

    @once
    def words(self) -> View:
        return words(self.view)

    @once
    def group(self) -> Span | None:
        """The raw span of a release group's name, which is no word of the text, whatever it spells."""
        for found in _GROUP.finditer(self.raw):
            ahead = spelled(self.raw[max(0, found.start() - 8) : found.start()])
            if ahead[-1:].isdigit() or spoken(f" {ahead.split(' ')[-1]} "):
                return self.start + found.start(), self.start + found.end()
        return None

    @once
    def said(self) -> list[Word]:
        """The lexicon's phrases on the line, in places of its words view."""
        found = spoken(self.words.text)
        if self.group:
            low, high = self.group
            found = [word for word in found if not low <= int(self.words.starts[word.start]) < high]
        return found

    @once
    def years(self) -> list[re.Match[str]]:
        """Years, in places of the folded view."""
        return list(YEAR.finditer(self.view.text))

    @once
    def episodes(self) -> list[re.Match[str]]:
        """Marks of seasons and episodes, in places of the folded view."""
        return list(EPISODE.finditer(self.view.text))
