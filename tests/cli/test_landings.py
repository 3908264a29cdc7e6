"""Landing pages of targets, as a user asks for them: off unless switched on, told in hits, timeline and summary."""

from collections.abc import Iterator
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
