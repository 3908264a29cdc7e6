"""The beginning of a run: what it holds, who stamped it, that the records name it, and every way to spoil that."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler import clock
from crawler.errors import EvidenceError
from crawler.evidence import beginning, clock_offset, entries, keys, stamps, timestamp, verify
from crawler.evidence.ledger import Head, Ledger
from crawler.evidence.warc import records_of
from crawler.model import Finding
from crawler.practice.authority import PracticeAuthority
from tests.evidence.samples import exchange
from tests.evidence.workspace import Workspace, make

HEAD = Head(3, "1" * 64, "2" * 64)
BEGUN = "TW-01JRUN.begin.json"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> PracticeAuthority:
    return PracticeAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory, authority: PracticeAuthority) -> Workspace:
    return make(tmp_path_factory.mktemp("beginning") / "workspace", {"alpha": authority, "beta": authority})


@pytest.fixture
def copy(pristine: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(pristine.folder, tmp_path / "copy")
    return Workspace(tmp_path / "copy", pristine.key, pristine.roots)


def check(space: Workspace) -> list[Finding]:
    return list(verify.workspace(space.folder, space.key, space.roots))


def test_a_beginning_says_what_it_rests_on(tmp_path: Path) -> None:
    signer = keys.create(tmp_path / "keys")
    path = beginning.begin(tmp_path, "01JRUN", HEAD, signer, "titlewatch test", [])
    said = json.loads(path.read_bytes())
    assert (path.name, said["run"], said["ledger"]) == (
        BEGUN,
        "01JRUN",
        {"size": 3, "last": "1" * 64, "root": "2" * 64},
    )
    assert len(bytes.fromhex(said["random"])) == 32
    assert (said["timestamps"], said["authorities"], said["signer"]) == ("UNSTAMPED", [], signer.fingerprint)
    keys.verify(signer.public_pem, path.read_bytes(), path.with_name(BEGUN + ".ed25519").read_bytes())
    with pytest.raises(EvidenceError, match="has begun already"):
        beginning.begin(tmp_path, "01JRUN", HEAD, signer, "titlewatch test", [])
    other = beginning.begin(tmp_path, "01JSECOND", HEAD, signer, "titlewatch test", ["alpha"])
    assert json.loads(other.read_bytes())["timestamps"] == "asked"
    assert json.loads(other.read_bytes())["random"] != said["random"]


def test_every_metadata_record_names_the_stamps(pristine: Workspace) -> None:
    tokens = beginning.Tokens(pristine.evidence)("01JRUN")
    assert [token["authority"] for token in tokens] == ["alpha", "beta"]
    said = json.loads(records_of(exchange(), tokens)[-1].block)
    assert said["not_before"] == tokens
    passed = [finding for finding in check(pristine) if finding.check in ("beginning", "not before")]
    assert [(finding.object, finding.state) for finding in passed] == [(BEGUN, "pass"), ("01JRUN", "pass")]
    assert beginning.described(tokens).count("reply-sha256:") == 2


def test_openssl_checks_the_stamp_over_a_beginning(pristine: Workspace, authority: PracticeAuthority) -> None:
    facts = json.loads((pristine.evidence / f"{BEGUN}.alpha.json").read_bytes())
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-attime", str(facts["verify_attime"]), "-data", BEGUN, "-in", f"{BEGUN}.alpha.tsr",
         "-CAfile", authority.roots, "-untrusted", f"{BEGUN}.alpha.chain.pem"],
        cwd=pristine.evidence, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in done.stdout


def edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Workspace], None]:
    def tamper(space: Workspace) -> None:
        (space.evidence / name).write_bytes(change((space.evidence / name).read_bytes()))

    return tamper


def another_key(space: Workspace) -> None:
    forger = keys.create(space.folder.parent / "forger")
    (space.evidence / f"{BEGUN}.ed25519").write_bytes(forger.sign((space.evidence / BEGUN).read_bytes()))


TAMPERINGS: dict[str, tuple[Callable[[Workspace], None], str]] = {
    "changed": (edit(BEGUN, lambda data: data.replace(b'"random":"', b'"random":"0', 1)), BEGUN),
    "removed": (lambda space: (space.evidence / BEGUN).unlink(), BEGUN),
    "emptied": (edit(BEGUN, lambda data: b""), BEGUN),
    "signature removed": (lambda space: (space.evidence / f"{BEGUN}.ed25519").unlink(), f"{BEGUN}.ed25519"),
    "signed by another": (another_key, f"{BEGUN}.ed25519"),
    "reply removed": (lambda space: (space.evidence / f"{BEGUN}.alpha.tsr").unlink(), f"{BEGUN}.alpha"),
    "facts changed": (edit(f"{BEGUN}.beta.json", lambda data: data.replace(b"beta", b"zeta")), f"{BEGUN}.beta.json"),
    "chain changed": (edit(f"{BEGUN}.beta.chain.pem", lambda data: data + b"\n"), f"{BEGUN}.beta.chain.pem"),
    "a link": (
        lambda space: ((space.evidence / BEGUN).rename(space.folder / "b"), (space.evidence / BEGUN).symlink_to(space.folder / "b"))[1],
        BEGUN,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_spoilt_beginning_is_found_and_named(copy: Workspace, name: str) -> None:
    tamper, named = TAMPERINGS[name]
    tamper(copy)
    failed = [finding for finding in check(copy) if finding.state == "fail"]
    assert named in {finding.object for finding in failed}, failed


def test_records_that_name_other_stamps_or_none_are_found(tmp_path: Path, authority: PracticeAuthority) -> None:
    for number, named in enumerate(
        ([], [{"authority": "alpha", "gen_time": "2020-01-01T00:00:00Z", "reply_sha256": "0" * 64}], None)
    ):
        space = make_with(tmp_path / str(number), authority, named)
        failed = [finding for finding in check(space) if finding.state == "fail"]
        assert {finding.check for finding in failed} == {"not before"}, failed


def make_with(folder: Path, authority: PracticeAuthority, named: list[beginning.Token] | None) -> Workspace:
    """A workspace with one record that names what it is told to name."""
    from crawler.evidence.warc import Segment
    from tests.evidence.workspace import stamp

    evidence = folder / "evidence"
    evidence.mkdir(parents=True)
    signer = keys.create(folder / "keys")
    with Ledger(evidence / "ledger.jsonl") as ledger:
        ledger.append([entries.init_body(signer, "titlewatch test")])
        begun = beginning.begin(evidence, "01JRUN", ledger.head(), signer, "titlewatch test", ["alpha"])
        ledger.append([entries.begin_body(begun)])
        stamp(begun, "alpha", authority, ledger)
        with Segment.create(evidence, "first", {}) as segment:
            made = exchange()
            placed = segment.append(records_of(made, named))
            segment.sync()
        ledger.append([entries.exchange_body(made, placed)])
    return Workspace(folder, signer.public_pem, authority.roots.read_bytes())


def test_a_run_without_a_beginning_is_said_and_no_failure(tmp_path: Path) -> None:
    from crawler.evidence.warc import Segment

    evidence = tmp_path / "evidence"
    evidence.mkdir()
    signer = keys.create(tmp_path / "keys")
    with Ledger(evidence / "ledger.jsonl") as ledger:
        ledger.append([entries.init_body(signer, "titlewatch test")])
        with Segment.create(evidence, "first", {}) as segment:
            placed = segment.append(records_of(exchange()))
            segment.sync()
        ledger.append([entries.exchange_body(exchange(), placed)])
    found = check(Workspace(tmp_path, signer.public_pem, b""))
    assert not [finding for finding in found if finding.state == "fail"]
    assert [f.why for f in found if f.check == "not before"] == ["the run has no beginning"]


def test_a_clock_that_leapt_while_no_run_went_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = keys.create(tmp_path / "keys")
    assert beginning.idle_jump(tmp_path) is None
    beginning.begin(tmp_path, "01JRUN", HEAD, signer, "titlewatch test", [])
    assert beginning.idle_jump(tmp_path) is None
    later = datetime.now(UTC) + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    jump = beginning.idle_jump(tmp_path)
    assert jump is not None and 7199 < float(jump["seconds"]) < 7201
    monkeypatch.setattr(clock, "boot", lambda: "another start of the machine")
    assert beginning.idle_jump(tmp_path) is None


def test_offsets_beyond_the_limit() -> None:
    asked = datetime(2026, 3, 1, 8, 0, 0, tzinfo=UTC)
    answered = asked + timedelta(seconds=2)
    ahead = clock_offset.stamp_body("r", "alpha", "s", asked + timedelta(seconds=30), asked, answered, 10)
    assert (ahead["least_ms"], ahead["most_ms"]) == (28_000, 31_000)
    assert clock_offset.beyond(ahead) == "+28.000 s against alpha"
    behind = clock_offset.stamp_body("r", "alpha", "s", asked - timedelta(seconds=30), asked, answered, 10)
    assert clock_offset.beyond(behind) == "-29.000 s against alpha"
    near = clock_offset.stamp_body("r", "alpha", "s", asked + timedelta(seconds=11), asked, answered, 10)
    assert clock_offset.beyond(near) is None
    assert clock_offset.beyond(clock_offset.ntp_body("r", "time.example", -11.5, 0.1, 2, "none", 0.01, 10))
    assert clock_offset.beyond(clock_offset.ntp_body("r", "time.example", 9.5, 0.1, 2, "none", 0.01, 10)) is None
    assert clock_offset.beyond(clock_offset.silent_body("r", "time.example", "no answer")) is None
    assert clock_offset.beyond(clock_offset.system_body("r", "no", "16000.000", "adjtimex")) is None


def test_verify_says_where_the_clock_was_off(copy: Workspace) -> None:
    with Ledger(copy.evidence / "ledger.jsonl") as ledger:
        ledger.append([clock_offset.ntp_body("01JRUN", "time.example", 42.0, 0.1, 2, "none", 0.01, 10)])
        ledger.append([{"type": "clock-jump", "before": "2026-03-01T08:00:00Z", "seconds": "-3600.000"}])
    told = [finding for finding in check(copy) if finding.check == "clock"]
    assert [finding.state for finding in told] == ["not_checked", "not_checked"]
    assert "+42.000 s against time.example" in told[0].why and "-3600.000 s" in told[1].why


def renew(space: Workspace, authority: PracticeAuthority, renewal: int, over: bytes | None = None) -> None:
    """Renew alpha's stamp over the beginning, as the next link of its chain."""
    subject = space.evidence / BEGUN
    data = stamps.subject_of(subject, "alpha", renewal).read_bytes() if over is None else over
    request = timestamp.make_request(data)
    reply = authority.reply(request.der)
    made = timestamp.check_reply(request.der, reply, authority.roots.read_bytes(), datetime.now(UTC), [authority.crl()])
    stamps.store_stamp(subject, "alpha", request.der, reply, made, "http://127.0.0.1/", renewal)
    with Ledger(space.evidence / "ledger.jsonl") as ledger:
        ledger.append([entries.stamp_body(subject, "alpha", renewal)])


