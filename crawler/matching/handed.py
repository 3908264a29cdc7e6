"""How a Chinese page hands a copy to whoever asks: a word to send, a message in private, an answer to a request, a filled drive."""

import re
from collections.abc import Iterator
from functools import lru_cache

from crawler.matching.evidence import Evidence, rule
from crawler.matching.page import Page
from crawler.matching.surroundings import Surroundings

Span = tuple[int, int]

HANDED = frozenset(("told-how", "sent-privately", "request-answered", "carrier-filled"))
"""The rules of this file: what is said of a work beside such a sentence is talk of a copy that is given."""
_LONGEST, _FAR = 6000, 240
_WEIGHT, _FILLED_WEIGHT, _PLAINLY = 2.0, 2.3, 2.6
_SENTENCE = re.compile(r"[^。！？!?\n]+")

_COPY = re.compile(
    r"网盘|云盘|链接|连结|全集|\d{1,3} ?集|高清|无删|未删|删减|完整版|全文|全本|正片|原片|片源|资源|电子(?:版|书|档|🈶)|(?<![a-z0-9])(?:txt|pdf|epub|mobi|azw3|mp3|flac|m4b|4k|1080p?|720p?|iso|xci|nsp)(?![a-z])"
    r"|夸克|阿里|百度|度盘|迅雷|下载|蓝光|压制|安装包|破解|取[片书剧]|拿[片书剧]|无水印|中字|原盘|整理好|弄好|搞定|存好|整部|整季|(?<!\d)1-\d{1,3}(?!\d)|📖"
)
# What is given away by the same words and is no copy.
_GIFT = re.compile(
    r"抽奖|抽[一二三四五六七八九十\d两几]|送出|电影票|影票|门票|兑换|报名|导图|[影剧书乐]评|评论合集|实体|纸质|周边|立牌|手办|徽章|优惠|红包|立减|海报|壁纸|表情包|头像|活动|预约|投票|告诉我|说说|你最|打卡|正版|官方|官网|开播|上线|独播|播出|上映|重映|院线|开机|开拍|首播|定档|购买|下单链接"
    r"|预告|试看|试读|解析|答案解析|剧情|混剪|解说|书单|片单|歌单|往期|一起看|万达|影城|影院|搭子|剧透|骗子|举报|观后感|读后感|范文|笔记|课件|教案|素材|模板"
)
# Said anywhere in a thread, these tell that what is sent is no copy.
_NO_COPY = re.compile(r"周边|立牌|手办|徽章|骗子|剧透|实体|门票|抽奖|电影票")
_SAID = r"(?:回复?|回覆|发送?|输入|扣|打|滴|敲|私信|留言?|评论)"
_RECEIVED = r"(?:领取?|获取|即得|可得|得到|拿[片书剧走到链]|取[片书剧走到链]|弹出|发(?:给|送给|到)?[你您]|给[你您]|推送|自动(?:发|回)|送[你您]|收到|解锁)"
_TOLD_HOW = re.compile(
    rf"{_SAID} ?[:：]?[「“\"『【'‘\[《]?[\u4e00-\u9fff\w]{{1,12}}[」”\"』】'’\]》]?[^。！？!?\n]{{0,14}}?{_RECEIVED}"
    r"|(?:取片|取书|取剧|拿片|拿书|取件|提取|领取|获取)(?:方式|方法|口令)?[:：] ?[^。\n]{0,10}(?:回复|发送|输入|私信|扣)"
)
_ONE_BY_ONE = re.compile(
    r"(?:扣|打|滴|敲|报|评论|回|留|想要|要的|需要|蹲)[^。！？!?\n]{0,16}?(?:挨个|一个个|一个一个|逐个|逐一|统一|批量)(?:给?(?:你|大家)们?)?(?:滴滴?|发|私|敲|回复?|戳|传|送|来)?(?=[^回]|$)"
)
_SIGNED = re.compile(
    "🉑\ufe0f?\\s?(?:📮|📩|✉|🈶|私|发)|🈶\ufe0f?[^\\n]{0,3}(?:🉑|需要|滴|私|要的)|(?:扣|滴|要的|姐妹们?)[^\\n]{0,12}(?:📮|📩)"
)
_PROFILE = re.compile(
    "(?:🔗|链接|网址|传送门|资源)\ufe0f?[^\\n。]{0,5}(?:主页|🏠|简介|置顶|个签|签名处|首页|第一条)|(?:主页|简介|🏠|置顶)\ufe0f?[^\\n。]{0,5}(?:🔗|链接|网址)|🔗\ufe0f?放了?🏠"
)

