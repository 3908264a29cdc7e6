"""What a resolver was asked and what came, into the record: a question's messages become resources of a WARC segment."""

from typing import Any
from urllib.parse import quote

from crawler import clock
from crawler.engine.attribution.resolver import Asked
from crawler.engine.session import RunSession
from crawler.evidence.canonical import canonical_json, sha256_hex, well_formed
from crawler.evidence.entries import dns_body
from crawler.evidence.warc import Record, capture_record, resource_record
from crawler.store import askings
from crawler.store.askings import DnsAnswer
from crawler.store.exchanges import Kept

MESSAGE_TYPE = "application/dns-message"
"""RFC 8484, 6."""


def keep(run: RunSession, host: str, asked: Asked) -> DnsAnswer:
    """Record one question for the sake of a host; it is durable after the run's next commit, the bytes before the entry."""
    answer_id = clock.new_id()
    told = {
        "host": host,
        "name": asked.name,
        "record_type": asked.record,
        "resolver": asked.resolver,
        "asked": clock.stamp(asked.asked_at),
        "finished": clock.stamp(asked.finished_at),
        "outcome": asked.reading.outcome,
        "detail": well_formed(asked.detail),
    }
    placement = run.segments.append(_records(answer_id, run, asked, told))
    kept = Kept(placement.segment, placement.offset, placement.length, tuple(r.as_dict() for r in placement.records))
    answer = DnsAnswer(
        answer_id, run.run_id, host, asked.name, asked.record, asked.resolver, asked.asked_at, asked.reading.outcome, kept
    )  # fmt: skip
    messages = [asked.question, *(message.data for message in asked.messages)]
    body = dns_body(answer_id, run.run_id, told, messages, placement)
    run.recorder.enter(body, lambda connection, seq: _write(connection, answer, seq))
    return answer


def _write(connection: Any, answer: DnsAnswer, seq: int) -> None:
    askings.write_answer(connection, answer, seq)


def _records(answer_id: str, run: RunSession, asked: Asked, told: dict[str, str]) -> tuple[Record, ...]:
    """The facts first, then the question, then each message in the order in which it came."""
    uri = f"dns://{asked.resolver}/{quote(asked.name, safe='')}?type={asked.record}"
    facts = {
        "dns": answer_id,
        "run": run.run_id,
        **told,
        "attempts": asked.attempts,
        "question": {"sha256": sha256_hex(asked.question), "bytes": len(asked.question)},
        "messages": [
            {
                "over": message.over,
                "at": clock.stamp(message.at),
                "is_answer": message.is_answer,
                "sha256": sha256_hex(message.data),
                "bytes": len(message.data),
            }
            for message in asked.messages
        ],
        "not_before": [dict(token) for token in run.recorder.not_before(run.run_id)],
    }
    records = [
        capture_record(uri, canonical_json(facts), asked.asked_at, answer_id),
        resource_record(uri, MESSAGE_TYPE, asked.question, asked.asked_at, answer_id, "question"),
    ]
    records += [
        resource_record(uri, MESSAGE_TYPE, message.data, message.at, answer_id, f"message {number}")
        for number, message in enumerate(asked.messages, 1)
    ]
    return tuple(records)
