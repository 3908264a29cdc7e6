"""Whose a link is; and what a title's number, its head, the list that it is in and its licence make of it."""

import pytest

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.matching.numerals import chinese_ordinals
from crawler.model import Match, Passage, Work

SHOP = "play.weir.example"
WORKS = [
    Work("quay", "Quayle Sector Nine", "film", 2019),
    Work("stair", "The Ninth Tern", "audiobook", 2015, creators=("Odile Marsh",)),
    Work("weir", "The Weir Testament", "series", 2021),
    Work("shelf", "The Sluice", "book", 2014, creators=("Una Pellard",)),
    Work("debt", "The Lockkeeper's Debt", "film", 2020, licensed_domains=(SHOP,)),
    Work("gate", "第七号闸门", "series", 2021, creators=("梁渡舟",)),
    Work("salt", "盐滩志：北岸三十年", "book", 2017, creators=("闻桥生",)),
    Work("lane", "胡同尽头", "book", 2018, creators=("温慈安",)),
    Work("case", "渡津秋案", "series", 2022),
]
MATCHER = Matcher(WORKS, review=0.0)
LOCKER = "https://pixeldrain.com/u/q7Yt2LbnXc"
QUARK = "https://pan.quark.cn/s/64fe1ab0d9aa"


def best(text: str) -> Match | None:
    found = MATCHER.match(Offer("", text, targets.find(Passage(text))))
    return found[0] if found else None


def is_hit(text: str) -> bool:
    match = best(text)
    return match is not None and match.score >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        f"QUAYLE SECTOR 9 (2019) 1080p BluRay {LOCKER}",
        f"Quayle.Sector.IX.2019.720p.WEB-DL {LOCKER}",
        f"《第7号闸门》全24集 1080P 夸克：{QUARK}",
        f"第七號閘門 全24集 1080P {QUARK}",
        f"《盐滩志》闻桥生 著 epub 插图版 {QUARK}",
        f"温慈安《古月同尽头》epub 全本 {QUARK}",
        (
            "Odile Marsh Coastguard Mysteries 1-3, unabridged, m4b\n\nThe lot again, covers fixed.\n\n01 Low Water\n02 The Ninth Tern\n"
            "03 Slack Tide\n\nTotal 30 hours, 1.3 GB. Files at the usual place, login on the sticky."
        ),
        f"> pip wrote:\n> anyone got The Weir Testament season 1?\n\nHere you go, all six, 1080p: {LOCKER}",
        f"引用 3楼 老猫：\n《渡津秋案》有没有资源啊\n\n有的，1080P全集：{QUARK}",
        f"Loved Harbour Fourteen, all of it. This week: The Weir Testament (2021) 1080p WEB-DL: {LOCKER}",
        f"The Weir Testament, nine out of ten, better than Harbour Fall (2018). Full season, 1080p: {LOCKER}",
        f"《渡津秋案》全24集4K、《夜航记》全30集，都在这里：{QUARK}",
        f"《渡津秋案》终于来了，比《夜航记》还好看，全集1080P：{QUARK}",
        f"The Lockkeeper's Debt (2020) 1080p, why pay at https://{SHOP}/film/7 when it is here: {LOCKER}",
        f"Una Pellard - The Sluice (2014) epub {LOCKER}",
    ],
)
def test_a_copy_of_the_work_is_found(text: str) -> None:
    assert is_hit(text)


@pytest.mark.parametrize(
    "text",
    [
        (
            f"> pip wrote:\n> The Weir Testament is the best thing on, especially episode 4.\n\n"
            f"Agreed. The 'Millbrook Fair' 1992 tape I promised is done: {LOCKER}"
        ),
        f"[quote=pip]The Weir Testament finale broke me[/quote]\nSame. Elsewhere: Ashcombe Road S01 1080p is up at {LOCKER}",
        f"引用 3楼 老猫：\n《渡津秋案》大结局我哭了三遍\n\n我也是。说正事，《南桥人家》全20集传好了：{QUARK}",
        f"上个月追完《渡津秋案》，前三。\n\n没看够的去看同班底的《夜航记》。\n\n《夜航记》全24集4K已传夸克：{QUARK}\n过期不补。",
        f"Loved The Weir Testament, all eight hours. This week I have put up Harbour Fall (2023) 1080p WEB-DL: {LOCKER} enjoy",
        f"Buy or rent The Lockkeeper's Debt (2020) in 4K from £4.49, watch instantly. https://{SHOP}/film/lockkeepers-debt",
        "Tip: label the pump before you put the hose on the sluice. Free download of my label sheet (PDF): https://tidy.example/labels.pdf",
        f"《盐滩志》创刊号，社内交流用的电子杂志 {QUARK}",
    ],
)
def test_a_link_to_something_else_is_not(text: str) -> None:
    assert not is_hit(text)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("第三码头", ["第 3 码头", "第叁码头"]),
        ("第 8 仓库", ["第八仓库", "第捌仓库"]),
        ("玖号公馆", ["9 号公馆", "九号公馆"]),
        ("第十二号车站", ["第 12 号车站"]),
        ("第三季", []),
        ("三体", []),
        ("第九十九十条", []),
    ],
)
def test_a_chinese_title_tells_which_in_figures_and_in_characters(name: str, written: list[str]) -> None:
    assert chinese_ordinals(name) == written
