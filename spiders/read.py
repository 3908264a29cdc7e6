"""The one way to read a fetched page: by the site's engine, by the recognised one, else by structure."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.errors import UsageError
from crawler.reading import Link, Reading
from spiders import documents, feeds, sitemaps
from spiders.calibration import Calibration
from spiders.canonical import canonical, canonical_link
from spiders.engines import BASES, ENGINE_NAMES, ENGINES, directory, generic
from spiders.page import FetchedPage
from spiders.recognise import recognise
from spiders.refinement import Refinement
from spiders.searching import search_of
from spiders.selected import overridden
from spiders.shape import icon_of, shape_of
from spiders.standins import in_its_place, state_of
from spiders.walls import state_without_content
from spiders.ways import split_page

# A server may answer its root with an error and serve its catalogue or its forum beside it.
_NEXT_ENTRIES = {
    "": "index.php",
    "index.php": "forum.php",
    "forum.php": "index.html",
    "index.html": "opds",
    "opds": "forum/",
}


def read(page: FetchedPage, engine_name: str | None = None, calibration: Calibration | None = None) -> Reading:
    """Read a page. ``engine_name`` is the site's engine when known; `Reading.engine` says which one was recognised.

    ``calibration`` is what the site told about its clock on earlier pages; give the same object for every page of a
    site's visit. Raises UsageError for an engine that does not exist.
    """
    if engine_name is not None and engine_name not in ENGINES:
        raise UsageError("no such engine", engine_name, f"choose one of {', '.join(ENGINE_NAMES)}")
    calibration = calibration if calibration is not None else Calibration()
    if 300 <= page.status < 400 and page.headers.get("location"):
        return Reading(
            state="redirect",
            role=page.role,
            redirect_to=canonical_link(page, page.headers["location"], keep_anchor=True),
        )
    if page.status == 304:
        return Reading(state="not_modified", role=page.role)
    if sitemaps.is_sitemap(page):
        return sitemaps.read(page)
    if directory.tells_clock(page, calibration):
        return Reading("ok", "other", page.url, notes=(f"{page.url}: its time tells the zone of the listings",))
    known = _document(page, engine_name, calibration)
    if known is not None:
        return _numbered(page, known)
    if feeds.is_feed(page):
        return feeds.read(page, calibration)
    if not _is_markup(page):
        return Reading(
            state="empty" if page.status < 400 else "failed",
            role=page.role,
            notes=(f"content type {page.headers.get('content-type', 'unknown')}",),
        )
    try:
        return _read_markup(page, engine_name, calibration)
    finally:
        # One page for each site, parsed, would stay in memory as long as its visit.
        calibration.forget_page()


def _document(page: FetchedPage, engine_name: str | None, calibration: Calibration) -> Reading | None:
    """The reading of what was made for programs: an interface's JSON or XML, a catalogue; None for any other page."""
    pending = page.url in calibration.aside
    if not pending and not documents.is_document(page):
        return None
    name = engine_name if engine_name in documents.READERS else None
    for reader in (name, *documents.READERS) if name else documents.READERS:
        reading: Reading | None = documents.READERS[reader](page, calibration)
        if reading is not None:
            return replace(reading, engine=reader, links=(*reading.links, *calibration.answered(page.url, well=True)))
    if not pending:
        return None
    return Reading(
        state="failed" if page.status >= 400 else "empty",
        role=page.role,
        canonical_url=page.url,
        links=calibration.answered(page.url, well=False),
        notes=(f"{page.url}: no way in here, the lists are read instead",),
    )


def _read_markup(page: FetchedPage, engine_name: str | None, calibration: Calibration) -> Reading:
    if page.role in ("entry", "list") and (instead := in_its_place(page)) is not None:
        # Who is told to log in is sent there, too.
        state, notes = state_without_content(page) if instead.state == "redirect" else (instead.state, ())
        return replace(instead, state=state, redirect_to=None, notes=notes) if state == "login_wall" else instead
    reading = _read_own(page, engine_name, calibration)
    signed = any(one.posted_by or one.posted_at or one.has_offer for one in reading.listings)
    if page.role != "entry" and reading.listings and not signed and (found := state_of(page, strict=True)) is not None:
        # A message in a topic's place reads like a post of nobody.
        return replace(reading, state=found[0], listings=(), links=(), notes=(found[1],))
    return reading


