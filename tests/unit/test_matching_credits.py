"""Another author, director or singer makes another work of the name; the watched ones, however written, do not."""

import pytest

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.model import Passage, Work

WORKS = [
    Work("book", "纸鸢没有回信", kind="book", year=2015, creators=("江叙白",)),
    Work("foreign", "灰烬渡口没有灯", kind="book", creators=("埃尔文·霍斯特",)),
    Work("latin", "北岸的最后一盏灯", kind="book", creators=("Rufus Ottley",)),
    Work("film", "雾桥渡口夜未央", kind="film", creators=("谭照野", "宋听澜")),
    Work("music", "潮汐之外的回声", kind="music", creators=("木槿乐队",)),
]
MATCHER = Matcher(WORKS)
WAY = " https://pan.quark.cn/s/eeeeee123456"


def others(text: str) -> list[tuple[str, str]]:
    """The works and names of the evidence that somebody else made the work."""
    offer = Offer("", text, targets.find(Passage(text)))
    return [
        (work, str(one.facts["name"]))
        for work, evidence in MATCHER.candidates(offer)
        for one in evidence
        if one.rule == "other-creator"
    ]


@pytest.mark.parametrize(
    ("text", "work", "name"),
    [
        ("《纸鸢没有回信》 作者：王二麻 epub", "book", "王二麻"),
        ("《纸鸢没有回信》作者:王二麻 epub", "book", "王二麻"),
        ("《纸鸢没有回信》王二麻 著 epub", "book", "王二麻"),
        ("作者：王二麻 《纸鸢没有回信》 epub", "book", "王二麻"),
        ("《纸鸢没有回信》 epub\n作者：王二麻\n", "book", "王二麻"),
        ("《灰烬渡口没有灯》 作者：[美] 卡罗琳·奎恩 epub", "foreign", "卡罗琳·奎恩"),
        ("雾桥渡口夜未央 1080P 导演：李大川 主演：赵小河", "film", "李大川"),
        ("专辑《潮汐之外的回声》 歌手：陈一苇 flac", "music", "陈一苇"),
    ],
)
def test_somebody_else_is_credited(text: str, work: str, name: str) -> None:
    assert others(text + WAY) == [(work, name)]


def test_another_author_beside_the_title_acquits() -> None:
    text = "《纸鸢没有回信》 作者：王二麻 epub" + WAY
    assert not [m for m in MATCHER.match(Offer("", text, targets.find(Passage(text)))) if m.score >= MATCHER.threshold]


@pytest.mark.parametrize(
    "text",
    [
        "《纸鸢没有回信》 作者：江叙白 epub",
        "《纸鸢没有回信》 作者：江敘白 epub",
        "《纸鸢没有回信》 作者：江叙柏 epub",
        "《纸鸢没有回信》 作者：王二麻 epub\n江叙白的书我都有",
        "《纸鸢没有回信》 作者：佚名 epub",
        "《纸鸢没有回信》 作者：小编 epub",
        "《纸鸢没有回信》 epub\n作者：王二麻 发布时间：2024-01-02\n",
        "《纸鸢没有回信》 译者：王二麻 epub",
        "《纸鸢没有回信》 epub 《另一本旧书》 作者：王二麻",
        "《灰烬渡口没有灯》 作者：埃尔文·霍斯脱 epub",
        "《灰烬渡口没有灯》 作者：霍斯特 epub",
        "《北岸的最后一盏灯》 作者：鲁弗斯·奥特利 epub",
        "雾桥渡口夜未央 1080P 主演：赵小河",
        "雾桥渡口夜未央 1080P 导演：李大川 主演：宋听澜",
        "专辑《潮汐之外的回声》 作词：陈一苇 flac",
    ],
)
def test_nobody_else_is_credited(text: str) -> None:
    assert others(text + WAY) == []
