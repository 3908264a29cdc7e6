"""Magnet links, infohashes and ed2k links: what their text says of the object."""

import re
from base64 import b32decode
from html import unescape
from urllib.parse import unquote

MAGNET = re.compile(
    r"magnet\s{0,2}[:：]\s{0,2}[?？]\s{0,2}(?=[^\s<>\"']{0,400}xt)[^\s<>\"'，。；！、（）【】《》「」“”]{1,4000}",
    re.IGNORECASE,
)
URN = re.compile(
    r"(?<![A-Za-z0-9])(?:urn[:：])?btih\s{0,2}[:：=]\s{0,2}(?:[0-9a-f]{40}|[a-z2-7]{32})(?![A-Za-z0-9])", re.IGNORECASE
)
KSES = re.compile(r"(?:^|/)((?:[0-9a-f]{40}|[a-z2-7]{32})&(?:amp;)?(?:dn|tr|xl|xt|ws)=[^\s\"'<>]*)", re.IGNORECASE)
BARE = re.compile(
    r"(?<![A-Za-z0-9%=/&_.+-])(?:[0-9a-f]{40}|(?=[a-z]*[2-7])[a-z2-7]{32})(?![A-Za-z0-9%=/&_.+-])", re.IGNORECASE
)
BARE_WORDS = re.compile(
    r"种子|種子|磁力|磁链|磁鏈|哈希|特征码|特徵碼|info\s?-?hash|btih|magnet|torrent|(?<![a-z])(?:hash|bt)(?![a-z])",
    re.IGNORECASE,
)
OTHER_DIGESTS = re.compile(r"sha-?1|sha-?256|md5|checksum|commit|校验|校驗|checksums|git\b|crc", re.IGNORECASE)
ED2K = re.compile(
    r"ed2k\s{0,2}[:：]\s{0,2}[/／]{2}(?:\||%7C|｜)file(?:\||%7C|｜)[^|｜\r\n<>]{1,1000}?(?:\||%7C|｜)\d{1,15}(?:\||%7C|｜)[0-9a-f]{32}(?:\||%7C|｜)"
    r"(?:(?:h=[a-z2-7]{32}|s=[^|\s\"'<>]{1,300}|p=[0-9a-f:]{1,3000})(?:\||%7C|｜))*(?:[/／])?",
    re.IGNORECASE,
)
_topic = re.compile(r"xt(?:\.\d+)?=(?:urn[:：])?(btih|btmh)[:：]?([A-Za-z0-9]*)", re.IGNORECASE)
_ed2k_hash = re.compile(r"\|\d{1,15}\|([0-9a-f]{32})\|", re.IGNORECASE)
_name_start = re.compile(r"[&?;](?:dn|tr|xl|ws|as|xs|kt|mt|so|x\.pe)=", re.IGNORECASE)
_wide = re.compile(r"[^\x00-\x7f]")


def infohash(text: str) -> str | None:
    """40 lower-case hex digits from a hash in hex or base32; None when the text is neither."""
    if len(text) == 40 and re.fullmatch(r"[0-9A-Fa-f]{40}", text):
        return text.lower()
    if len(text) == 32 and re.fullmatch(r"[A-Za-z2-7]{32}", text):
        return b32decode(text.upper()).hex()
    return None


def magnet_object(link: str) -> str | None:
    """``btih:<40 hex>`` or, for a version 2 magnet alone (BEP 52), ``btmh:<hex>``; None when the hash is damaged."""
    second = None
    for kind, value in _topic.findall(unescape(unquote(link)) if "%" in link or "&" in link else link):
        if kind.lower() == "btih" and (found := infohash(value)):
            return f"btih:{found}"
        if kind.lower() == "btmh" and re.fullmatch(r"1220[0-9A-Fa-f]{64}", value):
            second = f"btmh:{value.lower()}"
    return second


def magnet_hash_text(link: str) -> str:
    """The characters that stand where the first magnet's hash should."""
    found = _topic.search(link)
    return found[2] if found else ""


def magnet_end(link: str) -> int:
    """Where a magnet in running text ends: Chinese words glued to the hash are no part, in a name they are."""
    named = _name_start.search(link)
    wide = _wide.search(link)
    end = wide.start() if wide and (named is None or wide.start() < named.start()) else len(link)
    while end and link[end - 1] in ".,;:!?)]}…":
        end -= 1
    return end


def ed2k_link(written: str) -> str:
    """An ed2k link as typed: percent-encoding undone, full-width bars made plain."""
    text = written.replace("｜", "|").replace("：", ":").replace("／", "/")
    if "%" not in text:
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return unquote(text, encoding="gb18030", errors="replace")


def ed2k_object(link: str) -> str | None:
    """``ed2k:<32 hex>`` of a decoded link."""
    found = _ed2k_hash.search(link)
    return f"ed2k:{found[1].lower()}" if found else None
