"""Stretches of a text that spell other characters than they show: percent-encoding, character references, base64."""

import re
from base64 import b64decode
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np

from crawler.text import View, anywhere, plain

_PERCENT = r"(?:%[0-9A-Fa-f]{2})+"
_ENTITY = r"&#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});"
_BASE64 = r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/]{16,}(?:={0,2})(?![A-Za-z0-9+/_=-])"
_ESCAPES = re.compile(f"{_PERCENT}|{_ENTITY}|{_BASE64}")
_IN_BASE64 = bytes(chr(code).isascii() and (chr(code).isalnum() or chr(code) in "+/") for code in range(256))
_LONG_RUN = bytes([True]) * 16
_FOUR_SIGNS: Final = np.uint32(0x01010101)


def _shown(written: str) -> tuple[str, list[int], list[int]] | None:
    """What an escape spells and, per character, where its source begins and ends within it; None when it is no text."""
    if written.startswith("&"):
        digits = written[2:-1]
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        return (chr(code), [0], [len(written)]) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else None
    percent = written.startswith("%")
    try:
        raw = bytes.fromhex(written.replace("%", "")) if percent else b64decode(written + "=" * (-len(written) % 4))
        shown = raw.decode("utf-8")
    except ValueError:
        return None
    if not percent and not (shown.isprintable() or all(char.isprintable() or char in "\r\n\t" for char in shown)):
        return None
    starts, ends, at = [], [], 0
    for char in shown:
        width = len(char.encode("utf-8"))
        starts.append(at * 3 if percent else at * 4 // 3)
        at += width
        ends.append(at * 3 if percent else -(-at * 4 // 3))
    return shown, starts, ends


def encoded(text: str) -> list[tuple[int, int]]:
    """The stretches of a text that `unescape` shows as what they spell, as half-open spans."""
    return [found.span() for found in _escapes(text) if _shown(found[0]) is not None]


def _escapes(text: str) -> Iterator[re.Match[str]]:
    # One sign is found much faster than two.
    if "%" in text or ("&" in text and "&#" in text) or _has_long_word(text):
        yield from _ESCAPES.finditer(text)


@lru_cache(maxsize=4)
def _has_long_word(text: str) -> bool:
    """Whether any unbroken run of letters and digits could be base64."""
    signs = text.encode("ascii", "replace").translate(_IN_BASE64)
    # A run of sixteen covers three whole groups of four in a row, and to compare groups is faster.
    groups = np.frombuffer(signs, dtype=np.uint32, count=len(signs) // 4) == _FOUR_SIGNS
    return anywhere(groups[2:] & groups[1:-1] & groups[:-2]) and _LONG_RUN in signs


def unescape(text: str) -> View:
    """The text with encoded stretches shown as the characters they spell; what spells no text stays as written.

    Percent-encoded bytes (RFC 3986, 2.1; UTF-8), numeric character references (HTML 5, 13.1.4)
    and base64 of UTF-8 text (RFC 4648, 4). Each character's source is its own part of the stretch.
    """
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for found in _escapes(text):
        known = _shown(found[0])
        if known is None:
            continue
        shown, firsts, lasts = known
        at = found.start()
        parts += [text[done:at], shown]
        starts += [*range(done, at), *(at + first for first in firsts)]
        ends += [*range(done + 1, at + 1), *(min(at + last, found.end()) for last in lasts)]
        done = found.end()
    if not parts:
        return plain(text)
    parts.append(text[done:])
    starts.extend(range(done, len(text)))
    ends.extend(range(done + 1, len(text) + 1))
    return View("".join(parts), np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))
