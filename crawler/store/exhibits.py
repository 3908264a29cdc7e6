"""What a bundle needs of a case, read in a handful of queries however many exhibits it has."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from crawler.errors import UnknownObjectError
from crawler.model import Site, Work
from crawler.store import sites, works
from crawler.store.database import Store

# A page that changed since the decision has a later exhibit, which nobody has judged yet.
DECIDED_UPON = """coalesce((SELECT j.exhibit_id FROM exhibits j WHERE j.hit_id = h.hit_id AND h.exhibit_id IS NOT NULL
  AND j.ledger_seq < (SELECT max(d.ledger_seq) FROM decisions d WHERE d.hit_id = h.hit_id)
  ORDER BY j.ledger_seq DESC LIMIT 1),
  (SELECT j.exhibit_id FROM exhibits j WHERE j.hit_id = h.hit_id AND h.exhibit_id IS NOT NULL AND h.status <> 'new'
  ORDER BY j.ledger_seq LIMIT 1), h.exhibit_id)"""
"""The exhibit that lay before the person whose decision stands, the first one where the decision came before its
exhibit; without a decision the latest one."""

# A new watchlist, new rules, a zone that somebody wrote down or a family of links learned since make a new exhibit
# too, and with those the page is still the one that was judged: what the page itself shows is compared.
_SHOWN = """(SELECT json_remove(e.listing, '$.match', '$.read_from', '$.posted_at', '$.posted_at_basis', '$.posted_at_text', '$.links')
  || (SELECT json_group_array(json_remove(l.value, '$.kind', '$.family', '$.object')) FROM json_each(e.listing, '$.links') l)
  FROM exhibits e WHERE e.exhibit_id = {})"""
CHANGED_SINCE_DECISION = f"""(h.status <> 'new' AND coalesce({_SHOWN.format("h.exhibit_id")}
  <> {_SHOWN.format(DECIDED_UPON)}, 0))"""
"""Whether the hit's latest exhibit shows another listing than the one that was decided upon."""


@dataclass(frozen=True, slots=True)
class KeptExchange:
    """An exchange as an exhibit names it; `segment` is None when its bytes were not kept."""

    exchange_id: str
    role: str
    """page, lead, redirect, robots or picture."""
    facts: Mapping[str, Any]
    """The row of the exchanges table."""
    segment: str | None
    offset: int
    length: int
    records: tuple[Mapping[str, Any], ...]
    ledger_seq: int | None


@dataclass(frozen=True, slots=True)
class KeptCapture:
    """A browser capture of an exhibit."""

    capture_id: str
    exchange_id: str
    url: str
    captured_at: str
    facts: Mapping[str, Any]
    files: Mapping[str, Mapping[str, Any]]
    """Name -> ``sha256, bytes``."""
    segment: str
    offset: int
    length: int
    records: tuple[Mapping[str, Any], ...]
    ledger_seq: int


@dataclass(frozen=True, slots=True)
class ExhibitRow:
    """An exhibit with everything that hangs on it."""

    exhibit_id: str
    hit_id: str
    made_at: str
    ledger_seq: int
    listing: str
    """The JSON snapshot of the hit as it was recorded, the very text."""
    picture_missing: Mapping[str, str] | None
    """``reason, why``; None when there is a picture, or when an earlier version did not say."""
    exchanges: tuple[KeptExchange, ...]
    captures: tuple[KeptCapture, ...]
    observations: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CaseItem:
    """A hit of a case with its work, its site, its decisions and its exhibit."""

    position: int
    added_at: str
    ledger_seq: int | None
    hit: Mapping[str, Any]
    """The row of the hits table."""
    listing: Mapping[str, Any]
    """The row of the listings table."""
    work: Work
    site: Site
    decisions: tuple[Mapping[str, Any], ...]
    """In order of time; the last one stands."""
    exhibit: ExhibitRow | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with its items in their order, and whether an authorisation covers each work."""

    case_id: str
    title: str
    track: str | None
    opened_at: str
    opened_by: str
    ledger_seq: int | None
    items: tuple[CaseItem, ...]
    authorised_works: frozenset[str]
    reference_urls: frozenset[str]
    """Genuine pages of the case's works: none of them may stand where an infringing URL stands."""
    runs: Mapping[str, Mapping[str, Any]]
    """The runs that made the case's exchanges: run id -> row."""


