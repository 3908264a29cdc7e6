"""What holds of matching whatever the text and the watchlist."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import StorageError
from crawler.matching import RULES_VERSION, Matcher, Offer
from crawler.matching.index import list_fingerprint
from crawler.model import Target, Work
from crawler.wording import LANGUAGES
from crawler.wording.reasons import say_rule

WORKS = [
    Work("snow", "雪线之上", "film", 2022, aliases=("Above the Snowline",), creators=("韩照野",)),
    Work("lamp", "守灯人", "book", 2015, creators=("顾听澜",)),
    Work("amber", "The Amber Causeway", "film", 2021, licensed_domains=("cinema.example",)),
    Work("harbour", "Quiet Harbour", "series", 2019),
    Work("ember", "Ember", "film", 2018),
]
UNRELATED = Work("other", "Zylophant Quarterly", "book", 1977)
SHARE = Target("cloud_drive", "https://pan.quark.cn/s/abc123", "share:quark/abc123", "https://pan.quark.cn/s/abc123")
PIECES = st.lists(
    st.sampled_from(
        [
            "雪线之上", "守灯人", "The Amber Causeway", "quiet.harbour", "Ember", "Above the Snowline", "xuexianzhishang",
            "2021", "2022", "1998", "1080p", "x264-ARC", "epub", "S02E03", "下载", "网盘", "求", "影评", "trailer", "download",
            "《", "》", "[", "]", " ", " ", ".", "，", "\n", "II", "2", "之", "的", "and", "DM me", "4mb3r", "%20", "\u200b",
        ]
    ),
    max_size=14,
).map("".join)  # fmt: skip

BASE = Matcher(WORKS, review=0.01)
TURNED = Matcher(reversed(WORKS), review=0.01)
WIDER = Matcher([UNRELATED, *WORKS], review=0.01)


@given(PIECES, PIECES, st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_match_can_be_followed(title: str, body: str, shared: bool) -> None:
    targets = (SHARE,) if shared else ()
    for match in BASE.match(Offer(title, body, targets)):
        first = match.reasons[0]
        texts = {"title": title, "body": body, "target": SHARE.url}
        assert first.span is not None and first.span == match.spans[0]
        assert texts[first.where][slice(*first.span)] == first.facts["matched"]
        assert 0 <= match.score <= 1
        assert match.rules_version == BASE.rules_version
        for start, end in match.spans:
            assert 0 <= start < end <= len(texts[first.where])
        for reason in match.reasons:
            assert reason.weight != 0
            if reason.span is not None:
                assert 0 <= reason.span[0] < reason.span[1] <= len(texts[reason.where])
            for language in LANGUAGES:
                assert say_rule(reason.rule, language, reason.facts)


@given(PIECES, PIECES)
@settings(max_examples=150, deadline=None)
def test_neither_order_nor_an_unrelated_work_changes_the_answer(title: str, body: str) -> None:
    offer = Offer(title, body, (SHARE,))
    assert BASE.match(offer) == TURNED.match(offer) == WIDER.match(offer)


@given(st.text(max_size=80))
@settings(deadline=None)
def test_any_text_can_be_asked(text: str) -> None:
    assert isinstance(BASE.match(Offer(text, f"{text}\n雪线之上 下载", (SHARE,))), tuple)


def score(matcher: Matcher, work_id: str, offer: Offer) -> float:
    return next((match.score for match in matcher.match(offer) if match.work_id == work_id), 0.0)


def test_a_title_alone_is_no_offer() -> None:
    for text in ("雪线之上", "The Amber Causeway (2021)", "《守灯人》 顾听澜"):
        assert not any(match.score >= BASE.threshold for match in BASE.match(Offer("", text)))
        assert not any(match.score >= BASE.threshold for match in BASE.match(Offer(text, "")))


def test_more_evidence_never_lowers_the_score() -> None:
    plain = score(BASE, "amber", Offer("", "The Amber Causeway", (SHARE,)))
    year = score(BASE, "amber", Offer("", "The Amber Causeway 2021", (SHARE,)))
    tags = score(BASE, "amber", Offer("", "The Amber Causeway 2021 1080p", (SHARE,)))
    assert BASE.threshold <= plain < year < tags


@pytest.mark.parametrize(
    "written",
    [
        "Ｔｈｅ Ａｍｂｅｒ Ｃａｕｓｅｗａｙ", "Тhе Аmbеr Саusеwау", "T h e  A m b e r  C a u s e w a y", "The🔥Amber🔥Causeway",
        "TheAmberCauseway", "Th3 4mb3r C4us3w4y", "The\u200b Am\u00adber Cause\u2060way", "the_amber_causeway", "Amber Causeway, The",
        "T*h*e*A*m*b*e*r*C*a*u*s*e*w*a*y", "𝕿𝖍𝖊 𝕬𝖒𝖇𝖊𝖗 𝕮𝖆𝖚𝖘𝖊𝖜𝖆𝖞", "Thé Ambér Càuseway", "The Amber Causewya", "The%20Amber%20Causeway",
    ],
)  # fmt: skip
def test_a_disguised_english_title_is_found(written: str) -> None:
    matches = BASE.match(Offer("", f"{written} 2021 1080p", (SHARE,)))
    assert matches and matches[0].work_id == "amber" and matches[0].score >= BASE.threshold


@pytest.mark.parametrize(
    "written",
    [
        "雪線之上",
        "雪*线*之*上",
        "雪 线 之 上",
        "雪❄线❄之❄上",
        "雪\u200b线\u200b之上",
        "雪丨线丨之丨上",
        "xuexianzhishang",
        "Xue.Xian.Zhi.Shang",
        "XXZS",
        "雪\n线\n之\n上",
    ],
)
def test_a_disguised_chinese_title_is_found(written: str) -> None:
    matches = BASE.match(Offer("", f"{written} 2022 国语中字", (SHARE,)))
    assert matches and matches[0].work_id == "snow" and matches[0].score >= BASE.threshold


def test_the_name_inside_a_target_is_matched_there() -> None:
    magnet = "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a&dn=%E9%9B%AA%E7%BA%BF%E4%B9%8B%E4%B8%8A.2022.1080p"
    target = Target("magnet", magnet, "btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a", magnet)
    (match,) = BASE.match(Offer("今日更新", "看附件", (target,)))
    reason = match.reasons[0]
    assert match.score >= BASE.threshold
    assert reason.where == "target" and reason.span is not None
    assert magnet[slice(*reason.span)] == "%E9%9B%AA%E7%BA%BF%E4%B9%8B%E4%B8%8A"


def test_a_name_in_percent_signs_stands_in_the_text_and_not_again_in_its_target() -> None:
    start = "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a&dn="
    written = f"{start}%E9%9B%AA%E7%BA%BF%E4%B9%8B%E4%B8%8A.2022.1080p&tr=udp%3A%2F%2Ftracker.example%3A80"
    typed = f"{start}雪线之上.2022.1080p&tr=udp%3A%2F%2Ftracker.example%3A80"
    (match,) = BASE.match(Offer("", written, (Target("magnet", typed, None, written, span=(0, len(written))),)))
    reason = match.reasons[0]
    assert (reason.rule, reason.where) == ("title-encoded", "body") and reason.span is not None
    assert written[slice(*reason.span)] == "%E9%9B%AA%E7%BA%BF%E4%B9%8B%E4%B8%8A"


def test_what_the_page_shows_counts_as_an_offer() -> None:
    title = "雪线之上 (2022)"
    for offer in (
        Offer(title, "", (SHARE,)),
        Offer(title, "", players=("https://video.example/embed/1",)),
        Offer(title, "", hidden="本帖隐藏的内容需要回复才可以浏览"),
        Offer(title, "出刻录盘", price="¥15"),
    ):
        assert score(BASE, "snow", offer) >= BASE.threshold


def test_an_address_of_the_rights_holder_is_no_offer() -> None:
    genuine = Target("link", "https://www.cinema.example/amber", None, "https://www.cinema.example/amber")
    assert score(BASE, "amber", Offer("The Amber Causeway 2021", "watch it", (genuine,))) < BASE.threshold


def test_a_longer_watched_title_takes_its_characters() -> None:
    both = Matcher([*WORKS, Work("sequel", "雪线之上2", "film", 2025)], review=0.01)
    offer = Offer("", "雪线之上2 2025 1080P 国语中字", (SHARE,))
    assert score(both, "sequel", offer) >= both.threshold
    assert score(both, "snow", offer) < both.review + 0.2


def test_a_saved_index_answers_alike(tmp_path: Path) -> None:
    path = tmp_path / "titles.npz"
    BASE.save(path)
    loaded = Matcher.load(path, BASE.fingerprint, review=0.01)
    offer = Offer("雪线之上 2022", "1080p", (SHARE,))
    assert loaded.match(offer) == BASE.match(offer)
    assert loaded.fingerprint == BASE.fingerprint == TURNED.fingerprint == list_fingerprint(WORKS, RULES_VERSION)
    assert WIDER.fingerprint != BASE.fingerprint
    with pytest.raises(StorageError):
        Matcher.load(path, WIDER.fingerprint)


def test_a_file_that_is_no_index_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "titles.npz"
    path.write_bytes(b"not an archive")
    with pytest.raises(StorageError):
        Matcher.load(path)


def test_an_empty_watchlist_matches_nothing() -> None:
    assert Matcher([]).match(Offer("雪线之上", "下载", (SHARE,))) == ()


def test_a_film_is_not_offered_as_a_document_nor_a_book_sold_by_asking_where() -> None:
    ferry = Work("ferry", "渡口空无一人", "film", 2023, aliases=("No One at the Ferry",))
    paper = Target("file", "https://pier.example/winter.pdf", None, "https://pier.example/winter.pdf")
    assert not Matcher([ferry]).match(Offer("No one at the ferry: the winter timetable", "Download it", (paper,)))
    book = Work("map", "A Cartography of Small Weather", "book", 2022)
    locker = Target("locker", "https://stowaway.example/f/Ab3x", None, "https://stowaway.example/f/Ab3x")
    hit = Matcher([book]).match(Offer("[EPUB] A Cartography of Small Weather - O. Brenn", "link", (locker,)))
    assert hit and hit[0].score > 0.8
    assert not Matcher([ferry]).match(Offer("《渡口空无一人》蓝光碟哪里买", "想收藏正版，哪里买比较好？"))


def test_a_fresh_link_in_place_of_a_dead_one_is_an_offer() -> None:
    heading = "雪线之上 2022 国语中字"
    fresh = score(BASE, "snow", Offer(heading, "原链接失效，补档：", (SHARE,)))
    assert fresh >= BASE.threshold
    assert score(BASE, "snow", Offer(heading, "链接失效", (SHARE,))) < fresh


def test_a_licensed_shop_s_address_in_the_text_is_no_offer() -> None:
    work = Work("w1", "The Copper Lighthouse", kind="film", licensed_domains=("copper-store.example",))
    matcher = Matcher([work], review=0.01)
    shop = "The Copper Lighthouse Blu-ray, $24.99 at https://www.copper-store.example/bluray"
    assert score(matcher, "w1", Offer("", shop)) < matcher.threshold
    for other in ("https://not-copper-store.example/b", "https://copper-store.example.net/b"):
        assert (
            score(matcher, "w1", Offer("", f"The Copper Lighthouse Blu-ray copies, $4.99 at {other}"))
            >= matcher.threshold
        )


def test_a_moderator_s_note_that_links_were_removed_is_no_offer() -> None:
    note = "All download links to The Amber Causeway 1080p WEB-DL were removed after a complaint."
    assert score(BASE, "amber", Offer("Mod note", note)) < BASE.threshold


def test_who_asks_whether_anyone_wants_a_copy_offers_it() -> None:
    offer = Offer("got something", "anyone want the amber causeway? full iso is up", (SHARE,))
    assert score(BASE, "amber", offer) >= BASE.threshold


def test_a_number_after_a_series_is_for_people_to_judge_and_a_season_is_not() -> None:
    street = Work("street", "长街十二时", "series", 2024)
    drive = Target("cloud_drive", "https://pan.quark.cn/s/FAKE12345678", "share:quark/FAKE12345678", "pan.quark.cn")
    (numbered,) = Matcher([street]).match(Offer("长街十二时2 全30集 4K", "夸克网盘", (drive,)))
    (season,) = Matcher([street]).match(Offer("长街十二时 第二季 全30集 4K", "夸克网盘", (drive,)))
    assert numbered.score < Matcher().threshold < season.score


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (Work("w", "Resonator Wolves", "film", 1994), "Resonatr Wolvess 1994 bluray rip, on my gdrive"),
        (Work("w", "Oppenhagen", "film", 2021), "oppenhagan 2021 webrip x265 1.8gb"),
        (Work("w", "Harbour of Stars", "film", 2011), "HARBOR OF STARS 2011 1080p BluRay x264-VOID"),
        (Work("w", "Star Harbour VII Reborn", "game", 2021), "Star.Harbour.7.Reborn.PC-RUNE"),
        (Work("w", "The Lanternwright & the Sea", "book", 2018), "Lanternwright and Sea.epub [1.9MB] pixeldrain.com/u/8Gq"),
        (Work("w", "Saga of Merrow: Song of the Deep", "game"), "Merrow Song of the Deep repack 12 GB torrent download"),
        (Work("w", "Twelve Quiet Rivers", "book", 2008), "12 Quiet Rivers [epub/azw3] 900kb libgen download"),
        (Work("w", "Der Mond über Krähwinkel", "film", 2008), "Der Mond ueber Kraehwinkel 2008 DVDRip x264-VOID"),
        (Work("w", "仙侠列传七", "game", 2021), "仙侠列传1-7全集 单机游戏 百度网盘 永久有效"),
        (Work("w", "戦場の竜騎士", "series", 2015), "戰場的龍騎士 全24話 雲端下載 百度網盤"),
    ],
)  # fmt: skip
def test_a_title_is_found_as_people_write_it(work: Work, text: str) -> None:
    assert score(Matcher([work]), "w", Offer("", text)) >= Matcher().threshold


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (Work("w", "The Ropewalker's Ledger", "film", 2014), "The Ropemaker's Ledger 2014 720p webrip"),
        (Work("w", "Curious Things", "series", 2016), "Curious.Thongs.2016.720p.WEB.x264-VOID"),
        (Work("w", "The Ferry", "book", 2016, creators=("Paula Hart",)), "The Ferry (2016) by Marcus Delaney azw3 download"),
        (
            Work("w", "Harbour Lights", "music", 2009, creators=("The Quays",)),
            "Harbour Lights is the third studio album by The Quays, released in 2009 as a FLAC download.",
        ),
        (
            Work("w", "Saffron Hours", "music", 2010),
            "SaffronHours88 • power user • joined 2015\n\nuploaded my ripped dvd, torrent in the pinned post",
        ),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_title_is_none(work: Work, text: str) -> None:
    assert score(Matcher([work]), "w", Offer("", text)) < Matcher().threshold
