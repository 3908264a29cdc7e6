"""Every tampering with a workspace is found, and named."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from crawler import clock
from crawler.evidence import beginning, entries, keys, seal, stamps
from crawler.evidence.canonical import canonical_json
from crawler.evidence.ledger import Ledger
from crawler.evidence.verify import workspace
from crawler.evidence.warc import Segment, capture_record, iterate, records_of, recover, resource_record, scan
from crawler.evidence.warc_record import gzip_member
from crawler.model import Finding
from crawler.practice.authority import PracticeAuthority
from tests.evidence.samples import exchange
from tests.evidence.workspace import FACTS, Workspace, make, stamp


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PracticeAuthority]:
    return {
        "alpha": PracticeAuthority(tmp_path_factory.mktemp("alpha")),
        "beta": PracticeAuthority(tmp_path_factory.mktemp("beta"), send_root=True),
    }


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory, authorities: dict[str, PracticeAuthority]) -> Workspace:
    return make(tmp_path_factory.mktemp("pristine"), authorities)


@pytest.fixture
def copy(pristine: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "copy"
    shutil.copytree(pristine.folder, folder)
    yield Workspace(folder, pristine.key, pristine.roots)


def check(space: Workspace, outside: bool = True) -> list[Finding]:
    return list(workspace(space.folder, space.key if outside else None, space.roots if outside else None))


def failures(space: Workspace, outside: bool = True) -> list[Finding]:
    return [finding for finding in check(space, outside) if finding.state == "fail"]


def lines(space: Workspace) -> list[bytes]:
    return (space.evidence / "ledger.jsonl").read_bytes().splitlines(keepends=True)


def put(space: Workspace, new: list[bytes]) -> None:
    (space.evidence / "ledger.jsonl").write_bytes(b"".join(new))


def rechained(space: Workspace, bodies: list[dict[str, object]]) -> None:
    """Write a ledger anew, consistently, as a forger with our code would."""
    out, previous = [], "0" * 64
    for seq, body in enumerate(bodies):
        entry = {**body, "seq": seq, "prev": previous}
        entry.pop("hash", None)
        previous = sha256(canonical_json(entry)).hexdigest()
        out.append(canonical_json(entry | {"hash": previous}) + b"\n")
    put(space, out)


def test_a_workspace_whose_evidence_was_all_taken_away_fails(copy: Workspace) -> None:
    for path in copy.evidence.iterdir():
        if path.is_file():
            path.unlink()
    put(copy, [])
    assert [(finding.check, finding.found) for finding in failures(copy)] == [("ledger", "none")]


def test_an_honest_workspace_passes(pristine: Workspace) -> None:
    findings = check(pristine)
    assert [finding for finding in findings if finding.state == "fail"] == []
    passed = {(finding.check, finding.object) for finding in findings if finding.state == "pass"}
    assert {("ledger", "ledger.jsonl"), ("segment", "first.warc.gz"), ("seal", "second.seal.json")} <= passed
    assert ("stamp", "first.seal.json.alpha") in passed
    unchecked = [finding for finding in findings if finding.state == "not_checked"]
    assert [(finding.check, finding.object) for finding in unchecked] == [
        ("open segment", "third.warc.gz.open"),
        ("ledger tail", "ledger.jsonl"),
    ]
    assert all(finding.why for finding in unchecked)


def test_without_key_and_roots_it_says_so(pristine: Workspace) -> None:
    findings = check(pristine, outside=False)
    assert not [finding for finding in findings if finding.state == "fail"]
    said = {finding.check for finding in findings if finding.state == "not_checked"}
    assert {"signer", "roots", "stamp"} <= said


def test_a_changed_byte_in_the_key_that_is_handed_out_is_found(copy: Workspace) -> None:
    path = copy.folder / "keys/signer.pub.pem"
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :])
        found = failures(copy)
        assert {finding.object for finding in found} == {"keys/signer.pub.pem"}, (place, found)


def test_a_changed_byte_in_a_segment_hides_no_other_record(copy: Workspace) -> None:
    path = copy.evidence / "first.warc.gz"
    data = path.read_bytes()
    for place in (3, len(data) // 3, len(data) // 2, len(data) - 3):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :])
        found = failures(copy)
        assert {finding.object for finding in found if finding.check == "seal"} == {"first.warc.gz"}
        assert not any(finding.found == "no such record" for finding in found)
        assert len(found) <= 3, found


def test_another_key_beside_the_ledger_is_found(copy: Workspace, tmp_path: Path) -> None:
    other = keys.create(tmp_path / "other")
    (copy.folder / "keys/signer.pub.pem").write_bytes(other.public_pem)
    assert [(f.object, f.found) for f in failures(copy)] == [("keys/signer.pub.pem", other.fingerprint)]


def test_pending_unstamped_unsealed_and_recovered_are_not_checked(
    tmp_path: Path, authorities: dict[str, PracticeAuthority]
) -> None:
    space = make(tmp_path, authorities, stamped=False)
    ledger = Ledger(space.evidence / "ledger.jsonl")
    signer = keys.load(tmp_path / "keys")
    assert len(stamps.pending(space.evidence, sorted(authorities))) == 4
    stamp(space.evidence / "first.seal.json", "alpha", authorities["alpha"], ledger)
    assert len(stamps.pending(space.evidence, sorted(authorities))) == 3
    open_path = space.evidence / "third.warc.gz.open"
    with open_path.open("ab") as file:
        file.write(gzip_member(records_of(exchange(number=900))[0].rendered()) + b"\x1f\x8btorn")
    known = max(record["offset"] + record["length"] for entry in ledger.entries() for record in
                (entry.body.get("record") or {"records": [{"offset": 0, "length": 0}]})["records"]
                if (entry.body.get("record") or {}).get("segment") == "third.warc.gz")  # fmt: skip
    found = recover(open_path)
    ledger.append([entries.recovery_body(found, known)])
    with Segment.resume(open_path, FACTS) as segment:
        sealed = segment.seal()
    assert seal.unsealed(space.evidence) == [sealed]
    with (space.evidence / "ledger.jsonl").open("ab") as file:
        file.write(b'{"torn":')
    findings = check(space)
    assert not [finding for finding in findings if finding.state == "fail"]
    why = " ".join(finding.why for finding in findings if finding.state == "not_checked")
    for words in ("pending", "not sealed yet", "set aside", "not whole"):
        assert words in why
    ledger.append([{"type": "run-start", "run": "2"}])
    path = seal.seal(sealed, ledger.head(), signer, None, "titlewatch test")
    ledger.append([entries.seal_body(path)])
    findings = check(space)
    assert not [finding for finding in findings if finding.state == "fail"]
    assert "UNSTAMPED" in " ".join(finding.why for finding in findings)


def flip(name: str, place: float, mask: int = 0x01) -> Callable[[Workspace], None]:
    def tamper(space: Workspace) -> None:
        path = space.folder / name
        data = bytearray(path.read_bytes())
        data[int(place * (len(data) - 1))] ^= mask
        path.write_bytes(data)

    return tamper


def remove(name: str) -> Callable[[Workspace], None]:
    return lambda space: (space.folder / name).unlink()


def edit_ledger(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Workspace], None]:
    return lambda space: put(space, change(lines(space)))


def reforge(change: Callable[[list[dict[str, object]]], list[dict[str, object]]]) -> Callable[[Workspace], None]:
    return lambda space: rechained(space, change([json.loads(line) for line in lines(space)]))


def edit_segment(
    change: Callable[[list[bytes]], list[bytes]], name: str = "first.warc.gz"
) -> Callable[[Workspace], None]:
    def tamper(space: Workspace) -> None:
        path = space.evidence / name
        data = path.read_bytes()
        members = [data[member.offset : member.offset + member.length] for member in scan(path)]
        path.write_bytes(b"".join(change(members)))

    return tamper


def forge_date(space: Workspace) -> None:
    path = space.evidence / "first.warc.gz"
    out = []
    for _, record in iterate(path):
        fields = tuple((name, value.replace("2026-03-01", "2025-03-01")) for name, value in record.fields)
        out.append(gzip_member(type(record)(fields, record.block).rendered()))
    path.write_bytes(b"".join(out))


def one_member(space: Workspace) -> None:
    path = space.evidence / "first.warc.gz"
    path.write_bytes(gzip_member(b"".join(record.rendered() for _, record in iterate(path))))


def swap(one: str, two: str) -> Callable[[Workspace], None]:
    def tamper(space: Workspace) -> None:
        first, second = space.evidence / one, space.evidence / two
        data = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(data)

    return tamper


def resign(space: Workspace) -> None:
    """A forger's own key in keys/, and the seal signed anew."""
    shutil.rmtree(space.folder / "keys")
    signer = keys.create(space.folder / "keys")
    path = space.evidence / "first.seal.json"
    said = json.loads(path.read_bytes()) | {"signer": signer.fingerprint}
    path.write_bytes(canonical_json(said))
    path.with_name(path.name + ".ed25519").write_bytes(signer.sign(canonical_json(said)))


