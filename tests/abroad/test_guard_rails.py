"""Each guard rail before an agency, and whoever tries to get round it: authority, decisions, people, time, data law."""

import json
import sqlite3
from datetime import datetime, timedelta

import pytest

from crawler import clock
from crawler.casework import gates
from crawler.desk import deciding, exporting, gathering, person, referring
from crawler.errors import EvidenceError, RefusedError, UsageError
from crawler.store import cases, referrals
from crawler.store.referrals import Approval
from tests.abroad.guarded import DAY, US, Guarded


def refused(case: Guarded, why: str, approval: str | None = None) -> None:
    with pytest.raises(RefusedError, match=why):
        case.leave(approval)


def test_the_way_that_is_meant_is_open_and_the_house_needs_none_of_it(case: Guarded) -> None:
    assert exporting.check_gates(case.store, case.workspace, exporting.Order(case.case_id)) is None
    refused(case, "no authorisation on file")
    referral = case.opened()
    cleared = case.leave()
    assert cleared is not None
    assert (cleared.referral.referral_id, cleared.approvals) == (referral.referral_id, ("MoJ 118",))
    assert set(cleared.authorisations) == {"lantern", "atlas"}
    assert referring.ready(case.store, case.workspace, referral.referral_id).referral == cleared.referral


def test_authority_is_asked_before_everything_else(case: Guarded) -> None:
    case.write("UPDATE hits SET status = 'new'")
    case.write("DROP TRIGGER decisions_stay")
    case.write("DELETE FROM decisions")
    refused(case, "no authorisation on file")
    case.authorise("lantern")
    refused(case, "no authorisation on file; work atlas")
    case.authorise("atlas")
    refused(case, "3 of 3 items have no person's decision")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"territory": "CN"}, "no authorisation for US"),
        ({"valid_to": -1}, "not live"),
        ({"valid_from": 1}, "not live"),
        ({"acts": ("intermediary-notice",)}, "this kind of act: criminal"),
        ({"acts": ("administrative", "list-nomination")}, "this kind of act: criminal"),
    ],
)
def test_a_power_for_something_else_is_none(case: Guarded, more: dict[str, object], why: str) -> None:
    told = {name: case.today + value * DAY if isinstance(value, int) else value for name, value in more.items()}
    if "valid_to" in told:
        told["valid_from"] = case.today - 30 * DAY
    if "valid_from" in told and "valid_to" not in told:
        told["valid_to"] = case.today + 30 * DAY
    case.authorise("lantern", **told)  # type: ignore[arg-type]
    case.authorise("atlas")
    refused(case, why)


def test_two_powers_that_each_lack_something_are_not_one_that_lacks_nothing(case: Guarded) -> None:
    case.authorise("atlas")
    case.authorise("lantern", territory="CN", acts=("criminal",))
    case.authorise("lantern", territory="US", acts=("administrative",))
    refused(case, "this kind of act: criminal")
    case.authorise("lantern", territory="US", acts=("criminal",))
    refused(case, "may not go to an authority abroad")


def test_the_track_of_another_draft_lends_no_authority(case: Guarded) -> None:
    for work in ("lantern", "atlas"):
        case.authorise(work, acts=("administrative",))
    case.write("UPDATE cases SET track = NULL")
    case.allow()
    harmless, meant = case.draft(track="administrative"), case.draft(track="criminal")
    for user in ("li", "wang"):
        case.approve(meant, user)
    case.approve(harmless, "li")
    refused(case, "this kind of act: criminal")
    with pytest.raises(RefusedError, match="criminal"):
        referring.ready(case.store, case.workspace, meant.referral_id)


def test_a_power_that_was_prolonged_in_the_database_is_found_out(case: Guarded) -> None:
    case.opened()
    case.write("UPDATE authorisations SET valid_to = '2099-12-31'")
    refused(case, "not what the ledger says was put there")


def test_a_power_that_nobody_entered_is_found_out(case: Guarded) -> None:
    case.write(
        "INSERT INTO authorisations VALUES ('forged', 'X', 'Y', 'WORLD', '2000-01-01', '2099-12-31', 'a@b', "
        "'2026-01-01T00:00:00Z', NULL, '')"
    )
    for work in ("lantern", "atlas"):
        case.write("INSERT INTO authorisation_works VALUES ('forged', ?)", work)
    refused(case, "not what the ledger says was put there; forged")


def at(case: Guarded, moment: datetime) -> None:
    case.monkeypatch.setattr(clock, "now", lambda: moment)


def test_a_clock_that_was_set_back_revives_no_power(case: Guarded) -> None:
    case.opened()
    now = clock.now()
    at(case, now + 3 * DAY)
    refused(case, "not live")
    at(case, now - timedelta(minutes=3))
    refused(case, "the clock stands before the ledger's latest entry")
    # An entry that is made under the wrong clock does not bring the ledger's time back.
    gathering.new_case(case.store, case.workspace, "another")
    refused(case, "the clock stands before the ledger's latest entry")
    at(case, now)
    assert case.leave() is not None


