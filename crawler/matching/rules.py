"""The rules: named, weighted evidence that a text offers a watched work, and evidence that it does not.

RULES_VERSION is recorded with every hit; change it with any rule, weight, table or word list.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from crawler.matching.lexicon import AGAINST, genuine_host
from crawler.matching.page import Page
from crawler.matching.places import Place
from crawler.matching.strength import strength
from crawler.matching.surroundings import Surroundings
from crawler.matching.variants import ARTICLE, INITIALS, NUMERAL, PINYIN, TYPO
from crawler.model import Work
from crawler.text import spelled

RULES_VERSION = "1"
BIAS = -3.4
Span = tuple[int, int]


class Evidence(NamedTuple):
    """One rule that spoke."""

    rule: str
    weight: float
    span: Span | None = None
    """Raw span of the page."""
    facts: dict[str, Any] = {}  # noqa: RUF012  (never changed)


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
_PRICE = re.compile(
    r"(?:[$€£¥￥]|usd|rmb|eur) ?\d+(?:\.\d+)?|\d+(?:\.\d+)? ?(?:元|块|刀|usd|dollars|bucks|euros?|eur|rmb|包邮)|\d块\d"
)
_CHAT = re.compile(
    r"(?i)(?<![\w.])(?:t\.me/(?:\+|joinchat/)\w+|discord\.gg/\w+|chat\.whatsapp\.com/\w+|telegram\.me/joinchat/\w+)"
)
_VIDEO_ONLY = re.compile(
    r"^(?:\d{3,4}[pi]|4k|2160p|x26[45]|h ?26[45]|hevc|avc|av1|xvid|bluray|blu ray|bdrip|webrip|web dl|hdtv|hdrip|dvdrip|remux|cam|telesync|mkv|avi|rmvb)$"
)


def _rule(rule: str, weight: float, span: Span | None = None, /, **facts: Any) -> Evidence:
    return Evidence(rule, round(weight, 2), span, facts)


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
    yield _rule(name, weight, (place.start, place.end), **facts)
    if near.quoted:
        yield _rule("title-in-brackets", 0.6, (place.start, place.end), **facts)


# ---- what is offered -----------------------------------------------------------------------------


def target_host(url: str) -> str:
    """The host of a target's URL, lower case; empty for magnets and their like."""
    try:
        return (
            urlsplit(url if "//" in url or ":" in url.split("/")[0][:7] else f"https://{url}").hostname or ""
        ).lower()
    except ValueError:
        return ""


def invites(text: str) -> bool:
    """True when the text holds the address of a chat that one joins by invitation."""
    return bool(_CHAT.search(text))


def offer_rules(page: Page, licensed: tuple[str, ...]) -> list[Evidence]:
    """What on the page offers anything at all, apart from its words; also addresses that offer nothing."""
    found: list[Evidence] = []
    offer = page.offer
    for target in offer.targets:
        host = target_host(target.url)
        shop = any(host == domain or host.endswith(f".{domain}") for domain in licensed)
        genuine = "licensed" if shop else genuine_host(host) if host else None
        if genuine == "licensed":
            found.append(_rule("licensed-address", -3.5, None, host=host))
        elif genuine == "reference":
            found.append(_rule("reference-address", -2.5, None, host=host))
        else:
            weight = 1.2 if target.kind == "link" else 2.2
            found.append(_rule("target", weight, None, kind=target.kind, address=target.url[:80]))
    if offer.players:
        host = target_host(offer.players[0])
        if not (genuine_host(host) or any(host.endswith(domain) for domain in licensed)):
            found.append(_rule("player", 2.2, None, address=offer.players[0][:80]))
    chat = _CHAT.search(page.raw)
    if chat:
        found.append(_rule("invitation", 1.8, chat.span(), words=chat[0]))
    if offer.hidden:
        found.append(_rule("hidden-block", 2.0, None, words=offer.hidden[:60]))
    if offer.price:
        found.append(_rule("price", 1.6, None, price=offer.price[:40]))
    return found


def word_rules(near: Surroundings) -> list[Evidence]:
    """Words on the title's line that offer a copy, and the shape of a release name."""
    found: list[Evidence] = []
    for group, name, weight in (
        ("offer", "words-of-offer", 1.6),
        ("invitation", "invitation", 1.5),
        ("sale", "words-of-sale", 1.4),
        ("offer_weak", "words-near-offer", 0.5),
    ):
        said = near.spoken_of(group)
        if said:
            span = near.raw(said[0].start, said[0].end)
            found.append(_rule(name, weight, span, words=near.page.raw[slice(*span)]))
    price = _PRICE.search(near.view.text)
    if price:
        found.append(_rule("price", 1.0, near.view.span(*price.span()), price=price[0]))
    if near.release:
        tags = near.spoken_of("video", "book", "audio", "audiobook", "software", "game", "season")
        span = near.raw(tags[0].start, tags[0].end) if tags else near.episodes[0]
        found.append(_rule("release-name", 1.9 if near.release == 2 else 1.0, span, tag=near.page.raw[slice(*span)]))
    return found


# ---- what agrees and what contradicts --------------------------------------------------------------


