"""What people did with a referral and what came back: each act with its day and its proof, in the ledger first.

Nothing here sends anything. A dispatch is a person's own act, and is entered with the package that went and with proof.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.bundle.referral import layout
from crawler.bundle.referral.check import check
from crawler.casework.correspondence import CHANNELS, FINAL, OUTCOMES, Changed, Life, changed, life, sent
from crawler.desk.documents import keep
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import RefusedError, UsageError
from crawler.evidence.canonical import sha256_hex
from crawler.store import Store, correspondence, decisions, referrals
from crawler.store.correspondence import Kind, ReferralAct
from crawler.store.referrals import Referral
from crawler.workspace import Workspace

_PRIVATE = ("text", "why", "to")
_ONE_DAY = timedelta(days=1)


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
    _on_its_way(channel, to)
    if life(referral.state, correspondence.of_referral(store, referral.referral_id)).stage == "withdrawn":
        raise RefusedError("the referral was withdrawn", referral.referral_id, "draft a new one")
    manifest = _manifest(package)
    made = _made(workspace, referral.referral_id)
    if manifest not in made:
        raise RefusedError(
            "not a package that was made for this referral", str(package),
            f"make it with: titlewatch referrals package {referral.referral_id}",
        )  # fmt: skip
    name, made_on = made[manifest]
    if on_day < made_on:
        raise UsageError(f"before the package was made ({made_on.isoformat()})", on_day.isoformat(), "correct the day")
    facts = {
        "channel": channel, "to": to.strip(), "package": name, "manifest_sha256": manifest, "items": _items(package),
    }  # fmt: skip
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
    referral = referrals.one(store, referral_id)
    _not_before(store, referral, on_day)
    return _enter(store, workspace, referral, "withdraw", on_day, {"why": why.strip()}, by, None)


def correct(
    store: Store, workspace: Workspace, referral_id: str, *, channel: str, to: str, on_day: date, proof: Path, by: str
) -> ReferralAct:  # fmt: skip
    """Enter that a person sent the correction of what is no longer so, with proof. Raises UsageError where nothing changed."""
    now = standing(store, referral_id)
    if not now.changed:
        raise UsageError("nothing of what was sent has changed", referral_id, "nothing is left to do")
    _on_its_way(channel, to)
    _not_before(store, now.referral, on_day)
    facts = {"channel": channel, "to": to.strip(), "items": [[one.hit_id, "", one.now] for one in now.changed]}
    return _enter(store, workspace, now.referral, "correction", on_day, facts, by, proof)


def _after_dispatch(
    store: Store, workspace: Workspace, referral_id: str, kind: Kind, on_day: date, facts: Mapping[str, Any], by: str, document: Path | None
) -> ReferralAct:  # fmt: skip
    referral = referrals.one(store, referral_id)
    if not _not_before(store, referral, on_day):
        remedy = f"enter that with: titlewatch referrals dispatch {referral.referral_id}"
        raise UsageError("it was not dispatched yet", referral.referral_id, remedy)
    return _enter(store, workspace, referral, kind, on_day, facts, by, document)


def _on_its_way(channel: str, to: str) -> None:
    if channel not in CHANNELS:
        raise UsageError("not a channel", channel, f"use one of: {', '.join(CHANNELS)}")
    if not to.strip():
        raise UsageError("sent to nobody", "--to", "give the number, the address or the portal")


def _not_before(store: Store, referral: Referral, on_day: date) -> bool:
    """Whether a referral was dispatched. Raises UsageError for a day before that, or before it was drafted."""
    first = life(referral.state, correspondence.of_referral(store, referral.referral_id)).dispatched
    if first is not None and on_day < first:
        raise UsageError(f"before it was dispatched ({first.isoformat()})", on_day.isoformat(), "correct the day")
    drafted = referral.drafted_at.date()
    if on_day < drafted - _ONE_DAY:
        raise UsageError(f"before it was drafted ({drafted.isoformat()})", on_day.isoformat(), "correct the day")
    return first is not None


def _told(act_id: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as the ledger has them: it is for ever, so that what may speak of people stands in it as a hash alone."""
    told = {name: value for name, value in facts.items() if name not in _PRIVATE}
    return told | {
        f"{name}_sha256": sha256_hex(f"{act_id}\n{facts[name]}".encode()) for name in _PRIVATE if facts.get(name)
    }


def _enter(
    store: Store, workspace: Workspace, referral: Referral, kind: Kind, on_day: date, facts: Mapping[str, Any], by: str,
    document: Path | None,
) -> ReferralAct:  # fmt: skip
    if not by.strip():
        raise UsageError("nobody did it", "--by", "give your name")
    now, person = clock.now(), acting()
    if on_day > max(now.date(), now.astimezone().date()):
        raise UsageError("a day that has not come", on_day.isoformat(), "correct the day")
    digest = keep(workspace, document) if document else None
    act_id = clock.new_id()
    body = {
        "type": "referral", "act": kind, "referral": referral.referral_id, "case": referral.case_id, "agency": referral.agency,
        "referral_act": act_id, "day": on_day.isoformat(), "document_sha256": digest, "done_by": by.strip(), **_told(act_id, facts),
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
    """The hash of a package's manifest. Raises RefusedError where the package is not as it was made."""
    if not layout.is_package(package):
        raise UsageError("not a package", str(package), "give the folder that titlewatch referrals package made")
    whole(package)
    return sha256_hex((package / layout.MANIFEST).read_bytes())


def whole(package: Path) -> None:
    """Raise RefusedError for a package that is not as it was made."""
    wrong = [one for one in check(package) if one.state == "fail"]
    if wrong:
        what = f"the package is not as it was made ({wrong[0].object}: {wrong[0].why or 'changed'})"
        raise RefusedError(what, str(package), "make it again and send that")


def _items(package: Path) -> list[list[str]]:
    """What a package says of each item: hit, decision, verdict."""
    dossier = json.loads((package / layout.DOSSIER).read_text(encoding="utf-8"))
    return [
        [one["hit_id"], one["decision"]["basis"][0].removeprefix("decision "), one["decision"]["verdict"]]
        for one in dossier["items"]
    ]


def _made(workspace: Workspace, referral_id: str) -> dict[str, tuple[str, date]]:
    """The manifests of the packages that were made for a referral, with their names and days, as the ledger has them."""
    found: dict[str, tuple[str, date]] = {}
    with workspace.ledger.open("rb") as file:
        for line in file:
            if b'"act":"package"' in line and line.endswith(b"\n"):
                body = json.loads(line)
                if body.get("type") == "referral" and body.get("referral") == referral_id:
                    moment = clock.parse(body["utc"])
                    # A person's calendar may be a day behind UTC.
                    day = min(moment.date(), moment.astimezone().date())
                    found[body["manifest_sha256"]] = body["package"], day
    return found
