"""What stands around a title on its line: neighbours, brackets, years, numbers, tags."""

import re
from functools import cached_property
from typing import NamedTuple

import numpy as np

from crawler.matching.lexicon import FORMATS, OFFERING, Word, spoken
from crawler.matching.line import EPISODE, YEAR
from crawler.matching.numerals import ENGLISH, PARTS, value
from crawler.matching.page import Page
from crawler.matching.places import Place
from crawler.text import IDEOGRAPH, LETTER, class_of, classes_of, spelled

Span = tuple[int, int]

_FILE = re.compile(
    r"\.(?:mkv|mp4|avi|rmvb|ts|m2ts|wmv|iso|epub|mobi|azw3?|pdf|txt|djvu|cbz|cbr|flac|m4b|ape|torrent|nsp|xci|apk|webm)(?![a-z0-9])"
)
_OPENING, _CLOSING = '《『「【[<〈“"', '》』」】]>〉”"'
_INSTALMENTS = {
    "前传", "外传", "后传", "续集", "续", "番外", "前篇", "后篇", "大电影", "剧场版", "衍生剧", "真人版", "之", "外篇", "新传", "别传",
    "returns", "reloaded", "rises", "begins", "resurrection", "revolutions", "origins", "chronicles", "diaries", "prequel", "sequel",
}  # fmt: skip
_NOT_ASKING = tuple("需要追请恳征寻力供欲谋")
_ASKING = re.compile(
    r"(?<![需要追请恳征寻力供欲谋])求(?=.{0,24}(?:资源|链接|网盘|云盘|种子|磁力|分享|下载|补档|谢谢|感谢|大佬|地址|百度云|好心人|无删|全集))"
)
_SMALL = {
    "a",
    "an",
    "the",
    "and",
    "of",
    "to",
    "in",
    "on",
    "at",
    "is",
    "are",
    "was",
    "for",
    "with",
    "by",
    "from",
    "my",
    "your",
    "it",
    "this",
    "that",
    "as",
    "or",
    "we",
    "i",
    "you",
    "us",
    "be",
    "new",
    "old",
    "big",
    "high",
    "hard",
    "all",
    "now",
    "have",
    "got",
    "re",
}
_MANDARIN_SMALL = frozenset(
    "每今昨明晚刚的了着过是在有和与及或被把给让到从对向为这那哪我你他她它好只又再还也就都很太更最不没要会能可想如像而且因但若"
)

LEADING = frozenset(
    (
        *OFFERING,
        *FORMATS,
        "edition",
        "lead",
        "request",
        "review",
        "news",
        "moderation",
        "licensed",
        "trailer",
        "reference",
    )
)
FOLLOWING = frozenset((*OFFERING, *FORMATS, "edition", "follow", "review", "news", "trailer", "soundtrack", "subtitles", "merchandise", "fanwork", "request", "moderation", "removed", "licensed", "reference"))  # fmt: skip


# "Title - J. Arden", "Title by J. K. Arden (2022)": initials and a surname after a dash or "by" name who made it.
_BYLINE = re.compile(r"\s*(?:[-–—]|by)\s+(?:[a-z]\. ?){1,3}[a-z][a-z'’-]+(?: [a-z'’-]{2,})?\s*(?:$|[\n(\[|,;])")


class Neighbour(NamedTuple):
    """What stands next to a title."""

    kind: str
    """edge, break, known, creator, year, episode, number, instalment, small, unknown."""
    text: str = ""
    groups: frozenset[str] = frozenset()
    glued: bool = False
    """An ideograph right against the title, nothing between."""


class Year(NamedTuple):
    """A year on the line."""

    value: int
    span: Span
    beside: bool
    """Nothing but tags and brackets stands between it and the title."""


