"""What is added to a game and is none: an expansion, its season pass, an unlocker, a mod, a patch.

Who gives one of these without the game gives no copy of the game; who gives the game with all of them does. An
expansion that is watched itself has its own name behind the game's.
"""

import re
from collections.abc import Iterator

from crawler.matching.evidence import Evidence, rule
from crawler.matching.surroundings import Surroundings
from crawler.model import Work
from crawler.text import spelled

ADDED = -6.0
_KINDS = ("game", "software", None)
_SIGN = re.compile(
    r"dlc|\bno (?:base|game)|crack only|custom|workshop|community|expan[sd]|season ?pass|add ?-? ?on|\bmods?\b|unlock|trainer|\bpatch|\bupdates?\b|base ?game|资料片|資料片|扩展包|擴展包|扩充|季票|季卡"
    r"|解锁|解鎖|补丁|補丁|升级|升級|更新|本体|本體|追加|修改器"
)
_ADDITION = (
    r"(?:dlcs?(?! ?(?:edition|version|版))|season ?pass(?:es)?|expan(?:sion|ded content)s?(?: ?(?:packs?|sets?|dlc))?|add ?-? ?ons?"
    r"|资料片|資料片|扩展包|擴展包|扩充包|季票|季卡|追加(?:内容|剧情|角色)包?)"
)
# A tool that opens or changes what somebody has already.
_TOOL = re.compile(
    r"\b(?:dlc|season ?pass|expansion|skin|all[- ]dlc) ?-?(?:un)?lock(?:er|tool)s?\b|\bunlock(?:er|s)?\b[^.\n]{0,24}\b(?:dlcs?|expansions?|season pass)\b[^.\n]{0,12}\b(?:for|in|of|on)\b"
    r"|\b(?:cream ?api|smoke ?api|koaloader|scream ?api)\b|(?:dlc|季票|资料片|扩展包|内容)\s?(?:全)?(?:解锁|解鎖)(?:器|补丁|補丁|工具|文件|插件)"
)
# The game is said to be wanting.
_ABSENT = re.compile(
    r"\b(?:base|main|original|full) ?game (?:is )?(?:not|isn'?t) (?:included|incl|in|here|provided|part)|\b(?:no|without(?: the)?) (?:(?:base|main)(?: ?game)?\b(?![ -]\w)|game files\b)|\bcrack only\b"
    r"|\b(?:needs?|requires?|required|you (?:must|need to|should|have to) (?:have|own|install)|must own|owners? of|own) (?:a |an |the |your |you |to have |legal |legit |installed |own |copy of ){0,4}(?:base|main|original|full) ?game\b"
    r"|\b(?:base|main|original|full) ?game (?:is )?(?:required|needed)\b|\bfor (?:the )?owners of\b"
    r"|\b(?:dlcs?|expansions?|season ?pass|add ?-? ?ons?|updates?|patch(?:es)?) (?:files? )?only\b|\bonly (?:the |this )?(?:dlcs?|expansion|season ?pass|update|patch)\b(?! ?(?:missing|excluded))"
    r"|(?:不是|并非)(?:游戏)?(?:本体|本體)|(?:没有|无|没)游戏(?=$|[\s，。)）,])"
    r"|(?:不含|不带|不帶|无|無|没有|不包括|不包含)(?:游戏|遊戲)?(?:本体|本體|主程序)|(?:需要?|须|要)(?:有|先装|先安装|自备|自行准备|配合|购买|拥有|安装|正版|游戏|自己的?){0,3}(?:本体|本體)"
    r"|(?:本体|本體)(?:请|需|要)?(?:自备|自理|自行|自己)|(?<!不)(?:仅|只有?|纯|單獨|单独|单)(?:的|含|是|发|放|有|传)?(?:这个)?(?:dlc|资料片|資料片|扩展包|擴展包|季票|升级档|升级补丁|更新补丁|补丁|補丁)"
    r"|(?:dlc|资料片|資料片|扩展包|擴展包|季票|升级档|升级包)(?:包|文件)?(?:单独|單獨|单品|单卖|单发)|正版(?:玩家|用户|党)(?:专用|可用|适用)"
)
# The game is said to be there, or what is added to it to be wanting.
_GIVEN = re.compile(
    r"本体|本體|\b(?:base|main|full) ?(?:game)? ?(?:[+&]|and\b|only\b)|\b(?:incl(?:\.|udes?|uding|uded)?|with|plus|and|has|[+&]) ?(?:the |full )?(?:base|main|original|full) ?game\b|\bjust the (?:base ?)?game\b"
    r"|\b(?:dlcs?|expansions?|season ?pass|add ?-? ?ons?) (?:are |is )?(?:not included|not in|excluded|missing|left out)|\b(?:no|without(?: any)?) (?:dlcs?|expansions?|season ?pass|add ?-? ?ons?)\b"
    r"|(?:不含|不带|无|没有|没带|不包括|不包含)(?:任何)?(?:dlc|资料片|資料片|扩展包|擴展包|季票)"
)
# The game is said to be there, with what is added to it.
_WHOLE = re.compile(
    r"\b(?:incl(?:\.|udes?|uding|uded)?|with|w/|plus|and|has|contains|all|every|\d+|both|bonus|base|game|complete|v?\d[\d.]*)[ .:+]{1,3}(?:\w+[ .]){0,4}?(?:all[ .])?(?:the[ .])?"
    r"(?:dlcs?|season ?pass|expan\w+|add ?-? ?ons?)\b|\b(?:dlcs?|expansions?|season ?pass) (?:are |is |all )?(?:included|incl|inside|unlocked|installed|integrated|built in)\b|[+&＋][^+\n]{0,30}(?:dlcs?|expan\w+|season ?pass)\b"
    r"|\b(?:complete|goty|game of the year|gold|ultimate|deluxe|definitive|legendary|royal|platinum|anniversary|full|repack|fitgirl|dodi)\b"
    r"|(?:本体|本體)(?:\s?[+＋和及与加]|整合|已含)|[+＋和及与加含带附赠送全](?:全部|所有|\d+个?|[\u4e00-\u9fff]{1,8})?(?:dlc|资料片|資料片|扩展包|擴展包|季票)|(?:dlc|资料片|扩展包)整合"
    r"|年度版|终极版|終極版|黄金版|豪华版|豪華版|完全版|完整版|整合版|典藏版|决定版|收藏版|传奇版|免安装(?!补丁|補丁|dlc)|解压即玩|解压就玩|硬盘版|学习版|集成全部"
)
_BEHIND = re.compile(rf"[\s\W]{{0,3}}(?:的)?{_ADDITION}")
# "Title “Name” expansion": the name of a part between the two.
_NAMED = re.compile(
    rf"(?:[ ._]{{0,2}}[:：–—“”\"'‘’《〈「『(（-]{{0,2}}[ ._]?)(?:[\w’']+[ ._]){{0,3}}[\w’']+(?:[”\"'’》〉」』)）]{{0,2}}[ ._-]{{0,2}})(?:dlcs?|expansion(?: pack)?|add ?-? ?on|资料片|資料片|扩展包|擴展包)\b"
    rf"|^ ?{_ADDITION} ?[:：]? ?[“\"《〈「『]"
)
_HEADED = re.compile(rf"^\W{{0,3}}{_ADDITION}\W{{1,4}}$")
_FOR = re.compile(
    rf"{_ADDITION} (?:packs? |pack |content |key |codes? |files? )?(?:for|of|to)(?: (?:the|your|my|game|pc))* ?[\"'“‘《]?$"
)
_UPDATED = re.compile(
    r"(?:升级档|升级补丁|更新补丁|\bupdate\b|\bpatch\b)[^\n]{0,8}v?\d[\d.]* ?(?:→|->|=>|to|至|到|升) ?v?\d"
)
_MADE = re.compile(
    r"\b(?:custom|workshop|community|fan[- ]?made|user[- ]?made) (?:made )?(?:maps?|levels?|skins?|cars?|tracks?|missions?|quests?|content|textures?)\b|(?:自制|玩家自制|创意工坊)(?:的)?(?:地图|关卡|皮肤|mod|任务|内容)"
)
_SECOND_PART = re.compile(r"[:：]|\s[-–—]\s")


