"""A small real workspace: two sites, three exhibits (one with a picture), decisions, a case; by the real writers."""

import json
import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler import clock
from crawler.attribution.observation import observe
from crawler.config import Authority
from crawler.desk import deciding, founding, gathering
from crawler.engine.exhibits import snapshot_of
from crawler.evidence import beginning, entries, keys, seal, stamps, timestamp
from crawler.evidence.canonical import canonical_json, sha256_hex
from crawler.evidence.ledger import Ledger
from crawler.evidence.warc import Segment, records_of, resource_record
from crawler.model import Exchange, Listing, Match, Passage, Reason, Site, Target, Work
from crawler.practice.authority import PracticeAuthority
from crawler.reading import Hit
from crawler.store import Store, exchanges, landings, listings, runs, sites, works
from crawler.store.exchanges import Kept
from crawler.workspace import Workspace
from tests.evidence.samples import tls

START = datetime(2026, 3, 1, 8, 0, 0, 250000, tzinfo=UTC)
RUN = "01JRUN00000000000000000000"
CONFIGURATION = {"crawl": {"delay": 5.0}}
MACHINE = {
    "tool": {
        "python": "3.11.9", "commit": None, "modified": "not known", "code_sha256": "c0" * 32, "lock_sha256": None,
        "packages": {"scrapy": "2.13.3", "warcio": "1.7.5"}, "records_sha256": "5e" * 32, "rules_version": "2026-03",
        "configuration_sha256": sha256_hex(canonical_json(CONFIGURATION)),
    },
    "system": {"os": "Example Linux 1", "kernel": "Linux 6.1", "architecture": "x86_64", "host": "desk", "user": "lin",
               "locale": "C.UTF-8", "tls_libraries": {"python": "OpenSSL 3.0.2"}, "virtual": {"container": False}},
    "clock": {"source": "system clock, UTC", "synchronised": "yes", "time_zone": "UTC", "utc_offset_seconds": 0,
              "monotonic": "clock_gettime(CLOCK_MONOTONIC)"},
    "network": {"resolvers": ["127.0.0.53"], "proxies": {"used": "none", "found_and_ignored": {}}, "interfaces": ["lo"],
                "egress": {"ipv4": None, "ipv6": None}, "default_route": {"ipv4": False, "ipv6": None},
                "vantage": {"country": "CN", "basis": "as configured"}, "user_agent": "titlewatch/0.1"},
    "self_test": {"passed": True, "checks": [{"name": "hash", "passed": True, "detail": ""}], "ms": 7},
}  # fmt: skip
"""What a run says of its machine when it begins."""
COLLECTOR = {
    "collector.name": "Lin Example",
    "collector.organisation": "版权监测中心 (Example Centre)",
    "collector.country": "CN",
    "collector.contact": "evidence@centre.example",
}


@dataclass
class Look:
    """What one look at a landing page showed."""

    state: str
    said: dict[str, object]
    way: tuple[tuple[str, int | None, str], ...]
    """Address, status and body of each answer; without a status nobody answered."""
    passing: bool = False


@dataclass
class Offer:
    """What one listing of the test sites shows."""

    site: str
    path: str
    title: str
    text: str
    title_span: tuple[int, int]
    work: str
    links: tuple[Target, ...]
    encrypted: bool = False
    picture: bool = False
    looks: tuple["Look", ...] = ()
    """What became of its first target, one after the other."""
    host: str = ""
    """Of its site, where that is not the site's own name."""


