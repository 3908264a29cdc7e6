"""What the title itself says: how it is written, and what stands right beside it."""

import re
from collections.abc import Iterator

from crawler.matching.evidence import Evidence, rule
from crawler.matching.lexicon import known, spoken
from crawler.matching.marks import longer_name
from crawler.matching.neighbours import Neighbour, is_edition, is_ware
from crawler.matching.numerals import chinese_spellings
from crawler.matching.people import is_track
from crawler.matching.places import Place
from crawler.matching.strength import letter_count, strength
from crawler.matching.surroundings import Surroundings
from crawler.matching.title_line import native
from crawler.matching.variants import (
    ALIAS,
    ARTICLE,
    BUNDLE,
    INITIALS,
    MIXED,
    NUMERAL,
    PARTS,
    PINYIN,
    SOUND,
    SUBTITLE,
    TITLE,
    TYPO,
)
from crawler.model import Work
from crawler.text import spelled

TITLE_WEIGHTS = {"long": 2.2, "short": 1.7, "single": 1.2, "common": 0.4}
DISGUISE_WEIGHTS = {
    "none": 0.0,
    "joined": -0.3,
    "spaced": 0.1,
    "symbols": 0.1,
    "leet": 0.0,
    "invisible": 0.3,
    "encoded": 0.1,
}
FORM_WEIGHTS = {
    ARTICLE: -0.2,
    NUMERAL: -0.1,
    PINYIN: -1.2,
    TYPO: -0.8,
    SUBTITLE: -0.2,
    SOUND: -0.6,
    PARTS: -0.2,
    MIXED: -0.6,
}
# "Title：the second part's own name 2025": in Chinese, before what listings go on with.
_PART = re.compile(
    r"^ ?: ?([\u4e00-\u9fff]{2,8})(?= ?(?:[(（\[【]?(?:19|20)\d\d|s\d|第[一二三四五六七八九十\d]|\d{3,4}[pi]|4k|全\d|hd|bd|tc|ts|抢先|国语|枪版|web))"
)
_PHRASE = 2
_TELLING_LETTERS = 7
_OF_FILMS = ("剧场版", "大电影")
_BESIDE = ("unknown", "title", "small", "talk")
# "Title Producer Edition", "Title All Plugins Bundle".
_EDITION = re.compile(r"(?:\w+ ){1,2}(?:edition|bundle|suite)\b")
_VERSION = re.compile(r"v?\d{1,4}[a-z]\d{1,3}|v?\d{1,4}(?:[a-z]\d?)?|r\d+|build")
_OF_WORK = frozenset((f"title-{TITLE}", f"title-{ALIAS}", f"title-{BUNDLE}", f"title-{SUBTITLE}"))
"""Rules that name the work by its own title, whichever of its names stands there."""


def title_rules(place: Place, near: Surroundings, work: Work, name_written: str) -> Iterator[Evidence]:
    """The title match itself, first of all reasons; `name_written` is the title or other name that is spelled there."""
    kind = strength(place.spelling)
    facts = {"title": work.title, "matched": near.page.raw[place.start : place.end], "disguise": place.disguise}
    weight = TITLE_WEIGHTS[kind] + FORM_WEIGHTS.get(place.form, 0.0) + DISGUISE_WEIGHTS.get(place.disguise, 0.0)
    if place.form == PARTS and kind == "common":
        # A word that is taken apart is no longer used as a word.
        weight = TITLE_WEIGHTS["short"] + FORM_WEIGHTS[PARTS]
    name = {"none": f"title-{place.form}"}.get(place.disguise, f"title-{place.disguise}")
    if place.form in (PINYIN, TYPO):
        name = "title-misspelt" if place.disguise == "misspelt" else f"title-{place.form}"
        weight = {"long": 2.2, "short": 1.7}.get(kind, 1.7) + FORM_WEIGHTS[place.form]
    if place.form == INITIALS:
        name = f"title-{place.form}"
        weight = 1.3 if letter_count(place.spelling) >= 5 else 0.8 if letter_count(place.spelling) == 4 else 0.3
    if place.disguise == "leet" and letter_count(place.spelling) >= _TELLING_LETTERS:
        # So long a word has its digits for nothing but a filter.
        weight += 0.5
    named = {} if name in _OF_WORK else {"title": name_written}
    yield rule(name, weight, (place.start, place.end), **{**facts, **named})
    group = near.line.group
    if group and group[0] <= place.start and place.end <= group[1]:
        yield rule("release-group", -7.0, (place.start, place.end), **facts)
    if kind in ("single", "common") and near.own_style == "lower" and not near.quoted and known(place.spelling):
        yield rule("word-of-offers", -3.5, (place.start, place.end), **facts)
    if near.quoted:
        yield rule("title-in-brackets", 0.6, (place.start, place.end), **facts)


