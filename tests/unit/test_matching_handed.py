"""A copy that a Chinese page hands to whoever asks, and words alike that hand over none."""

import pytest

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.model import Passage, Work

WORKS = [
    Work("tower", "塔影", kind="series", year=2021, creators=("程砚",)),
    Work("bay", "沉默的海湾", kind="series", year=2020, creators=("郭也",)),
    Work("orchard", "果园", kind="book", year=2014, creators=("宋栖梧",)),
    Work("drills", "线性代数基础28讲", aliases=("周岑28讲",), kind="book", creators=("周岑",)),
    Work("ring", "暮火之环", aliases=("灰港纪事2",), kind="book", creators=("乌衣巷口",)),
    Work("signal", "Signal Fire", aliases=("烽火(云台版)",), kind="series", year=2023),
    Work("beacon", "烽火", kind="book", year=2009, creators=("季长风",)),
    Work("train", "斩夜 长庚列车篇", kind="film", year=2020),
    Work("ridge", "铁岭山", kind="game", year=2025, creators=("北原工作室",)),
    Work("record", "七号电台", kind="music", year=2003, creators=("林照",)),
]
MATCHER = Matcher(WORKS)


def rules(text: str) -> dict[str, set[str]]:
    offer = Offer(title="", body=text, targets=targets.find(Passage(text)))
    found = [match for match in MATCHER.match(offer) if match.score >= MATCHER.threshold]
    return {match.work_id: {reason.rule for reason in match.reasons} for match in found}


@pytest.mark.parametrize(
    ("work", "rule", "text"),
    [
        ("bay", "told-how", "影评|《沉默的海湾》为什么值得二刷\n郭也拍得真慢。\n评分8.4\n想看的朋友:对话框回复「海湾」,即可领取1080P网盘链接"),
        ("bay", "told-how", "沉默的海湾 完结撒花 全24集整理好啦 评论【1】 我挨个发你们"),
        ("bay", "told-how", "沉\u200b默\u200b的\u200b海\u200b湾 1-24集 高清无删 🔗在主页简介"),
        ("tower", "sent-privately", "塔影吧\n1楼 小王\n有没有全集啊\n2楼 路人甲\n我有39集全,4K的,要的话私。\n3楼 小王\n已私\n4楼 路人甲\n都发了,查收。"),
        ("orchard", "request-answered", "求书区已应答:\n#宋栖梧\n《果园》人民文学那版,扫描PDF,62M。\n发在群文件夹里了,自取。"),
        ("tower", "carrier-filled", "自用2T移动硬盘转让,里面拷满了剧:塔影、远海、白马渡口等四百多部,盘和剧一起 420 包邮"),
    ],
)  # fmt: skip
def test_a_copy_is_handed_to_whoever_asks(work: str, rule: str, text: str) -> None:
    assert rule in rules(text)[work]


@pytest.mark.parametrize(
    "text",
    [
        "影评|《沉默的海湾》为什么值得二刷\n郭也拍得真慢。\n对话框回复「海湾」参与抽奖,送出电影票和高清海报",
        "后台回复【海湾】领取《沉默的海湾》电影同款壁纸4K高清打包下载",
        "沉默的海湾 定档了!官方🔗在主页简介,云台视频追剧",
        "塔影吧\n1楼 小张\n有人要塔影周边吗,我有全套的立牌\n2楼 小李\n要的,私你了\n3楼 小张\n收到私信了,明天发货",
        "求书区 未应答\n《果园》宋栖梧,人民文学那版,扫描PDF,有的发群文件夹,谢谢",
        "自用2T移动硬盘转让,存过剧(塔影、远海、白马渡口都在上面追的),已格式化清空,280包邮",
        "换电脑了,自用2T硬盘 无坏道 里面存的沉默的海湾早删了 220包邮",
        "提醒:群里有人发 沉默的海湾 枪版链接,点进去是钓鱼,已踢",
    ],
)
def test_words_alike_hand_over_none(text: str) -> None:
    assert rules(text) == {}


@pytest.mark.parametrize(
    ("work", "text"),
    [
        ("drills", "周岑28讲 25版 电子扫描可打印 去水印,+ 微 kaoyan_77 一块钱辛苦费"),
        ("ring", "《灰港纪事2:暮火之环》完结精校版TXT 12.7MB 立即下载 / 转存网盘"),
        ("ring", "《灰港纪事(第二部)·暮火之环》精校 epub 百度盘"),
        ("signal", "云台版烽火 第一季8集全 中英双字 1080p https://pan.quark.cn/s/ab12cd34ef65"),
        ("train", "斩夜 剧场版 长庚列车编 1080P 中字 种子/磁力"),
    ],
)
def test_a_name_is_known_in_the_ways_that_people_write_it(work: str, text: str) -> None:
    assert work in rules(text)


def test_a_book_of_the_plain_name_is_not_the_version_of_another() -> None:
    assert set(rules("云台版烽火 第一季8集全 中英双字 1080p https://pan.quark.cn/s/ab12cd34ef65")) == {"signal"}


@pytest.mark.parametrize(
    "text",
    [
        "北原工作室公布《铁岭山》首月销量突破40万份,同时表示遭遇破解版冲击但不会加密。",
        "林照专辑列表:晨跑(2000)、七号电台(2003)、旧雪(2006)。",
        "周岑28讲 25版 正版新书未拆,自己买重了,28包邮",
    ],
)
def test_news_of_sales_lists_of_records_and_new_books_are_no_offers(text: str) -> None:
    assert rules(text) == {}
