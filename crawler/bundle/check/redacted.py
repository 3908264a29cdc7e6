"""What was derived for a disclosed part against redactions.json and the withheld originals (format.md 13.5)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.bundle import disclosure_layout as names
from crawler.bundle.check.tree import Files
from crawler.model import Finding

_MARK = re.compile(r"\[REDACTED [^\[\]]{1,40} \d{1,9}\]")
_MEMBERS = {"format", "decided_by", "reason", "pictures", "rules", "files", "ledger", "not_hidden"}
_DERIVED = {"derived", "derived_sha256", "marks"}
_UNPROVED = "derived: that nothing but what the marks hide was changed only who holds the original can check"


def check_derived(files: Files, account: dict[str, Any], signed: dict[str, str]) -> Iterator[Finding]:
    """Each derived file is the one that redactions.json names, of a withheld original, with as many marks as it says."""
    withheld = {str(item["path"]): str(item["why"]) for item in account["withheld"]}
    derived = set(files.under(names.REDACTED)) - {names.REDACTED_LEDGER}
    if names.REDACTIONS not in files.sizes:
        for name in files.under(names.REDACTED):
            yield Finding("derived", name, "fail", names.REDACTIONS, None, "redacted, and nothing says why")
        for path in sorted(path for path, why in withheld.items() if why == "redacted"):
            yield Finding("derived", path, "fail", names.REDACTIONS, None, "redacted, and nothing says why")
        return
    said = files.json(names.REDACTIONS)
    yield from _form(said)
    why = "not signed: who decided on the redaction, and why, is as told by who made the part"
    yield Finding("derived", names.REDACTIONS, "not_checked", None, str(said.get("decided_by"))[:200], why)
    named = set()
    for item in said["files"]:
        path, name = str(item["path"]), str(item["derived"])
        if name in named:
            yield Finding("derived", name, "fail", None, None, "named twice")
        named.add(name)
        if withheld.get(path) != "redacted" or signed.get(path) != item["sha256"] or name != names.redacted(path):
            yield Finding("derived", name, "fail", signed.get(path), str(item["sha256"]), "not of a withheld original")
        yield from _derived(files, name, item, signed.get(path))
    for name in sorted(derived - named):
        yield Finding("derived", name, "fail", None, None, "redactions.json does not name it")
    ledger = said["ledger"]
    if (ledger is not None) != bool(account["entries_withheld"]):
        why = "withheld entries and their redacted forms do not go together"
        yield Finding("derived", names.REDACTED_LEDGER, "fail", None, None, why)
    elif ledger is not None:
        if ledger["derived"] != names.REDACTED_LEDGER:
            why = "not of a withheld original"
            yield Finding("derived", names.REDACTED_LEDGER, "fail", None, str(ledger["derived"])[:120], why)
        yield from _derived(files, names.REDACTED_LEDGER, ledger, None)


def _form(said: Mapping[str, Any]) -> Iterator[Finding]:
    """The members of redactions.json and no others, and somebody who answers for it."""
    for key in ("decided_by", "reason"):
        if not str(said.get(key) or "").strip():
            yield Finding("derived", names.REDACTIONS, "fail", key, None, "nobody answers for the redaction")
    strange = set(said) ^ _MEMBERS
    for item in said["files"]:
        strange |= set(item) ^ (_DERIVED | {"path", "sha256"})
    for rule in said["rules"]:
        strange |= set(rule) ^ {"hides", "reason", "exhibits"}
    if said["ledger"] is not None:
        strange |= set(said["ledger"]) ^ _DERIVED
    if strange or said["format"] != names.FORMAT:
        found = ", ".join(sorted(strange))[:200]
        yield Finding("derived", names.REDACTIONS, "fail", names.FORMAT, found, "not the members of this format")


def _derived(files: Files, name: str, item: Mapping[str, Any], original: str | None) -> Iterator[Finding]:
    if name not in files.sizes:
        yield Finding("derived", name, "fail", str(item["derived_sha256"]), "no such file", "missing")
        return
    found = files.sha256(name)
    if found != item["derived_sha256"]:
        yield Finding("derived", name, "fail", str(item["derived_sha256"]), found, "not the file that was derived")
        return
    text = files.read(name).decode("utf-8", "replace")
    marks = dict(Counter(mark[len("[REDACTED ") : -1].rpartition(" ")[0] for mark in _MARK.findall(text)))
    if marks != item["marks"]:
        yield Finding("derived", name, "fail", str(item["marks"])[:120], str(marks)[:120], "other marks")
        return
    yield Finding("derived", name, "not_checked", original, f"{found}, {sum(marks.values())} marks", _UNPROVED)
