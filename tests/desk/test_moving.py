"""Moves gathered from a workspace's record, noticed once, and followed by the cases on the site."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from crawler import clock, workspace
from crawler.attribution.acts import after_acts
from crawler.desk import conducting, deciding, following, founding, linking, moving, rebuilding, referring
from crawler.errors import UsageError
from crawler.statement import Statement, StatementKind
from crawler.store import Store, case_acts, cases, correspondence, referrals, sites, statements
from crawler.store.cases import Case
from crawler.store.correspondence import ReferralAct
from crawler.workspace import Workspace
from tests.cli.seeding import seed

BEGIN = datetime(2026, 3, 2, 2, tzinfo=UTC)
SITE, HOST = "forum", "forum.example"
IDS = count()


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    founding.found(tmp_path / "W", {}, "0")
    return workspace.find(str(tmp_path / "W"))


def said(day: int, kind: StatementKind, value: str, about: str | None = None, host: str = HOST) -> Statement:
    number = next(IDS)
    at = BEGIN + timedelta(days=day)
    return Statement(f"S{number:05}", host, kind, value, at, "table", "medium", f"B{number:05}", None, about)


def states(store: Store, *found: Statement) -> None:
    with store.transaction() as connection:
        statements.write(connection, found)


def moved_to_the_us(store: Store) -> None:
    """Nine nights in China, then the United States."""
    places = ["CN"] * 9 + ["US"] * 3
    states(store, *(said(day, "country", country, f"address in {country}") for day, country in enumerate(places)))


def case_on_site(
    store: Store, place: Workspace, hit_ids: list[str], track: str | None = "criminal", verdict: str = "infringing"
) -> str:
    deciding.decide(store, place, hit_ids, verdict, "Li Wen")
    case = Case(clock.new_id(), "Forum", track, BEGIN, "test@host")
    with store.transaction() as connection:
        cases.write(connection, case)
        cases.add(connection, case.case_id, hit_ids, BEGIN)
    return case.case_id


def entered(place: Workspace, kind: str, act: str) -> list[dict[str, Any]]:
    lines = map(json.loads, place.ledger.read_text().splitlines())
    return [one for one in lines if one["type"] == kind and one.get("act") == act]


def test_a_case_follows_its_site_to_another_country_once_and_a_draft_waits_for_people(place: Workspace) -> None:
    hit_ids = seed(place.folder)
    with closing(Store.open(place.database)) as store:
        case_id = case_on_site(store, place, hit_ids[:1])
        conducting.close(store, place, case_id, "shut down by its operator", "Li Wen")
        moved_to_the_us(store)
        noticed = moving.notice(store, place)
        assert [(m.kind, m.before, m.after, m.site) for m in noticed.moves] == [("country", ("CN",), ("US",), SITE)]
        (followed,) = noticed.followed
        assert (followed.case_id, followed.reopened) == (case_id, True)
        assert [act.act for act in case_acts.of_case(store, case_id)] == ["close", "reopen"]
        (referral,) = referrals.every(store, case_id)
        assert followed.referrals == (referral.referral_id,)
        assert (referral.state, referral.agency[:3], referral.approvals) == ("draft", "US/", ())
        again = moving.notice(store, place)
        assert (again.moves, again.followed) == ((), ())
        assert len(referrals.every(store, case_id)) == 1
    (entry,) = entered(place, "case", "follow")
    assert (entry["case"], entry["referrals"], entry["statements"]) == (
        case_id,
        [referral.referral_id],
        list(noticed.moves[0].statements),
    )
    assert len(entered(place, "referral", "draft")) == 1


def test_an_open_case_is_not_opened_again_and_a_draft_that_waits_is_not_doubled(place: Workspace) -> None:
    hit_ids = seed(place.folder)
    with closing(Store.open(place.database)) as store:
        case_id = case_on_site(store, place, hit_ids[:1])
        moved_to_the_us(store)
        moving.notice(store, place)
        states(store, *(said(day, "country", "CN", "back in China") for day in range(12, 15)))
        states(store, *(said(day, "country", "US", "there again") for day in range(15, 18)))
        moving.notice(store, place)
        agencies = [one.agency for one in referrals.every(store, case_id)]
        assert len(agencies) == len(set(agencies))
        assert {agency[:2] for agency in agencies} == {"US", "CN"}
        assert case_acts.of_case(store, case_id) == []


def test_a_case_without_a_track_follows_without_a_draft(place: Workspace) -> None:
    hit_ids = seed(place.folder)
    with closing(Store.open(place.database)) as store:
        case_id = case_on_site(store, place, hit_ids[:1], track=None)
        moved_to_the_us(store)
        (followed,) = moving.notice(store, place).followed
        assert (followed.case_id, followed.referrals, referrals.every(store)) == (case_id, (), [])


def test_a_case_in_which_nobody_found_anything_infringing_gets_no_draft(place: Workspace) -> None:
    hit_ids = seed(place.folder)
    with closing(Store.open(place.database)) as store:
        case_id = case_on_site(store, place, hit_ids[:1], verdict="licensed")
        moved_to_the_us(store)
        noticed = moving.notice(store, place)
        assert ([one for one, _ in noticed.not_drafted], referrals.every(store)) == ([case_id], [])


def test_a_country_for_which_the_directory_names_nobody_is_said_and_drafts_nothing(place: Workspace) -> None:
    hit_ids = seed(place.folder)
    with closing(Store.open(place.database)) as store:
        case_id = case_on_site(store, place, hit_ids[:1])
        states(store, *(said(day, "country", "CN" if day < 3 else "AQ", f"address {day < 3}") for day in range(6)))
        noticed = moving.notice(store, place)
        assert [one for one, _ in noticed.not_drafted] == [case_id]
        assert referrals.every(store) == []


def test_what_one_night_showed_moves_no_case(place: Workspace) -> None:
    hit_ids = seed(place.folder)
    with closing(Store.open(place.database)) as store:
        case_on_site(store, place, hit_ids[:1])
        states(store, *(said(day, "country", "CN" if day < 3 else "US", f"address {day < 3}") for day in range(4)))
        noticed = moving.notice(store, place)
        assert ([m.confidence for m in noticed.moves], noticed.followed) == (["low"], ())
        states(store, said(4, "country", "US", "address False"))
        later = moving.notice(store, place)
        assert (later.moves, len(later.followed)) == ((), 1)


def test_what_moved_before_the_case_was_opened_is_not_followed(place: Workspace) -> None:
    hit_ids = seed(place.folder)
    with closing(Store.open(place.database)) as store:
        states(store, *(said(day - 60, "country", "CN" if day < 3 else "US", f"address {day < 3}") for day in range(6)))
        case_on_site(store, place, hit_ids[:1])
        noticed = moving.notice(store, place)
        assert (len(noticed.moves), noticed.followed) == (1, ())


def test_a_new_home_is_taken_by_a_named_person_who_says_why(place: Workspace) -> None:
    seed(place.folder)
    new = "http://forum-new.test/"
    with closing(Store.open(place.database)) as store:
        with pytest.raises(UsageError, match="nothing on record"):
            following.follow(store, place, SITE, new, "Li Wen")
        with pytest.raises(UsageError, match="nobody follows"):
            following.follow(store, place, SITE, new, " ", "same members")
        host, _ = following.follow(store, place, SITE, new, "Li Wen", "same members")
        site = sites.one(store, SITE)
        assert (host, site.url) == ("forum-new.test:80", new)
        assert set(site.hosts) == {"forum.example:80", "forum-new.test:80"}
        with pytest.raises(UsageError, match="already belongs"):
            following.follow(store, place, SITE, new, "Li Wen", "same members")
    (entry,) = entered(place, "site", "follow")
    assert (entry["by"], entry["note"], entry["leads"], entry["reasons"]) == ("Li Wen", "same members", False, [])


def test_a_home_that_was_taken_comes_back_from_the_ledger(place: Workspace) -> None:
    seed(place.folder)
    with closing(Store.open(place.database)) as store:
        following.follow(store, place, SITE, "http://forum-new.test/", "Li Wen", "same members")
    place.database.unlink()
    rebuilding.rebuild(place)
    with closing(Store.open(place.database)) as store:
        site = sites.one(store, SITE)
    assert (site.url, set(site.hosts)) == ("http://forum-new.test/", {"forum.example:80", "forum-new.test:80"})


def test_what_people_dispatched_about_a_site_is_among_our_acts(place: Workspace) -> None:
    hit_ids = seed(place.folder)
    with closing(Store.open(place.database)) as store:
        case_id = case_on_site(store, place, hit_ids[:1])
        referral = referring.draft(store, place, case_id, "US/IPR Center", "a tip", "Li Wen")
        sent = ReferralAct(
            clock.new_id(), referral.referral_id, "dispatch", date(2026, 3, 5), {}, None, "Li Wen", "u", "h", BEGIN, 1
        )
        with store.transaction() as connection:
            correspondence.write(connection, sent)
        moved_to_the_us(store)
        acts = moving.acts_on(store, SITE)
        assert [(act.kind, act.at.date().isoformat()) for act in acts] == [
            ("finding", "2026-03-01"), ("case", "2026-03-02"), ("referral", "2026-03-05"),
        ]  # fmt: skip
        after = after_acts(moving.of_site(store, place, SITE), acts)
    assert [(one.act.kind, one.days, one.is_surely_after) for one in after] == [
        ("finding", 10, True), ("case", 9, True), ("referral", 6, True),
    ]  # fmt: skip


def test_what_its_source_withholds_bears_no_link_out(place: Workspace) -> None:
    seed(place.folder)
    with closing(Store.open(place.database)) as store:
        shared: list[tuple[StatementKind, str]] = [("filing", "京ICP备12345678号"), ("analytics", "G-ABCDEF1234")]
        for kind, value in shared:
            said_of_both = [said(0, kind, value, host=host) for host in (HOST, "other.test")]
            states(store, *(replace(one, handling="TLP:RED" if kind == "filing" else None) for one in said_of_both))
        (link,) = linking.links(store, SITE)
        (without,) = linking.links(store, SITE, withheld=("TLP:RED",))
    assert (link.grade, without.grade) == ("strong", "medium")


def test_sites_are_linked_by_an_account_that_nobody_is_shown(place: Workspace) -> None:
    seed(place.folder)
    with closing(Store.open(place.database)) as store:
        states(store, *(said(0, "payment", "T-account-77", host=host) for host in (HOST, "other.test")))
        states(store, *(said(0, "analytics", "G-ABCDEF1234", host=host) for host in (HOST, "other.test")))
        (link,) = linking.links(store)
        exported = json.dumps(list(linking.entities([link])))
    assert (link.grade, {trace.kind for trace in link.shared}) == ("strong", {"payment", "analytics"})
    assert "T-account-77" not in repr(link) + exported
