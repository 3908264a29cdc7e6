"""A site's timeline: what its lanes hold, and the picture that is drawn of it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.attribution.acts import Act
from crawler.attribution.moves import Move, stated_moves
from crawler.casework.timeline import HOSTS, Timeline, timeline
from crawler.casework.timeline_picture import WIDTH, picture
from crawler.statement import Statement, StatementKind

BEGIN = datetime(2026, 3, 1, 2, tzinfo=UTC)
HOST = "forum.example"
IDS = count()
SVG = "{http://www.w3.org/2000/svg}"


def at(day: float) -> datetime:
    return BEGIN + timedelta(days=day)


def said(day: float, kind: StatementKind, value: str, about: str | None = None, host: str = HOST) -> Statement:
    number = next(IDS)
    return Statement(f"S{number:05}", host, kind, value, at(day), "table", "high", f"B{number:05}", None, about)


def line(moves: tuple[Move, ...] | None, statements: list[Statement], acts: tuple[Act, ...] = ()) -> Timeline:
    found = stated_moves(statements) if moves is None else moves
    return timeline("forum", found, statements, [(at(0), 3), (at(4), 1)], acts, at(30))


def periods(shown: Timeline, what: str) -> list[tuple[str, int, int, tuple[str, ...]]]:
    (lane,) = (lane for lane in shown.lanes if lane.what == what)
    return [(p.state, (p.start - BEGIN).days, (p.end - BEGIN).days, p.values) for p in lane.periods]


def test_a_lane_shows_what_was_stated_the_time_in_which_it_changed_and_nothing_beyond() -> None:
    statements = [said(day, "country", "CN" if day < 5 else "US", f"address {day < 5}") for day in (0, 2, 4, 8, 9, 12)]
    assert periods(line(None, statements), "country") == [
        ("value", 0, 4, ("CN",)), ("between", 4, 8, ()), ("value", 8, 12, ("US",)),
    ]  # fmt: skip


def test_behind_an_edge_no_country_is_drawn() -> None:
    statements = [said(day, "country", "CN", "a") for day in range(4)]
    statements += [
        one
        for day in range(5, 9)
        for one in (said(day, "country", "US", "e"), said(day, "edge", "Example Delivery", "e"))
    ]
    shown = line(None, statements)
    assert periods(shown, "country") == [("value", 0, 3, ("CN",)), ("edge", 5, 8, ("Example Delivery",))]
    assert ">US<" not in picture(shown, "en")


def test_when_a_host_was_dark_is_drawn_from_what_was_seen() -> None:
    dark = Move(HOST, "dark", ("open (200)",), ("unreachable (timeout)",), at(10), at(9), (), ("X1", "X2"))
    back = Move(HOST, "back", ("unreachable (timeout)",), ("open (200)",), at(20), at(18), (), ("X3", "X4"))
    assert periods(line((dark, back), []), "state") == [
        ("open", 0, 9, ()), ("between", 9, 10, ()), ("dark", 10, 18, ()), ("between", 18, 20, ()), ("open", 20, 30, ()),
    ]  # fmt: skip


def test_hosts_without_a_move_make_room_for_those_with_one() -> None:
    statements = [said(0, "address", "192.0.2.1", host=f"h{number}.test") for number in range(HOSTS + 3)]
    statements += [said(day, "address", "a" if day < 3 else "b", host="moved.test") for day in range(1, 6)]
    shown = line(None, statements)
    assert "moved.test" in {lane.host for lane in shown.lanes}
    assert (len({lane.host for lane in shown.lanes}), shown.left_out) == (HOSTS, 4)
    assert "4 more hosts are not drawn" in picture(shown, "en")


def test_the_picture_tells_each_change_with_its_interval_and_the_days_since_what_we_did() -> None:
    statements = [said(day, "country", "CN" if day < 5 else "US", f"address {day < 5}") for day in range(8)]
    text = picture(line(None, statements, (Act("N", "notice", at(2), "the host"),)), "en")
    told = [element.text or "" for element in ElementTree.fromstring(text).iter(f"{SVG}text")]
    assert "forum.example  country: CN -> US" in told
    assert "2 to 3 days after our notice of 2026-03-03" in told
    assert "2026-03-05 02:00 – 2026-03-06 02:00" in told


def test_a_picture_without_its_list_has_the_lanes_alone() -> None:
    statements = [said(day, "country", "CN" if day < 5 else "US", f"address {day < 5}") for day in range(8)]
    shown = line(None, statements)
    assert "CN -&gt; US" in picture(shown, "en")
    assert "CN -&gt; US" not in picture(shown, "en", is_listed=False)


_TEXT = st.text(max_size=40)


@given(
    language=st.sampled_from(["en", "zh"]),
    values=st.lists(_TEXT.filter(lambda text: text.strip() != ""), min_size=1, max_size=8),
    days=st.lists(st.floats(0, 4000), max_size=8), reference=_TEXT,
)  # fmt: skip
def test_whatever_a_source_says_the_picture_is_sound_fits_its_width_and_is_the_same_again(
    language: str, values: list[str], days: list[float], reference: str
) -> None:
    statements = [said(day, "address", values[number % len(values)]) for number, day in enumerate(days)]
    shown = line(None, statements, (Act("R", "referral", at(3), reference, reference),))
    drawn = picture(shown, language)
    root = ElementTree.fromstring(drawn)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "defs", "pattern", "rect", "path", "circle", "text", "g",
    }  # fmt: skip
    assert all(0 <= float(element.get("x", "0")) <= WIDTH for element in root.iter())
    assert picture(shown, language) == drawn


@pytest.mark.parametrize("span", [timedelta(hours=3), timedelta(days=9), timedelta(days=200), timedelta(days=9000)])
def test_an_axis_has_some_ticks_and_not_too_many(span: timedelta) -> None:
    shown = timeline("forum", (), [], [(BEGIN, 1)], (), BEGIN + span)
    labels = [
        e.text
        for e in ElementTree.fromstring(picture(shown, "en")).iter(f"{SVG}text")
        if e.get("text-anchor") == "middle"
    ]
    assert 1 <= len(labels) <= 11
