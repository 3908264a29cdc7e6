"""Bytes as text: what they most probably say, and every other way in which somebody may read them.

A page may lie about its characters, say nothing of them, or hold a byte that is in no charset. A
rule is asked on every reading; a derived text is made of the first one alone, and only of one
that leaves no byte out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

TEXT_LIMIT = 8 * 1024 * 1024
BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LABELS = (
    (re.compile(r"utf-?8\Z|unicode-1-1-utf-8\Z"), "utf-8"),
    (re.compile(r"(?:x-)?(?:gb\w*|cp936|chinese)\Z|csgb2312\Z|gb_2312-80\Z"), "gb18030"),
    (re.compile(r"hz-gb-2312\Z"), "hz"),
    (re.compile(r"(?:x-)?(?:big5|cn-big5|x-x-big5|csbig5)[\w-]*\Z"), "big5hkscs"),
    (re.compile(r"(?:x-)?(?:sjis|shift[-_]jis|ms_kanji|windows-31j|csshiftjis|cp932)\Z"), "cp932"),
    (re.compile(r"(?:x-)?euc-?jp\Z"), "euc_jp"),
    (re.compile(r"euc-?kr\Z|ks_?c_?5601[\w-]*\Z|korean\Z|windows-949\Z"), "cp949"),
    (re.compile(r"(?:cs)?iso-?2022-?jp\w*\Z"), "iso2022_jp_2"),
    (re.compile(r"utf-?7\Z"), "utf-7"),
    (re.compile(r"(?:us-)?ascii\Z|iso-?8859-1\Z|latin-?1\Z|windows-1252\Z"), "latin-1"),
)
_PLAIN_LABEL = re.compile(r"(?:iso-8859-\d{1,2}|windows-125\d|koi8-[ru]|tis-620)\Z")
_ALWAYS = ("utf-8", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "latin-1")
_UNSAID = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")
"""Charsets of pages that do not say theirs; Latin-1 is none, since it fits everything."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The readings of some bytes."""

    text: str | None
    """What they most probably say; None when no reading that may be meant takes all of the bytes."""
    charset: str
    foreign: tuple[str, ...]
    """Charsets that somebody else may read the bytes in."""
    certain: bool = False
    """Whether the first reading is valid and nothing in the page or its header names another charset."""

    def others_of(self, data: bytes) -> Iterator[str]:
        """Bytes in the foreign charsets, with replacement characters where they fit badly, each text once."""
        known = {data.decode(self.charset, "replace")} if self.charset else set()
        for charset in self.foreign:
            text = data.decode(charset, "replace")
            if text not in known:
                known.add(text)
                yield text


def read(data: bytes, head: bytes = b"") -> Reading:
    """Read bytes by their mark, by what `head` and the page say, else by what fits."""
    if len(data) > TEXT_LIMIT:
        return Reading(None, "", ())
    if data[:2] in _UTF16:
        text = data.decode("utf-16", "replace")
        clean = "\ufffd" not in text and "\x00" not in text
        return Reading(text if clean else None, "utf-16", _ALWAYS)
    if _BINARY.search(data):
        return Reading(None, "", ())
    bare = data.removeprefix(BOM)
    said = tuple(dict.fromkeys(_said(head, bare)))
    # What is valid UTF-8 is hardly ever anything else, but for escape sequences, which are plain ASCII.
    shifted = tuple(charset for charset in said if charset in ("hz", "iso2022_jp_2", "utf-7"))
    shifted += ("iso2022_jp_2",) if b"\x1b$" in bare and "iso2022_jp_2" not in shifted else ()
    tried = (*(shifted if bare.isascii() else ()), "utf-8", *(said or _UNSAID))
    for charset in tried:
        try:
            text = bare.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
        certain = charset == "utf-8" and set(said) <= {"utf-8"}
        return Reading(text, charset, _foreign(bare, said), certain)
    return Reading(None, "", _foreign(bare, said))


def every(data: bytes) -> Iterator[str]:
    """All readings of bytes that need not be a text."""
    return Reading(None, "", _foreign(data, ()) or ("latin-1",)).others_of(data)


def _foreign(data: bytes, said: tuple[str, ...]) -> tuple[str, ...]:
    signs = (("iso2022_jp_2", b"\x1b"), ("iso2022_kr", b"\x1b"), ("hz", b"~{"))
    shifted = [charset for charset, sign in signs if sign in data]
    return tuple(dict.fromkeys((*said, *shifted, *(() if data.isascii() and not shifted else _ALWAYS))))


def _said(head: bytes, page: bytes) -> Iterator[str]:
    for match in (*_CHARSET.finditer(head[:65536]), *_CHARSET.finditer(page[:4096])):
        label = match[1].decode("ascii").lower()
        known = next((charset for form, charset in _LABELS if form.match(label)), None)
        if known is not None:
            yield known
        elif _PLAIN_LABEL.match(label):
            try:
                "".encode(label)
            except LookupError:
                continue
            yield label
