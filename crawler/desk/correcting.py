"""The correction of what was sent under decisions that stand no longer, drafted for a person to sign and send."""

import json
from pathlib import Path

from crawler.bundle.referral.correction import Corrected, Correction, pdf
from crawler.bundle.referral.layout import DOSSIER
from crawler.desk.corresponding import standing
from crawler.desk.entering import enter
from crawler.errors import UsageError
from crawler.evidence.canonical import sha256_hex
from crawler.store import Store, cases, decisions, hits
from crawler.whole_file import handed_out
from crawler.workspace import Workspace


def draft(store: Store, workspace: Workspace, referral_id: str, out: Path, language: str) -> int:
    """Write the correction as a PDF in both languages; returns how many items it corrects. Raises UsageError where none changed."""
    now = standing(store, referral_id)
    if not now.changed:
        raise UsageError("nothing of what was sent has changed", referral_id, "nothing is left to do")
    known = {hit["hit_id"]: hit for hit in hits.several(store, [one.hit_id for one in now.changed])}
    sent = [act for act in now.acts if act.act == "dispatch"][-1]
    numbers = _numbers(workspace.exports / sent.facts["package"] / DOSSIER)
    items = []
    for one in now.changed:
        hit = known.get(one.hit_id, {})
        decision = decisions.latest(store, one.hit_id)
        items.append(
            Corrected(
                exhibit=" ".join(part for part in (numbers.get(one.hit_id, ""), hit.get("exhibit") or "") if part), url=hit.get("url", one.hit_id), then=one.then, now=one.now,
                decided_at=decision.decided_at.date().isoformat() if decision else "", decided_by=decision.decided_by if decision else "",
            )
        )  # fmt: skip
    case = cases.one(store, now.referral.case_id)
    told = Correction(
        case.case_id,
        case.title,
        now.referral.agency,
        now.life.reference,
        sent.facts["package"],
        sent.on_day.isoformat(),
        tuple(items),
    )
    data = pdf(told, language)
    body = {
        "type": "referral", "act": "correction-draft", "referral": now.referral.referral_id, "case": case.case_id,
        "items": [one.hit_id for one in now.changed], "file": out.name, "sha256": sha256_hex(data),
    }  # fmt: skip
    with handed_out(out, data):
        enter(workspace, [body])
    return len(items)


def _numbers(dossier: Path) -> dict[str, str]:
    """What the package calls each hit's exhibit (``E4``); nothing where the package lies elsewhere or cannot be read."""
    try:
        items = json.loads(dossier.read_bytes())["items"]
        return {item["hit_id"]: f"E{item['number']}" for item in items}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
