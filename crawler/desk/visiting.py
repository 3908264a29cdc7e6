"""Which sites a run visits, and what it came to."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from crawler import clock
from crawler.errors import UsageError
from crawler.store import Store, pages, pauses, sites

NIGHT = timedelta(hours=12)
"""A site visited longer ago than this is visited again: its lists may name what is new."""
FIELDS = (
    "run_id",
    "site",
    "engine",
    "requests",
    "pages",
    "listings",
    "hits",
    "new_hits",
    "errors",
    "finished",
    "health",
)
"""One line of `crawl --json`."""


def named(store: Store, site_ids: Sequence[str]) -> list[str]:
    """The sites of some ids, each once; all that are not paused, if none is named. Raises UsageError for none, and for a paused one."""
    if site_ids:
        pauses.refuse(store, site_ids)
        return [sites.one(store, site_id).site_id for site_id in dict.fromkeys(site_ids)]
    paused = pauses.paused(store)
    every = [site.site_id for site in sites.every(store) if site.site_id not in paused]
    if not every and paused:
        raise UsageError(
            "every site is paused", str(store.path.parent), "visit one again: titlewatch sites resume SITE"
        )
    if not every:
        raise UsageError("no site to visit", str(store.path.parent), "add one with: titlewatch sites add URL")
    return every


def due(store: Store) -> list[str]:
    """The sites, paused ones aside, not visited since last night, or with a page whose time has come; longest unvisited first.

    A visit that lies half a day or more after now was made under a clock that was wrong, and does not count.
    """
    now, paused = clock.now(), pauses.paused(store)
    visited = {str(row["site"]): row["last_visit"] for row in sites.health(store) if row["pages"]}
    lately = clock.stamp(now - NIGHT), clock.stamp(now + NIGHT)
    due = [
        site.site_id
        for site in sites.every(store)
        if site.site_id not in paused
        and (not lately[0] < str(visited.get(site.site_id) or "") < lately[1] or pages.due(store, site.site_id, now))
    ]
    return sorted(due, key=lambda site_id: str(visited.get(site_id) or ""))


def night_ends(text: str) -> datetime:
    """The next time that this machine's clock shows ``HH:MM``. Raises UsageError for what is no time of day."""
    try:
        hour = time.fromisoformat(text.strip())
    except ValueError:
        raise UsageError("not a time of day", text, "write it as 06:00") from None
    here = clock.now().astimezone()
    ends = datetime.combine(here.date(), hour.replace(tzinfo=None)).astimezone()
    return (
        ends
        if ends > here
        else datetime.combine(here.date() + timedelta(days=1), hour.replace(tzinfo=None)).astimezone()
    )


def line(visit: Mapping[str, Any]) -> dict[str, Any]:
    """A visit as `crawl --json` prints it."""
    return {name: visit[name] for name in FIELDS}
