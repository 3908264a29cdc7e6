"""From a post's parts to a listing: its time, its targets, and whether a reply says enough to be one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from crawler import targets
from crawler.model import Listing
from spiders.calibration import Calibration
from spiders.counters import counters
from spiders.moments import Shown, day_only, machine_readable
from spiders.page import FetchedPage
from spiders.reading import hidden_words, passage, players, price_words

_MACHINE_NAMES = (
    "datetime",
    "data-time",
    "data-timestamp",
    "data-date",
    "data-epoch",
    "data-created",
    "data-published",
    "data-datetime",
    "data-date-time",
)
NOT_POSTED = re.compile(
    r"(?:joined|registered|registration|member since|last (?:visit|seen|active|login|online|edited|modified)|edited|modified|updated by|birthday|注册|加入|最后登录|上次登录|最后编辑|编辑过|最后由|于[^\n]{0,4}编辑)[^\n]{0,30}$",
    re.I,
)
_FEW_WORDS = 24


@dataclass(frozen=True, slots=True)
class PostTime:
    """A displayed time and where it was found."""

    time: Shown
    source: str
    """``datetime-attribute``, ``title-attribute`` or ``text``."""
    text: str
    """As the page shows it."""


@dataclass(frozen=True, slots=True)
class Post:
    """The parts of one post on a page."""

    body: HtmlElement
    url: str
    author: str | None = None
    time: PostTime | None = None
    subject: str | None = None
    keep_quotes: bool = False
    left_out: tuple[HtmlElement, ...] = ()
    """Parts of the body that belong to others."""
    price: str | None = None
    """What it costs, where something but its words says so."""


def words(element: HtmlElement | None) -> str:
    """The text of a small element, whitespace folded."""
    if element is None:
        return ""
    return " ".join((element.text_content() if len(element) else element.text or "").split())


def time_of(elements: Iterable[HtmlElement], calibration: Calibration) -> PostTime | None:
    """The first displayed time among small elements, machine-readable forms preferred; joining and editing dates are not it."""
    first: PostTime | None = None
    for element in elements:
        found = read_time(element, calibration)
        if found is None:
            continue
        if found.time.utc is not None:
            return found
        if first is None or (
            first.source == "text" and found.source != "text" and found.time.ago is None and first.time.ago is not None
        ):
            first = found
    return first


def read_time(element: HtmlElement, calibration: Calibration) -> PostTime | None:
    """The displayed time of one element: its own machine-readable attribute, its title, else its words."""
    text = words(element)
    for name in _MACHINE_NAMES:
        value = element.get(name)
        if value and len(value) >= 10:
            time = machine_readable(value)
            if time is not None:
                return PostTime(
                    time, "datetime-attribute", text if 0 < len(text) <= 80 and len(element) <= 2 else value
                )
    title = element.get("title")
    if title and len(title) < 80:
        time = calibration.read(title)
        if time is not None and time.ago is None:
            return PostTime(time, "title-attribute", text or title)
        if time is None:
            time = _day_and_clock(title, text, calibration)
            if time is not None:
                return PostTime(time, "title-attribute", text)
    if not text or len(text) > 400:
        return None
    time = calibration.read(text)
    if time is None:
        return None
    if NOT_POSTED.search(text[: max(0, time.end - len(time.text))]):
        return None
    return PostTime(time, "text", time.text)


def _day_and_clock(title: str, text: str, calibration: Calibration) -> Shown | None:
    """A title that names the day, beside words that name the time of that day."""
    day = day_only(title, calibration.order)
    time = calibration.read(text) if day is not None else None
    if day is None or time is None or time.clock is None:
        return None
    return Shown(time.text, local=day + time.clock)


def moment_of(
    found: PostTime | None, calibration: Calibration, now: datetime | None
) -> tuple[datetime | None, str | None]:
    """UTC and how it was found; both None when nothing tells."""
    if found is None:
        return None, None
    moment, basis = calibration.moment(found.time, now)
    if moment is None:
        return None, None
    if basis == "page-zone" and found.source == "title-attribute":
        basis = "title-attribute"
    return moment, basis


def listing(page: FetchedPage, calibration: Calibration, topic_title: str, post: Post, opening: bool) -> Listing | None:
    """The listing of a post; None for a reply that holds no target, hidden block, player or price and only a few words."""
    post = page.refine(post) if page.refine is not None else post
    said = passage(post.body, page, post.keep_quotes, post.left_out)
    found = tuple(targets.find(said, page.base_url))
    hidden = hidden_words(said.text)
    embedded = players(post.body, page)
    price = post.price or price_words(said.text)
    if not opening and not (found or hidden or embedded or price) and len(said.text) <= _FEW_WORDS:
        return None
    posted_at, basis = moment_of(post.time, calibration, page.response_date)
    return Listing(
        url=post.url,
        page_url=page.url,
        title=(topic_title if opening else _subject(post.subject, topic_title)),
        passage=said,
        targets=found,
        posted_at=posted_at,
        posted_at_text=post.time.text if post.time else None,
        posted_at_basis=basis,
        posted_by=post.author or None,
        hidden=hidden,
        players=embedded,
        price=price,
        is_reply=not opening,
        counters=counters(said.text) if opening else (),
    )


def _subject(subject: str | None, topic_title: str) -> str:
    if not subject:
        return topic_title
    plain = re.sub(r"^(?:re|回复|回覆|答复)\s*(?:\[\d+\]|\(\d+\))?\s*[::]\s*", "", subject, flags=re.I).strip()
    return subject if plain and plain != topic_title else topic_title
