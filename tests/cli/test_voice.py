"""The console's sentences: both languages, the same facts, and nothing that a page could do to a terminal."""

import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.cli import voice
from crawler.model import VERDICTS
from crawler.wording import counted, say, topic


def sentences(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    for name, entry in table.items():
        if set(entry) == {"en", "zh"}:
            yield f"{path}{name}", entry
        else:
            yield from sentences(entry, f"{path}{name}.")


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_name_the_same_facts() -> None:
    found = dict(sentences(topic("console")))
    assert len(found) > 80
    for key, entry in found.items():
        assert names(entry["en"]) == names(entry["zh"]), key


def test_nothing_is_an_infringement_before_a_decision() -> None:
    for key, entry in sentences(topic("console")):
        if key not in ("status.infringing", "status.not_infringing"):
            # What a person has found is called so.
            assert "侵权" not in entry["zh"].replace("认定侵权", ""), key


def test_every_verdict_has_a_name() -> None:
    assert set(topic("console")["status"]) == {"new", *VERDICTS}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a\ufffd[2Jb"),
        ("a\nb", "a b"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
        ("雾港长河", "雾港长河"),
        (None, ""),
    ],
)
def test_what_a_terminal_is_shown(text: str | None, shown: str) -> None:
    assert voice.shown(text) == shown


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 works"), (1, "1 work"), ("1", "1 work"), (2, "2 works"), (21, "21 works")]
)
def test_a_number_and_its_word_agree(count: object, said: str) -> None:
    assert say("console.works.exported", "en", count=count, file="f") == f"{said} written to f"
    assert say("console.works.exported", "zh", count=count, file="f") == f"已将 {count} 部作品写入 f"


def test_a_sentence_with_a_hole_is_never_printed() -> None:
    with pytest.raises(KeyError):
        say("console.works.exported", "en", file="f")


def test_no_sentence_counts_one_things() -> None:
    """In English a number stands before a word of its own form, or behind a colon."""
    plural = re.compile(
        r"\{(count|added|files|works|sites|days|entries|records|requests|pages|listings|hits|exchanges)\} [a-z ]*?[a-z]{3,}s\b"
    )
    for topic_name in ("console", "ledger"):
        for key, entry in sentences(topic(topic_name)):
            found = plural.search(entry["en"])
            assert found is None, f"{topic_name}.{key}: {found[0]}"


def test_a_reason_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = {"rule": "title-title", "text": "recorded", "facts": {"matched": "雾港长河"}}
    voice.language.cache_clear()
    monkeypatch.setenv("TITLEWATCH_LANG", "zh")
    assert "受监测作品名" in voice.reason(reason)
    assert voice.reason({"rule": "of-old", "text": "recorded", "facts": {}}) == "recorded"
    voice.language.cache_clear()


def test_a_number_with_its_english_word() -> None:
    assert [counted(number, "record") for number in (0, 1, 2)] == ["0 records", "1 record", "2 records"]
    assert [counted(number, "entry", "entries") for number in (1, 3)] == ["1 entry", "3 entries"]


def test_a_moment_is_said_to_the_second_and_other_text_as_it_is() -> None:
    said = say("looking_back.hit", "en", at="2026-03-01T08:09:10.123456Z", kept="kept", entry=7)
    assert "on 2026-03-01T08:09:10Z, in" in said
    moment = datetime(2026, 3, 1, 8, 9, 10, 123456, tzinfo=UTC)
    assert "2026-03-01 08:09:10+00:00 回溯" in say("looking_back.hit", "zh", at=moment, kept="", entry=7)
    quoted = "seen 2026-03-01T08:09:10.123456Z by a log"
    assert quoted in say("looking_back.hit", "en", at=quoted, kept="kept", entry=7)
