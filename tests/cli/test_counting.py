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


def test_a_standard_that_is_met_by_what_a_person_typed_in_says_so(shell: Shell, workspace: Path) -> None:
    case = decided(shell, workspace)
    said = ("--day", "2025-01-05", "--source", "the shop's own page", "--by", "Li Si", *AT)
    shell("cases", "amount", case, "members", "3,000", *said)
    shown = shell("cases", "facts", case, "--country", "CN", *AT).out
    assert "3,000 claimed of ≥ 1,000 (1 row, entered by a person)" in shown and "MET only with claimed figures" in shown
    (told,) = shell("cases", "facts", case, "--json", *AT).objects
    (law,) = [law for law in told["thresholds"] if law["id"] == "cn-217-network-2011"]
    assert (law["state"], law["state_with_observed"]) == ("met", "not-met")
    assert [one["by_basis"] for one in law["figures"] if one["counter"] == "members"] == [{"claimed": 3000}]
    chinese = shell("cases", "facts", case, *AT, env={"TITLEWATCH_LANG": "zh"}).out
    assert "3,000 来源所称" in chinese and "页面所称" not in chinese and "仅在计入所称数额时" in chinese
    shell("cases", "amount", case, "members", "1000", "--basis", "observed", *said)
    assert "MET only" not in shell("cases", "facts", case, "--country", "CN", *AT).out


def test_a_day_that_no_rule_on_file_covers_is_named_and_not_counted_as_nothing(shell: Shell, workspace: Path) -> None:
    case = decided(shell, workspace)
    said = ("--unit", "CNY", "--day", "2026-05-01", "--source", "x", "--by", "Li Si", *AT)
    shell("cases", "amount", case, "turnover", "61000", *said)
    shell("cases", "amount", case, "gains", "61000", *said)
    shown = shell("cases", "facts", case, "--country", "CN", *AT).out
    assert "turnover: no rule on this figure is on file for this day (2026-05-01)" in shown
    assert "illegal gains: nothing of the days of this rule; for 2026-05-01 see cn-218-sale-2025" in shown
    assert "turnover: 0" not in shown


def test_thousands_may_be_set_apart_and_what_is_no_amount_is_said_plainly(shell: Shell, workspace: Path) -> None:
    case = decided(shell, workspace)
    rest = ("--unit", "CNY", "--source", "x", "--by", "Li Si", *AT)
    shell("cases", "amount", case, "turnover", "1,061,000.50", *rest)
    (told,) = shell("cases", "facts", case, "--json", *AT).objects
    assert [row["number"] for row in told["rows"] if row["counter"] == "turnover"] == [1061000.5]
    for wrong in ("1,00", "many", "nan", "5万"):
        assert "not an amount" in shell("cases", "amount", case, "turnover", wrong, *rest, code=2).error
    assert "[default: claimed]" in " ".join(shell("cases", "amount", "--help").out.split())


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
