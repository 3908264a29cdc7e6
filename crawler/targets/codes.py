"""Access codes of shares: in the address, in the words beside it; and which code belongs to which link."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_in_address = re.compile(
    r"[?&#;](?P<name>pwd|password|passcode|accesscode|access_code|passwd|pw|p|提取码|访问码|密码)[=:：]\s?(?P<code>[A-Za-z0-9]{3,8})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_WORD = (
    r"(?P<strong>(?:提取|访问|訪問|存取|分享|共享|查看|取件|下载|下載|网盘|網盤|云盘|百度|夸克|阿里|链接|鏈接|度盘|盘)(?:密码|密碼|码|碼|口令)|提[取]?[码碼]|access[ _-]?code|pass[ _-]?code|extract(?:ion)?[ _-]?code|share[ _-]?code)"
    r"|(?P<weak>密码|密碼|口令|暗号|(?<![㐀-鿿])[码碼]|(?<![A-Za-z])(?:pwd|pw|passwd|password|pass|code|psw|mima|tqm))(?![A-Za-z])"
)
_mention = re.compile(
    rf"(?:{_WORD})(?:[ \t]{{0,2}}[)）\]】」』])?(?P<all>[ \t]{{0,2}}(?:都|均|统一|統一|全部|一律|同))?[ \t]{{0,3}}"
    r"(?:(?P<sign>[:：=＝~～—→»>]|(?:都|均|统一|為|为|是|is)[ \t]{0,2}[:：]?|[【\[(（「『])[ \t]{0,3}(?:\r?\n[ \t]{0,4}){0,2}[【\[(（「『\"'“‘]?[ \t]{0,2}|(?P<blank>[ \t]{1,3}|\r?\n[ \t]{0,4}|(?=[A-Za-z0-9])))"
    r"(?P<code>[A-Za-z0-9]{3,12})(?![A-Za-z0-9]|[.@][A-Za-z0-9]|[ \t]?[点點]|-[A-Za-z0-9])",
    re.IGNORECASE,
)
_archive = re.compile(
    r"(?:解压|解壓|解压缩|压缩包?|壓縮|解开|解包|解密|压缩文件|文件|archive|rar|zip|7z|unzip|unrar|unpack|extract|extraction|pdf)[的]?[ \t]{0,2}(?:提取)?$",
    re.IGNORECASE,
)
_other_codes = re.compile(
    r"(?:邀请|邀請|验证|驗證|校验|激活|注册|註冊|兑换|兌換|优惠|優惠|折扣|登录|登錄|登入|账号|帳號|用户|支付|番|号|二维|條|条形|source|promo|discount|coupon|error|zip|post|postal|qr|country|invite|referral|status|html|bb|admin|login|user|your|my|the|select|wifi)[ \t-]{0,2}$",
    re.IGNORECASE,
)
_not_codes = frozenset(
    [
        "none",
        "null",
        "empty",
        "here",
        "below",
        "above",
        "same",
        "www",
        "http",
        "https",
        "rar",
        "zip",
        "mkv",
        "mp4",
        "pdf",
        "epub",
        "txt",
        "html",
        "select",
        "all",
        "see",
        "null",
        "required",
        "needed",
        "protected",
        "yes",
        "not",
        "the",
        "and",
        "for",
        "link",
        "download",
        "free",
        "code",
        "copy",
        "show",
        "hide",
        "click",
    ]
)
_behind_link = re.compile(
    r"[ \t]{0,3}[#(（【\[]?[ \t]?((?=[a-z0-9]{0,3}\d)(?=[a-z0-9]{0,3}[a-z])[a-z0-9]{4})[)）】\]]?[ \t]*(?=\r?\n|$)"
)
_wide_letters = {
    number: number - 0xFEE0
    for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for number in range(first, last + 1)
}
_words_at_all = re.compile(r"[码碼令号]|pwd|pw|pass|code|psw|mima|tqm", re.IGNORECASE)
_FARTHEST_LINES = 3
_FARTHEST = 300
_NEAR = 24


@dataclass(frozen=True, slots=True)
class Mention:
    """A code that a text names, at its place."""

    start: int
    end: int
    code: str
    strong: bool
    """The word before it speaks of shares, not of passwords at large."""
    for_all: bool = False
    """The text says that it holds for all links."""


@dataclass(frozen=True, slots=True)
class Place:
    """A link that may own a code: which link, where, and how readily it takes one."""

    key: str
    start: int
    end: int
    readily: bool
    """A cloud drive's share; other links take a code only after a strong word."""


def code_in_address(tail: str, share: bool) -> str | None:
    """The access code that an address carries itself (``?pwd=``, ``#pwd=``, ``?password=``).

    `share`: the address is a known family's; elsewhere ``?p=`` numbers a page.
    """
    found = _in_address.search(tail)
    if found is None or (not share and found["name"].lower() == "p"):
        return None
    return found["code"]


