"""hits and decide: the contract's fields, and all or none."""

import json
import re
import sqlite3
from pathlib import Path

from crawler.store import Store, listings
from tests.cli.seeding import seed
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")


def ledger(workspace: Path, kind: str) -> list[dict[str, object]]:
    lines = (workspace / "evidence/ledger.jsonl").read_text("utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if entry["type"] == kind]


def test_the_contracts_fields(shell: Shell, workspace: Path) -> None:
    first, second, below = seed(workspace)
    one, two = shell("hits", "--json", *AT).objects
    assert [one["hit_id"], two["hit_id"]] == [first, second]
    assert {k: one[k] for k in ("site", "work_id", "score", "status", "title", "posted_at", "posted_by", "exhibit")} == {
        "site": "forum", "work_id": "salt", "score": 0.97, "status": "new", "title": "The Salt Lantern 第0集",
        "posted_at": "2026-03-01T08:00:00Z", "posted_by": "tern", "exhibit": None,
    }  # fmt: skip
    assert one["url"] == "http://forum.example/t/0"
    assert all(re.fullmatch(r"[-\d]+T[:\d.]+Z", one[k]) for k in ("seen_first", "seen_last"))
    (link,) = one["links"]
    assert {k: link[k] for k in ("kind", "url", "object", "access_code", "as_written")} == {
        "kind": "cloud_drive", "url": "https://pan.example/s/FAKE0", "object": "share:pan/FAKE0",
        "access_code": "a1b2", "as_written": "hxxps://pan",
    }  # fmt: skip
    (reason,) = one["reasons"]
    assert (reason["rule"], reason["weight"], reason["in"], reason["span"]) == ("title", 1.5, "title", [0, 16])
    assert [h["hit_id"] for h in shell("hits", "--review", "--json", *AT).objects] == [below]
    assert "第0集" in shell("hits", "--json", *AT).out


def test_filters(shell: Shell, workspace: Path) -> None:
    seed(workspace)
    assert len(shell("hits", "--site", "forum", "--work", "salt", "--status", "new", "--json", *AT).objects) == 2
    assert shell("hits", "--work", "fog", "--json", *AT).out == ""
    assert shell("hits", "--status", "infringing", "--json", *AT).out == ""
    assert "no such site" in shell("hits", "--site", "none", *AT, code=2).error
    assert "not a status" in shell("hits", "--status", "guilty", *AT, code=2).error
    shell("config", "matching.threshold=0.9", *AT)
    assert len(shell("hits", "--json", *AT).objects) == 1
    assert len(shell("hits", "--review", "--json", *AT).objects) == 2


def test_a_terminal_is_not_at_a_pages_mercy(shell: Shell, workspace: Path) -> None:
    seed(workspace)
    with sqlite3.connect(workspace / "titlewatch.db") as connection:
        connection.execute("UPDATE listings SET title = ?", ("\x1b[2Jgone\u202e",))
    out = shell("hits", *AT).out
    assert "\x1b" not in out and "\u202e" not in out and "gone" in out


def test_decisions_supersede_and_stay(shell: Shell, workspace: Path) -> None:
    first, second, _ = seed(workspace)
    shell("decide", first, second, first, "--verdict", "infringing", "--by", "李四", "--note", "private words", *AT)
    shell("decide", second, "--verdict", "review_news", "--by", "Wang Wu", *AT)
    assert {h["hit_id"]: h["status"] for h in shell("hits", "--json", *AT).objects} == {
        first: "infringing", second: "review_news",
    }  # fmt: skip
    with sqlite3.connect(workspace / "titlewatch.db") as connection:
        rows = connection.execute(
            "SELECT decision_id, hit_id, verdict, decided_by, system_user, system_host, supersedes, ledger_seq "
            "FROM decisions ORDER BY ledger_seq"
        ).fetchall()
    entries = ledger(workspace, "decision")
    assert [(e["decision"], e["hit"], e["verdict"], e["seq"]) for e in entries] == [
        (r[0], r[1], r[2], r[7]) for r in rows
    ]
    assert [r[1] for r in rows] == [first, second, second]
    assert rows[2][6] == rows[1][0]
    assert all(r[4] and r[5] for r in rows)
    assert "private words" not in (workspace / "evidence/ledger.jsonl").read_text("utf-8")
    assert shell("verify", "W").code == 0


def test_an_unknown_hit_decides_nothing(shell: Shell, workspace: Path) -> None:
    first, *_ = seed(workspace)
    assert "NONE" in shell("decide", first, "NONE", "--verdict", "infringing", "--by", "x", *AT, code=2).error
    assert "not a verdict" in shell("decide", first, "--verdict", "guilty", "--by", "x", *AT, code=2).error
    assert "nobody decided" in shell("decide", first, "--verdict", "infringing", "--by", " ", *AT, code=2).error
    assert {h["status"] for h in shell("hits", "--json", *AT).objects} == {"new"}
    assert ledger(workspace, "decision") == []


def test_deciding_waits_for_another_writer(shell: Shell, workspace: Path) -> None:
    from threading import Timer

    first, *_ = seed(workspace)
    busy = sqlite3.connect(workspace / "titlewatch.db", isolation_level=None, check_same_thread=False)
    busy.execute("BEGIN IMMEDIATE")
    Timer(3, lambda: busy.execute("COMMIT")).start()
    shell("decide", first, "--verdict", "infringing", "--by", "x", *AT)
    busy.close()
    assert shell("hits", "--status", "infringing", "--json", *AT).objects


def test_a_time_that_is_no_moment_is_shown_as_the_page_has_it(shell: Shell, workspace: Path) -> None:
    first, *_ = seed(workspace)
    with sqlite3.connect(workspace / "titlewatch.db") as connection:
        connection.execute("UPDATE listings SET posted_at = NULL, posted_at_text = '2026-11-18T21:04'")
    told = shell("hits", *AT)
    assert "“2026-11-18T21:04” by tern" in told.out and "?" not in told.out
    assert "zone in a site file: titlewatch sites new forum" in told.err
    store = Store.open(workspace / "titlewatch.db")
    assert listings.unread_time(store, "forum") == "2026-11-18T21:04" and listings.unread_time(store, "none") is None
    store.close()
    one = shell("hits", "--json", *AT).objects[0]
    assert (one["hit_id"], one["posted_at"], one["posted_at_text"]) == (first, None, "2026-11-18T21:04")


def test_what_is_gone_has_no_link_or_is_not_asked_for_is_said(shell: Shell, workspace: Path) -> None:
    seed(workspace, (0.97, 0.96, 0.95))
    with sqlite3.connect(workspace / "titlewatch.db") as connection:
        ids = [row[0] for row in connection.execute("SELECT listing_id FROM listings ORDER BY url")]
        connection.execute(
            "INSERT INTO listing_events (listing_id, at, event, exchange_id, facts) "
            "VALUES (?, '2026-03-02T08:00:00.123456Z', 'gone', 'x', '{}')",
            (ids[0],),
        )
        connection.execute("DELETE FROM hosting_urls WHERE listing_id = ?", (ids[1],))
        connection.execute("UPDATE hosting_urls SET kind = 'link' WHERE listing_id = ?", (ids[2],))
    gone, bare, other = shell("hits", *AT).out.strip().split("\n\n")
    assert "GONE since 2026-03-02T08:00:00Z" in gone and "GONE" not in bare + other
    assert "none in sight" in bare and "state unknown" not in gone + bare + other
    shell("config", "targets.visit=true", *AT)
    gone, _, other = shell("hits", *AT).out.strip().split("\n\n")
    assert "not asked for yet" in gone and "links of this kind are not asked for" in other
    assert "已消失：自 2026-03-02T08:00:00Z" in shell("hits", *AT, env={"TITLEWATCH_LANG": "zh"}).out