def number_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """A number or a further word makes it another instalment or another, longer title."""
    after, before = near.after, near.before
    text = near.page.raw[near.place.end : near.place.end + 12]
    facts = {"title": work.title, "next": after.text, "text": text}
    after = Neighbour("break", after.text) if after.kind == "number" and _is_next_item(near, after.text) else after
    span = (near.place.start, near.place.end)
    agrees = any(year.value == work.year and year.beside for year in near.years)
    if near.episodes and work.kind in ("series", None):
        yield rule("season-or-episode", 0.7, near.episodes[0], mark=near.page.raw[slice(*near.episodes[0])])
    if after.kind == "number" and work.kind not in ("series", "book", "audiobook", "music", "software"):
        yield rule("other-instalment", -2.0 if agrees else -5.0, span, **facts)
    elif after.kind == "number" and work.kind == "book" and _CHAPTER.match(after.text):
        yield rule("season-or-episode", 0.4, span, mark=text.strip())
    elif after.kind == "number":
        # A number after a program's name is its version; after a series or a book it is a season, a volume or
        # another work, which people should tell apart.
        yield rule("numbered", -0.8 if agrees or work.kind in ("software", "music") else -4.6, span, **facts)
    elif (
        after.kind == "instalment"
        and not agrees
        and not (work.kind == "film" and after.text in _OF_FILMS)
        and near.view.text[near.last :].lstrip(' 》」』”"')[:1] not in ("+", "&")
    ):
        yield rule("other-instalment", -4.0, span, **facts)
    longer = "" if near.quoted else longer_name(near)
    longer = "" if longer and _own_names_only(longer, work) else longer
    if longer:
        yield rule("longer-in-marks", -5.0, span, title=work.title, name=longer)
        return
    part = _PART.match(near.view.text[near.last : near.last + 24]) if work.kind in ("film", "series") else None
    if part and not agrees and all(word.end - word.start < _PHRASE for word in spoken(part[1])):
        yield rule("longer-title", -3.2, span, **{**facts, "next": part[1]})
        return
    weak = strength(near.place.spelling) in ("single", "common")
    quoted = near.quoted
    if after.kind in _BESIDE and not quoted and not _told_apart(near, work):
        weight = (
            0.0 if after.glued and work.kind == "audiobook" and is_track(near) else _neighbour_weight(after, weak, near)
        )
        if (
            work.kind in ("book", "audiobook")
            and _SUBTITLED.match(near.view.text, near.last)
            and _maker_named(near, work)
        ):
            # A book's subtitle stands behind a colon; its author says that it is the same book.
            weight *= 0.1
        if agrees and not (weak and after.kind == "title"):
            weight *= 0.3
        elif weight and _goes_on_to_year(near):
            weight = min(weight, _WHOLE_NAME)
        if weight:
            yield rule("longer-title", weight, span, **facts)
    if before.kind in _BESIDE and not quoted and not _counts_all(near):
        weight = _neighbour_weight(before, weak, near) * (1.0 if weak and before.kind == "title" else 0.75)
        if agrees and not (weak and before.kind == "title"):
            weight *= 0.5
        if weight:
            yield rule("longer-title-before", weight, span, title=work.title, previous=before.text)


def _own_names_only(name: str, work: Work) -> bool:
    """What stands in marks is made of several names of the work and the number of its part: ``《Series 2：Title》``."""
    rest = spelled(name).replace(" ", "")
    named = 0
    names = [spelled(own) for own in (work.title, *work.aliases)]
    written = {one.replace(" ", "") for name in names for one in (name, *chinese_spellings(name))}
    for one in sorted(written, key=len, reverse=True):
        named += one in rest
        rest = rest.replace(one, "")
    return named > 1 and not rest


def _counts_all(near: Surroundings) -> bool:
    """A word for all of them stands before the title, and what there are several of behind it: “every Title episode”."""
    return bool(_ALL_OF.search(near.view.text[: near.first]) and _COUNTED.match(near.view.text, near.last))


