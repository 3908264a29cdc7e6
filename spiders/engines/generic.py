"""Any site software, by structure: rows that repeat make a list, blocks that repeat make a topic, one entry makes an article."""

import re
from dataclasses import replace

from lxml.html import HtmlElement

from crawler.model import Listing
from crawler.reading import Link, PageRole, Reading
from spiders.anatomy import dissect, repeats, time_elements
from spiders.articles import published, record_block, single_entry, title_of, whole_entry
from spiders.calibration import Calibration
from spiders.canonical import canonical, canonical_link
from spiders.moments import machine_readable
from spiders.offers import ProductOffer, product_offer
from spiders.page import FetchedPage
from spiders.pager import numbered_pages
from spiders.postblocks import PostBlock, lone_post, post_blocks
from spiders.posts import Post, PostTime, listing, time_of, words
from spiders.recognition import Basis, Sign
from spiders.rows import Row, is_list, plainly_listed, rows_of
from spiders.walls import state_without_content
from spiders.ways import first_page, kind_of, split_page, within, without_post

BASIS = Basis("structure", "no software")
HINTS: tuple[str, ...] = ()
SIGNS: tuple[Sign, ...] = ()

_NUMBERED_TOPIC = re.compile(r"/t/[^/?]+/\d+(?:\?page=\d+)?$")
_ANSWERING = re.compile(r"^\s*(?:(?:re|回复|回覆|答复)\s*[::]\s*)+", re.I)


def read(page: FetchedPage, calibration: Calibration | None = None) -> Reading:
    """Read a page of a site software that nobody described."""
    calibration = calibration if calibration is not None else Calibration()
    calibration.learn(page)
    here = address(page)
    kind = kind_of(here)
    rows: list[Row] | None = None
    if page.status < 400 and kind != "list":
        if page.role in ("entry", "list") and kind == "unknown":
            rows = rows_of(page, here, calibration)
        if rows is None or not is_list(rows):
            reading = _posts_or_entry(page, calibration, here, kind)
            if reading is not None:
                return reading
    rows = rows if rows is not None else rows_of(page, here, calibration)
    state, notes = state_without_content(page)
    if page.role == "topic" and page.status < 400 and kind != "list" and state == "empty":
        alone = _record(page, calibration, here, rows)
        if alone is not None:
            return alone
    if page.status < 400 and (is_list(rows) or (rows and page.role in ("entry", "list"))):
        return Reading(
            state="ok", role="list", canonical_url=here, title=page.title, links=tuple(_list_links(page, here, rows)),
        )  # fmt: skip
    if rows and state == "empty" and page.status < 400:
        return Reading(
            state="ok", role="list", canonical_url=here, title=page.title, links=tuple(_list_links(page, here, rows)),
        )  # fmt: skip
    return Reading(state=state, role=page.role, canonical_url=here, title=page.title, notes=notes)


def _posts_or_entry(page: FetchedPage, calibration: Calibration, here: str, kind: str) -> Reading | None:
    sold = product_offer(page) if page.role not in ("entry", "list") else None
    if sold is not None:
        return _product(page, calibration, here, sold)
    posts, are_comments = post_blocks(page, here, calibration)
    entry = single_entry(page) if not posts or are_comments or kind == "unknown" else None
    if entry is not None and posts and words(entry[1]) in title_of(page):
        # The heading alone; what follows it are the posts.
        entry = None
    if entry is not None and page.role not in ("entry", "list"):
        replies = [post for post in posts if are_comments and not _inside(entry[1], post.anatomy.block)]
        return _entry(page, calibration, here, entry, replies)
    if not posts and entry is None and kind == "topic":
        alone = lone_post(page, calibration)
        posts = [alone] if alone is not None else []
        record = _record(page, calibration, here, []) if alone is not None else None
        if alone is not None and record is not None and _is_scrap(alone, record.listings[0]):
            return record
    return _topic(page, calibration, here, posts) if posts else None


