"""A clock that is set back, or was far ahead, between two runs: the order is that of the ledger, not that of the times."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.practice.server import Heard, LoopbackServer
from tests.crash.scene import Faulty, entries, faults_after_recovery, forum, hits, rows, watching


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with Faulty() as made:
        yield made


@pytest.mark.parametrize("ahead", [3, 24 * 400])
def test_an_unfinished_visit_goes_on_after_the_clock_was_set_back(faulty: Faulty, tmp_path: Path, ahead: int) -> None:
    """No page that the visit has read is fetched again, whatever its time says; the leap is in the ledger."""
    log: list[Heard] = []
    with LoopbackServer("bulk", forum(20), log) as server:
        place = watching(faulty, tmp_path / "w", server.url)
        for hours in (ahead, ahead / 2, 0):
            done = faulty(place, "crawl", "--max-requests", 8, hours=hours)
            assert done.code == 0, done.err
        assert faulty(place, "crawl").code == 0
    asked = Counter(heard.path for heard in log if heard.path != "/robots.txt")
    assert len(asked) > 20
    twice = {path: count for path, count in asked.items() if count > 1}
    # The list that leads on, and what held an offer long ago, may be looked at again.
    assert sum(twice.values()) - len(twice) <= (3 if ahead < 24 else 12), twice
    assert [entry["type"] for entry in entries(place)].count("clock-jump") >= 2
    assert faults_after_recovery(place, hits(place)) == []


def test_nights_under_a_clock_that_was_a_year_ahead_do_not_put_off_the_next(faulty: Faulty, tmp_path: Path) -> None:
    with LoopbackServer("bulk", forum(6), None) as server:
        place = watching(faulty, tmp_path / "w", server.url)
        assert faulty(place, "nightly", hours=24 * 400).code == 0
        done = faulty(place, "nightly", "--json")
        assert done.code == 0, done.err
        assert '"requests":' in done.err
        assert "No site is due" in faulty(place, "nightly").err


def test_the_later_decision_stands_though_its_time_is_earlier(faulty: Faulty, tmp_path: Path) -> None:
    with LoopbackServer("bulk", forum(6), None) as server:
        place = watching(faulty, tmp_path / "w", server.url)
        assert faulty(place, "crawl").code == 0
    hit = rows(place, "SELECT hit_id FROM hits")[0]["hit_id"]
    for verdict, hours in (("infringing", 48), ("licensed", 0), ("unclear", 0)):
        done = faulty(place, "decide", hit, "--verdict", verdict, "--by", "Li Si", hours=hours)
        assert done.code == 0, done.err
    made = [entry for entry in entries(place) if entry["type"] == "decision"]
    assert [entry["supersedes"] for entry in made] == [None, made[0]["decision"], made[1]["decision"]]
