"""Displayed times, in English and Chinese, absolute and relative, into datetimes.

A displayed time is read in two steps: `shown` says what the words say (a moment with its zone, a local clock time, a
distance back from now), and `Shown.at` makes it UTC once the site's zone is known. A time without a zone stays None.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

DayOrder = Literal["day-month", "month-day"]

_CLOCK = r"(?P<hour>\d{1,2})(?::|:|\s?时\s?|\s?點\s?|\s?点\s?)(?P<minute>\d{2})(?:(?::|:|分)(?P<second>\d{2}))?(?:\.\d+)?秒?分?"
_HALF = r"(?:\s*(?P<half>[ap]\.?\s?m\b\.?))?"
_BEFORE = r"(?P<noon>上午|下午|晚上|凌晨|中午|早上|傍晚)?\s*"
_TIME = rf"{_BEFORE}{_CLOCK}{_HALF}"
_ZONE = r"(?:\s*(?P<zone>Z\b|(?:UTC|GMT)?\s?[+-]\d{2}:?\d{2}\b|UTC\b|GMT\b(?![+-])))?"
_BETWEEN = r"(?:\s*,?\s*(?:at|um|@|-|–|—|·|\||T|周.|星期.|\(.{1,3}\)|（.{1,3}）)?\s*,?\s*)"
_MONTHS = {name: number for number, names in enumerate(
    ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
     "sep sept september", "oct october", "nov november", "dec december"), 1) for name in names.split()}  # fmt: skip
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
_NAMED_TIME = r"(?:(?P<name>noon|midnight)|(?P<bare>\d{1,2})\s*(?P<barehalf>[ap]\.?m\b\.?)"

_YEAR_FIRST = re.compile(
    rf"(?<!\d)(?P<year>(?:19|20)\d{{2}})\s?[-/.年]\s?(?P<monthno>\d{{1,2}})\s?[-/.月]\s?(?P<day>\d{{1,2}})(?!\d)\s?日?{_BETWEEN}{_TIME}{_ZONE}",
    re.I,
)
_MONTH_FIRST = re.compile(
    rf"\b{_MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d{{2}}){_BETWEEN}(?:{_TIME}|{_NAMED_TIME})){_ZONE}",
    re.I,
)
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]+(?:of\s+)?{_MONTH},?[\s-]+(?P<year>(?:19|20)\d{{2}}){_BETWEEN}(?:{_TIME}|{_NAMED_TIME})){_ZONE}",
    re.I,
)
_NUMERIC = re.compile(
    rf"(?<!\d)(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<second_no>\d{{1,2}})(?P=mark)(?P<year>(?:19|20)\d{{2}}){_BETWEEN}{_TIME}{_ZONE}",
    re.I,
)
_NUMERIC_DAY = re.compile(r"(?<![\d.])(\d{1,2})([-/.])(\d{1,2})\2((?:19|20)\d{2})(?!\d)")
_YEAR_FIRST_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
_RELATIVE_DAY = re.compile(
    rf"(?P<word>\btoday\b|\byesterday\b|今天|今日|昨天|昨日|前天|前日|大前天)\s*,?\s*(?:at|@|-)?\s*{_TIME}", re.I
)
_WEEKDAY = re.compile(rf"\b(?P<weekday>mon|tues|wednes|thurs|fri|satur|sun)day(?:\s*,)?\s+(?:at\s+)?{_TIME}", re.I)
_AGO = re.compile(
    r"\b(?P<number>\d+|an?|one|few seconds|a few seconds)\s*(?P<unit>sec(?:ond)?s?|min(?:ute)?s?|h(?:ou)?rs?|hours?|days?|weeks?|[smhd])?\s*ago\b"
    r"|(?P<zhnumber>\d+|半|几)\s*(?:个)?\s*(?P<zhunit>秒钟?|分钟|小时|小時|分鐘|天|周|星期)\s*(?:以)?前|(?P<now>\bjust now\b|\ba moment ago\b|刚刚|刚才|剛剛)",
    re.I,
)
_SECONDS = re.compile(r"1\d{9}|1\d{12}")
_UNITS = {
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86400,
    "w": 604800,
    "秒": 1,
    "分": 60,
    "小": 3600,
    "天": 86400,
    "周": 604800,
    "星": 604800,
}
_DAYS_BACK = {"today": 0, "今天": 0, "今日": 0, "yesterday": 1, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2, "大前天": 3}
_WEEKDAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a displayed time says, before the site's zone is applied."""

    text: str
    utc: datetime | None = None
    """Set when the words carry their zone."""
    local: datetime | None = None
    """A clock time in the site's zone (naive)."""
    ago: timedelta | None = None
    days_back: int | None = None
    """Today is 0; `clock` holds the time of day."""
    weekday: int | None = None
    """Monday is 0; the last one that has passed."""
    clock: timedelta | None = None
    end: int = 0
    """Where the words end in the text that was read."""

    def at(self, offset: timedelta | None, now: datetime | None) -> datetime | None:
        """The moment in UTC. ``offset`` is the site's distance from UTC, ``now`` the response's Date header."""
        if self.utc is not None:
            return self.utc
        if self.ago is not None:
            return now - self.ago if now else None
        if offset is None:
            return None
        if self.local is not None:
            return (self.local - offset).replace(tzinfo=UTC)
        if now is None or self.clock is None:
            return None
        today = (now + offset).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        back = self.days_back if self.days_back is not None else (today.weekday() - (self.weekday or 0)) % 7 or 7
        return (today - timedelta(days=back) + self.clock - offset).replace(tzinfo=UTC)


