"""What agrees with the work or makes it another one: its year and the form of the copy."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from crawler.matching.beside_forms import comes_along, denied, denies, papers, spaced_out
from crawler.matching.evidence import Evidence, rule
from crawler.matching.numerals import spoken_year
from crawler.matching.sizes import counts_thousands
from crawler.matching.surroundings import Surroundings
from crawler.matching.volumes import volumes_counted
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
_NO_YEAR = 2040
"""What reads like a year from here on is a number in a name."""
_FORMS = ("video", "book", "audio", "audiobook", "software", "game", "season")
_VIDEO_ONLY = re.compile(
    r"^(?:\d{3,4}[pi]|4k|2160p|x26[45]|h ?26[45]|hevc|avc|av1|xvid|bluray|blu ray|bdrip|webrip|web dl|hdtv|hdrip|dvdrip|remux|cam|telesync|mkv|avi|rmvb)$"
)


def year_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """The year beside the title agrees, or makes it another work."""
    if work.year is None:
        return
    beside = [year for year in near.years if year.beside and year.value < _NO_YEAR]
    own = {int(year) for name in (work.title, *work.aliases) for year in _NAMED_YEAR.findall(name)}
    if any(year.value in own for year in beside):
        # One of the work's names holds it: "Course 2025" came out the year before.
        return
    agreeing = [year for year in near.years if year.value == work.year]
    short = _SHORT_YEAR.match(near.view.text[near.last : near.last + 8])
    if short and not beside:
        low = near.last + short.start(1)
        span = near.view.span(low - 1, low + 2)
        if int(short[1]) == work.year % 100:
            yield rule("year-agrees", 1.8, span, year=work.year)
        else:
            yield rule("year-contradicts", -6.0, span, year=near.page.raw[slice(*span)], expected=work.year)
        return
    if agreeing:
        best = min(agreeing, key=lambda year: not year.beside)
        yield rule("year-agrees", 1.8 if best.beside else 0.9, best.span, year=work.year)
        return
    spoken = _SPOKEN_VERSION.search(near.view.text) if not beside and work.kind in FILM_LIKE else None
    if spoken:
        year = int(spoken[1]) + (1900 if int(spoken[1]) > _CENTURY else 2000)
        span = near.view.span(*spoken.span(1))
        if abs(year - work.year) <= 1:
            yield rule("year-agrees", 1.4, span, year=work.year)
        else:
            yield rule("year-of-other-version", -4.5, span, year=year, expected=work.year)
        return
    version = _OF_VERSION.search(near.view.text[: near.first]) if not beside else None
    if version and abs(int(version[1]) - work.year) > 1:
        span = near.view.span(*version.span(1))
        yield rule("year-of-other-version", -4.5, span, year=int(version[1]), expected=work.year)
        return
    if not beside:
        said = spoken_year(near.view.text, work.year) or _lettered_year(near.view.text, work.year)
        short = _SHORT_APART.search(near.view.text, near.last)
        said = said or (short.span() if short and int(short[1]) == work.year % 100 else None)
        if said and not near.years:
            yield rule("year-agrees", 0.9, near.view.span(*said), year=work.year)
            return
        yield from _elsewhere(near, work)
        return
    other = min(beside, key=lambda year: abs(year.span[0] - near.place.end))
    apart = other.value - work.year
    facts = {"year": other.value, "expected": work.year}
    if work.kind == "series" and near.episodes and apart >= 0:
        if apart > _FIRST_SEASON and not _later_season(near):
            anew = made_anew(near, other.span) or _ONE_SEASON.search(near.view.text)
            weight = -6.0 if anew and not near.creators else -3.0
            yield rule("year-of-other-version", weight, other.span, **facts)
        return
    if work.kind == "disc" and own and other.value != work.year:
        yield rule("year-contradicts", -6.0, other.span, **facts)
        return
    if work.kind == "software" and apart > 0:
        # Programs are called by the year of their version.
        return
    if work.kind in ("book", "audiobook", "music") and apart > 0:
        weight = -1.2 if near.creators else -3.0
        if work.kind == "music" and _REISSUED.search(near.line.raw):
            # Records are sold in one edition after another; a listing names the year of its own.
            weight = -0.3 if near.creators else -0.8
        elif near.page.raw[other.span[1] : other.span[1] + 2].lstrip("年")[:1] in ("版", "印"):
            # "2012版": which edition it is, said so.
            weight *= 0.3
        yield rule("year-of-edition", weight, other.span, **facts)
    elif abs(apart) == 1:
        yield rule("year-near", -1.6, other.span, **facts)
    else:
        yield rule("year-contradicts", -6.0, other.span, **facts)


_REISSUED = re.compile(
    r"(?i)\b(?:remaster\w*|remix\w*|re-?issue\w*|re-?press\w*|anniversary|(?:super )?deluxe|(?:stereo|mono|surround|atmos|5\.1|new|\w+ martin|\w+ wilson) mix|mix|box ?set|edition|sacd|dsd\d*|mofi|mfsl|mobile fidelity|half.speed|needle ?drop|vinyl|lp|japan(?:ese)? (?:cd|press\w*|mini)|shm-?cd|xrcd|hdcd|blu-?spec|24[ /-]?(?:bit|\d{2,3})|\d\d ?bit|flac|ape|wav|alac|lossless|eac|cue)\b"
)


def _lettered_year(text: str, year: int) -> tuple[int, int] | None:
    """Where a year stands with the letter o for a nought, as in ``2o19``."""
    found = re.search(rf"(?<![a-z0-9]){str(year).replace('0', '[o0]')}(?![a-z0-9])", text)
    return found.span() if found else None


def _elsewhere(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """A year in the title's own clause, apart from it, or one that the lines below give as the release's."""
    clause = [
        year
        for year in near.years
        if 0 <= year.span[0] - near.place.end <= _CLAUSE
        and _SET_OFF.search(near.page.raw[near.place.end : year.span[0]])
        and not _STOPPED.search(near.page.raw[near.place.end : year.span[0]])
    ]
    found = [(year.value, year.span) for year in clause] if len(near.years) == 1 else []
    if not near.years:
        low = near.view.starts[0] if len(near.view.starts) else near.place.start
        text = near.page.folded.text
        first = near.page.folded.at(int(low))
        for match in _LABELLED.finditer(text, first, min(first + _RECORD, len(text))):
            found.append((int(match[1]), near.page.folded.span(*match.span(1))))
    if not found:
        return
    value, span = found[0]
    if value == work.year:
        if not clause:
            yield rule("year-agrees", 1.4, span, year=work.year)
    elif work.kind == "series" and value > (work.year or 0) and _later_season(near):
        return
    elif abs(value - (work.year or 0)) > 1 and work.kind in ("film", "series", "disc", None):
        yield rule("year-of-other-version", -3.0, span, year=value, expected=work.year)


def made_anew(near: Surroundings, year: tuple[int, int]) -> bool:
    """The year is said of a version that others made: "2018 版", "2018 and who plays in it 版", not of one restored."""
    found = _ANEW.match(near.page.raw, year[0])
    return found is not None and _RESTORED.search(found[0]) is None


def _later_season(near: Surroundings) -> bool:
    """The line names a season after the first, or several."""
    return any(int(number) > 1 for number in _SEASON_NUMBER.findall(near.view.text)) or bool(
        _SEVERAL.search(near.view.text)
    )


# "2003 年某某那版《Title》": who made the version, and when, stands before its name.
_OF_VERSION = re.compile(
    r"((?:19|20)\d\d) ?年?(?:的|[\u4e00-\u9fff·]{1,8}?)?(?:那|的)?(?:版本?|拍的)(?:的)? ?[《「『“\"]?$"
)
_ANEW = re.compile(r"\d{4} ?年?[ ,，的]*(?:[\u4e00-\u9fff·/、和&]{0,12}? ?版(?![本权])|翻拍|重拍|新拍)")
_RESTORED = re.compile(
    r"修复|重制|清版|国语|粤语|蓝光|剪辑|删减|完整|收藏|珍藏|典藏|数码|台版|字|终极|加长|精装|视版|无删|双语|原声|网盘|电子|最新版"
)
# "83版": the year of a version as it is said.
_SPOKEN_VERSION = re.compile(r"(?<![\d.])(\d\d) ?年?版(?![本权])")
_NAMED_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CENTURY = 40
_FIRST_SEASON = 2
_CLAUSE = 40
_RECORD = 400
_SHORT_YEAR = re.compile(r" ?[\(\[]?'(\d\d)(?!\d|s\b)")
# "Title // who // '24 //": the year in short, between signs that part fields.
_SHORT_APART = re.compile(r"[/|•·~(\[][^/|•·~()\[\]]{0,12}'(\d\d)(?![\w])")
_SET_OFF = re.compile(r"[(（,，—–\-]")
_STOPPED = re.compile(r"[.。;；!！?？\n]\s|。")
_LABELLED = re.compile(
    r"(?:year|released?|release date|premiered?|annee|ano|jahr|上映(?:日期|时间)?|年份|年代|首播|出品|发行|出版(?:年|日期|时间)?)"
    r" ?[:：] ?(?:[\d./-]{0,6})((?:19|20)\d\d)(?!\d)"
)
_SEASON_NUMBER = re.compile(r"(?:s|season |第)0?(\d{1,2})(?=e|\b|季|[^0-9a-z])")
_ONE_SEASON = re.compile(r"(?<![a-z0-9])s0?1(?![0-9])(?!.*(?:remaster|restor|complete|修复|重制))")
_SEVERAL = re.compile(
    r"seasons|(?:season|series|part|vol|volume) (?:two|three|four|five|six|seven|eight|nine|ten|[ivx]{2,})\b|第?[二三四五六七八九十][季部]|全[二三四五六七八九十\d]+季|s\d+ ?[-–~+&to]+ ?s?\d"
)


def kind_rules(near: Surroundings, work: Work, year_agrees: bool) -> Iterator[Evidence]:
    """The form of the copy fits the kind of the work, or is that of another medium."""
    text = near.words.text
    named = {group: near.spoken_of(group) for group in _FORMS}
    groups = {group: [word for word in words if not denied(text, word.start)] for group, words in named.items()}
    not_this = [word for words in named.values() for word in words if denied(text, word.start)]
    # "v0.10.30" is a version, not a quality of sound.
    groups["audio"] = [word for word in groups["audio"] if not _VERSIONED.match(text[word.start :])]
    groups["video"] = [
        word for word in groups["video"] if not counts_thousands(near.page.raw, *near.raw(word.start, word.end))
    ]
    firm_video = [word for word in groups["video"] if _VIDEO_ONLY.match(text[word.start : word.end])]
    if work.kind is None:
        return
    accepted = ACCEPTED[work.kind]
    # Not in the order of a set, which is another one in every process.
    agreeing = [word for group, words in groups.items() if group in accepted for word in words]
    if groups["audiobook"] and "audiobook" in accepted:
        agreeing += groups["audio"]
    wrong: list[Any] = []
    if not agreeing:
        wrong += [word for word in not_this if denies(work.kind, text[word.start : word.end])]
    if "book" not in accepted:
        notes = ("txt", "nfo", "docx") if work.kind in ("software", "game") else ()
        wrong += [
            word
            for word in groups["book"]
            if text[word.start : word.end] not in notes
            and text[word.start : word.end]
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
            wrong += [word for word in groups["video"] if text[word.start : word.end] in _SHOWN]
            wrong += [
                word
                for word in ([] if spaced_out(work.kind, text) else groups["season"])
                if text[word.start : word.end] not in ("complete", "完结", "全集", "更新至", "连载至", "集全")
            ]
    if work.kind in ("film", "series", "book", "audiobook", "music"):
        wrong += [
            word
            for word in (*groups["software"], *groups["game"])
            if not _PROGRAMS.isdisjoint((text[word.start : word.end], *text[word.start : word.end].split(" ")))
        ]
        if not firm_video:
            wrong += [word for word in groups["game"] if text[word.start : word.end] in _PLAYED]
    if work.kind == "film" and near.after.kind == "episode" and not agreeing_film(near) and _season_code(near):
        wrong += groups["season"] or groups["video"]
    counted = [span for span in near.episodes if near.page.raw[slice(*span)].rstrip("全").endswith("集")]
    if work.kind == "book" and counted and not agreeing and not wrong:
        # Episodes are counted in what is shown, volumes and chapters in what is read.
        yield rule("other-medium", -3.0, counted[0], form=near.page.raw[slice(*counted[0])], kind=work.kind)
        return
    if work.kind in ("film", "series") and not agreeing and not wrong and (volumes := volumes_counted(near)):
        yield rule("other-medium", -3.0, volumes, form=near.page.raw[slice(*volumes)], kind=work.kind)
        return
    parts = _shown_in_parts(near) if work.kind == "film" and not wrong and not year_agrees else None
    if parts and not agreeing_film(near):
        yield rule("other-medium", -3.5, parts, form=near.page.raw[slice(*parts)], kind=work.kind)
        return
    if work.kind == "audiobook" and agreeing and not firm_video:
        # Papers come along with what is read aloud.
        wrong = [word for word in wrong if word not in groups["book"]]
    if work.kind in ("film", "series", "disc") and (agreeing or near.episodes):
        wrong = [word for word in wrong if word not in groups["book"] or not comes_along(near.words.text, word)]
    if work.kind == "disc":
        wrong = [word for word in wrong if word not in groups["book"] or not papers(near.words.text, word)]
    if wrong and agreeing and not firm_video and "video" not in accepted:
        wrong = [word for word in wrong if word not in agreeing]
    if wrong:
        word = wrong[0]
        span = near.raw(word.start, word.end)
        # Sites mix up formats; with the right year beside the title it is more likely a wrong tag.
        softened = year_agrees and "video" not in accepted and word in firm_video and work.kind in ("book", "audiobook")
        weight = -0.9 if softened else -4.0
        played = [word for word in wrong if _is_played(text[word.start : word.end])] if not firm_video else []
        told = played if agreeing else wrong
        sure = any(not _FOR_CONSOLES.isdisjoint(text[word.start : word.end].split(" ")) for word in played)
        if not softened and (sure or len({text[word.start : word.end] for word in told}) > 1):
            # Two words of another medium and none of the work's own, or two that are said of games, leave no doubt.
            weight = -9.0
        yield rule("other-medium", weight, span, form=near.page.raw[slice(*span)], kind=work.kind)
    elif work.kind == "book" and not agreeing and (volumes := volumes_counted(near)):
        yield rule("kind-agrees", 0.6, volumes, form=near.page.raw[slice(*volumes)], kind=work.kind)
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
    elif not_this and (apart := spaced_out(work.kind, text)):
        span = near.raw(*apart)
        yield rule("kind-agrees", 0.6, span, form=near.page.raw[slice(*span)], kind=work.kind)


def _is_played(phrase: str) -> bool:
    return phrase in _PLAYED or not _PROGRAMS.isdisjoint((phrase, *phrase.split(" ")))


def _shown_in_parts(near: Surroundings) -> tuple[int, int] | None:
    """Where several episodes are counted right behind the title, before another name."""
    found = _EPISODES.search(near.view.text, near.last, near.last + _PARTS_WITHIN)
    if found is None or int(found[1]) <= _FEW_PARTS or "《" in near.view.text[near.last : found.start()]:
        return None
    return near.view.span(*found.span())


_EPISODES = re.compile(r"(?<!\d)(\d{1,4}) ?[集话]")
_PARTS_WITHIN = 20
_FEW_PARTS = 3


def form_rules(near: Surroundings, work: Work, found: Sequence[Evidence]) -> Iterator[Evidence]:
    """The form of the copy, named on another line of the post, fits the kind of the work or is that of another medium."""
    accepted = ACCEPTED.get(work.kind or "", set())
    for one in found:
        if not accepted or one.rule not in _NAMING or one.span is None:
            continue
        low, high = one.span
        words = [word for word in near.page.said if near.page.words.span(word.start, word.end)[0] in range(low, high)]
        groups = {group for word in words for group in word.groups} & _MEDIA
        if groups & accepted:
            yield rule("kind-agrees", 0.5, one.span, form=near.page.raw[low:high], kind=work.kind)
            return
        if groups and work.kind not in ("game", "software"):
            yield rule("other-medium", -2.0, one.span, form=near.page.raw[low:high], kind=work.kind)
            return


_NAMING = ("form-named", "file-named")
_MEDIA = {"book", "audiobook", "video", "audio"}
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


_FOR_CONSOLES = frozenset(("nsp", "xci"))
# What is said of games alone, wherever they are given.
_PLAYED = frozenset(
    ("解压即玩", "解压就玩", "硬盘版", "硬碟版", "中文硬碟版", "免安装硬碟版", "免安装硬盘版", "免安装中文版", "免安装中文硬盘版", "中文硬盘版", "汉化硬盘版", "pc硬盘版", "游戏本体", "游戏大小", "游戏容量", "学习版", "全dlc", "安卓移植", "安卓直装", "steam版", "switch版", "ns游戏", "galgame", "pc游戏", "pc游戏版", "电脑游戏", "游戏版", "手柄可玩", "支持手柄", "模拟器", "模拟器版", "模拟器运行", "带模拟器", "含模拟器", "附模拟器", "pc单机版", "单机版", "电脑单机版", "主机版", "ps2版", "ps3版", "ps4版", "ps5版", "psp版", "gba版", "nds版", "3ds版", "ns版", "街机版", "游戏rom", "无限金币", "无限体力", "无限元宝", "全角色解锁")
)  # fmt: skip
# What is said of pictures that move, and of nothing that is read or played.
_SHOWN = frozenset(
    ("抢先版", "枪版", "国语中字", "中字", "国粤双语", "蓝光", "蓝光原盘", "原盘", "双字", "hd版", "tc版", "ts版", "院线版", "电影版", "片源", "视频课", "视频课程", "网课", "配套视频", "配套视频课", "课程视频", "讲解视频", "视频讲解")
)  # fmt: skip
_VERSIONED = re.compile(r"v\d+ \d")


def agreeing_film(near: Surroundings) -> bool:
    """The line says that it holds a film."""
    return any(near.words.text[word.start : word.end] in ("电影", "movie", "film") for word in near.said)


def _season_code(near: Surroundings) -> bool:
    return bool(re.search(r"s\d{1,2}e?\d*|第 ?\S{1,3} ?[季集]", near.view.text))
