"""Sites put on the list of those that may be visited; nothing is fetched."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urldefrag, urlsplit

from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import UsageError
from crawler.evidence.canonical import well_formed
from crawler.hosts import DEFAULT_PORTS, host_port
from crawler.model import Site
from crawler.store import Store, sites
from crawler.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Wish:
    """A site as it was asked for."""

    urls: Sequence[str]
    """The entry point, and further addresses of the same site."""
    hosts: Sequence[str] = ()
    """``host`` or ``host:port`` that belong to it too."""
    site_id: str | None = None
    engine: str | None = None
    robots: str = "obey"
    authority: str | None = None


def add(store: Store, workspace: Workspace, wish: Wish, engines: Sequence[str]) -> Site:
    """Add a site. Raises UsageError for what is no URL, an unknown engine, a robots exception without authority, a taken id or host."""
    places = [host_port(url) for url in wish.urls]
    entry = urldefrag(wish.urls[0].strip()).url
    scheme = urlsplit(entry).scheme
    for url in wish.urls:
        if "@" in urlsplit(url).netloc:
            raise UsageError("a user name in the URL", url, "leave it out: only what any visitor sees is collected")
    places += [host_port(host if "://" in host else f"{scheme}://{host}") for host in wish.hosts]
    if wish.engine is not None and wish.engine not in engines:
        raise UsageError("unknown engine", wish.engine, f"use one of: {', '.join(engines)}; or leave it out")
    authority = (wish.authority or "").strip() or None
    if wish.robots == "ignore" and authority is None:
        raise UsageError(
            "robots.txt may be ignored only with authority", entry, "name the document that allows it with --authority"
        )
    if wish.robots != "ignore" and authority is not None:
        raise UsageError(
            "an authority without an exception", authority, "give --robots ignore with it, or leave it out"
        )
    known = {site.site_id for site in sites.every(store)}
    site = Site(
        site_id=_id(wish.site_id, places[0], entry, known),
        url=entry,
        hosts=tuple(dict.fromkeys(places)),
        engine=wish.engine,
        engine_named=wish.engine is not None,
        robots="ignore" if wish.robots == "ignore" else "obey",
        authority=authority,
    )
    body = {
        "type": "site", "act": "add", "site": site.site_id, "url": well_formed(site.url),
        "hosts": [well_formed(host) for host in site.hosts], "engine": site.engine, "robots": site.robots,
        "authority": authority and well_formed(authority),
    }  # fmt: skip
    with store.transaction():
        sites.add(store, site, str(acting()))
        enter(workspace, [body])
    return site


def _id(given: str | None, place: str, entry: str, known: set[str]) -> str:
    if given is not None:
        if not re.fullmatch(r"\w[\w.-]{0,79}", given):
            raise UsageError("not an id for a site", given, "use letters, digits, . _ and -")
        return given
    host, _, port = place.rpartition(":")
    base = re.sub(r"[^a-z0-9]+", "-", host).strip("-")
    if int(port) != DEFAULT_PORTS[urlsplit(entry).scheme]:
        base = f"{base}-{port}"
    made, number = base, 1
    while made in known:
        number += 1
        made = f"{base}-{number}"
    return made
