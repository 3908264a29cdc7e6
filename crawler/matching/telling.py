"""What a Chinese writer tells of a title beside an offer of something else: another work, photos, a post, subtitles."""

import re
from collections.abc import Iterator, Sequence

from crawler.matching.evidence import Evidence, rule
from crawler.matching.owned import shares
from crawler.matching.sizes import largest
from crawler.matching.surroundings import Surroundings

DERIVED, REFUSED, SUBTITLES, PRIVATE, POSITION = -6.5, -5.5, -6.5, -4.6, -4.5
PASSING = -2.0
_TOLD = 8
"""Characters around a title that make a sentence of what names it."""
_BEHIND = 60
_AROUND = 320
_ENOUGH = 2
_SUBTITLES_AT_MOST = 100 * 1024**2
"""Bytes: subtitles as pictures, for a whole film, are smaller than any film."""
_CLOSED = '^[》」』”"]? ?'
# "Title》前传", "Title》导演新剧": a work that comes of the title's, or of its makers.
_DERIVED = re.compile(
    rf"{_CLOSED}(?:的)?(?:系列)?的?(?:官方|最新|首部|同名|[美韩日英]版)?"
    r"(前传|外传|后传|续集|续作|衍生(?:剧集?|综艺|片|动画|电影|节目|作品)?|番外篇?(?= ?[《「]|网?剧|电影|短剧)|演唱会|音乐会|(?:音乐剧|话剧|舞台剧|歌剧|舞剧)(?![^，。\n]{0,6}(?:改编|原著))|姊妹篇|姐妹篇|同系列(?:新作|作品)|真人秀"
    r"|(?:原班人马|导演|编剧|主演|主创|制作(?:人|组|团队|方)?|原作者|作者|团队|班底|剧组)[\u4e00-\u9fff]{0,6}?(?:新剧|新片|新作|新书|新番|又一力作))"
)
_DERIVED_NAME = re.compile(
    r"^ ?[:—–-]{1,2} ?[\u4e00-\u9fffa-z0-9 ]{0,8}?(真人(?:秀|实境|挑战)[\u4e00-\u9fff]{0,4}|挑战赛|综艺|制作特辑|幕后|前传|外传|番外篇?)"
)
_TOGETHER = re.compile(r"^(?:系列)?[和与及、+&]|^[^。！？\n]{0,6}(?:合集|全都|一起|都有|也有|打包|在内|全收)")
_NOT_GIVEN = (
    r"不(?:做(?!作)|收(?![费钱录藏])|放(?![过心弃行])|传(?![播染统])|录)(?!完|全|下|了的|出|到)"
    r"|没(?:有)?(?:传|放(?![弃映])|做|收(?![到费钱])|录)(?![过完到])|(?:还|仍|尚)?在版权(?:保护)?期|版权(?:保护)?期内|(?:没|未)(?:有)?到期"
    r"|还没(?:有)?(?:到期|进?公版|过期)|版权(?:还)?(?:没|未)(?:到|过)期|有版权"
)
_REFUSED = re.compile(
    rf"{_CLOSED}[^。！？!?;；\n《「、]{{0,10}}?(?:本(?:计划|站|群|店|频道|人|号))?(?:先|暂时|暂|就|也|都|还)?({_NOT_GIVEN})"
)
_RELENTED = re.compile(r"还是|终于|拗不过|不过现在|后来|今天补|这次|但(?!是?别)|[又再]传|改[传放发]|不放不行")
# "This is not Title": said of what is given.
_IS_NOT = re.compile(r"(?:(?<![是还])不是|并非|不同于|别当成|别(?:和|跟)|≠)(?:电影|电视剧|小说|游戏)?[《「『“\"]?$")
_IS_NOT_OF = re.compile(r"^[》」』”\"]?(?:的|枪版|预告|片段|解说|[吗么嘛]|[?？])")
# "20元收《Title》": somebody buys.
_BUYS = re.compile(
    r"(?:^|[^没未回吸验签])(?:出价?|高价|重金|有偿|诚心|诚|急|长期|现金|溢价|\d+ ?(?:元|块|r|刀)?|[:：】\]\s]|^)收(?:购|一[本套份个张]|[本套]?)?(?:正版)?[《「『“\"]$"
)
_BUYS_BARE = re.compile(r"(?:^|[:：】\]\s，,])(?:高价|重金|有偿|长期|诚心|急)(?:回)?收(?:购|一[本套份个张]|本)?$")
_WANTED_HEAD = re.compile(r"^\W{0,3}征(?:求|档|片|书)?[\]】)>:： ]")
# "measured against Title": another work is spoken of.
_MEASURED_BEFORE = re.compile(r"(?:跟|和|与|同)[^。！？，\n]{0,14}$")
_MEASURED_BEHIND = re.compile(r"^[》」』”\"]?(?:那?些|等|之类的?)?(?:来|相|做|作)?(?:对)?比(?![特利尔赛如基邻萨])")
# "the heroine's, like in Title": goods.
_WORN = re.compile(r"[\u4e00-\u9fff]{1,4}同款(?![资音画版链源])[ \u4e00-\u9fff]")
_FILED = frozenset(("target", "address", "release-name", "file-named", "kind-agrees", "player", "hidden-block"))
_SENTENCE = re.compile(r"[。！？!?；;\n]")
_GIVEN = frozenset(
    (
        "target",
        "address",
        "release-name",
        "kind-agrees",
        "file-named",
        "says-has",
        "who-wants",
        "price",
        "year-agrees",
        "creator-named",
        "season-or-episode",
        "words-of-sale",
        "unlocked",
        "hidden-block",
        "player",
        "carrier",
    )
)
_OFFERS = frozenset(
    ("words-of-offer", "invitation", "storage", "words-near-offer", "act-of-sharing", "own-copy", "channel")
)
_SUBTITLE = re.compile(r"字幕|(?<![a-z0-9])(?:srt|ass|sup|ssa|vtt)(?![a-z0-9])")
_ALONE = re.compile(
    r"(?:只有|仅有?|[净淨][系係][得]?|[净淨]得|只得|就一个|就是?个|里面就|单独|只发|只放|只做|只传|纯)[^。\n]{0,10}?(?:字幕|srt|ass|sup)"
    r"|字幕(?:文件)?(?:提取|抽取|抽出)|(?:抽|提取|扒|导)(?:出来?)?的?(?:的)? ?(?:srt|ass|sup|字幕)"
    r"|(?:片|视频|片源|正片|原盘|影片|片子)(?:请|就)?(?:你们|大家)?(?:自己|自行|自)(?:去)?(?:搞掂|搵|找|备|准备|理|解决|寻|下)"
    r"|(?:唔好|别|不要)(?:问|搵|找)我[攞要拿]片|对应[简繁中英双语体 ]{0,6}字幕|[自己你们的]{1,4}原盘封装|(?:啱|配|适配|适用)[^，。\n]{0,16}(?:版本?)?时间轴|匹配[^，。\n]{1,12}(?:版本?|压制|原盘)|外挂字幕(?:文件|包)?下载"
)
_EMBEDDED = re.compile(r"内封|内嵌|封装好|已封|字幕(?:也|都|已)")
_PRIVATE_MATTER = re.compile(
    r"毕业照|满月照|婚纱照|全家福|合影|合照|照片|相册|相片|原图|修图|修好|精修|追思会|婚礼(?:视频|录像|现场)|聚会(?:视频|相册|照片)|班会|课件|教案|运动会|旅拍"
)
# "The album of our reunion 《Title》": what stands right before the brackets says what kind of thing bears the name.
_BORNE_BY = re.compile(
    r"(?:相册|相簿|影集(?!电影)|纪念册|紀念冊|毕业册|同学录|班刊|社刊|校刊|会刊|毕业论文|作文|征文|课件|教案|幻灯片|ppt|歌单|论文|毕业设计|毕设|手账|游记|剧本杀|民宿|餐厅|咖啡馆|书店|舞蹈|舞台剧|话剧|音乐剧|演讲|画展|摄影展|展览|公众号|视频号|直播间|播客|香水|手串)[《「『]$"
)
# "Title, who would have thought: here are the papers": the title is an exclamation.
_EXCLAIMED = re.compile(r"^(?:[，,！!~～]|(?:来|过去|走|到|完)?[了啦的呀啊吧呢][^，。！!\n]{0,4}[，,！!。~～])")
_OTHER_MATTER = re.compile(
    r"(?:资料|真题|模板|教程|素材|壁纸|表格|驱动|简历|插件|试卷|题库|图标|字体|照片|手册|清单|生图|表情包|攻略|指南|通知|名单|说明书|课件|合同|报表|作业|(?:上次|昨天|你要|说好)[^，。\n]{0,4}的(?:文件|东西|图|表))"
)
_TOOL = re.compile(
    r"[这那](?:个|款|份|套|张|些)[^，。！!\n《]{0,6}?(?:小程序|软件|插件|(?<![a-z])app(?![a-z])|工具|网站|脚本|模板|表格|浏览器|扩展|公众号|网址|教程)"
)
_SHORT = 4
_MATTER_AS = re.compile(
    r"(?:手册|清单|模板|表格|攻略|指南|通知|名单|说明书|报表|合同)的? ?(?:pdf|电子版|word|excel|ppt|doc)"
)
_POSTED = re.compile(
    r"招聘|诚聘|急招|招募|兼职|全职|月薪|时薪|日结|日薪|按份结算|按小时结算|按件|底薪|双休|五险|岗位|任职|简历|助教|家教|试音|录入员|试用期|应聘|面试|实习生|薪资|薪酬|稿费|元 ?/ ?(?:份|小时|h|天|篇|千字)"
)
_COPY = re.compile(
    r"网盘|云盘|资源|(?<![a-z])(?:pdf|epub|mobi|mp3|mp4|txt)(?![a-z])|扫描|百度|夸克|提取码|发你|拿货|代理|打包|电子版|全集"
)
_BORNE_OUT = frozenset(("year-agrees", "creator-named", "season-or-episode"))
_AGREES = frozenset(("kind-agrees", "year-agrees", "creator-named"))


