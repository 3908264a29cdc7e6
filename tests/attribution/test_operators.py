"""Links between sites: one strong trace or two medium ones of different kinds, and nothing that many share."""

from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.attribution.operators import COMMON, NAMES, OperatorLink, links
from crawler.statement import Confidence, Statement, StatementKind

AT = datetime(2026, 3, 1, tzinfo=UTC)
IDS = count()
ONE, TWO = "one.test", "two.test"
ICP, BAIDU = "京ICP备12345678号-1", "0123456789abcdef0123456789abcdef"


def said(
    host: str, kind: StatementKind, value: str, confidence: Confidence = "medium", about: str | None = None
) -> Statement:
    number = next(IDS)
    return Statement(f"S{number:06}", host, kind, value, AT, "the page", confidence, f"B{number:06}", None, about)


def both(kind: StatementKind, value: str, confidence: Confidence = "medium") -> list[Statement]:
    return [said(host, kind, value, confidence) for host in (ONE, TWO)]


def test_two_sites_that_share_only_a_theme_are_not_linked() -> None:
    assert links(both("template", "a1b2", "high") + both("favicon", "c3d4", "high")) == ()


def test_a_shared_filing_and_a_shared_analytics_account_are_a_strong_link_with_its_evidence() -> None:
    statements = both("filing", ICP) + both("analytics", BAIDU)
    (link,) = links(statements)
    assert (link.left, link.right, link.grade, link.is_asserted) == (ONE, TWO, "strong", True)
    assert set(link.because) == {one.statement_id for one in statements}


@pytest.mark.parametrize("kind", ["filing", "security-filing", "analytics", "advertising", "payment", "contact"])
def test_one_medium_trace_is_shown_and_never_asserted(kind: StatementKind) -> None:
    (link,) = links(both(kind, "x1"))
    assert (link.grade, link.is_asserted) == ("medium", False)


@pytest.mark.parametrize(
    "pair", [("filing", "security-filing"), ("analytics", "analytics")], ids=["footer", "two accounts of one page"]
)
def test_traces_that_are_copied_together_bear_each_other_out_no_further(
    pair: tuple[StatementKind, StatementKind],
) -> None:
    (link,) = links(both(pair[0], "x1") + both(pair[1], "x2"))
    assert (link.grade, link.is_asserted) == ("medium", False)


def test_weak_traces_make_no_medium_one_strong() -> None:
    (link,) = links(both("analytics", BAIDU) + both("favicon", "c3d4", "high") + both("address", "192.0.2.1", "high"))
    assert (link.grade, link.is_asserted) == ("medium", False)


def test_a_certificate_of_few_names_is_strong_alone() -> None:
    (link,) = links(both("certificate", "CN=CA serial 1f", "high"), certificates={"CN=CA serial 1f": [ONE, TWO]})
    assert (link.grade, link.is_asserted) == ("strong", True)


def test_a_certificate_that_names_another_known_site_links_the_two() -> None:
    shown = said(ONE, "certificate", "CN=CA serial 1f", "high")
    names = {"CN=CA serial 1f": [ONE, "*.two.test", "nobody-knows.test"]}
    (link,) = links([shown, said(TWO, "server-software", "nginx")], certificates=names)
    assert (link.left, link.right, link.grade, link.because) == (ONE, TWO, "strong", (shown.statement_id,))


def test_a_certificate_of_many_names_is_its_hosts_and_says_nothing() -> None:
    names = [f"c{number}.test" for number in range(NAMES + 1)]
    assert links(both("certificate", "CN=CA serial 1f"), certificates={"CN=CA serial 1f": names}) == ()


def test_what_an_edge_of_a_delivery_network_shows_is_the_networks() -> None:
    edge = "192.0.2.9"
    statements = [
        one
        for host in (ONE, TWO)
        for one in (
            said(host, "certificate", "CN=CA serial 2a", about=edge),
            said(host, "address", edge),
            said(host, "edge", "Example Delivery", about=edge),
            said(host, "favicon", "c3d4"),
        )
    ]
    assert links(statements) == ()


