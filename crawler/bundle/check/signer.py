"""Who signed: the bundle's key, tied to the ledger's last one, and earlier keys that the ledger vouches for (format.md 7.5)."""

from collections.abc import Iterator
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.tree import Files
from crawler.errors import VerificationError
from crawler.evidence import keys
from crawler.evidence.key_history import KeyHistory
from crawler.evidence.strict_json import read_canonical
from crawler.model import Finding, State

KEY_LIMIT = 4 * 1024 * 1024
LINE_LIMIT = 16 * 1024 * 1024


def history_of(files: Files) -> KeyHistory:
    """The keys that the bundle's ledger names; what is wrong with its entries is reported by the check of the ledger."""
    history = KeyHistory()
    if layout.LEDGER not in files.sizes:
        return history
    with files.open(layout.LEDGER) as file:
        while line := file.readline(LINE_LIMIT + 1):
            if b'"type":"init"' not in line and b'"type":"key"' not in line:
                continue
            try:
                entry = read_canonical(line.removesuffix(b"\n"), layout.LEDGER)
                if entry["type"] in ("init", "key"):
                    for _ in history.add(entry, entry["seq"], None, layout.LEDGER):
                        pass
            except (VerificationError, KeyError, TypeError, ValueError):
                continue
    return history


def check_signer(files: Files, said: dict[str, str], given: bytes | None, history: KeyHistory) -> Iterator[Finding]:
    """Check whose the bundle's key is: named by bag-info.txt, the ledger's last, and the given one or vouched for by it."""
    inner = files.read(layout.PUBLIC_KEY, KEY_LIMIT)
    try:
        found = keys.fingerprint(inner)
    except VerificationError as error:
        yield Finding("signer", layout.PUBLIC_KEY, "fail", said.get("Signer-Fingerprint"), None, error.what)
        return
    if keys.plain(inner) != inner:
        yield Finding("signer", layout.PUBLIC_KEY, "fail", None, None, "not the plain PEM form of the key")
        return
    if said.get("Signer-Fingerprint") != found:
        expected = said.get("Signer-Fingerprint")
        yield Finding("signer", layout.PUBLIC_KEY, "fail", expected, found, "not the key that bag-info.txt names")
        return
    last = history.current
    if last is not None and last.fingerprint != found:
        why = "not the key that the ledger names last"
        yield Finding("signer", layout.PUBLIC_KEY, "fail", last.fingerprint, found, why)
    if given is None:
        why = "no key was given from outside: compare this fingerprint with the collector's"
        yield Finding("signer", layout.PUBLIC_KEY, "not_checked", None, found, why)
        return
    expected = keys.fingerprint(given)
    if expected == found:
        yield Finding("signer", layout.PUBLIC_KEY, "pass", None, found, "the key that was given")
        return
    state: State
    try:
        why = (
            history.confirm(found, expected, last.since + 1 if last else 0, None)
            if last
            else "not the key that was given"
        )
        state = "pass" if last else "fail"
    except VerificationError as error:
        state, why = "fail", f"not the key that was given: {error.what}"
    yield Finding("signer", layout.PUBLIC_KEY, state, expected, found, why)


def key_for(files: Files, given: bytes | None, history: KeyHistory) -> bytes:
    """The key under which the bundle's own signatures must hold: the given one, unless the ledger signs it over to another.

    Raises VerificationError when the bundle holds no usable key.
    """
    inner = files.read(layout.PUBLIC_KEY, KEY_LIMIT)
    if given is None:
        return inner
    try:
        found, expected = keys.fingerprint(inner), keys.fingerprint(given)
    except VerificationError as error:
        raise VerificationError(error.what, layout.PUBLIC_KEY) from None
    last = history.current
    if found == expected or last is None or last.fingerprint != found:
        return given
    try:
        history.confirm(found, expected, last.since + 1, None)
    except VerificationError:
        return given
    return inner


def check_sealer(
    files: Files, stem: str, seal: dict[str, Any], entered: int | None, given: bytes | None, history: KeyHistory
) -> Iterator[Finding]:
    """Check the signature of a seal under the key that it names, and whether that key could sign then."""
    signer = seal["signer"]
    inner = files.read(layout.PUBLIC_KEY, KEY_LIMIT)
    outside = keys.fingerprint(given) if given else None
    try:
        why = history.confirm(signer, outside, seal["ledger"]["size"], entered)
    except VerificationError as error:
        yield Finding("signer", stem, "fail", outside or ", ".join(history.keys) or None, str(signer), error.what)
        return
    candidates = (given, history.public(signer), inner)
    public = next((key for key in candidates if key and keys.fingerprint(key) == signer), None)
    if public is None:
        why = "sealed with an earlier key, which neither the ledger nor anybody gave"
        yield Finding("signature", stem, "not_checked", None, str(signer), why)
        return
    signature = stem + ".ed25519"
    try:
        keys.verify(public, files.read(stem), files.read(signature, 1024), signature)
    except VerificationError as error:
        yield Finding("signature", error.which or signature, "fail", None, None, error.what)
        return
    yield Finding("signature", stem, "pass", None, None, why or "signed, and not changed since")
