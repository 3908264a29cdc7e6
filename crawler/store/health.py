"""The health of sites: one row for each visit, with its state, the reasons and what was observed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from crawler import clock
from crawler.errors import UsageError
from crawler.store.database import Store

KEPT_OK = 27
"""Good visits of a site that later ones are compared with."""
_LOOKED_AT = 400
_IN_ORDER = "FROM site_health h JOIN runs r USING (run_id) WHERE h.site_id = ?"
"""Visits are taken in the order of their runs: a clock that was set back turns times around."""


def write(
    store: Store,
    run_id: str,
    site_id: str,
    state: str | None,
    reasons: Sequence[Mapping[str, Any]],
    observed: Mapping[str, Any],
) -> None:
    """Write what a visit came to; `state` is None for one that says nothing of the site."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO site_health VALUES (?, ?, ?, ?, ?, ?, NULL)",
            (
                run_id,
                site_id,
                clock.stamp(clock.now()),
                state,
                json.dumps(reasons, ensure_ascii=False),
                json.dumps(observed, ensure_ascii=False),
            ),
        )


def earlier(store: Store, site_id: str) -> list[dict[str, Any]]:
    """A site's judged visits, the latest first, as far back as they matter: to the one that a person accepted."""
    found: list[dict[str, Any]] = []
    good = 0
    for row in store.connection.execute(
        f"SELECT h.* {_IN_ORDER} AND h.state IS NOT NULL ORDER BY r.rowid DESC LIMIT {_LOOKED_AT}", (site_id,)
    ):
        found.append(_as_read(row))
        good += row["state"] == "ok"
        if row["accepted_by"] or good >= KEPT_OK:
            break
    return found


def had_rows(store: Store, site_id: str) -> bool:
    """Whether a list of a site ever showed a page, or a page a listing."""
    listed = store.row(
        "SELECT 1 FROM list_rows l JOIN pages p ON p.page_id = l.list_id WHERE p.site_id = ? LIMIT 1", (site_id,)
    )
    return listed is not None or store.row("SELECT 1 FROM listings WHERE site_id = ? LIMIT 1", (site_id,)) is not None


def latest(store: Store, site_id: str) -> dict[str, Any] | None:
    """A site's last judged visit, with `since` when it is in that state and `good_at` when it last was ok."""
    row = store.row(f"SELECT h.* {_IN_ORDER} AND h.state IS NOT NULL ORDER BY r.rowid DESC LIMIT 1", (site_id,))
    if row is None:
        return None
    since = store.row(
        f"SELECT h.at {_IN_ORDER} AND h.state IS NOT NULL AND r.rowid > coalesce((SELECT max(o.rowid) FROM site_health b "
        "JOIN runs o USING (run_id) WHERE b.site_id = h.site_id AND b.state <> ?), 0) ORDER BY r.rowid LIMIT 1",
        (site_id, row["state"]),
    )
    good = store.row(f"SELECT h.at {_IN_ORDER} AND h.state = 'ok' ORDER BY r.rowid DESC LIMIT 1", (site_id,))
    return {**_as_read(row), "since": since[0] if since else row["at"], "good_at": good[0] if good else None}


def of_run(store: Store, run_id: str) -> dict[str, dict[str, Any]]:
    """What a run's visits came to, by site."""
    return {
        row["site_id"]: _as_read(row) for row in store.rows("SELECT * FROM site_health WHERE run_id = ?", (run_id,))
    }


def accept(store: Store, site_id: str, by: str) -> dict[str, Any]:
    """Take a site as its last visit found it: later ones are compared with that one. Raises UsageError without a visit."""
    last = latest(store, site_id)
    if last is None:
        raise UsageError("the site was never judged", site_id, f"visit it first: titlewatch crawl {site_id}")
    with store.transaction() as connection:
        connection.execute(
            "UPDATE site_health SET accepted_by = ? WHERE run_id = ? AND site_id = ?", (by, last["run_id"], site_id)
        )
    return last


def _as_read(row: Any) -> dict[str, Any]:
    return {
        "site": row["site_id"],
        "run_id": row["run_id"],
        "at": row["at"],
        "state": row["state"],
        "reasons": json.loads(row["reasons"]),
        "observed": json.loads(row["observed"]),
        "accepted_by": row["accepted_by"],
    }
