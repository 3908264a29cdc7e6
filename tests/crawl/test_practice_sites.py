"""The practice sites keep their word: what they call expected is on their pages, disguised or not."""

import base64
import re
from html import unescape
from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import unquote, urljoin
from urllib.request import Request, urlopen

import pytest

from crawler.practice.content import infohash, load
from crawler.practice.sites import PracticeSites


@pytest.fixture(scope="module")
def sites():
    with PracticeSites() as served:
        yield served


def read(url: str, **headers: str) -> str:
    with urlopen(Request(url, headers=headers), timeout=5) as response:
        return response.read().decode()


class Words(HTMLParser):
    """The text and the href values of one element, found by its id (of the whole page without one)."""

    def __init__(self, wanted: str | None) -> None:
        super().__init__()
        self.wanted, self.depth, self.text, self.links = wanted, 0 if wanted else 1, "", []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("img", "br", "meta", "link", "input"):
            return
        if self.depth or given.get("id") == self.wanted:
            self.depth += 1
            self.links += [given["href"]] if "href" in given else []

    def handle_endtag(self, tag):
        if self.depth:
            self.depth -= 1

    def handle_data(self, data):
        if self.depth:
            self.text += data


def undisguise(words: Words) -> str:
    """Every spelling of every link that the element holds, by means of the standard library alone."""
    spellings = words.text + "\n" + "\n".join(words.links)
    spellings += "\n" + words.text.replace("hxxps", "https").replace("[.]", ".")
    for found in re.findall(r"(?<![A-Za-z0-9+/])(?:thunder://)?([A-Za-z0-9+/]{24,}={0,2})", spellings):
        try:
            spellings += "\n" + base64.b64decode(found, validate=True).decode().removeprefix("AA").removesuffix("ZZ")
        except ValueError:
            continue
    for found in re.findall(r"btih:([A-Z2-7]{32})\b", spellings):
        spellings += "\nbtih:" + base64.b32decode(found).hex()
    return spellings


def test_every_expected_link_and_code_stands_in_its_own_post(sites):
    assert len(sites.expected) >= 24
    for listing in sites.expected:
        post = listing.url.partition("#")[2]
        html = read(listing.url)
        first = re.search(r'<article[^>]* id="([^"]+)"', html).group(1)
        words = Words(post or first)
        words.feed(html)
        spelled = undisguise(words)
        for link in listing.links:
            wanted = link.object.removeprefix("btih:")
            assert wanted in spelled, (listing.path, link)
            assert link.access_code is None or link.access_code in spelled, (listing.path, link)
        assert listing.posted_at.isoformat() in html
        assert listing.posted_by in html
        assert listing.title in unescape(html)


def test_expected_offers_cover_every_work_and_no_trap_is_expected(sites):
    assert {listing.work_id for listing in sites.expected} == {work.work_id for work in sites.works}
    assert {trap.url for trap in sites.traps}.isdisjoint(listing.url for listing in sites.expected)
    for trap in sites.traps:
        assert trap.why
        assert trap.title in unescape(read(trap.url))
    assert {"review", "news", "trailer", "licensed shop", "moderator warning", "request", "same words", "sequel",
            "other year", "soundtrack"} <= {trap.kind for trap in sites.traps}  # fmt: skip


def test_everything_public_is_reached_by_links_and_the_walled_board_shows_a_gate(sites):
    seen, todo = set(), [sites.forum_url, sites.blog_url]
    while todo:
        url = todo.pop()
        if url in seen or "/private/" in url:
            continue
        seen.add(url)
        words = Words(None)
        words.feed(read(url)) if not url.endswith((".css", ".xml")) else None
        todo += [urljoin(url, link).partition("#")[0] for link in words.links if link.startswith("/")]
    assert {listing.url.partition("#")[0] for listing in sites.expected} <= seen
    assert {trap.url for trap in sites.traps} <= seen
    gate = read(sites.forum_url + "board/back-room")
    assert "You must be logged in" in gate
    assert not any("/thread/501" in url for url in seen)
    assert infohash("salt-lantern-2160p") not in read(sites.forum_url + "thread/501-members-salt-lantern")


def test_hosts_and_ids_are_recognisably_invented():
    for topic in (*load().topics, *load().entries):
        for post in topic.posts:
            for host, path in re.findall(r"https?://([^/\s\"<]+)(/[^\s\"<）]*)?", str(post.body)):
                assert host.endswith(".example") or path.startswith(("/s/1FAKE", "/s/FAKE")), (host, path)


def test_numbers_are_unique_and_robots_forbids_what_is_private(sites):
    numbers = [topic.number for topic in load().topics]
    assert len(numbers) == len(set(numbers))
    assert "Disallow: /private/" in read(sites.forum_url + "robots.txt")


def test_the_feed_carries_the_newest_entries_with_their_links(sites):
    feed = read(sites.blog_url + "feed.xml")
    assert feed.count("<item>") == 6
    newest = next(listing for listing in sites.expected if "ninth-letter" in listing.path)
    assert newest.url in feed
    assert newest.links[0].url in unescape(unescape(feed))


def test_validators_hiding_editing_replying_and_failing():
    with PracticeSites() as sites:
        listing = sites.expected[0]
        with urlopen(listing.url) as response:
            validator = response.headers["ETag"]
        with pytest.raises(HTTPError, match="304"):
            read(listing.url, **{"If-None-Match": validator})
        sites.edit(listing.path, "A second mirror.")
        assert "A second mirror." in read(listing.url, **{"If-None-Match": validator})
        sites.reply(listing.path, "<p>Still works.</p>")
        assert "Still works." in read(listing.url)
        assert "112-the-salt-lantern" in read(sites.forum_url + "board/screening-room")
        sites.hide([listing.path])
        assert listing not in sites.expected
        with pytest.raises(HTTPError, match="404"):
            read(listing.url)
        sites.show([listing.path])
        sites.fail_next(listing.path, 1)
        sites.fail_next(listing.path, 1, status=0)
        with pytest.raises(HTTPError, match="503"):
            read(listing.url)
        with pytest.raises(OSError):
            read(listing.url)
        assert read(listing.url)
        assert [heard.path for heard in sites.requests].count(unquote(listing.path)) == 8
        assert sites.requests[0].site == "lantern-quay"


def test_a_topic_without_its_slug_is_redirected_to_its_canonical_address(sites):
    with urlopen(sites.forum_url + "thread/112") as response:
        assert response.url == sites.forum_url + "thread/112-the-salt-lantern-2024-1080p"
