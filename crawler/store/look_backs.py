"""Looking back: which works have not been searched for among what was seen, and the hits that it found."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.model import Match
from crawler.store import listings
from crawler.store.database import Store
from crawler.store.listings import ExhibitDue
from crawler.store.recollection import Recalled

FIRST = 1_000
"""Priority of pages that are read again to prove a hit."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A work that is to be searched for among the texts with numbers above `after`."""

    work_id: str
    after: int
    mark: str
    """When the work was changed last."""
    rests: bool = False
    """Whether its matches are not looked for: only what is known of it is to be judged anew."""


@dataclass(frozen=True, slots=True)
class LookBack:
    """What one search of everything seen did."""

    look_back_id: str
    at: datetime
    works: int
    listings: int
    hits: int
    """New ones from the threshold up."""
    review: int
    """New ones below it."""
    rescored: int
    """Known ones that nobody has decided, whose score or reasons the change of a work changed."""
    kept: int = 0
    """Of the new ones, those whose pages are kept byte for byte."""


def owe(connection: sqlite3.Connection, work_id: str) -> None:
    """Say that a work is new or other than it was."""
    connection.execute("INSERT OR REPLACE INTO looks_owed VALUES (?, 0)", (work_id,))


def owed(store: Store) -> list[Owed]:
    """The works that are to be searched for, in the order of their ids; one that rests only when it has hits to be judged."""
    rows = store.rows(
        "SELECT o.work_id, o.after, w.changed_at, coalesce(p.policy, 'default') = 'off' AS rests "
        "FROM looks_owed o JOIN works w USING (work_id) LEFT JOIN work_policies p USING (work_id) "
        "WHERE o.after < (SELECT coalesce(max(number), 0) FROM listing_texts) AND (rests = 0 OR EXISTS "
        "(SELECT 1 FROM hits h WHERE h.work_id = o.work_id AND h.status = 'new' AND h.score > 0)) ORDER BY o.work_id"
    )
    return [Owed(row[0], row[1], row[2], bool(row[3])) for row in rows]


def settle(store: Store) -> None:
    """Forget the works for which everything was searched: what comes from now on is matched by a run that knows them.

    Only for who holds the run lock, before its titles are read.
    """
    with store.transaction() as connection:
        connection.execute("DELETE FROM looks_owed WHERE after >= (SELECT coalesce(max(number), 0) FROM listing_texts)")


def searched(connection: sqlite3.Connection, works: Iterable[Owed], up_to: int) -> None:
    """Say up to which number was searched for works; for one that was changed meanwhile nothing was."""
    connection.executemany(
        "UPDATE looks_owed SET after = ? WHERE work_id = ? AND after = ? "
        "AND EXISTS (SELECT 1 FROM works w WHERE w.work_id = looks_owed.work_id AND w.changed_at = ?)",
        [(up_to, one.work_id, one.after, one.mark) for one in works],
    )


def write(connection: sqlite3.Connection, done: LookBack, rules_version: str, ledger_seq: int) -> None:
    """Write a look-back under the number of its ledger entry."""
    connection.execute(
        "INSERT INTO look_backs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            done.look_back_id, clock.stamp(done.at), done.works, done.listings, done.hits, done.review, done.rescored,
            rules_version, ledger_seq,
        ),
    )  # fmt: skip


def write_hit(connection: sqlite3.Connection, look_back_id: str, hit_id: str, one: Recalled, match: Match) -> None:
    """Write a hit that no run has found: first seen when the listing's text was read, last when it was known to stand there."""
    connection.execute(
        "INSERT INTO hits (hit_id, listing_id, work_id, url, score, reasons, rules_version, first_seen, last_seen, look_back) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            hit_id,
            one.listing_id,
            match.work_id,
            one.listing.url,
            match.score,
            reasons_of(match),
            match.rules_version,
            clock.stamp(one.read_at),
            clock.stamp(one.seen_at),
            look_back_id,
        ),
    )


def write_score(connection: sqlite3.Connection, hit_id: str, one: Recalled, match: Match) -> None:
    """Bring the score and the reasons of a known hit up to date; one that matches stood there when its listing last did."""
    connection.execute(
        "UPDATE hits SET score = ?, reasons = ?, rules_version = ?, last_seen = max(last_seen, ?) WHERE hit_id = ?",
        (match.score, reasons_of(match), match.rules_version, clock.stamp(one.seen_at) if match.score else "", hit_id),
    )


