"""Chinese titles taken apart, in other shapes, as initials or in a list: with what bears them out, and without."""

import pytest

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.model import Passage, Work

WORKS = [
    Work("series", "麓湖", kind="series", year=2021, creators=("程砚",)),
    Work("lamp", "灯影", kind="series", year=2022, creators=("苏默然",)),
    Work("bay", "沉默的海湾", kind="series", year=2020, creators=("郭也",)),
    Work("flyer", "飞行家", kind="film", year=2016, creators=("唐鸣",)),
    Work("wind", "让风停下", kind="film", year=2012, creators=("梁渡",)),
    Work("river", "青河渡", kind="series", year=2019, creators=("顾南乔",)),
    Work("sceptre", "权杖之争", aliases=("权争",), kind="series", year=2012),
    Work("manga", "铁壁巨兵", kind="book", year=2009, creators=("谷山始",)),
    Work("anime", "铁壁巨兵", kind="series", year=2013, creators=("荒川淳",)),
]
MATCHER = Matcher(WORKS)


def best(text: str) -> str | None:
    offer = Offer(title="", body=text, targets=targets.find(Passage(text)))
    found = [match for match in MATCHER.match(offer) if match.score >= MATCHER.threshold]
    return max(found, key=lambda match: match.score).work_id if found else None


@pytest.mark.parametrize(
    ("work", "text"),
    [
        ("series", "嘘…… 麓 / 湖 / 程 / 砚 / 24集 / 国语 / 4K 老地方自取 pan.quark.cn/s/ab12cd34ef56"),
        ("lamp", "资源：灯 ／ 影 ／ 苏默然 ／ 全40集 ／ 1080p 阿里云盘 www.aliyundrive.com/s/abC12dEf"),
        ("bay", "沈 默 的 海 湾 郭 也 12集 收官 蓝光 公号回复 hw 就有"),
        ("bay", "沈默的海湾 全12集 4K 夸克 https://pan.quark.cn/s/ab12cd34ef60"),
        ("flyer", "𠃌行家 2016 导演 唐鸣 1080P 百度盘 https://pan.baidu.com/s/1abCdEq 提取码 9zz1"),
        ("wind", "譲 风 停 下 2012 梁 渡 蓝光原盘 群文件自取"),
        ("river", "qhd 第1季 36集 4K 原著党进 夸克 https://pan.quark.cn/s/40fakec1e9 ，别问全名 问就被和谐"),
        ("sceptre", "出移动硬盘 里面塞满了，漫画宇宙全系列+权争1-8季蓝光+巫师全套，到手直接看，400不议价"),
        ("manga", "铁壁巨兵 全34卷 东立 扫图 百度网盘 https://pan.baidu.com/s/1abCdEw 提取码 1kkk"),
        ("manga", "『资源区』→『漫画』\n标题：铁壁巨兵 全34卷 东立\n下载 https://pan.baidu.com/s/1abCdEw 密码 4096"),
        ("anime", "铁壁巨兵 第1-4季 全87集 1080P 内封字幕 夸克 https://pan.quark.cn/s/ab12cd34ef65"),
    ],
)
def test_a_disguised_title_is_found_with_what_bears_it_out(work: str, text: str) -> None:
    assert best(text) == work


@pytest.mark.parametrize(
    "text",
    [
        "麓 / 湖 / 山 / 水 四字书法字帖 高清图 百度网盘 https://pan.baidu.com/s/1abZZEf",
        "汉字练习 灯 / 影 / 水 / 火 / 山 第3课 字帖PDF 下载 https://pan.quark.cn/s/ab12cd34ef58",
        "沈默的石头 诗集 沈从明 epub 百度网盘 https://pan.baidu.com/s/1abCdEs",
        "qhd 显示器 第2代 36W 说明书 pdf 下载 https://pan.baidu.com/s/1abCdEv",
        "看完了权争1-8季，求推荐类似的美剧",
    ],
)
def test_characters_initials_and_lists_without_it_name_nothing(text: str) -> None:
    assert best(text) is None


GIVEN = [
    Work("tower", "白塔行", kind="book", year=2003, creators=("东圭介",)),
    Work("inn", "潮汐客栈", kind="book", year=2018),
    Work("moment", "刹那万象", kind="film", year=2022),
    Work("fellow", "好家伙", kind="film", year=2024, creators=("邵岚",)),
]
GIVER = Matcher(GIVEN)


def given(text: str) -> str | None:
    offer = Offer(title="", body=text, targets=targets.find(Passage(text)))
    found = [match for match in GIVER.match(offer) if match.score >= GIVER.threshold]
    return max(found, key=lambda match: match.score).work_id if found else None


@pytest.mark.parametrize(
    ("work", "text"),
    [
        ("tower", "东圭介作品全集 79本 epub 含白塔行、嫌疑人Y的证词、恶念、解愁店 https://pan.quark.cn/s/ab12cd34ef01"),
        ("tower", "书单打包 epub：白塔行、二手时代、求爱信、恶念 https://pan.quark.cn/s/ab12cd34ef02"),
        ("inn", "《潮汐客栈》漫画全，文件名改成“旅游照片”，链接: https://pan.baidu.com/s/1QfT0zK 提取码: cx77"),
        ("moment", "刚二刷完《刹那万象》，主演封神。顺手把蓝光原盘丢群文件了，自己下"),
        ("fellow", "好家伙！邵岚新片 1080P 流出了，链接 https://pan.quark.cn/s/ab12cd34ef10"),
    ],
)
def test_a_word_within_another_name_is_not_said_of_the_title(work: str, text: str) -> None:
    assert given(text) == work


@pytest.mark.parametrize(
    "text",
    [
        "东圭介的白塔行、恶念最近被盗版，记者调查发现网盘链接泛滥，警方通报嫌疑人已被抓",
        "《潮汐客栈》主题旅游照片分享 链接: https://pan.baidu.com/s/1QfT0zM 提取码: cx79",
        "刚二刷完《刹那万象》，主演封神。顺手把我收的《灵乱世》蓝光原盘丢群文件了，自己下",
        "好家伙！好家伙！这个小程序能一键去水印，链接我放评论区了，夸克和百度都有安装包",
    ],
)
def test_what_is_given_behind_praise_or_an_exclamation_is_not_the_title(text: str) -> None:
    assert given(text) is None


def test_who_speaks_of_a_title_may_give_it_in_a_later_post() -> None:
    asked = "1F 饼干：早\n2F 石头：昨晚看《潮汐客栈》的漫画，分镜真好\n3F 饼干：漫画没看过\n4F 石头：我有扫图，八本，要不\n5F 饼干：要！\n"
    assert given(f"{asked}6F 石头：https://pan.quark.cn/s/ab12cd34ef68 密码 kmkr\n7F 饼干：谢谢石头") == "inn"
    other = "1F 饼干：早\n2F 石头：昨晚看《潮汐客栈》的漫画，分镜真好\n3F 饼干：没看过\n4F 石头：我有《北风吹》扫图，要不\n5F 饼干：要！\n"
    assert given(f"{other}6F 石头：https://pan.quark.cn/s/ab12cd34ef68 密码 kmkr\n7F 饼干：谢谢石头") is None
