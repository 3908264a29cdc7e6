"""Checking seals, their signatures and their stamps."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.errors import VerificationError
from crawler.evidence import keys
from crawler.evidence.stamp_names import BEGIN, SEAL
from crawler.evidence.strict_json import read_canonical
from crawler.evidence.verify_ledger import LedgerFacts
from crawler.evidence.verify_stamps import StampCheck, is_plain_name, small
from crawler.model import Finding


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier may rely on: from outside, and what merely lies in the workspace."""

    key: bytes | None
    roots: bytes | None
    inside: dict[str, bytes]


def listed_heads(evidence: Path, names: list[str]) -> frozenset[int]:
    """The ledger sizes that seals and beginnings remember, so that their heads can be computed in one pass."""
    sizes = set()
    for name in names:
        if name.endswith((SEAL, BEGIN)):
            try:
                sizes.add(int(read_canonical(small(evidence / name), name)["ledger"]["size"]))
            except (VerificationError, OSError, KeyError, TypeError, ValueError):
                # The file itself is checked, and reported, later.
                continue
    return frozenset(sizes)


def check_seals(
    evidence: Path, names: list[str], facts: LedgerFacts, counted: dict[str, int], trust: Trust, stamps: StampCheck
) -> Iterator[Finding]:
    """Check each seal that lies there or that the ledger names, and say which segments have none."""
    seals = {name for name in names if name.endswith(SEAL)}
    seals |= {segment.removesuffix(".warc.gz") + SEAL for segment in facts.seals}
    for name in sorted(seals):
        if name not in names and (evidence / name).exists():
            yield Finding("seal", name, "not_checked", None, None, "sealed while this check was running")
            continue
        yield from _check_seal(evidence, name, facts, counted, trust, stamps)
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
    evidence: Path, name: str, facts: LedgerFacts, counted: dict[str, int], trust: Trust, stamps: StampCheck
) -> Iterator[Finding]:
    path = evidence / name
    segment = name.removesuffix(SEAL) + ".warc.gz"
    try:
        data = small(path)
        said = read_canonical(data, name)
        problems = list(_compare(evidence, segment, said, data, facts, counted))
        entered = facts.seals[segment]["seq"] if segment in facts.seals else None
        problems += check_signed(evidence, name, data, said, facts, trust, entered)
        authorities = [authority for authority in said["authorities"] if is_plain_name(authority)]
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
    yield from stamps.check(name, data, authorities)


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
    yield from check_head(name, said["ledger"], facts, "since the segment was sealed")


def check_head(name: str, head: dict[str, Any], facts: LedgerFacts, since: str) -> Iterator[Finding]:
    """Check that the ledger still begins with the entries that a signed file remembers."""
    if head["size"] > facts.size:
        why = f"the ledger has lost entries {since}"
        yield Finding("ledger head", name, "fail", f"{head['size']} entries", f"{facts.size} entries", why)
    elif facts.heads.get(head["size"]) != (head["root"], head["last"]):
        now = facts.heads.get(head["size"], ("none",))[0]
        why = f"the first {head['size']} entries are not those that were signed"
        yield Finding("ledger head", name, "fail", head["root"], now, why)


def check_signed(
    evidence: Path,
    name: str,
    data: bytes,
    said: dict[str, Any],
    facts: LedgerFacts,
    trust: Trust,
    entered: int | None,
) -> Iterator[Finding]:
    """Check a file's signature and that its signer might sign then; `entered` is the number of the entry that names it.

    A head whose signature holds is noted in `facts.signed`.
    """
    file = name + ".ed25519"
    try:
        signature = small(evidence / file)
        given = keys.fingerprint(trust.key) if trust.key else None
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
        head = said["ledger"]
        if facts.heads.get(head["size"]) == (head["root"], head["last"]):
            facts.signed = max(facts.signed, head["size"])
        if why:
            yield Finding("signer", name, "pass", given, said["signer"], why)
    except FileNotFoundError:
        yield Finding("signature", file, "fail", "a signature", "no such file", "it is not signed")
    except VerificationError as error:
        yield Finding("signature", file, "fail", None, None, error.what)
