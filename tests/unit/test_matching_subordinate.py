"""Titles beside the head of an offer: what is offered is another work, and the traces of the offer are that work's."""

import pytest

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.model import Passage, Work

BOOK = Work("w", "The Salt Ledger", "book", 2019, creators=("Mona Feld",))
GAME = Work("w", "Hollow Lantern", "game", 2017)
FILM = Work("w", "The Quiet Harbour", "film", 2011, aliases=("Porto Quieto",))
SERIES = Work("w", "长街灯火", "series", 2023)
NOVEL = Work("w", "雾都来信", "book", 2008, creators=("林远山",))
LINK = "https://dropkeep.example/f/x7Tec2q"


def found(text: str, work: Work) -> list[str]:
    offer = Offer("", text, targets.find(Passage(text)))
    return [one.work_id for one in Matcher([work]).match(offer) if one.score >= 0.5]


@pytest.mark.parametrize(
    ("text", "work"),
    [
        (f"If The Salt Ledger left you hungry, try The Amber Toll: epub + mobi here {LINK}", BOOK),
        (f"If Grey Weir left you hungry (and The Salt Ledger too), try Amber Toll: epub here {LINK}", BOOK),
        (f"The Amber Toll [Feld] pdf 4.8mb, by the author of The Salt Ledger - get it on {LINK}", BOOK),
        (f"Nine Wicks [GOG] portable, 4.9GB. If you bounced off Hollow Lantern this is your game. {LINK}", GAME),
        (f"Ember Vale v1.0 repack 6.1GB, great for fans of Hollow Lantern {LINK}", GAME),
        (f"Il molo (2017) BDRip 1080p ITA, il remake italiano di Porto Quieto (The Quiet Harbour). {LINK}", FILM),
        (f"《北岸旧事》6集 1080p 喜欢长街灯火、雨夜行人的别错过 {LINK}", SERIES),
        (f"《渡口》1990 全50集 DVD 网盘\n最近《春归》《长街灯火》热播，把老剧也请出来\n链接：{LINK}", SERIES),
        (f"潮汐之间 林远山 epub 分享（作者还有雾都来信、山中客） {LINK}", NOVEL),
        (f"Ember Vale Definitive (GOG) 9GB {LINK} - not quite Hollow Lantern but close", GAME),
        (f"Case of the Wick crk 700mb {LINK} from people who clearly adored Hollow Lantern", GAME),
        (f"山中客 林远山 pdf 扫描版 {LINK} （另著有雾都来信、潮汐之间）", NOVEL),
        (f"《旧案》林远山 epub 1.2M 堪比雾都来信 {LINK}", NOVEL),
    ],
)
def test_an_offer_of_a_work_that_is_likened_to_the_title_is_none_of_the_title(text: str, work: Work) -> None:
    assert found(text, work) == []


@pytest.mark.parametrize(
    ("text", "work"),
    [
        (f"The Salt Ledger epub + mobi, if you loved The Amber Toll you will love this. {LINK}", BOOK),
        (f"The Salt Ledger and its sequel The Amber Toll, both here in epub: {LINK}", BOOK),
        (f"If you liked Nine Wicks, try Hollow Lantern: GOG build 1.5, 5gb {LINK}", GAME),
        (f"Hollow Lantern v1.5 GOG 5.2GB portable, better than Nine Wicks {LINK}", GAME),
        (f"1. Ember Vale 8GB {LINK}1\n2. Hollow Lantern repack 600MB {LINK}2\n3. Nine Wicks 4GB {LINK}3", GAME),
        (f"Nine Wicks repack {LINK} and Hollow Lantern v1.5 GOG too", GAME),
        (f"《长街灯火》12集 4K {LINK} 喜欢北岸旧事的别错过", SERIES),
        (f"《北岸旧事》《长街灯火》《渡口》三部打包 1080p {LINK}", SERIES),
        (f"喜欢北岸旧事的朋友试试《长街灯火》，12集1080p，{LINK}", SERIES),
        (f"我用夸克网盘分享了「雾都来信：从海边到山中.azw3」，点击链接即可保存。链接：{LINK}", NOVEL),
    ],
)
def test_the_title_at_the_head_of_the_offer_or_among_its_equals_is_offered(text: str, work: Work) -> None:
    assert found(text, work) == ["w"]


def test_the_reason_names_the_other_work_and_its_traces_count_nothing() -> None:
    text = f"Nine Wicks [GOG] portable, 4.9GB. If you bounced off Hollow Lantern this is your game. {LINK}"
    offer = Offer("", text, targets.find(Passage(text)))
    ((_, evidence),) = Matcher([GAME]).candidates(offer)
    (said,) = [one for one in evidence if one.rule == "beside-another"]
    assert said.facts["other"] == "Nine Wicks"
    assert all(one.weight <= 0 for one in evidence if not one.rule.startswith("title-"))


def test_a_row_of_showtimes_is_no_offer() -> None:
    assert found("《长街灯火》4K 数位修复版 週六 19:10 中山館 2 廳 全票 320 優待 280 劃位請至櫃台", SERIES) == []
