"""A new title looks back: what was seen is searched, nothing is fetched, and the next crawl brings the proof."""

import json
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from crawler.evidence.ledger import Ledger
from crawler.practice.sites import PracticeSites
from crawler.watchlist import exporting
from crawler.workspace import Workspace
from tests.cli.titlewatch import COMMAND, Shell, environment

AT = ("--workspace", "W")
SETTINGS = ("crawl.delay=0", "network.allow_private=true", "browser.capture=false", "browser.render=false")


def crawled(shell: Shell, name: str, practice: PracticeSites, *titles: object) -> None:
    """A workspace that has visited both practice sites, watching one title."""
    shell("init", name, *(word for setting in SETTINGS for word in ("--set", setting)))
    shell("sites", "add", practice.forum_url, "--id", "forum", "--workspace", name)
    shell("sites", "add", practice.blog_url, "--id", "blog", "--workspace", name)
    shell("works", *titles, "--workspace", name)
    shell("crawl", "--workspace", name)


@pytest.fixture
def practice(shell: Shell) -> Iterator[PracticeSites]:
    """Both practice sites, and a workspace that has read them for a title that stands nowhere."""
    with PracticeSites() as sites:
        crawled(shell, "W", sites, "add", "Nothing Of The Kind")
        exporting.write(sites.works, shell.folder / "works.jsonl")
        yield sites


def found(shell: Shell, name: str = "W") -> dict[tuple[str, str], dict[str, Any]]:
    """All matches of a workspace, hits and those for review, by URL and work."""
    at = ("--json", "--workspace", name)
    return {
        (hit["url"], hit["work_id"]): hit for band in ((), ("--review",)) for hit in shell("hits", *band, *at).objects
    }


