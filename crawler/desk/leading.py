"""Leads of partners taken in, their pages put on the list of what to read, and what became of each clue told.

A lead is never evidence: what a clue is worth, our own visits show. The file that came is kept as it came.
"""

import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import cast

from crawler import clock
from crawler.casework.leads import reading, writing
from crawler.casework.leads.clue import HANDLINGS, RELIABILITIES, Clue, Contents, Handling
from crawler.casework.leads.outcome import Outcome, Sight, outcome
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import StorageError, TitlewatchError, UsageError
from crawler.evidence.canonical import sha256_hex
from crawler.hosts import host_port
from crawler.licence import country_of, recorded
from crawler.model import Passage, Work
from crawler.reading import Page
from crawler.store import Store, leads, pages, sites, works
from crawler.store.leads import ClueRow, Row
from crawler.targets import find
from crawler.whole_file import handed_out, prepared
from crawler.workspace import Workspace

FOLDER = "leads"
"""In a workspace: the files that partners sent, as they came, named by their hashes."""
PRIORITY = 500
"""Of a page that a clue names: after a site's entry, before what is read in its turn; it is read as a topic, as its
partner says that something is offered there."""

_NOT_ENTERED = -1


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken in."""

    lead: Row
    is_new: bool
    """False where the same file of the same partner is on record already."""
    queued: int
    """Pages that the next visit of their sites reads for it."""
    homeless: int
    """Clues on hosts of no site that is visited."""
    unread: Sequence[str]
    """What was attached and could not be read."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A clue with what became of it."""

    clue: ClueRow
    outcome: Outcome


def ingest(
    store: Store, workspace: Workspace, file: Path, *, provider: str = "", handling: str = "AMBER", reliability: str = "F",
    received: date | None = None, encoding: str | None = None,
) -> Taken:  # fmt: skip
    """Take in a partner's file, for who holds the run lock. Raises UsageError for a file that cannot be read; takes in nothing then."""
    if handling.upper().removeprefix("TLP:") not in HANDLINGS:
        raise UsageError("not a handling label", handling, f"use one of: {', '.join(HANDLINGS)}")
    if reliability.upper() not in RELIABILITIES:
        raise UsageError("not a grade of reliability", reliability, f"use one of: {', '.join(RELIABILITIES)}")
    data = _bytes(file)
    digest, provider = sha256_hex(data), " ".join(provider.split())
    known = leads.of_original(store, digest, provider)
    if known is not None:
        queued, _ = verify(store, known.lead_id)
        return Taken(known, False, queued, _homeless(store, workspace, known.lead_id), known.facts.get("unread", ()))
    contents = reading.read(file.name, data, encoding)
    label = cast(Handling, handling.upper().removeprefix("TLP:"))
    row = _row(contents, file.name, digest, provider, label, reliability.upper(), received)
    body = {
        "type": "lead", "act": "ingest", "lead": row.lead_id, "provider": provider, "received": row.received_at, "form": row.form,
        "original_sha256": digest, "bytes": len(data), "handling": row.handling, "reliability": row.reliability,
        "clues": len(contents.clues),
    }  # fmt: skip
    held = [_clue_row(row.lead_id, position, clue) for position, clue in enumerate(contents.clues, 1)]
    with _kept(workspace, file.name, digest, data), store.transaction() as connection:
        # Entered when the database has taken it: an entry stays, whatever the database makes of the rows.
        leads.write(connection, row, _NOT_ENTERED, held)
        (seq,) = enter(workspace, [body])
        leads.entered(connection, row.lead_id, seq)
    queued, _ = verify(store, row.lead_id)
    return Taken(row, True, queued, _homeless(store, workspace, row.lead_id), contents.facts.get("unread", ()))


def verify(store: Store, lead_id: str | None = None) -> tuple[int, int]:
    """Put the pages of clues on the list of what their sites' next visits read, for who holds the run lock.

    Returns how many were put there, and how many clues are on hosts of no site. A clue of a lead that was put aside, and
    a page that was put there before, stay as they are.
    """
    by_host = {host: site.site_id for site in sites.every(store) for host in site.hosts}
    given = [leads.one(store, lead_id)] if lead_id else leads.every(store)
    last, queued, homeless = pages.last_id(store), 0, 0
    with store.transaction() as connection:
        for lead in given:
            if lead.rejected is not None:
                continue
            for clue in leads.clues_of(store, lead.lead_id):
                site_id = _site_of(clue, by_host)
                if site_id is None:
                    homeless += 1
                elif clue.url and clue.page_id is None:
                    known = pages.known(store, site_id, clue.url)
                    last += known is None
                    page = known.page if known else Page(last, site_id, clue.url, role="topic", priority=PRIORITY)
                    pages.write_new(connection, [page])
                    leads.queue(connection, clue.lead_id, clue.position, page)
                    queued += 1
    return queued, homeless


def follow(store: Store, workspace: Workspace, lead_id: str) -> list[Followed]:
    """What became of each clue of a lead."""
    lead = leads.one(store, lead_id)
    by_host = {host: site.site_id for site in sites.every(store) for host in site.hosts}
    watched = works.every(store)
    country = country_of(workspace.configuration().collector.country) or ""
    return [
        Followed(clue, outcome(_sight(store, clue, by_host, watched, country), lead.rejected is not None))
        for clue in leads.clues_of(store, lead.lead_id)
    ]


