"""Moves, timelines and links of operators on the command line."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

from crawler.statement import Statement, StatementKind
from crawler.store import Store, statements
from tests.cli.seeding import seed
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
BEGIN = datetime(2026, 3, 2, 2, tzinfo=UTC)
HOST, OTHER = "forum.example", "other.example"
CHINESE = {"TITLEWATCH_LANG": "zh"}


def states(workspace: Path, *said: tuple[int, str, StatementKind, str, str | None]) -> None:
    found = [
        Statement(f"S{n:05}", host, kind, value, BEGIN + timedelta(days=day), "table", "medium", f"B{n:05}", None, about)
        for n, (day, host, kind, value, about) in enumerate(said)
    ]  # fmt: skip
    with closing(Store.open(workspace / "titlewatch.db")) as store, store.transaction() as connection:
        statements.write(connection, found)


def moved(workspace: Path) -> None:
    """Nine nights in China, then three in the United States; hits were found a day before the first of them."""
    seed(workspace)
    states(workspace, *((day, HOST, "country", "CN" if day < 9 else "US", f"address {day < 9}") for day in range(12)))


def test_moves_are_told_with_their_interval_their_evidence_and_the_days_since_our_acts(
    shell: Shell, workspace: Path
) -> None:
    moved(workspace)
    notice = ("--notice", "2026-03-02 to the host")
    (move,) = shell("sites", "moves", "forum", "--json", *notice, *AT).objects
    assert (move["kind"], move["before"], move["after"], move["confidence"]) == ("country", ["CN"], ["US"], "high")
    assert (move["last_seen"], move["at"]) == ("2026-03-10T02:00:00Z", "2026-03-11T02:00:00Z")
    assert move["statements"] == ["S00008", "S00009"]
    assert [(a["act"], a["days_at_least"], a["days"], a["surely_after"]) for a in move["after_acts"]] == [
        ("finding", 9, 10, True), ("notice", 8, 9, True),
    ]  # fmt: skip
    assert shell("sites", "moves", HOST, "--json", *notice, *AT).objects == [move]
    told = shell("sites", "moves", "forum", *notice, *AT).out
    assert "8 to 9 days after our notice of 2026-03-02" in told
    assert "S00008, S00009" in told
    assert "所在国家／地区变更" in shell("sites", "moves", "forum", *AT, env=CHINESE).out


def test_a_timeline_is_drawn_in_both_languages_the_same_for_the_same_facts(shell: Shell, workspace: Path) -> None:
    moved(workspace)
    drawn = {}
    for language, env in (("en", {}), ("zh", CHINESE)):
        shell("sites", "moves", "forum", "--svg", f"{language}.svg", *AT, env=env)
        drawn[language] = (shell.folder / f"{language}.svg").read_text(encoding="utf-8")
        root = ElementTree.fromstring(drawn[language])
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not tags & {"script", "foreignObject", "image", "a", "style"}
    assert "country of the server" in drawn["en"]
    assert "服务器所在国家／地区" in drawn["zh"]


def test_a_site_without_a_move_and_one_that_nobody_knows(shell: Shell, workspace: Path) -> None:
    seed(workspace)
    assert "No move" in shell("sites", "moves", "forum", *AT).err
    assert "no such site or host" in shell("sites", "moves", "nowhere.example", *AT, code=2).error
    (shell.folder / "taken").write_text("a file")
    assert "cannot write" in shell("sites", "moves", "forum", "--json", "--svg", "taken/x.svg", *AT, code=None).error
    assert "not a date" in shell("sites", "moves", "forum", "--notice", "soon", *AT, code=2).error


def test_a_site_is_followed_by_a_named_person_with_a_reason_where_nothing_bears_it_out(
    shell: Shell, workspace: Path
) -> None:
    seed(workspace)
    new = "http://forum-new.test/"
    assert "--note" in shell("sites", "follow", "forum", new, "--by", "Li Wen", *AT, code=2).error
    told = shell("sites", "follow", "forum", new, "--by", "Li Wen", "--note", "same members", *AT).out
    assert "forum-new.test:80 belongs to forum" in told
    (site,) = shell("sites", "list", "--json", *AT).objects
    assert site["url"] == new
    assert not any(found["state"] == "fail" for found in shell("verify", workspace, "--json").objects)


def linked(workspace: Path) -> None:
    seed(workspace)
    states(
        workspace,
        *((0, host, kind, value, None) for host in (HOST, OTHER) for kind, value in (("filing", "京ICP备12345678号"), ("analytics", "G-ABCDEF1234"))),
    )  # fmt: skip


def test_links_of_operators_are_graded_with_their_evidence(shell: Shell, workspace: Path) -> None:
    linked(workspace)
    (link,) = shell("operators", "--json", *AT).objects
    assert (link["left"], link["right"], link["grade"], link["asserted"]) == ("forum", OTHER, "strong", True)
    assert sorted(link["because"]) == ["S00000", "S00001", "S00002", "S00003"]
    assert shell("operators", "--json", "--site", "nobody.example", *AT).objects == []
    assert "one operator seems to run both" in shell("operators", *AT).out
    assert "可认为由同一运营者经营" in shell("operators", *AT, env=CHINESE).out


def test_a_disputed_link_is_shown_and_asserted_no_longer_until_the_dispute_is_withdrawn(
    shell: Shell, workspace: Path
) -> None:
    linked(workspace)
    said = ("operators", "dispute", OTHER, "forum", "--by", "Li Wen")
    shell(*said, "--note", "the footer was copied", *AT)
    (link,) = shell("operators", "--json", *AT).objects
    assert (link["disputed"], link["asserted"]) == (True, False)
    assert "Li Wen: the footer was copied" in shell("operators", *AT).out
    shell(*said, "--note", "both were paid from one account", "--withdraw", *AT)
    assert shell("operators", "--json", *AT).objects[0]["asserted"] is True
    assert (
        "nothing links"
        in shell("operators", "dispute", "forum", "x.example", "--note", "n", "--by", "b", *AT, code=2).error
    )
    ledger = (workspace / "evidence" / "ledger.jsonl").read_text(encoding="utf-8")
    acts = [entry["act"] for entry in map(json.loads, ledger.splitlines()) if entry["type"] == "operator-link"]
    assert (acts, "footer" in ledger) == (["dispute", "undispute"], False)


def test_links_leave_as_entities_that_other_tools_read(shell: Shell, workspace: Path) -> None:
    linked(workspace)
    found = shell("operators", "--ftm", *AT).objects
    assert [one["schema"] for one in found] == ["LegalEntity", "LegalEntity", "UnknownLink"]
    ends = {one["id"] for one in found[:2]}
    assert {*found[2]["properties"]["subject"], *found[2]["properties"]["object"]} == ends
    assert all(isinstance(value, list) for one in found for value in one["properties"].values())
