"""Help, errors and exit codes: one clear line each."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.titlewatch import COMMAND, Shell, environment


def test_the_first_page_of_help_names_every_command(shell: Shell) -> None:
    from crawler.cli.main import PLACES

    told = shell("--help").out
    assert [name for name in PLACES if f"\n  {name} " not in told] == []


def test_help_is_quick(shell: Shell) -> None:
    loaded = subprocess.run(
        [COMMAND.with_name("python"), "-X", "importtime", str(COMMAND), "--help"],
        cwd=shell.folder, env=environment(), capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    modules = {line.rpartition("|")[2].strip() for line in loaded.splitlines()}
    assert "click" in modules
    assert not modules & {"scrapy", "twisted", "sqlite_utils", "numpy", "rich", "cryptography", "tldextract", "lxml"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["frobnicate"], 2, "No such command 'frobnicate'"),
        (["crawl", "--frob"], 2, "No such option"),
        (["decide", "X"], 2, "Missing option '--verdict'"),
        (["hits"], 2, "no workspace here"),
        (["hits", "--workspace", "nowhere"], 2, "no workspace; nowhere; make one with: titlewatch init nowhere"),
        (["--workspace", "nowhere", "works", "list"], 2, "no workspace"),
        (["verify", "nowhere"], 2, "nothing there"),
        (["verify", "."], 2, "neither a bundle nor a workspace"),
        (["verify", ".", "--key", "none.pem"], 2, "none.pem"),
        (["init", "W", "--set", "crawl.delay"], 2, "not KEY=VALUE"),
        (["init", "W", "--set", "crawl.dealy=1"], 2, "unknown key; crawl.dealy"),
        (["init", "W", "--set", "crawl.delay=-1"], 2, "crawl.delay"),
        (["init", "W", "--set", "network.allow_private=yes"], 2, "network.allow_private"),
    ],
)
def test_wrong_usage_is_one_line(shell: Shell, words: list[str], code: int, said: str) -> None:
    assert said in shell(*words, code=code).error
    assert list(shell.folder.iterdir()) == []


def test_debug_shows_where(shell: Shell) -> None:
    done = subprocess.run(
        [COMMAND, "hits", "--debug"], cwd=shell.folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: ")


def test_workspace_before_and_after_and_around(shell: Shell, workspace: Path) -> None:
    for words in (
        ["--workspace", "W", "works", "list"],
        ["works", "--workspace", "W", "list"],
        ["works", "list", "--workspace", "W"],
    ):
        assert shell(*words).out == ""
    assert Shell(workspace / "exports")("works", "list").out == ""
    assert shell("works", "list", env={"TITLEWATCH_WORKSPACE": str(workspace)}).out == ""


def test_chinese(shell: Shell, workspace: Path) -> None:
    for env in ({"TITLEWATCH_LANG": "zh"}, {"LC_ALL": "zh_CN.UTF-8"}):
        assert "监测清单" in shell("works", "list", "--workspace", "W", env=env).err
    assert (
        "No work"
        in shell("works", "list", "--workspace", "W", env={"TITLEWATCH_LANG": "en", "LANG": "zh_CN.UTF-8"}).err
    )


def test_another_projects_packages_are_noticed(shell: Shell) -> None:
    (shell.folder / "spiders").mkdir()
    (shell.folder / "spiders" / "__init__.py").touch()
    run = shell("--help", env={"PYTHONPATH": str(shell.folder)}, code=4)
    assert "another project's “spiders” hides titlewatch's" in run.error


def test_a_foreign_scrapy_project_does_no_harm(shell: Shell) -> None:
    (shell.folder / "scrapy.cfg").write_text("[settings]\ndefault = shop.settings\n")
    for name in ("spiders", "shop"):
        (shell.folder / name).mkdir()
        (shell.folder / name / "__init__.py").write_text("raise SystemError\n")
    (shell.folder / "settings.py").write_text("raise SystemError\n")
    shell("init", "W")
    shell("sites", "add", "http://forum.example/", "--engine", "phpbb", "--workspace", "W")


def test_a_reader_that_leaves_is_no_error(shell: Shell, workspace: Path) -> None:
    rows = "title\n" + "".join(f"Invented title number {n}\n" for n in range(3000))
    (shell.folder / "many.csv").write_text(rows)
    shell("works", "import", "many.csv", "--workspace", "W")
    piped = subprocess.Popen(
        [COMMAND, "works", "list", "--json", "--workspace", "W"],
        cwd=shell.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert piped.stdout is not None and piped.stderr is not None
    piped.stdout.readline()
    piped.stdout.close()
    assert piped.stderr.read() == b""
    piped.wait(30)
    piped.stderr.close()


def test_a_workspace_of_a_newer_version(shell: Shell, workspace: Path) -> None:
    from crawler.store import Store

    store = Store.open(workspace / "titlewatch.db")
    store.connection.execute("PRAGMA user_version = 999")
    store.close()
    before = (workspace / "titlewatch.db").read_bytes()
    assert "version 999" in shell("works", "list", "--workspace", "W", code=4).error
    assert (workspace / "titlewatch.db").read_bytes() == before


def test_a_spoilt_settings_file_names_its_line(shell: Shell, workspace: Path) -> None:
    path = workspace / "titlewatch.toml"
    text = path.read_text()
    number = text.splitlines().index("[crawl]") + 2
    path.write_text(text.replace("[crawl]\n", "[crawl]\ndealy = 3\n"))
    assert f"titlewatch.toml:{number}" in shell("hits", "--workspace", "W", code=2).error


def test_what_is_no_database(shell: Shell, workspace: Path) -> None:
    (workspace / "titlewatch.db").write_bytes(b"not a database at all, but long enough to be looked at" * 100)
    assert "database" in shell("works", "list", "--workspace", "W", code=4).error


def test_a_locked_workspace(shell: Shell, workspace: Path) -> None:
    from crawler.workspace import Workspace

    shell("sites", "add", "http://127.0.0.1:9/", "--workspace", "W")
    with Workspace(workspace).run_lock():
        run = shell("crawl", "--workspace", "W", code=4)
        assert f"another run (process {os.getpid()}) is at work here" in run.error
        shell("works", "add", "Meanwhile", "--workspace", "W")


def test_interrupted(shell: Shell) -> None:
    waiting = subprocess.Popen(
        [COMMAND, "match", "--json"], cwd=shell.folder, env=environment(), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # A shell's background job ignores interrupts, and hands that on to what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert waiting.stdin is not None and waiting.stdout is not None
    waiting.stdin.write('{"id": 1, "text": "x", "watchlist": [{"id": "a", "title": "Salt Lantern"}]}\n')
    waiting.stdin.flush()
    waiting.stdout.readline()
    # Python loses an interrupt that falls into a destructor; whoever presses the keys presses them again.
    for _ in range(30):
        waiting.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            waiting.wait(2)
            break
    _, said = waiting.communicate(timeout=60)
    assert waiting.returncode == 130
    assert said.startswith("stopped: ") and said.count("\n") == 1
