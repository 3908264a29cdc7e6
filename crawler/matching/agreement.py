"""What agrees with the work or makes it another one: its year, its people, the form of the copy."""

import re
from collections.abc import Iterator
from typing import Any

from crawler.matching.evidence import Evidence, rule
from crawler.matching.hearing import name_heard
from crawler.matching.surroundings import Surroundings
from crawler.matching.variants import INITIALS, MIXED, PARTS, PINYIN, SOUND
from crawler.model import Work

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
        # A book is also read aloud; a recording is one more likely than the book itself.
        own = (
            work.kind != "book"
            or any(not word.groups.isdisjoint({"book"}) for word in agreeing if "audiobook" not in word.groups)
            or not groups["audiobook"]
        )
        yield rule("kind-agrees", 0.6 if own else 0.3, span, form=near.page.raw[slice(*span)], kind=work.kind)


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


def people_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """A person of the work is named."""
    if near.creators:
        name, start, end = near.creators[0]
        yield rule("creator-named", 1.6, near.raw(start, end), name=name)
    elif near.place.form in (SOUND, PARTS, MIXED, PINYIN, INITIALS):
        hidden = name_heard(near.page, work.creators)
        if hidden:
            yield rule("creator-named", 1.2, hidden[1], name=hidden[0])
