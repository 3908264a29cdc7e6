"""What makes a page due, and what a visit that goes on remembers."""

from datetime import timedelta
from pathlib import Path

import pytest

from crawler import clock
from crawler.engine.frontier import Frontier
from crawler.engine.page_ids import PageIds
from crawler.model import Listing, Passage, Site, Target
from crawler.reading import Link, Page, PageRead, PageState, Reading
from crawler.store import Store, lists, pages, sites

ROOT = "http://forum.example/"


class Visit:
    """A frontier and the writing that the recorder would do."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.frontier = Frontier(store, "forum", PageIds(store), 5, timedelta(days=14), clock.now())
        self.frontier.enter(ROOT)

    def read(
        self,
        page: Page,
        *links: Link,
        offers: bool = False,
        redirect_to: str | None = None,
        state: PageState = "ok",
        error: str | None = None,
        bare: bool = False,
    ) -> list[str]:
        """Record a page that holds these links, and a listing unless it is `bare`; returns the URLs that became due."""
        target = Target("magnet", "magnet:?xt=urn:btih:" + "a" * 40, "btih:" + "a" * 40, "magnet:")
        listing = Listing(page.url, page.url, "T", Passage("T"), (target,) if offers else ())
        reading = Reading(
            "redirect" if redirect_to else state, page.role, listings=() if bare else (listing,), links=links,
            redirect_to=redirect_to, front=page.url.partition("?")[0], number=page.number or 1,
        )  # fmt: skip
        read = PageRead(page, "exchange", reading, error=error)
        fresh = self.frontier.follow(read)
        at = clock.now()
        outlook = self.frontier.outlook(read, at)
        outcome = pages.Outcome(
            page.page_id, "failed" if error else "done", "redirect" if redirect_to else "ok", error, 0, None, None, None,
            "exchange", at, outlook.next_due, outlook.offers, outlook.list_id, outlook.changed_at, outlook.digest,
        )  # fmt: skip
        rows, left = self.frontier.rows_of(page)
        with self.store.transaction() as connection:
            pages.write_new(connection, [page, *fresh])
            pages.write_outcomes(connection, [outcome])
            lists.write(connection, rows, left)
        self.frontier.finished(page)
        return [p.url for p in fresh]

    def pop(self) -> Page:
        page = self.frontier.pop()
        assert page is not None
        return page


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.open(tmp_path / "titlewatch.db", create=True)
    sites.add(store, Site("forum", ROOT, ("forum.example:80",)), "tester")
    return store


def topic(number: int, mark: str = "1 reply") -> Link:
    return Link(f"{ROOT}t/{number}", "topic", mark, 10)


def board(number: int) -> Link:
    return Link(f"{ROOT}b/{number}", "list", None, 30)


def test_a_link_is_followed_once(store: Store) -> None:
    visit = Visit(store)
    assert visit.read(visit.pop(), board(1), board(1)) == [f"{ROOT}b/1"]
    assert visit.read(visit.pop(), topic(1), topic(2), topic(1), board(1)) == [f"{ROOT}t/1", f"{ROOT}t/2"]


def test_a_page_that_was_not_recorded_is_due_again(store: Store) -> None:
    visit = Visit(store)
    visit.read(visit.pop(), topic(1), topic(2))
    visit.pop()
    later = Visit(store)
    assert {later.pop().url for _ in range(3)} == {ROOT, f"{ROOT}t/1", f"{ROOT}t/2"}


def test_in_a_later_visit_only_what_changed_is_due(store: Store) -> None:
    first = Visit(store)
    first.read(first.pop(), board(1))
    first.read(first.pop(), topic(1), topic(2))
    first.read(first.pop())
    first.read(first.pop())
    assert not first.frontier.waits()

    second = Visit(store)
    assert second.read(second.pop(), board(1)) == []
    assert second.read(second.pop(), topic(1), topic(2, "2 replies"), topic(3)) == [f"{ROOT}t/2", f"{ROOT}t/3"]


def test_an_unchanged_list_does_not_lead_on_to_older_lists(store: Store) -> None:
    first = Visit(store)
    first.read(first.pop(), board(1))
    further = Link(f"{ROOT}b/1?page=2", "list", priority=30, number=2)
    first.read(first.pop(), topic(1), further)
    first.read(first.pop())
    first.read(first.pop())
    second = Visit(store)
    second.read(second.pop(), board(1))
    assert second.read(second.pop(), topic(1), further) == []
    assert not second.frontier.waits()


def test_a_known_listing_is_read_again_in_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Visit(store)
    first.read(first.pop(), topic(1), topic(2))
    first.read(first.pop(), offers=True)
    first.read(first.pop())
    later = clock.now() + timedelta(days=15)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert [page.url for page in pages.due(store, "forum", later)] == [f"{ROOT}t/1"]


@pytest.mark.parametrize("state", ["not_modified", "refused"])
def test_an_answer_without_content_keeps_a_known_listing_due(
    store: Store, monkeypatch: pytest.MonkeyPatch, state: PageState
) -> None:
    first = Visit(store)
    first.read(first.pop(), topic(1), topic(2))
    first.read(first.pop(), offers=True)
    first.read(first.pop())
    later = clock.now() + timedelta(days=15)
    monkeypatch.setattr(clock, "now", lambda: later)
    second = Visit(store)
    second.read(second.pop())
    second.read(second.pop(), state=state)
    last = later + timedelta(days=14)
    assert pages.due(store, "forum", last - timedelta(seconds=1)) == []
    assert [page.url for page in pages.due(store, "forum", last)] == [f"{ROOT}t/1"]


def test_a_page_that_failed_is_asked_again_though_its_list_does_not_change(store: Store) -> None:
    first = Visit(store)
    first.read(first.pop(), topic(1))
    first.read(first.pop(), state="failed", error="site: status 503")
    second = Visit(store)
    asked = {second.pop().url, second.pop().url}
    assert asked == {ROOT, f"{ROOT}t/1"}


def test_a_redirect_is_followed_and_a_loop_ends(store: Store) -> None:
    visit = Visit(store)
    assert visit.read(visit.pop(), redirect_to=f"{ROOT}home") == [f"{ROOT}home"]
    hop = visit.pop()
    assert (hop.hop, hop.via, hop.role) == (1, "exchange", "entry")
    assert visit.read(hop, redirect_to=ROOT) == []
    assert not visit.frontier.waits()


def test_links_too_deep_are_counted_and_left(store: Store) -> None:
    visit = Visit(store)
    page = visit.pop()
    for depth in range(1, 6):
        visit.read(page, Link(f"{ROOT}{depth}", "list"))
        page = visit.pop()
    assert visit.read(page, Link(f"{ROOT}deeper", "list")) == []
    assert visit.frontier.beyond_depth == 1


def next_page(number: int) -> Link:
    return Link(f"{ROOT}b/1?page={number}", "list", None, 30, number)


def paged(visit: Visit, *rows: Link) -> int:
    """Read a board whose pages name one another, with these rows or a new one each; returns how many were read."""
    visit.read(visit.pop(), board(1), bare=True)
    read = 0
    while read < 30 and visit.frontier.waits():
        page = visit.pop()
        if page.role == "topic":
            visit.read(page)
            continue
        read += 1
        visit.read(page, *(rows or [topic(read)]), next_page(read + 1), bare=True)
    return read


def test_paging_on_in_a_list_leads_no_deeper_while_it_shows_something(store: Store) -> None:
    assert paged(Visit(store)) == 30


def test_a_chain_of_list_pages_that_show_nothing_new_ends(store: Store) -> None:
    visit = Visit(store)
    assert paged(visit, topic(1), topic(2)) == 6
    assert visit.frontier.beyond_depth == 1


def test_a_list_that_never_ends_is_left_after_so_many_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.engine.frontier.LIST_PAGES", 10)
    visit = Visit(store)
    assert paged(visit) == 11
    assert visit.frontier.beyond_depth == 1


def test_a_page_put_back_waits_for_its_time(store: Store) -> None:
    visit = Visit(store)
    page = visit.frontier.again(visit.pop(), 3600)
    assert page.attempts == 1
    assert visit.frontier.waits() and visit.frontier.pop() is None
    assert 3500 < (visit.frontier.ready_in() or 0) <= 3600
