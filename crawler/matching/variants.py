"""Every way in which a work's titles are looked for."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from crawler.matching import numerals
from crawler.matching.lexicon import known
from crawler.matching.localised import in_cinemas, localised
from crawler.matching.pinyin import readings
from crawler.matching.short_names import eponym, programs
from crawler.model import Work
from crawler.text import IDEOGRAPH, classes_of, fold, skeleton, spelled

TITLE, ALIAS, ARTICLE, JOINER, NUMERAL, PINYIN, INITIALS, TYPO, SOUND, PARTS, MIXED, SUBTITLE, BUNDLE = (
    "title",
    "alias",
    "article",
    "joiner",
    "numeral",
    "pinyin",
    "initials",
    "typo",
    "sound",
    "parts",
    "mixed",
    "subtitle",
    "bundle",
)
FORMS = (TITLE, ALIAS, ARTICLE, JOINER, NUMERAL, PINYIN, INITIALS, TYPO, SOUND, PARTS, MIXED, SUBTITLE, BUNDLE)

NEVER_MISSPELT = (PINYIN, INITIALS, BUNDLE, SUBTITLE)
"""Forms that are not looked for with a slip."""

_ARTICLES = {
    "the",
    "a",
    "an",
    "le",
    "la",
    "les",
    "l",
    "un",
    "une",
    "der",
    "die",
    "das",
    "el",
    "los",
    "las",
    "il",
    "lo",
    "o",
    "os",
}
_SUBTITLED = re.compile(r":\s+|\s+[-–—]\s+|(?<=\w{5})\.\s+(?=[^\W\d_a-z])")
# "Title; or, The Other Title", "Title or: How it Came to Be": everybody writes the first alone.
_OTHERWISE = re.compile(r"(?i)\s*[,;:]\s*or\b[,:;]?\s+(?=\S+\s+\S)|\s+or[,:;]\s+")
_SHORTER = {
    "introduction": "intro", "volume": "vol", "doctor": "dr", "saint": "st", "mister": "mr", "versus": "vs",
    "mount": "mt", "professor": "prof", "fundamentals": "fund", "vs": "versus", "dr": "doctor", "st": "saint",
    "mr": "mister", "intro": "introduction", "vol": "volume", "video": "vid", "professional": "pro",
}  # fmt: skip
_WRITTEN_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
_BRITISH = {
    "harbour": "harbor", "colour": "color", "honour": "honor", "neighbour": "neighbor", "favour": "favor", "armour": "armor",
    "labour": "labor", "flavour": "flavor", "rumour": "rumor", "saviour": "savior", "behaviour": "behavior",
    "theatre": "theater", "centre": "center", "sceptre": "scepter", "spectre": "specter", "grey": "gray", "jewellery": "jewelry",
    "defence": "defense", "traveller": "traveler", "catalogue": "catalog", "programme": "program",
}  # fmt: skip
_AMERICAN = {another: stem for stem, another in _BRITISH.items()}
_BUNDLES = {"trilogy": 3, "quadrilogy": 4}
_MOST_SPELLINGS = 6
_MOST_PARTS = 9
_FEW = 2
_SHORTEST_STEM = 5
_LONG_SUBTITLE = 14
_JOINERS = {"and", "und", "et", "y", "e"}
_BRACKETED = re.compile(r"\s*[(\[（【][^)\]）】]*[)\]）】]\s*$")

_COLON = re.compile("[：:]")
_NUMBERED_PART = re.compile(r"第[一二三四五六七八九十\d]+[部季卷册章]$|(?<=[\u4e00-\u9fff])\d$")
_SHORTEST_HEAD = 4
_SHORTEST_NAME = 3
_VOLUME = re.compile(r"(.{4,}) (?:vol|volume|book|tome|v) 0?(\d)")
_COUNT = re.compile(r"[1-9]\d{2,3}[题題讲講篇句词詞课課天]$")
_TELLING = re.compile(r"^[\s·:：]?(?:播讲|演播|朗读|[讲講说說唱读讀播评評])?(?=[《\u4e00-\u9fff]{3})")
_READ_ALOUD = re.compile(
    r"[\s·:：（(\[【]*(?:有声(?:书|小说|版|剧)?|有聲(?:書|小說|版|劇)?|广播剧|廣播劇|(?:多人)?有声剧|评书|評書|听书版?)[)）\]】]?$"
)


class Variant(NamedTuple):
    """One spelling of a title: folded words with one space between them."""

    words: str
    form: str
    """One of FORMS."""
    name: str
    """The title or alias that it spells."""


def ideographs(text: str) -> int:
    """How many characters of a folded text are words by themselves."""
    return classes_of(text).count(IDEOGRAPH)


def _latin(name: str, base: str) -> Iterator[tuple[str, str]]:
    """The spellings of a Latin title; ways to write it differently come together (``& ... 3`` for ``and ... III``)."""
    folded = fold(name).text
    written = {base: ""}
    if "'" in folded:
        written.setdefault(spelled(folded.replace("'", "")), ALIAS)
    if "&" in folded or "+" in folded:
        written.setdefault(spelled(re.sub(r"\s*[&+]\s*", " and ", folded)), JOINER)
    for change, form in (
        (_unjoined, JOINER),
        (_clipped, JOINER),
        (_shortened, ALIAS),
        (_respelled, ALIAS),
        (_without_article, ARTICLE),
        (_renumbered, NUMERAL),
    ):
        for text in list(written)[:_MOST_SPELLINGS]:
            for other in change(text.split(" ")):
                written.setdefault(" ".join(other), form)
    for text, form in written.items():
        if form:
            yield text, form
    if any(letter in name.lower() for letter in _WRITTEN_OUT):
        yield spelled("".join(_WRITTEN_OUT.get(letter, letter) for letter in name.lower())), ALIAS
    bare = re.sub(r"[^\x00-\x7f]", "", name)
    if bare != name and len(bare) >= 8 and bare.replace(" ", "").isascii():
        # Some uploaders' scripts drop every letter that is not ASCII.
        yield spelled(bare), ALIAS
    for stem, number in _numbered(list(written)[:_MOST_SPELLINGS]):
        for bundle in ("trilogy", "saga", "collection", "complete collection", "quadrilogy", "series", "box set"):
            if number <= _BUNDLES.get(bundle, number):
                yield f"{stem} {bundle}", BUNDLE
        yield f"{stem} {' '.join(map(str, range(1, number + 1)))}", BUNDLE
        yield f"{stem} 1 {number}", BUNDLE
    for text in _volumes(base):
        yield text, BUNDLE


def _volumes(base: str) -> Iterator[str]:
    """How all volumes of a series up to one, or from the first on, are named: ``vols 1 4``, ``volumes 1 to 6``."""
    found = _VOLUME.fullmatch(base)
    if found is None:
        return
    stem, number = found[1], int(found[2])
    for several in ("vol", "vols", "volume", "volumes", "book", "books", "tome", "tomes", "v", "issues"):
        if number == 1:
            # What follows is the last volume, or one of those behind it.
            yield from (f"{stem} {several} {first}" for first in ("1", "01"))
            continue
        for last in range(number, _MOST_PARTS + 1):
            yield from (f"{stem} {several} 1{between}{last}" for between in (" ", " to ", " through "))
    yield from (f"{stem} 1 {last}" for last in range(max(2, number), _MOST_PARTS + 3))
    if number == 1:
        yield from (f"{stem} v1", f"{stem} v01", f"{stem} t01", f"{stem} all volumes", f"{stem} complete")


def _unjoined(tokens: list[str]) -> Iterator[list[str]]:
    if any(token in _JOINERS for token in tokens[1:-1]) and "and" in tokens:
        yield [token for token in tokens if token != "and"]


def _clipped(tokens: list[str]) -> Iterator[list[str]]:
    """``rock n roll``, as it is said."""
    if "and" in tokens[1:-1]:
        yield ["n" if token == "and" and place else token for place, token in enumerate(tokens)]


def _shortened(tokens: list[str]) -> Iterator[list[str]]:
    if any(token in _SHORTER for token in tokens) and len(tokens) > 1:
        yield [_SHORTER.get(token, token) for token in tokens]


def _without_article(tokens: list[str]) -> Iterator[list[str]]:
    if tokens[0] in _ARTICLES and len(tokens) > 1 and len("".join(tokens[1:])) > 2:
        yield tokens[1:]
        yield [*tokens[1:], tokens[0]]
    left = [tokens[0], *(token for token in tokens[1:-1] if token != "the"), tokens[-1]]
    left = left[1:] if left[0] == "the" else left
    if "the" in tokens[1:-1] and len(left) >= 3 and len("".join(left)) >= _LONG_SUBTITLE:
        yield left


def _respelled(tokens: list[str]) -> Iterator[list[str]]:
    """British for American spelling and the other way round."""
    for pairs in (_BRITISH, _AMERICAN):
        other = [_respell(token, pairs) for token in tokens]
        if other != tokens:
            yield other


def _respell(token: str, pairs: dict[str, str]) -> str:
    for stem, another in pairs.items():
        if token.startswith(stem):
            return another + token[len(stem) :]
    return token


def _renumbered(tokens: list[str]) -> Iterator[list[str]]:
    yield from numerals.spellings(tokens)
    yield from numerals.counted(tokens)


def _numbered(spellings: list[str]) -> Iterator[tuple[str, int]]:
    """The stem and the number of spellings that end with a number above one."""
    for text in spellings:
        stem, _, last = text.rpartition(" ")
        stem = " ".join(stem.split(" ")[:-1]) if stem.split(" ")[-1] in numerals.PARTS else stem
        number = int(last) if last.isascii() and last.isdigit() and len(last) == 1 else numerals.ROMAN.get(last)
        if number and 1 < number < _MOST_PARTS and len(stem) >= _SHORTEST_STEM and number != numerals.ROMAN.get("x"):
            yield stem, number


def _divided(name: str) -> Iterator[tuple[str, str]]:
    """The title before a colon or a dash, and the one behind it; what is behind may only tell of the edition."""
    first = _OTHERWISE.split(name, maxsplit=1)
    if len(first) == 2 and len(spelled(first[0])) >= _SHORTEST_STEM and not ideographs(spelled(first[0])):
        plain = spelled(first[0]).split(" ")
        for tokens in (plain, *_shortened(plain)):
            yield " ".join(tokens), ALIAS
    parts = _SUBTITLED.split(name, maxsplit=1)
    if len(parts) != 2:
        return
    head, tail = spelled(parts[0]), spelled(parts[1])
    if not head or not tail or ideographs(head + tail):
        return
    if all(known(token) or token.isdigit() for token in tail.split(" ")):
        yield head, ALIAS
        return
    if len(head.replace(" ", "")) >= _SHORTEST_STEM:
        yield head, SUBTITLE
    if tail.count(" ") >= 2 and len(tail) >= _LONG_SUBTITLE:
        yield tail, SUBTITLE
        last = head.rpartition(" ")[2]
        if " " in head and len(last) >= _SHORTEST_STEM and not known(last):
            # "The Saga of Merrow: Song of the Deep" is "Merrow Song of the Deep" to those who play it.
            yield f"{last} {tail}", ALIAS


def _episode_of(base: str) -> Iterator[tuple[str, str]]:
    """What follows a hero's two names and "and the": the title of one of many books about them."""
    head, found, tail = base.partition(" and the ")
    if (
        found
        and head.count(" ") == 1
        and " " in tail
        and len(tail) >= _LONG_SUBTITLE - 2
        and head.split(" ")[0] not in _ARTICLES
    ):
        yield tail, SUBTITLE


