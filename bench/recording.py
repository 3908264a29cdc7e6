"""What recording costs: the same crawl with the evidence recorded and without, side by side.

    python bench/recording.py [TOPICS] [ROUNDS] [http|https]

A practice forum on loopback, rendered beforehand and served by one process of its own that keeps connections
alive for whoever wants it. The same spider, readers, matcher (200 titles), page table, guard and pace in one process,
16 requests in flight, no pictures, no delay; rounds alternate between:

    none   Scrapy's own HTTP/1.1 handler with its pool of kept-alive connections; no exchange, spool, WARC, ledger,
           index of exchanges or exhibits. The page table is still committed: it is the queue.
    close  the same with a connection for each request, as a recorder needs it
    hits   as shipped: every byte recorded, spooled, hashed, entered in the ledger; hits and their leads in the WARC
    all    the same with every exchange in the WARC

The time is that of the visits, without start-up and sealing; processor time is the crawling process's alone.
"""

import asyncio
import contextlib
import json
import os
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.practice.bulk import BulkForum
from crawler.practice.server import Heard

CONCURRENCY = 16
TITLES = tuple(f"Lantern Street number {number} of the long quay" for number in range(200))
VARIANTS = ("none", "close", "hits", "all")


async def serve(topics: int, scheme: str) -> None:
    """Serve the forum until stdin ends; the address goes to stdout."""
    forum = BulkForum(topics, 0.02, TITLES)
    answers: dict[str, bytes] = {}
    context = None
    if scheme == "https":
        import trustme

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    def answer(path: str) -> bytes:
        if path not in answers:
            made = forum(Heard("bulk", "GET", path, clock.now(), ()))
            head = (
                f"HTTP/1.1 {made.status} Said\r\nContent-Type: {made.content_type}\r\nContent-Length: {len(made.body)}"
            )
            answers[path] = head.encode() + b"\r\nDate: %b\r\nConnection: %b\r\n\r\n" + made.body.replace(b"%", b"%%")
        return answers[path]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            wish = b"keep-alive"
            while wish == b"keep-alive":
                head = await reader.readuntil(b"\r\n\r\n")
                wish = b"close" if b"connection: close" in head.lower() else b"keep-alive"
                date = format_datetime(datetime.now(UTC), usegmt=True).encode()
                writer.write(answer(head.split(b" ", 2)[1].decode()) % (date, wish))
                await writer.drain()
        writer.close()

    for path in (*forum.list_paths, *(f"/thread/{number}" for number in range(1, topics + 1))):
        answer(path)
    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context, backlog=512)
    print(f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    await asyncio.to_thread(sys.stdin.read)


def run(variant: str, folder: str) -> None:
    """One crawl of a workspace in this process; the figures go to stdout."""
    from crawler.engine import opening, recorder, runner, visiting
    from crawler.workspace import Workspace

    figures: dict[str, float] = {}
    visit_all, settings_of = visiting.visit_all, visiting._settings

    def timed(*arguments: Any) -> bool:
        wall, processor = time.perf_counter(), time.process_time()
        try:
            return visit_all(*arguments)
        finally:
            figures["seconds"] = time.perf_counter() - wall
            figures["processor"] = time.process_time() - processor

    class Unrecorded(recorder.Recorder):
        """Commits the page table and nothing else."""

        def take(self, exchange: Any) -> None:
            raise AssertionError("nothing is recorded here")

        def _chain(self, *_: Any) -> dict[str, str]:
            return {}

        def _exhibits(self, *_: Any) -> list[Any]:
            return []

        def _write_ledger(self, *_: Any) -> None:
            pass

    def plain_settings(run: Any) -> Any:
        settings = settings_of(run)
        plain = dict.fromkeys(("http", "https"), f"recording.{variant.capitalize()}")
        settings.set("DOWNLOAD_HANDLERS", plain, priority="cmdline")
        return settings

    runner.visit_all = timed
    if variant in ("none", "close"):
        opening.Recorder, visiting._settings = Unrecorded, plain_settings
    summary = runner.crawl(Workspace(Path(folder)))
    print(json.dumps({**figures, **summary.visits[0]}), flush=True)


if "run" in sys.argv[1:2] or __name__ == "recording":
    from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

    class None_(HTTP11DownloadHandler):
        """Scrapy's own handler, at the pace of the visit."""

        async def download_request(self, request: Any) -> Any:
            pace = self._crawler.pace
            async with pace.turn():
                self._crawler.titlewatch.counts.requests += 1
                response = await super().download_request(request)
                pace.heed(response.status, {}, None)
                return response

    class Close(None_):
        """The same, with a connection for each request."""

        async def download_request(self, request: Any) -> Any:
            request.headers[b"Connection"] = b"close"
            return await super().download_request(request)

    globals()["None"] = None_


def workspace(folder: Path, url: str, keep: str) -> Path:
    """A fresh workspace that knows the titles and the site."""
    titlewatch = str(Path(sys.executable).with_name("titlewatch"))
    settings = ("network.allow_private=true", "crawl.delay=0", f"crawl.concurrency={CONCURRENCY}")
    settings += ("browser.capture=false", f"evidence.keep={keep}")
    works = folder.with_suffix(".csv")
    works.write_text("title\n" + "\n".join(TITLES) + "\n", encoding="utf-8")
    for arguments in (
        ["init", str(folder), *(part for setting in settings for part in ("--set", setting))],
        ["--workspace", str(folder), "works", "import", str(works)],
        ["--workspace", str(folder), "sites", "add", url, "--id", "bulk"],
    ):
        subprocess.run([titlewatch, *arguments], check=True, capture_output=True, text=True)
    return folder


def main() -> None:
    """Run the rounds and print the table."""
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(int(sys.argv[2]), sys.argv[3]))
        return
    if sys.argv[1:2] == ["run"]:
        run(*sys.argv[2:4])
        return
    topics, rounds, scheme = [*sys.argv[1:4], *("1000", "3", "http")[len(sys.argv[1:4]) :]]
    found: dict[str, list[dict[str, Any]]] = {variant: [] for variant in VARIANTS}
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        command = [sys.executable, __file__, "serve", topics, scheme]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdin and server.stdout
            url = server.stdout.readline().strip()
            fresh = {keep: workspace(Path(folder, keep), url, keep) for keep in ("hits", "all")}
            for number in range(int(rounds)):
                order = VARIANTS if number % 2 == 0 else VARIANTS[::-1]
                for variant in order:
                    keep = "all" if variant == "all" else "hits"
                    place = Path(shutil.copytree(fresh[keep], Path(folder, f"{variant}-{number}")))
                    done = subprocess.run(
                        [sys.executable, __file__, "run", variant, str(place)], capture_output=True, text=True
                    )
                    if done.returncode:
                        raise SystemExit(done.stderr)
                    found[variant].append(json.loads(done.stdout.splitlines()[-1]))
                    said = found[variant][-1]
                    print(
                        f"  {variant}: {said['pages']} pages, {said['seconds']:.2f} s, {said['processor']:.2f} s processor"
                    )
                    sys.stdout.flush()
                    shutil.rmtree(place)
            server.stdin.close()
    print(f"{scheme}, {topics} topics, {rounds} rounds, {CONCURRENCY} in flight, {os.cpu_count()} cores")
    base = {name: statistics.median(_rates(found["none"], name)) for name in ("seconds", "processor")}
    for variant in VARIANTS:
        runs = found[variant]
        wall, processor = (statistics.median(_rates(runs, name)) for name in ("seconds", "processor"))
        print(
            f"{variant:6} {runs[0]['pages']:6} pages {runs[0]['hits']:4} hits {wall:7.1f} pages/s "
            f"({wall / base['seconds']:.2f} of none) {1000 / processor:6.2f} ms processor a page "
            f"({processor / base['processor']:.2f} of none in pages per processor second)   rounds: "
            + ", ".join(f"{rate:.0f}" for rate in _rates(runs, "seconds"))
        )


def _rates(runs: list[dict[str, Any]], name: str) -> list[float]:
    return [run["pages"] / run[name] for run in runs]


if __name__ == "__main__":
    main()
