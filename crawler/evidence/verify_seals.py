"""Checking seals, their signatures and their stamps."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.errors import TimestampError, VerificationError
from crawler.evidence import keys, timestamp
from crawler.evidence.strict_json import read_canonical
from crawler.evidence.verify_ledger import LedgerFacts
from crawler.model import Finding

SEAL = ".seal.json"
SMALL = 4 * 1024 * 1024
"""No seal, signature or stamp is larger."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier may rely on: from outside, and what merely lies in the workspace."""

    key: bytes | None
    roots: bytes | None
    inside: dict[str, bytes]


def listed_heads(evidence: Path, names: list[str]) -> frozenset[int]:
    """The ledger sizes that seals remember, so that their heads can be computed in one pass."""
    sizes = set()
    for name in names:
        if name.endswith(SEAL):
            try:
                sizes.add(int(read_canonical(_small(evidence / name), name)["ledger"]["size"]))
            except (VerificationError, OSError, KeyError, TypeError, ValueError):
                # The seal itself is checked, and reported, later.
                continue
    return frozenset(sizes)


def check_seals(
    evidence: Path, names: list[str], facts: LedgerFacts, counted: dict[str, int], trust: Trust
) -> Iterator[Finding]:
    """Check each seal that lies there or that the ledger names, and say which segments have none."""
    seals = {name for name in names if name.endswith(SEAL)}
    seals |= {segment.removesuffix(".warc.gz") + SEAL for segment in facts.seals}
    stamped: dict[str, set[str]] = {}
    for name in names:
        seal, dot, rest = name.partition(SEAL + ".")
        if dot and rest.endswith(".json"):
            stamped.setdefault(seal + SEAL, set()).add(rest.removesuffix(".json"))
    for name in sorted(seals):
        if name not in names and (evidence / name).exists():
            yield Finding("seal", name, "not_checked", None, None, "sealed while this check was running")
            continue
        yield from _check_seal(evidence, name, facts, counted, trust, stamped.get(name, set()))
    for name in names:
        if name.endswith(".warc.gz") and name.removesuffix(".warc.gz") + SEAL not in seals:
            yield Finding("seal", name, "not_checked", "a seal", None, "closed, and not sealed yet")
    for subject, authority in facts.stamps:
        if subject.endswith(SEAL) and subject not in seals and not (evidence / subject).exists():
            yield Finding(
                "stamp", f"{subject}.{authority}", "fail", "a seal", None, "the ledger names a stamp over no seal"
            )
    if trust.key is None and seals:
        why = "no --key was given: the signatures hold under the workspace's own key, which proves nothing about who signed"
        yield Finding("signer", "keys/", "not_checked", None, ", ".join(trust.inside) or None, why)
    if trust.roots is None and facts.stamps:
        why = "no --roots were given: who stamped is not checked"
        yield Finding("roots", "timestamps", "not_checked", None, None, why)


def _check_seal(
    evidence: Path, name: str, facts: LedgerFacts, counted: dict[str, int], trust: Trust, there: set[str]
) -> Iterator[Finding]:
    path = evidence / name
    segment = name.removesuffix(SEAL) + ".warc.gz"
    try:
        data = _small(path)
        said = read_canonical(data, name)
        problems = list(_compare(evidence, segment, said, data, facts, counted))
        problems += _signature(evidence, name, data, said, facts, trust)
        authorities = [authority for authority in said["authorities"] if _is_plain_name(authority)]
        if len(authorities) != len(said["authorities"]):
            raise VerificationError("names an authority that cannot be one", name)
    except FileNotFoundError:
        yield Finding("seal", name, "fail", "a seal", "no such file", "the ledger says that the segment was sealed")
        return
    except OSError as error:
        yield Finding("seal", name, "fail", None, str(error), "cannot be read")
        return
    except VerificationError as error:
        yield Finding("seal", name, "fail", None, None, error.what)
        return
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        yield Finding("seal", name, "fail", None, repr(error), "a seal that cannot be read")
        return
    yield from problems
    if all(problem.state == "pass" for problem in problems):
        yield Finding("seal", name, "pass", None, said["sha256"], "segment, ledger head and signature hold")
    yield from _stamps(evidence, name, data, authorities, there, facts, trust)


def _compare(
    evidence: Path, segment: str, said: dict[str, Any], data: bytes, facts: LedgerFacts, counted: dict[str, int]
) -> Iterator[Finding]:
    name = segment.removesuffix(".warc.gz") + SEAL
    entry = facts.seals.get(segment)
    found = hashlib.sha256(data).hexdigest()
    if entry is not None and entry["seal_sha256"] != found:
        yield Finding("seal", name, "fail", entry["seal_sha256"], found, "not the seal that the ledger names")
    if said["segment"] != segment:
        yield Finding("seal", name, "fail", segment, said["segment"], "the seal is another segment's")
    path = evidence / segment
    if path.is_file():
        digests = (hashlib.sha256(), hashlib.sha512())
        size = 0
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                size += len(piece)
                for digest in digests:
                    digest.update(piece)
        for what, expected, value in (
            ("bytes", said["bytes"], size),
            ("sha256", said["sha256"], digests[0].hexdigest()),
            ("sha512", said["sha512"], digests[1].hexdigest()),
            ("records", said["records"], counted.get(segment, 0)),
        ):
            if expected != value:
                yield Finding("seal", segment, "fail", str(expected), str(value), f"not the sealed segment ({what})")
    else:
        yield Finding("seal", segment, "fail", said["sha256"], "no such file", "the sealed segment is missing")
    head = said["ledger"]
    if head["size"] > facts.size:
        why = "the ledger has lost entries since the segment was sealed"
        yield Finding("ledger head", name, "fail", f"{head['size']} entries", f"{facts.size} entries", why)
    elif facts.heads.get(head["size"]) != (head["root"], head["last"]):
        now = facts.heads.get(head["size"], ("none",))[0]
        why = f"the first {head['size']} entries are not those that were sealed"
        yield Finding("ledger head", name, "fail", head["root"], now, why)


