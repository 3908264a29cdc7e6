"""Site files as a user meets them: begun, checked, tried on recorded pages, added, and followed by a crawl."""

import json
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli.main import titlewatch
from spiders.engines import BASES
from spiders.recognition import Basis
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
SHIPPED = Path(__file__).parents[2] / "spiders" / "sites"
MAGNET = "magnet:?xt=urn:btih:0a1b2c3d4e5f60718293a4b5c6d7e8f901234567&dn=glass.orchard"


@dataclass
class Served:
    """A small site on loopback, and what was asked of it."""

    port: int = 0
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    languages: set[str] = field(default_factory=set)
    robots: bytes = b"User-agent: *\nDisallow: /private\n"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def served() -> Iterator[Served]:
    """The shelf and the node of Paper Lantern, as a server would answer them."""
    site = Served(
        pages={
            path: (SHIPPED / "paper-lantern" / name).read_bytes()
            for path, name in (("/", "shelf.html"), ("/shelf/films", "shelf.html"), ("/n/8120", "node.html"))
        }
    )

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.languages.add(self.headers.get("Accept-Language", ""))
            body = site.robots if self.path == "/robots.txt" else site.pages.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "text/plain" if self.path == "/robots.txt" else "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body or b"nothing here")

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        site.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield site
        server.shutdown()


def lantern(served: Served, folder: Path, change: tuple[str, str] = ("", "")) -> Path:
    """Paper Lantern's file, moved to a server of ours."""
    text = (SHIPPED / "paper-lantern.toml").read_text(encoding="utf-8")
    text = text.replace('["paper-lantern.example", "old.paper-lantern.example"]', f'["{served.url}"]')
    text = text.replace("delay = 10\n", "").replace(*change)
    path = folder / "paper-lantern.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_the_shipped_sites_are_read_as_expected(shell: Shell, path: Path) -> None:
    assert shell("sites", "check", path).out.strip().endswith("good")
    for told in shell("sites", "test", path, "--json").objects:
        assert told["ok"], told["differences"]
        assert any(count["expected"] for name, count in told["counts"].items() if name != "state")


def test_a_page_that_is_read_otherwise_is_named_and_the_answer_is_no(shell: Shell) -> None:
    shutil.copy(SHIPPED / "paper-lantern.toml", shell.folder)
    shutil.copytree(SHIPPED / "paper-lantern", shell.folder / "paper-lantern")
    path = shell.folder / "paper-lantern.toml"
    path.write_text(path.read_text().replace('poster = "div.who > b"', 'poster = "div.who > i"'))
    run = shell("sites", "test", "paper-lantern.toml", code=1)
    assert "posted_by https://paper-lantern.example/n/8120: expected moss_keeper, read a while back" in run.out
    page = shell.folder / "paper-lantern" / "node.html"
    page.write_text(page.read_text().replace('class="card"', 'class="sheet"'))
    run = shell("sites", "test", "paper-lantern.toml", code=1)
    assert "listing: expected https://paper-lantern.example/n/8120#c22, not read" in run.out
    assert "0/1" in run.out or "0/2" in run.out


def test_check_names_every_fault_with_its_line_and_what_to_do(shell: Shell) -> None:
    (shell.folder / "wrong.toml").write_text(
        'id = "other"\nhosts = ["forum.example/board"]\nengine = "phpbbb"\nzone = "Mars/North"\ncharset = "gbkk"\n'
        'start = ["board"]\nsearch = "/find"\nskip = ["("]\n[visit]\ndelay = 1\nmax_requests = 0\n'
        '[selectors.list]\nrow = "li["\nlink = "//a["\n'
    )
    run = shell("sites", "check", "wrong.toml", "--json", code=1)
    (told,) = run.objects
    found = {(problem["key"], problem["place"]) for problem in told["problems"]}
    assert found == {
        ("id", "wrong.toml:1"), ("hosts", "wrong.toml:2"), ("engine", "wrong.toml:3"), ("zone", "wrong.toml:4"),
        ("charset", "wrong.toml:5"), ("start", "wrong.toml:6"), ("search", "wrong.toml:7"), ("skip", "wrong.toml:8"),
        ("visit.delay", "wrong.toml:10"), ("visit.max_requests", "wrong.toml:11"),
        ("selectors.list.row", "wrong.toml:13"), ("selectors.list.link", "wrong.toml:14"),
    }  # fmt: skip
    assert all(problem["what"] and problem["remedy"] for problem in told["problems"])
    (shell.folder / "unknown.toml").write_text('id = "unknown"\nhosts = ["a.example"]\n[selectors.topic]\nbodi = "p"\n')
    (problem,) = shell("sites", "check", "unknown.toml", "--json", code=1).objects[0]["problems"]
    assert (problem["place"], problem["key"]) == ("unknown.toml:4", "selectors.topic.bodi")
    assert "body" in problem["remedy"]
    assert "no such site file" in shell("sites", "check", "nowhere", code=2).error


