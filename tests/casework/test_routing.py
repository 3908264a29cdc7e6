"""Countries with their roles, from observations alone; and to whom a case may go."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.casework import agencies, countries, routing
from crawler.casework.countries import Touch
from crawler.errors import ConfigurationError
from crawler.statement import Statement, StatementKind

AT = datetime(2026, 5, 1, tzinfo=UTC)
TODAY = date(2026, 5, 2)
HOST = "films.example"


def said(
    kind: StatementKind,
    value: str,
    *,
    about: str | None = None,
    host: str = HOST,
    days: int = 0,
    source: str = "a table",
) -> Statement:
    at = AT + timedelta(days=days)
    return Statement(
        f"{host} {kind} {value} {about} {days} {source}", host, kind, value, at, source, "medium", "X", about=about
    )


PLAIN = (said("address", "192.0.2.7"), said("country", "CA", about="192.0.2.7"), said("registrar-country", "IS"))
BEHIND = (*PLAIN, said("edge", "ExampleCDN", about="192.0.2.7"))


def roles(touches: list[Touch]) -> set[tuple[str, str]]:
    return {(touch.role, touch.country) for touch in touches}


def test_each_country_has_its_role_and_the_statement_behind_it() -> None:
    found = countries.touched([HOST], [*PLAIN, said("filing", "京ICP备12345678号")], "CN", AT)
    assert roles(found) == {("server", "CA"), ("registrar", "IS"), ("operator", "CN"), ("discovery", "CN")}
    assert all(touch.statements for touch in found if touch.role in ("server", "registrar", "operator"))
    assert countries.crosses_borders(found) and not countries.hidden([HOST], PLAIN)


def test_the_country_of_an_edge_is_never_the_servers() -> None:
    found = countries.touched([HOST], BEHIND, "CN", AT)
    assert ("edge", "CA") in roles(found) and not any(touch.role == "server" for touch in found)
    (unknown,) = countries.hidden([HOST], BEHIND)
    assert (unknown.why, unknown.edge) == ("edge", "ExampleCDN")
    gone = routing.route(
        agencies.known(), found, [unknown], track="criminal", giver="right-holder", own_country=None, today=TODAY
    )
    assert not any(recipient.agency.country == "CA" for recipient in gone.recipients)
    assert [(no.subject, no.why, no.detail) for no in gone.refusals] == [(HOST, "origin-hidden", "ExampleCDN")]


def test_an_address_of_no_known_country_is_not_called_unobserved() -> None:
    bare = [said("address", "192.0.2.7")]
    assert [one.why for one in countries.hidden([HOST], bare)] == ["unplaced"]
    found = routing.route(
        agencies.known(),
        [],
        countries.hidden([HOST], bare),
        track="criminal",
        giver="right-holder",
        own_country=None,
        today=TODAY,
    )
    assert [no.why for no in found.refusals] == ["unplaced"]
    assert [one.why for one in countries.hidden([HOST], [])] == ["unobserved"]


def test_an_origin_that_a_named_source_gave_is_the_server() -> None:
    origin = (
        said("origin", "198.51.100.9", source="answer of the host of 2 May"),
        said("country", "NL", about="198.51.100.9"),
    )
    found = countries.touched([HOST], [*BEHIND, *origin], None, AT)
    assert {("server", "NL"), ("edge", "CA")} <= roles(found) and not countries.hidden([HOST], [*BEHIND, *origin])


def test_what_was_observed_last_stands() -> None:
    moved = [*PLAIN, said("address", "203.0.113.5", days=9), said("country", "US", about="203.0.113.5", days=9)]
    assert ("server", "US") in roles(countries.touched([HOST], moved, None, AT))
    assert ("server", "CA") not in roles(countries.touched([HOST], moved, None, AT))


def test_sources_that_differ_are_told_as_a_dispute() -> None:
    found = countries.touched(
        [HOST], [*PLAIN, said("country", "FR", about="192.0.2.7", source="another table")], None, AT
    )
    assert [(t.country, t.is_disputed, t.confidence) for t in found if t.role == "server"] == [
        ("CA", True, "low"),
        ("FR", True, "low"),
    ]


@pytest.mark.parametrize(
    ("host", "country"),
    [("a.example.co.uk", "GB"), ("x.ru", "RU"), ("x.com", None), ("x.eu", None), ("192.0.2.1", None)],
)
def test_a_name_of_a_country_is_kept_in_it(host: str, country: str | None) -> None:
    assert [t.country for t in countries.touched([host], [], None, AT) if t.role == "registry"] == (
        [country] if country else []
    )


def to(country: str, track: str, giver: str = "right-holder") -> routing.Route:
    touches = [Touch(country, "server", HOST, "high", AT, ("S1",), ("a table",))]
    return routing.route(agencies.known(), touches, [], track=track, giver=giver, own_country=None, today=TODAY)


def test_a_country_without_a_counterpart_is_told_so_with_the_nearest_channel() -> None:
    found = to("US", "administrative")
    assert [(no.subject, no.why) for no in found.refusals] == [("US", "no-counterpart")]
    assert {r.agency.agency_id for r in found.recipients} == {"us-ipr-center", "us-doj-ccips", "us-fbi"}
    assert all(r.is_instead and r.track == "criminal" for r in found.recipients)
    nowhere = to("ZZ", "criminal")
    assert [(no.subject, no.why) for no in nowhere.refusals] == [("ZZ", "no-counterpart")]
    assert {r.through for r in nowhere.recipients} == {"member-body"}


def test_who_may_not_ask_is_told_who_may() -> None:
    ministry = agencies.named(agencies.known(), "kr-mcst")
    closed = replace(ministry, accepts_from=("member-body",))
    touches = [Touch("KR", "server", HOST, "high", AT, ("S1",), ("a table",))]
    found = routing.route(
        [closed], touches, [], track="administrative", giver="right-holder", own_country=None, today=TODAY
    )
    assert not found.recipients and [no.why for no in found.refusals] == ["member-bodies-only"]
    other = replace(ministry, accepts_from=("foreign-agency",))
    found = routing.route(
        [other], touches, [], track="administrative", giver="right-holder", own_country=None, today=TODAY
    )
    assert [no.why for no in found.refusals] == ["not-accepted"]


def test_an_entry_grows_old() -> None:
    one = replace(agencies.known()[0], verified_on=date(2026, 1, 1), verified_by="Li Si", review_due=date(2026, 5, 2))
    assert [one.standing(day) for day in (TODAY, TODAY + timedelta(days=1))] == ["verified", "expired"]
    assert {other.standing(TODAY) for other in agencies.known()} == {"unverified"}


def test_nothing_observed_is_no_route() -> None:
    found = routing.route(
        agencies.known(), [], [], track="criminal", giver="right-holder", own_country=None, today=TODAY
    )
    assert not found.recipients and [no.why for no in found.refusals] == ["nothing-observed"]


@given(st.lists(st.sampled_from(["CA", "US", "CN", "NL"]), max_size=4), st.booleans())
def test_no_agency_of_a_country_that_no_observation_names(named: list[str], is_edge: bool) -> None:
    statements = [
        s
        for n, country in enumerate(named)
        for s in (said("address", f"192.0.2.{n}"), said("country", country, about=f"192.0.2.{n}"))
    ]
    if is_edge:
        statements.append(said("edge", "ExampleCDN"))
    touches = countries.touched([HOST], statements, None, AT)
    found = routing.route(
        agencies.known(),
        touches,
        countries.hidden([HOST], statements),
        track="criminal",
        giver="right-holder",
        own_country=None,
        today=TODAY,
    )
    assert {r.agency.country for r in found.recipients} - {"WORLD"} <= (set() if is_edge else set(named))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('accepts_from = ["public"', 'accepts_from = ["anybody"', "accepts_from cannot hold anybody"),
        ('kind = "police"', 'kind = "army"', "unknown kind"),
        ('country = "US"', 'country = "usa"', "no country"),
        ('tracks = ["criminal"]', "tracks = []", "tracks cannot hold nothing"),
        ('level = "federal"', "verified_on = 2026-01-01\nlevel = 'federal'", "verification is incomplete"),
        ('kind = "portal"', 'kind = "owl"', "channel cannot be read"),
    ],
)
def test_a_fault_in_the_directory_is_named(old: str, new: str, told: str) -> None:
    from importlib.resources import files

    text = (files("crawler.casework") / "agencies.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ConfigurationError, match=told):
        agencies.parse(text.replace(old, new, 1))


def test_the_address_beside_an_edge_is_not_taken_for_the_servers() -> None:
    sibling = (said("address", "198.51.100.4"), said("country", "NL", about="198.51.100.4"))
    found = countries.touched([HOST], [*BEHIND, *sibling], "CN", AT)
    assert not any(touch.role == "server" for touch in found)
    assert {("edge", "CA"), ("edge", "NL")} <= roles(found) and not countries.crosses_borders(found)
    assert [one.why for one in countries.hidden([HOST], [*BEHIND, *sibling])] == ["edge"]
    origin = (said("origin", "203.0.113.9"), said("country", "IS", about="203.0.113.9"))
    known = countries.touched([HOST], [*BEHIND, *sibling, *origin], "CN", AT)
    assert {touch.country for touch in known if touch.role == "server"} == {"IS"}