OFFERS = (
    Offer(
        "harbour", "/thread/41-1.html", "[BD] 灯海归航 2024 1080P 网盘下载",
        "发一个《灯海归航》的资源\n链接 hxxps://pan.drive.example/s/1aBcDeFgH 提取码: k7m2\n=HYPERLINK(\"x\") \u202etxt.exe\u202c <b>粗</b>",
        (5, 9), "lantern",
        (Target("cloud_drive", "https://pan.drive.example/s/1aBcDeFgH", "share:drive/1aBcDeFgH",
                "hxxps://pan.drive.example/s/1aBcDeFgH", "k7m2", "drive"),),
        picture=True,
    ),
    Offer(
        "harbour", "/thread/42-1.html", "=The Lantern Sea (2024) full movie " + "very-long-title-" * 12,
        "The Lantern Sea, all parts.\n" + "Line of chatter that says nothing about it. " * 60 + "\nmagnet below",
        (1, 16), "lantern",
        (Target("magnet", "magnet:?xt=urn:btih:" + "ab" * 20 + "&dn=The.Lantern.Sea.2024.1080p", "btih:" + "ab" * 20,
                "magnet:?xt=urn:btih:" + "ab" * 20 + "&dn=The.Lantern.Sea.2024.1080p"),),
        encrypted=True,
    ),
    Offer(
        "attic", "/2026/02/atlas-of-tides/", "Atlas of Tides epub", "Atlas of Tides by M. Orlova. Mirror: https://box.locker.example/f/9911",
        (0, 14), "atlas",
        (Target("locker", "https://box.locker.example/f/9911", "file:locker/9911", "https://box.locker.example/f/9911"),),
    ),
)  # fmt: skip
WORKS = (
    Work("lantern", "灯海归航", "film", 2024, "zh", ("The Lantern Sea",), ("Wei Example",)),
    Work("atlas", "Atlas of Tides", "book", 2019, "en", (), ("M. Orlova",)),
)


@dataclass
class CaseWorkspace:
    """The workspace, an open store, and the ids of what it holds."""

    workspace: Workspace
    store: Store
    case_id: str
    hit_ids: list[str]
    authority: PracticeAuthority | None

    @property
    def key(self) -> Path:
        return self.workspace.keys / keys.PUBLIC

    def send(self, authority: Authority, query: bytes) -> bytes:
        assert self.authority is not None
        return self.authority.reply(query)


def make(
    folder: Path,
    authority: PracticeAuthority | None = None,
    offers: tuple[Offer, ...] = OFFERS,
    decided: bool = True,
    apart: bool = False,
) -> CaseWorkspace:
    """Build it: run, exchanges, pictures, exhibits, seal, stamp, decisions, case; `apart`: each offer in its own segment."""
    settings = dict(COLLECTOR)
    if authority:
        roots = json.dumps(str(authority.roots))
        settings["evidence.timestamps"] = f'[{{id = "practice", url = "http://127.0.0.1:1/", roots = {roots}}}]'
    workspace = founding.found(folder, settings, "titlewatch 0.1.0").workspace
    store = Store.open(workspace.database)
    works.save(store, WORKS)
    for site in ("harbour", "attic"):
        sites.add(store, Site(site, f"http://{site}.example/", (f"{site}.example:80",), "discuz-x"), "tester")
    runs.begin(store, RUN, "titlewatch 0.1.0", canonical_json(CONFIGURATION).decode())
    ledger = Ledger(workspace.ledger)
    ledger.append([{"type": "run-start", "run": RUN, "software": "titlewatch 0.1.0", **MACHINE}])
    signer = keys.load(workspace.keys)
    ids = ["practice"] if authority else []
    begun = beginning.begin(workspace.evidence, RUN, ledger.head(), signer, "titlewatch 0.1.0", ids)
    ledger.append([entries.begin_body(begun)])
    if authority:
        _stamp(begun, authority, ledger)
    hit_ids = _record(workspace, store, ledger, offers, apart)
    stranger = _exchange("attic", "http://attic.example/another-case", b"<p>another case</p>", 99_999_999)
    ledger.append([entries.exchange_body(stranger)])
    for path in _seal(workspace, ledger, authority):
        if authority:
            _stamp(path, authority, ledger)
    ledger.close()
    case = gathering.new_case(store, workspace, "灯海归航 and other works", "criminal")
    gathering.add(store, workspace, case.case_id, hit_ids)
    if decided:
        deciding.decide(store, workspace, hit_ids, "infringing", "Zhou Example", "a private note")
    return CaseWorkspace(workspace, store, case.case_id, hit_ids, authority)


def _stamp(path: Path, authority: PracticeAuthority, ledger: Ledger) -> None:
    request = timestamp.make_request(path.read_bytes())
    reply = authority.reply(request.der)
    lists = [authority.crl()]
    stamp = timestamp.check_reply(request.der, reply, authority.roots.read_bytes(), clock.now(), lists)
    stamps.store_stamp(path, "practice", request.der, reply, stamp, "http://127.0.0.1:1/")
    ledger.append([entries.stamp_body(path, "practice")])


