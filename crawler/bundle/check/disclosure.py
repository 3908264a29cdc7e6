"""Checking a disclosed part of a bundle: all that is there against what was signed, all that is not there named (format.md 13.5)."""

import hashlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from crawler.bundle import disclosure_layout as names
from crawler.bundle import layout
from crawler.bundle.check.bag import information
from crawler.bundle.check.disclosed_exhibits import check_exhibits, check_times
from crawler.bundle.check.disclosed_log import DisclosedLog, check_log, check_records, check_runs, read_redacted
from crawler.bundle.check.redacted import check_derived
from crawler.bundle.check.signatures import Trust, check_bundle_stamps, check_signature, check_signed
from crawler.bundle.check.signer import history_of, key_for
from crawler.bundle.check.times import check_beginnings
from crawler.bundle.check.tree import Files
from crawler.bundle.markings import one_line
from crawler.errors import TitlewatchError, VerificationError
from crawler.evidence.key_history import KeyHistory
from crawler.evidence.plain_file import open_plain
from crawler.model import Finding
from crawler.wording import counted

_LISTS = {
    "withheld": {"path", "sha256", "why"},
    "records_withheld": {"segment", "record", "type", "sha256", "why", "kinds"},
    "entries_withheld": {"seq", "leaf", "type", "hash"},
}
"""The lists of disclosure.json that name what is not there, and the members of their items."""
Stage = Callable[[], Iterator[Finding]]


class Laid(Files):
    """The files of a part under the names that they have in the original bundle."""

    __slots__ = ()

    def path(self, name: str) -> Path:
        """The path of a file by its name in the original."""
        return self.folder / _place(name)

    def open(self, name: str) -> BinaryIO:
        """As `Files.open`."""
        return open_plain(self.path(name))


def _place(name: str) -> str:
    """Where a file of the original stands in a part."""
    if name == layout.LEDGER:
        return names.LEDGER
    return name if name.startswith("data/") else names.ORIGINAL + name


def is_disclosure(files: Files) -> bool:
    """Whether this is a part, or says so."""
    return names.DISCLOSURE in files.sizes or any(path.startswith(names.ORIGINAL) for path in files.sizes)


def stages(files: Files, key: bytes | None, roots: bytes | None) -> tuple[tuple[str, Stage], ...]:
    """The checks of a part in their order."""
    said: dict[str, str] = {}
    account: dict[str, Any] = {}
    listed: dict[str, str] = {}
    signed: dict[str, str] = {}
    laid = {path.removeprefix(names.ORIGINAL): size for path, size in files.sizes.items() if path.startswith("data/")}
    laid.pop(layout.LEDGER, None)
    if names.LEDGER in files.sizes:
        laid[layout.LEDGER] = files.sizes[names.LEDGER]
    original = Laid(files.folder, files.name, laid)
    try:
        history = history_of(original)
    except (OSError, TitlewatchError, ValueError, AttributeError):
        # What is wrong with the ledger is found by its own check.
        history = KeyHistory()
    trust = Trust(key, roots, history)
    log = DisclosedLog()

    def bag() -> Iterator[Finding]:
        listed.update(_payload(files))
        yield from _bag(files, listed)

    def about() -> Iterator[Finding]:
        said.update(information(files))
        account.update(files.json(names.DISCLOSURE))
        yield from _members(account)
        yield from _information(files, original, said, account)

    def manifest() -> Iterator[Finding]:
        signed.update(_original(original))
        yield from _manifests(original)
        counted = information(original).get("Exhibit-Count")
        if counted != str(account["original"]["exhibits"]):
            found = str(account["original"]["exhibits"])
            yield Finding(
                "original", names.DISCLOSURE, "fail", counted, found, "the original has another number of exhibits"
            )

    def signature() -> Iterator[Finding]:
        yield from check_signature(original, information(original), trust)

    def tree_head() -> Iterator[Finding]:
        signed_by = key_for(original, trust.key, trust.history)
        yield from check_signed(original, layout.TREE_HEAD, layout.TREE_HEAD_SIGNATURE, signed_by)

    return (
        ("files", bag),
        ("bag-info.txt", about),
        ("original", manifest),
        ("signature", signature),
        ("stamp", lambda: check_bundle_stamps(original, information(original), trust)),
        ("tree head", tree_head),
        ("unchanged", lambda: _unchanged(files, listed, signed, account)),
        ("withheld", lambda: _withheld(files, signed, account)),
        ("ledger", lambda: read_redacted(files, log, account)),
        ("ledger", lambda: check_log(files, information(original), account, log)),
        ("ledger", lambda: check_runs(files, signed, log)),
        ("records", lambda: check_records(files, original, said, account, log, trust)),
        ("beginnings", lambda: check_beginnings(original, log.plain(), trust)),
        ("exhibits", lambda: check_exhibits(files, information(original), account, log)),
        ("times", lambda: check_times(files, original, account, log)),
        ("derived", lambda: check_derived(files, account, signed)),
    )