def _time_of(found: re.Match[str]) -> timedelta | None:
    parts = found.groupdict()
    if parts.get("name"):
        return timedelta(hours=12 if parts["name"].lower() == "noon" else 0)
    half = parts.get("half") or parts.get("barehalf") or ""
    hour = int(parts.get("bare") or parts["hour"])
    minute, second = int(parts.get("minute") or 0), int(parts.get("second") or 0)
    noon = parts.get("noon") or ""
    if half:
        if not 1 <= hour <= 12:
            # "14:05 PM" is written by software that was told both ways.
            if hour > 23:
                return None
        else:
            hour = hour % 12 + (12 if half[0] in "pP" else 0)
    elif noon in ("下午", "晚上", "傍晚", "中午") and hour < 12 and not (noon == "中午" and hour > 10):
        hour += 12
    elif noon in ("上午", "凌晨") and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _moment(found: re.Match[str], text: str, year: int, month: int, day: int) -> Shown | None:
    clock = _time_of(found)
    if clock is None:
        return None
    try:
        local = datetime(year, month, day) + clock  # noqa: DTZ001  a clock time whose zone is not known yet
    except ValueError:
        return None
    words = text[found.start() : found.end()].strip()
    zone = found["zone"]
    if zone:
        return Shown(words, utc=(local - _zone_offset(zone)).replace(tzinfo=UTC), end=found.end())
    return Shown(words, local=local, end=found.end())


def _zone_offset(words: str) -> timedelta:
    found = re.search(r"([+-])(\d{2}):?(\d{2})", words)
    if not found:
        return timedelta()
    distance = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return distance if found[1] == "+" else -distance


def shown(text: str, order: DayOrder | None = None) -> Shown | None:
    """Read the first displayed time in ``text``; None when there is none that reaches down to the minute.

    ``order`` settles dates such as 03-04-2025; without it a date is read only when one number is above 12 or the dots
    of 03.04.2025 tell.
    """
    if not any(letter.isdigit() for letter in text) and not _AGO.search(text):
        return None
    text = text.replace("\xa0", " ")
    found = _YEAR_FIRST.search(text)
    if found:
        return _moment(found, text, int(found["year"]), int(found["monthno"]), int(found["day"]))
    found = _MONTH_FIRST.search(text) or _DAY_FIRST.search(text)
    if found:
        return _moment(found, text, int(found["year"]), _MONTHS[found["month"].lower()], int(found["day"]))
    found = _NUMERIC.search(text)
    if found:
        settled = _settle(int(found["first"]), int(found["second_no"]), found["mark"], order)
        return _moment(found, text, int(found["year"]), *settled) if settled else None
    return _relative(text)