def test_an_account_that_many_sites_show_is_an_intermediarys() -> None:
    hosts = [f"site{number}.test" for number in range(COMMON + 1)]
    common = [said(host, "advertising", "ca-pub-1") for host in hosts]
    assert links(common) == ()
    (link,) = links(common + [said(host, "analytics", BAIDU) for host in hosts[:2]])
    assert link.grade == "medium"


def test_mirrors_of_one_site_count_once_and_are_not_linked_to_each_other() -> None:
    mirrors = [f"mirror{number}.test" for number in range(3 * COMMON)]
    owners = dict.fromkeys([*mirrors, ONE], "forum")
    statements = [said(host, kind, "x1") for host in [*mirrors, ONE, TWO] for kind in ("filing", "analytics")]
    (link,) = links(statements, owners)
    assert (link.left, link.right, link.grade) == ("forum", TWO, "strong")


def test_the_numbers_of_single_sites_under_one_filing_are_one_holders() -> None:
    statements = [said(ONE, "filing", "京ICP备12345678号-1"), said(TWO, "filing", "京ICP备12345678号-12")]
    (link,) = links(statements + both("advertising", "ca-pub-1"))
    assert link.grade == "strong"
    assert {trace.value for trace in link.shared} == {"京ICP备12345678号", "ca-pub-1"}


def test_a_trace_of_which_a_source_is_not_sure_counts_one_grade_less() -> None:
    unsure = [said(ONE, "payment", "w1", "low"), said(TWO, "payment", "w1")]
    (link,) = links(unsure + both("filing", ICP))
    assert (link.grade, {trace.kind: trace.grade for trace in link.shared}["payment"]) == ("medium", "weak")


def test_sites_that_each_show_a_filing_of_their_own_are_disputed() -> None:
    own = [said(ONE, "filing", ICP), said(TWO, "filing", "沪ICP备87654321号")]
    (link,) = links(own + both("analytics", BAIDU) + both("advertising", "ca-pub-1"))
    assert (link.grade, link.is_disputed, link.is_asserted) == ("strong", True, False)
    assert set(link.against) == {one.statement_id for one in own}


def test_a_link_that_a_person_disputes_is_shown_and_not_asserted() -> None:
    statements = both("filing", ICP) + both("analytics", BAIDU)
    (link,) = links(statements, disputed={frozenset((ONE, TWO))})
    assert (link.grade, link.is_disputed, link.is_asserted) == ("strong", True, False)


_STATEMENTS = st.lists(
    st.builds(
        said,
        st.sampled_from([ONE, TWO, "www.one.test", "three.test"]),
        st.sampled_from(
            ["filing", "analytics", "template", "favicon", "certificate", "advertising", "edge", "address"]
        ),
        st.sampled_from(["x1", "x2"]),
        st.sampled_from(["high", "medium", "low"]),
        st.sampled_from(["192.0.2.1", None]),
    ),
    max_size=30,
)


@given(_STATEMENTS, st.data())
def test_neither_order_nor_doubles_matter(statements: list[Statement], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(statements))
    assert links(shuffled + shuffled[:4]) == links(statements)


@given(_STATEMENTS)
def test_nothing_is_asserted_on_one_medium_trace(statements: list[Statement]) -> None:
    for link in links(statements):
        if link.is_asserted:
            medium = {trace.family for trace in link.shared if trace.grade == "medium"}
            assert any(trace.grade == "strong" for trace in link.shared) or len(medium) >= 2


@given(_STATEMENTS)
def test_a_link_rests_on_statements_of_both_its_sides(statements: list[Statement]) -> None:
    hosts = {one.statement_id: one.host.removeprefix("www.") for one in statements}
    for link in links(statements):
        assert isinstance(link, OperatorLink)
        assert {hosts[one] for one in link.because} == {link.left, link.right}
