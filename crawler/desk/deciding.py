"""A person's decision on hits: in the ledger first, then in the database, for all of them or for none."""

from collections.abc import Sequence

from crawler import clock
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import UnknownObjectError, UsageError
from crawler.evidence.canonical import sha256_hex
from crawler.model import VERDICTS
from crawler.store import Store, decisions, hits
from crawler.store.decisions import Decision
from crawler.workspace import Workspace


def decide(
    store: Store, workspace: Workspace, hit_ids: Sequence[str], verdict: str, decided_by: str, note: str = ""
) -> list[Decision]:
    """Record one verdict on hits; it supersedes an earlier one, which stays on record.

    The ledger names the verdict, the person and the hash of the note, so that a bundle shows
    no analyst's private words. Raises UsageError for an unknown verdict or an empty name,
    UnknownObjectError for an unknown hit; then nothing is decided.
    """
    if verdict not in VERDICTS:
        raise UsageError("not a verdict", verdict, f"use one of: {', '.join(VERDICTS)}")
    decided_by = " ".join(decided_by.split())
    if not decided_by:
        raise UsageError("nobody decided", "--by", "give the name of the person who decides")
    wanted = list(dict.fromkeys(hit_ids))
    missing = hits.unknown(store, wanted)
    if missing:
        raise UnknownObjectError("no such hit, nothing was decided", ", ".join(missing), "see: titlewatch hits")
    person, now = acting(), clock.now()
    made = [
        Decision(clock.new_id(), hit_id, verdict, note, decided_by, person.user, person.host, now) for hit_id in wanted
    ]
    earlier = {d.hit_id: decisions.latest(store, d.hit_id) for d in made}
    entries = enter(workspace, [_body(d, earlier[d.hit_id]) for d in made])
    made = [
        Decision(
            d.decision_id, d.hit_id, verdict, note, decided_by, person.user, person.host, now,
            ledger_seq=seq, supersedes=_id(earlier[d.hit_id]),
        )
        for d, seq in zip(made, entries, strict=True)
    ]  # fmt: skip
    decisions.save(store, made)
    return made


def _id(decision: Decision | None) -> str | None:
    return decision.decision_id if decision else None


def _body(decision: Decision, earlier: Decision | None) -> dict[str, object]:
    return {
        "type": "decision",
        "decision": decision.decision_id,
        "hit": decision.hit_id,
        "verdict": decision.verdict,
        "decided_by": decision.decided_by,
        "decided_at": clock.stamp(decision.decided_at),
        "note_sha256": sha256_hex(f"{decision.decision_id}\n{decision.note}".encode()) if decision.note else None,
        "supersedes": _id(earlier),
    }
