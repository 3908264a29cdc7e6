"""What stands right before and right after a title: part of a longer one, or the words of a listing."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from crawler.matching.lexicon import FORMATS, OFFERING, known
from crawler.matching.line import EPISODE, YEAR
from crawler.matching.numerals import ENGLISH, PARTS, value
from crawler.matching.strength import strength
from crawler.matching.title_line import TitleLine, native
from crawler.matching.variants import BUNDLE

_INSTALMENTS = {
    "前传", "外传", "后传", "续集", "续", "番外", "前篇", "后篇", "大电影", "剧场版", "衍生剧", "真人版", "之", "外篇", "新传", "别传",
    "returns", "reloaded", "rises", "begins", "resurrection", "revolutions", "origins", "chronicles", "diaries", "prequel", "sequel",
}  # fmt: skip


@cache
def _beside_words() -> dict[str, frozenset[str]]:
    text = files(__package__).joinpath("phrases", "beside.toml").read_text(encoding="utf-8")
    return {name: frozenset(listed) for name, listed in tomllib.loads(text).items()}


def is_edition(token: str) -> bool:
    """Whether a word is the name of an edition in which programs are sold."""
    return token in _beside_words()["editions"]


def is_ware(token: str) -> bool:
    """Whether a word is what works, their parts, copies and editions are called."""
    return token in _beside_words()["wares"]


_CURRENCY = "€£$¥₽₺₹₩"
_YEARLIKE = re.compile(r"(?:19|2[o0])[o0-9]{2}(?![0-9])")
# "25版", "26考研", "25最新版": the year of an edition, as books for examinations are called by it.
_EDITION_YEAR = re.compile(
    r"2[0-9] ?(?:年|届)?(?:考研|考公|国考|省考|高考|中考|法考|最新|新|全新|修订)?(?:版|届|考研|考公|国考|省考|高考|法考)"
)
_EPISODE_RUN = re.compile(r"s\d{1,2}(?:e\d|$)")
_SERVICE_PACK = re.compile(r"(?:sp|r|u|cu|build|rev|ver|v)\d[\d.]*$")
_ORDINAL = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|e|a|o|ed|de|eme|te)?(?: (?:ed|edition|edn|auflage|edicion|edizione))?(?= |$)"
)
_MANDARIN_SMALL = frozenset(
    "吗呢嘛啦呀每今昨明晚刚的了着过是在有和与及或被把给让到从对向为这那哪我你他她它好只又再还也就都很太更最不没要会能可想如像而且因但若嘅喺咗啲嗰冇唔系佢咁"
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
        "compared",
        "not-shared",
        "lending",
        "second-hand",
    )
)
FOLLOWING = frozenset((*OFFERING, *FORMATS, "edition", "follow", "review", "news", "trailer", "soundtrack", "subtitles", "merchandise", "fanwork", "request", "moderation", "removed", "licensed", "reference", "compared", "not-shared", "lending", "programme", "second-hand", "free-work"))  # fmt: skip
# "Title - J. Arden", "Title by J. K. Arden (2022)": initials and a surname after a dash or "by" name who made it.
_BYLINE = re.compile(r"\s*(?:[-–—]|by)\s+(?:[a-z]\. ?){1,3}[a-z][a-z'’-]+(?: [a-z'’-]{2,})?\s*(?:$|[\n(\[|,;])")
_HARD_BEFORE = re.compile(r"[\[\](){}【】《》「」『』|/\\\"“”«»:：;。！？!?…★☆◆●•>→▸▪✔»·–—]")
_HARD_AFTER = re.compile(r"[\[\](){}【】《》「」『』|/\\\"“”;。！？!?…★☆◆●•<→▸▪✔»·\t–—]")
# The row of a listing of files up to the file's name: rights, owner, size, day and time.
_FILE_ROW = re.compile(
    r"^\W{0,3}(?:[-dl][-rwxst]{9}[.+@]? .*|(?:\S+ +){0,2}\d[\d., ]*(?:[kmgt]i?b?)? +.*)?(?:(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?|\d{4}-\d\d-\d\d)(?: +\d[\d.,]* ?(?:[kmgt]i?b?|bytes)?)? +(?:\S*/)?$"
    r"|^\W{0,3}[-dl][-rwxst]{9}[.+@]? .* (?:19|20)\d\d +(?:\S*/)?$"
)
# What stands in an index before a title: its number there.
_NUMBERED = re.compile(r"\W*(?:#|no\.?|nr\.?) ?\d+\W*")
_FEW = 3
_FEW_DISCS = 5
_ACRONYM = 4
_PARTS_OF_RUN = frozenset("代部季册卷集辑全")
_TO_LAST = ("to", "through", "thru", "and", "bis", "a", "al")
# Whoever packed it: "Title Somebody repack".
_REPACKED = re.compile(r"[a-z]\w+ (?:repacks?|rips?|encodes?)\b")
# "Title 12 tracks" counts; it numbers nothing.
_COUNTED = tuple("首集册回话章节期页张本卷部款个分元块米碟盘")


class Neighbour(NamedTuple):
    """What stands next to a title."""

    kind: str
    """edge, break, known, creator, year, episode, number, instalment, small, title, talk, unknown.

    ``title`` is written like a part of a title, ``talk`` like running text; ``unknown`` may be either.
    """
    text: str = ""
    groups: frozenset[str] = frozenset()
    glued: bool = False
    """An ideograph right against the title, nothing between; in Latin script, a subtitle after a colon or a dash."""


_PLAIN = [str.maketrans({"0": "o", "1": one, "3": "e", "4": "a", "5": "s", "7": "t"}) for one in "il"]


def _disguised(token: str) -> bool:
    """Whether a word is one of listings with digits for some of its letters."""
    return (
        len(token) > _FEW
        and sum(map(str.isalpha, token)) >= _FEW - 1
        and any(map(str.isdigit, token))
        and any(known(token.translate(table)) for table in _PLAIN)
        and not known(token)
    )


def before(at: TitleLine) -> Neighbour:
    """What stands to the left of the title."""
    stop = at.own[0]
    head = at.words.text[:stop].rstrip()
    if not head:
        return Neighbour("edge")
    if _FILE_ROW.search(at.view.text[: at.first]):
        return Neighbour("edge")
    low = int(at.words.starts[len(head) - 1])
    gap = at.view.text[at.view.at(low) + 1 : at.first]
    mine = at.words.text[at.own[0]]
    edge = head[-1]
    token = edge if native(edge) else head.split(" ")[-1]
    if any(end == len(head) for _, _, end in at.creators):
        return Neighbour("creator", token)
    if _HARD_BEFORE.search(gap) or "," in gap or native(edge) != native(mine) or " - " in gap:
        return Neighbour("break", token)
    ended = [word for word in at.said if word.end == len(head) and not word.groups.isdisjoint(LEADING)]
    groups = frozenset().union(*(word.groups for word in ended))
    if YEAR.fullmatch(token):
        return Neighbour("year", token)
    if native(edge):
        if not gap:
            if ended:
                return Neighbour("known", token, groups, True)
            return Neighbour("small" if token in _MANDARIN_SMALL else "unknown", token, groups, True)
        return Neighbour("known" if ended else "break", token, groups)
    if _broken(gap, edge, mine) or (_listed(gap) and _sure(at)):
        return Neighbour("break", token, groups)
    place = len(head) - len(token), len(head)
    if ended and not (token in _beside_words()["joining"] and _joined(at, place) == "title"):
        return Neighbour("known", token, groups)
    if (
        token in _beside_words()["announcing"]
        and not gap.strip()
        and (
            at.own_style == "upper"
            or (at.own_style == "title" and (at.style(*place) == "lower" or " " not in head.strip()))
        )
    ):
        return Neighbour("known", token)
    if token.isdigit():
        if _NUMBERED.fullmatch(at.view.text[: at.first]):
            return Neighbour("break", token)
        # Places in a list, counts and sizes stand before titles; few titles begin with a number.
        return Neighbour("break" if _sure(at) or gap.strip() else "unknown", token)
    return Neighbour(_beside(at, token, place, gap, first=" " not in head.strip()), token)


def after(at: TitleLine) -> Neighbour:
    """What stands to the right of the title."""
    stop = at.own[1]
    tail = at.words.text[stop:]
    skipped = len(tail) - len(tail.lstrip())
    tail = tail.lstrip()
    if not tail:
        return Neighbour("edge")
    start = stop + skipped
    high = int(at.words.starts[start])
    gap = at.view.text[at.last : at.view.at(high)]
    return _right(at, tail, start, gap)


def _right(at: TitleLine, tail: str, start: int, gap: str) -> Neighbour:
    mine = at.words.text[at.own[1] - 1]
    edge = tail[0]
    alone = native(edge)
    token = edge if alone else tail.split(" ", 1)[0]
    glued = alone and not gap and native(mine)
    hard = ", " in gap or bool(_HARD_AFTER.search(gap)) or "  " in gap
    begun = [word for word in at.said if word.start == start and not word.groups.isdisjoint(FOLLOWING)]
    groups = frozenset().union(*(word.groups for word in begun))
    rest = at.view.text[at.last :]
    lead = rest[: len(rest) - len(rest.lstrip(" ._-+,~:([（【"))]
    if EPISODE.match(rest[len(lead) :]) or _EPISODE_RUN.match(token):
        return Neighbour("episode", token, groups)
    if (YEAR.match(token) and len(token) == 4) or _YEARLIKE.match(token):
        return Neighbour("year", token)
    if any(begin == start for _, begin, _ in at.creators):
        return Neighbour("creator", token)
    if at.place.form == BUNDLE and (token.isdigit() or token in _TO_LAST):
        return Neighbour("break", token)
    if _REPACKED.match(tail):
        return Neighbour("known", token)
    if not hard:
        number = _number(at, tail, gap)
        if number:
            return Neighbour("number", number, groups)
        # "Title-GROUP": who made the copy signs in capitals after a hyphen.
        signed = gap == "-" and at.own_style != "upper" and at.style(start, start + len(token)) == "upper"
        for ending in () if signed else _INSTALMENTS:
            if (native(ending[0]) and tail.startswith(ending)) or token == ending:
                return Neighbour("instalment", ending, groups, glued)
    if at.place.form == BUNDLE and token in _PARTS_OF_RUN:
        return Neighbour("break", token)
    if begun or _disguised(token):
        return Neighbour("known", token, groups, glued)
    if hard or (gap == "-" and at.own_style == "title" and at.style(start, start + len(token)) == "upper"):
        return Neighbour("break", token)
    if alone and native(mine):
        if not glued:
            return Neighbour("break", token)
        return Neighbour("small" if token in _MANDARIN_SMALL else "unknown", token, groups, True)
    if alone != native(mine):
        return Neighbour("break", token)
    if re.fullmatch(r"v?\d[\dx.]*[a-z]{0,3}", token) or _SERVICE_PACK.match(token) or (_listed(gap) and _sure(at)):
        return Neighbour("break", token)
    if gap.strip() == "." and "." in gap and gap != ".":
        return Neighbour("break", token)
    if _BYLINE.match(rest):
        return Neighbour("break", token)
    subtitle = ":" in gap or " - " in gap
    kind = _beside(at, token, (start, start + len(token)), gap, first=subtitle)
    if subtitle and kind == "unknown" and at.own_style == "title":
        kind = "talk" if at.style(start, start + len(token)) == "lower" else "title"
    return Neighbour(kind, token, frozenset(), subtitle)


def _broken(gap: str, edge: str, mine: str) -> bool:
    if native(edge) and (gap.strip() or (gap and native(mine))):
        return True
    if native(edge) != native(mine):
        return True
    rest = gap
    for soft in (" ", ".", "_", "-", "+", "'", "&", ",", "*", "~", ":"):
        rest = rest.replace(soft, "")
    return bool(rest) or "  " in gap or gap == ". "


def _listed(gap: str) -> bool:
    """A sign that joins the titles of a bundle."""
    return gap.strip() in ("+", "&", ",", "/")


def _sure(at: TitleLine) -> bool:
    return strength(at.place.spelling) in ("long", "short")


def _beside(at: TitleLine, token: str, span: tuple[int, int], gap: str, *, first: bool) -> str:
    """What a Latin word right beside the title is: talk, a small word, part of a title, or unknown.

    `first` is true of the first word of a line, which is capitalised whatever it is.
    """
    mine, other = at.own_style, at.style(*span)
    glued = gap.strip(" ") != "" and " " not in gap
    beside = _beside_words()
    if token == "s" and gap.strip() == "" and span[1] <= at.own[0]:
        # "Somebody's Title".
        return "unknown" if mine == "title" and not _sure(at) else "talk"
    if token in beside["talk"] and not glued:
        # "A Memory Called Empire": a capital amid capitals makes any word a part of the title.
        return "title" if other == mine == "title" and not first and not _sure(at) else "talk"
    if token in beside["wares"] and not (glued and other == "title"):
        return "talk" if other != "title" or mine != "title" or first else "unknown"
    if token in beside["joining"]:
        return _joined(at, span)
    if glued or not mine or not other:
        return "unknown"
    if mine == "lower":
        return "talk" if other in ("title", "upper") and at.careless else "unknown"
    if other == "lower":
        return "talk"
    if mine == "title":
        if other == "upper" and len(token) <= _ACRONYM and _sure(at):
            return "talk"
        return "unknown" if other == "upper" or first else "title"
    return "talk" if other == "title" else "unknown"


def _joined(at: TitleLine, span: tuple[int, int]) -> str:
    """A joining word makes a longer title when the word behind it, away from the watched title, is written like one."""
    text, (low, high) = at.words.text, span
    right = low >= at.own[1]
    step = text[high:].split(" ")[1 : _FEW + 1] if right else text[:low].split(" ")[-2 : -_FEW - 2 : -1]
    place = high + 1 if right else low - 1
    for word in step:
        if not word or native(word[0]):
            return "small"
        begin = place if right else place - len(word)
        if word not in _beside_words()["joining"]:
            said = any(one.start <= begin < one.end for one in at.said)
            named = any(start <= begin < end for _, start, end in at.creators)
            if said or named or word in _beside_words()["talk"] or not word.isalpha():
                return "small"
            return "title" if at.own_style == "title" and at.style(begin, begin + len(word)) == "title" else "small"
        place = place + len(word) + 1 if right else begin - 1
    return "small"


def _number(at: TitleLine, tail: str, gap: str) -> str:
    """The number of an instalment right after the title, as written; empty when there is none."""
    tokens = tail.split(" ")
    first, second = tokens[0], tokens[1] if len(tokens) > 1 else ""
    rest = at.view.text[at.last :].lstrip(" ._")
    if first.isdigit() and (second[:1] in _COUNTED or re.match(rf"{first}全(?![0-9集])", rest)):
        return ""
    if first in PARTS and (value(second) or second in ENGLISH):
        return "" if (value(second) or ENGLISH.get(second)) == 1 else f"{first} {second}"
    chinese = re.match(r"(?:第)?([一二三四五六七八九十贰叁肆伍])(部(?!曲)|$|[\s.]|之|[(（\[【《]|[0-9])", tail)
    if chinese and native(at.words.text[at.own[1] - 1]) and not gap.strip(" ._-"):
        return "" if chinese[1] == "一" else chinese[1]
    ordinal = re.match(r"第 ?([0-9]{1,2}) ?部", tail)
    if ordinal:
        return "" if ordinal[1] == "1" else ordinal[1]
    if first.isdigit() and second.isdigit() and re.match(rf"{first}[.-]\d\d?[.-]\d", rest):
        return ""
    if first.isdigit() and (
        " - " in gap.replace("_", " ").replace(".", " ") or (len(first) > 1 and first.startswith("0"))
    ):
        return ""
    if first.isdigit() and int(first) > _FEW_DISCS and second in _beside_words()["wares"]:
        return ""
    if first.isdigit() and (second in _beside_words()["units"] or rest[len(first) :].lstrip()[:1] in tuple(_CURRENCY)):
        return ""
    if _ORDINAL.match(f"{first} {second}") and (not first.isdigit() or second.startswith(("ed", "aufl"))):
        return ""
    if _EDITION_YEAR.match(rest):
        return ""
    number = value(first) if first not in ("i", "v", "x") or first != "i" else None
    if first in ("v", "x") and not re.fullmatch(r"[ ._-]", gap):
        return ""
    if (
        first in ("v", "x")
        and at.own_style in ("title", "upper")
        and at.page.raw[at.place.end :].lstrip(" ._-")[:1] == first
    ):
        # A small letter behind capitals: "v horoshem kachestve", "x264".
        return ""
    if number is None or number == 1 or native(first[0]):
        return ""
    joined = re.match(rf"{re.escape(first)} ?[-~&+] ?\d", rest)
    return "" if joined or gap.strip(" ._-") else first
