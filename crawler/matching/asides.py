"""Words that are said by the way: what comes along with a copy, what it is not, what may happen to a link."""

import re

from crawler.matching.furniture import is_chat, is_control, is_datum, is_given_along, is_invited
from crawler.matching.remarks import remark
from crawler.matching.sources import LEFT, SOURCES, disclaims, named_by_the_way
from crawler.matching.spread import Said
from crawler.matching.subtitles import film_beside
from crawler.matching.surroundings import Surroundings

_THINGS = frozenset(("trailer", "soundtrack", "subtitles", "merchandise", "fanwork"))
_SOURCES = frozenset(("licensed", "lending", "programme", "second-hand", "free-work"))
_NOT = re.compile(
    r"(?: (?:no|not|without|never|isn t|aren t|wasn t|don t|dont|didn t|didnt|doesn t|won t|instead of|rather than|than|bother with|forget|skip|screw|no need for|why|not just|more than|non|un|sans|pas de|ohne|kein|keine|keinen|sin|sem|senza|ni|nie|не|без|нет|geen|inte)(?: (?:the|a|an|any|some|just|only|your|their|be|to|have|even|need|another|pay|die|der|das|le|la|el|un|une|eine|einen))?|(?:无|非|不是|没有|没|不含|不带|去|别|不用|不要)[\u4e00-\u9fff]{0,4}) ?$"
)
_ALONG = re.compile(
    r"(?: (?:plus|and|with|w|incl|including|includes|include|bonus|also|extra|extras|as well as|has|have|had|both|all|contains|comes with|mit|und|avec|et|con|y|com|e|и|с|inkl)(?: (?:the|a|an|all|both|some|full|two|three|four|my|its|original|official|eng|english|\d{1,2}))*|附|含|带|加|及|和|送|赠|内封|内嵌|内置|外挂|(?:附|含|带|送|赠)(?:[\u4e00-\u9fffa-z0-9]{1,8}[与和及、+ ]){1,3}) ?$"
)
_LISTED = re.compile(r" (?:with|w|incl|including|includes|plus|bonus|contains|inkl|avec|con|mit)(?: \w+){0,4} $")
_SIGNS = ("+", "&", "＋")
_LEFT_OUT = re.compile(r" ?(?: \w+){0,3} (?:not included|excluded|left out|cut out|stripped|removed)\b")
_WHOLE = re.compile(r" ?(?:本体|主程序|游戏本体|整合|加本体|and the (?:game|film|book)|plus the)")
# "If anyone is looking for it": an offer to those who ask.
_TO_ASKERS = re.compile(
    r" (?:if (?:you|u|anyone|anybody|someone|somebody|any of you|people)|those|everyone|everybody|whoever|for people|for anyone|for anybody|people|you|who)(?: (?:are|is|s|re|was|were|still|been|have|has|ve|guys|all|here))* $"
)
# "Which of you wants to see it": who asks that, has it.
_CALLING = re.compile(
    r"^(?:的)?(?:人|姐妹|宝子?|集美|兄弟|朋友|同学|家人|友友|小伙伴|大佬|书友|吧友|群友|伙计|老铁|哪位|谁){0,3}(?:们)?(?:还|也|现在)?(?:(?:想|需)要|要|想看|想追|想听|想读|想玩|需要|感兴趣|蹲)(?!求|问|知道|去|一起|买|找|跟|和|借|换)"
)
_ASKERS = re.compile(
    r"^(?:过)?的(?:那?几?位|朋友|人|同学|兄弟|楼|姐妹|小伙伴|书友|吧友|群友|网友|宝|家人|片|书|剧|来了|到了|进|看过来|自取|拿|请|在|资源来)"
)
_CALLERS = ("有没有", "有人", "有谁", "谁有", "有没有人", "哪位", "有冇人")
# Gone from the places that have a licence; said of where it is not, not of the copy.
_GONE_ELSEWHERE = re.compile(
    r"(?:台湾|台灣|大陆|内地|国内|海外|全网|官方|正版|平台|b ?站|哔哩|bilibili|爱奇艺|腾讯|优酷|芒果|咪咕|巴哈|动画疯|豆瓣|奈飞|netflix|网飞|disney|迪士尼|steam|起点|晋江|番茄|网易云?|qq ?音乐|京东|当当|院线|公视|央视|卫视|电视台|版权)[^，。！\n]{0,8}$"
)
# Another link than the one that is given now.
_GONE_BEFORE = re.compile(
    r"(?:之前|上次|上回|原来|原先|旧|老|先前|前面|以前|昨天|昨晚|前天|第一[个次]|上一[个次]|前两[个次]|别处|别家|别人|其他|其它|好多|很多|网上|搬运)(?:[^，。！\n]{0,8})$"
)
_GONE_RENEWED = re.compile(
    r"^[^。\n]{0,12}(?:新的|新链|换成?|这次|这回|改[丢放传发用]|重新|又[传放补]|再[传放补发]|补了|补上|补一|放这|在这|现在)"
)
# A service or a shop from which a copy was taken, or where there is none.
_TAKEN_FROM = re.compile(
    r"^ ?(?:专栏|评论|简介|主页|动态|私信|置顶|频道|群|搬运|下架|下线|被删|被下|没有|没了|找不到|看不到|搜不到|扒|录的|录制|录屏|抓的|版本?(?!权)|卖|都?不用|也不用|不需要|要\d|要钱|要会员|收费|太贵|买不起|都?要|会员|vip|没上|还没|不给|原价|扫描|扫的|扫图|自扫|自己扫|拆了?扫|拆开扫|(?:上|那边|现在)?(?:一年|一套|一本|一个月|每年|每月|年费|月费)?(?:就|都)?(?:卖|要|收|售价|定价|标价)(?:到|我)?[\d一二两三四五六七八九十百千万几好]|电子化|转的|转录|转制|破解|独播|源(?![自于])|书友|网友|关注|禁转|淘[的来到]|说?(?:不再|不|没再)[印重出]|早?(?:就|都)?不[印卖]|同款)"
)
# "If you like it buy it": what those who give copies away say below them.
_BUY_IT = re.compile(
    r"(?:喜欢|有能力|有条件|条件允许|经济允许|请|建议|记得)[^，。\n]{0,6}(?:购买?|支持|入手|买|订阅|补票|补)$"
)
_TONGUE = re.compile(
    r"(?:音频|人声|日语|英语|国语|粤语|韩语|法语|德语|泰语|俄语|双语|中文|英文|日文|普通话|台语|闽南语|西语|意语)[、/+和 ]?$"
)
_OF_TONGUE = re.compile(r"^ ?(?:中字|双字|字幕|音轨|双语|配音|国语|粤语|带字|中英|无字|简|繁)")
_SEEK_HERE = re.compile(r"群|频道|頻道|进来|里面|公众号|机器人|网盘|云盘|文件夹|目录|主页|合集")
_MAY = re.compile(
    r" (?:before|if|when|whenever|until|till|will|ll|gets?|get|may|might|could|once|case|unless|gonna|soon|bevor|wenn|falls|si|cuando|quando|avant|если|когда|esli|yesli|kogda|vdrug|dumayu|dumaju|can be|probably|keeps?|always|usually|to be|being|in)(?: \w+){0,3} $|(?:若|如|如果|要是|万一|防|怕|以免|避免|会|容易|不|没|未|再|一旦|凡|总|老是|一直|动不动|天天|[问说提喊]了?就)[^，。！\n]{0,4}$"
)
# "Anyone missing it": who asks that, has it.
_MISSING = re.compile(
    r" (?:anyone|anybody|who|whoever|those|everyone|somebody|someone|if you|you|people)(?: \w+){0,3} $"
)
_LATER = re.compile(
    r"^ ?(?: (?:in|after|by|on) (?:\d|a |the |one|two|three|mon|tue|wed|thu|fri|sat|sun|tomorrow|tonight)|说|私|补|请|留|联系|通知|叫|喊|告|踢|滴|的话|就|前|后|包|可(?:补|私|联|找|评|留|喊|叫)|即补|必补|随时)"
)


