"""The rules: named, weighted evidence that a text offers a watched work, and evidence that it does not.

RULES_VERSION, with a hash of the scales, is recorded with every hit; change it with any rule, weight, table or word list.
"""

import re
from collections.abc import Iterator
from typing import Any

from crawler.matching.evidence import Evidence, rule
from crawler.matching.lexicon import AGAINST
from crawler.matching.page import Page
from crawler.matching.places import Place
from crawler.matching.strength import strength
from crawler.matching.surroundings import Surroundings
from crawler.matching.variants import ARTICLE, INITIALS, NUMERAL, PINYIN, TYPO
from crawler.model import Work
from crawler.text import spelled

RULES_VERSION = "3"
BIAS = -3.4
# Rule by rule: what it weighs. Titles first, then what is offered, what agrees, what speaks against.
TITLE_WEIGHTS = {"long": 2.2, "short": 1.7, "single": 1.2, "common": 0.4}
DISGUISE_WEIGHTS = {"none": 0.0, "joined": -0.3, "spaced": 0.1, "symbols": 0.1, "leet": 0.0, "invisible": 0.3}
FORM_WEIGHTS = {ARTICLE: -0.2, NUMERAL: -0.1, PINYIN: -1.2, TYPO: -0.8}
AGAINST_WEIGHTS = {
    "review": -4.0,
    "news": -4.0,
    "trailer": -5.0,
    "soundtrack": -5.0,
    "subtitles": -5.0,
    "merchandise": -5.0,
    "fanwork": -4.0,
    "request": -5.0,
    "moderation": -5.0,
    "removed": -4.0,
    "licensed": -4.5,
    "reference": -4.5,
    "related": -3.0,
}
FILM_LIKE = frozenset(("film", "series", "disc"))
# What a form of copy may be a copy of.
ACCEPTED = {
    "film": {"video", "season"},
    "series": {"video", "season"},
    "book": {"book", "audiobook"},
    "audiobook": {"audiobook", "audio"},
    "music": {"audio", "video"},
    "software": {"software"},
    "game": {"game", "software"},
    "disc": {"video", "season", "audio", "software", "game"},
}
_VIDEO_ONLY = re.compile(
    r"^(?:\d{3,4}[pi]|4k|2160p|x26[45]|h ?26[45]|hevc|avc|av1|xvid|bluray|blu ray|bdrip|webrip|web dl|hdtv|hdrip|dvdrip|remux|cam|telesync|mkv|avi|rmvb)$"
)

_RENEWED = re.compile(
    r"(?i)\bre-?up(?:s|ped|load(?:s|ed)?)?\b|\b(?:new|fresh) (?:links?|mirrors?|upload)\b|补档|补链|已补|新链接|重新(?:上传|分享)"
)


# ---- the title -----------------------------------------------------------------------------------


def title_rules(place: Place, near: Surroundings, work: Work) -> Iterator[Evidence]:
    """The title match itself, first of all reasons."""
    kind = strength(place.spelling)
    facts = {"title": work.title, "matched": near.page.raw[place.start : place.end], "disguise": place.disguise}
    weight = TITLE_WEIGHTS[kind] + FORM_WEIGHTS.get(place.form, 0.0) + DISGUISE_WEIGHTS.get(place.disguise, 0.0)
    name = {"none": f"title-{place.form}"}.get(place.disguise, f"title-{place.disguise}")
    if place.form in (PINYIN, TYPO):
        name = f"title-{place.form}"
        weight = {"long": 2.2, "short": 1.7}.get(kind, 1.7) + FORM_WEIGHTS[place.form]
    if place.form == INITIALS:
        name = f"title-{place.form}"
        weight = 1.3 if _letters(place.spelling) >= 5 else 0.8 if _letters(place.spelling) == 4 else 0.3
    yield rule(name, weight, (place.start, place.end), **facts)
    if near.quoted:
        yield rule("title-in-brackets", 0.6, (place.start, place.end), **facts)


# ---- what agrees and what contradicts --------------------------------------------------------------


def year_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """The year beside the title agrees, or makes it another work."""
    if work.year is None:
        return
    beside = [year for year in near.years if year.beside]
    agreeing = [year for year in near.years if year.value == work.year]
    if agreeing:
        best = min(agreeing, key=lambda year: not year.beside)
        yield rule("year-agrees", 1.8 if best.beside else 0.9, best.span, year=work.year)
        return
    if not beside:
        return
    other = min(beside, key=lambda year: abs(year.span[0] - near.place.end))
    apart = other.value - work.year
    facts = {"year": other.value, "expected": work.year}
    if work.kind == "series" and near.episodes and apart >= 0:
        return
    if work.kind in ("book", "audiobook", "software", "music") and apart > 0:
        yield rule("year-of-edition", -1.2 if near.creators else -3.0, other.span, **facts)
    elif abs(apart) == 1:
        yield rule("year-near", -1.6, other.span, **facts)
    else:
        yield rule("year-contradicts", -6.0, other.span, **facts)