def unseal(space: Workspace) -> None:
    """Drop the seal with everything beside it, and its entries from the ledger, consistently."""
    for path in space.evidence.glob("first.seal.json*"):
        path.unlink()
    bodies = [json.loads(line) for line in lines(space)]
    keep = [
        body
        for body in bodies
        if body.get("subject") != "first.seal.json" and (body["type"], body.get("segment")) != ("seal", "first.warc.gz")
    ]
    rechained(space, keep)


def forget_segment(space: Workspace) -> None:
    """Delete an inconvenient segment, its seal and every entry about it, consistently."""
    for path in space.evidence.glob("first.*"):
        path.unlink()
    bodies = [json.loads(line) for line in lines(space)]
    rechained(space, [body for body in bodies if "first." not in json.dumps(body)])


def reseal_elsewhere(space: Workspace) -> None:
    path = space.evidence / "first.seal.json"
    said = json.loads(path.read_bytes())
    path.write_bytes(canonical_json(said | {"sealed_at": "2020-01-01T00:00:00Z"}))


def restamp(space: Workspace) -> None:
    """A stamp by somebody else's authority in place of ours, the ledger made to agree."""
    forger = PracticeAuthority(Path(tempfile.mkdtemp(dir=space.folder)) / "forger")
    path = space.evidence / "first.seal.json"
    for old in space.evidence.glob("first.seal.json.alpha*"):
        old.unlink()
    bodies = [json.loads(line) for line in lines(space)]
    stamp(path, "alpha", forger, Ledger(space.evidence / "ledger.jsonl"))
    new = json.loads(lines(space)[-1])
    rechained(
        space,
        [
            body if (body.get("subject"), body.get("authority")) != ("first.seal.json", "alpha") else new
            for body in bodies
        ],
    )
    for old in (space.folder).glob("tmp*"):
        shutil.rmtree(old)