def test_a_look_at_the_front_page_begins_a_file_that_checks(shell: Shell, workspace: Path, served: Served) -> None:
    served.pages["/"] = served.pages["/"].replace(
        b"</body>", b'<form action="/look"><input name="q"></form><a href="/private">x</a></body>'
    )
    run = shell("sites", "new", f"{served.url}/", "--id", "lantern", *AT)
    path = Path(run.out.strip())
    assert path == workspace / "sites" / "lantern.toml"
    assert served.asked == ["/robots.txt", "/"]
    text = path.read_text()
    assert f'hosts = ["{served.url}"]' in text and 'search = "/look?q={title}"' in text
    shell("sites", "check", "lantern", *AT)
    assert "there is a site file already" in shell("sites", "new", served.url, "--id", "lantern", *AT, code=2).error
    assert '"look"' in (workspace / "evidence" / "ledger.jsonl").read_text()
    served.robots = b"User-agent: *\nDisallow: /\n"
    refused = shell("sites", "new", served.url, "--id", "again", *AT, code=1)
    assert "robots.txt" in refused.error and served.asked[2:] == ["/robots.txt"]
    assert not (workspace / "sites" / "again.toml").exists()


def test_a_file_is_begun_without_a_look_and_for_a_site_that_was_added_by_its_address(
    shell: Shell, workspace: Path
) -> None:
    assert shell("sites", "new", "https://forum.example/board/", "--offline").out.strip() == "forum-example.toml"
    assert 'start = ["/board/"]' in (shell.folder / "forum-example.toml").read_text()
    shell("sites", "check", "forum-example.toml")
    shell("sites", "add", "https://bbs.example/", "--id", "bbs", "--host", "m.bbs.example", *AT)
    shell("sites", "new", "bbs", "--offline", *AT)
    assert 'hosts = ["bbs.example", "m.bbs.example"]' in (workspace / "sites" / "bbs.toml").read_text()
    assert shell("sites", "add", "bbs", *AT).out.strip() == "bbs"


def test_a_page_is_recorded_beside_the_file(shell: Shell, workspace: Path, served: Served) -> None:
    lantern(served, workspace / "sites")
    shell("sites", "test", "paper-lantern", "--record", "/n/8120", *AT)
    assert served.asked == ["/robots.txt", "/n/8120"]
    (shell.folder / "own.html").write_bytes(served.pages["/"])
    shell("sites", "test", "paper-lantern", "--record", "own.html", "--url", "/shelf/films", "--role", "list", *AT)
    first, second = shell("sites", "test", "paper-lantern", "--json", *AT).objects
    assert first["counts"]["listings"] == {"right": 2, "expected": 2}
    assert second["counts"]["rows"] == {"right": 3, "expected": 3}
    folder = workspace / "sites" / "paper-lantern"
    path = folder / "expected.toml"
    assert (folder / "n-8120.html").read_bytes() == served.pages["/n/8120"]
    path.write_text(path.read_text().replace("moss_keeper", "somebody"))
    assert "expected somebody, read moss_keeper" in shell("sites", "test", "paper-lantern", *AT, code=1).out


def test_a_crawl_reads_by_the_selectors_of_the_site_file(shell: Shell, workspace: Path, served: Served) -> None:
    shell("works", "add", "The Glass Orchard", "--kind", "film", "--year", "2023", *AT)
    shell("config", "browser.capture=false", "browser.render=false", *AT)
    path = lantern(served, shell.folder)
    assert shell("sites", "add", path, *AT).out.strip() == "paper-lantern"
    (visit,) = shell("crawl", "--json", *AT).objects
    assert visit["finished"] and visit["hits"] >= 1
    hits = {hit["url"]: hit for hit in shell("hits", "--json", *AT).objects}
    hit = hits[f"{served.url}/n/8120"]
    assert (hit["posted_by"], hit["posted_at"]) == ("moss_keeper", "2026-02-03T19:40:00Z")
    assert hit["links"][0]["url"] == MAGNET
    assert not [asked for asked in served.asked if asked.endswith("/thank")]
    assert {"/shelf/films", "/n/8117", "/n/8101", "/shelf/films?upto=8101"} <= set(served.asked)
    assert "en,en;q=0.5" in served.languages
    (listed,) = shell("sites", "list", "--json", *AT).objects
    assert listed["engine"] is None or listed["rests_on"] == "structure"
    assert listed["file"]
    before = served.asked.count("/n/8120")
    shell("crawl", *AT)
    assert served.asked.count("/n/8120") == before
    # What is read in another way is read again.
    path.write_text(path.read_text().replace('poster = "div.who > b"', 'poster = "div.who > i"'))
    shell("sites", "add", path, *AT)
    shell("crawl", *AT)
    assert served.asked.count("/n/8120") == before + 1


