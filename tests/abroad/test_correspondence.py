"""What becomes of a referral after two people approved it: every act with its proof, and corrections where decisions change."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pypdf import PdfReader

from crawler import clock
from crawler.casework.correspondence import life
from crawler.desk import correcting, corresponding, deciding, mailing, packaging
from crawler.desk.corresponding import Standing
from crawler.desk.digest.gathering import gather
from crawler.desk.digest.sheet import sheet
from crawler.desk.digest.telling import lines
from crawler.errors import RefusedError, UsageError
from crawler.store.correspondence import ReferralAct
from tests.abroad import guarded
from tests.abroad.guarded import Guarded

DAY = timedelta(days=1)


@dataclass
class Sent:
    """A referral whose package lies there, ready to be sent by a person."""

    case: Guarded
    referral: str
    package: Path
    proof: Path

    def dispatch(self, **more: object) -> ReferralAct:
        told = {
            "channel": "fax", "to": "+1-202-555-0100", "on_day": self.today, "proof": self.proof, "by": "Li Si", **more,
        }  # fmt: skip
        package = told.pop("package", self.package)
        return corresponding.dispatch(self.case.store, self.case.workspace, self.referral, package, **told)  # type: ignore[arg-type]

    @property
    def today(self) -> date:
        return clock.now().date()

    @property
    def standing(self) -> Standing:
        return corresponding.standing(self.case.store, self.referral)

    def do(self, act: str, **told: object) -> ReferralAct:
        made: ReferralAct = getattr(corresponding, act)(
            self.case.store, self.case.workspace, self.referral, **{"on_day": self.today, "by": "Li Si", **told}
        )
        return made


@pytest.fixture(scope="module")
def packaged(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A workspace with an approved referral and its package."""
    folder = tmp_path_factory.mktemp("sent") / "W"
    with pytest.MonkeyPatch.context() as patch:
        case = guarded.copy(built, folder, patch)
        referral = case.opened().referral_id
        made = packaging.package(case.store, case.workspace, referral)
        case.store.close()
    return folder, referral, made.package.name