# A used stick or card, or burnt discs: the thing is second-hand, what is on it is a copy.
_ON_CARRIER = re.compile(
    r"(?<![非不无没])(?<!不是)(?<!并非)(?<!拒绝)(?:烧录(?!机)|刻录(?!机)|dvd ?-?r(?![a-z0-9])|cd ?-?r(?![a-z0-9]))"
    r"|(?:u ?盘|优盘|tf ?卡|sd ?卡|内存卡|存储卡|硬盘|读卡器|唱戏机|看戏机|播放器|kindle|阅读器|电纸书|平板|ipad|机顶盒|故事机|学习机|switch|nas)[^。！？\n]{0,16}(?:里面?|里头|内|裡頭?|裡面)[^。！？\n]{0,4}(?:有|装|存|下|拷|录|塞|刷|放)"
)
_USED_THING = re.compile(r"^(?:二手|自用|[几九八七]|95|99|看完出|全新)")
# The account or the group is banned, not the copy.
_OF_ACCOUNT = re.compile(r"(?:账号|帐号|账户|小号|大号|[盘度克里雷信]号|我号|的号|群)[^，。！\n]{0,6}$")
_OF_OTHERS = re.compile(r"(?:别的|其他|其它|另外|剩下|余下)[^，。！\n]{0,8}$")
_ON_PAPER = re.compile(r"^(?:纸书|纸质书|实体书)$")
_WANTS_PAPER = re.compile(r"(?:想要|说要|[想要问买比])$")
_PLAYABLE = re.compile(r"解压[即就后]?(?:玩|用|运行)|即开即玩|打开就能玩|免安装|[含带]本体|本体\+")
_PLUS = re.compile(r"[+＋][\u4e00-\u9fff]{1,4}$")
_SOLVED = re.compile(r"^(?:帖|贴)? ?(?:已经?|都)?(?:解决|求到|找到|搞定|完结)")
# "What I mean is the Title of 1998", "tomorrow: ...", "do not pass it on".
_MEANT = re.compile(r"我(?:今天|这次)?(?:要|想)?$")
_NEXT_TIME = re.compile(r"(?:明[日天晚]|下[一]?[期周週次集]|后天|後天|听日|聽日) ?$")
_PASSED_ON = re.compile(r"^ ?(?:再)?(?:转(?!让|账)|二传|外传|传|扩散|分享到|发到|搬运?到)")
_LIKE = re.compile(r"(?:跟|和|与|像|同|不输|接近)$")
_ALIKE = re.compile(r"^(?:的)?(?:碟|盘|书|版)?(?:一样|差不多|无异|没区别|没差|一模一样|无二)")
_GAME_EXTRA = re.compile("mod|存档|修改器|补丁")
_ON_PAGES = frozenset(("review", "moderation", "request", "reference", "related", "removed"))
# "Cantonese with Chinese srt": a track of what is given.
_TRACK = re.compile(r"[中英双简繁体粤国日韩]{1,4}字?幕? ?$")
_NAME = re.compile("《([^《》\n]{2,40})》")
_HITS = re.compile(r"(?:找到|搜索到|搜到|检索到)[^，。！\n]{0,16}$")
_SUBTITLES_ALONE = re.compile(r"^ ?(?:下载|文件|包|分享|资源|求|已|ass|srt|制作|翻译|打包)")
_WHY_SOLD = re.compile(
    r"^了?[，, 。]{0,2}(?:就|便)?(?:出(?!来)|转(?!发)|卖|低价|便宜|回血|不要了|闲置|清|\d{1,4} ?(?:包邮|元|块|r)|包邮)"
)
_OF_RELEASE = re.compile(
    r"(?:bd|bdrip|web|webrip|blu ?ray|蓝光|原盘|压制|1080p?|2160p?|720p?|4k|mkv|mp4)[ /]?(?:[简繁中英日双语体文国粤 /&+]){0,8}$"
)


