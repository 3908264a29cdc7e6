"""Which hosts are proposed as sites, from what is on record alone."""

from collections.abc import Iterable

from crawler.casework.candidates import ENOUGH, Candidate, Candidates

OWN = ("lantern-quay.example:443",)
LISTINGS = [("quay", f"https://lantern-quay.example/thread/{number}-one") for number in range(100, 120)]


def gathered(links: Iterable[str], *, licensed: Iterable[str] = (), hits: bool = False) -> dict[str, Candidate]:
    found = Candidates(OWN, licensed, LISTINGS)
    for number, url in enumerate(links):
        found.pointed("quay", f"https://lantern-quay.example/thread/{number}", url, hits, "2026-03-01T00:00:00Z")
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
