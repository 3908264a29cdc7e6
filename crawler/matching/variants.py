"""Every way in which a work's titles are looked for."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from crawler.matching import numerals
from crawler.matching.lexicon import known
from crawler.matching.pinyin import readings
from crawler.model import Work
from crawler.text import IDEOGRAPH, classes_of, fold, skeleton, spelled

TITLE, ALIAS, ARTICLE, JOINER, NUMERAL, PINYIN, INITIALS, TYPO, SOUND, PARTS, MIXED, SUBTITLE = (
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
)
FORMS = (TITLE, ALIAS, ARTICLE, JOINER, NUMERAL, PINYIN, INITIALS, TYPO, SOUND, PARTS, MIXED, SUBTITLE)

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
_JOINERS = {"and", "und", "et", "y", "e"}
_BRACKETED = re.compile(r"\s*[(\[（【][^)\]）】]*[)\]）】]\s*$")

_COLON = re.compile("[：:]")


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
    tokens = base.split(" ")
    folded = fold(name).text if not name.isascii() else name.lower()
    if "'" in folded:
        yield spelled(folded.replace("'", "")), ALIAS
    if "&" in folded or "+" in folded:
        joined = re.sub(r"\s*[&+]\s*", " and ", folded)
        yield spelled(joined), JOINER
        tokens_joined = spelled(joined).split(" ")
        if tokens_joined[0] in _ARTICLES and len(tokens_joined) > 2:
            yield " ".join(tokens_joined[1:]), ARTICLE
    if any(token in _JOINERS for token in tokens[1:-1]) and "and" in tokens:
        yield " ".join(token for token in tokens if token != "and"), JOINER
    if tokens[0] in _ARTICLES and len(tokens) > 1 and len("".join(tokens[1:])) > 2:
        yield " ".join(tokens[1:]), ARTICLE
        yield " ".join([*tokens[1:], tokens[0]]), ARTICLE
    for other in numerals.spellings(tokens):
        yield " ".join(other), NUMERAL
    bare = re.sub(r"[^\x00-\x7f]", "", name)
    if bare != name and len(bare) >= 8 and bare.replace(" ", "").isascii():
        # Some uploaders' scripts drop every letter that is not ASCII.
        yield spelled(bare), ALIAS


def _chinese(base: str) -> Iterator[tuple[str, str]]:
    for other in numerals.chinese_spellings(base):
        yield other, NUMERAL
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
        tail = spelled(_COLON.split(name)[-1]) if _COLON.search(name) else ""
        if ideographs(tail) >= 3:
            add(tail, SUBTITLE, name)
        for text, form in _chinese(base) if ideographs(base) else _latin(name, base):
            add(text, form, name)
    return list(found.values())


def squeezed(text: str) -> str:
    """The skeleton of a spelling, as it stands in a squeezed view."""
    return skeleton(text.replace(" ", ""))
