"""Titles that stand beside the head of an offer of another work: what is offered is likened to them, or comes from their maker."""

import re
from collections.abc import Sequence

from crawler.matching.evidence import Evidence, rule
from crawler.matching.lexicon import FORMATS, OFFERING, spoken
from crawler.matching.line import EPISODE
from crawler.matching.owned import shares
from crawler.matching.surroundings import Surroundings
from crawler.text import fold, spelled, words

BESIDE = -5.0
_REACH, _LEAD, _LONGEST = 160, 600, 4000
_NAMES = r"(?:the )?[\"'“‘«*_]*(?:[A-Z0-9][^.!?;\n]{0,60}?[\"'”’»*_]*(?:\([^()\n]{1,30}\))?(?:, (?:and |or )?| and | or | & |/| \+ | (?=\()))?[\"'“‘«*_(\[]*(?:the |The )?$"
_LED = re.compile(
    r"(?:^|(?<=[\s(\[,;:.–—-]))(?P<lead>(?i:"
    r"(?:if|since|because|anyone who|everyone who|those who|people who|who|when|once|after) (?:(?:you|u|ya|y['’]all|any of you|anyone|everyone|folks|people)(?:['’](?:ve|re|d))? )?(?:have |already |ever |really |only |all |just |also |are )*"
    r"(?:lik(?:e|ed|ing)|lov(?:e|ed|ing)|enjoy(?:ed|ing)?|ador(?:e|ed)|dug|dig|miss(?:ed|ing)?|hat(?:e|ed)|bounced off|burn(?:ed|t) through|rac(?:ed|ing) through|devour(?:ed|ing)|finish(?:ed|ing)?|cried (?:at|over|through)|obsessed with|hooked on|into|tired of|done with|play(?:ed|ing)?|read(?:ing)?|watch(?:ed|ing)|binged)"
    r"(?: (?:all of|every minute of|the end of|any of|stuff like|things like|something like|games like|books like|films like|shows like))?"
    r"|[^.!?\n]{0,60}\bor (?:loved|liked|enjoyed|hated|missed)"
    r"|(?:(?:one|this one|it['’]?s|this is|made|perfect|great|ideal|recommended|mandatory|essential) )?(?:for )?(?:the |all |any )?(?:fans|lovers|admirers|devotees|readers|players|viewers) of"
    r"|(?:in the (?:vein|spirit|style|mou?ld|tradition|footsteps) of|similar(?:ly)? to|reminiscent of|inspired by|close to|kin to|comparable to|compared (?:to|with)|next to|unlike|not unlike|not quite|reminds me of|recalls|borrows from|something like|much like|think|somewhere between)"
    r"|(?:by|from|of) the (?:same )?(?:\w+ )?(?:author|writer|novelist|director|maker|creator|showrunner|studio|team|people|guys?|woman|man|folks|devs?|developers?|composer|duo|minds?)s? (?:of|behind|who (?:wrote|made|directed|did|gave us|brought us|created)|that (?:made|brought (?:you|us)|gave us))"
    r"|(?:the |its |his |her |their )?(?:author|writer|director|creator|maker|developer|studio)s? (?:of|behind)|same (?:author|writer|director|creators?|studio|team|devs?|people) as|also (?:wrote|made|directed|known for)|(?:best )?known for"
    r"|(?:the |an? |its )?(?:\w+ ){0,2}(?:remake|sequel|prequel|spin-?off|follow-?up|successor|companion|answer|homage|love letter|tribute|rip-?off|clone|parody|knock-?off|cousin|sister (?:book|film|game)|reimagining|retelling) (?:of|to|from)"
    r"|(?:il |le |der |das |el |o )?(?:remake|rifacimento|seguito|sequel|suite|fortsetzung|secuela|nachfolger|pr[eé]quel)(?: \w+)? (?:di|de|del|dell['’]|von|d['’]|zu|du|do|a)"
    r"|(?:dall['’]autore|dello stesso (?:autore|regista)|du m[êe]me auteur que|par l['’]auteur d[eu]|del autor de|vom autor von|für fans von|para fans de|pour les fans d[eu]|per chi ha amato|se vi è piaciuto|si (?:te|os) gust[óo]|wer)"
    r"|(?:\w+er|(?:way |far |much )?(?:more|less) \w+|better|as \w+ as) (?:than|as)"
    r"|(?:while|until) (?:you|we) wait for|after (?:finishing|reading|watching|playing)"
    r")) " + _NAMES
)  # fmt: skip
_CARRIED = re.compile(
    r"(?i)^[\"'”’»*_)\]]*(?:\s*\([^()\n]{1,30}\))?(?:,? (?:and|or|/|&) [^.!?,;:\n]{2,50})? "
    r"(?:left you|hooked|broke|wrecked|ruined|made you|was (?:your|too|not)|wasn['’]t|got you|didn['’]t|did(?: it)? for you|is (?:your|too|over)|worked for|hit you|destroyed you|fans?\b|lovers\b|people\b|players\b|readers\b|crowd\b)"
)
_IF = re.compile(
    r"(?i)(?:^|[\s(,;:–—-])(?:if|since|because|when|for|hey|calling|dear|attention|to all|all)(?: the| all| you)? [\"'“‘]*(?:the )?$"
)
_CARRIED_ON = re.compile(
    r"\b[Ii]f [A-Z][^.!?\n]{2,60} (?:left|made|got|broke|hooked|wrecked|ruined) you\b[^.!?\n]{0,20}\((?:and|or|same for) (?:the )?$"
)
_TRY = re.compile(
    r"(?i:\b(?:try|grab|check(?: out)?|here(?:['’]s| is| are| comes)|get|give|read|play|watch|see|meet|go for|pick up|start|download|sleep on|miss|recommend|suggest|enjoy|uploaded|upped|posting|sharing|have|this|love|is|next|up)\b"
    r"(?: (?:out|up|is|the|a|an|you|to|on|with|one|out this|his|her|its|their|other|next|follow-?up|debut|novel|book|film|game|show|album|author['’]s|same author['’]s))*)[:,–—-]? [\"'“‘«*_\[]*(?P<name>[A-Z0-9][\w'’]*(?:[ :]+(?:(?:of|the|and|to|in|a|for|on) )*[A-Z0-9][\w'’]*)*)"
)
_BOTH = re.compile(r"(?i)\b(?:both|(?:it|that|this|they|which)(?:['’]s|['’]re| is| are)? (?:also |up |right )?(?:here|up|included|inside|in)\b|as well|included|includes?|too (?:is )?(?:here|up)|second link|same (?:link|folder|zip|archive)|that one is|i have it|got that)\b|也在|都在|一并|一起打包|同包|均有|都有|附|两部")  # fmt: skip
_ADDRESS = re.compile(r"(?:https?://|www\.|t\.me/)\S+")
_PLAIN = re.compile(r"(?<![A-Za-z'’])[a-z]{2,}")
# What is added to the list of what is given.
_GOES_ON = re.compile(
    r"(?i)\b(?:and|plus|also|with|incl\w*|along|bonus|next|second|same|here|both|more|other|then|now|up|link|get|grab|i|we|my|seeding|mirror|reup\w*|password|pass|pw)\b|[+&]"
)
_SIZE = re.compile(r"(?i)(?<![\w.])\d+(?:[.,]\d+)?\s?(?:[gmk]i?b|[gm])\b|\d{1,3}\s?(?:集|話|话|回|卷|册|冊|季)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_HEAD = re.compile(r"[A-Z0-9\u00c0-\u024f][\w'’]+")
_ENDED = re.compile(r"[。！？\n]|[.!?](?=\s|$)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LIST = r"(?:[《「『“【]?[^，。！？!?；;\n]{1,24}?(?:[》」』”】][、和与與跟/ ]?|[、和与與跟/ ])){0,3}[《「『“【]?$"
_LED_CHINESE = re.compile(
    r"(?P<lead>(?:如果|要是|凡是|但凡)?(?:你|您|大家|各位|有)?(?:也|还|都|特别|很|真|曾)?(?:喜欢|喜歡|爱看|愛看|钟爱|热爱|爱|迷|看过|看過|看完|刷完|追完|玩过|玩過|读过|讀過|读完|听过|意犹未尽)(?:了|过|過)?"
    r"|(?:作者|導演|导演|编剧|編劇|同作者|同导演|同導演|其|他|她|监制|主演|团队)(?:的)?(?:另有|还有|還有|也写过|还写过|還寫過|也拍过|还拍过|還拍過|另?著有?|代表作(?:品)?(?:还有|有|是|为|為|：|:)?|前作|其他作品(?:有|：|:)?)"
    r"|[（(](?:另|还|還)?(?:著有|写过|寫過|拍过|拍過|导演过|执导过)"
    r"|(?:媲美|堪比|不输(?:给)?|不亚于|不逊于|超越|碾压|比肩|类似(?:于)?|類似|神似|致敬|翻拍自|翻拍|改编自|改編自|仿照|对标|(?<![不图影录摄头])像|风格(?:像|接近)|国产版|中国版|韩国版|日版|女版|男版|低配版|低配|高配版|平替|精神续作|同(?:款|类|類|类型|题材))(?:的)?"
    r"|(?:最近|近期|近来|这阵子|這陣子|这几天|今年|刚刚|前阵子)(?:大家都在(?:看|追|聊))?|继|繼|(?:比起?|跟|和|与|與)(?:隔壁)?)" + _LIST
)  # fmt: skip
_MORE = r"^[》」』”】]?(?:[、和与與跟/ ]{0,2}[《「『“]?[^，。！？!?；;\n、《》]{1,14}[》」』”]?){0,3}?"
_BEHIND = (
    (re.compile(r"(?:喜|爱|愛|迷|看|刷|追|玩|读|讀|听|意)"), re.compile(_MORE + r"(?:这类|那种|系列|一类|那味|风格|口味)?(?:的|，|,|了)?(?:\S{0,2}?(?:朋友|小伙伴|同学|观众|人|书友|玩家|读者|盆友|姐妹|话|話|亲))?(?:们|們)?[，, ]?(?:千万|一定|绝对|都|也|就|更|肯定|请|快)?(?:别错过|別錯過|不要错过|不要錯過|莫错过|不可错过|可以(?:看|冲|试|入|来)|必看|必入|值得|也?会喜欢|也會喜歡|冲|不容错过|看过来|应该|应当|别走|试试|試試|看看|来看|来试|来这|推荐|推薦|再看|再来|接着看)")),
    (re.compile(r"(?:最近|近|这|這|今年|刚|前阵)"), re.compile(_MORE + r"(?:正在|正|又|这么|很|都在|一|都)?(?:热播|熱播|大火|大爆|爆火|火了|热映|熱映|刷屏|上映|出圈|开播|很火|火爆|完结|收官|播完)")),
    (re.compile(r"[继繼]"), re.compile(_MORE + r"(?:之后|之後|后|後)")),
    (re.compile(r"^(?:比|跟|和|与|與)"), re.compile(_MORE + r"(?:(?:更|还|還|强|好看|好玩|虐|黑暗|精彩|早|同一个?|一个|是同|同)(?!样在|在|包))")),
)  # fmt: skip
_CREDITED = re.compile(r"^[》」』”】]?(?:的)?(?:原班人马|原班底|原班团队|导演|導演|作者|编剧|編劇|团队|监制|主创|制作组)(?:的)?(?:又一|新作|新片|新书|新剧|另一|其他|前作|早期|后|後)|^[》」』”】]?的(?:翻拍|前传|前傳|续集|續集|续作|精神续作|平替|女版|男版|低配|韩版|美版|国产版|姊妹篇|番外(?!全))")  # fmt: skip
_TRY_CHINESE = re.compile(
    r"(?:看看|试试|試試|推荐|推薦|来看|冲|安利|分享|这部|這部|这本|這本|这款|入|别错过|別錯過|不要错过|喜欢|必看|的)[：:，, ]{0,2}《(?P<name>[^《》\n]{1,30})》"
)


def beside_another(near: Surroundings) -> tuple[str, tuple[int, int]] | None:
    """The head of the offer that has another title, with the raw span of the words that put the watched title below it; None without."""
    page, place = near.page, near.place
    field = place.field
    if field.end - field.start > _LONGEST:
        return None
    low = max(field.start, place.start - _REACH)
    begun = max((found.end() for found in _ENDED.finditer(page.raw, low, place.start)), default=low)
    ended = _ENDED.search(page.raw, place.end, min(field.end, place.end + _REACH))
    high = ended.start() if ended else min(field.end, place.end + _REACH)
    before, behind = page.raw[begun : place.start], page.raw[place.end : high]
    at = _subordinate(before, behind)
    start = begun + at if at is not None else _after_address(near)
    if start is None or _BOTH.search(behind):
        return None
    lead = page.raw[max(field.start, start - _LEAD) : start]
    own = place.spelling.replace(" ", "")
    if own in spelled(lead).replace(" ", ""):
        return None
    span = (start, place.end)
    if (_formed(lead) or _offered(lead)) and not _formed(behind.split("http")[0]):
        name = _head(lead)
        if name and not shares(name, place.spelling):
            return name, span
    rest = page.raw[place.end : min(field.end, place.end + 2 * _REACH)]
    given = (_TRY_CHINESE if _HAN.search(before + behind) else _TRY).search(rest)
    if given and not shares(given["name"], place.spelling) and not _formed(rest[: given.start()]):
        follows = rest[given.end() :]
        if _formed(follows) or "http" in follows or page.offer.targets:
            return given["name"].strip(), span
    return None


def _subordinate(before: str, behind: str) -> int | None:
    """Where in the sentence before a title the words begin that put it below another; None where it stands on its own."""
    led = _LED.search(before)
    if led:
        return led.start("lead")
    carried = _IF.search(before)
    on = _CARRIED_ON.search(before)
    if on:
        return on.start()
    if carried and _CARRIED.match(behind):
        return carried.start()
    for chinese in _LED_CHINESE.finditer(before) if _HAN.search(before) else ():
        lead = chinese["lead"]
        needed = [tail for heads, tail in _BEHIND if heads.search(lead)]
        if not needed or any(tail.match(behind) for tail in needed):
            return chinese.start("lead")
    return len(before.rstrip("《「『“【 ")) if _CREDITED.match(behind) else None


def _after_address(near: Surroundings) -> int | None:
    """Where the words begin that a line goes on with behind the address of what it offers, when a title stands among them."""
    line, low = near.line.raw, near.line.start
    given = list(_ADDRESS.finditer(line, 0, near.place.start - low))
    if not given or _HAN.search(line) or _ADDRESS.search(line, near.place.end - low):
        return None
    said = line[given[-1].end() : near.place.start - low]
    if not _PLAIN.search(said) or _GOES_ON.search(said) or ":" in said:
        return None
    return low + given[-1].end()


def _formed(text: str) -> bool:
    """The text names the form, size or episodes of a copy."""
    folded = words(fold(text)).text
    return (
        any(not word.groups.isdisjoint(FORMATS) for word in spoken(folded))
        or _SIZE.search(text) is not None
        or EPISODE.search(fold(text).text) is not None
    )


def _offered(lead: str) -> bool:
    """The text gives an address, or says what is said where a copy is offered."""
    said = spoken(words(fold(lead)).text)
    return _ADDRESS.search(lead) is not None or any(not word.groups.isdisjoint(OFFERING) for word in said)


def _head(lead: str) -> str:
    """The name that stands first in what leads to the title: in marks, or before the year, form or size; empty without."""
    first = next((line for line in lead.splitlines() if _HEAD.search(line) or _HAN.search(line)), "")
    marked = re.search(r"《([^《》\n]{1,40})》", first)
    if marked:
        return marked[1]
    plain = re.sub(r"^(?:\s|【[^【】]*】|\[[^\[\]]*\]|[^\w\s])+", "", first)
    end = min(
        [
            found.start()
            for found in (_YEAR.search(plain), _SIZE.search(plain), re.search(r"[(（\[|,，。]| [-–—] ", plain))
            if found
        ]
        or [len(plain)]
    )
    name = plain[:end].strip(" .:：-")[:60]
    return name if _HEAD.match(name) or _HAN.search(name) else ""


def attributed(near: Surroundings, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence; where another work heads the offer, its cues count nothing for this title, and a reason says so."""
    if not any(one.weight > 0 for one in evidence):
        return list(evidence)
    beside = beside_another(near)
    if beside is None:
        return list(evidence)
    other, span = beside
    ours = [
        one._replace(weight=0.0) if one.weight > 0 and not one.rule.startswith("title-") else one for one in evidence
    ]
    return [*ours, rule("beside-another", BESIDE, span, other=other, words=near.page.raw[slice(*span)])]
