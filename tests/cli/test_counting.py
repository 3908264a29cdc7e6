"""What a case counts, as the command line tells it."""

import json
from pathlib import Path

from tests.cli.seeding import seed
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")


def decided(shell: Shell, workspace: Path) -> str:
    """A case with two hits, of which a person found one infringing."""
    first, second, _ = seed(workspace)
    case = shell("cases", "new", "One", "--track", "criminal", *AT).out.strip()
    shell("cases", "add", case, first, second, *AT)
    shell("decide", first, "--verdict", "infringing", "--by", "Li Si", *AT)
    return case


def test_only_what_a_person_found_infringing_counts(shell: Shell, workspace: Path) -> None:
    case = decided(shell, workspace)
    (told,) = shell("cases", "facts", case, "--json", *AT).objects
    assert told["left_out"] == 1
    assert [row["number"] for row in told["rows"] if row["counter"] == "copies"] == [1]
    states = {law["id"]: law["state"] for law in told["thresholds"]}
    assert states["us-2319-felony"] == "not-met"
    assert {
        law["jurisdiction"]
        for law in shell("cases", "facts", case, "--country", "cn", "--json", *AT).objects[0]["thresholds"]
    } == {"CN"}


def test_an_amount_is_entered_with_its_source_and_withdrawn_without_being_lost(shell: Shell, workspace: Path) -> None:
    case = decided(shell, workspace)
    said = ("--unit", "cny", "--day", "2025-01-05", "--source", "the shop's own page", "--by", "Li Si", *AT)
    made = shell("cases", "amount", case, "turnover", "61000", *said).out.strip()
    (told,) = shell("cases", "facts", case, "--json", *AT).objects
    states = {law["id"]: law["state"] for law in told["thresholds"]}
    assert (states["cn-217-network-2011"], states["cn-217-money"]) == ("met", "met")
    assert "the shop's own page" in shell("cases", "facts", case, *AT).out
    shell("cases", "amount", "--withdraw", made, "--by", "Li Si", *AT)
    assert "withdrawn already" in shell("cases", "amount", "--withdraw", made, "--by", "Li Si", *AT, code=2).error
    (told,) = shell("cases", "facts", case, "--json", *AT).objects
    assert {law["id"]: law["state"] for law in told["thresholds"]}["cn-217-money"] == "not-met"
    acts = [json.loads(line) for line in (workspace / "evidence" / "ledger.jsonl").read_text().splitlines()]
    assert [(e["act"], e["amount"]) for e in acts if e["type"] == "amount"] == [("enter", made), ("withdraw", made)]
    assert not any(found["state"] == "fail" for found in shell("verify", workspace, "--json").objects)


def test_a_figure_that_cannot_be_is_refused(shell: Shell, workspace: Path) -> None:
    case = decided(shell, workspace)
    rest = ("--source", "x", "--by", "Li Si", *AT)
    assert "not a figure" in shell("cases", "amount", case, "copies", "5", *rest, code=2).error
    assert "unit" in shell("cases", "amount", case, "turnover", "5", *rest, code=2).error
    assert "more than nothing" in shell("cases", "amount", case, "turnover", "0", "--unit", "CNY", *rest, code=2).error
    assert "incomplete" in shell("cases", "amount", case, "--by", "Li Si", *AT, code=2).error
    assert "--source" in shell("cases", "amount", case, "members", "5", "--by", "Li Si", *AT, code=2).error


def test_law_that_nobody_checked_says_so_in_both_languages(shell: Shell, workspace: Path) -> None:
    case = decided(shell, workspace)
    assert "UNCHECKED" in shell("cases", "facts", case, *AT).out
    chinese = shell("thresholds", "list", *AT, env={"TITLEWATCH_LANG": "zh"}).out
    assert "未核对" in chinese and "刑法" not in shell("cases", "facts", case, "--country", "US", *AT).out
    own = workspace / "thresholds.toml"
    own.write_text("[[threshold]]\nid = 'x'\n", encoding="utf-8")
    assert "jurisdiction is missing" in shell("thresholds", "list", *AT, code=2).error
