"""A throwaway timestamp authority (RFC 3161) made with openssl, for practice and for tests.

Every name in its certificates says PRACTICE ONLY: a stamp from here proves nothing.
"""

import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Literal, Self

from crawler.errors import EnvironmentProblem

Misbehaviour = Literal["down", "slow", "garbage", "html", "wrong_nonce", "reject"]

_CONFIGURATION = """
[ca]
default_ca = practice
[practice]
dir = .
database = ./index.txt
serial = ./serial
crlnumber = ./crlnumber
new_certs_dir = .
certificate = ./root.pem
private_key = ./root.key
default_md = sha256
default_days = {days}
default_crl_days = 30
policy = anything
unique_subject = no
[anything]
commonName = supplied
organizationName = supplied
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[authority]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
{usage}
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
{lists}
[tsa]
default_tsa = stamp
[stamp]
dir = .
serial = ./stamp-serial
signer_cert = ./authority.pem
signer_key = ./authority.key
{certs}
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
other_policies = 1.3.6.1.4.1.99999.2
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
crypto_device = builtin
"""


class PracticeAuthority:
    """A root and a timestamp certificate in a folder, and replies signed with them.

    Raises EnvironmentProblem when openssl is missing or fails.
    """

    def __init__(
        self,
        folder: Path,
        name: str = "titlewatch practice authority",
        send_root: bool = False,
        usage: str = "extendedKeyUsage = critical,timeStamping",
        validity: Sequence[str] = (),
        lists: str = "",
    ) -> None:
        """Make the authority, or go on with the one in `folder`.

        `send_root` adds the root to each reply, which openssl sends as an unsorted set;
        `usage` replaces the certificate's extended key usage; `validity` holds further
        arguments of ``openssl ca`` such as ``-startdate`` and ``-enddate``; `lists` is the
        address of the revocation list that the certificate names.
        """
        self.folder = folder
        self.roots = folder / "root.pem"
        """PEM of the root: what a workspace pins."""
        self._guard = threading.Lock()
        certs = "certs = ./root.pem" if send_root else ""
        named = f"crlDistributionPoints = URI:{lists}" if lists else ""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "openssl.cnf").write_text(_CONFIGURATION.format(usage=usage, certs=certs, days=3650, lists=named))
        if not (folder / "authority.pem").exists():
            self._make(name, validity)

    def _make(self, name: str, validity: Sequence[str]) -> None:
        (self.folder / "index.txt").touch()
        (self.folder / "serial").write_text("1000\n")
        (self.folder / "crlnumber").write_text("1000\n")
        (self.folder / "stamp-serial").write_text("01\n")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        organisation = "/O=PRACTICE ONLY - proves nothing"
        root = f"{organisation}/CN=PRACTICE ONLY {name} root"
        leaf = f"{organisation}/CN=PRACTICE ONLY {name}"
        self._openssl("req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-subj", root, "-days", "3650",
                      "-extensions", "root", "-config", "openssl.cnf")  # fmt: skip
        self._openssl("req", "-new", *key, "-keyout", "authority.key", "-out", "authority.csr", "-subj", leaf,
                      "-config", "openssl.cnf")  # fmt: skip
        self._openssl("ca", "-batch", "-config", "openssl.cnf", "-extensions", "authority", "-in", "authority.csr",
                      "-out", "authority.pem", "-notext", *validity)  # fmt: skip

    def reply(self, request: bytes) -> bytes:
        """The reply to a request (DER both); a refusal is a reply too."""
        with self._guard, TemporaryDirectory(dir=self.folder) as place:
            query, answer = Path(place) / "query.tsq", Path(place) / "answer.tsr"
            query.write_bytes(request)
            self._openssl("ts", "-reply", "-config", "openssl.cnf", "-queryfile", str(query), "-out", str(answer))
            return answer.read_bytes()

    def query(self, *arguments: str) -> bytes:
        """A request made by openssl itself, such as ``query("-digest", HEX, "-sha256")``."""
        return self._openssl("ts", "-query", *arguments)

    def revoke(self) -> None:
        """Revoke the timestamp certificate; the next `crl` says so."""
        self._openssl("ca", "-config", "openssl.cnf", "-revoke", "authority.pem")

    def crl(self, *arguments: str) -> bytes:
        """The present revocation list, PEM; `arguments` are further ones of ``openssl ca -gencrl``."""
        with self._guard:
            return self._openssl("ca", "-config", "openssl.cnf", "-gencrl", *arguments)

    def serve(self, misbehave: Misbehaviour | None = None, port: int = 0, delay: float = 30.0) -> "PracticeServer":
        """A server on loopback, as a context manager with ``.url`` and ``.roots``.

        `misbehave` makes it fail in one way; `delay` is how many seconds ``slow`` waits.
        """
        return PracticeServer(self, misbehave, port, delay)

    def _openssl(self, *arguments: str) -> bytes:
        try:
            done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, check=False)
        except FileNotFoundError:
            raise EnvironmentProblem("openssl is missing", "openssl", "install the package openssl") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise EnvironmentProblem(
                f"openssl {arguments[0]} failed ({said[-1] if said else done.returncode})", str(self.folder)
            )
        return done.stdout


class PracticeServer:
    """An authority behind HTTP on 127.0.0.1, in a thread of its own."""

    def __init__(self, authority: PracticeAuthority, misbehave: Misbehaviour | None, port: int, delay: float) -> None:
        self.authority = authority
        self.roots = authority.roots
        self.requests = 0
        """How many requests for stamps arrived."""
        self.list: bytes | None = None
        """What a GET is answered with; None: the authority's present revocation list."""
        self.lists_asked = 0
        self._leaving = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self, misbehave, delay))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self._thread: threading.Thread | None = None
        if misbehave == "down":
            self._server.server_close()
        else:
            self._thread = threading.Thread(target=self._server.serve_forever, name="practice-authority", daemon=True)

    def __enter__(self) -> Self:
        if self._thread:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._leaving.set()
        if self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def answer(self, request: bytes, misbehave: Misbehaviour | None, delay: float) -> tuple[str, bytes]:
        """Content type and body for one request."""
        self.requests += 1
        kind = "application/timestamp-reply"
        if misbehave == "slow":
            self._leaving.wait(delay)
        if misbehave == "garbage":
            return kind, b"\x30\x82\xff\xffnot what was asked for"
        if misbehave == "html":
            return "text/html", b"<!doctype html><title>Maintenance</title><p>The service is being maintained.</p>"
        if misbehave == "wrong_nonce":
            # The imprint follows its OCTET STRING head: 0x04, 32.
            start = request.index(b"\x04\x20") + 2
            request = self.authority.query("-digest", request[start : start + 32].hex(), "-sha256", "-cert")
        if misbehave == "reject":
            request = self.authority.query("-digest", "00" * 16, "-md5", "-cert")
        return kind, self.authority.reply(request)


def _handler(server: PracticeServer, misbehave: Misbehaviour | None, delay: float) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Content-Type") != "application/timestamp-query":
                self.send_error(415)
                return
            kind, body = server.answer(request, misbehave, delay)
            # A client that gave up has closed the connection; the authority does not mind.
            with suppress(ConnectionError):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def do_GET(self) -> None:
            server.lists_asked += 1
            body = server.authority.crl() if server.list is None else server.list
            with suppress(ConnectionError):
                self.send_response(200)
                self.send_header("Content-Type", "application/pkix-crl")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Stay quiet: the demo's own words are on the terminal."""

    return Handler
