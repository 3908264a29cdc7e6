"""A file takes the place of an older one whole, or the older one stays as it was."""

from pathlib import Path

import pytest

from crawler.errors import StorageError
from crawler.whole_file import hand_out, handed_out, prepared, replace


def test_it_takes_its_place_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"older")
    with prepared(path, b"newer"):
        assert path.read_bytes() == b"older"
    assert path.read_bytes() == b"newer"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_older_one_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"older")
    with pytest.raises(RuntimeError), prepared(path, b"newer"):
        raise RuntimeError
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_are_those_of_the_older_one_or_those_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"older")
    path.chmod(0o640)
    replace(path, b"newer")
    assert path.stat().st_mode & 0o777 == 0o640
    replace(path, b"newest", 0o600)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_is_made_for_what_a_person_wants(tmp_path: Path) -> None:
    hand_out(tmp_path / "out" / "list.csv", b"rows")
    assert (tmp_path / "out" / "list.csv").read_bytes() == b"rows"


def test_a_refusing_disk_is_said_and_nothing_is_done_that_the_file_was_for(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a file where a folder should be")
    done = []
    with pytest.raises(StorageError, match="cannot write"), handed_out(tmp_path / "out" / "list.csv", b"rows"):
        done.append("entered")
    assert not done
