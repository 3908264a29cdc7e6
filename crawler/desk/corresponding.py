"""What people did with a referral and what came back: each act with its day and its proof, in the ledger first.

Nothing here sends anything. A dispatch is a person's own act, and is entered with the package that went and with proof.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.bundle.referral import layout
from crawler.casework.correspondence import CHANNELS, FINAL, OUTCOMES, Changed, Life, changed, life, sent
from crawler.desk.documents import keep
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import RefusedError, UsageError
from crawler.evidence.canonical import sha256_hex
from crawler.store import Store, correspondence, decisions, leaving, referrals
from crawler.store.correspondence import Kind, ReferralAct
from crawler.store.referrals import Referral
from crawler.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Standing:
    """A referral with what became of it."""

    referral: Referral
    acts: tuple[ReferralAct, ...]
    life: Life
    changed: tuple[Changed, ...]
    """What of it is no longer so."""


def standing(store: Store, referral_id: str) -> Standing:
    """Where a referral stands. Raises UnknownObjectError."""
    referral = referrals.one(store, referral_id)
    acts = correspondence.of_referral(store, referral.referral_id)
    latest = {hit: decision.verdict for hit in sent(acts) if (decision := decisions.latest(store, hit))}
    return Standing(referral, tuple(acts), life(referral.state, acts), tuple(changed(acts, latest)))


def every(store: Store, case_id: str | None = None) -> list[Standing]:
    """All referrals, or those of a case, oldest first."""
    return [standing(store, one.referral_id) for one in referrals.every(store, case_id)]


def concerned(store: Store, hit_ids: Sequence[str]) -> list[Standing]:
    """The referrals that were sent and are no longer right about some of the hits."""
    wanted = set(hit_ids)
    return [one for one in every(store) if wanted & {change.hit_id for change in one.changed}]


def dispatch(
    store: Store, workspace: Workspace, referral_id: str, package: Path, *, channel: str, to: str, on_day: date, proof: Path,
    by: str, due: date | None = None,
) -> ReferralAct:  # fmt: skip
    """Enter that a person sent a package, with proof. Raises RefusedError for a package that is not the referral's own."""
    referral = referrals.one(store, referral_id)
    if channel not in CHANNELS:
        raise UsageError("not a channel", channel, f"use one of: {', '.join(CHANNELS)}")
    if not to.strip():
        raise UsageError("sent to nobody", "--to", "give the number, the address or the portal")
    manifest = _manifest(package)
    made = _made(workspace, referral.referral_id)
    if manifest not in made:
        raise RefusedError(
            "not a package that was made for this referral", str(package),
            f"make it with: titlewatch referrals package {referral.referral_id}",
        )  # fmt: skip
    items = [
        [hit, decision, verdict] for hit, decision, verdict, _ in leaving.standing_decisions(store, referral.case_id)
    ]
    facts = {
        "channel": channel,
        "to": to.strip(),
        "package": made[manifest],
        "manifest_sha256": manifest,
        "items": items,
    }
    act = _enter(store, workspace, referral, "dispatch", on_day, facts, by, proof)
    if due is not None:
        expect(store, workspace, referral_id, due, on_day=on_day, by=by)
    return act


def acknowledge(
    store: Store, workspace: Workspace, referral_id: str, *, reference: str, on_day: date, by: str, document: Path | None = None
) -> ReferralAct:  # fmt: skip
    """Enter that the counterpart has it, and under which reference."""
    facts = {"reference": reference.strip()}
    return _after_dispatch(store, workspace, referral_id, "acknowledge", on_day, facts, by, document)


def message(
    store: Store, workspace: Workspace, referral_id: str, *, direction: str, text: str, on_day: date, by: str, reference: str = "",
    document: Path | None = None,
) -> ReferralAct:  # fmt: skip
    """Enter a message of the thread: ``in`` from the counterpart, ``out`` to it, ``minutes`` of a talk."""
    if direction not in ("in", "out", "minutes"):
        raise UsageError("not a direction", direction, "use in, out or minutes")
    if not text.strip():
        raise UsageError("an empty message", "--text", "say in a sentence what it is")
    facts = {"direction": direction, "text": text.strip(), "reference": reference.strip()}
    return _after_dispatch(store, workspace, referral_id, "message", on_day, facts, by, document)


def expect(store: Store, workspace: Workspace, referral_id: str, due: date, *, on_day: date, by: str) -> ReferralAct:
    """Enter by when a reply is expected."""
    if due < on_day:
        raise UsageError("it was due before it was sent", due.isoformat(), "correct the day")
    return _after_dispatch(store, workspace, referral_id, "due", on_day, {"due": due.isoformat()}, by, None)