def page_segment(store: Store, exhibit_id: str) -> str | None:
    """The segment that holds an exhibit's page; None where its bytes were not kept."""
    row = store.row(
        "SELECT x.segment FROM exhibit_exchanges e JOIN exchanges x USING (exchange_id) "
        "WHERE e.exhibit_id = ? AND e.role = 'page'",
        (exhibit_id,),
    )
    return row["segment"] if row else None


def is_known(store: Store, exhibit_id: str) -> bool:
    """Whether the database holds an exhibit."""
    return store.row("SELECT 1 FROM exhibits WHERE exhibit_id = ?", (exhibit_id,)) is not None


def case(store: Store, case_id: str) -> CaseRow:
    """Everything about one case. Raises UnknownObjectError."""
    head = store.row("SELECT * FROM cases WHERE case_id = ?", (case_id,))
    if head is None:
        raise UnknownObjectError("no such case", case_id, "see: titlewatch cases list")
    rows = store.rows("SELECT * FROM case_items WHERE case_id = ? ORDER BY position, hit_id", (case_id,))
    hits = _by(store, "SELECT h.* FROM case_items JOIN hits h USING (hit_id) WHERE case_id = ?", case_id, "hit_id")
    listings = _by(
        store,
        "SELECT l.* FROM case_items JOIN hits h USING (hit_id) JOIN listings l USING (listing_id) WHERE case_id = ?",
        case_id,
        "listing_id",
    )
    decisions = _lists(
        store,
        "SELECT d.* FROM case_items JOIN decisions d USING (hit_id) WHERE case_id = ? ORDER BY d.ledger_seq, decision_id",
        case_id,
        "hit_id",
    )
    exhibits = _exhibits(store, case_id)
    known_works = {work.work_id: work for work in works.every(store)}
    known_sites = {site.site_id: site for site in sites.every(store)}
    items = []
    for row in rows:
        hit = hits[row["hit_id"]]
        listing = listings[hit["listing_id"]]
        items.append(
            CaseItem(
                position=row["position"],
                added_at=row["added_at"],
                ledger_seq=row["ledger_seq"],
                hit=hit,
                listing=listing,
                work=known_works[hit["work_id"]],
                site=known_sites[listing["site_id"]],
                decisions=tuple(decisions.get(row["hit_id"], ())),
                exhibit=exhibits.get(row["hit_id"]),
            )
        )
    return CaseRow(
        case_id=head["case_id"],
        title=head["title"],
        track=head["track"],
        opened_at=head["opened_at"],
        opened_by=head["opened_by"],
        ledger_seq=head["ledger_seq"],
        items=tuple(items),
        authorised_works=_authorised(store, {item.work.work_id for item in items}),
        reference_urls=frozenset(
            row[0]
            for row in store.rows(
                "SELECT url FROM reference_urls WHERE work_id IN "
                "(SELECT work_id FROM case_items JOIN hits USING (hit_id) WHERE case_id = ?)",
                (case_id,),
            )
        ),
        runs=_runs(store, case_id),
    )


