"""Titles of one word or two characters: found however they are written, quiet where they are words."""

import pytest

from crawler.matching import Matcher, Offer
from crawler.model import Work

WORKS = [
    Work("larch", "Larch", kind="film", year=2019, creators=("Ilse Varnholt",)),
    Work("kettle", "Kettle", kind="film", year=2016, creators=("Osric Pelham",)),
    Work("stray", "The Heron", kind="series", year=2021),
    Work("frost", "霜隐", kind="series", year=2022, creators=("顾砚秋",)),
    Work("second", "雾港来信2", kind="series", year=2023),
    Work("first", "雾港来信", kind="series", year=2021),
    Work("voyage", "Ondine", aliases=("The Strange Voyage of Ondine Marlow",), kind="film", year=2001),
    Work("lumen", "Lumenpress", kind="software", creators=("Brack",)),
]


def best(text: str) -> str | None:
    matches = Matcher(WORKS).match(Offer(title="", body=text, targets=()))
    return matches[0].work_id if matches and matches[0].score >= 0.5 else None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("霜/隐 全30集 4K 夸克自取", "frost"),
        ("霜 隐 30集全 1080P 百度网盘 私信发", "frost"),
        ("K.3.t.t.l.e (2o16) full m0vie, link in comments", "kettle"),
        ("L4rch 2019 1080p, file in my mega, dm", "larch"),
        ("雾港来信 S02E01-E24 4K 夸克网盘自取", "second"),
        ("Ondine Marlow 2001 bdrip, mega link in comments", "voyage"),
        ("Lumenpress premium pre-activated, repack, 1fichier", "lumen"),
    ],
)
def test_a_short_title_is_found_however_it_is_written(text: str, wanted: str) -> None:
    assert best(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "The heron in our back yard, full 4K video, 2021, download on my gdrive. No copyright, use it",
        "Kettle descaling guide, free pdf, link in bio",
        "霜 隐 山 林 书法字帖 高清扫描 自取",
        "Larch wood for sale, £40 a load, message me",
    ],
)
def test_a_word_that_is_a_title_as_well_is_no_hit(text: str) -> None:
    assert best(text) is None
