"""Where hosts are and who shows what there, stated from what is on record already; nobody is asked and nothing is fetched."""

from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass

from crawler.attribution.stating import state
from crawler.attribution.tables import AddressTable
from crawler.desk.entering import enter
from crawler.evidence.http_message import decoded_entity, split_http
from crawler.evidence.warc_read import read_member
from crawler.statement import Statement
from crawler.store import Store, exchanges, statements
from crawler.workspace import Workspace

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Observed:
    """What was stated anew."""

    hosts: tuple[str, ...]
    observations: int
    statements: tuple[Statement, ...]
    unread: int
    """Observations whose page is not kept: what it shows is not stated."""


def observe(
    store: Store, workspace: Workspace, hosts: Collection[str] | None = None, progress: Progress | None = None
) -> Observed:
    """State what the record shows of some hosts, or of all, and what the tables of addresses say; each thing once.

    A table that is newer than the last one states anew. Raises ConfigurationError for a table that cannot be read.
    """
    known = statements.bases(store)
    seen = list(statements.observations(store, hosts))
    made: list[Statement] = []
    unread = 0
    with ExitStack() as stack:
        tables = [
            stack.enter_context(AddressTable((workspace.folder / path).resolve()))
            for path in workspace.configuration().attribution.tables
        ]
        for number, one in enumerate(seen):
            page = _page(store, workspace, one.exchange_id)
            unread += page is None
            text, fields = page or ("", ())
            found = state(
                one.host, one.at, one.exchange_id,
                address=one.address, certificate=one.certificate, fields=fields, page=text, tables=tables,
            )  # fmt: skip
            made += [
                statement
                for statement in found
                if (statement.basis, statement.source, statement.source_date) not in known
            ]
            if progress:
                progress(number + 1, len(seen))
        if made:
            used = [{"name": table.name, "day": table.day, "sha256": table.sha256} for table in tables]
            body = {
                "type": "attribution",
                "statements": len(made),
                "hosts": sorted({s.host for s in made}),
                "tables": used,
            }
            with store.transaction() as connection:
                statements.write(connection, made)
                enter(workspace, [body])
    return Observed(tuple(sorted({one.host for one in seen})), len(seen), tuple(made), unread)


def _page(store: Store, workspace: Workspace, exchange_id: str) -> tuple[str, list[tuple[str, str]]] | None:
    """The text and the header fields of a kept answer; None where its bytes are not kept."""
    row = exchanges.one(store, exchange_id)
    if row is None or row.kept is None:
        return None
    for record in row.kept.records:
        if record["type"] == "response":
            place = workspace.evidence / row.kept.segment
            response = read_member(place, int(record["offset"]), int(record["length"])).block
            body = decoded_entity(response).body
            # Numbers and names of accounts are ASCII, and filings Chinese: one of the two codings shows both.
            try:
                text = body.decode("utf-8")
            except UnicodeDecodeError:
                text = body.decode("gb18030", "replace")
            return text, list(split_http(response).headers)
    return None