def _entries(text: bytes, which: str, digits: int) -> dict[str, str]:
    found: dict[str, str] = {}
    if text and not text.endswith(b"\n"):
        raise VerificationError("the last line is not whole", which)
    for line in text.decode("ascii").splitlines():
        digest, path = line[:digits], line[digits + 2 :]
        parts = path.split("/")
        if line[digits : digits + 2] != "  " or not all(layout.NAME.match(part) for part in parts) or path in found:
            raise VerificationError(f"a line that is no manifest line: {line[:80]!r}", which)
        if len(digest) != digits or set(digest) - set("0123456789abcdef") or (found and path < next(reversed(found))):
            raise VerificationError(f"a line that is no manifest line: {line[:80]!r}", which)
        found[path] = digest
    return found


def _payload(files: Files) -> dict[str, str]:
    return _entries(files.read("manifest-sha256.txt"), "manifest-sha256.txt", 64)


def _bag(files: Files, listed: dict[str, str]) -> Iterator[Finding]:
    """The part's own manifests: a closed list, and the hash of each file."""
    whole = True
    tags = set(layout.TAG_FILES)
    long = _entries(files.read("manifest-sha512.txt"), "manifest-sha512.txt", 128)
    tag_lists = [
        _entries(files.read(f"tagmanifest-{name}.txt"), f"tagmanifest-{name}.txt", digits)
        for name, digits in (("sha256", 64), ("sha512", 128))
    ]
    if files.read("bagit.txt", 1 << 16) != layout.BAGIT:
        yield Finding("bagit.txt", "bagit.txt", "fail", layout.BAGIT.decode(), None, "not the declaration of BagIt 1.0")
        whole = False
    for name in sorted(set(files.sizes) ^ (set(listed) | tags | set(layout.TAG_MANIFESTS))):
        why = "no manifest lists it" if name in files.sizes else "listed and missing"
        yield Finding("file", name, "fail", None, None, why)
        whole = False
    for which, wanted in (("manifest-sha512.txt", set(listed)), ("tagmanifest-sha256.txt", tags), ("tagmanifest-sha512.txt", tags)):  # fmt: skip
        found = set(long) if which.startswith("manifest") else set(tag_lists["512" in which])
        for name in sorted(found ^ wanted):
            yield Finding("manifest", which, "fail", None, name, "the manifests do not list the same files")
            whole = False
    for name in sorted((set(listed) | tags) & set(files.sizes)):
        short, wide = files.digests(name)
        due = (listed.get(name) or tag_lists[0].get(name), long.get(name) or tag_lists[1].get(name))
        if due != (short, wide):
            yield Finding("file", name, "fail", due[0], short, "not the file that was listed")
            whole = False
    if whole:
        yield Finding(
            "files", "manifests", "pass", None, counted(len(listed), "file"), "each as listed, none beside them"
        )


def _members(account: dict[str, Any]) -> Iterator[Finding]:
    """disclosure.json has the members of its format and no others, and says nothing twice."""
    strange = set(account) ^ {"format", "original", "exhibits", *_LISTS}
    strange |= set(account["original"]) ^ {"bundle", "tag_manifest_sha256", "exhibits"}
    for name, members in (("exhibits", {"number", "exhibit"}), *_LISTS.items()):
        strange |= set() if isinstance(account[name], list) else {name}
        for item in account[name]:
            strange |= set(item) ^ members
    if strange or account["format"] != names.FORMAT:
        found = ", ".join(sorted(strange))[:200]
        yield Finding("withheld", names.DISCLOSURE, "fail", names.FORMAT, found, "not the members of this format")
    numbers = [one["number"] for one in account["exhibits"]]
    exhibits = {str(one["exhibit"]) for one in account["exhibits"]}
    paths = [str(item["path"]) for item in account["withheld"]]
    last = account["original"]["exhibits"]
    if numbers != sorted(set(numbers)) or len(exhibits) != len(numbers) or not all(1 <= n <= last for n in numbers):
        why = "not exhibits of the original, each once and in their order"
        yield Finding("withheld", names.DISCLOSURE, "fail", f"of 1 to {last}", str(numbers)[:120], why)
    if paths != sorted(set(paths)):
        yield Finding("withheld", names.DISCLOSURE, "fail", "each once, in order", None, "a file withheld twice")


