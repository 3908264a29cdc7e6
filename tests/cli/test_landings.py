"""Landing pages of targets, as a user asks for them: off unless switched on, told in hits, timeline and summary."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.practice.server import Answer, Heard, LoopbackServer
from tests.cli.titlewatch import Shell
from tests.crawl.hostile import HostileServer

AT = ("--workspace", "W")
GONE = "<title>Locker</title><h1>File not found</h1>"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    wishes = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false", "browser.render=false")
    shell("init", "W", *(word for wish in wishes for word in ("--set", wish)))
    shell("works", "add", "The Heron Ledger", "--id", "heron", "--year", "2025", "--kind", "film", *AT)
    return shell


@pytest.fixture
def locker() -> Iterator[HostileServer]:
    with HostileServer(address="127.0.0.2") as server:
        answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(GONE)}\r\n\r\n{GONE}".encode()
        server.behaviours["/d/k7Qv2XzLm4"] = lambda: iter([answer])
        yield server


@pytest.fixture
def forum(shell: Shell, locker: HostileServer) -> Iterator[LoopbackServer]:
    link = locker.url("/d/k7Qv2XzLm4")

    titles = {n: f"Walk number {n} along the coast" for n in range(1, 8)}
    titles[5] = "The Heron Ledger 2025 1080p WEB-DL"

    def answer(heard: Heard) -> Answer:
        number = int(heard.path.rpartition("/")[2]) if heard.path.startswith("/topic/") else 0
        if number:
            offer = f'<p>Free download here: <a href="{link}">{link}</a></p>' if number == 5 else "<p>We walked.</p>"
            return Answer(200, f"<title>{titles[number]}</title><h1>{titles[number]}</h1><div>{offer}</div>".encode())
        rows = "".join(f'<tr><td><a class="title" href="/topic/{n}">{name}</a></td></tr>' for n, name in titles.items())
        return Answer(200 if heard.path == "/" else 404, f"<title>Quay</title><table>{rows}</table>".encode())

    with LoopbackServer("forum", answer, None) as server:
        shell("sites", "add", server.url, "--id", "forum", *AT)
        shell("sites", "add", locker.url("/"), "--id", "locker", *AT)
        yield server


def test_landing_pages_are_asked_for_only_where_that_is_switched_on(
    shell: Shell, forum: LoopbackServer, locker: HostileServer
) -> None:
    shell("crawl", "forum", *AT)
    (hit,) = shell("hits", "--json", *AT).objects
    assert (locker.talks, hit["links"][0]["landing"]) == ({}, None)
    shell("config", "targets.visit=true", *AT)
    told = shell("crawl", "forum", *AT)
    assert "dead 1" in told.err
    (hit,) = shell("hits", "--json", *AT).objects
    assert hit["links"][0]["landing"]["state"] == "dead"
    assert "File not found" in shell("hits", *AT).out
    timeline = shell("hits", "--timeline", hit["hit_id"], *AT)
    assert "  dead  the page says: " in timeline.out
    assert "已失效" in shell("hits", "--timeline", hit["hit_id"], *AT, env={"LANG": "zh_CN.UTF-8"}).out
    shell("crawl", "forum", *AT)
    assert len(locker.talks["/d/k7Qv2XzLm4"]) == 1
    assert shell("verify", "W").code == 0


def test_what_became_of_a_link_is_told_in_the_digest_and_handed_over_with_its_evidence(
    shell: Shell, forum: LoopbackServer, locker: HostileServer
) -> None:
    shell("config", "targets.visit=true", *AT)
    shell("crawl", "forum", *AT)
    (hit,) = shell("hits", "--json", *AT).objects
    assert shell("digest", "--json", *AT).objects[0]["links"][0]["state"] == "dead"
    assert "The Heron Ledger" in shell("digest", *AT).out.partition("Links that died, were removed or came back: 1")[2]
    shell("decide", hit["hit_id"], "--verdict", "infringing", "--by", "Lin Example", *AT)
    case = shell("cases", "new", "Heron", "--json", *AT).objects[0]["case_id"]
    shell("cases", "add", case, hit["hit_id"], *AT)
    assert states(shell, case) == [("dead", 1)]
    again = b"<title>Locker</title><h1>heron.rar</h1><p>Size: 1.4 GB</p><a href='/go'>Download</a>"
    live = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(again), again)
    away = b"HTTP/1.1 302 Found\r\nLocation: /d/k7Qv2XzLm4/page\r\nContent-Length: 0\r\n\r\n"
    locker.behaviours["/d/k7Qv2XzLm4"] = lambda: iter([away])
    locker.behaviours["/d/k7Qv2XzLm4/page"] = lambda: iter([live])
    with closing(sqlite3.connect(shell.folder / "W" / "titlewatch.db")) as database, database:
        database.execute("UPDATE landings SET next_due = '2026-01-01T00:00:00Z'")
    shell("crawl", "forum", *AT)
    (digest,) = shell("digest", "--json", *AT).objects
    assert [(link["state"], link["before"], link["title"]) for link in digest["links"]] == [
        ("live", "dead", "The Heron Ledger 2025 1080p WEB-DL")
    ]
    assert "| back again: live |" in shell("digest", *AT).out
    assert "已恢复：有效" in shell("digest", *AT, env={"LANG": "zh_CN.UTF-8"}).out
    shell("digest", "--out", "digests", *AT)
    (page,) = (shell.folder / "digests").glob("*.html")
    for words in ("Links that died, were removed or came back", "链接失效、被移除或恢复"):
        assert words in page.read_text("utf-8")
    assert states(shell, case) == [("dead", 1), ("live", 2)]


def states(shell: Shell, case: str) -> list[tuple[str, int]]:
    """The states of a case's only exhibit in a bundle of it that verifies, each with how many exchanges show it."""
    bundle = Path(shell("export", case, "--json", *AT).objects[0]["bundle"])
    assert not [one for one in shell("verify", str(bundle), "--json").objects if one["state"] == "fail"]
    (capture,) = bundle.glob("data/captures/*/capture.json")
    return [(one["state"], len(one["exchanges"])) for one in json.loads(capture.read_bytes())["landings"]]