def test_renewals_are_chained_and_checked(copy: Workspace, authority: PracticeAuthority) -> None:
    for number in (1, 2):
        renew(copy, authority, number)
    assert (BEGUN, "alpha", 2) in [
        (link.subject.name, link.authority, link.renewal) for link in stamps.newest(copy.evidence)[0]
    ]
    found = check(copy)
    assert not [finding for finding in found if finding.state == "fail"]
    passed = {finding.object for finding in found if finding.check == "stamp" and finding.state == "pass"}
    assert {f"{BEGUN}.alpha.renewal-1", f"{BEGUN}.alpha.renewal-2"} <= passed
    facts = json.loads((copy.evidence / f"{BEGUN}.alpha.renewal-2.json").read_bytes())
    assert facts["subject"] == f"{BEGUN}.alpha.renewal-1.tsr"
    (copy.evidence / f"{BEGUN}.alpha.renewal-1.tsr").unlink()
    failed = {finding.object for finding in check(copy) if finding.state == "fail"}
    assert {f"{BEGUN}.alpha.renewal-1", f"{BEGUN}.alpha.renewal-2"} <= failed


def test_a_renewal_over_something_else_fails(copy: Workspace, authority: PracticeAuthority) -> None:
    renew(copy, authority, 1, over=(copy.evidence / f"{BEGUN}.beta.tsr").read_bytes())
    assert f"{BEGUN}.alpha.renewal-1" in {finding.object for finding in check(copy) if finding.state == "fail"}


