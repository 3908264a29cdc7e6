"""Cases, and the gates before an agency."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.casework import gates
from crawler.errors import RefusedError, UsageError
from crawler.store.authorisations import Authorisation
from crawler.store.referrals import Approval, Referral
from tests.cli.people import as_user
from tests.cli.seeding import seed
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
US = gates.Agency("US", "IPR Center")


def test_cases_gather_hits(shell: Shell, workspace: Path) -> None:
    first, second, _ = seed(workspace)
    (made,) = shell("cases", "new", "论坛一案", "--track", "criminal", "--json", *AT).objects
    assert set(made) == {"case_id"}
    case = made["case_id"]
    shell("cases", "add", case, first, *AT)
    assert "1 added, 1 was in the case already" in shell("cases", "add", case, second, first, *AT).out
    assert "NONE" in shell("cases", "add", case, "NONE", *AT, code=2).error
    assert "no such case" in shell("cases", "add", "NONE", first, *AT, code=2).error
    assert "not a track" in shell("cases", "new", "x", "--track", "moral", *AT, code=2).error
    (row,) = shell("cases", "list", "--json", *AT).objects
    assert (row["case_id"], row["title"], row["track"], row["items"], row["decided"]) == (
        case,
        "论坛一案",
        "criminal",
        2,
        0,
    )
    (shown,) = shell("cases", "show", case, "--json", *AT).objects
    assert [item["hit_id"] for item in shown["items"]] == [first, second]
    assert shown["copies"] == {"salt": 2}
    assert "论坛一案" in shell("cases", "show", case, *AT).out


def test_a_case_is_named_by_the_beginning_of_its_id(shell: Shell, workspace: Path) -> None:
    first, *_ = seed(workspace)
    case = shell("cases", "new", "One", *AT).out.strip()
    shell("cases", "add", case[:20].lower(), first, *AT)
    (shown,) = shell("cases", "show", case[:20], "--json", *AT).objects
    assert (shown["case_id"], len(shown["items"])) == (case, 1)
    assert first in shell("export", case[:20], *AT, code=1).error
    drafted = ("--agency", "US/IPR Center", "--basis", "17 USC 506", "--by", "Li Si", *AT)
    shell("referrals", "draft", case[:20], *drafted)
    assert [row["case_id"] for row in shell("referrals", "list", "--json", *AT).objects] == [case]
    other = case[:-1] + ("0" if case[-1] != "0" else "1")
    with sqlite3.connect(workspace / "titlewatch.db") as connection:
        connection.execute("INSERT INTO cases SELECT ?, title, track, opened_at, opened_by, NULL FROM cases", (other,))
    error = shell("cases", "show", case[:20], *AT, code=2).error
    assert "several cases begin so" in error and case in error and other in error
    assert shell("cases", "show", case, "--json", *AT).objects[0]["case_id"] == case
    assert "no such case" in shell("cases", "show", case[:5], *AT, code=2).error
    guessed = shell("cases", "show", case[:-2] + "~~", *AT, code=2).error
    assert f"did you mean {case}" in guessed or f"did you mean {other}" in guessed


def test_a_person_is_told_what_comes_next_and_a_script_is_not(shell: Shell, workspace: Path) -> None:
    seen = shell.on_terminal("cases", "new", "One", *AT)
    case = seen.out.strip()
    assert len(case) == 26 and f"titlewatch cases add {case} HIT" in seen.err
    piped = shell("cases", "new", "Two", *AT)
    assert len(piped.out.strip()) == 26 and piped.err == ""
    assert shell.on_terminal("cases", "new", "Three", "--json", *AT).err == ""
    added = shell.on_terminal("sites", "add", "http://forum.example/", *AT, env={"TITLEWATCH_LANG": "zh"})
    assert f"titlewatch crawl {added.out.strip()}" in added.err and "尚未访问" in added.err
    assert shell("sites", "add", "http://other.example/", *AT).err == ""


def test_an_undecided_item_shuts_the_gate(shell: Shell, workspace: Path) -> None:
    first, *_ = seed(workspace)
    case = shell("cases", "new", "One", *AT).out.strip()
    assert "empty" in shell("export", case, *AT, code=1).error
    shell("cases", "add", case, first, *AT)
    assert first in shell("export", case, *AT, code=1).error
    assert "no such case" in shell("export", "NONE", *AT, code=2).error
    assert list((workspace / "exports").iterdir()) == []


def test_every_gate_of_an_agency(shell: Shell, workspace: Path) -> None:
    first, *_ = seed(workspace)
    case = shell("cases", "new", "One", *AT).out.strip()
    shell("cases", "add", case, first, *AT)
    shell("decide", first, "--verdict", "infringing", "--by", "Li Si", *AT)
    export = ("export", case, "--for", "US/IPR Center", *AT)
    assert "not an agency" in shell("export", case, "--for", "IPR", *AT, code=2).error
    assert "no authorisation on file; work salt" in shell(*export, code=1).error
    today = date.today()  # noqa: DTZ011 - a day on which the command itself runs
    power = ("authorisations", "add", "--rightsholder", "Harbour Films", "--reference", "POA-4", "--works", "salt", *AT)
    days = ("--from", today - timedelta(days=40), "--to", today + timedelta(days=40))
    shell(*power, "--territory", "CN", "--from", "2020-01-01", "--to", "2020-12-31")
    assert "not live (valid to 2020-12-31)" in shell(*export, code=1).error
    shell(*power, "--territory", "CN", *days)
    assert "no authorisation for US (on file: CN)" in shell(*export, code=1).error
    (shell.folder / "poa.pdf").write_bytes(b"%PDF a power of attorney")
    shell(*power, "--territory", "US, CN", *days, "--document", "poa.pdf")
    assert len(list((workspace / "documents").iterdir())) == 1
    assert "collector.country" in shell(*export, code=1).error
    shell("config", "collector.country=CN", *AT)
    assert "--approval REF" in shell(*export, code=1).error
    approved = (*export, "--approval", "MoJ 2026-118")
    assert "no referral to US/IPR Center is drafted" in shell(*approved, code=1).error
    draft = ("referrals", "draft", case, "--agency", "us/IPR Center", "--basis", "17 USC 506", "--by", "Li Si", *AT)
    referral = shell(*draft).out.strip()
    assert "0 of 2 people" in shell(*approved, code=1).error
    shell("referrals", "approve", referral, "--by", "Li Si", *AT)
    assert "1 of 2 people" in shell(*approved, code=1).error
    assert "already" in shell("referrals", "approve", referral, "--by", "Another Name", *AT, code=2).error
    as_user(shell, "wang", "referrals", "approve", referral, "--by", "Wang Wu", *AT)
    # Every gate is open; what is missing now is the evidence itself, which no crawl has kept.
    assert "exhibit" in shell(*approved, code=1).error
    (row,) = shell("referrals", "list", "--json", *AT).objects
    assert len(row["approvals"]) == 2
    assert len(shell("authorisations", "list", "--json", *AT).objects) == 3


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--works", "none", "--territory", "CN", "--from", "2026-01-01", "--to", "2026-02-01"], "no such work"),
        (["--works", "salt", "--territory", "China", "--from", "2026-01-01", "--to", "2026-02-01"], "not a territory"),
        (["--works", "salt", "--territory", "CN", "--from", "2026-02-01", "--to", "2026-01-01"], "ends before"),
        (["--works", "salt", "--territory", "CN", "--from", "soon", "--to", "2026-01-01"], "not a day"),
    ],
)
def test_authorisations_that_cannot_be_filed(shell: Shell, workspace: Path, more: list[str], said: str) -> None:
    seed(workspace)
    words = ("authorisations", "add", "--rightsholder", "X", "--reference", "Y", *AT)
    assert said in shell(*words, *more, code=2).error
    assert shell("authorisations", "list", "--json", *AT).out == ""


def authorisation(start: date, end: date, *countries: str) -> Authorisation:
    return Authorisation("a", "X", "Y", countries, start, end, ("salt",), "me@here", NOW)


def test_an_authorisation_is_live_on_its_first_and_last_day() -> None:
    on_file = {"salt": [authorisation(date(2026, 1, 1), date(2026, 3, 1), "WORLD")]}
    gates.authorised(on_file, US, date(2026, 1, 1))
    gates.authorised(on_file, US, date(2026, 3, 1))
    for day in (date(2025, 12, 31), date(2026, 3, 2)):
        with pytest.raises(RefusedError, match="not live"):
            gates.authorised(on_file, US, day)


def referral(*approvals: tuple[str, str, str]) -> Referral:
    return Referral("r", "c", str(US), "law", "draft", "x", NOW, tuple(Approval(*a, NOW) for a in approvals))


def test_two_names_of_one_user_are_not_two_people() -> None:
    one = referral(("Li Si", "li", "desk"), ("Wang Wu", "li", "desk"))
    assert gates.people(one) == 1
    with pytest.raises(RefusedError, match="1 of 2"):
        gates.two_people([one], "c", US)
    two = referral(("Li Si", "li", "desk"), ("Li Si", "wang", "desk"))
    assert gates.two_people([one, two], "c", US) is two
    with pytest.raises(RefusedError, match="no referral"):
        gates.two_people([two], "c", gates.Agency("CN", "版权局"))


@pytest.mark.parametrize(
    ("country", "to", "approval", "passes"),
    [
        ("CN", "US/X", None, False),
        ("cn", "US/X", " ", False),
        ("China", "US/X", None, False),
        ("CN", "US/X", "MoJ 1", True),
        ("CN", "CN/版权局", None, True),
        ("US", "CN/版权局", None, True),
        ("", "US/X", "MoJ 1", False),
    ],
)
def test_data_law(country: str, to: str, approval: str | None, passes: bool) -> None:
    if passes:
        gates.data_law(country, gates.agency(to), approval)
    else:
        with pytest.raises(RefusedError):
            gates.data_law(country, gates.agency(to), approval)


@pytest.mark.parametrize("text", ["", "US", "US/", "USA/X", "/X", "1A/X"])
def test_what_is_no_agency(text: str) -> None:
    with pytest.raises(UsageError):
        gates.agency(text)
