"""Very many polite sites in one process, and three that are not ordinary among them: does any starve another?

    python bench/sites.py [SITES] [TOPICS] [DELAY] [PICTURE.svg]

SITES sites, each on a loopback address of its own, served by one other process; each has a front page and TOPICS
topics of about 8 KB. `crawl.delay` is DELAY seconds, all sites are visited at once, nothing is pictured. Two crawls:
the ordinary sites alone, then the same with three more: one that sends a byte a second and never ends, one whose
pages each name 2,000 further pages, one that is hostile (nesting, packed and endless answers, redirects in a circle,
broken heads). The second crawl is stopped, as a person does it, when every ordinary site is done. Printed for both:
how long a visit took, the shortest time between two requests to a site, requests a second, memory and open files over time.
"""

import asyncio
import gzip
import itertools
import json
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from drawing import drawn
from sampling import Sample, watched

from crawler.desk import siting
from crawler.store import Store
from crawler.workspace import Workspace

TITLEWATCH = [sys.executable, "-c", "import sys; from crawler.cli.main import main; sys.exit(main())"]
TALK = "<p>An entry of the practice town, one of many, on lamps and rope and the price of both in spring.</p>\n"
ODD = ("slow", "huge", "hostile")
Answer = tuple[str, dict[str, str], bytes]


def page(title: str, body: str) -> Answer:
    """A page of HTML."""
    text = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><body><h1>{title}</h1>{body}</body></html>'
    return "200 OK", {"Content-Type": "text/html; charset=utf-8"}, text.encode()


def ordinary(path: str, topics: int) -> Answer:
    """A front page that lists topics, a topic of 8 KB, or nothing."""
    if path == "/":
        rows = "".join(
            f'<li><a href="/topic/{number}">Rope and lamps, part {number}</a></li>' for number in range(topics)
        )
        return page("Boards", f"<ul>{rows}</ul>")
    if path.startswith("/topic/"):
        offer = "<p>The Salt Lantern (2024) 1080p, free download: https://rapidgator.net/file/0123456789abcdef0123456789abcdef/a.rar</p>"
        return page(f"Rope and lamps, part {path[7:]}", (offer if path == "/topic/1" else "") + TALK * 80)
    return "404 Not Found", {"Content-Type": "text/html"}, b"<p>Nothing here.</p>"


def huge(path: str, made: "itertools.count[int]") -> Answer:
    """A page that names 2,000 pages that nobody has named before."""
    if path == "/robots.txt":
        return "404 Not Found", {}, b""
    return page(
        "More and more", "".join(f'<li><a href="/t/{n}">Topic {n}</a></li>' for n in itertools.islice(made, 2000))
    )


def hostile(path: str, turn: int) -> Answer:
    """One of the ways in which a page can cost whoever reads it."""
    if path == "/robots.txt":
        return "404 Not Found", {}, b""
    ways = "".join(f'<a href="/h/{turn * 20 + number}">Topic {number}</a> ' for number in range(20))
    kind = 0 if path == "/" else turn % 7
    if kind == 1:
        return page("Deep", ways + "<div>" * 200_000)
    if kind == 2:
        status, fields, body = page("Packed", ways + "x" * (64 << 20))
        return status, {**fields, "Content-Encoding": "gzip"}, gzip.compress(body, 1)
    if kind == 3:
        return page("One line", ways + "http://a." * 900_000)
    if kind == 4:
        return "302 Found", {"Location": f"/h/{turn + 1}?round={turn}"}, b""
    if kind == 5:
        return "200 OK", {"Content-Type": "text/html", **{f"X-{n}": "y" * 1000 for n in range(400)}}, ways.encode()
    if kind == 6:
        return page("Tables", ways + "<table>" * 3000 + "<tr><td>" * 40_000)
    return page("Boards", ways)


class Town:
    """All sites, and when each was asked."""

    def __init__(self, topics: int, delay: float) -> None:
        self.topics, self.delay = topics, delay
        self.asked: dict[str, list[float]] = defaultdict(list)
        self.names: dict[str, str] = {}
        self._made, self._turn = itertools.count(), itertools.count()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            name = self.names[writer.get_extra_info("sockname")[0]]
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1].decode("latin-1")
            self.asked[name].append(time.monotonic())
            if name == "slow" and path != "/robots.txt":
                await self._drip(writer)
            elif name == "hostile" and (turn := next(self._turn)) % 9 == 8:
                await self._flood(writer)
            else:
                status, fields, body = (
                    huge(path, self._made) if name == "huge" else hostile(path, turn) if name == "hostile"
                    else ordinary(path, self.topics)
                )  # fmt: skip
                lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
                lines += [f"{key}: {value}" for key, value in fields.items()]
                writer.write("\r\n".join([*lines, "", ""]).encode() + body)
                await writer.drain()
        writer.close()

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(1)

    async def _flood(self, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )
        while not writer.is_closing():
            writer.write(b"10000\r\n" + b"<p>flood" * 8192 + b"\r\n")
            await writer.drain()


