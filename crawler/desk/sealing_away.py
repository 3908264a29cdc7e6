"""Unlawful imagery and malware sealed away: kept in the record, shown to nobody, and in no case, digest or bundle."""

from dataclasses import dataclass
from typing import get_args

from crawler import clock
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import UsageError
from crawler.store import Store, case_acts, cases, given, sealed
from crawler.store.case_acts import CaseAct
from crawler.store.sealed import Reason, Sealed
from crawler.workspace import Workspace

REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, slots=True)
class SealedAway:
    """What was sealed away by one act."""

    hits: tuple[str, ...]
    objects: int
    """Hits, exchanges and captures."""
    cases: tuple[str, ...]
    """The cases that it was taken out of."""


def seal_away(store: Store, workspace: Workspace, hit_ids: list[str], reason: str, by: str) -> SealedAway:
    """Seal hits away with all that shows them, and with every hit whose exhibits rest on the same exchanges or captures.

    They leave the cases that hold them, those under legal hold too: what is sealed is kept, and no hold is broken.
    Nothing opens them again here; whoever must report them finds the record's place by the ledger. Raises UsageError.
    """
    if reason not in REASONS:
        raise UsageError("not a reason", reason, f"use one of: {', '.join(REASONS)}")
    by = " ".join(by.split())
    if not by:
        raise UsageError("nobody seals", "--by", "give the name of the person who seals it away")
    person, at = acting(), clock.now()
    wanted = given.whole(store, "hit", hit_ids, ", nothing was sealed", also_sealed=True)
    queue, found = list(wanted), dict[str, tuple[tuple[str, str], ...]]()
    while queue:
        hit = queue.pop()
        if hit not in found:
            found[hit] = sealed.shows(store, hit)
            queue += sealed.beside(store, found[hit])
    objects = tuple(dict.fromkeys(thing for hit in sorted(found) for thing in found[hit]))
    body = {
        "type": "sealed-away", "reason": reason, "by": by, "hits": sorted(found),
        "objects": [object_id for _, object_id in objects],
    }  # fmt: skip
    holding = [(str(row["case_id"]), hit) for row in cases.every(store) for hit in cases.hit_ids(store, str(row["case_id"]))]  # fmt: skip
    left = [(case_id, hit) for case_id, hit in holding if hit in found]
    with store.transaction() as connection:
        # Rows and entries take effect together; the entry is written while the database holds still.
        removals = [{"type": "case-act", "act": "remove", "case": case_id, "id": clock.new_id(), "by": by, "hit": hit, "why": "sealed away"} for case_id, hit in left]  # fmt: skip
        seq, *seqs = enter(workspace, [body, *removals])
        for hit, things in found.items():
            made = Sealed(hit, reason, by, person.user, person.host, at, things)
            sealed.write(connection, made, seq)
            sealed.rest(connection, hit)
        for (case_id, hit), removal, number in zip(left, removals, seqs, strict=True):
            facts = {"hit": hit, "why": "sealed away"}
            act = CaseAct(removal["id"], case_id, "remove", facts, by, person.user, person.host, at, number)
            case_acts.write(connection, act)
            case_acts.remove_item(connection, case_id, hit)
    return SealedAway(tuple(sorted(found)), len(objects), tuple(dict.fromkeys(case_id for case_id, _ in left)))
