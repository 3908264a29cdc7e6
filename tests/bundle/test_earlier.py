"""An earlier export is a prefix of a later one; a rewritten history is not, whoever signs it. And keys in bundles."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.bundle.build import build
from crawler.bundle.check.earlier import check_earlier
from crawler.desk import deciding, gathering, holding
from crawler.desk.verifying import verify
from crawler.evidence import key_ring, keys, seal
from crawler.evidence.canonical import canonical_json, sha256_hex
from crawler.evidence.ledger import Ledger
from crawler.evidence.tree import Tree, leaf_hash
from crawler.model import Finding
from tests.bundle import case_workspace
from tests.bundle.case_workspace import CaseWorkspace


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CaseWorkspace:
    # A machine that cannot print makes the same bundles but for their PDFs, in a tenth of the time.
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    return case_workspace.make(tmp_path / "w")


def grown(case: CaseWorkspace) -> None:
    """One more decision about the case."""
    deciding.decide(case.store, case.workspace, case.hit_ids[:1], "infringing", "Zhou Example")


def exported(case: CaseWorkspace, case_id: str | None = None, zipped: bool = False) -> Path:
    built = build(case.store, case.workspace, case_id or case.case_id, zipped=zipped)
    return built.zip or built.bundle


def failed(findings: object) -> list[Finding]:
    return [finding for finding in findings if finding.state == "fail"]  # type: ignore[attr-defined]


def rewritten(case: CaseWorkspace, **other: str) -> None:
    """Change the decisions and forge everything after them anew, tree heads of exports included."""
    path = case.workspace.ledger
    previous, lines, tree = "0" * 64, [], Tree()
    for line in path.read_bytes().splitlines():
        body = json.loads(line)
        body.pop("hash")
        if body["type"] == "decision":
            body |= other
        if body["type"] == "export":
            body["tree"]["root"] = tree.root(body["tree"]["size"]).hex()
        body["prev"] = previous
        body["hash"] = previous = sha256_hex(canonical_json(body))
        lines.append(canonical_json(body))
        tree.append(leaf_hash(lines[-1]))
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def test_a_later_export_continues_an_earlier_one(case: CaseWorkspace) -> None:
    first, packed = exported(case), exported(case, zipped=True)
    grown(case)
    second = exported(case)
    grown(case)
    third = exported(case, zipped=True)
    key = case.workspace.keys / keys.PUBLIC
    for later in (second, third, case.workspace.folder):
        for earlier in (first, packed):
            assert failed(verify(later, key, None, earlier)) == []
            states = [f.state for f in check_earlier(later, earlier, key.read_bytes())]
            assert states == ["pass"] * 3
    wrong_way = failed(check_earlier(first, second))
    assert [(f.check, f.object) for f in wrong_way] == [("earlier", first.name)]
    assert "fewer entries" in str(wrong_way[0].why)


def test_a_bare_head_and_a_seal_serve_too(case: CaseWorkspace, tmp_path: Path) -> None:
    first = exported(case)
    grown(case)
    head = tmp_path / "kept.json"
    shutil.copy(first / "data/log/tree-head.json", head)
    for later in (exported(case), case.workspace.folder):
        assert [f.state for f in check_earlier(later, head)] == ["pass", "not_checked"]
    shutil.copy(first / "data/log/tree-head.json.ed25519", tmp_path / "kept.json.ed25519")
    assert [f.state for f in check_earlier(case.workspace.folder, head)] == ["pass", "pass"]
    kept_seal = next(case.workspace.evidence.glob("*.seal.json"))
    assert [f.state for f in check_earlier(exported(case), kept_seal)] == ["pass", "pass"]
    copy = shutil.copytree(case.workspace.evidence, tmp_path / "copy")
    assert [f.state for f in check_earlier(copy, first)] == ["pass"] * 3


@pytest.mark.parametrize(
    "nonsense", [b"", b"[]", b"{}", b'{"root":"00","signer":"x","size":0}', b"\x00" * 99, b'{"size":']
)
def test_nonsense_is_a_finding(case: CaseWorkspace, tmp_path: Path, nonsense: bytes) -> None:
    (tmp_path / "head.json").write_bytes(nonsense)
    assert len(failed(check_earlier(case.workspace.folder, tmp_path / "head.json"))) == 1


def test_a_history_rewritten_with_the_true_key_fails_against_the_earlier_bundle(case: CaseWorkspace) -> None:
    first = exported(case)
    key = case.workspace.keys / keys.PUBLIC
    for (name,) in case.store.rows("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'decisions'"):
        case.store.connection.execute(f"DROP TRIGGER {name}")
    case.store.connection.execute("UPDATE decisions SET decided_by = 'Somebody Else'")
    rewritten(case, decided_by="Somebody Else")
    assert failed(verify(case.workspace.folder, key)) == []
    grown(case)
    second = exported(case)
    # Taken alone the forged bundle is perfect: its makers had the key.
    assert failed(verify(second, key)) == []
    for later in (second, case.workspace.folder):
        found = failed(verify(later, key, None, first))
        assert any("rewritten" in str(f.why) for f in found)
        assert any(f.object.startswith("entry ") for f in found)


def test_a_proof_left_out_or_bent_fails(case: CaseWorkspace) -> None:
    first = exported(case)
    grown(case)
    second = exported(case)
    path = second / "data/log/consistency.json"
    whole = json.loads(path.read_bytes())
    size = json.loads((first / "data/log/tree-head.json").read_bytes())["size"]
    for change in ("left out", "bent"):
        said = json.loads(json.dumps(whole))
        for item in [item for item in said["earlier"] if item["size"] == size]:
            if change == "left out":
                said["earlier"].remove(item)
            else:
                item["proof"][0] = "00" * 32
        path.write_text(json.dumps(said))
        assert [f.object for f in failed(check_earlier(second, first))] == [second.name]


def test_exports_of_other_cases_are_continued_and_nothing_of_them_is_told(case: CaseWorkspace) -> None:
    first = exported(case)
    other = gathering.new_case(case.store, case.workspace, "a secret matter")
    gathering.add(case.store, case.workspace, other.case_id, case.hit_ids[:1])
    second = exported(case, other.case_id)
    assert failed(check_earlier(second, first)) == []
    heads = json.loads((second / "data/log/consistency.json").read_bytes())["earlier"]
    assert {name for item in heads for name in item} == {"what", "size", "root", "proof"}
    assert case.case_id not in (second / "data/log/consistency.json").read_text()
    # What comes after a case, exports of others included, changes nothing in its bundle.
    again, once_more = exported(case), exported(case)
    manifests = {(path / "manifest-sha256.txt").read_bytes() for path in (first, again, once_more)}
    assert len(manifests) == 1


@pytest.mark.parametrize("act", ["rotate", "lost"])
def test_bundles_across_a_change_of_key(case: CaseWorkspace, tmp_path: Path, act: str) -> None:
    first = exported(case)
    old, new, stranger = tmp_path / "old.pem", tmp_path / "new.pem", tmp_path / "stranger.pem"
    old.write_bytes((case.workspace.keys / keys.PUBLIC).read_bytes())
    stranger.write_bytes(keys.create(tmp_path / "stranger").public_pem)
    if act == "rotate":
        holding.rotate(case.workspace, "Ann", "yearly")
    else:
        holding.lose(case.workspace, "Ann", "the stick broke", False)
    new.write_bytes((case.workspace.keys / keys.PUBLIC).read_bytes())
    second, third = exported(case), exported(case)
    assert (second / "manifest-sha256.txt").read_bytes() == (third / "manifest-sha256.txt").read_bytes()
    assert failed(verify(first, old)) == failed(verify(second)) == failed(verify(second, new)) == []
    signed = [f for f in verify(second, new) if f.check == "signature" and f.object.endswith(".seal.json")]
    assert [f.state for f in signed] == ["pass"] and "earlier key" in str(signed[0].why)
    assert bool(failed(verify(second, old))) == (act == "lost")
    assert failed(verify(first, new)) and failed(verify(second, stranger)) and failed(verify(first, stranger))
    assert failed(check_earlier(second, first, new.read_bytes())) == []
    assert bool(failed(check_earlier(second, first, old.read_bytes()))) is False


def test_the_script_says_why_an_earlier_key_does_not_do(case: CaseWorkspace, tmp_path: Path) -> None:
    old, new = tmp_path / "old.pem", tmp_path / "new.pem"
    old.write_bytes((case.workspace.keys / keys.PUBLIC).read_bytes())
    holding.rotate(case.workspace, "Ann", "yearly")
    new.write_bytes((case.workspace.keys / keys.PUBLIC).read_bytes())
    bundle = exported(case)
    told = {}
    for key in (old, new):
        command = ["sh", str(bundle / "verify.sh"), "", str(key)]
        told[key] = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told[new].returncode, told[new].stderr) == (0, "")
    wrong = [line for line in told[old].stdout.splitlines() if line.startswith("FAILED")]
    assert told[old].returncode == len(wrong) == 1
    assert "signed with another key" in wrong[0] and "titlewatch verify follows a change of keys" in wrong[0]


def test_a_bundle_signed_with_the_replaced_key_is_found(case: CaseWorkspace, tmp_path: Path) -> None:
    holding.rotate(case.workspace, "Ann", "yearly")
    bundle = exported(case)
    retired = next((case.workspace.keys / "retired").glob("*.pub.pem"))
    thief = key_ring.read(retired.with_name(retired.name.replace(".pub", "")))
    head = json.loads((bundle / "data/log/tree-head.json").read_bytes()) | {"signer": thief.fingerprint}
    for name, data in (("data/log/tree-head.json", canonical_json(head)), ("tagmanifest-sha256.txt", None)):
        data = data or (bundle / name).read_bytes()
        (bundle / name).write_bytes(data)
        signature = bundle / f"signatures/{name}.ed25519" if "/" not in name else bundle / f"{name}.ed25519"
        signature.write_bytes(thief.sign(data))
    (bundle / "signatures/signer.pub.pem").write_bytes(thief.public_pem)
    for key in (None, retired):
        found = {(f.check, f.object) for f in failed(verify(bundle, key))}
        assert {("signer", "signatures/signer.pub.pem"), ("signer", "data/log/tree-head.json")} <= found


def test_a_seal_under_an_unknown_key_fails_in_the_workspace(case: CaseWorkspace, tmp_path: Path) -> None:
    other = keys.create(tmp_path / "other")
    path = next(case.workspace.evidence.glob("*.seal.json"))
    said = json.loads(path.read_bytes()) | {"signer": other.fingerprint}
    path.write_bytes(canonical_json(said))
    path.with_name(path.name + seal.SIGNATURE).write_bytes(other.sign(canonical_json(said)))
    with Ledger(case.workspace.ledger) as ledger:
        assert ledger.signer != other.fingerprint
    assert any(f.check == "signer" for f in failed(verify(case.workspace.folder)))
