"""Custody after the export: who held a bundle, when, and which hash they read back (format.md 14)."""

import fcntl
import os
import platform
import pwd
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.bundle import layout
from crawler.bundle.check.custody import ENTERED, MISMATCH, NO_LINE, line_of, path_of, read
from crawler.bundle.markings import one_line
from crawler.errors import EvidenceError, RefusedError, StorageError, UsageError, VerificationError
from crawler.evidence import durable
from crawler.evidence.plain_file import read_plain
from crawler.wording import say

__all__ = [
    "EVENTS",
    "Act",
    "acting",
    "add",
    "begin",
    "fixed",
    "groups",
    "matching",
    "path_of",
    "read",
    "receipt",
    "spelt",
    "verified",
]

EVENTS = ENTERED
"""What a person may enter; `exported` and `mismatch` are entered by titlewatch alone."""
_DIGITS = re.compile(r"[0-9a-f]{64}\Z")
_HEAD_LIMIT = 64 * 1024 * 1024
_INFORMATION_LIMIT = 1 << 20
_TEXT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Act:
    """One event of a bundle's custody."""

    event: str
    by: str
    giver: str | None = None
    receiver: str | None = None
    place: str | None = None
    note: str | None = None
    read_back: str | None = None
    """The tag manifest's SHA-256 as the other side read it out, in any grouping."""


def acting() -> str:
    """The operating-system user of this process."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def begin(bundle: Path, event: str = "exported", note: str | None = None, by: str = "") -> Path:
    """Write the first line beside a bundle that was just made; returns the file's path.

    `by` is the collector's name; where none is given, the system's user stands there as well.
    Raises EvidenceError when the bundle has a custody file already.
    """
    path = path_of(bundle)
    data = line_of(_members(Act(event, by.strip() or acting(), note=note), 0, NO_LINE, fixed(bundle), None)) + b"\n"
    durable.write_once(path, data)
    return path


def add(bundle: Path, act: Act) -> dict[str, Any]:
    """Append one event, durable when this returns.

    Raises RefusedError when what was read back differs, naming the groups, with only the
    mismatch entered; EvidenceError when the file is another bundle's; VerificationError when
    its chain is broken; UsageError for an event or text that cannot be entered.
    """
    if act.event not in EVENTS:
        raise UsageError("not an event of custody", act.event, f"use one of: {', '.join(EVENTS)}")
    if act.event == "handed_over" and not act.receiver:
        raise UsageError("handed over to nobody", "--to", "name who received it")
    said = _plain_hash(act.read_back) if act.read_back is not None else None
    path = path_of(bundle)
    _plain_file(path)
    try:
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        remedy = "get the file from who gave you the bundle, and lay it beside it"
        raise UsageError("no custody file", str(path), remedy) from None
    except OSError as error:
        raise StorageError(f"cannot write ({error.strerror})", str(path), "mend the permissions") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        lines = read(path)
        known = str(lines[0]["tag_manifest_sha256"])
        if bundle.exists() and fixed(bundle) != known:
            raise EvidenceError("not the bundle that this custody file is of", str(bundle), "run: titlewatch verify")
        differs = said is not None and said != known
        entered = Act(MISMATCH, act.by, act.giver, act.receiver, act.place, act.note) if differs else act
        line = line_of(_members(entered, len(lines), str(lines[-1]["hash"]), known, said))
        _append(handle, line + b"\n", path)
    finally:
        os.close(handle)
    if said is not None and differs:
        raise RefusedError(
            f"the hash read back differs in {_differing(said, known)}",
            bundle.name,
            "have it read again; the mismatch is entered, the event is not",
        )
    return read(path)[len(lines)]


def fixed(bundle: Path) -> str:
    """SHA-256 of the tag manifest of a bundle's folder or ZIP: the one hash that stands for all of it. Raises UsageError."""
    try:
        if bundle.is_dir():
            return sha256(read_plain(bundle / layout.SIGNED, _HEAD_LIMIT)).hexdigest()
        if not bundle.is_file():
            raise UsageError("not a bundle", str(bundle), "give a bundle's folder or its .zip")
        with zipfile.ZipFile(bundle) as archive:
            names = [info for info in archive.infolist() if info.filename.partition("/")[2] == layout.SIGNED]
            if len(names) == 1 and names[0].file_size < _HEAD_LIMIT:
                return sha256(archive.read(names[0])).hexdigest()
    except VerificationError as error:
        raise UsageError(error.what, str(bundle / layout.SIGNED), "run: titlewatch verify") from None
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot be read ({why})", str(bundle), "give a bundle's folder or its .zip") from None
    raise UsageError("not a bundle", str(bundle), "give a bundle's folder or its .zip")


def _plain_file(path: Path) -> None:
    """Nothing but a regular file is opened: a pipe would wait for ever. A missing one is told by whoever opens it."""
    if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
        kind = "a link" if path.is_symlink() else "a folder" if path.is_dir() else "a special file"
        raise UsageError(
            f"{kind} where the custody file belongs", str(path), "move it away; see: titlewatch custody --help"
        )


