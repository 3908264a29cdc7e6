"""Sites that exist in a browser alone: rendered within the guard rails, read, and proved by what they were read from."""

import json
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.bundle.bag import pretty
from crawler.bundle.check import check
from crawler.practice.server import LoopbackServer
from tests.bundle.forger import reforge
from tests.cli.titlewatch import COMMAND, Run, Shell, environment
from tests.crawl.scripted_site import WORK, ScriptedSite

AT = ("--workspace", "W")
WISHES = ("network.allow_private=true", "crawl.delay=0")
LOGIN = '<div id="root"></div><form><h1>Please log in to continue</h1><input name=p type=password></form>'


def begin(folder: Path, *wishes: str) -> Shell:
    shell = Shell(folder)
    shell("init", "W", *(word for wish in (*WISHES, *wishes) for word in ("--set", wish)))
    shell("works", "add", WORK, "--id", "orchard", "--year", "2019", "--kind", "film", *AT)
    return shell


@dataclass
class Visited:
    """One visit of several such sites in one run."""

    shell: Shell
    sites: dict[str, ScriptedSite]
    run: Run
    forbidden: socket.socket
    """Listens where no page may lead the browser."""

    def line(self, site: str) -> dict[str, Any]:
        return next(one for one in self.run.objects if one["site"] == site)

    def notes(self, site: str) -> str:
        with closing(sqlite3.connect(self.shell.folder / "W" / "titlewatch.db")) as database:
            found = database.execute("SELECT notes FROM visits WHERE site_id = ?", (site,)).fetchall()
        return "\n".join(row[0] for row in found)

    def hits(self, site: str) -> list[dict[str, Any]]:
        return self.shell("hits", "--site", site, "--json", *AT).objects


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    forbidden = socket.socket()
    forbidden.bind(("127.0.0.2", 0))
    forbidden.listen()
    calls = f"http://127.0.0.2:{forbidden.getsockname()[1]}/metadata"
    sites = {
        "plain": ScriptedSite(),
        "routes": ScriptedSite({"hash": True}),
        "late": ScriptedSite({"waits": 700, "posts": True, "calls": calls, "grows": True}),
        "restless": ScriptedSite({"restless": True}),
        "challenge": ScriptedSite(title="Just a moment...", head="<script>window._cf_chl_opt = {}</script>"),
        "login": ScriptedSite(title="Members", shell=LOGIN),
        "broken": ScriptedSite(broken=True),
    }
    shell = begin(tmp_path_factory.mktemp("scripted"), "browser.renderings=6")
    servers = {name: LoopbackServer(name, site, None).start() for name, site in sites.items()}
    try:
        for name, server in servers.items():
            shell("sites", "add", server.url, "--id", name, *AT)
        yield Visited(shell, sites, shell("crawl", "--json", *AT, code=3), forbidden)
    finally:
        for server in servers.values():
            server.stop()
        forbidden.close()


def test_the_watched_title_is_found_with_its_link_and_picture(visited: Visited) -> None:
    (hit,) = visited.hits("plain")
    assert hit["title"] == f"{WORK} (2019) 1080p"
    assert hit["url"].endswith("/topic/2")
    assert [(one["url"], one["access_code"]) for one in hit["links"]] == [
        ("https://pan.baidu.com/s/1Lantern02VennShare", "v2x2")
    ]
    assert (hit["posted_at"], hit["posted_by"]) == ("2026-03-02T08:00:00Z", "venn2")
    assert (hit["read_from"], hit["picture_missing"]) == ("rendered-dom", None)
    assert visited.line("plain")["health"] == "ok"


def test_a_part_is_asked_for_once_and_pictures_only_where_a_hit_is(visited: Visited) -> None:
    asked = visited.sites["plain"].asked
    assert len(asked) == len(set(asked))
    assert asked.count("GET /cover.png") == 1


def test_pages_beyond_the_allowance_stay_due(visited: Visited) -> None:
    assert visited.line("plain")["errors"] == 1
    assert "6 pages were rendered (browser.renderings)" in visited.notes("plain")
    visited.sites["plain"].asked.clear()
    (line,) = visited.shell("crawl", "plain", "--json", *AT).objects
    assert line["errors"] == 0
    topics = [path for path in visited.sites["plain"].asked if path.startswith("GET /topic/")]
    assert len(topics) == 1
    # A shell that never changes must not hide what its interface shows anew.
    assert "GET /api/topics?page=1" in visited.sites["plain"].asked
    visited.sites["plain"].titles.append(f"{WORK} 2019 BluRay remux")
    (line,) = visited.shell("crawl", "plain", "--json", *AT).objects
    assert line["new_hits"] == 1


def test_routes_of_a_rendered_site_are_addresses(visited: Visited) -> None:
    (hit,) = visited.hits("routes")
    assert hit["url"].endswith("/#/topic/2")
    assert hit["links"]
    assert {path for path in visited.sites["routes"].asked if path.startswith("GET /topic")} == set()
    assert hit["picture_missing"] is None