@pytest.fixture
def sent(packaged: tuple[Path, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sent]:
    folder, referral, package = packaged
    case = guarded.copy(folder, tmp_path / "W", monkeypatch)
    proof = tmp_path / "fax-report.pdf"
    proof.write_bytes(b"%PDF the machine's own report")
    yield Sent(case, referral, case.workspace.exports / package, proof)
    case.store.close()


def test_a_dispatch_is_a_persons_act_with_its_package_and_its_proof(sent: Sent) -> None:
    assert sent.standing.life.stage == "approved"
    act = sent.dispatch(due=sent.today + 30 * DAY)
    life = sent.standing.life
    assert (life.stage, life.dispatched, life.due, life.is_overdue(sent.today)) == (
        "dispatched",
        sent.today,
        sent.today + 30 * DAY,
        False,
    )
    assert life.is_overdue(sent.today + 31 * DAY)
    kept = sent.case.workspace.folder / "documents" / f"{act.document_sha256}.pdf"
    assert kept.read_bytes() == sent.proof.read_bytes()
    entries = [json.loads(line) for line in sent.case.workspace.ledger.read_text().splitlines()]
    (entry,) = [one for one in entries if one.get("act") == "dispatch"]
    assert (entry["package"], entry["document_sha256"]) == (sent.package.name, act.document_sha256)
    assert "+1-202-555-0100" not in sent.case.ledger()
    assert entry["system_user"] and len(entry["items"]) == 3


def test_only_a_package_of_this_referral_can_have_been_sent(sent: Sent, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a package"):
        sent.dispatch(package=tmp_path)
    facts = sent.package / "en" / "facts.pdf"
    kept = facts.read_bytes()
    facts.write_bytes(b"%PDF another")
    with pytest.raises(RefusedError, match="not as it was made"):
        sent.dispatch()
    with pytest.raises(RefusedError, match="not as it was made"):
        mailing.mail(sent.package, "desk@agency.example", "en")
    facts.write_bytes(kept)
    other = sent.case.draft().referral_id
    told = {"channel": "fax", "to": "x", "on_day": sent.today, "proof": sent.proof, "by": "Li"}
    with pytest.raises(RefusedError, match="not a package that was made for this referral"):
        corresponding.dispatch(sent.case.store, sent.case.workspace, other, sent.package, **told)  # type: ignore[arg-type]
    assert sent.standing.acts == ()


def test_a_withdrawn_referral_opens_nothing(sent: Sent) -> None:
    assert sent.case.leave() is not None
    sent.do("withdraw", why="the licence was found")
    with pytest.raises(RefusedError, match="no referral to US/IPR Center is drafted"):
        sent.case.leave()
    with pytest.raises(RefusedError, match="was withdrawn"):
        sent.dispatch()


def test_words_about_people_stand_in_the_ledger_as_hashes_alone(sent: Sent) -> None:
    sent.dispatch(to="officer.smith@agency.example")
    sent.do("message", direction="in", text="Officer Smith called")
    sent.do("withdraw", why="Zhang San asked for it")
    for words in ("officer.smith", "Officer Smith", "Zhang San"):
        assert words not in sent.case.ledger()
    assert sent.standing.acts[1].facts["text"] == "Officer Smith called"


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"channel": "pigeon"}, "not a channel"),
        ({"to": " "}, "sent to nobody"),
        ({"by": " "}, "nobody did it"),
        ({"on_day": date(2999, 1, 1)}, "has not come"),
        ({"proof": Path("/nowhere/at/all.pdf")}, "cannot be read"),
    ],
)
def test_a_dispatch_that_cannot_be_is_refused(sent: Sent, told: dict[str, object], fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        sent.dispatch(**told)
    assert sent.standing.acts == ()


def test_the_thread_goes_from_dispatch_to_outcome(sent: Sent) -> None:
    with pytest.raises(UsageError, match="was not dispatched yet"):
        sent.do("acknowledge", reference="IPR-1")
    sent.dispatch(due=sent.today)
    sent.do("acknowledge", reference="IPR-2026-0417")
    assert (sent.standing.life.stage, sent.standing.life.reference) == ("acknowledged", "IPR-2026-0417")
    assert sent.standing.life.due == sent.today
    sent.do("message", direction="in", text="asks for the server logs", document=sent.proof)
    assert sent.standing.life.due is None
    with pytest.raises(UsageError, match="before it was dispatched"):
        sent.do("message", direction="in", text="too early", on_day=sent.today - DAY)
    with pytest.raises(UsageError, match="not an outcome"):
        sent.do("outcome", result="fine", text="")
    sent.do("outcome", result="site-closed", text="order of today")
    assert (sent.standing.life.stage, sent.standing.life.outcome) == ("answered", "site-closed")
    assert [act.act for act in sent.standing.acts] == ["dispatch", "due", "acknowledge", "message", "outcome"]


def test_what_was_entered_is_never_changed_or_deleted(sent: Sent) -> None:
    sent.dispatch()
    for statement in ("DELETE FROM referral_acts", "UPDATE referral_acts SET on_day = '2020-01-01'"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            sent.case.write(statement)


def redecide(sent: Sent, hit: str, verdict: str) -> None:
    deciding.decide(sent.case.store, sent.case.workspace, [hit], verdict, "Wang Wu", "the licence was found")


def test_what_was_sent_is_what_the_package_says_not_what_was_decided_since(sent: Sent) -> None:
    redecide(sent, sent.case.hit_ids[0], "licensed")
    sent.dispatch()
    (changed,) = sent.standing.changed
    assert (changed.then, changed.now) == ("infringing", "licensed")


def test_no_day_lies_before_what_it_follows(sent: Sent) -> None:
    with pytest.raises(UsageError, match="before the package was made"):
        sent.dispatch(on_day=date(2001, 1, 1))
    with pytest.raises(UsageError, match="before it was drafted"):
        sent.do("withdraw", why="x", on_day=date(1999, 1, 1))
    sent.dispatch()
    redecide(sent, sent.case.hit_ids[0], "licensed")
    with pytest.raises(UsageError, match="before it was dispatched"):
        sent.do("correct", channel="fax", to="x", proof=sent.proof, on_day=sent.today - 2 * DAY)
    with pytest.raises(UsageError, match="sent to nobody"):
        sent.do("correct", channel="fax", to=" ", proof=sent.proof)


def test_a_decision_that_changes_after_sending_names_the_referral_and_drafts_its_correction(
    sent: Sent, tmp_path: Path
) -> None:
    wrong, right, _ = sent.case.hit_ids
    assert corresponding.concerned(sent.case.store, [wrong]) == []
    sent.dispatch()
    assert sent.standing.changed == ()
    redecide(sent, wrong, "licensed")
    (changed,) = sent.standing.changed
    assert (changed.hit_id, changed.then, changed.now) == (wrong, "infringing", "licensed")
    assert [one.referral.referral_id for one in corresponding.concerned(sent.case.store, [wrong])] == [sent.referral]
    assert corresponding.concerned(sent.case.store, [right]) == []

    file = tmp_path / "correction.pdf"
    assert correcting.draft(sent.case.store, sent.case.workspace, sent.referral, file, "en") == 1
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(file).pages).split())
    assert (
        "Correction of a referral (draft)" in text and "licensed" in text and sent.package.name in text.replace(" ", "")
    )
    (shown,) = [
        one for one in json.loads((sent.package / "dossier.json").read_bytes())["items"] if one["hit_id"] == wrong
    ]
    assert f"E{shown['number']} {shown['exhibit_id']}" in text
    assert "the licence was found" not in text
    assert "移送材料更正" in text.replace(" ", "")

    with pytest.raises(RefusedError, match="it was sent already") as refused:
        packaging.package(sent.case.store, sent.case.workspace, sent.referral)
    assert f"referrals correction {sent.referral}" in refused.value.remedy and "referrals draft" in refused.value.remedy
    sent.do("correct", channel="email", to="desk@agency.example", proof=sent.proof)
    assert sent.standing.changed == ()
    with pytest.raises(UsageError, match="nothing of what was sent has changed"):
        correcting.draft(sent.case.store, sent.case.workspace, sent.referral, file, "en")
    redecide(sent, wrong, "infringing")
    (back,) = sent.standing.changed
    assert (back.then, back.now) == ("licensed", "infringing")


