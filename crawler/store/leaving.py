"""What of a case the gates look at before it leaves: each item's addresses, where it was taken, when it was last seen."""

import json
from dataclasses import dataclass
from typing import Any

from crawler.store import landings
from crawler.store.database import Store
from crawler.store.exhibits import DECIDED_UPON
from crawler.store.timeline import STATES


@dataclass(frozen=True, slots=True)
class Leaving:
    """An item of a case as the record holds it."""

    hit_id: str
    work_id: str
    addresses: tuple[str, ...]
    """The listing, its page, its targets as listed and as exhibited, and what they lead to."""
    hosts: tuple[str, ...]
    """``host:port`` of its site, those that it redirects to included."""
    licensed: tuple[str, ...]
    """Licensed domains of its work, as they are written."""
    seen: tuple[str, ...]
    """When it was first and last seen, and when its exhibit was made."""


@dataclass(frozen=True, slots=True)
class LastSeen:
    """The last event of an item's listing that says whether it stands."""

    hit_id: str
    url: str
    site_id: str
    page: str
    """The page that holds the listing."""
    state: str
    """up, gone or moved."""
    exchange_id: str | None
    ledger_seq: int | None
    """Of that exchange's entry."""
    targets: tuple[str, ...]
    """The last states of its targets' landing pages."""


def items(store: Store, case_id: str) -> list[Leaving]:
    """The items of a case, in their order."""
    found = []
    for row in store.rows(
        "SELECT h.hit_id, h.work_id, h.url, h.first_seen, h.last_seen, l.listing_id, l.site_id, l.url AS own, l.source_page, "
        f"e.made_at, e.listing FROM case_items i JOIN hits h USING (hit_id) JOIN listings l USING (listing_id) "
        f"LEFT JOIN exhibits e ON e.exhibit_id = {DECIDED_UPON} WHERE i.case_id = ? ORDER BY i.position, h.hit_id",
        (case_id,),
    ):
        shown = json.loads(row["listing"])["links"] if row["listing"] else []
        addresses = [row["url"], row["own"], row["source_page"], *(str(link["url"]) for link in shown)]
        for target in store.rows(
            "SELECT u.url, t.leads_to ->> 'url' AS leads_to FROM hosting_urls u "
            f"LEFT JOIN landings t ON t.target = {landings.TARGET} WHERE u.listing_id = ?",
            (row["listing_id"],),
        ):
            addresses += [target["url"], target["leads_to"]]
        hosts = store.rows("SELECT host FROM site_hosts WHERE site_id = ? ORDER BY host", (row["site_id"],))
        licensed = store.rows(
            "SELECT value FROM work_facets WHERE work_id = ? AND facet = 'licensed_domain' ORDER BY position",
            (row["work_id"],),
        )
        found.append(
            Leaving(
                row["hit_id"],
                row["work_id"],
                tuple(dict.fromkeys(address for address in addresses if address)),
                tuple(str(host[0]) for host in hosts),
                tuple(str(one[0]) for one in licensed),
                tuple(at for at in (row["first_seen"], row["last_seen"], row["made_at"]) if at),
            )
        )
    return found


def last_seen(store: Store, case_id: str) -> list[LastSeen]:
    """When and how each item of a case was last found, in their order."""
    return [_last(store, row) for row in store.rows(
        "SELECT h.hit_id, l.listing_id, l.url, l.site_id, l.source_page FROM case_items i JOIN hits h USING (hit_id) "
        "JOIN listings l USING (listing_id) WHERE i.case_id = ? ORDER BY i.position, h.hit_id",
        (case_id,),
    )]  # fmt: skip


def _last(store: Store, row: Any) -> LastSeen:
    event = store.row(
        "SELECT v.event, v.exchange_id, x.ledger_seq FROM listing_events v LEFT JOIN exchanges x USING (exchange_id) "
        "WHERE v.listing_id = ? AND v.event <> 'unclear' ORDER BY v.at DESC LIMIT 1",
        (row["listing_id"],),
    )
    states = store.rows(
        f"SELECT t.state FROM hosting_urls u LEFT JOIN landings t ON t.target = {landings.TARGET} WHERE u.listing_id = ?",
        (row["listing_id"],),
    )
    return LastSeen(
        row["hit_id"],
        row["url"],
        row["site_id"],
        row["source_page"],
        STATES.get(event["event"], "up") if event else "up",
        event["exchange_id"] if event else None,
        event["ledger_seq"] if event else None,
        tuple(str(one[0]) if one[0] else "unknown" for one in states),
    )


def runs(store: Store, case_id: str) -> dict[str, str]:
    """The runs in which the evidence of a case was taken, each with the country of collection that it was set to."""
    rows = store.rows(
        "SELECT DISTINCT r.run_id, r.configuration FROM case_items i JOIN exhibits e USING (hit_id) "
        "JOIN exhibit_exchanges x USING (exhibit_id) JOIN exchanges USING (exchange_id) JOIN runs r USING (run_id) "
        "WHERE i.case_id = ? ORDER BY r.run_id",
        (case_id,),
    )
    return {str(row[0]): str(json.loads(row[1]).get("collector", {}).get("country") or "") for row in rows}


def standing_decisions(store: Store, case_id: str) -> list[tuple[str, str, str, int | None]]:
    """Of each decided item of a case: hit, the decision that stands, its verdict, and the number of its entry."""
    return [
        (str(row[0]), str(row[1]), str(row[2]), row[3])
        for row in store.rows(
            "SELECT i.hit_id, d.decision_id, d.verdict, d.ledger_seq FROM case_items i JOIN decisions d ON d.decision_id = "
            "(SELECT decision_id FROM decisions o WHERE o.hit_id = i.hit_id ORDER BY ledger_seq DESC, decision_id DESC LIMIT 1) "
            "WHERE i.case_id = ? ORDER BY i.position, i.hit_id",
            (case_id,),
        )
    ]


def make_due(store: Store, pages: dict[str, list[str]], at: str) -> dict[int, int]:
    """Let pages (site id -> URLs) be read first in the next visit; returns the priorities that they had, by page id."""
    before: dict[int, int] = {}
    with store.transaction() as connection:
        for site_id, urls in pages.items():
            for url in urls:
                row = connection.execute(
                    "SELECT page_id, priority FROM pages WHERE site_id = ? AND url = ?", (site_id, url)
                ).fetchone()
                if row is None:
                    continue
                before[int(row["page_id"])] = int(row["priority"])
                connection.execute(
                    "UPDATE pages SET state = 'due', attempts = 0, not_before = NULL, hop = 0, priority = ? WHERE page_id = ?",
                    (FIRST, row["page_id"]),
                )
        for urls in pages.values():
            for url in urls:
                connection.execute(
                    "UPDATE landings SET next_due = ? WHERE next_due > ? AND target IN (SELECT "
                    "coalesce(u.object, u.url) FROM hosting_urls u JOIN listings USING (listing_id) WHERE source_page = ?)",
                    (at, at, url),
                )
    return before


def put_back(store: Store, priorities: dict[int, int]) -> None:
    """Give pages the priorities that they had."""
    with store.transaction() as connection:
        connection.executemany(
            "UPDATE pages SET priority = ? WHERE page_id = ?", [(old, page) for page, old in priorities.items()]
        )


FIRST = 1_000_000
"""The priority of a page that a person asked for."""