def reply(store: Store, workspace: Workspace, lead_id: str, out: Path) -> int:
    """Write a lead's clues with their outcomes into a file for who gave them; returns how many.

    Raises UsageError for another format, StorageError when the disk refuses.
    """
    lead = leads.one(store, lead_id)
    found = follow(store, workspace, lead.lead_id)
    clues = [
        Clue(c.url, c.host, c.title, c.reference_url, c.seen_at, c.note, c.original)
        for c in (one.clue for one in found)
    ]
    said = dict(lead.facts["notices"][0]) if len(lead.facts.get("notices", ())) == 1 else {"title": lead.name}
    states = [{"outcome": one.outcome.state} for one in found]
    body = {"type": "lead", "act": "reply", "lead": lead.lead_id, "clues": len(clues), "file": out.name}
    with handed_out(out, writing.written(out.name, clues, said, states)):
        enter(workspace, [body])
    return len(clues)


def reject(store: Store, workspace: Workspace, lead_id: str, why: str, by: str) -> Row:
    """Put a lead aside, with the reason; it stays on record. Raises UsageError."""
    lead = leads.one(store, lead_id)
    if lead.rejected is not None:
        raise UsageError("it was put aside already", lead.lead_id, "nothing is left to do")
    if not why.strip() or not by.strip():
        raise UsageError("a lead is put aside by somebody, for a reason", lead.lead_id, "give --why and --by")
    body = {"type": "lead", "act": "reject", "lead": lead.lead_id, "why": why.strip(), "rejected_by": by.strip()}
    with store.transaction() as connection:
        leads.reject(connection, lead.lead_id, f"{why.strip()} ({by.strip()}, {acting()})")
        enter(workspace, [body])
    return leads.one(store, lead.lead_id)


def _row(
    contents: Contents, name: str, digest: str, provider: str, handling: Handling, reliability: str, received: date | None
) -> Row:  # fmt: skip
    now = clock.now()
    day = datetime.combine(received, time(), UTC) if received else now
    return Row(
        lead_id=clock.new_id(), provider=provider, received_at=clock.stamp(day), form=contents.form, name=name, handling=handling,
        reliability=reliability, original_sha256=digest, facts=dict(contents.facts), entered_by=str(acting()),
        entered_at=clock.stamp(now), rejected=None, clues=len(contents.clues),
    )  # fmt: skip


def _clue_row(lead_id: str, position: int, clue: Clue) -> ClueRow:
    original = None if clue.original is None else dict(clue.original)
    return ClueRow(
        lead_id, position, clue.url, clue.host, clue.title, clue.reference_url, clue.seen_at, clue.note, original, None
    )


def _homeless(store: Store, workspace: Workspace, lead_id: str) -> int:
    return sum(one.outcome.state == "no-site" for one in follow(store, workspace, lead_id))


def _bytes(file: Path) -> bytes:
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UsageError("not a regular file", str(file), "save what it gives as a file, and give that")
        if found.st_size > reading.LIMIT:
            raise UsageError(f"larger than {reading.LIMIT >> 20} MB", str(file), "split it")
        with file.open("rb") as opened:
            return opened.read(reading.LIMIT + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"cannot be read ({why})", str(file), "check the path") from None


@contextmanager
def _kept(workspace: Workspace, name: str, digest: str, data: bytes) -> Iterator[None]:
    """The file as it came, for its owner alone: it has its place when the block ends without an error."""
    folder = workspace.folder / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        with prepared(folder / f"{digest}{Path(name).suffix.lower()}", data, 0o600):
            yield
    except OSError as error:
        raise StorageError(f"cannot write ({error.strerror})", str(folder), "check the folder and the space") from None


def _site_of(clue: ClueRow, by_host: dict[str, str]) -> str | None:
    if not clue.host:
        return None
    if clue.url:
        try:
            return by_host.get(host_port(clue.url))
        except TitlewatchError:
            return None
    return next((site for host, site in by_host.items() if host.rpartition(":")[0] == clue.host), None)


def _sight(store: Store, clue: ClueRow, by_host: dict[str, str], watched: Sequence[Work], country: str) -> Sight:
    site_id = _site_of(clue, by_host)
    page = leads.went_on(store, clue.page_id) if clue.page_id is not None else None
    if clue.url:
        targets = find(Passage(clue.url))
        objects = [target.object for target in targets if target.object]
        seen = leads.hits_at(store, [clue.url, *(page[1] if page else ())], objects)
    else:
        seen = leads.hits_on(store, site_id) if site_id else []
    licences = [licence for work in watched for licence in recorded(work.licensed_domains)] if not seen else []
    today = clock.now().date()
    licensed = (
        any(one.is_of(clue.host) and one.state(today, country) == "holds" for one in licences) if clue.host else False
    )
    return Sight(site_id, page[0] if page else None, tuple((hit_id, status) for hit_id, status, _ in seen), licensed)
