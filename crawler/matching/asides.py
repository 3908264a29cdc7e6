"""Words that are said by the way: what comes along with a copy, what it is not, what may happen to a link."""

import re

from crawler.matching.spread import Said
from crawler.matching.surroundings import Surroundings

_THINGS = frozenset(("trailer", "soundtrack", "subtitles", "merchandise", "fanwork"))
_SOURCES = frozenset(("licensed", "lending", "programme", "second-hand", "free-work"))
_NOT = re.compile(
    r"(?: (?:no|not|without|never|isn t|aren t|wasn t|don t|dont|didn t|didnt|doesn t|won t|instead of|rather than|than|non|un|sans|pas de|ohne|kein|keine|keinen|sin|sem|senza|ni|nie|не|без|нет|geen|inte)(?: (?:the|a|an|any|some|just|only|your|their|be|to|have|even|need|another|pay|die|der|das|le|la|el|un|une|eine|einen))?|(?:无|非|不是|没有|没|不含|不带|去|别|不用|不要)[\u4e00-\u9fff]{0,4}) ?$"
)
_ALONG = re.compile(
    r"(?: (?:plus|and|with|w|incl|including|includes|include|bonus|also|extra|extras|as well as|has|have|had|both|all|contains|comes with|mit|und|avec|et|con|y|com|e|и|с|inkl)(?: (?:the|a|an|all|both|some|full|two|three|four|my|its|original|official|eng|english|\d{1,2}))*|附|含|带|加|及|和|送|赠|内封|内嵌|内置|外挂) ?$"
)
_LISTED = re.compile(r" (?:with|w|incl|including|includes|plus|bonus|contains|inkl|avec|con|mit)(?: \w+){0,4} $")
_SIGNS = ("+", "&", "＋")
_LEFT_OUT = re.compile(r" ?(?: \w+){0,3} (?:not included|excluded|left out|cut out|stripped|removed)\b")
_WHOLE = re.compile(r" ?(?:本体|主程序|游戏本体|整合|加本体|and the (?:game|film|book)|plus the)")
# "If anyone is looking for it": an offer to those who ask.
_TO_ASKERS = re.compile(
    r" (?:if (?:you|u|anyone|anybody|someone|somebody|any of you|people)|those|everyone|everybody|whoever|for people|for anyone|for anybody|people|you|who)(?: (?:are|is|s|re|was|were|still|been|have|has|ve|guys|all|here))* $"
)
_MAY = re.compile(
    r" (?:before|if|when|whenever|until|till|will|ll|gets?|get|may|might|could|once|case|unless|gonna|soon|bevor|wenn|falls|si|cuando|quando|avant|если|когда|can be|probably|keeps?|always|usually|to be|being|in)(?: \w+){0,3} $|(?:若|如|如果|要是|万一|防|怕|以免|避免|会|容易|不|没|未|再|一旦|凡)[^，。！\n]{0,4}$"
)
_LATER = re.compile(
    r"^ ?(?: (?:in|after|by|on) (?:\d|a |the |one|two|three|mon|tue|wed|thu|fri|sat|sun|tomorrow|tonight)|说|私|补|请|留|联系|通知|叫|喊|告|踢|滴|的话|就|前|后|包)"
)


def aside(group: str, word: Said, near: Surroundings, firm: int) -> float:
    """How much of a word's weight is left, from what stands right before and after it: 1 for all, 0 for none."""
    # The title's own words say nothing of what follows it.
    own = near.words.text[slice(*near.own)]
    ahead = " " + word.ahead.rpartition(own)[2].lstrip()
    if group in _THINGS or group in _SOURCES:
        if _NOT.search(ahead) or _LEFT_OUT.match(word.behind):
            return 0.0
        if (
            group in _THINGS
            and (word.sign in _SIGNS or _ALONG.search(ahead) or _LISTED.search(ahead) or _WHOLE.match(word.behind))
            and word.start > near.place.end
        ):
            return 0.15 if firm or near.release else 0.6
    if group == "request" and _TO_ASKERS.search(ahead):
        return 0.0
    if group == "removed" and (_MAY.search(ahead) or _LATER.match(word.behind)):
        return 0.0
    return 1.0
