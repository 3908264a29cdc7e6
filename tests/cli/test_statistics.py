"""The figures of a period, as the command line tells and writes them."""

from pathlib import Path

from tests.cli.seeding import seed
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
PERIOD = ("--from", "2026-03-01", "--to", "2026-03-31")


def test_only_what_a_person_found_infringing_is_counted(shell: Shell, workspace: Path) -> None:
    first, second, _ = seed(workspace)
    assert shell("statistics", *PERIOD, "--json", *AT).objects[0]["total"]["links"] == 0
    case = shell("cases", "new", "One", *AT).out.strip()
    shell("cases", "add", case, first, *AT)
    shell("decide", first, "--verdict", "infringing", "--by", "Li Si", *AT)
    shell("decide", second, "--verdict", "not_infringing", "--by", "Li Si", *AT)
    (told,) = shell("statistics", *PERIOD, "--json", *AT).objects
    assert told["total"] == {"cases": 1, "links": 1, "sites": 1, "works": 1, "copies": 1}
    assert [line["group"] for line in told["by"]["kind"]] == ["film"]
    assert told["hits"]["infringing"] == 1 and told["hits"]["not_infringing"] == 1
    (none,) = shell("statistics", "--from", "2026-04-01", "--to", "2026-04-02", "--json", *AT).objects
    assert none["total"]["links"] == 0 and none["by"]["month"] == []
    assert "ends before" in shell("statistics", "--from", "2026-04-01", "--to", "2026-03-01", *AT, code=2).error


def test_an_amount_counts_in_the_period_of_its_day_alone(shell: Shell, workspace: Path) -> None:
    first, *_ = seed(workspace)
    case = shell("cases", "new", "One", *AT).out.strip()
    shell("cases", "add", case, first, *AT)
    shell("decide", first, "--verdict", "infringing", "--by", "Li Si", *AT)
    for day, number in (("2026-02-28", 1), ("2026-03-01", 20), ("2026-03-31", 300), ("2026-04-01", 4000)):
        said = ("--unit", "CNY", "--day", day, "--source", "x", "--by", "Li Si", *AT)
        shell("cases", "amount", case, "turnover", number, *said)
    (told,) = shell("statistics", *PERIOD, "--json", *AT).objects
    assert [one["number"] for one in told["amounts"]] == [320]


def test_it_is_told_and_written_in_both_languages(shell: Shell, workspace: Path) -> None:
    first, *_ = seed(workspace)
    shell("decide", first, "--verdict", "infringing", "--by", "Li Si", *AT)
    told = shell(
        "statistics", *PERIOD, "--by", "channel", "--csv", "f.csv", "--pdf", "r.pdf", *AT, env={"LANG": "zh_CN.UTF-8"}
    )
    assert "网盘" in told.out and "复制件（份）" in told.out and "月份" not in told.out
    assert (shell.folder / "f.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (shell.folder / "r.pdf").read_bytes().startswith(b"%PDF-")
    assert "cloud drive" in shell("statistics", *PERIOD, *AT).out
