"""The recorder: the one writer of WARC segments and of the crawl's ledger entries.

What the wire and the pipelines hand over is gathered and committed in groups, in this
order: WARC fsync, ledger fsync, one short database transaction. A crash between two of
them leaves evidence that the next start finds and names (`crawler.engine.recovery`).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from crawler import clock
from crawler.engine.batch import Batch, PageOutcome, PictureTaken, Write
from crawler.engine.exhibits import ExhibitMade, Sighting, snapshot_of
from crawler.engine.indexing import write_rows
from crawler.engine.segments import Segments
from crawler.engine.spool import LONG, Spool
from crawler.evidence import entries
from crawler.evidence.canonical import canonical_json, sha256_hex
from crawler.evidence.ledger import Ledger
from crawler.evidence.warc import records_of
from crawler.model import Exchange
from crawler.reading import Hit, PictureMissing
from crawler.store import Store, exchanges, listings
from crawler.store.exchanges import Spooled
from crawler.store.listings import ExhibitDue


class Recorder:
    """Gathers what a run saw and commits it in groups."""

    def __init__(self, store: Store, ledger: Ledger, spool: Spool, segments: Segments, run_id: str, keep: str) -> None:
        self._store = store
        self._ledger = ledger
        self._spool = spool
        self._segments = segments
        self._run_id = run_id
        self._keep_all = keep == "all"
        self._batch = Batch()
        self._waiting: dict[str, tuple[Exchange, Spooled | None]] = {}
        """Exchanges whose page has not come to its end, and where those are that may be kept later or never."""
        self.on_pending: Callable[[], None] = lambda: None
        """Called when there is something to commit."""
        self.on_hit: Callable[[str, Hit, bool], None] = lambda site_id, hit, is_new: None
        """Called for each hit that is being committed; the last argument tells whether it is new."""
        self.not_before: Callable[[str], Sequence[Mapping[str, str]]] = lambda run_id: ()
        """The stamps over the beginning of a run, which the metadata of its exchanges name."""

    @property
    def pending(self) -> int:
        """Pages and exchanges that wait for the next commit; a long one counts as many."""
        batch = self._batch
        return len(batch.outcomes) + len(batch.taken) + len(batch.pictured) + len(batch.more) + batch.long

    def take(self, exchange: Exchange) -> None:
        """Accept an exchange from the wire; a page and its parts wait for its reading, everything else is kept at once."""
        spooled = None
        waits = exchange.purpose in ("page", "part")
        if waits and not self._keep_all:
            spooled = self._spool.put(exchange)
            if isinstance(exchange.response, memoryview):
                # From here on it lies on the disk once.
                exchange = self._spool.get(spooled) or exchange
        self._waiting[exchange.exchange_id] = (exchange, spooled)
        if exchange.purpose != "page":
            self._batch.taken[exchange.exchange_id] = exchange
            if not waits or self._keep_all:
                self._batch.keep.add(exchange.exchange_id)
            self.on_pending()

    def waiting(self, exchange_id: str) -> Exchange | None:
        """An exchange of this run whose page has not come to its end."""
        found = self._waiting.get(exchange_id)
        return found[0] if found else None

    def spooled(self, exchange_id: str) -> Exchange | None:
        """An exchange of this run that is entered and not kept, as long as the spool holds it."""
        row = exchanges.one(self._store, exchange_id)
        return self._spool.get(row.spooled) if row and row.spooled else None

    def has_answer(self, exchange_id: str) -> bool:
        """Whether `answer` can give what came back: it is at hand or kept."""
        if exchange_id in self._waiting:
            return True
        row = exchanges.one(self._store, exchange_id)
        if row and row.spooled:
            return row.status is not None
        return bool(row and row.kept and any(record["type"] == "response" for record in row.kept.records))

    def answer(self, exchange_id: str) -> tuple[str, bytes | memoryview] | None:
        """URL and response bytes of an exchange, as long as they are at hand or kept."""
        if found := self._waiting.get(exchange_id):
            return found[0].url, found[0].response
        row = exchanges.one(self._store, exchange_id)
        if row and row.spooled:
            spooled = self._spool.get(row.spooled)
            return (row.url, spooled.response) if spooled else None
        response = self._segments.response(row.kept) if row and row.kept else None
        return (row.url, response) if row and response is not None else None

    def facts(self, exchange_id: str) -> dict[str, Any] | None:
        """What the record says of a kept exchange; None when its bytes are not kept."""
        row = exchanges.one(self._store, exchange_id)
        block = self._segments.block(row.kept, "metadata") if row and row.kept else None
        return json.loads(block) if block else None

    def length(self, exchange_id: str) -> int | None:
        """Bytes of the response that `answer` gives."""
        if found := self._waiting.get(exchange_id):
            return len(found[0].response)
        row = exchanges.one(self._store, exchange_id)
        return row.response_bytes if row and (row.kept or row.spooled) else None

    def recall(self, site_id: str, purpose: str, url: str, since: datetime) -> str | None:
        """The exchange that brought the newest kept answer of a URL since a moment."""
        row = exchanges.latest(self._store, site_id, purpose, url, since)
        return row.exchange_id if row else None

    def page_done(self, outcome: PageOutcome) -> None:
        """Accept the outcome of a page; it is durable after the next commit."""
        exchange_id = outcome.read.exchange_id
        found = self._waiting.get(exchange_id) if exchange_id else None
        if found:
            self._batch.taken[found[0].exchange_id] = found[0]
            self._batch.long += len(found[0].response) // LONG
            # A redirect that is not followed is evidence too: of where the site sent us.
            redirects = found[0].status in (300, 301, 302, 303, 305, 306, 307, 308)
            if self._keep_all or outcome.hits or outcome.keep or redirects:
                self._batch.keep.add(found[0].exchange_id)
                if outcome.rendered:
                    self._batch.rendered[found[0].exchange_id] = outcome.rendered
                    self._batch.keep.update(outcome.rendered.pictures)
        self._batch.outcomes.append(outcome)
        self.on_pending()

    def pictured(self, exchange_id: str, taken: PictureTaken | None, missing: PictureMissing | None = None) -> None:
        """Accept what a browser made of a recorded page with hits, and why there is no picture: its exhibits are made now."""
        self._batch.pictured[exchange_id] = taken
        if taken:
            # A part that an earlier page was read with may stand in the picture of this one.
            self._batch.keep.update(taken.pictures)
        if missing:
            self._batch.missing[exchange_id] = missing
        self.on_pending()

    def enter(self, body: Mapping[str, Any], write: Write) -> None:
        """Accept a further ledger entry with its rows; both are durable after the next commit, with what was taken before."""
        self._batch.more.append((body, write))
        self.on_pending()

    def flush_unfinished(self) -> None:
        """Commit, at the end of a run, with the exchanges whose pages never came to their end."""
        for exchange_id, (exchange, _) in self._waiting.items():
            self._batch.taken.setdefault(exchange_id, exchange)
            if self._keep_all:
                self._batch.keep.add(exchange_id)
        self.commit()

    def commit(self) -> None:
        """Make everything gathered durable, in order.

        Raises StorageError when the disk refuses; then nothing of the batch is in the
        database, and its pages are still due.
        """
        batch, self._batch = self._batch, Batch()
        if not (batch.taken or batch.outcomes or batch.pictured or batch.more):
            return
        at = clock.now()
        batch.hashes = {exchange_id: sha256_hex(one.response) for exchange_id, one in batch.taken.items()}
        batch.chains = [self._chain(batch, outcome) for outcome in batch.outcomes]
        batch.keep.update(exchange_id for chain in batch.chains for exchange_id in chain)
        self._write_segments(batch)
        batch.sightings = self._sightings(batch)
        batch.exhibits = self._exhibits(batch)
        self._segments.sync()
        self._spool.flush()
        self._write_ledger(batch)
        with self._store.transaction() as connection:
            write_rows(connection, batch, {one: self._waiting[one][1] for one in batch.taken}, self._run_id, at)
        for exchange_id in batch.taken:
            self._waiting.pop(exchange_id, None)
        self._segments.roll()

    def _chain(self, batch: Batch, outcome: PageOutcome) -> dict[str, str]:
        """The exchanges behind a page with hits: the page, its redirects, and the page that led there."""
        roles: dict[str, str] = {}
        if not outcome.hits or outcome.read.exchange_id is None:
            return roles
        roles[outcome.read.exchange_id] = "page"
        via, hops = outcome.read.page.via, outcome.read.page.hop
        while via and via not in roles:
            roles[via] = "redirect" if hops > 0 else "lead"
            if hops <= 0:
                break
            hops -= 1
            exchange = batch.taken.get(via) or self.waiting(via)
            row = None if exchange else exchanges.one(self._store, via)
            via = exchange.via if exchange else row.via if row else None
        if outcome.robots_exchange:
            roles.setdefault(outcome.robots_exchange, "robots")
        if outcome.rendered:
            roles = dict.fromkeys(outcome.rendered.pictures, "picture") | roles
        return roles

    def _write_segments(self, batch: Batch) -> None:
        for exchange_id in sorted(batch.keep):
            if exchange := batch.taken.get(exchange_id):
                stamps, sha256 = self.not_before(exchange.run_id), batch.hashes[exchange_id]
                batch.now[exchange_id] = self._segments.append(records_of(exchange, stamps, sha256))
                continue
            row = exchanges.one(self._store, exchange_id)
            earlier = self._spool.get(row.spooled) if row and row.spooled and not row.kept else None
            if earlier is not None:
                batch.late[exchange_id] = self._segments.append(records_of(earlier, self.not_before(earlier.run_id)))
        for taken in batch.shown:
            batch.captures[taken.capture_id] = self._segments.append(taken.records)

    def _sightings(self, batch: Batch) -> dict[tuple[str, str], Sighting]:
        """The hits of the batch, one for each URL and work; the last sighting counts."""
        found: dict[tuple[str, str], Sighting] = {}
        for outcome in batch.outcomes:
            for hit in outcome.hits:
                key = (hit.listing.url, hit.match.work_id)
                known = listings.known_hit(self._store, *key)
                earlier = found.get(key)
                snapshot = canonical_json(snapshot_of(hit)).decode()
                stands = known is not None and known.exhibit_id is not None and known.snapshot == snapshot
                hit_id = earlier.hit_id if earlier else known.hit_id if known else clock.new_id()
                found[key] = Sighting(hit_id, hit, None if stands else snapshot)
                if earlier is None:
                    self.on_hit(outcome.site_id, hit, known is None)
        return found

    def _exhibits(self, batch: Batch) -> list[ExhibitMade]:
        now = batch.due()
        return [
            self._made(due, batch, exchange_id)
            for exchange_id in batch.pictured
            for due in now.get(exchange_id) or listings.exhibits_due(self._store, exchange_id)
        ]

    def _made(self, due: ExhibitDue, batch: Batch, exchange_id: str) -> ExhibitMade:
        captures: list[str] = []
        if json.loads(due.snapshot).get("read_from"):
            rendered = batch.rendered.get(exchange_id)
            captures += [rendered.capture_id] if rendered else exchanges.renderings_of(self._store, exchange_id)
        roles = dict(due.roles)
        if captured := batch.pictured[exchange_id]:
            captures.append(captured.capture_id)
            roles = dict.fromkeys(captured.pictures, "picture") | roles
        return ExhibitMade(clock.new_id(), due, roles, tuple(captures), batch.missing.get(exchange_id))

    def _write_ledger(self, batch: Batch) -> None:
        bodies: list[tuple[str | None, Mapping[str, Any]]] = [
            (exchange_id, entries.exchange_body(exchange, batch.now.get(exchange_id), batch.hashes[exchange_id]))
            for exchange_id, exchange in batch.taken.items()
        ]
        bodies += [(None, entries.kept_body(exchange_id, place)) for exchange_id, place in batch.late.items()]
        for outcome in batch.outcomes:
            bodies += [(None, self._refusal(outcome, why)) for why in outcome.refusals]
        for taken in batch.shown:
            place = batch.captures[taken.capture_id]
            body = entries.capture_body(taken.capture_id, taken.exchange_id, taken.url, taken.files, place)
            bodies.append((taken.capture_id, body))
        for made in batch.exhibits:
            body = entries.exhibit_body(
                made.exhibit_id,
                made.due.hit_id,
                made.due.url,
                made.due.work_id,
                sorted(made.roles),
                list(made.captures),
                sha256_hex(made.due.snapshot.encode()),
                made.missing.as_dict() if made.missing else None,
            )
            bodies.append((made.exhibit_id, body))
        bodies += [(f"more {number}", body) for number, (body, _) in enumerate(batch.more)]
        written = self._ledger.append([body for _, body in bodies]) if bodies else []
        batch.seqs = {key: entry.seq for (key, _), entry in zip(bodies, written, strict=True) if key}

    def _refusal(self, outcome: PageOutcome, why: str) -> dict[str, Any]:
        return {
            "type": "refusal",
            "run": self._run_id,
            "site": outcome.site_id,
            "url": outcome.read.page.url,
            "exchange": outcome.read.exchange_id,
            "why": why,
        }
