"""The clock compared with time servers: a small NTP server on loopback that says what a test wants."""

import socket
import struct
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from crawler.engine.timekeeping import Timekeeper, ask, system_says
from crawler.evidence.ledger import Ledger

SINCE_1900 = 2_208_988_800


class TimeServer:
    """Answers NTP queries (RFC 5905, 7.3) with a clock that is off by some seconds."""

    def __init__(self, off: float = 0.0, **changes: Any) -> None:
        self.off = off
        self.changes = changes
        self.asked = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.name = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.sendto(b"over", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            query, sender = self._socket.recvfrom(512)
            if query == b"over":
                return
            self.asked += 1
            if not self.changes.get("silent"):
                self._socket.sendto(self._answer(query), sender)

    def _answer(self, query: bytes) -> bytes:
        if "raw" in self.changes:
            return bytes(self.changes["raw"])
        said = {"leap": 0, "mode": 4, "stratum": 2, "origin": query[40:48]} | self.changes
        now = _stamp(time.time() + self.off)
        first = said["leap"] << 6 | 4 << 3 | said["mode"]
        head = struct.pack("!BBbbIII", first, said["stratum"], 3, -20, 0, 1 << 8, 0x7F000001)
        return bytes(head + now + said["origin"] + now + now)


def _stamp(seconds: float) -> bytes:
    seconds += SINCE_1900
    return struct.pack("!II", int(seconds), int(seconds % 1 * 2**32))


@pytest.mark.parametrize("off", [0.0, 42.5, -3600.0])
def test_the_offset_of_a_time_server_is_measured(off: float) -> None:
    with TimeServer(off) as server:
        body = ask("01JRUN", server.name, 10)
    assert abs(float(body["offset_ms"]) - off * 1000) < 250
    assert (body["stratum"], body["leap"], body["server"]) == (2, "none", server.name)
    assert float(body["delay_ms"]) < 500 and float(body["dispersion_ms"]) > 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"silent": True}, "no answer"),
        ({"leap": 3}, "not synchronised"),
        ({"stratum": 0}, "not synchronised"),
        ({"stratum": 16}, "not synchronised"),
        ({"mode": 3}, "not an answer"),
        ({"origin": _stamp(0)}, "not an answer"),
        ({"raw": b"no packet"}, "no answer"),
    ],
)
def test_what_is_no_answer_is_a_failure_and_no_offset(changes: dict[str, Any], words: str) -> None:
    with TimeServer(**changes) as server:
        body = ask("01JRUN", server.name, 10, timeout=0.4)
    assert words in body["failure"] and "offset_ms" not in body


def test_a_server_that_is_not_there_is_a_failure() -> None:
    with TimeServer() as server:
        pass
    assert "no answer" in ask("01JRUN", server.name, 10, timeout=0.4)["failure"]


def test_the_kernel_is_asked_and_no_clock_is_set() -> None:
    before = time.time() - time.monotonic()
    synchronised, error, source = system_says()
    assert synchronised in ("yes", "no", "not known") and source.startswith(("adjtimex", "no adjtimex"))
    assert error is None or float(error) >= 0
    assert abs(time.time() - time.monotonic() - before) < 0.5


def test_servers_are_asked_at_the_start_in_between_and_at_the_end(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.jsonl") as ledger, TimeServer(60.0) as server:
        keeper = Timekeeper(ledger, "01JRUN", [server.name], 10, interval=0.05)
        keeper.start()
        ends = time.monotonic() + 60
        while server.asked < 3 and time.monotonic() < ends:
            time.sleep(0.01)
        keeper.stop()
        said = [entry.body for entry in ledger.entries()]
    assert {entry["type"] for entry in said} == {"clock"}
    assert [entry["source"] for entry in said[:2]] == ["system", "ntp"]
    assert len([entry for entry in said if entry["source"] == "ntp"]) == server.asked >= 4
    assert all("+" in told and server.name in told for told in keeper.warnings)


def test_a_keeper_that_is_let_go_writes_nothing_more(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.jsonl") as ledger, TimeServer() as server:
        keeper = Timekeeper(ledger, "01JRUN", [server.name], 10)
        keeper.start()
        keeper.abandon()
        size = ledger.head().size
        assert size in (0, 2)
        time.sleep(0.1)
        assert ledger.head().size == size
