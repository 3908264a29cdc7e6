"""The site's zone from ages: elements that show how long ago something was, and its clock time where one points at it."""

import re
from datetime import datetime, timedelta

from spiders.moments import Shown, shown
from spiders.page import FetchedPage
from spiders.xpath import Elements
from spiders.zones import Zone

_TITLED = Elements("//body//*[@title][string-length(@title) > 11 and string-length(@title) < 60]")
_SHORT = re.compile(r"(\d{1,3})\s?(m|min|h)\b\.?|(now)", re.I)
_QUARTER = timedelta(minutes=15)
_MINUTE = timedelta(minutes=1)
_LONGEST = timedelta(hours=24)


def zone_of_ages(page: FetchedPage) -> Zone | None:
    """The one distance from UTC at which every age on the page agrees with its clock time; None when several or none do."""
    now = page.response_date
    if now is None:
        return None
    possible: set[int] | None = None
    for element in _TITLED(page.root):
        age = _age(" ".join(element.text_content().split()))
        time = shown(element.get("title") or "") if age is not None else None
        if age is None or time is None or time.local is None:
            continue
        fits = _fitting(time.local, now.replace(tzinfo=None), *age)
        possible = fits if possible is None else possible & fits
        if not possible:
            return None
    if possible is None or len(possible) != 1:
        return None
    return Zone("page-zone", offset=possible.pop() * _QUARTER)


def _age(text: str) -> tuple[timedelta, timedelta] | None:
    """The least and the greatest age that the words may mean."""
    if not text or len(text) > 24:
        return None
    short = _SHORT.fullmatch(text)
    if short:
        unit = timedelta(hours=1) if (short[2] or "m").lower() == "h" else _MINUTE
        number = int(short[1] or 0)
    else:
        told: Shown | None = shown(text)
        if told is None or told.ago is None or told.ago >= _LONGEST:
            return None
        unit = timedelta(hours=1) if told.ago >= timedelta(hours=1) else _MINUTE
        number = round(told.ago / unit)
    if unit * number >= _LONGEST:
        return None
    # Some software rounds, some cuts off.
    return unit * number - unit / 2, unit * (number + 1)


def _fitting(local: datetime, now: datetime, least: timedelta, most: timedelta) -> set[int]:
    """The quarters of an hour from UTC at which the clock time has that age; clocks may be two minutes apart."""
    slack = 2 * _MINUTE
    return {
        quarter
        for quarter in range(-48, 57)
        if least - slack <= now - (local - quarter * _QUARTER) <= most + slack
    }  # fmt: skip
