"""What the title itself says: how it is written, what stands right beside it, and what a weak title lacks."""

import re
from collections.abc import Iterator

from crawler.matching.evidence import Evidence, rule
from crawler.matching.hearing import ON_PURPOSE
from crawler.matching.lexicon import known, spoken
from crawler.matching.marks import longer_name
from crawler.matching.neighbours import Neighbour, is_edition, is_ware
from crawler.matching.places import Place
from crawler.matching.strength import strength
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

_OFFERED = frozenset(
    ("target", "player", "words-of-offer", "invitation", "words-of-sale", "act-of-sharing", "unlocked", "own-copy", "carrier", "storage", "channel", "release-name", "address", "file-named")
)  # fmt: skip
# "Title：the second part's own name 2025": in Chinese, before what listings go on with.
_PART = re.compile(
    r"^ ?: ?([\u4e00-\u9fff]{2,8})(?= ?(?:[(（\[【]?(?:19|20)\d\d|s\d|第[一二三四五六七八九十\d]|\d{3,4}[pi]|4k|全\d|hd|bd|tc|ts|抢先|国语|枪版|web))"
)
_PHRASE = 2
_OF_FILMS = ("剧场版", "大电影")
_SECOND_PART = re.compile(r"[:：]|\s[-–—]\s|\sand the\s", re.IGNORECASE)
_TELLING_WORD = 5
_SHORTEST_ACRONYM = 4
_BESIDE = ("unknown", "title", "small", "talk")
_STRONG_OFFER = 2.0
# Names side by side, as a list of works has them.
_NAMES_AFTER = re.compile(r" ?[,/+|;] ?[A-Z][\w'’]+(?: [\w'’]+){0,3} ?[,/+|;] ?(?:and )?[A-Z]")
_NAMES_BEFORE = re.compile(
    r"[A-Z][\w'’]+(?: [\w'’]+){0,3} ?[,/+|;] ?[A-Z][\w'’]+(?: [\w'’]+){0,3} ?[,/+|;] ?(?:and )?$"
)
_AS_A_WORD = -2.6
# "On the shelf", "under the bridge": where something is.
_PREPOSITIONS = frozenset(
    (
        "on",
        "in",
        "under",
        "into",
        "onto",
        "at",
        "off",
        "from",
        "behind",
        "inside",
        "near",
        "by",
        "through",
        "to",
        "over",
        "across",
        "of",
    )
)
_WITH_ARTICLE = ("the ", "a ", "an ")
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
    name = {"none": f"title-{place.form}"}.get(place.disguise, f"title-{place.disguise}")
    if place.form in (PINYIN, TYPO):
        name = "title-misspelt" if place.disguise == "misspelt" else f"title-{place.form}"
        weight = {"long": 2.2, "short": 1.7}.get(kind, 1.7) + FORM_WEIGHTS[place.form]
    if place.form == INITIALS:
        name = f"title-{place.form}"
        weight = 1.3 if _letters(place.spelling) >= 5 else 0.8 if _letters(place.spelling) == 4 else 0.3
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
    span = (near.place.start, near.place.end)
    agrees = any(year.value == work.year and year.beside for year in near.years)
    if near.episodes and work.kind in ("series", None):
        yield rule("season-or-episode", 0.7, near.episodes[0], mark=near.page.raw[slice(*near.episodes[0])])
    if after.kind == "number" and work.kind not in ("series", "book", "audiobook", "music", "software"):
        yield rule("other-instalment", -2.0 if agrees else -5.0, span, **facts)
    elif after.kind == "number":
        # A number after a program's name is its version; after a series or a book it is a season, a volume or
        # another work, which people should tell apart.
        yield rule("numbered", -0.8 if agrees or work.kind in ("software", "music") else -4.6, span, **facts)
    elif after.kind == "instalment" and not agrees and not (work.kind == "film" and after.text in _OF_FILMS):
        yield rule("other-instalment", -4.0, span, **facts)
    longer = "" if near.quoted else longer_name(near)
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
        weight = _neighbour_weight(after, weak, near)
        if (
            work.kind in ("book", "audiobook")
            and _SUBTITLED.match(near.view.text, near.last)
            and _maker_named(near, work)
        ):
            # A book's subtitle stands behind a colon; its author says that it is the same book.
            weight *= 0.1
        if agrees and not (weak and after.kind == "title"):
            weight *= 0.3
        if weight:
            yield rule("longer-title", weight, span, **facts)
    if before.kind in _BESIDE and not quoted:
        weight = _neighbour_weight(before, weak, near) * (1.0 if weak and before.kind == "title" else 0.75)
        if agrees and not (weak and before.kind == "title"):
            weight *= 0.5
        if weight:
            yield rule("longer-title-before", weight, span, title=work.title, previous=before.text)


_SUBTITLED = re.compile(r" ?[:–—-] ")


def _maker_named(near: Surroundings, work: Work) -> bool:
    return any(near.page.find_name(name) is not None for name in work.creators)