def test_the_digest_names_what_needs_a_person(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    sent.dispatch(due=sent.today)
    redecide(sent, sent.case.hit_ids[0], "licensed")
    later = clock.now() + 2 * DAY
    monkeypatch.setattr(clock, "now", lambda: later)
    told = gather(sent.case.store, sent.case.workspace, later - 3 * DAY)
    assert [one["why"] for one in told.as_dict()["referrals"]] == ["correction", "overdue"]
    for language, words in (("en", "no reply; it was due on"), ("zh", "未收到答复")):
        assert any(words in line for line in lines(told, language))
        assert words in sheet(told, language)


def test_a_mail_is_a_draft_with_the_papers_of_the_package(sent: Sent) -> None:
    data = mailing.mail(sent.package, "desk@agency.example", "zh", "watch@titles.example")
    assert data == mailing.mail(sent.package, "desk@agency.example", "zh", "watch@titles.example")
    message = message_from_bytes(data, policy=policy.default)
    assert (message["X-Unsent"], message["To"], message["Date"]) == ("1", "desk@agency.example", None)
    attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}  # type: ignore[attr-defined]
    assert attached["cover.pdf"] == (sent.package / "zh" / "cover.pdf").read_bytes()
    assert {"facts.pdf", "exhibits.pdf", "manifest-sha256.txt"} <= set(attached)
    for wrong in ("desk", "a b@c.example", "a@b.example,evil@x.example", "a@[b", "a@b"):
        with pytest.raises(UsageError, match="not a mail address"):
            mailing.mail(sent.package, wrong, "zh")
    with pytest.raises(UsageError, match="no papers in this language"):
        mailing.mail(sent.package, "desk@agency.example", "fr")
    with pytest.raises(UsageError, match="not a language"):
        mailing.mail(sent.package, "desk@agency.example", f"../{sent.package.name}/zh")


def test_the_list_for_a_portal_names_every_file_with_its_hash(sent: Sent) -> None:
    rows = list(csv.reader(io.StringIO(mailing.upload_list(sent.package).decode("utf-8-sig"))))
    manifest = dict(
        line.split("  ", 1)[::-1] for line in (sent.package / "manifest-sha256.txt").read_text().splitlines()
    )
    listed = {row[0]: row[2] for row in rows[1:]}
    assert {name: listed[name] for name in manifest} == manifest


def test_the_stages_of_a_life_without_acts() -> None:
    assert [life(state, []).stage for state in ("draft", "approved")] == ["draft", "approved"]