def _information(files: Files, original: Files, said: dict[str, str], account: dict[str, Any]) -> Iterator[Finding]:
    payload = files.under("data/")
    tag_manifest = original.sha256(layout.SIGNED)
    digest = hashlib.sha256(files.read("manifest-sha256.txt")).hexdigest()
    signed = information(original)
    bundle = str(account["original"]["bundle"])
    decided = names.NOTHING_REDACTED
    if names.REDACTIONS in files.sizes:
        decided = one_line(str(files.json(names.REDACTIONS)["decided_by"]))
    expected = {
        "External-Identifier": signed.get("External-Identifier"),
        "Internal-Sender-Description": names.DESCRIPTION,
        "Bagging-Date": said.get("Export-UTC", "")[:10],
        "Payload-Oxum": f"{sum(files.sizes[name] for name in payload)}.{len(payload)}",
        "BagIt-Profile-Identifier": names.PROFILE,
        "Titlewatch-Format": names.FORMAT,
        "Original-Bundle": signed.get("Internal-Sender-Identifier"),
        "Original-Tag-Manifest-SHA256": tag_manifest,
        "Internal-Sender-Identifier": f"{bundle}-part-{digest[:8]}",
        "Exhibit-Count": str(len(account["exhibits"])),
        "Exhibits-Withheld": str(int(account["original"]["exhibits"]) - len(account["exhibits"])),
        "Records-Withheld": str(len(account["records_withheld"])),
        "Redaction-Decided-By": decided,
    }
    for label, value in expected.items():
        if said.get(label) != value:
            yield Finding("bag-info.txt", label, "fail", said.get(label), value, "not what the part holds")
    for label in sorted(said.keys() ^ set(names.LABELS)):
        why = "a label that no part has" if label in said else "a label that every part has is missing"
        yield Finding("bag-info.txt", label, "fail", None, said.get(label), why)
    if (account["original"]["tag_manifest_sha256"], bundle) != (tag_manifest, signed.get("Internal-Sender-Identifier")):
        yield Finding("original", names.DISCLOSURE, "fail", None, tag_manifest, "a part of another bundle")
    for name in ("README-en.md", "README-zh.md", "verify.sh", "bag-info.txt"):
        why = "not signed: whoever made the part wrote it"
        yield Finding("part", name, "not_checked", None, files.sha256(name), why)
    if files.name != said.get("Internal-Sender-Identifier"):
        given = said.get("Internal-Sender-Identifier")
        yield Finding("name", files.name, "not_checked", given, files.name, "the folder was renamed")


def _original(original: Laid) -> dict[str, str]:
    name = "manifest-sha256.txt"
    return _entries(original.read(name), names.ORIGINAL + name, 64)


def _manifests(original: Laid) -> Iterator[Finding]:
    """The original's manifests are those that its signed tag manifest names."""
    wrong = False
    for tag_manifest, digits, index in (("tagmanifest-sha256.txt", 64, 0), ("tagmanifest-sha512.txt", 128, 1)):
        due = _entries(original.read(tag_manifest), names.ORIGINAL + tag_manifest, digits)
        for name in ("bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt"):
            found = original.digests(name)[index]
            if due.get(name) != found:
                wrong = True
                why = f"not the file that the original's {tag_manifest} names"
                yield Finding("original", names.ORIGINAL + name, "fail", due.get(name), found, why)
    if not wrong:
        yield Finding(
            "original", names.ORIGINAL + layout.SIGNED, "pass", None, None, "its manifests are the ones it names"
        )