def _relative(text: str) -> Shown | None:
    found = _RELATIVE_DAY.search(text)
    if found:
        clock = _time_of(found)
        return (
            Shown(found[0].strip(), days_back=_DAYS_BACK[found["word"].lower()], clock=clock, end=found.end())
            if clock is not None
            else None
        )
    found = _AGO.search(text)
    if found:
        return Shown(found[0].strip(), ago=_distance(found), end=found.end())
    found = _WEEKDAY.search(text)
    if found:
        clock = _time_of(found)
        weekday = _WEEKDAYS.index(found["weekday"].lower())
        return Shown(found[0].strip(), weekday=weekday, clock=clock, end=found.end()) if clock is not None else None
    return None


def _distance(found: re.Match[str]) -> timedelta:
    if found["now"] or "few" in (found["number"] or "") or found["zhnumber"] == "几":
        return timedelta()
    if found["zhunit"]:
        number = 0.5 if found["zhnumber"] == "半" else float(found["zhnumber"])
        return timedelta(seconds=number * _UNITS[found["zhunit"][0]])
    number = float(found["number"]) if found["number"].isdigit() else 1.0
    return timedelta(seconds=number * _UNITS[(found["unit"] or "s")[0].lower()])


def _settle(first: int, second: int, mark: str, order: DayOrder | None) -> tuple[int, int] | None:
    """Month and day of two numbers; None when nothing tells which is which."""
    if first > 12 >= second:
        return second, first
    if second > 12 >= first:
        return first, second
    if mark == "." or order == "day-month" or first == second:
        return second, first
    return (first, second) if order == "month-day" else None


def day_only(text: str, order: DayOrder | None = None) -> datetime | None:
    """The day that a text without a time of day names, midnight, naive; None when it names none."""
    found = _YEAR_FIRST_DAY.search(text)
    try:
        if found:
            return datetime(int(found[1]), int(found[2]), int(found[3]))  # noqa: DTZ001
        found = _NUMERIC_DAY.search(text)
        settled = _settle(int(found[1]), int(found[3]), found[2], order) if found else None
        return datetime(int(found[4]), *settled) if found and settled else None  # noqa: DTZ001
    except ValueError:
        return None


def machine_readable(value: str) -> Shown | None:
    """Read a datetime attribute: ISO 8601, or seconds or milliseconds since 1970; None for anything else."""
    value = value.strip()
    if _SECONDS.fullmatch(value):
        seconds = int(value) / (1000 if len(value) == 13 else 1)
        return Shown(value, utc=datetime.fromtimestamp(seconds, UTC))
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return shown(value)
    if len(value) < 16:
        return None
    if moment.tzinfo is None:
        return Shown(value, local=moment)
    return Shown(value, utc=moment.astimezone(UTC))


def has_numeric_date(text: str) -> bool:
    """Whether a text holds a date such as 03-04-2025, whose order only the page can tell."""
    return _NUMERIC_DAY.search(text) is not None


def order_of(text: str) -> DayOrder | None:
    """Whether a page's numeric dates put the day or the month first; None when they do not tell or disagree."""
    day_first = month_first = False
    for first, mark, second, _ in _NUMERIC_DAY.findall(text):
        if mark == ".":
            continue
        day_first = day_first or int(first) > 12
        month_first = month_first or int(second) > 12
    if day_first == month_first:
        return None
    return "day-month" if day_first else "month-day"


_AS_DAYS = timedelta(days=7)
"""From here on a distance back from now is told in weeks, and no day can be made of it."""


def told_time(shown: Shown, now: datetime | None) -> str:
    """A displayed time as the end of a row's mark: in UTC, by the site's clock, or about the day; empty when unknown.

    The site's zone is left out on purpose: what is learned of it later must not make all rows look changed.
    """
    if shown.utc is not None:
        return f" at {shown.utc.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
    if shown.local is not None:
        return f" at {shown.local:%Y-%m-%dT%H:%M}"
    back = (
        shown.ago if shown.ago is not None else timedelta(days=shown.days_back) if shown.days_back is not None else None
    )
    if now is None or back is None or back >= _AS_DAYS:
        return ""
    return f" at {now - back:%Y-%m-%d}"
