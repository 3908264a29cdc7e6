"""Ways to write a character by other characters, undone: references, percent-encoding, escapes of scripts and styles."""

import html
import re
from collections.abc import Iterator
from html.entities import html5

# Browsers undo the names of the first days without their semicolon too.
_OLD_NAMES = "|".join(sorted((name for name in html5 if not name.endswith(";")), key=len, reverse=True))
WRITTEN = (
    rf"&(?:#\d{{1,12}};?|#[xX][0-9a-fA-F]{{1,12}};?|[A-Za-z][A-Za-z0-9]{{1,31}};|{_OLD_NAMES})"
    r"|(?:%[0-9A-Fa-f]{2})+"
    r"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]{1,8}\}"
    r"|\\x[0-9a-fA-F]{2}|\\[0-9a-fA-F]{4,6} ?|\\[/\"'nrt]"
    r"|(?<=data-cfemail=[\"'])[0-9a-fA-F]{6,1000}|(?<=data-cfemail=)[0-9a-fA-F]{6,1000}"
    r"|(?<=/email-protection#)[0-9a-fA-F]{6,1000}"
)
# The second byte of a character of these charsets may be a letter, which nobody escapes.
OLD_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}[0-9@-\[\]-~]?)+")
OLD_CHARSETS = ("gb18030", "big5hkscs", "cp932", "cp949", "euc_jp")
"""Charsets in which sites of the regions still percent-encode."""
_LONGEST = 4
_SPACES = {"n": "\n", "r": "\r", "t": "\t"}


def undone(written: str) -> Iterator[tuple[str, int, int]]:
    """The characters that one match of `WRITTEN` stands for, each with its place in it."""
    if written[0] == "%":
        yield from percent(written, "utf-8")
    elif written[0] == "&":
        yield html.unescape(written if written[-1] == ";" else written + ";"), 0, len(written)
    elif written[0] == "\\":
        yield _escape(written), 0, len(written)
    else:
        yield from _cloudflare(written)


def _escape(written: str) -> str:
    if len(written) == 2:
        return _SPACES.get(written[1], written[1])
    units = re.findall(r"[0-9a-fA-F]{4}", written) if written.count("\\u") == 2 else []
    if units:
        return bytes.fromhex("".join(units)).decode("utf-16-be", "replace")
    code = int(written.strip("\\ux{} "), 16)
    return "\ufffd" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def _cloudflare(digits: str) -> Iterator[tuple[str, int, int]]:
    """An address as Cloudflare writes it: the first byte is the key to all others."""
    data = bytes.fromhex(digits[: len(digits) // 2 * 2])
    plain = bytes(byte ^ data[0] for byte in data[1:])
    place = 2
    for character in plain.decode("utf-8", "replace"):
        length = 2 * len(character.encode("utf-8")) if character != "\ufffd" else 2
        yield character, place if place > 2 else 0, min(place + length, len(digits))
        place += length


def percent(run: str, charset: str) -> Iterator[tuple[str, int, int]]:
    """The characters of a run of percent-encoded bytes in a charset, with their places in it."""
    units = [(match.start(), match.end()) for match in re.finditer(r"%..|.", run, re.DOTALL)]
    data = bytes(int(run[start + 1 : end], 16) if run[start] == "%" else ord(run[start]) for start, end in units)
    place = 0
    while place < len(data):
        character, length = "\ufffd", 1
        for tried in range(1, min(_LONGEST, len(data) - place) + 1):
            try:
                decoded = data[place : place + tried].decode(charset)
            except UnicodeDecodeError:
                continue
            if len(decoded) == 1:
                character, length = decoded, tried
                break
        yield character, units[place][0], units[place + length - 1][1]
        place += length


def is_old(run: str) -> bool:
    """Whether a run of percent-encoded bytes is not UTF-8."""
    try:
        bytes.fromhex("".join(re.findall(r"%(..)", run))).decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False
