"""A small real workspace: two sealed segments, one stamped twice, an open one, a ledger over all."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.evidence import beginning, entries, keys, seal, stamps, timestamp
from crawler.evidence.ledger import Ledger
from crawler.evidence.warc import Segment, records_of, resource_record
from crawler.practice.authority import PracticeAuthority
from tests.evidence.samples import NASTY, START, exchange

FACTS = {"software": "titlewatch test", "run": "01JRUN", "robots": "obey"}


@dataclass
class Workspace:
    """Where it lies, and what a verifier gets from outside."""

    folder: Path
    key: bytes
    roots: bytes

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence"


def make(folder: Path, authorities: dict[str, PracticeAuthority], stamped: bool = True) -> Workspace:
    """Build it with the real writers, in the order in which the recorder writes."""
    evidence = folder / "evidence"
    evidence.mkdir(parents=True)
    signer = keys.create(folder / "keys")
    ledger = Ledger(evidence / "ledger.jsonl")
    ledger.append([entries.init_body(signer, "titlewatch test"), {"type": "run-start", "run": "01JRUN"}])
    begun = beginning.begin(evidence, "01JRUN", ledger.head(), signer, "titlewatch test", sorted(authorities))
    ledger.append([entries.begin_body(begun)])
    if stamped:
        for authority_id, authority in authorities.items():
            stamp(begun, authority_id, authority, ledger)
    tokens = beginning.Tokens(evidence)("01JRUN")
    responses = list(NASTY.values())
    for count, name in enumerate(("first", "second")):
        with Segment.create(evidence, name, FACTS) as segment:
            _fill(segment, ledger, responses[count * 6 : count * 6 + 6], count * 100, tokens)
            sealed = segment.seal()
        path = seal.seal(sealed, ledger.head(), signer, "01JRUN", "titlewatch test", sorted(authorities))
        ledger.append([entries.seal_body(path)])
        if stamped:
            for authority_id, authority in authorities.items():
                stamp(path, authority_id, authority, ledger)
    with Segment.create(evidence, "third", FACTS) as segment:
        _fill(segment, ledger, responses[12:14], 300, tokens)
    ledger.append([{"type": "run-end", "run": "01JRUN"}])
    roots = b"".join(authority.roots.read_bytes() for authority in authorities.values())
    return Workspace(folder, signer.public_pem, roots)


def stamp(path: Path, authority_id: str, authority: PracticeAuthority, ledger: Ledger) -> None:
    request = timestamp.make_request(path.read_bytes())
    reply = authority.reply(request.der)
    lists = [authority.crl()]
    stamped = timestamp.check_reply(request.der, reply, authority.roots.read_bytes(), datetime.now(UTC), lists)
    stamps.store_stamp(path, authority_id, request.der, reply, stamped, "http://127.0.0.1/")
    ledger.append([entries.stamp_body(path, authority_id)])


def _fill(segment: Segment, ledger: Ledger, responses: list[bytes], number: int, tokens: list[beginning.Token]) -> None:
    bodies = []
    for offset, response in enumerate(responses):
        made = exchange(response, number + offset)
        bodies.append(entries.exchange_body(made, segment.append(records_of(made, tokens))))
        skipped = exchange(response, number + 50 + offset)
        bodies.append(entries.exchange_body(skipped))
        if offset == 1:
            bodies.append(entries.kept_body(skipped.exchange_id, segment.append(records_of(skipped, tokens))))
    files = {"screenshot.png": b"\x89PNG picture", "dom.html": b"<p>dom</p>"}
    capture = f"c{number}"
    records = [
        resource_record(f"urn:capture:{capture}/{name}", "application/octet-stream", data, START, capture, name)
        for name, data in files.items()
    ]
    url = "http://forum.example/t/1"
    bodies.append(entries.capture_body(capture, bodies[0]["exchange"], url, files, segment.append(records)))
    exchanges, digest = [bodies[0]["exchange"]], "ab" * 32
    bodies.append(entries.exhibit_body(f"e{number}", f"h{number}", url, "w1", exchanges, [capture], digest))
    segment.sync()
    ledger.append(bodies)
