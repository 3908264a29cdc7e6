"""Records and segments: exact bytes, accepted by other people's tools, whole after a crash."""

import gzip
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import EvidenceError, StorageError, VerificationError
from crawler.evidence.warc import Placement, Segment, iterate, read_member, records_of, recover, resource_record, scan
from tests.evidence.samples import NASTY, PLAIN, START, exchange, tls

BIN = Path(sys.executable).parent
FACTS = {"software": "titlewatch test", "operator": "An Office", "run": "01JRUN", "robots": "obey"}


def accepted_by_other_tools(path: Path) -> None:
    for command in (["gzip", "-t"], [BIN / "warcio", "check", "-v"], [BIN / "fastwarc", "check", "-p"]):
        done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        assert "fail" not in done.stdout.replace(str(path), ""), done.stdout
        assert "no digest to check" not in done.stdout


@pytest.mark.parametrize("name", NASTY)
def test_wire_bytes_survive(tmp_path: Path, name: str) -> None:
    made = exchange(NASTY[name])
    with Segment.create(tmp_path, "a", FACTS) as segment:
        placement = segment.append(records_of(made))
        path = segment.seal()
    blocks = {placed.type: read_member(path, placed.offset, placed.length).block for placed in placement.records}
    assert blocks["response"] == NASTY[name]
    assert blocks["request"] == made.request


def test_all_nasty_responses_in_one_segment_are_accepted(tmp_path: Path) -> None:
    with Segment.create(tmp_path, "a", FACTS) as segment:
        for number, response in enumerate(NASTY.values()):
            segment.append(records_of(exchange(response, number, truncated="disconnect")))
        path = segment.seal()
    accepted_by_other_tools(path)
    assert sum(1 for _ in scan(path)) == 1 + 3 * len(NASTY)


@given(st.binary(min_size=1, max_size=400), st.booleans())
def test_any_bytes_survive_a_round_trip(tmp_path_factory: pytest.TempPathFactory, data: bytes, http: bool) -> None:
    response = (b"HTTP/1.1 200 OK\r\n" if http else b"") + data
    folder = tmp_path_factory.mktemp("warc")
    with Segment.create(folder, "a", FACTS) as segment:
        segment.append(records_of(exchange(response)))
        path = segment.seal()
    found = [record.block for _, record in iterate(path) if record.record_type == "response"]
    assert found == [response]


def test_fuzzed_heads_are_accepted_by_other_tools(tmp_path: Path) -> None:
    chance = random.Random(7)
    pieces = [b"\r\n", b"\n", b"\r", b":", b" ", b"\t", b"\x00", b"\x0b", b"\x1d", b"\x85", b"\xa0", b"A", b"Content-Length: 3",
              b"Transfer-Encoding: chunked", b"Content-Encoding: gzip", b"HTTP/1.1 200 OK", b"WARC/1.1", b"5\r\nhello"]  # fmt: skip
    with Segment.create(tmp_path, "a", FACTS) as segment:
        for number in range(300):
            junk = b"".join(chance.choices(pieces, k=chance.randint(1, 12)))
            head = b"HTTP/1.1 200 OK\r\n" if chance.random() < 0.8 else b""
            segment.append(records_of(exchange(head + junk + b"\r\n\r\nbody", number)))
        path = segment.seal()
    accepted_by_other_tools(path)


def test_the_records_name_the_connection(tmp_path: Path) -> None:
    made = exchange(PLAIN, tls=tls(), port=443, url="https://forum.example/t/1")
    response, request, metadata = records_of(made)
    assert response.field("WARC-IP-Address") == "127.0.0.1"
    assert [value for name, value in response.fields if name == "WARC-Protocol"] == ["http/1.1", "tls/1.3"]
    assert response.field("WARC-Cipher-Suite") == "TLS_AES_256_GCM_SHA384"
    assert response.field("WARC-Date") == "2026-03-01T08:00:00.123456Z"
    assert response.field("WARC-Concurrent-To") == f"<{request.record_id}>"
    assert response.field("WARC-Payload-Digest") == f"sha256:{hashlib.sha256(b'hello').hexdigest()}"
    facts = json.loads(metadata.block)
    assert facts["tls"]["verify_error"] == "self-signed certificate in chain"
    assert len(facts["tls"]["chain_pem"]) == 2
    assert facts["monotonic_ns"] == str(2**60)
    assert facts["entity"] == {"sha256": hashlib.sha256(b"hello").hexdigest(), "bytes": 5, "note": None}
    assert records_of(made) == records_of(made)


def test_a_failed_exchange_has_request_and_metadata() -> None:
    made = exchange(b"", status=None, error="connect: refused", first_byte_at=None)
    assert [record.record_type for record in records_of(made)] == ["request", "metadata"]
    refused = exchange(b"", request=b"", status=None, address=None, error="refused-address: 169.254.0.1")
    (only,) = records_of(refused)
    assert json.loads(only.block)["error"] == "refused-address: 169.254.0.1"
    assert only.field("WARC-IP-Address") is None


def test_a_redirect_names_its_target() -> None:
    made = exchange(b"HTTP/1.1 302 Found\r\nLocation: ../x?y=1\r\n\r\n", status=302)
    assert json.loads(records_of(made)[-1].block)["redirect_to"] == "http://forum.example/x?y=1"


@pytest.mark.parametrize("reason", ["length", "time", "disconnect", "unspecified"])
def test_truncation_is_marked(reason: str) -> None:
    assert records_of(exchange(truncated=reason))[0].field("WARC-Truncated") == reason


