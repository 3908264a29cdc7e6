"""works and sites: what is watched, and where."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.seeding import seed
from tests.cli.titlewatch import COMMAND, Shell, environment

AT = ("--workspace", "W")


def test_import_adds_changes_and_keeps(shell: Shell, workspace: Path) -> None:
    (shell.folder / "a.csv").write_text(
        "title,kind,year,aliases\nThe Salt Lantern,film,2024,盐海孤灯; Salt\n雾港长河,series,,\n"
    )
    assert "2 added, 0 changed, 0 unchanged" in shell("works", "import", "a.csv", *AT).out
    assert "0 added, 0 changed, 2 unchanged" in shell("works", "import", "a.csv", *AT).out
    (shell.folder / "b.jsonl").write_text(
        '{"title": "The Salt Lantern", "creators": ["Ines Farrow"]}\n{"title": "It"}\n'
    )
    run = shell("works", "import", "b.jsonl", *AT)
    assert "1 added, 1 changed, 0 unchanged" in run.out
    assert "“It”" in run.err
    rows = {row["id"]: row for row in shell("works", "list", "--json", *AT).objects}
    salt = rows["the-salt-lantern"]
    assert salt["year"] == 2024 and salt["aliases"] == ["盐海孤灯", "Salt"] and salt["creators"] == ["Ines Farrow"]
    assert set(salt) == {
        "id", "title", "kind", "year", "language", "aliases", "creators", "licensed_domains", "identifiers",
        "publishers", "policy", "risk", "risk_reasons", "needs",
    }  # fmt: skip
    for name in ("out.xlsx", "out.csv", "out.json"):
        shell("works", "export", name, *AT)
        assert "0 added, 0 changed, 3 unchanged" in shell("works", "import", name, *AT).out


def test_licences_and_publishers_come_back_from_every_format(shell: Shell, workspace: Path) -> None:
    shell(
        "works", "add", "The Salt Lantern", "--id", "salt", "--licensed-domain", "shop.example（中国、台湾；2024至2026）",
        "--licensed-domain", "b.example", "--publisher", "潮声出版社", "--identifier", "tt0421117", *AT,
    )  # fmt: skip
    (work,) = shell("works", "list", "--json", *AT).objects
    assert work["licensed_domains"] == ["shop.example (CN, TW; 2024-01-01..2026-12-31)", "b.example"]
    assert work["publishers"] == ["潮声出版社"]
    for suffix in ("csv", "tsv", "xlsx", "json", "jsonl"):
        shell("works", "export", f"out.{suffix}", *AT)
        assert "0 added, 0 changed, 1 unchanged" in shell("works", "import", f"out.{suffix}", *AT).out
    assert "write GB" in shell("works", "add", "Two", "--licensed-domain", "x.example (UK)", *AT, code=2).error


def test_a_bad_row_imports_nothing(shell: Shell, workspace: Path) -> None:
    (shell.folder / "a.csv").write_text('title,year\nGood,2001\nBad,MMXX\n"open,2001\n')
    assert "a.csv row 4" in shell("works", "import", "a.csv", *AT, code=2).error
    (shell.folder / "a.csv").write_text("title,year\nGood,2001\nBad,MMXX\n")
    assert "a.csv row 3, column year (B)" in shell("works", "import", "a.csv", *AT, code=2).error
    assert shell("works", "list", "--json", *AT).out == ""


def test_gbk_is_said_aloud(shell: Shell, workspace: Path) -> None:
    (shell.folder / "a.csv").write_bytes("title\n渡口空无一人\n".encode("gbk"))
    assert "GB18030" in shell("works", "import", "a.csv", *AT).err
    assert shell("works", "list", "--json", *AT).objects[0]["title"] == "渡口空无一人"


def test_add_prints_the_id(shell: Shell, workspace: Path) -> None:
    run = shell(
        "works", "add", "渡口空无一人", "--alias", "No One; at the Ferry", "--creator", "沈未眠", "--year", "2023", *AT
    )
    (work,) = shell("works", "list", "--json", *AT).objects
    assert run.out == work["id"] + "\n"
    assert work["aliases"] == ["No One; at the Ferry"]
    shell("works", "add", "Two", "--id", "two", *AT)
    assert "the id is taken" in shell("works", "add", "Zwei", "--id", "two", *AT, code=2).error
    assert "kind" in shell("works", "add", "Three", "--kind", "opera", *AT, code=2).error
    assert "title: empty" in shell("works", "add", " ", *AT, code=2).error


def test_sites_add_fetches_nothing(shell: Shell, workspace: Path) -> None:
    assert shell("sites", "add", "https://Forum.example/board#top", *AT).out == "forum-example\n"
    assert shell("sites", "add", "http://127.0.0.1:8080/", "--engine", "phpbb", *AT).out == "127-0-0-1-8080\n"
    words = (
        "sites",
        "add",
        "https://bbs.example/",
        "--id",
        "bbs",
        "--host",
        "m.bbs.example",
        "--host",
        "bbs.example:8443",
    )
    shell(*words, "--robots", "ignore", "--authority", "order 2026/17", *AT)
    rows = shell("sites", "list", "--json", *AT).objects
    assert [(r["site"], r["url"], r["engine"], r["robots"]) for r in rows] == [
        ("forum-example", "https://Forum.example/board", None, "obey"),
        ("127-0-0-1-8080", "http://127.0.0.1:8080/", "phpbb", "obey"),
        ("bbs", "https://bbs.example/", None, "ignore"),
    ]
    assert rows[2]["authority"] == "order 2026/17"
    assert "bbs.example" in shell("sites", "list", *AT).out
    assert "m.bbs.example:443" in shell("sites", "add", "https://m.bbs.example/", *AT, code=2).error


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["notaurl"], "not an http(s) URL; notaurl"),
        (["ftp://files.example/"], "not an http(s) URL"),
        (["http://"], "not an http(s) URL"),
        (["http://[::1/"], "not a URL"),
        (["http://a b.example/"], "not a host name"),
        (["http://x.example:99999/"], "not a URL"),
        (["http://me:secret@x.example/"], "user name in the URL"),
        (["http://x.example/", "--engine", "nope"], "unknown engine; nope; use one of: "),
        (["http://x.example/", "--robots", "ignore"], "--authority"),
        (["http://x.example/", "--robots", "ignore", "--authority", " "], "--authority"),
        (["http://x.example/", "--robots", "perhaps"], "perhaps"),
        (["http://x.example/", "--id", "a b"], "not an id"),
    ],
)
def test_sites_that_cannot_be_added(shell: Shell, workspace: Path, words: list[str], said: str) -> None:
    assert said in shell("sites", "add", *words, *AT, code=2).error
    assert shell("sites", "list", "--json", *AT).out == ""


def test_a_full_disk_imports_nothing(shell: Shell, workspace: Path) -> None:
    (shell.folder / "a.csv").write_text("title\n" + "".join(f"Invented title {n}\n" for n in range(2000)))
    limited = f"ulimit -f 4; exec '{COMMAND}' works import a.csv --workspace W"
    done = subprocess.run(
        ["bash", "-c", limited], cwd=shell.folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 4, done.stderr
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1
    assert shell("works", "list", "--json", *AT).out == ""
    shell("works", "import", "a.csv", *AT)
    assert len(shell("works", "list", "--json", *AT).objects) == 2000


def test_a_page_seen_as_an_offer_is_no_genuine_page(shell: Shell, workspace: Path) -> None:
    seed(workspace)
    (shell.folder / "a.json").write_text('[{"id": "salt", "title": "Salt", "identifiers": ["http://forum.example/t"]}]')
    assert "identifiers" in shell("works", "import", "a.json", *AT, code=2).error
    assert {w["title"] for w in shell("works", "list", "--json", *AT).objects} == {"The Salt Lantern", "雾港长河"}


def test_what_no_text_will_hold_is_doubted_aloud(shell: Shell, workspace: Path) -> None:
    isbn, page = ("--identifier", "978-7-5000-0001-4"), ("--identifier", "https://lantern.example/")
    err = shell("works", "add", "The Salt Lantern", *isbn, *page, *AT).err
    assert "978-7-5000-0001-4 will be found in no text" in err and "lantern.example" not in err
    assert "will be found" not in shell("works", "add", "Fog", "--identifier", "978-7-5000-0001-3", *AT).err
    sentence = (
        "The harbour master saw nothing that night and so this sentence was pasted where a title should have stood"
    )
    assert f"has {len(sentence)} characters" in shell("works", "add", sentence, *AT).err
    (shell.folder / "a.csv").write_text("title,identifiers\n雾港,ISBN 978-7-5000-0001-4\n")
    assert "校验码有误" in shell("works", "import", "a.csv", *AT, env={"TITLEWATCH_LANG": "zh"}).err
