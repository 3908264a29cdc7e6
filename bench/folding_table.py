"""Make crawler/folding.tsv and crawler/matching/pinyin.tsv from their public sources.

Run it in an environment of its own; none of these packages is needed at run time:

    uv pip install --target SCRATCH opencc pypinyin
    PYTHONPATH=SCRATCH python bench/folding_table.py

The tables are data of the product: a text folds alike on every machine and every version
of Python, because nothing is read from the Unicode tables of the interpreter.
"""

import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

from opencc import OpenCC
from pypinyin import Style, pinyin

CRAWLER = Path(__file__).resolve().parent.parent / "crawler"
# Marks are stripped in scripts where they disguise or vary; in the others they are letters' parts.
STRIPPED_MARKS = [
    (0x0300, 0x036F),
    (0x0483, 0x0487),
    (0x0591, 0x05BD),
    (0x064B, 0x0652),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
]
DELETED = [
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE01EF),
    *STRIPPED_MARKS,
]
SCANNED = [
    (0x21, 0x33FF),
    (0xA000, 0xABFF),
    (0xF900, 0x11000),
    (0x1D400, 0x1D7FF),
    (0x1F100, 0x1F1AF),
    (0x2F800, 0x2FA1F),
]
# Letters that look like Latin ones in both cases, so that a real Greek or Cyrillic title
# folds alike whichever case it is written in.
LOOKALIKES = {
    **dict(zip("авекмнорстухіѕјԁԛԝһѵ", "abekmhopctyxisjdqwhv", strict=True)),
    **dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True)),
    **dict(zip("ոօսհցզյ", "nouhgqj", strict=True)),
    **dict(zip("ɑɡɩıłøđħðſɪʏʟɴʀʙɢʜ", "agiilodhdsiylnrbgh", strict=True)),
    **dict(zip("ᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱꜰ", "acdejkmoptuvwzsf", strict=True)),
    **dict(zip("‘’‚‛`´′＇", "''''''''", strict=True)),
    **dict(zip("“”„‟″", '"""""', strict=True)),
    **dict(zip("‐‑‒–—―−", "-------", strict=True)),
}
# Characters as Japan has simplified them; OpenCC's table has the Chinese ones alone.
_JAPANESE = (
    "撃击戦战竜龙亜亚悪恶圧压囲围隠隐栄荣営营駅驿円圆縁缘艶艳応应桜樱穏稳仮假価价暁晓絵绘壊坏懐怀拡扩覚觉楽乐渇渴巻卷陥陷勧劝寛宽関关観观帰归気气犠牺戯戏拠据挙举勲勋恵惠渓溪経经継继蛍萤軽轻鶏鸡県县倹俭剣剑"
    "険险圏圈検检権权顕显験验厳严広广効效鉱矿黒黑済济斎斋剤剂雑杂桟栈賛赞歯齿児儿実实釈释収收従从渋涩獣兽縦纵粛肃処处奨奖焼烧乗乘剰剩壌壤浄净畳叠縄绳譲让醸酿図图粋粹酔醉穂穗髄髓瀬濑斉齐摂摄専专銭钱繊纤捜搜"
    "挿插巣巢荘庄総总騒骚増增蔵藏臓脏続续対对帯带択择沢泽単单団团弾弹遅迟鋳铸庁厅聴听逓递鉄铁転转伝传稲稻闘斗徳德読读悩恼脳脑覇霸拝拜廃废売卖発发髪发抜拔姫姬浜滨払拂仏佛変变辺边豊丰歩步毎每満满黙默訳译薬药"
    "様样揺摇頼赖覧览両两猟猎隣邻塁垒涙泪霊灵齢龄労劳亀龟砕碎壷壶巌岩尭尧塩盐滝泷舎舍掲揭鴎鸥竃灶噛啮"
)
JAPANESE = dict(zip(_JAPANESE[::2], _JAPANESE[1::2], strict=True))
# Rare forms of characters, which are written for the plain ones so that no filter sees a title.
_RARE = (
    "旳的亊事躰体囯国亇个兲天囬回恠怪伱你吥不囻国圀国吢心镸长尒尔氺水丄上丅下凢凡叧另咊和圡土夲本奌点宐宜寕宁尙尚帋纸庅么弌一弍二弎三徃往悳德昰是朙明栁柳桒桑歳岁眀明秌秋"
    "穐秋竸竞笶笑羙美苐第荅答虵蛇赱走鄕乡鐡铁閙闹靑青靣面飜翻髙高鳯凤鼡鼠亾亡儍傻兎兔冝宜冩写刄刃囍喜埜野夣梦嬭奶寳宝愽博懽欢扵于擧举攺改斈学旹时朶朵枩松淸清晩晚暦历醤酱巿市孑子孓子"
)
RARE = dict(zip(_RARE[::2], _RARE[1::2], strict=True))
WHOLE = {"æ": "ae", "œ": "oe", "þ": "th", "ß": "ss"}