def _is_scrap(alone: PostBlock, record: Listing) -> bool:
    """Whether what looked like a topic's only post is one line of a record that offers more."""
    said = words(alone.anatomy.body)
    return bool(record.targets) and len(said) * 8 < len(record.passage.text) and "://" not in said


def _record(page: FetchedPage, calibration: Calibration, here: str, rows: list[Row]) -> Reading | None:
    """A page about one thing that nobody signed: an index's entry for a hash, a share, a file; None for a list."""
    block = record_block(page, [row.element for row in rows if row.has_evidence])
    if block is None:
        return None
    title = title_of(page)
    parts = dissect([block], calibration)[0]
    made = listing(
        page,
        calibration,
        title,
        Post(block, first_page(here), parts.author, parts.time, keep_quotes=True),
        opening=True,
    )
    if made is None or (not made.has_offer and (is_list(rows) or title not in made.passage.text)):
        return None
    return Reading(state="ok", role="topic", canonical_url=here, title=title, listings=(made,))


def _product(page: FetchedPage, calibration: Calibration, here: str, sold: ProductOffer) -> Reading:
    """A shop's page: the product, what it costs and who sells it; its neighbours belong to their own pages."""
    title = title_of(page, sold.block if sold.block.find(".//h1") is not None else None)
    told = [part for part in time_elements(sold.block) if not any(_inside(part, other) for other in sold.others)]
    time = time_of(told, calibration)
    post = Post(sold.block, first_page(here), sold.seller, time, keep_quotes=True, left_out=sold.others)
    made = listing(page, calibration, title, post, opening=True)
    found = () if made is None else (replace(made, price=sold.price or made.price),)
    return Reading(state="ok", role="topic", canonical_url=here, title=title, listings=found)


def address(page: FetchedPage) -> str:
    """The page's canonical address: what it declares, when that is on this site, of the same kind, and keeps the page number."""
    here = without_post(canonical(page.url)) if kind_of(canonical(page.url)) == "topic" else canonical(page.url)
    declared = page.declared_canonical
    if not declared or not within(page.site, declared):
        return here
    told = canonical(declared)
    if kind_of(told) in ("never", "post") or (told.rstrip("/").count("/") < 3 and here.rstrip("/").count("/") >= 3):
        return here
    _, number = split_page(here)
    _, told_number = split_page(told)
    if number is not None and told_number is None:
        return here
    same_kind = kind_of(told) == kind_of(here) or kind_of(here) in ("post", "unknown")
    return told if same_kind and (number == told_number or kind_of(here) == "post") else here


def _inside(element: HtmlElement, other: HtmlElement) -> bool:
    return element is other or other in element.iterancestors()


def _topic(page: FetchedPage, calibration: Calibration, here: str, posts: list[PostBlock]) -> Reading:
    first, number = split_page(here)
    title = title_of(page)
    found: list[Listing] = []
    for position, post in enumerate(posts):
        # Some software shows a topic's opening post on each of its pages, under the topic's own number.
        repeated = post.number is not None and post.number in first.split("/")
        opening = position == 0 and (number in (None, 1) or repeated)
        url = first if opening else permalink(page, post, here)
        if not opening and url in (first, here):
            # Nothing names this post; its place on the page tells it from its neighbours.
            url = f"{here}#{position + 1}"
        made = _listing(page, calibration, title, post, url, opening)
        if made:
            found.append(made)
    return Reading(
        state="ok",
        role="topic",
        canonical_url=here,
        title=title,
        listings=tuple(found),
        links=tuple(_pages(page, here, "topic")),
    )


def _listing(
    page: FetchedPage, calibration: Calibration, title: str, post: PostBlock, url: str, opening: bool
) -> Listing | None:
    parts = post.anatomy
    body = parts.body if parts.body is not None else parts.block
    return listing(
        page,
        calibration,
        title,
        Post(body, url, parts.author, parts.time, left_out=_repeated(body, title, opening)),
        opening,
    )


