"""Reading the custody file that lies beside a bundle (format.md 14)."""

import hashlib
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.errors import VerificationError
from crawler.evidence.plain_file import read_plain
from crawler.evidence.strict_json import read_canonical, serialise
from crawler.model import Finding
from crawler.wording import counted

SUFFIX = ".custody.jsonl"
MEMBERS = (
    "seq", "prev", "at", "event", "by", "from", "to", "place", "note", "tag_manifest_sha256", "read_back", "system_user",
    "system_host", "hash",
)  # fmt: skip
BEGINNINGS = ("exported", "disclosed", "begun")
"""The first event of a bundle's custody, of a disclosed part's, and of one that had lost its file."""
ENTERED = (
    "handed_over", "received", "checked", "stored", "moved", "copied", "disclosed", "returned", "destroyed", "note",
)  # fmt: skip
"""What people may enter."""
MISMATCH = "mismatch"
"""Somebody read back another hash: they held another bundle, or misread it."""
NO_LINE = "0" * 64
_DIGITS = re.compile(r"[0-9a-f]{64}\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z\Z")
SIZE_LIMIT = 64 * 1024 * 1024


def path_of(bundle: Path) -> Path:
    """Where the custody of a bundle, of its ZIP or of a disclosed part is kept."""
    name = bundle.name[:-4] if bundle.name.lower().endswith(".zip") else bundle.name
    return bundle.with_name(name + SUFFIX)


def line_of(members: dict[str, Any]) -> bytes:
    """A custody line: canonical JSON with the hash over the rest of it, without a line feed."""
    rest = {name: value for name, value in members.items() if name != "hash"}
    return serialise({**rest, "hash": hashlib.sha256(serialise(rest)).hexdigest()})


def read(path: Path) -> list[dict[str, Any]]:
    """All lines, in order. Raises VerificationError at the first that does not hold; OSError when it cannot be read."""
    data = read_plain(path, SIZE_LIMIT)
    if not data.endswith(b"\n"):
        raise VerificationError("the last line is not whole, or there is none", path.name)
    lines: list[dict[str, Any]] = []
    previous = NO_LINE
    for number, line in enumerate(data[:-1].split(b"\n")):
        which = f"{path.name} line {number + 1}"
        entry = read_canonical(line, which)
        if not isinstance(entry, dict) or set(entry) != set(MEMBERS):
            raise VerificationError("not the members of a custody line", which)
        if line_of(entry) != line:
            raise VerificationError("the line was changed: its hash does not hold", which)
        if type(entry["seq"]) is not int or entry["seq"] != number or entry["prev"] != previous:
            raise VerificationError("the chain is broken: lines are missing, added or moved", which)
        if wrong := _wrong_member(entry):
            raise VerificationError(f"not what a custody line can say: {wrong}", which)
        previous = entry["hash"]
        lines.append(entry)
    return lines


def _wrong_member(entry: dict[str, Any]) -> str | None:
    """The first member that no custody line has like this."""
    for name in ("by", "system_user", "system_host"):
        if not isinstance(entry[name], str) or not entry[name]:
            return name
    for name in ("from", "to", "place", "note"):
        if entry[name] is not None and not isinstance(entry[name], str):
            return name
    for name in ("tag_manifest_sha256", "read_back"):
        if not (isinstance(entry[name], str) and _DIGITS.match(entry[name])) and (name, entry[name]) != (
            "read_back",
            None,
        ):
            return name
    if entry["event"] not in (*BEGINNINGS, *ENTERED, MISMATCH):
        return "event"
    if not isinstance(entry["at"], str) or not _TIME.match(entry["at"]):
        return "at"
    try:
        datetime.fromisoformat(entry["at"])
    except ValueError:
        return "at"
    if (entry["event"] == MISMATCH) != (entry["read_back"] not in (None, entry["tag_manifest_sha256"])):
        return "read_back"
    return None


def check_custody(bundle: Path, tag_manifest_sha256: str) -> Iterator[Finding]:
    """Check the custody file beside a bundle: its chain, and that it is of this bundle; a missing one is said."""
    path = path_of(bundle)
    if not os.path.lexists(path):
        yield Finding("custody", path.name, "not_checked", None, None, "no custody file lies beside the bundle")
        return
    try:
        lines = read(path)
    except VerificationError as error:
        yield Finding("custody", error.which or path.name, "fail", None, None, error.what)
        return
    except OSError as error:
        yield Finding("custody", path.name, "fail", None, str(error.strerror), "cannot be read")
        return
    wrong, latest = False, datetime.min.replace(tzinfo=UTC)
    if lines[0]["event"] not in BEGINNINGS:
        wrong = True
        yield Finding("custody", f"{path.name} line 1", "fail", BEGINNINGS[0], str(lines[0]["event"]), "no beginning")
    for number, line in enumerate(lines, 1):
        which = f"{path.name} line {number}"
        at = datetime.fromisoformat(line["at"])
        if at < latest:
            why = "a time before that of an earlier entry: trust the order, not the times"
            yield Finding("custody", which, "not_checked", latest.isoformat(), line["at"], why)
        latest = max(latest, at)
        if line["tag_manifest_sha256"] != tag_manifest_sha256:
            wrong = True
            found = str(line["tag_manifest_sha256"])
            yield Finding("custody", which, "fail", tag_manifest_sha256, found, "the custody of another bundle")
        elif line["event"] == MISMATCH:
            why = "a read-back that differed was entered: see the entries after it"
            yield Finding("custody", which, "not_checked", tag_manifest_sha256, str(line["read_back"]), why)
    if not wrong:
        why = "chained, and of this bundle; the file is not signed: it shows order, not who wrote it"
        yield Finding("custody", path.name, "pass", None, counted(len(lines), "entry", "entries"), why)
