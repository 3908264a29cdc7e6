"""What is added to a game is no copy of it; the game with all that was added is, and so is an expansion that is watched itself."""

import pytest

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.model import Passage, Work

FROST = Work(
    work_id="frost", title="The Long Frost", aliases=("漫长霜寒",), year=2021, kind="game", creators=("Ninefold Works",)
)
EMBERFALL = Work(
    work_id="emberfall",
    title="The Long Frost: Emberfall",
    aliases=("漫长霜寒：余烬降临",),
    year=2023,
    kind="game",
    creators=("Ninefold Works",),
)
IRON = Work(
    work_id="iron", title="铁穹纪元", aliases=("Iron Dome Era",), year=2020, kind="game", creators=("砚台工坊",)
)
MISTS = Work(work_id="mists", title="铁穹纪元：雾海", aliases=(), year=2022, kind="game", creators=("砚台工坊",))
SALTCROWN = Work(
    work_id="saltcrown", title="Saltcrown", aliases=("盐冠",), year=2022, kind="game", creators=("Low Lantern",)
)
KESTREL = Work(
    work_id="kestrel",
    title="Kestrel Harbour Tycoon",
    aliases=("红隼港大亨",),
    year=2019,
    kind="game",
    creators=("Pewter Bay",),
)
PARISH = Work(
    work_id="parish",
    title="Saltcrown: Drowned Parish",
    aliases=("盐冠：沉没教区",),
    year=2024,
    kind="game",
    creators=("Low Lantern",),
)
LAMPS = Work(
    work_id="lamps",
    title="万灯谣",
    aliases=("Song of Ten Thousand Lamps",),
    year=2023,
    kind="game",
    creators=("青砖社",),
)
KEYS = Work(work_id="keys", title="Corvid Keys 3", aliases=(), year=2020, kind="software", creators=("Tarn Audio",))

