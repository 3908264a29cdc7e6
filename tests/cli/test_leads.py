"""What a partner sends, from its file to what our own visit made of it, and what goes back."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.practice.server import Answer, Heard, LoopbackServer
from tests.cli.people import as_user
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
LISTED = {n: f"Walk number {n} along the coast" for n in range(1, 7)}
HIDDEN = {8: "The Heron Ledger 2025 1080p WEB-DL", 9: "A walk that nobody linked"}
"""Topics that no list names."""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    wishes = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false", "browser.render=false")
    shell("init", "W", *(word for wish in wishes for word in ("--set", wish)))
    licensed = ("--licensed-domain", "heron.example")
    shell("works", "add", "The Heron Ledger", "--id", "heron", "--year", "2025", "--kind", "film", *licensed, *AT)
    return shell


@pytest.fixture
def forum() -> Iterator[LoopbackServer]:
    def answer(heard: Heard) -> Answer:
        number = int(heard.path.rpartition("/")[2]) if heard.path.startswith("/topic/") else 0
        title = {**LISTED, **HIDDEN}.get(number)
        if title:
            offer = (
                '<p>Download: <a href="https://mega.nz/file/k7Qv2XzL#m4">mega</a></p>'
                if number == 8
                else "<p>We walked.</p>"
            )
            return Answer(200, f"<title>{title}</title><h1>{title}</h1><div>{offer}</div>".encode())
        rows = "".join(f'<tr><td><a class="title" href="/topic/{n}">{name}</a></td></tr>' for n, name in LISTED.items())
        return Answer(200 if heard.path == "/" else 404, f"<title>Quay</title><table>{rows}</table>".encode())

    with LoopbackServer("forum", answer, None) as server:
        yield server


def sent(shell: Shell, forum: LoopbackServer) -> Path:
    """A partner's list: an offer, a page without one, a page that is not there, a licensed shop, a site that nobody visits."""
    rows = [
        f"{forum.url}topic/8",
        f"{forum.url}topic/9",
        f"{forum.url}topic/77",
        "https://heron.example/watch",
        "board.test",
    ]
    file = shell.folder / "线索.csv"
    file.write_bytes(
        "链接,作品,编号\r\n".encode() + "".join(f"{row},鹭鸟账簿,{n}\r\n" for n, row in enumerate(rows)).encode()
    )
    return file


def states(shell: Shell, lead: str) -> list[str]:
    return [one["state"] for one in shell("leads", "show", lead, "--json", *AT).objects]


def test_a_lead_is_read_by_our_own_visit_and_its_outcome_goes_back(shell: Shell, forum: LoopbackServer) -> None:
    shell("sites", "add", forum.url, "--id", "forum", *AT)
    shell("crawl", *AT)
    assert shell("hits", "--json", *AT).objects == []
    file = sent(shell, forum)
    given = ("--from", "Heron Pictures", "--handling", "TLP:GREEN", "--reliability", "b", "--received", "2026-03-02")
    (taken,) = shell("ingest", file, *given, "--json", *AT).objects
    assert (taken["clues"], taken["queued"], taken["no_site"], taken["new"]) == (5, 3, 1, True)
    lead = taken["lead_id"]
    assert states(shell, lead) == ["waiting", "waiting", "waiting", "licensed", "no-site"]
    assert shell("hits", "--json", *AT).objects == []

    shell("crawl", *AT, code=None)
    (hit,) = shell("hits", "--json", *AT).objects
    assert hit["url"] == f"{forum.url}topic/8"
    assert states(shell, lead) == ["found", "not-found", "failed", "licensed", "no-site"]
    shell("decide", hit["hit_id"], "--verdict", "infringing", "--by", "Li Si", *AT)
    (first, *_) = shell("leads", "show", lead[:10], "--json", *AT).objects
    assert (first["state"], first["hits"], first["original"]["编号"]) == ("confirmed", [hit["hit_id"]], "0")
    assert "已认定侵权" in shell("leads", "show", lead, *AT, env={"LANG": "zh_CN.UTF-8"}).out
    (listed,) = shell("leads", "list", "--json", *AT).objects
    assert (listed["provider"], listed["handling"], listed["reliability"]) == ("Heron Pictures", "GREEN", "B")
    assert listed["states"] == {"confirmed": 1, "licensed": 1, "not-found": 1, "failed": 1, "no-site": 1}

    shell("leads", "reply", lead, "--out", "reply.csv", *AT)
    rows = (shell.folder / "reply.csv").read_text("utf-8-sig").splitlines()
    assert rows[0].endswith(",outcome") and rows[1].endswith(",confirmed")
    shell("leads", "reply", lead, "--out", "reply.json", *AT)
    assert [one["outcome"] for one in json.loads((shell.folder / "reply.json").read_text())["clues"]][:2] == [
        "confirmed",
        "not-found",
    ]
    kept = shell.folder / "W" / "leads" / f"{taken['original_sha256']}.csv"
    assert kept.read_bytes() == file.read_bytes()
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    entries = [json.loads(line) for line in (shell.folder / "W" / "evidence" / "ledger.jsonl").read_text().splitlines()]
    assert [entry["act"] for entry in entries if entry["type"] == "lead"] == ["ingest", "reply", "reply"]
    assert shell("verify", "W").code == 0


