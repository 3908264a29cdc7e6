"""Signatures and stamps over the tag manifest and over the seals (format.md 3.3, 3.4, 6.3)."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.signer import check_sealer, check_signer, key_for
from crawler.bundle.check.tree import Files
from crawler.errors import EvidenceError, VerificationError
from crawler.evidence import keys, timestamp
from crawler.evidence.key_history import KeyHistory
from crawler.evidence.strict_json import read_canonical
from crawler.evidence.verify_stamps import Life, lives
from crawler.model import Finding

STAMP_LIMIT = 4 * 1024 * 1024
SIGNED_LIMIT = 16 * 1024 * 1024
"""No tag manifest, tree head or seal is larger."""
ATTIME_LIMIT = 90 * 86400
PARTS = ("tsq", "tsr", "chain.pem", "json")
PENDING = "pending when the bundle was exported"
BUNDLE_STAMP_FACTS = {
    "authority", "subject", "subject_sha256", "gen_time", "name", "verify_attime",
    "request_sha256", "reply_sha256", "chain_sha256",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trust:
    """The signer's public key and the authorities' roots, PEM both, from outside the bundle."""

    key: bytes | None
    roots: bytes | None
    history: KeyHistory = field(default_factory=KeyHistory)
    """The keys that the bundle's own ledger names."""


def check_signature(files: Files, said: dict[str, str], trust: Trust) -> Iterator[Finding]:
    """Check the signature over the tag manifest, and whose it is."""
    try:
        key = key_for(files, trust.key, trust.history)
    except VerificationError as error:
        yield Finding("signature", error.which or layout.PUBLIC_KEY, "fail", None, None, error.what)
        return
    yield from check_signed(files, layout.SIGNED, layout.SIGNATURE, key)
    yield from check_signer(files, said, trust.key, trust.history)


def check_signed(files: Files, subject: str, signature: str, key: bytes) -> Iterator[Finding]:
    """Check one Ed25519 signature."""
    try:
        keys.verify(key, files.read(subject, SIGNED_LIMIT), files.read(signature, 1024), signature)
        yield Finding("signature", subject, "pass", None, None, "signed, and not changed since")
    except VerificationError as error:
        which = layout.PUBLIC_KEY if error.which == "signer key" else error.which or signature
        yield Finding("signature", which, "fail", None, None, error.what)


def check_bundle_stamps(files: Files, said: dict[str, str], trust: Trust) -> Iterator[Finding]:
    """Check the stamps that bag-info.txt names, and that no others lie there."""
    words = [word.strip() for word in said.get("Timestamp-Authorities", "").split(",")]
    expected = {word for word in words if word and "(" not in word}
    # A stamp that was pending at the export may have been fetched since.
    arrived = {word.removesuffix(" (pending)") for word in words if word.endswith(" (pending)")}
    matches = (layout.STAMP.match(name) for name in files.under("timestamps/"))
    arrived &= {match["authority"] for match in matches if match}
    expected |= arrived
    for word in words:
        if word.startswith("none"):
            why = "UNSTAMPED: no timestamp authority was configured"
            yield Finding("stamp", layout.SIGNED, "not_checked", None, None, why)
        elif word.endswith("(pending)") and word.removesuffix(" (pending)") not in arrived:
            why = "pending: the authority had not answered when the bundle was exported"
            yield Finding("stamp", f"timestamps/{word.removesuffix(' (pending)')}", "not_checked", None, None, why)
    if not any(words):
        yield Finding("stamp", "bag-info.txt", "fail", "Timestamp-Authorities", None, "missing")
    renewed: dict[str, set[int]] = {}
    for name in files.under("timestamps/"):
        match = layout.STAMP.match(name)
        if match and match["authority"] not in expected:
            yield Finding("stamp", name, "fail", None, None, "a stamp that bag-info.txt does not expect")
        elif match and match["renewal"]:
            renewed.setdefault(match["authority"], set()).add(int(match["renewal"].rpartition("-")[2]))
    subject = files.read(layout.SIGNED)
    for authority in sorted(expected):
        yield from _check_stamp(files, f"timestamps/{authority}", layout.SIGNED, subject, trust)
        yield from _renewals(files, f"timestamps/{authority}", renewed.get(authority, set()), trust)
        yield from _lives(files, f"timestamps/{authority}")


