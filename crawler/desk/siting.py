"""Sites put on the list of those that may be visited, by their address or by a site file; nothing is fetched."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from crawler.config import Crawl
from crawler.description import Description
from crawler.desk.entering import enter
from crawler.desk.latin import latin
from crawler.desk.person import acting
from crawler.errors import ConfigurationError, StorageError, UsageError
from crawler.evidence.canonical import well_formed
from crawler.hosts import DEFAULT_PORTS, host_port
from crawler.model import Site
from crawler.sitefile import SUFFIX, Bounds, Examined, examine
from crawler.store import Store, sites
from crawler.workspace import Workspace

_ID = r"\w[\w.-]{0,79}"


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
    authority = _exception(wish.robots, wish.authority, entry)
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
    with store.transaction():
        sites.add(store, site, str(acting()))
        enter(workspace, [_entry(site, "add")])
    return site


def _exception(robots: str, reference: str | None, which: str) -> str | None:
    """The authority for an exception from robots.txt; None without an exception. Raises UsageError for one without the other."""
    authority = (reference or "").strip() or None
    if robots == "ignore" and authority is None:
        raise UsageError(
            "robots.txt may be ignored only with authority", which, "name the document that allows it with --authority"
        )
    if robots != "ignore" and authority is not None:
        raise UsageError(
            "an authority without an exception", authority, "give --robots ignore with it, or leave it out"
        )
    return authority


def _entry(site: Site, act: str) -> dict[str, object]:
    return {
        "type": "site", "act": act, "site": site.site_id, "url": well_formed(site.url),
        "hosts": [well_formed(host) for host in site.hosts], "engine": site.engine, "robots": site.robots,
        "authority": site.authority and well_formed(site.authority),
    }  # fmt: skip


def add_file(
    store: Store, workspace: Workspace, path: Path, engines: Sequence[str], robots: str | None, authority: str | None
) -> Site:
    """Add the site that a site file describes; a site that has its file already is changed to what the file says now.

    Without `robots` a known site keeps its exception from robots.txt. Raises ConfigurationError for the first problem of
    the file, UsageError for a taken id or host.
    """
    text = text_of(path)
    examined = examined_file(path, engines, workspace)
    if examined.description is None:
        first, more = examined.problems[0], len(examined.problems) - 1
        remedy = f"{first.remedy}; {more} more: titlewatch sites check {path}" if more else first.remedy
        raise ConfigurationError(first.what, first.place, remedy)
    told = examined.description
    known = {site.site_id: site for site in sites.every(store)}.get(told.id)
    hosts = tuple(host_port(host if "://" in host else f"https://{host}") for host in told.hosts)
    if known is not None and known.description is None and not set(hosts) & set(known.hosts):
        raise UsageError("the site id is taken by a site on other hosts", told.id, "choose another id")
    if known is not None and robots is None and authority is None:
        robots, authority = known.robots, known.authority
    excepted = _exception(robots or "obey", authority, told.id)
    site = Site(
        site_id=told.id,
        url=told.starts[0],
        hosts=hosts,
        engine=told.engine,
        engine_named=told.engine is not None,
        robots="ignore" if robots == "ignore" else "obey",
        authority=excepted,
        description=told,
    )
    with store.transaction():
        if known is None:
            sites.add(store, site, str(acting()), text=text)
        else:
            otherwise = known.description is None or reading_of(known.description) != reading_of(told)
            sites.change(store, site, str(acting()), text, reads_otherwise=otherwise)
        enter(workspace, [{**_entry(site, "change" if known else "add"), "file": well_formed(text)}])
    return site


def reading_of(told: Description) -> Description:
    """Of a description, what decides how pages are read; all else as usual."""
    return Description(
        "", (), engine=told.engine, charset=told.charset, zone=told.zone, skip=told.skip, selectors=told.selectors
    )


def examined_file(path: Path, engines: Sequence[str], workspace: Workspace | None) -> Examined:
    """What a site file says and what is wrong with it, by the workspace's settings or by the usual ones."""
    crawl = workspace.configuration().crawl if workspace else Crawl()
    return examine(text_of(path), str(path), Bounds(tuple(engines), crawl.delay, crawl.max_depth))


def text_of(path: Path) -> str:
    """The text of a site file. Raises ConfigurationError, StorageError."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ConfigurationError("not UTF-8", str(path), "save the file as UTF-8") from None
    except OSError as error:
        raise StorageError(f"cannot be read ({error.strerror})", str(path), "check the path") from error


def file_of(name: str, folders: Sequence[Path]) -> Path | None:
    """The site file of a path, or of an id in one of the folders, the first first; None where there is none."""
    path = Path(name)
    if path.suffix == SUFFIX and path.is_file():
        return path
    if not re.fullmatch(_ID, name.removesuffix(SUFFIX)):
        return None
    beside = [folder / f"{name.removesuffix(SUFFIX)}{SUFFIX}" for folder in folders]
    return next((path for path in beside if path.is_file()), None)


def known_site(store: Store, site_id: str) -> Site:
    """The site of an id. Raises UnknownObjectError."""
    return sites.one(store, site_id)


def written_host(scheme: str, place: str) -> str:
    """A ``host:port`` as a site file writes it: the port only where it is not the scheme's, the scheme only for http."""
    host = place.removesuffix(f":{DEFAULT_PORTS[scheme]}")
    return host if scheme == "https" else f"{scheme}://{host}"


def id_for(given: str | None, place: str, entry: str) -> str:
    """The id that a site of an address would get. Raises UsageError for one that is none."""
    return _id(given, place, entry, set())


def _readable(label: str) -> str:
    """A label of a host name, Chinese characters in Latin letters; as it is where that cannot be."""
    if not label.startswith("xn--"):
        return label
    try:
        return "-".join(latin(label.encode("ascii").decode("idna"))) or label
    except UnicodeError:
        return label


def http_date(value: str | None) -> datetime | None:
    """The moment of a Date field (RFC 9110, 6.6.1), UTC; None when there is none."""
    try:
        moment = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _id(given: str | None, place: str, entry: str, known: set[str]) -> str:
    if given is not None:
        if not re.fullmatch(_ID, given):
            raise UsageError("not an id for a site", given, "use letters, digits, . _ and -")
        return given
    host, _, port = place.rpartition(":")
    base = re.sub(r"[^a-z0-9]+", "-", ".".join(map(_readable, host.split(".")))).strip("-")
    if int(port) != DEFAULT_PORTS[urlsplit(entry).scheme]:
        base = f"{base}-{port}"
    made, number = base, 1
    while made in known:
        number += 1
        made = f"{base}-{number}"
    return made
