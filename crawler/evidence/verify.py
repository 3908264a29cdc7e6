"""Checking a workspace's evidence, offline: ledger, segments, seals, signatures, stamps.

Every problem is a Finding, and the checking goes on after it. Needs the standard library,
cryptography and rfc3161-client, so that another agency can run it alone. A key or root
that lies in the workspace proves nothing about who made it: without one from outside the
signer and the roots are not_checked.
"""

from collections.abc import Iterator
from pathlib import Path

from crawler.errors import TitlewatchError, VerificationError
from crawler.evidence import keys
from crawler.evidence.harmless import harmless
from crawler.evidence.plain_file import read_plain
from crawler.evidence.verify_beginnings import check_beginnings, check_clocks, check_namings
from crawler.evidence.verify_ledger import LedgerFacts, read_ledger
from crawler.evidence.verify_seals import Trust, check_seals, listed_heads
from crawler.evidence.verify_segments import check_segments
from crawler.evidence.verify_stamps import StampCheck
from crawler.model import Finding

OURS = ("ledger.jsonl", "ledger.lock", "spool")
KEY_LIMIT = 1024 * 1024
PARTS = (".warc.gz", ".seal.json", ".begin.json", ".torn-")


def workspace(folder: Path, key: bytes | None = None, roots: bytes | None = None) -> Iterator[Finding]:
    """Check everything under a workspace's ``evidence/`` (or the evidence folder itself).

    `key` is the signer's public key and `roots` the authorities' roots, PEM both, from
    outside. A pending stamp, an open segment and a recovered tail are not_checked, with why.
    """
    yield from harmless(_guarded(folder, key, roots))


def _guarded(folder: Path, key: bytes | None, roots: bytes | None) -> Iterator[Finding]:
    """What a hostile file does to a check is reported as data."""
    try:
        yield from _findings(folder, key, roots)
    except TitlewatchError as error:
        yield Finding("workspace", error.which or folder.name, "fail", None, None, error.what)
    except OSError as error:
        which = Path(str(error.filename)).name if error.filename else folder.name
        yield Finding("workspace", which, "fail", None, str(error), "cannot be read")
    except MemoryError:
        why = "needs more memory than this machine gives: not checked further"
        yield Finding("workspace", folder.name, "fail", None, None, why)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        yield Finding("workspace", folder.name, "fail", None, repr(error)[:200], "a file in it cannot be read")


def _findings(folder: Path, key: bytes | None, roots: bytes | None) -> Iterator[Finding]:
    evidence = folder / "evidence" if (folder / "evidence").is_dir() else folder
    # Names are read before the ledger: what a running crawl adds meanwhile is then in the ledger already.
    names = sorted(path.name for path in evidence.iterdir()) if evidence.is_dir() else []
    if "ledger.jsonl" not in names:
        yield Finding("ledger", "ledger.jsonl", "fail", "a ledger", "none", "the workspace has no ledger")
        return
    facts = LedgerFacts(listed_heads(evidence, names))
    yield from read_ledger(evidence / "ledger.jsonl", facts)
    if not facts.size:
        why = "every ledger begins with the founding of its workspace: this one was emptied"
        yield Finding("ledger", "ledger.jsonl", "fail", "entries", "none", why)
    yield from _set_aside(names, facts)
    yield from _strangers(names)
    counted: dict[str, int] = {}
    yield from check_segments(evidence, names, facts, counted)
    inside: dict[str, bytes] = {}
    yield from _keys(evidence.parent / "keys", facts, inside)
    trust, stamps = Trust(key, roots, inside), StampCheck.of(evidence, names, facts, roots)
    yield from check_seals(evidence, names, facts, counted, trust, stamps)
    yield from check_beginnings(evidence, names, facts, trust, stamps)
    yield from _unsealed(facts)
    yield from stamps.remarks()
    yield from check_namings(evidence, facts)
    yield from check_clocks(facts)


def _keys(folder: Path, facts: LedgerFacts, inside: dict[str, bytes]) -> Iterator[Finding]:
    """The public keys that a workspace hands out are those that its ledger founded; `inside` gets the usable ones."""
    latest = max(facts.keys, key=facts.keys.__getitem__, default=None)
    for path in sorted(folder.rglob("*.pub.pem")) if folder.is_dir() else ():
        name = f"keys/{path.relative_to(folder).as_posix()}"
        expected = latest if path.name == keys.PUBLIC else ", ".join(facts.keys) or None
        try:
            pem = read_plain(path, KEY_LIMIT)
            found = keys.fingerprint(pem)
        except (VerificationError, OSError) as error:
            yield Finding("signer key", name, "fail", expected, str(error), "cannot be read as a public key")
            continue
        inside[path.name] = pem
        if not facts.keys:
            yield Finding(
                "signer key", name, "not_checked", None, found, "the ledger names no signer to compare it with"
            )
        elif found != latest and found in facts.keys and (folder / "change.json").exists():
            why = "a change of key was cut short: the next command that signs puts the new one in place"
            yield Finding("signer key", name, "not_checked", latest, found, why)
        elif found != latest and (path.name == keys.PUBLIC or found not in facts.keys):
            yield Finding("signer key", name, "fail", expected, found, "not the key that the ledger names")
        elif keys.plain(pem) != pem:
            yield Finding("signer key", name, "fail", None, found, "not the plain PEM form of the key")
        else:
            yield Finding("signer key", name, "pass", None, found, "the key that the ledger names")
    if folder.is_dir() and not (folder / keys.PUBLIC).is_file():
        yield Finding("signer key", f"keys/{keys.PUBLIC}", "not_checked", latest, "no such file", "nothing to compare")


def _unsealed(facts: LedgerFacts) -> Iterator[Finding]:
    """The entries after the last head whose signature held: chained, but signed by nobody yet."""
    if facts.size > facts.signed:
        why = "the entries after the last seal are signed by nobody yet: if the last of them were cut off, it would not show"
        yield Finding(
            "ledger tail", "ledger.jsonl", "not_checked", f"{facts.signed} entries", f"{facts.size} entries", why
        )


def _strangers(names: list[str]) -> Iterator[Finding]:
    """Files that are no part of the evidence and that nothing speaks of."""
    for name in names:
        ours = name in OURS or any(part in name for part in PARTS) or name.startswith(".")
        if not ours:
            yield Finding("file", name, "not_checked", None, None, "a file that is no part of the evidence")


def _set_aside(names: list[str], facts: LedgerFacts) -> Iterator[Finding]:
    """Tails that a crash tore off: there, but no part of the evidence."""
    for name in names:
        if ".torn-" in name:
            known = name in facts.torn
            why = "a torn tail, set aside after a crash" if known else "a torn tail that no recovery entry names"
            yield Finding("recovered tail", name, "not_checked", None, None, why)
    for name, digest in facts.torn.items():
        if name not in names:
            yield Finding("recovered tail", name, "fail", digest, "no such file", "a recovery entry names it")