def kind_rules(near: Surroundings, work: Work, year_agrees: bool) -> Iterator[Evidence]:
    """The form of the copy fits the kind of the work, or is that of another medium."""
    groups = {
        group: near.spoken_of(group) for group in ("video", "book", "audio", "audiobook", "software", "game", "season")
    }
    text = near.words.text
    firm_video = [word for word in groups["video"] if _VIDEO_ONLY.match(text[word.start : word.end])]
    if work.kind is None:
        return
    accepted = ACCEPTED[work.kind]
    agreeing = [word for group in accepted for word in groups.get(group, [])]
    if groups["audiobook"] and "audiobook" in accepted:
        agreeing += groups["audio"]
    wrong: list[Any] = []
    if "book" not in accepted:
        wrong += [
            word
            for word in groups["book"]
            if text[word.start : word.end]
            not in ("scan", "scans", "raw", "完结", "番外", "全本", "lit", "完本", "章节", "小说", "漫画")
        ]
        wrong += [
            word
            for word in groups["book"]
            if text[word.start : word.end] in ("小说", "漫画", "全本", "完本") and not agreeing
        ]
    if "audiobook" not in accepted:
        wrong += groups["audiobook"]
    if work.kind in ("film", "series", "game", "software") and groups["audio"] and not firm_video:
        wrong += groups["audio"]
    if "video" not in accepted:
        wrong += firm_video
        if not agreeing:
            wrong += [
                word
                for word in groups["season"]
                if text[word.start : word.end] not in ("complete", "完结", "全集", "更新至", "连载至", "集全")
            ]
    if work.kind in ("film", "series", "book", "audiobook", "music"):
        wrong += [word for word in (*groups["software"], *groups["game"]) if text[word.start : word.end] in _PROGRAMS]
    if work.kind == "film" and near.after.kind == "episode" and not agreeing_film(near) and _season_code(near):
        wrong += groups["season"] or groups["video"]
    if wrong and agreeing and not firm_video and "video" not in accepted:
        wrong = [word for word in wrong if word not in agreeing]
    if wrong:
        word = wrong[0]
        span = near.raw(word.start, word.end)
        # Sites mix up formats; with the right year beside the title it is more likely a wrong tag.
        softened = year_agrees and "video" not in accepted and word in firm_video and work.kind in ("book", "audiobook")
        yield rule("other-medium", -0.9 if softened else -4.0, span, form=near.page.raw[slice(*span)], kind=work.kind)
    elif agreeing:
        word = agreeing[0]
        span = near.raw(word.start, word.end)
        yield rule("kind-agrees", 0.6, span, form=near.page.raw[slice(*span)], kind=work.kind)


_PROGRAMS = frozenset(
    (
        "apk",
        "exe",
        "dmg",
        "msi",
        "手游",
        "网游",
        "单机游戏",
        "安卓",
        "nsp",
        "xci",
        "fitgirl",
        "skidrow",
        "dlc",
        "all dlc",
        "pc game",
        "keygen",
        "rom",
        "roms",
    )
)


def agreeing_film(near: Surroundings) -> bool:
    """The line says that it holds a film."""
    return any(near.words.text[word.start : word.end] in ("电影", "movie", "film") for word in near.said)


def _season_code(near: Surroundings) -> bool:
    return bool(re.search(r"s\d{1,2}e?\d*|第 ?\S{1,3} ?[季集]", near.view.text))


def people_rules(near: Surroundings) -> Iterator[Evidence]:
    """A person of the work is named."""
    if near.creators:
        name, start, end = near.creators[0]
        yield rule("creator-named", 1.6, near.raw(start, end), name=name)


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
        yield rule("numbered", -0.8 if agrees or work.kind in ("software", "music") else -3.4, span, **facts)
    elif after.kind == "instalment" and not agrees:
        yield rule("other-instalment", -4.0, span, **facts)
    weak = strength(near.place.spelling) in ("single", "common")
    quoted = near.quoted
    if after.kind in ("unknown", "small") and not quoted:
        weight = _neighbour_weight(after.kind, after.glued, weak, near)
        if agrees:
            weight *= 0.3
        yield rule("longer-title", weight, span, **facts)
    if before.kind in ("unknown", "small") and not quoted:
        weight = _neighbour_weight(before.kind, before.glued, weak, near) * 0.75
        if agrees:
            weight *= 0.5
        yield rule("longer-title-before", weight, span, title=work.title, previous=before.text)