def test_a_decision_that_nobody_took_is_none(case: Guarded) -> None:
    case.opened()
    case.write("DROP TRIGGER decisions_stand")
    case.write("DROP TRIGGER decisions_stay")
    hit = case.hit_ids[0]
    case.write("UPDATE decisions SET verdict = 'unclear' WHERE hit_id = ?", hit)
    refused(case, f"1 of 3 items have no person's decision; {hit}")
    case.write("DELETE FROM decisions WHERE hit_id = ?", hit)
    case.write(
        "INSERT INTO decisions VALUES ('forged', ?, 'infringing', '', 'Li', 'li', 'desk', '2026-11-01T00:00:00Z', NULL, 1)",
        hit,
    )
    refused(case, f"no person's decision; {hit}")


def test_a_ledger_that_was_edited_opens_nothing(case: Guarded) -> None:
    case.opened()
    text = case.ledger()
    assert '"approved_by":"Wang"' in text
    case.workspace.ledger.write_text(text.replace('"approved_by":"Wang"', '"approved_by":"Zhao"'), encoding="utf-8")
    with pytest.raises(EvidenceError, match="does not hold"):
        case.leave()


def open_but_for_people(case: Guarded) -> str:
    for work in ("lantern", "atlas"):
        case.authorise(work)
    case.allow()
    return case.draft().referral_id


@pytest.mark.parametrize(
    "second",
    [
        ("li", "desk", ()),
        ("li", "another-host", ()),
        ("wang", "desk", ("li",)),
        ("root", "desk", ("li", "wang")),
    ],
    ids=["another name", "another host", "sudo from the first", "a login of the first"],
)
def test_one_person_is_not_two(case: Guarded, second: tuple[str, str, tuple[str, ...]]) -> None:
    referral = referrals.one(case.store, open_but_for_people(case))
    case.approve(referral, "li")
    with pytest.raises(UsageError, match="already"):
        case.approve(referral, *second)
    refused(case, "1 of 2 people")


def test_an_account_behind_two_approvals_makes_them_one(case: Guarded) -> None:
    one = Approval("A", "wang", "desk", clock.now(), ("root",))
    two = Approval("B", "zhao", "desk", clock.now(), ("root",))
    referral = referrals.one(case.store, open_but_for_people(case))
    assert gates.people(_with(referral, one, two)) == 1
    joining = Approval("C", "li", "desk", clock.now(), ("wang", "sun"))
    apart = (Approval("A", "wang", "desk", clock.now()), Approval("B", "sun", "desk", clock.now()))
    assert gates.people(_with(referral, *apart)) == 2
    assert gates.people(_with(referral, *apart, joining)) == 1


def _with(referral: referrals.Referral, *approvals: Approval) -> referrals.Referral:
    return referrals.Referral(*(getattr(referral, name) for name in list(referral.__slots__)[:7]), approvals)


def test_sudo_and_su_leave_their_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person, "name_of", lambda uid: {0: "root", 1000: "li"}.get(uid, f"uid-{uid}"))
    monkeypatch.setattr(person.os, "getuid", lambda: 0)
    monkeypatch.setattr(person, "_logged_in", lambda: iter(()))
    monkeypatch.setattr(person, "_terminals", lambda: iter(()))
    for name in ("SUDO_UID", "SUDO_USER", "PKEXEC_UID", "DOAS_USER"):
        monkeypatch.delenv(name, raising=False)
    assert person.acting().logins == ()
    monkeypatch.setenv("SUDO_UID", "1000")
    assert (person.acting().user, person.acting().logins) == ("root", ("li",))
    monkeypatch.delenv("SUDO_UID")
    monkeypatch.setattr(person, "_logged_in", lambda: iter((1000,)))
    assert person.acting().logins == ("li",)
    monkeypatch.setattr(person, "_logged_in", lambda: iter(()))
    monkeypatch.setattr(person, "_terminals", lambda: iter((1000, 0)))
    assert person.acting().logins == ("li",)
    monkeypatch.setenv("USER", "wang")
    monkeypatch.setenv("LOGNAME", "wang")
    assert person.acting().user == "root"


def test_an_approval_that_nobody_gave_is_none(case: Guarded) -> None:
    referral = open_but_for_people(case)
    case.approve(referrals.one(case.store, referral), "li")
    case.write(
        "INSERT INTO referral_approvals SELECT referral_id, 'Wang', 'wang', 'desk', approved_at, '', subject_sha256, ledger_seq "
        "FROM referral_approvals"
    )
    assert len(referrals.one(case.store, referral).approvals) == 2
    refused(case, "1 of 2 people")
    case.write("UPDATE referral_approvals SET system_user = 'sun' WHERE system_user = 'li'")
    refused(case, "0 of 2 people")


