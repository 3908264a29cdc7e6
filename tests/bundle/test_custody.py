"""Custody after the export: a chain beside the bundle, a hash read back, and what verify says of both."""

import json
import multiprocessing
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from crawler.bundle import custody, layout
from crawler.bundle.check import check
from crawler.bundle.check.custody import check_custody, line_of
from crawler.bundle.custody import Act
from crawler.errors import EvidenceError, RefusedError, UsageError, VerificationError
from crawler.model import Finding
from tests.bundle.case_workspace import COLLECTOR
from tests.bundle.conftest import Made
from tests.cli.titlewatch import Shell


@pytest.fixture
def bundle(made: Made, copy: Callable[[], Path]) -> Path:
    """A copy of the bundle with its custody file as the export left it."""
    fresh = copy()
    custody.begin(fresh)
    return fresh


def hash_of(bundle: Path) -> str:
    return sha256((bundle / layout.SIGNED).read_bytes()).hexdigest()


def states(bundle: Path) -> list[tuple[str, str]]:
    return [(finding.state, finding.object) for finding in check_custody(bundle, hash_of(bundle))]


def custody_of(path: Path) -> list[Finding]:
    return [finding for finding in check(path) if finding.check == "custody"]


def test_an_export_begins_the_file_outside_the_bundle(made: Made) -> None:
    (line, *_) = custody.verified(made.built.bundle)
    assert (line["event"], line["seq"], line["prev"], line["by"]) == (
        "exported",
        0,
        "0" * 64,
        COLLECTOR["collector.name"],
    )
    assert line["system_user"] == custody.acting()
    assert line["tag_manifest_sha256"] == hash_of(made.built.bundle)
    assert custody_of(made.built.bundle)[0].state == "pass"
    assert made.built.zip is not None
    assert custody_of(made.built.zip)[0].state == "pass"


def test_events_are_chained_and_durable(bundle: Path) -> None:
    said = "  ".join(custody.groups(hash_of(bundle))).upper()
    custody.add(
        bundle, Act("handed_over", "Li Si", receiver="Wang Wu", place="Room 4", note="two\nlines", read_back=said)
    )
    entered = custody.add(bundle, Act("received", "Wang Wu", giver="Li Si"))
    lines = custody.verified(bundle)
    assert [line["event"] for line in lines] == ["exported", "handed_over", "received"]
    assert lines[1]["read_back"] == hash_of(bundle)
    assert (lines[1]["to"], lines[1]["note"]) == ("Wang Wu", "two lines")
    assert entered == lines[2]
    assert lines[2]["prev"] == lines[1]["hash"]
    assert states(bundle) == [("pass", custody.path_of(bundle).name)]


def test_a_read_back_that_differs_is_refused_and_entered_as_a_mismatch_only(bundle: Path) -> None:
    known = hash_of(bundle)
    wrong = known[:8] + ("0" if known[8] != "0" else "1") + known[9:]
    with pytest.raises(RefusedError, match=r"group 3 \(read .... is ....\)|group 3 \(read ...., is ....\)"):
        custody.add(bundle, Act("received", "Wang Wu", read_back=wrong))
    lines = custody.verified(bundle)
    assert [line["event"] for line in lines] == ["exported", "mismatch"]
    assert lines[1]["read_back"] == wrong
    assert ("not_checked", f"{custody.path_of(bundle).name} line 2") in states(bundle)
    assert "fail" not in {state for state, _ in states(bundle)}


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (Act("exported", "x"), "not an event"),
        (Act("mismatch", "x"), "not an event"),
        (Act("handed_over", "x"), "handed over to nobody"),
        (Act("received", " "), "empty"),
        (Act("received", "x", read_back="abcd"), "4 characters"),
        (Act("received", "x", read_back="g" * 64), "not hexadecimal"),
    ],
)
def test_what_cannot_be_entered_leaves_the_file_alone(bundle: Path, act: Act, what: str) -> None:
    before = custody.path_of(bundle).read_bytes()
    with pytest.raises(UsageError, match=what):
        custody.add(bundle, act)
    assert custody.path_of(bundle).read_bytes() == before