def test_an_address_with_line_breaks_cannot_forge_a_field(tmp_path: Path) -> None:
    made = exchange(url="http://forum.example/\r\nWARC-IP-Address: 192.0.2.1\r\n标题")
    with Segment.create(tmp_path, "a", FACTS) as segment:
        segment.append(records_of(made))
        path = segment.seal()
    assert all(len(record.fields) < 12 for _, record in iterate(path))
    accepted_by_other_tools(path)
    assert json.loads(records_of(made)[-1].block)["url"] == made.url


def test_resources_and_placements(tmp_path: Path) -> None:
    picture = resource_record("urn:capture:c1/screenshot.png", "image/png", b"\x89PNG", START, "c1")
    with Segment.create(tmp_path, "a", FACTS) as segment:
        first = segment.append([picture])
        second = segment.append(records_of(exchange()))
        segment.sync()
        assert segment.size == second.offset + second.length == segment.path.stat().st_size
        assert segment.path.name == "a.warc.gz.open"
        path = segment.seal()
    assert path.name == first.segment == "a.warc.gz"
    assert Placement.from_dict(json.loads(json.dumps(second.as_dict()))) == second
    raw = path.read_bytes()
    for placed in (*first.records, *second.records):
        member = raw[placed.offset : placed.offset + placed.length]
        assert hashlib.sha256(member).hexdigest() == placed.sha256
        assert gzip.decompress(member).startswith(b"WARC/1.1\r\n")
    accepted_by_other_tools(path)


def test_equal_records_give_equal_members(tmp_path: Path) -> None:
    with Segment.create(tmp_path, "a", FACTS) as segment:
        first, second = (segment.append(records_of(exchange())) for _ in range(2))
    assert [placed.sha256 for placed in first.records] == [placed.sha256 for placed in second.records]


def test_a_segment_is_written_by_one_process_and_never_twice(tmp_path: Path) -> None:
    with Segment.create(tmp_path, "a", FACTS) as segment:
        with pytest.raises(EvidenceError):
            Segment.create(tmp_path, "a", FACTS)
        with pytest.raises(StorageError):
            recover(segment.path)
        segment.seal()
    with pytest.raises(EvidenceError):
        Segment.create(tmp_path, "a", FACTS)


@pytest.mark.parametrize("tail", [b"\x1f\x8b\x08\x00torn", b"\x00" * 4096, b"junk", None])
def test_recovery_keeps_whole_members_and_sets_the_tail_aside(tmp_path: Path, tail: bytes | None) -> None:
    with Segment.create(tmp_path, "a", FACTS) as segment:
        placement = segment.append(records_of(exchange()))
        path = segment.path
    good = path.read_bytes()
    if tail is None:
        tail = good[-40 - placement.records[-1].length : -40]
    path.write_bytes(good + tail)
    found = recover(path)
    assert path.read_bytes() == good
    assert [member.placed() for member in found.members[1:]] == list(placement.records)
    assert found.torn is not None
    assert (tmp_path / found.torn["file"]).read_bytes() == tail
    assert found.torn["sha256"] == hashlib.sha256(tail).hexdigest()
    with Segment.resume(path, FACTS) as segment:
        assert segment.warcinfo_id == found.members[0].placed().id
        segment.append(records_of(exchange(number=1)))
        assert sum(1 for _ in scan(segment.seal())) == len(found.members) + 3


def test_a_whole_segment_needs_no_recovery(tmp_path: Path) -> None:
    with Segment.create(tmp_path, "a", FACTS) as segment:
        path = segment.path
    assert recover(path).torn is None


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    with Segment.create(tmp_path, "a", FACTS) as segment:
        segment.append(records_of(exchange(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(5_000_000))))
        path = segment.seal()
    with pytest.raises(VerificationError, match="more than"):
        list(scan(path, limit=1_000_000))
    assert sum(1 for _ in scan(path)) == 4


def test_a_full_disk_takes_back_the_torn_write(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path;"
        "from crawler.evidence.warc import *; from crawler.errors import StorageError;"
        "from tests.evidence.samples import exchange; import os;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "s = Segment.create(Path(sys.argv[1]), 'a', {});"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000)); good = s.size\n"
        "try:\n"
        "  for n in range(100): s.append(records_of(exchange(b'HTTP/1.1 200 OK\\r\\n\\r\\n' + os.urandom(3000), n))); good = s.size\n"
        "except StorageError as e: print(good, s.path.stat().st_size, e)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True)
    good, size, *words = done.stdout.split()
    assert good == size
    assert "cannot write" in " ".join(words)
    assert recover(tmp_path / "a.warc.gz.open").torn is None


def test_a_killed_writer_loses_nothing_that_was_synced(tmp_path: Path) -> None:
    script = (
        "import sys, os; from pathlib import Path; from crawler.evidence.warc import *;"
        "from tests.evidence.samples import exchange; s = Segment.create(Path(sys.argv[1]), sys.argv[2], {})\n"
        "for n in range(10**6):\n"
        "  s.append(records_of(exchange(os.urandom(50000), n))); s.sync(); print(s.size, flush=True)\n"
    )
    for attempt in range(3):
        name = f"k{attempt}"
        writer = subprocess.Popen([sys.executable, "-c", script, tmp_path, name], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.05 * attempt)
        os.kill(writer.pid, signal.SIGKILL)
        synced = [int(line) for line in writer.stdout.read().split("\n")[:-1]]
        writer.wait()
        found = recover(tmp_path / f"{name}.warc.gz.open")
        assert found.bytes >= max(synced, default=0)
        with Segment.resume(found.path, FACTS) as segment:
            assert sum(1 for _ in scan(segment.seal())) == len(found.members)


def test_times_are_written_in_utc() -> None:
    elsewhere = START.astimezone(timezone(timedelta(hours=8)))
    assert records_of(exchange(started_at=elsewhere)) == records_of(exchange())
