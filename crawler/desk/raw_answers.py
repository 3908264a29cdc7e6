"""The raw answers on which statements rest, out of the record: an exchange's bytes, a resolver's messages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawler.attribution import dns
from crawler.attribution.answered import Answer
from crawler.attribution.dns import Reading
from crawler.errors import UnknownObjectError
from crawler.evidence.http_message import decoded_entity
from crawler.evidence.warc_read import read_member
from crawler.store import Store, askings, exchanges
from crawler.store.askings import DnsAnswer, Registration
from crawler.store.exchanges import Kept
from crawler.workspace import Workspace

_UNANSWERED = frozenset({"silent", "unreachable", "mismatched", "truncated"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One record of what was kept, byte for byte."""

    name: str
    """``metadata``, ``request``, ``response``, ``question``, ``message 1`` ..."""
    record: Mapping[str, Any]
    """Its place in the segment, as the ledger has it."""
    block: bytes


def pieces(store: Store, workspace: Workspace, basis: str) -> tuple[Kept, list[Piece]]:
    """Everything that is kept of what a statement rests on: an exchange, or a question to a resolver.

    Raises UnknownObjectError where nothing of it is kept, EvidenceError where a record cannot be read.
    """
    row = exchanges.one(store, basis)
    answer = askings.answer(store, basis) if row is None else None
    kept = row.kept if row else answer.kept if answer else None
    if kept is None:
        raise UnknownObjectError(
            "no bytes are kept of this", basis, "observe the host again: titlewatch hosts observe --ask"
        )
    names = ["metadata", "question", *(f"message {n}" for n in range(1, len(kept.records) - 1))]
    return kept, [
        Piece(names[number] if answer else str(record["type"]), record, _block(workspace, kept, record))
        for number, record in enumerate(kept.records)
    ]


def read(workspace: Workspace, answer: DnsAnswer) -> Answer:
    """What a resolver said, read anew from the bytes that are kept."""
    record: Any = answer.record_type
    outcome: Any = answer.outcome
    if outcome in _UNANSWERED:
        return Answer(answer.answer_id, answer.name, record, answer.at, Reading(outcome))
    facts = json.loads(_block(workspace, answer.kept, answer.kept.records[0]))
    # What was cut is followed by what came whole.
    number = max(number for number, message in enumerate(facts["messages"]) if message["is_answer"])
    message = _block(workspace, answer.kept, answer.kept.records[2 + number])
    return Answer(answer.answer_id, answer.name, record, answer.at, dns.read(answer.name, record, message))


def body(store: Store, workspace: Workspace, registration: Registration) -> bytes | None:
    """What a registry's service answered, unpacked; None where it answered nothing that is kept."""
    row = exchanges.one(store, registration.exchange_id) if registration.exchange_id else None
    if row is None or row.kept is None:
        return None
    response = next((record for record in row.kept.records if record["type"] == "response"), None)
    return decoded_entity(_block(workspace, row.kept, response)).body if response else None


def _block(workspace: Workspace, kept: Kept, record: Mapping[str, Any]) -> bytes:
    path = workspace.evidence / kept.segment
    path = path if path.is_file() else path.with_name(f"{path.name}.open")
    return read_member(path, int(record["offset"]), int(record["length"])).block
