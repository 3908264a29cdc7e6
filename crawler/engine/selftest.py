"""Known answers: whether this installation records, keeps, signs and matches as it should, tried before anything is fetched.

The bytes come from a server in this process, on a loopback port that the system picks; the
guard opens for that one port while the test runs, and for nothing else.
"""

import asyncio
import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler import clock, targets
from crawler.config import Matching
from crawler.errors import EnvironmentProblem, EvidenceError, TitlewatchError
from crawler.evidence import keys
from crawler.evidence.canonical import sha256_hex
from crawler.evidence.ledger import Ledger
from crawler.evidence.verify_ledger import LedgerFacts, read_ledger
from crawler.evidence.warc import Segment, decoded_entity, read_member, records_of, scan
from crawler.matching import Matcher, Offer
from crawler.model import Exchange, Passage, Work
from crawler.wording import counted

ANSWER = (
    b"HTTP/1.1 200 OK\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"X-Twice: one\n"
    b"x-tWICE: two\n"
    b"Transfer-Encoding: chunked\r\n"
    b"\r\n"
    b"6;note=kept\r\n\xe7\x81\xaf\xe6\xb5\xb7\r\n"
    b"B\r\n known text\r\n"
    b"0\r\nX-Trailer: kept\r\n\r\n"
)
"""Repeated names in two spellings, a bare line feed, a chunk extension and a trailer."""
ENTITY = "灯海 known text".encode()
WORK = Work("known", "灯海归航", "film", 2024, "zh", ("The Lantern Sea",))
OFFERED = "灯海归航 2024 1080P 网盘下载 链接 https://pan.drive.example/s/1aBcDeFgH 提取码 k7m2"
OTHER = "A thread on how to wax a table, with no copy of anything on offer."
SECONDS = 10


