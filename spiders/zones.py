"""Which zone a site's clock times are in: from its footer, from its clock against the Date header, from its feed.

Never a guess: without one of these, a clock time stays without a zone and is no moment.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from spiders.moments import DayOrder, Shown, order_of, shown
from spiders.page import FetchedPage

_QUARTER = timedelta(minutes=15)
_SKEW = timedelta(minutes=4)
_NAMES = re.compile(
    r"\b(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Z]\w+(?:/[A-Z]\w+)?"
)
_ALL_TIMES = re.compile(
    r"(?:all times|times (?:are|is) (?:displayed|shown)|time ?zone|timezone|所有时间|所有時間|时间均为|当前时区|当前时间|时区|時區|现在时间|現在的時間)[^\n]{0,80}",
    re.I,
)
_OFFSET = re.compile(
    r"\b(?:GMT|UTC)\s*(?:([+\-−–])\s*(\d{1,2})(?:(?::?(\d{2}))|\.(5|50|75|25))?)?(?!\d)(?:\s*(?:hours?|小时))?", re.I
)
_OFFSET_THEN_CLOCK = re.compile(r"\bGMT\s*([+-])\s*(\d{1,2})(?:\.(5))?\s*,\s*(?=\d{4}-\d)", re.I)
_CLOCK_WORDS = re.compile(
    r"(?:it is currently|current (?:board |server |forum )?(?:time|date)|(?:the )?time now(?: is)?|server time|local time is|board time|forum time|now is"
    r"|现在时间(?:是|为)?|现在是|当前时间|服务器时间|系统时间|現在時間|目前時間|GMT[+-]\d{1,2}(?:\.5)?,)\s*[::]?\s*",
    re.I,
)
# Every alternative of a pattern above holds one of its hints, and a plain search is ten times cheaper.
_ALL_TIMES_HINTS = (
    "all times", "times are", "times is", "time zone", "timezone", "所有时间", "所有時間", "时间均为", "当前时区",
    "当前时间", "时区", "時區", "现在时间", "現在的時間",
)  # fmt: skip
_CLOCK_HINTS = (
    "it is currently", "current ", "time now", "server time", "local time is", "board time", "forum time", "now is", "现在时间", "现在是",
    "当前时间", "服务器时间", "系统时间", "現在時間", "目前時間", "gmt+", "gmt-",
)  # fmt: skip
_SHORT_CLOCK = re.compile(r"\s*(\d{1,2})-(\d{1,2})\s+(\d{1,2}):(\d{2})(?!\d)")
_ALONE = re.compile(r">([^<>]{0,30}\d\d:\d\d:\d\d[^<>]{0,12})<")
_HEAD = 1500
_TICK = timedelta(seconds=30)
_TAGS = re.compile(r"<[^>]*>")
_ZONED = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")
_BLANKS = re.compile(r"(?:&nbsp;|&#160;|\s)+")


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone of a site's clock times."""

    basis: str
    """``page-zone`` (footer or clock), ``feed``, or ``site-file`` for what a person wrote of the site."""
    offset: timedelta | None = None
    name: str | None = None
    """An IANA name; it knows summer time, an offset does not."""

    def offset_at(self, shown_time: Shown, now: datetime | None) -> timedelta | None:
        """The distance from UTC at the displayed time."""
        if self.name is None:
            return self.offset
        near = shown_time.local or (now.replace(tzinfo=None) if now else None)
        return near.replace(tzinfo=ZoneInfo(self.name)).utcoffset() if near else None


def hinted(zone: str) -> Zone:
    """The zone that a site file names: an IANA name or ``+08:00``."""
    if zone[0] in "+-":
        distance = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
        return Zone("site-file", -distance if zone[0] == "-" else distance)
    return Zone("site-file", name=zone)


def zone_of(page: FetchedPage, order: DayOrder | None) -> Zone | None:
    """The zone that a page itself tells; None when it does not."""
    edges = _edges(page)
    now = page.response_date
    return _written(edges) or _pairs(page) or _clock(edges, now, order) or _bare_clock(page.text, now, order)


def _edges(page: FetchedPage) -> str:
    """The page's head and foot, where sites show their clock; what people wrote stands between."""
    raw = page.text
    return raw if len(raw) < 20000 else raw[:12000] + "\n" + raw[-8000:]


def _written(raw: str) -> Zone | None:
    lowered = raw.lower()
    for found in _ALL_TIMES.finditer(raw) if any(hint in lowered for hint in _ALL_TIMES_HINTS) else ():
        words = found[0]
        name = _NAMES.search(words)
        if name and _is_zone(name[0]):
            return Zone("page-zone", name=name[0])
        text = _TAGS.sub("", words)
        if "北京时间" in text:
            return Zone("page-zone", offset=timedelta(hours=8))
        offset = _OFFSET.search(text)
        if offset:
            return Zone("page-zone", offset=_distance(offset))
    clock = _OFFSET_THEN_CLOCK.search(raw) if "gmt" in lowered else None
    if clock:
        offset = _OFFSET.search(clock[0])
        return Zone("page-zone", offset=_distance(offset)) if offset else None
    return None


@lru_cache(maxsize=64)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _distance(found: re.Match[str]) -> timedelta:
    if not found[2]:
        return timedelta()
    minutes = int(found[3]) if found[3] else round(60 * float(f"0.{found[4]}")) if found[4] else 0
    distance = timedelta(hours=int(found[2]), minutes=minutes)
    return distance if found[1] == "+" else -distance