def test_every_way_of_tampering_is_found(bundle: Path) -> None:
    for event in ("stored", "checked", "moved"):
        custody.add(bundle, Act(event, "Li Si"))
    path = custody.path_of(bundle)
    data = path.read_bytes()
    lines = data.splitlines(keepends=True)
    other = json.loads(lines[0]) | {"tag_manifest_sha256": "ab" * 32}
    spoilt = {
        "edited": data.replace(b"Li Si", b"Li Sa", 1),
        "left out": b"".join([lines[0], *lines[2:]]),
        "swapped": b"".join([lines[0], lines[2], lines[1], lines[3]]),
        "cut": data[:-5],
        "empty": b"",
        "added": data + lines[3],
        "spaced": data.replace(b'{"at"', b'{ "at"', 1),
        "no beginning": line_of(json.loads(lines[0]) | {"event": "stored"}) + b"\n",
        "of another bundle": line_of(other) + b"\n",
        "another read back": line_of(json.loads(lines[0]) | {"read_back": "ab" * 32}) + b"\n",
    }
    for name, changed in spoilt.items():
        path.write_bytes(changed)
        assert "fail" in {state for state, _ in states(bundle)}, name
        assert "fail" in {finding.state for finding in custody_of(bundle)}, name
    path.write_bytes(data)
    assert states(bundle) == [("pass", path.name)]
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        if "fail" not in {state for state, _ in states(bundle)}:
            raise AssertionError(place)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("event", "blown up"),
        ("event", {"a": 1}),
        ("by", None),
        ("by", {"a": 1}),
        ("to", ["x"]),
        ("note", 7),
        ("at", "2026-99-99T00:00:00Z"),
        ("at", "yesterday"),
        ("at", None),
        ("read_back", "zz"),
        ("read_back", "ab" * 32),
        ("system_host", 1),
    ],
)
def test_a_line_that_says_what_no_line_says_is_refused_by_all(bundle: Path, member: str, value: object) -> None:
    follow(bundle, {"event": "note", member: value})
    assert "fail" in {state for state, _ in states(bundle)}
    for act in (
        custody.verified,
        lambda one: custody.receipt(one, "en"),
        lambda one: custody.add(one, Act("note", "x")),
    ):
        with pytest.raises(VerificationError, match=member):
            act(bundle)


def follow(bundle: Path, changes: dict[str, object]) -> None:
    """Add a line whose chain holds."""
    path = custody.path_of(bundle)
    last = json.loads(path.read_bytes().splitlines()[-1])
    line = last | {"seq": last["seq"] + 1, "prev": last["hash"]} | changes
    path.write_bytes(path.read_bytes() + line_of(line) + b"\n")


def test_a_mismatch_that_matches_is_none(bundle: Path) -> None:
    follow(bundle, {"event": "mismatch", "read_back": hash_of(bundle)})
    with pytest.raises(VerificationError, match="read_back"):
        custody.verified(bundle)


def test_times_that_go_back_are_said(bundle: Path) -> None:
    follow(bundle, {"event": "stored", "at": "1999-01-01T00:00:00Z"})
    assert states(bundle)[0] == ("not_checked", f"{custody.path_of(bundle).name} line 2")
    assert len(custody.verified(bundle)) == 2


@pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
def test_what_is_no_file_in_its_place_is_said(bundle: Path, kind: str) -> None:
    path = custody.path_of(bundle)
    data = path.read_bytes()
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        (bundle.parent / "elsewhere").write_bytes(data)
        path.symlink_to(bundle.parent / "elsewhere")
    assert [state for state, _ in states(bundle)] == ["fail"]
    for act in (custody.verified, lambda one: custody.add(one, Act("note", "x"))):
        with pytest.raises(UsageError, match="where the custody file belongs"):
            act(bundle)


