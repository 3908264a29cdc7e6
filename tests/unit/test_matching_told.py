"""What reasons say and quote: whole words and names, nothing that speaks for the other side, in both languages."""

import pytest

from crawler.matching import Matcher, Offer
from crawler.matching.lexicon import AGAINST, FORMATS, OFFERING, spoken
from crawler.matching.page import Page
from crawler.matching.shown import _quotable
from crawler.model import Reason, Target, Work
from crawler.text import fold, words
from crawler.wording.reasons import say_reason, say_rule
from crawler.wording.repeated import shown_once

HERON = Work(
    "heron", "The Longest Heron & the Road", "film", 2011, aliases=("Kelp and Candle",), creators=("Ines Farrow",)
)
SHARE = Target("cloud_drive", "https://pan.example/s/1Ab", None, "https://pan.example/s/1Ab")


def reasons(body: str, work: Work = HERON) -> dict[str, Reason]:
    """The reasons of the one match of a text, by rule."""
    (match,) = Matcher([work], review=0.0).match(Offer("", body, (SHARE,)))
    return {reason.rule: reason for reason in match.reasons}


def quoted(body: str, rule: str, *runs: str) -> list[str]:
    """Those of some stretches of a text that a reason of diction quotes."""
    page = Page(Offer("", body))
    spans = [(page.raw.index(run), page.raw.index(run) + len(run)) for run in runs]
    return [page.raw[low:high] for low, high in _quotable(page, rule, spans)]


def test_signs_of_no_offer_are_no_words_of_offers() -> None:
    body = "free download, 网盘链接 提取码: thoughtful essay"
    assert quoted(body, "diction-of-others", "free", "download", "网盘", "提取", "提取码", "essay") == ["essay"]
    assert quoted(body, "diction-of-offers", "download", "提取码") == ["download", "提取码"]


def test_no_part_of_a_word_a_code_or_an_address_is_quoted() -> None:
    body = "在线观看 普通网友 这部影评\nbody.example/path TWFycm93IExhbmU aGVyb25z, and gentle rain. that"
    runs = ("线观", "通网", "example", "path", "TWFycm", "aGVyb", "rain. that", "that", "gentle rain", "影评\nbody")
    assert quoted(body, "diction-of-others", *runs) == ["gentle rain"]


@pytest.mark.parametrize("rule", ["diction-of-offers", "diction-of-others"])
def test_the_weighing_is_said_as_one_with_and_without_words(rule: str) -> None:
    english, chinese = (say_rule(rule, language, {"words": "“slow”, “quiet rain”"}) for language in ("en", "zh"))
    assert "statistical weighing" in english and english.endswith("(“slow”, “quiet rain”).")
    assert "统计权重" in chinese and chinese.endswith("（“slow”、“quiet rain”）。")
    assert "(" not in say_rule(rule, "en", {"words": ""}) and "（" not in say_rule(rule, "zh", {"words": ""})


def test_a_file_is_quoted_by_its_whole_name() -> None:
    said = reasons("Kelp and Candle 2011 1080p\nhttps://files.example/get?f=kelp.candle.2011.mkv")["file-named"]
    assert said.facts["words"] == "kelp.candle.2011.mkv"


def test_a_title_in_escapes_is_encoded_and_another_name_is_quoted_as_written_there() -> None:
    assert "title-encoded" in reasons("K%65lp%20and%20Candle 2011 1080p web-dl")
    assert reasons("Kelp & Candle 2011 1080p web-dl")["title-joiner"].facts["title"] == "Kelp and Candle"


def test_a_person_is_told_as_written() -> None:
    said = reasons("Kelp and Candle 2011 1080p, by Farrow Ines")["creator-named"]
    assert said.text == "“Farrow Ines” stands here, a name of Ines Farrow."
    older = {"rule": "creator-named", "facts": {"name": "Ines Farrow"}, "text": ""}
    assert say_reason(older, "zh") == "此处出现“Ines Farrow”，与主创 Ines Farrow 的姓名相符。"


@pytest.mark.parametrize(
    ("rule", "facts", "english", "chinese"),
    [
        ("invitation", {"words": "隐藏的内容"}, "not replied", "才显示"),
        ("channel", {"words": "reply to see the link"}, "not replied", "才显示"),
        ("channel", {"words": "telegram"}, "private way", "私下联系"),
        ("own-copy", {"words": "Runs in an emulator"}, "runs or plays on", "设备或程序"),
        ("own-copy", {"words": "copied DVDs"}, "did not make", "并非正版"),
        ("offered-apart", {}, "another sentence", "不在同一句"),
        ("offered-apart", {"other": "相册"}, "something else than the work: “相册”", "“相册”，而非该作品"),
        (
            "kind-agrees",
            {"form": "简繁", "kind": "film"},
            "“简繁” is what copies of a film carry",
            "常见于电影的复制件",
        ),
        ("identifier-linked", {"scheme": "Douban", "written": "1"}, "(Douban)", "（豆瓣）"),
        ("identifier-linked", {"scheme": "IMDb", "written": "1"}, "(IMDb)", "（IMDb）"),
    ],
)
def test_facts_choose_the_sentence(rule: str, facts: dict[str, str], english: str, chinese: str) -> None:
    assert english in say_rule(rule, "en", facts)
    assert chinese in say_rule(rule, "zh", facts)


def test_territories_are_told_by_name() -> None:
    facts = {"host": "shop.example", "territories": "GB, IE, AQ", "since": "", "until": "", "day": ""}
    english, chinese = (say_rule("licence-holds", language, facts) for language in ("en", "zh"))
    assert "in the United Kingdom, Ireland and the territory AQ" in english
    assert "限英国、爱尔兰、地区 AQ" in chinese


def test_reasons_that_quote_the_same_words_are_shown_as_one() -> None:
    def one(rule: str, weight: float, span: list[int] | None) -> dict[str, object]:
        return {"rule": rule, "weight": weight, "in": "body", "span": span, "facts": {"words": "x"}}

    given = [
        one("carrier", 0.5, [1, 4]),
        one("review", -1.0, [1, 4]),
        one("storage", 0.8, [1, 4]),
        one("own-copy", 1, None),
    ]
    shown = [(reason["rule"], reason["weight"]) for reason in shown_once(given)]
    assert shown == [("storage", 1.3), ("review", -1.0), ("own-copy", 1)]


def test_the_groups_of_both_sides_hold_what_they_are_named_for() -> None:
    def groups(text: str) -> set[str]:
        return {group for word in spoken(words(fold(text)).text) for group in word.groups}

    assert all(groups(text) & {*OFFERING, *FORMATS} for text in ("free", "download", "网盘", "提取码"))
    assert groups("影评") & set(AGAINST)