def _told_apart(near: Surroundings, work: Work) -> bool:
    """Whether the word behind the title is its own, said again in a list, or what an edition of a program is called."""
    text, first, last = near.words.text, *near.own
    own = text[first:last]
    rest = text[last:].lstrip()
    if rest.startswith(f"{own} ") and near.page.raw[near.place.end :].lstrip()[:1] in ("+", "&", ",", "/"):
        return True
    token = near.after.text
    return work.kind == "software" and (
        is_edition(token) or _VERSION.fullmatch(token) is not None or _EDITION.match(rest) is not None
    )


def _neighbour_weight(beside: Neighbour, weak: bool, near: Surroundings) -> float:
    """How much a neighbour speaks for a longer title: little when it is talk, most when it is written like a title."""
    if beside.kind == "talk":
        # The first word of a sentence has its capital from its place, and a plain word behind it goes on.
        begins = beside is near.after and near.before.kind == "edge" and near.own_style == "title"
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


def corroboration_rules(near: Surroundings, work: Work, found: list[Evidence]) -> Iterator[Evidence]:
    """A short or common title, pinyin, initials and slips need something that no coincidence brings."""
    named = {evidence.rule for evidence in found}
    sure = bool(named & {"year-agrees", "creator-named", "identifier-named", "identifier-linked"})
    span = (near.place.start, near.place.end)
    kind = strength(near.place.spelling)
    place = near.place
    facts = {"title": work.title, "matched": near.page.raw[place.start : place.end]}
    if place.form == INITIALS:
        offered = "target" in named and named & {"words-of-offer", "invitation"}
        if not sure and not (_letters(place.spelling) >= 5 and offered):
            yield rule("initials-alone", -4.0, span, **facts)
        return
    if place.form == PINYIN:
        if not sure and not named & {"target", "release-name"}:
            yield rule("pinyin-alone", -2.0, span, **facts)
        return
    if place.form == SUBTITLE:
        dated = "year-agrees" in named or (work.kind in ("book", "audiobook") and "creator-named" in named)
        read = work.kind == "audiobook" and "kind-agrees" in named
        if not read and not _head_named(near, work) and not (dated and "kind-agrees" in named):
            yield rule("subtitle-alone", -4.5, span, **facts)
        return
    if place.form == TYPO:
        careful = (place.disguise == "wrong" and len(place.spelling) < 18) or (
            place.disguise == "misspelt" and len(place.spelling) < 10
        )
        plural = place.disguise in ("extra", "missing") and _at_word_end(
            near.page.raw[place.start : place.end], place.spelling
        )
        both = {"year-agrees", "creator-named"} <= named
        if not sure or ((careful or plural) and not both):
            yield rule("slip-alone", -5.0, span, **facts)
        return
    if place.form in (SOUND, PARTS, MIXED):
        if not _borne_out(place, near, named, sure):
            yield rule("sound-alone", -7.0, span, **facts)
        return
    # A publisher is no proof of a title that is spelled otherwise; that this word is a title it bears out.
    sure = sure or "publisher-named" in named
    if kind == "common" and not sure and work.kind == "series" and near.episodes and {"kind-agrees"} <= named:
        sure = near.before.kind in ("edge", "break", "known") and near.after.kind in ("episode", "break", "known")
    # Nobody hides a common word from filters.
    hidden = place.disguise in ("invisible", "encoded", "symbols", "leet")
    if not near.quoted and not hidden and _as_a_word(near, work):
        yield rule("written-as-a-word", _AS_A_WORD if sure else 2 * _AS_A_WORD, span, **facts)
    if kind == "common" and not sure and not hidden:
        weight = -2.8 if work.year or work.creators else -2.0
        strength_of_offer = sum(one.weight for one in found if one.rule in _OFFERED)
        if native(near.words.text[near.own[0]]):
            share = _native_share(near, named, strength_of_offer)
        else:
            share = 0.4 if _acronym(near) or _code(near, named) else _latin_share(near, named, strength_of_offer)
        if share:
            yield rule("common-title", weight * share, span, **facts)
        else:
            yield rule("title-by-itself", 0.7, span, **facts)
    elif kind == "common":
        clean = near.before.kind in ("edge", "break", "creator", "year", "known") and near.after.kind in (
            "edge", "break", "year", "creator", "episode", "known",
        )  # fmt: skip
        if clean and "year-agrees" in named:
            yield rule("title-in-its-place", 0.7, span, **facts)
    elif kind == "single" and not sure and not near.release and not _by_itself(near):
        yield rule("single-word-title", -0.8, span, **facts)


def _as_a_word(near: Surroundings, work: Work) -> bool:
    """An article and a word in lower case, in a sentence that is written with capitals, away from the work's year."""
    if not near.place.spelling.startswith(_WITH_ARTICLE) or near.own_style != "lower" or near.careless:
        return False
    if near.before.text in _PREPOSITIONS and near.after.kind not in ("year", "episode", "creator", "number"):
        return True
    spoken = near.after.kind == "known" and near.after.groups and near.after.groups <= {"lead", "follow"}
    return (spoken or near.after.kind in ("small", "talk", "unknown")) and not any(
        year.beside and year.value == work.year for year in near.years
    )