def _unchanged(
    files: Files, listed: dict[str, str], signed: dict[str, str], account: dict[str, Any]
) -> Iterator[Finding]:
    """What is said to be unchanged is in the original's signed list, and nothing stands there that is neither."""
    withheld = {str(item["path"]) for item in account["withheld"]}
    kept = 0
    wrong = False
    for path in sorted(listed):
        if path.startswith((names.ORIGINAL, names.PART, names.REDACTED)) or path in (
            names.DISCLOSURE,
            names.REDACTIONS,
        ):
            if not names.may_stand(path):
                wrong = True
                yield Finding("file", path, "fail", None, listed[path], "a file that no part has")
            continue
        kept += 1
        if signed.get(path) != listed[path] or files.sha256(path) != signed.get(path):
            wrong = True
            yield Finding(
                "unchanged", path, "fail", signed.get(path), listed[path], "not a file of the original bundle"
            )
        if path in withheld:
            wrong = True
            yield Finding("unchanged", path, "fail", None, None, "is there, though it is said to be withheld")
    due = {
        *names.COMMON,
        *(path for path in signed if path.startswith(names.KEYS)),
        *(layout.inclusion(str(one["exhibit"])) for one in account["exhibits"]),
    }
    for path in sorted(due - set(listed)):
        wrong = True
        yield Finding("unchanged", path, "fail", signed.get(path), None, "a file that every part holds is missing")
    for path in sorted(signed.keys() - set(listed) - withheld):
        wrong = True
        yield Finding(
            "unchanged", path, "fail", signed[path], "no such file", "left out without being named as withheld"
        )
    for path in sorted(set(names.DERIVED) - set(listed)):
        wrong = True
        yield Finding("file", path, "fail", "a file that every part has", None, "missing")
    if not wrong:
        yield Finding(
            "unchanged", "data", "pass", None, counted(kept, "file"), "byte for byte those of the signed original"
        )


def _reasons(path: str, chosen: Collection[str]) -> tuple[str, ...]:
    """Why a file of the original may be withheld from a part; none for what every part shows."""
    parts = path.split("/")
    if parts[1] == "captures":
        return names.OWN_REASONS if parts[2] in chosen else ("other exhibit",)
    if path.startswith("data/log/inclusion/") and path != layout.CASE_PROOFS:
        return () if parts[-1].removesuffix(".json") in chosen else ("other exhibit",)
    if path in names.ENVIRONMENT:
        return ("redacted",)
    return ("records of all exhibits",) if parts[1] in ("warc", "log") else ("speaks of all exhibits",)


def _withheld(files: Files, signed: dict[str, str], account: dict[str, Any]) -> Iterator[Finding]:
    """Each thing that is not there is named; nothing can be said of what is in it."""
    chosen = {str(one["exhibit"]) for one in account["exhibits"]}
    groups: dict[tuple[str, str], int] = {}
    for item in account["withheld"]:
        path, why = str(item["path"]), str(item["why"])
        if signed.get(path) != item["sha256"]:
            yield Finding("withheld", path, "fail", signed.get(path), str(item["sha256"]), "not a file of the original")
            continue
        if why not in (due := _reasons(path, chosen)):
            wrong = "not the reason for which such a file is withheld"
            yield Finding("withheld", path, "fail", ", ".join(due) or "disclosed", why, wrong)
            continue
        parts = path.split("/")
        if parts[1] == "captures" and parts[2] in chosen:
            yield Finding("withheld", path, "not_checked", signed[path], None, f"withheld: {why}")
        else:
            group = ("/".join(parts[:3]) if parts[1] == "captures" else "/".join(parts[:2]), why)
            groups[group] = groups.get(group, 0) + 1
    for (folder, why), count in sorted(groups.items()):
        yield Finding("withheld", folder, "not_checked", None, counted(count, "file"), f"withheld: {why}")
    hides = {"look-alike", "text"}
    if names.REDACTIONS in files.sizes:
        hides |= {kind for rule in files.json(names.REDACTIONS)["rules"] for kind in str(rule["hides"]).split(", ")}
    for record in account["records_withheld"]:
        if strange := {str(kind) for kind in record["kinds"]} - hides:
            why = "kinds that redactions.json does not hide"
            yield Finding("withheld", names.DISCLOSURE, "fail", None, ", ".join(sorted(strange))[:120], why)
        which = f"{record['segment']} {record['type']} {record['record']}"
        yield Finding("withheld", which, "not_checked", record["sha256"], None, f"withheld record: {record['why']}")
    for entry in account["entries_withheld"]:
        which = f"{names.LEDGER} entry {entry['seq']}"
        why = "withheld: redacted; its leaf is proved by the inclusion proof"
        yield Finding("withheld", which, "not_checked", entry["leaf"], None, why)