def telling_rules(near: Surroundings, found: Sequence[Evidence]) -> Iterator[Evidence]:
    """What is told right behind the title, or on its lines, that makes the offer one of another thing."""
    if near.page.raw.isascii():
        return
    text = near.view.text
    behind = text[near.last : near.last + _BEHIND]
    yield from _derived(near, behind)
    refused = _REFUSED.match(behind)
    if refused and not _RELENTED.search(behind[refused.start(1) : refused.end() + 24]):
        span = near.view.span(near.last + refused.start(1), near.last + refused.end())
        yield rule("not-shared", REFUSED, span, words=near.page.raw[slice(*span)])
    before = text[max(0, near.first - _BEHIND) : near.first].rstrip(" ")
    if _IS_NOT.search(before) and not _IS_NOT_OF.match(behind):
        span = near.view.span(max(0, near.first - 2), near.first)
        yield rule("not-shared", REFUSED, span, words=near.page.raw[slice(*span)])
    if _MEASURED_BEHIND.match(behind) and _MEASURED_BEFORE.search(before):
        span = near.view.span(near.last, near.last + 1)
        yield rule("compared", REFUSED, span, words=near.page.raw[slice(*span)])
    yield from _in_passing(near, found)
    yield from _another_behind(near, found)
    worn = _WORN.search(text) if named_none(found) else None
    if worn:
        span = near.view.span(*worn.span())
        yield rule("merchandise", PRIVATE, span, words=near.page.raw[slice(*span)])
    buys = _WANTED_HEAD.match(text[: near.first]) or _BUYS.search(before) or _BUYS_BARE.search(before)
    if buys:
        span = near.view.span(max(0, near.first - 2), near.first)
        yield rule("request", REFUSED, span, words=near.page.raw[slice(*span)])
    yield from _subtitles(near)
    named = {one.rule for one in found if one.weight > 0}
    if not near.release and named.isdisjoint(_AGREES):
        private = _PRIVATE_MATTER.search(text[: near.first]) or _PRIVATE_MATTER.search(text, near.last)
        if private is None and not near.quoted and _EXCLAIMED.match(behind):
            private = _OTHER_MATTER.search(text, near.last)
            if private is None and near.last - near.first <= _SHORT:
                private = _TOOL.search(text, near.last)
        if private:
            span = near.view.span(*private.span())
            yield rule("offered-apart", PRIVATE, span, other=near.page.raw[slice(*span)].strip())
    elif not near.quoted and named.isdisjoint(_BORNE_OUT) and _EXCLAIMED.match(behind):
        matter = _MATTER_AS.search(text, near.last)
        if matter is None and named.isdisjoint(_AGREES) and near.last - near.first <= _SHORT:
            matter = _TOOL.search(text, near.last)
        if matter:
            span = near.view.span(*matter.span())
            yield rule("offered-apart", PRIVATE, span, other=near.page.raw[slice(*span)].strip())
    borne = _BORNE_BY.search(before) if near.quoted else None
    if borne:
        span = near.view.span(near.first - len(borne[0]), near.first - 1)
        yield rule("offered-apart", DERIVED, span, other=near.page.raw[slice(*span)].strip())
    around = text[max(0, near.first - _AROUND) : near.last + _AROUND]
    if len({word[0] for word in _POSTED.finditer(around)}) >= _ENOUGH and not _COPY.search(around):
        first = _POSTED.search(text)
        if first:
            span = near.view.span(*first.span())
            yield rule("position", POSITION, span, words=near.page.raw[slice(*span)])


