"""Changing the signing key: what verifies after it, what a crash leaves, and what a forger cannot do."""

import json
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from crawler.config import FILE_NAME
from crawler.desk import founding, holding
from crawler.engine.unentered import enter_seals
from crawler.errors import EnvironmentProblem, EvidenceError, StorageError, UsageError
from crawler.evidence import entries, key_change, key_ring, keys, passphrase, seal, verify
from crawler.evidence.canonical import canonical_json, sha256_hex
from crawler.evidence.key_change import Change
from crawler.evidence.key_history import statement
from crawler.evidence.ledger import Ledger
from crawler.evidence.warc import Segment
from crawler.model import Finding
from crawler.workspace import Workspace

FACTS = {"software": "titlewatch test", "run": "01JRUN", "robots": "obey"}
ROTATE = Change("rotate", "Ann Example", "yearly")


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return founding.found(tmp_path / "w", {}, "titlewatch test").workspace


def sealed(space: Workspace, name: str) -> str:
    """One more sealed segment; returns the fingerprint of the key that sealed it."""
    with Ledger(space.ledger) as ledger:
        signer = key_change.signer_of(key_ring.ring_of(space), ledger)
        with Segment.create(space.evidence, name, FACTS) as segment:
            path = segment.seal()
        made = seal.seal(path, ledger.head(), signer, "01JRUN", "titlewatch test")
        ledger.append([entries.seal_body(made)])
    return signer.fingerprint


def changed(space: Workspace, change: Change = ROTATE) -> bytes:
    """Change the key; returns the new public one."""
    with Ledger(space.ledger) as ledger:
        return key_change.replace(key_ring.ring_of(space), ledger, change).public_pem


def public(space: Workspace) -> bytes:
    return (space.keys / keys.PUBLIC).read_bytes()


def findings(space: Workspace, key: bytes | None = None) -> list[Finding]:
    return list(verify.workspace(space.folder, key))


def failures(space: Workspace, key: bytes | None = None) -> list[tuple[str, str]]:
    return [(finding.check, finding.object) for finding in findings(space, key) if finding.state == "fail"]


def test_a_rotation_is_followed_from_either_key(space: Workspace) -> None:
    first = public(space)
    sealed(space, "first")
    second = changed(space)
    sealed(space, "second")
    third = changed(space)
    sealed(space, "third")
    stranger = keys.create(space.folder / "elsewhere").public_pem
    for key in (None, first, second, third):
        assert failures(space, key) == []
    assert {where for check, where in failures(space, stranger) if check == "signer"} == {
        f"{name}.seal.json" for name in ("first", "second", "third")
    }
    told = {f.object: f.why for f in findings(space, second) if f.check == "signer" and f.state == "pass"}
    assert "earlier key" in told["first.seal.json"] and "later key" in told["third.seal.json"]
    assert "second.seal.json" not in told
    assert len({held.key.fingerprint for held in holding.held(space)}) == 3


def test_a_lost_key_is_not_followed_and_a_compromised_one_ends_where_it_is_said(space: Workspace) -> None:
    first = public(space)
    sealed(space, "first")
    with Ledger(space.ledger) as ledger:
        trusted = ledger.head().size - 1
    sealed(space, "stolen")
    (space.keys / keys.PRIVATE).unlink()
    second = changed(space, Change("compromised", "Ann Example", "the laptop was stolen", trusted=trusted))
    sealed(space, "second")
    assert failures(space, second) == [("signer", "stolen.seal.json")]
    # Who knows the old key alone cannot follow: a thief could have written the same.
    assert failures(space, first) == [("signer", "second.seal.json"), ("signer", "stolen.seal.json")]
    third = changed(space, Change("lost", "Ann Example", "the stick broke"))
    assert failures(space, third) == [("signer", "stolen.seal.json")]


