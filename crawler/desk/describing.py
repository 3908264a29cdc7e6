"""Site files begun, checked and given recorded pages."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import urljoin, urlsplit

from crawler import clock
from crawler.description import Description
from crawler.desk import siting
from crawler.errors import ConfigurationError, SiteFault, StorageError, UsageError
from crawler.hosts import host_port
from crawler.model import Site
from crawler.sitefile import SUFFIX, Problem, expected
from crawler.sitefile.expected import ExpectedPage, Role
from crawler.sitefile.skeleton import Glance, Known, skeleton
from crawler.workspace import Workspace

_NO_NAME = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class Begun:
    """A site file in the making."""

    known: Known
    site: Site
    places: tuple[str, ...]
    """``host:port`` of all its hosts."""


def begin(url: str, places: Sequence[str], site_id: str | None) -> Begun:
    """Begin with what an address tells; `places` are further ``host:port`` of the site. Raises UsageError for no URL."""
    place = host_port(url)
    parts = urlsplit(url.strip())
    known_places = tuple(dict.fromkeys((place, *places)))
    hosts = tuple(siting.written_host(parts.scheme, one) for one in known_places)
    named = siting.id_for(site_id, place, url.strip())
    start = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Begun(Known(named, hosts, start=start), Site(named, url.strip(), known_places), known_places)


def filled(begun: Begun, shown: Glance) -> Begun:
    """The same with what the front page showed."""
    read = f"it led to {shown.topics} topics and {shown.lists} lists"
    seen = f"Front page seen {clock.now():%Y-%m-%d}: {shown.engine or 'no known software'}; {read}."
    known = replace(
        begun.known, name=shown.title, engine=shown.engine, language=shown.language, search=shown.search, seen=seen
    )
    return replace(begun, known=known)


def place_for(begun: Begun, folder: Path) -> Path:
    """Where the file goes. Raises UsageError when one is there."""
    path = folder / f"{begun.known.site_id}{SUFFIX}"
    if path.exists():
        raise UsageError("there is a site file already", str(path), "edit it, or choose another --id")
    return path


def write(begun: Begun, path: Path) -> None:
    """Write the file, never over another. Raises StorageError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(skeleton(begun.known))
    except OSError as error:
        raise StorageError(f"cannot be written ({error.strerror})", str(path), "check permissions and space") from error


def problems(path: Path, engines: Sequence[str], workspace: Workspace | None) -> list[Problem]:
    """All that is wrong with a site file and with what is expected of its recorded pages, if it has any."""
    examined = siting.examined_file(path, engines, workspace)
    found = list(examined.problems)
    folder = path.with_suffix("")
    if (folder / expected.NAME).is_file():
        try:
            expected.load(folder)
        except ConfigurationError as error:
            found.append(Problem(error.which, "", error.what, error.remedy))
    return found


def told(path: Path, engines: Sequence[str], workspace: Workspace | None) -> Description:
    """What a good site file says. Raises ConfigurationError for the first problem."""
    examined = siting.examined_file(path, engines, workspace)
    if examined.description is None:
        first = examined.problems[0]
        raise ConfigurationError(first.what, first.place, first.remedy)
    return examined.description


@dataclass(frozen=True, slots=True)
class Kept:
    """A page that was recorded."""

    folder: Path
    page: ExpectedPage

    @property
    def expected(self) -> Path:
        """The file that says what is expected of it."""
        return self.folder / expected.NAME


class Answered(Protocol):
    """A page as `looking.look` saw it."""

    @property
    def url(self) -> str:
        """Where its redirects led."""

    @property
    def status(self) -> int:
        """Of the answer."""

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Its header."""

    @property
    def body(self) -> bytes:
        """Decoded from its codings."""


Look = Callable[[str, tuple[str, ...]], Answered]
"""Fetches one page of the ``host:port`` that may be asked (`looking.look`)."""


def record(path: Path, described: Description, source: str, url: str | None, role: str, look: Look) -> Kept:
    """Keep one more page beside a site file: a page of ours (a file, with its address), or one that is fetched once.

    Raises UsageError, SiteFault, and what `look` raises.
    """
    own = Path(source)
    date, kind = None, "text/html"
    if own.suffix.lower() in (".html", ".htm", ".xml") and own.is_file():
        if url is None:
            raise UsageError("a page of our own without an address", source, "say with --url which page it stands for")
        body, address = own.read_bytes(), url
    else:
        whole = urljoin(described.present, source)
        places = tuple(host_port(host if "://" in host else f"https://{host}") for host in described.hosts)
        if host_port(whole) not in places:
            raise UsageError("not a page of this site", whole, f"its hosts are {', '.join(described.hosts)}")
        seen = look(whole, places)
        if seen.status != 200:
            raise SiteFault(f"status {seen.status}", seen.url, "record a page that is there")
        fields = {name.lower(): value for name, value in seen.fields}
        body, kind, address = seen.body, fields.get("content-type", kind), seen.url
        date = siting.http_date(fields.get("date"))
    plain = _NO_NAME.sub("-", urlsplit(address).path + urlsplit(address).query).strip("-") or "front"
    page = ExpectedPage(f"{plain[:60]}.html", address.removeprefix(described.present), cast(Role, role), kind, date)
    folder = path.with_suffix("")
    folder.mkdir(exist_ok=True)
    (folder / page.file).write_bytes(body)
    return Kept(folder, page)


def expect(kept: Kept, as_read: Callable[[ExpectedPage], ExpectedPage]) -> None:
    """Write what is read on a recorded page now into what is expected of it, for a person to correct."""
    before = kept.expected.read_text(encoding="utf-8") if kept.expected.is_file() else ""
    kept.expected.write_text(expected.kept(before, as_read(kept.page)), encoding="utf-8")