def mentions(text: str) -> list[Mention]:
    """The access codes that a text names; passwords of archives and codes of other kinds are left out."""
    if not _words_at_all.search(text):
        return []
    text = text.translate(_wide_letters) if not text.isascii() else text
    found: list[Mention] = []
    for match in _mention.finditer(text):
        before, code, strong = (
            text[max(0, match.start() - 12) : match.start()],
            match["code"],
            match["strong"] is not None,
        )
        if _archive.search(before) or (not strong and _other_codes.search(before)) or code.lower() in _not_codes:
            continue
        digit = any(sign.isdigit() for sign in code)
        if not 3 <= len(code) <= 8 or (len(code) != 4 and not digit and (len(code) > 6 or not strong)):
            continue
        if match["blank"] is not None and not (
            (strong and len(code) in (4, 6) and (digit or code.islower())) or (len(code) == 4 and digit)
        ):
            continue
        if (match["weak"] or "").lower() == "code" and not digit:
            continue
        if code.isdigit() and len(code) == 3:
            continue
        found.append(
            Mention(
                match.start("code"),
                match.end("code"),
                code,
                strong,
                match["all"] is not None or ((match["sign"] or "")[:1] in "都均统" and bool(match["sign"])),
            )
        )
    return found


def code_behind(text: str, end: int) -> Mention | None:
    """A bare four-character code right behind a link, at the end of its line."""
    found = _behind_link.match(text, end, end + 24)
    return Mention(found.start(1), found.end(1), found[1], True) if found and found.start(1) > end else None


def assign(text: str, places: Sequence[Place], named: Sequence[Mention], own: dict[str, str]) -> dict[str, str]:
    """Which link gets which code: key -> code.

    A link that carries its own code keeps it; every other code goes to the nearest link that can take it,
    first to one of the same line, then to one of the lines around.
    """
    codes = dict(own)
    given = set(own.values())
    ordered = sorted(places, key=lambda place: place.start)
    starts = [place.start for place in ordered]
    free = [m for m in named if not _within(m, ordered, starts) and (m.for_all or m.code not in given)]
    if not free or not ordered:
        return codes
    lines = _Lines(text)
    links_first = ordered[0].start < free[0].start
    for same_line in (True, False):
        left: list[Mention] = []
        for mention in free:
            if mention.for_all:
                codes.update((place.key, mention.code) for place in ordered if place.readily and place.key not in codes)
            elif chosen := _nearest(mention, ordered, starts, codes, lines, same_line, links_first):
                codes[chosen.key] = mention.code
            else:
                left.append(mention)
        given = set(codes.values())
        free = [mention for mention in left if mention.code not in given]
    return codes


def _within(mention: Mention, ordered: Sequence[Place], starts: Sequence[int]) -> bool:
    """Whether a code stands inside a link's own characters."""
    at = bisect_right(starts, mention.start)
    return any(place.start <= mention.start and mention.end <= place.end for place in ordered[max(0, at - 4) : at])


def _nearest(
    mention: Mention,
    places: Sequence[Place],
    starts: Sequence[int],
    codes: Mapping[str, str],
    lines: "_Lines",
    same_line: bool,
    links_first: bool,
) -> Place | None:
    at = bisect_left(starts, mention.start)
    before = _first(places[max(0, at - _NEAR) : at][::-1], mention, codes, lines, same_line)
    after = _first(places[at : at + _NEAR], mention, codes, lines, same_line)
    if not (before and after):
        return before or after
    if same_line:
        line = bisect_left(starts, lines.start(mention.start))
        return before if line < at else after
    steps_before, steps_after = lines.between(before.end, mention.start), lines.between(mention.end, after.start)
    if abs(steps_before - steps_after) > 1:
        return before if steps_before < steps_after else after
    return before if links_first else after


def _first(
    places: Sequence[Place], mention: Mention, codes: Mapping[str, str], lines: "_Lines", same_line: bool
) -> Place | None:
    for readily in (True, False):
        for place in places:
            if place.key in codes or place.readily != readily or not (place.readily or mention.strong):
                continue
            low, high = min(place.end, mention.end), max(place.start, mention.start)
            steps = lines.between(low, high) if high > low else 0
            if (steps == 0) if same_line else (steps <= _FARTHEST_LINES and high - low <= _FARTHEST):
                return place
    return None


class _Lines:
    """Counts the lines with something on them between two places of a text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def between(self, start: int, end: int) -> int:
        gap = self._text[start : min(end, start + 4 * _FARTHEST)]
        parts = gap.split("\n")
        return len(parts) - 1 - sum(not part.strip() for part in parts[1:-1]) if len(parts) > 1 else 0

    def start(self, place: int) -> int:
        return self._text.rfind("\n", 0, place) + 1