def _repeated(body: HtmlElement, title: str, opening: bool) -> tuple[HtmlElement, ...]:
    """The parts of a post's body that only repeat the topic's title: its writer wrote them once, if at all."""
    found = [
        heading
        for heading in body.iter("h1", "h2", "h3", "h4", "h5", "h6")
        if _ANSWERING.sub("", words(heading)).strip() == title.strip()
    ]
    if not opening:
        heads = body.iter("div", "p", "strong", "b", "span", "td", "dt")
        found += [head for head in heads if head is not body and repeats(head, title)]
    return tuple(found)


def permalink(page: FetchedPage, post: PostBlock, here: str) -> str:
    """A post's own address: the link in its block that names its number, else the topic's with the post's anchor."""
    if post.number:
        for anchor in post.anatomy.block.iter("a"):
            href = anchor.get("href") or ""
            if post.number not in href:
                continue
            url = canonical_link(page, href, keep_anchor=True)
            if url is None or not within(page.site, url):
                continue
            plain, _, fragment = url.partition("#")
            names_post = fragment.endswith(post.number) or kind_of(plain) == "post"
            if names_post and kind_of(plain) != "never":
                return url
    if post.anchor and post.number and _NUMBERED_TOPIC.search(here) and post.anchor == f"post_{post.number}":
        # Where posts are counted from one, their number follows the topic's: /t/its-title/7/12.
        return f"{here}/{post.number}" if "?" not in here else f"{first_page(here)}/{post.number}"
    for anchor in post.anatomy.block.iter("a"):
        url = canonical_link(page, anchor.get("href"))
        # Some software numbers a topic's posts in the path: /topic/7/name/12.
        if (
            url
            and url != without_post(url)
            and first_page(without_post(url)).rstrip("/") == first_page(here).rstrip("/")
        ):
            return url
    return f"{here}#{post.anchor or post.number}" if post.anchor or post.number else here


def _entry(
    page: FetchedPage,
    calibration: Calibration,
    here: str,
    entry: tuple[HtmlElement, HtmlElement],
    replies: list[PostBlock],
) -> Reading:
    block, body = whole_entry(page, *entry)
    title = title_of(page, block if block.find(".//h1") is not None else None)
    parts = dissect([block], calibration)[0]
    time = parts.time
    told = published(page)
    if told and (time is None or time.time.utc is None):
        moment = machine_readable(told)
        time = PostTime(moment, "datetime-attribute", time.text if time else told) if moment else time
    first, number = split_page(here)
    found = []
    made = listing(
        page,
        calibration,
        title,
        Post(
            body, first, parts.author, time, keep_quotes=True, left_out=tuple(reply.anatomy.block for reply in replies)
        ),
        number in (None, 1),
    )
    if made:
        found.append(made)
    for reply in replies:
        made = _listing(page, calibration, title, reply, permalink(page, reply, here), opening=False)
        if made:
            found.append(made)
    return Reading(
        state="ok",
        role="topic",
        canonical_url=here,
        title=title,
        listings=tuple(found),
        links=tuple(_pages(page, here, "topic")),
    )


def _pages(page: FetchedPage, here: str, role: PageRole) -> list[Link]:
    return [Link(url, role, priority=20 if role == "list" else 9) for url in numbered_pages(page, here)]


def _list_links(page: FetchedPage, here: str, rows: list[Row]) -> list[Link]:
    pages = _pages(page, here, "list")
    topics = [row for row in rows if row.kind == "topic"]
    unknown = [row for row in rows if row.kind == "unknown" and row.has_evidence]
    if len(unknown) < 3 * len(topics):
        unknown = []
    if not topics and not unknown:
        unknown = plainly_listed(rows)
    boards = [row for row in rows if row.kind == "list"]
    if not (topics or unknown or boards) and page.role == "entry":
        # A front page that shows a few names and nothing beside them.
        boards = rows
    found: dict[str, Link] = {}
    for row in boards:
        found[row.url] = Link(row.url, "list", priority=20)
    for link in pages:
        found.setdefault(link.url, link)
    for row in (*topics, *unknown):
        found.setdefault(row.url, Link(row.url, "topic", mark=row.mark, priority=10))
    root = first_page(canonical(page.site.url))
    return [link for link in found.values() if link.url != root]
