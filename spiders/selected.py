"""What a site file's selectors find on a page, in place of what the site's engine found there."""

from collections.abc import Sequence
from dataclasses import replace

from lxml.html import HtmlElement

from crawler.description import ListSelectors, TopicSelectors
from crawler.model import Listing
from crawler.reading import Link, PageRole, Reading
from crawler.sitefile.selecting import elements, texts
from spiders.anatomy import Anatomy, dissect
from spiders.articles import title_of
from spiders.calibration import Calibration
from spiders.canonical import canonical, canonical_link
from spiders.engines import generic
from spiders.markers import blocks, numbered
from spiders.page import FetchedPage
from spiders.pager import numbered_pages
from spiders.postblocks import PostBlock
from spiders.posts import Post, listing, words
from spiders.refinement import Refinement
from spiders.rows import mark_of
from spiders.ways import first_page, kind_of, split_page, within, without_post


def overridden(page: FetchedPage, calibration: Calibration, reading: Reading, refinement: Refinement) -> Reading:
    """The reading with all that the selectors find in place of the engine's; what they do not name stays the engine's.

    A page on which the engine finds posts or rows and the selectors none is noted: its layout has changed.
    """
    assert page.site.description is not None
    chosen = page.site.description.selectors
    if page.status >= 400 or reading.state not in ("ok", "empty"):
        return reading
    rows = _rows(page, chosen.list)
    posts = refinement.blocks
    if posts and not (rows and page.role in ("entry", "list", "search")):
        return _topic(page, calibration, reading, chosen.topic, posts)
    if rows or reading.role == "list":
        made = _list(page, calibration, reading, chosen.list, rows)
        missing = "list" if (chosen.list.row or chosen.list.link) and not rows and _topics(made) else None
    else:
        made = _renamed(page, reading, chosen.topic)
        missing = "topic" if (chosen.topic.post or chosen.topic.body) and made.listings else None
    note = f"{page.url}: the site file's selectors of a {missing} find nothing here, though the page shows one"
    return replace(made, notes=(*made.notes, note)) if missing else made


def _topics(reading: Reading) -> list[Link]:
    return [link for link in reading.links if link.role == "topic"]


def _topic(
    page: FetchedPage, calibration: Calibration, reading: Reading, chosen: TopicSelectors, posts: Sequence[HtmlElement]
) -> Reading:
    is_topic = reading.role == "topic" and reading.canonical_url is not None
    here = reading.canonical_url if is_topic and reading.canonical_url else generic.address(page)
    first, number = split_page(here)
    told = texts(chosen.title, page.root)
    title = told[0] if told else reading.title if is_topic and reading.listings else title_of(page)
    named = {made.passage.text: made.url for made in reading.listings if made.passage.text}
    found: list[Listing] = []
    for position, parts in enumerate(dissect(posts, calibration)):
        opening = position == 0 and number in (None, 1)
        url = first if opening else _permalink(page, parts, here, position)
        chosen_bodies = elements(chosen.body, parts.block)
        body = chosen_bodies[0] if chosen_bodies else parts.body if parts.body is not None else parts.block
        post = Post(body, url, parts.author, parts.time, keep_quotes=len(posts) == 1)
        made = listing(page, calibration, title, post, opening)
        if made is not None:
            # The engine knows its software's permalinks.
            found.append(made if opening else replace(made, url=named.get(made.passage.text, made.url)))
    usual = reading.links if is_topic else [Link(url, "topic", priority=9) for url in numbered_pages(page, here)]
    links = _further(page, chosen.next, usual, "topic", here)
    return replace(
        reading, state="ok", role="topic", canonical_url=here, title=title, listings=tuple(found), links=links, notes=()
    )


def _permalink(page: FetchedPage, parts: Anatomy, here: str, position: int) -> str:
    name = parts.block.get("id")
    told = numbered(name)
    url = generic.permalink(page, PostBlock(parts, told[1] if told else None, name), here)
    return f"{here}#{position + 1}" if url in (here, first_page(here)) else url


