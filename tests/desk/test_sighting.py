"""How a site's hosts answered, read from runs, exchanges and what visits observed, and the moves that follow."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler import clock, workspace
from crawler.desk import founding, moving
from crawler.desk.sighting import sightings
from crawler.health.observed import Observed
from crawler.model import Exchange, Site
from crawler.store import Store, exchanges, runs, sites
from crawler.workspace import Workspace

BEGIN = datetime(2026, 3, 2, 2, tzinfo=UTC)
SITE, URL, NEW = "forum", "http://forum.example/", "http://forum-new.test/"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    founding.found(tmp_path / "W", {}, "0")
    return workspace.find(str(tmp_path / "W"))


@pytest.fixture
def store(place: Workspace) -> Iterator[Store]:
    with closing(Store.open(place.database)) as opened:
        sites.add(opened, Site(SITE, URL, ("forum.example:80",)), "test", clock.stamp(BEGIN - timedelta(days=9)))
        yield opened


def visited(
    store: Store, day: float, *, country: str = "DE", status: int | None = 200, error: str | None = None, url: str = URL,
    state: str | None = "ok", other: bool = False, **observed: Any,
) -> None:  # fmt: skip
    """A run of its own in which the site's entry answered so; `other`: another site answered well in it."""
    at, run_id = BEGIN + timedelta(days=day), clock.new_id()
    runs.begin(store, run_id, "test", json.dumps({"collector": {"country": country}}))
    made = [Exchange(clock.new_id(), run_id, SITE, url, "GET", b"", b"", at, at, 0, status=status, error=error)]
    if other:
        made.append(
            Exchange(clock.new_id(), run_id, "other", "http://other.example/", "GET", b"", b"", at, at, 0, status=200)
        )
    with store.transaction() as connection:
        for one in made:
            exchanges.write(connection, one, "", 1, None, None)
        connection.execute(
            "INSERT INTO site_health VALUES (?, ?, ?, ?, '[]', ?, NULL)",
            (run_id, SITE, clock.stamp(at), state, json.dumps(Observed(**observed).as_dict())),
        )


def kinds(place: Workspace, store: Store) -> list[tuple[str, int | None, int]]:
    return [
        (m.kind, None if m.last_seen is None else (m.last_seen - BEGIN).days, (m.at - BEGIN).days)
        for m in moving.of_site(store, place, SITE)
    ]


def test_451_to_one_country_while_another_sees_the_site_is_a_block_of_that_country(
    place: Workspace, store: Store
) -> None:
    for day in range(6):
        visited(store, day, country="CN", status=451 if 2 <= day < 4 else 200)
        visited(store, day + 0.5, country="JP")
    on, off = moving.of_site(store, place, SITE)
    assert [(m.kind, m.vantage, (m.at - BEGIN).days) for m in (on, off)] == [
        ("geo-block-on", "CN", 2),
        ("geo-block-off", "CN", 4),
    ]


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("This site is not available in your country.", "shut"),
        ("您所在的地区无法访问本站", "shut"),
        ("Forbidden", "unclear"),
    ],
)
def test_403_shuts_out_a_country_only_where_its_words_say_so(
    place: Workspace, store: Store, words: str, outcome: str
) -> None:
    visited(store, 0, status=403, state="blocked", words={"blocked": words}, entry="blocked")
    (seen,) = sightings(store, place, SITE)
    assert (seen.outcome, seen.vantage) == (outcome, "DE")


def test_an_entry_that_leads_off_the_site_names_where(place: Workspace, store: Store) -> None:
    visited(store, 0)
    for day in range(1, 4):
        visited(store, day, status=301, state="moved", entry="moved", away={NEW: 1})
    (move,) = moving.of_site(store, place, SITE)
    assert (move.kind, move.before, move.after, move.confidence) == (
        "redirect",
        ("forum.example",),
        ("forum-new.test",),
        "high",
    )


def test_a_listing_that_leads_off_the_site_is_no_move_of_the_site(place: Workspace, store: Store) -> None:
    for day in range(3):
        visited(store, day, status=301, state="ok", entry="ok", away={NEW: 4})
    assert kinds(place, store) == []


def test_a_site_is_dark_only_where_the_line_was_not(place: Workspace, store: Store) -> None:
    visited(store, 0)
    for day in (1, 2):
        visited(store, day, status=None, error="timeout: no answer", state="down")
    assert kinds(place, store) == []
    for day in (3, 4):
        visited(store, day, status=None, error="timeout: no answer", state="down", other=True)
    assert kinds(place, store) == [("dark", 0, 3)]


def test_a_parked_name_is_dark_and_what_we_refused_to_ask_says_nothing(place: Workspace, store: Store) -> None:
    visited(store, 0)
    visited(store, 1, status=None, error="refused-address: 127.0.0.1", other=True)
    for day in (2, 3):
        visited(store, day, state="parked", entry="parked")
    assert kinds(place, store) == [("dark", 0, 2)]


def test_pages_that_are_no_entry_say_nothing_of_the_host(place: Workspace, store: Store) -> None:
    visited(store, 0, url=f"{URL}t/9", status=451)
    assert sightings(store, place, SITE) == []