def _signature(
    evidence: Path, name: str, data: bytes, said: dict[str, Any], facts: LedgerFacts, trust: Trust
) -> Iterator[Finding]:
    file = name + ".ed25519"
    try:
        signature = _small(evidence / file)
        given = keys.fingerprint(trust.key) if trust.key else None
        segment = name.removesuffix(SEAL) + ".warc.gz"
        entered = facts.seals[segment]["seq"] if segment in facts.seals else None
        try:
            why = facts.history.confirm(said["signer"], given, said["ledger"]["size"], entered)
        except VerificationError as error:
            yield Finding("signer", name, "fail", given or ", ".join(facts.keys) or None, said["signer"], error.what)
            return
        public = (
            trust.key
            if given == said["signer"]
            else facts.history.public(said["signer"])
            or next((pem for pem in trust.inside.values() if keys.fingerprint(pem) == said["signer"]), None)
        )
        if public is None:
            yield Finding(
                "signature", file, "not_checked", said["signer"], None, "the signer's public key is not there"
            )
            return
        keys.verify(public, data, signature, file)
        if why:
            yield Finding("signer", name, "pass", given, said["signer"], why)
    except FileNotFoundError:
        yield Finding("signature", file, "fail", "a signature", "no such file", "the seal is not signed")
    except VerificationError as error:
        yield Finding("signature", file, "fail", None, None, error.what)


def _stamps(
    evidence: Path, name: str, data: bytes, authorities: list[str], there: set[str], facts: LedgerFacts, trust: Trust
) -> Iterator[Finding]:
    entered = {authority for subject, authority in facts.stamps if subject == name and _is_plain_name(authority)}
    if not authorities and not entered and not there:
        yield Finding("stamp", name, "not_checked", None, None, "UNSTAMPED: no timestamp authority was configured")
    for authority in sorted({*authorities, *entered, *there}):
        which = f"{name}.{authority}"
        try:
            request, reply, chain, written = (
                _small(evidence / f"{which}{part}") for part in (".tsq", ".tsr", ".chain.pem", ".json")
            )
        except FileNotFoundError as error:
            if authority in entered or authority in there:
                yield Finding(
                    "stamp", which, "fail", "a stamp", f"no {Path(error.filename).name}", "it was received once"
                )
            else:
                yield Finding(
                    "stamp", which, "not_checked", "a stamp", None, "pending: the authority has not answered yet"
                )
            continue
        except (OSError, VerificationError) as error:
            yield Finding("stamp", which, "fail", None, str(error), "cannot be read")
            continue
        yield from _check_stamp(
            which, data, (request, reply, chain, written), facts.stamps.get((name, authority)), trust
        )


def _check_stamp(
    which: str, data: bytes, parts: tuple[bytes, bytes, bytes, bytes], entry: dict[str, Any] | None, trust: Trust
) -> Iterator[Finding]:
    request, reply, chain, written = parts
    try:
        for part, content in zip((".tsq", ".tsr", ".chain.pem", ".json"), parts, strict=True):
            found = hashlib.sha256(content).hexdigest()
            if entry is not None and entry["files"][which + part]["sha256"] != found:
                said = entry["files"][which + part]["sha256"]
                yield Finding("stamp", which + part, "fail", said, found, "not the file that the ledger names")
                return
        facts = read_canonical(written, f"{which}.json")
        timestamp.check_stored_chain(reply, chain)
        if trust.roots is None:
            moment = timestamp.check_unrooted(data, request, reply)
            why = "imprint and nonce hold; the authority's root is not checked"
        else:
            moment = timestamp.verify_stored(data, request, reply, chain, trust.roots).gen_time
            why = "signed by a pinned authority over this seal"
        told = f"{moment:%Y-%m-%dT%H:%M:%S}"
        if not str(facts["gen_time"]).startswith(told) or facts["reply_sha256"] != hashlib.sha256(reply).hexdigest():
            yield Finding("stamp", f"{which}.json", "fail", told, str(facts["gen_time"]), "not what the reply says")
            return
        yield Finding("stamp", which, "pass" if trust.roots else "not_checked", None, told + "Z", why)
    except (TimestampError, VerificationError) as error:
        yield Finding("stamp", which, "fail", None, None, str(error))
    except (KeyError, TypeError) as error:
        yield Finding("stamp", f"{which}.json", "fail", None, repr(error), "cannot be read")


def _is_plain_name(name: object) -> bool:
    return isinstance(name, str) and 0 < len(name) < 100 and "/" not in name and "\x00" not in name


def _small(path: Path) -> bytes:
    if path.is_symlink():
        raise VerificationError("a link", path.name)
    with path.open("rb") as file:
        data = file.read(SMALL + 1)
    if len(data) > SMALL:
        raise VerificationError("unreasonably large", path.name)
    return data
