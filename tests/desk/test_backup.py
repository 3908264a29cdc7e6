"""What a backup says of the keys is true, also when a key is changed meanwhile; checking one waits for nothing."""

import json
import os
from pathlib import Path

import pytest

from crawler.desk import backup, founding, holding, manifest, restoring
from crawler.errors import StorageError
from crawler.workspace import BACKUP, Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return founding.found(tmp_path / "w", {}, "titlewatch test").workspace


def test_a_key_that_is_changed_meanwhile_does_not_spoil_the_backup(workspace: Workspace, tmp_path: Path) -> None:
    changes: list[str] = []

    def progress(name: str) -> None:
        if not changes:
            changes.append(holding.rotate(workspace, "Li Si", "yearly").fingerprint)

    old = (workspace.keys / "signer.pub.pem").read_bytes()
    backup.backup(workspace, tmp_path / "b", "titlewatch test", progress=progress)
    assert changes
    assert {finding.state for finding in manifest.check(tmp_path / "b", old)} == {"pass"}
    restored = restoring.restore(tmp_path / "b", tmp_path / "again")
    assert holding.check(restored.workspace) is None


def test_each_private_key_is_told_as_it_is(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TITLEWATCH_PASSPHRASE", "correct horse")
    assert holding.guard(workspace, True)
    made = backup.backup(workspace, tmp_path / "a", "titlewatch test")
    assert (made.key, made.keys) == ("encrypted", {"keys/signer.pem": "encrypted"})
    holding.lose(workspace, "Li Si", "the phrase is forgotten", False)
    made = backup.backup(workspace, tmp_path / "b", "titlewatch test")
    assert made.key == "included"
    assert sorted(made.keys.values()) == ["encrypted", "plain"]
    assert made.keys["keys/signer.pem"] == "plain"


def test_a_key_that_is_not_there_is_not_said_to_be_in_the_backup(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.keys / "signer.pem").unlink()
    made = backup.backup(workspace, tmp_path / "b", "titlewatch test")
    assert (made.key, made.keys) == ("absent", {})
    assert made.unsigned


def test_keys_that_cannot_be_read_are_no_backup(workspace: Workspace, tmp_path: Path) -> None:
    workspace.keys.rename(tmp_path / "elsewhere")
    workspace.keys.symlink_to(workspace.keys)
    with pytest.raises(StorageError, match="keys"):
        backup.backup(workspace, tmp_path / "b", "titlewatch test")
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("what", ["pipe", "link", "endless"])
def test_checking_a_backup_follows_no_link_and_waits_for_no_pipe(
    workspace: Workspace, tmp_path: Path, what: str
) -> None:
    backup.backup(workspace, tmp_path / "b", "titlewatch test")
    place = tmp_path / "b" / "titlewatch.toml"
    whole = place.read_bytes()
    place.unlink()
    if what == "pipe":
        os.mkfifo(place)
    elif what == "link":
        (tmp_path / "outside").write_bytes(whole)
        place.symlink_to(tmp_path / "outside")
    else:
        place.touch()
        os.truncate(place, 1 << 42)
    found = [finding for finding in manifest.check(tmp_path / "b") if finding.state == "fail"]
    assert ("backup file", "titlewatch.toml") in {(finding.check, finding.object) for finding in found}


def test_a_manifest_of_another_shape_is_reported(workspace: Workspace, tmp_path: Path) -> None:
    backup.backup(workspace, tmp_path / "b", "titlewatch test")
    said = json.loads((tmp_path / "b" / BACKUP).read_bytes())
    (tmp_path / "b" / BACKUP).write_text(json.dumps({**said, "files": {"titlewatch.toml": 7}}))
    assert [finding.state for finding in manifest.check(tmp_path / "b")] == ["fail"]
