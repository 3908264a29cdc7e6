"""A database made anew from the ledger: no legal hold is lifted by it, nothing sealed is shown, no gate stands open or shut anew."""

from pathlib import Path

import pytest

from crawler.desk import conducting, corresponding, packaging, rebuilding, sealing_away
from crawler.desk.rebuilding import Rebuilt
from crawler.errors import UsageError
from crawler.evidence.ledger import Ledger
from crawler.store import Store, authorisations, case_acts, correspondence, law_approvals, referrals, sealed
from tests.abroad.guarded import Guarded

_TIMES = {"at", "entered_at", "approved_at", "drafted_at"}
_TABLES = ("case_acts", "sealed_away", "authorisations", "authorisation_works", "law_approvals", "referral_acts",
           "referral_approvals", "referrals")  # fmt: skip


def _rows(store: Store, table: str) -> list[dict[str, object]]:
    found = [
        {name: value for name, value in dict(row).items() if name not in _TIMES}
        for row in store.rows(f"SELECT * FROM {table}")
    ]
    return sorted(found, key=repr)


def _rebuild(case: Guarded) -> Rebuilt:
    case.store.close()
    for path in case.workspace.folder.glob("titlewatch.db*"):
        path.unlink()
    made = rebuilding.rebuild(case.workspace)
    case.store = Store.open(case.workspace.database)
    return made


def test_acts_come_back_as_they_were(case: Guarded, tmp_path: Path) -> None:
    referral = case.opened().referral_id
    proof = tmp_path / "fax.txt"
    proof.write_text("sent")
    package = packaging.package(case.store, case.workspace, referral).package
    corresponding.dispatch(
        case.store, case.workspace, referral, package, channel="fax", to="+1-202-555-0100", on_day=case.today, proof=proof, by="Li Si"
    )  # fmt: skip
    corresponding.acknowledge(case.store, case.workspace, referral, reference="IPR-7", on_day=case.today, by="Li Si")
    conducting.hold(case.store, case.workspace, case.case_id, "a court asked", None, "Li Si")
    sealing_away.seal_away(case.store, case.workspace, case.hit_ids[:1], "unlawful-imagery", "Li Si")
    before = {table: _rows(case.store, table) for table in _TABLES}
    told = authorisations.every(case.store)
    assert all(before.values())
    made = _rebuild(case)
    # Exports are rows no more.
    for row in before["referrals"]:
        row["bundle_id"] = None
    after = {table: _rows(case.store, table) for table in _TABLES}
    acts = [(one.act, one.ledger_seq, one.document_sha256) for one in correspondence.of_referral(case.store, referral)]
    assert [one[0] for one in acts] == ["dispatch", "acknowledge"] and acts[0][2]
    for table in set(_TABLES) - {"referral_acts", "case_acts"}:
        assert after[table] == before[table], table
    assert [row["ledger_seq"] for row in after["referral_acts"]] == [
        row["ledger_seq"] for row in before["referral_acts"]
    ]
    assert {one.act for one in case_acts.of_case(case.store, case.case_id)} == {"hold", "remove"}
    assert [one.works for one in authorisations.every(case.store)] == [one.works for one in told]
    assert made.acts == sum(1 for _ in case_acts.of_case(case.store, case.case_id)) + 1 + 2 + 1 + 1 + 2 + 2
    assert referrals.one(case.store, referral).state == "approved"
    assert law_approvals.every(case.store)[0].reference == "MoJ 118"
    # A second loss changes nothing.
    _rebuild(case)
    assert {table: _rows(case.store, table) for table in _TABLES} == after


def test_a_hold_stays_and_a_release_too(case: Guarded) -> None:
    conducting.hold(case.store, case.workspace, case.case_id, "a court asked", None, "Li Si")
    _rebuild(case)
    hold = conducting.standing(case.store, case.case_id).hold
    assert hold is not None
    with case.store.transaction() as connection, pytest.raises(Exception, match="legal hold"):
        connection.execute("DELETE FROM cases")
    conducting.release(case.store, case.workspace, case.case_id, "the court is done", "Li Si")
    _rebuild(case)
    assert conducting.standing(case.store, case.case_id).hold is None
    with pytest.raises(UsageError, match="no legal hold"):
        conducting.release(case.store, case.workspace, case.case_id, "again", "Li Si")


def test_what_was_sealed_stays_so_with_its_pictures(case: Guarded) -> None:
    sealing_away.seal_away(case.store, case.workspace, case.hit_ids[:1], "unlawful-imagery", "Li Si")
    kinds = {(row["object_id"], row["kind"], row["hit_id"]) for row in case.store.rows("SELECT * FROM sealed_away")}
    assert {"hit", "exchange"} <= {kind for _, kind, _ in kinds}
    _rebuild(case)
    assert {(r["object_id"], r["kind"], r["hit_id"]) for r in case.store.rows("SELECT * FROM sealed_away")} == kinds
    assert all(sealed.is_away(case.store, object_id) for object_id, _, _ in kinds)
    assert {row["hit_id"] for row in sealed.every(case.store)} == {hit for _, _, hit in kinds}


def test_an_act_that_a_recovery_named_as_without_effect_stays_so(case: Guarded) -> None:
    referral = case.draft().referral_id
    with Ledger(case.workspace.ledger) as ledger:
        ledger.append([{"type": "recovery", "of": "acts", "orphans": [referral]}])
    _rebuild(case)
    assert referrals.every(case.store) == []
