"""What an offer leaves in a text besides the names of works: found once for a page, weighed for each title on it."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from crawler.matching.addresses import addresses
from crawler.matching.channels import chats, handles, own_pages, said_addresses
from crawler.matching.evidence import Evidence, rule
from crawler.matching.files import files
from crawler.matching.lexicon import FORMATS, known, spoken
from crawler.matching.numbers import numbers
from crawler.matching.page import Page
from crawler.matching.prices import prices
from crawler.matching.sharing import sentences
from crawler.matching.surroundings import Surroundings
from crawler.matching.withheld import withheld
from crawler.text import View, spelled, words

# What the phrases of a group say, as a rule, and what it weighs on the title's own line.
SAID = {
    "offer": ("words-of-offer", 1.6),
    "invitation": ("invitation", 1.5),
    "sale": ("words-of-sale", 1.4),
    "offer_act": ("act-of-sharing", 1.4),
    "offer_site": ("sharing-site", 0.9),
    "offer_unlocked": ("unlocked", 1.3),
    "offer_copy": ("own-copy", 1.3),
    "offer_carrier": ("carrier", 1.3),
    "offer_storage": ("storage", 1.3),
    "offer_channel": ("channel", 1.2),
    "offer_payment": ("payment", 0.8),
    "offer_selling": ("selling", 0.8),
    "offer_whole": ("whole-of-it", 0.6),
    "offer_free": ("free-of-charge", 0.8),
    "offer_tongue": ("tongue-named", 0.5),
    "offer_delivery": ("delivery", 0.5),
    "offer_weak": ("words-near-offer", 0.5),
    "offer_hint": ("words-near-offer", 0.5),
}
PRICE = 0.8
FACTS = {"price": "price"}
FORM = 0.5
LEET = re.compile(r"[a-z0-9@$]{3,20}")
_DIGIT_IN_WORD = re.compile(r"[0-9@$][a-z]")
_DIGIT_IN_BYTES = re.compile(rb"[0-9@$][a-z]")
_DIGITS = re.compile(r"[0-9@$]+")
_RUN = re.compile(r"[a-z0-9@$]+")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789@$")
_PLAIN = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"})
_PLAIN_I = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"})
# Names of forms that are everyday words as well.
_EVERYDAY = frozenset(("hd", "web", "cam", "lit", "raw", "tc", "ts", "bt", "hc", "dv", "album", "game", "windows", "season", "episode", "episodes", "series", "complete", "limited", "internal", "proper", "multi", "dvd", "steam", "switch", "plaza", "rune", "empress", "codex", "ape", "lp", "setup", "serial", "license", "portable", "patch", "plugin", "crack", "textbook", "livre", "ebook", "ebooks", "audiobook", "kindle", "xbox", "ps4", "ps5", "itunes", "hulu", "ep", "eps", "scan", "小说", "漫画", "游戏", "音乐", "电视剧", "剧集", "动漫", "动画", "章节", "歌曲", "教材", "课本", "高清", "院线", "番外"))  # fmt: skip
_TIME = re.compile(r"\d ?$")


class Signal(NamedTuple):
    """One trace of an offer at its raw place on the page."""

    start: int
    end: int
    weight: float


class Signals:
    """The traces of an offer on a page, by rule and place."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.by_rule: dict[str, list[Signal]] = {}
        for name, signal in _found(page):
            self.by_rule.setdefault(name, []).append(signal)
        for signals in self.by_rule.values():
            signals.sort()

    def __bool__(self) -> bool:
        return bool(self.by_rule)

    def near(self, near: Surroundings, lawful: Callable[[str], bool]) -> Iterator[Evidence]:
        """The strongest trace of each rule for one title, weaker the farther from it."""
        place = near.place
        for name, signals in self.by_rule.items():
            at = bisect_left(signals, (place.start,))
            best: tuple[float, Signal] | None = None
            for signal in (*signals[max(0, at - 3) : at], *signals[at : at + 3]):
                if signal.start < place.end and place.start < signal.end:
                    continue
                if name == "form-named" and near.line.start <= signal.start < near.line.end:
                    continue
                if self._spelled_in(signal, place.spelling):
                    continue
                if name == "address" and lawful(self.page.raw[signal.start : signal.end]):
                    continue
                weight = signal.weight * _nearness(near, signal)
                if best is None or weight > best[0]:
                    best = weight, signal
            if best is not None and best[0] >= 0.1:
                span = (best[1].start, best[1].end)
                yield rule(name, best[0], span, **{FACTS.get(name, "words"): self.page.raw[slice(*span)][:60]})

    def _spelled_in(self, signal: Signal, spelling: str) -> bool:
        # The title itself, named a second time, offers nothing.
        said = spelled(self.page.raw[signal.start : signal.end])
        return bool(said) and f" {said} " in f" {spelling} "


def _nearness(near: Surroundings, signal: Signal) -> float:
    """How much a trace speaks for a title: wholly on its line, less in its post, little far away."""
    if near.line.start <= signal.start and signal.end <= near.line.end:
        return 1.0
    raw, place = near.page.raw, near.place
    if not near.page.segments.speaks(signal.start, place.start):
        return 0.0
    first, last = (place.end, signal.start) if place.end <= signal.start else (signal.end, place.start)
    if near.page.offer.title and place.field.where == "title":
        return 0.9 if last - first <= 1500 else 0.5
    if last - first > 1200:
        return 0.35
    gap = raw[first:last]
    if "\n\n" not in gap and last - first <= 500:
        return 0.9
    return 0.8 if last - first <= 500 else 0.6