def test_nothing_is_sent_nobody_else_is_asked_and_what_was_not_scrolled_is_said(visited: Visited) -> None:
    site = visited.sites["late"]
    assert visited.hits("late")
    assert not [path for path in site.asked if not path.startswith("GET ")]
    visited.forbidden.settimeout(0)
    with pytest.raises(BlockingIOError):
        visited.forbidden.accept()
    assert "listens for scrolling and was not scrolled" in visited.notes("late")
    assert "GET /api/topics?page=2" not in site.asked


def test_a_page_that_never_comes_to_rest_is_read_as_it_stands(visited: Visited) -> None:
    assert visited.hits("restless")
    # The list alone is restless, and what it goes on asking for ends with the time it is given.
    assert 0 < sum("/api/ping" in path for path in visited.sites["restless"].asked) <= 40
    assert "did not come to rest within" in visited.notes("restless")


@pytest.mark.parametrize(("site", "state"), [("challenge", "challenge"), ("login", "login-wall")])
def test_what_stands_in_a_sites_place_is_not_rendered(visited: Visited, site: str, state: str) -> None:
    assert visited.line(site)["health"] == state
    assert not [path for path in visited.sites[site].asked if path.endswith((".js", ".css")) or "/api/" in path]


def test_a_page_that_the_browser_cannot_read_either_is_no_success(visited: Visited) -> None:
    assert visited.line("broken")["health"] == "empty"
    assert "needs JavaScript and was not read" in visited.notes("broken")
    assert "/api/topics?page=1: 500" in visited.notes("broken")
    visited.sites["broken"].broken = False
    (line,) = visited.shell("crawl", "broken", "--json", *AT, code=None).objects
    assert (line["health"], line["hits"]) == ("ok", 1)


@pytest.fixture(scope="module")
def bundle(visited: Visited) -> Path:
    shell = visited.shell
    hit = visited.hits("late")[0]["hit_id"]
    shell("decide", hit, "--verdict", "infringing", "--by", "Lin Example", *AT)
    case = shell("cases", "new", "Orchard", "--json", *AT).objects[0]["case_id"]
    shell("cases", "add", case, hit, *AT)
    return Path(shell("export", case, "--json", *AT).objects[0]["bundle"])


def test_the_bundle_says_what_the_text_was_read_from_and_verifies(visited: Visited, bundle: Path) -> None:
    visited.shell("verify", bundle)
    visited.shell("verify", "W")
    (folder,) = (bundle / "data/captures").iterdir()
    capture = json.loads((folder / "capture.json").read_bytes())
    said = capture["read_from"]
    parts = {one["url"].rpartition("/")[2]: one for one in said["made_from"]}
    assert said["basis"] == "rendered-dom"
    assert {"app.js", "app.css", "2"} <= parts.keys()
    kept = {one["exchange"] for one in capture["exchanges"] if one["bytes"] == "kept"}
    assert {one["exchange_id"] for one in said["made_from"]} <= kept
    assert WORK in (folder / "rendered.html").read_text()
    assert WORK not in (folder / "page.html").read_text()
    reading = next(one["facts"] for one in capture["captures"] if one["facts"]["purpose"] == "reading")
    refused = {one["url"].rpartition("/")[2]: one["why"] for one in reading["requests"] if one["why"]}
    assert refused["seen"] == "nothing is sent to a site: POST"
    assert "127.0.0.2" in refused["metadata"]


def _of(bundle: Path, name: str) -> Path:
    (folder,) = (bundle / "data/captures").iterdir()
    return folder / name


def other_text(bundle: Path) -> None:
    path = _of(bundle, "rendered.html")
    path.write_text(path.read_text().replace(WORK, "A Kettle of Kites"))


def the_response_itself(bundle: Path) -> None:
    shutil.copy(_of(bundle, "page.html"), _of(bundle, "rendered.html"))


def from_the_response(bundle: Path) -> None:
    path = _of(bundle, "capture.json")
    value = json.loads(path.read_bytes())
    del value["read_from"], value["files"]["rendered.html"]
    path.write_bytes(pretty(value))
    _of(bundle, "rendered.html").unlink()


def fewer_parts(bundle: Path) -> None:
    path = _of(bundle, "capture.json")
    value = json.loads(path.read_bytes())
    value["read_from"]["made_from"].pop()
    path.write_bytes(pretty(value))


def no_basis(bundle: Path) -> None:
    for name in ("listing.json", "hit.json"):
        value = json.loads(_of(bundle, name).read_bytes())
        del value["read_from"]
        _of(bundle, name).write_bytes(pretty(value))


