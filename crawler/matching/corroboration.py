"""What a title that is short, common or written otherwise lacks, and what else on the page bears it out."""

import re
from collections.abc import Iterator

from crawler.matching.evidence import Evidence, rule
from crawler.matching.expansions import part_named
from crawler.matching.handed import HANDED, names_board
from crawler.matching.hearing import COUNTED, ON_PURPOSE, taken_apart
from crawler.matching.lexicon import known
from crawler.matching.places import Place
from crawler.matching.short_names import eponym, version_of
from crawler.matching.sounds import plainly
from crawler.matching.strength import letter_count, strength
from crawler.matching.surroundings import Surroundings
from crawler.matching.title_line import native
from crawler.matching.variants import (
    INITIALS,
    MIXED,
    PARTS,
    PINYIN,
    SOUND,
    SUBTITLE,
    TYPO,
    rest_of,
)
from crawler.model import Work
from crawler.text import spelled

_OFFERED = frozenset(
    ("target", "player", "words-of-offer", "invitation", "words-of-sale", "act-of-sharing", "unlocked", "own-copy", "carrier", "storage", "channel", "release-name", "address", "file-named", *HANDED)
)  # fmt: skip
_SECOND_PART = re.compile(r"[:：]|\s[-–—]\s|\sand the\s", re.IGNORECASE)
_TELLING_WORD = 5
_SHORTEST_ACRONYM = 4
_BETWEEN = 8
_LONG_HEAD = 5
_TELLS = re.compile(
    r"(?:老师|叔叔|姐姐|先生|大师)?(?:主?[讲说唱读播评演录]|演播|播讲|朗读|唱)?(?:的|过的|版的?|版本的)?(?:那|这)?[套部本版个]?(?:全套|全集|完整版?)?[《「『“\s]?"
)
_STRONG_OFFER, _FAIR_OFFER = 2.0, 1.5
# Names side by side, as a list of works has them.
_NAMES_AFTER = re.compile(r" ?[,/+|;] ?[A-Z][\w'’]+(?: [\w'’]+){0,3} ?[,/+|;] ?(?:and )?[A-Z]")
_NAMES_BEFORE = re.compile(
    r"[A-Z][\w'’]+(?: [\w'’]+){0,3} ?[,/+|;] ?[A-Z][\w'’]+(?: [\w'’]+){0,3} ?[,/+|;] ?(?:and )?$"
)
_AS_A_WORD = -2.6
# Who writes initials says that they are meant to be guessed, and of what kind the work is.
_HINTING = re.compile(
    r"别问|不要问|勿问|懂的|懂[?？]|懂了?吧|都懂|你懂|不能说|不说全|不打全|自己猜|自行体会|(?:问|说|打)(?:全名?|了)?就?(?:被|会|要)|全名(?:会|要|被|不)"
)
_OF_A_WORK = re.compile(r"原[著作]|主演|导演|剧版|影版|(?:那|这)[部个]剧|电视剧|连续剧|网剧|国剧|古装|\d{1,3} ?集")
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
        if not sure and not (letter_count(place.spelling) >= 5 and offered):
            if _hinted(near, named):
                yield rule("title-by-itself", 0.7, span, **facts)
            else:
                yield rule("initials-alone", -4.0, span, **facts)
        return
    if place.form == PINYIN:
        if not sure and not named & {"target", "release-name"}:
            yield rule("pinyin-alone", -2.0, span, **facts)
        return
    if place.form == SUBTITLE and (maker := _maker_of_rest(place, work)):
        if not _maker_ahead(near, maker):
            yield rule("subtitle-alone", -4.5, span, **facts)
        return
    if place.form == SUBTITLE:
        dated = "year-agrees" in named or (work.kind in ("book", "audiobook") and "creator-named" in named)
        read = work.kind == "audiobook" and "kind-agrees" in named
        borne_out = dated and "kind-agrees" in named
        told = read or borne_out or _version_named(near, work) or _edition_named(near, work)
        if not told and not _head_named(near, work) and not part_named(near, work):
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
        masked = _masked(near.page.raw[place.start : place.end], place.spelling)
        if not masked and (not sure or ((careful or plural) and not both)):
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
    hidden = place.disguise in ("invisible", "encoded", "symbols", "leet") or _spaced_out(near, named)
    if not near.quoted and not hidden and _as_a_word(near, work):
        yield rule("written-as-a-word", _AS_A_WORD if sure else 2 * _AS_A_WORD, span, **facts)
    if kind == "common" and not sure and not hidden:
        weight = -2.8 if work.year or work.creators else -2.0
        strength_of_offer = sum(one.weight for one in found if one.rule in _OFFERED)
        if native(near.words.text[near.own[0]]):
            share = _native_share(near, named, strength_of_offer)
        else:
            borne = "kind-agrees" in named and strength_of_offer >= _FAIR_OFFER
            share = (
                (0.2 if borne else 0.4)
                if _acronym(near) or _code(near, named)
                else _latin_share(near, named, strength_of_offer)
            )
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
    elif kind == "single" and not sure and "release-name" not in named and not _by_itself(near):
        yield rule("single-word-title", -0.8, span, **facts)


