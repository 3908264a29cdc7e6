"""What the place of a title on its page says: in a heading, a name, a signature, beside another thing's link."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from crawler.matching.against import OFFERED, WEIGHTS, firmness, sentence
from crawler.matching.evidence import Evidence, rule
from crawler.matching.lexicon import FORMATS, OFFERING, genuine_host, spoken
from crawler.matching.line import EPISODE, YEAR
from crawler.matching.owned import BRACKETED, another_name, marked_names, offers_another, shares
from crawler.matching.page import Page
from crawler.matching.speakers import gives_later
from crawler.matching.surroundings import Surroundings
from crawler.matching.telling import telling_rules
from crawler.matching.variants import INITIALS, PINYIN
from crawler.text import fold, spelled, words

_NAMING_BEFORE = re.compile(
    r"(?i)(?:(?<![\w/])@|(?<![\w/])u/|\buser(?:name)?[:：]?\s|\bmember[:：]?\s|\bnick(?:name)?[:：]?\s|\b(?:posted|uploaded|shared|sent|written) by:?\s|用户(?:名)?[:：]?|网友|網友|吧友|回复(?!可见)|回復(?!可見)|昵称[:：]?|暱稱[:：]?|(?:作者|发信人|發信人|寄件人|发帖人|發文者)[:：]?\s*[A-Za-z]\w{1,15}\s*[(（]|楼主[:：]?\s|签名[:：]?|作者[:：]?\s?[\w.-]{1,20}\s?[(（]|ID[:：]\s?)\s?[“\"「『【]?$"
)
_NAMED_WITH = re.compile(
    r"(?i)(?:用户名|昵称|暱稱|username|nick(?:name)?|posted by|user)\s?[:：]?\s?[^\s，。,.|]{1,12}[_-]$"
)
# "needs X installed", "an add-on for X": something to use with the work.
_ADDED = re.compile(
    r"(?:\b(?<!who )(?<!anyone )(?<!anybody )(?<!somebody )(?<!whoever )(?:needs|requires|requires? you to own|you(?: must| need to)? own|compatible with|works with|(?:add ?-?on|addon|plugin|plug-in|expansion|mods?|modpack|skins?|textures?|patch|trainer|cheats?|savegame|saves?|save file|guide|companion|key|map|maps|presets?|soundfont|template|templates|costume|case|cover art|lyrics|chords|tabs|quiz|trivia|study guide|notes) (?:for|to)|set in the world of|based on|inspired by|parody of|tribute to)(?: (?:a|the|your|your own|an?|original|legal|legit|full|copy|copies|of|game|film|show|series|novel|book))*|适用于|需要?安装|需自备|配合)\s*[《\"“'‘]?$"
)
_CODE_BEFORE = re.compile(
    r"(?i)(?:提取码|提取碼|访问码|取件码|密码|密碼|解压码?|口令|[码碼馬马]|\bpwd|\bpass(?:word|wd)?|\bpw|\bcode)\s*(?:是|为|為|[:：=])?\s*$"
)
# "Title 的 ...": not followed by who may have it, by how much of it or by what copy it is.
_OF = re.compile(
    r"[》」』”\"]?的(?!朋友|宝|姐妹|姐们|兄弟|同学|家人|小伙伴|吧友|书友|群友|友友|粉丝|可以|请|就|快|直接|都|也|还|我|你|私|滴|戳|加|扣|联系|找|评论|留|看|进|举|不要|别|来|那|这|话|人(?![生物间类])|全|所有|各|最|第|前|后|上|下|大|超|整|一|两|三|几|完|高|正|原|无|未|国|粤|中|英|双|压|刻|盘|碟|新|老|时候|[0-9])([\u4e00-\u9fff]{2,8})"
)
_ALIKE = re.compile(
    r"[》」』”\"]?(?:里的?|中的?)?(?:同款|联名|周边|读书笔记|读后感|观后感|书评|影评|导读|思维导图|手抄报|读书会|台词本|壁纸|表情包|钢琴谱|乐谱|手办|修改器|教案|课件|字帖|剧本杀|主题(?:餐厅|酒店|咖啡|乐园|展|曲))"
)
# A particle and a full stop make a sentence of what is a title elsewhere.
_EXCLAIMED = re.compile(r" ?(?:啊|呀|哦|喔|耶|嘛|哇|呐)[!！.。~～,，]")
_NEAR_OF = 3
_NAMING_AFTER = re.compile(
    r"(?i)[”\"」』】]?\s?(?:的主页|的主頁|的帖子|的个人(?:主页|空间)|发表于|發表於|\(OP\)|wrote\b|(?:said|writes|replied|asked)\s?[:：]|'s (?:profile|posts|blog|wall)\b)"
)
# The head of a post on a bulletin board: "作者 name (nickname) 看板 board".
_SIGNING_BEFORE = re.compile(r"(?:作者|发信人|發信人|寄件人)[:：]?\s*$")
_BOARD_AFTER = re.compile(r"\s*[(（][^()（）\n]{0,24}[)）]\s*(?:看板|站内|站內|信区|信區|$)")
# "楼主：name　Lv.11": the head of a post on a forum.
_FLOOR_BEFORE = re.compile(r"^\s*(?:楼主|樓主|层主|沙发|板凳|地板|#?\d+ ?[楼樓#F])\s?[:：]\s?[^\s，。：:]{0,8}$")
_RANKED_AFTER = re.compile(
    r"(?i)^[^\s，。！？]{0,12}[\s（(\[【|·]{1,3}(?:lv\.?\s?\d|等级|级别|vip|积分|经验|发表于|\d{4}-\d|(?:初|中|高|十?[一二三四五六七八九十])级|(?:铜|银|金)牌|新手|元老|版主|管理员|只看)"
)
_LABELLED = re.compile(
    r"^\s*[\[【(（]?(?:个性|我的|个人)?(?:签名档?|簽名檔?|个签|头衔|頭銜|简介|簡介|自我介绍|座右铭|状态|心情|近期状态)[\]】)）]?\s?[:：丨|\s]"
)
_TAIL_OF_NAME = re.compile(r"(?:_\w|[0-9]{2,}\b(?![.\s)]*(?:1080|720|2160|480|4k|s[0-9]))|[-_][0-9]+\b)")
_MEMBER = re.compile(r"(?i)\bmember since|\bjoined\b|\bposts?\b|\bregistered|注册|帖子|等级|积分")
# What somebody made themselves is another work than the watched one; what they ripped or scanned is not.
_OWN_MADE = re.compile(
    r"(?i)(?:我|自己|我们|咱)(?:自己|家)?(?:拍|写|画|编|做|设计|整理|翻译|谱)的(?!版本)|\b(?:my|our)(?: own| new| little| latest| holiday| wedding)? (?:playlist|footage|holiday photos?|photos?|pictures|script|tool|notes|slides|recipes?|mix(?:tape)?|album|band|novel|short stor(?:y|ies)|poems?|game|app|plugin|artwork|drawings)\b|\b(?:i|we)(?:'ve)? (?:wrote|drew|designed|composed|coded|painted|filmed) (?:this|it|myself|ourselves)\b"
)
# What a link is said to lead to, right before it, when it is no work at all.
_OTHER_THING = re.compile(
    r"(?i)(?:\b(?:firmware|drivers?|invoice|receipt|logs?|log file|config(?:uration)?(?: file)?|screenshots?|photos?|pictures|spreadsheet|slides|handout|minutes|agenda|menu|form|cv|resume|floor plan|timetable|schedule|petition|playlist|podcast|feed|survey|recipe|knitting pattern|sewing pattern|crash dump|bug report|pull request|repo|source code)(?: file| is| are)?(?: up| here)*|固件|驱动|发票|日志|照片|表格|简历|问卷|课表|班次表|时刻表|时间表|价目表|议程|地图|截图|源码|配置(?:文件)?)\s?(?:在这里|在这|链接|放这里|下载)?\s*[:：,，-]?\s*$"
)
# "Title (born so and so) is the third album by ...": what an encyclopedia or a catalogue begins with.
_DEFINITION = re.compile(
    r"[\"”’'»]?\s?(?:[(（][^()\n]{0,80}[)）]\s?)?,?\s?(?:is|was|ist|war|est|es|fue|e|era|is een|ar) (?:a|an|the|one of the|ein|eine|der|die|das|un|une|una|um|uma|il|lo|le|la|el|o|den|en|ett) [^.!?\n]{0,60}?\b(?:album|novel|book|film|movie|series|miniseries|sitcom|video game|game|single|song|play|show|memoir|documentary|drama|thriller|comedy|anime|manga|roman|serie|pelicula|novela|livre|romance|filme|romanzo|libro|jeu video|videojuego|videospiel|spielfilm|fernsehserie|bok|boek)\b[^.!?\n]{0,40}?\b(?:by|directed|written|produced|released|published|developed|created|starring|based on|de|del|des|von|di|par|regie|dirigid[ao]|escrit[ao]|realise|ecrit|diretto|scritto|van|av)\b"
)
# An everyday paper or program, by its name: what is handed out is that.
_PAPER = re.compile(
    r"\b(?:download|get|grab|find|see|read|print|install|pick up) (?:the|our|a|an|your|this|that|its|my) ((?:[a-z'’-]+ ){1,4})(?:as an? |in |\()?(?:pdf|app|leaflet|brochure|map|timetable|tables?|calendar|menu|spreadsheet|form|flyer|poster|schedule|factsheet|chart|gpx)\b"
)
_RANK = re.compile(
    r"(?i)\S*\s{0,3}[•·|,–—-]\s{0,3}(?:(?:senior|junior|new|active|full|veteran|elite|vip|trusted|gold|silver|bronze|power|regular|registered|long-?time)\s)?(?:member|user|poster|moderator|mod|admin|lurker|newbie|regular|guest)\b|\S*\s{0,3}[•·|,–—-]\s{0,3}(?:joined|posts|registered|last seen|online)\b"
)
_NAMED_FILE = re.compile(
    r"(?i)/([^/?#\s]+)\.(?:epub|mobi|azw3|pdf|cbz|cbr|mkv|mp4|avi|m4b|mp3|flac|nsp|xci|iso)(?:$|[?#])"
)
# What another sentence than the title's gives: papers and recordings of one's own.
_OTHER_MATTER = re.compile(
    r"(?:会议|錄音|录音|合同|报表|作业|试卷|真题|资料|講義|讲义|课件|课程|网课|通讯录|报名表|工资表|策划|方案|模板|素材|照片|相册|表格|软件教程|安装教程|文档|文件)(?:的)?(?:链接|连结|連結|地址)?(?:我|都|已经?|也)?(?:放|传|发|存|上传|丢|扔)?(?:在|到|进)?(?:了)?(?:这里|这儿|下面|以下)?(?:百度|夸克|阿里|腾讯)?(?:网盘|云盘|微云|云)?(?:里|自取|领取|分享)?(?:了)?\s*[:：,，]?\s*$"
)
_WANTED = re.compile(
    r"(?i)^[\s\W]*(?:iso|req|(?:open |new |current |unfilled )?requests?(?: open)?|wtb|wtt|lf|search(?:ing)?|wanted|looking for|in search of|求|求助|寻|suche|busco|cerco|cherche|ищу|szukam)\b\s?[:：\])】]"
)
_SOUGHT = re.compile(r"^\W*(?:ISO|WTB|WTT|LF|REQ)\s+[\"'“«]?$")
_PROFILE = re.compile(
    r"\b(?:reputation|karma|member since|joined)\b[: ]*[0-9]|\b(?:posts|rep|threads):? ?[0-9]|(?:注册|等级|积分|威望|金币|被赞)[:： ]*(?:lv)?[0-9]"
)
_OFFERS = frozenset(("words-of-offer", "price", "address", "channel", "payment", *OFFERED))
# Words of grammar, which running text has and the name of a release has not.
_FUNCTION = re.compile(
    r"(?<![\w.])(?:is|are|was|were|that|which|to|it|if|how|when|than|then|but|because|so|as|my|i|we|they|he|she|his|her|their|its|has|have|had|not|been|would|could|should|will|says|said|about|after|before|que|pero|como|los|las|ist|und|nicht|auf|dass|wird|war|mit|von|est|les|des|une|pas|dans|qui|sur|che|non|per|sono|della|uma|para|com|nao|het|een|van|niet|och|att|som|jest|nie|sie|и|не|что|как|это|был|для|ve|bir|icin)(?![\w.])"
)
_OF_ANOTHER = -6.0
_MOST_PLAIN = 3
_HOST = re.compile(r"(?i)https?://(?:www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?=[/:?\s]|$)")
_ENDED = re.compile(r"[。！？]|[.!?](?=\s)")
_LONGEST_LEAD = 120
_MOST_NAMED = 8
_LONGEST_THREAD = 20_000
_ASKING_END = re.compile(r"[?？]\s*[)\]）】\"”’]*\s*$|(?:吗|呢|嘛)[。！!]?\s*$")


def mention_rules(near: Surroundings, found: Sequence[Evidence]) -> Iterator[Evidence]:
    """What the segment of a title makes of it: a name, a signature, a mention beside the offer of another thing."""
    page, place = near.page, near.place
    segments = page.segments
    span = (place.start, place.end)
    if is_name(near):
        yield rule("user-name", -7.0, span, words=page.raw[slice(*span)])
    head = page.raw[near.line.start : place.start]
    if place.form in (PINYIN, INITIALS) and _CODE_BEFORE.search(head):
        yield rule("access-code", -6.0, span, words=page.raw[slice(*span)])
    if not near.quoted and _EXCLAIMED.match(near.view.text[near.last :]) and not near.release:
        yield rule("running-text", -3.0, span)
    if _thing_of(near) and not any(one.rule == "told-how" for one in found):
        yield rule("thing-of-work", -3.0, span, words=near.view.text[near.last : near.last + 8].strip())
    yield from telling_rules(near, found)
    apart = _another_paper(near)
    if apart:
        yield rule("offered-apart", _OF_ANOTHER, near.view.span(*apart))
    added = _ADDED.search(near.view.text[: near.first])
    if added:
        yield rule("addition", -4.0, near.view.span(*added.span()), words=added[0].strip())
    if place.field.where != "body":
        return
    defined = _DEFINITION.match(near.view.text[near.last : near.last + _LONGEST_LEAD + 80])
    if defined and not near.line.group:
        weight = -1.5 if any(one.rule == "target" and one.weight > 0 for one in found) else -5.0
        yield rule("definition", weight, near.view.span(near.last, near.last + defined.end()), words=defined[0].strip())
    labelled = _LABELLED.match(page.raw[near.line.start : place.start]) and not near.release and not _asked_for(near)
    if (
        labelled
        or segments.of(place.start).kind == "signature"
        or (_PROFILE.search(near.view.text) and not near.release)
    ):
        yield rule("signature", -4.5, span, words=page.raw[slice(*span)])
    named = {one.rule for one in found if one.weight > 0}
    if named & {"target", "address"}:
        if _alone(page) and offers_another(near, segments.own_targets(place.start)):
            yield rule("offered-apart", _OF_ANOTHER, span, other=another_name(near, segments.own_targets(place.start)))
        elif _apart(near, found):
            yield rule("offered-apart", -3.2 if named & OFFERED or near.release == 2 else -4.6, span)
    wanted = (
        _WANTED.match(near.view.text[: near.first])
        or _got(near)
        or _SOUGHT.match(page.raw[near.line.start : place.start])
    )
    given = any(target[0] > place.start for target in segments.own_targets(place.start))
    if wanted and not given and not segments.answered(place.start):
        yield rule("request", WEIGHTS["request"], near.view.span(0, wanted.end()), words=wanted[0].strip())
    elif firmness(near, found) == 0 and "target" not in named and not _genuine(found):
        yield from _genuine_addresses(near)
    if firmness(near, found) == 0 and not wanted and not named & {"target", *OFFERED}:
        yield from _said_only(near, found)


def _got(near: Surroundings) -> re.Match[str] | None:
    """“Got Title in pdf?”: the sentence asks who has a copy, and nobody says behind it that they do."""
    head = _GOT.search(near.view.text[: near.first])
    if head is None or not _IN_FORM.match(near.view.text, near.last):
        return None
    return None if _ANSWERED.search(near.page.folded.text, near.page.folded.at(near.place.end)) else head


_GOT = re.compile(
    r"(?:^|[.!?:] )(?:(?:has |does |did |do |hey |hi |yo )?(?:any(?:one|body)(?: here)?|some(?:one|body)|who(?:ever)?|u|you|ya|you guys) )?(?:got|have|has) (?:the |a |this |that )?[\"'“]?$"
)
_IN_FORM = re.compile(
    r"[\"'”]?[^.!?\n]{0,30}\b(?:pdf|epub|mobi|flac|mp3|mkv|mp4|ebook|iso|nsp|cracked|1080p|hd)\b[^.!?\n]{0,20}\?"
)
_ANSWERED = re.compile(
    r"\b(?:i have|i got|i['’]ve|here (?:it|you|u|ya)|yes|yeah|yep|sure|grab|link|we do|i do|get it)\b|https?:"
)


def _asked_for(near: Surroundings) -> bool:
    """What stands behind the title on its line offers a copy."""
    return any(
        word.start >= near.own[1] and not word.groups.isdisjoint(OFFERING) and word.groups.isdisjoint(("offer_weak",))
        for word in near.said
    )


def _another_paper(near: Surroundings) -> tuple[int, int] | None:
    """Where a line on which the title is words of a sentence gives something for everyday use: ``download the tide tables pdf``."""
    if near.own_style != "lower" or near.quoted or near.release == 2 or any(year.beside for year in near.years):
        return None
    for found in _PAPER.finditer(near.view.text):
        named = [word for word in spelled(found[1]).split(" ") if word and word not in near.place.spelling.split(" ")]
        plain = [word for word in named if not spoken(f" {word} ")]
        if plain and not near.first <= found.start(1) < near.last:
            return found.span()
    return None


def _alone(page: Page) -> bool:
    """Nothing is given but addresses that stand in the text."""
    return all(one.span is not None for one in page.offer.targets) and not (page.offer.players or page.offer.hidden)


def _thing_of(near: Surroundings) -> bool:
    """What is spoken of belongs to the work and is no copy: its costumes, its ending, its director."""
    if _ALIKE.match(near.view.text[near.last :]):
        return True
    of = _OF.match(near.view.text[near.last :])
    if not of:
        return False
    behind = words(fold(of[1]))
    return not any(
        not word.groups.isdisjoint((*FORMATS, *OFFERING, "edition")) and word.start <= _NEAR_OF
        for word in spoken(behind.text)
    )


def _genuine(found: Sequence[Evidence]) -> bool:
    return any(one.rule in ("licensed-address", "reference-address") for one in found)


def _genuine_addresses(near: Surroundings) -> Iterator[Evidence]:
    """The first address of a licensed service in the title's segment: such an address is no target."""
    page, place = near.page, near.place
    part = page.segments.of(place.start)
    # One sign is found much faster than the expression.
    if page.raw.find("://", part.start, part.end) < 0:
        return
    for address in _HOST.finditer(page.raw, part.start, min(part.end, part.start + _LONGEST_THREAD)):
        if genuine_host(address[1]) == "licensed":
            yield rule("licensed-address", -3.5, address.span(1), host=address[1].lower())
            return


