"""A licence of a work: where, in which territories and from when to when it is lawfully offered.

Written as a host with its limits in brackets behind it: ``shop.example``, ``shop.example (CN, TW)``,
``shop.example (CN; 2024-01-01..2026-12-31)``, ``shop.example (..2026-12-31)``.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urlsplit

State = Literal["holds", "elsewhere", "to-come", "over"]
TERRITORIES = frozenset(
    re.findall(
        "[A-Z]{2}",
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC "
        "CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD "
        "GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH "
        "KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW "
        "MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC "
        "SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY "
        "UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW",
    )
)
"""ISO 3166-1 alpha-2."""
_CALLED = {
    "中国": "CN", "中国大陆": "CN", "中国内地": "CN", "大陆": "CN", "内地": "CN", "台湾": "TW", "中国台湾": "TW", "香港": "HK",
    "中国香港": "HK", "澳门": "MO", "中国澳门": "MO", "日本": "JP", "韩国": "KR", "美国": "US", "英国": "GB", "法国": "FR",
    "德国": "DE", "新加坡": "SG", "马来西亚": "MY", "泰国": "TH", "越南": "VN", "印度": "IN", "加拿大": "CA", "澳大利亚": "AU",
    "俄罗斯": "RU", "意大利": "IT", "西班牙": "ES", "巴西": "BR",
}  # fmt: skip
_MEANT = {"UK": "GB", "EN": "GB", "CHINA": "CN", "USA": "US", "TAIWAN": "TW", "JAPAN": "JP", "KOREA": "KR"}
MEMBERS = ("domain", "territories", "from", "until")
REMEDY = "write such as: shop.example (CN, TW; 2024-01-01..2026-12-31)"
_LIMITED = re.compile(r"(?P<domain>[^(（]*)[(（](?P<limits>[^()（）]*)[)）]\s*")
_DAY = r"\d{4}(?:[-/.]\d{1,2}(?:[-/.]\d{1,2})?|年(?:\d{1,2}月(?:\d{1,2}日)?)?)?"
_RANGE = re.compile(
    rf"(?:自|从|from |since )?\s*(?P<from>{_DAY})?\s*(?:起)?\s*(?P<sign>\.\.\.?|…|至|到|~|–|—|(?<!\w)(?:to|until|till)(?!\w))\s*(?P<until>{_DAY})?\s*(?:止|为止)?",
    re.IGNORECASE,
)
_BEGIN = re.compile(rf"(?:(?:from|since) (?P<from>{_DAY})|[自从]\s*(?P<own>{_DAY})\s*起?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Licence:
    """Where a work is lawfully offered; without limits, everywhere and always."""

    domain: str
    """A host name, lower case, without a port or a last dot; hosts below it are meant as well."""
    territories: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2; empty: everywhere."""
    since: date | None = None
    until: date | None = None
    """The last day on which it holds."""

    @property
    def limited(self) -> bool:
        """Whether it is bound to territories or dates."""
        return bool(self.territories or self.since or self.until)

    def is_of(self, host: str) -> bool:
        """Whether a host name is that of the licence, or below it."""
        own, asked = registered(self.domain), registered(host)
        return bool(own) and (asked == own or asked.endswith(f".{own}"))

    def state(self, day: date | None, country: str) -> State:
        """What it comes to on a day and in a country (ISO 3166-1 alpha-2, empty when unknown); without a day its dates tell nothing."""
        if day and self.until and day > self.until:
            return "over"
        if day and self.since and day < self.since:
            return "to-come"
        return "elsewhere" if self.territories and country not in self.territories else "holds"

    def __str__(self) -> str:
        limits = [", ".join(self.territories)] if self.territories else []
        if self.since or self.until:
            limits.append(f"{self.since or ''}..{self.until or ''}")
        return f"{self.domain} ({'; '.join(limits)})" if limits else self.domain


def read(written: str) -> Licence:
    """A licence as people write it, in English or Chinese. Raises ValueError that says what is wrong and what to write.

    >>> str(read("Shop.example（中国、台湾；2024-01-01至2026-12-31）"))
    'shop.example (CN, TW; 2024-01-01..2026-12-31)'
    """
    if not re.search(r"[()（）]", written):
        return Licence(_domain(written))
    found = _LIMITED.fullmatch(written.strip())
    if found is None:
        raise ValueError(f"“{written}” has brackets that do not close; {REMEDY}")
    territories: list[str] = []
    since = until = None
    for part in re.split(r"[;,、]", unicodedata.normalize("NFKC", found["limits"].replace("…", ".."))):
        text = " ".join(part.split())
        if re.search(r"\d", text):
            begun, ended = _dates(text)
            if (begun and since) or (ended and until):
                raise ValueError(f"“{written}” has two times; give each its own entry: shop.example (..2024); ...")
            since, until = since or begun, until or ended
        else:
            territories += [_territory(word) for word in text.split()]
    return _whole(_domain(found["domain"]), territories, since, until)