@dataclass(frozen=True, slots=True)
class Check:
    """One known answer."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What a self-test found."""

    checks: tuple[Check, ...]
    ms: int

    @property
    def passed(self) -> bool:
        """Whether every known answer came."""
        return all(check.passed for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """The form in the `run-start` entry."""
        return {
            "passed": self.passed,
            "checks": [{"name": c.name, "passed": c.passed, "detail": c.detail} for c in self.checks],
            "ms": self.ms,
        }

    def demand(self) -> None:
        """Raise EnvironmentProblem naming the checks that failed."""
        failed = [f"{check.name} ({check.detail})" for check in self.checks if not check.passed]
        if failed:
            raise EnvironmentProblem(
                "the self-test failed, nothing was fetched",
                "; ".join(failed),
                "install titlewatch anew; see: titlewatch doctor",
            )


def run_selftest() -> SelfTest:
    """Try everything once, in a folder of its own that is removed.

    Where the event loop runs already (``scrapy crawl`` asks from inside it), a second
    process of the same Python and the same code does it.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        from scrapy.utils.reactor import install_reactor

        install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
        from twisted.internet import reactor

        # Twisted's sockets and timers live on this loop, whether its reactor was started or not.
        loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop
        return loop.run_until_complete(selftest())
    return _apart()


def _apart() -> SelfTest:
    program = f"import json; from {__name__} import run_selftest; print(json.dumps(run_selftest().as_dict()))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
        told = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return SelfTest((Check("a process of its own", False, " ".join(str(error).split())[:300]),), 0)
    return SelfTest(tuple(Check(**check) for check in told["checks"]), told["ms"])


async def selftest() -> SelfTest:
    """Try everything once, on the running loop."""
    began = time.monotonic()
    checks: list[Check] = []
    with TemporaryDirectory(prefix="titlewatch-selftest-") as name:
        folder = Path(name)
        for secure, called in ((False, "record plain"), (True, "record TLS")):
            checks.append(await _tried(called, _recorded(folder, secure)))
        for called, trial in (("ledger", _ledger), ("signature", _signature), ("matching", _matching)):
            checks.append(await _tried(called, _at_once(trial, folder)))
    return SelfTest(tuple(checks), round((time.monotonic() - began) * 1000))


async def _at_once(trial: Callable[[Path], str], folder: Path) -> str:
    return trial(folder)


async def _tried(name: str, trial: Awaitable[str]) -> Check:
    try:
        return Check(name, True, await asyncio.wait_for(trial, SECONDS))
    except TitlewatchError as error:
        return Check(name, False, str(error))
    except Exception as error:  # noqa: BLE001 - whatever is broken here is the finding
        return Check(name, False, f"{type(error).__name__}: {error}"[:300])


async def _recorded(folder: Path, secure: bool) -> str:
    """Fetch the known answer with the wire recorder, keep it in a segment, read it back."""
    certificate = _certificate(folder) if secure else None
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem")
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        port = server.sockets[0].getsockname()[1]
        exchange = await _fetched(
            folder, f"{'https' if secure else 'http'}://127.0.0.1:{port}/known", f"127.0.0.1:{port}"
        )
    finally:
        server.close()
    _same("the response", ANSWER, exchange.response)
    _same("the request", heard[0] if heard else b"", exchange.request)
    _same("the entity", ENTITY, decoded_entity(bytes(exchange.response)).body)
    if certificate:
        _same("the certificate", certificate, exchange.tls.chain[0] if exchange.tls else b"")
    return _kept(folder, exchange, "TW-SELFTEST-TLS" if secure else "TW-SELFTEST")


async def _fetched(folder: Path, url: str, host_port: str) -> Exchange:
    """One exchange through the handler that every page goes through."""
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.settings import Settings

    from crawler.engine.guard.addresses import AddressPolicy
    from crawler.engine.wire.handler import WireDownloadHandler

    taken: list[Exchange] = []
    crawler: Any = Crawler(Spider, Settings({"LOG_ENABLED": False}))
    crawler.exchange_sink = taken.append
    crawler.exchange_facts = {"run_id": "selftest", "site_id": "selftest"}
    crawler.wire_folder = folder
    crawler.address_policy = AddressPolicy(allow_private=True, allowed_hosts=frozenset({host_port}))
    handler = WireDownloadHandler(crawler)
    try:
        await handler.download_request(Request(url))
    finally:
        await handler.close()
    return taken[0]


def _kept(folder: Path, exchange: Exchange, name: str) -> str:
    with Segment.create(folder, name, {"software": "titlewatch self-test"}) as segment:
        placed = segment.append(records_of(exchange))
        path = segment.seal()
    _same("records in the segment", len(placed.records) + 1, sum(1 for _ in scan(path)))
    for record in placed.records:
        if record.type in ("request", "response"):
            block = read_member(path, record.offset, record.length).block
            _same(f"the {record.type} read back", bytes(getattr(exchange, record.type)), block)
            _same(f"the hash of the {record.type}", sha256_hex(block), record.block_sha256)
    return f"{counted(len(exchange.response), 'byte')} as sent, {counted(len(placed.records), 'record')} read back"


def _ledger(folder: Path) -> str:
    """Entries, chained and checked by the verifier's own reading; a changed one must be noticed."""
    path = folder / "ledger.jsonl"
    with Ledger(path) as ledger:
        ledger.append([{"type": "selftest", "text": "灯海 é \u0007"}, {"type": "selftest", "number": 2**53 - 1}])
        head = ledger.head()
    facts = LedgerFacts(frozenset())
    wrong = [finding.why for finding in read_ledger(path, facts) if finding.state == "fail"]
    _same("what is wrong with the ledger", [], wrong)
    _same("the root", head.root, facts.root)
    path.write_bytes(path.read_bytes().replace(b"9007199254740991", b"9007199254740990"))
    if not any(finding.state == "fail" for finding in read_ledger(path, LedgerFacts(frozenset()))):
        raise EvidenceError("a changed entry was not noticed", path.name, "")
    return f"{counted(head.size, 'entry', 'entries')} hold, a changed one does not"


def _signature(folder: Path) -> str:
    (folder / "keys").mkdir()
    signer = keys.create(folder / "keys")
    signature = signer.sign(ANSWER)
    keys.verify(signer.public_pem, ANSWER, signature)
    try:
        keys.verify(signer.public_pem, ANSWER + b"\n", signature)
    except EvidenceError:
        return "Ed25519 holds over the signed bytes, and not over others"
    raise EvidenceError("a signature held over other bytes", "signature", "")


def _matching(folder: Path) -> str:
    settings = Matching()
    matcher = Matcher([WORK], threshold=settings.threshold, review=settings.review)
    scores = []
    for text in (OFFERED, OTHER):
        passage = Passage(text)
        found = matcher.match(Offer(title="", body=passage.text, targets=targets.find(passage)))
        scores.append(max((match.score for match in found), default=0.0))
    if not scores[0] >= settings.threshold > scores[1]:
        raise EvidenceError(f"scores {scores[0]:.2f} and {scores[1]:.2f}", "matching", "")
    return f"the offer {scores[0]:.2f}, the other text {scores[1]:.2f}, threshold {settings.threshold:.2f}"


def _same(what: str, expected: object, found: object) -> None:
    if expected != found:
        raise EvidenceError(f"{what}: expected {str(expected)[:80]}, found {str(found)[:80]}", "self-test", "")


def _certificate(folder: Path) -> bytes:
    """A key and a certificate for one hour, as PEM in `folder`; returns the certificate's DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "titlewatch self-test")])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return certificate.public_bytes(serialization.Encoding.DER)