_HAS = re.compile(
    r"(?:我(?:这里?|这儿|这边|手[里头上])?(?:倒|刚好|正好|就|也)?(?:有(?!点|些|个问|人|空|事|没|一[点个些]|时|次|在)|存了|存着|下了|全下了|收了|都下了)|在我(?:这|手|盘|云|硬)[里儿边上盘]?)[^。！？\n]{0,16}?(?P<one>\d+ ?集|[一二三四五六七八九十]+集|全集|全套|完整版|1080|720|4k|蓝光|高清|压制|无水印|txt|pdf|epub|mobi|flac|mp3|片源|资源|中字|原盘|双语)"
    r"|(?P<two>\d+ ?集|[一二三四五六七八九十]+集|全集|全套|完整版|1080|720|4k|蓝光|高清|txt|pdf|epub|mobi|flac|中字)[^。！？\n]{0,14}?(?:(?:都|全|全都)?在我(?:这|手|盘|云|硬)|我(?:这里?|这边)?(?:全|都)?(?:下了|下好|存了|存着|有))"
    r"|(?P<three>无水印|高清|全集|片源|资源|电子版|txt|pdf|epub)[^。！？\n]{0,14}\n[^\n]{0,16}(?:有的有的|我存了|我有|我下了)"
)
_SENDS = re.compile(
    r"私(?:信|聊)?(?:发|给)?你了?|(?:要的?|想要)(?:的话)?[，, ]?(?:都|就|请|直接)?私|已私|都私|私了|私(?:聊|信)(?:我)?发|发你|传你|发给?你们?了|发过去|(?:加|扫)[^。！？\n]{0,6}(?:发|传)你|私信看一?下|查收|今晚统一发|都发了"
)
_BOARD = re.compile(r"(?:^|[\n《「【])\W*$")
_BOARD_AFTER = re.compile(r"[》」】]?吧(?=\s|$|[>›»|｜_-]|正文)")

_ANSWERED = re.compile(
    r"(?<![未没待不])(?:已经?|都|均)(?:被)?(?:应答|应助|回应|响应|应求|解决|完成|求到|找到|应|补上)|有求必应|应求补|求到了|(?:你|妳|您|你们|大家)要的|(?:给|帮|替)(?:你|妳|您|大家)(?:找|扫|寻|翻|弄|下)(?:到|好|来|出)"
)
_UNANSWERED = re.compile(r"未(?:应答|回应|解决|完成|响应)|待应|不再受理|已关闭")
_PUT = re.compile(
    r"(?:发|放|传|丢|扔|上传|转|存)(?:在|到|进|至|了)?[^。！？\n]{0,8}(?:群|文件|网盘|云盘|夹|置顶|频道|附件|这里|下面|楼下)|已上?传|自取|自己[拿取]|文件在下方|见?附件|进群文件|见[^。\n]{0,8}(?:盘|文件夹|置顶|楼)|看\d{1,3} ?楼|\.(?:epub|pdf|mobi|txt|azw3|mkv|mp4|zip|rar)(?![a-z])"
)

_OPEN = re.compile(
    r"未(?:应答|回应|解决|完成|响应)|待应答|有的(?:话|大佬|朋友|姐妹|宝子?)?(?:请|麻烦|帮忙|劳烦)?(?:发|传|私|应|分享|上传)[^。！？\n]{0,10}(?:谢|感激|跪|拜托)"
)

_CARRIER = r"(?:u ?盘|优盘|随身碟|隨身碟|(?<![a-z])(?:tf|sd) ?卡|内存卡|存储卡|硬盘|固态|ssd|kindle|阅读器|电纸书|平板|ipad|机顶盒|故事机|nas|盘)"
_FILLED = re.compile(
    rf"{_CARRIER}[^。！？!?\n]{{0,40}}?(?:里面?|里头|内|上)[^。！？!?\n，,]{{0,8}}?(?:有|装|存|拷|录|塞|放|含|是|剧|片|留)[^。！？!?\n]{{0,12}}$|{_CARRIER}[^\n]{{0,24}}?(?:内含|内有|内附|拷[满了好]|存[满了着]|装[满了着]|塞满|灌满|自带)[^。！？!?\n]{{0,16}}$"
    r"|(?:里面|里头|里边)(?:的)?(?:剧|片|书|歌|电影|小说|东西)(?:都|全)?(?:留着|不删|还在)[^。！？!?\n]{0,6}$"
)
_ALL_INSIDE = re.compile(
    r"[^。！？!?\n]{0,60}?(?:全|都)(?:在里面|在盘里|在里头|在内|有(?![^\n。，,]{0,4}(?:看|听|读)))"
)
_CARRIER_THERE = re.compile(_CARRIER)
_TRADED = re.compile(
    r"(?<![不没])(?:转让|出售|出掉|便宜出|低价|打包出|包邮|顺丰|到付|走闲鱼|免运|盘钱|出一[块个张]|(?:u ?盘|硬盘|卡|kindle|固态)[^，。\n]{0,6}出(?![来现厂])|^转|转自用|自用[^，。\n]{0,10}[转出]|\d{2,4}(?: ?[元块r]|出|包|走|拿|带走)|[¥￥$] ?\d{2,4}|nt ?\$)"
)
_EMPTIED = re.compile(r"(?<![不没别])(?:删(?:了|光|干净|掉)|格式化|清空|空盘|恢复出厂|本来想|没装|未装)")