def _found(page: Page) -> Iterator[tuple[str, Signal]]:
    for view in (page.words, *_leet(page), *_unspaced(page.words)):
        for word in page.said if view is page.words else spoken(view.text):
            for group in word.groups:
                if group not in SAID:
                    continue
                said = view.text[word.start : word.end]
                if said in ("pm", "mp", "pn") and _TIME.search(view.text[max(0, word.start - 2) : word.start]):
                    continue
                name, weight = SAID[group]
                yield name, Signal(*view.span(word.start, word.end), weight)
            if (
                (view is page.words or view.text[word.start : word.end] not in page.words.text)
                and not word.groups.isdisjoint(FORMATS)
                and view.text[word.start : word.end] not in _EVERYDAY
            ):
                yield "form-named", Signal(*view.span(word.start, word.end), FORM)
    said_there = page.words.text
    for trace in sentences(said_there):
        yield trace.rule, Signal(*page.words.span(trace.start, trace.end), trace.weight)
    text = page.folded.text
    for start, end in prices(text, said_there):
        yield "price", Signal(*page.folded.span(start, end), PRICE)
    for trace in (
        *files(text, said_there),
        *handles(text),
        *said_addresses(text, said_there),
        *own_pages(text, said_there),
    ):
        yield trace.rule, Signal(*page.folded.span(trace.start, trace.end), trace.weight)
    for trace in (*chats(page.raw), *withheld(page.raw), *addresses(page.raw, page.offer.targets, page.offer.host)):
        yield trace.rule, Signal(trace.start, trace.end, trace.weight)


_APART = re.compile("(?<= )(?:[\u4e00-\u9fff] ){3,}|(?<= )(?:[\u4e00-\u9fff] ){3,}$")


# An expression that begins with a sign is searched for fast.
_THREE_LETTERS = re.compile(" [a-z] [a-z] [a-z] ")
_THREE_APART = re.compile(" [\u4e00-\u9fff] [\u4e00-\u9fff] [\u4e00-\u9fff] ")


# "p d f", "e p u b": a word of listings with a blank behind every letter.
_LETTERS_APART = re.compile("(?<= )(?:[a-z] ){3,7}(?![^ ] )")
_LONGEST_POST = 2500


def _unspaced(view: View) -> Iterator[View]:
    """The words of a page where characters stand one by one, without the spaces between these."""
    runs: list[tuple[int, int]] = []
    if not view.text.isascii() and _THREE_APART.search(view.text):
        runs = [found.span() for found in _APART.finditer(view.text)]
    if len(view.text) <= _LONGEST_POST and _THREE_LETTERS.search(view.text):
        runs += [found.span() for found in _LETTERS_APART.finditer(view.text) if known(found[0].replace(" ", ""))]
        runs.sort()
    if not runs:
        return
    kept = np.ones(len(view.text), dtype=bool)
    for low, high in runs:
        kept[low + 1 : high - 1 : 2] = False
    text = "".join(char for char, keep in zip(view.text, kept.tolist(), strict=True) if keep)
    yield View(text, view.starts[kept], view.ends[kept])


def _leet(page: Page) -> Iterator[View]:
    """The page with the lexicon's words that digits disguise written plainly; nothing where there are none."""
    folded = page.folded
    text = folded.text
    changed = False

    def plainly(found: re.Match[str]) -> str:
        nonlocal changed
        if found[0].isalpha() or found[0].isdigit():
            return found[0]
        for table in (_PLAIN, _PLAIN_I):
            word = found[0].translate(table)
            if word != found[0] and sum(char.isalpha() for char in found[0]) >= 2 and known(word):
                changed = True
                return word
        return " " * len(found[0])

    pieces: list[str] = []
    done = 0
    for start, end in _written_with_digits(text):
        pieces += [text[done:start], LEET.sub(plainly, text[start:end])]
        done = end
    if changed:
        yield words(View("".join([*pieces, text[done:]]), folded.starts, folded.ends))


def _written_with_digits(text: str) -> list[tuple[int, int]]:
    """The words with letters and digits or signs in them; none when no letter follows one of these."""
    if text.isascii():
        places = [start for start, _ in numbers(text)]
        lasts = [end - 1 for _, end in numbers(text)]
        for sign in "@$":
            at = text.find(sign)
            while at >= 0:
                places.append(at)
                lasts.append(at)
                at = text.find(sign, at + 1)
        places.sort()
    elif not _DIGIT_IN_BYTES.search(text.encode("ascii", "ignore")):
        # What is left of a Chinese page in ASCII is little, and neighbours stay neighbours there.
        return []
    else:
        found = list(_DIGITS.finditer(text))
        places, lasts = [one.start() for one in found], [one.end() - 1 for one in found]
    if not any(_DIGIT_IN_WORD.match(text, last) for last in lasts):
        return []
    spans: list[tuple[int, int]] = []
    done = 0
    for place in places:
        if place < done:
            continue
        start = place
        while start > done and text[start - 1] in _LETTERS:
            start -= 1
        run = _RUN.match(text, start)
        done = run.end() if run else place + 1
        if run and not run[0].isdigit():
            spans.append(run.span())
    return spans