def _beside_copy(group: str, word: Said, near: Surroundings, firm: int, ahead: str) -> float | None:
    """What is left of a Chinese word beside a copy that is given: said of the carrier, an account, a track, an extra."""
    text = near.page.words.text
    if group in ("second-hand", "licensed") and _USED_THING.match(word.text) and _ON_CARRIER.search(text):
        return 0.1
    if group == "second-hand" and firm and _ON_PAPER.match(word.text) and _WANTS_PAPER.search(ahead):
        return 0.0
    if group == "removed" and word.text.startswith("被") and _OF_ACCOUNT.search(ahead):
        return 0.0
    if group == "not-shared" and firm and _OF_OTHERS.search(ahead):
        return 0.0
    if group == "merchandise" and _GAME_EXTRA.search(word.text) and _PLAYABLE.search(text):
        return 0.15
    offered = firm > 0 or near.release == 2
    if offered and group in _ON_PAGES and is_control(word, near.page.raw, near.place.start):
        return 0.0
    if group == "licensed" and offered and is_datum(word, ahead):
        return 0.0
    if group == "request" and _SOLVED.match(word.behind):
        return 0.0
    if group == "licensed" and word.text.startswith("正版") and _LIKE.search(ahead) and _ALIKE.match(word.behind):
        return 0.0
    if group == "request" and firm and is_invited(word, ahead):
        return 0.0
    if group == "review" and (is_chat(word, text) or (word.text == "说的是" and _MEANT.search(ahead))):
        return 0.0
    if group == "trailer" and _NEXT_TIME.search(ahead) and word.start > near.line.end:
        return 0.0
    if group == "moderation" and offered and word.text in ("请勿", "勿") and _PASSED_ON.match(word.behind):
        return 0.0
    if group == "moderation" and offered and word.text.startswith(_STRUCK) and _ANEW.search(text):
        # What befell an earlier share of the same is why this one is to be taken at once.
        return 0.0
    if group == "licensed" and offered and word.text == "出版社" and _SCANNED.match(word.behind):
        return 0.0
    if group == "request" and word.text in ("蹲", "求") and word.behind.startswith("到"):
        return 0.0
    if group == "not-shared" and word.text == "勿问" and _SHOPS.search(ahead):
        return 0.0
    if group == "merchandise" and firm and word.start > near.place.end and is_given_along(ahead):
        return 0.15
    if (
        group in _THINGS
        and near.release == 2
        and word.start > near.place.end
        and _PLUS.search(near.page.raw[max(0, word.start - 6) : word.start])
    ):
        return 0.15
    if group == "subtitles" and near.release == 2 and _TRACK.search(ahead) and not _SUBTITLES_ALONE.match(word.behind):
        return 0.15
    if group in ("not-shared", "removed") and (_after_another(word, near) or (firm and _of_part(word, near))):
        return 0.0
    if group == "fanwork" and word.text == "方言版" and near.release:
        return 0.15
    if group == "related" and _HITS.search(ahead):
        return 0.0
    if group == "subtitles" and word.text == "外挂字幕" and near.release == 2 and _OF_RELEASE.search(ahead):
        return 1.0 if _SUBTITLES_ALONE.match(word.behind) else 0.15
    if group == "news" and firm and word.text.endswith("档") and ahead.rstrip()[-1:].isdigit():
        return 0.3
    if (
        group == "review"
        and (firm or near.release)
        and word.text in ("看完", "追完", "读完")
        and _WHY_SOLD.match(word.behind)
    ):
        return 0.2
    return None