def _renamed(page: FetchedPage, reading: Reading, chosen: TopicSelectors) -> Reading:
    """A topic whose posts the engine found, under the heading that the site file names."""
    told = texts(chosen.title, page.root)
    further = _further(page, chosen.next, reading.links, "topic", reading.canonical_url or canonical(page.url))
    if not told or reading.role != "topic":
        return replace(reading, links=further) if reading.role == "topic" else reading
    made = tuple(replace(one, title=told[0]) if one.title == reading.title else one for one in reading.listings)
    return replace(reading, title=told[0], listings=made, links=further)


def _rows(page: FetchedPage, chosen: ListSelectors) -> list[HtmlElement]:
    if chosen.row is not None:
        return elements(chosen.row, page.root)
    ways = elements(chosen.link, page.root)
    return blocks(ways) if ways else []


def _list(
    page: FetchedPage, calibration: Calibration, reading: Reading, chosen: ListSelectors, rows: Sequence[HtmlElement]
) -> Reading:
    here = reading.canonical_url or canonical(page.url)
    links = reading.links
    if rows:
        topics = [link for row in rows if (link := _way(page, calibration, chosen, row)) is not None]
        links = (*(link for link in links if link.role != "topic"), *topics)
    boards = _leading(page, chosen.board, "list")
    if boards:
        kept = [link for link in links if link.role != "list" or _is_further(link, here)]
        links = (*boards, *kept)
    links = _further(page, chosen.next, links, "list", here)
    once = tuple({link.url: link for link in reversed(links)}.values())[::-1]
    return replace(reading, state="ok", role="list", canonical_url=here, listings=(), links=once)


def _way(page: FetchedPage, calibration: Calibration, chosen: ListSelectors, row: HtmlElement) -> Link | None:
    anchor = _anchor(page, chosen.link, row)
    url = canonical_link(page, anchor.get("href")) if anchor is not None else None
    if anchor is None or url is None or not within(page.site, url) or kind_of(url) == "never":
        return None
    topic = first_page(without_post(url))
    if chosen.replies is None and chosen.date is None:
        return Link(topic, "topic", mark_of(page, topic, row, anchor, words(anchor), None, calibration)[0], 10)
    replies, date = texts(chosen.replies, row)[:1], texts(chosen.date, row)[:1]
    time = calibration.read(date[0]) if date else None
    # What is told as an age is another word at every visit.
    last = date[0] if date and (time is None or time.ago is None) else ""
    return Link(topic, "topic", f"{replies[0] if replies else ''}/{last}", 10)


def _anchor(page: FetchedPage, selector: str | None, row: HtmlElement) -> HtmlElement | None:
    told = elements(selector, row)
    inside = [anchor for element in told or [row] for anchor in element.iter("a") if anchor.get("href")]
    if not inside and told:
        inside = [anchor for anchor in told[0].iterancestors("a") if anchor.get("href")]
    topics = [anchor for anchor in inside if kind_of(canonical_link(page, anchor.get("href")) or "") == "topic"]
    ranked = topics if topics and not told else inside
    return max(ranked, key=lambda anchor: len(words(anchor)), default=None)


def _further(
    page: FetchedPage, selector: str | None, links: Sequence[Link], role: PageRole, here: str
) -> tuple[Link, ...]:
    further = [link for link in _leading(page, selector, role) if link.url not in (here, first_page(here))]
    if not further:
        return tuple(links)
    return (*further, *(link for link in links if link.role != role or not _is_further(link, here)))


def _is_further(link: Link, here: str) -> bool:
    first, number = split_page(link.url)
    return number is not None and first.rstrip("/") == first_page(here).rstrip("/")


def _leading(page: FetchedPage, selector: str | None, role: PageRole) -> list[Link]:
    found: dict[str, Link] = {}
    for element in elements(selector, page.root):
        for anchor in element.iter("a"):
            url = canonical_link(page, anchor.get("href"))
            if url is not None and within(page.site, url) and kind_of(url) != "never":
                found.setdefault(url, Link(url, role, priority=20 if role == "list" else 9))
    return list(found.values())
