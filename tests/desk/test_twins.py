"""Which watched sites are taken for one: by icon, by listings, or by a template with a listing; never by common software."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.desk.candidates import MANY, twins
from crawler.health.likeness import sketch
from crawler.health.observed import Observed
from crawler.model import Listing, Passage, Site
from crawler.store import Store, health, listings, runs, sites

AT = datetime(2026, 3, 1, tzinfo=UTC)
QUAY = sketch(f"quay-{number}" for number in range(90))
NEAR = sketch(f"quay-{number}" for number in range(20, 110))
OTHER = sketch(f"pier-{number}" for number in range(90))
ICON, ICON_2 = "a" * 64, "b" * 64


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with_one = Store.open(tmp_path / "titlewatch.db", create=True)
    runs.begin(with_one, "run", "titlewatch", "{}")
    yield with_one
    with_one.close()


def watch(
    store: Store, site: str, shape: str, *, icon: str | None = None, software: str | None = None,
    titles: Sequence[int] = (), text: str = "Every part of it from the first to the last, as it was shown in the harbour cinema",
) -> None:  # fmt: skip
    """Put a site on record that was read well once."""
    sites.add(store, Site(site, f"http://{site}.example/", (f"{site}.example:80",)), "Ada")
    seen = Observed(rows=9, shape=shape, icon=icon, software=software)
    health.write(store, "run", site, "ok", [], seen.as_dict())
    with store.transaction() as connection:
        for number in titles:
            url = f"http://{site}.example/topic/{number}"
            listing = Listing(url, url, f"Lantern {number}", Passage(f"{text} {number}"))
            listings.write_listing(connection, site, listing, "page", AT, "exchange")


def found(store: Store) -> list[tuple[str, str]]:
    return [(pair.one, pair.other) for pair in twins(store)]


def test_one_icon_above_templates_that_are_near_is_one_site(store: Store) -> None:
    watch(store, "a", QUAY, icon=ICON)
    watch(store, "b", NEAR, icon=ICON)
    watch(store, "c", QUAY, icon=ICON_2)
    watch(store, "d", OTHER, icon=ICON)
    (pair,) = twins(store)
    assert (pair.one, pair.other, pair.same_icon, pair.same_titles) == ("a", "b", True, 0)
    assert 40 <= pair.alike < 85


def test_what_common_software_brings_along_says_nothing_alone(store: Store) -> None:
    for site in ("a", "b"):
        watch(store, site, QUAY, icon=ICON, software="phpbb")
    assert found(store) == []


def test_common_software_and_one_listing_of_both_do(store: Store) -> None:
    watch(store, "a", QUAY, icon=ICON, software="phpbb", titles=[1])
    watch(store, "b", QUAY, icon=ICON, software="phpbb", titles=[1, 2])
    watch(store, "c", QUAY, icon=ICON, software="phpbb", titles=[3])
    assert found(store) == [("a", "b")]


def test_many_listings_of_both_do_whatever_they_look_like(store: Store) -> None:
    watch(store, "a", QUAY, titles=range(MANY))
    watch(store, "b", OTHER, titles=range(MANY))
    watch(store, "c", OTHER, titles=range(1, MANY))
    assert ("a", "b") in found(store) and ("a", "c") not in found(store)
    assert ("b", "c") in found(store), "one template and a listing"


def test_titles_without_words_of_their_own_are_no_sign(store: Store) -> None:
    for site in ("a", "b"):
        watch(store, site, QUAY, titles=range(MANY), text="Free")
    assert found(store) == []


def test_a_visit_that_was_not_ok_says_nothing_of_a_template(store: Store) -> None:
    watch(store, "a", QUAY, icon=ICON)
    watch(store, "b", QUAY, icon=ICON)
    health.write(store, "run", "b", "layout-changed", [], Observed(shape=QUAY, icon=ICON).as_dict())
    assert found(store) == []