def _chinese(base: str) -> Iterator[tuple[str, str]]:
    for other in (*numerals.chinese_spellings(base), *numerals.chinese_ordinals(base)):
        yield other, NUMERAL
    if "着" in base:
        yield base.replace("着", "著"), JOINER
    for one, other in (("篇", "编"), ("编", "篇")):
        if base.endswith(one) and len(base) > _FEW:
            yield base[:-1] + other, JOINER
    for stem, number in numerals.chinese_numbered(base):
        for text in numerals.chinese_runs(stem, number):
            yield text, BUNDLE
    figures = numerals.in_figures(base)
    if figures:
        yield figures, NUMERAL
    if "の" in base:
        yield base.replace("の", "的"), JOINER
    for one, other in (("与", "和"), ("和", "与")):
        if one in base[1:-1]:
            yield base[0] + base[1:-1].replace(one, other) + base[-1], JOINER
            yield base[0] + base[1:-1].replace(one, " ") + base[-1], JOINER
    for syllables in readings(base):
        letters = [syllable for syllable in syllables if syllable.isalpha()]
        if len(letters) >= 3 and len("".join(letters)) >= 7:
            yield " ".join(syllables), PINYIN
        initials = "".join(syllable[0] for syllable in syllables)
        if len(letters) >= 3 and not known(initials):
            yield initials, INITIALS
            if len(initials) < 7:
                yield " ".join(initials), INITIALS


