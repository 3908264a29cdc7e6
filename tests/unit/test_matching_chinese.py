"""Chinese texts as people write them, about invented works: what is an offer of one, what is not, and why."""

import pytest

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.matching.numerals import chinese_spellings
from crawler.matching.sounds import composed, heard, mixed, sound
from crawler.model import Match, Passage, Work
from crawler.text import fold

WORKS = [
    Work("film", "雾桥渡", kind="film", year=2020, creators=("谭照野", "宋听澜")),
    Work("film2", "雾桥渡2：回潮", aliases=("雾桥渡2",), kind="film", year=2023, creators=("谭照野",)),
    Work("series", "长街灯火录", kind="series", year=2021, creators=("裴小砚",)),
    Work("book", "纸鸢集市", kind="book", year=2017, creators=("阮南枝",)),
    Work("audio", "夜行北方列车", kind="audiobook", year=2019, creators=("程远舟",)),
    Work("music", "潮汐之外", kind="music", year=2022, creators=("木槿乐队",)),
    Work("game", "铁砧纪元", kind="game", year=2022, creators=("三更工作室",)),
    Work("software", "绘图匠 专业版", kind="software", creators=("墨规科技",)),
    Work("textbook", "线性代数讲义（第四版）", kind="book", year=2015, creators=("龚自明",)),
]
MATCHER = Matcher(WORKS)


def best(text: str) -> Match | None:
    offer = Offer(title="", body=text, targets=targets.find(Passage(text)))
    found = [match for match in MATCHER.match(offer) if match.score >= MATCHER.threshold]
    return max(found, key=lambda match: match.score, default=None)


def rules_of(text: str, work: str) -> set[str]:
    offer = Offer(title="", body=text, targets=targets.find(Passage(text)))
    return {one.rule for name, evidence in MATCHER.candidates(offer) if name == work for one in evidence}


@pytest.mark.parametrize(
    ("work", "text"),
    [
        ("film", "雾桥渡 4K 想看的宝子评论区扣1 我挨个私"),
        ("film", "雾桥渡(2020) 度某链接：/s/1aBcDeFg 马 8k2d"),
        ("film", "霧橋渡 藍光 無刪減 需要的私訊我"),
        ("film", "楼主求的雾桥渡我有，TS版凑合看，发你邮箱了"),
        ("film", "出 雾桥渡 蓝光刻录盘 D9 三块一张 十张包邮 自制封面"),
        ("film", "3楼：有雾桥渡的资源吗\n4楼：有，夸父自取 pan.quark.cn/s/aa11bb22cc33"),
        ("film", "雾*桥*渡 未删减 薇❤ kanpian_88 备注电影"),
        ("film", "雾桥渡.2020.BD1080P.国语中字.mp4  2.31GB  做种 18 下载 4"),
        ("film2", "雾桥渡第二部 回潮 4K HDR 国语 夸克 https://pan.quark.cn/s/1234567890ab"),
        ("film2", "雾桥渡贰 抢先版 TC 公众号【看片小站】回复 雾桥 自动发"),
        ("series", "长街灯火录 更至32集 每晚同步更新 加V：dengxia888 拉群"),
        ("series", "闲鱼 ｜ 长街灯火录 电视剧 U盘版 40集全 插电视就能看 ¥12 包邮"),
        ("book", "阮南枝《纸鸢集市》电子版 拍下自动发货 虚拟商品不退不换 0.99"),
        ("book", "纸鸢集市 影印版 胶装 A5 字迹清晰 18元一本 三本包邮 介意勿拍"),
        ("book", "群友要的《纸鸢集市》我传群文件了，自己去下"),
        ("audio", "有声书｜夜行北方列车 付费内容搬运 进TG频道 t.me/tingshu_example 自取"),
        ("music", "整张专辑潮汐之外我抓成WAV了，谁要滴我"),
        ("game", "铁砧纪元 v1.3 全DLC 免安装硬盘版 解压即玩 天翼云 访问码 t7r2"),
        ("software", "绘图匠专业版2023 破解 永久激活 远程安装 15元一次 秒发"),
        ("textbook", "线性代数讲义 第4版 扫描版 带书签 群文件自取"),
    ],
)
def test_an_offer_is_known_by_what_such_writers_say(work: str, text: str) -> None:
    found = best(text)
    assert found is not None
    assert found.work_id == work