def entries(shell: Shell) -> list[dict[str, Any]]:
    """The ledger's entries of look-backs."""
    lines = (shell.folder / "W" / "evidence" / "ledger.jsonl").read_text("utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if entry["type"] == "look-back"]


def test_it_finds_what_a_crawl_would_and_asks_no_server(shell: Shell, practice: PracticeSites) -> None:
    asked = len(practice.requests)
    told = shell("works", "import", "works.jsonl", *AT)
    assert len(practice.requests) == asked
    crawled(shell, "F", practice, "import", "../desk/works.jsonl")
    fresh, back = found(shell, "F"), found(shell)
    assert fresh and set(back) == set(fresh)
    for key, hit in back.items():
        for name in ("score", "reasons", "title", "posted_at", "posted_by", "price"):
            assert hit[name] == fresh[key][name], (key, name)
        assert {link["url"] for link in hit["links"]} == {link["url"] for link in fresh[key]["links"]}
        assert hit["exhibit"] is None and hit["status"] == "new"
        assert hit["look_back"]["bytes_kept"] is False
        assert hit["seen_first"] <= hit["seen_last"] < hit["look_back"]["at"]
    (entry,) = entries(shell)
    hits = [hit for hit in back.values() if hit["score"] >= 0.5]
    assert (entry["hits"], entry["review"], entry["rescored"]) == (len(hits), len(back) - len(hits), 0)
    assert {one["hit"]: one["exchange_entry"] for one in entry["found"]} == {
        hit["hit_id"]: hit["look_back"]["entry"] for hit in back.values()
    }
    assert f"{len(hits)} new hits" in told.err and f"searched {entry['listings']} listings" in told.err
    assert shell("verify", "W").code == 0


def test_the_next_crawl_fetches_their_pages_and_until_then_none_is_exported(
    shell: Shell, practice: PracticeSites
) -> None:
    shell("works", "import", "works.jsonl", *AT)
    before = found(shell)
    hit = next(hit for hit in before.values() if hit["score"] >= 0.5)
    (case,) = shell("cases", "new", "Early", "--json", *AT).objects
    shell("decide", hit["hit_id"], "--verdict", "infringing", "--by", "Li Si", *AT)
    shell("cases", "add", case["case_id"], hit["hit_id"], *AT)
    refused = shell("export", case["case_id"], *AT, code=None).error
    assert "has no exhibit yet (found by looking back" in refused and "titlewatch crawl makes it" in refused
    asked = len(practice.requests)
    (forum, blog) = shell("crawl", "--json", *AT).objects
    assert (forum["new_hits"], blog["new_hits"]) == (0, 0)
    read = {heard.path for heard in practice.requests[asked:]}
    assert {"/" + url.split("/", 3)[3].partition("#")[0] for url, _ in before} <= read
    after = found(shell)
    assert set(after) == set(before) and all(one["exhibit"] for one in after.values())
    assert {key: one["look_back"]["look_back"] for key, one in after.items()} == {
        key: one["look_back"]["look_back"] for key, one in before.items()
    }
    assert shell("export", case["case_id"], *AT).code == 0


def test_kept_bytes_make_the_exhibit_without_a_request(shell: Shell, practice: PracticeSites) -> None:
    crawled(shell, "K", practice, "import", "../desk/works.jsonl")
    shell("works", "add", "盐灯", "--id", "short", "--alias", "The Salt Lantern", "--workspace", "K")
    fresh = {
        hit["url"] for (_, work), hit in found(shell, "K").items() if work == "short" and hit["look_back"]["bytes_kept"]
    }
    assert fresh and not any(hit["exhibit"] for (_, work), hit in found(shell, "K").items() if work == "short")
    asked = len(practice.requests)
    shell("crawl", "--workspace", "K")
    made = [hit for (url, work), hit in found(shell, "K").items() if work == "short" and url in fresh]
    assert all(hit["exhibit"] for hit in made)
    paths = {heard.path for heard in practice.requests[asked:]}
    assert not {"/" + hit["url"].split("/", 3)[3] for hit in made} & paths
    assert shell("verify", "K").code == 0


def test_a_changed_work_is_judged_anew(shell: Shell, practice: PracticeSites) -> None:
    (shell.folder / "one.jsonl").write_text('{"id": "salt", "title": "The Salt Lantern", "kind": "film", "year": 1958}')
    shell("works", "import", "one.jsonl", *AT)
    wrong = {key: hit["score"] for key, hit in found(shell).items()}
    (shell.folder / "one.jsonl").write_text('{"id": "salt", "year": 2024, "title": "The Salt Lantern"}')
    shell("works", "import", "one.jsonl", *AT)
    right = {key: hit["score"] for key, hit in found(shell).items()}
    where = next(key for key in right if "112-the-salt-lantern-2024" in key[0])
    assert right[where] > wrong.get(where, 0.0)
    assert "changed: creators" in shell("works", "add", "The Salt Lantern", "--year", "2024", "--creator", "A", *AT).err
    assert "nothing was changed" in shell("works", "add", "The Salt Lantern", "--year", "2024", *AT).err
    assert len(entries(shell)) == 3


def test_killed_before_its_end_it_is_done_by_the_next_crawl(shell: Shell, practice: PracticeSites) -> None:
    code = (
        "import os, sys\n"
        "from crawler.store import look_backs\n"
        "look_backs.searched = lambda *given: os.kill(os.getpid(), 9)\n"
        "from crawler.cli.main import main\n"
        "sys.argv = ['titlewatch', 'works', 'import', 'works.jsonl', '--workspace', 'W']\n"
        "main()\n"
    )
    python = COMMAND.with_name("python")
    ended = subprocess.run([python, "-c", code], cwd=shell.folder, env=environment(), check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert found(shell) == {} and len(entries(shell)) == 1
    with sqlite3.connect(shell.folder / "W" / "titlewatch.db") as database:
        assert database.execute("SELECT count(*) FROM look_backs").fetchone() == (0,)
    shell("crawl", *AT)
    hits = found(shell)
    assert hits and all(hit["exhibit"] for hit in hits.values())
    assert shell("verify", "W").code == 0
    Ledger(Workspace(shell.folder / "W").ledger).close()


def test_the_digest_marks_what_was_found_by_looking_back(shell: Shell, practice: PracticeSites) -> None:
    shell("works", "import", "works.jsonl", *AT)
    (told,) = shell("digest", "--since", "24h", "--json", *AT).objects
    assert told["new"] and all(one["look_back"] > one["at"] for one in told["new"])
    said = shell("digest", "--since", "24h", *AT).out
    assert f"Of the new hits, {len(told['new'])} were found by looking back" in said
    assert "\nfound by looking back: forum | " in said and "\nnew: " not in said
    chinese = shell("digest", "--since", "24h", *AT, env={"LANG": "zh_CN.UTF-8"}).out
    assert f"新命中中有 {len(told['new'])} 条系回溯检索" in chinese and "\n回溯检索发现（疑似）：forum | " in chinese
    page = shell("digest", "--since", "24h", "--out", "page", *AT)
    assert page.code == 0
    (sheet,) = (shell.folder / "page").glob("*.html")
    assert "(found by looking back)" in sheet.read_text("utf-8") and "（回溯检索发现）" in sheet.read_text("utf-8")


def test_a_suspended_rule_counts_nothing_and_old_hits_keep_their_version(shell: Shell, practice: PracticeSites) -> None:
    shell("works", "import", "works.jsonl", *AT)
    before = found(shell)

    def versions() -> dict[str, str]:
        with sqlite3.connect(shell.folder / "W" / "titlewatch.db") as database:
            return dict(database.execute("SELECT hit_id, rules_version FROM hits").fetchall())

    (old,) = set(versions().values())
    shell("rules", "suspend", "target", "--by", "Li Si", "--note", "to see what is left", *AT)
    assert set(versions().values()) == {old} and found(shell) == before
    shell("works", "add", "Lantern Quay Almanac", "--alias", practice.works[0].title, "--id", "again", *AT)
    made = {key: hit for key, hit in found(shell).items() if key[1] == "again"}
    weights = {one["weight"] for hit in made.values() for one in hit["reasons"] if one["rule"] == "target"}
    assert weights == {0.0}
    new = {versions()[hit["hit_id"]] for hit in made.values()}
    assert len(new) == 1 and old not in new
    assert new == {entries(shell)[-1]["rules_version"]}
    left = {key for key, hit in before.items() if versions()[hit["hit_id"]] == old}
    assert left and all(found(shell)[key]["score"] == before[key]["score"] for key in left)
