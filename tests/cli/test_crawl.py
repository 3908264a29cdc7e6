"""crawl and nightly on the practice sites, as a user runs them."""

import json
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.practice.sites import PracticeSites
from tests.cli.titlewatch import COMMAND, Shell, environment

AT = ("--workspace", "W")
FIELDS = {"run_id", "site", "engine", "requests", "pages", "listings", "hits", "new_hits", "errors", "finished"}


@pytest.fixture
def sites() -> Iterator[PracticeSites]:
    with PracticeSites() as practice:
        yield practice


@pytest.fixture
def watching(shell: Shell, workspace: Path, sites: PracticeSites) -> PracticeSites:
    """A workspace that watches the practice works on the practice blog, without pictures."""
    rows = [
        {"id": w.work_id, "title": w.title, "kind": w.kind, "year": w.year, "aliases": list(w.aliases),
         "creators": list(w.creators), "licensed_domains": list(w.licensed_domains)}
        for w in sites.works
    ]  # fmt: skip
    (shell.folder / "works.json").write_text(json.dumps(rows))
    shell("works", "import", "works.json", *AT)
    shell("config", "browser.capture=false", "browser.render=false", *AT)
    shell("sites", "add", sites.blog_url, "--id", "blog", *AT)
    return sites


def test_crawl_says_what_the_contract_names(shell: Shell, watching: PracticeSites) -> None:
    first = shell("crawl", "--json", *AT)
    (line,) = first.objects
    assert set(line) == {*FIELDS, "health"}
    assert (line["site"], line["finished"]) == ("blog", True)
    assert line["new_hits"] == line["hits"] > 0
    assert "UNSTAMPED" in first.err
    hits = shell("hits", "--json", *AT).objects
    assert len(hits) == line["new_hits"]
    assert all(hit["exhibit"] for hit in hits)
    (again,) = shell("crawl", "blog", "--json", *AT).objects
    assert again["new_hits"] == 0 and again["run_id"] != line["run_id"]
    table = shell("crawl", *AT)
    assert "blog" in table.out
    (health,) = shell("sites", "list", "--json", *AT).objects
    assert health["hits"] == len(hits) and health["last_run"] and health["last_visit"].endswith("Z")
    assert shell("verify", "W").code == 0


def test_nightly_asks_what_is_due(shell: Shell, watching: PracticeSites) -> None:
    run = shell("nightly", *AT)
    assert re.search(r"^new: blog \| ", run.out, re.MULTILINE)
    before = len(watching.requests)
    assert "No site is due" in shell("nightly", *AT).err
    assert len(watching.requests) == before
    with sqlite3.connect(shell.folder / "W" / "titlewatch.db") as database:
        database.execute("UPDATE visits SET started_at = '2025-01-01T00:00:00Z', finished_at = '2025-01-01T00:01:00Z'")
    assert "blog" in shell("nightly", *AT).out
    assert len(watching.requests) > before


def test_a_site_that_is_down_is_part_of_the_answer(shell: Shell, watching: PracticeSites) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shell("sites", "add", f"http://127.0.0.1:{port}/", "--id", "down", *AT)
    run = shell("crawl", "--json", *AT, code=3)
    assert {line["site"]: line["finished"] for line in run.objects} == {"blog": True, "down": False}
    assert "down" in run.err.splitlines()[-1]
    assert shell("hits", "--json", *AT).objects
    health = {site["site"]: site for site in shell("sites", "list", "--json", *AT).objects}
    assert f"connect: 127.0.0.1:{port}: " in health["down"]["warnings"][0]


def test_a_site_that_asks_for_a_long_pause_is_left_and_says_why(shell: Shell, watching: PracticeSites) -> None:
    class Busy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404 if self.path == "/robots.txt" else 429)
            self.send_header("Retry-After", "86400")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shell("sites", "add", f"http://127.0.0.1:{server.server_port}/", "--id", "busy", *AT)
        run = shell("crawl", "--json", *AT, code=3)
        server.shutdown()
    lines = {line["site"]: line for line in run.objects}
    assert lines["blog"]["finished"] and lines["blog"]["hits"] and not lines["busy"]["finished"]
    health = {site["site"]: site for site in shell("sites", "list", "--json", *AT).objects}
    assert health["busy"]["warnings"] == ["the visit ended early: the site asked for a pause of 86400 seconds"]


def test_a_genuine_page_on_a_watched_site_is_no_listing(shell: Shell, watching: PracticeSites) -> None:
    """The schema keeps a reference URL out of the source pages; a crawl that meets one goes on."""
    genuine = next(one for one in watching.expected if one.url.startswith(watching.blog_url))
    work = next(w for w in watching.works if w.work_id == genuine.work_id)
    row = {"id": work.work_id, "title": work.title, "aliases": list(work.aliases), "identifiers": [genuine.url]}
    (shell.folder / "genuine.json").write_text(json.dumps([row]))
    shell("works", "import", "genuine.json", *AT)
    (line,) = shell("crawl", "--json", *AT).objects
    assert line["finished"] and line["errors"] == 0
    found = {hit["url"] for hit in shell("hits", "--json", *AT).objects}
    assert found and genuine.url not in found