def _renewals(files: Files, stem: str, numbers: set[int], trust: Trust) -> Iterator[Finding]:
    """Each renewal is a stamp over the reply that it renews: that of the stamp, then that of the renewal before."""
    previous = f"{stem}.tsr"
    for number in range(1, max(numbers, default=0) + 1):
        renewal = f"{stem}.renewal-{number}"
        if number not in numbers:
            yield Finding("stamp", renewal, "fail", "a stamp", None, "missing, though later renewals rest on it")
            return
        if previous not in files.sizes:
            return
        data = files.read(previous, STAMP_LIMIT)
        yield from _check_stamp(files, renewal, previous.rpartition("/")[2], data, trust)
        previous = f"{renewal}.tsr"


def _lives(files: Files, stem: str) -> Iterator[Finding]:
    """Where a chain of stamps breaks off; what is wrong with a link was said when it was checked."""
    links: list[Life] = []
    link = stem
    while f"{link}.json" in files.sizes and f"{link}.chain.pem" in files.sizes:
        try:
            made = datetime.fromisoformat(files.json(f"{link}.json")["gen_time"])
            links.append(Life(made, timestamp.ends(files.read(f"{link}.chain.pem", STAMP_LIMIT))))
        except (EvidenceError, KeyError, TypeError, ValueError):
            return
        link = f"{stem}.renewal-{len(links)}"
    if all(one.made.tzinfo for one in links):
        yield from lives(stem, links, datetime.now(UTC))


def _check_stamp(files: Files, stem: str, subject: str, data: bytes, trust: Trust) -> Iterator[Finding]:
    try:
        parts = [files.read(f"{stem}.{part}", STAMP_LIMIT) for part in PARTS]
    except VerificationError as error:
        yield Finding("stamp", error.which, "fail", "a file of the stamp", None, error.what)
        return
    yield from check_stamp(stem, subject, data, parts, trust)


def check_stamp(stem: str, subject: str, data: bytes, parts: Sequence[bytes], trust: Trust) -> Iterator[Finding]:
    """Check one stamp: request, reply, chain and what its JSON says; without roots what can be.

    The JSON holds the hashes of the other three, so that a changed one can be named.
    """
    request, reply, chain, written = parts
    hashes = {part: hashlib.sha256(content).hexdigest() for part, content in zip(PARTS, parts, strict=True)}
    try:
        facts = read_canonical(written, f"{stem}.json")
        said = {
            "tsq": facts.get("request_sha256"),
            "tsr": facts["reply_sha256"],
            "chain.pem": facts.get("chain_sha256"),
        }
    except (VerificationError, KeyError, TypeError, AttributeError) as error:
        yield Finding("stamp", f"{stem}.json", "fail", None, str(error), "cannot be read")
        return
    strange = [part for part, digest in said.items() if digest is not None and digest != hashes[part]]
    try:
        timestamp.check_stored_chain(reply, chain)
        moment = timestamp.check_unrooted(data, request, reply)
        name, attime = "", None
        unchecked = "" if timestamp.has_lists(chain) else "no revocation list beside the stamp"
        if trust.roots is not None:
            stamp = timestamp.verify_stored(data, request, reply, chain, trust.roots)
            name, attime, unchecked = stamp.authority, stamp.verify_attime, stamp.unchecked
    except EvidenceError as error:
        which = strange[0] if len(strange) == 1 else "tsr"
        yield Finding("stamp", f"{stem}.{which}", "fail", said[which], hashes[which], str(error))
        return
    told = moment.isoformat().replace("+00:00", "Z")
    expected: dict[str, Any] = {
        "gen_time": told,
        "subject": subject,
        "subject_sha256": hashlib.sha256(data).hexdigest(),
        "authority": _authority(stem),
    }
    if name:
        expected |= {"name": name, "verify_attime": attime}
    elif not _near(facts.get("verify_attime"), moment):
        expected["verify_attime"] = int(moment.timestamp())
    disagree = [key for key, value in expected.items() if facts.get(key) != value]
    if stem.startswith("timestamps/"):
        # No manifest lists this file: it may hold nothing that the others do not confirm.
        disagree += sorted(facts.keys() ^ BUNDLE_STAMP_FACTS)
        disagree += [name for name in ("request_sha256", "chain_sha256") if name in facts and facts[name] is None]
    if strange or disagree:
        which = ", ".join(f"{stem}.{part}" for part in ("json", *strange))
        why = f"files of the stamp do not agree: {', '.join([*strange, *disagree])}"
        yield Finding("stamp", which, "fail", None, None, why)
    elif trust.roots is None:
        why = "imprint and nonce hold; who stamped it is not checked: no roots were given"
        yield Finding("stamp", stem, "not_checked", None, told, why)
    else:
        yield Finding("stamp", stem, "pass", None, told, f"stamped by {name} over {subject}")
    if unchecked and not (strange or disagree):
        why = str(facts.get("revocation") or f"not checked: {unchecked}")
        yield Finding("revocation", stem, "not_checked", None, None, f"revocation {why}")


