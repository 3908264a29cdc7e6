"""What stands around a title on its line: neighbours, brackets, years, numbers, tags."""

import re
from typing import NamedTuple

from crawler.matching.lexicon import FORMATS, spoken
from crawler.matching.line import EPISODE
from crawler.matching.neighbours import Neighbour, after, before
from crawler.matching.once import once
from crawler.matching.prose import written
from crawler.matching.title_line import Span, TitleLine, native
from crawler.text import classes_of, spelled

_FILE = re.compile(
    r"\.(?:mkv|mp4|avi|rmvb|ts|m2ts|wmv|iso|epub|mobi|azw3?|pdf|txt|djvu|cbz|cbr|flac|m4b|ape|torrent|nsp|xci|apk|webm)(?![a-z0-9])"
)
_NOT_ASKING = tuple("需要追请恳征寻力供欲谋")
_ASKING = re.compile(
    r"(?<![需要追请恳征寻力供欲谋])求(?![到过得真证生职学婚和同])(?=.{0,24}(?:资源|链接|网盘|云盘|种子|磁力|分享|下载|补档|谢谢|感谢|大佬|地址|百度云|好心人|无删|全集))"
)


# "Title (a person, 1967)": the year stands in the brackets that follow the title.
_IN_BRACKETS = re.compile(r"\s*[(\[][^()\[\]\n]{1,40},\s*")


# "2024最新": when it was posted or tried.
_DATED_NOW = re.compile(
    r" ?年? ?(?:\d{1,2} ?月)? ?(?:全网|全新)?(?:最新|亲测|实测|更新|可用|有效|新整理)(?!版本|章|集)"
)


# "Not the 1987 one": what is no year of the copy.
_NOT_OF = re.compile(
    r"(?<![a-z])(?:not|unlike|no|isn'?t|than|nicht|pas|ne|не|не путать с)(?: (?:the|that|from|of|to be confused with|die|der|das|von|le|la|el|de|s))* ?$"
    r"|(?:不是|非|并非|别跟|不同于|(?:别|不要|勿|可别)(?:下|当|搞|弄|认|混|看|买|收|存|点)(?:成|错|错成|混)了?) ?$"
)


# "The.Title.Of.It.PC-GROUP": words parted by points alone, and who made it.
_DOTTED = re.compile(
    r"(?<!\S)[^\s./:@_]+(?:[._][^\s./:@_]+){2,}-(?=[A-Za-z0-9]*[A-Z][a-z0-9]*[A-Z])[A-Za-z0-9]{2,15}(?=$|[\s\[\].,，])"
)


# Verbs of telling: who names a work and its maker in a sentence names no release.
_TOLD = re.compile(r"(?<![\w.])(?:is|was|were|became|has been|had been|ist|wurde|est|fue|foi)(?![\w.])")


class Year(NamedTuple):
    """A year on the line."""

    value: int
    span: Span
    beside: bool
    """Nothing but tags and brackets stands between it and the title."""


class Surroundings(TitleLine):
    """The line around one title. All spans it gives are raw spans of the page."""

    @once
    def before(self) -> Neighbour:
        """What stands to the left of the title."""
        return before(self)

    @once
    def after(self) -> Neighbour:
        """What stands to the right of the title."""
        return after(self)

    @once
    def asked_for(self) -> Span | None:
        """The Chinese word for asking right before the title, or before what is asked for."""
        found = _ASKING.search(self.view.text)
        if found and not self.first <= found.start() < self.last:
            return self.view.span(found.start(), found.start() + 1)
        head = self.view.text[: self.first].rstrip(" 《【[「<:")
        if head.endswith("求") and head[-2:-1] not in _NOT_ASKING:
            return self.view.span(len(head) - 1, len(head))
        return None

    @once
    def amid_words(self) -> bool:
        """Plain words stand around the title: on both sides, or on one where nothing else tells of a copy."""
        plain = ("unknown", "small")
        if self.quoted:
            return False
        if self.line.years or any(not word.groups.isdisjoint(FORMATS) for word in self.said):
            return self.before.kind in plain and self.after.kind in plain
        return self.before.kind in plain or self.after.kind in plain

    @once
    def episodes(self) -> list[Span]:
        """Marks of seasons and episodes on the line."""
        return [
            self.view.span(*found.span())
            for found in self.line.episodes
            if found.end() <= self.first or found.start() >= self.last
        ]

    @once
    def years(self) -> list[Year]:
        """Years on the line outside the title."""
        found = []
        for match in self.line.years:
            if match.start() < self.last and match.end() > self.first:
                continue
            if _DATED_NOW.match(self.view.text, match.end()) or _NOT_OF.search(self.view.text[: match.start()]):
                continue
            after = match.start() >= self.last
            between = self.view.text[self.last : match.start()] if after else self.view.text[match.end() : self.first]
            found.append(Year(int(match[0]), self.view.span(*match.span()), self._only_tags(match, between, after)))
        return found

    def _only_tags(self, match: re.Match[str], between: str, after: bool) -> bool:
        if not any(classes_of(between)) or (after and _IN_BRACKETS.fullmatch(between)):
            return True
        stretch = f" {spelled(between)} "
        for phrase in sorted(spoken(stretch), key=lambda word: -word.end):
            if not phrase.groups.isdisjoint((*FORMATS, "edition", "offer_weak")):
                stretch = stretch[: phrase.start] + " " * (phrase.end - phrase.start) + stretch[phrase.end :]
        stretch = EPISODE.sub(" ", stretch)
        for name, start, end in self.creators:
            stretch = stretch.replace(self.words.text[start:end], " ") if name else stretch
        left = stretch.split()
        # Another title between them (the same one in another language) still leaves the year beside it.
        return not left or (
            after and len(left) <= 6 and bool(re.match(r"[\s/|(\[（·]+", between)) and self._other_script(left)
        )

    def _other_script(self, tokens: list[str]) -> bool:
        mine = native(self.words.text[self.own[0]])
        return all(native(token[0]) != mine for token in tokens)

    @once
    def prose(self) -> bool:
        """The line is Chinese prose as it is written to be read."""
        return written(self.view.text)

    @once
    def release(self) -> float:
        """How much the line looks like the name of a release or a file: 0 not, 1 in part, 2 wholly."""
        tags = {self.words.text[word.start : word.end] for word in self.spoken_of(*FORMATS)}
        firm = {tag for tag in tags if tag not in _LOOSE}
        if self.prose and not _FILE.search(self.view.text) and not self.line.group:
            return 0
        marks = len(firm) + bool(self.episodes) + any(year.beside for year in self.years)
        if _DOTTED.search(self.line.raw):
            return 2
        if firm and (
            _FILE.search(self.view.text)
            or marks >= 2
            or self.line.group
            or (self.creators and not _TOLD.search(self.view.text))
        ):
            return 2
        if bool(self.episodes) and marks >= 2:
            return 2
        if firm or (self.episodes and self.after.kind == "episode"):
            return 1
        return 0


_LOOSE = frozenset(
    ("hd", "web", "ep", "eps", "bt", "tc", "scan", "lit", "album", "game", "setup", "patch", "windows", "season", "episode", "series", "episodes",
     "complete", "limited", "internal", "proper", "raw", "dvd", "cam", "高清", "小说", "游戏", "音乐", "章节", "歌曲", "电视剧", "剧集", "动漫", "动画", "漫画", "教材", "课本", "国语", "院线", "安卓", "steam", "番外", "multi", "full hd", "anime")
)  # fmt: skip
