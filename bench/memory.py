"""How much memory a crawl takes at its worst: many sites, each sending very long pages, all at the same time.

    python bench/memory.py [SITES] [PAGES] [MIB] [KEEP]

SITES sites on loopback addresses of their own, served by one other process. Each has an index that links to
PAGES pages of MIB mebibytes of HTML, plain or chunked or gzipped in turn. The server holds back the end of every
long page until all sites have got as far, so that all of them lie in the crawler at once. KEEP is evidence.keep.
One crawl, no pictures, no delay. Printed: the highest resident memory, the highest part of it that no file backs,
the memory of the same crawl with pages of 1 KiB, processor time, and the bytes on disk at the most.
"""

import contextlib
import gzip
import json
import os
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

TITLEWATCH = [sys.executable, "-c", "import sys; from crawler.cli.main import main; sys.exit(main())"]
PARAGRAPH = b"<p>An entry of the practice town, one of many, with a <a href='/x'>way</a> that leads nowhere.</p>\n"


class Sites(socketserver.ThreadingTCPServer):
    """One site, on a loopback address of its own."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512


class Handler(socketserver.StreamRequestHandler):
    """One request, one answer, the connection is closed."""

    def handle(self) -> None:
        path = self.rfile.readline().split(b" ")[1]
        while self.rfile.readline().strip():
            pass
        shape = self.server.shape
        if path == b"/":
            ways = [b"/long/%d" % n for n in range(shape["pages"])] + [b"/short/%d" % n for n in range(4)]
            links = b"".join(b"<li><a href='%b'>Topic number %d</a>" % (way, n) for n, way in enumerate(ways))
            return self._send(b"Content-Length: %d\r\n\r\n%b" % (len(links), links))
        if path.startswith(b"/short/"):
            return self._send(b"Content-Length: %d\r\n\r\n%b" % (len(PARAGRAPH), PARAGRAPH))
        if not path.startswith(b"/long/"):
            self.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return None
        body, number = shape["body"], int(path.rpartition(b"/")[2])
        if number % 3 == 1:
            return self._long(b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
        if number % 3 == 2:
            packed = shape["packed"]
            return self._long(b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(packed), packed))
        return self._long(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def _send(self, rest: bytes) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n" + rest)

    def _long(self, rest: bytes) -> None:
        self._send(rest[:-100])
        with contextlib.suppress(threading.BrokenBarrierError):
            self.server.together.wait(60)
        self.wfile.write(rest[-100:])


def serve(sites: int, pages: int, size: int) -> None:
    """Serve until stdin ends; the port goes to stdout."""
    body = b"<html><title>A long page</title>" + PARAGRAPH * (size // len(PARAGRAPH))
    shape = {"pages": pages, "body": body, "packed": gzip.compress(body, 1)}
    together = threading.Barrier(sites)
    listeners = []
    for number in range(sites):
        one = Sites((f"127.0.1.{number + 1}", 0), Handler)
        one.shape, one.together = shape, together
        threading.Thread(target=one.serve_forever, daemon=True).start()
        listeners.append(f"http://127.0.1.{number + 1}:{one.server_address[1]}/")
    print(json.dumps(listeners), flush=True)
    sys.stdin.read()


def crawl(sites: int, pages: int, size: int, keep: str) -> dict[str, float]:
    """One crawl in a process of its own, watched."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        workspace = Path(folder, "w")
        settings = {
            "network.allow_private": "true",
            "crawl.delay": "0",
            "browser.capture": "false",
            "evidence.keep": keep,
            "crawl.timeout": "300.0",
        }
        sets = [part for pair in settings.items() for part in ("--set", "=".join(pair))]

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run([*TITLEWATCH, *words], check=True, capture_output=True, text=True)

        run("init", str(workspace), *sets)
        run("--workspace", str(workspace), "works", "add", "Lantern Street 1952")
        command = [sys.executable, __file__, "serve", str(sites), str(pages), str(size)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            for number, url in enumerate(json.loads(server.stdout.readline())):
                run("--workspace", str(workspace), "sites", "add", url, "--id", f"s{number}", "--engine", "generic")
            began = time.monotonic()
            crawler = subprocess.Popen(
                [*TITLEWATCH, "--workspace", str(workspace), "crawl", "--json"], stdout=subprocess.PIPE, text=True
            )
            seen = {"rss": 0.0, "anonymous": 0.0, "disk": 0.0}
            lines: list[str] = []
            reader = threading.Thread(target=lambda: lines.extend(crawler.stdout))
            reader.start()
            while crawler.poll() is None:
                with contextlib.suppress(OSError):
                    status = dict(
                        line.split(":", 1) for line in Path(f"/proc/{crawler.pid}/status").read_text().splitlines()
                    )
                    if "VmRSS" in status:
                        seen["rss"] = max(seen["rss"], int(status["VmRSS"].split()[0]) / 1024)
                        seen["anonymous"] = max(seen["anonymous"], int(status["RssAnon"].split()[0]) / 1024)
                    ticks = Path(f"/proc/{crawler.pid}/stat").read_text().rpartition(")")[2].split()
                    seen["processor"] = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
                seen["disk"] = max(seen["disk"], _size(workspace) / 2**20)
                time.sleep(0.05)
            reader.join()
            seen["seconds"] = time.monotonic() - began
            seen["pages"] = sum(json.loads(line)["pages"] for line in lines)
            server.stdin.close()
        shutil.rmtree(workspace)
    return seen


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def main() -> None:
    """Crawl short pages, then long ones, and print both."""
    if sys.argv[1:2] == ["serve"]:
        serve(*(int(value) for value in sys.argv[2:5]))
        return
    sites, pages, mib = (int(value) for value in [*sys.argv[1:4], *("40", "3", "16")[len(sys.argv[1:4]) :]])
    keep = sys.argv[4] if len(sys.argv) > 4 else "hits"
    print(f"{sites} sites, {pages} pages of {mib} MiB each, all at once, keep={keep}, {os.cpu_count()} cores")
    for size in (1024, (mib << 20) - 65536):
        seen = crawl(sites, pages, size, keep)
        print(
            f"pages of {size:9} bytes: {seen['pages']:.0f} pages, resident {seen['rss']:.0f} MiB at most, "
            f"of it anonymous {seen['anonymous']:.0f} MiB; on disk {seen['disk']:.0f} MiB at most; "
            f"{seen['processor']:.1f} s processor, {seen['seconds']:.1f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
