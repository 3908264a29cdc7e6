"""What a Chinese writer says of the title itself: that they have it, who wants it, or that there is none."""

import re
from collections.abc import Iterator

from crawler.matching.asides import remedied
from crawler.matching.evidence import Evidence, rule
from crawler.matching.surroundings import Surroundings

_ME = "(?:我|俺|本人|小弟|在下|楼主|本店|小店|这边|咱)(?:们)?(?:这|那)?(?:边|里|儿)?(?:手里|手头|手上|盘里|云盘|网盘|硬盘里|电脑里|群里)?"
_COPY = "(?:的)?(?:资源|链接|片源|电子版|全集|全套|完整版|高清版?|种子|源|pdf|txt|epub)?"
_NOT_A_THING = "(?!没|点|些|空|事|看|幸|预感|时候?|一[个次种天]|个?(?:问题|疑问|感|建议|想法)|吗|么)"
_HAS_AFTER = re.compile(
    rf"^[》」』”\"]?{_COPY}[，, ]?{_ME}(?:都|也|还|倒是|刚好|正好|全|全都|已经)?(?:有(?!木有|没有){_NOT_A_THING}|存了|存着|下好了?|屯了)"
)
_HAS_BEFORE = re.compile(
    rf"(?<!求){_ME}(?:都|也|还|倒是|刚好|正好|全)?(?:有|存了|存着|屯了)(?:全套|全集|完整的?|高清的?|一份|一套|个|本|部)?[《「『“\"]?$"
    r"|我[^。！？\n，,]{0,12}(?:都|全)(?:下|存|收|扒)(?:了|好了|着)[,，]?[《「『“\"]?$"
)
_WANTED = re.compile(
    r"(?:^|[^没])(?:(?:有人|还有人|有谁|谁|哪位|有没有(?:人|姐妹|宝子|兄弟|朋友|同学))(?:还|也)?(?:想|需)?要|(?:想|需)要|要)(?:看)?[《「『“\"]?$"
)
_CALLED = re.compile(
    rf"^[》」』”\"]?{_COPY}(?:的)?(?:朋友|宝子?|姐妹|同学|家人|兄弟|小伙伴|吧友|书友)?(?:们)?(?:请|就|快|可以|直接|都)?(?:[，, ])?(?:私(?!人|自|有)|滴|戳|加我|加[vV微薇]|扣[1一个6我]|dd|联系我|找我|评论区|留(?:言|邮|爪|个)|踢我|喊我|吱|看过来|进群|速来|举(?:手|爪))"
)
_LACKS_BEFORE = re.compile(
    r"(?:(?<!有)没(?:有)?|木有|冇|暂无|并无|不(?:卖|提供|分享|发|传|出|做)|(?:别|不要|不许|请勿|甭)(?:再)?(?:来)?(?:问我?|找我?)(?:要)?)[《「『“\"]?$"
)
_LACKS_AFTER = re.compile(
    r"^[》」』”\"]?(?:的)?(?:(?:资源|链接|片源|电子版|种子|源|全集){1,2})?[，, ]?(?:我|俺|本人|这边|小店|本店|这里|暂时|目前|现在|都|也|是真|真的?|确实)*(?:没有(?!删|广告|水印|台标|码|字幕|密码|片头|限制|剪|任何广告)|木有|冇|没存|没资源|暂无|还没有?(?:资源|片源|出|上)|不(?:卖|提供|分享|给))"
)
# "I put it on my drive": what somebody did with a copy so that others may have it.
_DONE = "(?:扒|抓|扔|丢|放|存|传|上传|拷|录|压|刻|扫|扫描|打包|下载|搬|转存|挂|破解|发|甩|塞|导出|转成|转(?=你|给|到|百度|夸克|阿里)|共享|备份)"
_DONE_TO = "(?:下来|好了|完了|完|到|在|进|上去|上了|成|出来|了|给|群|网盘|云|百度|夸克|阿里|度盘|坚果|天翼|迅雷|你|大家|nas|邮箱|咗)"
_MINE = "(?:我|俺|咱|楼主|这边|小编|已经?|刚刚?|全都|都|帮你们?|给大家|给[你您]们?|替你们?)"
_HANDED_AFTER = re.compile(
    rf"^[》」』”\"]?[^。！？!?\n]{{0,24}}?{_MINE}(?:都|也|已经?|全|刚刚?|给你们?|给大家|帮你们?)*{_DONE}{_DONE_TO}"
)
_HANDED_BEFORE = re.compile(r"(?<![要想没别])把(?:这部|那部|全套|整套|完整的?|高清的?)?[《「『“\"]?$")
_HANDED_OBJECT = re.compile(rf"^[》」』”\"]?[^。！？!?\n]{{0,14}}?{_DONE}{_DONE_TO}")
# "There is a stick with Title on it": what is sold has a copy inside.
_ON_CARRIER = re.compile(
    r"(?:u ?盘|优盘|(?<![a-z])(?:tf|sd) ?卡|内存卡|存储卡|硬盘|kindle|阅读器|电纸书|平板|ipad|机顶盒|故事机|看戏机|唱戏机|播放器|mp[34])[^。！？!?\n]{0,20}?(?:里面?|里头|内|上)[^。！？!?，,\n]{0,4}?(?<!没)(?:有|装|存|下|拷|录|塞|放)[了着好满]?[^。！？!?\n]{0,24}$"
)
# "The film on it was deleted long ago": what is sold has no copy any more.
_EMPTIED = re.compile(r"[^。！？!?\n]{0,12}?(?:早|已经?|都|全)(?:就|都|被)?(?:删|清空|格式化)")
_UNDONE = re.compile("没|不|别|未|吗|么|[?？]|电影院|影评|朋友圈|微博|豆瓣|书架|票")
# "Got Title in pdf, hit me up": in a message that hands something on.
_HAS = re.compile(
    r"(?:^|[.!?,;:(–—-] ?|\b(?:and|but|cause|bc|cos|lol|ok|so|well|yeah|yes|yep) )(?:(?:i|we)(?: also| still| only| just| actually| do)?(?: have got| have| got|['’]?ve got|['’]?ve)|got|have|selling|giving) "
    r"(?:(?:a|the|an|my|all|of|both|whole|full|entire|copy|scan|rip|this|that|good|retail|clean) ){0,4}[\"'“]?$"
)
_AS_FILE = re.compile(
    r"[\"'”]?[^.!?\n]{0,48}?(?<![a-z0-9])(?:pdfs?|epubs?|mobi|azw3?|djvu|flacs?|mp3s?|mkvs?|mp4s?|m4b|cbr|cbz|1080p?|720p?|2160p|4k|iso|nsp|dmg|apk|on an? external|usb|hdd|hard drive|ssd|stick)(?![a-z0-9])(?![^.!?\n]*\?)"
)
_HANDED_ON = re.compile(
    r"(?<![a-z])(?:dms?|pms?|msg|message me|text me|hit me|hmu|tg|telegram|whatsapp|signal|discord|mail (?:it|you)|e-?mail|send|sending|share|sharing|no charge|no cost|for free|free|swap|i copy|i['’]?ll copy|can copy|ur own|your own|revolut|paypal|venmo|link|links|upload\w*)(?![a-z])"
)
_LONGEST_MESSAGE = 1200
_CONTEXT = 24
_CARRIED = 60


