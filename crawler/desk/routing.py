"""Where a case touches, and to whom it may go, from what the record says of its hosts."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from crawler import clock, datafile
from crawler.casework import agencies, copies, countries, recipient, routing
from crawler.casework.agencies import Counterpart
from crawler.casework.countries import Hidden, Touch
from crawler.casework.routing import Route
from crawler.desk.conducting import standing
from crawler.errors import UsageError
from crawler.licence import country_of
from crawler.model import ACTIONS
from crawler.store import Store, cases, hits, sites, statements
from crawler.workspace import Workspace

AGENCIES = "agencies.toml"
"""In a workspace: the directory as its own people keep it, in place of the one that ships."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The countries that a case touches, and the hosts of which that is not known."""

    hosts: tuple[str, ...]
    touches: tuple[Touch, ...]
    unknown: tuple[Hidden, ...]
    crosses_borders: bool


def directory(workspace: Workspace) -> tuple[Counterpart, ...]:
    """The directory that holds in a workspace. Raises ConfigurationError that names a fault of its own file."""
    own = workspace.folder / AGENCIES
    return agencies.parse(datafile.text_of(own), str(own)) if own.exists() else agencies.known()


def addressee(workspace: Workspace, text: str) -> tuple[str, Counterpart | None]:
    """An agency's id or ``COUNTRY/NAME`` as COUNTRY/NAME, and its entry in the directory. Raises UsageError.

    What was written as COUNTRY/NAME stays as it was written.
    """
    found = recipient.entry(text, directory(workspace))
    if found is not None and "/" not in text and len(found.country) == 2:
        return f"{found.country}/{found.name['en']}", found
    return str(recipient.agency(text)), found


def reach(store: Store, workspace: Workspace, case_id: str) -> Reach:
    """The countries that the infringing hits of a case touch: their sites' hosts, as they were last observed."""
    case = cases.one(store, case_id)
    found = copies.counting(hits.several(store, cases.hit_ids(store, case.case_id)))
    of_sites = {name for hit in found for host in sites.one(store, hit["site"]).hosts if (name := _name(host))}
    hosts = tuple(sorted(of_sites | {name for hit in found if (name := urlsplit(hit["url"]).hostname)}))
    known = statements.of_hosts(store, hosts) if hosts else []
    own = country_of(workspace.configuration().collector.country) or None
    touches = countries.touched(hosts, known, own, clock.now())
    return Reach(hosts, tuple(touches), tuple(countries.hidden(hosts, known)), countries.crosses_borders(touches))


def route(
    store: Store, workspace: Workspace, case_id: str, track: str | None, giver: str, today: date
) -> tuple[Reach, Route]:
    """To whom a case may go on a track; by default on the one that it is on.

    Raises UsageError for an unknown track or giver, and for a case that is on none or on several.
    """
    case = cases.one(store, case_id)
    wanted = track or _only_track(case.case_id, standing(store, case.case_id).tracks)
    if wanted not in ACTIONS:
        raise UsageError("not a track", wanted, f"use --track with one of: {', '.join(ACTIONS)}")
    if giver not in agencies.GIVERS:
        raise UsageError("not a giver", giver, f"use one of: {', '.join(agencies.GIVERS)}")
    touched = reach(store, workspace, case.case_id)
    own = country_of(workspace.configuration().collector.country) or None
    return touched, routing.route(
        directory(workspace), touched.touches, touched.unknown, track=wanted, giver=giver, own_country=own, today=today
    )


def _only_track(case_id: str, tracks: tuple[str, ...]) -> str:
    if len(tracks) == 1:
        return tracks[0]
    if tracks:
        raise UsageError(
            f"the case is on {len(tracks)} tracks", case_id, f"use --track with one of: {', '.join(tracks)}"
        )
    raise UsageError("the case is on no track yet", case_id, f"use --track with one of: {', '.join(ACTIONS)}")


def _name(host: str) -> str | None:
    return urlsplit(f"//{host}").hostname
