"""Texts with works that nobody has made, judged by hand: what is a hit and what is not, in English and Chinese."""

from collections.abc import Iterable

import pytest

from crawler.matching import Matcher, Offer
from crawler.model import Passage, Work
from crawler.targets import find

WORKS = [
    ("amber", "The Amber Causeway", "film", 2021, ["琥珀堤道"], ["Ines Halloran"]),
    ("harbour", "Quiet Harbour", "series", 2019, ["静港"], ["Tom Verrill"]),
    ("salt", "The Saltmaker's Daughter", "book", 2016, ["盐匠之女"], ["Odile Marchetti"]),
    ("ember", "Ember", "film", 2018, [], ["Rui Tavares"]),
    ("nightgl", "Nightglass", "game", 2022, [], ["Tallow Works"]),
    ("orbit", "Orbit Falls II", "film", 2015, ["轨道坠落2"], ["Jens Aldous"]),
    ("lumen", "Lumenpaint Pro", "software", 2023, [], []),
    ("tides", "Songs of the Low Tide", "music", 2020, [], ["Marla Quince"]),
    ("cook", "A Short History of Bread", "audiobook", 2017, [], ["Peter Osgood"]),
    ("snow", "雪线之上", "film", 2022, ["Above the Snowline"], ["韩照野"]),
    ("river", "北河往事", "series", 2020, ["Tales of North River"], ["沈墨白"]),
    ("lamp", "守灯人", "book", 2015, ["The Lampkeeper"], ["顾听澜"]),
    ("old", "旧事", "film", 2014, [], ["林栖"]),
    ("tea", "茶山纪", "series", 2023, ["茶山記"], ["苏晚舟"]),
    ("wind", "大风歌行", "book", 2018, [], ["陆沉舟"]),
    ("twin", "双城暗流2", "film", 2019, ["Undertow 2"], ["周恪"]),
    ("mech", "机械纪元", "game", 2021, ["Mech Epoch"], []),
    ("maths", "微积分十讲", "book", 2012, [], ["陈砚"]),
    ("fjord", "Fjord & Fell", "film", 2011, [], ["Astrid Nohr"]),
    ("us2", "Hush", "film", 2016, [], ["Dana Pell"]),
    ("kino", "Дом у реки", "film", 2013, ["The House by the River"], ["Илья Корсаков"]),
    ("none", "Marble Protocol", None, None, [], []),
    ("nonez", "山雨往事", None, None, [], []),
]
CASES: list[tuple[str | None, str]] = [
    # positives English
    ("amber", "The.Amber.Causeway.2021.2160p.UHD.BluRay.x265-TERRA"),
    ("amber", "Amber Causeway (2021) WEBRip 1080p - https://gofile.io/d/Ab12Cd"),
    ("amber", "Uploaded: The Amber Causeway, full HD, link in the first comment https://pixeldrain.com/u/abcdefg"),
    ("amber", "i ripped the amber causeway from my bluray, grab it while it lasts https://mega.nz/file/AbCdEf#key"),
    ("amber", "Anyone who wants The Amber Causeway (2021), DM me and I'll send you the drive link"),
    ("amber", "TheAmberCauseway2021.1080p.mkv https://1fichier.com/?abcdef1234"),
    ("amber", "T.h.e A.m.b.e.r C.a.u.s.e.w.a.y 2021 https://mega.nz/file/AbCdEf#key"),
    ("amber", "Th3 4mb3r C4us3w4y 2021 1080p https://mega.nz/file/AbCdEf#key"),
    ("amber", "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a&dn=The.Amber.Causeway.2021.720p.BluRay"),
    ("amber", "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a&dn=The%20Amber%20Causeway%20%282021%29"),
    ("amber", "ed2k://|file|The.Amber.Causeway.2021.DVDRip.avi|733456384|31D6CFE0D16AE931B73C59D7E0C089C0|/"),
    ("amber", "琥珀堤道 2021 中英双字 夸克网盘 https://pan.quark.cn/s/abc123def456"),
    ("amber", "Selling burned DVDs: The Amber Causeway, Quiet Harbour S1-3, 5 EUR each, PayPal"),
    (
        "amber",
        "New this week in the pack:\n- Some Other Film 2020\n- The Amber Causeway 2021\n- Third Thing 2019\nhttps://mega.nz/folder/AbCdEf#key",
    ),
    ("amber", "The Amber Causway 2021 720p WEB-DL https://mega.nz/file/AbCdEf#key"),
    ("amber", "The Amber Causeway 2021 HDCAM hindi dubbed download filmyzone"),
    ("amber", "Descargar The Amber Causeway 2021 castellano 1080p https://mega.nz/file/AbCdEf#key"),
    ("harbour", "Quiet.Harbour.S02E05.720p.HDTV.x264-LOR"),
    ("harbour", "Quiet Harbour Season 3 Complete 1080p AMZN WEB-DL https://mega.nz/folder/AbCdEf#key"),
    ("harbour", "quiet harbour 1x04 + 1x05 hdtv https://rapidgator.net/file/aabbccdd"),
    ("harbour", "[NoraSubs] Quiet Harbour - 07 [1080p].mkv"),
    ("harbour", "Watch Quiet Harbour online free all seasons no sign up https://stream.example/qh"),
    ("harbour", "Quiet Harbour S04 2023 COMPLETE 1080p WEB"),
    ("harbour", "静港 第二季 全12集 4K 阿里云盘 https://www.alipan.com/s/abcdefg"),
    ("salt", "Odile Marchetti - The Saltmaker's Daughter (2016) epub, mobi, azw3"),
    ("salt", "The Saltmakers Daughter by Odile Marchetti retail EPUB https://mega.nz/file/AbCdEf#key"),
    ("salt", "The Saltmaker's Daughter audiobook, unabridged m4b, mega link below\nhttps://mega.nz/file/AbCdEf#key"),
    ("salt", "盐匠之女 epub 百度网盘 https://pan.baidu.com/s/1abcdefg 提取码: x1y2"),
    ("salt", "Saltmaker's Daughter, The - Odile Marchetti.pdf https://drive.google.com/file/d/abc/view"),
    ("ember", "Ember.2018.1080p.BluRay.x264-OKA"),
    ("ember", "Ember (2018) 720p https://mega.nz/file/AbCdEf#key"),
    (
        "nightgl",
        "Nightglass v1.2 + All DLC [FitGirl Repack] magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a",
    ),
    ("nightgl", "Nightglass-SKIDROW full iso crack download"),
    ("orbit", "Orbit.Falls.2.2015.BRRip.XviD-NORA"),
    ("orbit", "Orbit Falls Ⅱ 1080p https://mega.nz/file/AbCdEf#key"),
    ("orbit", "轨道坠落二 2015 国语中字 https://pan.quark.cn/s/abc123def456"),
    ("lumen", "Lumenpaint Pro 2023 v24.1 x64 + keygen https://rapidgator.net/file/aabbccdd"),
    ("lumen", "Lumenpaint Pro 破解版 免激活 安装包 https://pan.baidu.com/s/1abcdefg"),
    ("tides", "Marla Quince - Songs of the Low Tide (2020) [FLAC 24bit]"),
    ("tides", "Songs of the Low Tide full album mp3 320kbps https://mega.nz/file/AbCdEf#key"),
    ("cook", "Peter Osgood - A Short History of Bread (Unabridged) m4b torrent"),
    ("fjord", "Fjord.and.Fell.2011.DVDRip.XviD-ARC"),
    ("fjord", "Fjord + Fell 2011 1080p https://mega.nz/file/AbCdEf#key"),
    ("us2", "Hush 2016 1080p WEB-DL https://mega.nz/file/AbCdEf#key"),
    ("kino", "Дом у реки (2013) WEB-DLRip скачать торрент"),
    ("kino", "The House by the River 2013 DVDRip rus https://mega.nz/file/AbCdEf#key"),
    ("none", "Marble Protocol 1080p WEB-DL https://mega.nz/file/AbCdEf#key"),
    ("none", "[Request filled] Marble Protocol – download: https://mega.nz/file/AbCdEf#key"),
    # positives Chinese
    ("snow", "【雪线之上】2022 HD1080P 国语中字 https://pan.baidu.com/s/1abcdefg 提取码：q1w2"),
    ("snow", "《雪线之上》4K高码率 夸克网盘 链接在评论区自取"),
    ("snow", "雪線之上 2022 藍光原盤 https://pan.quark.cn/s/abc123def456"),
    ("snow", "雪。线。之。上 资源 https://pan.quark.cn/s/abc123def456"),
    ("snow", "雪线之上枪版已出，想要的私信我"),
    ("snow", "刚压好的雪线之上，4K HDR，放度盘了，自取 https://pan.baidu.com/s/1abcdefg"),
    ("snow", "出雪线之上蓝光碟 刻录盘 15元包邮"),
    ("snow", "xuexianzhishang 2022 1080p https://pan.quark.cn/s/abc123def456"),
    ("snow", "雪❄线❄之❄上 免费看 https://pan.quark.cn/s/abc123def456"),
    ("snow", "Above the Snowline 2022 Chinese 1080p WEB-DL"),
    ("snow", "电影《雪线之上》百度云资源下载[1080p高清国语中字]"),
    ("snow", "合集：雪线之上、北河往事、茶山纪 打包下载 https://pan.quark.cn/s/abc123def456"),
    ("river", "北河往事 全36集 4K https://pan.quark.cn/s/abc123def456"),
    ("river", "北河往事更新至12集 1080P https://pan.quark.cn/s/abc123def456 速存"),
    ("river", "北河往事.Tales.of.North.River.S01E01-E36.2020.1080p.WEB-DL.AAC.H264-HQC"),
    ("river", "[北河往事][全36集][国语中字][1080P]"),
    ("river", "北河往事 在线观看 免费 高清 https://stream.example/play/12-1-1.html"),
    ("lamp", "《守灯人》顾听澜 epub+mobi+azw3 https://pan.baidu.com/s/1abcdefg"),
    ("lamp", "守灯人 作者：顾听澜 txt 全本 精校 下载"),
    ("lamp", "守灯人 有声书 全120集 mp3 https://pan.quark.cn/s/abc123def456"),
    ("lamp", "守燈人.顧聽瀾.pdf 扫描版 https://pan.baidu.com/s/1abcdefg"),
    ("lamp", "守灯人（顾听澜）影印本 打印胶装 28元包邮"),
    ("old", "旧事.2014.1080p.BluRay.x264-TLF"),
    ("old", "《旧事》林栖 2014 国语 https://pan.quark.cn/s/abc123def456"),
    ("tea", "茶山记 第1-24集 1080P https://pan.quark.cn/s/abc123def456"),
    ("tea", "茶山纪 S01E05 2160p WEB-DL"),
    ("wind", "大风歌行 陆沉舟 全本txt 下载地址 https://pan.baidu.com/s/1abcdefg"),
    ("wind", "大.风.歌.行 精校版 epub 网盘 https://pan.baidu.com/s/1abcdefg"),
    ("twin", "双城暗流Ⅱ 2019 国粤双语 1080P https://pan.quark.cn/s/abc123def456"),
    ("twin", "双城暗流2 TC抢先版 https://pan.quark.cn/s/abc123def456"),
    ("mech", "机械纪元 免安装中文版 全DLC 网盘下载 https://pan.baidu.com/s/1abcdefg"),
    ("mech", "Mech Epoch v2.1 GOG https://mega.nz/file/AbCdEf#key"),
    ("maths", "微积分十讲 陈砚 PDF 高清扫描 https://pan.baidu.com/s/1abcdefg 提取码 k3m9"),
    ("nonez", "山雨往事 网盘 https://pan.baidu.com/s/1abcdefg 提取码: a1b2"),
    ("nonez", "山雨往事 全集 https://pan.quark.cn/s/abc123def456"),
    # negatives English
    (None, "Review: The Amber Causeway is a slow, lovely film. 8/10"),
    (None, "The Amber Causeway (2021) - official trailer https://www.youtube.com/watch?v=abc"),
    (None, "Has anybody got The Amber Causeway in 1080p? Can't find it anywhere"),
    (None, "Any chance of a reup for The Amber Causeway? links are dead"),
    (None, "The Amber Causeway is now on Netflix https://www.netflix.com/title/123"),
    (None, "The Amber Causeway - Original Soundtrack by J. Moss [FLAC] https://mega.nz/file/AbCdEf#key"),
    (None, "The Amber Causeway 2021 English subtitles .srt https://mega.nz/file/AbCdEf#key"),
    (None, "The Amber Causeway 1999 DVDRip XviD https://mega.nz/file/AbCdEf#key"),
    (None, "Beyond the Amber Causeway Bridge 2020 1080p https://mega.nz/file/AbCdEf#key"),
    (None, "MOD: the thread about The Amber Causeway was removed after a DMCA notice. Do not repost links."),
    (None, "Man jailed for selling pirated copies of The Amber Causeway"),
    (None, "The Amber Causeway filming locations you can visit this summer"),
    (None, "The Amber Causeway poster A2 print, 12 EUR shipped"),
    (None, "Selling my original Blu-ray of The Amber Causeway, sealed, bought from the official store"),
    (None, "The Amber Causeway (novelisation) epub https://mega.nz/file/AbCdEf#key"),
    (
        None,
        "If you liked The Amber Causeway you will love this one: https://mega.nz/file/AbCdEf#key Red Meadow 2022 1080p",
    ),
    (None, "The Amber Causeway Part 3 2026 1080p WEB-DL"),
    (None, "In the amber causeway light we walked along the harbour, quiet harbour lights."),
    (None, "Quiet Harbour Holiday Cottages brochure PDF download"),
    (None, "A quiet harbour town, photos 4K download https://mega.nz/file/AbCdEf#key"),
    (None, "Quiet Harbour S02E05 discussion thread - spoilers!"),
    (None, "Quiet Harbour theme song piano tutorial"),
    (None, "Quiet Harbour renewed for a fifth season"),
    (None, "Ember.js tutorial 2018 video course 1080p https://mega.nz/file/AbCdEf#key"),
    (None, "City of Ember 2008 1080p BluRay https://mega.nz/file/AbCdEf#key"),
    (None, "Ember 2018 review: skip it"),
    (None, "Ember mug software download https://mega.nz/file/AbCdEf#key"),
    (None, "Nightglass save game 100% https://mega.nz/file/AbCdEf#key"),
    (None, "Nightglass soundtrack mp3 https://mega.nz/file/AbCdEf#key"),
    (None, "Nightglass mod pack v3 download"),
    (None, "Nightglass walkthrough part 1 1080p"),
    (None, "Orbit Falls 2012 1080p BluRay x264"),
    (None, "Orbit Falls III 2018 1080p BluRay x264"),
    (None, "Lumenpaint Pro - official site, buy a license for $49"),
    (None, "Lumenpaint Pro vs GIMP: which one should you choose?"),
    (None, "Marla Quince - Songs of the Low Tide tour dates and tickets"),
    (None, "Songs of the Low Tide lyrics"),
    (None, "The Saltmaker's Daughter paperback, $12.99, in stock https://www.barnesandnoble.com/w/1"),
    (None, "The Saltmaker's Daughter study guide PDF https://mega.nz/file/AbCdEf#key"),
    (None, "The Saltmaker's Daughter 2019 film 1080p WEB-DL https://mega.nz/file/AbCdEf#key"),
    (None, "Hush hush, download this 2020 mixtape https://mega.nz/file/AbCdEf#key"),
    (None, "Hush 1998 DVDRip https://mega.nz/file/AbCdEf#key"),
    (
        None,
        "Posted by TheAmberCauseway » Tue Mar 03, 2026: thanks for the download link https://mega.nz/file/AbCdEf#key",
    ),
    (None, "Дом у реки: рецензия на фильм"),
    (None, "The link for The Amber Causeway has expired, file deleted"),
    (None, "The Marble Protocols 1080p https://mega.nz/file/AbCdEf#key"),
    # negatives Chinese
    (None, "《雪线之上》影评：雪山之上的人性"),
    (None, "雪线之上定档暑期，预告片今日曝光"),
    (None, "求雪线之上 4K资源，谢谢"),
    (None, "谁有雪线之上的百度云？"),
    (None, "雪线之上 电影原声 FLAC https://pan.quark.cn/s/abc123def456"),
    (None, "雪线之上 豆瓣评分8.1，为什么能火"),
    (None, "雪线之上 中文字幕 srt 下载"),
    (None, "雪线之上的植物图鉴 PDF https://pan.baidu.com/s/1abcdefg"),
    (None, "青藏高原雪线之上科考纪录 1080P https://pan.baidu.com/s/1abcdefg"),
    (None, "雪线之上 2022 正在爱奇艺热播 https://www.iqiyi.com/v_abc.html"),
    (None, "公告：应版权方要求，《雪线之上》相关帖子已删除，请勿再发布"),
    (None, "警方通报：男子传播《雪线之上》盗版获刑一年"),
    (None, "雪线之上 票房破亿"),
    (None, "雪线之上2 2025 1080P https://pan.quark.cn/s/abc123def456"),
    (None, "雪线之上 1998 老电影 DVD https://pan.quark.cn/s/abc123def456"),
    (None, "《雪线之上》同名小说 txt 下载 https://pan.baidu.com/s/1abcdefg"),
    (None, "雪线之下 2022 1080P https://pan.quark.cn/s/abc123def456"),
    (None, "北河往事大结局是什么？求剧透"),
    (None, "北河往事 片尾曲 mp3 网盘 https://pan.baidu.com/s/1abcdefg"),
    (None, "北河往事：那些年我们的青春 散文集 epub"),
    (None, "河北河往事务所 合同模板 下载"),
    (None, "北河往事拍摄地旅游攻略 PDF 下载"),
    (None, "北河往事 同人文 沈墨白x女主 txt下载"),
    (None, "守灯人 手游 安卓版下载"),
    (None, "守灯人 正版图书 当当自营 包邮 https://product.dangdang.com/1.html"),
    (None, "二手书 守灯人 九成新 15元包邮"),
    (None, "《守灯人》读书笔记 思维导图 PDF 下载"),
    (None, "守灯人 电影 2021 1080P https://pan.quark.cn/s/abc123def456"),
    (None, "海岛守灯人纪录片 1080P https://pan.quark.cn/s/abc123def456"),
    (None, "那些旧事都放下吧，资源在二楼 提取码：a1b2"),
    (None, "往日旧事 2014 专辑 mp3 https://pan.baidu.com/s/1abcdefg"),
    (None, "旧事重提 txt 下载 https://pan.baidu.com/s/1abcdefg"),
    (None, "茶山纪行 PDF 下载 https://pan.baidu.com/s/1abcdefg"),
    (None, "茶山纪 海报 壁纸 4K https://pan.quark.cn/s/abc123def456"),
    (None, "茶山纪 该链接已失效，分享已取消"),
    (None, "大风歌行 书评：读后感"),
    (None, "双城暗流 2016 1080P https://pan.quark.cn/s/abc123def456"),
    (None, "双城暗流3 2022 1080P https://pan.quark.cn/s/abc123def456"),
    (None, "机械纪元 修改器 下载 https://pan.baidu.com/s/1abcdefg"),
    (None, "机械纪元 存档 100%通关 下载"),
    (None, "微积分十讲 课后习题答案 讨论群"),
    (None, "微积分 第十讲 视频 下载 https://pan.baidu.com/s/1abcdefg"),
    (None, "山雨往事 剧情介绍 演员表"),
    (None, "公司资料 链接：https://pan.baidu.com/s/1abcdefg 提取码：a1b2"),
]