def _near(attime: object, moment: datetime) -> bool:
    """A newer revocation list moves the second for openssl forward, by less than lists live."""
    return type(attime) is int and 0 <= attime - int(moment.timestamp()) <= ATTIME_LIMIT


def _authority(stem: str) -> str:
    name = stem.rpartition("/")[2].partition(".renewal-")[0]
    return name.partition(".json.")[2] or name


def check_seal(
    files: Files, segment: str, entry: dict[str, Any] | None, stamps: dict[str, dict[str, Any]], trust: Trust
) -> Iterator[Finding]:
    """Check a segment's seal against its ledger entry; `stamps` are the stamp entries by authority."""
    stem = f"data/warc/{segment.removesuffix('.warc.gz')}.seal.json"
    if stem not in files.sizes:
        if entry:
            yield Finding("seal", stem, "fail", "a seal", None, "missing, though the ledger names it")
        else:
            yield Finding("seal", stem, "not_checked", None, None, "not sealed when exported")
        return
    data = files.read(stem, STAMP_LIMIT)
    seal = read_canonical(data, stem)
    found = hashlib.sha256(data).hexdigest()
    if entry is not None and (entry["seal_sha256"], entry["sha256"]) != (found, seal["sha256"]):
        yield Finding("seal", stem, "fail", entry["seal_sha256"], found, "not the seal that the ledger names")
    if seal["segment"] != segment:
        yield Finding("seal", stem, "fail", segment, str(seal["segment"]), "the seal of another segment")
    entered = entry["seq"] if entry is not None else None
    yield from check_sealer(files, stem, seal, entered, trust.key, trust.history)
    why = "the bundle holds this case's records only; each is checked against the ledger"
    yield Finding("seal", segment, "not_checked", str(seal["sha256"]), None, f"hash of the whole segment: {why}")
    if not seal["authorities"]:
        yield Finding("stamp", stem, "not_checked", None, None, "UNSTAMPED: no timestamp authority was configured")
    for authority in sorted({*map(str, seal["authorities"]), *stamps}):
        yield from check_beside(files, stem, data, authority, stamps.get(authority), trust, PENDING)
    known = {f"{stem}.{authority}" for authority in {*map(str, seal["authorities"]), *stamps}}
    for name in files.under(f"{stem}."):
        one = next((part for part in (*PARTS, "ed25519") if name.endswith(f".{part}")), None)
        if one is None or (one != "ed25519" and name.removesuffix(f".{one}").partition(".renewal-")[0] not in known):
            yield Finding("stamp", name, "fail", None, None, "neither the seal nor the ledger names it")


def check_beside(
    files: Files, stem: str, data: bytes, authority: str, entry: dict[str, Any] | None, trust: Trust, absent: str
) -> Iterator[Finding]:
    """Check one authority's stamp over a seal or a beginning, and its renewals; `absent` says what a missing one means."""
    names = [f"{stem}.{authority}.{part}" for part in PARTS]
    if any(name in files.sizes for name in names):
        for name in names:
            listed = (entry or {}).get("files", {}).get(name.rpartition("/")[2])
            if listed and hashlib.sha256(files.read(name, STAMP_LIMIT)).hexdigest() != listed["sha256"]:
                yield Finding("stamp", name, "fail", listed["sha256"], None, "not the file that the ledger names")
        if entry is None:
            # A stamp that came after the last entry of the log is good by itself; one that the log ought to name is not.
            yield Finding("stamp", names[1], "not_checked", None, None, "the log does not name this stamp")
        yield from _check_stamp(files, f"{stem}.{authority}", stem.rpartition("/")[2], data, trust)
        start = f"{stem}.{authority}.renewal-"
        numbers = {
            int(number)
            for name in files.under(start)
            if (number := name.removeprefix(start).partition(".")[0]).isascii() and number.isdigit() and len(number) < 4
        }
        yield from _renewals(files, f"{stem}.{authority}", numbers, trust)
        yield from _lives(files, f"{stem}.{authority}")
    elif entry is not None:
        yield Finding("stamp", names[1], "fail", "a stamp", None, "missing, though the ledger names it")
    else:
        yield Finding("stamp", names[1], "not_checked", None, None, absent)