def _version_named(near: Surroundings, work: Work) -> bool:
    """Whether a program's own version stands behind its name and that of its edition, or its maker beside its other name."""
    if work.kind != "software":
        return False
    for name in (work.title, *work.aliases):
        number = version_of(name, near.place.spelling)
        if number and re.match(
            rf"(?: [a-z]+){{0,3}} v?{number}(?![0-9])", f" {near.words.text[near.own[1] :].lstrip()}"
        ):
            return True
    return bool(near.creators) and any(char.isdigit() for char in near.place.spelling)


# "Marlow 21st ed", "Marlow, 8e": how textbooks are told from their makers.
_NTH = re.compile(
    r",? ?(?:the )?\d{1,2} ?(?:st|nd|rd|th|e)\b(?: ?(?:ed|edn|edition|vols?|volumes?)\b)?|,? ?(?:textbook|text book|ed(?:itio)?n)\b"
)


def _edition_named(near: Surroundings, work: Work) -> bool:
    """Whether an edition stands behind the name by which everybody calls a textbook."""
    eponyms = [eponym(name) for name in (work.title, *work.aliases)] if work.kind == "book" else []
    return near.place.spelling in eponyms and _NTH.match(near.view.text, near.last) is not None


def _hinted(near: Surroundings, named: set[str]) -> bool:
    """A season or episodes, a word for the work and an offer stand beside initials, and the writer asks not to be asked."""
    text = near.view.text
    return (
        "season-or-episode" in named
        and not named.isdisjoint(("target", "words-of-offer", "invitation"))
        and _HINTING.search(text) is not None
        and _OF_A_WORK.search(text) is not None
    )


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


def _spaced_out(near: Surroundings, named: set[str]) -> bool:
    """A Chinese word with a blank between its characters, at the head of its line and beside its episodes or its form."""
    return (
        near.place.disguise == "spaced"
        and native(near.words.text[near.own[0]])
        and near.before.kind in ("edge", "break")
        and not named.isdisjoint(("kind-agrees", "season-or-episode"))
    )