_STRUCK = ("举报", "屏蔽", "被屏蔽", "投诉", "被管理员", "管理员", "删帖", "已删", "被删", "封号", "禁言", "违规")
_ANEW = re.compile(
    r"(?:抓紧|赶紧|尽快|速度?|赶快|快点?|先)(?:转存|保存|存|下)|重新(?:上传|发|分享|传|压)|(?:这次|这回|现在)(?:改名|换|改|重)|改名(?:成|为|了)|直接放(?:码|链)|(?:又|再|重|已)补|换了?个?(?:新?链接|压缩包|盘|号)|新链接|举报的(?:人|狗|没)|(?:被|遭)(?:人|官方|版权方)?(?:举报|屏蔽|投诉|删|封)[^。，,\n]{0,4}[一两三四几多\d] ?[次回]"
    r"|[一两三四几多\d] ?[次回]都?被(?:举报|屏蔽|删|封)|只挂|怕被|第[一二三四五\d]次(?:补|发|传)|别再?(?:举报|投诉)"
)
_SCANNED = re.compile(r"^[^。！？\n]{0,24}(?:扫描|扫的|影印|epub|mobi|azw3|pdf|电子版|精校|txt)")
_SHOPS = re.compile(r"(?:虾皮|淘宝|闲鱼|咸鱼|京东|拼多多|露天|实体|正版|真伪|来源|代购) ?$")
# "要授权书的绕道": those who want what is genuine are sent away.
_WHO_WANT = re.compile(
    r"(?:要求?|想要|需要|追求|只[要买看认]|非要|计较|纠结|坚持|讲究|问|介意(?:非|不是)?)[^，。！？\n]{0,6}$"
)
_SENT_AWAY = re.compile(
    r"^[^，。！？；\n]{0,8}?(?:绕[道行路]|勿[扰拍入进喷]|别(?:来|拍|进|找|问|烦)|划走|滑走|走开|请走|左转|右转|出门|免谈|不要来|请回|请去|去(?:官|书|专|京|新华|商城|旗舰)|拉黑|慎[拍入]|自觉离开|离开|快走|闪|滚|退散|略过|跳过|忽略|不伺候|自己去|自行去?|去找|找(?:平台|官方|书店))"
)
_ELSEWHERE = frozenset(("去书店", "去影院看", "自己找", "自己搜"))
_WHO_WANT_THAT = re.compile(
    r"(?:要求?|想要|需要|追求|计较|纠结|坚持|讲究|介意|在乎|有)[^，。！？\n]{0,8}(?:的话?|请|就)$"
)
_PART = re.compile(
    r"\s?(?:第?[一二三四五六七八九十\d]+(?:[上中下]|[季部集卷册话][上中下]?)|[上中下前后][部册集季卷篇]|前[几两一]?[部季作]|番外|花絮|特典|国语|粤语|台配|日语|英语|4k|蓝光|原盘|mobi|epub|pdf|txt|纸质|百度|夸克|阿里|迅雷|其[他它余]|别的|另外|剩下)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[，,。；;！!？?（(）)【\[\]】\s]")


