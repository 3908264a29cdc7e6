"""TLS of one connection: made without enforcing, recorded with the result of a real verification."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import certifi
from cryptography import x509
from OpenSSL import SSL, crypto
from service_identity import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler import clock
from crawler.engine.wire.ciphers import iana_name
from crawler.errors import EnvironmentProblem
from crawler.hosts import as_address
from crawler.model import Tls

_LEGACY_SERVER_CONNECT = 0x4


@lru_cache(maxsize=1)
def _context() -> SSL.Context:
    """One context for all connections: old servers must be recordable too, so no protocol floor above TLS 1.0."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_VERSION)
    context.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
    context.set_options(_LEGACY_SERVER_CONNECT)
    context.set_alpn_protos([b"http/1.1"])
    # The recorder captures what is there; `verify_error` says what a browser would have said.
    context.set_verify(SSL.VERIFY_NONE)
    return context


@implementer(IOpenSSLClientConnectionCreator)
class Unenforced:
    """Makes TLS client connections that carry the server's name and refuse no certificate."""

    def __init__(self, host: str) -> None:
        self.server_name = host
        self._named = as_address(host) is None

    def clientConnectionForTLS(self, protocol: object) -> SSL.Connection:
        connection = SSL.Connection(_context(), None)
        if self._named:
            connection.set_tlsext_host_name(self.server_name.encode("ascii"))
        connection.set_connect_state()
        return connection


def describe(connection: SSL.Connection, server_name: str) -> Tls:
    """What a connection whose handshake is done says of itself, verified against the system's and certifi's roots."""
    certificates = tuple(connection.get_peer_cert_chain() or ())
    chain = tuple(crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate) for certificate in certificates)
    return Tls(
        version=connection.get_protocol_version_name(),
        cipher=iana_name(connection.get_cipher_name() or ""),
        server_name=server_name,
        chain=chain,
        verify_error=_verify(chain, server_name, certificates),
    )


@lru_cache(maxsize=1)
def trusted_roots() -> SSL.Context:
    """A context that holds the roots of verification: the system's (``SSL_CERT_FILE`` is honoured) and certifi's."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_default_verify_paths()
    context.load_verify_locations(certifi.where())
    return context


def _verify(chain: tuple[bytes, ...], server_name: str, certificates: tuple[crypto.X509, ...]) -> str | None:
    if not chain:
        return "the peer sent no certificate"
    digest = sha256(b"".join(chain)).digest()
    return _verify_once(_Key(digest, server_name, clock.now().date().isoformat()), certificates)


@dataclass(frozen=True, slots=True)
class _Key:
    chain_digest: bytes
    server_name: str
    day: str


_VERIFIED: dict[_Key, str | None] = {}
_VERIFIED_LIMIT = 10_000


def _verify_once(key: _Key, certificates: tuple[crypto.X509, ...]) -> str | None:
    if key not in _VERIFIED:
        if len(_VERIFIED) >= _VERIFIED_LIMIT:
            _VERIFIED.clear()
        problems = (_chain_problem(certificates), _name_problem(certificates[0], key.server_name))
        _VERIFIED[key] = "; ".join(problem for problem in problems if problem) or None
    return _VERIFIED[key]


def _chain_problem(certificates: tuple[crypto.X509, ...]) -> str | None:
    leaf, *rest = certificates
    # The store belongs to the context, which must outlive it.
    roots = trusted_roots()
    store = roots.get_cert_store()
    if store is None:
        raise EnvironmentProblem("OpenSSL gives no certificate store", certifi.where(), "reinstall pyOpenSSL")
    try:
        crypto.X509StoreContext(store, leaf, rest).verify_certificate()
    except crypto.X509StoreContextError as error:
        return str(error)
    return None


def _name_problem(leaf: crypto.X509, server_name: str) -> str | None:
    try:
        wanted = DNS_ID(server_name) if as_address(server_name) is None else IPAddress_ID(server_name)
        verify_service_identity(extract_patterns(leaf), [wanted], [])
    except (CertificateError, VerificationError, ValueError):
        return f"the certificate is not for {server_name}"
    # A name of a kind that the parser does not take is the certificate's fault, and no reason to go without a record.
    except (x509.UnsupportedGeneralNameType, x509.DuplicateExtension, x509.InvalidVersion, TypeError) as error:
        return f"the names of the certificate cannot be read ({error})"
    return None