@pytest.mark.parametrize("name", [layout.SIGNED, "bag-info.txt"])
def test_a_pipe_in_the_bundle_holds_nobody_up(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    os.mkfifo(bundle / name)
    with pytest.raises((UsageError, VerificationError), match="no regular file"):
        custody.receipt(bundle, "en")


def test_nothing_is_added_to_a_broken_chain_or_for_another_bundle(bundle: Path) -> None:
    path = custody.path_of(bundle)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"exported", b"exporter"))
    with pytest.raises(VerificationError, match="was changed"):
        custody.add(bundle, Act("stored", "Li Si"))
    path.write_bytes(data)
    (bundle / layout.SIGNED).write_bytes(b"another")
    with pytest.raises(EvidenceError, match="not the bundle"):
        custody.add(bundle, Act("stored", "Li Si"))


def test_it_goes_on_where_the_bundle_has_left(bundle: Path) -> None:
    shutil.rmtree(bundle)
    custody.add(bundle, Act("returned", "Li Si"))
    assert [line["event"] for line in custody.verified(bundle)] == ["exported", "returned"]


def test_a_missing_file_is_said(copy: Callable[[], Path]) -> None:
    fresh = copy()
    assert [finding.state for finding in custody_of(fresh)] == ["not_checked"]
    with pytest.raises(UsageError, match="no custody file"):
        custody.add(fresh, Act("stored", "Li Si"))


def _many(bundle: Path, name: str) -> None:
    for _ in range(10):
        custody.add(bundle, Act("note", name))


def test_two_processes_may_add_at_once(bundle: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_many, args=(bundle, name)) for name in ("one", "two")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    lines = custody.verified(bundle)
    assert len(lines) == 21
    assert {line["by"] for line in lines[1:]} == {"one", "two"}


def test_the_commands(bundle: Path, tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    known = hash_of(bundle)
    custody.path_of(bundle).unlink()
    assert "no custody file" in shell("custody", "show", bundle.name, code=2).error
    shell("custody", "add", bundle.name, "--event", "received", "--by", "Wang Wu", "--begin", "--read-back", known)
    wrong = shell(
        "custody", "add", bundle.name, "--event", "checked", "--by", "Wang Wu", "--read-back", "0" * 64, code=1
    )
    assert "differs in group 1" in wrong.error
    (first, second, third) = shell("custody", "show", bundle.name, "--json").objects
    assert (first["event"], second["event"], third["event"]) == ("begun", "received", "mismatch")
    assert "MISMATCH" in shell("custody", "show", bundle.name).out
    groups = "  ".join(custody.groups(known)[:4])
    for language, words, kept in (
        ("en", "RECEIPT FOR AN EVIDENCE BUNDLE", "SHEET OF WHO HANDS OVER"),
        ("zh", "证据包接收回执", "移交方核对单"),
    ):
        receipt = shell("custody", "receipt", bundle.name, "--lang", language).out
        assert words in receipt
        assert bundle.name in receipt
        # Who is to compute the hash must not be able to copy it.
        assert not any(group in receipt for group in (groups, known, known[:16]))
        giver = shell("custody", "receipt", bundle.name, "--for", "giver", "--lang", language).out
        assert kept in giver
        assert groups in giver
    listed = shell("verify", bundle.name, "--json").objects
    assert [row["state"] for row in listed if row["check"] == "custody"] == ["not_checked", "pass"]


def test_disclose_as_a_user_does(made: Made, bundle: Path, tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    (tmp_path / "RULES.toml").write_text(
        'decided_by = "Zhou"\nreason = "r"\n[[rule]]\nliteral = "tide_runner"\nreason = "a witness"\n'
    )
    command = ("disclose", bundle.name, "--exhibit", "2", "--redact", "RULES.toml", "--zip", "--json")
    (row,) = shell(*command).objects
    assert (row["exhibits"], row["withheld"], row["redactions"]) == (1, 2, {"text": 2})
    shell("verify", row["disclosure"], "--key", made.case.key, "--roots", made.authority.roots)
    shell("verify", row["disclosure"] + ".zip", "--key", made.case.key, "--roots", made.authority.roots)
    assert "made already" in shell(*command, code=1).error
    assert "either without or with" in shell(*command, "--with-pictures", "--without-pictures", code=2).error
    assert "no such exhibit" in shell("disclose", bundle.name, "--exhibit", "7", code=2).error
    assert [line["event"] for line in custody.verified(bundle)] == ["exported", "disclosed"]