def claim_rules(near: Surroundings) -> Iterator[Evidence]:
    """What is said right before and right after the title by whoever wrote the line."""
    text = near.view.text
    before = text[max(0, near.first - _CONTEXT) : near.first].replace(" ", "")
    after = text[near.last : near.last + 2 * _CONTEXT]
    lacks = _said(near, _LACKS_AFTER.search(after), _LACKS_BEFORE.search(before))
    if lacks and not remedied(near.page.raw[lacks[0][1] : lacks[0][1] + 2 * _CONTEXT]):
        yield rule("says-lacks", -4.0, lacks[0], words=lacks[1])
        return
    has = _said(near, _HAS_AFTER.search(after), _HAS_BEFORE.search(before))
    if not has and text.isascii() and len(near.page.raw) <= _LONGEST_MESSAGE:
        has = _said(near, None, _has_file(near))
    if has:
        yield rule("says-has", 1.3, has[0], words=has[1])
    handed = _HANDED_AFTER.search(after) or (_HANDED_BEFORE.search(before) and _HANDED_OBJECT.search(after))
    given = _said(near, handed or None, None)
    if given and not has and not _UNDONE.search(given[1]):
        yield rule("says-given", 1.3, given[0], words=given[1])
    inside = _ON_CARRIER.search(text[max(0, near.first - _CARRIED) : near.first])
    emptied = _said(near, _EMPTIED.match(after) if inside else None, None)
    if emptied:
        yield rule("says-lacks", -4.0, emptied[0], words=emptied[1])
    elif inside and not given and not has:
        low = max(0, near.first - _CARRIED)
        yield rule("says-given", 1.3, near.view.span(low + inside.start(), low + inside.end()), words=inside[0].strip())
    called = _said(near, _CALLED.search(after) if _WANTED.search(before) else None, None)
    if called:
        yield rule("who-wants", 1.4, called[0], words=called[1])


def _has_file(near: Surroundings) -> re.Match[str] | None:
    """Where the writer of a message that hands something on says right before the title that they have it, as a file."""
    text = near.view.text
    if not _AS_FILE.match(text, near.last) or not _HANDED_ON.search(near.page.folded.text):
        return None
    return _HAS.search(text[max(0, near.first - 2 * _CONTEXT) : near.first])


def _said(
    near: Surroundings, after: re.Match[str] | None, before: re.Match[str] | None
) -> tuple[tuple[int, int], str] | None:
    """The raw span and the words of what is said right behind the title, or right before it."""
    if after:
        return near.view.span(near.last, near.last + max(1, after.end())), after[0].strip()
    if before:
        return near.view.span(max(0, near.first - len(before[0])), near.first), before[0].strip()
    return None