def of_object(members: Mapping[str, Any]) -> Licence:
    """A licence out of ``{"domain", "territories", "from", "until"}``. Raises ValueError like `read`."""
    strange = [name for name in members if name not in MEMBERS]
    if strange:
        raise ValueError(f"a licence has no member “{strange[0]}”; use {', '.join(MEMBERS)}")
    domain, listed = members.get("domain"), members.get("territories") or []
    if not isinstance(domain, str):
        raise ValueError('a licence needs a domain: {"domain": "shop.example"}')
    listed = re.split(r"[;,、\s]+", listed.strip()) if isinstance(listed, str) else listed
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise ValueError('“territories” is no list of codes such as ["CN", "TW"]')
    ends: list[date | None] = []
    for name, last in (("from", False), ("until", True)):
        value = members.get(name) or None
        if value is not None and not (isinstance(value, str) and re.fullmatch(_DAY, value.strip())):
            raise ValueError(f"“{name}” is no date such as 2026-12-31: {value}")
        ends.append(_day(value.strip(), last) if value else None)
    return _whole(_domain(domain), [_territory(one) for one in listed], *ends)


@lru_cache(maxsize=4096)
def recorded(written: tuple[str, ...]) -> tuple[Licence, ...]:
    """The licences of a work; what cannot be read stands for a host without limits, as it is written."""
    return tuple(map(_as_recorded, written))


def _as_recorded(written: str) -> Licence:
    try:
        return read(written)
    except ValueError:
        return Licence(written)


@lru_cache(maxsize=4096)
def registered(host: str) -> str:
    """A host name as it is registered: lower case, in ASCII (RFC 3490), without a port or a last dot."""
    bare = _without_port(host.strip().lower())
    try:
        return bare if bare.isascii() else bare.encode("idna").decode("ascii")
    except UnicodeError:
        return bare


def country_of(written: str) -> str:
    """The code of a country that somebody named in a setting; as it is written, in capitals, where it is no known one."""
    code = _CALLED.get(written.strip(), written.strip().upper())
    return _MEANT.get(code, code)


def apart(cell: str) -> list[str]:
    """The licences of one cell: parted by semicolons outside of brackets."""
    return re.split(r"[;；](?![^(（]*[)）])", cell)


def _whole(domain: str, territories: list[str], since: date | None, until: date | None) -> Licence:
    if since and until and until < since:
        raise ValueError(f"the licence of {domain} ends ({until}) before it begins ({since}); correct the dates")
    return Licence(domain, tuple(dict.fromkeys(territories)), since, until)


def _domain(written: str) -> str:
    text = written.strip().lower()
    if "://" in text:
        parts = urlsplit(text)
        text = parts.netloc if parts.path in ("", "/") and not parts.query else written
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+\.?(:\d+)?", text):
        return _without_port(text)
    raise ValueError(f"“{written.strip()[:60]}” is no host name such as shop.example")


def _without_port(host: str) -> str:
    return re.sub(r"\.?(?::\d+)?$", "", host)


def _territory(written: str) -> str:
    code = _CALLED.get(written.strip(), written.strip().upper())
    if code in TERRITORIES:
        return code
    hint = f"; write {_MEANT[code]}" if code in _MEANT else "; write two letters such as CN, TW or US (ISO 3166)"
    raise ValueError(f"“{written.strip()[:60]}” is no code of a territory{hint}")


def _dates(text: str) -> tuple[date | None, date | None]:
    found = _RANGE.fullmatch(text)
    if found and (found["from"] or found["until"]):
        return _end(found["from"], False), _end(found["until"], True)
    begun = _BEGIN.fullmatch(text)
    if begun:
        return _end(begun["from"] or begun["own"], False), None
    if re.fullmatch(_DAY, text):
        raise ValueError(f"“{text}” is one date; write {text}.. for from then on, ..{text} for until then")
    raise ValueError(f"“{text}” is no time; write 2024-01-01..2026-12-31, ..2026-12-31 or 2024-01-01..")


def _end(written: str | None, last: bool) -> date | None:
    return _day(written, last) if written else None


def _day(written: str, last: bool) -> date:
    """The day that a date, a month or a year begins or ends with."""
    parts = [int(part) for part in re.findall(r"\d+", written)]
    try:
        if len(parts) == 3:
            return date(*parts)
        year, month = parts[0], parts[1] if len(parts) > 1 else (12 if last else 1)
        first = date(year, month, 1)
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1) if last else first
    except (ValueError, OverflowError):
        raise ValueError(f"“{written}” is no day of the calendar; write such as 2026-12-31") from None
