"""Our own findings given to a partner as clues: what a person found infringing, and only through every gate."""

from pathlib import Path
from typing import Any

from crawler.casework import copies, gates
from crawler.casework.leads import writing
from crawler.casework.leads.address import host_of
from crawler.casework.leads.clue import Clue
from crawler.desk.clearing import clear
from crawler.desk.entering import enter
from crawler.errors import RefusedError
from crawler.evidence.canonical import sha256_hex
from crawler.store import Store, cases, hits, works
from crawler.whole_file import handed_out
from crawler.workspace import Workspace


def give(store: Store, workspace: Workspace, case_id: str, to: str, out: Path, approval: str | None = None) -> int:
    """Write the infringing hits of a case as clues for an agency or partner; returns how many.

    Each hit is a clue for its own page, and one for each target. Raises RefusedError naming the gate that is shut,
    UsageError for another format or a reference page among the links.
    """
    agency = gates.agency(to)
    case = cases.one(store, case_id)
    clear(store, workspace, case.case_id, agency, purpose="package", approval=approval)
    known = {work.work_id: work for work in works.every(store)}
    clues: list[Clue] = []
    for hit in copies.counting(hits.several(store, cases.hit_ids(store, case.case_id))):
        work = known[hit["work_id"]]
        genuine = " ".join(one for one in work.identifiers if one.startswith(("http://", "https://")))
        for url in dict.fromkeys([hit["url"], *(link["url"] for link in hit["links"])]):
            clues.append(Clue(url, host_of(url), work.title, genuine, hit["seen_last"], hit["title"]))
    if not clues:
        raise RefusedError("no person found a hit of it infringing", f"case {case.case_id}", "decide its hits first")
    data = writing.written(out.name, clues, _said(workspace, case.title))
    body = {
        "type": "lead", "act": "give", "case": case.case_id, "agency": str(agency), "clues": len(clues), "file": out.name,
        "sha256": sha256_hex(data),
    }  # fmt: skip
    with handed_out(out, data):
        enter(workspace, [body])
    return len(clues)


def _said(workspace: Workspace, title: str) -> dict[str, Any]:
    """What a notice says beside its works: what it is about, and who gives it."""
    collector = workspace.configuration().collector
    name = collector.organisation or collector.name
    entity = {"name": name, "kind": "organization", "country_code": collector.country, "email": collector.contact}
    roles = (
        [{"name": "sender", "entity_attributes": {key: value for key, value in entity.items() if value}}]
        if name
        else []
    )
    return {"title": title, "entity_notice_roles_attributes": roles}
