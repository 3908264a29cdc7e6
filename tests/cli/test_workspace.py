"""init, config, doctor."""

import json
import os
import subprocess
import tomllib
from pathlib import Path

import pytest

from crawler import config
from crawler.desk import founding
from crawler.evidence import keys
from crawler.practice.authority import PracticeAuthority
from tests.cli.titlewatch import COMMAND, Shell, environment


def test_the_template_is_the_defaults() -> None:
    assert config.parse(founding.template()) == config.Configuration()
    assert [f"{s}.{k}" for s, t in tomllib.loads(founding.template()).items() for k in t] == list(config.keys())


def test_init_makes_everything(shell: Shell) -> None:
    run = shell("init", "deep/er/W", "--set", "crawl.delay=0", "--set", "collector.name=张 三")
    folder = shell.folder / "deep/er/W"
    made = {"titlewatch.toml", "titlewatch.db", "evidence", "keys", "exports", ".gitignore"}
    assert {p.name for p in folder.iterdir()} == made
    assert (folder / "keys/signer.pem").stat().st_mode & 0o077 == 0
    fingerprint = keys.fingerprint((folder / "keys/signer.pub.pem").read_bytes())
    assert fingerprint in run.out
    assert (run.out + run.err).lower().count("outside this machine") + run.err.count("Keep the fingerprint") == 1
    entry = json.loads((folder / "evidence/ledger.jsonl").read_text().splitlines()[0])
    assert (entry["seq"], entry["type"], entry["signer"]) == (0, "init", fingerprint)
    settings = tomllib.loads((folder / "titlewatch.toml").read_text())
    assert settings["crawl"]["delay"] == 0 and settings["collector"]["name"] == "张 三"
    assert shell("verify", folder).code == 0


def test_init_into_a_folder_with_other_things(shell: Shell) -> None:
    (shell.folder / "films.csv").write_text("title\nX1\n")
    shell("init", ".")
    shell("works", "import", "films.csv")
    assert "there is a workspace already" in shell("init", ".", code=2).error


@pytest.mark.parametrize("own", [None, "*.bak\n"])
def test_git_takes_no_key_of_a_workspace_inside_a_repository(shell: Shell, own: str | None) -> None:
    subprocess.run(["git", "init", "-q", shell.folder], check=True)
    if own is not None:
        (shell.folder / "W").mkdir()
        (shell.folder / "W" / ".gitignore").write_text(own)
    shell("init", "W")
    subprocess.run(["git", "-C", shell.folder, "add", "--all"], check=True)
    names = ("git", "-C", shell.folder, "ls-files")
    taken = subprocess.run(names, capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in taken if "keys/" in name]
    assert bool(taken) == (own is not None)
    assert own is None or (shell.folder / "W" / ".gitignore").read_text() == own


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_init_where_nothing_may_be_written(shell: Shell) -> None:
    shell.folder.chmod(0o500)
    assert "Permission denied" in shell("init", "W", code=4).error


def test_init_on_a_full_disk_leaves_nothing(shell: Shell) -> None:
    limited = f"ulimit -f 40; exec '{COMMAND}' init a/W"
    done = subprocess.run(
        ["bash", "-c", limited], cwd=shell.folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 4, done.stderr
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1
    assert list(shell.folder.iterdir()) == []


def test_config_shows_and_changes(shell: Shell, workspace: Path) -> None:
    at = ("--workspace", "W")
    assert shell("config", "crawl.delay", *at).out == "0.0\n"
    run = shell("config", "crawl.delay=2.5", "collector.country=CN", "evidence.keep=all", *at)
    assert "crawl.delay = 2.5" in run.out
    assert shell("config", "collector.country", *at).out == '"CN"\n'
    assert {o["key"]: o["value"] for o in shell("config", "--json", *at).objects}["evidence.keep"] == "all"
    assert "# Who collects" in (workspace / "titlewatch.toml").read_text()
    before = (workspace / "titlewatch.toml").read_bytes()
    assert "evidence.keep" in shell("config", "crawl.delay=9", "evidence.keep=some", *at, code=2).error
    assert (workspace / "titlewatch.toml").read_bytes() == before
    assert "unknown key" in shell("config", "crawl.speed", *at, code=2).error


def test_roots_are_copied_into_the_workspace(shell: Shell, tmp_path: Path) -> None:
    roots = PracticeAuthority(tmp_path / "authority").roots
    value = f'evidence.timestamps=[{{id="practice", url="http://127.0.0.1:9/", roots="{roots}"}}]'
    shell("init", "W", "--set", value)
    assert (shell.folder / "W/keys/roots/practice.pem").read_bytes() == roots.read_bytes()
    settings = tomllib.loads((shell.folder / "W/titlewatch.toml").read_text())
    assert settings["evidence"]["timestamps"] == [
        {"id": "practice", "url": "http://127.0.0.1:9/", "roots": "keys/roots/practice.pem"}
    ]
    shown = shell("config", "evidence.timestamps", "--workspace", "W").out.strip()
    shell("config", f"evidence.timestamps={shown}", "--workspace", "W")
    assert (shell.folder / "W/keys/roots/practice.pem").read_bytes() == roots.read_bytes()


@pytest.mark.parametrize(("roots", "said"), [("none.pem", "cannot be read"), ("text.pem", "no PEM certificates")])
def test_roots_that_are_none(shell: Shell, roots: str, said: str) -> None:
    (shell.folder / "text.pem").write_text("hello")
    value = f'evidence.timestamps=[{{id="x", url="http://tsa.example/", roots="{roots}"}}]'
    assert said in shell("init", "W", "--set", value, code=2).error
    assert [p.name for p in shell.folder.iterdir()] == ["text.pem"]


def test_doctor_says_what_is_missing(shell: Shell, workspace: Path) -> None:
    empty = shell.folder / "bin"
    empty.mkdir()
    run = shell("doctor", "--json", "--workspace", "W", env={"PATH": str(empty), "HOME": str(empty)}, code=4)
    states = {o["check"]: o for o in run.objects}
    assert states["openssl"]["state"] == states["browser"]["state"] == "missing"
    assert "apt install" in states["openssl"]["remedy"]
    assert states["key"]["state"] == states["workspace"]["state"] == states["python"]["state"] == "ok"
