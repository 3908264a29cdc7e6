"""Which character encoding a page is really in: sites declare the wrong one, or none."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, lookup
from collections.abc import Callable

_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)
_XML = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.:-]+)""", re.I)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)

# A browser reads the declared name as its superset (WHATWG Encoding Standard, 4.2).
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}
_ANY_BYTES_FIT = ("cp1252", "cp1251", "cp1254", "koi8-r", "iso8859-")

_RUNS = re.compile(r"[^\x00-\x7f]+")
_ASCII = bytes(range(128))
_COMMON = {
    "gb18030": frozenset(
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经下载帖子回复发表论坛主题资源网盘提取码链接电影"
    ),
    "big5hkscs": frozenset(
        "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經載帖回覆發表論壇主題資源網盤連結電影"
    ),
    "cp932": frozenset(
        "のにはをたがでてとしれさいるなあこもりまくっすそらきおかちけンルスートイリラ日本人年大一中国出上"
    ),
    "cp949": frozenset("이다는을의가에고하로지한도기사를자대어아나그서인은리해정일보시라수있부"),
    "euc_jp": frozenset(
        "のにはをたがでてとしれさいるなあこもりまくっすそらきおかちけンルスートイリラ日本人年大一中国出上"
    ),
    "cp1251": frozenset("оеаинтсрвлкмдпуяыьгзбчй"),
}


_LEVELS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("gb18030", lambda spelt: len(spelt) == 2 and 0xB0 <= spelt[0] <= 0xD7 and spelt[1] >= 0xA1),
    ("big5hkscs", lambda spelt: len(spelt) == 2 and 0xA4 <= spelt[0] <= 0xC6),
)


def codec(name: str) -> str | None:
    """The Python codec that reads what a page calls ``name``; None for an unknown name."""
    try:
        found = lookup(name).name
    except LookupError:
        return None
    return _SUPERSETS.get(found, found)


def decode(body: bytes, content_type: str | None) -> str:
    """The text of a page: by byte order mark, header, meta element, else by which reading makes sense."""
    for mark, name in ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    declared = _declared(body, content_type)
    if body.isascii() and not any(name.startswith(("utf-16", "utf-7", "iso2022", "hz")) for name in declared):
        return body.decode("ascii")
    # Text in another encoding is almost never valid UTF-8; a few letters may be.
    text = _fits(body, "utf-8") if len(body[:4096].translate(None, _ASCII)) > 8 else None
    if text is not None and "\ufffd" not in text:
        return text
    trusted = [name for name in declared if not name.startswith(_ANY_BYTES_FIT)]
    for name in (*trusted, "utf-8"):
        text = _fits(body, name)
        if text is not None:
            return text
    return _guess(body, declared)


def foreign(body: bytes, content_type: str | None) -> str | None:
    """The encoding that a page declares and is in, where that is not UTF-8."""
    told = _declared(body, content_type)
    return told[0] if told and told[0] not in ("utf-8", "cp1252") and _fits(body, told[0]) is not None else None


def _declared(body: bytes, content_type: str | None) -> list[str]:
    names: list[str] = []
    header = _HEADER.search(content_type or "")
    if header:
        names.append(header[1])
    head = body[:4096]
    for found in (_XML.search(head), _DECLARED.search(head)):
        if found:
            names.append(found[1].decode("ascii"))
    known = [found for found in map(codec, names) if found]
    return list(dict.fromkeys(known))


def _fits(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        pass
    # A page cut in the middle, or a few bytes of another origin, does not make the declaration wrong.
    text = body.decode(name, "replace")
    wrong = text.count("�")
    strange = len(body.translate(None, _ASCII))
    return text if wrong <= 3 and wrong * 20 < strange else None


def _paired(body: bytes) -> str | None:
    """The text when its high bytes come in pairs and most are common Chinese characters; None otherwise.

    The first level of GB 2312 (rows 16 to 55) and of Big5 (A4 to C6) hold the characters in daily use.
    """
    best, best_share = None, 0.6
    for name, usual in _LEVELS:
        text = _fits(body, name)
        if text is None:
            continue
        letters = [letter for letter in text if ord(letter) > 127]
        runs = _RUNS.findall(text)
        if len(letters) < 4 or len(letters) < 2 * len(runs):
            # Western words hold one strange letter here and there.
            continue
        told = [spelt for letter in letters if (spelt := letter.encode(name))[0] > 0xA3]
        share = sum(usual(spelt) for spelt in told) / max(1, len(told))
        if share > best_share:
            best, best_share = text, share
    return best


def _guess(body: bytes, declared: list[str]) -> str:
    best, best_share = "", 0.0
    for name, common in _COMMON.items():
        text = body.decode(name, "replace")
        letters = [letter for letter in text if ord(letter) > 127]
        if not letters or (name == "cp1251" and len(letters) < 3 * len(_RUNS.findall(text))):
            # Cyrillic words are all strange letters, western ones hold one or two.
            continue
        share = (sum(letter in common for letter in letters) - 10 * letters.count("�")) / len(letters)
        # Two of the four East Asian encodings can share bytes; Cyrillic letters are few, so all are common.
        share = share * 0.4 if name == "cp1251" else share
        if share > best_share:
            best, best_share = text, share
    if best_share > 0.15:
        return best
    paired = _paired(body) if not declared else None
    if paired is not None:
        return paired
    return body.decode(declared[0] if declared else "cp1252", "replace")