def _said_only(near: Surroundings, found: Sequence[Evidence]) -> Iterator[Evidence]:
    """A question or a sentence of running text names the title, and nothing beside it offers a copy."""
    low, high = sentence(near)
    said = near.view.span(low, high)
    if near.prose:
        yield rule("running-text", -2.5, said)
        return
    later = any(
        one.weight > 0 and one.span is not None and one.rule in _OFFERS and one.span[0] >= said[1] for one in found
    )
    text = near.view.text[low:high]
    if _ASKING_END.search(text) and not later and not near.page.segments.answered(near.place.start):
        yield rule("question", -2.5, said, words=text.strip()[-40:])
        return
    around = f"{near.view.text[low : near.first]} {near.view.text[near.last : high]}"
    plain = len(_FUNCTION.findall(around))
    if plain >= _MOST_PLAIN and not later and not any(one.rule in _OFFERS and one.weight >= 1 for one in found):
        yield rule("running-text", -2.0, said)


def _standing(text: str, written: str) -> Iterator[int]:
    """Where some characters begin in a text, each time behind the last."""
    at = text.find(written)
    while at >= 0:
        yield at
        at = text.find(written, at + len(written))


def is_name(near: Surroundings) -> bool:
    """The title is what somebody on the page calls themselves, here or where the same letters stand elsewhere."""
    page, place = near.page, near.place
    if not near.quoted and place.field.where == "body" and len(page.raw) <= _LONGEST_THREAD:
        written = page.raw[place.start : place.end]
        for start in islice(_standing(page.raw, written), _MOST_NAMED):
            end = start + len(written)
            head, tail = page.raw[max(0, start - 24) : start], page.raw[end : end + 24]
            head = head.rpartition("\n")[2]
            if _NAMING_BEFORE.search(head) or _NAMED_WITH.search(head) or _NAMING_AFTER.match(tail):
                return True
    head, tail = page.raw[near.line.start : place.start], page.raw[place.end : near.line.end]
    if _NAMING_BEFORE.search(head[-24:]) or _NAMING_AFTER.match(tail[:24]):
        return True
    if _FLOOR_BEFORE.search(head) and _RANKED_AFTER.match(tail[:40]):
        return True
    if _SIGNING_BEFORE.search(head) and _BOARD_AFTER.match(tail):
        return True
    if not head.strip(" \t>·-*[(@") and _RANK.match(tail):
        return True
    alone = not head.strip(" \t>·-*[(@") and not re.search(r"\s", tail.strip())
    if alone and (tail.startswith("_") or _TAIL_OF_NAME.match(tail)):
        ahead = page.raw[near.line.end : near.line.end + 60]
        if _MEMBER.search(ahead) or page.raw.count(page.raw[place.start : place.end] + tail.strip()) > 1:
            return True
    if (
        place.disguise == "joined"
        and not head.strip(" \t>·-*[(@")
        and _TAIL_OF_NAME.match(tail)
        and _MEMBER.search(tail[:60])
    ):
        return True
    # "name: words" begins a post.
    segments = page.segments
    if place.field.where != "body" or not re.match(r"\s?(?:\([^)\n]{1,16}\))?\s?[:：](?!//)", tail):
        return False
    return not re.search(r"\w{3}", head) and segments.begins_post(place.start)