def handed_rules(near: Surroundings) -> Iterator[Evidence]:
    """What the page says of how a copy comes to those who want it, each way once."""
    page, place = near.page, near.place
    if len(page.raw) > _LONGEST or page.raw.isascii():
        return
    for name, spans in (
        ("told-how", _told_how(page)),
        ("sent-privately", _sent_privately(page)),
        ("request-answered", _answered(page)),
    ):
        span = next((one for one in spans if one[1] <= place.start or place.end <= one[0]), None)
        if span is not None:
            yield rule(
                name,
                _PLAINLY if name == "told-how" else _WEIGHT,
                span,
                words=" ".join(page.raw[slice(*span)].split())[:60],
            )
    filled = _filled(near)
    if filled:
        yield rule("carrier-filled", _FILLED_WEIGHT, filled, words=page.raw[slice(*filled)].strip()[:60])


def answered(page: Page) -> bool:
    """Whether the page says that what was asked for is given."""
    return len(page.raw) <= _LONGEST and not page.raw.isascii() and bool(_answered(page))


def still_open(page: Page) -> bool:
    """Whether the page says that what is asked for is wanted still."""
    return len(page.raw) <= _LONGEST and not page.raw.isascii() and _OPEN.search(page.folded.text) is not None


def names_board(near: Surroundings) -> bool:
    """Whether the title is what the board is called on which the thread stands: ``狂飙吧``."""
    text = near.view.text
    return _BOARD.search(text[: near.first]) is not None and _BOARD_AFTER.match(text, near.last) is not None


@lru_cache(maxsize=4)
def _told_how(page: Page) -> tuple[Span, ...]:
    """Where readers are told what to send, or where to look, for a copy."""
    text, found = page.folded.text, []
    copy = _COPY.search(text) is not None
    for sentence in _SENTENCE.finditer(text):
        told = _TOLD_HOW.search(sentence[0])
        if told and _COPY.search(sentence[0]) and not _GIFT.search(sentence[0]):
            found.append(page.folded.span(sentence.start() + told.start(), sentence.start() + told.end()))
    if copy and not _GIFT.search(text):
        found += [page.folded.span(*one.span()) for one in _ONE_BY_ONE.finditer(text)]
        found += [one.span() for sign in (_SIGNED, _PROFILE) for one in sign.finditer(page.raw)]
    return tuple(found)


@lru_cache(maxsize=4)
def _sent_privately(page: Page) -> tuple[Span, ...]:
    """Where somebody in a thread who has a copy sends it to those who ask, out of sight."""
    text = page.folded.text
    if text.count("\n") < 2:
        return ()
    has = next((one for one in _HAS.finditer(text) if not _GIFT.search(_line(text, one.start()))), None)
    if has is None:
        return ()
    sends = [one for one in _SENDS.finditer(text, has.start()) if not _GIFT.search(_line(text, one.start()))]
    if not sends or _NO_COPY.search(text):
        return ()
    return (page.folded.span(*sends[0].span()),)


def _line(text: str, at: int) -> str:
    low = text.rfind("\n", 0, at) + 1
    high = text.find("\n", at)
    return text[low : high if high >= 0 else len(text)]


@lru_cache(maxsize=4)
def _answered(page: Page) -> tuple[Span, ...]:
    """Where a request is said to be answered, on a page that says where the copy was put."""
    text = page.folded.text
    said = _ANSWERED.search(text)
    if said is None or _UNANSWERED.search(text) or not _PUT.search(text):
        return ()
    return (page.folded.span(*said.span()),)


@lru_cache(maxsize=4)
def _on_sale(page: Page) -> bool:
    """Whether a page sells a drive, a stick or a reader that was not emptied."""
    text = page.folded.text
    return bool(_CARRIER_THERE.search(text) and _TRADED.search(text) and not _EMPTIED.search(text))


def _filled(near: Surroundings) -> Span | None:
    """Where the title's sentence says that a drive, a stick or a reader that is sold has the work on it."""
    if not _on_sale(near.page):
        return None
    text = near.view.text
    low = max((text.rfind(mark, 0, near.first) for mark in "。！？!?\n"), default=-1) + 1
    head = text[max(low, near.first - _FAR) : near.first]
    names = _names_cut(head)
    inside = _FILLED.search(names)
    if inside:
        return near.view.span(max(low, near.first - _FAR) + inside.start(), max(low, near.first - _FAR) + inside.end())
    all_inside = _ALL_INSIDE.match(text, near.last)
    if all_inside:
        return near.view.span(near.last, near.last + all_inside.end() - near.last)
    return None


_NAMES_BEFORE = re.compile(r"(?:[^，,。！？!?、:：\n(（《]{1,14}[、+/]|《[^《》]{1,20}》[、+/]?)+[《「]?$")


def _names_cut(head: str) -> str:
    """What stands before the title without the other works of its list."""
    cut = _NAMES_BEFORE.sub("", head)
    return cut.rstrip(" :：(（《「，,") if cut else head
