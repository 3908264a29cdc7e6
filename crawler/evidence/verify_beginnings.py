"""Checking the beginnings of runs, that the records name their stamps, and what was said of the clock."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.errors import VerificationError
from crawler.evidence import clock_offset
from crawler.evidence.naming import NEVER, Naming, check_naming
from crawler.evidence.stamp_names import BEGIN
from crawler.evidence.strict_json import read_canonical
from crawler.evidence.verify_ledger import LedgerFacts
from crawler.evidence.verify_seals import Trust, check_head, check_signed
from crawler.evidence.verify_stamps import StampCheck, is_plain_name, small
from crawler.evidence.warc_read import read_member
from crawler.model import Finding

METADATA_LIMIT = 16 * 1024 * 1024


def check_beginnings(
    evidence: Path, names: list[str], facts: LedgerFacts, trust: Trust, stamps: StampCheck
) -> Iterator[Finding]:
    """Check each beginning that lies there or that the ledger names, and its stamps."""
    named = {str(entry["file"]): entry for entry in facts.begins.values()}
    for name in sorted(named.keys() | {name for name in names if name.endswith(BEGIN)}):
        if name in named:
            yield from _beginning(evidence, name, named[name], facts, trust, stamps)
        else:
            yield from _unnamed(evidence, name, facts, trust)


def _unnamed(evidence: Path, name: str, facts: LedgerFacts, trust: Trust) -> Iterator[Finding]:
    """A beginning that proves nothing of its run, but whose head, once signed, tells of entries that were cut off."""
    try:
        data = small(evidence / name)
        said = read_canonical(data, name)
        yield from check_head(name, said["ledger"], facts, "since the run began")
        for finding in check_signed(evidence, name, data, said, facts, trust, None):
            # A key that was compromised later may have begun a run that never came to its entry.
            outlived = finding.check == "signer" and said["signer"] in facts.keys
            yield replace(finding, state="not_checked") if outlived and finding.state == "fail" else finding
    except (OSError, VerificationError, KeyError, TypeError, ValueError, AttributeError) as error:
        yield Finding("beginning", name, "fail", None, str(error), "cannot be read")
        return
    why = "no entry names it: the run ended as it began, or is beginning now"
    yield Finding("beginning", name, "not_checked", None, None, why)


def _beginning(
    evidence: Path, name: str, entry: dict[str, Any], facts: LedgerFacts, trust: Trust, stamps: StampCheck
) -> Iterator[Finding]:
    try:
        if not is_plain_name(name):
            raise VerificationError("not a name of a beginning", name)
        data = small(evidence / name)
        said = read_canonical(data, name)
        found = hashlib.sha256(data).hexdigest()
        problems: list[Finding] = []
        if found != entry["begin_sha256"]:
            why = "not the beginning that the ledger names"
            problems.append(Finding("beginning", name, "fail", entry["begin_sha256"], found, why))
        elif (said["run"], said["authorities"]) != (entry["run"], entry["authorities"]):
            problems.append(Finding("beginning", name, "fail", entry["run"], str(said["run"]), "another run's"))
        problems += check_head(name, said["ledger"], facts, "since the run began")
        problems += check_signed(evidence, name, data, said, facts, trust, entry["seq"])
    except FileNotFoundError:
        yield Finding("beginning", name, "fail", "a beginning", "no such file", "the ledger says that the run began")
        return
    except (OSError, VerificationError) as error:
        yield Finding("beginning", name, "fail", None, str(error), "cannot be read")
        return
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        yield Finding("beginning", name, "fail", None, repr(error), "a beginning that cannot be read")
        return
    yield from problems
    if all(problem.state == "pass" for problem in problems):
        yield Finding("beginning", name, "pass", None, found, "ledger head and signature hold")
    authorities = [authority for authority in said["authorities"] if is_plain_name(authority)]
    yield from stamps.check(name, data, authorities, NEVER)


def tokens(facts: LedgerFacts, run: str) -> list[dict[str, str]]:
    """The stamps over a run's beginning as its records must name them."""
    file = facts.begins[run]["file"]
    found = [
        {
            "authority": authority,
            "gen_time": entry.get("gen_time", ""),
            "reply_sha256": entry["files"].get(f"{file}.{authority}.tsr", {}).get("sha256"),
        }
        for (subject, authority), entry in facts.stamps.items()
        if subject == file
    ]
    return sorted(found, key=lambda token: token["authority"])


def check_namings(evidence: Path, facts: LedgerFacts) -> Iterator[Finding]:
    """Check that each exchange's metadata record names the stamps over the beginning of its run, and no others."""
    said = (
        Naming(f"{s}@{o}", str(told.get("run")), told.get("not_before")) for s, o, told in _metadata(evidence, facts)
    )
    yield from check_naming({run: tokens(facts, run) for run in facts.begins}, said)


def _metadata(evidence: Path, facts: LedgerFacts) -> Iterator[tuple[str, int, dict[str, Any]]]:
    for segment, records in sorted(facts.records.items()):
        path = next((p for p in (evidence / segment, evidence / f"{segment}.open") if p.is_file()), None)
        if path is None or "/" in segment:
            continue
        for offset, record in sorted(records.items()):
            if record.type != "metadata" or record.of not in ("exchange", "kept"):
                continue
            try:
                said = json.loads(read_member(path, offset, limit=METADATA_LIMIT).block)
            except (VerificationError, OSError, ValueError, RecursionError):
                # The damaged record is reported with its segment.
                continue
            if isinstance(said, dict):
                yield segment, offset, said


def check_clocks(facts: LedgerFacts) -> Iterator[Finding]:
    """Say where somebody found the clock further off than its limit, and where it leapt."""
    for seq, entry in facts.clocks:
        which = f"ledger.jsonl entry {seq}"
        if entry["type"] == "clock-jump":
            why = f"the clock leapt by {entry.get('seconds')} s after {entry.get('before')}: trust the order, not the times"
            yield Finding("clock", which, "not_checked", None, str(entry.get("seconds")), why)
            continue
        try:
            told = clock_offset.beyond(entry)
        except (KeyError, TypeError, ValueError) as error:
            yield Finding("clock", which, "fail", None, repr(error), "cannot be read")
            continue
        if told:
            why = f"the clock was off by {told}: the times around are no better"
            yield Finding("clock", which, "not_checked", f"at most {entry['limit_ms'] / 1000:g} s", told, why)
