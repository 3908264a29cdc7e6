"""Who signed and who stamped: forgers with keys and authorities of their own, stamps replayed and moved."""

import json
import random
import shutil
import sys
from pathlib import Path

import pytest

from crawler.bundle import layout
from crawler.bundle.build import build
from crawler.bundle.check import check
from crawler.bundle.stamping import stamp_bundle
from crawler.config import Authority
from crawler.desk import holding
from crawler.evidence import timestamp
from crawler.evidence.canonical import canonical_json
from crawler.practice.authority import PracticeAuthority
from tests.bundle import case_workspace
from tests.bundle.conftest import Fresh, Made
from tests.bundle.forger import SEAL, edit_log, read_log, reforge, write_log
from tests.bundle.stranger import Stranger
from tests.bundle.tampering import SHELLS, failed, run_script

PARTS = ("tsq", "tsr", "chain.pem", "json")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    return Stranger(tmp_path_factory.mktemp("stranger"))


def assert_only_outsiders_tell(bundle: Path, stranger: Stranger, key: bytes, roots: bytes) -> None:
    """Alone nothing fails, and signer and stamps are said not to be checked; with key or roots from outside it fails."""
    alone = list(check(bundle))
    assert failed(alone) == []
    signer = next(finding for finding in alone if finding.object == layout.PUBLIC_KEY)
    assert (signer.check, signer.state) == ("signer", "not_checked")
    assert "no key was given from outside" in signer.why
    unchecked = {finding.object for finding in alone if finding.check == "stamp" and finding.state == "not_checked"}
    assert "timestamps/practice" in unchecked
    assert any(".seal.json.practice" in name for name in unchecked)
    assert any(".begin.json.practice" in name for name in unchecked)
    assert not any(finding.check in ("signer", "stamp") and finding.state == "pass" for finding in alone)
    with_key = failed(check(bundle, key))
    assert {"signer", "signature"} <= {finding.check for finding in with_key}
    assert layout.PUBLIC_KEY in {finding.object for finding in with_key}
    stamped = {finding.object for finding in failed(check(bundle, None, roots)) if finding.check == "stamp"}
    assert {f"{name}.tsr" for name in unchecked} <= stamped
    assert failed(check(bundle, stranger.pem, stranger.authority.roots.read_bytes())) == []


def test_a_bundle_that_was_made_anew_by_a_stranger_is_found_by_the_key(
    made: Made, copy: Fresh, stranger: Stranger
) -> None:
    bundle = copy()
    stranger.take_over(bundle)
    assert_only_outsiders_tell(bundle, stranger, made.key, made.roots)


def test_keys_and_their_changes_made_anew_by_a_stranger_are_found_by_either_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stranger: Stranger
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    authority = PracticeAuthority(tmp_path / "authority")
    case = case_workspace.make(tmp_path / "workspace", authority)
    old = case.key.read_bytes()
    holding.rotate(case.workspace, "Ann Example", "yearly")
    built = build(case.store, case.workspace, case.case_id, stamp=case.send).bundle
    case.store.close()
    bundle = built.rename(tmp_path / built.name)  # Away from its custody file.
    roots = authority.roots.read_bytes()
    assert failed(check(bundle, old, roots)) == failed(check(bundle, case.key.read_bytes(), roots)) == []
    stranger.take_over(bundle)
    for key in (old, case.key.read_bytes()):
        assert_only_outsiders_tell(bundle, stranger, key, roots)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_finds_the_stranger_by_key_or_roots_and_says_what_it_did_not_check(
    made: Made, copy: Fresh, stranger: Stranger, shell: str
) -> None:
    bundle = copy()
    stranger.take_over(bundle)
    alone = run_script(shell, bundle, made, "", "")
    assert (alone.returncode, alone.stderr) == (0, "")
    assert "NOT CHECKED  WHO THE SIGNER IS" in alone.stdout
    assert "whose it is: give ROOTS" in alone.stdout
    assert run_script(shell, bundle, made, "", str(made.case.key)).returncode == 1
    assert run_script(shell, bundle, made, str(made.authority.roots), "").returncode == 1


def test_a_key_put_in_the_place_of_the_signers_is_found_without_a_key(
    made: Made, copy: Fresh, stranger: Stranger
) -> None:
    bundle = copy()
    (bundle / layout.PUBLIC_KEY).write_bytes(stranger.pem)
    stranger.sign(bundle)
    found = failed(check(bundle))
    assert any(f.check == "signer" and f.object == layout.PUBLIC_KEY for f in found)
    assert run_script(SHELLS[0], bundle, made, "", "").returncode == 1


def test_stamps_of_a_stranger_over_the_right_data_are_found_by_the_roots(
    made: Made, copy: Fresh, stranger: Stranger
) -> None:
    bundle = copy()
    stranger.stamp(bundle)
    assert failed(check(bundle, made.key)) == []
    assert any("timestamps/practice" in f.object for f in failed(check(bundle, made.key, made.roots)))
    assert run_script(SHELLS[0], bundle, made).returncode == 1


def stamp_of(made: Made, data: bytes) -> dict[str, bytes]:
    known = Authority("practice", "http://127.0.0.1:1/", "")
    return stamp_bundle(data, known, made.authority.roots, lambda _, query: made.authority.reply(query)).files


def test_an_old_stamp_over_other_data_is_found(made: Made, copy: Fresh) -> None:
    bundle = copy()
    for part, data in stamp_of(made, b"the tag manifest of last year").items():
        (bundle / f"timestamps/practice.{part}").write_bytes(data)
    found = failed(check(bundle, made.key, made.roots))
    assert [(f.check, f.object) for f in found] == [("stamp", "timestamps/practice.tsr")]
    assert run_script(SHELLS[0], bundle, made).returncode == 1