def _read_own(page: FetchedPage, engine_name: str | None, calibration: Calibration) -> Reading:
    marked = recognise(page) if engine_name is None or page.role == "entry" else None
    recognised = engine_name or marked
    if recognised != "directory" and directory.is_index(page):
        # A site of any software may keep an open folder.
        reading = _numbered(page, directory.read(page, calibration))
        return replace(reading, engine="directory" if recognised is None else recognised)
    description = page.site.description
    refinement = Refinement(page, description.selectors.topic, calibration) if description else None
    page.refine = refinement
    reading = ENGINES[recognised or "generic"].read(page, calibration)
    if BASES[recognised or "generic"].rests_on == "documentation":
        reading = _fuller(page, reading, calibration, recognised or "generic")
    if (
        recognised not in (None, "generic")
        and not reading.listings
        and not reading.links
        and reading.state in ("empty", "ok")
    ):
        other = generic.read(page, calibration)
        if other.listings or other.links:
            notes = (*other.notes, f"the {recognised} reader found nothing here")
            reading = replace(other, notes=notes, fell_back=True)
    if refinement is not None:
        reading = overridden(page, calibration, reading, refinement)
    reading = _numbered(page, reading)
    if page.role == "entry":
        links = (*reading.links, *_entry_links(page, reading, calibration))
        reading = replace(
            reading,
            links=links,
            search=_search(page, reading),
            software=marked,
            shape=shape_of(page),
            icon=icon_of(page),
        )
    if description is not None and description.skip:
        skipped = re.compile("|".join(f"(?:{pattern})" for pattern in description.skip))
        reading = replace(reading, links=tuple(link for link in reading.links if not skipped.search(_path(link.url))))
    return replace(reading, engine=recognised if recognised != "generic" or engine_name else None)


def _fuller(page: FetchedPage, reading: Reading, calibration: Calibration, name: str) -> Reading:
    """The reading of an engine that rests on documentation, or the generic reader's where that finds more listings."""
    if page.status >= 400 or (reading.role == "list" and reading.links):
        return reading
    other = generic.read(page, calibration)
    if len(other.listings) <= len(reading.listings):
        return reading
    read_more = f"{len(other.listings)} listings against {len(reading.listings)}"
    note = f"the generic reader reads more here than the {name} reader, which rests on documentation: {read_more}"
    # What makes the visit's list of notes long hides the rest of it: one page stands for all that are like it.
    told, calibration.facts[f"{name} gives way"] = calibration.facts.get(f"{name} gives way"), "said"
    return other if told else replace(other, notes=(*other.notes, f"{page.url}: {note}"))


def _search(page: FetchedPage, reading: Reading) -> str | None:
    described = page.site.description
    if described is not None and described.search is not None and page.status < 400:
        return described.address(described.search)
    return search_of(page) if reading.state == "ok" else None


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _numbered(page: FetchedPage, reading: Reading) -> Reading:
    """The reading with the further pages of its list or topic told from links to others."""
    if reading.role not in ("list", "topic"):
        return reading
    front, number = split_page(reading.canonical_url or canonical(page.url))
    links = []
    for link in reading.links:
        first, other = split_page(link.url)
        further = link.role == reading.role and other is not None and first.rstrip("/") == front.rstrip("/")
        links.append(replace(link, number=other) if further and link.number is None else link)
    if reading.role == "topic":
        return replace(reading, links=tuple(links))
    return replace(reading, links=tuple(links), front=reading.front or front, number=number or 1)


def _is_markup(page: FetchedPage) -> bool:
    kind = page.headers.get("content-type", "").lower()
    return not kind or "html" in kind or "xml" in kind or (kind.startswith("text/") and b"<" in page.body[:2000])


def _entry_links(page: FetchedPage, reading: Reading, calibration: Calibration) -> list[Link]:
    starts = page.site.description.starts[1:] if page.site.description else ()
    # A front page may hold nothing but a greeting; the further start pages are where a person saw the lists.
    further = [Link(canonical(start), "list", priority=30) for start in starts]
    if reading.state in ("missing", "failed") and page.status == 404:
        parts = urlsplit(page.url)
        folder, _, name = parts.path.rpartition("/")
        root = urlsplit(page.site.url).path.rpartition("/")[0]
        # What was guessed and is missing too leads no deeper.
        beside = _NEXT_ENTRIES.get(name) if not parts.query and folder == root else None
        if beside:
            return [
                *further,
                Link(canonical(f"{parts.scheme}://{parts.netloc}{folder}/{beside}"), "entry", priority=30),
            ]
        return further
    if reading.state != "ok":
        return further if reading.state in ("empty", "failed", "missing") else []
    told = calibration.zone is not None or any(time.get("datetime") for time in page.root.iter("time"))
    # A front page that lists the entries themselves has a feed that shows them whole: edits too.
    if told and not any(link.role == "topic" for link in reading.links):
        return further
    feed = feeds.of(page)
    return [*further, Link(feed, "feed", priority=40)] if feed else further
