"""A phrase made of parts of two other Chinese words is none; the same characters as a word of their own are one."""

import tomllib
from importlib.resources import files

import pytest

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.matching.borders import borders
from crawler.matching.lexicon import AGAINST, phrases, spoken
from crawler.model import Passage, Work
from crawler.text import fold, words

# The phrase, a text that has it as parts of other words, and a text that has it.
PAIRS = [
    ("看完", "免费观看完整版", "昨晚看完了"),
    ("看完", "手机看完整版", "终于看完整部剧"),
    ("看完", "全集观看完结", "看完结局哭了"),
    ("听完", "手机听完整版", "一夜听完"),
    ("读完", "阅读完整版", "三天读完"),
    ("读后", "阅读后请删除", "读后有感而发"),
    ("盘点", "全集网盘点击观看", "年度盘点"),
    ("盘点", "U盘点播", "盘点十部好片"),
    ("雷点", "迅雷点击下载", "雷点太多"),
    ("卡点", "不卡点击即看", "卡点视频"),
    ("复盘", "回复盘链可见", "剧情复盘"),
    ("不输", "不输入密码也能存", "演技不输前辈"),
    ("说说", "小说说明", "随便说说"),
    ("在于", "资源存在于网盘", "好就好在于节奏"),
    ("求高清", "追求高清画质", "求高清资源"),
    ("求发", "应各位要求发资源了", "求发一份"),
    ("求分享", "应大家要求分享", "跪地求分享"),
    ("求分享", "应群友请求分享", "请求分享"),
    ("求资源", "需求资源请私信", "急需求资源"),
    ("求一份", "按要求一份一份打包", "想要求一份"),
    ("想收", "想收藏的自取", "想收一套"),
    ("应要求", "应要求分享", "应要求删除"),
    ("应要求", "应要求，补档", "应要求，下架"),
    ("告破", "去广告破解版", "案件告破"),
    ("开播", "打开播放器", "今晚开播"),
    ("幕后", "字幕后期", "幕后故事"),
    ("片方", "影片方便观看", "片方表示"),
    ("电影节", "电影节目", "电影节上"),
    ("发布会", "发布会员版", "发布会现场"),
    ("日前", "5月30日前转存", "日前宣布"),
    ("近日", "最近日更", "近日宣布"),
    ("没收", "没收录的番外", "没收光盘"),
    ("版主", "正版主机", "版主提醒"),
    ("版规", "新版规格", "本版规如下"),
    ("直接封", "直接封装", "发现直接封"),
    ("已删除", "已删除广告", "已删除"),
    ("正版", "修正版", "官方的正版"),
    ("公版", "办公版", "公版作品"),
    ("定价", "固定价值", "定价三十元"),
    ("可借", "可借鉴", "馆内可借"),
    ("复本", "回复本帖可见", "有三个复本"),
    ("映后", "上映后上线", "映后座谈"),
    ("排片", "安排片源", "影院排片"),
    ("品相", "作品相关", "品相如新"),
    ("保真", "确保真实", "签名保真"),
    ("书口", "电子书口令", "书口有黄点"),
    ("前作", "目前作者", "不及前作"),
    ("片段", "已删减片段补全", "一个片段"),
    ("试看", "尝试看看", "免费试看"),
    ("体验服", "体验服务", "体验服开放"),
    ("原声", "国语原声中字", "电影的原声"),
    ("字幕分享", "双语字幕分享", "只有字幕分享"),
    ("字幕下载", "内嵌字幕下载地址", "中文字幕下载"),
    ("戏服", "游戏服务器", "一件戏服"),
    ("手链", "助手链接", "一条手链"),
    ("主题包", "主题包含", "主题包上架"),
    ("同人", "不同人物", "同人作品"),
    ("像", "图像清晰", "像另一部"),
    ("比", "杜比视界", "比原著好"),
    ("继", "继续更新", "继前一部之后"),
]
PLAIN = [
    "雾里听潮 免费观看完整版 网盘",
    "雾里听潮 全集 观看完结 网盘自取",
    "雾里听潮 追求高清画质 夸克网盘自取",
    "雾里听潮全集 应各位要求发资源了 网盘自取",
    "雾里听潮全集 应要求分享 夸克网盘 https://pan.quark.cn/s/eeeeee123456",
    "雾里听潮 全集网盘点击观看",
    "雾里听潮 1080P 双语字幕分享 夸克网盘",
    "雾里听潮 点击观看完整视频 高清",
    "雾里听潮 手机看完整版 https://v.test/play/1.html",
]


def _against(text: str) -> set[str]:
    view = words(fold(text))
    return {view.text[word.start : word.end] for word in spoken(view.text) if not word.groups.isdisjoint(AGAINST)}


@pytest.mark.parametrize(("phrase", "parts", "own"), PAIRS)
def test_parts_of_two_words_are_no_phrase(phrase: str, parts: str, own: str) -> None:
    assert not any(phrase in found for found in _against(parts))
    assert any(phrase in found for found in _against(own))


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_offer_is_not_acquitted_by_parts_of_its_words(text: str) -> None:
    matcher = Matcher([Work("tide", "雾里听潮", "series", 2021)])
    (hit,) = matcher.match(Offer("", text, targets.find(Passage(text))))
    assert not {"review", "request", "moderation", "subtitles"} & {reason.rule for reason in hit.reasons}


def test_every_phrase_of_the_borders_is_one_of_the_lexicon() -> None:
    held = {phrase.strip() for phrase in phrases()}
    entries = tomllib.loads(files("crawler.matching").joinpath("phrases/borders.toml").read_text("utf-8"))["border"]
    named = {words(fold(phrase)).text.strip() for entry in entries for phrase in entry.get("phrases", ())}
    assert named <= held
    for entry in entries:
        if "phrases" not in entry:
            assert any(one.startswith(entry.get("begins", "")) and one.endswith(entry.get("ends", "")) for one in held)
    assert borders(["看完"])["看完"].apart("看完了", 0, 2)