@pytest.mark.parametrize("part", PARTS)
def test_one_part_of_another_stamp_over_the_same_data_is_found(made: Made, copy: Fresh, part: str) -> None:
    bundle = copy()
    other = stamp_of(made, (bundle / layout.SIGNED).read_bytes())
    if part == "chain.pem":
        other[part] = made.roots
    (bundle / f"timestamps/practice.{part}").write_bytes(other[part])
    found = failed(check(bundle, made.key, made.roots))
    assert any("timestamps/practice" in f.object for f in found)
    assert failed(check(bundle))
    assert run_script(SHELLS[0], bundle, made).returncode == 1


def test_the_seals_stamp_in_the_bundles_place_is_found(made: Made, copy: Fresh) -> None:
    bundle = copy()
    for part in PARTS:
        shutil.copy(bundle / f"{SEAL}.practice.{part}", bundle / f"timestamps/practice.{part}")
    assert any("timestamps/practice" in f.object for f in failed(check(bundle, made.key, made.roots)))
    assert run_script(SHELLS[0], bundle, made).returncode == 1


@pytest.mark.parametrize(
    "fact", ["gen_time", "verify_attime", "name", "authority", "subject", "subject_sha256", "reply_sha256", "more"]
)
def test_a_fact_of_a_stamp_told_otherwise_is_found(made: Made, copy: Fresh, fact: str) -> None:
    bundle = copy()
    path = bundle / "timestamps/practice.json"
    facts = json.loads(path.read_bytes())
    facts[fact] = 1 if fact == "verify_attime" else "2020-01-01T00:00:00Z"
    path.write_bytes(canonical_json(facts))
    found = failed(check(bundle, made.key, made.roots))
    assert any("timestamps/practice.json" in f.object for f in found)
    if fact != "name":  # The script has no tool that writes a certificate's name as RFC 4514 does, and says so.
        assert run_script(SHELLS[0], bundle, made).returncode == 1


def renewal(made: Made, bundle: Path, number: int, over: str) -> None:
    """A renewal as `titlewatch evidence renew` adds it to a bundle."""
    data = (bundle / "timestamps" / over).read_bytes()
    request = timestamp.make_request(data)
    reply = made.authority.reply(request.der)
    files = stamp_of(made, data)
    facts = json.loads(files["json"]) | {"subject": over}
    files |= {"json": canonical_json(facts)}
    assert reply
    for part, content in files.items():
        (bundle / f"timestamps/practice.renewal-{number}.{part}").write_bytes(content)


def test_renewals_hold_one_upon_the_other(made: Made, copy: Fresh) -> None:
    bundle = copy()
    renewal(made, bundle, 1, "practice.tsr")
    renewal(made, bundle, 2, "practice.renewal-1.tsr")
    findings = list(check(bundle, made.key, made.roots))
    assert failed(findings) == []
    stamped = {f.object for f in findings if f.check == "stamp" and f.state == "pass"}
    assert {"timestamps/practice.renewal-1", "timestamps/practice.renewal-2"} <= stamped
    for shell in SHELLS:
        done = run_script(shell, bundle, made)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert "over timestamps/practice.renewal-1.tsr" in done.stdout


def test_a_renewal_over_another_stamp_or_after_a_gap_is_found(made: Made, copy: Fresh) -> None:
    bundle = copy()
    renewal(made, bundle, 2, "practice.tsr")
    assert any("renewal-1" in f.object for f in failed(check(bundle, made.key, made.roots)))
    renewal(made, bundle, 1, "practice.tsr")
    assert any("renewal-2" in f.object for f in failed(check(bundle, made.key, made.roots)))
    assert run_script(SHELLS[0], bundle, made).returncode == 1


def test_who_holds_all_but_the_key_cannot_reverse_a_decision(made: Made, copy: Fresh) -> None:
    """Log, tree, proofs, table and manifests agree; the signatures over head, seal and manifests do not."""
    bundle = copy()

    def reverse(entries: list[dict[str, object]]) -> None:
        next(e for e in entries if e["type"] == "decision")["verdict"] = "not_infringing"

    edit_log(reverse, proved=True)(bundle)
    reforge(bundle)
    objects = {f.object for f in failed(check(bundle)) if f.check == "signature"}
    assert {layout.SIGNATURE, layout.TREE_HEAD_SIGNATURE} <= objects


def test_a_flipped_bit_in_any_file_first_last_or_between_is_found_and_names_that_file(made: Made, copy: Fresh) -> None:
    bundle = copy()
    chance = random.Random(20260301)
    missed = []
    for path in sorted(path for path in bundle.rglob("*") if path.is_file()):
        name = path.relative_to(bundle).as_posix()
        data = path.read_bytes()
        for place in {0, len(data) - 1, chance.randrange(len(data))}:
            bit = 1 << chance.randrange(8)
            path.write_bytes(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
            found = failed(check(bundle, made.key, made.roots))
            if not any(name in finding.object for finding in found):
                missed.append((name, place, bit, [f.object for f in found][:3]))
        path.write_bytes(data)
    assert missed == []
    assert failed(check(bundle, made.key, made.roots)) == []


def test_a_log_written_as_it_was_is_the_same_log(made: Made, copy: Fresh) -> None:
    """The forger's tools change nothing by themselves: what the tests find is what the tests did."""
    bundle = copy()
    before = (bundle / layout.LEDGER).read_bytes()
    write_log(bundle, read_log(bundle))
    assert (bundle / layout.LEDGER).read_bytes() == before
    reforge(bundle)
    assert failed(check(bundle, made.key, made.roots)) == []
