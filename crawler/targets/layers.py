"""Layers that hide a link as a whole: base64, thunder, flashget, qqdl, percent-encoding."""

import re
from base64 import b64decode
from binascii import Error
from urllib.parse import unquote

DEEPEST = 3
_LONGEST = 16_384
WRAPPED = re.compile(
    r"(?P<scheme>thunder|flashget|qqdl|fs2you)\s{0,2}[:：]\s{0,2}[/／\\]{2}(?P<body>[A-Za-z0-9+/_%-]{8,16384}={0,3})",
    re.IGNORECASE,
)
PERCENT = re.compile(
    r"(?:https?|ftp|hxxps?|magnet|ed2k|thunder)%(?:25){0,2}3A%(?:25){0,2}(?:2F|3F)[^\s\"'<>&]{1,6000}", re.IGNORECASE
)
BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,16384}+={0,2}(?![A-Za-z0-9+/_-])")
PARAMETER = re.compile(r"(?<=[=/#?])[A-Za-z0-9+_-]{16,8192}+(?:(?:=|%3D){0,2})(?=$|[&#/?.])")
_hidden = ("://", "magnet:", "|file|", ":?xt=", "%3A%2F", "/")


def unwrapped(body: str) -> str | None:
    """The text inside base64 (standard or URL alphabet, padding optional), without its AA..ZZ or [FLASHGET] frame.

    None when the bytes are no text in which a link could stand.
    """
    text = unquote(body).rstrip("=") if "%" in body else body.rstrip("=")
    if not 10 <= len(text) <= _LONGEST or len(text) % 4 == 1:
        return None
    standard = text.replace("-", "+").replace("_", "/")
    try:
        raw = b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (Error, ValueError):
        return None
    if raw[:6].isascii() and any(byte < 32 and byte not in b"\t\r\n" for byte in raw[:6]):
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            decoded = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _framed(decoded) if _readable(decoded) else None
    return None


def _readable(text: str) -> bool:
    return text.replace("\r", "").replace("\n", "").replace("\t", "").isprintable()


def _framed(text: str) -> str:
    text = text.strip()
    if text.startswith("AA") and text.endswith("ZZ"):
        return text[2:-2].strip()
    if text[:10].upper() == "[FLASHGET]":
        text = text[10:]
        end = text.upper().rfind("[FLASHGET]")
        return text[:end] if end >= 0 else text
    return text


def may_hide_link(text: str) -> bool:
    """Whether a decoded text could be a link, or a further layer of base64."""
    return any(sign in text for sign in _hidden) or BASE64.fullmatch(text.strip()) is not None