@pytest.mark.timeout(90)
def test_a_picture_that_is_due_without_its_bytes_ends_as_an_error(shell: Shell, watching: PracticeSites) -> None:
    shell("crawl", *AT)
    with sqlite3.connect(shell.folder / "W" / "titlewatch.db") as database:
        database.execute(
            "INSERT INTO exhibits_due SELECT hit_id, exchange_id, '{}', '{}' FROM hits JOIN listings USING (listing_id) LIMIT 1"
        )
    for segment in (shell.folder / "W" / "evidence").glob("*.warc.gz"):
        segment.rename(segment.with_name("elsewhere.gz"))
    (line,) = shell("crawl", "--json", *AT, code=None).objects
    assert line["errors"] >= 1
    with sqlite3.connect(shell.folder / "W" / "titlewatch.db") as database:
        assert database.execute("SELECT count(*) FROM exhibits_due").fetchone() == (1,)


def test_a_bundle_holds_what_was_decided_upon(shell: Shell, watching: PracticeSites) -> None:
    """A page that changes after the decision gets an exhibit that waits for a decision of its own."""
    shell("crawl", *AT)
    hit = next(h for h in shell("hits", "--json", *AT).objects if h["url"].startswith(watching.blog_url))
    (case,) = shell("cases", "new", "One", "--json", *AT).objects
    shell("cases", "add", case["case_id"], hit["hit_id"], *AT)
    shell("decide", hit["hit_id"], "--verdict", "infringing", "--by", "Li Si", *AT)
    watching.edit(urlsplit(hit["url"]).path, "<p>The link is gone.</p>")
    with sqlite3.connect(shell.folder / "W" / "titlewatch.db") as database:
        database.execute("UPDATE pages SET next_due = '2025-01-01T00:00:00Z' WHERE url = ?", (hit["url"],))
    shell("crawl", *AT)
    assert _exported(shell, case["case_id"]) == hit["exhibit"]
    shell("decide", hit["hit_id"], "--verdict", "unclear", "--by", "Li Si", *AT)
    (now,) = [h["exhibit"] for h in shell("hits", "--json", *AT).objects if h["hit_id"] == hit["hit_id"]]
    assert _exported(shell, case["case_id"]) == now != hit["exhibit"]


def _exported(shell: Shell, case: str) -> str:
    """The one exhibit in a fresh bundle of a case; the bundle holds."""
    run = shell("export", case, "--json", *AT)
    (made,) = run.objects
    assert run.err.count("UNSTAMPED") == 1
    assert shell("verify", made["bundle"]).code == 0
    (folder,) = (Path(made["bundle"]) / "data" / "captures").iterdir()
    return folder.name


def test_scrapy_itself_makes_a_whole_run(shell: Shell, watching: PracticeSites) -> None:
    """`scrapy crawl site` in a checkout enters its run in the ledger from beginning to end."""
    words = ["crawl", "site", "-a", "site=blog", "-a", f"workspace={shell.folder / 'W'}"]
    checkout = Path(__file__).resolve().parents[2]
    subprocess.run(
        [COMMAND.with_name("scrapy"), *words], cwd=checkout, env=environment(), check=True, capture_output=True
    )
    ledger = (shell.folder / "W" / "evidence" / "ledger.jsonl").read_text().splitlines()
    kinds = [json.loads(line)["type"] for line in ledger]
    assert kinds.index("run-start") < kinds.index("exhibit") < kinds.index("run-end") < kinds.index("seal")
    assert shell("hits", "--json", *AT).objects and shell("verify", "W").code == 0


def test_unknown_sites_and_none(shell: Shell, workspace: Path) -> None:
    assert "no site to visit" in shell("crawl", *AT, code=2).error
    shell("sites", "add", "http://127.0.0.1:9/", *AT)
    assert "no such site; nope" in shell("crawl", "nope", *AT, code=2).error
    assert "0" in shell("crawl", "--max-requests", "0", *AT, code=2).error


def test_max_requests_is_for_the_whole_run(shell: Shell, watching: PracticeSites) -> None:
    (line,) = shell("crawl", "--max-requests", "3", "--json", *AT).objects
    assert line["requests"] <= 3 and line["finished"] is False
    assert len(watching.requests) <= 3
    (rest,) = shell("crawl", "--json", *AT).objects
    assert rest["finished"] is True
    shell("sites", "add", watching.forum_url, "--id", "forum", *AT)
    run = shell("crawl", "--max-requests", "1", "--json", *AT)
    assert [line["finished"] for line in run.objects].count(False) >= 1 and "failed" not in run.err