def _turned_away(word: Said, ahead: str) -> bool:
    """Those who want the genuine thing are told to go elsewhere."""
    return _WHO_WANT.search(ahead) is not None and _SENT_AWAY.match(word.behind) is not None


def _of_part(word: Said, near: Surroundings) -> bool:
    """The clause of a word begins with another part, version or place of a copy, apart from the title's own clause."""
    raw = near.page.raw
    low = max((found.end() for found in _CLAUSE.finditer(raw, max(0, word.start - 20), word.start)), default=0)
    if not low or (near.place.start >= low and near.place.start < word.end):
        return False
    own = near.page.raw[near.place.start : near.place.end]
    part = _PART.match(raw, low, word.start)
    return part is not None and part[0].strip() not in own and near.place.end < low


def _after_another(word: Said, near: Surroundings) -> bool:
    """The last name in brackets before the word is another work's, on the title's line behind the title."""
    if not near.place.end <= word.start < near.line.end:
        return False
    names = _NAME.findall(near.page.raw, near.place.end, word.start)
    return bool(names) and near.page.raw[near.place.start : near.place.end] not in names[-1]


def _named_in(raw: str, start: int) -> bool:
    """Whether a raw position is inside what somebody or a channel calls itself, which is no word of the text."""
    at = start
    while at > 0 and start - at < _LONGEST_HANDLE and (raw[at - 1].isalnum() or raw[at - 1] in "_."):
        at -= 1
    return raw[at - 1 : at] == "@" or (raw[at - 1 : at] == "/" and raw[max(0, at - 5) : at].lower() == "t.me/")