def _borne_by_makers(work: Work) -> bool:
    return work.kind in ("book", "audiobook") and bool(work.creators)


def rest_of(name: str, maker: str) -> str:
    """What stands in a title behind the name of who tells or sings it, spelled."""
    return spelled(_TELLING.sub("", name[len(maker) :], count=1))


def _short(name: str, work: Work) -> Iterator[tuple[str, str]]:
    """What everybody writes for a long Chinese name: up to the number of the part, its maker and its number, a reading's book."""
    if not ideographs(fold(name).text):
        return
    head = _COLON.split(name)[0]
    if head != name and _NUMBERED_PART.search(head) and ideographs(fold(head).text) >= _SHORTEST_HEAD:
        yield spelled(head), ALIAS
    elif head != name and ideographs(fold(head).text) >= _SHORTEST_NAME - _borne_by_makers(work):
        yield spelled(head), SUBTITLE
    for maker in work.creators:
        rest = name[len(maker) :] if name.startswith(maker) else ""
        count = _COUNT.search(rest)
        if count and count.start() > 1:
            yield spelled(maker + count[0]), ALIAS
    for maker in work.creators:
        rest = rest_of(name, maker) if work.kind in ("audiobook", "music", "series") else ""
        if ideographs(rest) >= _SHORTEST_NAME and name.startswith(maker):
            yield rest, SUBTITLE
    if work.kind == "audiobook":
        book = _READ_ALOUD.sub("", name)
        if book != name and ideographs(fold(book).text) >= _FEW:
            yield spelled(book), SUBTITLE


