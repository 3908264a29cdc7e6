"""Every act of a person enters the ledger before it takes effect; killed in between, it had no effect."""

import json
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import ledger as console
from crawler.desk import (
    configuring,
    deciding,
    founding,
    gathering,
    holding,
    reading,
    referring,
    siting,
    verifying,
    watching,
)
from crawler.desk.person import acting
from crawler.errors import EvidenceError, StorageError, UsageError, WatchlistError
from crawler.evidence.ledger import Ledger
from crawler.store import Store, sites, works
from crawler.wording import LANGUAGES, topic
from crawler.workspace import Workspace
from tests.bundle import case_workspace

BY = {"rightsholder": "Harbour Films", "reference": "POA-4", "work_ids": ["lantern"], "territory": "CN",
      "valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31)}  # fmt: skip
ACTS: dict[str, Any] = {
    "watchlist": lambda s, w: watching.add(s, w, {"title": "The Tide Ledger"}),
    "site": lambda s, w: siting.add(s, w, siting.Wish(["http://files.example/"], robots="ignore", authority="order 7"), ()),
    "settings": lambda s, w: configuring.change(w, {"crawl.delay": "17"}),
    "case": lambda s, w: gathering.new_case(s, w, "a further case"),
    "decision": lambda s, w: deciding.decide(s, w, ["01JHIT00000000000000000000"], "unclear", "Ann"),
    "authorisation": lambda s, w: referring.put_on_file(s, w, **BY),
    "referral": lambda s, w: referring.draft(s, w, w.folder.joinpath("case").read_text(), "CN/Example", "Art. 1", "Ann"),
}  # fmt: skip
KILLED = """
import os, sys
from pathlib import Path
from crawler.evidence.ledger import Ledger
from crawler.store import Store
from crawler.workspace import Workspace
from tests.desk.test_entering import ACTS

append = Ledger.append
def entered_and_killed(ledger, bodies):
    append(ledger, bodies)
    os.kill(os.getpid(), 9)

space = Workspace(Path(sys.argv[1]))
store = Store.open(space.database)
Ledger.append = entered_and_killed
ACTS[sys.argv[2]](store, space)
"""


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = case_workspace.make(tmp_path_factory.mktemp("desk") / "w")
    made.store.close()
    made.workspace.folder.joinpath("case").write_text(made.case_id)
    return made.workspace


def entries(space: Workspace) -> list[dict[str, Any]]:
    return [json.loads(line) for line in space.ledger.read_bytes().splitlines()]


def state(space: Workspace) -> tuple[list[str], bytes]:
    """All rows of the database, and the settings."""
    store = Store.open(space.database)
    rows = list(store.connection.iterdump())
    store.close()
    return rows, space.configuration_file.read_bytes()


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_entered_first_and_without_its_end_has_no_effect(space: Workspace, act: str) -> None:
    before, known = state(space), len(entries(space))
    command = [sys.executable, "-c", KILLED, str(space.folder), act]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert state(space) == before
    (entry,) = entries(space)[known:]
    assert entry["type"] == act
    assert (entry["system_user"], entry["system_host"]) == (acting().user, acting().host)
    assert [f for f in verifying.verify(space.folder) if f.state == "fail"] == []
    store = Store.open(space.database)
    ACTS[act](store, space)
    store.close()
    assert state(space) != before
    assert [e["type"] for e in entries(space)[known:]] == [act, act]


def test_what_is_refused_or_changes_nothing_is_not_entered(tmp_path: Path) -> None:
    space = founding.found(tmp_path / "w", {"crawl.delay": "9"}, "titlewatch test").workspace
    store = Store.open(space.database)
    siting.add(store, space, siting.Wish(["http://a.example/"]), ())
    watching.add(store, space, {"id": "w1", "title": "The Tide Ledger"})
    known = entries(space)
    with pytest.raises(UsageError):
        siting.add(store, space, siting.Wish(["http://a.example/again"]), ())
    with pytest.raises(UsageError):
        watching.add(store, space, {"id": "w1", "title": "Another"})
    with pytest.raises(WatchlistError):
        watching.add(store, space, {"title": ""})
    with pytest.raises(UsageError):
        configuring.change(space, {"crawl.delay": "-3"})
    configuring.change(space, {"crawl.delay": "9.0"})
    listed = tmp_path / "list.csv"
    listed.write_text("id,title\nw1,The Tide Ledger\n", encoding="utf-8")
    assert watching.import_file(store, space, listed).unchanged == 1
    assert entries(space)[len(known) :] in ([], [e for e in entries(space) if e["type"] == "settings"])
    assert len(works.every(store)) == len(sites.every(store)) == 1
    store.close()


def test_bulk_and_secrets_are_told_by_hash(tmp_path: Path) -> None:
    space = founding.found(tmp_path / "w", {}, "titlewatch test").workspace
    store = Store.open(space.database)
    listed = tmp_path / "list.csv"
    listed.write_text("id,title\nw1,The Tide Ledger\nw2,Lamps of the Quay\n", encoding="utf-8")
    watching.import_file(store, space, listed)
    configuring.change(space, {"evidence.key": '"/media/ann-example/signer.pem"', "collector.name": '"Ann"'})
    store.close()
    text = space.ledger.read_text()
    assert "Lamps" not in text and "ann-example" not in text and "Ann" in text
    imported = next(e for e in entries(space) if e["type"] == "watchlist")
    assert (imported["added"], imported["file"], len(imported["file_sha256"])) == (2, "list.csv", 64)


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries_read_as_sentences(space: Workspace, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setattr("crawler.cli.voice.language", lambda: language)
    shown = {entry["type"]: console.words(entry) for entry in reading.last(space.ledger, 1000)}
    assert all(text and "{" not in text for text in shown.values())
    other = topic("ledger")["other"][language].split("{type}")[1]
    assert not [kind for kind, text in shown.items() if text.endswith(other)]
    assert acting().user in shown["decision"] and "order 7" in console.words(
        {"type": "site", "act": "add", "robots": "ignore", "authority": "order 7", "site": "s", "url": "u"}
    )
    assert console.words({"type": "of-tomorrow"}).startswith("of-tomorrow")


@pytest.mark.parametrize("count", [1, 2, 7, 5000])
def test_the_last_entries_are_read_from_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(reading, "PIECE", 64)
    path = tmp_path / "ledger.jsonl"
    with Ledger(path) as ledger:
        ledger.append([{"type": "note", "text": "x" * (number % 90)} for number in range(40)])
    assert [entry["seq"] for entry in reading.last(path, count)] == list(range(max(0, 40 - count), 40))
    with path.open("ab") as file:
        file.write(b'{"torn')
    assert [entry["seq"] for entry in reading.last(path, count)] == list(range(max(0, 40 - count), 40))
    path.write_bytes(b"")
    assert reading.last(path, count) == []
    path.write_bytes(b"no entry\n")
    with pytest.raises(EvidenceError):
        reading.last(path, count)
    with pytest.raises(StorageError):
        reading.last(tmp_path / "none", count)


def test_changes_of_key_read_as_sentences(tmp_path: Path) -> None:
    space = founding.found(tmp_path / "w", {}, "titlewatch test").workspace
    holding.rotate(space, "Ann Example", "yearly")
    holding.lose(space, "Bo Example", "stolen", True, "0")
    told = [console.words(entry) for entry in reading.last(space.ledger, 2)]
    assert "Ann Example" in told[0] and "Bo Example" in told[1] and "0" in told[1]
