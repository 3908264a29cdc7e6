"""A workspace with hits on links of our own making, and loopback servers that stand for the hosts behind them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.casework import copies
from crawler.desk import founding
from crawler.engine.guard.addresses import Resolver
from crawler.engine.landings import Landings
from crawler.engine.opening import open_run
from crawler.engine.session import RunSession
from crawler.engine.visiting import _settings
from crawler.model import Listing, Match, Passage, Reason, Site, Target, Work
from crawler.store import Store, hits, listings, runs, sites, timeline, works
from crawler.targets import find
from crawler.workspace import Workspace
from tests.crawl.hostile import HostileServer

SEEN = datetime(2026, 3, 1, tzinfo=UTC)
PAGE = "http://forum.test/t/1"


def reply(status: int, *fields: str, body: str = "", kind: str = "text/html; charset=utf-8") -> bytes:
    """A response with any status."""
    data = body.encode()
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}", f"Content-Length: {len(data)}", *fields, "", ""]
    return "\r\n".join(lines).encode() + data


@dataclass
class LandingScene:
    """The workspace, one host server, and names that lead to it."""

    workspace: Workspace
    server: HostileServer
    names: Mapping[str, str]
    """Host name -> the address that the resolver gives."""

    def url(self, name: str, path: str) -> str:
        """An address on the server under a name."""
        return f"http://{name}:{self.server.port}{path}"

    def serve(self, path: str, *steps: Any) -> None:
        """What the server answers to a path."""
        self.server.behaviours[path] = lambda: iter(steps)

    def asked(self, path: str = "") -> list[str]:
        """The request lines' paths with their queries, that began with `path`, robots.txt left out."""
        return [one for one in self.server.talks if one.startswith(path) and one != "/robots.txt"]

    def request(self, path: str) -> str:
        """The bytes of the last request for a path."""
        return self.server.talks[path][-1].received.decode("latin-1").lower()

    def offer(self, *urls: str, number: int = 1, code: str | None = None) -> str:
        """A hit whose listing holds links; returns its id."""
        text = "Download\n" + "\n".join(f"Download here: {url}" for url in urls)
        targets = find(Passage(text), PAGE)
        if code:
            targets = tuple(Target(t.kind, t.url, t.object, t.as_written, code, t.family) for t in targets)
        assert len(targets) == len(urls), targets
        page = f"http://forum.test/t/{number}"
        listing = Listing(page, page, "The Salt Lantern", Passage(text), targets)
        match = Match("salt", 0.9, (Reason("title-title", 2.2, "It stands here.", "title", (0, 16)),))
        store = Store.open(self.workspace.database)
        with store.transaction() as connection:
            listing_id = listings.write_listing(connection, "forum", listing, "Topic", SEEN, "exchange")
            listings.write_hit(connection, f"hit{number}", listing_id, page, match, SEEN)
        store.close()
        return f"hit{number}"

    async def visit(self, max_requests: int | None = None) -> None:
        """One run that asks for the landing pages that are due."""
        with self.running(max_requests) as (run, landing):
            await landing.finish()
            run.recorder.flush_unfinished()

    @contextmanager
    def running(self, max_requests: int | None = None) -> Iterator[tuple[RunSession, Landings]]:
        """A run with its landing pages, before anything is asked."""

        async def resolve(host: str) -> Sequence[str]:
            if host not in self.names:
                raise OSError(f"no such name: {host}")
            return [self.names[host]]

        with open_run(self.workspace, max_requests) as run:
            runs.begin(run.store, run.run_id, "titlewatch test", "{}")
            yield run, Landings(run, _settings(run), Resolver(resolve))
            run.segments.close()

    def links(self, hit_id: str = "hit1") -> list[dict[str, Any]]:
        """A hit's links as `hits --json` prints them."""
        store = Store.open(self.workspace.database)
        (hit,) = hits.several(store, [hit_id])
        store.close()
        found: list[dict[str, Any]] = hit["links"]
        return found

    def landing(self, number: int = 0) -> dict[str, Any]:
        """The state of one of the first hit's links."""
        found: dict[str, Any] = self.links()[number]["landing"]
        return found

    def events(self, hit_id: str = "hit1") -> list[dict[str, Any]]:
        """The timeline of a hit's listing."""
        store = Store.open(self.workspace.database)
        found = timeline.of(store, hits.listing_of(store, hit_id))
        store.close()
        return found

    def exchanges(self) -> list[dict[str, Any]]:
        """The recorded exchanges, in their order."""
        store = Store.open(self.workspace.database)
        found = [dict(row) for row in store.rows("SELECT * FROM exchanges ORDER BY ledger_seq")]
        store.close()
        return found

    def copies(self) -> int:
        """How many copies of the work are counted."""
        store = Store.open(self.workspace.database)
        found = copies.by_work(hits.select(store))
        store.close()
        return found["salt"]

    def make_due(self) -> None:
        """Let the time of every landing page have come."""
        store = Store.open(self.workspace.database)
        with store.transaction() as connection:
            connection.execute("UPDATE landings SET next_due = ?", (clock.stamp(SEEN),))
        store.close()

    def ledger(self, kind: str) -> list[bytes]:
        """The ledger's entries of a type."""
        return [line for line in self.workspace.ledger.read_bytes().splitlines() if f'"type":"{kind}"'.encode() in line]


@contextmanager
def scene(folder: Path, *names: str, elsewhere: Mapping[str, str] | None = None) -> Iterator[LandingScene]:
    """A scene in which hosts of these names, added as sites, lie on one server; others of `elsewhere` are not added."""
    settings = {
        "targets.visit": "true", "network.allow_private": "true", "crawl.delay": "0", "browser.capture": "false",
        "evidence.reserve_mb": "0",
    }  # fmt: skip
    workspace = founding.found(folder / "W", settings, "titlewatch test").workspace
    with HostileServer(address="127.0.0.2") as server:
        store = Store.open(workspace.database)
        works.save(store, [Work("salt", "The Salt Lantern")])
        sites.add(store, Site("forum", "http://forum.test/", ("forum.test:80",)), "tester")
        for name in names:
            host = f"{name}:{server.port}"
            sites.add(store, Site(name.replace(".", "-"), f"http://{host}/", (host,)), "tester")
        store.close()
        yield LandingScene(workspace, server, {**dict.fromkeys(names, "127.0.0.2"), **(elsewhere or {})})