def outcome(
    store: Store, workspace: Workspace, referral_id: str, *, result: str, text: str, on_day: date, by: str, document: Path | None = None
) -> ReferralAct:  # fmt: skip
    """Enter what came of it."""
    if result not in OUTCOMES:
        raise UsageError("not an outcome", result, f"use one of: {', '.join(OUTCOMES)}")
    facts = {"outcome": result, "text": text.strip(), "final": result in FINAL}
    return _after_dispatch(store, workspace, referral_id, "outcome", on_day, facts, by, document)


def withdraw(store: Store, workspace: Workspace, referral_id: str, *, why: str, on_day: date, by: str) -> ReferralAct:
    """Enter that we took it back; what was sent stays on record."""
    if not why.strip():
        raise UsageError("withdrawn for no reason", "--why", "say why")
    return _enter(
        store, workspace, referrals.one(store, referral_id), "withdraw", on_day, {"why": why.strip()}, by, None
    )


def correct(
    store: Store, workspace: Workspace, referral_id: str, *, channel: str, to: str, on_day: date, proof: Path, by: str
) -> ReferralAct:  # fmt: skip
    """Enter that a person sent the correction of what is no longer so, with proof. Raises UsageError where nothing changed."""
    now = standing(store, referral_id)
    if not now.changed:
        raise UsageError("nothing of what was sent has changed", referral_id, "nothing is left to do")
    if channel not in CHANNELS:
        raise UsageError("not a channel", channel, f"use one of: {', '.join(CHANNELS)}")
    facts = {"channel": channel, "to": to.strip(), "items": [[one.hit_id, "", one.now] for one in now.changed]}
    return _enter(store, workspace, now.referral, "correction", on_day, facts, by, proof)


def _after_dispatch(
    store: Store, workspace: Workspace, referral_id: str, kind: Kind, on_day: date, facts: Mapping[str, Any], by: str, document: Path | None
) -> ReferralAct:  # fmt: skip
    referral = referrals.one(store, referral_id)
    acts = correspondence.of_referral(store, referral.referral_id)
    first = life(referral.state, acts).dispatched
    if first is None:
        raise UsageError(
            "it was not dispatched yet",
            referral.referral_id,
            f"enter that with: titlewatch referrals dispatch {referral.referral_id}",
        )
    if on_day < first:
        raise UsageError(f"before it was dispatched ({first.isoformat()})", on_day.isoformat(), "correct the day")
    return _enter(store, workspace, referral, kind, on_day, facts, by, document)


def _enter(
    store: Store, workspace: Workspace, referral: Referral, kind: Kind, on_day: date, facts: Mapping[str, Any], by: str,
    document: Path | None,
) -> ReferralAct:  # fmt: skip
    if not by.strip():
        raise UsageError("nobody did it", "--by", "give your name")
    now, person = clock.now(), acting()
    if on_day > now.date():
        raise UsageError("a day that has not come", on_day.isoformat(), "correct the day")
    digest = keep(workspace, document) if document else None
    act_id = clock.new_id()
    body = {
        "type": "referral", "act": kind, "referral": referral.referral_id, "case": referral.case_id, "agency": referral.agency,
        "referral_act": act_id, "day": on_day.isoformat(), "document_sha256": digest, "done_by": by.strip(), **facts,
    }  # fmt: skip
    with store.transaction() as connection:
        (seq,) = enter(workspace, [body])
        made = ReferralAct(
            act_id,
            referral.referral_id,
            kind,
            on_day,
            dict(facts),
            digest,
            by.strip(),
            person.user,
            person.host,
            now,
            seq,
        )
        correspondence.write(connection, made)
    return made


def _manifest(package: Path) -> str:
    if not layout.is_package(package):
        raise UsageError("not a package", str(package), "give the folder that titlewatch referrals package made")
    try:
        return sha256_hex((package / layout.MANIFEST).read_bytes())
    except OSError as error:
        raise UsageError(f"its manifest cannot be read ({error.strerror})", str(package), "make it again") from None


def _made(workspace: Workspace, referral_id: str) -> dict[str, str]:
    """The manifests of the packages that were made for a referral, with the packages' names, as the ledger has them."""
    found: dict[str, str] = {}
    with workspace.ledger.open("rb") as file:
        for line in file:
            if b'"act":"package"' in line and line.endswith(b"\n"):
                body = json.loads(line)
                if body.get("type") == "referral" and body.get("referral") == referral_id:
                    found[body["manifest_sha256"]] = body["package"]
    return found