@pytest.mark.parametrize(
    "text",
    [
        "雾桥渡影评：谭照野的镜头还是那么冷，推荐去影院看",
        "求雾桥渡资源！蹲一个好心人，夸克百度都行",
        "有没有人有《纸鸢集市》的电子版啊 跪谢",
        "《长街灯火录》定档！裴小砚主演，3月5日起优酷独播",
        "警方通报：男子盗录《雾桥渡》并在网盘传播，已被刑拘",
        "版务公告：近期有用户发布雾桥渡网盘链接，一律删除并禁言，请勿再发",
        "您访问的分享“雾桥渡.mp4”因侵权已被取消",
        "雾桥渡电影原声带 flac 下载",
        "出二手正版书《纸鸢集市》九成新 有划线 15元包邮",
        "同人文《长街灯火录·后来》完结，txt自取，纯属二次创作",
        "雾桥渡3 4K 夸克 https://pan.quark.cn/s/cc99bb88aa77",
        "《雾桥渡幕后手记》PDF 扫描 https://pan.baidu.com/s/1muhou",
        "雾桥渡 1987 老电影 国语 DVDRip 网盘 https://pan.baidu.com/s/1laodianying",
        "铁砧纪元 通关存档 下载 https://pan.baidu.com/s/1cundang",
        "别再问我要雾桥渡了，我没有资源，去影院看",
    ],
)
def test_talk_of_a_work_is_no_offer(text: str) -> None:
    assert best(text) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("五桥度 2020 谭照野那部，国语中字，某盘自取 密码在评论", "title-sound"),
        ("雨务桥渡 谭照野2020 国语，某盘自取 密码在评论", "title-parts"),
        ("雾q渡 谭照野2020 国语，某盘自取 密码在评论", "title-mixed"),
        ("W Q D 谭照野 2020 1080P 阿里云盘 alipan.com/s/QwErTyUiOp", "title-initials"),
    ],
)
def test_a_title_in_other_characters_is_found_and_told(text: str, rule: str) -> None:
    found = best(text)
    assert found is not None
    assert found.work_id == "film"
    assert rule in {reason.rule for reason in found.reasons}


def test_a_title_that_only_sounds_alike_is_none() -> None:
    assert best("五桥度 国语中字 某盘自取 密码在评论") is None
    assert best("五桥度 2022 国语中字 某盘自取 密码在评论") is None
    assert "sound-alone" in rules_of("五桥度 2022 国语中字 某盘自取 密码在评论", "film")


def test_people_are_known_by_name_hidden_like_the_title() -> None:
    assert "creator-named" in rules_of("五桥度 探照野 国语中字 夸克自取", "film")
    assert "creator-named" in rules_of("wu qiao du tan zhao ye gao qing mian fei guan kan", "film")


def test_a_part_behind_the_colon_needs_the_part_before_it() -> None:
    works = [Work("one", "星陨纪：灰烬之门", kind="film", year=2021)]
    offer = Offer(title="", body="星陨纪5 灰烬之门 4K 国语 夸克网盘自取", targets=())
    assert Matcher(works).match(offer)[0].score >= 0.5
    alone = Offer(title="", body="灰烬之门 4K 国语 夸克网盘自取", targets=())
    assert not [match for match in Matcher(works).match(alone) if match.score >= 0.5]


def test_marks_hold_one_name() -> None:
    assert "longer-in-marks" in rules_of("《雾桥渡的人们》 夸克自取", "film")
    assert "longer-in-marks" not in rules_of("《雾桥渡 高清完整版》 夸克自取", "film")
    assert "longer-in-marks" not in rules_of("《长街灯火录第一季》 夸克自取", "series")


def test_what_the_writer_says_of_the_title_itself() -> None:
    assert "says-has" in rules_of("雾桥渡我这里有，要高清的吱声", "film")
    assert "says-lacks" in rules_of("雾桥渡没有，别的网盘里都有", "film")
    assert "says-lacks" not in rules_of("雾桥渡没有水印，网盘自取", "film")
    assert "who-wants" in rules_of("有谁要雾桥渡的私我，网盘发", "film")


def test_numbers_are_written_in_every_way() -> None:
    assert {"庆典 2", "庆典二", "庆典贰", "庆典 第 2 季", "庆典 s02"} <= set(chinese_spellings("庆典 第二季"))
    assert {"庆典 第二部", "庆典 第二册", "庆典 ii"} <= set(chinese_spellings("庆典 2"))
    assert chinese_spellings("三十六桥") == []


def test_a_text_is_heard_by_syllable_and_mended_from_its_parts() -> None:
    assert heard(fold("务 乔-肚").bare).text == sound("雾桥渡")
    assert sound("雾桥") == ""
    whole = composed(fold("氵度口").bare)
    assert whole is not None
    assert whole.text == "渡口"
    assert composed(fold("渡口").bare) is None
    assert (0, 3, "wqd") in mixed("雾q渡")


