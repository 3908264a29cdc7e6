"""Asking resolvers and registries about hosts: of whom, how often, and what comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler import clock
from crawler.attribution.tables import AddressTable
from crawler.errors import UsageError
from crawler.hosts import as_address, is_assigned, registered_domain
from crawler.store import Store, askings, sites
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from crawler.engine.runner import Summary

A_DAY = timedelta(hours=20)
"""A night may begin earlier than the last one did."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked in one run."""

    run_id: str
    hosts: tuple[str, ...]
    dns: dict[str, int]
    """Outcome (`crawler.attribution.dns.Outcome`) -> how many questions."""
    registrations: dict[str, int]
    """Outcome -> how many look-ups."""
    summary: "Summary"
    """Of the run in which it was asked."""


def check(workspace: Workspace) -> None:
    """Raise ConfigurationError where what the settings name for attribution cannot be read."""
    from crawler.engine.attribution.directory import Directory

    own = workspace.configuration().attribution
    for path in own.tables:
        with AddressTable((workspace.folder / path).resolve()):
            pass
    if own.rdap:
        # The address of a host is enough to see whether the setting can be one.
        _ = Directory(own.rdap, workspace.folder, _nothing).own_hosts


async def _nothing(url: str) -> bytes | None:
    return None


def hosts_of_hits(store: Store) -> list[str]:
    """The hosts of hits that a person found infringing or that are in a case, and those of their sites, without ports."""
    found: dict[str, None] = {}
    for url, site_id in askings.observable(store):
        hosts = [urlsplit(url).netloc, *sites.one(store, site_id).hosts]
        found |= dict.fromkeys(name for host in hosts if (name := urlsplit(f"//{host}").hostname))
    return sorted(found)


def due(store: Store, workspace: Workspace) -> tuple[str, ...]:
    """The hosts about which a night asks: each at most once a day, those first that have waited longest."""
    own = workspace.configuration().attribution
    if not own.asks:
        return ()
    last, now = askings.last_asked(store), clock.now()
    waiting: list[tuple[datetime, str]] = []
    for host in hosts_of_hits(store):
        is_name = as_address(host) is None
        asked, rest = last.get(host), A_DAY
        if not (is_name and own.resolvers):
            # Only registries can be asked about it, and those once in some days.
            if not own.rdap or not (is_name or is_assigned(host)):
                continue
            look_up = askings.latest(store, f"domain:{registered_domain(host)}" if is_name else f"ip:{host}")
            asked, rest = look_up.at if look_up else None, timedelta(days=own.rdap_days)
        if asked is None or now - asked >= rest:
            waiting.append((asked or datetime.min.replace(tzinfo=UTC), host))
    waiting.sort()
    return tuple(host for _, host in waiting[: own.hosts_a_night])


def ask(
    store: Store, workspace: Workspace, hosts: Sequence[str], on_interrupt: Callable[[], None] = lambda: None,
    indexing: Callable[[int, int], Any] = lambda done, total: None, until: datetime | None = None,
) -> Asked:  # fmt: skip
    """Ask about hosts now, in a run of its own, and record what came.

    Raises UsageError where nobody is configured who could be asked, ConfigurationError, WorkspaceLockedError, StorageError.
    """
    if not workspace.configuration().attribution.asks:
        raise UsageError(
            "nobody is configured who could be asked",
            "attribution",
            "set attribution.resolvers or attribution.rdap: titlewatch config 'attribution.resolvers=[\"ADDRESS\"]'",
        )
    check(workspace)
    from crawler.engine import runner

    names = tuple(dict.fromkeys(hosts))
    summary = runner.ask(workspace, names, on_interrupt, indexing, until)
    counted = askings.counts(store, summary.run_id)
    return Asked(summary.run_id, names, counted["dns"], counted["registrations"], summary)
