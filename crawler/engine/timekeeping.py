"""Comparing the clock with time servers (NTP, RFC 5905) and with the kernel's own word, while a run lasts.

Servers are asked when the run begins, each hour and at its end; every answer and every
failure is a `clock` entry of the ledger. Nothing here ever sets a clock.
"""

import ctypes
import threading
from collections.abc import Sequence

import ntplib  # type: ignore[import-untyped]

from crawler import clock
from crawler.errors import TitlewatchError
from crawler.evidence import clock_offset
from crawler.evidence.clock_offset import Body
from crawler.evidence.ledger import Ledger

TIMEOUT_SECONDS = 5.0
INTERVAL_SECONDS = 3600.0
_PORT = "123"
_LEAPS = {0: "none", 1: "inserts a second", 2: "drops a second", 3: "not synchronised"}
_UNSYNCHRONISED = 0x0040
"""STA_UNSYNC of adjtimex(2)."""
_ERROR_STATE = 5
"""TIME_ERROR of adjtimex(2)."""


class _Timex(ctypes.Structure):
    """As much of struct timex (Linux) as is read here; the rest is room for the kernel to write."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


def system_says() -> tuple[str, str | None, str]:
    """Whether the kernel holds its clock for synchronised (yes, no, not known), its greatest error in ms, and the source."""
    facts = _Timex()
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(facts))
    except (OSError, AttributeError):
        return "not known", None, "no adjtimex"
    if state < 0:
        return "not known", None, "adjtimex refused"
    synchronised = not facts.status & _UNSYNCHRONISED and state != _ERROR_STATE
    return ("yes" if synchronised else "no"), f"{facts.maxerror / 1000:.3f}", "adjtimex"


def ask(run_id: str, server: str, limit: float, timeout: float = TIMEOUT_SECONDS) -> Body:
    """The `clock` entry of one time server (``host`` or ``host:port``): its answer, or why there is none."""
    host, port = _place(server)
    asked = clock.now().timestamp()
    try:
        answer = ntplib.NTPClient().request(host, version=4, port=port, timeout=timeout)
    except (ntplib.NTPException, OSError, ValueError) as error:
        return clock_offset.silent_body(run_id, server, f"no answer ({error})")
    # The origin is what we sent: an answer to something else is a stranger's, or late.
    if answer.mode != 4 or not -0.5 < answer.orig_time - asked < timeout + 0.5:
        return clock_offset.silent_body(run_id, server, "not an answer to what was asked")
    if not 1 <= answer.stratum <= 15 or answer.leap == 3:
        return clock_offset.silent_body(run_id, server, "the server is not synchronised itself")
    leap = _LEAPS[answer.leap]
    return clock_offset.ntp_body(
        run_id, server, answer.offset, answer.delay, answer.stratum, leap, answer.root_dispersion, limit
    )


def _place(server: str) -> tuple[str, str]:
    """Host and port; an IPv6 address with a port stands in brackets."""
    if server.startswith("["):
        host, _, port = server[1:].partition("]")
        return host, port.removeprefix(":") or _PORT
    host, colon, port = server.rpartition(":")
    return (host, port) if colon and ":" not in host else (server, _PORT)


class Timekeeper:
    """Asks the servers beside the run, in a thread of its own, and enters what they say."""

    def __init__(
        self, ledger: Ledger, run_id: str, servers: Sequence[str], limit: float, interval: float = INTERVAL_SECONDS
    ) -> None:
        self._ledger = ledger
        self._run_id = run_id
        self._servers = tuple(servers)
        self._limit = limit
        self._interval = interval
        self._over = threading.Event()
        self._abandoned = False
        self._writing = threading.Lock()
        self.warnings: list[str] = []
        """One for each answer that found the clock further off than the limit."""
        self._thread = threading.Thread(target=self._watch, name="timekeeper", daemon=True)
        self._failure: TitlewatchError | None = None

    def start(self) -> None:
        """Ask for the first time, and go on each hour."""
        self._thread.start()

    def stop(self) -> None:
        """Ask for the last time. Raises what the ledger raised meanwhile."""
        self._over.set()
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def abandon(self) -> None:
        """Let go without another question: the run failed, and its ledger takes nothing more."""
        with self._writing:
            self._abandoned = True
        self._over.set()
        self._thread.join(TIMEOUT_SECONDS)

    def _watch(self) -> None:
        try:
            while True:
                self._enter()
                if self._over.wait(self._interval):
                    break
            self._enter()
        except TitlewatchError as error:
            self._failure = error

    def _enter(self) -> None:
        if self._abandoned:
            return
        bodies = [clock_offset.system_body(self._run_id, *system_says())]
        bodies += [ask(self._run_id, server, self._limit) for server in self._servers]
        with self._writing:
            if not self._abandoned:
                self._ledger.append(bodies)
        self.warnings += [told for body in bodies if (told := clock_offset.beyond(body))]
