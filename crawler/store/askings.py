"""What name servers and registries were asked: the index of their kept answers, and when each may be asked again."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.store.database import Store
from crawler.store.exchanges import Kept


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """One question to one resolver, and where its messages lie."""

    answer_id: str
    run_id: str
    host: str
    """For whose sake it was asked."""
    name: str
    """The name asked for: the host, its domain, or where the host's alias leads."""
    record_type: str
    resolver: str
    at: datetime
    """When it was asked, UTC."""
    outcome: str
    """One of `crawler.attribution.dns.Outcome`."""
    kept: Kept


@dataclass(frozen=True, slots=True)
class Registration:
    """One look-up at a registry's service, and the exchange that ended it."""

    registration_id: str
    run_id: str
    subject: str
    """``domain:NAME``, ``ip:ADDRESS``, ``autnum:NUMBER``, ``entity:HANDLE@SERVICE``, ``bootstrap:URL``."""
    at: datetime
    outcome: str
    """``found``, ``not-found``, or how it failed."""
    server: str | None
    """``host:port`` of who was asked last."""
    exchange_id: str | None
    again_at: datetime | None = None
    """Before then the server is not to be asked anything."""


def write_answer(connection: sqlite3.Connection, answer: DnsAnswer, ledger_seq: int) -> int:
    """Index an answer; returns 1 when it was not known."""
    kept = answer.kept
    return connection.execute(
        "INSERT OR IGNORE INTO dns_answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        (
            answer.answer_id, answer.run_id, answer.host, answer.name, answer.record_type, answer.resolver,
            clock.stamp(answer.at), answer.outcome, kept.segment, kept.offset, kept.length,
            json.dumps([dict(record) for record in kept.records]), ledger_seq,
        ),
    ).rowcount  # fmt: skip


def write_registration(connection: sqlite3.Connection, registration: Registration, ledger_seq: int) -> int:
    """Index a look-up; returns 1 when it was not known."""
    one = registration
    again = clock.stamp(one.again_at) if one.again_at else None
    return connection.execute(
        "INSERT OR IGNORE INTO registrations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            one.registration_id, one.run_id, one.subject, clock.stamp(one.at), one.outcome, one.server,
            one.exchange_id, again, ledger_seq,
        ),
    ).rowcount  # fmt: skip


def write_missed(connection: sqlite3.Connection, ledger_seq: int, body: Mapping[str, Any]) -> int:
    """Index a `dns` or `registration` entry of the ledger whose own commit never came; returns 1 when it was missing."""
    if body["type"] == "dns":
        place = body["record"]
        kept = Kept(place["segment"], place["offset"], place["length"], tuple(place["records"]))
        answer = DnsAnswer(
            body["dns"], body["run"], body["host"], body["name"], body["record_type"], body["resolver"],
            clock.parse(body["asked"]), body["outcome"], kept,
        )  # fmt: skip
        return write_answer(connection, answer, ledger_seq)
    again = clock.parse(body["again_at"]) if body["again_at"] else None
    registration = Registration(
        body["registration"], body["run"], body["subject"], clock.parse(body["asked"]), body["outcome"], body["server"],
        body["exchange"], again,
    )  # fmt: skip
    return write_registration(connection, registration, ledger_seq)


def to_state(store: Store, hosts: Collection[str] | None = None) -> list[DnsAnswer]:
    """The answers about some hosts, or about all, from which nothing has been stated yet, oldest first."""
    rows = store.rows("SELECT * FROM dns_answers WHERE stated = 0 ORDER BY at, answer_id")
    return [_answer(row) for row in rows if hosts is None or row["host"] in hosts]


def stated(connection: sqlite3.Connection, answers: Iterable[DnsAnswer]) -> None:
    """Say that what answers hold is stated."""
    connection.executemany(
        "UPDATE dns_answers SET stated = 1 WHERE answer_id = ?", [(answer.answer_id,) for answer in answers]
    )


def answer(store: Store, answer_id: str) -> DnsAnswer | None:
    """One answer by its id."""
    row = store.row("SELECT * FROM dns_answers WHERE answer_id = ?", (answer_id,))
    return _answer(row) if row else None


def answers_of(store: Store, host: str, run_id: str | None = None) -> list[DnsAnswer]:
    """Everything that was asked of name servers for a host, oldest first; in one run, where it is named."""
    rows = store.rows("SELECT * FROM dns_answers WHERE host = ? ORDER BY at, answer_id", (host,))
    return [_answer(row) for row in rows if run_id is None or row["run_id"] == run_id]


def latest(store: Store, subject: str, outcomes: Sequence[str] = ("found", "not-found")) -> Registration | None:
    """The newest look-up of a subject that ended in one of some ways."""
    marks = ", ".join("?" * len(outcomes))
    row = store.row(
        f"SELECT * FROM registrations WHERE subject = ? AND outcome IN ({marks}) ORDER BY at DESC, registration_id DESC LIMIT 1",
        (subject, *outcomes),
    )
    return _registration(row) if row else None


def pauses(store: Store, now: datetime) -> dict[str, datetime]:
    """The servers that asked to be left alone, and until when."""
    rows = store.rows(
        "SELECT server, max(again_at) AS until FROM registrations WHERE again_at > ? AND server IS NOT NULL GROUP BY server",
        (clock.stamp(now),),
    )
    return {row["server"]: clock.parse(row["until"]) for row in rows}


def last_asked(store: Store) -> dict[str, datetime]:
    """When each host's name was last asked for."""
    rows = store.rows("SELECT host, max(at) AS at FROM dns_answers GROUP BY host")
    return {row["host"]: clock.parse(row["at"]) for row in rows}


def counts(store: Store, run_id: str) -> dict[str, dict[str, int]]:
    """``dns`` and ``registrations`` -> outcome -> how many, of one run."""
    return {
        kind: {
            row["outcome"]: row["n"]
            for row in store.rows(
                f"SELECT outcome, count(*) AS n FROM {table} WHERE run_id = ? GROUP BY outcome ORDER BY outcome",
                (run_id,),
            )
        }
        for kind, table in (("dns", "dns_answers"), ("registrations", "registrations"))
    }


def observable(store: Store) -> list[tuple[str, str]]:
    """Address and site of each hit that a person found infringing or that is in a case."""
    return [
        (row["url"], row["site_id"])
        for row in store.rows(
            "SELECT DISTINCT h.url, l.site_id FROM hits h JOIN listings l USING (listing_id) WHERE h.status = 'infringing' "
            "OR (h.status IN ('new', 'unclear') AND h.hit_id IN (SELECT hit_id FROM case_items)) ORDER BY h.url"
        )
    ]


def _answer(row: sqlite3.Row) -> DnsAnswer:
    kept = Kept(row["segment"], row["segment_offset"], row["segment_length"], tuple(json.loads(row["records"])))
    return DnsAnswer(
        row["answer_id"], row["run_id"], row["host"], row["name"], row["record_type"], row["resolver"],
        clock.parse(row["at"]), row["outcome"], kept,
    )  # fmt: skip


def _registration(row: sqlite3.Row) -> Registration:
    again = clock.parse(row["again_at"]) if row["again_at"] else None
    return Registration(
        row["registration_id"], row["run_id"], row["subject"], clock.parse(row["at"]), row["outcome"], row["server"],
        row["exchange_id"], again,
    )  # fmt: skip