def named_none(found: Sequence[Evidence]) -> bool:
    """Whether nothing that leads to a file or names its form was found."""
    return all(one.rule not in _FILED or one.weight <= 0 for one in found)


def _in_passing(near: Surroundings, found: Sequence[Evidence]) -> Iterator[Evidence]:
    """A sentence of its own names the title in passing; what little is offered stands in others."""
    named = {one.rule for one in found if one.weight > 0}
    if not named.isdisjoint(_GIVEN) or near.place.field.where != "body":
        return
    text = near.view.text
    low = max((mark.end() for mark in _SENTENCE.finditer(text, 0, near.first)), default=0)
    mark = _SENTENCE.search(text, near.last)
    high = mark.start() if mark else len(text)
    asked = mark is not None and mark[0] in "?？"
    if high - low < _TOLD + near.last - near.first or low == 0 or asked:
        # Who begins with the title speaks of it in what follows, and so does who asks for takers.
        return
    first, stop = near.view.span(low, high)
    offers = [one for one in found if one.rule in _OFFERS and one.weight > 0 and one.span is not None]
    if offers and all(one.span is not None and not first <= one.span[0] < stop for one in offers):
        yield rule("offered-apart", PASSING, (near.place.start, near.place.end))


def _another_behind(near: Surroundings, found: Sequence[Evidence]) -> Iterator[Evidence]:
    """Behind the sentence that names the title in marks, another work is named so, and all that is given stands behind it."""
    text, place = near.view.text, near.place
    mark = _SENTENCE.search(text, near.last) if near.quoted and place.field.where == "body" else None
    other = _MARKED.search(text, mark.end()) if mark and mark[0] != "\n" else None
    if mark is None or other is None or shares(other[1], place.spelling) or _BOTH.search(text, near.last, other.end()):
        return
    own = text[near.first : near.last]
    if own in text[near.last :] or _LED.search(text, mark.end(), other.start()) is None:
        return
    behind = int(near.view.starts[other.start()])
    given = [one for one in found if one.weight > 0 and one.rule in (*_GIVEN, *_OFFERS) and one.rule != "creator-named"]
    if any(one.span is not None and one.span[0] < behind for one in given):
        return
    targets = near.page.segments.targets
    if given and all(target[0] > behind for target in targets):
        span = near.view.span(other.start(1), other.end(1))
        yield rule("offered-apart", PRIVATE, span, other=near.page.raw[slice(*span)].strip())


