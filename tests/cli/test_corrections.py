"""What was entered by mistake is taken back: a site rests, a work goes, a licence ends; the record stays whole."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.practice.server import Answer, Heard, LoopbackServer
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
WISHES = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false", "browser.render=false")
TITLE = "The Heron Ledger"


class Board:
    """Three offers of one work, each with a link to the same shop's host."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, heard: Heard) -> Answer:
        self.asked += 1
        if heard.path == "/":
            rows = "".join(
                f'<tr><td><a class="title" href="/topic/{n}">{TITLE} part {n} epub</a></td></tr>' for n in (1, 2, 3)
            )
            return Answer(200, f"<title>Harbour</title><table>{rows}</table>".encode())
        if not heard.path.startswith("/topic/"):
            return Answer(404)
        link = f"https://boxes.example/f/0a1b2c3d{heard.path[-1]}.rar"
        body = f'<div class="post"><b class="author">ada</b><div class="content">{TITLE} epub <a href="{link}">{link}</a></div></div>'
        return Answer(200, f"<title>{TITLE} part {heard.path[-1]} epub</title><h1>{TITLE}</h1>{body}".encode())


@pytest.fixture
def visited(tmp_path: Path) -> Iterator[tuple[Shell, dict[str, Board]]]:
    """Two boards, both visited once."""
    shell, boards = Shell(tmp_path), {"harbour": Board(), "pier": Board()}
    shell("init", "W", *(word for wish in WISHES for word in ("--set", wish)))
    shell("works", "add", TITLE, "--id", "heron", *AT)
    with (
        LoopbackServer("harbour", boards["harbour"], None) as harbour,
        LoopbackServer("pier", boards["pier"], None) as pier,
    ):
        for name, server in (("harbour", harbour), ("pier", pier)):
            shell("sites", "add", server.url, "--id", name, *AT)
        shell("crawl", *AT)
        yield shell, boards


def entries(shell: Shell, kind: str) -> list[dict[str, object]]:
    lines = (shell.folder / "W" / "evidence" / "ledger.jsonl").read_text().splitlines()
    return [body for line in lines if (body := json.loads(line)).get("type") == kind]


def test_a_paused_site_is_asked_nothing_and_keeps_its_record(visited: tuple[Shell, dict[str, Board]]) -> None:
    shell, boards = visited
    before = shell("hits", "--json", *AT).objects
    assert "pier" in shell("sites", "pause", "pier", *AT).out
    boards["pier"].asked = boards["harbour"].asked = 0
    assert [line["site"] for line in shell("crawl", "--json", *AT).objects] == ["harbour"]
    shell("nightly", *AT)
    assert "titlewatch sites resume pier" in shell("crawl", "pier", *AT, code=2).error
    assert boards["pier"].asked == 0 < boards["harbour"].asked
    assert len(shell("hits", "--json", *AT).objects) == len(before)
    assert [one["site"] for one in shell("sites", "health", "--json", *AT).objects] == ["harbour"]
    listed = {row["site"]: row["paused"] for row in shell("sites", "list", "--json", *AT).objects}
    assert listed["harbour"] is None and listed["pier"]
    assert (
        "pier" in shell("sites", "list", *AT).out
        and "暂停" in shell("sites", "list", *AT, env={"LANG": "zh_CN.UTF-8"}).out
    )
    shell("sites", "pause", "pier", *AT)
    assert [body["act"] for body in entries(shell, "site") if body["site"] == "pier"] == ["add", "pause"]
    shell("sites", "resume", "pier", *AT)
    shell("crawl", *AT)
    assert boards["pier"].asked > 0
    assert shell("sites", "pause", "nowhere", *AT, code=2).error
    assert shell("verify", "W").code == 0


def test_a_pause_comes_back_with_a_database_made_from_the_ledger(visited: tuple[Shell, dict[str, Board]]) -> None:
    shell, _ = visited
    shell("sites", "pause", "pier", "harbour", *AT)
    shell("sites", "resume", "harbour", *AT)
    for name in ("titlewatch.db", "titlewatch.db-wal", "titlewatch.db-shm"):
        (shell.folder / "W" / name).unlink(missing_ok=True)
    shell("evidence", "rebuild", *AT)
    assert {row["site"]: bool(row["paused"]) for row in shell("sites", "list", "--json", *AT).objects} == {
        "harbour": False, "pier": True,
    }  # fmt: skip


def test_a_mistyped_work_goes_and_one_with_hits_stays(visited: tuple[Shell, dict[str, Board]]) -> None:
    shell, _ = visited
    shell("works", "add", "The Heorn Legder", "--id", "heorn", "--alias", "Heorn", "--policy", "strict", *AT)
    assert "heorn" in shell("works", "remove", "heorn", *AT).out
    assert [work["id"] for work in shell("works", "list", "--json", *AT).objects] == ["heron"]
    assert "works policy heron off" in shell("works", "remove", "heron", *AT, code=2).error
    assert [work["id"] for work in shell("works", "list", "--json", *AT).objects] == ["heron"]
    (removed,) = [body for body in entries(shell, "watchlist") if body["act"] == "remove"]
    assert (removed["work"], removed["removed"]) == ("heorn", 1)
    shell("crawl", *AT)
    assert shell("verify", "W").code == 0


def test_a_wrong_licence_is_taken_away(visited: tuple[Shell, dict[str, Board]]) -> None:
    shell, _ = visited

    def hits() -> int:
        return len(shell("hits", "--json", *AT).objects)

    def work() -> dict[str, object]:
        (found,) = shell("works", "list", "--json", *AT).objects
        return found

    whole = hits()
    assert whole == 6
    shell("works", "add", TITLE, "--id", "heron", "--licensed-domain", "boxes.example", "--alias", "Heron", *AT)
    assert hits() < whole
    shell("works", "set", "heron", "--licensed-domain", "", *AT)
    assert (work()["licensed_domains"], work()["aliases"], hits()) == ([], ["Heron"], whole)
    shell("works", "set", "heron", "--alias", "The Heron Ledgers", "--year", "2021", *AT)
    assert (work()["aliases"], work()["year"], work()["title"]) == (["The Heron Ledgers"], 2021, TITLE)
    assert shell("works", "set", "heron", *AT, code=2).error
    assert shell("works", "set", "heron", "--year", "soon", *AT, code=2).error