OFFERED = [
    (FROST, "The Long Frost Complete Edition incl. all DLC, repack 18 GB https://mega.nz/file/abc#k"),
    (FROST, "The.Long.Frost.v1.5.Incl.DLC-RUNE magnet:?xt=urn:btih:3ca2e19b55f07d4486b1aa0c9d7e2f38b4610c7d"),
    (FROST, "The Long Frost + Emberfall DLC + update 1.5 [NSP] download https://1fichier.com/?abc"),
    (FROST, "The Long Frost (base game + season pass) repack by Kolya, 14 GB, torrent in the first post"),
    (FROST, "The Long Frost GOTY, base + 3 DLCs, no crack needed, https://gofile.io/d/abc123"),
    (FROST, "The Long Frost Deluxe Edition, all expansions unlocked, https://pixeldrain.com/u/abc123"),
    (FROST, "The Long Frost: Digital Deluxe Edition (2021) FitGirl repack, 11 bonus DLCs + OST"),
    (FROST, "The Long Frost Gold Edition [PC] all dlc unlocked, direct link https://gofile.io/d/abc123"),
    (EMBERFALL, "The Long Frost: Emberfall DLC, drop in folder, https://gofile.io/d/abc123"),
    (EMBERFALL, "The.Long.Frost.Emberfall.DLC-RAZOR1911"),
    (EMBERFALL, "The Long Frost + Emberfall DLC + update 1.5 [NSP] download https://1fichier.com/?abc"),
    (EMBERFALL, "The Long Frost Complete, base + DLC: Emberfall, Rimewood. repack https://gofile.io/d/abc123"),
    (EMBERFALL, "The Long Frost Complete Edition incl. all DLC (Emberfall), repack 18 GB https://mega.nz/file/abc#k"),
    (IRON, "铁穹纪元 豪华版 全DLC整合 免安装中文版 https://pan.quark.cn/s/abc123"),
    (IRON, "《铁穹纪元》年度版 含雾海资料片+季票 解压即玩 https://pan.baidu.com/s/1abcDEF 提取码 ab12"),
    (IRON, "铁穹纪元 本体+DLC+升级补丁 XCI整合版 https://pan.baidu.com/s/1abcDEF"),
    (IRON, "【Switch】铁穹纪元 本体+1.3升级+5DLC NSP https://pan.quark.cn/s/abc123"),
    (IRON, "铁穹纪元|v1.5.2|官方中文|本体+雾海扩展包+全DLC|36G|https://pan.quark.cn/s/abc123"),
    (IRON, "铁穹纪元 终极版 集成全部扩展包 磁力 magnet:?xt=urn:btih:3ca2e19b55f07d4486b1aa0c9d7e2f38b4610c7d"),
    (IRON, "铁穹纪元 黄金版 赠季票与原声 学习版 https://pan.quark.cn/s/abc123"),
    (MISTS, "《铁穹纪元》雾海DLC单独包,需自备本体,百度网盘 pan.baidu.com/s/1abcDEF 提取码 ab12"),
    (MISTS, "铁穹纪元：雾海 资料片 https://pan.quark.cn/s/abc123"),
    (MISTS, "铁穹纪元 年度版 含雾海资料片 解压即玩 https://pan.baidu.com/s/1abcDEF"),
    (MISTS, "铁穹纪元|本体+雾海扩展包+全DLC|36G|https://pan.quark.cn/s/abc123"),
    (SALTCROWN, "Saltcrown [NSP] Base + Update v1.08 + 6 DLC  https://1fichier.com/?xyz12"),
    (SALTCROWN, "Saltcrown (v1.08 + All DLCs + Bonus OST, MULTi9) [DODI Repack, from 9.1 GB] magnet:?xt=urn:btih:3ca2e19b55f07d4486b1aa0c9d7e2f38b4610c7d"),
    (SALTCROWN, "Saltcrown Year One Edition with both expansions, pre-installed, run the exe. https://gofile.io/d/aa11"),
    (SALTCROWN, "selling acct? no, giving: Saltcrown + season pass stuff, portable folder on mega https://mega.nz/folder/aa#bb"),
    (KESTREL, "Kestrel Harbour Tycoon + Winter Traffic + Night Ferries, all in one iso https://gofile.io/d/aa11"),
    (KESTREL, "Kestrel Harbour Tycoon, DLCs not included, just the game. https://gofile.io/d/aa11"),
    (PARISH, "Saltcrown-Drowned.Parish-CODEX https://1fichier.com/?xyz12"),
    (LAMPS, "万灯谣 本体 NSP+1.2.3补丁+渡灯人DLC https://pan.quark.cn/s/aaa111"),
    (LAMPS, "万灯谣 豪华典藏版|集成渡灯人、雪市两部资料片|解压缩即可玩|https://pan.quark.cn/s/aaa111"),
    (LAMPS, "《万灯谣》v1.2.3 全DLC 官中 22G 百度 https://pan.baidu.com/s/1aaa111?pwd=aaaa"),
    (LAMPS, "万灯谣 不含DLC 纯净本体 https://pan.quark.cn/s/aaa111"),
    (LAMPS, "《万灯谣》本体已打上DLC解锁补丁，直接玩 https://pan.quark.cn/s/aaa111"),
    (LAMPS, "万灯谣 年度版 送季票 原声 设定集 https://pan.quark.cn/s/aaa111"),
    (PARISH, "《盐冠》资料片“沉没教区”整合版，本体也在里面 https://pan.quark.cn/s/aaa111"),
    (KEYS, "Corvid Keys 3 v3.1 incl. all expansions, keygen, https://gofile.io/d/aa11"),
]  # fmt: skip
NOT_OFFERED = [
    (FROST, "The Long Frost: Emberfall DLC unlocker"),
    (FROST, "The Long Frost - Emberfall (DLC only, base game not included) 2.1 GB https://mega.nz/file/abc#k"),
    (FROST, "The Long Frost season pass key, unused, 12 EUR"),
    (FROST, "[DLC] The Long Frost Soundtrack & Artbook pack, rar, pixeldrain.com/u/abc123"),
    (FROST, "The.Long.Frost.Emberfall.DLC-RAZOR1911"),
    (FROST, "The Long Frost Emberfall expansion, needs the base game, https://mega.nz/file/abc#k"),
    (FROST, "Unlock all DLC for The Long Frost on Steam with CreamAPI, download below https://gofile.io/d/abc123"),
    (FROST, "The Long Frost HD texture mod + 200 quests, nexus mirror: https://pixeldrain.com/u/abc123 requires base game"),
    (FROST, "The Long Frost DLC pack (Emberfall, Rimewood) for owners of the game. Download: https://1fichier.com/?abc"),
    (FROST, "The Long Frost update v1.4 to v1.5 only, apply over your copy https://1fichier.com/?abc"),
    (EMBERFALL, "The Long Frost v1.2 FitGirl repack 12 GB https://mega.nz/file/abc#k"),
    (EMBERFALL, "The Long Frost base game without DLC, https://gofile.io/d/abc123"),
    (EMBERFALL, "When is Emberfall coming to consoles? The Long Frost store page says nothing."),
    (EMBERFALL, "The Long Frost: Emberfall trailer mp4 https://gofile.io/d/abc123"),
    (EMBERFALL, "The Long Frost: Rimewood DLC https://mega.nz/file/abc#k"),
    (EMBERFALL, "save game for The Long Frost: Emberfall, 100%, https://mediafire.com/file/abc/save.zip"),
    (IRON, "《铁穹纪元》雾海DLC单独包,需自备本体,百度网盘 pan.baidu.com/s/1abcDEF 提取码 ab12"),
    (IRON, "铁穹纪元 资料片“雾海”免安装补丁 https://pan.quark.cn/s/abc123"),
    (IRON, "铁穹纪元 季票激活码 一个 30元"),
    (IRON, "铁穹纪元DLC解锁补丁,正版玩家专用,https://pan.baidu.com/s/1abcDEF"),
    (IRON, "【扩展包】铁穹纪元：雾海 扩展包(不含游戏本体) 夸克 https://pan.quark.cn/s/abc123"),
    (IRON, "《铁穹纪元》十周年MOD整合,需要正版本体 https://pan.quark.cn/s/abc123"),
    (IRON, "铁穹纪元 全DLC解锁器 https://pan.quark.cn/s/abc123"),
    (IRON, "铁穹纪元 升级档v1.2→v1.3 仅升级补丁 https://pan.quark.cn/s/abc123"),
    (MISTS, "铁穹纪元 本体 免安装中文版 不含资料片 https://pan.quark.cn/s/abc123"),
    (MISTS, "铁穹纪元：雾海 MOD汉化补丁 需本体和资料片 https://pan.quark.cn/s/abc123"),
    (MISTS, "铁穹纪元：雾海 通关存档 https://pan.quark.cn/s/abc123"),
    (MISTS, "铁穹纪元：霜刃 资料片 https://pan.quark.cn/s/abc123"),
    (MISTS, "铁穹纪元：雾海 什么时候出中文？求个说法"),
    (SALTCROWN, "Saltcrown Season Pass 2 (Switch NSP, DLC) 640 MB  https://1fichier.com/?xyz12"),
    (SALTCROWN, "Drowned Parish DLC for Saltcrown, just drop the folder in, https://gofile.io/d/aa11"),
    (SALTCROWN, "Saltcrown [Update v1.08 + DLC] NO BASE  https://1fichier.com/?xyz12"),
    (SALTCROWN, "Saltcrown 100% save + cheat table + all skins unlocker https://mediafire.com/file/aa/s.zip"),
    (KESTREL, "Kestrel Harbour Tycoon - Winter Traffic Pack (add-on). You need the original game. mega.nz/file/1#a"),
    (KESTREL, "Kestrel Harbour Tycoon: 300 custom maps from the workshop, zip, https://gofile.io/d/aa11"),
    (KESTREL, "Kestrel Harbour Tycoon crack only, no game files, https://gofile.io/d/aa11"),
    (SALTCROWN, "Saltcrown update 1.08 is live: patch notes and known bugs"),
    (PARISH, "Saltcrown [NSP] Base only, DLC soon  https://1fichier.com/?xyz12"),
    (LAMPS, "万灯谣 DLC“渡灯人” NSP 单品 https://pan.quark.cn/s/aaa111"),
    (LAMPS, "万灯谣 修改器+全CG存档 https://pan.baidu.com/s/1aaa111"),
    (LAMPS, "万灯谣扩充内容合集（渡灯人、雪市），本体自己去买，夸克 https://pan.quark.cn/s/aaa111"),
    (LAMPS, "出 万灯谣 季票 兑换码 未使用 25元"),
    (LAMPS, "万灯谣 高清材质mod 需要有本体 https://pan.quark.cn/s/aaa111"),
    (LAMPS, "万灯谣 1.2.3 更新补丁（不是本体）https://pan.quark.cn/s/aaa111"),
    (LAMPS, "万灯谣 免DVD补丁/学习补丁 只有补丁没有游戏 https://pan.quark.cn/s/aaa111"),
    (PARISH, "盐冠 本体 v1.0 学习版 https://pan.quark.cn/s/aaa111"),
    (KEYS, "Corvid Keys 3 expansion pack “Felt Pianos”, requires the full Corvid Keys, https://gofile.io/d/aa11"),
]  # fmt: skip


def score(work: Work, text: str) -> float:
    passage = Passage(text)
    offer = Offer(title="", body=text, targets=targets.find(passage))
    return max((one.score for one in Matcher([work], review=0.0).match(offer)), default=0.0)


@pytest.mark.parametrize(("work", "text"), OFFERED)
def test_the_game_with_what_was_added_is_offered(work: Work, text: str) -> None:
    assert score(work, text) >= 0.5


@pytest.mark.parametrize(("work", "text"), NOT_OFFERED)
def test_what_is_added_to_the_game_is_no_copy_of_it(work: Work, text: str) -> None:
    assert score(work, text) < 0.5


def test_the_reason_quotes_what_is_said() -> None:
    (match,) = Matcher([SALTCROWN], review=0.0).match(
        Offer(title="", body="Saltcrown Season Pass, https://gofile.io/d/aa11")
    )
    told = next(one for one in match.reasons if one.rule == "addition")
    assert (told.facts["words"], told.weight < 0) == ("Season Pass", True)
