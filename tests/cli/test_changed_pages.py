"""A page that changed after its decision: marked wherever the hit is shown, until somebody decides again."""

from pathlib import Path
from typing import Any

from crawler import clock
from crawler.desk.digest.gathering import changed as changed_since
from crawler.evidence.canonical import canonical_json
from crawler.evidence.ledger import Ledger
from crawler.store import Store, listings, runs
from crawler.workspace import Workspace
from tests.cli.seeding import seed
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")


def exhibit(workspace: Path, hit_id: str, text: str, score: float = 0.97, **shown: Any) -> str:
    """An exhibit of a hit, numbered by a ledger entry of its own."""
    place, exhibit_id = Workspace(workspace), clock.new_id()
    with Ledger(place.ledger) as ledger:
        (entry,) = ledger.append([{"type": "test"}])
    store = Store.open(place.database)
    snapshot = canonical_json({"text": text, **shown, "match": {"score": score}}).decode()
    with store.transaction() as connection:
        listings.write_exhibit(connection, exhibit_id, hit_id, clock.now(), entry.seq, snapshot, {}, [])
    store.close()
    return exhibit_id


def decide(shell: Shell, hit_id: str) -> None:
    shell("decide", hit_id, "--verdict", "infringing", "--by", "Li Si", *AT)


def changed(shell: Shell) -> dict[str, bool]:
    return {hit["hit_id"]: hit["changed_since_decision"] for hit in shell("hits", "--json", *AT).objects}


def test_a_page_that_changed_after_its_decision_is_marked_until_the_next(shell: Shell, workspace: Path) -> None:
    first, second, _ = seed(workspace)
    for hit_id in (first, second):
        exhibit(workspace, hit_id, "one")
    case = shell("cases", "new", "One", *AT).out.strip()
    shell("cases", "add", case, first, second, *AT)
    exhibit(workspace, second, "two")
    assert changed(shell) == {first: False, second: False}
    decide(shell, first)
    assert changed(shell) == {first: False, second: False}

    latest = exhibit(workspace, first, "two")
    assert changed(shell) == {first: True, second: False}
    assert next(h["exhibit"] for h in shell("hits", "--json", *AT).objects if h["hit_id"] == first) == latest
    assert shell("hits", *AT).out.count("CHANGED") == 1
    assert shell("cases", "show", case, *AT).out.count("CHANGED") == 1
    assert "页面已变更" in shell("hits", *AT, env={"LANG": "zh_CN.UTF-8"}).out
    assert "页面已变更" in shell("cases", "show", case, *AT, env={"LANG": "zh_CN.UTF-8"}).out
    (shown,) = shell("cases", "show", case, "--json", *AT).objects
    assert [item["changed_since_decision"] for item in shown["items"]] == [True, False]

    decide(shell, first)
    assert changed(shell) == {first: False, second: False}
    assert "CHANGED" not in shell("hits", *AT).out + shell("cases", "show", case, *AT).out


def test_what_is_read_better_of_the_same_page_is_no_change(shell: Shell, workspace: Path) -> None:
    first, *_ = seed(workspace)
    shown: dict[str, Any] = {
        "title": "The Salt Lantern",
        "text": "one",
        "posted_at_text": "18 Nov, 21:04",
        "posted_by": "tern",
    }
    link = {"url": "https://pan.example/s/1", "as_written": "pan.example/s/1", "access_code": "a1b2"}
    before = {
        **shown,
        "posted_at": None,
        "posted_at_basis": None,
        "links": [{**link, "kind": "file", "family": None, "object": None}],
    }
    after: dict[str, Any] = {
        **shown, "posted_at": "2026-11-18T13:04:00Z", "posted_at_basis": "site-file",
        "links": [{**link, "kind": "cloud_drive", "family": "pan", "object": "share:pan/1"}],
    }  # fmt: skip
    exhibit(workspace, first, **before)
    decide(shell, first)
    exhibit(workspace, first, **after)
    assert not changed(shell)[first]
    exhibit(workspace, first, **{**after, "links": [{**after["links"][0], "access_code": "zz99"}]})
    assert changed(shell)[first]


def test_a_new_score_of_the_same_page_is_no_change(shell: Shell, workspace: Path) -> None:
    first, second, _ = seed(workspace)
    exhibit(workspace, first, "one")
    decide(shell, first)
    exhibit(workspace, first, "one", score=0.9)
    assert changed(shell) == {first: False, second: False}


def test_a_decision_that_came_before_the_first_exhibit(shell: Shell, workspace: Path) -> None:
    first, second, _ = seed(workspace)
    decide(shell, first)
    exhibit(workspace, first, "one")
    assert changed(shell) == {first: False, second: False}
    exhibit(workspace, first, "two")
    assert changed(shell) == {first: True, second: False}


def test_the_nightly_digest_names_what_changed_that_night(shell: Shell, workspace: Path) -> None:
    first, second, below = seed(workspace)
    for hit_id in (first, second, below):
        exhibit(workspace, hit_id, "one")
        decide(shell, hit_id)
    exhibit(workspace, first, "changed the night before")
    store = Store.open(workspace / "titlewatch.db")
    runs.begin(store, "night", "titlewatch", "{}")
    for hit_id in (second, below):
        exhibit(workspace, hit_id, "changed")
    night = runs.started_at(store, "night")
    assert {hit["hit_id"] for hit in changed_since(store, night)} == {second, below}
    assert changed_since(store, night, {"elsewhere"}) == []
    store.close()


def test_a_decided_hit_stands_in_one_list_whatever_its_score(shell: Shell, workspace: Path) -> None:
    high, between, low = seed(workspace)
    shell("decide", between, low, "--verdict", "unclear", "--by", "Li Si", *AT)
    assert [hit["hit_id"] for hit in shell("hits", "--json", *AT).objects] == [high, between, low]
    assert shell("hits", "--review", "--json", *AT).objects == []