def test_a_changed_file_counts_once_it_is_added_again(shell: Shell, workspace: Path, served: Served) -> None:
    own = lantern(served, workspace / "sites", ('engine = "generic"', ""))
    shell("sites", "add", "paper-lantern", *AT)
    own.write_text(own.read_text() + "\n# a person's remark\n")
    assert "was changed after it was added" in shell("sites", "list", *AT).out
    own.write_text(own.read_text().replace(f'["{served.url}"]', f'["http://127.0.0.2:{served.port}", "{served.url}"]'))
    shell("sites", "add", "paper-lantern", *AT)
    (listed,) = shell("sites", "list", "--json", *AT).objects
    assert listed["url"] == f"http://127.0.0.2:{served.port}/"
    assert "was changed after it was added" not in shell("sites", "list", *AT).out
    acts = [entry for entry in shell("ledger", "--json", *AT).objects if entry["type"] == "site"]
    assert [entry["act"] for entry in acts] == ["add", "change"]
    assert acts[1]["file"] == own.read_text()
    (workspace / "titlewatch.db").write_bytes(b"no database any more")
    shell("evidence", "rebuild", *AT)
    (listed,) = shell("sites", "list", "--json", *AT).objects
    assert listed["url"] == f"http://127.0.0.2:{served.port}/" and listed["file"]


def test_a_file_is_no_way_round_politeness_robots_or_other_sites(shell: Shell, workspace: Path) -> None:
    shell("config", "crawl.delay=5", *AT)
    path = shell.folder / "fast.toml"
    path.write_text('id = "fast"\nhosts = ["fast.example"]\nvisit.delay = 2\n')
    assert "crawl.delay" in shell("sites", "add", "fast.toml", *AT, code=2).error
    shell("config", "crawl.delay=2", *AT)
    shell("sites", "add", "fast.toml", *AT)
    path.write_text('id = "fast"\nhosts = ["fast.example"]\nrobots = "ignore"\n')
    assert "unknown key robots" in shell("sites", "add", "fast.toml", *AT, code=2).error
    path.write_text('id = "fast"\nhosts = ["fast.example", "bbs.example"]\n')
    shell("sites", "add", "https://bbs.example/", *AT)
    assert "already belongs to site" in shell("sites", "add", "fast.toml", *AT, code=2).error
    (shell.folder / "bbs-example.toml").write_text('id = "bbs-example"\nhosts = ["elsewhere.example"]\n')
    assert "taken" in shell("sites", "add", "bbs-example.toml", *AT, code=2).error
    assert "a site file decides" in shell("sites", "add", "fast.toml", "--engine", "phpbb", *AT, code=2).error


def test_the_list_says_what_each_reader_rests_on(shell: Shell, workspace: Path) -> None:
    shell("sites", "add", "https://a.example/", "--engine", "phpbb", *AT)
    shell("sites", "add", "https://b.example/", "--engine", "generic", *AT)
    shell("sites", "add", "https://c.example/", *AT)
    told = [row["rests_on"] for row in shell("sites", "list", "--json", *AT).objects]
    assert told == ["pages", "structure", None]
    table = shell("sites", "list", *AT, env={"TITLEWATCH_LANG": "zh"}).out
    assert "已验证" in table and "按结构" in table


def test_a_reader_that_rests_on_documentation_says_so(
    workspace: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No reader does today: one of them stands for such a one.
    monkeypatch.setitem(BASES, "opds", Basis("documentation", "a manual"))
    shell("sites", "add", "https://b.example/", "--engine", "opds", *AT)
    told = CliRunner().invoke(titlewatch, ["--workspace", str(workspace), "sites", "list"])
    assert re.search(r"opds +documentation", told.output) or re.search(r"opds +依文档", told.output)
    listed = CliRunner().invoke(titlewatch, ["--workspace", str(workspace), "sites", "list", "--json"])
    assert json.loads(listed.output)["rests_on"] == "documentation"
