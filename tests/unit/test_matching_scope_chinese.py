"""Chinese pages: a word said in a story or of another work, a form that is denied or comes along, the version of others, characters taken apart."""

import json

import pytest

from crawler.config import Matching
from crawler.desk.matching import match_lines

WORKS = {
    "yehe": {"id": "yehe", "title": "夜河余灯", "kind": "book", "year": 2020, "creators": ["爱吃鲫鱼"]},
    "chuan": {"id": "chuan", "title": "渡口来信", "kind": "film", "year": 2021, "creators": ["贺一鸣"]},
    "jin": {"id": "jin", "title": "金石劫", "kind": "book", "year": 2016, "creators": ["沈砚秋"]},
    "kong": {
        "id": "kong",
        "title": "空山旧雨",
        "kind": "audiobook",
        "year": 2019,
        "creators": ["陆远舟"],
        "aliases": ["空山旧雨广播剧"],
    },
    "kongtv": {"id": "kongtv", "title": "空山旧雨", "kind": "series", "year": 2022, "creators": ["杜明启"]},
    "xue": {"id": "xue", "title": "雪原孤灯", "kind": "game", "year": 2022},
    "yun": {"id": "yun", "title": "云楼梦", "kind": "series", "year": 1988, "creators": ["王复林"]},
    "shao": {"id": "shao", "title": "烽火哨", "kind": "series", "year": 2006, "creators": ["高世安"]},
    "lie": {"id": "lie", "title": "猎鹰谷英雄传", "kind": "series", "year": 1984, "creators": ["汪启华", "柳翠玲"]},
    "ban": {
        "id": "ban",
        "title": "考研英语冲刺班2025",
        "kind": "disc",
        "year": 2024,
        "creators": ["唐牧"],
        "aliases": ["唐牧冲刺班"],
    },
    "man": {"id": "man", "title": "满川红", "kind": "film", "year": 2023, "creators": ["章义某", "申腾达"]},
    "liang": {"id": "liang", "title": "拔剑", "kind": "series", "year": 2005, "creators": ["李又彬"]},
}
IN_A_STORY: list[tuple[list[str], str | None, str]] = [
    (
        ["yehe"],
        "yehe",
        "书名：夜河余灯\n作者：爱吃鲫鱼\n格式：TXT/EPUB\n内容简介：少年求助无门，踏上寻找妹妹的旅途，最终被删去名字……\n[TXT下载] [EPUB下载]",
    ),
    (
        ["chuan"],
        "chuan",
        "◎片名 渡口来信\n◎年代 2021\n◎导演 贺一鸣\n◎简介 一名记者收到求助信，回乡寻找失踪的姐姐，却发现新闻报道早已被删除\n◎下载地址 百度网盘 提取码 k3f9",
    ),
    (
        ["jin"],
        "jin",
        "《金石劫》沈砚秋 精校全本 epub\n文案：她在二手书店里求购一册旧谱，从此卷入官司\n下载：蓝奏云 密码 6ysd",
    ),
    (
        ["jin"],
        "jin",
        "金石劫 作者沈砚秋\n【内容介绍】图书馆管理员借阅登记簿上的名字，一个个都下架了……有人求一份真相\n【下载】TXT下载 | MOBI下载",
    ),
    (
        ["kong"],
        "kong",
        "有声书 空山旧雨 陆远舟播讲 全120集mp3\n简介：电影院关门那年，预告片还在放，他去寻找失散的父亲\n链接 夸克 私我发",
    ),
    (
        ["chuan"],
        "chuan",
        "渡口来信 2021 1080P\n剧情简介：为了寻找真相，他报名参加剧组周边活动，影评人却先一步失踪\n磁力下载 | 迅雷下载",
    ),
    (
        ["yehe"],
        "yehe",
        "夜河余灯\n爱吃鲫鱼 著 | 已完结 | 大小 4.2M\n简介：寻人启事贴满全城，警方通报说他已被下架……\nTXT下载 EPUB下载\n看了本书的人还看了：金石劫、雪原孤灯\n书友 阿青：谢谢站长",
    ),
    (
        ["chuan"],
        "chuan",
        "渡口来信 HD国语中字 在线观看 下载\n故事：小城音乐老师求一首失传的主题曲，找遍全国\n网盘地址见下",
    ),
    (["yehe"], None, "书名：夜河余灯\n作者：爱吃鲫鱼\n简介：灰雾降临，少年踏上旅途\n求资源，有没有TXT的，谢谢"),
    (["jin"], None, "简介帖：《金石劫》沈砚秋，讲寻找旧谱的故事。求epub，找了好久没找到"),
    (["chuan"], None, "◎片名 渡口来信\n◎年代 2021\n◎简介 一名记者回乡\n求下载地址，有的发我"),
    (["jin"], None, "书名：金石劫\n作者：沈砚秋\n简介：旧谱谜案\n本馆可借阅，凭读者证登录电子借阅平台，借期14天"),
    (["chuan"], None, "渡口来信 预告片\n简介：记者回乡寻找失踪的姐姐\n今日发布终极预告，12月1日上映"),
    (["chuan"], None, "渡口来信\n简介：求这部电影的资源，好人一生平安"),
    (
        ["chuan"],
        None,
        "渡口来信 2021\n剧情介绍：记者收到信，回乡\n影评：节奏偏慢，看完很感动，推荐大家去电影院支持\n片长 110分钟",
    ),
    (["jin"], None, "书名：金石劫\n简介：旧谱谜案\n九成新二手书，包邮15元，无笔记"),
    (["chuan"], None, "《渡口来信》票房破亿\n故事：记者回乡\n据新华社报道，该片被盗版下载，警方已抓获三人"),
    (["yehe"], None, "夜河余灯 完本感想\n简介：灰雾少年\n看完全书，TXT两百万字，结局太虐，书评写在这"),
    (
        ["chuan"],
        "chuan",
        "渡口来信.2021.1080p.mkv\n影片介绍\n记者为寻找失踪的姐姐回乡，新闻报道被删除\n下载地址：https://pan.quark.cn/s/20ab9c77fe31",
    ),
    (
        ["yehe"],
        "yehe",
        "夜河余灯 epub 百度网盘\n————\n作品简介\n　　警方通报：寻找失踪者。论坛版主封号，帖子全删。\n————\n链接见二楼 提取码 8f8f",
    ),
    (["kong"], "kong", "【有声】空山旧雨 全集mp3\n◆内容：父亲在图书馆借阅室留下一张海报\n◆播讲：陆远舟\n◆网盘：私信"),
]
FORMS: list[tuple[list[str], str | None, str]] = [
    (["kong", "kongtv"], "kong", "空山旧雨广播剧 四季全 不是电视剧 要的滴滴"),
    (["kong", "kongtv"], "kong", "空.山.旧.雨 广 播 剧 四季全 不是电视剧那个 懂的滴我 微❤同号"),
    (["kong", "kongtv"], "kongtv", "空山旧雨 36集全 1080P 非广播剧 夸克自取 https://pan.quark.cn/s/a1b2c3d4e5f6"),
    (["jin"], "jin", "金石劫 全本epub 不是漫画也不是有声书 百度网盘链接私信"),
    (
        ["kong", "kongtv"],
        "kongtv",
        "《空山旧雨》36集1080P国语 别跟有声书搞混 网盘链接 https://pan.baidu.com/s/1aBcDeFgHiJkLmNo 提取码 t5tt",
    ),
    (["jin"], "jin", "金石劫（原著小说，不是电影版）mobi+epub 蓝奏云 https://wwa.lanzoui.com/iAbC1d2e3f"),
    (["chuan"], "chuan", "渡口来信 电影 不是小说也不是epub 1080P 链接评论区自取 阿里云盘"),
    (["xue"], "xue", "雪原孤灯 PC中文版 免安装 不是电影 度盘链接 https://pan.baidu.com/s/1QwErTyUiOp 码 8kk2"),
    (["kongtv"], None, "空山旧雨 广播剧 四季全 要的滴滴 网盘发"),
    (["jin"], None, "金石劫 电影版 1080P 不是小说 https://pan.quark.cn/s/a1b2c3d4e5f6"),
    (["kongtv"], None, "空山旧雨有声书全集 不是电视剧 mp3 夸克网盘 https://pan.quark.cn/s/a1b2c3d4e5f6"),
    (["yun"], None, "《云楼梦》原著txt 不是电视剧 https://pan.quark.cn/s/a1b2c3d4e5f6"),
    (
        ["ban"],
        "ban",
        "标题:唐牧冲刺班 2025 带讲义 需要的留邮箱\n1楼 楼主 小分队:《唐牧冲刺班2025》视频60讲+讲义pdf,我拼的,免费给,留邮箱\n2楼 土豆:谢谢楼主 收到了\n3楼 小分队:晚上统一发夸克链接",
    ),
    (["ban"], "ban", "唐牧冲刺班2025 全套视频+PDF讲义 夸克网盘 https://pan.quark.cn/s/20ab9c77fe31"),
    (["ban"], "ban", "唐牧 冲刺班 2025 讲义pdf+录播 9.9 自动发货 百度网盘"),
    (["ban"], "ban", "考研英语冲刺班2025 唐牧 电子讲义配套视频课 网盘发货 5元"),
    (["ban"], None, "唐牧冲刺班2023 全套视频+PDF讲义 夸克网盘 https://pan.quark.cn/s/20ab9c77fe31"),
    (["ban"], None, "唐牧冲刺班2025 好不好？求过来人说说值不值，官网卖1299"),
    (["kong", "kongtv"], "kongtv", "空山旧雨 电视剧 全36集 不是广播剧那个哈 网盘 私我"),
    (["jin"], "jin", "金石劫 小说 txt+epub 可不是漫画 群文件自取 群号 12345678"),
    (["chuan"], "chuan", "渡口来信 不是小说 是电影 1080P 阿里云盘 私信秒发"),
    (["xue"], "xue", "雪原孤灯 游戏本体 并非视频攻略 解压即玩 https://pan.baidu.com/s/1QwErTyUiOp 码 8kk2"),
    (["kong"], None, "空山旧雨 36集 电视剧 不是广播剧 1080P https://pan.quark.cn/s/20ab9c77fe31"),
    (["chuan"], None, "渡口来信 小说 epub 不是电影 https://wwa.lanzoui.com/iAbC1d2e3f"),
    (["chuan"], None, "不是电影！渡口来信原著小说txt https://wwa.lanzoui.com/iAbC1d2e3f"),
]
LISTED: list[tuple[list[str], str | None, str]] = [
    (
        ["shao"],
        "shao",
        "硬盘拷贝清单（2T，含盘420）\nA. 港片：英雄泪1-3、双城记\nB. 国剧：潜流 30集、闯边关 52集、烽火哨 30集（高世安）\nC. 纪录：大河 25回\n插电视直接放，拷盘约需一晚",
    ),
    (["shao"], "shao", "U盘代拷，30元一部：\n国产剧｜烽火哨 30集 潜流 40集\n港剧｜雾都 20集\n发货前试播"),
    (["lie"], "lie", "老剧拷盘 移动硬盘自备\n1、猎鹰谷英雄传 84版 59集\n2、雾都风云\n3、潜流\n一部5元，十部30"),
    (["chuan", "shao"], "chuan", "出片单：渡口来信、雾都、潜流、双城记 全高清 10元4部 网盘发"),
    (["shao"], None, "年度国剧片单推荐：潜流 30集、闯边关 52集、烽火哨 30集（高世安），你看过几部？"),
    (["shao"], None, "全新未拆正版DVD清单：潜流 30集、烽火哨 30集（高世安），原价卖，有发票"),
]
VERSIONS: list[tuple[list[str], str | None, str]] = [
    (["lie"], None, "【猎鹰谷英雄传 2018 李桐/杨文旭版】52集 1080P 夸克 https://pan.quark.cn/s/20ab9c77fe31 永久有效"),
    (["lie"], None, "猎鹰谷英雄传（2018版）全52集 4K https://pan.quark.cn/s/20ab9c77fe31"),
    (["lie"], None, "2018新版猎鹰谷英雄传 李桐 杨文旭 52集 网盘 https://pan.quark.cn/s/20ab9c77fe31"),
    (["lie"], None, "《猎鹰谷英雄传》2018年 李桐版 全52集 百度云 https://pan.baidu.com/s/1aBcDeFgHiJkLmNo"),
    (["yun"], None, "云楼梦 2010 新版 全50集 国语 https://pan.quark.cn/s/20ab9c77fe31"),
    (["lie"], "lie", "【猎鹰谷英雄传 1984 汪启华/柳翠玲版】59集 DVDRip 夸克 https://pan.quark.cn/s/20ab9c77fe31"),
    (["lie"], "lie", "猎鹰谷英雄传（84版）全59集 https://pan.quark.cn/s/20ab9c77fe31"),
    (["lie"], "lie", "猎鹰谷英雄传 2019修复版 汪启华 柳翠玲 59集 4K https://pan.quark.cn/s/20ab9c77fe31"),
    (["shao"], "shao", "烽火哨 第二季 2008 全30集 https://pan.quark.cn/s/20ab9c77fe31"),
    (["lie"], "lie", "猎鹰谷英雄传 2023重制4K修复版 全59集 https://pan.quark.cn/s/20ab9c77fe31"),
    (["lie"], None, "猎鹰谷英雄传 2018翻拍版 52集 夸克 https://pan.quark.cn/s/20ab9c77fe31"),
    (["lie"], None, "猎鹰谷英雄传 (2018) S01 1080p WEB-DL https://pan.quark.cn/s/20ab9c77fe31"),
    (["lie"], "lie", "猎鹰谷英雄传 1984 2020数码修复版 59集 https://pan.quark.cn/s/20ab9c77fe31"),
    (["shao"], "shao", "烽火哨 2010央视版 高世安 30集 https://pan.quark.cn/s/20ab9c77fe31"),
]
FREE: list[tuple[list[str], str | None, str]] = [
    (["yun"], None, "《云楼梦》程甲本 全120回 纯文本，公版古籍，CC0，任意下载使用：yunlou.example/txt/all.zip"),
    (["yun"], None, "云楼梦 脂批本 公有领域 古籍 txt 下载 https://gutenberg.example/yunlou.txt"),
    (["yun"], None, "云楼梦 小说原文 一百二十回 公共领域文本打包 https://files.example/yunlou.zip"),
    (["jin"], None, "《金石劫》作者沈砚秋以CC BY 4.0发布，可自由下载转发 https://files.example/jinshijie.epub"),
    (["yun"], "yun", "云楼梦 88版 全36集 DVD修复 王复林 https://pan.quark.cn/s/20ab9c77fe31"),
    (["jin"], "jin", "金石劫 全120回 epub 精校 https://pan.quark.cn/s/20ab9c77fe31"),
    (["yun"], "yun", "云楼梦 老版电视剧 36集全 附原著公版txt https://pan.quark.cn/s/20ab9c77fe31"),
]
OF_ANOTHER: list[tuple[list[str], str | None, str]] = [
    (
        ["chuan"],
        "chuan",
        "1楼 阿木：渡口来信 1080P 夸克 https://pan.quark.cn/s/20ab9c77fe31\n2楼 小七：求雾都的资源\n3楼 阿木：雾都没有，被删了",
    ),
    (
        ["jin"],
        "jin",
        "【引用】小七：有没有金石劫的epub？求！\n回复：金石劫 epub https://wwa.lanzoui.com/iAbC1d2e3f 密码 6ysd",
    ),
    (["chuan"], "chuan", "渡口来信 HD 夸克 https://pan.quark.cn/s/20ab9c77fe31 ，雾都那部还在求，《潜流》的下架了别问"),
    (
        ["jin"],
        "jin",
        "金石劫 epub 已补链 https://wwa.lanzoui.com/iAbC1d2e3f\n> 小七：《夜河余灯》被举报下架了吗\n版规：禁止求书",
    ),
    (["chuan"], "chuan", "渡口来信4K原盘 网盘私信。另出雾都海报、潜流原声CD"),
    (["shao"], "shao", "烽火哨全30集 高清 百度网盘 10元 不是预告不是花絮，正片无删减"),
    (["chuan"], None, "出渡口来信海报、雾都原声CD，包邮20"),
    (["chuan"], "chuan", "渡口来信 1080P https://pan.quark.cn/s/20ab9c77fe31 ；至于潜流，链接失效了，别再问"),
    (["chuan"], "chuan", "渡口来信 蓝光 网盘链接私信发，《雾都》预告也放群里了"),
    (["jin"], "jin", "金石劫epub自取 https://wwa.lanzoui.com/iAbC1d2e3f 另求《夜河余灯》，有的换"),
    (["jin"], "jin", "金石劫全本txt 蓝奏云 https://wwa.lanzoui.com/iAbC1d2e3f，夜河余灯那本被举报下架了"),
    (
        ["chuan"],
        "chuan",
        "渡口来信 HD 阿里云盘 https://www.alipan.com/s/AbCdEfGhIjK 下一部是《潜流》，书评影评什么的别发群里",
    ),
    (["chuan"], None, "《渡口来信》预告片首发，《潜流》网盘 https://pan.quark.cn/s/20ab9c77fe31"),
    (["chuan"], None, "渡口来信海报出一张，另出《潜流》高清资源，网盘发"),
    (["jin"], None, "求《金石劫》epub，我有《夜河余灯》可换，百度网盘"),
    (["jin"], None, "《金石劫》被举报下架了，《夜河余灯》还在 https://pan.quark.cn/s/20ab9c77fe31"),
]
PARTED: list[tuple[list[str], str | None, str]] = [
    (["man"], "man", "弓长某 2023春节 氵㒼川纟工 1080p 百度盘 私我"),
    (["man"], "man", "氵㒼川纟工 2023 1080P 夸克 https://pan.quark.cn/s/20ab9c77fe31"),
    (["chuan"], "chuan", "氵度口来亻言 1080P 夸克 https://pan.quark.cn/s/20ab9c77fe31"),
    (["jin"], "jin", "金石去力 沈石见秋 epub 蓝奏云 https://wwa.lanzoui.com/iAbC1d2e3f"),
]