def _acronym(near: Surroundings) -> bool:
    """The title is written in capitals on a line that is not, and is no word of listings."""
    place = near.place
    letters = [char for char in near.line.raw if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return (
        near.own_style == "upper"
        and letter_count(place.spelling) >= _SHORTEST_ACRONYM
        and not known(place.spelling)
        and capitals <= 0.6 * len(letters)
    )


def _code(near: Surroundings, named: set[str]) -> bool:
    """The title is letters and digits in capitals, as nobody writes a word, beside a share of its kind."""
    spelling = near.place.spelling
    mixed = any(char.isdigit() for char in spelling) and any(char.isalpha() for char in spelling)
    return mixed and " " not in spelling and near.own_style != "lower" and {"target", "kind-agrees"} <= named


_PAIR = 2


def _borne_out(place: Place, near: Surroundings, named: set[str], sure: bool) -> bool:
    """Whether a title in other characters is one: the work is borne out, or most of its own stand beside an offer of its kind.

    One other character of a short title makes another title, unless a person of the work is named or the page says why.
    """
    title = place.spelling.replace(" ", "")
    written = plainly(spelled(near.page.raw[place.start : place.end]))
    kept = sum(char in written for char in title) / len(title)
    changed = sum(char not in written for char in title)
    if place.form == SOUND and changed == 1 and len(title) <= 4:
        return "creator-named" in named or ON_PURPOSE.search(near.page.raw) is not None
    if sure:
        return True
    offered = "target" in named or len(named & {"words-of-offer", "invitation", "words-of-sale", "price"}) >= 2
    formed = not named.isdisjoint(("kind-agrees", "season-or-episode"))
    if place.form == MIXED:
        # Letters among characters are no slip: who writes so hides.
        offered = offered or ("release-name" in named and not named.isdisjoint(_OFFERED - {"release-name"}))
    if place.form == PARTS and len(title) > _PAIR and taken_apart(near.page.raw[place.start : place.end]) and offered:
        return True
    if place.form == PARTS and len(title) == _PAIR:
        # Nobody takes two characters side by side apart by chance.
        return (changed == 2 or near.quoted) and (offered or "price" in named) and formed
    counted = place.form == SOUND and COUNTED.match(near.view.text, near.last) and near.before.kind != "unknown"
    if counted and changed >= 2 and offered:
        return True
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
    if letter_count(near.place.spelling) < 2:
        return 1.0
    if names_board(near) and "sent-privately" in named:
        return 0.0
    if "carrier-filled" in named and _in_list(near):
        # What is on a drive that is sold: the names of a list, which are no words of a sentence.
        return 0.1
    marked = near.quoted and near.page.raw[: near.place.start].rstrip()[-1:] in "《『"
    formed = not named.isdisjoint(("kind-agrees", "season-or-episode"))
    if marked:
        return 0.1 if formed else 0.5
    apart = near.before.kind in ("edge", "break", "known") and near.after.kind in ("edge", "break", "episode", "known")
    listed = near.page.raw[near.place.end :].lstrip()[:1] in tuple("/+|") and offered >= 1.0
    if not (formed or listed) or not apart:
        return 1.0
    # At the head of its line or item, or between the signs of a list, the title is named, not used as a word.
    in_list = near.page.raw[: near.place.start].rstrip()[-1:] in tuple("+＋、|／")
    bare = in_list or near.before.kind in ("edge", "break")
    return 0.0 if bare and formed and offered >= (_FAIR_OFFER if in_list else _STRONG_OFFER) else 0.4


_LISTING = "、+/|，,《》"


def _in_list(near: Surroundings) -> bool:
    """Names of a list stand before and behind the title."""
    head, tail = near.page.raw[: near.place.start].rstrip(), near.page.raw[near.place.end :].lstrip()
    return (head[-1:] in tuple(f"{_LISTING}:：(（剧片书歌有了好着满的") or not head) and tail[:1] in (
        *_LISTING,
        "等",
        "…",
        "都",
        "全",
    )


def _maker_of_rest(place: Place, work: Work) -> str:
    """The person whose name the title begins with, when the place holds what stands behind it; empty when it does not."""
    for name in (work.title, *work.aliases):
        for maker in work.creators:
            if name.startswith(maker) and rest_of(name, maker) == place.spelling:
                return maker
    return ""


def _maker_ahead(near: Surroundings, maker: str) -> bool:
    """Whether the person stands right before the rest of the title, with few words between: ``凯叔讲的那套西游记``."""
    head = near.view.text[max(0, near.first - len(maker) - _BETWEEN) : near.first]
    at = head.rfind(spelled(maker))
    return at >= 0 and _TELLS.fullmatch(head[at + len(spelled(maker)) :]) is not None


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
            if len(head) >= _LONG_HEAD and head[-2:] in text:
                # Of a long name its hero is what people write: "柯南" of "名侦探柯南".
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


def _at_word_end(written: str, spelling: str) -> bool:
    one = spelled(written).split()
    other = spelling.split()
    return any(
        len(a) != len(b) and (a == b + b[-1:] or a.rstrip("s") == b or a == b.rstrip("s"))
        for a, b in zip(one, other, strict=False)
        if len(one) == len(other)
    ) or "".join(one)[:-1] == "".join(other)


# Signs that stand for a letter each, to get past a filter.
_MASK = re.compile(r"[*●•○✱∗#@_]")


def _masked(written: str, spelling: str) -> bool:
    """Whether signs stand in a word for letters of a title, and every other letter is in its place."""
    letters = written.lower().replace(" ", "")
    if not _MASK.search(letters) or sum(map(str.isalpha, letters)) < _TELLING_WORD:
        return False
    pattern = "".join("." if _MASK.match(char) else re.escape(char) for char in letters)
    return re.fullmatch(pattern, spelling.replace(" ", "")) is not None
