"""Data that people correct is checked whole, and each fault is named with the file and the entry."""

from pathlib import Path

import pytest

from crawler import datafile
from crawler.errors import ConfigurationError

FIELDS = {"id": str, "days": int, "share": (int, float), "is_open": bool}


def test_a_file_saved_by_an_editor_of_windows_is_read(tmp_path: Path) -> None:
    file = tmp_path / "agencies.toml"
    file.write_bytes(b"\xef\xbb\xbf# \xe7\x89\x88\xe6\x9d\x83\xe5\xb1\x80\r\n")
    assert datafile.text_of(file).startswith("# 版权局")


def test_a_file_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "agencies.toml"
    file.write_bytes("name = '版权局'".encode("gbk"))
    with pytest.raises(ConfigurationError, match=r"not UTF-8; .*agencies\.toml; save the file as UTF-8"):
        datafile.text_of(file)


def test_a_folder_in_the_place_of_a_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        datafile.text_of(tmp_path)


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"days": 3}, "id is missing"),
        ({"id": "a", "colour": "red"}, "unknown key colour"),
        ({"id": 4}, "id has the wrong type"),
        ({"id": "a", "days": True}, "days has the wrong type"),
        ({"id": "a", "share": "half"}, "write a int or float"),
    ],
)
def test_an_entry_is_refused_with_its_name(entry: dict[str, object], fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault) as refused:
        datafile.check(entry, "own.toml: entry 2", FIELDS, ("id",))
    assert "own.toml: entry 2" in str(refused.value)


def test_a_good_entry_passes() -> None:
    datafile.check({"id": "a", "days": 3, "share": 0.5, "is_open": True}, "own.toml", FIELDS, ("id",))


def test_what_people_read_stands_in_both_languages() -> None:
    datafile.check_both_languages({"name": {"en": "a", "zh": "甲"}}, "own.toml", "name", "note")
    with pytest.raises(ConfigurationError, match="name has not both languages"):
        datafile.check_both_languages({"name": {"en": "a"}}, "own.toml", "name")


def test_two_entries_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"stands twice; own\.toml: b"):
        datafile.check_once(["a", "b", "b"], "own.toml")


@pytest.mark.parametrize(
    ("text", "fault"), [("a =", "not TOML"), ("[colour]", "unknown key colour; own.toml; use agency")]
)
def test_a_file_of_another_shape_is_refused(text: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        datafile.tables(text, "own.toml", "agency")
