"""Reading the custody file that lies beside a bundle (format.md 14)."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.errors import VerificationError
from crawler.evidence.strict_json import read_canonical, serialise
from crawler.model import Finding

SUFFIX = ".custody.jsonl"
MEMBERS = (
    "seq", "prev", "at", "event", "by", "from", "to", "place", "note", "tag_manifest_sha256", "read_back", "system_user",
    "system_host", "hash",
)  # fmt: skip
BEGINNINGS = ("exported", "disclosed", "begun")
"""The first event of a bundle's custody, of a disclosed part's, and of one that had lost its file."""
MISMATCH = "mismatch"
"""Somebody read back another hash: they held another bundle, or misread it."""
NO_LINE = "0" * 64
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
    if path.stat().st_size > SIZE_LIMIT:
        raise VerificationError("unreasonably large", path.name)
    data = path.read_bytes()
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
        if entry["seq"] != number or entry["prev"] != previous:
            raise VerificationError("the chain is broken: lines are missing, added or moved", which)
        previous = entry["hash"]
        lines.append(entry)
    return lines


def check_custody(bundle: Path, tag_manifest_sha256: str) -> Iterator[Finding]:
    """Check the custody file beside a bundle: its chain, and that it is of this bundle; a missing one is said."""
    path = path_of(bundle)
    if not path.is_file():
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
    wrong = False
    if lines[0]["event"] not in BEGINNINGS:
        wrong = True
        yield Finding("custody", f"{path.name} line 1", "fail", BEGINNINGS[0], str(lines[0]["event"]), "no beginning")
    for number, line in enumerate(lines, 1):
        which = f"{path.name} line {number}"
        if line["tag_manifest_sha256"] != tag_manifest_sha256:
            wrong = True
            found = str(line["tag_manifest_sha256"])
            yield Finding("custody", which, "fail", tag_manifest_sha256, found, "the custody of another bundle")
        elif line["event"] == MISMATCH:
            why = f"a read-back that differed was entered on {line['at']}: see the entries after it"
            yield Finding("custody", which, "not_checked", tag_manifest_sha256, str(line["read_back"]), why)
        elif line["read_back"] is not None and line["read_back"] != tag_manifest_sha256:
            wrong = True
            yield Finding(
                "custody", which, "fail", tag_manifest_sha256, str(line["read_back"]), "another hash read back"
            )
    if not wrong:
        why = "chained, and of this bundle; the file is not signed: it shows order, not who wrote it"
        yield Finding("custody", path.name, "pass", None, f"{len(lines)} entries", why)