def _neighbour_weight(kind: str, glued: bool, weak: bool, near: Surroundings) -> float:
    native = near._native(near.words.text[near.own[0]])
    if kind == "small":
        return -2.2 if weak else -0.5
    if native:
        return -4.5 if weak or len(near.place.spelling) <= 3 else -3.2
    if glued:
        return -2.4
    return -4.5 if weak else -3.2


def corroboration_rules(near: Surroundings, work: Work, found: list[Evidence]) -> Iterator[Evidence]:
    """A short or common title, pinyin, initials and slips need something that no coincidence brings."""
    named = {evidence.rule for evidence in found}
    sure = bool(named & {"year-agrees", "creator-named"})
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
    if place.form == TYPO:
        careful = place.disguise == "wrong" and len(place.spelling) < 18
        plural = place.disguise in ("extra", "missing") and _at_word_end(
            near.page.raw[place.start : place.end], place.spelling
        )
        if "year-agrees" not in named or careful or plural:
            yield rule("slip-alone", -3.5, span, **facts)
        return
    if kind == "common" and not sure and work.kind == "series" and near.episodes and {"kind-agrees"} <= named:
        sure = near.before.kind in ("edge", "break") and near.after.kind in ("episode", "break", "known")
    if kind == "common" and not sure:
        yield rule("common-title", -2.8 if work.year or work.creators else -2.0, span, **facts)
    elif kind == "common":
        clean = near.before.kind in ("edge", "break", "creator", "year", "known") and near.after.kind in (
            "edge", "break", "year", "creator", "episode", "known",
        )  # fmt: skip
        if clean and "year-agrees" in named:
            yield rule("title-in-its-place", 0.7, span, **facts)
    elif kind == "single" and not sure and near.after.kind not in ("year", "episode") and not near.release:
        yield rule("single-word-title", -0.8, span, **facts)


def _letters(spelling: str) -> int:
    return sum(char.isalpha() for char in spelling)


def _at_word_end(written: str, spelling: str) -> bool:
    one = spelled(written).split()
    other = spelling.split()
    return any(
        len(a) != len(b) and (a == b + b[-1:] or a.rstrip("s") == b or a == b.rstrip("s"))
        for a, b in zip(one, other, strict=False)
    ) or "".join(one)[:-1] == "".join(other)


def _renewed(page: Page) -> bool:
    """True when the post gives a copy in place of one that it calls dead."""
    return bool(page.offer.targets) and _RENEWED.search(page.raw) is not None


def post_rules(near: Surroundings, work: Work, found: list[Evidence]) -> Iterator[Evidence]:
    """What the rest of the post says of the title in its heading, and its heading of a title in its text."""
    page, place = near.page, near.place
    named = {evidence.rule for evidence in found}
    if place.field.where == "body":
        own = spelled(page.offer.title).replace(" ", "")
        named_there = place.spelling.replace(" ", "") in own
        apart = own and not named_there and not near.release and not near.quoted
        if apart and not near.page.target_between(near.line.start, near.line.end):
            yield rule("named-in-passing", -1.0, (place.start, place.end), heading=page.offer.title[:60])
        return
    if place.field.where != "title":
        return
    if work.year is not None and not any("year" in name for name in named):
        for year in page.years:
            span = page.folded.span(*year.span())
            if int(year[0]) == work.year and page.on_short_line(span[0]) and page.where(span[0]) == "body":
                yield rule("year-agrees", 1.2, span, year=work.year)
                break
    if "creator-named" not in named:
        for name in work.creators:
            standing = page.find_name(name)
            if standing is not None and page.where(standing[0]) == "body":
                yield rule("creator-named", 1.2, standing, name=name)
                break
    for word in () if _renewed(page) else page.said:
        span = page.words.span(word.start, word.end)
        if "removed" in word.groups and page.where(span[0]) == "body":
            yield rule("removed", -3.0, span, words=page.raw[slice(*span)])
            break


def against_rules(near: Surroundings, offered: bool) -> Iterator[Evidence]:
    """Words that make the text something else than an offer of the work."""
    if near.asked_for and not near.spoken_of("request"):
        yield rule("request", AGAINST_WEIGHTS["request"], near.asked_for, words=near.page.raw[slice(*near.asked_for)])
    for group in AGAINST:
        said = near.spoken_of(group)
        if said and not (group == "removed" and _renewed(near.page)):
            span = near.raw(said[0].start, said[0].end)
            weight = AGAINST_WEIGHTS[group]
            if offered and group in ("licensed", "reference", "news", "review") and near.release == 2:
                weight *= 0.6
            yield rule(group, weight, span, words=near.page.raw[slice(*span)])
