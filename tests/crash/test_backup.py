"""A backup made while a crawl runs, checked, damaged, brought up to date, and made into a workspace again."""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.practice.server import LoopbackServer
from tests.crash.scene import Faulty, copied, entries, failures, faults_after_recovery, forum, hits, rows, watching


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with Faulty() as made:
        yield made


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer("bulk", forum(40), None, latency=0.02) as made:
        yield made


@pytest.fixture(scope="module")
def crawled(faulty: Faulty, server: LoopbackServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace after one crawl."""
    made = watching(faulty, tmp_path_factory.mktemp("crawled") / "w", server.url)
    assert faulty(made, "crawl").code == 0
    return made


@pytest.fixture
def workspace(crawled: Path, tmp_path: Path) -> Iterator[Path]:
    with copied(crawled, tmp_path / "w") as place:
        yield place


def test_a_backup_is_verified_restored_and_goes_on(faulty: Faulty, workspace: Path, tmp_path: Path) -> None:
    made = faulty(tmp_path, "--workspace", workspace, "backup", "b", "--json")
    assert made.code == 0, made.err
    assert json.loads(made.err.splitlines()[0])["key"] == "included"
    assert "can sign as you" in made.err
    assert entries(workspace)[-1]["type"] == "backup"
    assert faulty(tmp_path, "verify", "b").code == 0
    assert faulty(tmp_path, "--workspace", "b", "crawl").code == 2
    restored = faulty(tmp_path, "restore", "b", "again")
    assert restored.code == 0, restored.err
    again = tmp_path / "again"
    told = entries(again)[-1]
    assert (told["type"], told["from"]["size"]) == ("restore", len(entries(again)) - 1)
    assert faulty(again, "crawl").code == 0
    assert faults_after_recovery(again, hits(workspace)) == []


def test_a_backup_during_a_crawl_is_whole(faulty: Faulty, server: LoopbackServer, tmp_path: Path) -> None:
    place = watching(faulty, tmp_path / "w", server.url)
    with Faulty() as other:
        crawl = threading.Thread(target=lambda: other(place, "crawl"))
        crawl.start()
        made = 0
        while crawl.is_alive():
            done = faulty(tmp_path, "--workspace", place, "backup", "b")
            assert done.code == 0, done.err
            checked = faulty(tmp_path, "verify", "b")
            assert checked.code == 0, checked.err
            made += 1
        crawl.join()
    assert made > 1
    assert failures(place) == []
    expected = hits(place)
    restored = faulty(tmp_path, "restore", "b", "again")
    assert restored.code == 0, restored.err
    assert faulty(tmp_path / "again", "crawl").code == 0
    assert faults_after_recovery(tmp_path / "again", expected) == []


def test_sealed_segments_are_not_copied_again(faulty: Faulty, workspace: Path, tmp_path: Path) -> None:
    faulty(tmp_path, "--workspace", workspace, "backup", "b")
    before = {path.name: path.stat().st_ino for path in (tmp_path / "b" / "evidence").glob("*.warc.gz")}
    made = faulty(tmp_path, "--workspace", workspace, "backup", "b", "--json")
    said = json.loads(made.err.splitlines()[0])
    assert before == {path.name: path.stat().st_ino for path in (tmp_path / "b" / "evidence").glob("*.warc.gz")}
    assert said["copied_bytes"] < said["bytes"]


def test_a_segment_that_rotted_in_the_backup_is_copied_again(faulty: Faulty, workspace: Path, tmp_path: Path) -> None:
    faulty(tmp_path, "--workspace", workspace, "backup", "b")
    rotten = next((tmp_path / "b" / "evidence").glob("*.warc.gz"))
    data = rotten.read_bytes()
    rotten.write_bytes(data[:-9] + b"?" + data[-8:])
    assert faulty(tmp_path, "verify", "b").code == 1
    assert faulty(tmp_path, "restore", "b", "again").code == 1
    assert not (tmp_path / "again").exists()
    faulty(tmp_path, "--workspace", workspace, "backup", "b")
    assert faulty(tmp_path, "verify", "b").code == 0


@pytest.mark.parametrize(
    "harm", ["titlewatch.db", "keys/signer.pem", "evidence/ledger.jsonl", "added", "linked", "backup.json"]
)
def test_every_change_to_a_backup_is_found(faulty: Faulty, workspace: Path, tmp_path: Path, harm: str) -> None:
    faulty(tmp_path, "--workspace", workspace, "backup", "b")
    place = tmp_path / "b" / harm
    if harm == "added":
        place.write_bytes(b"more")
    elif harm == "linked":
        target = tmp_path / "b" / "titlewatch.toml"
        target.rename(tmp_path / "elsewhere")
        target.symlink_to(tmp_path / "elsewhere")
    else:
        data = place.read_bytes()
        place.write_bytes(data[:-20] + bytes([data[-20] ^ 1]) + data[-19:])
    assert faulty(tmp_path, "verify", "b").code == 1
    assert faulty(tmp_path, "restore", "b", "again").code == 1


def test_a_ledger_that_was_rolled_back_does_not_replace_its_backup(
    faulty: Faulty, workspace: Path, tmp_path: Path
) -> None:
    with copied(workspace, tmp_path / "fork") as fork:
        assert faulty(workspace, "works", "add", "One", "--id", "one").code == 0
        assert faulty(workspace, "cases", "new", "A case").code == 0
        assert faulty(tmp_path, "--workspace", workspace, "backup", "b").code == 0
        for title in ("Another", "A third", "A fourth"):
            assert faulty(fork, "cases", "new", title).code == 0
        refused = faulty(tmp_path, "--workspace", fork, "backup", "b")
    assert (refused.code, "no continuation" in refused.err) == (1, True)
    assert faulty(tmp_path, "verify", "b").code == 0


def test_the_private_key_stays_out_or_goes_encrypted(faulty: Faulty, workspace: Path, tmp_path: Path) -> None:
    assert faulty(tmp_path, "--workspace", workspace, "backup", "bare", "--without-key").code == 0
    assert not (tmp_path / "bare" / "keys" / "signer.pem").exists()
    assert faulty(tmp_path, "verify", "bare").code == 0
    assert "keys lost" in faulty(tmp_path, "restore", "bare", "keyless").err
    (tmp_path / "phrase").write_text("correct horse\n")
    made = faulty(tmp_path, "--workspace", workspace, "backup", "locked", "--passphrase-file", "phrase")
    assert made.code == 0, made.err
    assert b"ENCRYPTED" in (tmp_path / "locked" / "keys" / "signer.pem").read_bytes()
    assert b"ENCRYPTED" not in (workspace / "keys" / "signer.pem").read_bytes()
    assert faulty(tmp_path, "verify", "locked").code == 0


def test_places_that_cannot_be_meant_are_refused(faulty: Faulty, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter").write_text("dear")
    assert faulty(workspace, "backup", workspace / "inside").code == 2
    assert faulty(workspace, "backup", tmp_path / "taken").code == 2
    assert faulty(tmp_path, "restore", "taken", "again").code == 4
    assert faulty(tmp_path, "restore", workspace, "again").code == 4
    assert (tmp_path / "taken" / "letter").read_text() == "dear"


def test_a_lost_database_comes_back_from_the_ledger(faulty: Faulty, server: LoopbackServer, workspace: Path) -> None:
    before = rows(workspace, "SELECT * FROM exchanges ORDER BY exchange_id")
    assert faulty(workspace, "evidence", "rebuild").code == 4
    for path in workspace.glob("titlewatch.db-*"):
        path.unlink()
    os.truncate(workspace / "titlewatch.db", 30000)
    refused = faulty(workspace, "hits")
    assert (refused.is_told, "rebuild" in refused.err) == (True, True)
    rebuilt = faulty(workspace, "evidence", "rebuild")
    assert rebuilt.code == 0, rebuilt.err
    after = rows(workspace, "SELECT * FROM exchanges ORDER BY exchange_id")
    for row in before + after:
        row["records"] = row["records"] and json.loads(row["records"])
    assert after == before
    assert failures(workspace) == []


def test_what_stands_open_is_told(faulty: Faulty, workspace: Path) -> None:
    said = json.loads(faulty(workspace, "evidence", "status", "--json").err.splitlines()[0])
    segments = sum(path.stat().st_size for path in (workspace / "evidence").glob("*.warc.gz"))
    assert said["segments_bytes"] == segments > 0
    assert said["free_bytes"] == pytest.approx(shutil.disk_usage(workspace).free, rel=0.2)
    assert said["days_until_full"] > 0
    assert (said["open_segments"], said["unsealed_segments"], said["last_backup"]) == (0, 0, None)
    assert said["unstamped"] is True