def groups(digest: str) -> list[str]:
    """A hash in groups of four, for reading aloud and for fax."""
    return [digest[place : place + 4] for place in range(0, len(digest), 4)]


def _plain_hash(text: str) -> str:
    plain = re.sub(r"[\s:.,_-]", "", unicodedata.normalize("NFKC", text)).lower()
    if not _DIGITS.match(plain):
        what = f"not a SHA-256: {len(plain)} characters" if len(plain) != 64 else "not a SHA-256: not hexadecimal"
        raise UsageError(what, "--read-back", "64 characters, 0-9 and a-f, in groups of four or not")
    return plain


def _differing(said: str, known: str) -> str:
    found = [
        f"group {number} (read {read}, is {there})"
        for number, (read, there) in enumerate(zip(groups(said), groups(known), strict=True), 1)
        if read != there
    ]
    return ", ".join(found[:4]) + (f" and {len(found) - 4} more groups" if len(found) > 4 else "")


def _members(act: Act, seq: int, previous: str, known: str, said: str | None) -> dict[str, Any]:
    return {
        "seq": seq,
        "prev": previous,
        "at": clock.stamp(clock.now()),
        "event": act.event,
        "by": _text(act.by, "--by"),
        "from": _text(act.giver, "--from"),
        "to": _text(act.receiver, "--to"),
        "place": _text(act.place, "--place"),
        "note": _text(act.note, "--note"),
        "tag_manifest_sha256": known,
        "read_back": said,
        "system_user": acting(),
        "system_host": platform.node() or "localhost",
    }


def _text(value: str | None, option: str) -> str | None:
    if value is None:
        return None
    text = " ".join(value.encode("utf-8", "replace").decode("utf-8").split())
    if not text or len(text) > _TEXT_LIMIT:
        raise UsageError("empty, or unreasonably long", option, "say it in a few words")
    return text


def _append(handle: int, data: bytes, path: Path) -> None:
    before = os.fstat(handle).st_size
    try:
        durable.write_all(handle, data)
        os.fsync(handle)
    except OSError as error:
        os.ftruncate(handle, before)
        raise StorageError(f"cannot write ({error.strerror})", str(path), "free space") from error


def verified(bundle: Path) -> list[dict[str, Any]]:
    """The custody of a bundle. Raises UsageError when there is none, VerificationError when its chain is broken."""
    path = path_of(bundle)
    _plain_file(path)
    try:
        return read(path)
    except FileNotFoundError:
        raise UsageError("no custody file", str(path), "it lies beside the bundle from its export on") from None
    except OSError as error:
        raise StorageError(f"cannot read ({error.strerror})", str(path), "mend the permissions") from None


def matching(bundle: Path) -> list[dict[str, Any]]:
    """As `verified`, of the bundle that lies there. Raises EvidenceError when it is of another."""
    lines = verified(bundle)
    if fixed(bundle) != lines[0]["tag_manifest_sha256"]:
        raise EvidenceError("not the bundle that this custody file is of", str(bundle), "run: titlewatch verify")
    return lines


def spelt(digest: str, language: str) -> str:
    """A hash in four lines of four groups of four, each line saying which groups it has."""
    every = groups(digest)
    return "\n".join(
        say(
            "custody.line",
            language,
            first=f"{place + 1:2}",
            last=f"{place + 4:2}",
            groups="  ".join(every[place : place + 4]),
        )
        for place in range(0, len(every), 4)
    )


def receipt(bundle: Path, language: str, side: str = "receiver") -> str:
    """One side's sheet, filled in where bundle and custody file know. Raises UsageError, VerificationError.

    The hash stands on the ``giver``'s sheet alone. The ``receiver`` has blanks: who copies a hash
    from the sheet that came with the bundle has compared nothing.
    """
    lines = matching(bundle)
    said = _information(bundle)
    last = lines[-1]
    return say(
        f"custody.sheet.{side}",
        language,
        bundle=said.get("Internal-Sender-Identifier", bundle.name),
        case_id=said.get("External-Identifier", "-"),
        title=said.get("External-Description", "-"),
        exhibits=said.get("Exhibit-Count", "-"),
        exported=said.get("Export-UTC", "-"),
        fingerprint=said.get("Signer-Fingerprint", "-"),
        count=len(lines),
        last=f"{last['at']} {say('custody.event.' + last['event'], language)} ({one_line(last['by'])})",
        groups=spelt(str(lines[0]["tag_manifest_sha256"]), language),
    ).strip("\n")


def _information(bundle: Path) -> dict[str, str]:
    name = "bag-info.txt"
    if bundle.is_dir():
        text = read_plain(bundle / name, _INFORMATION_LIMIT)
    else:
        with zipfile.ZipFile(bundle) as archive:
            found = [one for one in archive.infolist() if one.filename.partition("/")[2] == name]
            if len(found) != 1 or found[0].file_size > _INFORMATION_LIMIT:
                raise VerificationError("missing, or unreasonably large", name)
            text = archive.read(found[0])
    lines = (line.partition(": ") for line in text.decode("utf-8", "replace").splitlines())
    return {label: one_line(value) for label, _, value in lines}
