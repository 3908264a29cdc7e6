"""A recorder killed at any moment, and a verifier that looks on while one is writing."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from crawler.evidence import entries, keys, seal
from crawler.evidence.ledger import Ledger
from crawler.evidence.verify import workspace
from crawler.evidence.warc import Segment, recover

KILLS = 12
RECORDER = """
import os, sys
from pathlib import Path
from crawler import clock
from crawler.evidence import entries, keys, seal
from crawler.evidence.ledger import Ledger
from crawler.evidence.warc import Segment, records_of
from tests.evidence.samples import exchange

folder = Path(sys.argv[1])
evidence = folder / "evidence"
signer = keys.load(folder / "keys")
ledger = Ledger(evidence / "ledger.jsonl")
number = int.from_bytes(os.urandom(5), "big")
print("ready", flush=True)
while True:
    segment = Segment.create(evidence, clock.new_id(), {"software": "titlewatch test"})
    for group in range(4):
        bodies = []
        for _ in range(4):
            number += 1
            made = exchange(b"HTTP/1.1 200 OK\\r\\n\\r\\n" + os.urandom(20000), 0, exchange_id=str(number))
            bodies.append(entries.exchange_body(made, segment.append(records_of(made))))
        segment.sync()
        ledger.append(bodies)
        print(made.exchange_id, flush=True)
    path = seal.seal(segment.seal(), ledger.head(), signer, None, "titlewatch test")
    ledger.append([entries.seal_body(path)])
"""


def start(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", RECORDER, folder], stdout=subprocess.PIPE, text=True)


def founded(folder: Path) -> Path:
    (folder / "evidence").mkdir(parents=True)
    keys.create(folder / "keys")
    return folder


def recovered(folder: Path) -> None:
    """What a recorder does when it starts."""
    evidence = folder / "evidence"
    ledger = Ledger(evidence / "ledger.jsonl")
    until: dict[str, int] = {}
    for entry in ledger.entries():
        record = entry.body.get("record")
        if record:
            until[record["segment"]] = record["offset"] + record["length"]
    for path in evidence.glob("*.open"):
        found = recover(path)
        known = until.get(path.name.removesuffix(".open"), 0)
        if found.torn or found.bytes > known:
            ledger.append([entries.recovery_body(found, known)])
        Segment.resume(path, {}).seal()
    signer = keys.load(folder / "keys")
    for path in seal.unsealed(evidence):
        ledger.append([entries.seal_body(seal.seal(path, ledger.head(), signer, None, "titlewatch test"))])
    ledger.close()


def failures(folder: Path) -> list[object]:
    return [finding for finding in workspace(folder) if finding.state == "fail"]


def test_kills_lose_nothing_that_was_reported(tmp_path: Path) -> None:
    folder = founded(tmp_path / "w")
    chance = random.Random(3)
    reported: list[str] = []
    for _ in range(KILLS):
        recorder = start(folder)
        assert recorder.stdout is not None
        recorder.stdout.readline()
        time.sleep(chance.random() * 0.25)
        os.kill(recorder.pid, signal.SIGKILL)
        reported += recorder.stdout.read().split("\n")[:-1]
        recorder.wait()
        recovered(folder)
    assert failures(folder) == []
    with Ledger(folder / "evidence" / "ledger.jsonl") as ledger:
        entered = [entry.body["exchange"] for entry in ledger.entries() if entry.type == "exchange"]
    assert len(reported) > KILLS
    assert set(reported) <= set(entered)
    assert len(entered) == len(set(entered))
    assert not list((folder / "evidence").glob("*.open"))


def test_a_verifier_beside_a_running_recorder_sees_no_fault(tmp_path: Path) -> None:
    folder = founded(tmp_path / "w")
    recorder = start(folder)
    try:
        assert recorder.stdout is not None
        recorder.stdout.readline()
        for _ in range(20):
            recorder.stdout.readline()
            assert failures(folder) == []
    finally:
        recorder.kill()
        recorder.wait()