def link(space: Workspace) -> None:
    path = space.evidence / "first.warc.gz"
    path.rename(space.folder / "elsewhere")
    path.symlink_to(space.folder / "elsewhere")


def move_file(space: Workspace) -> None:
    (space.evidence / "first.warc.gz").rename(space.evidence / "another.warc.gz")


def edited(
    field: str, value: object, kind: str = "exchange"
) -> Callable[[list[dict[str, object]]], list[dict[str, object]]]:
    def change(bodies: list[dict[str, object]]) -> list[dict[str, object]]:
        first = next(body for body in bodies if body["type"] == kind)
        first[field] = value
        return bodies

    return change


S = "evidence/first.warc.gz"
J = "evidence/first.seal.json"
L = "evidence/ledger.jsonl"
TAMPERINGS: dict[str, tuple[Callable[[Workspace], None], str]] = {
    **{f"bit {place} of a segment": (flip(S, place), "first.warc.gz") for place in (0.0, 0.003, 0.2, 0.5, 0.77, 1.0)},
    **{f"bit {place} of a seal": (flip(J, place), "first.seal.json") for place in (0.0, 0.3, 0.6, 1.0)},
    **{f"bit {place} of a signature": (flip(J + ".ed25519", place), "first.seal.json.ed25519") for place in (0.0, 0.5, 1.0)},
    **{f"bit {place} of the ledger": (flip(L, place), "ledger.jsonl") for place in (0.0, 0.1, 0.5, 0.9, 0.999)},
    **{f"bit in stamp{part}": (flip(J + ".alpha" + part, 0.6), "first.seal.json.alpha") for part in (".tsq", ".tsr", ".chain.pem", ".json")},
    "bit in an open segment's entered record": (flip("evidence/third.warc.gz.open", 0.5), "third.warc.gz"),
    "segment removed": (remove(S), "first.warc.gz"),
    "open segment removed": (remove("evidence/third.warc.gz.open"), "third.warc.gz"),
    "seal removed": (remove(J), "first.seal.json"),
    "signature removed": (remove(J + ".ed25519"), "first.seal.json.ed25519"),
    "stamp reply removed": (remove(J + ".beta.tsr"), "first.seal.json.beta"),
    "stamp facts removed": (remove(J + ".beta.json"), "first.seal.json.beta"),
    "ledger removed": (remove(L), "ledger.jsonl"),
    "segment renamed": (move_file, "first.warc.gz"),
    "open copy beside a sealed segment": (
        lambda space: shutil.copy(space.folder / S, space.folder / (S + ".open")) and None, "first.warc.gz.open",
    ),
    "exhibit on an unknown exchange": (reforge(edited("exchanges", ["nothing"], "exhibit")), "ledger.jsonl"),
    "capture renamed under an exhibit": (reforge(edited("capture", "another", "capture")), "ledger.jsonl"),
    "segment is a link": (link, "first.warc.gz"),
    "segments swapped": (swap("first.warc.gz", "second.warc.gz"), "first.warc.gz"),
    "seals swapped": (swap("first.seal.json", "second.seal.json"), "first.seal.json"),
    "signatures swapped": (swap("first.seal.json.ed25519", "second.seal.json.ed25519"), "first.seal.json.ed25519"),
    "stamps swapped": (swap("first.seal.json.alpha.tsr", "first.seal.json.beta.tsr"), "first.seal.json.alpha.tsr"),
    "first record removed": (edit_segment(lambda members: members[1:]), "first.warc.gz"),
    "middle record removed": (edit_segment(lambda members: members[:4] + members[5:]), "first.warc.gz"),
    "last record removed": (edit_segment(lambda members: members[:-1]), "first.warc.gz"),
    "record added": (edit_segment(lambda members: [*members, members[3]]), "first.warc.gz"),
    "records reordered": (edit_segment(lambda members: [members[0], members[2], members[1], *members[3:]]), "first.warc.gz"),
    "segment cut by 40 bytes": (lambda space: (space.folder / S).write_bytes((space.folder / S).read_bytes()[:-40]), "first.warc.gz"),
    "segment cut to a third": (lambda space: (space.folder / S).write_bytes((space.folder / S).read_bytes()[:2000]), "first.warc.gz"),
    "segment emptied": (lambda space: (space.folder / S).write_bytes(b""), "first.warc.gz"),
    "segment padded with zeros": (lambda space: (space.folder / S).write_bytes((space.folder / S).read_bytes() + bytes(4096)), "first.warc.gz"),
    "one gzip member for all": (one_member, "first.warc.gz"),
    "dates forged": (forge_date, "first.warc.gz"),
    "entry deleted": (edit_ledger(lambda old: old[:5] + old[6:]), "entry 5"),
    "first entry deleted": (edit_ledger(lambda old: old[1:]), "entry 0"),
    "entries swapped": (edit_ledger(lambda old: [*old[:4], old[5], old[4], *old[6:]]), "entry 4"),
    "entry doubled": (edit_ledger(lambda old: [*old[:5], old[4], *old[5:]]), "entry 5"),
    "empty line": (edit_ledger(lambda old: [*old[:5], b"\n", *old[5:]]), "entry 5"),
    "spaces in a line": (edit_ledger(lambda old: [*old[:5], old[5].replace(b":", b": ", 1), *old[6:]]), "entry 5"),
    "name doubled in a line": (edit_ledger(lambda old: [*old[:5], old[5].replace(b"{", b'{"a":1,"a":1,', 1), *old[6:]]), "entry 5"),
    "ledger cut below its seals": (edit_ledger(lambda old: old[:8]), "first.seal.json"),
    "entry changed, chain reforged": (reforge(edited("url", "http://other.example/")), "first.seal.json"),
    "entry deleted, chain reforged": (reforge(lambda bodies: bodies[:9] + bodies[10:]), "first.seal.json"),
    "entry inserted, chain reforged": (reforge(lambda bodies: [*bodies[:3], {"type": "decision", "utc": "x", "mono_ns": "1"}, *bodies[3:]]), "first.seal.json"),
    "exchange hash reforged": (reforge(edited("response", {"sha256": "0" * 64, "bytes": 1})), "entry 5"),
    "kept bytes denied": (reforge(edited("record", None)), "first.warc.gz"),
    "capture files reforged": (reforge(edited("files", {"screenshot.png": {"sha256": "0" * 64, "bytes": 1}}, "capture")), "ledger.jsonl"),
    "key replaced": (resign, "first.seal.json"),
    "seal's time changed": (reseal_elsewhere, "first.seal.json"),
    "seal forgotten, chain reforged": (unseal, "second.seal.json"),
    "segment forgotten, chain reforged": (forget_segment, "second.seal.json"),
    "stamp of another authority": (restamp, "first.seal.json.alpha"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_named(copy: Workspace, name: str) -> None:
    tamper, named = TAMPERINGS[name]
    tamper(copy)
    found = failures(copy)
    assert found, name
    assert any(named in finding.object for finding in found), found
    assert all(finding.why for finding in found)


@pytest.mark.parametrize("name", [name for name in TAMPERINGS if name != "stamp of another authority"])
def test_tampering_is_found_without_help_from_outside(copy: Workspace, name: str) -> None:
    TAMPERINGS[name][0](copy)
    assert failures(copy, outside=False)


@pytest.mark.parametrize("part", [".warc.gz", ".seal.json", ".seal.json.ed25519", ".seal.json.alpha.tsr"])
def test_hostile_files_do_not_hurt(copy: Workspace, part: str) -> None:
    path = copy.evidence / f"first{part}"
    for junk in (
        b"",
        b"\x00" * 70_000,
        b"[" * 200_000,
        b"{" * 10,
        b"\xff\xfe",
        b'{"ledger":{"size":-1}}',
        b"null",
        b"1e999",
    ):
        path.write_bytes(junk)
        assert failures(copy)


@pytest.mark.parametrize(
    "line",
    [b"[]", b"null", b'"x"', b"1", b"[" * 200_000, b'{"type":1}', b'{"type":"exchange"}', b'{"type":"seal","segment":[]}',
     b'{"type":"kept","exchange":{}}', b'{"record":{"records":[{}],"segment":"../../x"},"type":"x"}', b'{"record":"x","type":"x"}',
     b'{"files":[],"type":"capture"}', b'{"torn":1,"type":"recovery"}', b'{"type":"stamp","subject":[],"authority":"x","files":{}}',
     b'{"authority":"../../x","files":{},"subject":"first.seal.json","type":"stamp"}', b'{"record":{"records":[],"segment":1},"type":"x"}',
     b'{"captures":[[]],"exchanges":[{}],"exhibit":1,"type":"exhibit"}', b'{"type":"seal","segment":"first.warc.gz","seal_sha256":1}', b'{"bytes":"kept","exchange":"1","request":{"sha256":1},"response":{"sha256":{}},"type":"exchange"}'],
)  # fmt: skip
def test_hostile_entries_do_not_hurt(copy: Workspace, line: bytes) -> None:
    put(copy, [*lines(copy), line + b"\n"])
    assert failures(copy)


def test_an_escaping_segment_name_is_refused(copy: Workspace) -> None:
    bodies = [json.loads(line) for line in lines(copy)]
    record = {"segment": "../../../etc/x.warc.gz", "offset": 0, "length": 0, "records": []}
    rechained(copy, [*bodies, {"type": "kept", "exchange": bodies[5]["exchange"], "record": record}])
    assert any("not a segment's name" in finding.why for finding in failures(copy))


def test_the_verifier_needs_few_packages(pristine: Workspace) -> None:
    script = (
        "import sys\n"
        "class Ban:\n"
        "  def find_spec(self, name, path=None, target=None):\n"
        "    top = name.partition('.')[0]\n"
        "    allowed = {'crawler', 'cryptography', 'rfc3161_client', 'cffi', '_cffi_backend', 'typing_extensions'}\n"
        "    if top not in sys.stdlib_module_names and top not in allowed: raise ImportError('not allowed: ' + name)\n"
        "sys.meta_path.insert(0, Ban())\n"
        "from pathlib import Path\n"
        "from crawler.evidence.verify import workspace\n"
        "print([f for f in workspace(Path(sys.argv[1])) if f.state == 'fail'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, pristine.folder], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
def test_everything_still_holds_in_twenty_years(pristine: Workspace, tmp_path: Path) -> None:
    """The authorities' certificates, which end in ten, have ended by then."""
    roots = tmp_path / "roots.pem"
    roots.write_bytes(pristine.roots)
    key = tmp_path / "key.pem"
    key.write_bytes(pristine.key)
    script = (
        "import sys, datetime; from pathlib import Path; from crawler.evidence.verify import workspace\n"
        "folder, key, roots = map(Path, sys.argv[1:])\n"
        "found = list(workspace(folder, key.read_bytes(), roots.read_bytes()))\n"
        "print(datetime.date.today().year, sum(f.check == 'stamp' and f.state == 'pass' for f in found),\n"
        "      [f for f in found if f.state == 'fail'])\n"
    )
    command = ["faketime", "-f", "+20y", sys.executable, "-c", script, pristine.folder, key, roots]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    year, stamps, rest = done.stdout.split(" ", 2)
    assert int(year) >= 2040
    assert (int(stamps), rest) == (6, "[]\n")


def test_a_planted_beginning_does_not_vouch_for_the_entries_after_the_last_seal(copy: Workspace) -> None:
    size = len(lines(copy))
    (copy.evidence / "TW-0.begin.json").write_bytes(canonical_json({"ledger": {"size": size}}))
    found = check(copy)
    assert ("ledger tail", "ledger.jsonl") in {(f.check, f.object) for f in found}
    assert any(f.object == "TW-0.begin.json" and f.state == "fail" for f in found)


def test_a_beginning_that_no_entry_names_tells_of_entries_cut_off_the_end(copy: Workspace) -> None:
    ledger = Ledger(copy.evidence / "ledger.jsonl")
    beginning.begin(copy.evidence, "01LATER", ledger.head(), keys.load(copy.folder / "keys"), "titlewatch test", [])
    ledger.close()
    found = check(copy)
    assert not [f for f in found if f.state == "fail"]
    assert "ledger tail" not in {f.check for f in found}, "its signature covers every entry"
    put(copy, lines(copy)[:-1])
    assert ("ledger head", "TW-01LATER.begin.json") in {(f.check, f.object) for f in failures(copy)}


def test_records_of_pictures_are_not_asked_for_the_beginning_of_a_run(copy: Workspace) -> None:
    ledger = Ledger(copy.evidence / "ledger.jsonl")
    urn = "urn:titlewatch:capture:c9"
    with Segment.create(copy.evidence, "fourth", FACTS) as segment:
        moment = clock.now()
        records = [
            resource_record(f"{urn}/dom.html", "text/html", b"x", moment, "c9", "dom.html"),
            capture_record(urn, canonical_json({"capture": "c9", "exchange": "e"}), moment, "c9"),
        ]
        placed = segment.append(records)
        segment.sync()
    ledger.append([entries.capture_body("c9", "e", "http://forum.example/", {"dom.html": b"x"}, placed)])
    ledger.close()
    found = [f for f in check(copy) if f.check == "not before"]
    assert found and not [f for f in found if f.object == "None"]