def _apart(near: Surroundings, found: Sequence[Evidence]) -> bool:
    """Every target on the page belongs to something else than the title."""
    page, place = near.page, near.place
    segments = page.segments
    if any(one.span is None for one in page.offer.targets):
        return False
    addresses = [one.span for one in found if one.rule == "address" and one.span is not None]
    if _among_equals(near):
        return False
    own = [*segments.own_targets(place.start), *(span for span in addresses if segments.speaks(span[0], place.start))]
    if not segments.targets and not addresses:
        return False
    if any(gives_later(near, target) for target in segments.targets):
        return False
    if _led_by_another(near) and not any(_beside(near, target) for target in own):
        return True
    return not any(_beside(near, target) or not _of_another(near, target) for target in own)


# 《A》《B》《C》 all in one pack: works side by side that one form and one address are given for.
_EQUALS = re.compile(
    r"(?:《[^《》\n]{1,30}》(?:[（(][^（）()\n]{1,20}[)）])?[、,，和与+＋/ ]{0,2}){2,}[^《》。！？\n]{0,20}"
    r"(?:打包|合集|合輯|全套|套装|[两三四五六七八九十\d]{1,2}(?:部|本|册|合一)|都在|都有|一起|一并)"
)


def _among_equals(near: Surroundings) -> bool:
    at = (near.place.start - near.line.start, near.place.end - near.line.start)
    return any(found.start() <= at[0] and at[1] <= found.end() for found in _EQUALS.finditer(near.line.raw))