def test_a_stamp_that_ends_soon_or_has_ended_is_said(tmp_path: Path, authority: PracticeAuthority) -> None:
    soon = datetime.now(UTC) + timedelta(days=30)
    brief = PracticeAuthority(tmp_path / "brief", validity=("-enddate", f"{soon:%Y%m%d%H%M%SZ}"))
    space = make(tmp_path / "workspace", {"alpha": brief})
    space = Workspace(space.folder, space.key, space.roots + authority.roots.read_bytes())
    life = [finding for finding in check(space) if finding.check == "stamp life"]
    assert len(life) == 3 and all("titlewatch evidence renew" in finding.why for finding in life)
    assert len(stamps.ending(space.evidence, datetime.now(UTC))[0]) == 3
    assert stamps.ending(space.evidence, datetime.now(UTC), timedelta(days=10)) == ([], [])
    renew(space, authority, 1)
    life = [finding.object for finding in check(space) if finding.check == "stamp life"]
    assert f"{BEGUN}.alpha" not in life and len(life) == 2
    later = run_later(space, "+40d")
    assert later["failed"] == [] and later["life"] == {"first.seal.json.alpha", "second.seal.json.alpha"}


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
def test_a_stamp_renewed_in_time_holds_after_its_certificates_have_ended(
    tmp_path: Path, authority: PracticeAuthority
) -> None:
    soon = datetime.now(UTC) + timedelta(days=30)
    brief = PracticeAuthority(tmp_path / "brief", validity=("-enddate", f"{soon:%Y%m%d%H%M%SZ}"))
    space = make(tmp_path / "workspace", {"alpha": brief})
    renew(space, authority, 1)
    space = Workspace(space.folder, space.key, space.roots + authority.roots.read_bytes())
    later = run_later(space, "+5y")
    assert later["failed"] == []
    assert f"{BEGUN}.alpha" not in later["life"]
    assert {f"{BEGUN}.alpha", f"{BEGUN}.alpha.renewal-1"} <= later["stamped"]


def run_later(space: Workspace, when: str) -> dict[str, set[str]]:
    """What verify says at another time."""
    for name, data in (("key", space.key), ("roots", space.roots)):
        (space.folder.parent / name).write_bytes(data)
    script = (
        "import sys, json; from pathlib import Path; from crawler.evidence.verify import workspace\n"
        "folder, key, roots = map(Path, sys.argv[1:])\n"
        "for f in workspace(folder, key.read_bytes(), roots.read_bytes()): print(json.dumps([f.check, f.object, f.state, f.why]))\n"
    )
    import sys

    done = subprocess.run(
        ["faketime", "-f", when, sys.executable, "-c", script, space.folder, space.folder.parent / "key", space.folder.parent / "roots"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {
        "failed": [f for f in found if f[2] == "fail"],  # type: ignore[dict-item]
        "life": {f[1] for f in found if f[0] == "stamp life"},
        "stamped": {f[1] for f in found if f[0] == "stamp" and f[2] == "pass"},
    }