_ALL_OF = re.compile(r"(?<![\w'’])(?:every|all|each|any|whole|entire|both)(?: (?:single|of the|the|\d{1,3}))? $")
_COUNTED = re.compile(
    r"(?: (?:ep|eps|epi|episodes?|seasons?|series|films?|movies?|books?|novels?|vols?|volumes?|parts?|albums?|games?|chapters?|issues?|instal?ments?)\b| \(?s\d{1,2}\b)"
)
_SUBTITLED = re.compile(r" ?[:–—-] ")
# A chapter of a book that comes in chapters; the second or third part of a film is called one too.
_CHAPTER = re.compile(r"chapters? \d")
_WHOLE_NAME = -6.0
_TO_YEAR = re.compile(r"(?:[ ._]{1,2}[a-z0-9'’]+){1,6}[ ._]{1,2}[(\[]?(?:(?:19|20)\d\d|s\d\d)(?![\da-z]{3})")


def _goes_on_to_year(near: Surroundings) -> bool:
    """In the name of a release words lead from the title to its year or season, which are then of the whole name."""
    if near.release != 2 or near.after.kind not in ("title", "unknown"):
        return False
    found = _TO_YEAR.match(near.view.text, near.last)
    if found and near.own_style != "lower" and near.view.text[near.last : near.last + 1] == " ":
        # With blanks between them capitals may be those of a kind of show or of a place.
        return False
    return found is not None and not any(near.last <= start < near.last + len(found[0]) for start in _creators(near))


def _creators(near: Surroundings) -> list[int]:
    """Where makers are named behind the title, as places of the line's view."""
    return [near.view.at(int(near.words.starts[start])) for name, start, _ in near.creators if name]


_ITEM_BEFORE = re.compile(r"(?:^|[\s,;:，；：、(（])(\d{1,3}) ?[.、)）:：] ?[《「『“\"]?$")
_ITEM_BEHIND = re.compile(r"[》」』”\"]?[\s,;，；、]+(\d{1,3}) ?[.、)）:：](?!\d)")


def _is_next_item(near: Surroundings, number: str) -> bool:
    """The number behind the title is that of the next item of a numbered list, which the title stands in."""
    before = _ITEM_BEFORE.search(near.view.text[: near.first])
    behind = _ITEM_BEHIND.match(near.view.text, near.last)
    return bool(before and behind and behind[1] == number and int(behind[1]) == int(before[1]) + 1)


def _maker_named(near: Surroundings, work: Work) -> bool:
    return any(near.page.find_name(name) is not None for name in work.creators)


def _told_apart(near: Surroundings, work: Work) -> bool:
    """Whether the word behind the title is its own, said again in a list, or what an edition of a program or a game is called."""
    text, first, last = near.words.text, *near.own
    own = text[first:last]
    rest = text[last:].lstrip()
    if rest.startswith(f"{own} ") and near.page.raw[near.place.end :].lstrip()[:1] in ("+", "&", ",", "/"):
        return True
    token = near.after.text
    if work.kind == "game" and _EDITION.match(rest):
        return True
    return work.kind == "software" and (
        is_edition(token) or _VERSION.fullmatch(token) is not None or _EDITION.match(rest) is not None
    )


_ACRONYM, _SHOUTED = 4, 0.6


def _shouted(near: Surroundings) -> bool:
    """Most of the line is in capitals, so that those of one word say nothing."""
    letters = [char for char in near.line.raw if char.isalpha()]
    return sum(map(str.isupper, letters)) > _SHOUTED * len(letters)


def _neighbour_weight(beside: Neighbour, weak: bool, near: Surroundings) -> float:
    """How much a neighbour speaks for a longer title: little when it is talk, most when it is written like a title."""
    if beside.kind == "talk":
        # The first word of a sentence has its capital from its place, and a plain word behind it goes on.
        begins = beside is near.after and near.before.kind == "edge" and near.own_style == "title"
        if near.own_style == "upper" and letter_count(near.place.spelling) >= _ACRONYM and not _shouted(near):
            return 0.0
        word = begins and " " not in near.place.spelling and not is_ware(beside.text)
        return (-2.4 if word and not any(year.beside for year in near.years) else -1.2) if weak else 0.0
    if beside.kind == "small":
        # A capital after a small word in lower case begins a name.
        named = near.own_style == "upper" or (near.own_style == "title" and not near.careless)
        return (-1.0 if named and " " not in near.place.spelling else -2.2) if weak else -0.5
    if native(near.words.text[near.own[0]]):
        return -4.5 if weak or len(near.place.spelling) <= 3 else -3.2
    if beside.kind == "title":
        # The name of a file or a release is exact.
        return -4.5 if weak or (near.release == 2 and not beside.glued) else -3.2
    if (
        near.own_style == "lower"
        and near.careless
        and not weak
        and " " in near.page.raw[near.place.start : near.place.end]
    ):
        # Nobody's capitals tell a longer title from a sentence here.
        return -1.6
    if beside.glued:
        return -2.4
    return -4.5 if weak else -3.2