def test_an_approval_is_for_the_case_as_it_was(case: Guarded) -> None:
    referral = case.opened()
    assert case.leave() is not None
    deciding.decide(case.store, case.workspace, case.hit_ids[:1], "infringing", "Zhou Example", "looked again")
    refused(case, "0 of 2 people")
    for user in ("li", "wang"):
        case.approve(referral, user)
    assert case.leave() is not None
    case.write("DELETE FROM case_items WHERE hit_id = ?", case.hit_ids[0])
    refused(case, "0 of 2 people")


@pytest.mark.parametrize(
    "change",
    ["legal_basis = 'another law'", "track = 'civil'", "agency = 'US/Another Office'"],
)
def test_an_approval_is_for_the_referral_as_it_was(case: Guarded, change: str) -> None:
    case.opened()
    case.write(f"UPDATE referrals SET {change}")
    refused(case, "0 of 2 people|no referral to")


def test_a_new_hit_asks_for_everybody_again(case: Guarded) -> None:
    case.write("DELETE FROM case_items WHERE hit_id = ?", case.hit_ids[2])
    referral = case.opened()
    gathering.add(case.store, case.workspace, case.case_id, case.hit_ids[2:])
    refused(case, "0 of 2 people")
    case.approve(referral, "li")
    refused(case, "1 of 2 people")
    case.approve(referral, "wang")
    assert case.leave() is not None
    assert len(cases.hit_ids(case.store, case.case_id)) == 3


def test_nobody_approves_what_nobody_decided(case: Guarded) -> None:
    referral = case.draft()
    case.write("DROP TRIGGER decisions_stay")
    case.write("DELETE FROM decisions WHERE hit_id = ?", case.hit_ids[1])
    with pytest.raises(RefusedError, match="no person's decision"):
        case.approve(referral, "li")


def open_but_for_law(case: Guarded) -> None:
    for work in ("lantern", "atlas"):
        case.authorise(work)
    referral = case.draft()
    for user in ("li", "wang"):
        case.approve(referral, user)


@pytest.mark.parametrize(
    "more",
    [
        {"recipients": "JP"},
        {"recipients": "US/Another Office"},
        {"valid_to": -1, "valid_from": -9},
        {"valid_from": 1, "valid_to": 9},
        {"laws": "dsl36"},
        {"laws": "dsl36,pipl41"},
        {"case_id": "another"},
    ],
)
def test_an_approval_under_data_law_opens_what_it_names_and_no_more(case: Guarded, more: dict[str, object]) -> None:
    open_but_for_law(case)
    refused(case, "may not go to an authority abroad without approval .*approvals add")
    told = {name: case.today + value * DAY if isinstance(value, int) else value for name, value in more.items()}
    if told.get("case_id") == "another":
        told["case_id"] = gathering.new_case(case.store, case.workspace, "another").case_id
    case.allow(**told)
    refused(case, "may not go to an authority abroad without approval")
    case.allow()
    assert case.leave() is not None


def test_what_was_taken_in_a_country_stays_so_whatever_the_settings_say_later(case: Guarded) -> None:
    open_but_for_law(case)
    settings = case.workspace.configuration_file
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('country = "CN"', 'country = "US"'), encoding="utf-8"
    )
    assert case.workspace.configuration().collector.country == "US"
    refused(case, "data kept in CN")
    case.write("UPDATE runs SET configuration = ?", json.dumps({"collector": {"country": "US"}}))
    refused(case, "data kept in CN")
    assert case.leave("MoJ 9") is not None


def test_an_approval_that_nobody_entered_is_none(case: Guarded) -> None:
    open_but_for_law(case)
    case.write(
        "INSERT INTO law_approvals VALUES ('forged', 'dsl36 pipl41 icjal4', 'X', 'MoJ', 'US', NULL, '2020-01-01', '2099-01-01', "
        "'Li', 'li', 'desk', '2026-01-01T00:00:00Z', 3)"
    )
    refused(case, "may not go to an authority abroad")
    case.allow(laws="dsl36")
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        case.write("UPDATE law_approvals SET laws = 'dsl36 pipl41 icjal4'")
    refused(case, "may not go to an authority abroad", approval="   ")


@pytest.mark.parametrize("name", ["CN/IPR Center", "CN/ipr  center", "CN/us-ipr-center", "cn/美国国家知识产权协调中心"])
def test_an_agency_abroad_under_the_flag_of_home_is_found_out(case: Guarded, name: str) -> None:
    case.authorise("lantern", territory="WORLD")
    case.authorise("atlas", territory="WORLD")
    with pytest.raises(RefusedError, match="the directory knows this agency in US"):
        exporting.check_gates(case.store, case.workspace, exporting.Order(case.case_id, name))


def test_an_export_with_an_approval_on_file_says_under_which(case: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    case.opened()
    built = exporting.export(case.store, case.workspace, exporting.Order(case.case_id, US))
    assert built.exhibits == 3
    assert '"reference":"MoJ 118","seq"' in case.ledger()
