"""Moves: the exact events of recorded nights, and none for what only takes turns."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.attribution.moves import Move, stated_moves
from crawler.statement import Statement, StatementKind

BEGIN = datetime(2026, 3, 1, 2, tzinfo=UTC)
HOST = "forum.example"
IDS = count()


def said(
    day: float, kind: StatementKind, value: str, *,
    source: str = "resolver", about: str | None = None, basis: str | None = None, host: str = HOST, edition: str | None = None,
) -> Statement:  # fmt: skip
    number = next(IDS)
    at = BEGIN + timedelta(days=day)
    return Statement(
        f"S{number:06}", host, kind, value, at, source, "high", basis or f"B{number:06}", edition, about
    )  # fmt: skip


def nights(kind: StatementKind, *values: str, source: str = "resolver", about: bool = False) -> list[Statement]:
    """One value a night; `about` makes each value's address one of its own."""
    return [
        said(day, kind, value, source=source, about=f"address of {value}" if about else None)
        for day, value in enumerate(values)
    ]


def told(moves: tuple[Move, ...]) -> list[tuple[str, tuple[str, ...], tuple[str, ...], int, int]]:
    return [
        (
            move.kind, move.before, move.after,
            (move.last_seen or BEGIN).toordinal() - BEGIN.toordinal(), move.at.toordinal() - BEGIN.toordinal(),
        )
        for move in moves
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "event"),
    [("address", "address"), ("name-server", "dns"), ("mail-server", "dns"), ("alias", "dns"), ("network", "network"),
     ("country", "country"), ("registrar", "registrar")],
)  # fmt: skip
def test_one_change_is_one_move_with_both_its_days(kind: StatementKind, event: str) -> None:
    before, after = nights(kind, *"aaa"), [said(5, kind, "b"), said(6, kind, "b"), said(7, kind, "b")]
    (move,) = stated_moves(before + after)
    assert told((move,)) == [(event, ("a",), ("b",), 2, 5)]
    assert move.statements == (before[2].statement_id, after[0].statement_id)
    assert move.confidence == "high"


@pytest.mark.parametrize(("nights_after", "confidence"), [(1, "low"), (2, "medium"), (3, "high")])
def test_how_sure_a_move_is_follows_from_the_days_on_which_it_was_seen(nights_after: int, confidence: str) -> None:
    (move,) = stated_moves(nights("address", *"aaa", *"b" * nights_after))
    assert move.confidence == confidence


def test_by_a_source_that_is_not_sure_itself_no_move_is_quite_sure() -> None:
    unsure = [replace(one, confidence="low") for one in nights("country", *["CN"] * 4, *["US"] * 4, about=True)]
    (move,) = stated_moves(unsure)
    assert move.confidence == "medium"


@pytest.mark.parametrize("turns", ["abababab", "aabbaabbaabb", "abbabaab", "abcabcabc", "aaaaabaaaa", "abbbabbabab"])
def test_addresses_that_take_turns_are_no_move(turns: str) -> None:
    assert stated_moves(nights("address", *turns)) == ()


def test_several_addresses_in_one_answer_are_no_move_whichever_is_used() -> None:
    whole = [
        said(day, "address", value, basis=f"answer {day}")
        for day in range(0, 20, 5)
        for value in ("192.0.2.1", "192.0.2.2")
    ]
    used = [said(day + 0.1, "address", "192.0.2.1" if day < 10 else "192.0.2.2") for day in range(20)]
    assert stated_moves(whole + used) == ()


def test_turns_within_a_night_are_no_move() -> None:
    assert (
        stated_moves([said(day + hour / 24, "address", "ab"[hour % 2]) for day in range(3) for hour in range(6)]) == ()
    )


def test_a_site_that_goes_and_comes_back_has_moved_twice() -> None:
    assert told(stated_moves(nights("address", *"aaaabbbbaaaa"))) == [
        ("address", ("a",), ("b",), 3, 4),
        ("address", ("b",), ("a",), 7, 8),
    ]


def test_a_move_with_both_seen_for_a_while_is_one_and_says_so() -> None:
    statements = [
        said(day, "address", value, basis=f"answer {day}")
        for day in range(20)
        for value in ("a" if day < 5 else "ab" if day < 8 else "b")
    ]
    assert told(stated_moves(statements)) == [("address", ("a",), ("b",), 7, 5)]


def test_a_group_that_is_replaced_by_a_group_is_one_move() -> None:
    statements = [
        said(day, "name-server", value, basis=f"answer {day}")
        for day in range(10)
        for value in (("ns1.a.example", "NS2.a.example.") if day < 6 else ("ns1.b.example", "ns2.b.example"))
    ]
    (move,) = stated_moves(statements)
    assert (move.before, move.after) == (("NS2.a.example.", "ns1.a.example"), ("ns1.b.example", "ns2.b.example"))


def test_a_name_server_more_is_no_move() -> None:
    statements = [
        said(day, "name-server", v, basis=f"{day}") for day in range(30) for v in ("abc" if day > 9 else "ab")
    ]
    assert stated_moves(statements) == ()


def test_a_delivery_network_that_hands_out_its_own_addresses_in_turn_has_not_moved() -> None:
    statements = nights("address", *"aaaabbbb") + [
        said(day, "edge", "Example Delivery", about="aaaabbbb"[day]) for day in range(8)
    ]
    assert stated_moves(statements) == ()


