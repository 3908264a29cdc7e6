"""Which hosts are proposed as sites, from what is on record alone."""

from collections.abc import Iterable

import pytest

from crawler.casework.candidates import ENOUGH, Candidate, Candidates
from crawler.licence import recorded

OWN = ("lantern-quay.example:443",)
LISTINGS = [("quay", f"https://lantern-quay.example/thread/{number}-one") for number in range(100, 120)]


def gathered(
    links: Iterable[str],
    *,
    licensed: Iterable[str] = (),
    hits: bool = False,
    country: str = "",
    seen: str = "2026-03-01T00:00:00Z",
) -> dict[str, Candidate]:
    found = Candidates(OWN, recorded(tuple(licensed)), LISTINGS, country)
    for number, url in enumerate(links):
        found.pointed("quay", f"https://lantern-quay.example/thread/{number}", url, hits, seen)
    return {one.host: one for one in found.proposed()}


def test_a_host_that_listings_keep_pointing_to_is_proposed() -> None:
    often = [f"https://locker-nine.example/f/{name}" for name in ("a", "b", "c")]
    found = gathered([*often, "https://once.example/f/a"], hits=True)
    assert list(found) == ["locker-nine.example:443"]
    candidate = found["locker-nine.example:443"]
    assert (candidate.listings, candidate.hits, candidate.sites) == (ENOUGH, ENOUGH, ("quay",))
    assert [one["key"] for one in candidate.reasons] == ["listings"]
    assert candidate.examples


def test_known_families_licensed_domains_and_own_hosts_are_left_out() -> None:
    urls = ["https://pan.baidu.com/s/1QmWv8sKdTzXc4LpNb6RyUj", "https://en.wikipedia.org/wiki/X", "https://shop.maker.example/x",
            "https://www.lantern-quay.example/thread/1", "https://lantern-quay.example/thread/2", "magnet:?xt=urn:btih:1"]  # fmt: skip
    assert gathered([url for url in urls for _ in range(5)], licensed=["maker.example"]) == {}


@pytest.mark.parametrize(
    ("licence", "country", "seen", "proposed"),
    [
        ("maker.example", "", "2026-03-01T00:00:00Z", False),
        ("maker.example (CN)", "CN", "2026-03-01T00:00:00Z", False),
        ("maker.example (CN)", "DE", "2026-03-01T00:00:00Z", True),
        ("maker.example (CN)", "", "2026-03-01T00:00:00Z", True),
        ("maker.example (..2025-12-31)", "CN", "2026-03-01T00:00:00Z", True),
        ("maker.example (..2025-12-31)", "CN", "2025-12-31T23:59:59.5Z", False),
        ("maker.example (2026-03-02..)", "CN", "2026-03-01T23:00:00Z", True),
        ("maker.example (CN; 2026-01-01..2026-12-31)", "中国", "2026-03-01T00:00:00Z", False),
    ],
)
def test_a_licensed_host_is_left_out_where_and_when_it_is_licensed(
    licence: str, country: str, seen: str, proposed: bool
) -> None:
    urls = [f"https://shop.maker.example/x{number}" for number in range(ENOUGH)]
    assert bool(gathered(urls, licensed=[licence], country=country, seen=seen)) is proposed


def test_what_was_seen_before_a_licence_began_still_counts() -> None:
    found = Candidates(OWN, recorded(("maker.example (2026-01-01..)",)), LISTINGS)
    for number, seen in enumerate(["2025-11-01T00:00:00Z"] * ENOUGH + ["2026-02-01T00:00:00Z"] * ENOUGH):
        found.pointed("quay", f"https://lantern-quay.example/thread/{number}", "https://maker.example/x", False, seen)
    (one,) = found.proposed()
    assert (one.listings, one.last_seen) == (ENOUGH, "2025-11-01T00:00:00Z")


def test_the_same_path_on_another_host_tells_a_mirror() -> None:
    found = gathered(["https://quay-two.example/thread/112-one"])
    (reason, _) = found["quay-two.example:443"].reasons
    assert (reason["key"], reason["site"], reason["count"]) == ("same-paths", "quay", 1)
    assert gathered(["https://quay-two.example/about"]) == {}


def test_a_name_that_differs_in_its_ending_is_alike() -> None:
    found = gathered(["https://lanternquay2.test/new"])
    assert [one["key"] for one in found["lanternquay2.test:443"].reasons] == ["name", "listings"]


def test_redirects_certificates_and_written_addresses_count() -> None:
    found = Candidates(OWN, (), LISTINGS)
    found.led("quay", "https://quay-new.example/forum/", 7)
    found.certified("lantern-quay.example:443", ["lantern-quay.example", "*.quay-cert.example"])
    found.certified("lantern-quay.example:443", [f"shared-{number}.example" for number in range(40)])
    found.certified("stranger.example:443", ["no-business-of-ours.example"])
    for number in range(ENOUGH):
        text = f"新地址：https://quay-text.example/bbs/{number}。大家收藏"
        found.written("quay", f"https://lantern-quay.example/thread/{number}", text, False, "2026-03-01T00:00:00Z")
    proposed = {one.host: one for one in found.proposed()}
    assert list(proposed) == ["quay-new.example:443", "quay-cert.example:443", "quay-text.example:443"]
    assert proposed["quay-text.example:443"].url == "https://quay-text.example/bbs/0"
    assert proposed["quay-new.example:443"].reasons[0] == {"key": "moved", "site": "quay", "pages": 7}