_MARKED = re.compile(r"《([^《》\n]{1,40})》")
_LED = re.compile(r"(?:把|将|收|存|分享|传|发|放|丢|扔|推荐|安利|还有|另外|顺手|顺便|再)[^。！？\n《]{0,16}$")
_BOTH = re.compile(r"一起|一并|两部|都(?:在|有|传|放|丢|发)|以及|[和与跟及] ?《|打包|合集")


def _derived(near: Surroundings, behind: str) -> Iterator[Evidence]:
    derived = _DERIVED.match(behind) or _DERIVED_NAME.match(behind)
    if derived is None and not near.release and not near.quoted:
        derived = _derived_elsewhere(near)
    elif derived and _TOGETHER.match(behind[derived.end() :]):
        return
    if derived is None:
        return
    text = near.page.raw[near.place.end : near.place.end + 12]
    beside = near.quoted or derived.re is _DERIVED_NAME or not behind.startswith(derived[0])
    weight = DERIVED if beside else DERIVED / 2
    yield rule(
        "other-instalment",
        weight,
        (near.place.start, near.place.end),
        title=near.page.raw[near.place.start : near.place.end],
        next=derived[1],
        text=text,
    )


def _derived_elsewhere(near: Surroundings) -> re.Match[str] | None:
    """Where the same page names, in brackets, a work that comes of the title's, to which a bare mention belongs too."""
    text = near.page.folded.text
    own = near.view.text[near.first : near.last]
    at = text.find(f"《{own}》")
    while at >= 0:
        stop = at + len(own) + 1
        found = _DERIVED.match(text[stop : stop + _BEHIND])
        if found and not _TOGETHER.match(text[stop + found.end() : stop + _BEHIND]):
            return found
        at = text.find(f"《{own}》", stop)
    return None


def _subtitles(near: Surroundings) -> Iterator[Evidence]:
    """Nothing but subtitles is given: the writer says so, or the files are no larger than that."""
    folded = near.page.folded
    low = folded.at(near.line.start)
    window = folded.text[low : low + _AROUND + len(near.view.text)]
    subtitle = _SUBTITLE.search(window)
    if subtitle is None:
        return
    size = largest(near.page)
    if size is not None and size > _SUBTITLES_AT_MOST:
        return
    alone = _ALONE.search(window)
    if alone is None and (size is None or _EMBEDDED.search(window)):
        return
    span = folded.span(*(low + at for at in (alone or subtitle).span()))
    yield rule("subtitles", SUBTITLES, span, words=near.page.raw[slice(*span)])