def aside(group: str, word: Said, near: Surroundings, firm: int) -> float:
    """How much of a word's weight is left, from what stands right before and after it: 1 for all, 0 for none."""
    if _named_in(near.page.raw, word.start):
        return 0.0
    if group == "reference" and _NUMBERED_THERE.match(word.behind) and near.release == 2:
        # What a catalogue's number in the name of a file says is which work it is.
        return 0.0
    # The title's own words say nothing of what follows it.
    own = near.words.text[slice(*near.own)]
    ahead = " " + word.ahead.rpartition(own)[2].lstrip()
    beside = _beside_copy(group, word, near, firm, ahead)
    if beside is not None:
        return beside
    if group in SOURCES and named_by_the_way(word, ahead):
        return LEFT
    if group == "moderation" and disclaims(near.page.words.text):
        return LEFT
    if word.text == "头像" and _CLICKED.search(ahead):
        return 0.0
    if group == "compared" and word.start >= near.place.end and _NEW_ONE.match(word.behind):
        return 0.0
    remarked = remark(group, word, near, ahead, firm)
    if remarked is not None:
        return remarked
    if group == "not-shared" and _TERMS.match(word.behind):
        return 0.0
    if group == "request" and word.text == "requests" and near.page.raw[word.end : word.end + 1] == "?":
        # A question that whoever gives answers, among others.
        return 0.0
    if group == "request" and _FORBIDDEN.search(ahead):
        return 0.0
    if group == "soundtrack" and near.release == 2 and _CREDITED.match(word.behind) and near.spoken_of("video"):
        return 0.15
    if group in _THINGS or group in _SOURCES:
        if group == "soundtrack" and "原声" in word.text and (_TONGUE.search(ahead) or _OF_TONGUE.match(word.behind)):
            return 0.0
        if group == "licensed" and _BUY_IT.search(ahead):
            return 0.15
        if group in _SOURCES and (_TAKEN_FROM.match(word.behind) or _turned_away(word, ahead)):
            return 0.15
        if _NOT.search(ahead) or _LEFT_OUT.match(word.behind):
            return 0.0
        if (
            group in _THINGS
            and (word.sign in _SIGNS or _ALONG.search(ahead) or _LISTED.search(ahead) or _WHOLE.match(word.behind))
            and word.start > near.place.end
        ):
            return 0.15 if firm or near.release else 0.6
    if group == "reference" and word.start > near.place.end and _ALONG.search(ahead):
        return 0.15
    if group == "request" and (_TO_ASKERS.search(ahead) or _calls(word) or _FILLED.match(word.behind)):
        return 0.0
    if group == "removed" and (_OTHER_GONE.match(word.behind) or _OTHER_GONE_BEFORE.search(ahead)):
        return 0.0
    if group == "programme" and _NOT_YET.search(ahead):
        return 0.0
    if group == "request" and _NOT_ASKED.search(ahead):
        return LEFT
    if group == "licensed" and _CLOSED_GROUP.match(word.behind) and word.text == "members only":
        return 0.0
    if _NAME_OF_ACCOUNT.search(near.page.raw, max(0, word.start - 16), word.start):
        return 0.0
    if group == "subtitles" and film_beside(near.page):
        return 0.15
    if group == "merchandise" and word.text == "poster" and (_POSTING.match(word.behind) or _POSTED.search(ahead)):
        return 0.0
    if group == "removed" and near.page.raw[word.end : word.end + 2].lstrip()[:1] in ("?", "？"):
        return 0.0
    if word.text == "missing" and _MISSING.search(ahead):
        return 0.0
    if group == "not-shared" and (
        _is_no_refusal(word, ahead) or remedied(near.page.raw[word.end : word.end + _REMEDY])
    ):
        return 0.0
    if (
        group == "moderation"
        and "下架" in word.text
        and (_GONE_ELSEWHERE.search(ahead) or re.match(r" ?(?:版(?!权)|前)", word.behind))
    ):
        return 0.0
    if group == "removed" and (
        _MAY.search(ahead)
        or _LATER.match(word.behind)
        or _GONE_ELSEWHERE.search(ahead)
        or _GONE_BEFORE.search(ahead)
        or _GONE_RENEWED.match(word.behind)
    ):
        return 0.0
    return 1.0


# "Title (the new one)" tells which, "the new Title" compares; "no, I don't take cards" is how it is paid.
_NEW_ONE = re.compile(
    r"^ ?(?:ones?|versions?|series|shows?|seasons?|films?|movies?|games?|albums?|remakes?|adaptations?|edition|cut)\b"
)
_TERMS = re.compile(
    r"^ ?(?:take|accept|haggle|negotiate|refund|reply|answer|respond|(?:do|offer|give|have|allow) (?:\w+ ){0,2}(?:trials?|tests?|refunds?|returns?|swaps?|trades?|discounts?|deals?|haggling|paypal|cards?|crypto|escrow|freebies|reviews?|minimum))\b"
)
_FILLED = re.compile(
    r"^ ?(?:\w+ )?(?:answered|filled|fulfilled|completed|granted|done|honou?red|sorted)\b(?! (?:no|not|0|false|never|nope)\b)"
)
# What is gone is something else than the copy: a scene, a thread, somebody's account.
_OTHER_GONE = re.compile(
    r"^ ?(?:chapters?|scenes?|tweets?|posts?|messages?|comments?|digital|viral|live|threads?|accounts?|channels?)\b"
)
_OTHER_GONE_BEFORE = re.compile(
    r" (?:thread|topic|post|account|channel|group|chat|beitrag|konto|kanal|hilo|tema|cuenta|canal|sujet|compte)s? (?:was |were |got |gets |has been |had been |is |wurde |fue |ha sido |a ete |been )?$"
)
# "Do not request", "别 request": who forbids asking asks for nothing.
_NOT_ASKED = re.compile(r"(?:别|勿|不要|不用)(?:再|来)? ?$| (?:dont|don t|do not|please no|stop) $")
_CLOSED_GROUP = re.compile(r"^ ?(?:upload|drop|release|channel|group|chat|post|folder|drive|board|share)s?\b")
# The name that an account of a messenger bears says nothing of the goods.
_NAME_OF_ACCOUNT = re.compile(r"(?:公众号|公眾號|服务号|群名|频道名|小程序)[:：]?\s?[「“\"]?[\u4e00-\u9fff]{0,6}$")
# "Before it is in cinemas": the copy is there first.
_NOT_YET = re.compile(
    r" (?:before|ahead of|while|prior to)(?: (?:it|its|it s|they|they re|is|are|s|was|being|even|still|the))* $"
    r"| (?:the|same|very)(?: same| very)? (?:second|minute|moment|day|night|week|weekend)(?: that)? (?:it|its|it s|they|he|she|new ones|everything|stuff|films|films?|movies?)(?: (?:is|are|re|hits?|in|comes?|come|reach(?:es)?|lands?|opens?|goes|go|to|at|out|the))* $"
)
# Who posts, not what hangs on a wall.
_POSTING = re.compile(
    r"^ ?(?:hat|bittet|wartet|ist|will|kann|darf|schreibt|sagt|freut|macht|sucht|nimmt|has|says|said|asks|asked|wants|waits|is not|isn t|claims|above|below|here|in this|of this|keeps|will|ne|a demande|pide|dice)\b"
)
_POSTED = re.compile(r" (?:original|first|last|other|previous|same|prolific|regular|der|dem|den|vom|im) $")


