"""What one exchange's own connection shows of a host's place on the network; nobody is asked.

The address may be that of a delivery network's edge: no country follows from it.
"""

import hashlib
import json

from cryptography import x509

from crawler import clock
from crawler.hosts import host_port
from crawler.model import Exchange


def observe(exchange: Exchange) -> tuple[str, str, str, str, str, str | None, str | None, str]:
    """A row of `net_observations`: id, host, time (UTC), exchange, resolver answers, address, certificate, facts."""
    leaf = exchange.tls.chain[0] if exchange.tls and exchange.tls.chain else None
    facts: dict[str, object] = {"port": exchange.port}
    if exchange.tls:
        facts |= {
            "tls": exchange.tls.version,
            "cipher": exchange.tls.cipher,
            "server_name": exchange.tls.server_name,
            "verify_error": exchange.tls.verify_error,
        }
    if leaf:
        facts["certificate"] = _certificate_facts(leaf)
    return (
        clock.new_id(),
        host_port(exchange.url),
        clock.stamp(exchange.started_at),
        exchange.exchange_id,
        json.dumps(list(exchange.resolved)),
        exchange.address,
        hashlib.sha256(leaf).hexdigest() if leaf else None,
        json.dumps(facts, ensure_ascii=False),
    )


def _certificate_facts(der: bytes) -> dict[str, object]:
    """Subject, issuer, names and validity of a certificate (RFC 5280); what cannot be read is said."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        names: list[str] = []
        try:
            extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
            names = extension.value.get_values_for_type(x509.DNSName)
        except x509.ExtensionNotFound:
            names = []
        return {
            "subject": certificate.subject.rfc4514_string(),
            "issuer": certificate.issuer.rfc4514_string(),
            "names": names,
            "not_before": clock.stamp(certificate.not_valid_before_utc),
            "not_after": clock.stamp(certificate.not_valid_after_utc),
            "serial": f"{certificate.serial_number:x}",
        }
    except ValueError as error:
        return {"unreadable": str(error)}
