"""Recorded pages of a site, read as a visit would read them and held against what is expected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from crawler.description import Description
from crawler.hosts import host_port
from crawler.model import Listing, Site
from crawler.reading import Reading
from crawler.sitefile.expected import ExpectedListing, ExpectedPage
from crawler.sitefile.skeleton import Glance
from spiders.articles import title_of
from spiders.calibration import Calibration
from spiders.page import FetchedPage
from spiders.read import read


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was read in another way than expected."""

    what: str
    """``row``, ``list``, ``listing``, ``state``, or a listing's field with the listing's address."""
    expected: str | None
    read: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One recorded page: how much was expected and found as expected, and what was not."""

    file: str
    counts: dict[str, tuple[int, int]]
    """What was compared -> how many were read as expected, and how many were expected."""
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]


def glance(url: str, status: int, fields: Iterable[tuple[str, str]], body: bytes, site: Site) -> Glance:
    """What a site's front page shows a reader."""
    page = FetchedPage(url, status, fields, body, site, "entry")
    reading = read(page)
    parts = urlsplit(reading.search) if reading.search else None
    return Glance(
        url,
        title_of(page) or page.title,
        reading.engine,
        page.root.get("lang") or None,
        f"{parts.path}?{parts.query}" if parts and parts.query else None,
        sum(link.role == "topic" for link in reading.links),
        sum(link.role == "list" for link in reading.links),
    )


def site_of(told: Description) -> Site:
    """The site that a description tells, as its readers see it."""
    hosts = tuple(host_port(host if "://" in host else f"https://{host}") for host in told.hosts)
    return Site(told.id, told.starts[0], hosts, told.engine, told.engine is not None, description=told)


def readings(told: Description, folder: Path, pages: Sequence[ExpectedPage]) -> Iterable[Reading]:
    """The reading of each recorded page, in their order, each knowing what the earlier ones told of the site."""
    site, calibration, engine = site_of(told), Calibration(), told.engine
    for page in pages:
        fields = [("Content-Type", page.content_type)]
        if page.date is not None:
            fields.append(("Date", format_datetime(page.date.astimezone(UTC), usegmt=True)))
        body = (folder / page.file).read_bytes()
        fetched = FetchedPage(urljoin(told.present, page.url), 200, fields, body, site, page.role)
        reading = read(fetched, engine, calibration)
        engine = engine or reading.engine
        yield reading


def compare(told: Description, folder: Path, pages: Sequence[ExpectedPage]) -> list[Outcome]:
    """Read every recorded page and hold it against what is expected of it."""
    return [_compared(told, page, one) for page, one in zip(pages, readings(told, folder, pages), strict=True)]


def as_read(told: Description, page: ExpectedPage, reading: Reading) -> ExpectedPage:
    """A page as it was read now, for a person to correct into what is expected."""
    return ExpectedPage(
        page.file, page.url, page.role, page.content_type, page.date, reading.state,
        rows=tuple(link.url for link in reading.links if link.role == "topic") or None,
        lists=tuple(link.url for link in reading.links if link.role == "list") or None,
        listing=tuple(_listing_as_read(one) for one in reading.listings) or None,
    )  # fmt: skip


def _listing_as_read(one: Listing) -> ExpectedListing:
    return ExpectedListing(
        one.url, one.title, one.posted_at, one.posted_by, one.price,
        targets=tuple(target.url for target in one.targets) or None,
        codes=tuple(target.access_code for target in one.targets if target.access_code) or None,
        hidden=True if one.hidden else None,
    )  # fmt: skip


class _Comparison:
    def __init__(self) -> None:
        self.counts: dict[str, tuple[int, int]] = {}
        self.differences: list[Difference] = []

    def one(self, group: str, what: str, expected: object, found: object) -> None:
        right, of = self.counts.get(group, (0, 0))
        self.counts[group] = (right + (expected == found), of + 1)
        if expected != found:
            self.differences.append(Difference(what, _told(expected), _told(found)))

    def all(self, group: str, what: str, expected: Iterable[str], found: Iterable[str]) -> None:
        wanted, seen = list(dict.fromkeys(expected)), list(dict.fromkeys(found))
        right, of = self.counts.get(group, (0, 0))
        self.counts[group] = (right + sum(one in seen for one in wanted), of + len(wanted))
        self.differences += [Difference(what, one, None) for one in wanted if one not in seen]
        self.differences += [Difference(what, None, one) for one in seen if one not in wanted]


def _compared(told: Description, page: ExpectedPage, reading: Reading) -> Outcome:
    held = _Comparison()
    held.one("state", "state", page.state, reading.state)
    for group, role, expected in (("rows", "topic", page.rows), ("lists", "list", page.lists)):
        if expected is not None:
            found = [link.url for link in reading.links if link.role == role]
            held.all(group, group.removesuffix("s"), [urljoin(told.present, url) for url in expected], found)
    if page.listing is not None:
        wanted = {urljoin(told.present, one.url): one for one in page.listing}
        found_listings = {one.url: one for one in reading.listings}
        held.all("listings", "listing", wanted, found_listings)
        for url, one in wanted.items():
            if url in found_listings:
                _compare_listing(held, one, found_listings[url])
    return Outcome(page.file, held.counts, tuple(held.differences), reading.notes)


def _compare_listing(held: _Comparison, expected: ExpectedListing, found: Listing) -> None:
    for group, name in (("titles", "title"), ("dates", "posted_at"), ("posters", "posted_by"), ("prices", "price")):
        wanted = getattr(expected, name)
        if wanted is not None:
            held.one(group, f"{name} {found.url}", wanted, getattr(found, name))
    if expected.targets is not None:
        held.all("links", f"target {found.url}", expected.targets, [target.url for target in found.targets])
    if expected.codes is not None:
        codes = [target.access_code for target in found.targets if target.access_code]
        held.all("codes", f"code {found.url}", expected.codes, codes)
    if expected.hidden is not None:
        held.one("hidden", f"hidden {found.url}", expected.hidden, found.hidden is not None)
    if expected.text is not None:
        said = expected.text if expected.text in found.passage.text else found.passage.text[:200]
        held.one("texts", f"text {found.url}", expected.text, said)


def _told(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return None if value is None else str(value)