def test_stopping_is_safe(shell: Shell, workspace: Path) -> None:
    with PracticeSites(latency=0.3) as sites:
        shell("works", "add", "The Salt Lantern", *AT)
        shell("config", "browser.capture=false", "browser.render=false", *AT)
        shell("sites", "add", sites.forum_url, "--id", "forum", *AT)
        crawl = subprocess.Popen(
            [COMMAND, "crawl", "--json", *AT], cwd=shell.folder, env=environment(),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        while len(sites.requests) < 4:
            assert crawl.poll() is None
            time.sleep(0.02)
        crawl.send_signal(signal.SIGINT)
        out, said = crawl.communicate(timeout=60)
        assert crawl.returncode == 130, said
        assert json.loads(out)["finished"] is False
        assert said.splitlines()[0].startswith("stopping; ")
        assert "nothing is lost" in said and "Traceback" not in said
        assert "failed" not in said
    assert shell("verify", "W").code == 0


def test_a_page_that_never_ends_does_not_hold_up_a_stop(shell: Shell, workspace: Path) -> None:
    """Whoever stops a crawl waits for a moment, not for the time limit of a page."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip, args=(server,), daemon=True).start()
        shell("works", "add", "The Salt Lantern", *AT)
        shell("sites", "add", f"http://127.0.0.1:{server.getsockname()[1]}/", "--id", "slow", *AT)
        crawl = subprocess.Popen(
            [COMMAND, "crawl", *AT], cwd=shell.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        while not list((workspace / "evidence").glob("*.open")):
            assert crawl.poll() is None
            time.sleep(0.02)
        time.sleep(0.5)
        crawl.send_signal(signal.SIGINT)
        crawl.communicate(timeout=40)
    assert crawl.returncode == 130
    assert shell("verify", "W").code == 0


def _drip(server: socket.socket) -> None:
    """Answer robots.txt, and every other request with one byte a second."""
    while True:
        try:
            peer, _ = server.accept()
        except OSError:
            return
        if b"robots.txt" in peer.recv(65536):
            peer.sendall(b"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n")
            continue
        threading.Thread(target=_drip_on, args=(peer,), daemon=True).start()


def _drip_on(peer: socket.socket) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n")
    with suppress(OSError):
        while True:
            time.sleep(1)
            peer.sendall(b"x")


@pytest.mark.parametrize("kilobytes", [60, 200])
def test_a_full_disk_is_one_line_and_loses_nothing(shell: Shell, watching: PracticeSites, kilobytes: int) -> None:
    limited = f"ulimit -f {kilobytes}; exec '{COMMAND}' crawl --json --workspace W"
    done = subprocess.run(
        ["bash", "-c", limited], cwd=shell.folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 4, done.stderr
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    shell("crawl", "--json", *AT)
    assert {h["url"] for h in shell("hits", "--json", *AT).objects} >= {
        one.url for one in watching.expected if one.site == "blog"
    }
    assert shell("verify", "W").code == 0


def test_a_segment_is_sealed_as_soon_as_it_has_grown(shell: Shell, watching: PracticeSites) -> None:
    shell("config", "evidence.segment_bytes=8192", "evidence.keep=all", *AT)
    shell("crawl", *AT)
    evidence = shell.folder / "W" / "evidence"
    segments = sorted(evidence.glob("*.warc.gz"))
    assert len(segments) > 1 and not list(evidence.glob("*.open"))
    assert all((evidence / segment.name.replace(".warc.gz", ".seal.json")).is_file() for segment in segments)
    assert shell("verify", "W").code == 0


class _Endless(BaseHTTPRequestHandler):
    """A front page that comes a byte at a time, without end."""

    def do_GET(self) -> None:
        if self.path != "/":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(b"<p>a")
                time.sleep(0.1)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_a_page_that_drips_without_end_is_cut_and_not_asked_again(shell: Shell, workspace: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Endless) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shell("config", "crawl.timeout=0.5", "evidence.keep=all", *AT)
        shell("works", "add", "The Salt Lantern", *AT)
        shell("sites", "add", f"http://127.0.0.1:{server.server_port}/", "--id", "slow", *AT)
        visit = shell("crawl", "--json", *AT).objects[0]
        server.shutdown()
    assert visit["requests"] == 2
    entries = [json.loads(line) for line in (workspace / "evidence/ledger.jsonl").read_bytes().splitlines()]
    pages = [entry for entry in entries if entry["type"] == "exchange" and entry["purpose"] == "page"]
    assert [(page["truncated"], page["bytes"]) for page in pages] == [("time", "kept")]
