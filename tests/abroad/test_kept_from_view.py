"""What is kept from view and from loss, and whoever tries to see, move or remove it: people's data, sealed things, held cases."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import clock, personal
from crawler.casework import campaigns
from crawler.casework.conduct import conduct
from crawler.desk import backup, conducting, deciding, exporting, gathering, referring, sealing_away, viewing
from crawler.errors import (
    ConfigurationError,
    RefusedError,
    StorageError,
    UnknownObjectError,
    UsageError,
    VerificationError,
)
from crawler.statement import Statement
from crawler.store import case_acts, cases, hits, parties, sealed, statements, timeline
from crawler.store.case_acts import CaseAct
from tests.abroad.guarded import Guarded
from tests.cli.conftest import shell as shell
from tests.cli.titlewatch import Shell

NAME, CONTACT = "Tern Media 燕鸥", "wx_tern_2026"


def party(case: Guarded, contact: str = CONTACT, case_id: str | None = None) -> str:
    return conducting.add_party(
        case.store, case.workspace, case_id or case.case_id, "operator", NAME, contact, "cn", "Li Si"
    )


def holding(folder: Path, *words: str) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(word.encode() in path.read_bytes() for word in words)]


def test_a_partys_name_and_contact_stand_open_nowhere(case: Guarded, tmp_path: Path) -> None:
    party(case)
    case.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    exporting.export(case.store, case.workspace, exporting.Order(case.case_id, out=tmp_path / "out"))
    assert holding(case.workspace.folder, NAME, "Tern Media", CONTACT) == []
    assert holding(tmp_path / "out", NAME, CONTACT, "aead1:") == []
    assert (case.workspace.keys / personal.FILE).stat().st_mode & 0o077 == 0


def test_who_looks_at_a_party_says_why_and_is_on_record_first(case: Guarded) -> None:
    made = party(case)
    for purpose, by in (("", "Li Si"), ("to draft", ""), ("  ", "Li Si")):
        with pytest.raises(UsageError, match="empty"):
            conducting.view_parties(case.store, case.workspace, case.case_id, purpose, by)
    assert '"type":"view"' not in case.ledger()
    (open_one,) = conducting.view_parties(case.store, case.workspace, case.case_id, "to draft", "Li Si")
    assert (open_one.name, open_one.contact, open_one.country) == (NAME, CONTACT, "CN")
    told = json.loads(case.ledger().splitlines()[-1])
    assert (told["type"], told["parties"], told["purpose"], told["by"]) == ("view", [made], "to draft", "Li Si")
    assert told["system_user"]
    # Where the ledger cannot be written nothing is shown.
    case.monkeypatch.setattr("crawler.desk.conducting.enter", _full)
    with pytest.raises(StorageError):
        conducting.view_parties(case.store, case.workspace, case.case_id, "again", "Li Si")


def _full(*_: object) -> None:
    raise StorageError("no space", "ledger.jsonl", "free some")


def test_a_ciphertext_opens_in_its_own_place_alone(case: Guarded) -> None:
    first, second = party(case), party(case, "another")
    case.write(
        "UPDATE parties SET name = (SELECT name FROM parties WHERE party_id = ?) WHERE party_id = ?", first, second
    )
    with pytest.raises(VerificationError, match="cannot be opened"):
        conducting.view_parties(case.store, case.workspace, case.case_id, "to draft", "Li Si")


@pytest.mark.parametrize("change", ["name = 'Tern Media'", "contact = 'wx_tern'", "contact = name || 'x'"])
def test_the_database_takes_no_open_name(case: Guarded, change: str) -> None:
    party(case)
    if "||" in change:
        case.write(f"UPDATE parties SET {change}")
        with pytest.raises(VerificationError):
            conducting.view_parties(case.store, case.workspace, case.case_id, "to draft", "Li Si")
        return
    with pytest.raises(sqlite3.IntegrityError):
        case.write(f"UPDATE parties SET {change}")


def test_parties_are_linked_by_a_mark_that_needs_the_key(case: Guarded) -> None:
    other = gathering.new_case(case.store, case.workspace, "another").case_id
    party(case)
    party(case, " WX_Tern_2026", other)
    (one,) = conducting.view_parties(case.store, case.workspace, other, "to link", "Li Si")
    assert one.also_in == (case.case_id,)
    (row, _) = case.store.rows("SELECT contact_mark FROM parties")
    assert personal.PersonalKey(b"\0" * 32).mark(CONTACT) != row[0]
    (case.workspace.keys / personal.FILE).unlink()
    with pytest.raises(StorageError, match="key of personal data"):
        conducting.view_parties(case.store, case.workspace, other, "to link", "Li Si")


def test_a_backup_without_the_key_leaves_this_one_out_too(case: Guarded, tmp_path: Path) -> None:
    party(case)
    backup.backup(case.workspace, tmp_path / "with", "titlewatch 0")
    backup.backup(case.workspace, tmp_path / "without", "titlewatch 0", without_key=True)
    assert (tmp_path / "with/keys" / personal.FILE).is_file()
    assert not (tmp_path / "without/keys" / personal.FILE).exists()


def seal(case: Guarded, hit: str, reason: str = "malware") -> sealing_away.SealedAway:
    return sealing_away.seal_away(case.store, case.workspace, [hit], reason, "Li Si")


def test_what_is_sealed_away_is_seen_by_nobody_and_leaves_no_more(case: Guarded, tmp_path: Path) -> None:
    hit = case.hit_ids[0]
    (url,) = case.store.rows("SELECT url FROM hits WHERE hit_id = ?", (hit,))[0]
    made = seal(case, hit, "unlawful-imagery")
    assert (made.hits, made.cases) == ((hit,), (case.case_id,))
    assert hit not in [one["hit_id"] for one in hits.select(case.store)]
    assert hits.several(case.store, [hit]) == []
    assert sum(hits.counts(case.store, 0.5).values()) == 2
    assert url not in [event["url"] for event in timeline.since(case.store, "2000-01-01T00:00:00Z")]
    assert hit not in cases.hit_ids(case.store, case.case_id)
    for refused in (
        lambda: deciding.decide(case.store, case.workspace, [hit], "infringing", "Li Si"),
        lambda: gathering.add(case.store, case.workspace, case.case_id, [hit]),
        lambda: gathering.add(case.store, case.workspace, case.case_id, [hit.lower()]),
    ):
        with pytest.raises(RefusedError, match="sealed away"):
            refused()
    built = exporting.export(case.store, case.workspace, exporting.Order(case.case_id, out=tmp_path / "out"))
    assert built.exhibits == 2
    assert [path for path in holding(tmp_path / "out", hit, url) if path.name != "ledger.jsonl"] == []
    told = [json.loads(line) for line in case.ledger().splitlines() if '"type":"sealed-away"' in line]
    assert (told[0]["hits"], told[0]["reason"], told[0]["by"]) == ([hit], "unlawful-imagery", "Li Si")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM sealed_away", "UPDATE sealed_away SET object_id = 'nothing'",
        "INSERT INTO case_items SELECT c.case_id, s.object_id, 9, 't', NULL FROM cases c, sealed_away s WHERE kind = 'hit'",
    ],
)  # fmt: skip
def test_nothing_opens_a_seal_again(case: Guarded, statement: str) -> None:
    seal(case, case.hit_ids[0])
    with pytest.raises(sqlite3.IntegrityError, match="sealed away"):
        case.write(statement)


def test_a_sealed_thing_does_not_leave_behind_another_hit(case: Guarded) -> None:
    first, second, _ = case.hit_ids
    case.write(
        "INSERT INTO exhibit_exchanges SELECT (SELECT exhibit_id FROM exhibits WHERE hit_id = ?), x.exchange_id, 'picture' "
        "FROM exhibits e JOIN exhibit_exchanges x USING (exhibit_id) WHERE e.hit_id = ? AND x.role = 'page'",
        second,
        first,
    )
    made = seal(case, first)
    assert made.hits == tuple(sorted((first, second)))
    third = case.hit_ids[2]
    case.write(
        "INSERT INTO exhibit_exchanges SELECT (SELECT exhibit_id FROM exhibits WHERE hit_id = ?), object_id, 'picture' "
        "FROM sealed_away WHERE kind = 'exchange' LIMIT 1",
        third,
    )
    with pytest.raises(RefusedError, match=f"sealed away, which never leaves; {third}"):
        exporting.export(case.store, case.workspace, exporting.Order(case.case_id))


def test_sealing_asks_for_a_reason_and_a_name(case: Guarded) -> None:
    for reason, by in (("ugly", "Li Si"), ("malware", " ")):
        with pytest.raises(UsageError):
            sealing_away.seal_away(case.store, case.workspace, case.hit_ids[:1], reason, by)
    assert sealed.every(case.store) == []


def hold(case: Guarded) -> CaseAct:
    return conducting.hold(case.store, case.workspace, case.case_id, "proceedings are pending", None, "Li Si")


def remove(case: Guarded) -> None:
    conducting.remove(case.store, case.workspace, case.case_id, case.hit_ids[:1], "no longer wanted", "Li Si")


def test_a_case_under_legal_hold_loses_nothing(case: Guarded) -> None:
    made = party(case)
    hold(case)
    with pytest.raises(RefusedError, match=r"legal hold \(proceedings are pending, said by Li Si\)"):
        remove(case)
    for statement in (
        "DELETE FROM case_items", "DELETE FROM hits", "DELETE FROM exhibits", "DELETE FROM parties", "DELETE FROM cases",
    ):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match="legal hold"):
            case.write(statement)
    for statement in ("DELETE FROM case_acts", "UPDATE case_acts SET act = 'release'"):
        with pytest.raises(sqlite3.IntegrityError, match="an act on a case is never"):
            case.write(statement)
    assert parties.one(case.store, made).case_id == case.case_id
    assert len(cases.hit_ids(case.store, case.case_id)) == 3
    conducting.release(case.store, case.workspace, case.case_id, "the judgment is final", "Li Si")
    remove(case)
    assert len(cases.hit_ids(case.store, case.case_id)) == 2


def test_what_must_be_sealed_is_sealed_under_a_hold_too(case: Guarded) -> None:
    hold(case)
    assert seal(case, case.hit_ids[0]).cases == (case.case_id,)
    assert case.store.row("SELECT 1 FROM exhibits WHERE hit_id = ?", (case.hit_ids[0],))


def test_a_hold_stands_after_its_day_until_somebody_releases_it(case: Guarded) -> None:
    past = datetime(2026, 1, 1, tzinfo=UTC).date()
    conducting.hold(case.store, case.workspace, case.case_id, "pending", past, "Li Si")
    with pytest.raises(RefusedError, match="legal hold"):
        remove(case)
    standing = conducting.standing(case.store, case.case_id)
    assert standing.hold is not None and standing.hold.until == past
    with pytest.raises(UsageError):
        conducting.release(case.store, case.workspace, case.case_id, " ", "Li Si")


def test_a_closed_case_goes_nowhere_until_it_is_open_again(case: Guarded) -> None:
    referral = case.opened()
    conducting.close(case.store, case.workspace, case.case_id, "the site was shut down", "Li Si")
    with pytest.raises(RefusedError, match="the case is closed"):
        case.leave()
    with pytest.raises(RefusedError, match="the case is closed"):
        referring.ready(case.store, case.workspace, referral.referral_id)
    assert exporting.check_gates(case.store, case.workspace, exporting.Order(case.case_id)) is None
    conducting.reopen(case.store, case.workspace, case.case_id, "back under another name", "Li Si")
    assert case.leave() is not None


def test_a_case_is_on_the_tracks_and_in_the_campaigns_that_people_say(case: Guarded) -> None:
    act = (case.store, case.workspace, case.case_id)
    conducting.put_on_track(*act, "intermediary-notice", False, "Li Si")
    conducting.put_into_campaign(*act, "Sword-Net-2025", False, "Li Si")
    standing = conducting.standing(case.store, case.case_id)
    assert (standing.tracks, standing.campaigns) == (("criminal", "intermediary-notice"), ("sword-net-2025",))
    for refused in (
        lambda: conducting.put_on_track(*act, "criminal", False, "Li Si"),
        lambda: conducting.put_on_track(*act, "moral", False, "Li Si"),
        lambda: conducting.put_on_track(*act, "civil", True, "Li Si"),
        lambda: conducting.put_into_campaign(*act, "sword-net-2025", False, "Li Si"),
    ):
        with pytest.raises(UsageError):
            refused()
    with pytest.raises(UnknownObjectError):
        conducting.put_into_campaign(*act, "sword-net-1999", False, "Li Si")
    conducting.put_on_track(*act, "criminal", True, "Li Si")
    assert conducting.standing(case.store, case.case_id).tracks == ("intermediary-notice",)
    with pytest.raises(UsageError, match="not on this track"):
        case.draft(track="criminal")
    assert case.draft().track is None


def test_conduct_is_read_in_the_order_of_the_ledger() -> None:
    def act(seq: int, kind: case_acts.Kind, **facts: object) -> CaseAct:
        return CaseAct(str(seq), "C", kind, facts, "Li", "li", "desk", clock.now(), seq)

    told = [
        act(1, "hold", why="a", until="2027-01-01"),
        act(2, "release", why="b"),
        act(3, "hold", why="c", until=None),
    ]
    found = conduct(None, told)
    assert found.hold is not None and (found.hold.why, found.hold.until) == ("c", None)
    assert conduct(None, told[:2]).hold is None
    assert conduct("civil", []).tracks == ("civil",)


def test_a_campaign_that_nobody_checked_says_so_and_has_no_invented_window() -> None:
    sword, ours = campaigns.known()
    assert (sword.checked_by, ours.checked_by) == ("", "")
    assert ours.window(clock.now().date()) == "not announced"
    days = [datetime(2025, month, day, tzinfo=UTC).date() for month, day in ((4, 30), (5, 1), (11, 30), (12, 1))]
    assert [sword.window(day) for day in days] == ["to-come", "open", "open", "over"]
    with pytest.raises(ConfigurationError, match="name is missing"):
        campaigns.parse('[[campaign]]\nid = "x"\n')


def test_the_timeline_of_a_case_is_what_the_ledger_says(shell: Shell, case: Guarded) -> None:
    party(case)
    hold(case)
    case.store.close()
    at = ("--workspace", case.workspace.folder)
    english, chinese = (
        shell("cases", "timeline", case.case_id, *at, env={"TITLEWATCH_LANG": one}).out for one in ("en", "zh")
    )
    assert "put under legal hold by Li Si: proceedings are pending" in english and "诉讼保留" in chinese
    assert [f"hit {hit} decided by" in english for hit in case.hit_ids] == [True] * 3
    assert NAME not in english and CONTACT not in english
    kinds = [body["type"] for body in shell("cases", "timeline", case.case_id, "--json", *at).objects]
    assert kinds == ["case", "case", "decision", "decision", "decision", "case-act", "case-act"]
    assert NAME not in shell("cases", "parties", case.case_id, *at).out
    assert NAME in shell("cases", "parties", case.case_id, "--purpose", "to draft", "--by", "Li", *at).out


def test_a_contact_that_a_page_shows_is_stored_encrypted_and_shown_for_a_purpose(case: Guarded) -> None:
    told = [
        Statement("S1", "harbour.example", "contact", CONTACT, clock.now(), "page", "medium", "E1"),
        Statement("S2", "attic.example", "contact", CONTACT, clock.now(), "page", "medium", "E2"),
        Statement("S3", "attic.example", "contact", "another", clock.now(), "page", "medium", "E3"),
    ]
    with case.store.transaction() as connection:
        statements.write(connection, told)
    case.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert holding(case.workspace.folder, CONTACT) == []
    assert [one.statement_id for one in statements.sharing(case.store, "contact", CONTACT)] == ["S1", "S2"]
    assert [one.value for one in viewing.of_host(case.store, case.workspace, "attic.example")] == [viewing.HIDDEN] * 2
    assert '"type":"view"' not in case.ledger()
    with pytest.raises(UsageError):
        viewing.of_host(case.store, case.workspace, "attic.example", "to link")
    shown = viewing.of_host(case.store, case.workspace, "attic.example", "to link", "Li Si")
    assert [one.value for one in shown] == [CONTACT, "another"]
    assert json.loads(case.ledger().splitlines()[-1])["statements"] == ["S2", "S3"]
    with pytest.raises(sqlite3.IntegrityError, match="stored encrypted"):
        case.write(
            "INSERT INTO statements VALUES ('S4', 'h', 'payment', 'T123', 't', 's', 'low', 'b', NULL, NULL, NULL)"
        )