def matched(names: list[str], text: str) -> str | None:
    """The id of the work, among those of these names, that a text offers."""
    listed = [WORKS[name] for name in names]
    (answer,) = match_lines([json.dumps({"id": "1", "text": text, "watchlist": listed}).encode()], Matching())
    return answer["match"]


@pytest.mark.parametrize(("names", "work", "text"), IN_A_STORY)
def test_the_words_of_a_story_are_not_those_of_its_page(names: list[str], work: str | None, text: str) -> None:
    assert matched(names, text) == work


@pytest.mark.parametrize(("names", "work", "text"), FORMS)
def test_a_form_that_is_denied_or_added_is_not_that_of_the_copy(names: list[str], work: str | None, text: str) -> None:
    assert matched(names, text) == work


@pytest.mark.parametrize(("names", "work", "text"), LISTED)
def test_a_title_is_one_of_a_list_that_is_sold(names: list[str], work: str | None, text: str) -> None:
    assert matched(names, text) == work


@pytest.mark.parametrize(("names", "work", "text"), VERSIONS)
def test_a_version_that_others_made_is_another_work(names: list[str], work: str | None, text: str) -> None:
    assert matched(names, text) == work


@pytest.mark.parametrize(("names", "work", "text"), FREE)
def test_an_open_licence_holds_however_the_copy_is_given(names: list[str], work: str | None, text: str) -> None:
    assert matched(names, text) == work


@pytest.mark.parametrize(("names", "work", "text"), OF_ANOTHER)
def test_a_clause_about_another_work_says_nothing_of_the_title(names: list[str], work: str | None, text: str) -> None:
    assert matched(names, text) == work


@pytest.mark.parametrize(("names", "work", "text"), PARTED)
def test_characters_taken_apart_are_read_whole(names: list[str], work: str | None, text: str) -> None:
    assert matched(names, text) == work