class Surroundings:
    """The line around one title. All spans it gives are raw spans of the page."""

    def __init__(self, page: Page, place: Place, creators: tuple[str, ...]) -> None:
        self.page, self.place = page, place
        self.line = page.line(place.start, place.end, place.field)
        self.view, self.words = self.line.view, self.line.words
        self.first = self.view.at(place.start)
        self.last = int(np.searchsorted(self.view.ends, place.end, side="right"))
        self.own = self._in_words(place.start, place.end)
        self.said = [word for word in self.line.said if word.end <= self.own[0] or word.start >= self.own[1]]
        self.creators = self._creators(creators)

    def _in_words(self, start: int, end: int) -> Span:
        text = self.words.text
        first = int(np.searchsorted(self.words.starts, start))
        while first < len(text) and text[first] == " ":
            first += 1
        last = int(np.searchsorted(self.words.ends, end, side="right"))
        while last > first and text[last - 1] == " ":
            last -= 1
        return first, max(last, first)

    def raw(self, start: int, end: int) -> Span:
        """The raw span of a stretch of the line's words."""
        return self.words.span(start, end)

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
            native = LETTER not in classes_of(wanted)
            options = [wanted]
            parts = wanted.split(" ")
            if not native and len(parts) > 1:
                options += [" ".join([parts[-1], *parts[:-1]])]
                if len(parts[-1]) >= 5:
                    options.append(parts[-1])
            for option in options:
                at = text.find(option if native else f" {option} ")
                if at >= 0:
                    start = at if native else at + 1
                    if start + len(option) <= self.own[0] or start >= self.own[1]:
                        found.append((name, start, start + len(option)))
                        break
        return found

    # ---- neighbours

    @cached_property
    def asked_for(self) -> Span | None:
        """The Chinese word for asking right before the title, or before what is asked for."""
        found = _ASKING.search(self.view.text)
        if found and not self.first <= found.start() < self.last:
            return self.view.span(found.start(), found.start() + 1)
        head = self.view.text[: self.first].rstrip(" 《【[「<:")
        if head.endswith("求") and head[-2:-1] not in _NOT_ASKING:
            return self.view.span(len(head) - 1, len(head))
        return None

    @cached_property
    def quoted(self) -> bool:
        """The title fills a pair of brackets or quotation marks."""
        before = self.view.text[: self.first].rstrip()[-1:]
        after = self.view.text[self.last :].lstrip()[:1]
        return bool(before) and before in _OPENING and bool(after) and after in _CLOSING

    @cached_property
    def amid_words(self) -> bool:
        """Plain words stand around the title: on both sides, or on one where nothing else tells of a copy."""
        plain = ("unknown", "small")
        if self.quoted:
            return False
        if self.line.years or any(not word.groups.isdisjoint(FORMATS) for word in self.said):
            return self.before.kind in plain and self.after.kind in plain
        return self.before.kind in plain or self.after.kind in plain

    def _native(self, char: str) -> bool:
        return class_of(char) == IDEOGRAPH

    def _broken(self, gap: str, edge: str, mine: str) -> bool:
        if self._native(edge) and (gap.strip() or (gap and self._native(mine))):
            return True
        if self._native(edge) != self._native(mine):
            return True
        rest = gap
        for soft in (" ", ".", "_", "-", "+", "'", "&", ",", "*", "~", "·", ":"):
            rest = rest.replace(soft, "")
        return bool(rest) or "  " in gap or " - " in gap

    @cached_property
    def before(self) -> Neighbour:
        """What stands to the left of the title."""
        stop = self.own[0]
        head = self.words.text[:stop].rstrip()
        if not head:
            return Neighbour("edge")
        low = int(self.words.starts[len(head) - 1])
        gap = self.view.text[self.view.at(low) + 1 : self.first]
        return self._left(head, gap)

    def _left(self, head: str, gap: str) -> Neighbour:
        mine = self.words.text[self.own[0]]
        edge = head[-1]
        token = edge if self._native(edge) else head.split(" ")[-1]
        if any(end == len(head) for _, _, end in self.creators):
            return Neighbour("creator", token)
        if re.search(r"[\[\](){}【】《》「」『』|/\\\"“”:：;。！？!?…★☆◆●•]", gap) or "," in gap:
            return Neighbour("break", token)
        if self._native(edge) != self._native(mine) or " - " in gap:
            return Neighbour("break", token)
        ended = [word for word in self.said if word.end == len(head) and not word.groups.isdisjoint(LEADING)]
        groups = frozenset().union(*(word.groups for word in ended))
        if YEAR.fullmatch(token):
            return Neighbour("year", token)
        if self._native(edge):
            glued = not gap
            if not glued:
                return Neighbour("known" if ended else "break", token, groups)
            if ended:
                return Neighbour("known", token, groups, True)
            return Neighbour("small" if token in _MANDARIN_SMALL else "unknown", token, groups, True)
        if self._broken(gap, edge, mine):
            return Neighbour("break", token, groups)
        if token in _SMALL:
            return Neighbour("small", token, groups)
        if ended:
            return Neighbour("known", token, groups)
        return Neighbour("unknown", token)

    @cached_property
    def after(self) -> Neighbour:
        """What stands to the right of the title."""
        stop = self.own[1]
        tail = self.words.text[stop:]
        skipped = len(tail) - len(tail.lstrip())
        tail = tail.lstrip()
        if not tail:
            return Neighbour("edge")
        start = stop + skipped
        high = int(self.words.starts[start])
        gap = self.view.text[self.last : self.view.at(high)]
        return self._right(tail, start, gap)

    def _right(self, tail: str, start: int, gap: str) -> Neighbour:
        mine = self.words.text[self.own[1] - 1]
        edge = tail[0]
        native = self._native(edge)
        token = edge if native else tail.split(" ", 1)[0]
        glued = native and not gap and self._native(mine)
        hard = (
            ", " in gap or bool(re.search(r"[\[\](){}【】《》「」『』|/\\\"“”;。！？!?…★☆◆●•\t]", gap)) or "  " in gap
        )
        begun = [word for word in self.said if word.start == start and not word.groups.isdisjoint(FOLLOWING)]
        groups = frozenset().union(*(word.groups for word in begun))
        rest = self.view.text[self.last :]
        lead = rest[: len(rest) - len(rest.lstrip(" ._-+,~:([（【"))]
        if EPISODE.match(rest[len(lead) :]):
            return Neighbour("episode", token, groups)
        if YEAR.match(token) and len(token) == 4:
            return Neighbour("year", token)
        if any(begin == start for _, begin, _ in self.creators):
            return Neighbour("creator", token)
        if not hard:
            number = self._number(tail, gap)
            if number:
                return Neighbour("number", number, groups)
            for ending in _INSTALMENTS:
                if (self._native(ending[0]) and tail.startswith(ending)) or token == ending:
                    return Neighbour("instalment", ending, groups, glued)
        if begun:
            return Neighbour("known", token, groups, glued)
        if hard:
            return Neighbour("break", token)
        if native and self._native(mine):
            if not glued:
                return Neighbour("break", token)
            return Neighbour("small" if token in _MANDARIN_SMALL else "unknown", token, groups, True)
        if native != self._native(mine):
            return Neighbour("break", token)
        if token.isdigit() or re.fullmatch(r"v?\d[\dx.]*[a-z]{0,3}", token):
            return Neighbour("break", token)
        if token in _SMALL:
            return Neighbour("small", token)
        if _BYLINE.match(rest):
            return Neighbour("break", token)
        return Neighbour("unknown", token, frozenset(), ":" in gap or " - " in gap)

    def _number(self, tail: str, gap: str) -> str:
        """The number of an instalment right after the title, as written; empty when there is none."""
        tokens = tail.split(" ")
        first, second = tokens[0], tokens[1] if len(tokens) > 1 else ""
        if first in PARTS and (value(second) or second in ENGLISH):
            return "" if (value(second) or ENGLISH.get(second)) == 1 else f"{first} {second}"
        chinese = re.match(r"(?:第)?([一二三四五六七八九十贰叁肆伍])(部|$|[\s.]|之|[(（\[【《]|[0-9])", tail)
        if chinese and self._native(self.words.text[self.own[1] - 1]) and not gap.strip(" ._-"):
            return "" if chinese[1] == "一" else chinese[1]
        ordinal = re.match(r"第 ?([0-9]{1,2}) ?部", tail)
        if ordinal:
            return "" if ordinal[1] == "1" else ordinal[1]
        if (
            first.isdigit()
            and second.isdigit()
            and re.match(rf"{first}[.-]\d\d?[.-]\d", self.view.text[self.last :].lstrip(" ._"))
        ):
            return ""
        if first.isdigit() and (
            " - " in gap.replace("_", " ").replace(".", " ") or (len(first) > 1 and first.startswith("0"))
        ):
            return ""
        number = value(first) if first not in ("i", "v", "x") or first != "i" else None
        if first in ("v", "x") and not re.fullmatch(r"[ ._-]", gap):
            return ""
        if number is None or number == 1 or self._native(first[0]):
            return ""
        joined = re.match(rf"{re.escape(first)} ?[-~&+] ?\d", self.view.text[self.last :].lstrip(" ._"))
        return "" if joined or gap.strip(" ._-") else first

    # ---- tags

    @cached_property
    def episodes(self) -> list[Span]:
        """Marks of seasons and episodes on the line."""
        return [
            self.view.span(*found.span())
            for found in self.line.episodes
            if found.end() <= self.first or found.start() >= self.last
        ]

    @cached_property
    def years(self) -> list[Year]:
        """Years on the line outside the title."""
        found = []
        for match in self.line.years:
            if match.start() < self.last and match.end() > self.first:
                continue
            after = match.start() >= self.last
            between = self.view.text[self.last : match.start()] if after else self.view.text[match.end() : self.first]
            found.append(Year(int(match[0]), self.view.span(*match.span()), self._only_tags(match, between, after)))
        return found

    def _only_tags(self, match: re.Match[str], between: str, after: bool) -> bool:
        if not any(classes_of(between)):
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
        mine = self._native(self.words.text[self.own[0]])
        return all(self._native(token[0]) != mine for token in tokens)

    @cached_property
    def release(self) -> float:
        """How much the line looks like the name of a release or a file: 0 not, 1 in part, 2 wholly."""
        tags = {self.words.text[word.start : word.end] for word in self.spoken_of(*FORMATS)}
        firm = {tag for tag in tags if tag not in _LOOSE}
        marks = len(firm) + bool(self.episodes) + any(year.beside for year in self.years)
        if firm and (_FILE.search(self.view.text) or marks >= 2 or self.line.group or self.creators):
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