@pytest.mark.parametrize(
    ("text", "agrees"),
    [
        ("雾桥渡 20年那部 国语 夸克自取", True),
        ("雾桥渡（二〇二〇）国语 夸克自取", True),
        ("雾桥渡 20年前的老片 国语 夸克自取", False),
        ("雾桥渡 21年那部 国语 夸克自取", False),
    ],
)
def test_a_year_may_be_said_as_people_say_it(text: str, agrees: bool) -> None:
    assert ("year-agrees" in rules_of(text, "film")) is agrees


@pytest.mark.parametrize(
    "text",
    [
        "有没有姐妹想看长街灯火录的？我刚转存好，放我夸克了，评论区抠个1我挨个发",
        "长街灯火录全40集我都传网盘了，之前的被和谐了，新的在置顶评论",
        "长jie灯火录 40集全 4K 夸克 https://pan.quark.cn/s/9d8e7f6a5b4c",
    ],
)
def test_who_calls_for_takers_or_replaces_a_dead_link_offers(text: str) -> None:
    found = best(text)
    assert found is not None
    assert found.work_id == "series"


@pytest.mark.parametrize(
    "text",
    [
        "长街灯火录同款灯笼 买二送一 包邮 拍下48小时发货",
        "长街灯火录的旗袍我全仿了一遍，想看图的评论区扣1我发",
        "《长街灯火录》，由名导执导，2021年播出，讲述一条老街的变迁，获最佳剧集提名，收录于年度片单。",
    ],
)
def test_a_thing_of_the_work_and_a_reference_are_no_offers(text: str) -> None:
    assert best(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "二手内存卡一张，里面拷好了长街灯火录40集，插平板就放，20包邮",
        "长街灯火录 BD1080P 中英外挂字幕 压制完毕，磁力放楼下",
        "长街灯火录全40集4K，百度那个号被封了，换夸克重新传了，链接如下，快存",
        "长街灯火录全40集 迅雷云盘 禁止二次传播 失效可补",
    ],
)
def test_what_is_said_of_a_carrier_a_track_or_an_account_does_not_undo_an_offer(text: str) -> None:
    found = best(text)
    assert found is not None
    assert found.work_id == "series"


@pytest.mark.parametrize(
    "text",
    [
        "出二手长街灯火录正版DVD，九成新，非刻录，原盒带册子，60包邮",
        "长街灯火录 BD1080P 简繁外挂字幕下载 ass格式 匹配蓝光版",
        "长街灯火录的资源因为侵权被封了，链接已失效，别再问了",
        "本群禁止二次传播盗版资源，最近有人发长街灯火录网盘，已踢，违者封号",
    ],
)
def test_the_same_words_of_the_work_itself_still_speak_against_an_offer(text: str) -> None:
    assert best(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "纸鸢集市 / 阮南枝 / 柳河文艺出版社 / 2019 / Chinese, .epub, 1.6MB —— Slow download #1 · md5 1BE9F51F7F7C0FA6",
        "纸鸢集市.azw3\n大小 3.41 MB　分享者 云边**　2021-07-03\n[打开百度网盘]  [复制链接]  [举报]",
        "[露天] 紙鳶集市 電子檔 epub 下標後聊聊給雲端連結 一本15元",
        "《纸鸢集巿》阮南枝 epub 有，《别的书》没做，别催。要的私信。",
        "长街灯火录 全12集 WEB-DL 双语字幕 4K 夸克 https://pan.quark.cn/s/1234567890ab",
        "铁砧纪元+深海DLC PC中文 网盘秒发 9.9元 送全武器存档修改器 下载解压就玩 自动发货",
    ],
)
def test_the_furniture_of_a_page_and_what_comes_along_do_not_outweigh_a_copy(text: str) -> None:
    assert best(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "雾港来信 S01 2160p 夸克 https://pan.quark.cn/s/1234567890ab 《长街灯火录》前传剧集 全10集",
        "长街灯火录：真人挑战赛 第一季 1080p 阿里 https://www.alipan.com/s/abcd1234",
        "夸克打包：别的剧、另一部剧。长街灯火录太大没传，想看去平台。https://pan.quark.cn/s/1234567890ab",
        "雾桥渡 特效字幕.sup 28MB 片源自找 https://pan.quark.cn/s/1234567890ab",
        "雾桥渡 全36集 电视剧版 1080p https://pan.quark.cn/s/1234567890ab",
        "【兼职】助教 需吃透《纸鸢集市》，按份结算 15元/份，加微信 csta_2024",
        "出价20收《纸鸢集市》精校epub 要带插图的 没有的别来",
        "【征】长街灯火录的修复版档案，有云端的大大请站内信",
    ],
)
def test_what_is_told_beside_the_title_makes_the_offer_one_of_something_else(text: str) -> None:
    assert best(text) is None