def _record(workspace: Workspace, store: Store, ledger: Ledger, offers: tuple[Offer, ...], apart: bool) -> list[str]:
    hit_ids = []
    tokens = beginning.Tokens(workspace.evidence)(RUN)
    numbered = list(enumerate(offers))
    for place, group in enumerate([[one] for one in numbered] if apart else [numbered], 1):
        with Segment.create(
            workspace.evidence, f"TW-{RUN}-{place:06d}", {"run": RUN, "operator": "Lin Example", "robots": "obey"}
        ) as segment:
            ledger.append([entries.segment_body(RUN, _first(segment))])
            for number, offer in group:
                hit_ids.append(_offer(store, ledger, segment, offer, number, tokens))
            segment.seal()
    return hit_ids


def _first(segment: Segment):  # type: ignore[no-untyped-def]
    from crawler.evidence.warc import Placement, scan

    member = next(iter(scan(segment.path)))
    return Placement(segment.name, member.offset, member.length, (member.placed(),))


def _seal(workspace: Workspace, ledger: Ledger, authority: PracticeAuthority | None) -> list[Path]:
    signer, ids, paths = keys.load(workspace.keys), ["practice"] if authority else [], []
    for sealed in sorted(workspace.evidence.glob("*.warc.gz")):
        paths.append(seal.seal(sealed, ledger.head(), signer, RUN, "titlewatch 0.1.0", ids))
        ledger.append([entries.seal_body(paths[-1])])
    return paths


def _offer(
    store: Store, ledger: Ledger, segment: Segment, offer: Offer, number: int, tokens: list[beginning.Token]
) -> str:
    scheme = "https" if offer.encrypted else "http"
    origin = f"{scheme}://{offer.host or f'{offer.site}.example'}"
    url = f"{origin}{offer.path}"
    body = page(offer.title, offer.text)
    made = {
        "robots": _exchange(
            offer.site,
            f"{origin}/robots.txt",
            b"User-agent: *\nAllow: /\n",
            number * 10,
            purpose="robots",
        ),
        "lead": _exchange(offer.site, f"{origin}/", page("list", offer.title), number * 10 + 1),
        "page": _exchange(offer.site, url, body, number * 10 + 2, tls=tls() if offer.encrypted else None),
    }
    placed = {role: segment.append(records_of(exchange, tokens)) for role, exchange in made.items()}
    exchange = made["page"]
    capture_id = f"01JCAP{number:020d}"
    files: dict[str, bytes] = {}
    capture = None
    if offer.picture:
        files = {"screenshot.png": png(900, 1600), "dom.html": b"<!doctype html><title>dom</title>" + body}
        records = [
            resource_record(f"urn:titlewatch:capture:{capture_id}/{name}", kind, files[name], START, capture_id, name)
            for name, kind in (("screenshot.png", "image/png"), ("dom.html", "text/html"))
        ]
        capture = segment.append(records)
    segment.sync()
    hit = _hit(offer, url)
    snapshot = canonical_json(snapshot_of(hit)).decode()
    exhibit_id, hit_id = f"01JEXH{number:020d}", f"01JHIT{number:020d}"
    bodies = [entries.exchange_body(made[role], placed[role]) for role in made]
    if capture:
        bodies.append(entries.capture_body(capture_id, exchange.exchange_id, url, files, capture))
    captures = [capture_id] if capture else []
    ids = sorted(e.exchange_id for e in made.values())
    bodies.append(
        entries.exhibit_body(exhibit_id, hit_id, url, offer.work, ids, captures, sha256_hex(snapshot.encode()))
    )
    written = ledger.append(bodies)
    seqs = dict(zip((*made, *captures, "exhibit"), (entry.seq for entry in written), strict=True))
    with store.transaction() as connection:
        for role, one in made.items():
            kept = Kept(
                placed[role].segment,
                placed[role].offset,
                placed[role].length,
                tuple(r.as_dict() for r in placed[role].records),
            )
            exchanges.write(connection, one, sha256_hex(one.response), seqs[role], kept, None)
        if capture:
            kept = Kept(capture.segment, capture.offset, capture.length, tuple(r.as_dict() for r in capture.records))
            facts = {"browser": "Chromium 131", "viewport": [900, 1600]}
            about = {name: entries.digest_of(data) for name, data in files.items()}
            exchanges.write_capture(
                connection, capture_id, exchange.exchange_id, url, START, facts, about, kept, seqs[capture_id]
            )
        listing_id = listings.write_listing(connection, offer.site, hit.listing, "page", START, exchange.exchange_id)
        listings.write_hit(connection, hit_id, listing_id, url, hit.match, START)
        roles = {made[role].exchange_id: role for role in made}
        listings.write_exhibit(connection, exhibit_id, hit_id, START, seqs["exhibit"], snapshot, roles, captures)
        exchanges.write_observations(connection, [observe(exchange)])
    for place, look in enumerate(offer.looks):
        _look(store, ledger, segment, offer, look, number * 10 + 500 + place * 100, exchange.exchange_id, tokens)
    return hit_id