def test_behind_an_edge_the_country_does_not_move_and_the_address_says_why() -> None:
    statements = nights("address", *"aaabbb")
    statements += [said(day, "country", "CN", source="table", about="a") for day in range(3)]
    statements += [said(day, "country", "US", source="table", about="b") for day in range(3, 6)]
    statements += [said(day, "edge", "Example Delivery", about="b") for day in range(3, 6)]
    (move,) = stated_moves(statements)
    assert (move.kind, move.edge) == ("address", "Example Delivery")


def test_between_two_edges_of_different_countries_nothing_is_said_of_a_country() -> None:
    statements = [said(day, "country", "DE" if day < 3 else "US", about="d" if day < 3 else "u") for day in range(6)]
    statements += [said(day, "edge", "One" if day < 3 else "Other", about="d" if day < 3 else "u") for day in range(6)]
    assert stated_moves(statements) == ()


def test_out_from_behind_an_edge_the_last_country_known_is_the_one_before() -> None:
    statements = [said(day, "country", "CN", about="c") for day in range(3)]
    statements += [said(day, "country", "US", about="e") for day in range(3, 9)]
    statements += [said(day, "edge", "One", about="e") for day in range(3, 9)]
    statements += [said(day, "country", "CA", about="n") for day in range(9, 12)]
    assert told(stated_moves(statements)) == [("country", ("CN",), ("CA",), 2, 9)]


@pytest.mark.parametrize("kind", ["country", "network"])
def test_a_table_that_thinks_otherwise_of_the_same_address_has_moved_nothing(kind: StatementKind) -> None:
    values = ("CN", "US")
    statements = [
        said(day, kind, values[day >= 3], source="table", about="192.0.2.1", edition=f"2026-03-0{1 + day}")
        for day in range(6)
    ]  # fmt: skip
    assert stated_moves(statements) == ()


def test_a_later_edition_of_a_table_does_not_rewrite_what_was_said_before() -> None:
    statements = []
    for day in range(6):
        address, country = ("a", "CN") if day < 3 else ("b", "US")
        statements.append(
            said(day, "country", country, source="table", about=address, basis=f"x{day}", edition="2026-03-02")
        )
        statements.append(
            said(day, "country", "JP", source="table", about=address, basis=f"x{day}", edition="2026-11-01")
        )
    assert told(stated_moves(statements)) == [("country", ("CN",), ("US",), 2, 3)]


def test_two_sources_that_disagree_at_the_same_time_make_no_move_of_it() -> None:
    statements = nights("country", *["CN"] * 6, source="table") + nights("country", *["HK"] * 6, source="registry")
    assert stated_moves(statements) == ()


def test_where_sources_name_different_new_countries_neither_is_sure() -> None:
    statements = []
    for source, new in (("table", "US"), ("registry", "CA")):
        statements += nights("country", *["CN"] * 4, *[new] * 4, source=source, about=True)
    moves = stated_moves(statements)
    assert [(m.after, m.confidence) for m in moves] == [(("CA",), "low"), (("US",), "low")]


def test_the_same_move_by_several_sources_is_one_in_the_narrowest_time() -> None:
    statements = nights("address", *"aaaabbbb") + [
        said(day, "address", "a" if day < 4 else "b", source="connection") for day in (0.5, 3.5, 5.5, 6.5)
    ]
    (move,) = stated_moves(statements)
    assert (move.last_seen, move.at) == (BEGIN + timedelta(days=3.5), BEGIN + timedelta(days=4))
    assert len(move.statements) == 4


def test_a_source_that_took_over_goes_on_with_what_the_other_said() -> None:
    statements = nights("registrar", *["One Ltd."] * 3, source="registry a")
    statements += [
        said(day, "registrar", name, source="registry b")
        for day, name in ((5, "ONE LTD"), (6, "Two"), (7, "Two"), (8, "Two"))
    ]
    (move,) = stated_moves(statements)
    assert (move.before, move.after, move.confidence) == (("ONE LTD",), ("Two",), "medium")


def test_hosts_are_told_apart() -> None:
    other = [said(day, "address", "b", host="other.example") for day in range(3, 6)]
    assert stated_moves(nights("address", *"aaa") + other) == ()


_STATEMENTS = st.lists(
    st.builds(
        said,
        st.integers(0, 12),
        st.sampled_from(["address", "country", "name-server", "edge", "network"]),
        st.sampled_from("abcd"),
        source=st.sampled_from(["one", "two"]),
        about=st.sampled_from(["a", "b", None]),
    ),
    max_size=40,
)


@given(_STATEMENTS, st.data())
def test_neither_order_nor_doubles_matter(statements: list[Statement], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(statements))
    doubled = shuffled + data.draw(st.lists(st.sampled_from(statements), max_size=5) if statements else st.just([]))
    assert stated_moves(doubled) == stated_moves(statements)


@given(_STATEMENTS)
def test_a_move_rests_on_statements_of_its_host_and_leaves_nothing_of_before(statements: list[Statement]) -> None:
    by_id = {one.statement_id: one for one in statements}
    edges = {one.about for one in statements if one.kind == "edge"} - {None}
    for move in stated_moves(statements):
        assert not set(move.before) & set(move.after)
        shown = [by_id[one] for one in move.statements]
        assert {one.value for one in shown} >= {*move.before, *move.after}
        assert move.kind != "country" or not {one.about for one in shown} & edges