def _acronym(near: Surroundings) -> bool:
    """The title is written in capitals on a line that is not, and is no word of listings."""
    place = near.place
    letters = [char for char in near.line.raw if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return (
        near.own_style == "upper"
        and _letters(place.spelling) >= _SHORTEST_ACRONYM
        and not known(place.spelling)
        and capitals <= 0.6 * len(letters)
    )


def _code(near: Surroundings, named: set[str]) -> bool:
    """The title is letters and digits in capitals, as nobody writes a word, beside a share of its kind."""
    spelling = near.place.spelling
    mixed = any(char.isdigit() for char in spelling) and any(char.isalpha() for char in spelling)
    return mixed and " " not in spelling and near.own_style != "lower" and {"target", "kind-agrees"} <= named


def _borne_out(place: Place, near: Surroundings, named: set[str], sure: bool) -> bool:
    """Whether a title in other characters is one: the work is borne out, or most of its own stand beside an offer of its kind.

    One other character of a short title makes another title, unless a person of the work is named or the page says why.
    """
    title = place.spelling.replace(" ", "")
    written = spelled(near.page.raw[place.start : place.end])
    kept = sum(char in written for char in title) / len(title)
    changed = sum(char not in written for char in title)
    if place.form == SOUND and changed == 1 and len(title) <= 4:
        return "creator-named" in named or ON_PURPOSE.search(near.page.raw) is not None
    if sure:
        return True
    offered = "target" in named or len(named & {"words-of-offer", "invitation", "words-of-sale", "price"}) >= 2
    return len(title) >= 4 and kept >= 0.6 and offered and ("kind-agrees" in named or len(title) >= 6)


def _latin_share(near: Surroundings, named: set[str], offered: float) -> float:
    """How much of what a common title lacks a short Latin one lacks: half, written as a name by itself beside a form that is offered."""
    apart = near.before.kind in ("edge", "break", "known", "talk") and near.after.kind in (
        "edge",
        "break",
        "episode",
        "known",
    )
    around = (
        near.page.raw[near.line.start : near.place.start],
        near.page.raw[near.place.end : near.line.start + len(near.line.raw)],
    )
    listed = _NAMES_AFTER.match(around[1]) or _NAMES_BEFORE.search(around[0])
    if near.own_style == "title" and apart and listed:
        return 0.3
    if near.own_style == "lower" or not apart or named.isdisjoint(("kind-agrees", "season-or-episode")):
        return 1.0
    return 0.5 if offered >= _STRONG_OFFER else 0.8


def _native_share(near: Surroundings, named: set[str], offered: float) -> float:
    """How much of what a common title lacks a Chinese one of two characters lacks: less in the marks of names, or as a name beside a form."""
    if _letters(near.place.spelling) < 2:
        return 1.0
    marked = near.quoted and near.page.raw[: near.place.start].rstrip()[-1:] in "《『"
    formed = not named.isdisjoint(("kind-agrees", "season-or-episode"))
    if marked:
        return 0.1 if formed else 0.5
    apart = near.before.kind in ("edge", "break", "known") and near.after.kind in ("edge", "break", "episode", "known")
    listed = near.page.raw[near.place.end :].lstrip()[:1] in tuple("/+|") and offered >= 1.0
    if not (formed or listed) or not apart:
        return 1.0
    # At the head of its line or item, or between the signs of a list, the title is named, not used as a word.
    bare = near.before.kind in ("edge", "break")
    return 0.0 if bare and formed and offered >= _STRONG_OFFER else 0.4


def _head_named(near: Surroundings, work: Work) -> bool:
    """Whether the line also names what stands before the title's second part.

    Of what stands before a colon two characters or more of its beginning, in Latin script any word that is no small one.
    """
    text = near.words.text[: near.own[0]] + "\n" + near.words.text[near.own[1] :]
    for name in (work.title, *work.aliases):
        head = spelled(_SECOND_PART.split(name)[0])
        if not head or head == spelled(name):
            continue
        if native(head[0]):
            if len(head) >= 2 and head[: max(2, min(3, len(head)))] in text:
                return True
        elif any(
            len(token) >= _TELLING_WORD and not known(token) and f" {token} " in text for token in head.split(" ")
        ):
            return True
    return False


def _by_itself(near: Surroundings) -> bool:
    """The title stands like a name: before its year or episode, or capitalised with nothing of a sentence on either side."""
    if near.after.kind in ("year", "episode"):
        return True
    bounded = near.before.kind in ("edge", "break") and near.after.kind in ("edge", "break", "known")
    return bounded and (near.own_style in ("title", "upper") or (near.careless and near.after.kind == "known"))


def _letters(spelling: str) -> int:
    return sum(char.isalpha() for char in spelling)


def _at_word_end(written: str, spelling: str) -> bool:
    one = spelled(written).split()
    other = spelling.split()
    return any(
        len(a) != len(b) and (a == b + b[-1:] or a.rstrip("s") == b or a == b.rstrip("s"))
        for a, b in zip(one, other, strict=False)
        if len(one) == len(other)
    ) or "".join(one)[:-1] == "".join(other)