def simplify(char: str, opencc: OpenCC) -> str:
    folded = opencc.convert(JAPANESE.get(char, RARE.get(char, char)))
    return folded if len(folded) == 1 else char


def fold_one(char: str, opencc: OpenCC) -> str:
    """The folded form of one character; repeated until it no longer changes."""
    for _ in range(6):
        before = char
        char = unicodedata.normalize("NFKC", char).casefold()
        kept = []
        for part in unicodedata.normalize("NFKD", char):
            if not any(low <= ord(part) <= high for low, high in DELETED):
                kept.append(part)
        char = unicodedata.normalize("NFC", "".join(kept))
        char = "".join(WHOLE.get(part, LOOKALIKES.get(part, part)) for part in char)
        char = "".join(simplify(part, opencc) if part >= "\u2e80" else part for part in char)
        if char == before:
            break
    return char


def folding() -> None:
    opencc = OpenCC("t2s")
    groups: dict[str, list[str]] = defaultdict(list)
    scanned = [code for low, high in SCANNED for code in range(low, high + 1)]
    scanned += [*range(0x3400, 0x9FFF + 1), *range(0x20000, 0x2A6DF + 1)]
    for code in scanned:
        char = chr(code)
        if 0xD800 <= code <= 0xDFFF or unicodedata.category(char) == "Cn":
            continue
        if any(low <= code <= high for low, high in DELETED):
            continue
        folded = fold_one(char, opencc)
        # Letters inside black circles and squares have no decomposition.
        if 0x1F150 <= code <= 0x1F169:
            folded = chr(ord("a") + code - 0x1F150)
        if 0x1F170 <= code <= 0x1F189:
            folded = chr(ord("a") + code - 0x1F170)
        folded = folded.strip() or " "
        if folded != char and folded not in ("", " "):
            groups[folded].append(char)
        elif folded == " " and char.isspace():
            groups["\u0020"].append(char)
    groups[" "] += ["\u00a0", "\u3000", "\u2002", "\u2003", "\u2009"]
    lines = [
        "# How single characters fold: the folded form, a tab, the characters that fold to it.",
        "# The delete line lists code points that vanish (hexadecimal, low-high).",
        "# Made by bench/folding_table.py. Sources: NFKC, case folding and marks after the Unicode",
        f"# Character Database {unicodedata.unidata_version} (Unicode License v3); traditional to simplified characters after",
        "# OpenCC 1.4.2, TSCharacters (Apache License 2.0, Copyright 2010-2026 Carbo Kuo and contributors);",
        "# the letters that look like Latin ones, and rare forms of Chinese characters, are our own choice.",
    ]
    lines.append("delete\t" + " ".join(f"{low:X}-{high:X}" for low, high in DELETED))
    for folded in sorted(groups):
        lines.append(folded + "\t" + "".join(sorted(set(groups[folded]))))
    CRAWLER.joinpath("folding.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def readings() -> None:
    groups: dict[str, list[str]] = defaultdict(list)
    for code in range(0x4E00, 0x9FFF):
        char = chr(code)
        try:
            char.encode("gb2312")
        except UnicodeEncodeError:
            continue
        found = [reading.replace("ü", "v") for reading in pinyin(char, style=Style.NORMAL, heteronym=True)[0]]
        for rank, reading in enumerate(dict.fromkeys(found)):
            if rank < 2 and reading.isalpha():
                groups[f"{rank}{reading}"].append(char)
    lines = [
        "# How characters of GB 2312 are read: 0 (the commonest reading) or 1 (the next one) and the",
        "# syllable without its tone, a tab, the characters. Made by bench/folding_table.py from",
        "# pypinyin 0.55.0 (MIT License, Copyright 2016 mozillazg).",
    ]
    lines += [f"{key}\t{''.join(groups[key])}" for key in sorted(groups)]
    CRAWLER.joinpath("matching", "pinyin.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    folding()
    readings()
    sys.stdout.write("written\n")