def _pairs(page: FetchedPage) -> Zone | None:
    """Elements that give the same moment twice: for machines with a zone, for people without."""
    votes: Counter[timedelta] = Counter()
    for element in page.root.iter("time"):
        value = element.get("datetime") or ""
        if len(value) < 16 or not _ZONED.search(value):
            continue
        words = shown(element.text_content())
        if words is None or words.local is None:
            continue
        try:
            moment = datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
        except ValueError:
            continue
        offset = _rounded(words.local - moment.replace(second=0))
        if offset is not None:
            votes[offset] += 1
    return Zone("page-zone", offset=votes.most_common(1)[0][0]) if len(votes) == 1 else None


def _clock(raw: str, now: datetime | None, order: DayOrder | None) -> Zone | None:
    """The page's own clock against the server's Date header, rounded to a quarter of an hour."""
    lowered = raw.lower()
    if now is None or not any(hint in lowered for hint in _CLOCK_HINTS):
        return None
    for found in _CLOCK_WORDS.finditer(raw):
        after = _BLANKS.sub(" ", _TAGS.sub("", raw[found.end() : found.end() + 160]))
        for settled in (order,) if order else (None, "day-month", "month-day"):
            time = shown(after[:70], settled)
            if time is None or time.local is None:
                continue
            offset = _rounded(time.local - now.replace(tzinfo=None))
            if offset is not None:
                return Zone("page-zone", offset=offset)
        offset = _without_year(after, now.replace(tzinfo=None))
        if offset is not None:
            return Zone("page-zone", offset=offset)
    return None


def _without_year(text: str, now: datetime) -> timedelta | None:
    """The distance of a clock that shows month, day, hour and minute alone."""
    found = _SHORT_CLOCK.match(text)
    if found is None:
        return None
    month, day, hour, minute = map(int, found.groups())
    # A year may turn between the two clocks.
    for year in {now.year, (now - timedelta(days=1)).year, (now + timedelta(days=1)).year}:
        try:
            offset = _rounded(datetime(year, month, day, hour, minute) - now)  # noqa: DTZ001
        except ValueError:
            continue
        if offset is not None:
            return offset
    return None


def _bare_clock(raw: str, now: datetime | None, order: DayOrder | None) -> Zone | None:
    """A clock with seconds that stands alone in the page's head and ticks with the Date header."""
    if now is None:
        return None
    start = max(raw.find("<body"), 0)
    for found in _ALONE.finditer(raw, start, start + _HEAD):
        time = shown(found[1], order)
        if time is None or time.local is None or not time.local.second or time.text.strip() != found[1].strip():
            continue
        distance = time.local - now.replace(tzinfo=None)
        offset = _rounded(distance)
        return Zone("page-zone", offset=offset) if offset is not None and abs(distance - offset) <= _TICK else None
    return None


def _rounded(distance: timedelta) -> timedelta | None:
    """To the nearest quarter of an hour; None when it is no zone's distance."""
    quarters = round(distance / _QUARTER)
    offset = quarters * _QUARTER
    if abs(distance - offset) > _SKEW or not timedelta(hours=-12) <= offset <= timedelta(hours=14):
        return None
    return offset


def day_order(page: FetchedPage) -> DayOrder | None:
    """Whether numeric dates on a page put the day or the month first, told by its dates or by its clock."""
    told = order_of(page.text)
    if told or page.response_date is None:
        return told
    now = page.response_date.replace(tzinfo=None)
    edges = _edges(page)
    for found in _CLOCK_WORDS.finditer(edges):
        after = _BLANKS.sub(" ", _TAGS.sub("", edges[found.end() : found.end() + 160]))[:70]
        orders: tuple[DayOrder, ...] = ("day-month", "month-day")
        near = [order for order in orders if _is_near(shown(after, order), now)]
        if len(near) == 1:
            return near[0]
    return None


def _is_near(time: Shown | None, now: datetime) -> bool:
    return time is not None and time.local is not None and abs(time.local - now) < timedelta(hours=15)


def from_feed(pairs: Iterable[tuple[datetime, Shown]], now: datetime | None) -> Zone | None:
    """The zone in which displayed times equal a feed's times for the same topics.

    At least two pairs must agree on one distance and no other distance may explain as many; else None.
    """
    known = list(pairs)
    votes: Counter[timedelta] = Counter()
    for quarters in range(-48, 57):
        offset = quarters * _QUARTER
        for moment, time in known:
            told = time.at(offset, now)
            # Lists show minutes, feeds show seconds.
            if told is not None and time.ago is None and timedelta() <= moment - told < timedelta(minutes=1):
                votes[offset] += 1
    best = votes.most_common(2)
    if not best or best[0][1] < 2 or (len(best) == 2 and best[1][1] * 2 > best[0][1]):
        return None
    return Zone("feed", offset=best[0][0])


def from_file(local: datetime, last_modified: str) -> Zone | None:
    """The zone in which a listing shows the time that the server's Last-Modified header gives for the same file."""
    try:
        moment = parsedate_to_datetime(last_modified)
    except ValueError:
        return None
    return from_pair(local, moment)


def from_pair(local: datetime, moment: datetime) -> Zone | None:
    """The zone of a clock time and the moment that it stands for; None when they are no whole quarters of an hour apart."""
    distance = local.replace(second=0) - moment.astimezone(UTC).replace(tzinfo=None, second=0)
    offset = _rounded(distance)
    return Zone("page-zone", offset=offset) if offset is not None and abs(distance - offset) <= _TICK * 2 else None
