"""Moves that answers show: dark and back, shut to one country, led to another name, a mirror; and days after our acts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.attribution.acts import Act, after_acts
from crawler.attribution.moves import Move
from crawler.attribution.sightings import Home, Outcome, Sighting, seen_moves

BEGIN = datetime(2026, 3, 1, 2, tzinfo=UTC)
HOST, NEW = "forum.example", "forum-new.test"


def at(day: float) -> datetime:
    return BEGIN + timedelta(days=day)


def seen(
    day: float, outcome: Outcome, *, host: str = HOST, vantage: str | None = "DE", to: str = "", detail: str = ""
) -> Sighting:
    return Sighting(host, at(day), outcome, f"X-{host}-{vantage}-{day}", vantage, detail, to)


def told(moves: tuple[Move, ...]) -> list[tuple[str, int | None, float]]:
    return [(m.kind, None if m.last_seen is None else (m.last_seen - BEGIN).days, (m.at - BEGIN).days) for m in moves]


def test_a_host_that_is_reached_by_nobody_on_two_days_went_dark_and_one_that_answers_again_is_back() -> None:
    nights = [
        seen(day, "unreachable" if 3 <= day < 6 else "open", detail="timeout" if 3 <= day < 6 else "200")
        for day in range(8)
    ]
    dark, back = seen_moves(nights)
    assert told((dark, back)) == [("dark", 2, 3), ("back", 5, 6)]
    assert (dark.before, dark.after) == (("open (200)",), ("unreachable (timeout)",))
    assert dark.exchanges == (nights[2].exchange, nights[3].exchange)


def test_one_night_without_an_answer_is_not_dark() -> None:
    assert seen_moves([seen(day, "unreachable" if day == 3 else "open") for day in range(6)]) == ()


def test_a_host_that_was_never_seen_cannot_go_dark() -> None:
    assert seen_moves([seen(day, "unreachable") for day in range(6)]) == ()


def test_what_another_country_sees_is_not_dark() -> None:
    nights = [seen(0, "open")]
    nights += [seen(day, "unreachable") for day in range(1, 6)] + [
        seen(day + 0.3, "open", vantage="JP") for day in range(1, 6)
    ]
    assert seen_moves(nights) == ()


def test_a_host_shut_to_one_country_and_seen_from_another_is_blocked_there_until_it_opens() -> None:
    china = [
        seen(day, "shut" if 2 <= day < 5 else "open", vantage="CN", detail="451" if 2 <= day < 5 else "200")
        for day in range(7)
    ]
    japan = [seen(day + 0.5, "open", vantage="JP") for day in range(7)]
    on, off = seen_moves(china + japan)
    assert told((on, off)) == [("geo-block-on", 1, 2), ("geo-block-off", 4, 5)]
    assert {on.vantage, off.vantage} == {"CN"}
    assert on.exchanges == (china[1].exchange, china[2].exchange, japan[1].exchange)


@pytest.mark.parametrize("other", [None, "CN"])
def test_a_host_that_no_other_country_sees_is_not_said_to_be_blocked(other: str | None) -> None:
    nights = [seen(day, "shut" if day > 2 else "open", vantage="CN") for day in range(6)]
    nights += [seen(day + 0.5, "open", vantage=None) for day in range(6)] if other is None else []
    assert seen_moves(nights) == ()


def test_a_sighting_from_elsewhere_of_before_the_host_was_last_open_bears_nothing_out() -> None:
    nights = [seen(0, "open", vantage="JP"), seen(1, "open", vantage="CN"), seen(2, "shut", vantage="CN")]
    assert seen_moves(nights) == ()


def test_a_sighting_from_elsewhere_weeks_away_bears_nothing_out() -> None:
    nights = [seen(1, "open", vantage="CN"), seen(2, "shut", vantage="CN"), seen(20, "open", vantage="JP")]
    assert seen_moves(nights) == ()


def test_a_name_that_leads_to_a_host_that_is_not_the_sites_is_a_redirect() -> None:
    nights = [seen(day, "redirect" if day > 2 else "open", to=NEW if day > 2 else "") for day in range(6)]
    (move,) = seen_moves(nights, (Home(HOST, at(-9)),))
    assert (told((move,)), move.before, move.after) == ([("redirect", 2, 3)], (HOST,), (NEW,))


def test_a_name_that_leads_to_another_of_the_sites_is_its_change_of_name_and_no_mirror() -> None:
    nights = [seen(day, "redirect" if day > 2 else "open", to=NEW if day > 2 else "") for day in range(6)]
    nights += [seen(day, "open", host=NEW) for day in range(4, 8)]
    assert told(seen_moves(nights, (Home(HOST, at(-9)), Home(NEW, at(4))))) == [("domain", 2, 3)]


def test_a_name_that_leads_to_its_own_www_has_not_moved() -> None:
    nights = [seen(day, "redirect" if day > 2 else "open", to=f"www.{HOST}" if day > 2 else "") for day in range(6)]
    assert seen_moves(nights, (Home(HOST, at(-9)), Home(f"www.{HOST}", at(3)))) == ()


def test_a_further_name_beside_one_that_answers_is_a_mirror() -> None:
    nights = [seen(day, "open") for day in range(9)] + [seen(day, "open", host=NEW) for day in range(4, 9)]
    assert told(seen_moves(nights, (Home(HOST, at(-9)), Home(NEW, at(3))))) == [("mirror", None, 4)]


def test_a_further_name_after_the_first_went_dark_is_the_sites_change_of_name() -> None:
    nights = [seen(day, "open" if day < 3 else "unreachable") for day in range(9)]
    nights += [seen(day, "open", host=NEW) for day in range(6, 9)]
    assert told(seen_moves(nights, (Home(HOST, at(-9)), Home(NEW, at(5))))) == [("dark", 2, 3), ("domain", 2, 6)]


def test_names_that_a_site_had_from_the_first_are_no_mirrors() -> None:
    nights = [seen(day, "open", host=host) for day in range(4) for host in (HOST, NEW)]
    assert seen_moves(nights, (Home(HOST, at(-9)), Home(NEW, at(-9)))) == ()


_SIGHTINGS = st.lists(
    st.builds(
        seen,
        st.integers(0, 20),
        st.sampled_from(["open", "shut", "unreachable", "parked", "redirect", "unclear"]),
        host=st.sampled_from([HOST, NEW]),
        vantage=st.sampled_from(["CN", "DE", None]),
        to=st.sampled_from([NEW, "third.test"]),
    ),
    max_size=40,
)


@given(_SIGHTINGS, st.data())
def test_neither_order_nor_doubles_of_sightings_matter(sightings: list[Sighting], data: st.DataObject) -> None:
    homes = (Home(HOST, at(-1)), Home(NEW, at(5)))
    shuffled = data.draw(st.permutations(sightings))
    assert seen_moves(shuffled + shuffled[:3], homes) == seen_moves(sightings, homes)


@given(_SIGHTINGS)
def test_nothing_is_dark_while_anybody_sees_it(sightings: list[Sighting]) -> None:
    for move in seen_moves(sightings):
        if move.kind == "dark":
            assert move.last_seen is not None
            between = [s for s in sightings if s.host == move.host and move.last_seen < s.at <= move.at]
            assert all(s.outcome in ("unreachable", "parked") for s in between)


def moved(last_seen: datetime | None, first_seen: datetime) -> Move:
    return Move(HOST, "country", ("CN",), ("US",), first_seen, last_seen, ("S1", "S2"))


def test_days_are_counted_between_days_in_utc_whatever_the_hour() -> None:
    notice = Act("N1", "notice", datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    (after,) = after_acts(
        [moved(datetime(2026, 3, 9, 1, tzinfo=UTC), datetime(2026, 3, 10, 0, 1, tzinfo=UTC))], [notice]
    )
    assert (after.days, after.days_at_least, after.is_surely_after) == (9, 8, True)


def test_a_move_that_may_have_come_before_the_notice_is_not_surely_after_it() -> None:
    (after,) = after_acts([moved(at(3), at(12))], [Act("N1", "notice", at(5))])
    assert (after.days, after.days_at_least, after.is_surely_after) == (7, -2, False)


def test_the_last_notice_and_the_first_finding_before_a_move_count() -> None:
    acts = [
        Act("F1", "finding", at(0)), Act("F2", "finding", at(2)), Act("N1", "notice", at(3)), Act("N2", "notice", at(6)),
        Act("N3", "notice", at(30)),
    ]  # fmt: skip
    assert [(one.act.act_id, one.days) for one in after_acts([moved(at(9), at(10))], acts)] == [("F1", 10), ("N2", 4)]


def test_where_the_old_state_was_never_seen_nothing_is_sure() -> None:
    (after,) = after_acts([moved(None, at(10))], [Act("N1", "notice", at(1))])
    assert (after.days, after.days_at_least, after.is_surely_after) == (9, None, False)


def test_of_an_act_whose_day_alone_is_known_the_whole_day_must_be_over() -> None:
    sent = Act("R1", "referral", BEGIN.replace(hour=0), is_day=True)
    (same_day,) = after_acts([moved(BEGIN, at(9))], [sent])
    (next_day,) = after_acts([moved(at(1), at(9))], [sent])
    assert ((same_day.days, same_day.is_surely_after), (next_day.days, next_day.is_surely_after)) == (
        (9, False),
        (9, True),
    )