def variants(work: Work) -> list[Variant]:
    """Every spelling under which a work is looked for, the plainest first, each once."""
    found: dict[str, Variant] = {}

    def add(text: str, form: str, name: str) -> None:
        if text and text not in found:
            found[text] = Variant(text, form, name)

    names = [(work.title, TITLE), *((alias, ALIAS) for alias in work.aliases)]
    for name, form in names:
        add(spelled(name), form, name)
    for name, _ in names:
        base = spelled(name)
        if not base:
            continue
        shorter = _BRACKETED.sub("", name)
        if shorter != name:
            add(spelled(shorter), ALIAS, name)
        for text in (*localised(name), *(in_cinemas(base) if work.kind in ("film", None) else ())):
            add(text, ALIAS, name)
        for text, form in _short(name, work):
            add(text, form, name)
        if work.kind == "software":
            for text, sure in programs(base, work.creators):
                add(text, ALIAS if sure else SUBTITLE, name)
        if work.kind == "book":
            add(eponym(name), SUBTITLE, name)
        tail = spelled(_COLON.split(name)[-1]) if _COLON.search(name) else ""
        if ideographs(tail) >= 3:
            add(tail, SUBTITLE, name)
        for text, form in _chinese(base) if ideographs(base) else _latin(name, base):
            add(text, form, name)
        for text, form in (*_divided(name), *(() if ideographs(base) else _episode_of(base))):
            add(text, form, name)
        for other, _ in names:
            # "Ondine Marlow" of "The Strange Voyage of Ondine Marlow", which is also "Ondine".
            before, found_there, behind = f" {base} ".partition(f" {spelled(other)} ")
            if found_there and before.count(" ") >= _FEW and behind.strip() and not ideographs(base):
                add(f"{spelled(other)} {behind.strip()}", ALIAS, name)
    return list(found.values())


def squeezed(text: str) -> str:
    """The skeleton of a spelling, as it stands in a squeezed view."""
    return skeleton(text.replace(" ", ""))
