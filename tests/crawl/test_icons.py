"""A site's icon, by which mirrors are told: one small request in each round of reading, and nothing that the health rests on."""

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from crawler.practice.server import Answer, Heard, LoopbackServer
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
WISHES = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false", "browser.render=false")
ICON = b"\x89PNG\r\n\x1a\nan invented icon"
NAMED = '<link rel="shortcut icon" href="/mark.png">'
ELSEWHERE = '<link rel="icon" href="http://127.0.0.2:9/mark.png">'
CARRIED = '<link rel="icon" href="data:image/png;base64,aGVyb24=">'


class Board:
    """A front page with a head of its own, and seven topics."""

    def __init__(self, head: str, icon: Answer) -> None:
        self._head, self._icon = head, icon
        self.asked: list[str] = []

    def __call__(self, heard: Heard) -> Answer:
        self.asked.append(heard.path)
        if heard.path == "/mark.png":
            return self._icon
        rows = "".join(f'<tr><td><a class="title" href="/topic/{n}">Walk number {n}</a></td></tr>' for n in range(1, 8))
        if heard.path == "/":
            return Answer(200, f"<title>Quay</title>{self._head}<table>{rows}</table>".encode())
        return Answer(200 if "/topic/" in heard.path else 404, b"<title>Walk</title><h1>Walk</h1><p>We walked.</p>")


@pytest.mark.parametrize(
    ("head", "icon", "times", "known"),
    [
        (NAMED, Answer(200, ICON, "image/png"), 1, sha256(ICON).hexdigest()),
        (NAMED, Answer(404), 1, None),
        (NAMED, Answer(200, b"<p>Welcome</p>", "text/html"), 1, None),
        (ELSEWHERE, Answer(404), 0, None),
        (CARRIED, Answer(404), 0, sha256(b"heron").hexdigest()),
    ],
    ids=["named", "missing", "no picture", "elsewhere", "carried"],
)
def test_an_icon_is_asked_for_once_in_a_round(
    tmp_path: Path, head: str, icon: Answer, times: int, known: str | None
) -> None:
    shell, board = Shell(tmp_path), Board(head, icon)
    shell("init", "W", *(word for wish in WISHES for word in ("--set", wish)))
    shell("works", "add", "The Heron Ledger", *AT)
    with LoopbackServer("quay", board, None) as server:
        shell("sites", "add", server.url, "--id", "quay", *AT)
        shell("crawl", *AT)
        with closing(sqlite3.connect(tmp_path / "W" / "titlewatch.db")) as database, database:
            (observed,) = database.execute("SELECT observed FROM site_health").fetchone()
            assert json.loads(observed).get("icon") == known
        shell("crawl", *AT)
        assert board.asked.count("/mark.png") == times
        if times:
            with closing(sqlite3.connect(tmp_path / "W" / "titlewatch.db")) as database, database:
                database.execute("UPDATE pages SET next_due = '2026-01-01T00:00:00Z' WHERE role = 'picture'")
            shell("crawl", *AT)
            assert board.asked.count("/mark.png") == 2
        (health,) = shell("sites", "health", "--json", *AT).objects
        assert health["state"] == "ok"