def _led_by_another(near: Surroundings) -> bool:
    """The page's first line names another work with its form, and the title is mentioned below."""
    page, place = near.page, near.place
    segments = page.segments
    low = segments.parts[0].start
    high = page.raw.find("\n", low, segments.body[1])
    if high < 0 or place.start < high or segments.of(place.start).kind == "item" or near.release:
        return False
    line = page.raw[low:high]
    if len(line) > _LONGEST_LEAD or place.spelling.replace(" ", "") in spelled(line).replace(" ", ""):
        return False
    view = fold(line)
    formed = any(not word.groups.isdisjoint(FORMATS) for word in spoken(words(view).text))
    names = [next(group for group in found.groups() if group) for found in BRACKETED.finditer(line)]
    # Marks stand around the names of boards and forms too.
    names = [name for name in names if not _is_board(name)]
    # A year and a form before a target that is given before the title comes up make the name of a release.
    released = YEAR.search(view.text) and any(span[1] <= place.start for span in segments.targets)
    named = bool(names or EPISODE.search(view.text) or released)
    return formed and named and not any(shares(name, place.spelling) for name in names)


def _is_board(name: str) -> bool:
    view = words(fold(name))
    return sum(word.end - word.start for word in spoken(view.text)) >= len(view.text.strip())