def expansion_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """What the line of a game's title says it gives is something added to the game, without the game."""
    if work.kind not in _KINDS:
        return
    text, first, last = near.view.text, near.first, near.last
    if not _SIGN.search(text, 0, first) and not _SIGN.search(text, last):
        return
    found = _found(near, work, text[:first], text[last:])
    if found is not None:
        span = near.view.span(*found)
        yield rule("addition", ADDED, span, words=near.page.raw[slice(*span)].strip(" -:：,，|"))


def _found(near: Surroundings, work: Work, head: str, tail: str) -> tuple[int, int] | None:
    """Where the line says so, from and to places of its folded view."""
    own_part = _own_part(work)

    def said(*patterns: re.Pattern[str]) -> tuple[int, int] | None:
        for pattern in patterns:
            for text, at in ((tail, near.last), (head, 0)):
                if found := pattern.search(text):
                    return at + found.start(), at + found.end()
        return None

    if not own_part and (absent := said(_ABSENT)):
        return absent
    if not own_part and said(_GIVEN):
        return None
    if tool := said(_TOOL, _UPDATED):
        return tool
    # Of an expansion, or of a game with two names, what stands behind it may be its own description.
    if own_part or said(_WHOLE):
        return None
    if made := said(_MADE):
        return made
    behind = _BEHIND.match(tail) or _NAMED.match(tail)
    if behind:
        return near.last + behind.start(), near.last + behind.end()
    found = _HEADED.search(head) or _FOR.search(head)
    return found.span() if found else None


def _own_part(work: Work) -> bool:
    return any(_SECOND_PART.search(name) for name in (work.title, *work.aliases))


def part_named(near: Surroundings, work: Work) -> bool:
    """Whether both parts of a game's name stand on the line, apart: the game's, and behind it that of its expansion."""
    if work.kind not in _KINDS:
        return False
    text = f"{near.words.text[: near.own[0]]}\n{near.words.text[near.own[1] :]}"
    for name in (work.title, *work.aliases):
        parts = [spelled(part) for part in _SECOND_PART.split(name)]
        if len(parts) == 2 and near.place.spelling in parts:
            other = parts[1 - parts.index(near.place.spelling)]
            if len(other) > 1 and (other in text if not other.isascii() else f" {other} " in text):
                return True
    return False