def test_a_seal_dated_back_under_a_stolen_key_is_found(space: Workspace) -> None:
    sealed(space, "first")
    thief = key_ring.read(space.keys / keys.PRIVATE)
    with Ledger(space.ledger) as ledger:
        early = ledger.head()
    new = changed(space, Change("compromised", "Ann Example", "stolen", trusted=early.size - 1))
    with Segment.create(space.evidence, "forged", FACTS) as segment:
        path = segment.seal()
    seal.seal(path, early, thief, "01JRUN", "titlewatch test")
    assert ("signer", "forged.seal.json") in failures(space, new)


def rewrite(space: Workspace, edit: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change the entries and chain them anew, as a forger would."""
    bodies = [json.loads(line) for line in space.ledger.read_bytes().splitlines()]
    edit(bodies)
    previous, lines = "0" * 64, []
    for seq, body in enumerate(bodies):
        body.pop("hash")
        body |= {"seq": seq, "prev": previous}
        body["hash"] = previous = sha256_hex(canonical_json(body))
        lines.append(canonical_json(body))
    space.ledger.write_bytes(b"".join(line + b"\n" for line in lines))


def of_key(bodies: list[dict[str, Any]]) -> dict[str, Any]:
    return next(body for body in bodies if body["type"] == "key")


def signed_by(signer: keys.Signer, body: dict[str, Any], head: Mapping[str, Any]) -> None:
    """A change of key made whole by somebody who has only that one key."""
    body |= {"signer": signer.fingerprint, "public": signer.public_pem.decode(), "head": dict(head)}
    body["new_signature"] = body["old_signature"] = signer.sign(statement(body)).hex()


@pytest.mark.parametrize(
    "edit",
    [
        lambda bodies, other: of_key(bodies).update(public=other.public_pem.decode()),
        lambda bodies, other: bodies[0].update(public=other.public_pem.decode()),
        lambda bodies, other: of_key(bodies).update(why="another reason"),
        lambda bodies, other: of_key(bodies).update(act="lost", trusted=0),
        lambda bodies, other: of_key(bodies).update(old_signature=None),
        lambda bodies, other: of_key(bodies).update(new_signature="00" * 64),
        lambda bodies, other: of_key(bodies).pop("head"),
        lambda bodies, other: of_key(bodies).update(replaces=other.fingerprint),
        lambda bodies, other: signed_by(other, of_key(bodies), of_key(bodies)["head"]),
        lambda bodies, other: bodies.remove(of_key(bodies)),
        lambda bodies, other: bodies.append(dict(of_key(bodies))),
        lambda bodies, other: bodies.append(bodies[0] | {"signer": other.fingerprint, "public": None}),
        lambda bodies, other: bodies[0].update(system_user="somebody else"),
    ],
    ids=["swapped-public", "swapped-founder", "reason", "rotation-called-lost", "no-old-signature", "no-new-signature",
         "no-head", "other-old", "stranger", "removed", "twice", "second-founding", "history-before"],
)  # fmt: skip
def test_forged_changes_are_found(space: Workspace, tmp_path: Path, edit: Callable[..., object]) -> None:
    first = public(space)
    second = changed(space)
    sealed(space, "second")
    other = keys.create(tmp_path / "other")
    assert failures(space, first) == failures(space, second) == []
    rewrite(space, lambda bodies: edit(bodies, other))
    for key in (first, second):
        assert [check for check, _ in failures(space, key) if check in ("key", "signer", "ledger head")]


def test_an_old_ledger_without_public_keys_verifies_and_can_go_on(space: Workspace) -> None:
    rewrite(space, lambda bodies: bodies[0].pop("public"))
    first = public(space)
    sealed(space, "first")
    assert failures(space) == failures(space, first) == []
    second = changed(space)
    sealed(space, "second")
    assert failures(space, first) == failures(space, second) == []


KILLED = """
import os, sys
from pathlib import Path
from crawler.evidence import durable, key_change, key_ring
from crawler.evidence.key_change import Change
from crawler.evidence.ledger import Ledger
from crawler.workspace import Workspace

steps, last = 0, int(sys.argv[2])
def counted(event, arguments):
    global steps
    if event in ("open", "os.rename", "os.remove", "os.link", "os.mkdir") and sys.argv[1] in str(arguments):
        steps += 1
        if steps == last:
            os.kill(os.getpid(), 9)

space = Workspace(Path(sys.argv[1]))
with Ledger(space.ledger) as ledger:
    ring = key_ring.ring_of(space)
    change = Change(sys.argv[3], "Ann", "test", destroy=sys.argv[4] == "destroy")
    sys.addaudithook(counted)
    key_change.replace(ring, ledger, change)
print(steps)
"""


@pytest.mark.parametrize(("act", "destroy"), [("rotate", "keep"), ("rotate", "destroy"), ("lost", "keep")])
def test_killed_at_any_step_it_works_on_and_says_what_happened(tmp_path: Path, act: str, destroy: str) -> None:
    space = founding.found(tmp_path / "w", {}, "titlewatch test").workspace
    sealed(space, "first")
    whole = run_killed(shutil.copytree(space.folder, tmp_path / "whole"), 0, act, destroy)
    assert whole.returncode == 0
    ended = set()
    for step in range(1, int(whole.stdout) + 1):
        folder = tmp_path / f"w{step}"
        shutil.copytree(space.folder, folder)
        assert run_killed(folder, step, act, destroy).returncode == -signal.SIGKILL
        copy = Workspace(folder)
        before = public(copy)
        assert failures(copy) == []
        cut_short = (copy.keys / "change.json").exists()
        named = sealed(copy, "second")
        assert not (copy.keys / "change.json").exists()
        with Ledger(copy.ledger) as ledger:
            assert ledger.signer == named == keys.fingerprint(public(copy))
            recovered = [e.body for e in ledger.entries() if e.type == "recovery"]
        assert bool(recovered) == cut_short
        ended |= {body["outcome"] for body in recovered}
        assert failures(copy) == failures(copy, public(copy)) == []
        if act == "rotate":
            assert failures(copy, before) == []
        assert changed(copy) and failures(copy) == []
    assert ended == {"abandoned", "finished"}


def run_killed(folder: Path, step: int, act: str, destroy: str) -> "subprocess.CompletedProcess[str]":
    code = [sys.executable, "-c", textwrap.dedent(KILLED), str(folder), str(step), act, destroy]
    return subprocess.run(code, capture_output=True, text=True, check=False)


def test_the_old_private_key_is_kept_or_gone(space: Workspace) -> None:
    old = keys.fingerprint(public(space))
    changed(space)
    kept = space.keys / "retired" / f"{old}.pem"
    assert keys.fingerprint(key_ring.read(kept).public_pem) == old and kept.stat().st_mode & 0o077 == 0
    second = keys.fingerprint(public(space))
    changed(space, Change("rotate", "Ann", "away with it", destroy=True))
    assert not (space.keys / "retired" / f"{second}.pem").exists()
    assert (space.keys / "retired" / f"{second}.pub.pem").exists()


def test_a_passphrase_guards_the_key_and_follows_a_rotation(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(passphrase.VARIABLE, "correct horse")
    assert holding.guard(space, True) and not holding.guard(space, True)
    changed(space)
    monkeypatch.delenv(passphrase.VARIABLE)
    for reading in (lambda: sealed(space, "never"), lambda: changed(space)):
        with pytest.raises(EnvironmentProblem, match=passphrase.VARIABLE) as caught:
            reading()
        assert caught.value.exit_code == 4
    monkeypatch.setenv(passphrase.VARIABLE, "wrong")
    with pytest.raises(EnvironmentProblem, match="wrong"):
        sealed(space, "never")
    monkeypatch.delenv(passphrase.VARIABLE)
    (space.folder / "phrase").write_text("correct horse\n")
    monkeypatch.setenv(passphrase.FILE, str(space.folder / "phrase"))
    assert holding.guard(space, False)
    monkeypatch.delenv(passphrase.FILE)
    sealed(space, "first")
    with Ledger(space.ledger) as ledger:
        assert [e.body["act"] for e in ledger.entries() if e.type == "key-file"] == ["protect", "unprotect"]


def test_a_key_outside_the_workspace(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    place = founding.found(tmp_path / "w", {"evidence.key": str(stick / "signer.pem")}, "titlewatch test").workspace
    assert not (place.keys / keys.PRIVATE).exists()
    sealed(place, "first")
    old = keys.fingerprint(public(place))
    changed(place)
    sealed(place, "second")
    assert {path.name for path in stick.iterdir()} == {"signer.pem", f"signer.pem.retired-{old[:16]}"}
    assert failures(place) == []
    stick.rename(tmp_path / "pulled out")
    with pytest.raises(StorageError, match="put in the medium") as caught:
        sealed(place, "third")
    assert caught.value.exit_code == 4
    assert (place.folder / FILE_NAME).is_file()


def test_a_key_that_the_ledger_does_not_name_signs_nothing(space: Workspace, tmp_path: Path) -> None:
    before = shutil.copytree(space.keys, tmp_path / "before")
    changed(space)
    shutil.rmtree(space.keys)
    shutil.copytree(before, space.keys)
    with pytest.raises(EvidenceError, match="names another signing key"):
        sealed(space, "first")


def test_a_change_needs_a_name_a_reason_and_an_entry_that_is_there(space: Workspace) -> None:
    for change in (Change("rotate", " ", "x"), Change("rotate", "Ann", ""), Change("lost", "Ann", "x", trusted=99)):
        with pytest.raises(UsageError):
            changed(space, change)
    with pytest.raises(UsageError):
        holding.lose(space, "Ann", "gone", False, "yesterday")
    assert not (space.keys / "change.json").exists() and not (space.keys / "signer.pem.next").exists()
    assert failures(space) == []


def test_a_seal_that_a_killed_run_did_not_enter_outlives_a_change_of_key(space: Workspace) -> None:
    with Ledger(space.ledger) as ledger:
        signer = key_change.signer_of(key_ring.ring_of(space), ledger)
        with Segment.create(space.evidence, "TW-01JRUN-1", FACTS) as segment:
            path = segment.seal()
        seal.seal(path, ledger.head(), signer, "01JRUN", "titlewatch test")
    changed(space)
    with Ledger(space.ledger) as ledger:
        assert enter_seals(space, ledger) == ["TW-01JRUN-1.seal.json entered in the ledger"]
    assert failures(space) == []


def test_a_seal_that_a_killed_run_did_not_enter_is_entered_before_its_key_is_reported(space: Workspace) -> None:
    with Ledger(space.ledger) as ledger:
        signer = key_change.signer_of(key_ring.ring_of(space), ledger)
        with Segment.create(space.evidence, "TW-01JRUN-1", FACTS) as segment:
            path = segment.seal()
        seal.seal(path, ledger.head(), signer, "01JRUN", "titlewatch test")
    holding.lose(space, "Ann Example", "the stick broke", False)
    with Ledger(space.ledger) as ledger:
        assert [entry.type for entry in ledger.entries()][-2:] == ["seal", "key"]
    assert failures(space) == []


def test_a_medium_with_another_key_is_not_taken_for_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, other = tmp_path / "stick", tmp_path / "other"
    stick.mkdir()
    place = founding.found(tmp_path / "w", {"evidence.key": str(stick / "signer.pem")}, "titlewatch test").workspace
    shutil.copytree(stick, other)
    with monkeypatch.context() as cut, pytest.raises(KeyboardInterrupt):
        cut.setattr(key_change, "_put_in_place", _interrupt)
        changed(place)
    stick.rename(tmp_path / "pulled out")
    other.rename(stick)
    with pytest.raises(StorageError, match="not the new signing key"):
        sealed(place, "first")
    assert (place.keys / "change.json").exists(), "the change waits for its medium"
    stick.rename(other)
    (tmp_path / "pulled out").rename(stick)
    sealed(place, "first")
    assert failures(place) == []


def _interrupt(ring: key_ring.KeyRing) -> None:
    raise KeyboardInterrupt
