"""The key of personal data in a backup: under the passphrase with the others, and told as it is."""

from pathlib import Path

import pytest

from crawler import personal
from crawler.desk import backup, founding, restoring
from crawler.errors import EnvironmentProblem, StorageError
from crawler.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = founding.found(tmp_path / "w", {}, "titlewatch test").workspace
    personal.key_of(made.keys, create=True)
    return made


def test_a_passphrase_covers_every_key(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = personal.key_of(workspace.keys).seal("mail@example.test", "parties/1/contact")
    secret = (workspace.keys / personal.FILE).read_bytes()
    made = backup.backup(workspace, tmp_path / "b", "titlewatch test", passphrase=b"correct horse")
    assert (made.key, set(made.keys.values())) == ("encrypted", {"encrypted"})
    for path in (tmp_path / "b").rglob("*"):
        assert not path.is_file() or secret not in path.read_bytes(), path
    monkeypatch.setenv("TITLEWATCH_PASSPHRASE", "wrong horse")
    with pytest.raises(EnvironmentProblem, match="passphrase"):
        restoring.restore(tmp_path / "b", tmp_path / "again")
    assert not (tmp_path / "again").exists()
    monkeypatch.setenv("TITLEWATCH_PASSPHRASE", "correct horse")
    kept = restoring.restore(tmp_path / "b", tmp_path / "again").workspace
    assert personal.key_of(kept.keys).open(sealed, "parties/1/contact") == "mail@example.test"
    assert (kept.keys / personal.FILE).stat().st_mode & 0o777 == 0o600


def test_without_the_passphrase_it_stays_shut_and_says_so(workspace: Workspace, tmp_path: Path) -> None:
    backup.backup(workspace, tmp_path / "b", "titlewatch test", passphrase=b"correct horse")
    kept = restoring.restore(tmp_path / "b", tmp_path / "again").workspace
    with pytest.raises(StorageError, match="encrypted under its backup's passphrase"):
        personal.key_of(kept.keys, create=True)


def test_one_that_lies_plain_is_told_as_plain(workspace: Workspace, tmp_path: Path) -> None:
    made = backup.backup(workspace, tmp_path / "b", "titlewatch test")
    assert (made.key, made.keys[f"keys/{personal.FILE}"]) == ("included", "plain")
    left = backup.backup(workspace, tmp_path / "bare", "titlewatch test", without_key=True)
    assert left.key == "left out" and not (tmp_path / "bare" / "keys" / personal.FILE).exists()


def test_a_changed_key_does_not_open() -> None:
    shut = personal.protect(b"k" * 32, b"correct horse")
    assert personal.unprotect(shut, b"correct horse", "here") == b"k" * 32
    assert personal.protect(shut, b"another") == shut
    changed = shut[:-6] + (b"AAAA" if shut[-6:-2] != b"AAAA" else b"BBBB") + shut[-2:]
    with pytest.raises(EnvironmentProblem):
        personal.unprotect(changed, b"correct horse", "here")
