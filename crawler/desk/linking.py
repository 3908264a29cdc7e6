"""Links between sites by their operators' traces: gathered from the record, and disputed by people."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from crawler import clock
from crawler.attribution.operators import KINDS, OperatorLink
from crawler.attribution.operators import links as graded
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.desk.viewing import HIDDEN
from crawler.errors import UsageError
from crawler.statement import PERSONAL
from crawler.store import Store, operator_links, statements
from crawler.store.operator_links import Dispute
from crawler.workspace import Workspace


def links(store: Store, site: str | None = None, withheld: Collection[str] = ()) -> tuple[OperatorLink, ...]:
    """The links between sites that the record shows, strongest first; those of one site (or domain) where it is named.

    Statements with a handling of `withheld` bear none out. What may lead to a person is compared and its value not given.
    """
    disputed = {pair for pair, said in operator_links.disputes(store).items() if said.is_disputed}
    said = [one for one in statements.firsts(store, KINDS) if (one.handling or "").upper() not in withheld]
    found = graded(said, operator_links.owners(store), operator_links.certificate_names(store), disputed)
    return tuple(_hidden(link) for link in found if site is None or site in (link.left, link.right))


def dispute(
    store: Store, workspace: Workspace, one: str, other: str, note: str, by: str, *, is_disputed: bool = True
) -> Dispute:
    """Let a link between two sites be disputed, or no longer. Raises UsageError where there is none, or no name or reason."""
    first, second = sorted((one, other))
    if not any((link.left, link.right) == (first, second) for link in links(store)):
        raise UsageError("nothing links these two", f"{one}, {other}", "see: titlewatch operators")
    if not by.strip() or not note.strip():
        raise UsageError("nobody disputes, or for no reason", f"{one}, {other}", "give --by NAME and --note TEXT")
    person, at = acting(), clock.now()
    dispute_id = clock.new_id()
    body = {
        "type": "operator-link", "act": "dispute" if is_disputed else "undispute", "dispute": dispute_id, "one": first,
        "other": second, "note_sha256": sha256(note.strip().encode()).hexdigest(), "done_by": by.strip(),
    }  # fmt: skip
    with store.transaction() as connection:
        (seq,) = enter(workspace, [body])
        made = Dispute(
            dispute_id, first, second, is_disputed, note.strip(), by.strip(), person.user, person.host, at, seq
        )  # fmt: skip
        operator_links.dispute(connection, made)
    return made


def entities(found: Iterable[OperatorLink]) -> Iterator[dict[str, Any]]:
    """Links as entities of FollowTheMoney: who runs each site, unknown to us, and what joins them; each entity once."""
    seen: set[str] = set()
    for link in found:
        ends = []
        for site in (link.left, link.right):
            ends.append(_id("operator", site))
            if ends[-1] not in seen:
                seen.add(ends[-1])
                yield {
                    "id": ends[-1],
                    "schema": "LegalEntity",
                    "properties": {"name": [f"Operator of {site}"], "alias": [site]},
                }
        joined = "; ".join(f"{trace.kind} {trace.value}" for trace in link.shared)
        properties = {
            "subject": [ends[0]], "object": [ends[1]], "role": ["same operator" if link.is_asserted else "perhaps the same operator"],
            "summary": [f"{link.grade}{', disputed' if link.is_disputed else ''}: {joined}"], "recordId": list(link.because),
        }  # fmt: skip
        yield {"id": _id("link", link.left, link.right), "schema": "UnknownLink", "properties": properties}


def _hidden(link: OperatorLink) -> OperatorLink:
    shared = tuple(replace(one, value=HIDDEN) if one.kind in PERSONAL else one for one in link.shared)
    return replace(link, shared=shared)


def _id(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:40]
