"""The parts of a page, and which of them speak for a title: posts of a thread, items of a list, quotes, signatures."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from crawler.matching.heads import Line, begun_posts, may_head, repliers

Kind = Literal["heading", "text", "item", "quote", "signature"]
Span = tuple[int, int]

_ITEM = re.compile(
    r"\s*(?:[-–—*•·▪▫■□▸►▶◆◇○●✔✓☑☐★☆»›+♦🔹🔸📌📍💎▲△◎・～~]+\ufe0f?(?=[^\S\n]|[\w《【「“\"])(?!-)|[0-9]{1,3}(?:[.)、．]|\ufe0f?\u20e3)(?![0-9])"
    r"|\[[0-9]{1,4}\](?=\s)|#[0-9]{1,5}(?=\s)|[①-⑳❶-❿]|[A-Za-z][.)](?=\s)|[（(][0-9a-z一-十]{1,2}[)）]|[一二三四五六七八九十]{1,3}[、.．])\s*\S"
)
_NUMBER = re.compile(r"\s*[0-9]{1,3}[ \t]+\S")
_RULE = re.compile(r"\s*(?:_{3,}|-{2,}|—{2,}|={3,}|─{2,}|━{2,}|~{3,}|\*{3,})\s*$")
_SIGNATURE = re.compile(
    r"(?i)\s*(?:[-—~_–]{0,4}\s*)(?:sig(?:nature)?\s*[:：]|sent (?:from|via) my\b|get outlook for|(?:个性)?签名(?:档)?\s*[:：]|個性簽名|簽名檔?\s*[:：]|发自|發自|来自.{1,12}客户端)"
)
_CITED = r"引用[^\S\n]*(?:第?\s?[0-9]{1,5}\s?(?:楼|樓|#|[LlFf]))?[^\n:：，。]{0,16}(?:[:：]|的(?:发言|帖子|回复)|发表于[^\n]*)\s*$"
_QUOTE = re.compile(rf"\s*(?:>|&gt;|》》|│|\[quote\b|引用\s*[:：]|{_CITED}|回复?\s*引用)")
# The head of a quote: what is quoted goes on to the next empty line.
_QUOTED = re.compile(
    rf"\s*(?:引用\s*[:：]|{_CITED}|回复?\s*引用|[^\n]{{1,30}}(?:wrote|said|schrieb|escribió|a écrit)\s*:\s*$)"
)
# A Chinese answer by which somebody says that they have it and hand it on, or gives an address.
_GIVES = re.compile(
    r"(?:我|俺|[这這]|本人|手里|手裡|手[头頭]|盘里|盤裡|硬盘里)(?:[这這])?(?:里|裡|边|邊|儿)?(?:刚好|剛好|正好|也|都|倒是)?有(?![没沒点點些]|个?(?:问题|問題|疑)|一[个個点點]|看过|看過|印象)"
    r"|(?:私|发|發|传|傳|甩|丢|丟|扔|塞|投)(?:给|給)?(?:你|妳|您|楼主|樓主|群里|群裡|群文件|邮箱|信箱|楼上|樓上)(?:[a-z]*)(?:了|啦|喽|哈)|(?:已|[刚剛])(?:私|[发發](?!布)|[传傳])"
    r"|(?i:\b(?:i (?:still )?have (?:it|them)\b(?! no)|(?:re-?)?upped (?:it|to|again|for)|here (?:you|u|ya) go|(?:sent|pm'?e?d|messaged) (?:you|u|it to)|check (?:your|ur) (?:pms?|dms?|inbox)|in (?:your|ur) (?:pms?|dms?|inbox)|(?:my|the) copy from[^\n]{0,20}:))"
    r"|(?:^|[：:，,\s])已?(?:私|发|發|传|傳)(?:信)?了(?=[，,。!！~]|$)|(?:感谢|感謝|谢谢|謝謝)[^\n]{0,6}(?:存上|存了|收到|下到|拿到|转存)"
    r"|(?:看|查收)(?:下|一下)?(?:私信|站[内內]信|邮箱|邮件|信箱|pm)|[见見]私信|(?:[a-z0-9-]+\.)+(?:[a-z]{2,6})/\S*[0-9#?/]\S*"
)
_ASKS = re.compile(
    r"[?？]|[吗嗎呢]\s*$|求|有[没沒]有|哪|[谁誰]|想[要看找]|(?i:\b(?:anyone|anybody|where|who|looking for|request|need|want|iso|wtb|lf|pls|please)\b)|[^\x00-\x7f]*\?"
)
# "> mirror: an address": the sign points at what is given, it quotes nobody.
_POINTED = re.compile(r"\s*>\s*(?:[\w ]{1,24}[:=-]\s*)?(?:(?:https?|hxxps?)://\S+|(?:[\w-]+\.)+[a-z]{2,8}/\S+)\s*$")
# Letters that items, quotes and signatures begin with as well as sentences.
_NO_SENTENCE = frozenset("sSſgG个签個簽发發来引回一二三四五六七八九十")
_NO_WORD = frozenset(".)")
_PLAIN_RULE = re.compile(r"\s*(?:_{3,}|-{2,}|—{2,})\s*$")
# What people say of themselves below all that they post: what they love, watch, read, have given.
_OF_ONESELF = re.compile(
    r"(?i)\b(?:apologist|obsess(?:ion|ed)\b|(?:biggest |number one |#1 |proud |lifelong )?fan(?:boy|girl)?\b(?! (?:edit|made|sub|art|film))|fav(?:ou?rite|e)?s?\b|my ratio\b|ratio (?:is|:|>|above)|uploads ?:|warnings ?:|avatar|seeding (?:since|\d)|currently seeding|forever\b(?! link)|member since|uploader since|"
    r"banner by|sig(?:nature)? by|pms? (?:are|is) off|my opinions|not my real name|proud (?:member|owner|seeder))|(?m:^\W*(?:(?:current(?:ly)?|now|last|next|recently|just) ?(?:obsession|binge\w*|watch\w*|read\w*|play\w*|listen\w*|up)?|watching|reading|playing|listening(?: to)?|quote of the \w+)\b ?[:：]|^\W*(?:currently|now) (?:watching|reading|playing|binging)\b)|\S > (?:everything|all)\b|^\W*team \S+"
)
_NOW = re.compile(
    r"(?i)\s*(?:(?:current(?:ly)?|now|last|next|recently) (?:obsession|bing\w+|watch\w*|read\w*|play\w*|listen\w*)(?: to)?|(?:listening|watching|reading|playing) (?:to )?now)\s*[:：]"
)
_MOST_SIGNED = 140
_LONGEST_SIGNED, _MOST_LINES_SIGNED = 320, 6
_LEAST_SIGNED = 8
_LONGEST_NAME = 20
_LONGEST_HEADING = 110
_MOST_LINES_OF_ITEM = 4
_WIDEST_STEP = 12


class Segment(NamedTuple):
    """A stretch of the page, in raw positions, that says one thing."""

    start: int
    end: int
    kind: Kind
    post: int
    """Number of the post that it is in, from 0."""
    run: int = -1
    """Number of the list that an item is in; -1 for anything else."""


def _lines(raw: str, start: int, end: int) -> list[Line]:
    lines = []
    at = start
    for text in raw[start:end].split("\n"):
        stop = at + len(text)
        head = text.lstrip()[:2] if text[:1].isspace() else text[:2]
        # The constructor of a named tuple takes three times as long.
        lines.append(tuple.__new__(Line, (at, stop, text, _plain(head))))
        at = stop + 1
    return lines


@lru_cache(maxsize=4096)
def _plain(head: str) -> bool:
    """Whether a line whose first characters are given begins like a sentence."""
    return head[:1].isalpha() and head[0] not in _NO_SENTENCE and head[1:] not in _NO_WORD


def _unquoted(lines: Sequence[Line], number: int) -> int:
    """One past the line on which a quote in tags ends; the next line for any other."""
    if "[quote" in lines[number].text.casefold():
        for stop in range(number, len(lines)):
            if "[/quote]" in lines[stop].text.casefold():
                return stop + 1
    return number + 1


def _counts_on(one: str, other: str) -> bool:
    """Whether the numbers that two lines begin with may number a list: "64 kbps" does not follow "6 The Long Way"."""
    first, second = (int(text.split(maxsplit=1)[0]) for text in (one, other))
    return abs(first - second) <= _WIDEST_STEP


def _mark(raw: str, part: Segment) -> str:
    """What an item begins with, digits as one: items of one list begin alike."""
    line = raw[part.start : part.end]
    shown = line.lstrip()
    return line[: len(line) - len(shown)] + ("0" if shown[0].isdigit() else shown[0])


class Segments:
    """The parts of one page, found once, asked for by the rules of every title on it."""

    def __init__(self, raw: str, body: Span, targets: Sequence[Span]) -> None:
        self.body = body
        self.targets = sorted(targets)
        self._heads: set[int] = set()
        self._repeated: set[int] = set()
        self._replies: set[int] = set()
        self._parts = list(self._read(raw)) or [Segment(*body, "text", 0)]
        several = self._parts[-1].post > 0
        self._giving = [
            part for part in self._parts if several and part.kind != "signature" and _GIVES.search(raw, part.start, part.end)
            and not _ASKS.search(raw, part.start, part.end)
        ]  # fmt: skip
        self._asking = {part.start for part in self._parts if several and _ASKS.search(raw, part.start, part.end)}
        self._starts = [part.start for part in self._parts]
        self._leading = {
            part.start for part in self._parts if raw[part.start : part.end].rstrip().endswith((":", "："))
        }
        self._marks = {part.start: _mark(raw, part) for part in self._parts if part.kind == "item"}

    def _read(self, raw: str) -> Iterator[Segment]:
        lines = _lines(raw, *self.body)
        heading = may_head(lines)
        self._replies = repliers(lines, heading)
        begun = begun_posts(lines, heading, self._replies, self.targets)
        self._heads = {lines[number].start for number in begun}
        again = self._again(lines, begun)
        first = next((number for number, line in enumerate(lines) if line.text.strip()), 0)
        several = any(line.text.strip() for line in lines[first + 1 :])
        post = run = 0
        number, count = 0, len(lines)
        while number < len(lines):
            line = lines[number]
            if number in begun and number > first:
                post += 1
            if not line.plain and (not line.text.strip() or _RULE.match(line.text)):
                stop = self._signed(lines, begun, number)
                if stop > number + 1:
                    yield Segment(line.start, lines[stop - 1].end, "signature", post)
                    number = stop
                else:
                    number += 1
                continue
            if number in again or self._signs(lines, number):
                yield Segment(line.start, line.end, "signature", post)
                number += 1
            elif not line.plain and _QUOTE.match(line.text) and not _POINTED.match(line.text):
                stop = _unquoted(lines, number)
                while _QUOTED.match(line.text) and stop < len(lines) and stop not in begun and lines[stop].text.strip():
                    stop += 1
                yield Segment(line.start, lines[stop - 1].end, "quote", post)
                number = stop
            elif (
                number == first
                and several
                and len(line.text) <= _LONGEST_HEADING
                and not self.holds(line.start, line.end)
            ):
                yield Segment(line.start, line.end, "heading", post)
                number += 1
            elif number not in begun and (self._item(lines, number) or self._row(lines, number)):
                stops = list(self._items(lines, begun, number))
                for low, high in stops:
                    yield Segment(lines[low].start, lines[high - 1].end, "item", post, run)
                number = stops[-1][1]
                run += 1
            else:
                stop = number + 1
                # Most lines are sentences, and of these it is seen here.
                while (
                    stop < count
                    and stop not in begun
                    and (stop not in again if lines[stop].plain else self._goes_on(lines, stop))
                ):
                    stop += 1
                yield Segment(line.start, lines[stop - 1].end, "text", post)
                number = stop

    def _signs(self, lines: Sequence[Line], number: int) -> bool:
        """The line is somebody's signature by its words alone: what they watch now, below what they posted."""
        line = lines[number]
        if not line.plain and _SIGNATURE.match(line.text):
            return True
        if ":" not in line.text or len(lines) == 1:
            return False
        return _NOW.match(line.text) is not None and not self.holds(line.start, line.end)

    def _again(self, lines: Sequence[Line], begun: set[int]) -> set[int]:
        """Lines that stand word for word under more than one post: somebody's signature."""
        if len(begun) < 2:
            return self._repeated
        often = Counter(line.text for line in lines if len(line.text.strip()) >= _LEAST_SIGNED)
        self._repeated = {
            number
            for number, line in enumerate(lines)
            if often[line.text] > 1 and number not in begun and not self.holds(line.start, line.end)
        }
        return self._repeated

    def _goes_on(self, lines: Sequence[Line], number: int) -> bool:
        text = lines[number].text
        if lines[number].plain:
            return number not in self._repeated
        return bool(
            text.strip()
            and not _RULE.match(text)
            and number not in self._repeated
            and not _SIGNATURE.match(text)
            and not _QUOTE.match(text)
            and not self._item(lines, number)
        )

    def _signed(self, lines: Sequence[Line], begun: set[int], number: int) -> int:
        """One past the last line of a signature under the rule at a line; the line itself when there is none."""
        if not _RULE.match(lines[number].text) or not number:
            return number
        stop = number + 1
        while (
            stop < len(lines) and stop not in begun and lines[stop].text.strip() and not _RULE.match(lines[stop].text)
        ):
            stop += 1
        low, high = lines[number].end, lines[stop - 1].end
        ended = stop in begun or all(not line.text.strip() for line in lines[stop:]) or (begun and stop < len(lines))
        if not ended or high <= low or self.holds(low, high):
            return number
        said = "\n".join([line.text for line in lines[number + 1 : stop]])
        if high - low <= _LONGEST_SIGNED and stop - number <= _MOST_LINES_SIGNED and _OF_ONESELF.search(said):
            return stop
        plain = number > 1 and _PLAIN_RULE.match(lines[number].text)
        return stop if plain and high - low <= _MOST_SIGNED and stop - number <= 3 else number

    def _item(self, lines: Sequence[Line], number: int) -> bool:
        """The line is marked as one of a list: another of its kind is near."""
        text = lines[number].text
        if lines[number].plain or text.lstrip().startswith("——"):
            return False
        for mark in (_ITEM, _NUMBER):
            if mark.match(text):
                near = range(max(0, number - _MOST_LINES_OF_ITEM), min(len(lines), number + _MOST_LINES_OF_ITEM + 1))
                others = [other for other in near if other != number and mark.match(lines[other].text)]
                return bool(others) and (mark is _ITEM or any(_counts_on(text, lines[other].text) for other in others))
        return False

    def _row(self, lines: Sequence[Line], number: int) -> bool:
        """The line and its neighbour both name something and give its own target."""
        return self._given(lines, number) and number + 1 < len(lines) and self._given(lines, number + 1)

    def _given(self, lines: Sequence[Line], number: int) -> bool:
        line = lines[number]
        low = bisect_right(self.targets, (line.start, -1))
        if low == len(self.targets) or self.targets[low][0] >= line.end:
            return False
        start, end = self.targets[low]
        named = f"{line.text[: start - line.start]}{line.text[max(0, end - line.start) :]}"
        return sum(char.isalpha() for char in named) >= 12

    def _items(self, lines: Sequence[Line], begun: set[int], number: int) -> Iterator[tuple[int, int]]:
        """From and to line numbers of the items of the list that begins at a line."""
        marked = self._item(lines, number)
        longer = False
        while number < len(lines) and number not in begun:
            if not (self._item(lines, number) if marked else self._given(lines, number)):
                return
            stop = number + 1
            while marked and stop < len(lines) and stop not in begun and self._goes_on(lines, stop):
                stop += 1
            ahead = stop
            while marked and ahead < len(lines) and not lines[ahead].text.strip():
                ahead += 1
            more = marked and ahead < len(lines) and ahead not in begun and self._item(lines, ahead)
            if not more and not longer:
                # What follows the last item of a list of single lines is the list's foot.
                stop = number + 1
            longer = longer or stop > number + 1
            yield number, stop
            number = ahead if more else stop

    # ---- questions

    def holds(self, start: int, end: int) -> bool:
        """Whether a target stands between two raw positions."""
        low = bisect_right(self.targets, (start, -1))
        return low < len(self.targets) and self.targets[low][0] < end

    @property
    def parts(self) -> Sequence[Segment]:
        """All segments of the body, by place."""
        return self._parts

    def of(self, raw: int) -> Segment:
        """The segment at a raw position of the body, or the nearest before it."""
        return self._parts[max(0, bisect_right(self._starts, raw) - 1)]

    def number_of(self, raw: int) -> int:
        """The index in `parts` of the segment at a raw position."""
        return max(0, bisect_right(self._starts, raw) - 1)

    def begins_post(self, raw: int) -> bool:
        """Whether the line at a raw position of the body is the first of a post in a thread."""
        before = [head for head in self._heads if head <= raw]
        return bool(before) and raw - max(before) < _LONGEST_NAME

    def within(self, raw: int) -> bool:
        """Whether a raw position is in the body at all."""
        return self.body[0] <= raw < self.body[1]

    def speaks(self, there: int, here: int) -> bool:
        """Whether what stands at one raw position says something of a title at another.

        An item speaks for itself, what is around a list for all its items, a post for itself and, as its
        answer, for the posts before it; a quote or a signature speaks for nothing else.
        """
        if not (self.within(there) and self.within(here)):
            return True
        one, own = self.of(there), self.of(here)
        if one == own:
            return True
        if "signature" in (one.kind, own.kind) or one.kind == "quote":
            return False
        if one.post != own.post:
            # What a later post gives answers a heading, a first post and a question, not what others talked of.
            return (own.post == 0 and own.kind == "heading") or (
                one.post > own.post
                and (
                    own.post == 0 or own.kind == "quote" or own.start in self._asking or own.start not in self._replies
                )
            )
        return not (one.kind == own.kind == "item" and one.run == own.run)

    def intro(self, raw: int) -> int | None:
        """The index in `parts` of the words that introduce the list of an item, ending with a colon; None without."""
        number = self.number_of(raw)
        own = self._parts[number]
        if own.kind != "item":
            return None
        mark = self._marks.get(own.start)
        for ahead in range(number - 1, -1, -1):
            part = self._parts[ahead]
            if part.post != own.post or part.kind not in ("item", "text", "heading"):
                return None
            if part.kind != "item" or part.run != own.run:
                return ahead if part.start in self._leading else None
            if part.start in self._leading and self._marks.get(part.start) != mark:
                return ahead
        return None

    def own_targets(self, here: int) -> list[Span]:
        """The targets that speak for a title at a raw position."""
        given = [span for span in self.targets if self.speaks(span[0], here)]
        own = self.of(here)
        if not self.within(here) or own.kind != "item":
            return given
        # When the other items of a list have their own, what stands around it is not this one's.
        shared = [span for span in given if self.of(span[0]) == own]
        others = {
            self.of(span[0]).start
            for span in self.targets
            if self.of(span[0]).run == own.run and self.of(span[0]) != own
        }
        return shared if len(others) > 1 else given

    def answered(self, here: int) -> bool:
        """Whether a post after the one at a raw position gives a target, or the post under what it quotes."""
        own = self.of(here)
        if own.kind == "quote" and any(
            self.of(span[0]).post == own.post and span[0] > own.end for span in self.targets
        ):
            return True
        return any(self.of(span[0]).post > own.post and self.speaks(span[0], here) for span in self.targets) or any(
            part.post > own.post and self.speaks(part.start, here) for part in self._giving
        )

    def given_last(self, here: int) -> int:
        """Where the last post begins that gives something to the one at a raw position; -1 when none does."""
        own = self.of(here).post
        given = [self.of(span[0]).start for span in self.targets if self.of(span[0]).post > own]
        return max([*given, *(part.start for part in self._giving if part.post > own)], default=-1)