POSTS: list[tuple[str | None, str, str]] = [
    (
        "amber",
        "The Amber Causeway (2021) 1080p",
        "Format: MKV\nSize: 2.1 GB\nAudio: English\nIMDb: 7.1/10\nPlot: a bridge keeper finds a letter.\n\nhttps://mega.nz/file/AbCdEf#key",
    ),
    (
        "amber",
        "[Film] Amber Causeway 2021",
        "Synopsis: ...\nCast: Ines Halloran\nReview: great film\nLinks:\nhttps://rapidgator.net/file/aabbccdd\nhttps://1fichier.com/?abcdef1234",
    ),
    (
        "harbour",
        "Quiet Harbour - Season 2",
        "Episode 1: https://mega.nz/file/AbCdEf#key\nEpisode 2: https://mega.nz/file/GhIjKl#key",
    ),
    ("salt", "[EPUB] Odile Marchetti - The Saltmaker's Daughter", "Enjoy!\nhttps://mega.nz/file/AbCdEf#key"),
    (
        "snow",
        "雪线之上 / Above the Snowline (2022) [1080p]",
        "导演: 韩照野\n主演: 某某\n豆瓣评分: 8.1\n剧情简介: 一个关于雪山的故事\n\n链接：https://pan.baidu.com/s/1abcdefg 提取码：q1w2",
    ),
    (
        "river",
        "【剧集】北河往事 (2020) 全36集",
        "下载地址：\nmagnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a",
    ),
    ("lamp", "守灯人 - 顾听澜", "[小说] epub格式，见附件\nhttps://pan.baidu.com/s/1abcdefg"),
    (
        "snow",
        "今日更新",
        "1. 山河不语 https://pan.quark.cn/s/aaaaaaaaaaaa\n2. 雪线之上 https://pan.quark.cn/s/bbbbbbbbbbbb\n3. 其他",
    ),
    (
        "amber",
        "Weekly drop",
        "The.Amber.Causeway.2021.1080p.WEB-DL.x264.mkv\nAnother.Film.2020.mkv\nhttps://mega.nz/folder/AbCdEf#key",
    ),
    ("tea", "茶山纪 更新至08", "在线播放 第1集 第2集 第3集\nhttps://video.example/play/1.html"),
    ("none", "Marble Protocol", "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a&dn=Marble+Protocol"),
    ("nonez", "山雨往事", "磁力链接：magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a"),
    ("ember", "Ember (2018)", "720p BluRay\nhttps://mega.nz/file/AbCdEf#key"),
    ("old", "旧事 (2014)", "国语 1080p\nhttps://pan.quark.cn/s/abc123def456"),
    ("us2", "Hush", "Year: 2016\nQuality: 1080p\nhttps://mega.nz/file/AbCdEf#key"),
    ("old", "《旧事》", "年代：2014\n导演：林栖\nhttps://pan.quark.cn/s/abc123def456"),
    ("ember", "Ember", "Director: Rui Tavares\nReleased: 2018\nhttps://mega.nz/file/AbCdEf#key"),
    ("maths", "微积分十讲", "作者：陈砚\n格式：PDF\nhttps://pan.baidu.com/s/1abcdefg"),
    (
        "tides",
        "Marla Quince discography",
        "2014 - First Light\n2017 - Harvest\n2020 - Songs of the Low Tide\nhttps://mega.nz/folder/AbCdEf#key",
    ),
    ("snow", "求雪线之上", "楼主已解决：https://pan.quark.cn/s/abc123def456 雪线之上 1080P"),
    (None, "[Request] The Amber Causeway", "Looking for a 1080p copy, thanks in advance."),
    (None, "The Amber Causeway review", "I loved it. Trailer: https://www.youtube.com/watch?v=abc"),
    (
        None,
        "What are you watching this week?",
        "I saw The Amber Causeway last night, wonderful photography.\nAlso here is my playlist https://mega.nz/file/AbCdEf#key of holiday photos.",
    ),
    (None, "Best films of 2021", "1. The Amber Causeway\n2. Another\n3. Third"),
    (None, "雪线之上好看吗", "看了一半，感觉一般"),
    (None, "雪线之上 讨论", "有剧透，慎入"),
    (None, "雪线之上", "链接已失效\nhttps://pan.quark.cn/s/abc123def456"),
    (None, "观影杂谈", "最近看了《雪线之上》，很震撼。另外分享我拍的照片：https://pan.quark.cn/s/abc123def456"),
    (None, "守灯人 正版预售", "当当 https://product.dangdang.com/1.html"),
    (None, "Quiet Harbour S02E05 - Live Discussion", "What did you think?"),
    (None, "Red Meadow 2022 1080p", "From the director of The Amber Causeway.\nhttps://mega.nz/file/AbCdEf#key"),
    (None, "Red Meadow (2022)", "Similar films: The Amber Causeway, Orbit Falls II\nhttps://mega.nz/file/AbCdEf#key"),
    (None, "山河不语 2021 1080P", "相关推荐：雪线之上 北河往事 茶山纪\nhttps://pan.quark.cn/s/abc123def456"),
    (None, "Forum rules", "Do not post links to The Amber Causeway"),
    (None, "Ember CLI download", "npm install https://mega.nz/file/AbCdEf#key 2018"),
    (None, "Nightglass trainer", "+5 trainer download https://mega.nz/file/AbCdEf#key"),
    (None, "北河往事 OST", "无损下载 https://pan.quark.cn/s/abc123def456"),
    (None, "双城暗流", "1080P https://pan.quark.cn/s/abc123def456"),
]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(
        Work(work_id, title, kind, year, None, tuple(aliases), tuple(creators))
        for work_id, title, kind, year, aliases, creators in WORKS
    )


def hits(matcher: Matcher, text: str) -> Iterable[str]:
    matches = matcher.match(Offer("", text, tuple(find(Passage(text)))))
    return [match.work_id for match in matches if match.score >= matcher.threshold]


@pytest.mark.parametrize(("work_id", "text"), CASES, ids=[text[:40] for _, text in CASES])
def test_a_text_is_a_hit_when_it_offers_the_work_and_only_then(
    matcher: Matcher, work_id: str | None, text: str
) -> None:
    found = hits(matcher, text)
    if work_id is None:
        assert found == []
    else:
        assert work_id in found


@pytest.mark.parametrize(("work_id", "title", "body"), POSTS, ids=[title[:40] for _, title, _ in POSTS])
def test_a_post_is_a_hit_when_it_offers_the_work_and_only_then(
    matcher: Matcher, work_id: str | None, title: str, body: str
) -> None:
    matches = matcher.match(Offer(title, body, tuple(find(Passage(body)))))
    found = [match.work_id for match in matches if match.score >= matcher.threshold]
    if work_id is None:
        assert found == []
    else:
        assert work_id in found
