"""What a run does when one of its parts fails: the others come to their end."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler import clock
from crawler.engine.guard.robots import Decision, RobotsGuard
from crawler.engine.sealing import seal_all
from crawler.evidence import keys
from crawler.evidence.ledger import Ledger
from crawler.evidence.segment import Segment
from crawler.model import Listing, Match, Passage, Reason, Site, Work
from crawler.reading import Page, Visit
from crawler.store import Store, listings, sites, works
from crawler.workspace import Workspace
from spiders.site import SiteSpider
from tests.decorators import coroutine_test

FIRST, LATER = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.open(tmp_path / "titlewatch.db", create=True)
    sites.add(store, Site("forum", "http://forum.example/", ("forum.example:80",)), "tester")
    return store


def test_a_damaged_segment_keeps_no_other_from_its_seal(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.evidence.mkdir()
    signer = keys.create(workspace.keys)
    ledger = Ledger(workspace.ledger)
    for name in ("TW-A", "TW-B"):
        Segment.create(workspace.evidence, name, {}).seal()
    broken = workspace.evidence / "TW-A.warc.gz"
    broken.write_bytes(broken.read_bytes()[:-9])
    (why,) = seal_all(workspace, ledger, signer, (), "run")
    assert "TW-A.warc.gz" in why
    assert (workspace.evidence / "TW-B.seal.json").is_file()
    assert not (workspace.evidence / "TW-A.seal.json").exists()


def test_a_host_that_the_site_redirected_to_was_not_added(store: Store) -> None:
    with store.transaction() as connection:
        sites.add_host(connection, "forum", "www.forum.example:80", clock.stamp(FIRST))
    assert sites.added_hosts(store, "forum") == ["forum.example:80"]


def test_an_unchanged_page_shows_its_hits_still(store: Store) -> None:
    works.save(store, [Work("salt", "The Salt Lantern")])
    page = "http://forum.example/t/1"
    listing = Listing(page, page, "The Salt Lantern", Passage("The Salt Lantern"))
    match = Match("salt", 0.9, (Reason("title-title", 2.2, "It stands here.", "title", (0, 16)),))
    with store.transaction() as connection:
        listing_id = listings.write_listing(connection, "forum", listing, "Topic", FIRST, "exchange")
        listings.write_hit(connection, "hit", listing_id, page, match, FIRST)
        listings.seen_again(connection, page, LATER)
    row = store.row("SELECT first_seen, last_seen FROM hits")
    assert row is not None and tuple(row) == (clock.stamp(FIRST), clock.stamp(LATER))


def test_a_redirect_to_what_is_no_address_is_the_sites_fault() -> None:
    spider = SiteSpider(Visit("run", Site("forum", "http://forum.example/", ("forum.example:80",))))
    request = Request("http://forum.example/", meta={"page": Page(1, "forum", "http://forum.example/")})
    response = Response("http://forum.example/", 302, {"Location": "http://[bad"}, request=request)
    (read,) = spider.read_page(response)
    assert read.error is not None and read.error.startswith("site: ")


def test_a_page_that_was_read_in_part_is_noted() -> None:
    spider = SiteSpider(Visit("run", Site("forum", "http://forum.example/", ("forum.example:80",))))
    request = Request("http://forum.example/long", meta={"page": Page(1, "forum", "http://forum.example/long")})
    body, headers = b"<html><h1>A town</h1>", {"Content-Type": "text/html"}
    for flags in ([], ["lenient", "truncated:length"]):
        response = Response("http://forum.example/long", 200, headers, body, flags, request)
        (read,) = spider.read_page(response)
        noted = any("http://forum.example/long" in note and "part" in note for note in read.reading.notes)
        assert (noted, read.error) == (bool(flags), None)


async def _refusing(status: int) -> Decision:
    async def fetch(url: str, *, via: str | None, hop: int) -> Response:
        return Response(url, status, body=b"User-agent: *\nDisallow: /", request=Request(url))

    guard = RobotsGuard(fetch, recall=lambda origin: None, remember=lambda origin, fetched: None)
    return await guard.allowed("http://forum.example/a")


@coroutine_test
async def test_only_a_robots_txt_that_cannot_be_had_is_a_refusal_that_passes() -> None:
    unreachable, forbidden = await _refusing(503), await _refusing(200)
    assert (unreachable.allowed, unreachable.passing) == (False, True)
    assert (forbidden.allowed, forbidden.passing) == (False, False)