def _beside(near: Surroundings, target: tuple[int, int]) -> bool:
    return near.line.start <= target[0] < near.line.end and not _of_another(near, target)


def _of_another(near: Surroundings, target: tuple[int, int]) -> bool:
    """What stands before a target, on its line or right above it, puts another work's name in brackets."""
    page, place = near.page, near.place
    low = page.raw.rfind("\n", 0, target[0]) + 1
    label = page.raw[low : target[0]]
    if sum(char.isalpha() for char in label) < 6 and low > page.segments.body[0]:
        low = page.raw.rfind("\n", 0, low - 1) + 1
        label = page.raw[low : target[0]]
    if low <= place.start < target[0]:
        # The title is there too: what stands between it and the target is nearer.
        label = _ENDED.split(page.raw[place.end : target[0]])[-1]
        if len(label) < target[0] - place.end and _OTHER_MATTER.search(label):
            return True
    if (
        _OWN_MADE.search(label)
        or _OTHER_THING.search(label)
        or _names_another(page.raw[slice(*target)], place.spelling)
    ):
        return True
    names = [name for _, name in marked_names(label)]
    return bool(names) and not any(shares(name, place.spelling) for name in names)


def _names_another(address: str, spelling: str) -> bool:
    """The file that an address ends in is called by other words than the title's."""
    file = _NAMED_FILE.search(address)
    if not file:
        return False
    said = [word for word in spelled(re.sub(r"[_.+-]|%20", " ", file[1])).split() if len(word) > 2 and word.isalpha()]
    said = [word for word in said if not spoken(f" {word} ")]
    return len(said) > 1 and all(word not in spelling and word[:4] not in spelling for word in said)