def test_the_same_file_is_taken_in_once_and_follows_a_site_that_is_added_later(
    shell: Shell, forum: LoopbackServer
) -> None:
    file = sent(shell, forum)
    (first,) = shell("ingest", file, "--json", *AT).objects
    (again,) = shell("ingest", file, "--json", *AT).objects
    assert (again["lead_id"], again["new"], first["no_site"]) == (first["lead_id"], False, 4)
    shell("sites", "add", forum.url, "--id", "forum", *AT)
    (told,) = shell("leads", "verify", "--json", *AT).objects
    assert told == {"queued": 3, "no_site": 2}
    assert shell("leads", "verify", "--json", *AT).objects == [{"queued": 0, "no_site": 2}]
    shell("crawl", *AT, code=None)
    assert states(shell, first["lead_id"])[0] == "found"


def test_a_lead_that_was_put_aside_is_followed_no_further(shell: Shell, forum: LoopbackServer) -> None:
    lead = shell("ingest", sent(shell, forum), "--json", *AT).objects[0]["lead_id"]
    shell("leads", "reject", lead, "--why", "withdrawn", "--by", "Li Si", *AT)
    shell("sites", "add", forum.url, "--id", "forum", *AT)
    assert shell("leads", "verify", "--json", *AT).objects == [{"queued": 0, "no_site": 0}]
    assert set(states(shell, lead)) == {"rejected"}
    assert "put aside already" in shell("leads", "reject", lead, "--why", "x", "--by", "Li Si", *AT, code=2).error


def test_a_lead_is_no_evidence_and_nothing_of_evidence_can_name_it(shell: Shell, forum: LoopbackServer) -> None:
    """Its capture is not ours: what stands in it makes no hit, no exhibit and no page that counts as read."""
    shell("sites", "add", forum.url, "--id", "forum", *AT)
    lead = shell("ingest", sent(shell, forum), "--json", *AT).objects[0]["lead_id"]
    with closing(sqlite3.connect(shell.folder / "W" / "titlewatch.db")) as db:
        for table in ("hits", "listings", "exhibits", "exchanges", "captures"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        referring = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%REFERENCES leads%'")]
        assert referring == ["clues"]
    case = shell("cases", "new", "Heron", *AT).out.strip()
    assert "no such hit" in shell("cases", "add", case, lead, *AT, code=2).error
    assert shell("export", case, *AT, code=None).code != 0


def test_what_is_given_to_a_partner_passes_every_gate(shell: Shell, forum: LoopbackServer) -> None:
    shell("sites", "add", forum.url, "--id", "forum", *AT)
    shell("ingest", sent(shell, forum), *AT)
    shell("crawl", *AT, code=None)
    (hit,) = shell("hits", "--json", *AT).objects
    case = shell("cases", "new", "Heron", *AT).out.strip()
    shell("cases", "add", case, hit["hit_id"], *AT)
    give = ("leads", "give", case, "--for", "US/IPR Center", "--out", "clues.json", *AT)
    assert "no authorisation" in shell(*give, code=1).error
    power = (
        "authorisations",
        "add",
        "--rightsholder",
        "Heron Pictures",
        "--reference",
        "POA-4",
        "--works",
        "heron",
        *AT,
    )
    shell(*power, "--territory", "WORLD", "--from", "2020-01-01", "--to", "2099-12-31")
    assert "no person's decision" in shell(*give, code=1).error
    shell("decide", hit["hit_id"], "--verdict", "infringing", "--by", "Li Si", *AT)
    shell("config", "collector.country=US", "collector.organisation=Quay Watch", *AT)
    draft = ("--agency", "US/IPR Center", "--basis", "17 USC 506", "--by", "Li Si", *AT)
    referral = shell("referrals", "draft", case, *draft).out.strip()
    shell("referrals", "approve", referral, "--by", "Li Si", *AT)
    assert "1 of 2 people" in shell(*give, code=1).error
    assert not (shell.folder / "clues.json").exists()
    as_user(shell, "wang", "referrals", "approve", referral, "--by", "Wang Wu", *AT)
    shell(*give)
    notice = json.loads((shell.folder / "clues.json").read_text())
    (work,) = notice["works_attributes"]
    given = [one["url"] for one in work["infringing_urls_attributes"]]
    assert (work["description"], given) == ("The Heron Ledger", [hit["url"], "https://mega.nz/file/k7Qv2XzL#m4"])
    assert notice["entity_notice_roles_attributes"][0]["entity_attributes"]["name"] == "Quay Watch"
    (back,) = shell("ingest", "clues.json", "--json", *AT).objects
    assert (back["form"], back["clues"]) == ("lumen", 2)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (("nowhere.csv",), "cannot be read"),
        (("half.json",), "half of a character"),
        (("/dev/zero",), "not a regular file"),
        (("pipe.csv",), "not a regular file"),
        ((".",), "not a regular file"),
        (("a.pdf",), "not a file that leads come in"),
        (("a.csv", "--handling", "PINK"), "not a handling label"),
        (("a.csv", "--reliability", "Z"), "not a grade"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_taken_in(shell: Shell, given: tuple[str, ...], fault: str) -> None:
    (shell.folder / "a.csv").write_text("url\nhttps://board.example/t/1\n")
    (shell.folder / "a.pdf").write_text("%PDF")
    (shell.folder / "half.json").write_text('[{"url": "https://board.example/t/1", "title": "\\ud800"}]')
    os.mkfifo(shell.folder / "pipe.csv")
    assert fault in shell("ingest", *given, *AT, code=2).error
    assert shell("leads", "list", "--json", *AT).objects == []
    assert not (shell.folder / "W" / "leads").exists()
    assert '"ingest"' not in (shell.folder / "W" / "evidence" / "ledger.jsonl").read_text()
