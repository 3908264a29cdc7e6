"""A quick look that spares texts without any link: it may say yes too often, never no where a link stands."""

import re

_RUN = 16
_run_classes = bytes(
    ord("x") if chr(number).isascii() and (chr(number).isalnum() or chr(number) in "+/=_-%") else ord(" ")
    for number in range(256)
)
_run = b"x" * _RUN
_SLASHES = ("/", "／", "⁄", "∕", "斜杠", "斜線", "斜线", "\\")
_before_slash = re.compile(
    r"(?:[.。｡．点點·•․﹒]|dot|punkt)\s{0,2}[\])}】）]?\s{0,2}[A-Za-z][A-Za-z0-9-]{0,23}(?::\d{1,5})?\s{0,2}$"
    r"|[:：\]/／\\]\s{0,2}$|(?<![A-Za-z0-9])s\s?$|\S \S \S \S $|[Ａ-Ｚａ-ｚ\U0001d400-\U0001d7ff\U0001f000-\U0001faff]$",
    re.IGNORECASE,
)
_WORDLESS = ("://", ":?xt=", "：？", "|file|", "｜file｜")
_INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
_MANY = 256


def suspicious(text: str) -> bool:
    """Whether a text may hold a link of any kind, in any disguise."""
    if len(text) < 8:
        return False
    if any(sign in text for sign in _WORDLESS):
        return True
    if _run in text.encode("ascii", "replace").translate(_run_classes):
        return True
    if not text.isascii() and ("｜" in text or any(sign in text for sign in _INVISIBLE)):
        return True
    for slash in _SLASHES if not text.isascii() else ("/", "\\"):
        place = text.find(slash)
        seen = 0
        while place >= 0:
            seen += 1
            if seen > _MANY or _before_slash.search(text, max(0, place - 32), place):
                return True
            place = text.find(slash, place + 1)
    return False