def year_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """The year beside the title agrees, or makes it another work."""
    if work.year is None:
        return
    beside = [year for year in near.years if year.beside]
    agreeing = [year for year in near.years if year.value == work.year]
    if agreeing:
        best = min(agreeing, key=lambda year: not year.beside)
        yield _rule("year-agrees", 1.8 if best.beside else 0.9, best.span, year=work.year)
        return
    if not beside:
        return
    other = min(beside, key=lambda year: abs(year.span[0] - near.place.end))
    apart = other.value - work.year
    facts = {"year": other.value, "expected": work.year}
    if work.kind == "series" and near.episodes and apart >= 0:
        return
    if work.kind in ("book", "audiobook", "software", "music") and apart > 0:
        yield _rule("year-of-edition", -1.2 if near.creators else -3.0, other.span, **facts)
    elif abs(apart) == 1:
        yield _rule("year-near", -1.6, other.span, **facts)
    else:
        yield _rule("year-contradicts", -6.0, other.span, **facts)


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
        yield _rule("other-medium", -0.9 if softened else -4.0, span, form=near.page.raw[slice(*span)], kind=work.kind)
    elif agreeing:
        word = agreeing[0]
        span = near.raw(word.start, word.end)
        yield _rule("kind-agrees", 0.6, span, form=near.page.raw[slice(*span)], kind=work.kind)


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
        yield _rule("creator-named", 1.6, near.raw(start, end), name=name)


def number_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """A number or a further word makes it another instalment or another, longer title."""
    after, before = near.after, near.before
    text = near.page.raw[near.place.end : near.place.end + 12]
    facts = {"title": work.title, "next": after.text, "text": text}
    span = (near.place.start, near.place.end)
    agrees = any(year.value == work.year and year.beside for year in near.years)
    if near.episodes and work.kind in ("series", None):
        yield _rule("season-or-episode", 0.7, near.episodes[0], mark=near.page.raw[slice(*near.episodes[0])])
    if after.kind == "number" and work.kind not in ("series", "book", "audiobook", "music", "software"):
        yield _rule("other-instalment", -2.0 if agrees else -5.0, span, **facts)
    elif after.kind == "number":
        yield _rule("numbered", -0.8, span, **facts)
    elif after.kind == "instalment" and not agrees:
        yield _rule("other-instalment", -4.0, span, **facts)
    weak = strength(near.place.spelling) in ("single", "common")
    quoted = near.quoted
    if after.kind in ("unknown", "small") and not quoted:
        weight = _neighbour_weight(after.kind, after.glued, weak, near)
        if agrees:
            weight *= 0.3
        yield _rule("longer-title", weight, span, **facts)
    if before.kind in ("unknown", "small") and not quoted:
        weight = _neighbour_weight(before.kind, before.glued, weak, near) * 0.75
        if agrees:
            weight *= 0.5
        yield _rule("longer-title-before", weight, span, title=work.title, previous=before.text)


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
            yield _rule("initials-alone", -4.0, span, **facts)
        return
    if place.form == PINYIN:
        if not sure and not named & {"target", "release-name"}:
            yield _rule("pinyin-alone", -2.0, span, **facts)
        return
    if place.form == TYPO:
        careful = place.disguise == "wrong" and len(place.spelling) < 18
        plural = place.disguise in ("extra", "missing") and _at_word_end(
            near.page.raw[place.start : place.end], place.spelling
        )
        if "year-agrees" not in named or careful or plural:
            yield _rule("slip-alone", -3.5, span, **facts)
        return
    if kind == "common" and not sure and work.kind == "series" and near.episodes and {"kind-agrees"} <= named:
        sure = near.before.kind in ("edge", "break") and near.after.kind in ("episode", "break", "known")
    if kind == "common" and not sure:
        yield _rule("common-title", -2.8 if work.year or work.creators else -2.0, span, **facts)
    elif kind == "common":
        clean = near.before.kind in ("edge", "break", "creator", "year", "known") and near.after.kind in (
            "edge", "break", "year", "creator", "episode", "known",
        )  # fmt: skip
        if clean and "year-agrees" in named:
            yield _rule("title-in-its-place", 0.7, span, **facts)
    elif kind == "single" and not sure and near.after.kind not in ("year", "episode") and not near.release:
        yield _rule("single-word-title", -0.8, span, **facts)


def _letters(spelling: str) -> int:
    return sum(char.isalpha() for char in spelling)


def _at_word_end(written: str, spelling: str) -> bool:
    one = spelled(written).split()
    other = spelling.split()
    return any(
        len(a) != len(b) and (a == b + b[-1:] or a.rstrip("s") == b or a == b.rstrip("s"))
        for a, b in zip(one, other, strict=False)
    ) or "".join(one)[:-1] == "".join(other)


def prose_rules(near: Surroundings) -> Iterator[Evidence]:
    """A title inside running text, or in a post whose own title names something else, is often a mention."""
    page, place = near.page, near.place
    if place.field.where == "body" and page.offer.title.strip():
        own = spelled(page.offer.title).replace(" ", "")
        if place.spelling.replace(" ", "") not in own and not near.release and not near.quoted:
            yield _rule("named-in-passing", -1.0, (place.start, place.end), heading=page.offer.title[:60])


def against_rules(near: Surroundings, offered: bool) -> Iterator[Evidence]:
    """Words that make the text something else than an offer of the work."""
    if near.asked_for and not near.spoken_of("request"):
        yield _rule("request", AGAINST_WEIGHTS["request"], near.asked_for, words=near.page.raw[slice(*near.asked_for)])
    for group in AGAINST:
        said = near.spoken_of(group)
        if said:
            span = near.raw(said[0].start, said[0].end)
            weight = AGAINST_WEIGHTS[group]
            if offered and group in ("licensed", "reference", "news", "review") and near.release == 2:
                weight *= 0.6
            yield _rule(group, weight, span, words=near.page.raw[slice(*span)])
