"""The directory of agencies and the route of a case, as the command line tells them."""

from datetime import UTC, datetime
from pathlib import Path

from crawler.statement import Statement, StatementKind
from crawler.store import Store, statements
from tests.cli.seeding import seed
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
SEEN = datetime(2026, 3, 1, 9, tzinfo=UTC)


def case_with(shell: Shell, workspace: Path, *said: tuple[StatementKind, str, str | None]) -> str:
    """A criminal case with one infringing hit on forum.example, of which this was said."""
    first, *_ = seed(workspace)
    store = Store.open(workspace / "titlewatch.db")
    with store.transaction() as connection:
        statements.write(
            connection,
            [Statement(f"S{n}", "forum.example", kind, value, SEEN, "a table", "medium", "X", about=about)
             for n, (kind, value, about) in enumerate(said)],
        )  # fmt: skip
    store.close()
    case = shell("cases", "new", "One", "--track", "criminal", *AT).out.strip()
    shell("cases", "add", case, first, *AT)
    shell("decide", first, "--verdict", "infringing", "--by", "Li Si", *AT)
    return case


def test_a_case_is_routed_by_what_was_observed(shell: Shell, workspace: Path) -> None:
    case = case_with(shell, workspace, ("address", "192.0.2.7", None), ("country", "US", "192.0.2.7"))
    (told,) = shell("cases", "route", case, "--json", *AT).objects
    assert {r["agency"] for r in told["recipients"] if r["country"] == "US"} == {
        "us-ipr-center",
        "us-doj-ccips",
        "us-fbi",
    }
    assert all(
        r["because"] == ["S1"] and r["standing"] == "unverified" for r in told["recipients"] if r["country"] == "US"
    )
    shown = shell("cases", "route", case, *AT).out
    assert "UNVERIFIED" in shown and "United States" not in shown.split("\n")[0]
    chinese = shell("cases", "route", case, *AT, env={"TITLEWATCH_LANG": "zh"}).out
    assert "未核实" in chinese and "服务器" in chinese and "Center" not in chinese


def test_a_case_behind_a_delivery_network_goes_to_nobody_for_the_networks_country(
    shell: Shell, workspace: Path
) -> None:
    case = case_with(
        shell,
        workspace,
        ("address", "192.0.2.7", None),
        ("country", "US", "192.0.2.7"),
        ("edge", "ExampleCDN", "192.0.2.7"),
    )
    (told,) = shell("cases", "route", case, "--json", *AT).objects
    assert not [r for r in told["recipients"] if r["country"] == "US"]
    assert [(no["subject"], no["why"]) for no in told["refusals"]] == [("forum.example", "origin-hidden")]
    assert "ExampleCDN" in shell("cases", "route", case, *AT).out


def test_a_workspace_may_keep_a_directory_of_its_own(shell: Shell, workspace: Path) -> None:
    assert len(shell("agencies", "list", "--country", "cn", "--json", *AT).objects) == 4
    assert "12426" in shell("agencies", "show", "cn-ncac", *AT).out
    assert "no such agency" in shell("agencies", "show", "nobody", *AT, code=2).error
    (workspace / "agencies.toml").write_text("[[agency]]\nid = 'x'\n", encoding="utf-8")
    assert "agencies.toml: x" in shell("agencies", "list", *AT, code=2).error


def test_every_track_that_a_case_is_put_on_is_known(shell: Shell, workspace: Path) -> None:
    first, second, _ = seed(workspace)
    case = shell("cases", "new", "One", *AT).out.strip()
    shell("cases", "add", case, first, second, *AT)
    shell("decide", first, "--verdict", "infringing", "--by", "Li Si", *AT)
    assert "on no track yet" in shell("cases", "route", case, *AT, code=2).error
    shell("cases", "track", case, "criminal", "--by", "Li Si", *AT)
    shell("cases", "route", case, *AT)
    shell("cases", "track", case, "civil", "--by", "Li Si", *AT)
    asked = shell("cases", "route", case, *AT, code=2).error
    assert "on 2 tracks" in asked and "--track" in asked and "criminal, civil" in asked
    assert shell("cases", "list", "--json", *AT).objects[0]["tracks"] == ["criminal", "civil"]
    zh = {"TITLEWATCH_LANG": "zh"}
    assert "刑事、民事" in shell("cases", "list", *AT, env=zh).out
    shown = shell("cases", "show", case, *AT, env=zh).out
    assert "刑事、民事" in shown and "（已认定侵权）：1 份" in shown and "（有发布，尚未认定）：1 份" in shown


def test_an_agency_is_named_by_its_id_and_one_of_no_directory_is_pointed_out(shell: Shell, workspace: Path) -> None:
    case = case_with(shell, workspace)
    said = ("--basis", "17 USC 506", "--by", "Li Si", *AT)
    by_id = shell("referrals", "draft", case, "--agency", "us-ipr-center", *said)
    assert "in the directory as us-ipr-center (UNVERIFIED)" in by_id.err
    assert "not in the directory" in shell("referrals", "draft", case, "--agency", "US/Nobody Bureau", *said).err
    drafted = {one["agency"] for one in shell("referrals", "list", "--json", *AT).objects}
    assert any(name.startswith("US/National Intellectual Property") for name in drafted), drafted
    assert "us-ipr-center" in shell("referrals", "draft", case, "--agency", "us/ipr center", *said).err
    assert "not an agency" in shell("referrals", "draft", case, "--agency", "us-nobody", *said, code=2).error
    assert "草拟" in shell("referrals", "list", *AT, env={"TITLEWATCH_LANG": "zh"}).out


def test_a_track_that_does_not_exist_is_refused(shell: Shell, workspace: Path) -> None:
    case = case_with(shell, workspace)
    assert "not a track" in shell("cases", "route", case, "--track", "moral", *AT, code=2).error
    assert "not a giver" in shell("cases", "route", case, "--giver", "friend", *AT, code=2).error
    (told,) = shell("cases", "route", case, "--json", *AT).objects
    assert [(no["subject"], no["why"]) for no in told["refusals"]] == [("forum.example", "unobserved")]


def test_a_campaign_that_is_over_is_pointed_out(shell: Shell, workspace: Path) -> None:
    case = shell("cases", "new", "One", *AT).out.strip()
    joined = shell("cases", "campaign", case, "sword-net-2025", "--by", "Li Si", *AT)
    assert "over on 2025-11-30" in joined.err
    assert not shell("cases", "campaign", case, "sword-net-2025", "--end", "--by", "Li Si", *AT).err