def _exhibits(store: Store, case_id: str) -> dict[str, ExhibitRow]:
    """The exhibit of each hit that has one: the one that lay before the person who decided."""
    of_case = f"FROM case_items JOIN hits h USING (hit_id) JOIN exhibits e ON e.exhibit_id = {DECIDED_UPON}"
    exchanges: dict[str, list[KeptExchange]] = {}
    for row in store.rows(
        f"SELECT e.exhibit_id, ee.role, x.* {of_case} JOIN exhibit_exchanges ee ON ee.exhibit_id = e.exhibit_id "
        "JOIN exchanges x ON x.exchange_id = ee.exchange_id WHERE case_id = ? ORDER BY x.ledger_seq, x.exchange_id",
        (case_id,),
    ):
        exchanges.setdefault(row["exhibit_id"], []).append(kept_exchange(row, row["role"]))
    captures: dict[str, list[KeptCapture]] = {}
    for row in store.rows(
        f"SELECT e.exhibit_id, c.* {of_case} JOIN exhibit_captures ec ON ec.exhibit_id = e.exhibit_id "
        "JOIN captures c ON c.capture_id = ec.capture_id WHERE case_id = ? ORDER BY c.ledger_seq, c.capture_id",
        (case_id,),
    ):
        captures.setdefault(row["exhibit_id"], []).append(
            KeptCapture(
                capture_id=row["capture_id"],
                exchange_id=row["exchange_id"],
                url=row["url"],
                captured_at=row["captured_at"],
                facts=json.loads(row["facts"]),
                files=json.loads(row["files"]),
                segment=row["segment"],
                offset=row["segment_offset"],
                length=row["segment_length"],
                records=tuple(json.loads(row["records"])),
                ledger_seq=row["ledger_seq"],
            )
        )
    observations = _lists(
        store,
        f"SELECT e.exhibit_id, o.* {of_case} JOIN exhibit_exchanges ee ON ee.exhibit_id = e.exhibit_id "
        "JOIN net_observations o ON o.exchange_id = ee.exchange_id WHERE case_id = ? "
        "ORDER BY o.observed_at, o.observation_id",
        case_id,
        "exhibit_id",
    )
    return {
        row["hit_id"]: ExhibitRow(
            exhibit_id=row["exhibit_id"],
            hit_id=row["hit_id"],
            made_at=row["made_at"],
            ledger_seq=row["ledger_seq"],
            listing=row["listing"],
            picture_missing=json.loads(row["picture_missing"]) if row["picture_missing"] else None,
            exchanges=tuple(exchanges.get(row["exhibit_id"], ())),
            captures=tuple(captures.get(row["exhibit_id"], ())),
            observations=tuple(observations.get(row["exhibit_id"], ())),
        )
        for row in store.rows(f"SELECT e.* {of_case} WHERE case_id = ?", (case_id,))
    }


def kept_exchange(row: sqlite3.Row, role: str) -> KeptExchange:
    """An exchange of the exchanges table as an exhibit names it."""
    return KeptExchange(
        exchange_id=row["exchange_id"],
        role=role,
        facts={key: row[key] for key in row.keys() if key not in ("exhibit_id", "role", "records")},  # noqa: SIM118  a row iterates over its values
        segment=row["segment"],
        offset=row["segment_offset"] or 0,
        length=row["segment_length"] or 0,
        records=tuple(json.loads(row["records"] or "[]")),
        ledger_seq=row["ledger_seq"],
    )


def runs(store: Store, run_ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """The rows of some runs by id."""
    marks = ",".join("?" * len(run_ids))
    rows = store.rows(f"SELECT * FROM runs WHERE run_id IN ({marks}) ORDER BY run_id", sorted(run_ids))
    return {row["run_id"]: dict(row) for row in rows}


def _authorised(store: Store, work_ids: set[str]) -> frozenset[str]:
    rows = store.rows("SELECT DISTINCT work_id FROM authorisation_works")
    return frozenset(row[0] for row in rows) & work_ids


def _runs(store: Store, case_id: str) -> dict[str, Mapping[str, Any]]:
    found = _by(
        store,
        "SELECT * FROM runs WHERE run_id IN (SELECT x.run_id FROM case_items JOIN hits h USING (hit_id) "
        f"JOIN exhibit_exchanges ee ON ee.exhibit_id = {DECIDED_UPON} JOIN exchanges x USING (exchange_id) "
        "WHERE case_id = ?) ORDER BY run_id",
        case_id,
        "run_id",
    )
    return dict(found)


def _by(store: Store, query: str, case_id: str, key: str) -> dict[str, Mapping[str, Any]]:
    return {row[key]: dict(row) for row in store.rows(query, (case_id,))}


def _lists(store: Store, query: str, case_id: str, key: str) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in store.rows(query, (case_id,)):
        found.setdefault(row[key], []).append(dict(row))
    return found


def record_bundle(
    store: Store,
    *,
    bundle_id: str,
    case_id: str,
    made_at: str,
    folder: str,
    payload_sha256: str,
    agency: str | None,
    ledger_seq: int,
) -> None:
    """Remember that a bundle of a case was made, and where it was written."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO bundles VALUES (?, ?, ?, ?, ?, ?, ?)",
            (bundle_id, case_id, made_at, folder, payload_sha256, agency, ledger_seq),
        )