def _look(
    store: Store, ledger: Ledger, segment: Segment, offer: Offer, look: Look, number: int, via: str,
    tokens: list[beginning.Token],
) -> None:  # fmt: skip
    target = offer.links[0]
    hops, bodies, written = [], [], []
    for step, (url, status, body) in enumerate(look.way):
        silent = {
            "request": b"",
            "response": b"",
            "first_byte_at": None,
            "address": None,
            "port": None,
            "error": look.said.get("why"),
        }
        made = _exchange(
            offer.site, url, body.encode(), number + step, purpose="landing", via=via, hop=step, status=status,
            **(silent if status is None else {}),
        )  # fmt: skip
        placed = segment.append(records_of(made, tokens))
        via = made.exchange_id
        hops.append(landings.Hop(url, via, status))
        bodies.append(entries.exchange_body(made, placed))
        written.append((made, placed))
    segment.sync()
    known = str(target.object or target.url)
    bodies.append(
        entries.landing_body(RUN, known, target.url, look.state, look.said, [hop.exchange_id for hop in hops])
    )
    logged = ledger.append(bodies)
    found = landings.Found(known, target.url, look.state, look.said, tuple(hops), passing=look.passing)
    with store.transaction() as connection:
        for (made, placed), entry in zip(written, logged, strict=False):
            kept = Kept(placed.segment, placed.offset, placed.length, tuple(r.as_dict() for r in placed.records))
            exchanges.write(connection, made, sha256_hex(made.response), entry.seq, kept, None)
        landings.write(connection, found, logged[-1].seq, clock.stamp(START + timedelta(seconds=number)))


def _hit(offer: Offer, url: str) -> Hit:
    listing = Listing(
        url=url, page_url=url, title=offer.title, passage=Passage(offer.text), targets=offer.links,
        posted_at=START - timedelta(days=3), posted_at_text="3天前", posted_at_basis="date-header", posted_by="tide_runner",
        hidden="本帖隐藏的内容需要回复才可以浏览" if offer.picture else None,
    )  # fmt: skip
    word = offer.title[slice(*offer.title_span)]
    reasons = [
        Reason(
            "title-words",
            0.7,
            f"The listing's title contains the title “{word}”.",
            "title",
            offer.title_span,
            {"title": word},
        ),
        Reason("offer-target", 0.25, "The listing offers a copy.", "target", None, {"kind": offer.links[0].kind}),
    ]
    place = offer.text.find(word)
    if place >= 0:
        reasons.append(Reason("body-words", 0.02, "The text names the work.", "body", (place, place + len(word)), {}))
    return Hit(listing, Match(offer.work, 0.97, tuple(reasons), (offer.title_span,), "2026-03"))


def _exchange(site: str, url: str, body: bytes, number: int, **changes: object) -> Exchange:
    compressed = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = compressed.compress(body) + compressed.flush()
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
        % len(packed)
    )
    from dataclasses import replace

    exchange = Exchange(
        exchange_id=f"01JX{number:022d}", run_id=RUN, site_id=site, url=url, method="GET",
        request=f"GET {url} HTTP/1.1\r\nuser-AGENT: titlewatch\r\n\r\n".encode(), response=head + packed,
        started_at=START + timedelta(seconds=number), finished_at=START + timedelta(seconds=number, milliseconds=400),
        monotonic_ns=2**55 + number, first_byte_at=START + timedelta(seconds=number, milliseconds=100),
        address="127.0.0.1", port=443 if url.startswith("https") else 80, resolved=("127.0.0.1", "::1"), status=200,
    )  # fmt: skip
    return replace(exchange, **changes)  # type: ignore[arg-type]


def page(title: str, text: str) -> bytes:
    """A page as the test sites serve it."""
    return f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>".encode()


def png(width: int, height: int) -> bytes:
    """A grey PNG with a pattern, as a screenshot stands in."""
    rows = b"".join(b"\x00" + bytes((x // 7 + y // 11) % 256 for x in range(width)) for y in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