async def serve(names: list[str], topics: int, delay: float) -> None:
    """Serve until stdin ends: addresses first, in the end when each site was asked."""
    town, addresses, servers = Town(topics, delay), {}, []
    for number, name in enumerate(names):
        host = f"127.0.{2 + number // 250}.{1 + number % 250}"
        town.names[host] = name
        server = await asyncio.start_server(town.answer, host, 0, backlog=64)
        servers.append(server)
        addresses[name] = f"http://{host}:{server.sockets[0].getsockname()[1]}/"
    print(json.dumps(addresses), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print(json.dumps(town.asked), flush=True)


def crawl(
    names: list[str], topics: int, delay: float
) -> tuple[list[Sample], dict[str, float], dict[str, list[float]], int]:
    """One crawl: samples, seconds of each ordinary site's visit, when each site was asked, and hits."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        workspace = Path(folder, "w")
        settings = ("network.allow_private=true", f"crawl.delay={delay}", f"crawl.sites_at_once={len(names)}", "browser.capture=false",
                    "browser.render=false")  # fmt: skip
        sets = [part for setting in settings for part in ("--set", setting)]
        subprocess.run([*TITLEWATCH, "init", str(workspace), *sets], check=True, stdout=subprocess.DEVNULL)
        words = ["--workspace", str(workspace), "works", "add", "The Salt Lantern", "--kind", "film", "--year", "2024"]
        subprocess.run([*TITLEWATCH, *words], check=True, stdout=subprocess.DEVNULL)
        served = [sys.executable, __file__, "serve", str(topics), str(delay), *names]
        with subprocess.Popen(served, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            enter(workspace, json.loads(server.stdout.readline()))
            command = [*TITLEWATCH, "--workspace", str(workspace), "crawl", "--json"]
            crawler = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            with closing(sqlite3.connect(f"file:{workspace}/titlewatch.db?mode=ro", uri=True)) as database:
                ordinary_sites = sum(name not in ODD for name in names)

                def requests() -> float:
                    try:
                        done, ended = database.execute(
                            "SELECT coalesce(sum(requests), 0), coalesce(sum(finished_at IS NOT NULL AND site_id LIKE 'site-%'), 0) FROM visits"
                        ).fetchone()
                    except sqlite3.OperationalError:
                        return 0.0
                    if ended == ordinary_sites and len(names) > ordinary_sites:
                        with suppress(ProcessLookupError):
                            crawler.send_signal(signal.SIGINT)
                    return float(done)

                samples, _ = watched(crawler, requests, 1.0)
                rows = database.execute(
                    "SELECT site_id, started_at, finished_at FROM visits WHERE site_id LIKE 'site-%' AND finished_at IS NOT NULL"
                ).fetchall()
                (hits,) = database.execute("SELECT count(*) FROM hits").fetchone()
            told, _ = server.communicate()
    took = {
        site: (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() for site, start, end in rows
    }
    return samples, took, json.loads(told), hits


def enter(workspace: Path, addresses: dict[str, str]) -> None:
    """Add the sites; a command for each would take longer than the crawl."""
    place = Workspace(workspace)
    with closing(Store.open(place.database)) as store:
        for name, url in addresses.items():
            siting.add(store, place, siting.Wish((url,), site_id=name), ())


def main() -> None:
    """Crawl without and with the three, and print both."""
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(sys.argv[4:], int(sys.argv[2]), float(sys.argv[3])))
        return
    given = [*sys.argv[1:4], *("200", "6", "5")[len(sys.argv[1:4]) :]]
    count, topics, delay = int(given[0]), int(given[1]), float(given[2])
    plain = [f"site-{number:04d}" for number in range(count)]
    lines = {}
    for label, names in (
        ("ordinary sites alone", plain),
        ("with the three", [*plain[: count // 2], *ODD, *plain[count // 2 :]]),
    ):
        samples, took, asked, hits = crawl(names, topics, delay)
        waits = [later - earlier for name in plain for earlier, later in itertools.pairwise(asked[name])]
        spread = sorted(took.values())
        moments = sorted(at for name in plain for at in asked[name])
        busy = moments[len(moments) * 9 // 10] - moments[len(moments) // 10]
        last = samples[-1]
        print(f"{label}: {len(spread)} of {count} sites done, {hits} hits, {len(moments)} requests to them, {last.seconds:.0f} s, "
              f"{last.processor:.0f} s processor")  # fmt: skip
        print(f"  a visit: median {statistics.median(spread):.1f} s, 95 in 100 within {spread[len(spread) * 95 // 100]:.1f} s, "
              f"the longest {spread[-1]:.1f} s")  # fmt: skip
        print(
            f"  between two requests to a site: least {min(waits):.2f} s, median {statistics.median(waits):.2f} s, most {max(waits):.2f} s"
        )
        print(f"  {0.8 * len(moments) / busy:.0f} requests/s in the middle of it; asked of the three: "
              f"{', '.join(f'{name} {len(asked.get(name, ()))}' for name in ODD)}")  # fmt: skip
        print(
            f"  at the most: resident {max(sample.resident for sample in samples):.0f} MiB, of it anonymous "
            f"{max(sample.anonymous for sample in samples):.0f} MiB, {max(sample.files for sample in samples)} open files"
        )
        print(
            f"  {'seconds':>8}{'requests':>10}{'anonymous MiB':>15}{'resident MiB':>14}{'threads':>9}{'open files':>12}"
        )
        for tenth in range(1, 11):
            at = samples[len(samples) * tenth // 10 - 1]
            print(
                f"  {at.seconds:8.0f}{at.done:10.0f}{at.anonymous:15.1f}{at.resident:14.1f}{at.threads:9}{at.files:12}",
                flush=True,
            )
        lines[label] = [(sample.seconds, sample.resident) for sample in samples]
    if len(sys.argv) > 4:
        Path(sys.argv[4]).write_text(
            drawn(f"Resident memory, {count} sites at once", "seconds", "MiB", lines), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
