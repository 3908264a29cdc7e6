"""One polite look at one page: by a run of its own in a workspace that is thrown away, under every guard rail of a run."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler import __version__, clock, config
from crawler.desk.entering import enter
from crawler.desk.founding import found
from crawler.desk.person import acting
from crawler.engine.runner import crawl
from crawler.errors import RefusedError, SiteFault
from crawler.evidence.canonical import well_formed
from crawler.evidence.warc import decoded_entity, read_member, split_http
from crawler.model import Site
from crawler.sitefile import SUFFIX, described
from crawler.store import Store, exchanges, pages, sites
from crawler.workspace import Workspace

_SITE = "look"
_KEPT_KEYS = (
    "collector.name", "collector.organisation", "collector.country", "collector.contact", "crawl.delay",
    "network.allow_private",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it was answered."""

    url: str
    """Where its redirects led."""
    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes
    """Decoded from its transfer and content codings."""


def look(url: str, hosts: tuple[str, ...], workspace: Workspace | None) -> Seen:
    """Fetch one page, and robots.txt before it, by the settings of a workspace or the usual ones; nothing is followed but redirects.

    `hosts` are the ``host:port`` that may be asked. The workspace's ledger says that somebody looked. Raises RefusedError
    when robots.txt or an address forbids it, SiteFault when there was no answer.
    """
    if workspace is not None:
        enter(workspace, [{"type": "site", "act": "look", "site": None, "url": well_formed(url)}])
    began = clock.now()
    with tempfile.TemporaryDirectory(prefix="titlewatch-look-") as folder:
        place = found(Path(folder) / "workspace", _settings(workspace), f"titlewatch/{__version__}").workspace
        store = Store.open(place.database)
        try:
            text = f'id = "{_SITE}"\nhosts = ["{hosts[0]}"]\nvisit.max_depth = 0\n'
            site = Site(_SITE, url, hosts, description=described(text, _SITE + SUFFIX))
            sites.add(store, site, str(acting()), text=text)
            summary = crawl(place, (_SITE,))
            last = pages.last_entry(store, _SITE)
            row = exchanges.latest(store, _SITE, "page", last.page.url if last else url, began)
            if row is None or row.kept is None or row.status is None:
                raise _nothing(url, summary.visits[0]["notes"])
            response = _response(place, row.kept)
        finally:
            store.close()
    head = split_http(response)
    fields = tuple((name, value) for name, value in head.headers)
    return Seen(row.url, row.status, fields, decoded_entity(response).body)


def _settings(workspace: Workspace | None) -> dict[str, str]:
    told = workspace.configuration() if workspace else config.Configuration()
    values: dict[str, Any] = {}
    for key in _KEPT_KEYS:
        section, name = key.split(".")
        value = getattr(getattr(told, section), name)
        values[key] = str(value).lower() if isinstance(value, bool) else str(value)
    return {**values, "browser.capture": "false", "browser.render": "false", "evidence.keep": "all"}


def _response(place: Workspace, kept: exchanges.Kept) -> bytes:
    for record in kept.records:
        if record["type"] == "response":
            return read_member(place.evidence / kept.segment, int(record["offset"]), int(record["length"])).block
    return b""


def _nothing(url: str, notes: list[str]) -> Exception:
    why = "; ".join(notes) or "no answer came"
    if "robots.txt" in why or "refused" in why:
        return RefusedError(why, url, "describe the site without a look: --offline")
    return SiteFault(why, url, "try again later, or describe the site without a look: --offline")
