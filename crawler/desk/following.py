"""New homes of sites: proposed from the record, and taken by a person's act alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler import clock
from crawler.casework.candidates import Candidate
from crawler.desk import candidates as desk_candidates
from crawler.desk import moving
from crawler.desk.entering import enter
from crawler.desk.moving import Noticed
from crawler.errors import UsageError
from crawler.evidence.canonical import well_formed
from crawler.hosts import host_port
from crawler.model import Site
from crawler.store import Store, sites
from crawler.store import moves as store_moves
from crawler.workspace import Workspace

BEARING: tuple[str, ...] = ("same-paths", "certificate", "name")
"""Reasons of a candidate that say that it is the same site, beside that the old one leads there."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A host that a site leads to, and what else says that it is its new home."""

    site: str
    host: str
    """``host:port``."""
    url: str
    leads: bool
    """The site redirects its visitors there."""
    reasons: tuple[Mapping[str, object], ...]
    """Of BEARING, as `crawler.casework.candidates` gives them."""


def proposals(store: Store, workspace: Workspace, site_id: str | None = None) -> list[Proposal]:
    """The new homes to which sites lead, of one site or of all, those that most bears out first."""
    wanted = [sites.one(store, site_id)] if site_id else sites.every(store)
    found = desk_candidates.candidates(store, workspace.configuration().collector.country)
    made = [
        one for site in wanted for candidate in found if (one := _proposal(site, candidate)) is not None and one.leads
    ]
    return sorted(made, key=lambda one: (-len(one.reasons), one.site, one.host))


def follow(store: Store, workspace: Workspace, site_id: str, url: str, by: str, note: str = "") -> tuple[str, Noticed]:
    """Let a site have a new home, entered at `url` from now on, and let its cases follow. Returns its ``host:port``.

    Raises UsageError where nobody is named, where the host belongs to another site, and where not both the site leads
    there and something else bears it out, unless a note says why it is the same site.
    """
    site = sites.one(store, site_id)
    entry = url if "://" in url else f"{urlsplit(site.url).scheme}://{url}/"
    host = host_port(entry)
    if not by.strip():
        raise UsageError("nobody follows", "--by", "give the name of the person who looked at the new address")
    if site.description is not None:
        raise UsageError(
            "the site has a site file, which decides its hosts", site_id,
            "add the host there, then: titlewatch sites add FILE",
        )  # fmt: skip
    if owner := store_moves.owner(store, host):
        raise UsageError(f"the host already belongs to site {owner}", host, "see: titlewatch sites list")
    found = desk_candidates.candidates(store, workspace.configuration().collector.country)
    proposed = next((_proposal(site, one) for one in found if one.host == host), None)
    if not (proposed and proposed.leads and proposed.reasons) and not note.strip():
        what = "the site leads there, and nothing else" if proposed and proposed.leads else "nothing"
        raise UsageError(
            f"{what} on record bears out that it is the same site", host, "look at it, and say with --note why it is"
        )
    # The whole site, as of one that is added, so that a database can be made anew from the entry.
    body = {
        "type": "site", "act": "follow", "site": site_id, "host": host, "url": well_formed(entry),
        "hosts": [well_formed(one) for one in dict.fromkeys((*site.hosts, host))], "engine": site.engine,
        "robots": site.robots, "authority": site.authority and well_formed(site.authority), "by": by.strip(),
        "note": note.strip(), "leads": bool(proposed and proposed.leads),
        "reasons": [dict(reason) for reason in proposed.reasons] if proposed else [],
    }  # fmt: skip
    with store.transaction() as connection:
        store_moves.take_home(connection, site_id, host, entry, clock.now())
        enter(workspace, [body])
    return host, moving.notice(store, workspace, [site_id], by.strip())


def _proposal(site: Site, one: Candidate) -> Proposal | None:
    """What the record says of a candidate as a new home of a site; None where it says nothing."""
    names = {*site.hosts, *(host.rpartition(":")[0] for host in site.hosts)}
    own = [reason for reason in one.reasons if reason.get("site") == site.site_id or reason.get("host") in names]
    leads = any(reason["key"] == "moved" for reason in own)
    bearing = tuple(reason for reason in own if reason["key"] in BEARING)
    return Proposal(site.site_id, one.host, one.url, leads, bearing) if leads or bearing else None
