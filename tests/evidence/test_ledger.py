"""The ledger: numbered, chained, shared between processes, whole after a kill."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import clock
from crawler.errors import EvidenceError, StorageError, VerificationError
from crawler.evidence.canonical import canonical_json
from crawler.evidence.ledger import NO_ENTRY, Ledger
from crawler.evidence.strict_json import read_canonical, serialise
from crawler.evidence.tree import Tree, leaf_hash
from tests.steps import steps

APPENDER = (
    "import sys; from pathlib import Path; from crawler.evidence.ledger import Ledger\n"
    "ledger = Ledger(Path(sys.argv[1]))\n"
    "for n in range(int(sys.argv[3])):\n"
    "  ledger.append([{'type': 'test', 'who': sys.argv[2], 'n': n, 'pad': 'x' * (n % 700)} for _ in range(1 + n % 3)])\n"
    "  print(ledger.head().size, flush=True)\n"
)


def holds(path: Path) -> list[dict[str, object]]:
    """Check a ledger file by hand, apart from our own verifier, and return its entries."""
    previous, entries = NO_ENTRY, []
    for seq, line in enumerate(path.read_bytes().splitlines(keepends=True)):
        assert line.endswith(b"\n")
        entry = json.loads(line)
        claimed = entry.pop("hash")
        assert (entry["seq"], entry["prev"]) == (seq, previous)
        assert hashlib.sha256(canonical_json(entry)).hexdigest() == claimed
        assert canonical_json(entry | {"hash": claimed}) + b"\n" == line
        previous = claimed
        entries.append(entry)
    return entries


def test_entries_are_numbered_chained_and_durable(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    assert ledger.head() == (0, NO_ENTRY, hashlib.sha256(b"").hexdigest())
    first = ledger.append([{"type": "init", "name": "标题"}, {"type": "test", "zz": [1, None, {"b": 1, "a": 2}]}])
    second = ledger.append([{"type": "test", "text": 'quote " and \u2028 and \x01'}])
    assert [entry.seq for entry in (*first, *second)] == [0, 1, 2]
    entries = holds(ledger.path)
    assert entries[0]["name"] == "标题"
    assert isinstance(entries[0]["mono_ns"], str)
    tree = Tree(leaf_hash(line) for line in ledger.path.read_bytes().splitlines())
    assert ledger.head() == Ledger(ledger.path).head() == (3, second[0].hash, tree.root().hex())
    assert [entry.seq for entry in ledger.entries(1)] == [1, 2]
    assert next(ledger.entries(2)).line == second[0].line


@pytest.mark.parametrize(
    "body", [{}, {"type": ""}, {"type": "x", "hash": "0"}, {"type": "x", "n": 2**53}, {"type": "x", "t": "\ud800"}]
)
def test_a_bad_body_writes_nothing(tmp_path: Path, body: dict[str, object]) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append([{"type": "good"}])
    with pytest.raises(EvidenceError):
        ledger.append([{"type": "good"}, body])
    assert len(holds(ledger.path)) == 1
    ledger.append([{"type": "good"}])
    assert len(holds(ledger.path)) == 2


def test_two_processes_and_two_threads_append_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    processes = [
        subprocess.Popen([sys.executable, "-c", APPENDER, path, name, "150"], stdout=subprocess.DEVNULL)
        for name in ("one", "two")
    ]
    ledger = Ledger(path)

    def append() -> None:
        for number in range(100):
            ledger.append([{"type": "test", "who": "thread", "n": number}])

    threads = [threading.Thread(target=append) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0, 0]
    entries = holds(path)
    assert len(entries) == 2 * 300 + 2 * 100
    for who in ("one", "two"):
        numbers = [entry["n"] for entry in entries if entry["who"] == who]
        assert numbers == sorted(numbers)  # type: ignore[type-var]
    assert ledger.head().size == len(entries)


@pytest.mark.parametrize("attempt", range(6))
def test_a_killed_appender_loses_nothing_it_reported(tmp_path: Path, attempt: int) -> None:
    path = tmp_path / "ledger.jsonl"
    appender = subprocess.Popen(
        [sys.executable, "-c", APPENDER, path, "x", "100000"], stdout=subprocess.PIPE, text=True
    )
    assert appender.stdout is not None
    appender.stdout.readline()
    time.sleep(0.03 * attempt)
    os.kill(appender.pid, signal.SIGKILL)
    reported = [int(line) for line in appender.stdout.read().split("\n")[:-1]]
    appender.wait()
    Ledger(path).append([{"type": "after"}])
    entries = holds(path)
    assert len(entries) > max(reported, default=0)
    assert entries[-1]["type"] == "after"


@pytest.mark.parametrize("tail", [b'{"seq":1,"prev', b"\x00" * 500, b"\x00" * 100 + b'\n{"seq":9}\n', b"x"])
def test_a_torn_tail_is_set_aside_and_entered(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "ledger.jsonl"
    other = Ledger(path)
    other.append([{"type": "good"}])
    good = path.read_bytes()
    path.write_bytes(good + tail)
    other.append([{"type": "next"}])
    entries = holds(path)
    assert [entry["type"] for entry in entries] == ["good", "recovery", "next"]
    torn = entries[1]["torn"]
    assert (tmp_path / torn["file"]).read_bytes() == tail  # type: ignore[index]
    assert torn["sha256"] == hashlib.sha256(tail).hexdigest()  # type: ignore[index]


def test_an_edited_last_entry_or_a_shorter_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    ledger.append([{"type": "good", "n": 1}, {"type": "good", "n": 2}])
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"n":2', b'"n":3'))
    with pytest.raises(VerificationError):
        Ledger(path)
    path.write_bytes(whole[: whole.index(b"\n") + 1])
    with pytest.raises(EvidenceError, match="shorter"):
        ledger.append([{"type": "next"}])


def test_a_full_disk_leaves_the_ledger_whole(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path; from crawler.evidence.ledger import Ledger\n"
        "from crawler.errors import StorageError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); ledger = Ledger(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "try:\n"
        "  while True: ledger.append([{'type': 'test', 'pad': 'x' * 300}] * 2)\n"
        "except StorageError as error: print(error)\n"
    )
    path = tmp_path / "ledger.jsonl"
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    assert "cannot write" in done.stdout
    count = len(holds(path))
    assert count and count % 2 == 0
    Ledger(path).append([{"type": "after"}])
    assert len(holds(path)) == count + 1


def test_no_place_to_write_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        Ledger(tmp_path / "missing" / "ledger.jsonl")


def test_a_leap_of_the_clock_is_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append([{"type": "before"}])
    later = clock.now() - timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    (entry,) = ledger.append([{"type": "after"}])
    entries = holds(ledger.path)
    assert [one["type"] for one in entries] == ["before", "clock-jump", "after"]
    assert entry.seq == 2
    assert float(str(entries[1]["seconds"])) < -3500


def test_a_machine_that_slept_has_no_leap_of_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append([{"type": "before"}])
    later, uptime = clock.now() + timedelta(hours=8), clock.uptime_ns() + 8 * 3600 * 10**9
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "uptime_ns", lambda: uptime)
    ledger.append([{"type": "after"}])
    entries = holds(ledger.path)
    assert [one["type"] for one in entries] == ["before", "after"]
    # What the steady clock showed stays a member: it does not count sleep.
    assert int(str(entries[1]["mono_ns"])) - int(str(entries[0]["mono_ns"])) < 3600 * 10**9


def test_a_clock_set_back_between_two_processes_is_an_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger(tmp_path / "ledger.jsonl") as first:
        (last,) = first.append([{"type": "before"}])
    earlier = datetime.now(UTC) - timedelta(minutes=3)
    monkeypatch.setattr(clock, "now", lambda: earlier)
    with Ledger(tmp_path / "ledger.jsonl") as second:
        second.append([{"type": "after"}])
        second.append([{"type": "later"}])
    entries = holds(second.path)
    assert [one["type"] for one in entries] == ["before", "clock-jump", "after", "later"]
    assert entries[1]["before"] == last.body["utc"]
    assert -181 < float(str(entries[1]["seconds"])) < -179


def test_opening_a_ledger_is_work_in_proportion_to_its_length(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    opened = []
    for _ in range(2):
        for _ in range(50):
            ledger.append([{"type": "test", "pad": "x" * 300, "n": n} for n in range(32)])
        opened.append(steps(lambda: Ledger(path).head()))
        assert Ledger(path).head() == ledger.head()
    assert opened[1] < 2.2 * opened[0], opened


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not 2**53 <= abs(number) < 1e21) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
)  # fmt: skip


@given(JSON)
def test_two_implementations_of_canonical_json_agree(value: object) -> None:
    data = canonical_json(value)
    assert serialise(value) == data
    assert canonical_json(read_canonical(data, "test")) == data


@pytest.mark.parametrize(
    "data",
    [b'{"a":1,"a":1}', b'{"b":1,"a":1}', b'{"a": 1}', b"[1.0]", b"[NaN]", b'["\\u0041"]', b"[1]\n", b"\xff", b"[9007199254740993]", b"[" * 100_000],
)  # fmt: skip
def test_other_forms_are_refused(data: bytes) -> None:
    with pytest.raises(VerificationError):
        read_canonical(data, "test")