def reasons_of(match: Match) -> str:
    """The reasons of a match as a hit has them."""
    return json.dumps([listings.reason_facts(reason) for reason in match.reasons], ensure_ascii=False)


def known(store: Store, url: str, work_id: str) -> sqlite3.Row | None:
    """What the database holds of the hit of a URL and a work: hit_id, status, score, reasons, exhibit_id."""
    return store.row(
        "SELECT hit_id, status, score, reasons, exhibit_id FROM hits WHERE url = ? AND work_id = ?", (url, work_id)
    )


def undecided(store: Store, listing_id: str) -> list[sqlite3.Row]:
    """The hits of a listing that nobody has decided: work_id, reasons, and `as_read`, whether it was not read again since."""
    return list(
        store.rows(
            "SELECT h.work_id, h.reasons, h.last_seen >= t.read_at AS as_read FROM hits h JOIN listings l ON l.url = h.url "
            "JOIN listing_texts t ON t.listing_id = l.listing_id "
            "WHERE l.listing_id = ? AND h.listing_id = l.listing_id AND h.status = 'new'",
            (listing_id,),
        )
    )


def texts_with_hits(store: Store, work_ids: Iterable[str], after: int) -> list[int]:
    """The numbers above `after` of the texts in which works have been found, in their order."""
    return sorted(
        {
            row[0]
            for work_id in work_ids
            for row in store.rows(
                "SELECT t.number FROM hits h JOIN listing_texts t USING (listing_id) WHERE h.work_id = ? AND t.number > ?",
                (work_id, after),
            )
        }
    )


def read_again(connection: sqlite3.Connection, site_id: str, page_url: str) -> bool:
    """Make a page due, before all others and whatever the server says of its age; False when there is no such page."""
    return (
        connection.execute(
            "UPDATE pages SET state = 'due', attempts = 0, not_before = NULL, etag = NULL, last_modified = NULL, "
            "priority = max(priority, ?) WHERE site_id = ? AND url = ?",
            (FIRST, site_id, page_url),
        ).rowcount
        > 0
    )


def unproved(store: Store, work_ids: Iterable[str]) -> list[tuple[str, str]]:
    """Site and page of hits of works that looking back found, and that neither have an exhibit nor wait for one from kept bytes."""
    return [
        (row[0], row[1])
        for work_id in work_ids
        for row in store.rows(
            "SELECT DISTINCT l.site_id, l.source_page FROM hits h JOIN listings l USING (listing_id) WHERE h.work_id = ? "
            "AND h.look_back IS NOT NULL AND h.exhibit_id IS NULL AND h.score > 0 "
            "AND NOT EXISTS (SELECT 1 FROM exhibits_due d WHERE d.hit_id = h.hit_id)",
            (work_id,),
        )
    ]


def prove_by(connection: sqlite3.Connection, exchange_id: str, due: ExhibitDue) -> None:
    """Let the next run make a hit's exhibit from the kept bytes of its page."""
    listings.write_due(connection, exchange_id, due)


def rests_on(store: Store, exchange_id: str) -> Mapping[str, Any] | None:
    """An exchange: ledger_seq, response_sha256, and `kept`, whether its bytes are there and the listing was read from them."""
    row = store.row(
        "SELECT ledger_seq, response_sha256, segment IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM captures c WHERE c.exchange_id = x.exchange_id "
        "AND json_extract(c.files, '$.\"rendered.html\"') IS NOT NULL) AS kept "
        "FROM exchanges x WHERE exchange_id = ?",
        (exchange_id,),
    )
    return dict(row) if row else None


def roles(store: Store, exchange_id: str) -> dict[str, str]:
    """The exchanges behind a page: its redirects, the page that led there, robots.txt as it was then."""
    found = {exchange_id: "page"}
    row = store.row("SELECT via, hop, site_id, started_at FROM exchanges WHERE exchange_id = ?", (exchange_id,))
    assert row is not None
    robots = store.row(
        "SELECT exchange_id FROM exchanges WHERE site_id = ? AND purpose = 'robots' AND started_at <= ? "
        "ORDER BY started_at DESC LIMIT 1",
        (row["site_id"], row["started_at"]),
    )
    via, hops = row["via"], row["hop"]
    while via and via not in found:
        found[via] = "redirect" if hops > 0 else "lead"
        if hops <= 0:
            break
        hops -= 1
        earlier = store.row("SELECT via FROM exchanges WHERE exchange_id = ?", (via,))
        via = earlier["via"] if earlier else None
    if robots:
        found.setdefault(robots[0], "robots")
    return found
