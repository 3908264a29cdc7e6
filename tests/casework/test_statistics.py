"""The figures of a period: each distinct thing once, and only what a person found infringing."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from crawler.bundle import statistics_sheet
from crawler.casework.bars import bars
from crawler.casework.statistics import GROUPINGS, UNITS, Found, Statistics, Sum, count, months

SINCE, UNTIL = date(2026, 1, 1), date(2026, 3, 31)


def hit(
    number: int, day: str = "2026-02-03", work: str = "salt", site: str = "quay", links: Sequence[tuple[str, str, str | None]] = (),
    price: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "hit_id": f"H{number}", "site": site, "url": f"https://{site}.example/t/{number}", "work_id": work,
        "seen_first": f"{day}T08:00:00Z", "posted_at": None, "exhibit": None, "price": price,
        "links": [{"kind": kind, "url": url, "object": thing} for kind, url, thing in links],
    }  # fmt: skip


def found(shown: dict[str, Any], *countries: str, kind: str = "film", cases: tuple[str, ...] = ()) -> Found:
    return Found(shown, kind, countries, cases)


DRIVE = ("cloud_drive", "https://pan.example/s/A1", "share:pan/A1")
MIRROR = ("cloud_drive", "https://pan.example/s/A1?pwd=x", "share:pan/A1")
MAGNET = ("magnet", "magnet:?xt=urn:btih:" + "a" * 40, "btih:" + "a" * 40)


def by(told: Statistics, grouping: Any) -> dict[str, dict[str, int]]:
    return {line.group: dict(line.figures) for line in told.groups[grouping]}


def test_forty_pages_that_link_to_three_shares_are_three_copies() -> None:
    shares = [("cloud_drive", f"https://pan.example/s/{n}", f"share:pan/{n}") for n in range(3)]
    told = count([found(hit(n, links=[shares[n % 3]])) for n in range(40)], SINCE, UNTIL)
    assert told.total == {"cases": 0, "links": 3, "sites": 1, "works": 1, "copies": 3}


def test_mirrors_add_links_and_no_copies() -> None:
    told = count([found(hit(1, links=[DRIVE])), found(hit(2, site="pier", links=[MIRROR]))], SINCE, UNTIL)
    assert (told.total["links"], told.total["copies"], told.total["sites"]) == (2, 1, 2)


def test_groups_count_a_hit_in_each_and_the_total_once() -> None:
    told = count([found(hit(1, links=[DRIVE, MAGNET]), "US", "CN", cases=("C1", "C2"))], SINCE, UNTIL)
    assert told.total == {"cases": 2, "links": 2, "sites": 1, "works": 1, "copies": 2}
    assert {country: figures["copies"] for country, figures in by(told, "country").items()} == {"US": 2, "CN": 2}
    assert {channel: figures["copies"] for channel, figures in by(told, "channel").items()} == {
        "cloud_drive": 1,
        "magnet": 1,
    }


def test_what_hides_its_country_is_of_no_country() -> None:
    told = count([found(hit(1, links=[DRIVE]), kind="")], SINCE, UNTIL)
    assert list(by(told, "country")) == list(by(told, "kind")) == ["unknown"]


def test_offers_without_links_are_goods_or_words() -> None:
    told = count([found(hit(1, price="¥9.9")), found(hit(2))], SINCE, UNTIL)
    assert {channel: figures["copies"] for channel, figures in by(told, "channel").items()} == {"goods": 1, "words": 0}


def test_days_are_those_of_utc_and_both_ends_count() -> None:
    days = ["2025-12-31", "2026-01-01", "2026-03-31", "2026-04-01"]
    told = count(
        [found(hit(n, day, links=[("file", f"https://x.example/{n}", None)])) for n, day in enumerate(days)],
        SINCE,
        UNTIL,
    )
    assert told.total["links"] == 2
    assert [(line.group, line.figures["links"]) for line in told.groups["month"]] == [
        ("2026-01", 1),
        ("2026-02", 0),
        ("2026-03", 1),
    ]
    assert months(date(2025, 12, 31), date(2026, 1, 1)) == ["2025-12", "2026-01"]


hits = st.lists(
    st.builds(
        lambda number, day, work, links, countries: found(hit(number, day, work, links=links), *countries),
        st.integers(0, 9), st.sampled_from(["2026-01-05", "2026-02-03", "2027-01-01"]), st.sampled_from(["salt", "fog"]),
        st.lists(st.sampled_from([DRIVE, MIRROR, MAGNET]), unique=True), st.sets(st.sampled_from(["US", "CN", "JP"])),
    ),
    max_size=12,
)  # fmt: skip


@given(hits, st.randoms())
def test_no_order_and_no_repetition_changes_a_figure_and_no_group_exceeds_the_total(
    given: list[Found], chance: Any
) -> None:
    told = count(given, SINCE, UNTIL)
    again = [*given, *given]
    chance.shuffle(again)
    assert count(again, SINCE, UNTIL) == told
    for grouping in GROUPINGS:
        assert all(line.figures[unit] <= told.total[unit] for line in told.groups[grouping] for unit in UNITS)
        assert (
            told.groups[grouping] == ()
            or sum(line.figures["copies"] for line in told.groups[grouping]) >= told.total["copies"]
        )


def test_a_chart_is_well_formed_whatever_its_labels_say() -> None:
    drawn = bars(
        [("<script>&", 3), ("一个非常非常长的国家和地区的名称，超过了标签的宽度", 0), ("\x00a\u202eb", 1_200_000)],
        'a "title" <',
    )
    root = ElementTree.fromstring(drawn)
    texts = [element.text or "" for element in root.iter() if element.tag.endswith("text")]
    assert "<script>&" in texts and "1,200,000" in texts and any(text.endswith("…") for text in texts)
    assert not any(element.tag.endswith("script") for element in root.iter())
    assert bars([], "empty").endswith("</svg>")


def test_the_table_and_the_paper_hold_every_figure_and_are_the_same_each_time() -> None:
    sums = [Sum("turnover", "claimed", "CNY", 61000, 1), Sum("turnover", "estimated", "CNY", 5, 1)]
    given = [found(hit(1, links=[DRIVE, MAGNET]), "US", "CN", cases=("C1",)), found(hit(2, work="fog"), kind="book")]
    told = count(given, SINCE, UNTIL, sums=sums, verdicts={"infringing": 2, "new": 7}, referrals={"draft": 1})
    rows = statistics_sheet.as_csv(told).decode("utf-8-sig").splitlines()
    assert "2026-01-01,2026-03-31,total 合计,,1,2,1,2,2" in rows
    assert any("mainland China 中国大陆,1,2,1,1,2" in row for row in rows)
    assert any("61000.00 CNY" in row for row in rows) and any("5.00 CNY" in row for row in rows)
    for language in ("en", "zh"):
        assert statistics_sheet.pdf(told, language) == statistics_sheet.pdf(told, language)
