"""A workspace with a case of many exhibits, made with the writers that a crawl uses."""

import json
import random
import zlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

from crawler import clock
from crawler.desk import deciding, founding, gathering
from crawler.engine import environment
from crawler.engine.exhibits import snapshot_of
from crawler.evidence import entries, keys, seal
from crawler.evidence.canonical import canonical_json, sha256_hex
from crawler.evidence.ledger import Ledger
from crawler.evidence.warc import Placement, Record, Segment, records_of, resource_record, scan
from crawler.model import Exchange, Listing, Match, Passage, Reason, Site, Target, Work
from crawler.reading import Hit
from crawler.store import Store, exchanges, listings, runs, sites, works
from crawler.store.exchanges import Kept
from crawler.workspace import Workspace

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
SOFTWARE = "titlewatch bench"
SMALLEST, LARGEST = 20_000, 200_000
"""Bytes of a page as a browser would read it."""
OFFERS_PER_LIST = 25
SEGMENT_BYTES = 1 << 28
GROUP = 32


@dataclass
class LargeCase:
    """The workspace, its open store, and the case."""

    workspace: Workspace
    store: Store
    case_id: str
    page_bytes: int


class Maker:
    """Records `count` exhibits, every `pictured`-th with a picture."""

    def __init__(self, folder: Path, count: int, pictured: int) -> None:
        settings = {"collector.name": "Bench", "collector.contact": "bench@collector.example"}
        self.workspace = founding.found(folder, settings, SOFTWARE).workspace
        self.count, self.pictured = count, pictured
        self.chance = random.Random(8)
        self.words = [
            "".join(self.chance.choices("aeioubcdfglmnprst", k=self.chance.randint(3, 11))) for _ in range(4000)
        ]
        self.words += [
            "".join(self.chance.choices("的一是在不了有和人这中大为上个国我以要他", k=4)) for _ in range(2000)
        ]
        self.run = clock.new_id()
        self.number = 0
        self.page_bytes = 0

    def make(self) -> LargeCase:
        """Record, seal, decide, and gather everything in one case."""
        store, ledger = Store.open(self.workspace.database), Ledger(self.workspace.ledger)
        works.save(store, [Work("lantern", "The Lantern Sea", "film", 2024, "en", (), ("Wei Example",))])
        sites.add(store, Site("harbour", "https://harbour.example/", ("harbour.example:443",), "discuz-x"), "bench")
        configuration = self.workspace.configuration()
        runs.begin(store, self.run, SOFTWARE, canonical_json(asdict(configuration)).decode())
        facts = environment.facts(configuration, "titlewatch-bench")
        ledger.append([{"type": "run-start", "run": self.run, "software": SOFTWARE, **facts}])
        hit_ids: list[str] = []
        part = 0
        while len(hit_ids) < self.count:
            part += 1
            name = f"TW-{self.run}-{part:06d}"
            with Segment.create(self.workspace.evidence, name, {"run": self.run, "operator": "bench"}) as segment:
                first = next(iter(scan(segment.path)))
                begun = Placement(segment.name, first.offset, first.length, (first.placed(),))
                ledger.append([entries.segment_body(self.run, begun)])
                while len(hit_ids) < self.count and segment.size < SEGMENT_BYTES:
                    hit_ids += self._group(store, ledger, segment, min(GROUP, self.count - len(hit_ids)))
                segment.seal()
            path = seal.seal(
                self.workspace.evidence / segment.name,
                ledger.head(),
                keys.load(self.workspace.keys),
                self.run,
                SOFTWARE,
                [],
            )
            ledger.append([entries.seal_body(path)])
        ledger.close()
        case = gathering.new_case(store, self.workspace, "Measurement", "criminal")
        gathering.add(store, self.workspace, case.case_id, hit_ids)
        deciding.decide(store, self.workspace, hit_ids, "infringing", "Bench Person")
        return LargeCase(self.workspace, store, case.case_id, self.page_bytes)

    def _group(self, store: Store, ledger: Ledger, segment: Segment, count: int) -> list[str]:
        """One group commit: `count` pages that a list page and robots.txt led to."""
        around = {
            "robots": self._exchange("https://harbour.example/robots.txt", b"User-agent: *\nAllow: /\n", "robots"),
            "lead": self._exchange(f"https://harbour.example/forum-2-{self.number}.html", self._page(60_000)),
        }
        placed = {one.exchange_id: segment.append(records_of(one)) for one in around.values()}
        bodies = [entries.exchange_body(one, placed[one.exchange_id]) for one in around.values()]
        made = []
        for _ in range(count):
            self.number += 1
            url = f"https://harbour.example/thread-{self.number}-1-1.html"
            size = self.chance.randint(SMALLEST, LARGEST)
            page = self._exchange(url, self._page(size))
            placed[page.exchange_id] = segment.append(records_of(page))
            capture_id, files, capture = clock.new_id(), {}, None
            if self.number % self.pictured == 0:
                files = self._pictures()
                capture = segment.append(self._records(capture_id, files))
            hit = self._hit(url)
            snapshot = canonical_json(snapshot_of(hit)).decode()
            exhibit_id, hit_id = clock.new_id(), clock.new_id()
            bodies.append(entries.exchange_body(page, placed[page.exchange_id]))
            captures = [capture_id] if capture else []
            if capture:
                bodies.append(entries.capture_body(capture_id, page.exchange_id, url, files, capture))
            ids = sorted([*(one.exchange_id for one in around.values()), page.exchange_id])
            bodies.append(
                entries.exhibit_body(exhibit_id, hit_id, url, "lantern", ids, captures, sha256_hex(snapshot.encode()))
            )
            made.append((page, hit, snapshot, exhibit_id, hit_id, capture_id, files, capture))
        segment.sync()
        seqs: dict[str, int] = {}
        for entry in ledger.append(bodies):
            body = entry.body
            seqs[body[body["type"]]] = entry.seq
        with store.transaction() as connection:
            for one in [*around.values(), *(item[0] for item in made)]:
                kept = _kept(placed[one.exchange_id])
                exchanges.write(connection, one, sha256_hex(one.response), seqs[one.exchange_id], kept, None)
            for page, hit, snapshot, exhibit_id, hit_id, capture_id, files, capture in made:
                if capture:
                    about = {name: entries.digest_of(data) for name, data in files.items()}
                    exchanges.write_capture(
                        connection, capture_id, page.exchange_id, page.url, START, {"browser": "Chromium"}, about,
                        _kept(capture), seqs[capture_id],
                    )  # fmt: skip
                listing_id = listings.write_listing(connection, "harbour", hit.listing, "page", START, page.exchange_id)
                listings.write_hit(connection, hit_id, listing_id, page.url, hit.match, START)
                roles = {one.exchange_id: role for role, one in around.items()} | {page.exchange_id: "page"}
                captures = [capture_id] if capture else []
                listings.write_exhibit(
                    connection, exhibit_id, hit_id, START, seqs[exhibit_id], snapshot, roles, captures
                )
        return [item[4] for item in made]

    def _page(self, size: int) -> bytes:
        """A thread: posts in the markup of a forum, `size` bytes."""
        text = bytearray(b"<!doctype html><html><head><meta charset=utf-8><title>The Lantern Sea</title></head><body>")
        post = 0
        while len(text) < size:
            post += 1
            said = " ".join(self.chance.choices(self.words, k=self.chance.randint(20, 120)))
            text += (
                f'<div id="post_{self.chance.randrange(10**7)}" class="plhin"><table class="plhin" cellspacing="0"><tr>'
                f'<td class="pls"><a href="space-uid-{self.chance.randrange(10**5)}.html" class="xw1">{said[:9]}</a></td>'
                f'<td class="plc"><em id="authorposton{post}">2026-2-{post % 28 + 1} 10:{post % 60:02d}</em>'
                f'<div class="t_fsz"><table><tr><td class="t_f">{said}</td></tr></table></div></td></tr></table></div>\n'
            ).encode()
        self.page_bytes += len(text)
        return bytes(text)

    def _exchange(self, url: str, body: bytes, purpose: str = "page") -> Exchange:
        """Four of five answers are compressed, as on the web."""
        self.number_of_exchange = getattr(self, "number_of_exchange", 0) + 1
        head = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html; charset=utf-8\r\n"
        if self.number_of_exchange % 5:
            machine = zlib.compressobj(6, zlib.DEFLATED, 31)
            body = machine.compress(body) + machine.flush()
            head += b"Content-Encoding: gzip\r\n"
        moment = START + timedelta(seconds=self.number_of_exchange)
        return Exchange(
            exchange_id=clock.new_id(), run_id=self.run, site_id="harbour", url=url, method="GET", purpose=purpose,
            request=f"GET {url} HTTP/1.1\r\nHost: harbour.example\r\nUser-Agent: titlewatch\r\n\r\n".encode(),
            response=head + b"Content-Length: %d\r\n\r\n" % len(body) + body,
            started_at=moment, finished_at=moment + timedelta(milliseconds=400), monotonic_ns=2**50 + self.number_of_exchange,
            first_byte_at=moment, address="127.0.0.1", port=443, resolved=("127.0.0.1",), status=200,
        )  # fmt: skip

    def _pictures(self) -> dict[str, bytes]:
        import io

        noise = Image.effect_noise((480, 300), 60).resize((1280, 2400), Image.Resampling.BILINEAR)
        out = io.BytesIO()
        noise.quantize(64).save(out, "PNG")
        return {"screenshot.png": out.getvalue(), "dom.html": self._page(80_000)}

    def _records(self, capture_id: str, files: dict[str, bytes]) -> list[Record]:
        kinds = {"screenshot.png": "image/png", "dom.html": "text/html"}
        return [
            resource_record(f"urn:titlewatch:capture:{capture_id}/{name}", kinds[name], data, START, capture_id, name)
            for name, data in files.items()
        ]

    def _hit(self, url: str) -> Hit:
        share = f"https://pan.drive.example/s/{self.chance.randrange(10**9)}"
        text = " ".join(self.chance.choices(self.words, k=150))
        listing = Listing(
            url=url, page_url=url, title=f"The Lantern Sea 2024 1080p {self.number}", passage=Passage(text),
            targets=(Target("cloud_drive", share, f"share:drive/{self.number}", share, "k7m2", "drive"),),
            posted_at=START, posted_at_text="2026-3-1", posted_at_basis="text", posted_by="tide_runner",
        )  # fmt: skip
        reasons = (Reason("title-words", 0.9, "The listing's title contains the title.", "title", (0, 15), {}),)
        return Hit(listing, Match("lantern", 0.95, reasons, ((0, 15),), "bench"))


def _kept(placement: Placement) -> Kept:
    records = tuple(record.as_dict() for record in placement.records)
    return Kept(placement.segment, placement.offset, placement.length, records)


def make(folder: Path, exhibits: int, pictured: int = 50) -> LargeCase:
    """A case of `exhibits` exhibits in a new workspace."""
    return Maker(folder, exhibits, pictured).make()


def reopened(folder: Path) -> LargeCase:
    """A case that `make` left in `folder`."""
    workspace = Workspace(folder)
    store = Store.open(workspace.database)
    row = store.row("SELECT case_id FROM cases")
    assert row is not None, json.dumps(str(folder))
    return LargeCase(workspace, store, row[0], 0)
