"""The WARC segments of a run: begun when something is kept, sealed by size and at the end."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from crawler import clock
from crawler.evidence import entries
from crawler.evidence.ledger import Ledger
from crawler.evidence.warc import Placement, Record, Segment, read_member, scan
from crawler.store.exchanges import Kept


class Segments:
    """The one writer of segments in a workspace while a run holds its lock."""

    def __init__(self, folder: Path, ledger: Ledger, run_id: str, facts: Mapping[str, str], limit: int) -> None:
        self._folder = folder
        self._ledger = ledger
        self._run_id = run_id
        self._facts = dict(facts)
        self._limit = limit
        self._open: Segment | None = None
        self._dirty = False
        self.full: list[Path] = []
        """Closed segments that wait to be sealed."""

    def describe(self, facts: Mapping[str, str]) -> None:
        """Further facts for the warcinfo record of each segment that is begun from now on."""
        self._facts |= facts

    def append(self, records: Sequence[Record]) -> Placement:
        """Write records in one piece; durable after `sync`."""
        self.roll()
        if self._open is None:
            self._open = self._begin()
        self._dirty = True
        return self._open.append(records)

    def _begin(self) -> Segment:
        segment = Segment.create(self._folder, f"TW-{self._run_id}-{clock.new_id()[-6:]}", self._facts)
        first = next(iter(scan(segment.path)))
        placement = Placement(segment.name, first.offset, first.length, (first.placed(),))
        self._ledger.append([entries.segment_body(self._run_id, placement)])
        return segment

    def sync(self) -> None:
        """Make everything appended durable."""
        if self._open is not None and self._dirty:
            self._open.sync()
            self._dirty = False

    def roll(self) -> None:
        """Close the segment when it has grown beyond its limit."""
        if self._open is not None and self._open.size > self._limit:
            self.close()

    def close(self) -> None:
        """Close the open segment; it then waits in `full` to be sealed."""
        if self._open is not None:
            self.sync()
            self._open.close()
            self.full.append(self._open.path)
            self._open = None

    def response(self, kept: Kept) -> bytes | None:
        """The response bytes of a kept exchange; None when it had none."""
        return self.block(kept, "response")

    def block(self, kept: Kept, record_type: str) -> bytes | None:
        """The first record of a type of what is kept; None when there is none."""
        for record in kept.records:
            if record["type"] == record_type:
                path = self._folder / kept.segment
                path = path if path.is_file() else path.with_name(path.name + ".open")
                return read_member(path, int(record["offset"]), int(record["length"])).block
        return None