def _calls(word: Said) -> bool:
    """The word for asking asks who wants a copy, not who has one."""
    if _ASKERS.match(word.behind):
        return True
    return word.text.startswith(_CALLERS) and _CALLING.match(word.behind.lstrip()) is not None


def _is_no_refusal(word: Said, ahead: str) -> bool:
    """“Look for it yourself” in a group or a folder gives; “解不出” is no “不出”."""
    if word.text in _ELSEWHERE and _WHO_WANT_THAT.search(ahead):
        return True
    if word.text in ("自己搜", "自己找", "自行搜索"):
        return _SEEK_HERE.search(ahead) is not None
    if word.text in ("找不到", "没收到", "缺货") and _TO_THOSE.match(word.behind):
        return True
    return word.text == "不出" and (bool(_CAN_NOT.search(ahead)) or word.behind.startswith("来"))


_TO_THOSE = re.compile(r"^ ?(?:的|资源的|片源的)(?:看|来|朋友|姐妹|宝|同学|进|可以|请|兄弟|戳|滴|私|找)|^ ?[?？]")
_REMEDY = 48
_FORBIDDEN = re.compile(r"(?:别|別|不要|不用|无需|勿|唔好|唔使|请勿) ?(?:再|来|去|乱)?$")
# "配乐谭盾": who made the music of a film that is given.
_CREDITED = re.compile(r"^ ?[:：]? ?[\u4e00-\u9fff]{2,4}(?= |$)")
_CLICKED = re.compile(r"(?:戳|点|看|见|敲|私|踢|找|击)(?:击|开|下|一下)?(?:我|楼主|本人)?的?$")
_LONGEST_HANDLE = 40
_NUMBERED_THERE = re.compile(r"^ ?(?:tt ?)?\d{3,}")
# "扫不出字": what cannot be done; without a verb before it, it is not sold.
_CAN_NOT = re.compile(r"(?![都也就暂先单散拆本套部册个们我概绝是并全这那书碟盘货版的他它啥么时人家集])[\u4e00-\u9fff]$")
# "没有电子版，我自己扫了一份": what was wanting is made by the writer.
_REMEDIED = re.compile(
    r"^[^。！？!?\n]{0,16}[，,、；; ](?:所以|于是|就|只好|干脆|索性|那就|然后)?(?:我|俺|咱|楼主|本人|自己|只能|这[次回])[^。！？!?\n]{0,10}?"
    r"(?:扫|拍|录|做|转|校|打字|手打|整理|补|弄|拼|翻|抓|扒|压|刻|重|合|凑|抄|导|写|淘|买)[^。！？!?\n，]{0,3}(?:了|成|出|的|过|好|完|全)"
)


def remedied(behind: str) -> bool:
    """Whether a writer says, right behind what was wanting, how they made it themselves."""
    return _REMEDIED.match(behind) is not None
