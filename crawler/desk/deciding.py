"""A person's decision on hits: in the ledger and in the database, for all of them or for none."""

from collections.abc import Sequence
from dataclasses import replace

from crawler import clock
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import UsageError
from crawler.evidence.canonical import sha256_hex
from crawler.model import VERDICTS
from crawler.store import Store, decisions, given
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
    wanted = given.whole(store, "hit", hit_ids, ", nothing was decided")
    person, now = acting(), clock.now()
    with store.transaction() as connection:
        made = [
            Decision(
                clock.new_id(), hit_id, verdict, note, decided_by, person.user, person.host, now,
                supersedes=_id(decisions.latest(store, hit_id)),
            )
            for hit_id in wanted
        ]  # fmt: skip
        decisions.write(connection, made)
        # Entered when the database has taken the rows: an entry stays, whatever the database makes of it.
        seqs = enter(workspace, [_body(d) for d in made])
        decisions.number(connection, {d.decision_id: seq for d, seq in zip(made, seqs, strict=True)})
    return [replace(d, ledger_seq=seq) for d, seq in zip(made, seqs, strict=True)]


def _id(decision: Decision | None) -> str | None:
    return decision.decision_id if decision else None


def _body(decision: Decision) -> dict[str, object]:
    return {
        "type": "decision",
        "decision": decision.decision_id,
        "hit": decision.hit_id,
        "verdict": decision.verdict,
        "decided_by": decision.decided_by,
        "decided_at": clock.stamp(decision.decided_at),
        "note_sha256": sha256_hex(f"{decision.decision_id}\n{decision.note}".encode()) if decision.note else None,
        "supersedes": decision.supersedes,
    }