@pytest.mark.parametrize("change", [other_text, the_response_itself, from_the_response, fewer_parts, no_basis])
def test_tampering_with_what_the_text_was_read_from_is_found(bundle: Path, tmp_path: Path, change: Any) -> None:
    copied = tmp_path / bundle.name
    shutil.copytree(bundle, copied)
    change(copied)
    reforge(copied)
    failed = [one for one in check(copied) if one.state == "fail"]
    assert any(one.check == "rendered" for one in failed), [(one.check, one.object, one.why) for one in failed]


def test_without_a_browser_the_visit_says_so(tmp_path: Path) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    shell, site = begin(tmp_path), ScriptedSite(head=head)
    with LoopbackServer("plain", site, None) as server:
        shell("sites", "add", server.url, "--id", "plain", *AT)
        run = shell("crawl", "--json", *AT, env={"TITLEWATCH_BROWSER": "/no/such/browser"}, code=3)
        (line,) = run.objects
        # The feed names one topic, which needs a browser as well.
        assert site.asked == ["GET /robots.txt", "GET /", "GET /feed.xml", "GET /topic/2"]
        assert (line["hits"], line["errors"]) == (0, 2)
        assert "pages that need JavaScript and were not read: 2 (no browser: 2" in run.err
        assert "/no/such/browser" in run.err
        (health,) = shell("sites", "health", "plain", "--json", *AT, code=None).objects
        assert health["state"] == "layout-changed"
        assert [one["key"] for one in health["reasons"]] == ["needs-browser"]
        (line,) = shell("crawl", "--json", *AT).objects
        assert (line["health"], line["hits"]) == ("ok", 1)


def test_a_site_that_suddenly_needs_javascript_calls_a_person_and_runs_no_script_before(tmp_path: Path) -> None:
    shell, site = begin(tmp_path), ScriptedSite(served=True)
    with LoopbackServer("plain", site, None) as server:
        shell("sites", "add", server.url, "--id", "plain", *AT)
        (line,) = shell("crawl", "--json", *AT).objects
        assert (line["health"], line["hits"]) == ("ok", 1)
        site.served = False
        site.titles.append(f"{WORK}, all parts (2019) 2160p")
        for _ in range(2):
            site.asked.clear()
            (line,) = shell("crawl", "--json", *AT, code=3).objects
            assert line["health"] == "layout-changed"
            assert not [path for path in site.asked if path.endswith((".js", ".css")) or "/api/" in path]
            (health,) = shell("sites", "health", "plain", "--json", *AT, code=None).objects
            assert health["needs_person"]
            assert "scripted-anew" in [one["key"] for one in health["reasons"]]
        # Nothing is gone because its page could not be read.
        assert {hit["state"] for hit in shell("hits", "--json", *AT).objects} == {"up"}
        shell("sites", "health", "plain", "--accept", *AT)
        (line,) = shell("crawl", "--json", *AT).objects
        assert (line["health"], line["new_hits"]) == ("ok", 1)


def test_pages_are_not_rendered_where_the_settings_say_so(tmp_path: Path) -> None:
    shell, site = begin(tmp_path, "browser.render=false"), ScriptedSite()
    with LoopbackServer("plain", site, None) as server:
        shell("sites", "add", server.url, "--id", "plain", *AT)
        run = shell("crawl", "--json", *AT, code=3)
    assert "no browser: 1" in run.err
    assert [path for path in site.asked if path != "GET /robots.txt"] == ["GET /"]


def test_a_killed_crawl_loses_neither_the_dom_nor_the_picture(tmp_path: Path) -> None:
    shell, site = begin(tmp_path), ScriptedSite()
    with LoopbackServer("plain", site, None) as server:
        shell("sites", "add", server.url, "--id", "plain", *AT)
        crawl = subprocess.Popen(
            [str(COMMAND), "crawl", "--json", *AT], cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with closing(sqlite3.connect(tmp_path / "W" / "titlewatch.db")) as database:
            # The hit is on record, and its picture is not yet.
            while not database.execute("SELECT count(*) FROM exhibits_due").fetchone()[0]:
                assert crawl.poll() is None
                time.sleep(0.01)
            crawl.kill()
            crawl.wait()
            assert database.execute("SELECT count(*) FROM exhibits").fetchone() == (0,)
        shell("crawl", "--json", *AT)
        (hit,) = shell("hits", "--json", *AT).objects
    assert (hit["read_from"], hit["picture_missing"]) == ("rendered-dom", None)
    shell("decide", hit["hit_id"], "--verdict", "infringing", "--by", "Lin Example", *AT)
    case = shell("cases", "new", "Orchard", "--json", *AT).objects[0]["case_id"]
    shell("cases", "add", case, hit["hit_id"], *AT)
    bundle = Path(shell("export", case, "--json", *AT).objects[0]["bundle"])
    shell("verify", bundle)
    assert {"rendered.html", "dom.html", "screenshot.png"} <= {path.name for path in _of(bundle, ".").iterdir()}
